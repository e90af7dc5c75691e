//! Clocks that jump back and forth.

use std::path::Path;

use regulars::decide::{Document, Operation};
use regulars::document::{read_document, read_program};
use regulars::ledger::Seq;
use regulars::register::RegisterError;
use regulars::store::{Store, verify};
use regulars::time::Timestamp;

use crate::common::shop::PROGRAM;
use crate::disk::{self, Disk, Random};
use crate::longer;
use crate::till::{LEDGER, open, program_with_tiers, singly};

/// Documents with times anywhere in some years: later ones come before earlier ones.
fn documents(random: &mut Random) -> Vec<Document> {
    let known = read_program(PROGRAM).unwrap().program;
    let mut texts = vec![program_with_tiers()];
    texts.extend((0..6).flat_map(singly));
    let any_time = |text: &String| {
        let (before, rest) = text.split_once(r#""at": ""#).unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        let mut number = |end| 1 + random.below(end);
        let (year, month, day, hour) = (2025 + number(3), number(12), number(28), number(23));
        let text = format!(r#"{before}"at": "{year}-{month:02}-{day:02}T{hour:02}:00:00Z"{after}"#);
        read_document(&text, &*known).unwrap()
    };
    let first = read_document(&texts.remove(0), &*known).unwrap();
    std::iter::once(first).chain(texts.iter().map(any_time)).collect()
}

/// What a ledger on a fresh disk makes of documents, which are recorded when the clock says.
fn play(documents: &[Document], mut clock: impl FnMut(usize) -> i64) -> (Vec<Operation>, Vec<String>) {
    disk::replace(Disk::default());
    let mut till = open(Path::new(LEDGER)).unwrap();
    let mut refused = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        let recorded = Timestamp::from_millisecond(clock(number)).unwrap();
        match till.submit(document, recorded) {
            Ok(_) => {}
            Err(RegisterError::Refused(refusal)) => refused.push(format!("{number}: {}", refusal.name())),
            Err(error) => panic!("{document:?}: {error}"),
        }
        if number % 16 == 15 {
            drop(till);
            till = open(Path::new(LEDGER)).unwrap();
            verify(till.store_mut()).unwrap();
        }
    }
    let before = verify(till.store_mut()).unwrap();
    drop(till);
    let mut till = open(Path::new(LEDGER)).unwrap();
    assert_eq!(verify(till.store_mut()).unwrap(), before);
    till.store_mut().check_file().unwrap();
    (till.store_mut().operations(Seq(1), usize::MAX).unwrap(), refused)
}

/// Whatever the times of documents, the ledger proves right; and when they were recorded decides nothing.
#[test]
fn a_clock_that_jumps_changes_no_invariant() {
    let (mut recorded, mut refusals) = (0, 0);
    for run in 0..3 * longer() as u64 {
        let documents = documents(&mut Random(run));
        let mut random = Random(run);
        // The first and the last moment that there is, and anything in between.
        let jumping = |number| match number % 5 {
            0 => Timestamp::EPOCH.millisecond(),
            1 => 253_402_300_799_999,
            _ => random.below(2_000_000_000_000) as i64,
        };
        let (mut jumped, refused_then) = play(&documents, jumping);
        let steady = |number| 1_780_272_000_000 + number as i64;
        let (operations, refused) = play(&documents, steady);
        assert_eq!(refused_then, refused);
        assert_eq!(jumped.len(), operations.len());
        for (jumped, operation) in jumped.iter_mut().zip(&operations) {
            assert!(jumped.recorded_at != operation.recorded_at);
            jumped.recorded_at = operation.recorded_at;
        }
        assert!(jumped == operations, "run {run}");
        recorded += operations.len();
        refusals += refused.len();
    }
    println!("clocks: {recorded} documents recorded twice, {refusals} refused");
    assert!(refusals < recorded);
}
