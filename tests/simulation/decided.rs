//! What is decided stays decided: histories of a shop that has every kind of rule, and what was answered and kept.
//!
//! `decided.txt` has a line for each of them, with its seed and a digest of all that was told: of a register that is
//! alone, and of several that share. Whoever changes what is decided changes what files have that are there already:
//! then the digests differ, and what that means for them is to be asked (is it a mistake that is mended, and does `FOLD`
//! go up?) before `REGULARS_WRITE_DECIDED=1` writes them anew. `REGULARS_TELL=SEED` shows histories and what came of
//! them, with `-- --nocapture`.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::common::folder::Folder;
use super::world::{Kind, play_wide, play_wide_alone};
use super::{Files, Memory};

/// How many registers that are alone, and how many shops of several.
const ALONE: u64 = 250;
const SHARED: u64 = 120;

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulation/decided.txt")
}

#[test]
fn what_was_decided_is_decided_again() {
    if let Ok(seed) = env::var("REGULARS_TELL") {
        let seed = seed.parse().expect("REGULARS_TELL is a seed");
        println!("{}\n----\n{}", play_wide_alone(&mut Memory, seed), play_wide(&mut Memory, seed).1);
    }
    if env::var_os("REGULARS_WRITE_DECIDED").is_some() {
        let lines: Vec<String> = decided(&mut Memory, ALONE, SHARED).collect();
        fs::write(file(), lines.join("\n") + "\n").unwrap();
    }
    let before = fs::read_to_string(file()).unwrap();
    assert_eq!(before.lines().count() as u64, ALONE + SHARED);
    // The first one that differs is enough to look at.
    for (now, before) in decided(&mut Memory, ALONE, SHARED).zip(before.lines()) {
        assert_eq!(now, before, "its history comes otherwise: see `tests/simulation/decided.rs`");
    }
}

const KINDS: [&str; 24] = [
    "sale",
    "payment",
    "account_payment",
    "return",
    "return_amount",
    "exchange",
    "void",
    "redeem",
    "reserve",
    "release",
    "capture",
    "adjust",
    "import",
    "enrol",
    "opt_out",
    "opt_in",
    "claim",
    "set_code",
    "make_cards",
    "link_card",
    "block_card",
    "merge",
    "set_program",
    "sweep",
];

/// Digests of refusals alone would be compared as well.
#[test]
fn every_kind_of_document_is_accepted_and_moves_something() {
    let told: Vec<String> = (0..ALONE).map(|seed| play_wide_alone(&mut Memory, seed)).collect();
    let answers = told.iter().flat_map(|told| told.lines());
    let accepted: Vec<&str> = answers.filter(|line| line.starts_with(r#"  {"adjusted":"#)).collect();
    let shows = |what: &str| accepted.iter().any(|answer| answer.contains(what));
    for kind in KINDS {
        assert!(shows(&format!(r#""type":"{kind}""#)), "{kind}");
    }
    for shown in ["claimable", "forecast_earned", "line_discount", "offers", "punches", "reserved"] {
        assert!(shows(&format!(r#""{shown}":"#)), "{shown}");
    }
    assert!(shows(r#""tier":"gold""#));
    for moved in [
        "adjusted",
        "clawed_back",
        "earned",
        "expired",
        "kept_from_refund",
        "redeemed",
        "restored",
        "written_off",
    ] {
        let name = format!(r#""{moved}":""#);
        let amounts = accepted.iter().filter_map(|answer| answer.split_once(&*name));
        let mut amounts = amounts.filter_map(|(_, rest)| rest.split_once('"'));
        assert!(amounts.any(|(amount, _)| amount.contains(|digit| ('1'..='9').contains(&digit))), "{moved}");
    }
}

#[test]
fn ledgers_in_files_decide_the_same() {
    if env::var_os("REGULARS_WRITE_DECIDED").is_some() {
        // The other test is writing it.
        return;
    }
    let before = fs::read_to_string(file()).unwrap();
    let before: Vec<&str> = before.lines().collect();
    for now in decided(&mut Files { folder: Folder::new(), made: 0 }, 24, 2) {
        assert!(before.contains(&now.as_str()), "{now}");
    }
}

fn decided<K: Kind>(kind: &mut K, alone: u64, shared: u64) -> impl Iterator<Item = String> {
    let shops = (0..alone).map(|seed| (true, seed)).chain((0..shared).map(|seed| (false, seed)));
    shops.map(|(is_alone, seed)| match is_alone {
        true => format!("alone {seed} {:016x}", digest(&play_wide_alone(kind, seed))),
        false => format!("shared {seed} {:016x}", digest(&play_wide(kind, seed).1)),
    })
}

/// FNV-1a: nobody forges what is compared with it.
fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
