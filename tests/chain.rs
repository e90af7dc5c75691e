//! What can't be changed without a trace, and what can be erased without one.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in the helpers, too, what goes wrong fails the test")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::folder::Folder;
use common::shop::{Shop, event, sale, units};
use regulars::adapter::sqlite::{ChainHead, SqliteError, SqliteStore};
use regulars::decide::{Document, Operation};
use regulars::ident::CustomerId;
use regulars::ledger::Seq;
use regulars::store::Store;
use rusqlite::Connection;

fn reopen(file: &Path) -> Shop<SqliteStore> {
    Shop::reopen(SqliteStore::open(file).unwrap())
}

/// A ledger of the program and eight sales, of which the fourth has this price; and where its chain ends.
fn ledger(folder: &Folder, name: &str, fourth: &str) -> (PathBuf, ChainHead) {
    let file = folder.file(name);
    let mut shop = Shop::open(SqliteStore::open(&file).unwrap());
    for number in 1..=8 {
        let price = if number == 4 { fourth } else { "20.00" };
        shop.submit(&sale(&format!("S{number}"), &format!("03-0{number}"), "C1", price));
    }
    let head = shop.register.store_mut().chain_head().unwrap();
    (file, head)
}

/// Does something to a file behind the library's back, and looks at its chain.
fn changed(file: &Path, sql: &str, seen: Option<ChainHead>) -> Result<ChainHead, SqliteError> {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch(sql).unwrap();
    drop(connection);
    let mut store = SqliteStore::options().check_end(false).open(file).unwrap();
    let found = store.check_chain(seen);
    drop(store);
    // All of it is the end of a ledger as short as this.
    match (&found, SqliteStore::open(file)) {
        (Err(SqliteError::Damaged { seq: Some(found), .. }), Err(SqliteError::EndDamaged { seq, .. })) => {
            assert_eq!(seq, *found);
        }
        (_, opened) => panic!("{found:?}, {opened:?}"),
    }
    found
}

/// What is damaged long ago costs no till a look at all of it, and is found by `verify`.
#[test]
fn opening_looks_at_the_end() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut shop = Shop::open(SqliteStore::open(&file).unwrap());
    for number in 1..=60 {
        shop.submit(&sale(&format!("S{number}"), "03-01", "C1", "20.00"));
    }
    drop(shop);
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch("UPDATE operation SET hash = zeroblob(16) WHERE seq = 20").unwrap();
    drop(connection);
    let mut shop = reopen(&file);
    shop.submit(&sale("S61", "03-02", "C1", "20.00"));
    assert_eq!(at(&shop.register.store_mut().check_chain(None)), Some(20));
    drop(shop);
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch("UPDATE operation SET hash = zeroblob(16) WHERE seq = 55").unwrap();
    drop(connection);
    let refused = SqliteStore::open(&file).unwrap_err();
    assert!(matches!(refused, SqliteError::EndDamaged { seq: Seq(55), .. }), "{refused:?}");
    assert!(refused.to_string().contains("restore a backup or salvage"), "{refused}");
    assert_eq!(SqliteStore::open_to_read(&file).unwrap().operations(Seq(1), 99).unwrap().len(), 62);
}

fn at(result: &Result<ChainHead, SqliteError>) -> Option<u64> {
    match result {
        Err(SqliteError::Damaged { seq, .. }) => seq.map(|seq| seq.0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_operation_that_was_changed_is_named() {
    let folder = Folder::new();
    let (honest, head) = ledger(&folder, "honest.ledger", "20.00");
    let (other, _) = ledger(&folder, "other.ledger", "90.00");
    assert_eq!(reopen(&honest).register.store_mut().check_chain(Some(head)).unwrap(), head);
    assert_eq!(reopen(&honest).register.store_mut().check_chain_end().unwrap(), head);
    let row_of_other = format!(
        "ATTACH '{}' AS other;
         UPDATE operation SET body = (SELECT body FROM other.operation WHERE seq = 5) WHERE seq = 5",
        other.display()
    );
    let hash_of_other =
        "UPDATE operation SET hash = (SELECT hash FROM other.operation WHERE seq = 5) WHERE seq = 5";
    let with_hash = format!("{row_of_other}; {hash_of_other}");
    let cases = [
        // A row as the library would have written it, in the place of another.
        (row_of_other, 5),
        // The same with its own hash: now the one after it doesn't follow.
        (with_hash, 6),
        ("UPDATE operation SET hash = zeroblob(16) WHERE seq = 3".into(), 3),
        ("UPDATE operation SET hash = NULL WHERE seq = 3".into(), 3),
        ("DELETE FROM operation WHERE seq = 4".into(), 4),
        ("DELETE FROM operation WHERE seq = 1".into(), 1),
        ("UPDATE customer SET id = 'C2'".into(), 2),
        ("UPDATE program SET version = zeroblob(32)".into(), 1),
        ("INSERT INTO epoch VALUES (7, 1)".into(), 7),
        ("UPDATE program SET document = replace(document, '0.05', '0.50')".into(), 1),
    ];
    for (sql, seq) in cases {
        let file = folder.file("changed.ledger");
        fs::copy(&honest, &file).unwrap();
        let found = changed(&file, &sql, None);
        assert_eq!(at(&found), Some(seq), "{sql}: {found:?}");
        fs::remove_file(&file).unwrap();
    }
}

/// A ledger that was cut off, or written anew by somebody who knows how, is a whole one: it takes a head that
/// was kept elsewhere to see it.
#[test]
fn a_head_that_was_kept_elsewhere_shows_what_is_gone() {
    let folder = Folder::new();
    let (honest, head) = ledger(&folder, "honest.ledger", "20.00");
    let (other, _) = ledger(&folder, "other.ledger", "90.00");
    let earlier = folder.file("earlier.ledger");
    fs::copy(&honest, &earlier).unwrap();
    let mut shop = reopen(&honest);
    shop.submit(&sale("S9", "03-09", "C1", "20.00"));
    let newest = shop.register.store_mut().chain_head().unwrap();
    assert_eq!((head.seq, newest.seq), (Seq(9), Seq(10)));
    // It goes on after what was seen.
    assert_eq!(shop.register.store_mut().check_chain(Some(head)).unwrap(), newest);
    let mut cut_off = SqliteStore::open(&earlier).unwrap();
    assert_eq!(cut_off.check_chain(None).unwrap(), head);
    assert_eq!(at(&cut_off.check_chain(Some(newest))), Some(10));
    let mut other = SqliteStore::open(&other).unwrap();
    assert!(other.check_chain(None).is_ok());
    assert_eq!(at(&other.check_chain(Some(head))), Some(9));
}

/// Two copies that go on by themselves write different operations under the same numbers.
#[test]
fn a_restored_copy_begins_an_epoch() {
    let folder = Folder::new();
    let (lost, _) = ledger(&folder, "lost.ledger", "20.00");
    let restored = folder.file("restored.ledger");
    fs::copy(&lost, &restored).unwrap();
    let (mut lost, mut restored) = (reopen(&lost), reopen(&restored));
    let store = restored.register.store_mut();
    store.begin_epoch(1).unwrap();
    store.begin_epoch(2).unwrap();
    assert!(matches!(store.begin_epoch(2), Err(SqliteError::DoesNotFit { .. })));
    for shop in [&mut lost, &mut restored] {
        shop.submit(&sale("S9", "03-09", "C1", "20.00"));
        shop.verify();
    }
    let [lost, restored] =
        [lost, restored].map(|mut shop| shop.register.store_mut().check_chain(None).unwrap());
    assert_eq!(lost.seq, restored.seq);
    assert_ne!(lost, restored);
}

const PERSONAL: [&str; 3] = ["Ada Lovelace", "ada@example.com", "+44 20 7946 0000"];

fn enrol(id: &str, customer: &str) -> String {
    let [name, email, phone] = PERSONAL;
    let fields = format!(
        r#""id": "{id}", "customer": "{customer}", "name": "{name}", "email": "{email}", "phone": "{phone}",
           "birthday": "1990-12-10", "groups": ["staff"]"#
    );
    event("enrol", "03-01", &fields)
}

/// Everything that is written in a folder.
fn bytes_in(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.flat_map(|file| fs::read(file).unwrap()).collect()
}

fn is_in(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn what_customers_told_is_erased_and_the_ledger_stays() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let mut shop = Shop::open(SqliteStore::open(&file).unwrap());
    shop.submit(&enrol("E1", "C1"));
    shop.submit(&enrol("E2", "C2"));
    shop.submit(&enrol("E3", "C3"));
    for (id, customer) in [("S1", "C1"), ("S2", "C2"), ("S3", "C3")] {
        shop.submit(&sale(id, "03-02", customer, "20.00"));
    }
    shop.submit(&event("merge", "03-03", r#""id": "M1", "into": "C1", "from": ["C2"], "operator": "o""#));
    let before = (shop.verify(), shop.register.store_mut().chain_head().unwrap());
    let profile = |shop: &mut Shop<_>, customer| shop.account(customer, "03-04").unwrap().member.profile;
    assert_eq!(profile(&mut shop, "C1").name.as_deref(), Some(PERSONAL[0]));
    assert!(told(&shop.operations(), "C2"));

    // Either of the two who are one: both go.
    let store = shop.register.store_mut();
    store.erase(&CustomerId::new("C2").unwrap()).unwrap();
    let nobody = store.erase(&CustomerId::new("C9").unwrap());
    assert!(matches!(nobody, Err(SqliteError::UnknownCustomer { .. })));
    assert_eq!((shop.verify(), shop.register.store_mut().check_chain(Some(before.1)).unwrap()), before);
    let operations = shop.operations();
    assert_eq!(["C1", "C2", "C3"].map(|customer| told(&operations, customer)), [false, false, true]);
    let left = profile(&mut shop, "C1");
    assert_eq!((left.name, left.phone, left.email, left.birthday), (None, None, None, None));
    assert_eq!(left.groups.map(|groups| groups.len()), Some(1));
    assert_eq!(shop.account("C1", "03-04").unwrap().holding.balance(), units(200));

    // The other one is still in the file; once erased, nothing is left in any file.
    assert!(PERSONAL.iter().all(|text| is_in(&bytes_in(file.parent().unwrap()), text)));
    shop.register.store_mut().erase(&CustomerId::new("C3").unwrap()).unwrap();
    assert!(!PERSONAL.iter().any(|text| is_in(&bytes_in(file.parent().unwrap()), text)));

    // It can be told again, and the ledger goes on.
    shop.submit(&enrol("E4", "C1"));
    assert_eq!(profile(&mut shop, "C1").name.as_deref(), Some(PERSONAL[0]));
    shop.submit(&sale("S4", "03-05", "C1", "20.00"));
    shop.verify();
}

/// What was inside of operations in older files is taken out of them when they are opened.
#[test]
fn an_older_file_can_be_erased_too() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stores/format-3-told.ledger");
    fs::copy(kept, &file).unwrap();
    let mut shop = reopen(&file);
    let head = shop.register.store_mut().check_chain(None).unwrap();
    assert_eq!(head.seq, Seq(6));
    shop.verify();
    assert!(told(&shop.operations(), "C1") && told(&shop.operations(), "C2"));
    for customer in ["C1", "C2"] {
        shop.register.store_mut().erase(&CustomerId::new(customer).unwrap()).unwrap();
    }
    assert!(!told(&shop.operations(), "C1") && !told(&shop.operations(), "C2"));
    assert_eq!(shop.register.store_mut().check_chain(Some(head)).unwrap(), head);
    shop.verify();
    assert!(!PERSONAL.iter().any(|text| is_in(&bytes_in(file.parent().unwrap()), text)));
}

/// Whether an operation says something personal of a customer.
fn told(operations: &[Operation], customer: &str) -> bool {
    let documents = operations.iter().filter_map(|operation| match &operation.document {
        Document::Enrol(enrol) => Some((&enrol.customer, &enrol.profile)),
        _ => None,
    });
    let members = operations.iter().flat_map(|operation| &operation.decision.members);
    let mut profiles = documents.chain(members.map(|(customer, member)| (customer, &member.profile)));
    profiles.any(|(of, profile)| {
        of.as_str() == customer && (profile.name.is_some() || profile.birthday.is_some())
    })
}
