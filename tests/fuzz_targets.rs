//! What the fuzzers in `fuzz` try, on their corpus and on changes of it: the same by the same number.
//! `REGULARS_FUZZ_CASES=100000 cargo test --release --test fuzz_targets -- --nocapture` tries more.

#![cfg(all(feature = "contacts", feature = "csv", feature = "receipt", feature = "time-zones"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, too, what goes wrong fails the test"
)]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, panic, process};

#[test]
fn document() {
    try_all("document", 1500, targets::document::run);
}

#[test]
fn submit() {
    try_all("submit", 300, targets::submit::run);
}

#[test]
fn store() {
    try_all("store", 500, targets::store::run);
}

#[test]
fn rows() {
    try_all("rows", 200, targets::rows::run);
}

#[test]
fn balances() {
    try_all("balances", 600, targets::balances::run);
}

#[test]
fn contact() {
    try_all("contact", 100, targets::contact::run);
}

#[test]
fn parcels() {
    try_all("parcels", 500, targets::parcels::run);
}

#[cfg(feature = "capi")]
#[test]
fn capi() {
    try_all("capi", 300, targets::capi::run);
}

#[test]
fn codes() {
    try_all("codes", 3000, targets::codes::run);
}

#[cfg(feature = "wedge")]
#[test]
fn keys() {
    try_all("keys", 3000, targets::keys::run);
}

#[cfg(feature = "tokens")]
#[test]
fn tokens() {
    try_all("tokens", 100, targets::tokens::run);
}

#[cfg(feature = "scan")]
#[test]
fn pictures() {
    try_all("pictures", 40, targets::pictures::run);
}

/// Tries all seeds as they are, and then changed ones.
fn try_all(target: &str, usual_cases: u64, run: fn(&[u8])) {
    let cases = env::var("REGULARS_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(usual_cases);
    let seeds = seeds(target);
    let begin = Instant::now();
    for seed in &seeds {
        try_one(target, seed, run);
    }
    for case in 0..cases {
        try_one(target, &changed(&seeds, &mut Random(case.wrapping_mul(0x2545_f491_4f6c_dd1d))), run);
    }
    println!("{target}: {} seeds and {cases} changes of them in {:.1?}", seeds.len(), begin.elapsed());
}

/// Runs a target, and keeps what it fails on.
fn try_one(target: &str, bytes: &[u8], run: fn(&[u8])) {
    if panic::catch_unwind(|| run(bytes)).is_err() {
        let kept = env::temp_dir().join(format!("regulars-{target}-{}", process::id()));
        fs::write(&kept, bytes).unwrap();
        panic!("{target} fails on {}", kept.display());
    }
}

/// In the order of their names, so that a case is the same on every machine.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort_unstable();
    let seeds: Vec<_> = files.into_iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(!seeds.is_empty());
    seeds
}

/// A seed with one change or a few.
fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(seeds).clone();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(24)).min(bytes.len());
        match random.below(7) {
            0 => bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << random.below(8)),
            1 => bytes.get_mut(at).into_iter().for_each(|byte| *byte = random.byte()),
            2 => drop(bytes.drain(at..end)),
            3 => bytes.insert(at, random.byte()),
            4 => {
                let again = bytes.get(at..end).unwrap_or_default().to_vec();
                let place = random.below(bytes.len() + 1);
                bytes.splice(place..place, again);
            }
            5 => {
                let other = random.pick(seeds);
                let from = random.below(other.len() + 1);
                let to = (from + random.below(200)).min(other.len());
                bytes.splice(at..end, other.get(from..to).unwrap_or_default().iter().copied());
            }
            _ => {
                // A line of another one: what happened to somebody else.
                let lines: Vec<&[u8]> = random.pick(seeds).split_inclusive(|byte| *byte == b'\n').collect();
                let line = lines.get(random.below(lines.len().max(1))).copied().unwrap_or_default();
                let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
                let ends: Vec<usize> = ends.map(|(place, _)| place + 1).collect();
                let place = ends.get(random.below(ends.len().max(1))).copied().unwrap_or_default();
                bytes.splice(place..place, line.iter().copied());
            }
        }
    }
    bytes
}

/// SplitMix64, by Sebastiano Vigna: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        from.get(self.below(from.len())).unwrap()
    }
}
