//! The scenario runner, and all scenarios of this project on every store.
#![cfg(all(feature = "json", feature = "sqlite", feature = "time-zones"))]

#[path = "../examples/scenario/runner/mod.rs"]
mod runner;

use std::path::{Path, PathBuf};

/// As many scenarios came as expected when this was last changed. It only ever rises.
const PASSED: usize = 617;

/// Where a scenario and the rules disagree, the rules hold. GEN-1-12 sells at exactly 14:00, and expects
/// a bonus of the hours from 10:00 to 14:00; these run up to the second, and without it.
const AGAINST_THE_RULES: [&str; 1] = ["FALLS SHORT GEN-1-12: event 2: earned: expected 342.99, got 332.99"];

#[test]
fn scenarios_come_as_expected_in_memory() {
    let in_memory = run(&["--store", "memory", SCENARIOS]);
    let falls_short: Vec<&str> =
        in_memory.out.lines().filter(|line| line.starts_with("FALLS SHORT")).collect();
    assert_eq!(falls_short, AGAINST_THE_RULES);
    assert_eq!((in_memory.code, in_memory.complaints.as_str()), (1, ""));
    let passed = in_memory.out.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(PASSED <= passed, "{passed} passed");
    let counts = format!("\n{passed} passed, {} failed", AGAINST_THE_RULES.len());
    assert!(in_memory.out.contains(&counts));
}

#[test]
fn scenarios_come_as_expected_on_every_store() {
    assert_eq!(run(&["--store", "sqlite", SCENARIOS]), run(&["--store", "memory", SCENARIOS]));
}

#[test]
fn what_happens_is_the_same_on_every_store() {
    let in_memory = run(&["--json", SCENARIOS]);
    assert!(!in_memory.out.contains("\"told\":{\"error\":\"damaged\""));
    assert_eq!(run(&["--json", "--store", "sqlite", SCENARIOS]), in_memory);
}

#[test]
fn a_scenario_that_comes_otherwise_says_where() {
    let ran = run(&["fixtures/documents/falls-short.json"]);
    let lines = "\
FALLS SHORT balance: event 1: balance: expected 4.00, got 5.00
FALLS SHORT error: event 2: error: expected insufficient_balance, got none
FALLS SHORT refused: event 1: error: expected none, got unknown_sale (there is no sale S9)
FALLS SHORT other-error: event 1: error: expected not_settled, got unknown_sale (there is no sale S9)
FALLS SHORT duplicate: event 2: earned: expected 5, got 0
FALLS SHORT refund: event 2: refund: expected {\"cash\":\"100\"}, got {\"card\":\"100.00\"}
FALLS SHORT claimable: event 1: claimable: expected 1, got 0
NOT YET not-yet: event 2: code: expected what this version can do, found tokens, which are read by `read_document_at_till`
FALLS SHORT later: event 2: settled: expected [\"S2\"], got []
0 passed, 8 failed, 1 not yet
";
    assert_eq!((ran.out.as_str(), ran.code), (lines, 1));
}

#[test]
fn a_file_that_is_no_scenario_is_refused_in_one_line_and_nothing_is_recorded() {
    let mut files: Vec<PathBuf> = folder("fixtures/documents/bad").collect();
    files.sort();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    assert!(15 <= files.len());
    let ledger = std::env::temp_dir().join(format!("regulars-bad-{}.ledger", std::process::id()));
    for file in files {
        let said = std::fs::read_to_string(file.with_extension("txt")).unwrap();
        let ran =
            run(&["--store", &format!("sqlite:{}", ledger.display()), SCENARIOS, &file.to_string_lossy()]);
        assert_eq!(ran.complaints, format!("{}: {said}", file.display()));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(!ledger.exists());
    }
}

#[test]
fn a_ledger_that_is_there_is_never_touched() {
    let ledger = std::env::temp_dir().join(format!("regulars-kept-{}.ledger", std::process::id()));
    let store = format!("sqlite:{}", ledger.display());
    let arguments = ["--store", &store, "fixtures/scenarios/lessons.json"];
    assert_eq!(run(&arguments).code, 0);
    let before = std::fs::read(&ledger).unwrap();
    let again = run(&arguments);
    let after = std::fs::read(&ledger).unwrap();
    std::fs::remove_file(&ledger).unwrap();
    assert_eq!(again.code, 2);
    assert!(again.complaints.contains("is there already"), "{}", again.complaints);
    assert_eq!(before, after);
}

#[test]
fn a_wrong_command_line_is_answered_with_help() {
    for (arguments, said) in [
        (&["--store", "paper", SCENARIOS] as &[&str], "there is no store paper"),
        (&[], "a file or a folder is missing"),
        (&["--fast", SCENARIOS], "invalid option '--fast'"),
    ] {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.complaints.starts_with(said) && ran.complaints.contains("Usage: "), "{}", ran.complaints);
    }
    let missing = run(&["no/such/file.json"]);
    assert!(missing.code == 2 && missing.complaints.starts_with("no/such/file.json: "));
    assert_eq!(run(&["--help"]).code, 0);
}

const SCENARIOS: &str = "fixtures/scenarios";

#[derive(Debug, PartialEq)]
struct Ran {
    code: u8,
    out: String,
    complaints: String,
}

#[allow(clippy::unwrap_used, reason = "what goes wrong here fails the test")]
fn run(arguments: &[&str]) -> Ran {
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let code = runner::run(arguments.iter().map(Into::into), &mut out, &mut complaints);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code, out: text(out), complaints: text(complaints) }
}

#[allow(clippy::unwrap_used, reason = "what goes wrong here fails the test")]
fn folder(path: impl AsRef<Path>) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path())
}
