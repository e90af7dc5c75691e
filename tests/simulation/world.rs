//! Registers, and the network between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use regulars::decide::{Document, Member, Parcel};
use regulars::document::{
    read_document, read_parcel, read_program, write_dry_run, write_hints, write_outcome, write_parcel,
    write_refusal,
};
use regulars::ident::{CustomerId, RegisterId, SaleId};
use regulars::ledger::{Account, OperationName, Origin, Seq};
use regulars::register::{Register, RegisterError};
use regulars::store::{OutboxError, Store, Transaction, acknowledge, outbox, parcels, share, unite, verify};
use regulars::time::{FixedZones, Timestamp};

use super::chance::Chance;
use super::documents::{Maker, Shop, time};
use super::view::{view, view_by_place};

/// A kind of store, and how its ledgers are copied.
pub trait Kind {
    type Store: Store;
    type Saved;

    fn fresh(&mut self) -> Self::Store;
    fn save(&mut self, store: &mut Self::Store) -> Self::Saved;
    fn restore(&mut self, saved: &Self::Saved) -> Self::Store;
    /// The program ends, and begins again.
    fn reopen(&mut self, store: Self::Store) -> Self::Store;
    fn begin_epoch(&mut self, store: &mut Self::Store, epoch: u32);

    /// Looks at a ledger by its own means.
    fn check(&mut self, store: &mut Self::Store) {
        let _ = store;
    }
}

/// How much was tried.
#[derive(Debug, Default)]
pub struct Tried {
    pub operations: u64,
    refused: BTreeMap<&'static str, u64>,
    arrivals: u64,
    taken: u64,
    repeated: u64,
    waited: u64,
    lost: u64,
    crashes: u64,
    restored: u64,
    acknowledged: u64,
    foreign_acknowledgements: u64,
    debts: u64,
    twice_decided: u64,
    waits_for_ever: u64,
    pub merges: u64,
}

impl Tried {
    pub fn add(&mut self, other: &Tried) {
        self.operations += other.operations;
        self.arrivals += other.arrivals;
        self.taken += other.taken;
        self.repeated += other.repeated;
        self.waited += other.waited;
        self.lost += other.lost;
        self.crashes += other.crashes;
        self.restored += other.restored;
        self.acknowledged += other.acknowledged;
        self.foreign_acknowledgements += other.foreign_acknowledgements;
        self.debts += other.debts;
        self.twice_decided += other.twice_decided;
        self.waits_for_ever += other.waits_for_ever;
        self.merges += other.merges;
        for (name, times) in &other.refused {
            *self.refused.entry(name).or_default() += times;
        }
    }

    /// Whether all that can go wrong did.
    pub fn is_rich(&self) -> bool {
        let all = [
            self.operations,
            self.taken,
            self.repeated,
            self.waited,
            self.lost,
            self.crashes,
            self.restored,
            self.acknowledged,
            self.debts,
            self.twice_decided,
            self.merges,
        ];
        all.iter().all(|times| 0 < *times)
    }
}

struct Till<S: Store, B> {
    register: Register<S, FixedZones>,
    name: RegisterId,
    clock: i64,
    /// A copy of the ledger.
    saved: Option<B>,
    /// The last number that each other register has of an origin of this one.
    seen: BTreeMap<(usize, Origin), u64>,
}

enum Message {
    Lines(Vec<String>),
    Acknowledgement { from: usize, name: OperationName },
}

struct World<'k, K: Kind> {
    kind: &'k mut K,
    chance: Chance,
    shop: Shop,
    tills: Vec<Till<K::Store, K::Saved>>,
    /// To whom, when, and what.
    network: Vec<(usize, u64, Message)>,
    sales: Vec<String>,
    step: u64,
    made: u64,
    epoch: u32,
    /// The origins of files that were lost.
    lost: Vec<Origin>,
    tried: Tried,
    /// What was answered to each document, where it is asked for.
    told: Option<String>,
}

/// 2026-03-01.
const FIRST: i64 = 1_772_323_200_000;
const HOUR: i64 = 3_600_000;

/// Plays one run, and compares what the registers have in the end.
pub fn play<K: Kind>(kind: &mut K, seed: u64) -> Tried {
    let mut world = World::new(kind, seed);
    world.play(seed);
    world.tried
}

/// The same in a shop that has every kind of rule; what was told of it.
pub fn play_wide<K: Kind>(kind: &mut K, seed: u64) -> (Tried, String) {
    let mut world = World::wide(kind, seed);
    world.play(seed);
    let told = world.look();
    (world.tried, told)
}

/// What a register that is alone tells in a shop that has every kind of rule.
pub fn play_wide_alone<K: Kind>(kind: &mut K, seed: u64) -> String {
    let mut world = World::wide(kind, seed);
    world.open();
    world.tills.truncate(1);
    world.begin();
    for _ in 0..20 + world.chance.below(40) {
        if world.chance.percent(8) {
            world.tills[0].clock += 24 * HOUR * (world.chance.below(12) as i64 - 3);
        }
        world.sell(0);
    }
    verify(world.tills[0].register.store_mut()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    world.look()
}

/// Plays a register that is alone, and compares what it has with what another makes of all that it decided: it knew of
/// everything, so that is the same.
pub fn play_alone<K: Kind>(kind: &mut K, seed: u64) -> Tried {
    let mut world = World::new(kind, seed);
    world.open();
    world.tills.truncate(2);
    world.begin();
    for _ in 0..10 + world.chance.below(40) {
        if world.chance.percent(8) {
            world.tills[0].clock += 24 * HOUR * (world.chance.below(12) as i64 - 4);
        }
        world.sell(0);
    }
    let lines = world.all_of(0);
    world.take_in(1, lines, true);
    world.compare(seed, "alone");
    world.tried
}

/// Plays a register that is alone, and two that take turns and meet after each document, and compares what they have:
/// whoever decides knows of everything, so that is the same. Nothing comes late, of which the fold makes less (`design`).
pub fn play_in_turn<K: Kind>(kind: &mut K, seed: u64) -> Tried {
    let mut world = World::new(kind, seed);
    (0..3).for_each(|number| world.add_till(number));
    let program = world.shop.program("0.05", None);
    for text in [opening(&program)].into_iter().chain(gifts()) {
        world.decide_at_both(1, &text);
    }
    for _ in 0..10 + world.chance.below(40) {
        if world.chance.percent(8) {
            world.tills[0].clock += 24 * HOUR * world.chance.below(8) as i64;
        }
        let (till, (text, sale)) = (1 + world.chance.below(2), world.document(0));
        if world.decide_at_both(till, &text) {
            world.sales.extend(sale);
        }
    }
    world.tills.truncate(2);
    world.compare_by(seed, "in turn", view_by_place);
    world.tried
}

/// The program as it is set first.
fn opening(program: &str) -> String {
    format!(r#"{{"type": "set_program", "at": "2026-03-01T00:00:00Z", "program": {program}}}"#)
}

pub const CUSTOMERS: [&str; 6] = ["ann", "bob", "eve", "kim", "lee", "max"];

/// What lets customers have something.
fn gifts() -> impl Iterator<Item = String> {
    CUSTOMERS.into_iter().flat_map(|customer| {
        let enrol = format!(
            r#"{{"type": "enrol", "id": "enrol-{customer}", "at": "2026-03-01T00:00:00Z", "customer": "{customer}",
            "email": "{customer}@example.org"}}"#
        );
        let gift = format!(
            r#"{{"type": "adjust", "id": "gift-{customer}", "at": "2026-03-01T00:00:00Z", "customer": "{customer}",
            "units": "12.00", "reason": "r", "operator": "o"}}"#
        );
        [enrol, gift]
    })
}

impl<'k, K: Kind> World<'k, K> {
    fn new(kind: &'k mut K, seed: u64) -> World<'k, K> {
        let mut chance = Chance::new(seed);
        let shop = Shop::any(&mut chance);
        World {
            kind,
            chance,
            shop,
            tills: Vec::new(),
            network: Vec::new(),
            sales: Vec::new(),
            step: 0,
            made: 0,
            epoch: 0,
            lost: Vec::new(),
            tried: Tried::default(),
            told: None,
        }
    }

    /// A shop that has every kind of rule, of which all is told.
    fn wide(kind: &'k mut K, seed: u64) -> World<'k, K> {
        let mut world = World::new(kind, seed);
        world.shop = Shop::wide(&mut world.chance);
        world.told = Some(String::new());
        world
    }
}

impl<K: Kind> World<'_, K> {
    fn play(&mut self, seed: u64) {
        self.open();
        self.begin();
        let steps = 60 + self.chance.below(120);
        for _ in 0..steps {
            self.step += 1;
            self.act();
            self.deliver();
        }
        self.finish(seed);
    }

    /// All that was told, what is told ahead, and all that can be seen in the end.
    fn look(&mut self) -> String {
        let mut told = self.told.take().unwrap_or_default();
        let (first, next) = (self.shop.program("0.05", None), self.make(0, |maker| maker.wide_sale()).0);
        let program = read_program(&first).unwrap();
        let Document::Sale(basket) = read_document(&next, &*program.program).unwrap() else {
            panic!("it is no sale: {next}")
        };
        let Till { register, clock, .. } = &mut self.tills[0];
        let at = Timestamp::from_millisecond(*clock).unwrap();
        for customer in CUSTOMERS {
            let hints = register.hints(&CustomerId::new(customer).unwrap(), None, at);
            let hints = hints.map(|hints| write_hints(&hints, &program.program));
            writeln!(told, "{hints:?}").unwrap();
        }
        let dry_run = register.dry_run(&program, at).unwrap();
        writeln!(told, "{}", write_dry_run(&dry_run, &program.program)).unwrap();
        writeln!(told, "{:?} {:?}", register.quote(&basket), register.spendable(&basket)).unwrap();
        for sale in &self.sales {
            writeln!(told, "{:?}", register.explain(&SaleId::new(sale).unwrap())).unwrap();
        }
        told.push_str(&view(register.store_mut()));
        told
    }

    fn open(&mut self) {
        for number in 0..2 + self.chance.below(3) {
            self.add_till(number);
        }
        // One of them opens the shop; the others can't sell before they know of it.
        let program = self.shop.program("0.05", None);
        self.submit(0, &opening(&program));
    }

    fn add_till(&mut self, number: usize) {
        let name = RegisterId::new(&format!("till-{number}")).unwrap();
        let mut store = self.kind.fresh();
        let mut transaction = store.begin().unwrap();
        share(&mut transaction, &name).unwrap();
        transaction.commit().unwrap();
        let register = Register::new(store, FixedZones);
        let clock = FIRST + self.chance.below(48) as i64 * HOUR;
        self.tills.push(Till { register, name, clock, saved: None, seen: BTreeMap::new() });
    }

    /// The first till decides a document, and so does another one, which tells all others; whether it was accepted.
    fn decide_at_both(&mut self, till: usize, text: &str) -> bool {
        self.tills[till].clock = self.tills[0].clock;
        let (alone, in_turn) = (self.submit(0, text), self.submit(till, text));
        assert_eq!(alone, in_turn, "{text}");
        let parcels = self.all_of(till);
        for other in (1..self.tills.len()).filter(|other| *other != till) {
            self.take_in(other, parcels.clone(), true);
        }
        alone
    }

    /// All know of the shop, and of customers who have something.
    fn begin(&mut self) {
        for text in gifts() {
            assert!(self.submit(0, &text));
        }
        let lines = self.all_of(0);
        for till in 1..self.tills.len() {
            // Some get to know of it later.
            if self.chance.percent(80) {
                self.take_in(till, lines.clone(), true);
            }
        }
    }

    fn act(&mut self) {
        let till = self.chance.below(self.tills.len());
        match self.chance.below(100) {
            0..62 => self.sell(till),
            62..84 => self.send(till),
            84..88 => self.send_all(till),
            88..91 => self.crash(till),
            91..94 => {
                let saved = self.kind.save(self.tills[till].register.store_mut());
                self.tills[till].saved = Some(saved);
            }
            94..96 => self.restore(till),
            96..98 => self.tills[till].clock += 24 * HOUR * (self.chance.below(9) as i64 - 3),
            _ => {}
        }
    }

    /// A few documents, each in a transaction of its own.
    fn sell(&mut self, till: usize) {
        for _ in 0..1 + self.chance.below(3) {
            let (document, sale) = self.document(till);
            if self.submit(till, &document) {
                self.sales.extend(sale);
            }
        }
    }

    fn document(&mut self, till: usize) -> (String, Option<String>) {
        self.make(till, |maker| maker.any())
    }

    fn make(
        &mut self,
        till: usize,
        made: impl Fn(&mut Maker<'_>) -> (String, Option<String>),
    ) -> (String, Option<String>) {
        let clock = &mut self.tills[till].clock;
        // It may stand still for a while.
        if self.chance.percent(80) {
            *clock += self.chance.below(180) as i64 * 60_000;
        }
        let at = time(*clock);
        self.made += 1;
        let fresh = format!("{till}-{}", self.made);
        let Self { chance, sales, shop, .. } = self;
        made(&mut Maker { chance, at, fresh, sales, shop })
    }

    /// Whether it was accepted.
    fn submit(&mut self, till: usize, text: &str) -> bool {
        let program = read_program(&self.shop.program("0.05", None)).unwrap().program;
        let document = read_document(text, &*program).unwrap_or_else(|error| panic!("{text}: {error}"));
        let Till { register, clock, .. } = &mut self.tills[till];
        match register.submit(&document, Timestamp::from_millisecond(*clock).unwrap()) {
            Ok(outcome) => {
                self.tell(till, text, || write_outcome(&outcome, &program));
                self.tried.operations += u64::from(!outcome.duplicate);
                let merges = |(_, member): &(CustomerId, Member)| member.merged_into.is_some();
                self.tried.merges += u64::from(outcome.decision.members.iter().any(merges));
                true
            }
            Err(RegisterError::Refused(refusal)) => {
                assert_ne!(refusal.name(), "damaged", "{text}: {refusal}");
                self.tell(till, text, || write_refusal(&refusal));
                *self.tried.refused.entry(refusal.name()).or_default() += 1;
                false
            }
            Err(error) => panic!("{text}: {error}"),
        }
    }

    fn tell(&mut self, till: usize, text: &str, answer: impl FnOnce() -> String) {
        if let Some(told) = &mut self.told {
            writeln!(told, "{till} {text}\n  {}", answer()).unwrap();
        }
    }

    /// What isn't acknowledged goes to everybody.
    fn send(&mut self, till: usize) {
        let most = 1 + self.chance.below(30);
        let mut transaction = self.tills[till].register.store_mut().begin().unwrap();
        let sent = outbox(&mut transaction, None, most).unwrap();
        let numbers: Vec<&OperationName> = sent.iter().map(|parcel| &parcel.order.name).collect();
        let contiguous = |pair: &[&OperationName]| {
            pair[0].number + 1 == pair[1].number || pair[0].origin.epoch < pair[1].origin.epoch
        };
        assert!(numbers.windows(2).all(contiguous), "{numbers:?}");
        let lines: Vec<String> = sent.iter().map(write_parcel).collect();
        drop(transaction);
        for to in 0..self.tills.len() {
            if to != till {
                self.post(to, &lines);
            }
        }
    }

    /// All that a register has goes to another.
    fn send_all(&mut self, till: usize) {
        let to = self.chance.below(self.tills.len());
        let lines: Vec<String> = self.all_of(till).iter().map(write_parcel).collect();
        if to != till {
            self.post(to, &lines);
        }
    }

    fn all_of(&mut self, till: usize) -> Vec<Parcel> {
        let mut transaction = self.tills[till].register.store_mut().begin().unwrap();
        parcels(&mut transaction, Seq(1), usize::MAX).unwrap()
    }

    /// The network loses some, repeats some, and brings them in any order.
    fn post(&mut self, to: usize, lines: &[String]) {
        let mut lines: Vec<String> = lines.to_vec();
        for place in (1..lines.len()).rev() {
            if self.chance.percent(30) {
                let other = self.chance.below(place + 1);
                lines.swap(place, other);
            }
        }
        while !lines.is_empty() {
            let rest = lines.split_off(lines.len().min(1 + self.chance.below(6)));
            let part = std::mem::replace(&mut lines, rest);
            if self.chance.percent(20) {
                self.tried.lost += part.len() as u64;
                continue;
            }
            let copies = if self.chance.percent(15) { 2 } else { 1 };
            for _ in 0..copies {
                let when = self.step + self.chance.below(25) as u64;
                self.network.push((to, when, Message::Lines(part.clone())));
            }
        }
    }

    fn deliver(&mut self) {
        let now = self.step;
        let (due, rest) =
            std::mem::take(&mut self.network).into_iter().partition(|(_, when, _)| *when <= now);
        self.network = rest;
        let due: Vec<(usize, u64, Message)> = due;
        for (to, _, message) in due {
            match message {
                Message::Lines(lines) => {
                    let commits = !self.chance.percent(4);
                    let parcels: Vec<Parcel> = lines.iter().map(|line| read_parcel(line).unwrap()).collect();
                    let origins = parcels.iter().map(|parcel| parcel.order.name.origin.clone()).collect();
                    self.take_in(to, parcels, commits);
                    if commits {
                        self.answer(to, origins);
                    }
                }
                Message::Acknowledgement { from, name } => self.acknowledged(to, from, name),
            }
        }
    }

    fn take_in(&mut self, to: usize, parcels: Vec<Parcel>, commits: bool) {
        let arrivals = parcels.len() as u64;
        let store = self.tills[to].register.store_mut();
        let mut transaction = store.begin().unwrap();
        let done = unite(&mut transaction, parcels).unwrap_or_else(|error| panic!("till {to}: {error}"));
        if !commits {
            // The power fails.
            self.tried.crashes += 1;
            return;
        }
        transaction.commit().unwrap();
        self.tried.arrivals += arrivals;
        self.tried.taken += done.taken;
        self.tried.repeated += done.known;
        self.tried.waited += done.waiting;
    }

    /// Says how far everything of an origin has come.
    fn answer(&mut self, till: usize, origins: BTreeSet<Origin>) {
        let mut transaction = self.tills[till].register.store_mut().begin().unwrap();
        let last: Vec<OperationName> = origins
            .into_iter()
            .map(|origin| OperationName { number: transaction.last_of(&origin).unwrap(), origin })
            .collect();
        drop(transaction);
        for name in last {
            let to = self.tills.iter().position(|till| till.name == name.origin.register).unwrap();
            if to != till && 0 < name.number && !self.chance.percent(20) {
                let when = self.step + 1 + self.chance.below(25) as u64;
                self.network.push((to, when, Message::Acknowledgement { from: till, name }));
            }
        }
    }

    /// Once all others have something, it needn't be sent again.
    fn acknowledged(&mut self, till: usize, from: usize, name: OperationName) {
        let others = self.tills.len() - 1;
        let Till { register, seen, .. } = &mut self.tills[till];
        let known = seen.entry((from, name.origin.clone())).or_default();
        *known = (*known).max(name.number);
        let of_origin = seen.iter().filter(|((_, origin), _)| *origin == name.origin);
        let numbers: Vec<u64> = of_origin.map(|(_, number)| *number).collect();
        if numbers.len() < others {
            return;
        }
        let name = OperationName { number: *numbers.iter().min().unwrap(), ..name };
        let mut transaction = register.store_mut().begin().unwrap();
        let before = transaction.sharing().unwrap().unwrap();
        match acknowledge(&mut transaction, &name) {
            Ok(own) => {
                assert!(before.acknowledged <= own && own <= before.own);
                transaction.commit().unwrap();
                self.tried.acknowledged += 1;
            }
            // It was sent before the ledger went back to a copy.
            Err(OutboxError::NotThere { .. }) => {
                assert!(name.origin.epoch < before.origin.epoch, "{name}");
                self.tried.foreign_acknowledgements += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Some documents are decided, and the power fails before they are kept.
    fn crash(&mut self, till: usize) {
        let (first, second) = (self.document(till).0, self.document(till).0);
        let program = read_program(&self.shop.program("0.05", None)).unwrap().program;
        let Till { register, clock, .. } = &mut self.tills[till];
        let mut batch = register.batch().unwrap();
        for text in [first, second] {
            let document = read_document(&text, &*program).unwrap();
            let decided = batch.submit(&document, Timestamp::from_millisecond(*clock).unwrap());
            assert!(!matches!(decided, Err(RegisterError::Store(_))));
        }
        drop(batch);
        self.tried.crashes += 1;
        let fresh = Register::new(self.kind.fresh(), FixedZones);
        let register = std::mem::replace(&mut self.tills[till].register, fresh);
        let store = self.kind.reopen(register.into_store());
        self.tills[till].register = Register::new(store, FixedZones);
    }

    /// The file is gone; an older copy goes on in a new epoch.
    fn restore(&mut self, till: usize) {
        let Some(saved) = &self.tills[till].saved else { return };
        let mut store = self.kind.restore(saved);
        let gone = self.tills[till].register.store_mut().begin().unwrap().sharing().unwrap().unwrap();
        self.lost.push(gone.origin);
        self.epoch += 1;
        self.kind.begin_epoch(&mut store, self.epoch);
        self.tills[till].register = Register::new(store, FixedZones);
        self.tried.restored += 1;
    }

    /// All is delivered, in some order that is another one for each register.
    fn finish(&mut self, seed: u64) {
        self.network.clear();
        // What comes may let go what has waited, and others get that in the next round.
        while self.exchange_all() {}
        self.compare(seed, "in the end");
        // They go on with what they have.
        for till in 0..self.tills.len() {
            for _ in 0..4 {
                self.sell(till);
            }
        }
        while self.exchange_all() {}
        self.compare(seed, "after going on");
    }

    /// Everybody sends everything to everybody; whether there was anything new.
    fn exchange_all(&mut self) -> bool {
        let before = self.tried.taken;
        for from in 0..self.tills.len() {
            let lines = self.all_of(from);
            for to in (0..self.tills.len()).filter(|to| *to != from) {
                let mut lines = lines.clone();
                for place in (1..lines.len()).rev() {
                    let other = self.chance.below(place + 1);
                    lines.swap(place, other);
                }
                self.take_in(to, lines, true);
            }
        }
        before < self.tried.taken
    }

    fn compare(&mut self, seed: u64, when: &str) {
        self.compare_by(seed, when, view);
    }

    fn compare_by(&mut self, seed: u64, when: &str, view: impl Fn(&mut K::Store) -> String) {
        let views: Vec<String> = self.tills.iter_mut().map(|till| view(till.register.store_mut())).collect();
        for (till, other) in views.iter().enumerate().skip(1) {
            let differs = views[0].lines().zip(other.lines()).find(|(one, other)| one != other);
            assert!(views[0] == *other, "seed {seed}, {when}: tills 0 and {till} differ: {differs:#?}");
        }
        self.tried.debts += views[0].lines().filter(|line| line.contains(": Units(-")).count() as u64;
        for (number, till) in self.tills.iter_mut().enumerate() {
            let store = till.register.store_mut();
            let verified =
                verify(store).unwrap_or_else(|error| panic!("seed {seed}, {when}: till {number}: {error}"));
            let sum: i64 = verified.accounts.iter().map(|(_, units)| units.minor()).sum();
            assert_eq!(sum, 0);
            // What was given back or spent of what was held was held.
            assert!(0 <= verified.of(Account::Held).minor(), "seed {seed}, {when}: till {number}");
            self.kind.check(store);
            // What waits still follows from something that was lost with a file before anybody had it.
            let waits = store.begin().unwrap().waiting_from().unwrap();
            assert!(
                waits.iter().all(|name| self.lost.contains(&name.origin)),
                "seed {seed}: till {number} waits: {waits:?}"
            );
            self.tried.waits_for_ever += waits.len() as u64;
        }
        self.tried.twice_decided += twice_decided(self.tills[0].register.store_mut());
    }
}

/// How many documents there are that two registers decided.
fn twice_decided<S: Store>(store: &mut S) -> u64 {
    let operations = store.operations(Seq(1), usize::MAX).unwrap();
    let mut transaction = store.begin().unwrap();
    let mut twice = 0;
    for operation in &operations {
        let Some(id) = operation.document.id() else { continue };
        let under = transaction.under(operation.document.kind(), id).unwrap();
        twice += u64::from(under != Some(operation.seq));
    }
    twice
}
