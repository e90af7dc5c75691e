//! A program is killed while it sells, again and again.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::thread;
use std::time::Duration;

use regulars::document::{read_document, read_program};
use regulars::ledger::Seq;
use regulars::store::{Store, verify};

use crate::common::folder::Folder;
use crate::common::shop::{PROGRAM, event, sale};
use crate::disk::Random;
use crate::till::{open, program, recorded};
use crate::{longer, process};

const FILE: &str = "REGULARS_KILLED_LEDGER";

/// The document with a number: sales, and each fourth brings the last one back.
fn text(number: usize) -> String {
    match number {
        0 => program(),
        _ if number % 4 == 3 => {
            let of = number - 1;
            event("void", "03-02", &format!(r#""id": "V{number}", "of": "S{of}""#))
        }
        _ => sale(&format!("S{number}"), "03-01", &format!("C{}", number % 9), "20.00"),
    }
}

/// How many documents are handed in as one from a number on.
fn together(number: usize) -> usize {
    if number % 7 == 6 { 3 } else { 1 }
}

/// What a register has answered survives its sudden end, what it was about to answer is there as a
/// whole or not at all, and nothing else is.
#[test]
fn nothing_answered_is_lost_when_a_register_is_killed() {
    let folder = Folder::new();
    let file = folder.file("shop.ledger");
    let rounds = 24 * longer();
    let (mut answered, mut random, mut places) = (0, Random(1), BTreeSet::new());
    for _ in 0..rounds {
        let name = file.to_string_lossy();
        let mut child = process("killed::a_register_that_will_be_killed", &[(FILE, &*name)]);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = thread::spawn(move || {
            // The first comes behind the name of the test.
            let kept = lines.map_while(Result::ok);
            kept.filter_map(|line| line.split_once("kept ")?.1.parse().ok()).last()
        });
        thread::sleep(Duration::from_micros(5_000 + random.next() % 100_000));
        child.kill().unwrap();
        child.wait().unwrap();
        answered = reader.join().unwrap().unwrap_or(answered);
        let mut till = open(&file).unwrap();
        let store = till.store_mut();
        store.check_file().unwrap();
        let found = usize::try_from(verify(store).unwrap().operations).unwrap();
        let whole = found == answered || found == answered + together(answered);
        assert!(whole, "{answered} answered, {found} there");
        places.insert(found);
        answered = found;
    }
    println!("killed: {rounds} times, after {answered} documents in the end");
    assert!(2 < places.len(), "it was killed while it worked");
}

/// The child of the test above; by itself it does nothing.
#[test]
fn a_register_that_will_be_killed() {
    let Ok(file) = env::var(FILE) else { return };
    let known = read_program(PROGRAM).unwrap().program;
    let mut till = open(Path::new(&file)).unwrap();
    let mut number = till.store_mut().operations(Seq(1), usize::MAX).unwrap().len();
    loop {
        let mut batch = till.batch().unwrap();
        for number in number..number + together(number) {
            let document = read_document(&text(number), &*known).unwrap();
            batch.submit(&document, recorded(number)).unwrap();
        }
        batch.commit().unwrap();
        number += together(number);
        println!("kept {number}");
        till.store_mut().checkpoint().unwrap();
    }
}
