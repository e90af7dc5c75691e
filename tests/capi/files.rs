//! A backup that becomes a ledger, what is left of a damaged one, a head that is kept elsewhere, and balances from CSV.

use std::fs;
use std::path::PathBuf;

use regulars::capi::*;

use crate::handle::{Handle, last_error, open, open_with, status_name, text};
use crate::whole::{ask, refused, shop};

const NOW: &str = "2026-11-26T10:00:00+01:00";

/// Files beside a ledger, which go with this.
struct Beside(Vec<PathBuf>);

impl Beside {
    fn file(&mut self, handle: &Handle, end: &str) -> String {
        let path = PathBuf::from(format!("{}-{end}", handle.file().display()));
        let _ = fs::remove_file(&path);
        self.0.push(path.clone());
        path.display().to_string()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        for path in &self.0 {
            for end in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(format!("{}{end}", path.display()));
            }
        }
    }
}

fn call(question: &str, capacity: usize) -> (i32, usize, String) {
    let (mut buffer, mut length, question) = (vec![0_u8; capacity], usize::MAX, text(question));
    // SAFETY: there is as much as is said.
    let status = unsafe {
        let out = buffer.as_mut_ptr().cast();
        regulars_files_json(question.bytes, question.length, out, capacity, &raw mut length)
    };
    buffer.truncate(length.min(capacity));
    (status, length, String::from_utf8(buffer).unwrap())
}

fn answered(question: &str) -> serde_json::Value {
    let (status, _, answer) = call(question, 1 << 16);
    assert_eq!(status, REGULARS_OK, "{question}: {answer}");
    serde_json::from_str(&answer).unwrap()
}

fn not_answered(question: &str) -> String {
    let (status, _, _) = call(question, 1 << 16);
    format!("{}: {}", status_name(status), last_error())
}

#[test]
fn a_backup_becomes_a_ledger_with_an_epoch_of_its_own() {
    let (handle, mut beside) = (shop(), Beside(Vec::new()));
    let (copy, restored) = (beside.file(&handle, "copy"), beside.file(&handle, "restored"));
    ask(&handle, &format!(r#"{{"ask": "backup", "to": "{copy}"}}"#));
    let restore = format!(r#"{{"ask": "restore", "from": "{copy}", "to": "{restored}", "epoch": 7}}"#);
    // Without room for the answer nothing is made.
    let (status, needed, _) = call(&restore, 100);
    assert_eq!((status, needed), (REGULARS_BUFFER_TOO_SMALL, 16_384));
    assert!(!fs::exists(&restored).unwrap());
    let told = answered(&restore);
    assert_eq!((&told["operations"], &told["epoch"]), (&3.into(), &7.into()));
    assert!(not_answered(&restore).starts_with("file_exists: "));
    // It is a ledger that goes on, and of the same head.
    let raw = open(std::path::Path::new(&restored)).unwrap();
    let mut balance = 0;
    let ada = text("ada");
    // SAFETY: there is as much as is said.
    unsafe {
        let at = 1_795_683_600_000;
        assert_eq!(regulars_balance(raw, ada.bytes, ada.length, at, &raw mut balance), REGULARS_OK);
        assert_eq!(regulars_close(raw), REGULARS_OK);
    }
    assert_eq!(balance, 20);
    assert_eq!(told["head"], ask(&handle, r#"{"ask": "head"}"#)["head"]);

    // Neither a ledger that is open here, nor one with a log, nor what is none; and nothing is left of what failed.
    let other = beside.file(&handle, "other");
    let open_here = restore.replace(&copy, &handle.file().display().to_string()).replace(&restored, &other);
    assert!(not_answered(&open_here).starts_with("invalid_setting: "), "{}", last_error());
    fs::write(&copy, "no ledger at all, but some text that is long enough to be looked at as a page")
        .unwrap();
    let of_text = restore.replace(&restored, &other);
    assert!(not_answered(&of_text).starts_with("not_a_ledger: "), "{}", last_error());
    fs::write(&copy, "").unwrap();
    assert!(not_answered(&of_text).starts_with("invalid_setting: "), "{}", last_error());
    fs::remove_file(&copy).unwrap();
    assert!(not_answered(&of_text).starts_with("file_failed: "), "{}", last_error());
    assert!(!fs::exists(&other).unwrap());
    assert!(not_answered(r#"{"ask": "verify"}"#).starts_with("invalid_document: "), "{}", last_error());
}

#[test]
fn what_is_left_of_a_damaged_ledger_is_written_to_new_files() {
    let (handle, mut beside) = (shop(), Beside(Vec::new()));
    let (copy, lines) = (beside.file(&handle, "copy"), beside.file(&handle, "lines"));
    let balances = beside.file(&handle, "csv");
    ask(&handle, &format!(r#"{{"ask": "backup", "to": "{copy}"}}"#));
    let salvage =
        format!(r#"{{"ask": "salvage", "from": "{copy}", "to": "{lines}", "balances": "{balances}"}}"#);
    let told = answered(&salvage);
    assert_eq!((&told["operations"], &told["lost_operations"]), (&3.into(), &0.into()), "{told}");
    assert_eq!(fs::read_to_string(&balances).unwrap(), "customer,units\n\"ada\",20\n");
    let taken = Handle::new();
    assert_eq!(ask(&taken, &format!(r#"{{"ask": "import", "from": "{lines}"}}"#))["operations"], 3);
    // No file is written over.
    assert!(not_answered(&salvage).starts_with("file_exists: "), "{}", last_error());
    // Half of the file is gone: it can't be opened any more, and what is left can be told all the same.
    let whole = fs::read(&copy).unwrap();
    fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    let (status, _, answer) = call(&format!(r#"{{"ask": "salvage", "from": "{copy}"}}"#), 1 << 16);
    assert!([REGULARS_OK, REGULARS_NOT_A_LEDGER].contains(&status), "{answer}");
}

#[test]
fn a_head_that_was_kept_elsewhere_shows_what_is_missing() {
    let (handle, mut beside) = (shop(), Beside(Vec::new()));
    let before = ask(&handle, r#"{"ask": "head"}"#);
    let copy = beside.file(&handle, "copy");
    ask(&handle, &format!(r#"{{"ask": "backup", "to": "{copy}"}}"#));
    ask(&handle, &format!(r#"{{"type": "enrol", "at": "{NOW}", "customer": "bob"}}"#));
    let head = ask(&handle, r#"{"ask": "head"}"#)["head"].as_str().unwrap().to_string();
    assert_eq!(before["operations"], 3);
    let verify = format!(r#"{{"ask": "verify", "head": "{head}"}}"#);
    assert_eq!(ask(&handle, &verify)["head"], *head);
    let old = verify.replace(&head, before["head"].as_str().unwrap());
    assert_eq!(ask(&handle, &old)["operations"], 4);
    // The copy fits, and lacks what came after it.
    let raw = open(std::path::Path::new(&copy)).unwrap();
    let (mut buffer, mut length, question) = (vec![0_u8; 4096], 0, text(&verify));
    // SAFETY: there is as much as is said.
    let status = unsafe {
        let (out, capacity) = (buffer.as_mut_ptr().cast(), buffer.len());
        let found = regulars_verify(raw, std::ptr::null_mut());
        assert_eq!(found, REGULARS_OK);
        let status = regulars_call_json(raw, question.bytes, question.length, out, capacity, &raw mut length);
        assert_eq!(regulars_close(raw), REGULARS_OK);
        status
    };
    assert_eq!(status, REGULARS_STORE_DAMAGED);
    assert!(
        refused(&handle, r#"{"ask": "verify", "head": "7-9f3c"}"#).starts_with("invalid_document: head: ")
    );
}

#[cfg(feature = "csv")]
#[test]
fn balances_come_from_a_csv_file_once() {
    let (handle, mut beside) = (shop(), Beside(Vec::new()));
    let file = beside.file(&handle, "csv");
    fs::write(&file, "customer,units\nada,5\nbob,7\nada,x\n").unwrap();
    let import = format!(r#"{{"ask": "import_csv", "from": "{file}", "name": "old.csv", "at": "{NOW}"}}"#);
    let told = ask(&handle, &import);
    assert_eq!((&told["imported"], &told["refused"], &told["units"]), (&1.into(), &2.into(), &"5".into()));
    let refused_lines: Vec<_> = told["refused_lines"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&refused_lines[0]["line"], &refused_lines[0]["error"]),
        (&3.into(), &"unknown_customer".into())
    );
    // Again, with those who aren't there joining: what is known counts once.
    let again = import.replace(r#""at""#, r#""enrol": true, "at""#);
    let told = ask(&handle, &again);
    assert_eq!((&told["imported"], &told["known"], &told["refused"]), (&1.into(), &1.into(), &1.into()));
    let customers = ask(&handle, r#"{"ask": "customers"}"#);
    assert_eq!(customers["customers"][0]["balance"], "25");
    assert_eq!(customers["customers"][1]["balance"], "7");
    fs::write(&file, "name\nada\n").unwrap();
    assert!(refused(&handle, &import).starts_with("not_imported: "));
}

/// Where one line is refused nobody has joined, either.
#[cfg(feature = "csv")]
#[test]
fn all_of_a_csv_file_or_nothing_of_it() {
    let (handle, mut beside) = (shop(), Beside(Vec::new()));
    let file = beside.file(&handle, "csv");
    let import = format!(
        r#"{{"ask": "import_csv", "from": "{file}", "at": "{NOW}", "enrol": true, "all_or_nothing": true}}"#
    );
    let customers = || ask(&handle, r#"{"ask": "customers"}"#)["customers"].as_array().unwrap().len();
    fs::write(&file, "customer,units\nbob,7\nada,x\n").unwrap();
    let told = ask(&handle, &import);
    assert_eq!((&told["imported"], &told["refused"]), (&0.into(), &1.into()));
    assert_eq!((ask(&handle, r#"{"ask": "head"}"#)["operations"].as_u64(), customers()), (Some(3), 1));
    fs::write(&file, "customer,units\nbob,7\nada,1\n").unwrap();
    assert_eq!(ask(&handle, &import)["imported"], 2);
    assert_eq!(customers(), 2);
}

/// Older programs still use it.
#[test]
fn an_older_ledger_that_is_only_read_stays_as_it_is() {
    let (handle, mut beside) = (shop(), Beside(Vec::new()));
    let older = beside.file(&handle, "older");
    fs::copy("fixtures/stores/format-6.ledger", &older).unwrap();
    let (path, before) = (std::path::Path::new(&older), fs::read(&older).unwrap());
    assert_eq!(open_with(path, REGULARS_OPEN_TO_READ).err(), Some(REGULARS_NOT_UP_TO_DATE));
    assert!(last_error().contains("older programs"), "{}", last_error());
    assert_eq!(fs::read(&older).unwrap(), before);
    for flags in [0, REGULARS_OPEN_TO_READ] {
        let opened = open_with(path, flags).unwrap();
        // SAFETY: it is open.
        unsafe { regulars_close(opened) };
    }
    assert_ne!(fs::read(&older).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_ledger_that_gets_another_name_records_nothing() {
    let (handle, mut beside) = (shop(), Beside(Vec::new()));
    let other = beside.file(&handle, "other");
    fs::hard_link(handle.file(), &other).unwrap();
    let share = r#"{"ask": "share", "register": "till-1"}"#;
    assert!(refused(&handle, share).starts_with("several_names: "), "{}", last_error());
    assert_eq!(open(std::path::Path::new(&other)).err(), Some(REGULARS_SEVERAL_NAMES));
    fs::remove_file(&other).unwrap();
    ask(&handle, share);
}

/// SQLite, or who releases ballast, deletes what stands under such a name.
#[test]
fn no_file_is_made_under_a_name_that_a_ledger_keeps_for_itself() {
    let handle = shop();
    for end in ["-journal", "-wal", "-shm", "-ballast", "-WAL"] {
        let taken = format!("{}-other{end}", handle.file().display());
        let wrong = |told: String| assert!(told.starts_with("invalid_setting: "), "{end}: {told}");
        for question in ["backup", "outbox", "export"] {
            let (status, _) = handle.json(&format!(r#"{{"ask": "{question}", "to": "{taken}"}}"#));
            wrong(format!("{}: {}", status_name(status), last_error()));
        }
        let copy = format!("{}-copy", handle.file().display());
        ask(&handle, &format!(r#"{{"ask": "backup", "to": "{copy}"}}"#));
        wrong(not_answered(&format!(r#"{{"ask": "restore", "from": "{copy}", "to": "{taken}"}}"#)));
        for member in ["to", "balances"] {
            wrong(not_answered(&format!(r#"{{"ask": "salvage", "from": "{copy}", "{member}": "{taken}"}}"#)));
        }
        fs::remove_file(&copy).unwrap();
        assert_eq!(open(std::path::Path::new(&taken)).err(), Some(REGULARS_CANNOT_OPEN));
        assert!(!fs::exists(&taken).unwrap());
    }
}
