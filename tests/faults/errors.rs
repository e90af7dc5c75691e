//! Each operation on a file fails once, with each of the errors that it may have; or from then on all do.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::ops::Range;
use std::path::Path;

use regulars::adapter::sqlite::SqliteError;
use regulars::register::RegisterError;
use rusqlite::ffi;

use crate::disk::{self, Disk, Fault, Image, Kind, Left};
use crate::till::{Day, LEDGER, Step, Till, TillError, open};
use crate::{LONG, longer};

/// One in so many faults is tried by default.
const QUICKLY: usize = 11;

/// What came of the faults.
#[derive(Default)]
struct Found {
    tried: usize,
    /// By operation and error: how many were told, and how many went on all the same.
    told: BTreeMap<(Kind, c_int), [usize; 2]>,
    /// How many steps failed and were there all the same after a cut.
    kept: usize,
}

impl Found {
    /// One step with one fault.
    fn one(&mut self, day: &Day, before: &Image, step: &Step, documents: Range<usize>, fault: Fault) {
        disk::replace(Disk::of(before));
        let mut till = (!before.is_empty()).then(|| open(Path::new(LEDGER)).unwrap());
        disk::with(|disk| disk.fault = Some(fault));
        let done = day.play(&mut till, step);
        let failed = disk::with(|disk| disk.failed.clone());
        if failed.is_empty() {
            // The step has fewer operations, or no such error.
            return done.unwrap();
        }
        let what = format!("{step:?}, {fault:?}: {failed:?}");
        self.tried += 1;
        if let Some((kind, code)) = failed.first() {
            self.told.entry((*kind, *code)).or_default()[usize::from(done.is_ok())] += 1;
            let written = matches!(kind, Kind::Write | Kind::Sync) && !documents.is_empty();
            assert!(done.is_err() || !written, "{what} wasn't told");
            assert!(done.is_ok() || fault.always || *kind != Kind::Room, "{what} did harm");
        }
        if let Err(error) = &done {
            assert!(is_named(error, &failed), "{what}: {error:?}");
        }
        if let (true, Some(till)) = (fault.always, &mut till) {
            keeps_failing(day, till, documents.end, &what);
        }
        for left in [Left::Nothing, Left::Everything] {
            let after_a_cut = disk::with(|disk| {
                (disk.fault, disk.failed) = (None, Vec::new());
                disk.cut(left)
            });
            let whole = disk::replace(Disk::of(&after_a_cut));
            let on_the_way = if done.is_ok() { documents.end..documents.end } else { documents.clone() };
            let were_there = day
                .survives(on_the_way)
                .unwrap_or_else(|error| panic!("{what}, then a cut with {left:?} left: {error}"));
            self.kept += usize::from(were_there && done.is_err() && !documents.is_empty());
            disk::replace(whole);
        }
        if till.is_none() {
            till = open(Path::new(LEDGER)).map(Some).unwrap_or_else(|error| panic!("{what}: {error}"));
        }
        let going_on = goes_on(day, till.as_mut().unwrap(), documents.clone(), &what);
        // Who was given zeros for a page may still have them at hand, says so, and is opened anew.
        let given_zeros = failed.iter().any(|(_, code)| *code == ffi::SQLITE_IOERR_SHORT_READ);
        assert!(going_on.is_ok() || given_zeros, "{what}, the same store: {going_on:?}");
        drop(till);
        let mut till = open(Path::new(LEDGER)).unwrap();
        goes_on(day, &mut till, documents, &what).unwrap_or_else(|error| panic!("{what}, reopened: {error}"));
    }
}

/// Hands the documents in again, after which all of them are there.
fn goes_on(day: &Day, till: &mut Till, documents: Range<usize>, what: &str) -> Result<(), String> {
    let found = day.sound(till)?;
    assert!(found == documents.start || found == documents.end, "{what}: {found} are there");
    for document in documents.clone() {
        day.submit(till, document).map_err(|error| error.to_string())?;
    }
    assert_eq!(day.sound(till)?, documents.end, "{what}");
    Ok(())
}

/// While the disk goes on failing, what is handed in fails, too, or is kept.
fn keeps_failing(day: &Day, till: &mut Till, document: usize, what: &str) {
    let before = disk::with(|disk| std::mem::take(&mut disk.failed));
    if document < day.documents.len() {
        // Only looked at: it must not be kept, or the next look would find one too many.
        let mut batch = match till.batch() {
            Ok(batch) => batch,
            Err(error) => {
                return assert!(is_named(&error, &disk::with(|disk| disk.failed.clone())), "{what}");
            }
        };
        if let Err(error) = batch.submit(&day.documents[document], crate::till::recorded(document)) {
            let failed = disk::with(|disk| disk.failed.clone());
            let earlier = before.iter().chain(&failed).copied().collect::<Vec<_>>();
            let refused = matches!(error, RegisterError::Refused(_));
            assert!(refused || is_named(&error, &earlier), "{what}, then {error:?}");
        }
    }
}

/// Whether an error says what failed.
fn is_named(error: &TillError, failed: &[(Kind, c_int)]) -> bool {
    let has = |code| failed.iter().any(|(_, failed)| *failed == code);
    let RegisterError::Store(error) = error else { return false };
    match error {
        SqliteError::Full => has(ffi::SQLITE_FULL),
        SqliteError::CannotOpen { .. } => has(ffi::SQLITE_CANTOPEN),
        // Zeros for what couldn't be read aren't what the end of the chain was made over, either.
        SqliteError::Damaged { .. } | SqliteError::EndDamaged { .. } | SqliteError::NotALedger { .. } => {
            has(ffi::SQLITE_IOERR_SHORT_READ) || has(ffi::SQLITE_IOERR_CORRUPTFS)
        }
        SqliteError::Sqlite(error) => match &**error {
            rusqlite::Error::SqliteFailure(error, _) => has(error.extended_code),
            _ => false,
        },
        _ => false,
    }
}

/// Plays a day with faults, one in so many of all, or those of batches that are wanted always.
fn play(day: &Day, one_in: usize, batches: bool) -> Found {
    let mut found = Found::default();
    disk::replace(Disk::default());
    let (mut till, mut documents, mut possible) = (None, 0..0, 0);
    for step in &day.steps {
        let (before, operations) = disk::with(|disk| (disk.cut(Left::Everything), disk.operations));
        documents = step.documents(documents.end);
        day.play(&mut till, step).unwrap();
        // Some more, since it was another connection that counted.
        let operations = disk::with(|disk| disk.operations) - operations + 40;
        let whole = disk::replace(Disk::default());
        for after in 0..operations {
            for (error, always) in [(0, false), (1, false), (2, false), (0, true), (1, true)] {
                possible += 1;
                let wanted = batches && matches!(step, Step::Batch(_)) && error == 0 && !always;
                if possible % one_in == 0 || wanted {
                    found.one(day, &before, step, documents.clone(), Fault { after, error, always });
                }
            }
        }
        disk::replace(whole);
    }
    drop(till);
    disk::replace(Disk::default());
    found
}

/// Every failure is told by its name, or has done no harm; nothing is half there; and afterwards the same
/// store goes on, and one that is opened anew.
#[test]
fn a_disk_that_fails_is_named_and_does_no_harm() {
    // All of them take minutes.
    let one_in = (QUICKLY / longer()).max(1);
    let found = play(&Day::new(1), one_in, true);
    println!(
        "errors: {} faults, each followed by two cuts; one in {one_in} of all, and batches",
        found.tried
    );
    println!("errors: {} times a step failed, and was there all the same after a cut", found.kept);
    for ((kind, code), [told, passed]) in &found.told {
        let name = ffi::code_to_str(*code);
        println!("errors: {kind:?}, {name} ({code}): {told} told, {passed} without harm");
    }
    assert!(60 < found.tried);
    // A sync that fails may have done its work, which is why documents are handed in again.
    assert!(0 < found.kept);
}

/// The same of a batch of which SQLite writes pages before its end.
#[test]
fn a_batch_larger_than_memory_fails_as_a_whole() {
    if longer() < LONG {
        return println!("errors, a batch larger than memory: left out");
    }
    let found = play(&Day::with_large_batch(), 101, false);
    println!("errors, a batch larger than memory: {} faults", found.tried);
    assert!(3 < found.tried);
}
