//! What a register can do beside documents, through the C interface.

use std::fs;
use std::path::PathBuf;
use std::ptr;

use regulars::capi::*;

use crate::handle::{Handle, copied, last_error, open, status_name, text, zeroed};

const PROGRAM: &str = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "time_zone": "Europe/Berlin",
    "earn": [{"by": "amount", "rate": "1"}],
    "rewards": [{"id": "mug", "cost": "50", "gives": {"kind": "amount_off", "amount": "5.00"}}]}"#;
const AT: i64 = 1_795_683_600_000;
const NOW: &str = "2026-11-26T10:00:00+01:00";

/// A ledger in which Ada has joined and bought for 20.00, by documents.
pub fn shop() -> Handle {
    let handle = Handle::new();
    for document in [
        format!(r#"{{"type": "set_program", "at": "{NOW}", "program": {PROGRAM}}}"#),
        format!(
            r#"{{"type": "enrol", "id": "E-1", "at": "{NOW}", "customer": "ada", "code": "2900000000179",
                "name": "Ada Lovelace", "phone": "030 123456", "email": "ada@example.org"}}"#
        ),
        format!(
            r#"{{"type": "sale", "sale": "S-1", "at": "{NOW}", "customer": "ada",
                "lines": [{{"id": "1", "product": "coat", "quantity": "1", "unit_price": "20.00"}}],
                "payments": [{{"tender": "cash", "amount": "20.00"}}]}}"#
        ),
    ] {
        let (status, answer) = handle.json(&document);
        assert_eq!(status, REGULARS_OK, "{answer}");
    }
    handle
}

/// Asks, and expects an answer.
pub fn ask(handle: &Handle, question: &str) -> serde_json::Value {
    let (status, answer) = handle.json(question);
    assert_eq!(status, REGULARS_OK, "{question}: {answer}");
    serde_json::from_str(&answer).unwrap()
}

/// Asks what can't be answered.
pub fn refused(handle: &Handle, question: &str) -> String {
    let (status, answer) = handle.json(question);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["error"].as_str().unwrap(), status_name(status));
    format!("{}: {}", answer["error"].as_str().unwrap(), answer["message"].as_str().unwrap())
}

#[test]
fn questions_are_answered_by_both_doors_alike() {
    let handle = shop();
    let raw = handle.raw;
    let at = format!(r#""at": "{NOW}""#);

    let hints = ask(&handle, &format!(r#"{{"ask": "hints", "customer": "ada", {at}}}"#));
    assert_eq!(hints["rewards"][0]["missing"], "30");
    let (ada, sale, shop) = (text("ada"), text("S-1"), text("THE SHOP"));
    // SAFETY: there is as much as is said.
    let told = copied(|out, capacity, length| unsafe {
        regulars_hints(raw, ada.bytes, ada.length, ptr::null(), 0, AT, out, capacity, length)
    });
    assert!(told.unwrap().contains("30"));

    let explained = ask(&handle, r#"{"ask": "explain", "sale": "S-1"}"#);
    let sentences: Vec<&str> =
        explained["sentences"].as_array().unwrap().iter().map(|row| row.as_str().unwrap()).collect();
    // SAFETY: there is as much as is said.
    let told = copied(|out, capacity, length| unsafe {
        regulars_explain(raw, sale.bytes, sale.length, out, capacity, length)
    });
    assert_eq!(told.unwrap(), sentences.join("\n") + "\n");
    assert!(sentences[0].starts_with("coat: 20 points"), "{sentences:?}");

    let receipt = ask(&handle, &format!(r#"{{"ask": "receipt", "sale": "S-1", "shop": "THE SHOP", {at}}}"#));
    // SAFETY: there is as much as is said.
    let printed = copied(|out, capacity, length| unsafe {
        regulars_receipt_text(
            raw,
            sale.bytes,
            sale.length,
            shop.bytes,
            shop.length,
            AT,
            out,
            capacity,
            length,
        )
    });
    let printed = printed.unwrap();
    assert_eq!(receipt["receipt"], printed);
    assert!(printed.contains("2026-11-26 10:00") && printed.contains("LOYALTY BALANCE"), "{printed}");
    let (mut bytes, mut length) = (vec![0_u8; 1 << 16], 0);
    // SAFETY: there is as much as is said.
    let status = unsafe {
        let (out, capacity) = (bytes.as_mut_ptr(), bytes.len());
        let (flags, length) = (REGULARS_ESC_POS_CUT, &raw mut length);
        regulars_receipt_esc_pos(
            raw,
            sale.bytes,
            sale.length,
            shop.bytes,
            shop.length,
            AT,
            REGULARS_ROLL_58,
            shop.bytes,
            shop.length,
            flags,
            out,
            capacity,
            length,
        )
    };
    assert_eq!(status, REGULARS_OK);
    assert!(
        bytes[..length].starts_with(b"\x1b@") && bytes[..length].windows(8).any(|part| part == b"THE SHOP")
    );
    let slip = text(&printed);
    // SAFETY: there is as much as is said.
    let slip = copied(|out, capacity, length| unsafe {
        let (roll, cut) = (REGULARS_ROLL_58, REGULARS_ESC_POS_CUT);
        regulars_text_esc_pos(
            slip.bytes,
            slip.length,
            roll,
            shop.bytes,
            shop.length,
            cut,
            out.cast(),
            capacity,
            length,
        )
    });
    assert_eq!(slip.unwrap().as_bytes(), &bytes[..length], "a receipt is a text like any other");
}

/// From what sales say a drawer can be counted: what an exchange carries has left none, and has come into none (R21).
#[test]
fn what_an_exchange_carries_is_told_apart() {
    let handle = shop();
    let exchange = format!(
        r#"{{"type": "exchange", "id": "X-1", "at": "{NOW}", "of": "S-1", "lines": [{{"id": "1", "quantity": "1"}}],
        "sale": {{"id": "S-X", "at": "{NOW}", "customer": "ada",
        "lines": [{{"id": "1", "product": "hat", "quantity": "1", "unit_price": "15.00"}}]}}}}"#
    );
    ask(&handle, &exchange);
    let sums = |sale: &str| {
        let stands = ask(&handle, &format!(r#"{{"ask": "sale", "sale": "{sale}"}}"#));
        ["paid", "returned", "refunded", "carried_out", "carried_in"].map(|name| stands[name].to_string())
    };
    let money = |amounts: [&str; 5]| amounts.map(|amount| format!("\"{amount}\""));
    assert_eq!(sums("S-1"), money(["20.00", "20.00", "5.00", "15.00", "0.00"]));
    assert_eq!(sums("S-X"), money(["15.00", "0.00", "0.00", "0.00", "15.00"]));
    ask(&handle, &format!(r#"{{"type": "void", "id": "V-1", "at": "{NOW}", "of": "S-X"}}"#));
    // What came and went of a voided one stays to be counted: 20.00 came, and 5.00 and 15.00 went back.
    assert_eq!(sums("S-X"), money(["15.00", "0.00", "15.00", "0.00", "15.00"]));
    ask(&handle, &format!(r#"{{"type": "void", "id": "V-2", "at": "{NOW}", "of": "S-1"}}"#));
    assert_eq!(sums("S-1"), money(["20.00", "0.00", "5.00", "15.00", "0.00"]));
    let tenders =
        |sale: &str| ask(&handle, &format!(r#"{{"ask": "sale", "sale": "{sale}"}}"#))["tenders"].to_string();
    let cash = |sums: &str| format!(r#"[{{{sums},"tender":"cash"}}]"#);
    let of_the_old = r#""carried_in":"0.00","carried_out":"15.00","paid":"20.00","refunded":"5.00""#;
    assert_eq!(tenders("S-1"), cash(of_the_old));
    let of_the_new = r#""carried_in":"15.00","carried_out":"0.00","paid":"15.00","refunded":"15.00""#;
    assert_eq!(tenders("S-X"), cash(of_the_new));
}

/// A cashier says what will come of a document before it is handed in, and goes on with what another one put aside.
#[test]
fn what_will_come_is_told_and_what_was_put_aside_is_given_back() {
    let handle = shop();
    let before = ask(&handle, r#"{"ask": "verify"}"#).to_string();
    let back = format!(
        r#"{{"type": "return", "id": "B-1", "at": "{NOW}", "of": "S-1", "lines": [{{"id": "1", "quantity": "0.5"}}]}}"#
    );
    let told = ask(&handle, &format!(r#"{{"ask": "preview", "document": {back}}}"#));
    assert_eq!((&told["refund"]["cash"], &told["clawed_back"]), (&"10.00".into(), &"10".into()));
    assert_eq!(ask(&handle, r#"{"ask": "verify"}"#).to_string(), before);
    assert_eq!(ask(&handle, &back), told);
    let program = format!(r#"{{"type": "set_program", "at": "{NOW}", "program": {PROGRAM}}}"#);
    assert!(refused(&handle, &format!(r#"{{"ask": "preview", "document": {program}}}"#)).contains("dry_run"));
    let void = format!(r#"{{"type": "void", "id": "V-9", "at": "{NOW}", "of": "S-9"}}"#);
    assert!(
        refused(&handle, &format!(r#"{{"ask": "preview", "document": {void}}}"#)).contains("unknown_sale")
    );

    let aside = format!(
        r#"{{"type": "sale", "sale": "S-2", "at": "{NOW}", "customer": "ada", "discount": "1.00", "parked": true,
        "lines": [{{"id": "1", "product": "hat", "quantity": "1", "unit_price": "15.00", "category": "hats"}}]}}"#
    );
    ask(&handle, &aside);
    let mut given = ask(&handle, r#"{"ask": "document", "sale": "S-2"}"#);
    assert_eq!((&given["lines"][0]["category"], &given["discount"]), (&"hats".into(), &"1.00".into()));
    given["parked"] = false.into();
    given["payments"] = serde_json::json!([{"tender": "cash", "amount": "14.00"}]);
    assert_eq!(ask(&handle, &given.to_string())["settled"][0], "S-2");
    assert!(refused(&handle, r#"{"ask": "document", "sale": "S-9"}"#).contains("unknown_sale"));
}

/// A quote says that the customer can't pay for a reward, before a terminal has taken money for the rest (R14).
#[test]
fn a_quote_refuses_rewards_that_cannot_be_paid() {
    let handle = shop();
    let basket = format!(
        r#"{{"type": "sale", "sale": "S-2", "at": "{NOW}", "customer": "ada", "rewards": [{{"reward": "mug"}}],
        "lines": [{{"id": "1", "product": "hat", "quantity": "1", "unit_price": "15.00"}}]}}"#
    );
    let quote = format!(r#"{{"ask": "quote", "sale": {basket}}}"#);
    assert!(refused(&handle, &quote).starts_with("insufficient_balance: "));
    ask(
        &handle,
        &format!(r#"{{"type": "import", "id": "I-1", "at": "{NOW}", "customer": "ada", "units": "30"}}"#),
    );
    assert_eq!(ask(&handle, &quote)["due"], "10.00");
    // What is held for it pays, and what is held for something else doesn't.
    let hold = |id: &str, units: &str| {
        format!(
            r#"{{"type": "reserve", "id": "{id}", "at": "{NOW}", "customer": "ada", "units": "{units}"}}"#
        )
    };
    ask(&handle, &hold("H-1", "1"));
    assert!(refused(&handle, &quote).starts_with("insufficient_balance: "));
    ask(
        &handle,
        &format!(r#"{{"type": "import", "id": "I-2", "at": "{NOW}", "customer": "ada", "units": "1"}}"#),
    );
    ask(&handle, &hold("H-2", "50"));
    let held = quote.replace(r#"{"reward": "mug"}"#, r#"{"reward": "mug", "reservation": "H-2"}"#);
    assert_eq!(ask(&handle, &held)["due"], "10.00");
}

/// What was kept of a refund is told by both doors, as the drawer has it still (R19).
#[test]
fn what_was_kept_of_a_refund_is_told() {
    let program = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.1"}],
        "redemption": {"value": "1"}, "returns": {"negative_balance": "deduct_from_refund"}}"#;
    let handle = Handle::new();
    ask(&handle, &format!(r#"{{"type": "set_program", "at": "{NOW}", "program": {program}}}"#));
    for document in [
        r#"{"type": "sale", "sale": "S-1", "at": "NOW", "customer": "ada", "payments": [{"tender": "cash", "amount": "20.00"}],
            "lines": [{"id": "1", "product": "coat", "quantity": "1", "unit_price": "20.00"}]}"#,
        r#"{"type": "redeem", "id": "R-1", "at": "NOW", "customer": "ada", "units": "1.50"}"#,
        r#"{"type": "return", "id": "B-1", "at": "NOW", "of": "S-1", "lines": [{"id": "1", "quantity": "1"}]}"#,
    ] {
        ask(&handle, &document.replace("NOW", NOW));
    }
    let (mut sums, sale, mut length) = (zeroed::<regulars_sale_sums>(), text("S-1"), 0);
    let mut whose = [0; 64];
    // SAFETY: there is as much as is said.
    let status = unsafe {
        let (sums, whose) = (&raw mut sums, whose.as_mut_ptr());
        regulars_look_at_sale(handle.raw, sale.bytes, sale.length, sums, whose, 64, &raw mut length)
    };
    assert_eq!((status, sums.refunded, sums.kept_from_refund), (REGULARS_OK, 2000, 150));
    assert_eq!(ask(&handle, r#"{"ask": "sale", "sale": "S-1"}"#)["kept_from_refund"], "1.50");
}

#[test]
fn questions_of_programs_baskets_and_balances_are_answered() {
    let handle = shop();
    let (raw, at, ada, program) = (handle.raw, format!(r#""at": "{NOW}""#), text("ada"), text(PROGRAM));
    let stands = ask(&handle, r#"{"ask": "sale", "sale": "S-1"}"#);
    assert_eq!(
        stands.to_string(),
        concat!(
            r#"{"balance_due":"0.00","carried_in":"0.00","carried_out":"0.00","claimable":"0","clawed_back":"0","#,
            r#""customer":"ada","discount":"0.00","due":"20.00","earned":"20","kept_from_refund":"0.00","lines":[{"discount":"0.00","id":"1","product":"coat","quantity":"1","returned":"0","#,
            r#""unit_price":"20.00"}],"paid":"20.00","paid_in_loyalty":"0.00","refunded":"0.00","returned":"0.00","#,
            r#""sale":"S-1","spent":"0","state":"settled","#,
            r#""tenders":[{"carried_in":"0.00","carried_out":"0.00","paid":"20.00","refunded":"0.00","tender":"cash"}]}"#
        )
    );
    assert_eq!(ask(&handle, r#"{"ask": "program"}"#)["program"]["id"], "p");
    let question = format!(r#"{{"ask": "dry_run", "program": {PROGRAM}, {at}}}"#);
    // SAFETY: there is as much as is said.
    let dry_run = copied(|out, capacity, length| unsafe {
        regulars_dry_run(raw, program.bytes, program.length, AT, out, capacity, length)
    });
    assert_eq!(
        ask(&handle, &question).to_string(),
        serde_json::from_str::<serde_json::Value>(&dry_run.unwrap()).unwrap().to_string()
    );
    let basket = format!(
        r#"{{"ask": "quote", "sale": {{"type": "sale", "sale": "Q", {at}, "customer": "ada", "lines":
            [{{"id": "1", "product": "cup", "quantity": "2", "unit_price": "3.50"}}]}}}}"#
    );
    let quote = ask(&handle, &basket);
    assert_eq!((quote["due"].as_str(), quote["forecast_earned"].as_str()), (Some("7.00"), Some("7")));
    let mut balance = 0;
    // SAFETY: there is as much as is said.
    assert_eq!(unsafe { regulars_balance(raw, ada.bytes, ada.length, AT, &raw mut balance) }, REGULARS_OK);
    assert_eq!(balance, 20);
}

/// A till that takes a parked sale up again reads what it was.
#[test]
fn a_parked_sale_is_told_with_its_discounts() {
    let handle = shop();
    let parked = format!(
        r#"{{"type": "sale", "sale": "S-2", "at": "{NOW}", "parked": true, "discount": "2.00", "lines":
            [{{"id": "1", "product": "coat", "quantity": "1", "unit_price": "20.00", "discount": "0.50"}}]}}"#
    );
    assert_eq!(handle.json(&parked).0, REGULARS_OK);
    let told = ask(&handle, r#"{"ask": "sale", "sale": "S-2"}"#);
    assert_eq!((&told["state"], &told["discount"]), (&"parked".into(), &"2.00".into()));
    assert_eq!(
        told["lines"].to_string(),
        r#"[{"discount":"0.50","id":"1","product":"coat","quantity":"1","returned":"0","unit_price":"20.00"}]"#
    );
}

#[test]
fn questions_that_are_none_are_refused() {
    let handle = shop();
    for (question, said) in [
        (r#"{"ask": "weather"}"#, "invalid_document: ask: expected quote, preview, spendable, hints, "),
        (r#"{"ask": 7}"#, "invalid_document: ask: expected a text"),
        (r#"{"ask": "explain"}"#, "invalid_document: sale: expected a text"),
        (r#"{"ask": "explain", "sale": "S-9"}"#, "unknown_sale: there is no sale S-9"),
        (r#"{"ask": "verify", "fast": true}"#, "invalid_document: fast: "),
        (
            r#"{"ask": "hints", "customer": "ada", "at": "today"}"#,
            "invalid_document: at: expected a time with its offset",
        ),
        (r#"{"ask": "acknowledge", "operation": "x"}"#, "invalid_document: operation: "),
        (r#"{"ask": "export", "to": 7}"#, "invalid_document: to: expected a text"),
        ("[]", "invalid_document: "),
    ] {
        let told = refused(&handle, question);
        assert!(told.starts_with(said), "{question}: {told}");
    }
}

#[test]
fn what_is_scanned_is_what_the_ledger_says() {
    let handle = shop();
    let settings =
        text(r#"{"scales": ["21IIIIIWW.WWWC"], "cards": ["29NNNNNNNNNNC"], "coupon_prefixes": ["GIFT"]}"#);
    // SAFETY: there is as much as is said.
    unsafe {
        assert_eq!(regulars_set_codes(handle.raw, settings.bytes, settings.length), REGULARS_OK);
    }
    let resolve = |code: &str, symbology: &str| {
        let (code, symbology) = (text(code), text(symbology));
        let mut resolved = zeroed::<regulars_resolved>();
        let place = &raw mut resolved;
        let said = copied(|out, capacity, length| {
            // SAFETY: there is as much as is said.
            unsafe {
                regulars_resolve(
                    handle.raw,
                    code.bytes.cast(),
                    code.length,
                    symbology.bytes,
                    symbology.length,
                    ptr::null(),
                    0,
                    ptr::null(),
                    0,
                    AT,
                    place,
                    out,
                    capacity,
                    length,
                )
            }
        });
        (said, resolved.kind, resolved.measure_value, resolved.measure_scale)
    };
    let is = |said: &str, kind| (Ok(said.to_string()), kind, 0, 0);
    assert_eq!(resolve("2900000000179", "ean_13"), is("ada", REGULARS_CODE_CUSTOMER));
    assert_eq!(resolve("]E02900000000179", ""), is("ada", REGULARS_CODE_CUSTOMER));
    assert_eq!(resolve("4006381333931", "ean_13"), is("04006381333931", REGULARS_CODE_ARTICLE));
    assert_eq!(resolve("GIFT5", "code_128"), is("GIFT5", REGULARS_CODE_COUPON));
    assert_eq!(resolve("4006381333932", "ean_13"), is("misread", REGULARS_CODE_UNKNOWN));
    let weighed = resolve("2100042012509", "ean_13");
    assert_eq!(weighed, (Ok("00042".to_string()), REGULARS_CODE_WEIGHED, 1250, 3));
    assert_eq!(resolve("1", "morse").0, Err(REGULARS_INVALID_DOCUMENT));
    let empty =
        format!(r#"{{"ask": "resolve", "code": "2100042000001", "symbology": "ean_13", "at": "{NOW}"}}"#);
    let told = ask(&handle, &empty);
    assert_eq!((told["why"].as_str(), told["article"].as_str()), (Some("nothing_weighed"), Some("00042")));
    assert_eq!(told["message"], "article 00042 has no weight on its label: ask for it");
    let question =
        format!(r#"{{"ask": "resolve", "code": "2100042012509", "symbology": "ean_13", "at": "{NOW}"}}"#);
    assert_eq!(ask(&handle, &question).to_string(), r#"{"kind":"weighed","measure":"1.250","text":"00042"}"#);

    let operation = text("till-1");
    // SAFETY: there is as much as is said.
    let named = unsafe { regulars_acknowledge(handle.raw, operation.bytes, operation.length) };
    assert_eq!(named, REGULARS_INVALID_DOCUMENT);

    // A name that was mistyped would be as if nothing had been said: all kinds of tokens, for example.
    let key = |more: &str| format!(r#"{{"keys": [{{"id": 1, "short": "{}", {more}}}]}}"#, "07".repeat(32));
    let (kind, days) = (key(r#""kind": ["receipt"]"#), key(r#""days": "2026-11-27""#));
    for settings in [
        "{",
        "[]",
        r#"{"cards": ["x"]}"#,
        r#"{"scales": ["29IIIIIWW.WWWC"], "cards": ["29NNNNNNNNNNC"]}"#,
        r#"{"fast": true}"#,
        r#"{"keys": [{"id": 1, "short": "00"}]}"#,
        r#"{"card_forms": [{"symbology": "code_128", "pattern": "70NNNNNN", "patern": "7"}]}"#,
        r#"{"card_forms": [{"symbology": "morse", "pattern": "70NNNNNN"}]}"#,
        &kind,
        &days,
    ] {
        let settings = text(settings);
        // SAFETY: there is as much as is said.
        let status = unsafe { regulars_set_codes(handle.raw, settings.bytes, settings.length) };
        assert!([REGULARS_INVALID_SETTING, REGULARS_NOT_BUILT].contains(&status), "{status}");
    }
    assert_eq!(
        resolve("2900000000179", "ean_13"),
        is("ada", REGULARS_CODE_CUSTOMER),
        "what was set before holds"
    );
}

/// Who had it would be found by each such article: both doors refuse it, once the shop has said what its codes look like.
#[test]
fn an_articles_number_is_given_to_nobody() {
    let handle = shop();
    let (ada, code, fresh) = (text("ada"), text("4006381333931"), text("CARD-17"));
    let head = regulars_header { at_ms: AT, ..zeroed() };
    // SAFETY: there is as much as is said.
    let set_code = |code: regulars_text| unsafe {
        let (raw, head) = (handle.raw, &raw const head);
        regulars_set_code(raw, head, ada.bytes, ada.length, code.bytes, code.length, ptr::null_mut())
    };
    // SAFETY: there is as much as is said.
    let enrol = |code: regulars_text| unsafe {
        let (profile, bob) = (regulars_profile { code, ..zeroed() }, text("bob"));
        regulars_enrol(
            handle.raw,
            &raw const head,
            bob.bytes,
            bob.length,
            &raw const profile,
            ptr::null_mut(),
        )
    };
    // SAFETY: there is as much as is said.
    let find = |code: regulars_text| unsafe {
        let (raw, head, none) = (handle.raw, &raw const head, ptr::null());
        regulars_find_code(raw, head, code.bytes, code.length, none, 0, ptr::null_mut())
    };
    assert_eq!(set_code(code), REGULARS_OK, "nobody said what is an article's");
    let settings = text(r#"{"cards": ["29NNNNNNNNNNC"]}"#);
    // SAFETY: there is as much as is said.
    assert_eq!(unsafe { regulars_set_codes(handle.raw, settings.bytes, settings.length) }, REGULARS_OK);
    let ways: [&dyn Fn(regulars_text) -> i32; 3] = [&set_code, &enrol, &find];
    for given in ways {
        assert_eq!(given(code), REGULARS_INVALID_DOCUMENT);
        assert!(last_error().contains("which has no article's number"), "{}", last_error());
    }
    let by_json = |document: &str| handle.json(&format!(r#"{{{document}, "at": "{NOW}"}}"#)).0;
    let code = r#""code": "4006381333931""#;
    for document in [r#""type": "set_code", "customer": "ada""#, r#""type": "enrol", "customer": "bob""#] {
        assert_eq!(by_json(&format!("{document}, {code}")), REGULARS_INVALID_DOCUMENT);
    }
    assert_eq!(by_json(&format!(r#""type": "scan", {code}"#)), REGULARS_INVALID_DOCUMENT);
    assert_eq!((set_code(fresh), find(fresh)), (REGULARS_OK, REGULARS_OK));
}

#[test]
fn two_registers_share_their_operations_by_files() {
    let (one, two) = (shop(), Handle::new());
    let beside = |end: &str| PathBuf::from(format!("{}-{end}", one.file().display()));
    let files = [beside("lines"), beside("copy"), beside("export")];
    let [lines, copy, export] = files.each_ref().map(|file| file.display().to_string());
    assert!(refused(&one, &format!(r#"{{"ask": "outbox", "to": "{lines}"}}"#)).starts_with("no_name: "));
    assert!(!files[0].exists(), "half a file is taken away");
    ask(&one, r#"{"ask": "share", "register": "till-1"}"#);
    assert!(refused(&one, r#"{"ask": "share", "register": "till-9"}"#).starts_with("other_register: "));
    assert_eq!(ask(&one, &format!(r#"{{"ask": "outbox", "to": "{lines}"}}"#))["operations"], 3);
    assert!(refused(&one, &format!(r#"{{"ask": "outbox", "to": "{lines}"}}"#)).starts_with("file_exists: "));

    ask(&two, r#"{"ask": "share", "register": "till-2"}"#);
    let receive = format!(r#"{{"ask": "receive", "from": "{lines}"}}"#);
    assert_eq!(ask(&two, &receive)["taken"], 3);
    assert_eq!(ask(&two, &receive)["known"], 3);
    let balance = |handle: &Handle| {
        ask(handle, &format!(r#"{{"type": "check", "at": "{NOW}", "customer": "ada"}}"#))["balance"].clone()
    };
    assert_eq!((balance(&one), balance(&two)), ("20".into(), "20".into()));
    assert_eq!(ask(&one, r#"{"ask": "acknowledge", "operation": "till-1/0/3"}"#)["acknowledged"], 3);
    assert!(
        refused(&one, r#"{"ask": "acknowledge", "operation": "till-1/0/9"}"#).starts_with("not_united: ")
    );

    let verified = ask(&two, r#"{"ask": "verify"}"#);
    assert_eq!((verified["operations"].as_u64(), verified["liability"].as_str()), (Some(3), Some("20")));
    assert_eq!(ask(&one, &format!(r#"{{"ask": "export", "to": "{export}"}}"#))["operations"], 3);
    assert_eq!(fs::read_to_string(&files[2]).unwrap().lines().count(), 4);
    ask(&one, &format!(r#"{{"ask": "backup", "to": "{copy}"}}"#));
    assert!(refused(&one, &format!(r#"{{"ask": "backup", "to": "{copy}"}}"#)).starts_with("file_exists: "));
    let copied = open(&files[1]).unwrap();
    let mut counted = zeroed::<regulars_verified>();
    // SAFETY: there is room.
    unsafe {
        assert_eq!(regulars_verify(copied, &raw mut counted), REGULARS_OK);
        assert_eq!(regulars_close(copied), REGULARS_OK);
    }
    assert_eq!((counted.operations, counted.customers, counted.liability), (3, 1, 20));
    files.iter().for_each(|file| fs::remove_file(file).unwrap());
}

#[test]
fn what_was_not_built_says_so_and_the_rest_says_what_it_can() {
    let handle = shop();
    // SAFETY: it needs nothing.
    let has = |feature: u32| regulars_features() & feature != 0;
    let (status, answer) = handle.json(r#"{"ask": "find", "name": "lov ad"}"#);
    let expected = if has(REGULARS_FEATURE_CONTACTS) { REGULARS_OK } else { REGULARS_NOT_BUILT };
    assert_eq!(status, expected, "{answer}");
    assert_eq!(has(REGULARS_FEATURE_CONTACTS), answer == r#"{"customers":["ada"]}"#);
    let grey = vec![255_u8; 64 * 48];
    let scan = |stride| {
        // SAFETY: there is as much as is said.
        copied(|out, capacity, length| unsafe {
            regulars_scan_grey(grey.as_ptr(), 64, 48, stride, ptr::null(), out, capacity, length)
        })
    };
    let nothing = if has(REGULARS_FEATURE_SCAN) { Ok("[]".to_string()) } else { Err(REGULARS_NOT_BUILT) };
    assert_eq!(scan(64), nothing);
    assert_eq!(scan(63), Err(REGULARS_INVALID_PICTURE));
    let told = refused(&handle, r#"{"ask": "find", "name": "lov ad", "email": "ada@example.org"}"#);
    assert!(told.starts_with("invalid_document: phone: expected one of phone, email and name"), "{told}");
    // Whatever it was built with.
    let with = |change: fn(&mut regulars_scan)| {
        let mut options = regulars_scan { flags: REGULARS_SCAN_ALL, ..zeroed() };
        change(&mut options);
        let options = &raw const options;
        // SAFETY: there is as much as is said.
        copied(|out, capacity, length| unsafe {
            regulars_scan_grey(grey.as_ptr(), 64, 48, 64, options, out, capacity, length)
        })
    };
    assert_eq!(with(|options| options.most = 256), nothing);
    assert_eq!(with(|options| options.most = 257), Err(REGULARS_OUT_OF_RANGE));
    assert_eq!(with(|options| options.formats = 255), nothing);
    assert_eq!(with(|options| options.formats = 256), Err(REGULARS_OUT_OF_RANGE));
}

/// Tokens are made and taken by one key; a till without it takes none, and one that was changed isn't taken.
#[cfg(feature = "tokens")]
#[test]
fn tokens_are_made_and_taken() {
    let handle = shop();
    let sale = format!(
        r#"{{"type": "sale", "sale": "S-2", "at": "{NOW}",
            "lines": [{{"id": "1", "product": "tea", "quantity": "1", "unit_price": "7.00"}}],
            "payments": [{{"tender": "cash", "amount": "7.00"}}]}}"#
    );
    // A program that lets sales be claimed.
    let program = PROGRAM.replace(r#""earn""#, r#""enrolment": {"claim_days": 14}, "earn""#);
    for document in [format!(r#"{{"type": "set_program", "at": "{NOW}", "program": {program}}}"#), sale] {
        assert_eq!(handle.json(&document).0, REGULARS_OK);
    }
    assert_eq!(handle.json(r#"{"ask": "token", "receipt": "S-2"}"#).0, REGULARS_INVALID_SETTING);
    let settings = format!(r#"{{"keys": [{{"id": 1, "signing": "{}"}}]}}"#, "07".repeat(32));
    let settings = text(&settings);
    // SAFETY: there is as much as is said.
    assert_eq!(unsafe { regulars_set_codes(handle.raw, settings.bytes, settings.length) }, REGULARS_OK);
    let token =
        ask(&handle, r#"{"ask": "token", "receipt": "S-2", "last_day": "2026-12-10"}"#)["token"].clone();
    let token = token.as_str().unwrap();
    let resolved = ask(&handle, &format!(r#"{{"ask": "resolve", "code": "{token}", "at": "{NOW}"}}"#));
    assert_eq!(resolved.to_string(), r#"{"kind":"receipt","text":"S-2"}"#);
    let claim = |id: &str, by: &str| {
        format!(r#"{{"type": "claim", "id": "{id}", "at": "{NOW}", "customer": "ada", {by}}}"#)
    };
    assert!(refused(&handle, &claim("C-1", r#""sale": "S-2""#)).starts_with("invalid_document: "));
    let forged = token.replacen('R', "P", 1);
    assert!(
        refused(&handle, &claim("C-1", &format!(r#""code": "{forged}""#))).starts_with("invalid_document: ")
    );
    // The day of the register's clock is the one on which tokens hold, and claims aren't dated back before it.
    let set_clock = |days: i64| {
        // SAFETY: the handle is open.
        let status = unsafe { regulars_set_clock(handle.raw, 1_795_683_600_000 + days * 86_400_000) };
        assert_eq!(status, REGULARS_OK);
    };
    set_clock(15);
    let by_code = format!(r#""code": "{token}""#);
    assert!(refused(&handle, &claim("C-1", &by_code)).contains("its last day was 2026-12-10"));
    set_clock(14);
    let told = refused(&handle, &claim("C-1", &by_code));
    assert!(told.starts_with("invalid_document: ") && told.contains("isn't dated back"), "{told}");
    set_clock(0);
    let claimed = ask(&handle, &claim("C-1", &by_code));
    assert_eq!(claimed["earned"], "7");
    // The sale has a customer by now; who joins by its token has joined.
    let join =
        format!(r#"{{"type": "enrol", "id": "E-9", "at": "{NOW}", "customer": "bob", "token": "{token}"}}"#);
    let joined = ask(&handle, &join);
    assert_eq!(
        (joined["balance"].as_str(), joined["claimed"]["error"].as_str()),
        (Some("0"), Some("already_claimed"))
    );
}

/// Of several secret keys the one makes a token that may make such, so that it is taken where the same keys are held.
#[cfg(feature = "tokens")]
#[test]
fn tokens_are_made_by_the_key_of_their_kind() {
    let handle = shop();
    let key = |id: u8, kind: &str| {
        format!(r#"{{"id": {id}, "short": "{}", "kinds": ["{kind}"]}}"#, format!("0{id}").repeat(32))
    };
    let keys = format!(r#"{{"keys": [{}, {}]}}"#, key(1, "receipt"), key(2, "punch_card"));
    let keys = text(&keys);
    // SAFETY: there is as much as is said.
    assert_eq!(unsafe { regulars_set_codes(handle.raw, keys.bytes, keys.length) }, REGULARS_OK);
    for (kind, name) in [("receipt", "S-1"), ("punch_card", "P-1")] {
        let token = ask(&handle, &format!(r#"{{"ask": "token", "{kind}": "{name}"}}"#))["token"].clone();
        let resolved = ask(&handle, &format!(r#"{{"ask": "resolve", "code": {token}, "at": "{NOW}"}}"#));
        assert_eq!((resolved["kind"].as_str(), resolved["text"].as_str()), (Some(kind), Some(name)));
    }
    let (status, _) = handle.json(r#"{"ask": "token", "enrolment": "DOOR"}"#);
    let told = last_error();
    assert_eq!(status, REGULARS_INVALID_SETTING);
    assert!(told.contains("of the kind enrolment") && told.contains(r#""kind":"enrolment""#), "{told}");
    // One of a key that isn't held says so, in words for the cashier.
    let token = ask(&handle, r#"{"ask": "token", "receipt": "S-1"}"#)["token"].clone();
    let others = format!(r#"{{"keys": [{}]}}"#, key(3, "receipt"));
    let others = text(&others);
    // SAFETY: there is as much as is said.
    assert_eq!(unsafe { regulars_set_codes(handle.raw, others.bytes, others.length) }, REGULARS_OK);
    let told = ask(&handle, &format!(r#"{{"ask": "resolve", "code": {token}, "at": "{NOW}"}}"#));
    assert_eq!(told["why"], "token", "{told}");
    assert!(told["message"].as_str().is_some_and(|message| message.contains("isn't taken")), "{told}");
}

/// A card is drawn, seen by a scanner, and found in the ledger.
#[cfg(all(feature = "label", feature = "scan"))]
#[test]
fn a_card_that_is_made_is_read_and_found() {
    let handle = shop();
    let card = regulars_card {
        symbology: text("ean_13"),
        code: text("2900000000179"),
        name: text("Ada Lovelace"),
        shop: text("THE SHOP"),
        ..zeroed()
    };
    let (mut png, mut length) = (vec![0_u8; 1 << 20], 0);
    // SAFETY: there is as much as is said.
    let status = unsafe { regulars_card_png(&raw const card, png.as_mut_ptr(), png.len(), &raw mut length) };
    assert_eq!(status, REGULARS_OK);
    let picture = image::load_from_memory(&png[..length]).unwrap().into_luma8();
    let (width, height) =
        (usize::try_from(picture.width()).unwrap(), usize::try_from(picture.height()).unwrap());
    // This build is slow, and so may be the machine.
    let options = regulars_scan { budget_ms: 60_000, ..zeroed() };
    let options = &raw const options;
    // SAFETY: there is as much as is said.
    let read = copied(|out, capacity, length| unsafe {
        regulars_scan_grey(picture.as_ptr(), width, height, width, options, out, capacity, length)
    });
    let read: serde_json::Value = serde_json::from_str(&read.unwrap()).unwrap();
    assert_eq!((read[0]["symbology"].as_str(), read[0]["aim"].as_str()), (Some("ean_13"), Some("]E0")));
    // Each format by its own name, and as many as there are.
    let read_by = |formats: u32| {
        let flags = REGULARS_SCAN_ALL | REGULARS_SCAN_WEAK;
        let options = regulars_scan { flags, formats, budget_ms: 60_000, ..zeroed() };
        let options = &raw const options;
        // SAFETY: there is as much as is said.
        let read = copied(|out, capacity, length| unsafe {
            regulars_scan_grey(picture.as_ptr(), width, height, width, options, out, capacity, length)
        });
        serde_json::from_str::<serde_json::Value>(&read.unwrap()).unwrap()
    };
    let as_ean_13 = read_by(REGULARS_FORMAT_EAN_13);
    assert_eq!(
        (as_ean_13[0]["symbology"].as_str(), as_ean_13.as_array().map(Vec::len)),
        (Some("ean_13"), Some(1))
    );
    assert_eq!(read_by(REGULARS_FORMAT_CODE_128), serde_json::json!([]));
    let code = read[0]["text"].as_str().unwrap();
    let question = format!(r#"{{"ask": "resolve", "code": "{code}", "aim": "]E0", "at": "{NOW}"}}"#);
    assert_eq!(ask(&handle, &question)["text"], "ada");

    for wrong in [
        regulars_card { code: text("2900000000178"), ..card },
        regulars_card { symbology: text("morse"), ..card },
    ] {
        // SAFETY: there is as much as is said.
        let status =
            unsafe { regulars_card_png(&raw const wrong, png.as_mut_ptr(), png.len(), &raw mut length) };
        assert_eq!(status, REGULARS_INVALID_CODE);
    }
}
