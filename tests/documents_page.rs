//! The page on documents: its examples can be read, and it leaves out no document and no refusal.

#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

use std::collections::BTreeSet;

use regulars::document::{Json, Limits, read_document, read_head, read_parcel, read_program};
use regulars::loyalty::VersionedProgram;

const PAGE: &str = include_str!("../src/docs/documents.md");

const KINDS: [&str; 26] = [
    "account_payment",
    "adjust",
    "block_card",
    "capture",
    "check",
    "claim",
    "enrol",
    "exchange",
    "import",
    "link_card",
    "make_cards",
    "merge",
    "opt_in",
    "opt_out",
    "payment",
    "redeem",
    "release",
    "reserve",
    "return",
    "return_amount",
    "sale",
    "scan",
    "set_code",
    "set_program",
    "sweep",
    "void",
];

fn examples() -> impl Iterator<Item = &'static str> {
    PAGE.split("```json\n").skip(1).filter_map(|after| after.split("```").next())
}

fn house() -> VersionedProgram {
    read_program(r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": []}"#).unwrap()
}

#[test]
fn each_document_has_an_example_that_can_be_read() {
    let program = house();
    let documents = examples().filter(|text| text.starts_with(r#"{"type""#));
    let read = documents.map(|text| match read_document(text, &*program.program) {
        Ok(document) => document.kind().name(),
        Err(error) => panic!("{text}{error}"),
    });
    assert_eq!(read.collect::<BTreeSet<&str>>(), BTreeSet::from(KINDS));
    for kind in KINDS {
        let named = PAGE.lines().any(|line| line.starts_with("## ") && line.contains(&format!("`{kind}`")));
        assert!(named, "{kind} has no part of its own");
    }
}

#[test]
fn the_other_examples_can_be_read() {
    let programs: Vec<&str> = examples().filter(|text| text.starts_with(r#"{"id": "cafe""#)).collect();
    assert_eq!(programs.len(), 1);
    for program in programs {
        if let Err(error) = read_program(program) {
            panic!("{error}");
        }
    }
    let of = |key: &str| examples().filter(|text| text.contains(key)).collect::<Vec<_>>();
    let heads = |kind| of(kind).into_iter().map(|text| read_head(text).is_ok()).collect::<Vec<_>>();
    assert_eq!([heads("\"ledger\""), heads("\"salvaged\"")], [[true], [false]]);
    let parcels: Result<Vec<_>, _> = of("\"recorded_at\"").into_iter().map(read_parcel).collect();
    assert_eq!(parcels.map(|parcels| parcels.len()), Ok(1));
    for text in examples() {
        assert!(Json::read(text, &Limits::default()).is_ok(), "{text}");
    }
}

/// The names stand in the source between the function that gives them and the next.
#[test]
fn each_refusal_is_named() {
    let source = include_str!("../src/decide/refusal.rs");
    let names =
        source.split("pub const fn name").nth(1).and_then(|rest| rest.split("pub fn").next()).unwrap();
    let names: Vec<&str> = names.split('"').skip(1).step_by(2).collect();
    assert!(35 < names.len());
    for name in names {
        assert!(PAGE.contains(&format!("\n| `{name}` |")), "{name} isn't on the page");
    }
}
