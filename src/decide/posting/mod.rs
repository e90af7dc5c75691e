//! The entries of one document, drafted against what the customer holds.

mod bought;
mod grant;
mod joined;
mod undo;

pub(super) use undo::ClawBack;

use bought::told_apart_since;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::decide::late::Late;
use crate::decide::replay::{Replay, idle, idle_after, is_expiry, run_out};
use crate::decide::spent::OfRewards;
use crate::decide::steps::Carry;
use crate::decide::{
    AccountChange, CardChange, Facts, Kept, KnownAccount, Member, Punched, Purchase, Refusal, Refused,
    Standing, Tally, idle_ended_since,
};
use crate::ident::{Code, CustomerId, SaleId};
use crate::ledger::{Account, Entry, Holding, HoldingError, Lot, LotKey, Seq};
use crate::loyalty::{Expiry, Program};
use crate::money::Units;
use crate::sorting;
use crate::time::{Date, Timestamp};

/// The entries of one document for one customer. Each is put into a copy of what the customer
/// holds as it is drafted, so that the next one sees it. It is large, and handed on from step to step in a box.
pub(super) struct Posting<'a> {
    program: &'a Program,
    customer: CustomerId,
    pub(super) member: Member,
    /// What is kept of the customer; `None` for one who is new.
    before: Option<&'a Member>,
    /// What is kept under keys of its own, as it is now.
    kept: Vec<Kept>,
    /// What of it is new or has changed.
    changed: Vec<Kept>,
    /// What has changed of the sums of punch cards.
    card_changes: Vec<CardChange>,
    /// What settled sales punched.
    pub(super) punched: Vec<Punched>,
    holding: Holding,
    /// All that happened to the customer before, where it was asked for.
    past: Vec<Replay>,
    /// What has run out since the document began, of each lot; also what would have filled a debt, and had run out.
    ran_out: Vec<(LotKey, Units)>,
    /// The balance as it is kept, where the document moves nothing and leaves to others what has run out.
    unmoved: Option<Units>,
    /// Whether all units without a last day of their own have run out before the document.
    idle: bool,
    /// The last day of those, as it was before the document: for the order of use.
    pub(super) others_until: Option<Date>,
    /// How much of a debt was filled by units given back that had run out so, of each lot.
    filled: Vec<(LotKey, Units)>,
    /// What rewards cost and gave back.
    pub(super) of_rewards: OfRewards,
    /// The last day of what is given back and had run out, by the days of grace.
    pub(super) grace_until: Option<Date>,
    /// What loyalty had paid for the goods that came back, and pays for others now (Q8).
    pub(super) carried: Option<Carry>,
    /// Where later documents are recorded already: the holding is as of the document's time then (Q13). Boxed, since
    /// hardly any document is late.
    late: Option<Box<Late<'a>>>,
    latest: Timestamp,
    /// What the customer had bought at the document's time, if the program looks at it.
    tally: Option<Tally>,
    /// The same with that of later documents, where there are some.
    tally_by_now: Option<Tally>,
    /// Whether the tally that is kept is to be replaced, whatever the document does: it is missing, or
    /// doesn't reach far enough back.
    replaces_tally: bool,
    /// What has come to the tally, as long as nothing else of it has changed.
    tally_grows: Option<Tally>,
    /// Whether one is kept, and the program that holds doesn't look at it any more.
    ends_tally: bool,
    /// Of a document that comes late, whether the customer took part at its time.
    standing_then: Option<Standing>,
    /// Whether something is recorded already that says it for a later time.
    said_later: bool,
    /// The purchases that this document has made or changed, in the order of their keys.
    bought: Vec<Purchase>,
    /// The first day from which on purchases are kept one by one; `None` where nothing looks at them.
    told_apart_since: Option<Date>,
    seq: Seq,
    /// Whether operations of other registers are in the ledger.
    united: bool,
    at: Timestamp,
    today: Date,
    /// When units run out, as the program that holds now says.
    expiry: Expiry,
    lots_made: u16,
    touched: Vec<LotKey>,
    entries: Vec<Entry>,
}

impl<'a> Posting<'a> {
    /// Begins with what a known customer holds, less what has run out by `today`; `None` for a
    /// customer who was never seen. `named` is who the document says: what comes late is about the record that this
    /// was at its time (R30).
    pub(super) fn open(
        facts: &'a Facts,
        named: &CustomerId,
        program: &'a Program,
        at: Timestamp,
        today: Date,
    ) -> Result<Option<Box<Posting<'a>>>, Refused> {
        let customer = facts.stays(named);
        let known = facts.known(customer);
        known.map(|known| Posting::of_known(facts, (customer, known), named, program, at, today)).transpose()
    }

    /// The same for a record of which it is known that it has gone to no other.
    pub(super) fn of_known(
        facts: &'a Facts,
        (customer, known): (&CustomerId, &'a KnownAccount),
        named: &CustomerId,
        program: &'a Program,
        at: Timestamp,
        today: Date,
    ) -> Result<Box<Posting<'a>>, Refused> {
        let mut posting = Posting::empty(facts, customer, program, at, today);
        posting.member = known.member.clone();
        posting.before = Some(&known.member);
        posting.holding = known.holding.clone();
        posting.tally = known.tally_now().map(|tally| match tally {
            Cow::Owned(tally) => tally,
            Cow::Borrowed(tally) => tally.with_room(),
        });
        posting.replaces_tally = known.purchases.is_some();
        posting.ends_tally = known.tally.is_some() && posting.told_apart_since.is_none();
        if !facts.look_at_purchases() && !program.looks_at_purchases() {
            // It wasn't asked how far back it reaches.
            posting.tally = None;
        } else if posting.tally.is_none() {
            return Err(Refusal::Damaged { what: "what a customer bought is missing in the facts" }.into());
        }
        if facts.is_behind(known, at) {
            posting.go_back(facts, Some(known), named)?;
            posting.standing_then = posting.late.as_deref().map(Late::standing);
            posting.said_later = posting.late.as_ref().is_some_and(|late| late.says_later(customer));
        }
        posting.look_back(facts, known)?;
        posting.latest = known.latest;
        posting.others_until = idle_after(posting.expiry, posting.tally().last_alive());
        posting.idle = idle(posting.expiry, posting.tally().last_alive(), today);
        posting.expire()?;
        posting.ran_out.clear();
        Ok(posting)
    }

    /// The same for a document that moves no units: what has run out is seen, and not taken (Q14).
    pub(super) fn unmoved(mut self: Box<Self>) -> Result<Box<Posting<'a>>, Refused> {
        let run_out = Units::sum(self.entries.iter().map(|entry| entry.units))?;
        self.unmoved = Some(self.holding.balance().plus(run_out)?);
        self.entries.clear();
        self.touched.clear();
        Ok(self)
    }

    /// Begins with a customer who is new, and takes part.
    pub(super) fn of_new(
        facts: &'a Facts,
        customer: &CustomerId,
        program: &'a Program,
        at: Timestamp,
        today: Date,
    ) -> Result<Box<Posting<'a>>, Refused> {
        let mut posting = Posting::empty(facts, customer, program, at, today);
        if idle_ended_since(&facts.expiries, at).is_some() {
            posting.go_back(facts, None, customer)?;
        }
        Ok(posting)
    }

    fn empty(
        facts: &Facts,
        customer: &CustomerId,
        program: &'a Program,
        at: Timestamp,
        today: Date,
    ) -> Box<Posting<'a>> {
        Box::new(Posting {
            program,
            customer: customer.clone(),
            member: Member::default(),
            before: None,
            kept: facts.kept.clone(),
            changed: Vec::new(),
            card_changes: Vec::new(),
            punched: Vec::new(),
            holding: Holding::default(),
            past: Vec::new(),
            ran_out: Vec::new(),
            unmoved: None,
            idle: false,
            others_until: None,
            filled: Vec::new(),
            of_rewards: OfRewards::default(),
            grace_until: None,
            carried: None,
            late: None,
            standing_then: None,
            said_later: false,
            latest: Timestamp::FIRST,
            tally: Some(Tally::default()),
            tally_by_now: None,
            replaces_tally: false,
            tally_grows: Some(Tally::new()),
            ends_tally: false,
            bought: Vec::new(),
            told_apart_since: told_apart_since(facts, today),
            seq: facts.next,
            united: facts.united,
            at,
            today,
            expiry: facts
                .then
                .as_ref()
                .or(facts.program.as_ref())
                .map_or(program.expiry, |held| held.program.expiry),
            lots_made: 0,
            touched: Vec::new(),
            entries: Vec::new(),
        })
    }

    pub(super) fn program(&self) -> &'a Program {
        self.program
    }

    /// Goes on under another version of the program (Q29).
    pub(super) fn under(&mut self, program: &'a Program) {
        self.program = program;
    }

    pub(super) fn customer(&self) -> &CustomerId {
        &self.customer
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number of the operation that is drafted.
    pub(super) fn seq(&self) -> Seq {
        self.seq
    }

    /// The time of the document.
    pub(super) fn at(&self) -> Timestamp {
        self.at
    }

    /// The purchases that are new or have changed.
    pub(super) fn changed_purchases(&self) -> Vec<(CustomerId, Purchase)> {
        self.bought.iter().map(|purchase| (self.customer.clone(), purchase.clone())).collect()
    }

    /// Whether later documents of the customer are recorded already.
    pub(super) fn is_late(&self) -> bool {
        self.late.is_some()
    }

    /// Whether something is kept of the customer already.
    pub(super) fn is_known(&self) -> bool {
        self.before.is_some()
    }

    /// Whether the customer takes part, at the time of the document.
    pub(super) fn takes_part(&self) -> bool {
        self.standing_then.unwrap_or(self.member.standing) == Standing::Enrolled
    }

    /// Notes whether the customer takes part from the document's time on; what was said for a later time stays.
    pub(super) fn stand(&mut self, standing: Standing) {
        if !self.said_later {
            self.member.standing = standing;
        }
    }

    /// What is kept of the customer, if it is new or has changed.
    pub(super) fn changed_member(&self) -> Option<(CustomerId, Member)> {
        let changed = self.before != Some(&self.member);
        changed.then(|| (self.customer.clone(), self.member.clone()))
    }

    /// What is kept under keys of its own, as it is now.
    pub(super) fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// What of it is new or has changed.
    pub(super) fn changed_kept(&self) -> &[Kept] {
        &self.changed
    }

    /// What has changed of the sums of punch cards.
    pub(super) fn card_changes(&self) -> &[CardChange] {
        &self.card_changes
    }

    /// Notes how many punches an offer of a card takes that changes.
    pub(super) fn note_required(&mut self, code: &Code, required: u32) {
        if let Some(change) = self.card_changes.iter_mut().find(|change| change.card == *code) {
            change.required = required;
        }
    }

    /// Keeps something in the place of what was there under its key.
    pub(super) fn keep(&mut self, kept: Kept) {
        let key = kept.key();
        let before = self.kept.iter().find(|known| known.key() == key).and_then(Kept::as_card);
        if let (Some(before), Some(after)) = (before, kept.as_card()) {
            let change = before.change_to(after);
            match self.card_changes.iter_mut().find(|known| known.card == change.card) {
                Some(known) => known.add(&change),
                None => self.card_changes.push(change),
            }
        }
        for list in [&mut self.kept, &mut self.changed] {
            match list.iter_mut().find(|known| known.key() == key) {
                Some(known) => *known = kept.clone(),
                None => list.push(kept.clone()),
            }
        }
    }

    /// What the customer holds by now.
    pub(super) fn holding(&self) -> &Holding {
        &self.holding
    }

    /// The lots in the order of use.
    pub(super) fn lots(&self) -> Vec<Lot> {
        let mut lots: Vec<Lot> = self.holding.lots().collect();
        sorting::sort_by_key(&mut lots, |lot| lot.key.order(self.others_until));
        lots
    }

    /// The balance as of the document's time.
    pub(super) fn balance(&self) -> Units {
        self.holding.balance()
    }

    /// What can be spent: the balance at the document's own time and as of the latest document,
    /// whichever is less, and nothing at or below zero (R19, Q13).
    pub(super) fn available(&self) -> Units {
        let latest = self.late.as_ref().map_or(self.holding.balance(), |late| late.balance);
        self.balance().min(latest).or_zero()
    }

    /// What the customer has afterwards, and all entries that make it so. Purchases that the document
    /// changed are counted by now. `dated` is the document's own time, also where it was decided as of a later moment.
    pub(super) fn close(self: Box<Self>, dated: Timestamp) -> Result<(AccountChange, Vec<Entry>), Refused> {
        let mut posting = self;
        posting.latest = posting.latest.max(dated);
        let tally = posting.close_tally();
        if let Some(late) = posting.late.take() {
            let step = posting.step();
            let (change, entries) = late.close(step, posting.customer, posting.latest)?;
            return Ok((AccountChange { tally, ..change }, entries));
        }
        let holding = &posting.holding;
        let touched = sorting::each_once(posting.touched.iter().copied());
        let lots = touched.into_iter().map(|key| Lot { key, units: holding.lot(&key) }).collect();
        let balance = posting.unmoved.unwrap_or(holding.balance());
        let Posting { customer, latest, entries, .. } = *posting;
        Ok((AccountChange { customer, balance, latest, lots, tally }, entries))
    }

    /// Lets run out what has run out now that other purchases count: the last one may be long ago (Q10).
    pub(super) fn expire_by_purchases(&mut self) -> Result<(), Refused> {
        self.idle = idle(self.expiry, self.tally().last_alive(), self.today);
        self.expire()?;
        // What had run out before it was given back filled no debt (R23).
        let filled = core::mem::take(&mut self.filled);
        if !self.idle {
            return Ok(());
        }
        filled.into_iter().try_for_each(|(lot, units)| self.run_out_of_debt(lot, units))
    }

    /// What would have filled a debt had run out, and is owed as before.
    fn run_out_of_debt(&mut self, lot: LotKey, filled: Units) -> Result<(), Refused> {
        self.ran_out.push((lot, filled));
        self.post(Account::Customer, Account::Expired, filled, None, None)
    }

    /// Notes what units that come back fill of a debt, of a lot that has run out since nothing was bought for long.
    pub(super) fn note_filled(&mut self, lot: LotKey, units: Units) -> Result<(), Refused> {
        let filled = self.holding.fills(units)?;
        if self.idle && lot.expires.is_none() && !filled.is_zero() {
            self.filled.push((lot, filled));
        }
        Ok(())
    }

    /// Whether such units fill a debt, unless something was bought that keeps them.
    pub(super) fn has_filled(&self) -> bool {
        !self.filled.is_empty()
    }

    /// Lets run out what has run out.
    pub(super) fn expire(&mut self) -> Result<(), Refused> {
        self.run_out(self.idle)
    }

    fn run_out(&mut self, idle: bool) -> Result<(), Refused> {
        for lot in run_out(&self.holding, self.today, idle) {
            self.post(Account::Customer, Account::Expired, lot.units, Some(lot.key), None)?;
            self.ran_out.push((lot.key, lot.units));
        }
        Ok(())
    }

    /// Takes units out of the lots, and, where they are not enough, out of nothing: the balance
    /// goes below zero.
    pub(super) fn take(
        &mut self,
        units: Units,
        own: Option<&LotKey>,
        to: Account,
        sale: Option<&SaleId>,
    ) -> Result<(), Refused> {
        let mut left = units;
        for lot in self.holding.portion(units, own, self.others_until)? {
            left = left.minus(lot.units)?;
            self.post(Account::Customer, to, lot.units, Some(lot.key), sale)?;
        }
        self.post(Account::Customer, to, left, None, sale)
    }

    fn new_lot(&mut self, expires: Option<Date>) -> Result<LotKey, Refused> {
        let part = self.lots_made;
        self.lots_made = part.checked_add(1).ok_or_else(too_many_sales)?;
        Ok(LotKey { expires, born: self.at, seq: self.seq, part })
    }

    pub(super) fn post(
        &mut self,
        from: Account,
        to: Account,
        units: Units,
        lot: Option<LotKey>,
        sale: Option<&SaleId>,
    ) -> Result<(), Refused> {
        if units.is_zero() {
            return Ok(());
        }
        if units.is_negative() {
            return Err(Refusal::Damaged { what: "units below zero would move" }.into());
        }
        let entry = Entry { from, to, customer: self.customer.clone(), units, lot, sale: sale.cloned() };
        self.holding.apply(&entry)?;
        if let Some(late) = &mut self.late {
            // What runs out is worked out again when the document is closed.
            if is_expiry(&entry) {
                return Ok(());
            }
            late.count(&entry)?;
        }
        self.touched.extend(lot);
        self.entries.push(entry);
        Ok(())
    }

    pub(super) fn decimal(&self, units: Units) -> rust_decimal::Decimal {
        units.to_decimal(self.program.unit_decimals())
    }
}

fn too_many_sales() -> Refused {
    Refused::new(Refusal::InvalidDocument { what: "more than 65535 sales at once".to_string() })
}

impl From<HoldingError> for Refusal {
    fn from(error: HoldingError) -> Refusal {
        match error {
            HoldingError::LotOverdrawn => {
                Refusal::Damaged { what: "a lot holds less than was taken from it" }
            }
            HoldingError::Amount(error) => error.into(),
        }
    }
}
