//! Balances of another scheme come in from a CSV file (R33): as a library, and as a user runs it.

#![cfg(all(feature = "csv", feature = "sqlite", feature = "time-zones"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::example::example;
use common::folder::Folder;
use common::shop::{PROGRAM, Shop, event, moment, sale, set_program, units};
use regulars::adapter::csv::{CsvImport, CsvReport, read_balances};
use regulars::adapter::memory::MemoryStore;
use regulars::adapter::sqlite::SqliteStore;
use regulars::store::Store;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import").join(name)
}

/// A shop where the customers of the files are known.
fn open<S: Store>(store: S) -> Shop<S> {
    let mut shop = Shop::open(store);
    for (customer, code) in
        [("ada", "0012345"), ("bob", "0036000291452"), ("cleo", "0012352"), ("dan", "0012369")]
    {
        let joins = format!(r#""customer": "{customer}", "code": "{code}""#);
        shop.submit(&event("enrol", "01-02", &joins));
    }
    shop
}

fn import<S: Store>(shop: &mut Shop<S>, file: &str, all_or_nothing: bool) -> CsvReport {
    let lines = read_balances(std::fs::File::open(fixture(file)).unwrap(), &shop.program).unwrap();
    let recorded_at = shop.next_recording();
    let import = CsvImport { file: "old.csv", at: moment("03-01"), recorded_at, all_or_nothing };
    import.run(&mut shop.register, &lines).unwrap()
}

fn balance<S: Store>(shop: &mut Shop<S>, customer: &str) -> i64 {
    let outcome = shop.submit(&event("check", "03-02", &format!(r#""customer": "{customer}""#)));
    outcome.decision.balance.unwrap().minor()
}

fn refused(report: &CsvReport) -> Vec<(u64, &str)> {
    report.refused.iter().map(|refused| (refused.line, refused.name)).collect()
}

fn each_line_stands_for_itself(store: impl Store) {
    let mut shop = open(store);
    let report = import(&mut shop, "balances.csv", false);
    assert_eq!((report.imported, report.known, report.units), (3, 0, units(22_75)));
    let names = [(5, "unknown_code"), (6, "invalid_document"), (7, "invalid_document")];
    assert_eq!(refused(&report), names);
    assert_eq!(report.refused[1].why, r#"units: more than 2 decimals, found "1.234""#);
    assert_eq!(report.refused[2].why, r#"expires: expected a day such as 2026-12-31, found "31.12.2026""#);
    assert_eq!((balance(&mut shop, "ada"), balance(&mut shop, "bob")), (19_75, 3_00));

    // The same file again changes nothing, also after sales and in a ledger that has gone on.
    shop.submit(&sale("S1", "03-02", "ada", "20.00"));
    let operations = shop.operations();
    let report = import(&mut shop, "balances.csv", false);
    assert_eq!((report.imported, report.known, report.refused.len()), (0, 3, 3));
    assert_eq!(shop.operations(), operations);

    // What was corrected comes in, and nothing else.
    let report = import(&mut shop, "corrected.csv", false);
    assert_eq!((report.imported, report.known, report.units), (2, 3, units(5_23)));
    assert!(report.refused.is_empty());
    assert_eq!((balance(&mut shop, "ada"), balance(&mut shop, "cleo")), (20_75, 1_23));
    let lots = shop.account("ada", "03-03").unwrap().holding;
    let days: Vec<_> = lots.lots().map(|lot| lot.key.expires.map(|day| day.to_string())).collect();
    assert_eq!(days, [Some("2026-12-31".into()), Some("2027-06-30".into()), None]);
    shop.verify();
}

fn all_or_nothing_is_nothing(store: impl Store) {
    let mut shop = open(store);
    let operations = shop.operations();
    let report = import(&mut shop, "balances.csv", true);
    assert_eq!((report.imported, report.units, report.refused.len()), (0, units(0), 3));
    assert_eq!(shop.operations(), operations);
    let report = import(&mut shop, "corrected.csv", true);
    assert_eq!((report.imported, report.known, report.units), (5, 0, units(27_98)));
    shop.verify();
}

#[test]
fn each_line_in_memory() {
    each_line_stands_for_itself(MemoryStore::default());
}

#[test]
fn each_line_in_sqlite() {
    let folder = Folder::new();
    each_line_stands_for_itself(SqliteStore::open(folder.file("each.ledger")).unwrap());
}

#[test]
fn all_or_nothing_in_memory() {
    all_or_nothing_is_nothing(MemoryStore::default());
}

#[test]
fn all_or_nothing_in_sqlite() {
    let folder = Folder::new();
    all_or_nothing_is_nothing(SqliteStore::open(folder.file("all.ledger")).unwrap());
}

/// By id, in whatever order the columns stand; a line that stands there twice counts once.
#[test]
fn customers_are_found_by_their_ids() {
    let mut shop = open(MemoryStore::default());
    let report = import(&mut shop, "by-customer.csv", false);
    assert_eq!((report.imported, report.known), (2, 1));
    assert_eq!((balance(&mut shop, "ada"), balance(&mut shop, "bob")), (10_00, 20_00));
}

#[test]
fn a_replaced_code_is_refused() {
    let mut shop = open(MemoryStore::default());
    shop.submit(&event("set_code", "01-03", r#""customer": "ada", "code": "77""#));
    let report = import(&mut shop, "corrected.csv", false);
    assert_eq!(refused(&report), [(2, "card_replaced"), (4, "card_replaced")]);
}

/// A file without an end of a line, such as a device, isn't read for ever.
#[test]
fn a_line_that_never_ends_is_refused() {
    let shop = Shop::open(MemoryStore::default());
    let long = |letters: u64| {
        let line = std::io::repeat(b'7').take(letters);
        let file = b"code,units\r\nA,1\r\n".chain(line).chain(&b",1\rB,1\n"[..]);
        read_balances(file, &shop.program).map(|lines| lines.len())
    };
    let refused = "line 3: expected 65536 bytes in a line at the most, found more";
    assert_eq!(long(65_534), Ok(3));
    for letters in [65_535, u64::MAX] {
        assert_eq!(long(letters).unwrap_err().to_string(), refused);
    }
}

#[test]
fn what_is_no_list_of_balances_is_told_by_its_line() {
    let program = Shop::open(MemoryStore::default()).program;
    let error = |text: &[u8]| read_balances(text, &program).unwrap_err().to_string();
    assert_eq!(error(b"code,units\nA,1\nB,1,2\n"), "line 3: expected 2 columns, found 3");
    assert_eq!(error(b"code,units\nA,1\nB\xe9,1\n"), "line 3: expected text in UTF-8, found other bytes");
    assert_eq!(
        error(b"code,points\n"),
        r#"line 1: expected columns of ["code", "customer", "units", "expires"], found "points""#
    );
    assert_eq!(error(b"units\n"), "line 1: expected a column code or customer, found none");
    assert_eq!(error(b"code,customer,units\n"), "line 1: expected a column code or customer, found both");
    assert_eq!(error(b"code\n"), "line 1: expected a column units, found none");
    assert_eq!(error(b"code,code,units\n"), r#"line 1: expected each column once, found "code" twice"#);
    assert_eq!(error(b""), "line 1: expected a column code or customer, found none");
    let bom = read_balances(&b"\xef\xbb\xbfcode,units\r\nA,1\r\n"[..], &program).unwrap();
    assert!(bom[0].read.is_ok() && bom[0].line == 2);
}

fn run(folder: &Folder, more: &[&str], file: &Path) -> Output {
    let mut command = Command::new(example("import"));
    command.arg("--program").arg(folder.file("program.json"));
    command.arg("--store").arg(folder.file("shop.ledger")).args(more).arg(file);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_command_imports_and_says_what_it_did() {
    let folder = Folder::new();
    let mut shop = Shop::reopen(SqliteStore::open(folder.file("shop.ledger")).unwrap());
    shop.submit(&set_program(PROGRAM));
    std::fs::write(folder.file("program.json"), PROGRAM).unwrap();
    shop.submit(&event("enrol", "01-02", r#""customer": "ada", "code": "0012345""#));
    drop(shop);

    let first = run(&folder, &["--at", "2026-03-01T00:00:00Z"], &fixture("corrected.csv"));
    assert_eq!(first.status.code(), Some(1), "{}", text(&first.stderr));
    let table = text(&first.stdout);
    assert!(table.contains("imported                     2\n"), "{table}");
    assert!(table.contains("units imported           19.75\n"), "{table}");
    assert!(text(&first.stderr).contains("corrected.csv:3: unknown_code: "), "{}", text(&first.stderr));
    let again = run(&folder, &[], &fixture("corrected.csv"));
    assert!(text(&again.stdout).contains("known already                2\n"), "{}", text(&again.stdout));
    let all = run(&folder, &["--all-or-nothing", "--name", "other"], &fixture("corrected.csv"));
    assert!(text(&all.stdout).contains("Nothing was imported"), "{}", text(&all.stdout));

    // Nobody joins for nothing.
    std::fs::write(folder.file("joins.csv"), "customer,units\nbob,1\ncleo,x\n").unwrap();
    let options = ["--all-or-nothing", "--enrol"];
    let operations = || {
        let mut shop = Shop::reopen(SqliteStore::open(folder.file("shop.ledger")).unwrap());
        shop.operations().len()
    };
    let before = operations();
    let none = run(&folder, &options, &folder.file("joins.csv"));
    assert!(text(&none.stdout).contains("Nothing was imported"), "{}", text(&none.stderr));
    assert_eq!(operations(), before);
    std::fs::write(folder.file("joins.csv"), "customer,units\nbob,1\n").unwrap();
    assert!(run(&folder, &options, &folder.file("joins.csv")).status.success());
    assert_eq!(operations(), before + 2);

    for (file, told) in [
        ("more-columns.csv", "more-columns.csv:3: expected 2 columns, found 3"),
        ("unknown-column.csv", "unknown-column.csv:1: expected columns of"),
        ("not-utf-8.csv", "not-utf-8.csv:3: expected text in UTF-8"),
    ] {
        let wrong = run(&folder, &[], &fixture(file));
        assert_eq!(wrong.status.code(), Some(2));
        assert!(text(&wrong.stderr).contains(told), "{}", text(&wrong.stderr));
    }
    let missing = run(&folder, &[], Path::new("no such file.csv"));
    assert_eq!(missing.status.code(), Some(1));
    let help = run(&folder, &["--help"], &fixture("corrected.csv"));
    assert!(help.status.success() && text(&help.stdout).starts_with("Takes balances"));
    let no_store = Command::new(example("import")).args(["--program", "x", "y.csv"]).output().unwrap();
    assert_eq!(no_store.status.code(), Some(2));
    assert!(text(&no_store.stderr).contains("--store is missing"));
}
