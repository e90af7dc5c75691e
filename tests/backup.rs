//! Copies of a ledger that is in use.
#![cfg(feature = "sqlite")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use std::fs;
use std::path::Path;

use common::folder::Folder;
use common::shop::{Shop, sale};
use regulars::adapter::json_lines::{export, import};
use regulars::adapter::memory::MemoryStore;
use regulars::adapter::sqlite::{BackupError, Obstacle, RestoreError, SqliteError, SqliteStore};
use regulars::ledger::Seq;
use regulars::store::{Store, verify};

fn open(path: &Path) -> Shop<SqliteStore> {
    Shop::open(SqliteStore::open(path).unwrap())
}

fn sell(shop: &mut Shop<impl Store>, sales: std::ops::Range<usize>) {
    for number in sales {
        shop.submit(&sale(&format!("S{number}"), "03-01", &format!("C{number}"), "20.00"));
    }
}

/// A file under such a name is taken for what stands beside a ledger, and deleted by and by.
#[test]
fn nothing_is_made_under_a_name_that_a_ledger_keeps_for_itself() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file("shop")).unwrap();
    store.backup(&folder.file("copy"), |_, _| ()).unwrap();
    for end in ["-journal", "-wal", "-shm", "-ballast", "-Ballast"] {
        let name = folder.file(&format!("other{end}"));
        let copied = store.backup(&name, |_, _| ());
        assert!(matches!(copied, Err(BackupError::KeptName { .. })), "{end}: {copied:?}");
        let restored = SqliteStore::restore(&folder.file("copy"), &name, 7, |_| Ok::<_, RestoreError>(()));
        assert!(matches!(restored, Err(RestoreError::KeptName { .. })), "{end}: {restored:?}");
        let opened = SqliteStore::open(&name);
        let kept = SqliteError::CannotOpen { path: name, why: Obstacle::KeptName };
        assert_eq!(opened.unwrap_err().to_string(), kept.to_string());
    }
    assert_eq!(files(&folder), ["copy", "shop", "shop-shm", "shop-wal"]);
}

#[test]
fn who_only_reads_leaves_the_ballast_alone() {
    let folder = Folder::new();
    let file = folder.file("shop");
    SqliteStore::open(&file).unwrap().keep_ballast(1000).unwrap();
    let mut reader = SqliteStore::open_to_read(&file).unwrap();
    for refused in [reader.keep_ballast(500), reader.release_ballast().map(drop)] {
        assert!(matches!(refused, Err(SqliteError::ReadOnly)), "{refused:?}");
    }
    assert_eq!(fs::metadata(folder.file("shop-ballast")).unwrap().len(), 1000);
}

#[test]
fn no_ballast_fills_a_disk() {
    let folder = Folder::new();
    let mut store = SqliteStore::open(folder.file("shop")).unwrap();
    for bytes in [SqliteStore::MOST_BALLAST + 1, u64::MAX] {
        let refused = store.keep_ballast(bytes);
        assert!(matches!(refused, Err(SqliteError::TooMuchBallast { .. })), "{refused:?}");
    }
    assert_eq!(files(&folder), ["shop", "shop-shm", "shop-wal"]);
}

/// The names of the files in a folder.
fn files(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What who was killed had begun may hold names and addresses. What another program is still making is locked.
#[test]
fn what_was_begun_and_left_behind_is_deleted_by_the_next_copy() {
    let folder = Folder::new();
    let shop = open(&folder.file("shop"));
    for name in
        ["copy.partial4000000", "copy.partial4000001", "copy.partialx", "copy.partial", "copy2.partial7"]
    {
        fs::write(folder.file(name), "begun").unwrap();
    }
    let other = fs::File::open(folder.file("copy.partial4000001")).unwrap();
    other.try_lock().unwrap();
    shop.register.store().backup(&folder.file("copy"), |_, _| ()).unwrap();
    let left = ["copy", "copy.partial", "copy.partial4000001", "copy.partialx", "copy2.partial7"];
    assert_eq!(files(&folder), [&left[..], &["shop", "shop-shm", "shop-wal"]].concat());
}

#[test]
fn a_copy_is_one_whole_file() {
    let folder = Folder::new();
    let mut shop = open(&folder.file("shop"));
    sell(&mut shop, 0..50);
    let mut told = Vec::new();
    shop.register.store().backup(&folder.file("copy"), |done, all| told.push((done, all))).unwrap();
    assert!(told.iter().all(|(_, all)| 0 < *all) && told.last().is_some_and(|(done, all)| done == all));
    assert_eq!(files(&folder), ["copy", "shop", "shop-shm", "shop-wal"]);

    // Not even a reader makes a log beside it.
    let head = fs::read(folder.file("copy")).unwrap();
    assert_eq!(head[18..20], [1, 1], "the form of a file without a log");
    let mut copy = SqliteStore::open(folder.file("copy")).unwrap();
    copy.check_file().unwrap();
    assert_eq!(verify(&mut copy).unwrap(), shop.verify());
    assert_eq!(copy.operations(Seq(1), usize::MAX).unwrap(), shop.operations());
}

#[cfg(unix)]
#[test]
fn a_copy_is_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    open(&folder.file("shop")).register.store().backup(&folder.file("copy"), |_, _| ()).unwrap();
    let mode = fs::metadata(folder.file("copy")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// What is sold on another connection while the copy is made isn't in it, and doesn't make it begin anew.
#[test]
fn selling_goes_on_meanwhile() {
    let folder = Folder::new();
    let mut in_memory = Shop::open(MemoryStore::default());
    sell(&mut in_memory, 0..4000);
    let mut lines = Vec::new();
    export(in_memory.register.store_mut(), &mut lines, |_, _| ()).unwrap();
    let mut store = SqliteStore::open(folder.file("shop")).unwrap();
    import(&mut store, &mut &*lines, |_, _| ()).unwrap();
    let mut here = in_memory.go_on(store);
    let before = here.operations();
    let mut there = here.go_on(SqliteStore::open(folder.file("shop")).unwrap());
    let (mut sold, mut steps) = (4000, Vec::new());
    let backup = here.register.store().backup(&folder.file("copy"), |done, all| {
        sell(&mut there, sold..sold + 5);
        sold += 5;
        steps.push((done, all));
        assert!(steps.len() < 100, "it begins anew each time");
    });
    backup.unwrap();
    assert!(1 < steps.len(), "it was made step by step: {steps:?}");
    assert!(steps.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 == pair[1].1), "{steps:?}");
    let mut copy = SqliteStore::open(folder.file("copy")).unwrap();
    assert!(copy.operations(Seq(1), usize::MAX).unwrap() == before);
    verify(&mut copy).unwrap();
    assert_eq!(here.operations().len(), 1 + sold);
    sell(&mut here, sold..sold + 5);
    here.verify();
}

#[test]
fn no_file_is_written_over() {
    let folder = Folder::new();
    let shop = open(&folder.file("shop"));
    fs::write(folder.file("copy"), "something else").unwrap();
    let before = files(&folder);
    let error = shop.register.store().backup(&folder.file("copy"), |_, _| ()).unwrap_err();
    assert!(matches!(&error, BackupError::Exists { path } if *path == folder.file("copy")), "{error:?}");
    assert!(error.to_string().ends_with("copy is there already; choose another name, or move it away"));
    assert_eq!(fs::read(folder.file("copy")).unwrap(), b"something else");
    let error = shop.register.store().backup(&folder.file("shop"), |_, _| ()).unwrap_err();
    assert!(matches!(error, BackupError::Exists { .. }), "nor the ledger itself");
    assert_eq!(files(&folder), before);
}

/// One that comes there while the copy is made.
#[test]
fn no_file_is_written_over_that_came_meanwhile() {
    let folder = Folder::new();
    let shop = open(&folder.file("shop"));
    let copy = folder.file("copy");
    let error = shop.register.store().backup(&copy, |_, _| fs::write(&copy, "faster").unwrap()).unwrap_err();
    assert!(matches!(error, BackupError::Exists { .. }), "{error:?}");
    assert_eq!(fs::read(&copy).unwrap(), b"faster");
    assert_eq!(files(&folder), ["copy", "shop", "shop-shm", "shop-wal"]);
}

#[test]
fn a_copy_that_fails_leaves_nothing() {
    let folder = Folder::new();
    let shop = open(&folder.file("shop"));
    let before = files(&folder);
    let error = shop.register.store().backup(&folder.file("not there/copy"), |_, _| ()).unwrap_err();
    assert!(matches!(error, BackupError::CannotWrite { .. }), "{error:?}");
    // What is copied is looked at again.
    let spoil = |_, _| {
        for name in files(&folder).iter().filter(|name| name.contains(".partial")) {
            fs::write(folder.file(name), vec![7; 4096]).unwrap();
        }
    };
    let error = shop.register.store().backup(&folder.file("copy"), spoil).unwrap_err();
    assert!(matches!(error, BackupError::Damaged { .. } | BackupError::Ledger(_)), "{error:?}");
    assert_eq!(files(&folder), before);
}

#[test]
fn a_file_is_told_of() {
    let folder = Folder::new();
    let mut shop = open(&folder.file("shop"));
    sell(&mut shop, 0..10);
    let about = shop.register.store().about_file().unwrap();
    assert_eq!(about.bytes, fs::metadata(folder.file("shop")).unwrap().len());
    assert_eq!(about.log_bytes, fs::metadata(folder.file("shop-wal")).unwrap().len());
    assert!(0 < about.log_bytes && 4 <= about.format);
}

/// What `restore` says, and that nothing was made.
fn refused(folder: &Folder, backup: &str, to: &str) -> String {
    let before = files(folder);
    let check = |_: &mut SqliteStore| Ok::<_, RestoreError>(());
    let error = SqliteStore::restore(&folder.file(backup), &folder.file(to), 7, check).map(drop).unwrap_err();
    assert_eq!(files(folder), before, "{error}");
    error.to_string()
}

#[test]
fn a_copy_becomes_a_ledger_again() {
    let folder = Folder::new();
    let mut shop = open(&folder.file("shop"));
    sell(&mut shop, 0..50);
    shop.register.store().backup(&folder.file("copy"), |_, _| ()).unwrap();
    let before = files(&folder);
    let fails = SqliteStore::restore(&folder.file("copy"), &folder.file("again"), 7, |store| {
        assert!(!folder.file("again").exists(), "it has its name before it is whole");
        store.check_file()?;
        Err::<(), Box<dyn std::error::Error>>("it doesn't please".into())
    });
    assert_eq!(fails.map(drop).unwrap_err().to_string(), "it doesn't please");
    assert_eq!(files(&folder), before);

    let check = |store: &mut SqliteStore| Ok::<_, RestoreError>(verify(store).unwrap());
    let (mut again, verified) =
        SqliteStore::restore(&folder.file("copy"), &folder.file("again"), 7, check).unwrap();
    assert_eq!(verified, shop.verify());
    assert_eq!(again.operations(Seq(1), usize::MAX).unwrap(), shop.operations());
    drop(again);
    let after: Vec<String> = files(&folder).into_iter().filter(|name| !before.contains(name)).collect();
    assert_eq!(after, ["again"]);
}

#[test]
fn what_is_no_copy_becomes_no_ledger() {
    let folder = Folder::new();
    let mut shop = open(&folder.file("shop"));
    sell(&mut shop, 0..3);
    shop.register.store().backup(&folder.file("copy"), |_, _| ()).unwrap();
    fs::write(folder.file("notes.txt"), "milk, bread\n".repeat(100)).unwrap();
    fs::write(folder.file("empty"), "").unwrap();
    fs::create_dir(folder.file("attic")).unwrap();
    fs::write(folder.file("there-wal"), "a log").unwrap();
    for (backup, to, says) in [
        ("notes.txt", "new", "notes.txt can't become a ledger"),
        ("notes.txt", "new", "notes.txt is not a ledger"),
        ("empty", "new", "empty is empty"),
        ("attic", "new", "attic can't be read"),
        ("missing", "new", "missing can't be read"),
        ("shop", "new", "shop is no backup, but a ledger with a log"),
        ("copy", "notes.txt", "notes.txt is there already"),
        ("copy", "there", "there-wal is there already"),
        ("copy", "nowhere/new", "can't be written"),
    ] {
        let told = refused(&folder, backup, to);
        assert!(told.contains(says), "{backup} to {to}: {told}");
    }
}
