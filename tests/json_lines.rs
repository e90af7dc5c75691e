//! A whole ledger goes out as lines of JSON, and comes in again.
#![cfg(all(feature = "json", feature = "std"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use common::any::{Group, any_groups};
use common::campaigns::any_campaign_groups;
use common::shop::{Shop, assert_same, event, sale};
use regulars::adapter::json_lines::{ExportError, ImportError, export, import};
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{
    Decision, Document, Facts, Header, Member, Question, TakeOverError, concerned, taken_over,
};
use regulars::ident::{CustomerId, RegisterId};
use regulars::ledger::{Entry, Seq};
use regulars::sale::Place;
use regulars::store::{Store, Transaction, share, verify};
use regulars::time::Timestamp;

fn exported<S: Store<Error: Debug>>(store: &mut S) -> Vec<u8> {
    let mut lines = Vec::new();
    export(store, &mut lines, |_, _| ()).unwrap();
    lines
}

fn imported<S: Store>(mut store: S, lines: &[u8]) -> Result<S, ImportError<S::Error>> {
    import(&mut store, &mut &*lines, |_, _| ())?;
    Ok(store)
}

/// The documents of a history, whether they were kept or given up.
fn documents(groups: &[Group]) -> impl Iterator<Item = &String> {
    groups.iter().flat_map(|group| &group.documents)
}

/// The first documents are handed in, the ledger is taken over, and the others are handed in to both.
fn comes_back<S: Store<Error: Debug>>(
    make: &impl Fn() -> S,
    groups: &impl Strategy<Value = Vec<Group>>,
    cases: u32,
) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&(groups, 0..100_usize), |(groups, share)| {
        let mut shop = Shop::open(make());
        let all = documents(&groups).count();
        let (first, later) = (all * share / 100, all - all * share / 100);
        documents(&groups).take(first).for_each(|document| drop(shop.try_submit(document)));
        let lines = exported(shop.register.store_mut());
        let mut there = imported(make(), &lines).unwrap();
        prop_assert_eq!(verify(&mut there).unwrap(), shop.verify());
        prop_assert!(lines == exported(&mut there), "the same lines, byte for byte");

        let mut there = shop.go_on(there);
        assert_same(&there.operations(), &shop.operations(), "operations");
        for customer in ["C0", "C1", "C2"] {
            for at in ["03-01", "03-15", "03-28"] {
                let without_tally = |shop: &mut Shop<S>| {
                    let known = shop.account(customer, at);
                    known.map(|known| (known.member, known.holding, known.latest, known.history))
                };
                assert_same(&without_tally(&mut there), &without_tally(&mut shop), customer);
            }
        }
        for document in documents(&groups).skip(all - later) {
            assert_same(&there.try_submit(document), &shop.try_submit(document), document);
        }
        prop_assert!(exported(there.register.store_mut()) == exported(shop.register.store_mut()));
        prop_assert_eq!(there.verify(), shop.verify());
        Ok(())
    });
    played.unwrap();
}

#[test]
fn any_ledger_in_memory_comes_back() {
    comes_back(&MemoryStore::default, &any_groups(), 48);
    comes_back(&MemoryStore::default, &any_campaign_groups(), 48);
}

/// Epochs come back: before the first operation, between two, twice at once, and behind the last.
fn epochs_come_back<S: Store<Error: Debug>>(make: impl Fn() -> S) -> [S; 2] {
    let mut shop = Shop::open(make());
    let begin = |shop: &mut Shop<S>, epochs: &[u32]| {
        let mut transaction = shop.register.store_mut().begin().unwrap();
        for epoch in epochs {
            assert!(transaction.begin_epoch(*epoch).unwrap());
        }
        transaction.commit().unwrap();
    };
    begin(&mut shop, &[3]);
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    shop.submit(&sale("S2", "03-01", "C1", "20.00"));
    begin(&mut shop, &[5, 7]);
    shop.submit(&sale("S3", "03-01", "C1", "20.00"));
    begin(&mut shop, &[9]);
    // What isn't committed is taken back.
    assert!(shop.register.store_mut().begin().unwrap().begin_epoch(11).unwrap());
    let lines = exported(shop.register.store_mut());
    let head = r#"{"epochs":[{"epoch":3,"first":2},{"epoch":7,"first":4},{"epoch":9,"first":5}],"format":2,"operations":4,"regulars":"ledger"}"#;
    assert_eq!(std::str::from_utf8(&lines).unwrap().lines().next(), Some(head));
    let mut again = imported(make(), &lines).unwrap();
    assert_eq!(exported(&mut again), lines);
    // What the operations are called in the world, and the next one, is the same.
    let mut again = shop.go_on(again);
    let names = [&mut shop, &mut again].map(|shop| {
        shop.submit(&sale("S4", "03-02", "C1", "20.00"));
        let mut transaction = shop.register.store_mut().begin().unwrap();
        share(&mut transaction, &RegisterId::new("till-1").unwrap()).unwrap();
        let names: Vec<_> =
            (1..=5).map(|seq| transaction.order_of(Seq(seq)).unwrap().unwrap().name).collect();
        transaction.commit().unwrap();
        names.iter().map(ToString::to_string).collect::<Vec<_>>()
    });
    assert_eq!(names[0], ["till-1/0/1", "till-1/3/1", "till-1/3/2", "till-1/7/1", "till-1/9/1"]);
    assert_eq!(names[0], names[1]);
    [shop.register.into_store(), again.register.into_store()]
}

#[test]
fn epochs_come_back_in_memory() {
    epochs_come_back(MemoryStore::default);
    let lines = r#"{"epochs":[{"epoch":3,"first":2}],"format":2,"operations":0,"regulars":"ledger"}"#;
    let refused = imported(MemoryStore::default(), lines.as_bytes()).unwrap_err().to_string();
    assert!(refused.starts_with("line 1: epochs[0].first: expected an operation after"), "{refused}");
}

/// The chain is the same, too, since it goes over epochs.
#[cfg(feature = "sqlite")]
#[test]
fn epochs_come_back_in_a_file() {
    use regulars::adapter::sqlite::SqliteStore;
    let folder = common::folder::Folder::new();
    let mut number = 0;
    let make = || {
        number += 1;
        SqliteStore::open(folder.file(&format!("{number}.ledger"))).unwrap()
    };
    let make = std::cell::RefCell::new(make);
    let stores = epochs_come_back(|| (make.borrow_mut())());
    let [one, again] = stores.map(|mut store| store.check_chain(None).unwrap());
    assert_eq!(one, again);
}

/// One ledger has decided all documents, another one some, and takes the others' operations over.
fn taken_over_behind_others<S: Store<Error: Debug>>(
    make: &impl Fn() -> S,
    groups: &impl Strategy<Value = Vec<Group>>,
    cases: u32,
) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&(groups, 0..100_usize), |(groups, share)| {
        let (mut here, mut there) = (Shop::open(MemoryStore::default()), Shop::open(make()));
        let first = documents(&groups).count() * share / 100;
        for document in documents(&groups).take(first) {
            assert_same(&here.try_submit(document), &there.try_submit(document), document);
        }
        let known = here.operations().len();
        documents(&groups).skip(first).for_each(|document| drop(here.try_submit(document)));
        let later = here.operations().split_off(known);
        let concerned = concerned(&later);
        let mut transaction = there.register.store_mut().begin().unwrap();
        let facts = transaction.facts(&Question::to_take_over(&concerned)).unwrap();
        transaction.record(&taken_over(&facts, later).unwrap()).unwrap();
        transaction.commit().unwrap();
        assert_same(&here.operations(), &there.operations(), "operations");
        prop_assert_eq!(here.verify(), there.verify());
        Ok(())
    });
    played.unwrap();
}

#[test]
fn any_operations_are_taken_over_behind_others() {
    taken_over_behind_others(&MemoryStore::default, &any_groups(), 48);
    taken_over_behind_others(&MemoryStore::default, &any_campaign_groups(), 48);
}

#[test]
fn an_operation_out_of_turn_is_not_taken_over() {
    let mut shop = shop(4);
    let later = shop.operations().split_off(2);
    let mut store = MemoryStore::default();
    let facts = store.begin().unwrap().facts(&Question::to_take_over(&[])).unwrap();
    let error = taken_over(&facts, later).unwrap_err();
    assert_eq!(error, TakeOverError::Gap { expected: Seq(1), found: Seq(3) });
    assert_eq!(error.seq(), Seq(3));
}

/// Who became known by a later document than the first that moves units keeps the later time.
#[test]
fn a_customer_is_known_since_the_first_operation_that_names_one() {
    let mut operations = shop(3).operations().split_off(1);
    let customer = CustomerId::new("new").unwrap();
    let (met, moved) = operations.split_at_mut(1);
    met[0].decision =
        Decision { members: vec![(customer.clone(), Member::default())], ..Decision::default() }.into();
    let entry = Entry { customer, ..moved[0].decision.entries[0].clone() };
    moved[0].decision = Decision { entries: vec![entry], ..Decision::default() }.into();
    moved[0].document = Document::Sweep(Header { id: None, at: Timestamp::EPOCH, place: Place::default() });
    let facts = MemoryStore::default().begin().unwrap().facts(&Question::to_take_over(&[])).unwrap();
    let at = operations[0].document.at();
    let changes = taken_over(&Facts { next: operations[0].seq, ..facts }, operations).unwrap();
    assert_eq!((changes.accounts.len(), changes.accounts[0].latest), (1, at));
}

#[cfg(feature = "sqlite")]
mod in_a_file {
    use std::cell::Cell;

    use super::*;
    use common::folder::Folder;
    use regulars::adapter::sqlite::SqliteStore;

    fn fresh(folder: &Folder) -> impl Fn() -> SqliteStore {
        let count = Cell::new(0);
        move || {
            count.set(count.get() + 1);
            SqliteStore::open(folder.file(&format!("{}.ledger", count.get()))).unwrap()
        }
    }

    #[test]
    fn any_ledger_comes_back() {
        let folder = Folder::new();
        let make = fresh(&folder);
        comes_back(&make, &any_groups(), 16);
        comes_back(&make, &any_campaign_groups(), 16);
    }

    #[test]
    fn any_operations_are_taken_over_behind_others_in_a_file() {
        let folder = Folder::new();
        let make = fresh(&folder);
        taken_over_behind_others(&make, &any_campaign_groups(), 16);
    }

    /// What is sold meanwhile isn't in it.
    #[test]
    fn selling_goes_on_meanwhile() {
        let folder = Folder::new();
        let make = fresh(&folder);
        let mut shop = shop(301);
        let before = exported(shop.register.store_mut());
        let mut here = shop.go_on(imported(make(), &before).unwrap());
        let mut there = here.go_on(SqliteStore::open(folder.file("1.ledger")).unwrap());
        let mut lines = Vec::new();
        let count = export(here.register.store_mut(), &mut lines, |done, all| {
            assert_eq!(all, 301);
            for number in 0..5 {
                there.submit(&sale(&format!("S{done}-{number}"), "03-05", "C2", "20.00"));
            }
        });
        assert_eq!(count.unwrap(), 301);
        assert!(lines == before);
        assert_eq!(here.operations().len(), 311);
    }

    /// From one kind of store to the other, and back.
    #[test]
    fn a_ledger_moves_between_stores() {
        let folder = Folder::new();
        let lines = exported(shop(600).register.store_mut());
        let mut in_a_file = imported(fresh(&folder)(), &lines).unwrap();
        let mut in_memory = imported(MemoryStore::default(), &exported(&mut in_a_file)).unwrap();
        assert!(exported(&mut in_memory) == lines);
        assert_eq!(verify(&mut in_a_file).unwrap(), verify(&mut in_memory).unwrap());
        assert!(in_a_file.check_file().is_ok());
    }

    /// What the store refuses is refused as a whole, and the file goes on being of use.
    #[test]
    fn a_file_that_refused_is_as_empty_as_before() {
        let folder = Folder::new();
        let mut store = fresh(&folder)();
        let lines = String::from_utf8(exported(shop(300).register.store_mut())).unwrap();
        let wrong = lines.replacen(r#""of":"S9""#, r#""of":"nobody's""#, 1);
        assert_ne!(wrong, lines);
        let error = import(&mut store, &mut wrong.as_bytes(), |_, _| ()).unwrap_err();
        let told = "lines 2 to 257: the change set doesn't fit the ledger: it is about a sale that isn't there; \
                    ask for the facts and decide again";
        assert_eq!(error.to_string(), told);
        assert!(store.operations(Seq(1), 1).unwrap().is_empty());
        import(&mut store, &mut lines.as_bytes(), |_, _| ()).unwrap();
        assert!(exported(&mut store) == lines.as_bytes());
    }
}

/// A shop where so many things have happened.
fn shop(operations: usize) -> Shop<MemoryStore> {
    let mut shop = Shop::open(MemoryStore::default());
    for number in 1..operations {
        let customer = format!("C{}", number % 7);
        shop.submit(&match number % 10 {
            0 => event("return_amount", "03-05", &format!(r#""of": "S{}", "amount": "1.00""#, number - 1)),
            _ => sale(&format!("S{number}"), "03-04", &customer, "20.00"),
        });
    }
    shop
}

#[test]
fn progress_is_told_and_the_head_says_how_many() {
    let mut shop = shop(600);
    let (mut told, mut lines) = (Vec::new(), Vec::new());
    let count = export(shop.register.store_mut(), &mut lines, |done, all| told.push((done, all))).unwrap();
    assert_eq!((count, &*told), (600, &[(256, 600), (512, 600), (600, 600)][..]));
    assert!(lines.starts_with(b"{\"format\":1,\"operations\":600,\"regulars\":\"ledger\"}\n{"));
    told.clear();
    import(&mut MemoryStore::default(), &mut &*lines, |done, all| told.push((done, all))).unwrap();
    assert_eq!(told, [(256, 600), (512, 600), (600, 600)]);
    // An empty ledger has a head and nothing else.
    let lines = exported(&mut MemoryStore::default());
    assert_eq!(lines, b"{\"format\":1,\"operations\":0,\"regulars\":\"ledger\"}\n");
    assert!(imported(MemoryStore::default(), &lines).unwrap().operations(Seq(1), 1).unwrap().is_empty());
}

/// Any number of operations is found to its last.
#[test]
fn none_is_left_out() {
    for operations in (1..40).chain([127, 128, 129, 255, 256, 257, 258]) {
        let lines = exported(shop(operations).register.store_mut());
        assert_eq!(lines.iter().filter(|byte| **byte == b'\n').count(), operations + 1);
    }
}

/// Whatever is wrong is told with its line, and nothing is kept.
#[test]
fn what_is_wrong_is_told_with_its_line() {
    // Operation 11 takes back a part of what operation 10 granted.
    let lines = String::from_utf8(exported(shop(11).register.store_mut())).unwrap();
    let line = |number: usize| lines.lines().nth(number - 1).unwrap();
    let without = |number: usize| lines.replacen(&format!("{}\n", line(number)), "", 1);
    let replaced = |from: &str, to: &str| {
        assert!(lines.contains(from), "{from}");
        lines.replacen(from, to, 1)
    };
    let version = "0".repeat(64);
    let program = line(3).split(r#""program":""#).nth(1).unwrap().split('"').next().unwrap();
    let unknown = lines.replacen(&line(4).to_string(), &line(4).replace(program, &version), 1);
    let cut_down = line(11).replace(r#""to":"customer","units":"1.00""#, r#""to":"customer","units":"0.01""#);
    let cut_down = lines.replacen(line(11), &cut_down, 1);
    for (text, told) in [
        (
            String::new(),
            "line 1: line 1, column 0: expected JSON, found a mistake in it (EOF while parsing a value)",
        ),
        (lines.replacen("ledger", "lodger", 1), r#"line 1: regulars: expected ledger, found "lodger""#),
        (
            replaced(r#""format":1"#, r#""format":3"#),
            "line 1: format: expected what this version can do, found an export of a newer format",
        ),
        (without(3), "line 3: operation 3 is where operation 2 should be"),
        (without(12), "the end is missing: the first line says 11 operations, and there are 10"),
        (format!("{lines}{}\n", line(12)), "line 13: operation 11 is where the end should be"),
        (lines.replacen(line(4), line(3), 1), "line 4: operation 2 is where operation 3 should be"),
        (lines[..lines.len() - 10].to_string(), "line 12: line 1, column"),
        (
            replaced(r#""units":"1.00""#, r#""units":"1.000""#),
            "line 3: decision.entries[0].units: expected an amount of 2 decimals that can be kept, found \"1.000\"",
        ),
        (
            replaced(r#""units":"1.00""#, r#""units":"1.00","note":"""#),
            "line 3: decision.entries[0].note: expected a field that is from, to, customer, units, lot or sale",
        ),
        (replaced(r#""type":"sale""#, r#""type":"gift""#), "line 3: document.type: expected"),
        (replaced(r#""recorded_at""#, r#""recorded""#), "line 2: recorded: expected a field that is"),
        (
            replaced(r#""part":0,"#, ""),
            "line 3: decision.accruals[0].lot.part: expected this field, found nothing",
        ),
        (
            replaced(r#""from":"issued""#, r#""from":"thin air""#),
            "line 3: decision.entries[0].from: expected issued, customer",
        ),
        (cut_down, "line 12: operation 11: an entry takes more out of a lot than is in it"),
        (unknown, "line 4: program: expected a version that was set before, found 00000"),
        (
            without(2).replacen(r#""operation":2"#, r#""operation":1"#, 1),
            "line 2: .: expected a program to have been set before, found none",
        ),
    ] {
        let mut store = MemoryStore::default();
        let Err(error) = import(&mut store, &mut text.as_bytes(), |_, _| ()) else { panic!("{told}") };
        let error = error.to_string();
        assert!(error.starts_with(told), "{told}\n{error}");
        assert_same(&exported(&mut store), &exported(&mut MemoryStore::default()), told);
        import(&mut store, &mut lines.as_bytes(), |_, _| ()).unwrap();
    }
    let mut bytes = lines.clone().into_bytes();
    bytes[100] = 0xff;
    let error = imported(MemoryStore::default(), &bytes).unwrap_err();
    assert!(error.to_string().ends_with("found a mistake in it (bytes that are no UTF-8)"), "{error}");
}

/// Any byte that is changed is noticed, or gives another ledger that comes back in its turn.
#[test]
fn no_changed_byte_does_harm() {
    let lines = exported(shop(3).register.store_mut());
    let mut taken = 0;
    for (place, byte) in (0..lines.len()).flat_map(|place| [b'0', b'"', b'}'].map(|byte| (place, byte))) {
        let mut changed = lines.clone();
        changed[place] = byte;
        let Ok(mut store) = imported(MemoryStore::default(), &changed) else { continue };
        if verify(&mut store).is_ok() {
            let again = exported(&mut store);
            assert!(exported(&mut imported(MemoryStore::default(), &again).unwrap()) == again, "at {place}");
        }
        taken += 1;
    }
    assert!(0 < taken && taken < lines.len());
}

#[test]
fn a_ledger_with_something_in_it_takes_nothing_over() {
    let mut shop = shop(3);
    let lines = exported(shop.register.store_mut());
    let error = import(shop.register.store_mut(), &mut &*lines, |_, _| ()).unwrap_err();
    assert!(matches!(error, ImportError::NotEmpty));
    assert!(exported(shop.register.store_mut()) == lines);
}

/// A target that takes no more is an error, and not the end of the program.
#[test]
fn a_full_target_is_told() {
    let mut space = [0_u8; 500];
    let error = export(shop(5).register.store_mut(), &mut &mut space[..], |_, _| ()).unwrap_err();
    assert!(matches!(error, ExportError::Write(_)));
    assert!(error.to_string().starts_with("the export can't be written: "), "{error}");
}
