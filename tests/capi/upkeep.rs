//! Looking after a ledger through the JSON door, and what comes over the border that has no meaning, or is too much.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::ptr;

use regulars::capi::*;
use regulars::document::Limits;

use crate::handle::{Handle, last_error, text, zeroed};
use crate::whole::{ask, refused, shop};

const AT: i64 = 1_795_683_600_000;
const NOW: &str = "2026-11-26T10:00:00+01:00";

fn beside(handle: &Handle, end: &str) -> PathBuf {
    PathBuf::from(format!("{}-{end}", handle.file().display()))
}

#[test]
fn customers_are_listed_a_page_at_a_time() {
    let handle = shop();
    for customer in ["bob", "cleo"] {
        ask(&handle, &format!(r#"{{"type": "enrol", "at": "{NOW}", "customer": "{customer}"}}"#));
    }
    let first = ask(&handle, r#"{"ask": "customers", "most": 2}"#);
    assert_eq!(
        first.to_string(),
        r#"{"customers":[{"balance":"20","customer":"ada","held":"0"},{"balance":"0","customer":"bob","held":"0"}],"next_after":"bob"}"#
    );
    let second = ask(&handle, r#"{"ask": "customers", "most": 2, "after": "bob"}"#);
    assert_eq!(second.to_string(), r#"{"customers":[{"balance":"0","customer":"cleo","held":"0"}]}"#);
    assert!(refused(&handle, r#"{"ask": "customers", "most": "2"}"#).starts_with("invalid_document: most: "));
}

#[test]
fn a_ledger_is_looked_after_by_the_json_door() {
    let handle = shop();
    // What Ada told goes, and what she has stays.
    assert!(refused(&handle, r#"{"ask": "erase", "customer": "bob"}"#).starts_with("unknown_customer: "));
    assert_eq!(ask(&handle, r#"{"ask": "erase", "customer": "ada"}"#)["customer"], "ada");
    let export = beside(&handle, "export");
    let path = export.display();
    assert_eq!(ask(&handle, &format!(r#"{{"ask": "export", "to": "{path}"}}"#))["operations"], 3);
    assert!(!fs::read_to_string(&export).unwrap().contains("Lovelace"));

    // An empty ledger takes an export over, and no other.
    let import = format!(r#"{{"ask": "import", "from": "{path}"}}"#);
    let taken = Handle::new();
    assert_eq!(ask(&taken, &import)["operations"], 3);
    assert_eq!(ask(&taken, r#"{"ask": "customers"}"#)["customers"][0]["balance"], "20");
    assert!(refused(&taken, &import).starts_with("not_imported: the ledger isn't empty"));
    fs::remove_file(&export).unwrap();
    assert!(refused(&taken, &import).starts_with("file_failed: "));

    assert_eq!(ask(&handle, r#"{"ask": "begin_epoch", "epoch": 7}"#)["epoch"], 7);
    assert!(refused(&handle, r#"{"ask": "begin_epoch", "epoch": 7}"#).starts_with("store_lost: "));
    let too_large = refused(&handle, r#"{"ask": "begin_epoch", "epoch": 4294967296}"#);
    assert!(too_large.starts_with("invalid_document: epoch: "), "{too_large}");

    let ballast = beside(&handle, "ballast");
    assert_eq!(ask(&handle, r#"{"ask": "keep_ballast", "bytes": 70000}"#)["bytes"], 70_000);
    assert_eq!(fs::metadata(&ballast).unwrap().len(), 70_000);
    assert_eq!(ask(&handle, r#"{"ask": "release_ballast"}"#)["released"], true);
    assert_eq!(ask(&handle, r#"{"ask": "release_ballast"}"#)["released"], false);
    assert!(!ballast.exists());
    let too_much = refused(&handle, r#"{"ask": "keep_ballast", "bytes": 18446744073709551615}"#);
    assert_eq!(too_much, "invalid_document: bytes: expected 1073741824 at most");
    assert!(!ballast.exists());
    // SAFETY: no pointer but NULL.
    unsafe { assert_eq!(regulars_verify(handle.raw, ptr::null_mut()), REGULARS_OK) };
}

/// To close a file takes away all locks that this process has on it, those of SQLite among them.
#[test]
fn a_ledger_that_is_open_here_is_opened_by_nothing_else() {
    let (one, two) = (shop(), shop());
    let link = beside(&one, "link");
    symlink(two.file(), &link).unwrap();
    let before = locks_on(two.file());
    for file in [one.file(), &beside(&one, "wal"), two.file(), &beside(&two, "shm"), &link] {
        let file = file.to_str().unwrap();
        let mut taken = 0;
        // SAFETY: there is as much as is said.
        let status = unsafe {
            let file = text(file);
            regulars_receive(one.raw, file.bytes, file.length, &raw mut taken)
        };
        assert_eq!(status, REGULARS_INVALID_SETTING, "{file}: {}", last_error());
        let (status, _) = one.json(&format!(r#"{{"ask": "import", "from": "{file}"}}"#));
        assert_eq!(status, REGULARS_INVALID_SETTING, "{file}");
    }
    assert_eq!(locks_on(two.file()), before);
    // Once it is closed it is a file like others, and no lines.
    let copy = beside(&one, "copy");
    ask(&one, r#"{"ask": "share", "register": "till-1"}"#);
    ask(&one, &format!(r#"{{"ask": "backup", "to": "{}"}}"#, copy.display()));
    let told = refused(&one, &format!(r#"{{"ask": "receive", "from": "{}"}}"#, copy.display()));
    assert!(told.starts_with("not_united: ") || told.starts_with("file_failed: "), "{told}");
    for file in [&link, &copy] {
        fs::remove_file(file).unwrap();
    }
}

/// What two registers both took the money for is contested, and no damage; what is owed is told beside it. After a restore
/// all that others had is sent back.
#[test]
fn what_registers_share_is_told() {
    let (one, two) = (shop(), Handle::new());
    let lines = beside(&one, "lines");
    let meet = |from: &Handle, to: &Handle, all: bool| {
        let (path, _) = (lines.display(), fs::remove_file(&lines));
        let sent = ask(from, &format!(r#"{{"ask": "outbox", "to": "{path}", "all": {all}}}"#));
        ask(to, &format!(r#"{{"ask": "receive", "from": "{path}"}}"#));
        sent
    };
    ask(&one, r#"{"ask": "share", "register": "till-1"}"#);
    ask(&two, r#"{"ask": "share", "register": "till-2"}"#);
    ask(&one, r#"{"type": "enrol", "at": "2026-11-26T09:00:00Z", "customer": "ben"}"#);
    for (sale, price) in [("L-1", "20.00"), ("L-2", "5.00")] {
        ask(
            &one,
            &format!(
                r#"{{"type": "sale", "sale": "{sale}", "at": "2026-11-26T09:00:00Z", "customer": "ben",
            "lines": [{{"id": "1", "product": "p", "quantity": "1", "unit_price": "{price}"}}],
            "payments": [{{"tender": "on_account", "amount": "{price}"}}]}}"#
            ),
        );
    }
    let sent = meet(&one, &two, true);
    let last = sent["last"].as_str().unwrap();
    assert_eq!(last, format!("till-1/0/{}", sent["operations"]));
    assert_eq!(
        ask(&one, &format!(r#"{{"ask": "acknowledge", "operation": "{last}"}}"#))["acknowledged"],
        sent["operations"]
    );
    assert_eq!(meet(&one, &two, false)["operations"], 0);
    let account = |handle: &Handle| ask(handle, r#"{"ask": "account", "customer": "ben"}"#);
    let both =
        serde_json::json!([{"sale": "L-1", "balance_due": "20.00"}, {"sale": "L-2", "balance_due": "5.00"}]);
    assert_eq!((&account(&two)["due"], &account(&two)["debts"]), (&"25.00".into(), &both));
    for (handle, payment) in [(&one, "P-1"), (&two, "P-2")] {
        ask(
            handle,
            &format!(
                r#"{{"type": "payment", "id": "{payment}", "at": "2026-11-26T10:00:00Z", "sale": "L-1",
            "payments": [{{"tender": "cash", "amount": "15.00"}}]}}"#
            ),
        );
    }
    meet(&one, &two, false);
    meet(&two, &one, true);
    for handle in [&one, &two] {
        let (sale, sums) = (text("L-1"), ptr::null_mut());
        let (mut customer, mut length) = ([0; 64], 0);
        // SAFETY: there is as much as is said.
        let looked = unsafe {
            let to = customer.as_mut_ptr();
            regulars_look_at_sale(
                handle.raw,
                sale.bytes,
                sale.length,
                sums,
                to,
                customer.len(),
                &raw mut length,
            )
        };
        assert_eq!(looked, REGULARS_CONTESTED);
        for ask in [r#""ask": "sale""#, r#""ask": "explain""#] {
            let told = refused(handle, &format!(r#"{{{ask}, "sale": "L-1"}}"#));
            assert!(told.starts_with("contested: "), "{told}");
        }
        let told = refused(
            handle,
            r#"{"ask": "receipt", "sale": "L-1", "shop": "S", "at": "2026-11-26T10:00:00Z"}"#,
        );
        assert!(told.starts_with("contested: "), "{told}");
        let owed =
            serde_json::json!([{"sale": "L-1", "contested": true}, {"sale": "L-2", "balance_due": "5.00"}]);
        let (account, by_age) = (account(handle), |debts: &serde_json::Value| {
            let mut debts = debts.as_array().unwrap().clone();
            debts.sort_by_key(|debt| debt["sale"].to_string());
            debts
        });
        assert_eq!((&account["due"], by_age(&account["debts"])), (&"5.00".into(), by_age(&owed)));
    }
    ask(
        &one,
        r#"{"type": "account_payment", "id": "A-1", "at": "2026-11-27T10:00:00Z", "customer": "ben",
        "payments": [{"tender": "cash", "amount": "7.00"}]}"#,
    );
    let paper = r#""shop": "THE SHOP", "at": "2026-11-27T10:00:00Z""#;
    let receipt = ask(&one, &format!(r#"{{"ask": "receipt", "account_payment": "A-1", {paper}}}"#));
    let rows = receipt["receipt"].as_str().unwrap();
    assert!(receipt["account_payment"] == "A-1" && rows.contains("Account payment A-1"), "{receipt}");
    assert!(rows.contains("paid: cash                            7.00\n"), "{receipt}");
    let told = refused(&one, &format!(r#"{{"ask": "receipt", "account_payment": "A-2", {paper}}}"#));
    assert!(told.starts_with("invalid_document: no account payment has the id A-2"), "{told}");
    let told =
        refused(&one, &format!(r#"{{"ask": "receipt", "account_payment": "A-1", "sale": "L-2", {paper}}}"#));
    assert!(told.starts_with("invalid_document: account_payment: "), "{told}");
    assert_eq!(account(&one)["credit"], serde_json::json!([{"tender": "cash", "amount": "2.00"}]));
    // What is wrong with the lines, or with whom they are handed to, is said by the line.
    let nobody = Handle::new();
    let receive = format!(r#"{{"ask": "receive", "from": "{}"}}"#, lines.display());
    let told = refused(&nobody, &receive);
    assert!(told.starts_with("no_name: "), "{told}");
    fs::write(&lines, "\n{}\n").unwrap();
    let told = refused(&one, &receive);
    assert!(told.starts_with("not_united: line 2"), "{told}");
    assert!(last_error().contains(r#""line":"2""#), "{}", last_error());
    let (status, _) = one.json(&format!(r#"{{"ask": "export", "to": "{}.export"}}"#, lines.display()));
    assert_eq!(status, REGULARS_INVALID_SETTING, "{}", last_error());
    fs::remove_file(&lines).unwrap();
}

/// It is the same ledger by its new name and by a link, with what stands beside it under the old one.
#[test]
fn a_ledger_that_got_another_name_is_known() {
    let (one, two) = (shop(), shop());
    let (link, renamed) = (beside(&two, "link"), beside(&two, "renamed"));
    symlink(two.file(), &link).unwrap();
    // SAFETY: a handle is looked up and never followed.
    assert_eq!(unsafe { regulars_close(two.raw) }, REGULARS_OK);
    let raw = crate::handle::open(&link).unwrap();
    let refused = |file: &Path| {
        let from = text(file.to_str().unwrap());
        // SAFETY: there is as much as is said.
        let status = unsafe { regulars_receive(one.raw, from.bytes, from.length, ptr::null_mut()) };
        assert_eq!(status, REGULARS_INVALID_SETTING, "{}: {}", file.display(), last_error());
    };
    refused(&beside(&two, "shm"));
    fs::rename(two.file(), &renamed).unwrap();
    refused(&renamed);
    refused(&beside(&two, "shm"));
    fs::rename(&renamed, two.file()).unwrap();
    // SAFETY: as above.
    assert_eq!(unsafe { regulars_close(raw) }, REGULARS_OK);
    fs::remove_file(&link).unwrap();
}

/// What may have been done can't be asked for again with a larger buffer.
#[test]
fn a_refusal_of_what_changes_something_fits_the_buffer() {
    let handle = shop();
    ask(&handle, r#"{"ask": "share", "register": "till-1"}"#);
    let call = |question: &str, capacity: usize| {
        let (mut buffer, mut length, question) = (vec![0_u8; capacity], 0, text(question));
        // SAFETY: there is as much as is said.
        let status = unsafe {
            let out = buffer.as_mut_ptr().cast();
            regulars_call_json(handle.raw, question.bytes, question.length, out, capacity, &raw mut length)
        };
        buffer.truncate(length);
        (status, String::from_utf8(buffer).unwrap())
    };
    let long = format!("/nowhere/{}", "ä/".repeat(900));
    let question = format!(r#"{{"ask": "receive", "from": "{long}"}}"#);
    let (status, answer) = call(&question, 256);
    assert_eq!(status, REGULARS_FILE_FAILED, "{answer}");
    assert!(answer.len() <= 256 && answer.starts_with(r#"{"error":"file_failed","#), "{answer}");
    assert!(answer.contains(r#""message":"/nowhere/ä/"#) && answer.ends_with("…\"}"), "{answer}");
    assert!(last_error().contains(&long));
    // With room it is whole, and without any nothing is tried.
    let (status, answer) = call(&question, 1 << 16);
    assert!(status == REGULARS_FILE_FAILED && answer.contains(&long), "{answer}");
    assert_eq!(call(&question, 255).0, REGULARS_BUFFER_TOO_SMALL);
    // What changes nothing is asked for again.
    let hints = format!(r#"{{"ask": "explain", "sale": "{}"}}"#, "S".repeat(64));
    assert_eq!(call(&hints, 40).0, REGULARS_BUFFER_TOO_SMALL);
    let told = refused(&handle, &format!(r#"{{"ask": "export", "to": "{}"}}"#, "x".repeat(4097)));
    assert!(told.starts_with("invalid_document: to: "), "{told}");
}

/// How many locks there are on a file and the two beside it, where the system says so. It tells them a piece at a time,
/// so that one may be told twice or not at all while other tests take some: three times the same is true.
fn locks_on(file: &Path) -> usize {
    let numbers = ["", "-wal", "-shm"].map(|end| {
        let about = fs::metadata(format!("{}{end}", file.display()));
        about.map_or(String::new(), |about| format!(":{} ", about.ino()))
    });
    let told = || {
        let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
        let is_one = |line: &&str| numbers.iter().any(|number| !number.is_empty() && line.contains(number));
        locks.lines().filter(is_one).count()
    };
    for _ in 0..1000 {
        let first = told();
        if (0..3).all(|_| told() == first) {
            return first;
        }
    }
    panic!("the locks change all the time");
}

/// A member without a meaning can be given one later, since nobody has put something else there.
#[test]
fn reserved_members_are_zero() {
    let handle = shop();
    let raw = handle.raw;
    let header = regulars_header { at_ms: AT, id: text("S-2"), ..zeroed() };
    let sale = regulars_sale { reserved: 1, ..zeroed() };
    let refused = |status: i32, member: &str| {
        assert_eq!(status, REGULARS_OUT_OF_RANGE, "{member}");
        assert!(last_error().contains(member), "{}", last_error());
    };
    // SAFETY: there is as much as is said.
    unsafe {
        refused(regulars_sale_begin(raw, &raw const header, &raw const sale), "sale.reserved");
        let sale = zeroed::<regulars_sale>();
        assert_eq!(regulars_sale_begin(raw, &raw const header, &raw const sale), REGULARS_OK);
        let good = regulars_line {
            id: text("1"),
            product: text("mug"),
            quantity_value: 1,
            unit_price: 795,
            ..zeroed()
        };
        let lines = [good, regulars_line { reserved: 1, id: text("2"), ..good }];
        let size = size_of::<regulars_line>();
        refused(regulars_sale_add_lines(raw, lines.as_ptr(), 2, size), "lines[1].reserved");
        let payment = regulars_payment { reserved: 1, tender: text("cash"), amount: 795, ..zeroed() };
        let paid = regulars_sale_add_payments(raw, &raw const payment, 1, size_of::<regulars_payment>());
        refused(paid, "payments[0].reserved");
        let reward = regulars_reward { reserved: 1, reward: text("mug"), ..zeroed() };
        refused(regulars_sale_add_reward(raw, &raw const reward), "rewards[0].reserved");
        let options = regulars_options { reserved: 1, ..zeroed() };
        let (path, mut other) = (text("/nowhere"), ptr::null_mut());
        let opened =
            regulars_open(REGULARS_ABI_VERSION, path.bytes, path.length, &raw const options, &raw mut other);
        refused(opened, "options.reserved");
        let (scan, mut length) = (regulars_scan { reserved: 1, ..zeroed() }, 0);
        let (pixel, none) = (&raw const header, ptr::null_mut());
        let scanned = regulars_scan_grey(pixel.cast(), 1, 1, 1, &raw const scan, none, 0, &raw mut length);
        refused(scanned, "options.reserved");
        let card = regulars_card { reserved: 1, ..zeroed() };
        refused(regulars_card_png(&raw const card, ptr::null_mut(), 0, &raw mut length), "card.reserved");
        // Of two lines with one that is wrong none was added.
        assert_eq!(regulars_sale_remove_line(raw, 0), REGULARS_OUT_OF_RANGE);
        assert_eq!(regulars_sale_cancel(raw), REGULARS_OK);
    }
}

/// Both doors take as much, and a sale that was refused is as it was.
#[test]
fn both_doors_have_the_same_limits() {
    let limits = Limits::default();
    assert_eq!((REGULARS_MOST_ITEMS, REGULARS_MOST_ITEMS), (limits.lines, limits.sales));
    assert_eq!((REGULARS_MOST_PARTS, REGULARS_MOST_JSON), (limits.payments, limits.bytes));
    let handle = shop();
    let raw = handle.raw;
    let header = regulars_header { at_ms: AT, id: text("S-2"), ..zeroed() };
    let (sale, size) = (zeroed::<regulars_sale>(), size_of::<regulars_payment>());
    let line =
        regulars_line { id: text("1"), product: text("mug"), quantity_value: 1, unit_price: 200, ..zeroed() };
    let cents = vec![regulars_payment { tender: text("cash"), amount: 1, ..zeroed() }; 201];
    let (mut state, mut outcome) = (0, zeroed::<regulars_outcome>());
    // SAFETY: there is as much as is said.
    unsafe {
        assert_eq!(regulars_sale_begin(raw, &raw const header, &raw const sale), REGULARS_OK);
        assert_eq!(regulars_sale_add_lines(raw, &raw const line, 1, size_of::<regulars_line>()), REGULARS_OK);
        assert_eq!(regulars_sale_add_payments(raw, cents.as_ptr(), 201, size), REGULARS_TOO_LONG);
        assert_eq!(regulars_sale_add_payments(raw, cents.as_ptr(), 199, size), REGULARS_OK);
        // Loyalty of nobody: refused, and all that was added is there still.
        let loyalty = regulars_payment { tender: text("loyalty"), amount: 1, ..zeroed() };
        assert_eq!(regulars_sale_add_payments(raw, &raw const loyalty, 1, size), REGULARS_OK);
        assert_eq!(regulars_sale_add_payments(raw, cents.as_ptr(), 1, size), REGULARS_TOO_LONG);
        for _ in 0..2 {
            let refused = regulars_sale_settle(raw, 0, &raw mut state, &raw mut outcome);
            assert!((100..200).contains(&refused), "{refused}");
        }
        assert_eq!(regulars_sale_quote(raw, &raw mut outcome), REGULARS_OK);
        assert_eq!(outcome.due, 200);
        assert_eq!(regulars_sale_clear_payments(raw), REGULARS_OK);
        let paid = regulars_payment { tender: text("cash"), amount: 200, ..zeroed() };
        assert_eq!(regulars_sale_add_payments(raw, &raw const paid, 1, size), REGULARS_OK);
        assert_eq!(regulars_sale_settle(raw, 0, &raw mut state, &raw mut outcome), REGULARS_OK);
        assert_eq!(
            (outcome.due, outcome.sale_state, state),
            (200, REGULARS_STATE_SETTLED, REGULARS_STATE_SETTLED)
        );
        assert_eq!(regulars_sale_cancel(raw), REGULARS_NO_SALE);
    }
}
