//! Several programs that come to one ledger at the same moment, and one ledger that has several names.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in the helpers, too, what goes wrong fails the test")]

mod common;

use std::path::Path;
use std::sync::Barrier;
use std::{fs, thread};

use common::folder::Folder;
use regulars::adapter::sqlite::SqliteStore;

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
