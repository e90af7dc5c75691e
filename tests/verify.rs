//! A store whose answers were changed is found out, whatever it is that was changed.

#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use common::shop::{PROGRAM, Shop, event, parked, sale, set_program, units};
use regulars::adapter::memory::{MemoryStore, MemoryTransaction};
use regulars::decide::{
    ChangeSet, Decision, Document, Facts, Kind, KnownAccount, Operation, Question, SaleRecord, Tally,
};
use regulars::ident::{CustomerId, RegisterId, SaleId};
use regulars::ledger::{Account, Holding, Lot, OperationName, Origin, Seq};
use regulars::money::{Money, Units};
use regulars::store::{Arrival, Counts, Store, Transaction, parcels, share, verify};
use regulars::time::Timestamp;

/// A store that answers something else than it keeps.
struct Damaged {
    store: MemoryStore,
    damage: Damage,
}

struct DamagedTransaction<'s> {
    transaction: MemoryTransaction<'s>,
    damage: Damage,
}

/// What happens to each operation, to each answer and to the counts before they are handed out.
#[derive(Clone)]
struct Damage {
    operation: Change<Operation>,
    page: Change<Vec<Operation>>,
    facts: Answer,
    counts: Change<Counts>,
}

type Change<T> = Rc<dyn Fn(&mut T)>;
type Answer = Rc<dyn Fn(&Question<'_>, &mut Facts)>;

impl Default for Damage {
    fn default() -> Damage {
        Damage {
            operation: Rc::new(|_| {}),
            page: Rc::new(|_| {}),
            facts: Rc::new(|_, _| {}),
            counts: Rc::new(|_| {}),
        }
    }
}

impl Store for Damaged {
    type Error = Infallible;
    type Transaction<'s> = DamagedTransaction<'s>;

    fn begin(&mut self) -> Result<DamagedTransaction<'_>, Infallible> {
        Ok(DamagedTransaction { transaction: self.store.begin()?, damage: self.damage.clone() })
    }

    fn operations(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, Infallible> {
        let mut page = self.store.operations(from, most)?;
        page.iter_mut().for_each(&*self.damage.operation);
        (self.damage.page)(&mut page);
        Ok(page)
    }
}

impl Transaction for DamagedTransaction<'_> {
    type Error = Infallible;

    fn facts(&mut self, question: &Question<'_>) -> Result<Facts, Infallible> {
        let mut facts = self.transaction.facts(question)?;
        facts.original.iter_mut().for_each(|original| (self.damage.operation)(&mut original.operation));
        let of_sales = facts.sales.iter_mut().flat_map(|history| &mut history.operations);
        of_sales.for_each(&*self.damage.operation);
        (self.damage.facts)(question, &mut facts);
        Ok(facts)
    }

    fn customers(&mut self, after: Option<&CustomerId>, most: usize) -> Result<Vec<CustomerId>, Infallible> {
        self.transaction.customers(after, most)
    }

    fn counts(&mut self) -> Result<Counts, Infallible> {
        let mut counts = self.transaction.counts()?;
        (self.damage.counts)(&mut counts);
        Ok(counts)
    }

    fn record(&mut self, changes: &ChangeSet) -> Result<(), Infallible> {
        self.transaction.record(changes)
    }

    fn commit(self) -> Result<(), Infallible> {
        self.transaction.commit()
    }
}

/// The sale S1 is operation 3, what it gave back operation 5, and S2 is parked as 6 and rung up as 7.
fn ledger() -> MemoryStore {
    let mut shop = Shop::open(MemoryStore::default());
    shop.submit(&event("enrol", "03-01", r#""customer": "C1", "code": "2000017""#));
    shop.submit(&sale("S1", "03-02", "C1", "20.00"));
    shop.submit(&event("import", "03-03", r#""customer": "C1", "units": "5.00", "expires": "2026-09-30""#));
    shop.submit(&event("return", "03-04", r#""of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#));
    shop.submit(&parked("S2", "03-05", "C1", "40.00"));
    shop.submit(&sale("S2", "03-06", "C1", "40.00"));
    let verified = shop.verify();
    assert_eq!((verified.operations, verified.customers), (7, 1));
    assert_eq!(verified.of(Account::Customer), units(700));
    assert_eq!(verified.of(Account::Imported), units(-500));
    assert_eq!(verified.liability(), Ok(units(700)));
    shop.register.store().clone()
}

/// The same, and it goes on under a program that looks at what was bought.
fn ledger_with_tiers() -> MemoryStore {
    let mut shop = Shop::open(ledger());
    let campaigns = r#""tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "base", "at": "0"}]},
        "promotions": [{"id": "some", "limit": {"times": 3, "per": "ever"},
            "rule": {"by": "bonus", "units": "1"}}], "id":"#;
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, campaigns, 1)));
    shop.submit(&sale("S8", "03-20", "C1", "30.00"));
    shop.submit(&event("return", "03-21", r#""of": "S8", "lines": [{"id": "1", "quantity": "1"}]"#));
    shop.submit(&sale("S9", "03-22", "C1", "40.00"));
    shop.register.store().clone()
}

fn found(damage: Damage) -> String {
    found_in(ledger(), damage)
}

fn found_in(store: MemoryStore, damage: Damage) -> String {
    verify(&mut Damaged { store, damage }).map_or_else(|error| error.to_string(), |_| String::new())
}

fn found_in_operation(seq: u64, change: impl Fn(&mut Operation) + 'static) -> String {
    let operation = move |operation: &mut Operation| {
        if operation.seq == Seq(seq) {
            change(operation);
        }
    };
    found(Damage { operation: Rc::new(operation), ..Damage::default() })
}

fn found_in_facts(change: impl Fn(&Question<'_>, &mut Facts) + 'static) -> String {
    found(Damage { facts: Rc::new(change), ..Damage::default() })
}

/// What is kept of C1 is changed, where all that was moved is asked for.
fn found_in_account(change: impl Fn(&mut KnownAccount) + 'static) -> String {
    found_in_facts(move |question, facts| {
        let known = facts.accounts.iter_mut().filter_map(|account| account.known.as_mut());
        known.filter(|_| question.lots).for_each(&change);
    })
}

fn with_lots(known: &mut KnownAccount, change: impl FnOnce(&mut Vec<Lot>)) {
    let mut lots: Vec<Lot> = known.holding.lots().collect();
    change(&mut lots);
    known.holding = Holding::new(known.holding.balance(), lots);
}

fn decision(operation: &mut Operation) -> &mut Decision {
    Arc::make_mut(&mut operation.decision)
}

fn plus_one(units: Units) -> Units {
    Units::from_minor(units.minor() + 1)
}

#[test]
fn operations_have_to_be_all_there_and_in_order() {
    let page = |change: fn(&mut Vec<Operation>)| {
        // The page after the last is empty, and stays so.
        let change = move |page: &mut Vec<Operation>| {
            if !page.is_empty() {
                change(page);
            }
        };
        found(Damage { page: Rc::new(change), ..Damage::default() })
    };
    assert_eq!(page(|page| drop(page.remove(2))), "operation 4 is where operation 3 should be");
    assert_eq!(page(|page| page.insert(2, page[1].clone())), "operation 2 is where operation 3 should be");
    assert_eq!(page(|page| page.swap(2, 3)), "operation 4 is where operation 3 should be");
    assert_eq!(page(|_| {}), "");
}

#[test]
fn an_operation_has_to_be_possible_by_itself() {
    assert_eq!(
        found_in_operation(3, |sale| decision(sale).entries[0].units = Units::ZERO),
        "operation 3: an entry moves nothing, or less"
    );
    assert_eq!(
        found_in_operation(3, |sale| decision(sale).entries[0].from = Account::Customer),
        "operation 3: an entry moves units to where they are"
    );
    assert_eq!(
        found_in_operation(3, |sale| decision(sale).entries[0].customer = CustomerId::new("C9").unwrap()),
        "operation 3: an entry is of another customer"
    );
    assert_eq!(
        found_in_operation(4, |import| decision(import).balance = import.decision.balance.map(plus_one)),
        "operation 4: it answered another balance than its entries make"
    );
}

/// A document of the same moment as the one before isn't late.
#[test]
fn balances_of_one_moment_have_to_be_right() {
    let mut shop = Shop::open(MemoryStore::default());
    shop.submit(&sale("S1", "03-02", "C1", "20.00"));
    shop.submit(&sale("S2", "03-02", "C1", "20.00"));
    let more = |operation: &mut Operation| {
        if operation.seq == Seq(3) {
            decision(operation).balance = operation.decision.balance.map(plus_one);
        }
    };
    let damage = Damage { operation: Rc::new(more), ..Damage::default() };
    let found = found_in(shop.register.store().clone(), damage);
    assert_eq!(found, "operation 3: it answered another balance than its entries make");
}

/// What a store leaves as it is says that nothing is shared.
#[test]
fn a_store_may_share_nothing() {
    let mut store = Damaged { store: ledger(), damage: Damage::default() };
    let mut transaction = store.begin().unwrap();
    let register = RegisterId::new("till-1").unwrap();
    let origin = Origin { register: register.clone(), epoch: 0 };
    let name = OperationName { origin: origin.clone(), number: 1 };
    assert_eq!((transaction.set_register(&register), transaction.begin_epoch(1)), (Ok(false), Ok(false)));
    assert_eq!((transaction.sharing(), transaction.epochs()), (Ok(None), Ok(vec![])));
    assert_eq!((transaction.order_of(Seq(3)), transaction.own_until(Seq(3))), (Ok(None), Ok(None)));
    assert_eq!((transaction.seq_of(&name), transaction.last_of(&origin)), (Ok(None), Ok(0)));
    assert_eq!((transaction.under(Kind::Sale, "S1"), transaction.count_waiting()), (Ok(None), Ok(0)));
    assert_eq!((transaction.waiting(&name), transaction.waiting_from()), (Ok(None), Ok(vec![])));
}

#[test]
fn what_was_granted_has_to_be_what_sales_earned() {
    assert_eq!(
        found_in_operation(3, |sale| decision(sale).accruals[0].sale = SaleId::new("S9").unwrap()),
        "operation 3: a sale earned that it is not about"
    );
    let other = "operation 3: what a sale earned is not what was granted for it";
    let entry = |change: fn(&mut Operation)| found_in_operation(3, change);
    assert_eq!(entry(|sale| decision(sale).entries[0].units = units(101)), other);
    assert_eq!(entry(|sale| decision(sale).entries[0].units = units(99)), other);
    assert_eq!(entry(|sale| decision(sale).entries[0].sale = None), other);
    assert_eq!(entry(|sale| decision(sale).entries[0].from = Account::Imported), other);
    assert_eq!(entry(|sale| decision(sale).accruals[0].lot.seq = Seq(9)), other);
    assert_eq!(entry(|sale| decision(sale).accruals[0].customer = CustomerId::new("C9").unwrap()), other);
    let nobody = |seq: u64| format!("operation {seq}: units were granted that no sale earned");
    assert_eq!(found_in_operation(3, |sale| decision(sale).accruals.clear()), nobody(3));
    assert_eq!(found_in_operation(4, |import| decision(import).entries[0].from = Account::Issued), nobody(4));
}

/// The records of a merge are those that it names, and they go to the one that stays (R30).
#[test]
fn a_merge_moves_its_records_to_the_one_that_stays() {
    let mut shop = Shop::open(ledger());
    shop.submit(&sale("S8", "03-20", "C2", "30.00"));
    shop.submit(&event("merge", "03-21", r#""id": "M1", "into": "C1", "from": ["C2"]"#));
    let store = shop.register.store().clone();
    let merge_of = |change: fn(&mut Operation)| {
        let operation = move |operation: &mut Operation| {
            if matches!(operation.document, Document::Merge(_)) {
                change(operation);
            }
        };
        found_in(store.clone(), Damage { operation: Rc::new(operation), ..Damage::default() })
    };
    assert_eq!(merge_of(|_| ()), "");
    let elsewhere = merge_of(|merge| {
        for (_, member) in &mut decision(merge).members {
            member.merged_into = member.merged_into.as_ref().map(|_| CustomerId::new("C9").unwrap());
        }
    });
    assert!(elsewhere.ends_with("a record goes to another one than that of the merge"), "{elsewhere}");
}

#[test]
fn what_happened_to_a_sale_has_to_fit_together() {
    let state = "it doesn't fit the state of its sale";
    let unpaid = |operation: &mut Operation| {
        let Document::Sale(sale) = &mut operation.document else { panic!("a sale") };
        Arc::make_mut(sale).payments.clear();
    };
    assert_eq!(found_in_operation(3, unpaid), format!("operation 3: {state}"));
    assert_eq!(
        found_in_operation(3, |sale| decision(sale).settled.clear()),
        "operation 3: its sale earned and isn't settled"
    );
    let back = "operation 5: more was taken back than was earned";
    assert_eq!(found_in_operation(5, |back| decision(back).claw_back = units(101)), back);
    let entry = |operation: &mut Operation| {
        decision(operation).entries[0].units = units(101);
        decision(operation).balance = None;
    };
    assert_eq!(found_in_operation(5, entry), back);
    let unearned = |operation: &mut Operation| {
        if operation.seq == Seq(3) {
            decision(operation).entries.clear();
            decision(operation).accruals.clear();
        }
        decision(operation).balance = None;
    };
    assert_eq!(found(Damage { operation: Rc::new(unearned), ..Damage::default() }), back);
    let first = ledger().operations(Seq(3), 1).unwrap().remove(0);
    let twice = move |operation: &mut Operation| {
        decision(operation).entries.extend(first.decision.entries.clone());
        decision(operation).accruals.extend(first.decision.accruals.clone());
        decision(operation).balance = None;
    };
    assert_eq!(found_in_operation(5, twice), "operation 5: its sale earned twice");
}

#[test]
fn an_operation_has_to_be_found_where_it_should_be() {
    let of_s1 = |question: &Question<'_>| question.document.is_some_and(|(_, id)| id == "S1");
    assert_eq!(
        found_in_facts(
            move |question, facts| facts.original = facts.original.take().filter(|_| !of_s1(question))
        ),
        "operation 3: it isn't found by its document's id"
    );
    let original = move |change: fn(&mut Operation)| {
        found_in_facts(move |question, facts| {
            let original = facts.original.iter_mut().filter(|_| of_s1(question));
            original.for_each(|original| change(&mut original.operation));
        })
    };
    assert_eq!(
        original(|operation| operation.recorded_at = Timestamp::EPOCH),
        "operation 3: it reads differently when it is found by its document's id"
    );
    let another = "operation 3: another operation stands under its document's id";
    assert_eq!(original(|operation| operation.seq = Seq(2)), another);
    assert_eq!(original(|operation| operation.seq = Seq(4)), another);
    assert_eq!(
        found_in_facts(|_, facts| facts.sales.clear()),
        "operation 5: it is about a sale that isn't there"
    );
    let last_of_a_history = |_: &Question<'_>, facts: &mut Facts| {
        let histories = facts.sales.iter_mut().map(|history| &mut history.operations);
        histories.filter(|operations| 1 < operations.len()).for_each(|operations| drop(operations.pop()));
    };
    assert_eq!(
        found_in_facts(last_of_a_history),
        "operation 5: it is missing from what happened to its sale"
    );
}

/// Of two operations with one id, the one that comes first among all registers is found by it.
#[test]
fn the_first_of_one_id_has_to_be_found_by_it() {
    let sweeps = |register: &str| {
        let mut shop = Shop::open(MemoryStore::default());
        let mut transaction = shop.register.store_mut().begin().unwrap();
        share(&mut transaction, &RegisterId::new(register).unwrap()).unwrap();
        transaction.commit().unwrap();
        shop.submit(&event("sweep", "03-02", r#""id": "W1""#));
        shop
    };
    let parcel =
        parcels(&mut sweeps("till-2").register.store_mut().begin().unwrap(), Seq(2), 1).unwrap().remove(0);
    let found_by_it = |ids: &[&str]| {
        let mut one = sweeps("till-1");
        let mut transaction = one.register.store_mut().begin().unwrap();
        let operation = Operation { seq: Seq(3), ..parcel.operation.clone() };
        let ids = ids.iter().map(|id| (Kind::Sweep, (*id).to_owned())).collect();
        transaction.take_in(&Arrival { operation, order: parcel.order.clone(), ids }).unwrap();
        transaction.commit().unwrap();
        verify(one.register.store_mut()).map_or_else(|error| error.to_string(), |_| String::new())
    };
    assert_eq!(found_by_it(&[]), "");
    assert_eq!(found_by_it(&["W1"]), "operation 2: another operation stands under its document's id");
}

/// The new goods of an exchange are a sale with an id of its own.
#[test]
fn the_sale_inside_an_exchange_has_to_be_there() {
    let mut shop = Shop::open(MemoryStore::default());
    shop.submit(&sale("S1", "03-02", "C1", "20.00"));
    let line = r#"{"id": "1", "product": "P", "quantity": "1", "unit_price": "20.00"}"#;
    let new = format!(r#"{{"id": "S2", "customer": "C1", "lines": [{line}], "payments": []}}"#);
    let lines = r#"[{"id": "1", "quantity": "1"}]"#;
    shop.submit(&event(
        "exchange",
        "03-03",
        &format!(r#""id": "X1", "of": "S1", "lines": {lines}, "sale": {new}"#),
    ));
    shop.verify();
    for sale in ["S1", "S2"] {
        let without = move |_: &Question<'_>, facts: &mut Facts| {
            facts.sales.retain(|history| SaleRecord::id(history).is_none_or(|id| id.as_str() != sale));
        };
        let damage = Damage { facts: Rc::new(without), ..Damage::default() };
        let found = found_in(shop.register.store().clone(), damage);
        assert_eq!(found, "operation 3: it is about a sale that isn't there");
    }
    let unsettled = |operation: &mut Operation| {
        if operation.seq == Seq(3) {
            decision(operation).settled.clear();
        }
    };
    let damage = Damage { operation: Rc::new(unsettled), ..Damage::default() };
    let found = found_in(shop.register.store().clone(), damage);
    assert_eq!(found, "operation 3: its sale earned and isn't settled");
}

#[test]
fn what_is_kept_of_a_customer_has_to_be_what_the_operations_made() {
    assert_eq!(
        found_in_facts(|_, facts| facts.accounts.iter_mut().for_each(|account| account.known = None)),
        "customer C1: isn't there"
    );
    let account = |change: fn(&mut KnownAccount)| found_in_account(change);
    assert_eq!(
        account(|KnownAccount { holding, .. }| {
            *holding = Holding::new(plus_one(holding.balance()), holding.lots());
        }),
        "customer C1: the balance isn't the sum of the entries"
    );
    let lots = "customer C1: the lots aren't what the entries put in and took out";
    let change_lots = |change: fn(&mut Vec<Lot>)| found_in_account(move |known| with_lots(known, change));
    assert_eq!(change_lots(|lots| lots[0].units = units(0)), "customer C1: a lot is kept that holds nothing");
    assert_eq!(change_lots(|lots| lots[0].units = units(499)), lots);
    assert_eq!(change_lots(|lots| lots.truncate(1)), lots);
    assert_eq!(change_lots(|lots| lots[0].key.seq = Seq(9)), lots);
    assert_eq!(change_lots(|lots| lots[0].key.part = 1), lots);
    assert_eq!(change_lots(|lots| lots[0].key.born = Timestamp::EPOCH), lots);
    assert_eq!(change_lots(|lots| lots[0].key.expires = None), lots);
    assert_eq!(
        account(|known| known.member.profile.code = None),
        "customer C1: taking part or not, or what else is kept, isn't what the documents say"
    );
    assert_eq!(
        account(|known| known.latest = Timestamp::EPOCH),
        "customer C1: the time of the latest document isn't what the documents say"
    );
    assert_eq!(
        account(|known| drop(known.history.pop())),
        "customer C1: going back in time, there are other operations than there were"
    );
    assert_eq!(
        account(|known| known.history[1] = known.history[0].clone()),
        "customer C1: going back in time, there are other operations than there were"
    );
    assert_eq!(account(|known| known.purchases = None), "customer C1: what the customer bought isn't there");
    // An entry that names no lot, and a lot that isn't there: only the sum tells.
    let damage = Damage {
        operation: Rc::new(|operation| {
            if operation.seq == Seq(4) {
                decision(operation).entries[0].lot = None;
            }
        }),
        facts: Rc::new(|_, facts| {
            let known = facts.accounts.iter_mut().filter_map(|account| account.known.as_mut());
            known.for_each(|known| with_lots(known, |lots| lots.retain(|lot| lot.key.expires.is_none())));
        }),
        ..Damage::default()
    };
    assert_eq!(found(damage), "customer C1: the lots don't add up to the balance");
    let unseen = found_in_facts(|question, facts| {
        let known = facts.accounts.iter_mut().filter_map(|account| account.known.as_mut());
        // Only the answer as of the last day's end leaves out the lots.
        known.filter(|_| !question.lots).for_each(|known| with_lots(known, Vec::clear));
    });
    assert_eq!(unseen, "customer C1: a lot would run out unseen");
}

#[test]
fn what_was_bought_has_to_add_up() {
    let differs = "customer C1: what the customer bought doesn't add up to what is kept of it";
    let tally = |change: fn(&mut Tally)| {
        let change = move |question: &Question<'_>, facts: &mut Facts| {
            let known = facts.accounts.iter_mut().filter_map(|account| account.known.as_mut());
            known.filter(|_| question.lots).filter_map(|known| known.tally.as_mut()).for_each(change);
        };
        let damage = Damage { facts: Rc::new(change), ..Damage::default() };
        found_in(ledger_with_tiers(), damage)
    };
    assert_eq!(tally(|_| {}), "");
    assert_eq!(tally(|tally| tally.sales.truncate(1)), differs);
    assert_eq!(tally(|tally| tally.sales.push(tally.sales[0])), differs);
    assert_eq!(tally(|tally| tally.sales[0].spent = Money::ZERO), differs);
    assert_eq!(tally(|tally| tally.sales[1].earned = Units::ZERO), differs);
    assert_eq!(tally(|tally| tally.sales[1].settled = Timestamp::EPOCH), differs);
    assert_eq!(tally(|tally| tally.sales[1].keeps_alive ^= true), differs);
    assert_eq!(tally(|tally| tally.sales[1].voided ^= true), differs);
    assert_eq!(tally(|tally| tally.sales[1].own ^= true), differs);
    assert_eq!(tally(|tally| tally.returns.clear()), differs);
    assert_eq!(tally(|tally| tally.returns[0].earned = Units::ZERO), differs);
    assert_eq!(tally(|tally| tally.uses.clear()), differs);
    assert_eq!(tally(|tally| tally.before.has_own ^= true), differs);
}

#[test]
fn what_is_kept_beside_the_operations_has_to_come_from_them() {
    assert_eq!(
        found_in_facts(|_, facts| facts.kept.clear()),
        "the ledger: a code, a punch card or what is held isn't what the documents say"
    );
    assert_eq!(
        found_in_facts(|_, facts| facts.program = None),
        "the ledger: another program holds than was set last"
    );
    let counts = |change: fn(&mut Counts)| found(Damage { counts: Rc::new(change), ..Damage::default() });
    assert_eq!(counts(|kept| kept.customers += 1), "the ledger: there are customers that no operation made");
    assert_eq!(counts(|kept| kept.lots += 1), "the ledger: there are lots that no operation made");
    assert_eq!(counts(|kept| kept.documents += 1), "the ledger: there are ids that no document has");
    assert_eq!(
        counts(|kept| kept.follow_ups += 1),
        "the ledger: operations are noted for a sale that they aren't about"
    );
    assert_eq!(counts(|kept| kept.programs += 1), "the ledger: there are programs that were never set");
    assert_eq!(
        counts(|kept| kept.tallies += 1),
        "the ledger: purchases of customers are added up who aren't there"
    );
    assert_eq!(
        counts(|kept| kept.kept += 1),
        "the ledger: there are codes, punch cards or holds that no operation made"
    );
}

/// Another register may append after the last page was read: then there is one more to read.
#[test]
fn what_is_appended_meanwhile_is_read_as_well() {
    let empty_pages = Rc::new(Cell::new(0));
    let (count, ends) = (Rc::clone(&empty_pages), Rc::clone(&empty_pages));
    let damage = Damage {
        page: Rc::new(move |page| ends.set(ends.get() + u32::from(page.is_empty()))),
        facts: Rc::new(move |_, facts| {
            if count.get() == 1 {
                facts.next = Seq(facts.next.0 + 1);
            }
        }),
        ..Damage::default()
    };
    assert_eq!(found(damage), "");
    assert_eq!(empty_pages.get(), 2);
}

/// The program that was set last holds, also if it was set before.
#[test]
fn a_program_that_is_set_again_is_the_last() {
    let mut shop = Shop::open(ledger());
    shop.submit(&set_program(&PROGRAM.replace("0.05", "0.1")));
    shop.submit(&set_program(PROGRAM));
    shop.verify();
}
