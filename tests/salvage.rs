//! What of a damaged ledger can still be read.

#![cfg(feature = "sqlite")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use common::folder::Folder;
use common::log::{PAGE, end_of_frames};
use common::shop::{PROGRAM, Shop, event, sale, sale_with, set_program};
use regulars::adapter::json_lines::{ExportError, ImportError, export, import};
use regulars::adapter::memory::MemoryStore;
use regulars::adapter::sqlite::{Salvage, SqliteStore};
use regulars::document::read_program;
use regulars::ledger::Seq;
use regulars::store::{Store, verify};
use rusqlite::Connection;

/// A shop where customers join, buy little and much, and bring things back.
fn play(shop: &mut Shop<impl Store>, rounds: std::ops::Range<usize>) {
    for round in rounds {
        let (one, other) = (format!("C{}", round % 7), format!("D{round}"));
        shop.submit(&event(
            "enrol",
            "03-01",
            &format!(r#""id": "E{round}", "customer": "{other}", "name": "Name of {other}", "code": "29{round:08}""#),
        ));
        for number in 0..5 {
            shop.submit(&sale(&format!("S{round}-{number}"), "03-02", &one, "20.00"));
        }
        shop.submit(&event("void", "03-03", &format!(r#""id": "V{round}", "of": "S{round}-1""#)));
        let line = |id| {
            format!(
                r#"{{"id": "{id}", "product": "a thing with a name {id}", "quantity": "1", "unit_price": "1.00"}}"#
            )
        };
        let lines = (0..if round % 5 == 0 { 60 } else { 3 }).map(line).collect::<Vec<_>>().join(", ");
        let of = sale_with(&format!("W{round}"), "03-04", &other, "1.00", r#""payments": []"#);
        let (head, _) = of.split_once(r#""lines""#).unwrap();
        shop.submit(&format!(r#"{head}"lines": [{lines}], "payments": []}}"#));
    }
}

/// A ledger that is closed, and its export line by line, by number; the first is the head.
fn ledger(folder: &Folder) -> (PathBuf, Vec<String>) {
    let file = folder.file("shop.ledger");
    let mut shop = Shop::open(SqliteStore::open(&file).unwrap());
    play(&mut shop, 0..12);
    shop.submit(&set_program(&PROGRAM.replace("0.05", "0.06")));
    play(&mut shop, 12..21);
    let lines = exported(shop.register.store_mut());
    (file, lines)
}

fn exported(store: &mut SqliteStore) -> Vec<String> {
    let mut bytes = Vec::new();
    export(store, &mut bytes, |_, _| ()).unwrap();
    String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
}

fn salvaged(salvage: &mut Salvage) -> Vec<String> {
    let mut bytes = Vec::new();
    let written = salvage.export(&mut bytes, |_, _| ()).unwrap();
    let lines: Vec<_> = String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(lines.len() as u64, written + 1);
    assert_eq!(written, salvage.report().operations);
    lines
}

/// All files of a folder and what stands in them.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

/// Opens a damaged file, and looks whether all that comes out is what was written, all that doesn't is named,
/// and no file has changed. `told` is whether what customers told may be missing.
fn salvage(file: &Path, whole: &[String], told: bool) -> Salvage {
    let before = content(file.parent().unwrap());
    let known = [read_program(PROGRAM).unwrap(), read_program(&PROGRAM.replace("0.05", "0.06")).unwrap()];
    let mut salvage = Salvage::open(file, &known, |_, _| ()).unwrap();
    let lines = salvaged(&mut salvage);
    let mut beginning = Vec::new();
    salvage.export_beginning(&mut beginning, |_, _| ()).unwrap();
    assert_eq!(content(file.parent().unwrap()), before);
    let report = salvage.report();
    let lost: BTreeSet<u64> = report.lost.iter().flat_map(|lost| lost.first.0..=lost.last.0).collect();
    assert_eq!(lost.len() as u64, report.lost_operations());
    assert_eq!(report.operations + report.lost_operations(), report.last.0);
    let there = (1..=report.last.0).filter(|seq| !lost.contains(seq));
    for (line, seq) in lines[1..].iter().zip(there) {
        let expected = &whole[seq as usize];
        let version = |line: &str| line.find("\"program\":\"").map(|at| line[at..at + 75].to_owned());
        let line = match (version(line), version(expected)) {
            (Some(found), Some(expected)) if 0 < report.unproven_programs => line.replace(&found, &expected),
            _ => line.clone(),
        };
        assert!(line == *expected || told && line.len() < expected.len(), "{line}\n{expected}");
    }
    if !lost.is_empty() {
        let taken_over = import(&mut MemoryStore::default(), &mut &*beginning, |_, _| ());
        assert_eq!(taken_over.unwrap(), report.whole_until().0);
        let refused = import(&mut MemoryStore::default(), &mut lines.join("\n").as_bytes(), |_, _| ());
        let Err(ImportError::Line { line: 1, error }) = refused else { panic!("{refused:?}") };
        assert!(error.to_string().contains("\"salvaged\""), "{error}");
    }
    salvage
}

#[test]
fn a_whole_ledger_comes_out_as_it_is() {
    let folder = Folder::new();
    let (file, whole) = ledger(&folder);
    let mut salvage = salvage(&file, &whole, false);
    assert_eq!(salvaged(&mut salvage), whole);
    let report = salvage.report();
    assert_eq!((report.doubtful.len(), report.told_damaged), (0, 0));
    assert_eq!(report.balances.len(), 28);
    assert!(report.balances.iter().all(|balance| !balance.differs()), "{:?}", report.balances);
    let customers = SqliteStore::open(&file).unwrap().customers(None, usize::MAX).unwrap();
    let kept = report.balances.iter().map(|balance| (&balance.customer, balance.best()));
    assert!(kept.eq(customers.iter().map(|kept| (&kept.customer, kept.balance))));
}

/// Each page of the file is lost once: operations are lost with the pages that they stand on, and with no others.
#[test]
fn what_is_not_on_a_lost_page_is_found() {
    let folder = Folder::new();
    let (file, whole) = ledger(&folder);
    let bytes = fs::read(&file).unwrap();
    let connection = Connection::open(&file).unwrap();
    let mut statement = connection.prepare("SELECT pageno, name, pagetype FROM dbstat").unwrap();
    let pages: Vec<(u32, String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    drop(statement);
    drop(connection);
    assert!(50 < pages.len(), "{}", pages.len());
    let mut lost = BTreeMap::<String, Vec<u64>>::new();
    for (number, name, kind) in pages {
        let number = number as usize;
        let folder = Folder::new();
        let damaged = folder.file("damaged");
        let mut bytes = bytes.clone();
        bytes[(number - 1) * PAGE..number * PAGE].fill(if number.is_multiple_of(2) { 0 } else { 0xa5 });
        fs::write(&damaged, bytes).unwrap();
        let salvage = salvage(&damaged, &whole, name == "personal");
        let report = salvage.report();
        assert!(report.doubtful.is_empty(), "{name} {kind}: {:?}", report.doubtful);
        if !(name == "operation" && kind != "internal") {
            assert_eq!(report.lost_operations(), 0, "{name} {kind}: {:?}", report.lost);
        }
        if name != "customer" && name != "operation" {
            assert!(report.balances.iter().all(|balance| !balance.differs()), "{name}");
        }
        lost.entry(format!("{name} {kind}"))
            .or_default()
            .extend(report.lost.iter().flat_map(|lost| lost.first.0..=lost.last.0));
    }
    for (class, lost) in &lost {
        println!("{class}: {} lost", lost.len());
    }
    // Each operation stands on one page, but for the long ones, which go on on others.
    let mut on_leaves = lost["operation leaf"].clone();
    on_leaves.sort_unstable();
    assert_eq!(on_leaves, (1..whole.len() as u64).collect::<Vec<_>>());
}

/// Of a ledger in many pieces all comes out that is whole, and what doesn't is named.
#[test]
fn damage_of_every_kind_is_named() {
    let folder = Folder::new();
    let (file, whole) = ledger(&folder);
    let bytes = fs::read(&file).unwrap();
    let mut chance = Chance(1);
    let mut found = [(0, 0); 4];
    for turn in 0..64_usize {
        let folder = Folder::new();
        let damaged = folder.file("damaged");
        let mut bytes = bytes.clone();
        match turn % 4 {
            0 => (0..1 + turn).for_each(|_| {
                let bit = chance.below(bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
            }),
            1 => bytes.truncate(PAGE + chance.below(bytes.len() - PAGE)),
            2 => (0..20).for_each(|_| {
                let (from, to) = (chance.below(bytes.len()), chance.below(bytes.len()));
                let length = chance.below(3000).min(bytes.len() - from.max(to));
                bytes.copy_within(from..from + length, to);
            }),
            _ => {
                let first = chance.below(bytes.len() / 2);
                bytes[..first].iter_mut().for_each(|byte| *byte = chance.below(256) as u8);
            }
        }
        fs::write(&damaged, bytes).unwrap();
        let salvage = salvage(&damaged, &whole, true);
        let (saved, lost) = &mut found[turn % 4];
        *saved += salvage.report().operations;
        *lost += salvage.report().lost_operations();
    }
    for (kind, (saved, lost)) in ["bits", "the end", "pages over others", "the beginning"].iter().zip(found) {
        println!("{kind}: {saved} operations saved, {lost} lost and named");
        assert!(0 < saved && 0 < lost, "{kind}");
    }
}

/// Where a till was switched off the newest sales are in the log. SQLite reads it up to the first thing that
/// isn't right.
#[test]
fn a_torn_log_is_read_to_its_end() {
    let folder = Folder::new();
    let live = folder.file("live.ledger");
    let mut shop = Shop::open(SqliteStore::open(&live).unwrap());
    play(&mut shop, 0..8);
    let whole = exported(shop.register.store_mut());
    let [bytes, log] = ["live.ledger", "live.ledger-wal"].map(|name| fs::read(folder.file(name)).unwrap());
    drop(shop);
    // Without the room that it has behind its last frame.
    let (log_with_room, log) = (&log, log[..end_of_frames(&log)].to_vec());
    assert!(200 * PAGE < log.len());
    let with_log = |log: &[u8]| {
        let folder = Folder::new();
        fs::write(folder.file("shop.ledger"), &bytes).unwrap();
        fs::write(folder.file("shop.ledger-wal"), log).unwrap();
        let found = salvage(&folder.file("shop.ledger"), &whole, false).report().clone();
        let seen = SqliteStore::open(folder.file("shop.ledger"));
        let seen = seen.and_then(|mut store| store.operations(Seq(1), usize::MAX)).map_or(0, |all| all.len());
        (found, seen as u64)
    };
    assert!(end_of_frames(log_with_room) < log_with_room.len());
    assert_eq!(with_log(log_with_room).0, with_log(&log).0);
    let (found, seen) = with_log(&log);
    assert_eq!((found.operations, found.lost.len(), seen), (whole.len() as u64 - 1, 0, found.operations));
    let mut chance = Chance(2);
    let (mut more, mut cuts) = (0, 0);
    for _ in 0..20 {
        // What was cut off was there once, and nothing in the file says so.
        let (found, seen) = with_log(&log[..log.len() / 8 + chance.below(log.len() * 7 / 8)]);
        assert!(seen <= found.operations);
        cuts += u64::from(found.operations < whole.len() as u64 - 1);
        let mut log = log.clone();
        let bit = 8 * 32 + chance.below(log.len() * 8 - 8 * 32);
        log[bit / 8] ^= 1 << (bit % 8);
        let (found, seen) = with_log(&log);
        assert!(
            found.lost_operations() <= 1 && whole.len() as u64 - 3 < found.operations,
            "{:?}",
            found.lost
        );
        more += found.operations.saturating_sub(seen);
    }
    println!("{more} operations behind a flipped bit, which SQLite doesn't see");
    assert!(20 < more && 10 < cuts);
}

#[test]
fn a_balance_that_is_lost_is_added_up() {
    let folder = Folder::new();
    let (file, whole) = ledger(&folder);
    let connection = Connection::open(&file).unwrap();
    // As an account is whose row an older file has lost.
    let change = "UPDATE customer SET units = 9999 WHERE n = 2;
        UPDATE customer SET latest = NULL, last = NULL WHERE n = 3; DELETE FROM lot WHERE customer = 3";
    connection.execute_batch(change).unwrap();
    drop(connection);
    let salvage = salvage(&file, &whole, false);
    let differ: Vec<_> = salvage.report().balances.iter().filter(|balance| balance.differs()).collect();
    let kept: Vec<_> = differ.iter().map(|balance| balance.kept.map(|units| units.minor())).collect();
    assert_eq!(kept, [Some(9999), None]);
    let store = SqliteStore::open(&file);
    assert!(verify(&mut store.unwrap()).is_err());
}

#[test]
fn an_operation_that_somebody_changed_is_doubtful() {
    let folder = Folder::new();
    let (file, whole) = ledger(&folder);
    let other = folder.file("other.ledger");
    let mut shop = Shop::open(SqliteStore::open(&other).unwrap());
    play(&mut shop, 0..1);
    drop(shop);
    let connection = Connection::open(&other).unwrap();
    connection.execute_batch("UPDATE operation SET hash = zeroblob(16) WHERE seq = 5").unwrap();
    drop(connection);
    let salvage = salvage(&other, &whole, false);
    assert_eq!(salvage.report().doubtful, [Seq(5), Seq(6)]);
    drop(file);
}

#[test]
fn older_files_are_read_as_they_are() {
    let names = ["format-2", "format-3", "format-3-told", "format-4", "format-5", "format-6", "format-7"];
    for name in names.map(|name| format!("{name}.ledger")) {
        let (folder, file) = fixture(&name);
        let mut salvage = Salvage::open(&file, &[], |_, _| ()).unwrap();
        let lines = salvaged(&mut salvage);
        let report = salvage.report();
        assert!(report.doubtful.is_empty() && report.lost.is_empty() && !report.shared, "{name}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(lines, exported(&mut SqliteStore::open(&file).unwrap()), "{name}");
    }
    for name in ["README.md", "Cargo.toml"] {
        assert!(Salvage::open(name, &[], |_, _| ()).is_err());
    }
}

/// A copy of a ledger that the tests have.
fn fixture(name: &str) -> (Folder, PathBuf) {
    let folder = Folder::new();
    let file = folder.file(name);
    fs::copy(Path::new("fixtures/stores").join(name), &file).unwrap();
    (folder, file)
}

/// Operations of other registers are as certain as its own; but no ledger is made of lines that don't say whose
/// they are.
#[test]
fn a_shared_ledger_is_read_and_not_taken_for_one_of_its_own() {
    let (_folder, file) = fixture("format-7-shared.ledger");
    let mut salvage = Salvage::open(&file, &[], |_, _| ()).unwrap();
    let lines = salvaged(&mut salvage);
    let mut beginning = Vec::new();
    salvage.export_beginning(&mut beginning, |_, _| ()).unwrap();
    let mut store = SqliteStore::open(&file).unwrap();
    let operations = store.operations(Seq(1), usize::MAX).unwrap();
    let report = salvage.report();
    assert!(report.shared && report.lost.is_empty(), "{:?}", report.lost);
    assert_eq!((report.operations, &*report.doubtful), (operations.len() as u64, &[][..]));
    let best = report.balances.iter().map(|balance| (balance.customer.clone(), balance.best()));
    let kept = store.customers(None, usize::MAX).unwrap();
    assert!(best.eq(kept.iter().map(|kept| (kept.customer.clone(), kept.balance))), "{:?}", report.balances);
    // What one of two registers decided about the same document doesn't count, and is added up all the same.
    let differ = report.balances.iter().filter(|balance| balance.differs());
    assert_eq!(differ.map(|balance| balance.customer.as_str()).collect::<Vec<_>>(), ["bob"]);
    assert!(matches!(export(&mut store, &mut Vec::new(), |_, _| ()), Err(ExportError::Shared)));
    for text in [lines.join("\n"), String::from_utf8(beginning).unwrap()] {
        let refused = import(&mut MemoryStore::default(), &mut text.as_bytes(), |_, _| ());
        let Err(ImportError::Line { line: 1, error }) = refused else { panic!("{refused:?}") };
        assert!(error.to_string().contains("\"salvaged\""), "{error}");
    }
    drop(store);
    // What another register decided, and whose it was, can't be changed unseen either.
    let connection = Connection::open(&file).unwrap();
    let first: i64 = connection.query_row("SELECT min(seq) FROM arrival", [], |row| row.get(0)).unwrap();
    connection
        .execute_batch("UPDATE arrival SET moment = moment + 1 WHERE seq = (SELECT min(seq) FROM arrival)")
        .unwrap();
    drop(connection);
    let salvage = Salvage::open(&file, &[], |_, _| ()).unwrap();
    assert_eq!(salvage.report().doubtful, [Seq(first.unsigned_abs())]);
}

/// Numbers that look random, and are the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

/// A page on which every pointer names one row that goes on on one page for ever, and a log whose only page is
/// the last that there can be: they take no time and no memory worth naming.
#[test]
fn pages_that_go_round_end() {
    let folder = Folder::new();
    let file = folder.file("crafted.ledger");
    let length: u64 = 1 << 19;
    let groups = [length >> 14, length >> 7, length].map(|part| (part & 0x7f) as u8);
    let cell = 960_usize;
    let mut page = [0_u8; 1024];
    page[0] = 13;
    page[3..5].copy_from_slice(&400_u16.to_be_bytes());
    (0..400)
        .for_each(|place| page[8 + 2 * place..10 + 2 * place].copy_from_slice(&(cell as u16).to_be_bytes()));
    page[cell..cell + 4].copy_from_slice(&[groups[0] | 0x80, groups[1] | 0x80, groups[2], 1]);
    // Wherever the row leaves its page, it goes on on the third one, and that on itself.
    page[cell + 4..].as_chunks_mut::<4>().0.iter_mut().for_each(|next| *next = 3_u32.to_be_bytes());
    let mut bytes = vec![0; 3 * 1024];
    bytes[1024..2048].copy_from_slice(&page);
    bytes[2048..2052].copy_from_slice(&3_u32.to_be_bytes());
    fs::write(&file, &bytes).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_len(1 << 20).unwrap();

    let sum = |bytes: &[u8], (one, two): (u32, u32)| {
        bytes.as_chunks::<8>().0.iter().fold((one, two), |(one, two), word| {
            let half = |at: usize| u32::from_le_bytes([word[at], word[at + 1], word[at + 2], word[at + 3]]);
            let one = one.wrapping_add(half(0)).wrapping_add(two);
            (one, two.wrapping_add(half(4)).wrapping_add(one))
        })
    };
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let mut log = words(&[0x377f_0682, 3_007_000, 1024, 0, 1, 2]);
    let head = sum(&log, (0, 0));
    log.extend(words(&[head.0, head.1]));
    let frame = words(&[u32::MAX, 1]);
    let whole = sum(&[0; 1024], sum(&frame, head));
    log.extend([frame, words(&[1, 2, whole.0, whole.1]), vec![0; 1024]].concat());
    fs::write(folder.file("crafted.ledger-wal"), log).unwrap();

    let mut most = 0;
    let opened = Salvage::open(&file, &[], |_, all| most = most.max(all));
    assert!(opened.is_err() || opened.unwrap().report().operations == 0);
    assert!(most < 4 * 1025, "{most} steps");
}
