//! Ledgers in files that share their operations: what is kept of it for ever, what is erased, and what `verify`
//! notices. What every store has to do is in the suite.
#![cfg(all(feature = "json", feature = "sqlite"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use std::path::Path;
use std::{env, fs};

use common::folder::Folder;
use common::shop::{Shop, event, pays, sale, sale_paid};
use common::suite::done;
use regulars::adapter::parcel_lines::{receive, send_all};
use regulars::adapter::sqlite::SqliteStore;
use regulars::ident::{CustomerId, RegisterId};
use regulars::store::{Store, Transaction, Unions, outbox, share, verify};

fn open(folder: &Folder, register: &str) -> Shop<SqliteStore> {
    let mut store = SqliteStore::open(folder.file(&format!("{register}.ledger"))).unwrap();
    let mut transaction = store.begin().unwrap();
    share(&mut transaction, &RegisterId::new(register).unwrap()).unwrap();
    transaction.commit().unwrap();
    Shop::reopen(store)
}

/// All that a register has, a line each.
fn lines(shop: &mut Shop<SqliteStore>) -> Vec<String> {
    let mut lines = Vec::new();
    send_all(shop.register.store_mut(), &mut lines, |_| ()).unwrap();
    String::from_utf8(lines).unwrap().lines().map(str::to_owned).collect()
}

fn take_in(shop: &mut Shop<SqliteStore>, lines: &[String]) -> Unions {
    receive(shop.register.store_mut(), &mut lines.join("\n").as_bytes(), |_| ()).unwrap()
}

/// A register's ledger in its second epoch: it has operations of another one, of its own first epoch as they
/// were lost, two that spent the same units, a document that both decided, and one that waits.
fn shared(folder: &Folder) -> Shop<SqliteStore> {
    let mut one = open(folder, "till-1");
    one.submit(&common::shop::set_program(common::shop::PROGRAM));
    one.submit(&event(
        "enrol",
        "03-01",
        r#""id": "E1", "customer": "ada", "code": "2000017", "name": "Ada""#,
    ));
    one.submit(&sale("S1", "03-01", "ada", "200.00"));
    one.submit(&sale("S0", "03-01", "kim", "20.00"));
    one.register.store().backup(&folder.file("copy"), |_, _| ()).unwrap();
    let mut two = open(folder, "till-2");
    take_in(&mut two, &lines(&mut one));
    let paid = format!("[{}]", pays("loyalty", "8.00"));
    one.submit(&sale_paid("S2", "03-02", "ada", "8.00", &paid));
    two.submit(&sale_paid("S3", "03-02", "ada", "8.00", &paid));
    two.submit(&sale("S4", "03-02", "bob", "20.00"));
    take_in(&mut two, &lines(&mut one));
    two.submit(&event("set_code", "03-03", r#""id": "C1", "customer": "ada", "code": "3000014""#));
    two.submit(&event("sweep", "03-04", r#""id": "W1""#));
    fs::copy(folder.file("copy"), folder.file("restored.ledger")).unwrap();
    let mut store = SqliteStore::open(folder.file("restored.ledger")).unwrap();
    store.begin_epoch(7).unwrap();
    let mut restored = Shop::reopen(store);
    restored.submit(&sale("S4", "03-03", "ada", "40.00"));
    restored.submit(&event("merge", "03-03", r#""id": "M1", "into": "ada", "from": ["kim"]"#));
    let mut all = lines(&mut two);
    // The code is on its way still, and what came after it waits.
    all.remove(all.len() - 2);
    take_in(&mut restored, &all);
    restored
}

/// Such a file is read for ever. With `REGULARS_WRITE_FIXTURE` set, this test writes it.
#[test]
fn a_shared_ledger_is_read() {
    let folder = Folder::new();
    let stores = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stores");
    if env::var_os("REGULARS_WRITE_FIXTURE").is_some() {
        drop(shared(&folder));
        fs::copy(folder.file("restored.ledger"), stores.join("format-7-shared.ledger")).unwrap();
    }
    for name in ["format-5-shared.ledger", "format-6-shared.ledger", "format-7-shared.ledger"] {
        is_read(&folder, &stores.join(name));
    }
}

fn is_read(folder: &Folder, kept: &Path) {
    fs::copy(kept, folder.file("kept.ledger")).unwrap();
    let mut shop = Shop::reopen(SqliteStore::open(folder.file("kept.ledger")).unwrap());
    let store = shop.register.store_mut();
    store.check_file().unwrap();
    store.check_chain(None).unwrap();
    assert_eq!(shop.verify().operations, 9);
    let mut transaction = shop.register.store_mut().begin().unwrap();
    let sharing = transaction.sharing().unwrap().unwrap();
    assert_eq!((sharing.origin.to_string(), sharing.own, sharing.acknowledged), ("till-1/7".into(), 6, 0));
    let sent = outbox(&mut transaction, None, 9).unwrap();
    let names: Vec<String> = sent.iter().map(|parcel| parcel.order.name.to_string()).collect();
    assert_eq!(names, ["till-1/0/1", "till-1/0/2", "till-1/0/3", "till-1/0/4", "till-1/7/1", "till-1/7/2"]);
    let waiting = transaction.waiting_from().unwrap();
    assert_eq!(waiting.iter().map(ToString::to_string).collect::<Vec<_>>(), ["till-2/0/4"]);
    drop(transaction);
    // Of 10.00, 8.00 were spent twice; S4 is ada's, who earned 2.00 by it, since that came first, and 1.00 was Kim's.
    let balance = |shop: &mut Shop<SqliteStore>, who| shop.account(who, "12-31").unwrap().holding.balance();
    assert_eq!((balance(&mut shop, "ada").minor(), balance(&mut shop, "bob").minor()), (-3_00, 0));
}

/// What a customer told doesn't come back by a parcel that was on its way, nor by one that waits.
#[test]
fn what_was_erased_does_not_come_back() {
    let folder = Folder::new();
    let mut one = open(&folder, "till-1");
    one.submit(&common::shop::set_program(common::shop::PROGRAM));
    one.submit(&event("enrol", "03-01", r#""id": "E1", "customer": "ada", "name": "Ada""#));
    let mut two = open(&folder, "till-2");
    take_in(&mut two, &lines(&mut one));
    one.submit(&event("enrol", "03-02", r#""id": "E2", "customer": "ada", "name": "Ada Lovelace""#));
    one.submit(&event("opt_out", "03-03", r#""id": "O1", "customer": "ada""#));
    one.submit(&event("opt_in", "03-04", r#""id": "O2", "customer": "ada""#));
    let all = lines(&mut one);
    assert_eq!(take_in(&mut two, &all[4..]).waiting, 1);
    two.register.store_mut().erase(&CustomerId::new("ada").unwrap()).unwrap();
    let told = |shop: &mut Shop<SqliteStore>| shop.account("ada", "12-31").unwrap().member.profile.name;
    assert_eq!(take_in(&mut two, &all), done(3, 3, 0));
    assert_eq!(told(&mut two), None);
    two.verify();
    drop(two);
    let bytes = fs::read(folder.file("till-2.ledger")).unwrap();
    assert!(!bytes.windows(8).any(|window| window == b"Lovelace"));
    // Whoever enrols here anew has told it anew.
    let mut two = open(&folder, "till-2");
    two.submit(&event("enrol", "03-05", r#""id": "E3", "customer": "ada", "name": "Countess""#));
    assert_eq!(told(&mut two).as_deref(), Some("Countess"));
    take_in(&mut one, &lines(&mut two));
    assert_eq!(told(&mut one).as_deref(), Some("Countess"));
    one.verify();
}

/// A file that an older version wrote has what that made of several registers' operations; it is worked out anew.
#[test]
fn what_an_older_version_kept_is_worked_out_anew() {
    let folder = Folder::new();
    drop(shared(&folder));
    let file = folder.file("restored.ledger");
    let mut store = SqliteStore::open(&file).unwrap();
    let before = verify(&mut store).unwrap();
    drop(store);
    // As a version before format 6 leaves it, as one that let other claims count, as one that took punches back twice,
    // and as one that let merges count as one register decided them.
    for mark in [2, 1, 3, 4] {
        let connection = rusqlite::Connection::open(&file).unwrap();
        for older in [
            "UPDATE customer SET units = units + 7",
            "DELETE FROM kept",
            "UPDATE program SET current = 0 WHERE current <> 0",
            &format!("UPDATE origin SET only = {mark}"),
        ] {
            assert!(0 < connection.execute(older, []).unwrap(), "{older}");
        }
        drop(connection);
        for _ in 0..2 {
            assert_eq!(verify(&mut SqliteStore::open(&file).unwrap()).unwrap(), before);
        }
    }
}

/// What is noted of operations of other registers is compared with them, or is under the chain.
#[test]
fn verify_notices_what_was_changed() {
    let changes = [
        "UPDATE arrival SET moment = moment - 100000000 WHERE number = 5",
        "UPDATE arrival SET number = 9 WHERE number = 5",
        "UPDATE arrival SET own = own - 1 WHERE seq = 7",
        "UPDATE register SET id = 'till-9' WHERE id = 'till-2'",
        "UPDATE moment SET moment = moment + 1 WHERE seq = 5",
        "DELETE FROM beside",
        "DELETE FROM deciding WHERE kind = 1",
        "UPDATE deciding SET operation = 2 WHERE kind = 0",
        "UPDATE customer SET units = units + 1",
        "UPDATE customer SET units = 0 WHERE units < 0",
        "UPDATE document SET seq = 4 WHERE id = 'S4'",
    ];
    let folder = Folder::new();
    drop(shared(&folder));
    let fits = |change: &str| {
        let file = folder.file("changed.ledger");
        fs::copy(folder.file("restored.ledger"), &file).unwrap();
        if !change.is_empty() {
            let connection = rusqlite::Connection::open(&file).unwrap();
            assert!(0 < connection.execute(change, []).unwrap(), "{change}");
        }
        let mut store = SqliteStore::options().check_end(false).open(&file).unwrap();
        store.check_chain(None).is_ok() && verify(&mut store).is_ok()
    };
    assert!(fits(""));
    for change in changes {
        assert!(!fits(change), "{change}");
    }
}
