//! Ledgers of several registers that share their operations.

use std::slice;
use std::sync::Arc;

use regulars::decide::{Document, Parcel, Question, spendable, unclaimed};
use regulars::document::{read_document, read_parcel, write_parcel};
use regulars::ident::{CustomerId, RegisterId, SaleId};
use regulars::ledger::{Account, OperationName, Origin, Seq};
use regulars::money::Currency;
use regulars::store::{
    Cause, MOST_WAITING, OutboxError, Store, Transaction, UnionError, Unions, Waiting, acknowledge,
    drop_waiting, outbox, parcels, share, unite, waiting,
};
use regulars::time::FixedZones;

use super::Fresh;
use crate::common::shop::{
    PROGRAM, Shop, event, moment, pays, sale, sale_paid, set_program, units, versioned,
};

pub(super) fn name<S: Store>(shop: &mut Shop<S>, register: &str) {
    let mut transaction = shop.register.store_mut().begin().unwrap();
    share(&mut transaction, &RegisterId::new(register).unwrap()).unwrap();
    transaction.commit().unwrap();
}

/// What a register hands to others.
pub(super) fn all_of<S: Store>(shop: &mut Shop<S>) -> Vec<Parcel> {
    let mut transaction = shop.register.store_mut().begin().unwrap();
    let sent = parcels(&mut transaction, Seq(1), usize::MAX).unwrap();
    // They come over a wire.
    sent.iter().map(|parcel| read_parcel(&write_parcel(parcel)).unwrap()).collect()
}

pub(super) fn take_in<S: Store>(
    shop: &mut Shop<S>,
    parcels: impl IntoIterator<Item = Parcel>,
) -> Result<Unions, UnionError<S::Error>> {
    let mut transaction = shop.register.store_mut().begin().unwrap();
    let done = unite(&mut transaction, parcels)?;
    transaction.commit().unwrap();
    Ok(done)
}

pub fn done(taken: u64, known: u64, waiting: u64) -> Unions {
    Unions { taken, known, waiting, ..Unions::default() }
}

/// Two registers of one shop: the first has set the program, and Ada has 10.00.
pub(super) fn two<S: Store>(make: &impl Fresh<Store = S>) -> (Shop<S>, Shop<S>) {
    let mut one = Shop::open(make.fresh());
    name(&mut one, "till-1");
    one.submit(&sale("S0", "03-01", "ada", "200.00"));
    let mut two = Shop::reopen(make.fresh());
    name(&mut two, "till-2");
    let all = all_of(&mut one);
    assert_eq!(take_in(&mut two, all).unwrap(), done(2, 0, 0));
    (one, two)
}

/// Both have what the other has.
pub(super) fn meet<S: Store>(one: &mut Shop<S>, two: &mut Shop<S>) {
    let (from_one, from_two) = (all_of(one), all_of(two));
    take_in(two, from_one).unwrap();
    take_in(one, from_two).unwrap();
}

pub(super) fn balance<S: Store>(shop: &mut Shop<S>, customer: &str) -> i64 {
    shop.account(customer, "12-31").unwrap().holding.balance().minor()
}

fn number(register: &str, number: u64) -> OperationName {
    let origin = Origin { register: RegisterId::new(register).unwrap(), epoch: 0 };
    OperationName { origin, number }
}

/// A name is given once; the outbox has what isn't acknowledged, in order, and the mark only moves forward.
pub fn the_outbox_has_what_is_not_acknowledged(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-02", "ada", "10.00"));
    {
        let mut transaction = shop.register.store_mut().begin().unwrap();
        assert!(matches!(outbox(&mut transaction, None, 9), Err(OutboxError::NoName)));
        assert!(matches!(unite(&mut transaction, []), Err(UnionError::NoName)));
    }
    name(&mut shop, "till-1");
    name(&mut shop, "till-1");
    shop.submit(&sale("S2", "03-03", "ada", "10.00"));
    let mut transaction = shop.register.store_mut().begin().unwrap();
    let other = share(&mut transaction, &RegisterId::new("till-2").unwrap());
    assert!(matches!(other, Err(OutboxError::OtherRegister { .. })));
    let numbers =
        |parcels: Vec<Parcel>| parcels.iter().map(|parcel| parcel.order.name.number).collect::<Vec<_>>();
    // What was recorded before it had a name has one, too.
    assert_eq!(numbers(outbox(&mut transaction, None, 9).unwrap()), [1, 2, 3]);
    assert_eq!(numbers(outbox(&mut transaction, None, 2).unwrap()), [1, 2]);
    assert_eq!(acknowledge(&mut transaction, &number("till-1", 2)).unwrap(), 2);
    assert_eq!(numbers(outbox(&mut transaction, None, 9).unwrap()), [3]);
    assert_eq!(acknowledge(&mut transaction, &number("till-1", 1)).unwrap(), 2);
    for not_there in [number("till-1", 4), number("till-1", 0), number("till-2", 1)] {
        assert!(matches!(acknowledge(&mut transaction, &not_there), Err(OutboxError::NotThere { .. })));
    }
    transaction.commit().unwrap();
    let mut transaction = shop.register.store_mut().begin().unwrap();
    assert_eq!(numbers(outbox(&mut transaction, None, 9).unwrap()), [3]);
    assert_eq!(acknowledge(&mut transaction, &number("till-1", 3)).unwrap(), 3);
    assert!(outbox(&mut transaction, None, 9).unwrap().is_empty());
}

/// What comes before its causes waits for them; what comes again does nothing; what isn't committed wasn't there.
pub fn operations_come_in_any_order(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&sale("S1", "03-02", "ada", "100.00"));
    one.submit(&event(
        "return",
        "03-03",
        r#""id": "R1", "of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#,
    ));
    let sent = all_of(&mut one);
    let [_, _, sold, back] = sent.as_slice() else { panic!("there are four") };
    assert_eq!(take_in(&mut two, [back.clone()]).unwrap(), done(0, 0, 1));
    assert_eq!(take_in(&mut two, [back.clone()]).unwrap(), done(0, 1, 0));
    {
        let mut transaction = two.register.store_mut().begin().unwrap();
        assert_eq!(unite(&mut transaction, [sold.clone()]).unwrap().taken, 2);
    }
    assert_eq!(two.operations().len(), 2);
    assert_eq!(take_in(&mut two, [sold.clone()]).unwrap(), done(2, 0, 0));
    assert_eq!(take_in(&mut two, sent).unwrap(), done(0, 4, 0));
    assert_eq!((balance(&mut one, "ada"), balance(&mut two, "ada")), (10_00, 10_00));
    // One who knows nothing yet, and no program, gets all from the end.
    let mut three = Shop::reopen(make.fresh());
    name(&mut three, "till-3");
    let mut all = all_of(&mut two);
    all.reverse();
    assert_eq!(take_in(&mut three, all).unwrap(), done(4, 0, 3));
    assert_eq!(three.account("ada", "12-31"), one.account("ada", "12-31"));
    assert_eq!([&mut one, &mut two, &mut three].map(Shop::verify)[1..], [two.verify(), three.verify()]);
}

/// Two registers spend the same units, each without knowing of the other: the rest is owed, everywhere.
pub fn units_spent_twice_are_owed(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let paid = format!("[{}]", pays("loyalty", "8.00"));
    one.submit(&sale_paid("S1", "03-02", "ada", "8.00", &paid));
    two.submit(&sale_paid("S2", "03-02", "ada", "8.00", &paid));
    assert_eq!((balance(&mut one, "ada"), balance(&mut two, "ada")), (2_00, 2_00));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "ada"), -6_00);
        assert_eq!(shop.verify().liability(), Ok(units(-6_00)));
        let refused = shop.try_submit(&sale_paid("S3", "03-03", "ada", "8.00", &paid)).unwrap_err();
        assert_eq!(refused.name(), "insufficient_balance");
    }
    // What comes in fills the debt first.
    two.submit(&sale("S4", "03-04", "ada", "200.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let lots = shop.account("ada", "12-31").unwrap().holding;
        assert_eq!(lots.lots().map(|lot| lot.units.minor()).collect::<Vec<_>>(), [4_00]);
        shop.verify();
    }
}

/// The same document at two registers: both operations stay, and the first one counts.
pub fn a_document_at_two_registers_counts_once(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    // The second register's recording is the earlier one.
    two.submit(&sale("S1", "03-02", "ada", "100.00"));
    one.submit(&sale("S2", "03-01", "bob", "20.00"));
    one.submit(&sale("S1", "03-02", "bob", "60.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(shop.operations().len(), 5);
        assert_eq!((balance(shop, "ada"), balance(shop, "bob")), (15_00, 1_00));
        let history = shop.history("S1").unwrap();
        assert_eq!(history.operations[0].document.customer().unwrap().as_str(), "ada");
        let verified = shop.verify();
        assert_eq!((verified.not_counted, verified.liability()), (1, Ok(units(16_00))));
        // Whoever comes with the other one again is told so.
        assert_eq!(shop.try_submit(&sale("S1", "03-02", "bob", "60.00")).unwrap_err().name(), "conflict");
        assert!(shop.submit(&sale("S1", "03-02", "ada", "100.00")).duplicate);
    }
}

/// Goods that came back twice: nothing is lost, and no more can be decided about that sale.
pub fn what_cannot_be_is_contested(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&sale("S1", "03-02", "ada", "100.00"));
    meet(&mut one, &mut two);
    for (shop, id) in [(&mut one, "R1"), (&mut two, "R2")] {
        let fields = format!(r#""id": "{id}", "of": "S1", "lines": [{{"id": "1", "quantity": "1"}}]"#);
        shop.submit(&event("return", "03-03", &fields));
    }
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        // It is taken back once what it earned.
        assert_eq!(balance(shop, "ada"), 10_00);
        let contested = shop.verify().contested;
        assert_eq!(contested.iter().map(|sale| sale.as_str()).collect::<Vec<_>>(), ["S1"]);
        let refused = shop.try_submit(&event("void", "03-04", r#""id": "V1", "of": "S1""#)).unwrap_err();
        assert_eq!(refused.name(), "contested");
        // Nor is it called damage where somebody only looks.
        let (of, at) = (SaleId::new("S1").unwrap(), moment("03-04"));
        let facts = shop.ask(&Question::of_sales(slice::from_ref(&of), at));
        assert_eq!(unclaimed(&facts, &of, at, &FixedZones).unwrap_err().name(), "contested");
        let again = sale("S1", "03-04", "ada", "100.00");
        let document = read_document(&again, &*versioned(PROGRAM).program).unwrap();
        let Document::Sale(basket) = document else { panic!("no sale") };
        let facts = shop.facts(&again);
        assert_eq!(spendable(&facts, &basket, &FixedZones).unwrap_err().name(), "contested");
        // Everything else goes on.
        shop.submit(&sale("S9", "03-05", "bob", "10.00"));
        shop.verify();
    }
}

/// A name stands for one operation, and nobody else writes under a ledger's own.
pub fn a_name_stands_for_one_operation(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let parcel = all_of(&mut one).remove(1);
    let mut other = parcel.clone();
    other.operation.recorded_at = other.operation.document.at();
    let before = two.operations();
    assert!(matches!(take_in(&mut two, [other.clone()]), Err(UnionError::Differs { .. })));
    // Nor while it waits.
    let later = |parcel: &Parcel, number| {
        let mut later = parcel.clone();
        later.order.name.number = number;
        later
    };
    assert_eq!(take_in(&mut two, [later(&parcel, 9)]).unwrap().waiting, 1);
    assert!(matches!(take_in(&mut two, [later(&other, 9)]), Err(UnionError::Differs { .. })));
    // A copy that goes on without a new epoch sees it as soon as the others send what it had written.
    let mut own = later(&parcel, 3);
    own.order.name.origin.register = RegisterId::new("till-2").unwrap();
    assert!(matches!(take_in(&mut two, [own]), Err(UnionError::NotOwn { .. })));
    let mut points = later(&parcel, 3);
    points.unit = regulars::loyalty::Unit::Points { decimals: 2 };
    points.order.moment += 1;
    assert!(matches!(take_in(&mut two, [points]), Err(UnionError::OtherUnit { .. })));
    let stands = later(&parcel, 3);
    assert!(matches!(take_in(&mut two, [stands]), Err(UnionError::Malformed { .. })));
    let mut unlisted = later(&parcel, 3);
    unlisted.order.moment += 1;
    Arc::make_mut(&mut unlisted.operation.decision).entries[0].lot.as_mut().unwrap().seq = Seq(7);
    assert!(matches!(take_in(&mut two, [unlisted]), Err(UnionError::Malformed { .. })));
    assert_eq!(two.operations(), before);
    two.verify();
}

/// Every register lets the same units run out, and brings the same ones back: both happen once.
pub fn units_run_out_once(make: &impl Fresh) {
    let runs_out = |by: &str| {
        let expiry = format!(r#""expiry": {{"by": "{by}", "days": 10}}, "id":"#);
        set_program(&PROGRAM.replacen(r#""id":"#, &expiry, 1)).replace("01-01T", "02-01T")
    };
    let prepared = |by: &str| {
        let (mut one, mut two) = two(make);
        one.submit(&runs_out(by));
        one.submit(&sale("S1", "03-01", "bob", "200.00"));
        meet(&mut one, &mut two);
        (one, two)
    };
    let sweep = |id: &str| event("sweep", "03-13", &format!(r#""id": "{id}""#));
    let paid =
        |id: &str, day: &str| sale_paid(id, day, "bob", "8.00", &format!("[{}]", pays("loyalty", "8.00")));
    let back = |id: &str, day: &str| {
        let fields = format!(r#""id": "{id}", "of": "S1", "lines": [{{"id": "1", "quantity": "1"}}]"#);
        event("return", day, &fields)
    };
    // Each case: what the first register does, what the second one does, and what bob has then.
    let cases = [
        ("age", vec![sweep("W1")], vec![sweep("W2")], 0),
        ("age", vec![sale("S2", "03-20", "bob", "20.00")], vec![sale("S3", "03-20", "bob", "20.00")], 2_00),
        ("age", vec![sweep("W1")], vec![paid("S2", "03-05")], 0),
        ("age", vec![sweep("W1")], vec![back("R1", "03-05")], 0),
        ("age", vec![sweep("W1")], vec![paid("S2", "03-05"), sweep("W2")], 0),
        ("inactivity", vec![sweep("W1")], vec![sweep("W2")], 0),
        ("inactivity", vec![sweep("W1"), sale("S2", "03-05", "bob", "2.00")], vec![sweep("W2")], 10_10),
    ];
    // In either order.
    let cases = cases.iter().flat_map(|case| [0, 9].map(|seconds| (case, seconds)));
    for (number, ((by, first, second, expected), seconds)) in cases.enumerate() {
        let (mut one, mut two) = prepared(by);
        for _ in 0..seconds {
            two.next_recording();
        }
        first.iter().for_each(|text| drop(one.submit(text)));
        second.iter().for_each(|text| drop(two.submit(text)));
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            assert_eq!(balance(shop, "bob"), *expected, "case {number}");
            let verified = shop.verify();
            let all = balance(shop, "bob") + balance(shop, "ada");
            assert_eq!(verified.liability(), Ok(units(all)), "case {number}");
        }
    }
}

fn waits_for<S: Store>(shop: &mut Shop<S>) -> Vec<Waiting> {
    let mut transaction = shop.register.store_mut().begin().unwrap();
    waiting(&mut transaction).unwrap()
}

/// What waits and can't be is told, keeps nobody else out, and can be dropped; then the right one takes its place.
pub fn what_waits_can_be_dropped(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&sale("S1", "03-02", "ada", "20.00"));
    one.submit(&sale("S2", "03-02", "ada", "20.00"));
    let mut sent = all_of(&mut one);
    let mut three = Shop::reopen(make.fresh());
    name(&mut three, "till-3");
    take_in(&mut three, sent[..2].to_vec()).unwrap();
    three.submit(&sale("S3", "03-02", "bob", "20.00"));
    let last = sent.pop().unwrap();
    let mut forged = last.clone();
    forged.order.moment = sent[2].order.moment;
    assert_eq!(take_in(&mut two, [forged.clone()]).unwrap(), done(0, 0, 1));
    let (name, missing) = (number("till-1", 4), Some(Cause::Operation(number("till-1", 3))));
    assert_eq!(waits_for(&mut two), [Waiting { name: name.clone(), waits_for: missing }]);
    let arrived = sent.into_iter().chain(all_of(&mut three).pop());
    assert_eq!(take_in(&mut two, arrived).unwrap(), Unions { stuck: 1, ..done(2, 2, 0) });
    assert_eq!(waits_for(&mut two), [Waiting { name: name.clone(), waits_for: None }]);
    assert!(matches!(take_in(&mut two, [last.clone()]), Err(UnionError::Differs { .. })));
    let mut transaction = two.register.store_mut().begin().unwrap();
    assert_eq!(drop_waiting(&mut transaction, &name).unwrap(), Some(forged));
    assert_eq!(drop_waiting(&mut transaction, &name).unwrap(), None);
    transaction.commit().unwrap();
    assert_eq!(take_in(&mut two, [last]).unwrap(), done(1, 0, 0));
    assert_eq!((balance(&mut two, "ada"), balance(&mut two, "bob")), (12_00, 1_00));
    two.verify();
}

/// A parcel that lists more names than it needs, or one twice, is the same parcel.
pub fn a_parcel_has_one_form(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&sale("S1", "03-02", "ada", "20.00"));
    one.submit(&sale_paid("S2", "03-03", "ada", "2.00", &format!("[{}]", pays("loyalty", "2.00"))));
    let sent = all_of(&mut one);
    let spent = sent.last().unwrap().clone();
    assert!(!spent.names.is_empty());
    let mut longer = spent.clone();
    longer.names.extend([number("till-9", 7), spent.names[0].clone()]);
    assert_eq!(take_in(&mut two, [longer.clone()]).unwrap(), done(0, 0, 1));
    assert_eq!(take_in(&mut two, [spent.clone(), longer.clone()]).unwrap(), done(0, 2, 0));
    assert_eq!(take_in(&mut two, sent.clone()).unwrap(), done(2, 3, 0));
    assert_eq!(take_in(&mut two, [longer]).unwrap(), done(0, 1, 0));
    assert_eq!(all_of(&mut two), sent);
    two.verify();
}

/// Only so many wait; what comes in its order never has to.
pub fn no_more_wait_than_may(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&sale("S1", "03-02", "ada", "20.00"));
    let next = all_of(&mut one).pop().unwrap();
    let later = (0..MOST_WAITING + 3).map(|after| {
        let mut later = next.clone();
        later.order.name.number += 7 + after;
        later
    });
    let left = Unions { left: 3, ..done(0, 0, MOST_WAITING) };
    assert_eq!(take_in(&mut two, later.collect::<Vec<_>>()).unwrap(), left);
    assert_eq!(take_in(&mut two, [next]).unwrap(), done(1, 0, 0));
    let mut three = Shop::reopen(make.fresh());
    name(&mut three, "till-3");
    take_in(&mut three, all_of(&mut two)).unwrap();
    three.submit(&sale("S2", "03-02", "ada", "20.00"));
    assert_eq!(take_in(&mut two, all_of(&mut three)).unwrap().taken, 1);
}

/// Who sends what can't be is refused, before anything of it waits; a moment at the end of time takes none from
/// those who come after it.
pub fn what_is_forged_stays_out(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&sale("S1", "03-02", "ada", "20.00"));
    let parcel = all_of(&mut one).pop().unwrap();
    let before = two.operations();
    let mut refused = |change: &dyn Fn(&mut Parcel)| {
        // Also where it would wait: the one before it hasn't come.
        for number in [parcel.order.name.number, 9] {
            let mut forged = parcel.clone();
            forged.order.name.number = number;
            change(&mut forged);
            assert!(matches!(take_in(&mut two, [forged]), Err(UnionError::Malformed { .. })));
        }
    };
    refused(&|forged| Arc::make_mut(&mut forged.operation.decision).entries[0].units = units(-500));
    refused(&|forged| Arc::make_mut(&mut forged.operation.decision).entries[0].from = Account::Customer);
    refused(&|forged| Arc::make_mut(&mut forged.operation.decision).accruals.clear());
    let mut yen = all_of(&mut one).remove(0);
    (yen.order.name.number, yen.order.moment) = (4, yen.order.moment + 1);
    yen.currency = Currency::from_code("JPY").unwrap();
    assert!(matches!(take_in(&mut two, [yen]), Err(UnionError::Malformed { .. })));
    // What is told of somebody else would be kept of one of whom nothing else is.
    one.submit(&event("enrol", "03-02", r#""id": "E1", "customer": "kim", "email": "kim@example.org""#));
    let mut told = all_of(&mut one).pop().unwrap();
    told.order.name.number = parcel.order.name.number;
    let Document::Enrol(enrol) = &mut told.operation.document else { panic!("it is an enrolment") };
    enrol.customer = CustomerId::new("eve").unwrap();
    assert!(matches!(take_in(&mut two, [told]), Err(UnionError::Malformed { .. })));
    assert_eq!(two.operations(), before);

    let mut last = parcel;
    last.order.moment = i64::MAX / 4;
    take_in(&mut two, [last]).unwrap();
    two.submit(&sale("S2", "03-03", "ada", "20.00"));
    two.submit(&sale("S3", "03-03", "ada", "20.00"));
    let mut three = Shop::reopen(make.fresh());
    name(&mut three, "till-3");
    let all = all_of(&mut two);
    assert_eq!(take_in(&mut three, all).unwrap().taken, 5);
    three.submit(&sale("S4", "03-03", "ada", "20.00"));
    meet(&mut two, &mut three);
    for shop in [&mut two, &mut three] {
        assert_eq!(balance(shop, "ada"), 14_00);
        shop.verify();
    }
}
