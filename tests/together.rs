//! Several programs that come to one ledger at the same moment, and one ledger that has several names.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in the helpers, too, what goes wrong fails the test")]

mod common;

use std::path::Path;
use std::sync::Barrier;
use std::{fs, thread};

use common::folder::Folder;
use common::shop::{Shop, sale};
use regulars::adapter::sqlite::{SqliteError, SqliteStore};
use regulars::document::read_document;
use regulars::register::RegisterError;

/// Each has a store of its own, as programs have.
fn open_at_once(file: &Path) {
    const STORES: usize = 4;
    let barrier = Barrier::new(STORES);
    let open = || {
        barrier.wait();
        SqliteStore::open(file).map(drop).unwrap_or_else(|error| panic!("{}: {error:?}", file.display()));
    };
    thread::scope(|scope| {
        (0..STORES).for_each(|_| {
            scope.spawn(open);
        });
    });
}

#[test]
fn who_opens_a_new_ledger_together_with_others_is_not_refused() {
    let folder = Folder::new();
    for number in 0..60 {
        open_at_once(&folder.file(&format!("new-{number}.ledger")));
    }
}

/// One of them brings it up to date, and the others find it so.
#[test]
fn who_opens_an_older_ledger_together_with_others_is_not_refused() {
    let folder = Folder::new();
    for number in 0..60 {
        let file = folder.file(&format!("older-{number}.ledger"));
        fs::copy("fixtures/stores/format-3.ledger", &file).unwrap();
        open_at_once(&file);
        SqliteStore::open(&file).unwrap().check_file().unwrap();
    }
}

/// Each name has a log of its own beside it, so that what is recorded under one is lost under the other.
#[cfg(unix)]
#[test]
fn a_ledger_with_several_names_is_not_opened_and_records_nothing() {
    let folder = Folder::new();
    let (file, other) = (folder.file("shop.ledger"), folder.file("other.ledger"));
    let has_several = |error: SqliteError, which: &Path| match error {
        SqliteError::SeveralNames { path } => assert_eq!(path, which),
        other => panic!("{other:?}"),
    };
    let mut shop = Shop::open(SqliteStore::open(&file).unwrap());
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let submit = |shop: &mut Shop<SqliteStore>, id: &str| {
        let document = read_document(&sale(id, "03-02", "C1", "20.00"), &*shop.program).unwrap();
        let at = shop.next_recording();
        shop.register.submit(&document, at)
    };
    fs::hard_link(&file, &other).unwrap();
    match submit(&mut shop, "S2") {
        Err(RegisterError::Store(error)) => has_several(error, &file),
        other => panic!("{other:?}"),
    }
    for name in [&other, &file] {
        has_several(SqliteStore::open(name).unwrap_err(), name);
        has_several(SqliteStore::open_to_read(name).unwrap_err(), name);
    }
    assert!(!folder.file("other.ledger-wal").exists());
    // A copy is made all the same, and once the other name is gone the store goes on.
    let copy = folder.file("copy.ledger");
    shop.register.store_mut().backup(&copy, |_, _| ()).unwrap();
    Shop::reopen(SqliteStore::open(&copy).unwrap()).verify();
    fs::remove_file(&other).unwrap();
    submit(&mut shop, "S2").unwrap();
    shop.verify();
    // A name that only leads there is none of its own.
    std::os::unix::fs::symlink(&file, &other).unwrap();
    Shop::reopen(SqliteStore::open(&other).unwrap()).verify();
}

/// Who makes a ledger gives it its name while it has another one still, and may be switched off in between.
#[cfg(unix)]
#[test]
fn the_name_that_a_ledger_was_made_under_is_taken_away() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    drop(SqliteStore::open(&file).unwrap());
    for made_under in ["shop.ledger.new17-0", "shop.ledger.partial17"] {
        let made_under = folder.file(made_under);
        fs::hard_link(&file, &made_under).unwrap();
        drop(SqliteStore::open(&file).unwrap());
        assert!(!made_under.exists());
        // What isn't this ledger stays.
        fs::write(&made_under, "another").unwrap();
        drop(SqliteStore::open(&file).unwrap());
        assert!(made_under.exists());
    }
    let own = folder.file("shop.ledger.new");
    fs::hard_link(&file, &own).unwrap();
    assert!(matches!(SqliteStore::open(&file), Err(SqliteError::SeveralNames { .. })));
    assert!(own.exists());
}
