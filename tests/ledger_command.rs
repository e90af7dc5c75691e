//! The command for those who look after a ledger, as a user runs it.
#![cfg(all(feature = "contacts", feature = "sqlite", feature = "time-zones"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use common::example::example;
use common::folder::Folder;
use common::log::end_of_frames;
use common::shop::{PROGRAM, Shop, event, sale};
use regulars::adapter::sqlite::SqliteStore;
use regulars::document::read_program;

/// A ledger where ada has bought twice, and bob once, whose sale was voided.
fn shop(folder: &Folder) {
    let mut shop = Shop::open(SqliteStore::open(folder.file("shop.ledger")).unwrap());
    shop.submit(&event("enrol", "02-01", r#""customer": "ada", "code": "036000291452", "name": "Ada""#));
    for (number, (customer, price)) in
        [("ada", "20.00"), ("bob", "10.00"), ("ada", "5.00")].iter().enumerate()
    {
        shop.submit(&sale(&format!("S{number}"), "03-01", customer, price));
    }
    shop.submit(&event("void", "03-02", r#""of": "S1", "id": "V1""#));
}

fn ledger(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(example("ledger"));
    command.current_dir(folder.path()).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What is told when all is well; nothing else is said.
#[track_caller]
fn told(folder: &Folder, arguments: &[&str]) -> String {
    let output = ledger(folder, arguments);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    text(&output.stdout)
}

#[track_caller]
fn object(folder: &Folder, arguments: &[&str]) -> Value {
    let told = told(folder, arguments);
    assert_eq!(told.lines().count(), 1, "{told}");
    serde_json::from_str(&told).unwrap()
}

/// What is said when something is wrong; one line, which says `error: `, and what to do.
#[track_caller]
fn wrong(folder: &Folder, code: i32, arguments: &[&str]) -> String {
    let output = ledger(folder, arguments);
    let said = text(&output.stderr);
    assert_eq!((text(&output.stdout).as_str(), output.status.code()), ("", Some(code)), "{said}");
    let said = said.strip_prefix("error: ").unwrap_or_else(|| panic!("{said}"));
    assert!(!said.contains("panicked"), "{said}");
    said.trim_end().to_string()
}

/// The rows of a table, with one blank between the columns.
fn rows(told: &str) -> Vec<String> {
    told.lines().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_ledger_that_fits() {
    let folder = Folder::new();
    shop(&folder);
    let table = told(&folder, &["verify", "shop.ledger"]);
    let expected = ["operations 6", "customers 2", "liability 1.25", "issued -1.25", "customer 1.25", ""];
    assert_eq!(rows(&table)[..6], expected);
    let head = SqliteStore::open(folder.file("shop.ledger")).unwrap().chain_head().unwrap().to_string();
    assert!(table.ends_with(&format!("\nThe ledger fits.\nThe head of its chain: {head}\n")), "{table}");
    let expected = json!({
        "fits": true, "not_counted": 0, "operations": 6, "customers": 2, "liability": "1.25",
        "accounts": {"issued": "-1.25", "customer": "1.25"}, "contested": [], "head": head,
    });
    assert_eq!(object(&folder, &["verify", "--json", "shop.ledger"]), expected);
}

#[test]
fn a_ledger_that_does_not_fit_is_told_with_its_operation() {
    let folder = Folder::new();
    shop(&folder);
    let connection = rusqlite::Connection::open(folder.file("shop.ledger")).unwrap();
    let flipped = "UPDATE operation SET body = CAST(substr(body, 1, 8) || x'5a' || substr(body, 10) AS BLOB) WHERE seq = 4";
    assert_eq!(connection.execute(flipped, []).unwrap(), 1);
    drop(connection);
    let output = ledger(&folder, &["verify", "shop.ledger"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stdout);
    assert!(told.starts_with("The ledger doesn't fit: the ledger is damaged at operation 4: "), "{told}");
    assert!(
        told.ends_with(
            "\nKeep the file as it is, and restore a backup; salvage tells what else can be read.\n"
        ),
        "{told}"
    );
    let output = ledger(&folder, &["verify", "shop.ledger", "--json"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), ""));
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["fits"], &object["operation"]), (&json!(false), &json!(4)));
    let said = wrong(&folder, 1, &["stats", "shop.ledger"]);
    assert!(said.starts_with("the ledger is damaged at operation 4: "), "{said}");
    // What can't be read isn't exported, and no part of it is left.
    wrong(&folder, 1, &["export", "shop.ledger", "--out", "out"]);
    assert!(!folder.file("out").exists());
}

#[test]
fn what_is_in_a_ledger() {
    let folder = Folder::new();
    shop(&folder);
    let object = object(&folder, &["stats", "--json", "shop.ledger"]);
    assert_eq!(object["operations"], 6);
    assert_eq!(object["by_type"], json!({"set_program": 1, "enrol": 1, "sale": 3, "void": 1}));
    assert_eq!((&object["customers"], &object["liability"]), (&json!(2), &json!("1.25")));
    assert_eq!(object["first_recorded_at"], "2026-06-01T00:00:01Z");
    assert_eq!(object["last_recorded_at"], "2026-06-01T00:00:06Z");
    assert_eq!(object["file_bytes"], fs::metadata(folder.file("shop.ledger")).unwrap().len());
    assert!(object["format"].as_i64().is_some_and(|format| 4 <= format));
    let rows = rows(&told(&folder, &["stats", "shop.ledger"]));
    for row in ["operations 6", "sale 3", "customers 2", "liability 1.25", "bytes of its log 0"] {
        assert!(rows.iter().any(|found| found == row), "{row}: {rows:?}");
    }
}

#[test]
fn one_customer_page_by_page() {
    let folder = Folder::new();
    shop(&folder);
    let by_id = told(&folder, &["customer", "shop.ledger", "ada"]);
    let expected = ["customer ada", "standing enrolled", "balance 1.25", "code 036000291452"];
    assert_eq!(rows(&by_id)[..4], expected);
    assert!(
        rows(&by_id).contains(&"5 2026-03-01T12:00:00Z sale issued to customer 0.25 S2".to_string()),
        "{by_id}"
    );
    assert!(rows(&by_id).contains(&"3 none 1.00".to_string()), "{by_id}");
    for code in ["036000291452", "0036000291452"] {
        assert_eq!(told(&folder, &["customer", "shop.ledger", code]), by_id, "by the code on the card");
    }

    let page = |before: &[&str]| {
        let arguments = [&["customer", "--json", "--last", "1", "shop.ledger", "ada"], before].concat();
        let page = object(&folder, &arguments);
        assert_eq!((&page["balance"], &page["operations"]), (&json!("1.25"), &json!(3)));
        (page["last"][0]["operation"].clone(), page["last"][0]["type"].clone(), page["next_before"].clone())
    };
    assert_eq!(page(&[]), (json!(5), json!("sale"), json!(5)));
    assert_eq!(page(&["--before", "5"]), (json!(3), json!("sale"), json!(3)));
    assert_eq!(page(&["--before", "3"]), (json!(2), json!("enrol"), Value::Null));
    assert_eq!(page(&["--before", "2"]), (Value::Null, Value::Null, Value::Null));

    let bob = object(&folder, &["customer", "--json", "shop.ledger", "bob"]);
    assert_eq!((&bob["balance"], &bob["lots"]), (&json!("0.00"), &json!([])));
    assert_eq!(bob["last"][0]["entries"], json!([{"from": "customer", "to": "issued", "units": "0.50"}]));
    let said = wrong(&folder, 1, &["customer", "shop.ledger", "eve"]);
    assert_eq!(said, r#"no customer has the id or the code "eve""#);
}

#[test]
fn out_and_in_again() {
    let folder = Folder::new();
    shop(&folder);
    let done = object(&folder, &["export", "shop.ledger", "--out", "out.jsonl", "--json"]);
    assert_eq!(done, json!({"operations": 6, "out": "out.jsonl"}));
    let lines = fs::read(folder.file("out.jsonl")).unwrap();
    let output = ledger(&folder, &["export", "shop.ledger"]);
    assert_eq!((output.stdout == lines, text(&output.stderr).as_str()), (true, "6 operations\n"));
    assert_eq!(text(&ledger(&folder, &["export", "shop.ledger", "--quiet"]).stderr), "");

    let table = told(&folder, &["import", "again.ledger", "--from", "out.jsonl"]);
    assert!(table.ends_with("\nAll of it was taken over, and fits.\n"), "{table}");
    assert_eq!(ledger(&folder, &["export", "again.ledger"]).stdout, lines);
    // From the standard input, too.
    let mut child = command(&folder, &["import", "third.ledger", "--from", "-", "--json"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&lines).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["operations"], &object["fits"]), (&json!(6), &json!(true)));
    assert_eq!(ledger(&folder, &["export", "third.ledger"]).stdout, lines);

    let said = wrong(&folder, 1, &["export", "shop.ledger", "--out", "out.jsonl"]);
    assert_eq!(said, "out.jsonl is there already; choose another name");
    let said = wrong(&folder, 1, &["import", "again.ledger", "--from", "out.jsonl"]);
    assert_eq!(said, "again.ledger is there already; a new ledger is made");
}

#[test]
fn what_does_not_come_in_leaves_no_ledger() {
    let folder = Folder::new();
    shop(&folder);
    told(&folder, &["export", "shop.ledger", "--out", "out.jsonl"]);
    let lines = fs::read_to_string(folder.file("out.jsonl")).unwrap();
    let mut files = 0;
    let mut refused = |lines: &str, why: &str| {
        fs::write(folder.file("wrong.jsonl"), lines).unwrap();
        let said = wrong(&folder, 2, &["import", "new.ledger", "--from", "wrong.jsonl"]);
        assert!(said.starts_with(why), "{why}\n{said}");
        let names = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
        // Who only looks leaves SQLite's index of the log there, and an empty log.
        let names = names.map(|name| name.into_string().unwrap());
        files = names.filter(|name| !name.ends_with("-shm") && !name.ends_with("-wal")).count();
    };
    refused("a letter\n", "wrong.jsonl: line 1: line 1, column 1: expected JSON");
    refused(&lines[..lines.len() / 2], "wrong.jsonl: line ");
    let six = lines.lines().nth(6).unwrap();
    refused(
        &lines.replace(&format!("{six}\n"), ""),
        "wrong.jsonl: the end is missing: the first line says 6",
    );
    // It reads, and it can't be so.
    let granted = r#""to":"customer","units":"0.25""#;
    assert!(lines.contains(granted));
    let more = lines.replace(granted, r#""to":"customer","units":"0.26""#);
    refused(&more, "wrong.jsonl: what it says doesn't fit: operation 5: ");
    assert_eq!(files, 3, "the ledger, the export, and the wrong lines");
    let said = wrong(&folder, 2, &["import", "new.ledger", "--from", "nothing.jsonl"]);
    assert!(said.starts_with("nothing.jsonl: "), "{said}");
}

/// The head of the file is lost, then a page of operations, too.
#[test]
fn a_damaged_ledger_is_salvaged() {
    let folder = Folder::new();
    shop(&folder);
    let whole = ledger(&folder, &["export", "shop.ledger"]).stdout;
    let mut bytes = fs::read(folder.file("shop.ledger")).unwrap();
    bytes[..1024].fill(0);
    fs::write(folder.file("damaged"), &bytes).unwrap();
    wrong(&folder, 1, &["stats", "damaged"]);
    let arguments = ["salvage", "damaged", "--out", "out.jsonl", "--for-import", "balances.csv"];
    let table = told(&folder, &arguments);
    assert_eq!(rows(&table)[..3], ["operations found 6", "operations lost 0", "the last 6"]);
    assert_eq!(fs::read(folder.file("out.jsonl")).unwrap(), whole);
    assert_eq!(fs::read_to_string(folder.file("balances.csv")).unwrap(), "customer,units\n\"ada\",1.25\n");
    let said = wrong(&folder, 1, &arguments);
    assert_eq!(said, "out.jsonl is there already; choose another name");

    // The rows of operations 4 and 5: their pages have no others.
    let connection = rusqlite::Connection::open(folder.file("shop.ledger")).unwrap();
    connection.execute_batch("UPDATE operation SET late = 7 WHERE seq IN (4, 5)").unwrap();
    drop(connection);
    let before = fs::read(folder.file("shop.ledger")).unwrap();
    let output = ledger(
        &folder,
        &["salvage", "shop.ledger", "--out", "some.jsonl", "--balances", "all.csv", "--json"],
    );
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), ""));
    assert_eq!(fs::read(folder.file("shop.ledger")).unwrap(), before);
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&object["operations"], &object["lost_operations"]), (&json!(4), &json!(2)));
    assert_eq!((&object["lost"][0]["first"], &object["whole_until"]), (&json!(4), &json!(3)));
    let differs = json!({"customer": "ada", "kept": "1.25", "summed": "1.00"});
    assert_eq!(object["balances_that_differ"][0], differs);
    let table = fs::read_to_string(folder.file("all.csv")).unwrap();
    let expected =
        "customer,kept,summed,held,differs\n\"ada\",1.25,1.00,0.00,yes\n\"bob\",0.00,-0.50,0.00,yes\n";
    assert_eq!(table, expected);
    let said = wrong(&folder, 2, &["import", "new.ledger", "--from", "some.jsonl"]);
    assert_eq!(said, "some.jsonl: line 1: regulars: expected ledger, found \"salvaged\"");
    let output = ledger(&folder, &["salvage", "shop.ledger", "--out", "start.jsonl", "--beginning"]);
    assert_eq!(output.status.code(), Some(1));
    let table = told(&folder, &["import", "new.ledger", "--from", "start.jsonl"]);
    assert!(rows(&table).contains(&"operations 3".to_string()), "{table}");
}

/// A whole shop by the command alone: an empty ledger, a program, a name, and balances of a damaged one.
#[test]
fn a_ledger_begins_and_takes_over_what_was_salvaged() {
    let folder = Folder::new();
    shop(&folder);
    fs::write(folder.file("house.json"), PROGRAM).unwrap();
    fs::write(folder.file("bad.json"), "{}").unwrap();
    let said = wrong(&folder, 2, &["new", "new.ledger", "--program", "bad.json"]);
    assert!(said.starts_with("bad.json: "), "{said}");
    assert!(!folder.file("new.ledger").exists());
    assert!(told(&folder, &["new", "empty.ledger"]).contains("A program has to be set"));
    let made =
        object(&folder, &["new", "new.ledger", "--json", "--program", "house.json", "--register", "till-1"]);
    let version = read_program(PROGRAM).unwrap().version.to_string();
    assert_eq!((&made["register"], &made["program"]), (&json!("till-1"), &json!(version)));
    assert_eq!(object(&folder, &["verify", "--json", "new.ledger"])["operations"], 1);
    assert_eq!(object(&folder, &["share", "--json", "new.ledger"])["register"], "till-1");
    let said = wrong(&folder, 1, &["new", "new.ledger"]);
    assert_eq!(said, "new.ledger is there already; choose another name, or move it away");
    let begun = object(&folder, &["epoch", "--json", "--epoch", "7", "new.ledger"]);
    assert_eq!((&begun["epoch"], &begun["head"]), (&json!(7), &made["head"]));
    assert!(wrong(&folder, 1, &["epoch", "--epoch", "7", "new.ledger"]).contains("larger"));

    // Without any program nobody knows what a balance of 125 is.
    let connection = rusqlite::Connection::open(folder.file("shop.ledger")).unwrap();
    connection.execute_batch("DELETE FROM program; DELETE FROM operation WHERE seq = 1").unwrap();
    drop(connection);
    let arguments =
        ["salvage", "shop.ledger", "--quiet", "--for-import", "balances.csv", "--out", "out.jsonl"];
    let said = wrong(&folder, 1, &arguments);
    assert!(
        said.ends_with("without it nobody knows how many decimals amounts have; say --program"),
        "{said}"
    );
    assert!(!folder.file("out.jsonl").exists() && !folder.file("balances.csv").exists());
    let output = ledger(&folder, &["salvage", "shop.ledger", "--quiet"]);
    assert!(text(&output.stdout).contains("amounts are numbers of the smallest unit"));
    ledger(&folder, &[&arguments[..], &["--program", "house.json"]].concat());
    assert_eq!(fs::read_to_string(folder.file("balances.csv")).unwrap(), "customer,units\n\"ada\",1.25\n");
    let import = |more: &[&str]| {
        let mut import = Command::new(example("import"));
        import
            .current_dir(folder.path())
            .args(["--program", "house.json", "--store", "new.ledger"])
            .args(more);
        import.arg("balances.csv").output().unwrap().status.code()
    };
    assert_eq!(import(&[]), Some(1), "nobody is there yet");
    assert_eq!(import(&["--enrol"]), Some(0));
    assert_eq!(
        told(&folder, &["balances", "--csv", "new.ledger"]),
        "customer,balance,held\n\"ada\",1.25,0.00\n"
    );
}

#[test]
fn balances_page_by_page_and_where_ledgers_differ() {
    let folder = Folder::new();
    shop(&folder);
    assert_eq!(rows(&told(&folder, &["balances", "shop.ledger"])), ["ada 1.25", "bob 0.00"]);
    let first = object(&folder, &["balances", "--json", "--most", "1", "shop.ledger"]);
    assert_eq!((&first["customers"][0]["balance"], &first["next_after"]), (&json!("1.25"), &json!("ada")));
    let last = object(&folder, &["balances", "--json", "--after", "ada", "shop.ledger"]);
    assert_eq!((&last["customers"][0]["customer"], &last["next_after"]), (&json!("bob"), &Value::Null));

    told(&folder, &["export", "--quiet", "shop.ledger", "--out", "out.jsonl"]);
    told(&folder, &["import", "--quiet", "same.ledger", "--from", "out.jsonl"]);
    told(&folder, &["import", "--quiet", "other.ledger", "--from", "out.jsonl"]);
    assert!(
        told(&folder, &["compare", "--quiet", "shop.ledger", "same.ledger"])
            .ends_with("They are the same.\n")
    );
    for (file, sale_id, price) in [("same.ledger", "S7", "4.00"), ("other.ledger", "S8", "8.00")] {
        let mut shop = Shop::reopen(SqliteStore::open(folder.file(file)).unwrap());
        shop.submit(&sale(sale_id, "03-03", "cleo", price));
    }
    let differ = |one: &str, other: &str| {
        let output = ledger(&folder, &["compare", "--json", one, other]);
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(1)));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let found = differ("same.ledger", "other.ledger");
    assert_eq!((&found["same_operations"], &found["first_difference"]), (&json!(6), &json!(7)));
    assert_eq!(
        (&found["one"]["document"]["sale"], &found["other"]["document"]["sale"]),
        (&json!("S7"), &json!("S8"))
    );
    let cleo = json!([{"customer": "cleo", "one": "0.20", "other": "0.40"}]);
    assert_eq!((&found["balances_that_differ"], &found["balances"]), (&json!(1), &cleo));
    let found = differ("shop.ledger", "other.ledger");
    assert_eq!((&found["one"], &found["balances"][0]["one"]), (&Value::Null, &Value::Null));
    let table = text(&ledger(&folder, &["compare", "shop.ledger", "other.ledger"]).stdout);
    assert!(table.contains("The first that differs is operation 7:\n  none\n  {"), "{table}");
}

/// Who looks waits for nobody, and changes nothing.
#[test]
fn who_only_looks_waits_for_nobody() {
    let folder = Folder::new();
    shop(&folder);
    let before = fs::read(folder.file("shop.ledger")).unwrap();
    let connection = rusqlite::Connection::open(folder.file("shop.ledger")).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    for arguments in [
        &["verify", "shop.ledger"][..],
        &["stats", "shop.ledger"],
        &["customer", "shop.ledger", "ada"],
        &["balances", "shop.ledger"],
        &["export", "--quiet", "shop.ledger"],
        &["backup", "shop.ledger", "--to", "copy.ledger"],
        &["compare", "shop.ledger", "shop.ledger"],
    ] {
        told(&folder, arguments);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(fs::read(folder.file("shop.ledger")).unwrap(), before);
}

/// A bit flips in the log of a till that was switched off.
#[test]
fn a_log_that_is_damaged_is_told() {
    let folder = Folder::new();
    let mut shop = Shop::open(SqliteStore::open(folder.file("live.ledger")).unwrap());
    for number in 0..6 {
        shop.submit(&sale(&format!("S{number}"), "03-01", "ada", "20.00"));
    }
    fs::copy(folder.file("live.ledger"), folder.file("left.ledger")).unwrap();
    let mut log = fs::read(folder.file("live.ledger-wal")).unwrap();
    // Behind its last frame a log has room.
    let middle = end_of_frames(&log) / 2;
    log[middle] ^= 1;
    fs::write(folder.file("left.ledger-wal"), &log).unwrap();
    let output = ledger(&folder, &["verify", "left.ledger"]);
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(1)));
    let expected = "left.ledger-wal is damaged, and the newest operations with it";
    assert!(text(&output.stdout).contains(expected), "{}", text(&output.stdout));
    for arguments in [&["stats", "left.ledger"][..], &["share", "left.ledger", "till-1"]] {
        assert!(wrong(&folder, 1, arguments).contains(expected));
    }
    assert_eq!(fs::read(folder.file("left.ledger-wal")).unwrap(), log);
    let output = ledger(&folder, &["salvage", "--json", "--quiet", "left.ledger"]);
    let object: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(object["last"], 7);
}

#[test]
fn a_copy_is_made() {
    let folder = Folder::new();
    shop(&folder);
    let table = told(&folder, &["backup", "shop.ledger", "--to", "copy.ledger"]);
    assert!(table.contains("It holds personal data"), "{table}");
    assert!(told(&folder, &["verify", "copy.ledger"]).contains("The ledger fits."));
    let said = wrong(&folder, 1, &["backup", "shop.ledger", "--to", "copy.ledger"]);
    assert_eq!(said, "copy.ledger is there already; choose another name, or move it away");
    let object = object(&folder, &["backup", "shop.ledger", "--to", "second.ledger", "--json"]);
    let bytes = fs::metadata(folder.file("second.ledger")).unwrap().len();
    assert_eq!(object, json!({"to": "second.ledger", "bytes": bytes, "holds_personal_data": true}));
}

/// Whenever it is killed: what stands under the name is whole, and a name with more at its end is no backup.
#[test]
fn a_copy_that_was_cut_short_has_no_name() {
    let folder = Folder::new();
    shop(&folder);
    let arguments = ["backup", "shop.ledger", "--to", "copy.ledger", "--quiet"];
    let mut whole = 0;
    for turn in 0..40_u32 {
        let mut child = command(&folder, &arguments).spawn().unwrap();
        sleep(Duration::from_micros(u64::from(turn) * 250));
        let _ = child.kill();
        child.wait().unwrap();
        if folder.file("copy.ledger").exists() {
            assert!(told(&folder, &["verify", "copy.ledger"]).contains("The ledger fits."));
            fs::remove_file(folder.file("copy.ledger")).unwrap();
            whole += 1;
        }
    }
    println!("killed 40 times, {whole} copies were whole, the others weren't there");
    told(&folder, &arguments);
    assert!(told(&folder, &["verify", "shop.ledger"]).contains("The ledger fits."));
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let folder = Folder::new();
    shop(&folder);
    for (arguments, said) in [
        (&[][..], "a command is missing"),
        (&["polish", "shop.ledger"], "there is no command \"polish\""),
        (&["--json", "verify", "shop.ledger"], "a command comes first; invalid option '--json'"),
        (&["verify"], "FILE, the ledger, is missing"),
        (&["verify", "shop.ledger", "more"], "\"more\" is one too many; see --help"),
        (&["verify", "shop.ledger", "--out", "x"], "invalid option '--out'"),
        (&["import", "new.ledger"], "--from is missing"),
        (&["backup", "shop.ledger"], "--to is missing"),
        (&["customer", "shop.ledger"], "the customer's ID or CODE is missing"),
        (
            &["customer", "shop.ledger", "ada", "--last", "0"],
            "--last takes a whole number from 1 on, not \"0\"",
        ),
    ] {
        assert_eq!(wrong(&folder, 2, arguments), format!("{said}\ntry --help"));
    }
    assert!(told(&folder, &["--help"]).contains("COMMAND [OPTIONS] FILE"));
    for command in [
        "new",
        "balances",
        "compare",
        "epoch",
        "verify",
        "stats",
        "customer",
        "export",
        "import",
        "backup",
        "restore",
        "find",
        "erase",
        "salvage",
        "share",
        "outbox",
        "acknowledge",
        "union",
    ] {
        let help = told(&folder, &[command, "--help"]);
        assert!(help.contains(&format!("ledger -- {command} [")) && help.contains("--json"), "{help}");
        assert!(help.lines().all(|row| row.chars().count() <= 100));
    }
}

/// Nothing is made where somebody only looks.
#[test]
fn what_is_no_ledger_is_told() {
    let folder = Folder::new();
    fs::write(folder.file("empty"), "").unwrap();
    fs::write(folder.file("letter"), "Dear Ada, your points").unwrap();
    fs::create_dir(folder.file("folder")).unwrap();
    for command in [&["verify"][..], &["stats"], &["customer"], &["export"], &["backup", "--to", "copy"]] {
        let told = |file: &str| {
            let who = if command[0] == "customer" { &["ada"][..] } else { &[] };
            wrong(&folder, 1, &[command, &[file], who].concat())
        };
        assert_eq!(told("missing"), "missing isn't there");
        assert_eq!(told("empty"), "empty is empty, and no ledger yet");
        assert_eq!(told("folder"), "folder is a folder, and no ledger");
        assert!(told("letter").ends_with("letter is not a ledger; choose another path"));
    }
    assert!(!folder.file("missing").exists() && !folder.file("copy").exists());
}

/// Who has seen enough, and a disk that takes no more, are no reason to panic.
#[cfg(target_os = "linux")]
#[test]
fn a_closed_pipe_and_a_full_disk() {
    let folder = Folder::new();
    shop(&folder);
    for arguments in [&["--help"][..], &["export", "shop.ledger", "--quiet"], &["stats", "shop.ledger"]] {
        let mut child = command(&folder, arguments).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)), "{arguments:?}");

        let full = || fs::OpenOptions::new().write(true).open(Path::new("/dev/full")).unwrap();
        let output = command(&folder, arguments).stdout(full()).output().unwrap();
        let said = text(&output.stderr);
        assert!(said.starts_with("error: ") && said.contains("No space left"), "{said}");
        assert_eq!(output.status.code(), Some(1));
        let output = command(&folder, arguments).stdout(full()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "where not even that can be said");
    }
}

#[test]
fn a_head_that_was_kept_shows_what_is_gone() {
    let folder = Folder::new();
    shop(&folder);
    let head = object(&folder, &["verify", "--json", "shop.ledger"])["head"].as_str().unwrap().to_string();
    assert!(head.starts_with("6-"), "{head}");
    told(&folder, &["backup", "shop.ledger", "--to", "old.ledger"]);
    Shop::reopen(SqliteStore::open(folder.file("shop.ledger")).unwrap())
        .submit(&sale("S9", "03-03", "ada", "1.00"));
    let seen = told(&folder, &["verify", "--head", &head, "shop.ledger"]);
    assert!(seen.contains("It still has all that was seen."), "{seen}");
    let newer = object(&folder, &["verify", "--json", "shop.ledger"])["head"].as_str().unwrap().to_string();
    let output = ledger(&folder, &["verify", "--json", "--head", &newer, "old.ledger"]);
    assert_eq!(output.status.code(), Some(1));
    let gone: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!((&gone["fits"], &gone["operation"]), (&json!(false), &json!(7)));
    let said = wrong(&folder, 2, &["verify", "--head", "7-abc", "shop.ledger"]);
    assert!(said.contains("32 hexadecimal digits"), "{said}");
}

#[test]
fn a_backup_is_restored_with_a_new_epoch() {
    let folder = Folder::new();
    shop(&folder);
    told(&folder, &["backup", "shop.ledger", "--to", "copy.ledger"]);
    let before = fs::read(folder.file("copy.ledger")).unwrap();
    let made = object(&folder, &["restore", "--json", "--epoch", "5", "copy.ledger", "--to", "new.ledger"]);
    assert_eq!((&made["epoch"], &made["operations"]), (&json!(5), &json!(6)));
    assert_eq!(fs::read(folder.file("copy.ledger")).unwrap(), before);
    // Both go on from the same place, and what they write is told apart.
    for file in ["shop.ledger", "new.ledger"] {
        Shop::reopen(SqliteStore::open(folder.file(file)).unwrap())
            .submit(&sale("S9", "03-03", "ada", "1.00"));
    }
    let [one, other] = ["shop.ledger", "new.ledger"].map(|file| object(&folder, &["verify", "--json", file]));
    assert_ne!(one["head"], other["head"]);
    let said = wrong(&folder, 1, &["restore", "copy.ledger", "--to", "new.ledger"]);
    assert!(said.contains("is there already"), "{said}");
    // A log that stands there already would be taken for the new ledger's own; one beside the backup has more.
    fs::write(folder.file("other.ledger-wal"), "log").unwrap();
    let said = wrong(&folder, 1, &["restore", "copy.ledger", "--to", "other.ledger"]);
    assert!(said.contains("other.ledger-wal is there already"), "{said}");
    let said = wrong(&folder, 1, &["backup", "shop.ledger", "--to", "other.ledger"]);
    assert!(said.contains("other.ledger-wal is there already"), "{said}");
    fs::write(folder.file("copy.ledger-wal"), "log").unwrap();
    let said = wrong(&folder, 1, &["restore", "copy.ledger", "--to", "fourth.ledger"]);
    assert!(said.contains("is no backup"), "{said}");
    fs::write(folder.file("broken.ledger"), &before[..before.len() / 2]).unwrap();
    wrong(&folder, 1, &["restore", "broken.ledger", "--to", "third.ledger"]);
    assert!(!folder.file("third.ledger").exists());
}

#[test]
fn customers_are_found_and_erased() {
    let folder = Folder::new();
    shop(&folder);
    let found = object(&folder, &["find", "--json", "--name", "AD", "shop.ledger"]);
    assert_eq!(found["customers"][0]["customer"], json!("ada"));
    assert!(told(&folder, &["find", "--name", "ad", "shop.ledger"]).starts_with("ada "));
    let said = wrong(&folder, 2, &["erase", "shop.ledger", "ada"]);
    assert!(said.contains("--yes"), "{said}");
    told(&folder, &["export", "--quiet", "shop.ledger", "--out", "before.jsonl"]);
    told(&folder, &["erase", "--yes", "shop.ledger", "ada"]);
    assert_eq!(ledger(&folder, &["find", "--name", "ad", "shop.ledger"]).status.code(), Some(1));
    let said = wrong(&folder, 1, &["erase", "--yes", "shop.ledger", "nobody"]);
    assert!(said.contains("no customer nobody"), "{said}");
    told(&folder, &["verify", "--quiet", "shop.ledger"]);

    // An export has it no more, and comes back as it was.
    told(&folder, &["export", "--quiet", "shop.ledger", "--out", "one.jsonl"]);
    told(&folder, &["import", "--quiet", "new.ledger", "--from", "one.jsonl"]);
    told(&folder, &["export", "--quiet", "new.ledger", "--out", "two.jsonl"]);
    let [before, one, two] =
        ["before.jsonl", "one.jsonl", "two.jsonl"].map(|file| fs::read_to_string(folder.file(file)).unwrap());
    assert!(before.contains(r#""Ada""#) && !one.contains(r#""Ada""#));
    assert_eq!(one, two);
    let said = wrong(&folder, 2, &["find", "shop.ledger"]);
    assert!(said.contains("--phone, --email or --name"), "{said}");
    // The country that was said once holds.
    let mut shop = Shop::reopen(SqliteStore::open(folder.file("shop.ledger")).unwrap());
    shop.submit(&event("enrol", "03-04", r#""customer": "eve", "phone": "+44 20 7946 0000""#));
    drop(shop);
    let by_phone = ["find", "--phone", "020 7946 0000", "shop.ledger"];
    assert_eq!(ledger(&folder, &by_phone).status.code(), Some(1));
    assert!(told(&folder, &[&by_phone[..], &["--country", "GB"]].concat()).starts_with("eve "));
    assert!(told(&folder, &by_phone).starts_with("eve "));
    let said = wrong(&folder, 2, &["find", "--phone", "1", "--country", "UK", "shop.ledger"]);
    assert!(said.contains("two letters of ISO 3166"), "{said}");
}

/// Two registers of one shop, and what they send each other as files.
#[test]
fn registers_share_what_they_have() {
    let folder = Folder::new();
    shop(&folder);
    drop(SqliteStore::open(folder.file("other.ledger")).unwrap());
    let said = wrong(&folder, 1, &["outbox", "shop.ledger"]);
    assert!(said.contains("has no name yet"), "{said}");
    let made = object(&folder, &["share", "--json", "shop.ledger", "till-1"]);
    assert_eq!(made, json!({"register": "till-1", "epoch": 0, "own": 6, "acknowledged": 0}));
    let said = wrong(&folder, 1, &["share", "shop.ledger", "till-2"]);
    assert_eq!(said, "shop.ledger: the ledger is that of register till-1, and not of till-2");
    told(&folder, &["outbox", "--quiet", "shop.ledger", "--out", "sent"]);
    let said = wrong(&folder, 1, &["union", "--quiet", "other.ledger", "sent"]);
    assert!(said.ends_with("the ledger has no name yet; say which register writes it"), "{said}");
    told(&folder, &["share", "other.ledger", "till-2"]);
    // In any order, and again.
    let sent = text(&fs::read(folder.file("sent")).unwrap());
    let mixed: Vec<&str> = sent.lines().rev().collect();
    fs::write(folder.file("mixed"), mixed.join("\n")).unwrap();
    let taken = object(&folder, &["union", "--quiet", "--json", "other.ledger", "mixed"]);
    assert_eq!(taken, json!({"taken": 6, "known": 0, "waiting": 5, "left": 0, "stuck": 0, "missing": []}));
    assert_eq!(rows(&told(&folder, &["union", "--quiet", "other.ledger", "sent"]))[1], "known already 6");
    assert_eq!(told(&folder, &["verify", "--quiet", "other.ledger"]).lines().count(), 8);
    // What is acknowledged isn't sent again.
    let left = object(&folder, &["acknowledge", "--json", "shop.ledger", "till-1/0/4"]);
    assert_eq!(left, json!({"acknowledged": 4, "left": 2}));
    assert_eq!(told(&folder, &["outbox", "--quiet", "shop.ledger"]).lines().count(), 2);
    assert_eq!(told(&folder, &["outbox", "--quiet", "--all", "shop.ledger"]).lines().count(), 6);
    let said = wrong(&folder, 1, &["acknowledge", "shop.ledger", "till-1/0/7"]);
    assert!(said.contains("till-1/0/7 isn't an operation of this ledger's own"), "{said}");
    // The same under a name that was taken already.
    fs::write(folder.file("bad"), sent.replace("S2", "S3")).unwrap();
    let said = wrong(&folder, 2, &["union", "--quiet", "other.ledger", "bad"]);
    assert!(said.starts_with("bad: line 5: till-1/0/5 is another operation here"), "{said}");
    fs::write(folder.file("cut"), &sent[..sent.len() / 2]).unwrap();
    let said = wrong(&folder, 2, &["union", "--quiet", "other.ledger", "cut"]);
    assert!(said.starts_with("cut: line "), "{said}");
    // What waits can be given up.
    told(&folder, &["share", "shop.ledger", "till-1"]);
    drop(SqliteStore::open(folder.file("third.ledger")).unwrap());
    told(&folder, &["share", "third.ledger", "till-3"]);
    fs::write(folder.file("last"), sent.lines().last().unwrap()).unwrap();
    let taken = object(&folder, &["union", "--quiet", "--json", "third.ledger", "last"]);
    assert_eq!((&taken["waiting"], &taken["missing"]), (&json!(1), &json!(["till-1/0/1"])));
    let dropped = object(&folder, &["union", "--json", "--drop", "till-1/0/6", "third.ledger"]);
    assert_eq!(dropped["operation"], json!(sent.lines().last().unwrap()));
    let said = wrong(&folder, 1, &["union", "--drop", "till-1/0/6", "third.ledger"]);
    assert_eq!(said, "third.ledger: till-1/0/6 doesn't wait here");
    let said = wrong(&folder, 1, &["export", "--quiet", "other.ledger"]);
    assert!(said.starts_with("operations of other registers are in the ledger"), "{said}");
}

/// Who only looks at a ledger doesn't lock older programs out of it.
#[test]
fn an_older_ledger_is_brought_up_to_date_when_that_is_asked_for() {
    let folder = Folder::new();
    for format in [1, 3] {
        let name = folder.file(&format!("format-{format}.ledger"));
        fs::copy(format!("fixtures/stores/format-{format}.ledger"), name).unwrap();
    }
    let before = fs::read(folder.file("format-3.ledger")).unwrap();
    for arguments in [
        &["stats", "format-3.ledger"][..],
        &["verify", "format-3.ledger"],
        &["epoch", "format-3.ledger"],
        &["backup", "format-3.ledger", "--to", "copy.ledger"],
    ] {
        let said = wrong(&folder, 1, arguments);
        assert!(said.starts_with("format-3.ledger has format 3, and this program has format 7;"), "{said}");
        assert!(said.contains("\"upgrade format-3.ledger\""), "{said}");
    }
    assert_eq!(fs::read(folder.file("format-3.ledger")).unwrap(), before);
    let upgraded = told(&folder, &["upgrade", "format-3.ledger"]);
    assert_eq!(upgraded, "format-3.ledger had format 3, and has format 7 now.\n");
    assert_eq!(
        object(&folder, &["upgrade", "--json", "format-3.ledger"]),
        json!({ "format_before": 7, "format": 7 })
    );
    told(&folder, &["verify", "--quiet", "format-3.ledger"]);
    for command in ["stats", "upgrade"] {
        let said = wrong(&folder, 1, &[command, "format-1.ledger"]);
        assert!(said.contains("which no released version wrote"), "{said}");
    }
}
