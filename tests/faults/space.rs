//! A disk that is really full.

use std::path::Path;
use std::process::Command;

use regulars::adapter::sqlite::SqliteError;
use regulars::decide::Question;
use regulars::document::{read_document, read_program};
use regulars::ident::CustomerId;
use regulars::register::RegisterError;
use regulars::store::verify;
use regulars::time::Timestamp;

use crate::common::folder::Folder;
use crate::common::shop::{PROGRAM, sale};
use crate::till::{Till, TillError, open, program, recorded};

/// A disk of its own, in memory, for one test.
struct Small<'f>(&'f Path);

impl Small<'_> {
    /// `None` where that isn't allowed.
    fn mount(folder: &Path) -> Option<Small<'_>> {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", "size=1m", "regulars-faults"]).arg(folder);
        let mounted = command.output().is_ok_and(|output| output.status.success());
        if !mounted {
            println!("full: SKIPPED, since a small disk can't be mounted here (that needs root)");
        }
        mounted.then_some(Small(folder))
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        // If it can't be, it goes with the machine.
        let _ = Command::new("umount").arg("--lazy").arg(self.0).output();
    }
}

fn submit(till: &mut Till, text: &str, number: usize) -> Result<(), TillError> {
    let document = read_document(text, &*read_program(PROGRAM).unwrap().program).unwrap();
    till.submit(&document, recorded(number)).map(drop)
}

fn sell(till: &mut Till, number: usize) -> Result<(), TillError> {
    submit(till, &sale(&format!("S{number}"), "03-01", "C", "20.00"), number)
}

fn balance(till: &mut Till) -> i64 {
    let customer = CustomerId::new("C").unwrap();
    let facts = till.facts(&Question::of_customer(&customer, Timestamp::EPOCH)).unwrap();
    facts.accounts[0].known.as_ref().map_or(0, |known| known.holding.balance().minor())
}

/// Sells until the disk is full; how many were sold.
fn fill(till: &mut Till, from: usize) -> usize {
    let mut number = from;
    loop {
        match sell(till, number) {
            Ok(()) => number += 1,
            Err(RegisterError::Store(SqliteError::Full)) => return number,
            Err(error) => panic!("sale {number}: {error}"),
        }
    }
}

/// Where little space is left the log takes none that it doesn't need: each closing finds enough to put it into the
/// ledger, and takes it away.
#[test]
fn a_nearly_full_disk_is_for_the_ledger() {
    let folder = Folder::new();
    let Some(small) = Small::mount(folder.path()) else { return };
    let file = folder.file("shop.ledger");
    let mut till = open(&file).unwrap();
    submit(&mut till, &program(), 0).unwrap();
    drop(till);
    std::fs::write(folder.file("others"), [1_u8].repeat(640 << 10)).unwrap();
    for number in 1..200 {
        let mut till = open(&file).unwrap();
        sell(&mut till, number).unwrap();
        assert!(std::fs::metadata(folder.file("shop.ledger-wal")).unwrap().len() < 64 << 10);
        drop(till);
        assert!(!folder.file("shop.ledger-wal").exists(), "sale {number}");
    }
    drop(small);
}

/// Sales are refused by the name of it, look-ups go on, and so do sales when there is space again.
#[test]
fn a_full_disk_is_named_and_reads_go_on() {
    let folder = Folder::new();
    let Some(small) = Small::mount(folder.path()) else { return };
    let file = folder.file("shop.ledger");
    let mut till = open(&file).unwrap();
    submit(&mut till, &program(), 0).unwrap();
    assert!(matches!(till.store_mut().keep_ballast(2 << 20), Err(SqliteError::Full)));
    till.store_mut().keep_ballast(300_000).unwrap();
    let sold = fill(&mut till, 1);
    for _ in 0..3 {
        assert_eq!(balance(&mut till), 100 * (sold as i64 - 1), "it can be looked up");
        assert!(matches!(sell(&mut till, sold), Err(RegisterError::Store(SqliteError::Full))));
    }
    assert_eq!(verify(till.store_mut()).unwrap().operations, sold as u64);
    till.store_mut().check_file().unwrap();
    // Another till starts while it is full, and one that is the only one.
    let mut other = open(&file).unwrap();
    assert_eq!(balance(&mut other), balance(&mut till));
    drop(other);
    drop(till);
    let mut again = open(&file).unwrap();
    assert_eq!(balance(&mut again), 100 * (sold as i64 - 1), "it can be, where no other till runs");

    // The ballast makes room for the next sale of the same till.
    let mut till = again;
    assert!(matches!(sell(&mut till, sold), Err(RegisterError::Store(SqliteError::Full))));
    assert!(till.store_mut().release_ballast().unwrap() && !till.store_mut().release_ballast().unwrap());
    let more = fill(&mut till, sold);
    assert!(sold + 10 < more, "it goes on");
    assert_eq!(verify(till.store_mut()).unwrap().operations, more as u64);
    till.store_mut().check_file().unwrap();
    println!("full: after {sold} sales, and after {more} when there was space again");
    drop((till, small));
}
