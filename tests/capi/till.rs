//! A till with a card terminal: who buys is known late, loyalty is set aside first, and what is kept can be read back.

use std::ptr;

use regulars::capi::*;

use crate::handle::{Handle, copied, last_error, none, text, zeroed};
use crate::whole::{ask, refused, shop};

const AT: i64 = 1_795_683_600_000;
const LATER: i64 = AT + 3_600_000;
const NOW: &str = "2026-11-26T10:00:00+01:00";

/// Points of 0.01, in steps of 100 from 200 on, for half of a sale at the most. Ada has 1250 of them.
fn points() -> Handle {
    let handle = Handle::new();
    let program = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "time_zone": "Europe/Berlin",
        "earn": [{"by": "amount", "rate": "1"}], "enrolment": {"claim_days": 30},
        "redemption": {"value": "0.01", "step": "100", "minimum": "200", "maximum_share": "0.5"},
        "expiry": {"by": "date", "month": 12, "day": 31, "after_years": 1},
        "tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "silver", "at": "10"}]},
        "punch_cards": [{"id": "coffee", "required": 2, "gives": {"kind": "free_item", "quantity": "1"}}],
        "rewards": [{"id": "off", "cost": "300", "gives": {"kind": "amount_off", "amount": "1.00"}}]}"#;
    ask(&handle, &format!(r#"{{"type": "set_program", "at": "{NOW}", "program": {program}}}"#));
    ask(
        &handle,
        &format!(r#"{{"type": "enrol", "at": "{NOW}", "customer": "ada", "email": "ada@example.org"}}"#),
    );
    ask(
        &handle,
        &format!(r#"{{"type": "import", "id": "I-1", "at": "{NOW}", "customer": "ada", "units": "1250"}}"#),
    );
    handle
}

fn header(id: &str) -> regulars_header {
    regulars_header { at_ms: LATER, id: text(id), ..zeroed() }
}

fn of(customer: &str) -> regulars_sale {
    regulars_sale { customer: text(customer), ..zeroed() }
}

fn begin(handle: &Handle, id: &str, sale: &regulars_sale) {
    let head = header(id);
    // SAFETY: both are there.
    let status = unsafe { regulars_sale_begin(handle.raw, &raw const head, sale) };
    assert_eq!(status, REGULARS_OK, "{}", last_error());
}

fn add(handle: &Handle, id: &str, price: i64) {
    let line = regulars_line {
        id: text(id),
        product: text("coffee"),
        quantity_value: 1,
        unit_price: price,
        ..zeroed()
    };
    // SAFETY: it is there.
    let status =
        unsafe { regulars_sale_add_lines(handle.raw, &raw const line, 1, size_of::<regulars_line>()) };
    assert_eq!(status, REGULARS_OK, "{}", last_error());
}

fn tender(handle: &Handle, tender: &str, amount: i64, reservation: &str) {
    let reservation = if reservation.is_empty() { none() } else { text(reservation) };
    let payment = regulars_payment { tender: text(tender), amount, reservation, ..zeroed() };
    let size = size_of::<regulars_payment>();
    // SAFETY: it is there.
    let status = unsafe { regulars_sale_add_payments(handle.raw, &raw const payment, 1, size) };
    assert_eq!(status, REGULARS_OK);
}

fn settle(handle: &Handle) -> (i32, u32, regulars_outcome) {
    let (mut state, mut outcome) = (u32::MAX, zeroed());
    // SAFETY: there is room.
    let status = unsafe { regulars_sale_settle(handle.raw, 0, &raw mut state, &raw mut outcome) };
    (status, state, outcome)
}

fn change(handle: &Handle, head: Option<&regulars_header>, sale: Option<&regulars_sale>) -> i32 {
    let (head, sale) = (head.map_or(ptr::null(), ptr::from_ref), sale.map_or(ptr::null(), ptr::from_ref));
    // SAFETY: both are there, or NULL.
    unsafe { regulars_sale_change(handle.raw, head, sale) }
}

fn spendable(handle: &Handle) -> regulars_spendable {
    let mut found = zeroed();
    // SAFETY: there is room.
    let status = unsafe { regulars_sale_spendable(handle.raw, &raw mut found) };
    assert_eq!(status, REGULARS_OK, "{}", last_error());
    found
}

fn reserve(handle: &Handle, id: &str, kind: u32, value: i64) -> i32 {
    let (head, spend, ada) = (header(id), regulars_spend { kind, value, ..zeroed() }, text("ada"));
    // SAFETY: all of it is there.
    unsafe {
        let (head, spend) = (&raw const head, &raw const spend);
        regulars_reserve(handle.raw, head, ada.bytes, ada.length, spend, ptr::null_mut())
    }
}

fn hold(handle: &Handle, id: &str) -> Result<(u32, i64, String), i32> {
    let (mut hold, id) = (zeroed::<regulars_hold>(), text(id));
    // SAFETY: there is as much as is said.
    let whose = copied(|out, capacity, length| unsafe {
        regulars_look_at_hold(handle.raw, id.bytes, id.length, &raw mut hold, out, capacity, length)
    })?;
    Ok((hold.state, hold.units, whose))
}

fn sums(handle: &Handle, sale: &str) -> Result<(regulars_sale_sums, String), i32> {
    let (mut sums, sale) = (zeroed::<regulars_sale_sums>(), text(sale));
    // SAFETY: there is as much as is said.
    let whose = copied(|out, capacity, length| unsafe {
        regulars_look_at_sale(handle.raw, sale.bytes, sale.length, &raw mut sums, out, capacity, length)
    })?;
    Ok((sums, whose))
}

/// Nothing would tell of money that was taken for a sale that is put aside, so it is refused.
#[test]
fn a_sale_that_was_paid_on_is_not_put_aside() {
    let handle = points();
    begin(&handle, "S-1", &of("ada"));
    add(&handle, "1", 1000);
    tender(&handle, "cash", 400, "");
    // SAFETY: no outcome is wanted.
    let park = || unsafe { regulars_sale_park(handle.raw, ptr::null_mut()) };
    assert_eq!(park(), REGULARS_INVALID_DOCUMENT);
    assert!(last_error().contains("payments: expected none"), "{}", last_error());
    assert_eq!(sums(&handle, "S-1").map(|_| ()), Err(REGULARS_UNKNOWN_SALE));
    // Settled it is kept, with what was paid.
    let (status, state, outcome) = settle(&handle);
    assert_eq!((status, state, outcome.balance_due), (REGULARS_OK, REGULARS_STATE_PENDING, 600));
    begin(&handle, "S-2", &of("ada"));
    add(&handle, "1", 1000);
    tender(&handle, "cash", 400, "");
    // SAFETY: a number.
    assert_eq!(unsafe { regulars_sale_clear_payments(handle.raw) }, REGULARS_OK);
    assert_eq!(park(), REGULARS_OK);
    assert_eq!(sums(&handle, "S-2").map(|(sums, _)| sums.state), Ok(REGULARS_STATE_PARKED));
}

#[test]
fn who_buys_may_be_said_in_the_middle_of_a_sale_and_not_after_it() {
    let handle = points();
    assert_eq!(change(&handle, None, None), REGULARS_NO_SALE);
    begin(&handle, "S-1", &zeroed());
    add(&handle, "1", 1000);
    let somewhere = regulars_header { outlet: text("centre"), ..header("") };
    let terms = regulars_sale { terms: REGULARS_TERMS_LAYBY, discount: 100, ..of("ada") };
    assert_eq!(change(&handle, Some(&somewhere), Some(&terms)), REGULARS_OK);
    // What is wrong changes nothing, neither of the header nor of the rest.
    let elsewhere = regulars_header { at_ms: AT, outlet: text("airport"), ..header("S-1") };
    let wrong = regulars_sale { terms: 7, ..of("bob") };
    assert_eq!(change(&handle, Some(&elsewhere), Some(&wrong)), REGULARS_OUT_OF_RANGE);
    assert_eq!(change(&handle, Some(&header("S-2")), Some(&of("bob"))), REGULARS_INVALID_DOCUMENT);
    assert!(last_error().contains(r#""path":"sale""#), "{}", last_error());
    assert_eq!(change(&handle, Some(&header("S-1")), None), REGULARS_OK);
    assert_eq!(change(&handle, Some(&somewhere), None), REGULARS_OK);
    tender(&handle, "cash", 900, "");
    let (status, state, outcome) = settle(&handle);
    assert_eq!((status, state, outcome.earned), (REGULARS_OK, REGULARS_STATE_SETTLED, 9));
    let (kept, whose) = sums(&handle, "S-1").unwrap();
    assert_eq!((kept.due, kept.terms, kept.at_ms), (900, REGULARS_TERMS_LAYBY, LATER));
    assert_eq!(whose, "ada");
    assert_eq!(change(&handle, None, Some(&of("ada"))), REGULARS_NO_SALE);
}

#[test]
fn that_something_is_still_due_cannot_be_missed() {
    let handle = points();
    begin(&handle, "S-1", &of("ada"));
    add(&handle, "1", 1000);
    tender(&handle, "cash", 400, "");
    // SAFETY: NULL is allowed for no state.
    let without = unsafe { regulars_sale_settle(handle.raw, 0, ptr::null_mut(), ptr::null_mut()) };
    assert_eq!(without, REGULARS_NULL_POINTER);
    let (status, state, outcome) = settle(&handle);
    assert_eq!((status, state), (REGULARS_OK, REGULARS_STATE_PENDING));
    assert_eq!((outcome.sale_state, outcome.balance_due, outcome.earned), (state, 600, 0));
    let pay = |id: &str, amount: i64| {
        let (head, sale, mut state) = (header(id), text("S-1"), u32::MAX);
        let payment = regulars_payment { tender: text("cash"), amount, ..zeroed() };
        let (head, payment, size) = (&raw const head, &raw const payment, size_of::<regulars_payment>());
        // SAFETY: there is as much as is said.
        let status = unsafe {
            let out = ptr::null_mut();
            regulars_pay(handle.raw, head, sale.bytes, sale.length, payment, 1, size, 0, &raw mut state, out)
        };
        (status, state)
    };
    assert_eq!(pay("P-1", 599), (REGULARS_OK, REGULARS_STATE_PENDING));
    // The last cent settles it, and the first payment handed in again says what it said.
    assert_eq!(pay("P-2", 1), (REGULARS_OK, REGULARS_STATE_SETTLED));
    assert_eq!(pay("P-1", 599), (REGULARS_OK, REGULARS_STATE_PENDING));
    assert_eq!(pay("P-3", 1), (REGULARS_ALREADY_SETTLED, u32::MAX));
}

#[test]
fn what_may_be_spent_here_is_told_before_and_is_what_settling_takes() {
    let handle = points();
    begin(&handle, "S-1", &zeroed());
    assert_eq!(spendable(&handle).why_not, REGULARS_UNKNOWN_CUSTOMER);
    assert_eq!(change(&handle, None, Some(&of("ada"))), REGULARS_OK);
    add(&handle, "1", 390);
    // Half of 3.90 is 1.95, and the least is 2.00.
    let found = spendable(&handle);
    assert_eq!((found.why_not, found.least, found.most), (REGULARS_OVER_SHARE, 200, 0));
    add(&handle, "2", 1720);
    let found = spendable(&handle);
    assert_eq!((found.why_not, found.least, found.most, found.step), (REGULARS_OK, 200, 1000, 100));
    assert_eq!((found.least_units, found.most_units, found.step_units), (200, 1000, 100));
    assert_eq!((found.balance, found.held), (1250, 0));
    // What is held elsewhere can't be spent here, nor what a reward takes; what other tenders pay isn't due.
    assert_eq!(reserve(&handle, "H-9", REGULARS_SPEND_UNITS, 300), REGULARS_OK);
    let found = spendable(&handle);
    assert_eq!((found.most, found.balance, found.held), (900, 950, 300));
    tender(&handle, "card", 1700, "");
    assert_eq!(spendable(&handle).most, 400);
    tender(&handle, "loyalty", 400, "");
    assert_eq!(spendable(&handle).most, 400, "loyalty that is there already isn't counted twice");
    // SAFETY: the handle is open.
    assert_eq!(unsafe { regulars_sale_clear_payments(handle.raw) }, REGULARS_OK);
    let off = regulars_reward { reward: text("off"), ..zeroed() };
    // SAFETY: it is there.
    assert_eq!(unsafe { regulars_sale_add_reward(handle.raw, &raw const off) }, REGULARS_OK);
    assert_eq!(spendable(&handle).most, 600);
    // One step more is refused, and that much is taken.
    for (more, expected) in [(100, REGULARS_INSUFFICIENT_BALANCE), (0, REGULARS_OK)] {
        // SAFETY: the handle is open.
        assert_eq!(unsafe { regulars_sale_clear_payments(handle.raw) }, REGULARS_OK);
        tender(&handle, "loyalty", 600 + more, "");
        tender(&handle, "card", 2110 - 100 - 600 - more, "");
        assert_eq!(settle(&handle).0, expected, "{more}: {}", last_error());
    }
    begin(&handle, "S-2", &of("ada"));
    add(&handle, "1", 5000);
    let found = spendable(&handle);
    assert_eq!((found.why_not, found.least, found.most), (REGULARS_INSUFFICIENT_BALANCE, 200, 0));
}

#[test]
fn both_doors_say_alike_what_may_be_spent() {
    let handle = points();
    let question = format!(
        r#"{{"ask": "spendable", "sale": {{"type": "sale", "sale": "S-1", "at": "{NOW}", "customer": "ada",
            "lines": [{{"id": "1", "product": "coffee", "quantity": "1", "unit_price": "21.10"}}], "payments": []}}}}"#
    );
    assert_eq!(
        ask(&handle, &question).to_string(),
        concat!(
            r#"{"balance":"1250","held":"0","least":"2.00","least_units":"200","most":"10.00","#,
            r#""most_units":"1000","step":"1.00","step_units":"100"}"#
        )
    );
    let nobody = question.replace("ada", "bob");
    // Who isn't known joins with the first sale, and has nothing yet.
    assert_eq!(ask(&handle, &nobody)["why_not"], "insufficient_balance");
    assert_eq!(ask(&shop(), &question)["why_not"], "not_a_tender");
}

/// The order of calls that the guide has: loyalty is set aside, the terminal takes the rest, the sale is settled.
#[test]
fn loyalty_is_set_aside_before_the_terminal_is_asked() {
    let handle = points();
    begin(&handle, "S-1", &of("ada"));
    add(&handle, "1", 2000);
    assert_eq!(reserve(&handle, "", REGULARS_SPEND_AMOUNT, 500), REGULARS_INVALID_DOCUMENT);
    assert_eq!(reserve(&handle, "H-1", 3, 500), REGULARS_OUT_OF_RANGE);
    assert_eq!(reserve(&handle, "H-1", REGULARS_SPEND_AMOUNT, 500), REGULARS_OK);
    assert_eq!(hold(&handle, "H-1"), Ok((REGULARS_HOLD_OPEN, 500, "ada".into())));
    // The power fails: the sale that was begun is gone, what was set aside is there, and the same again changes nothing.
    // SAFETY: the handle is open.
    assert_eq!(unsafe { regulars_sale_cancel(handle.raw) }, REGULARS_OK);
    assert_eq!(reserve(&handle, "H-1", REGULARS_SPEND_AMOUNT, 500), REGULARS_OK);
    assert_eq!(hold(&handle, "H-1").unwrap().1, 500);
    assert_eq!(reserve(&handle, "H-1", REGULARS_SPEND_AMOUNT, 600), REGULARS_CONFLICT);
    // The terminal declines: it is given back, once.
    let head = header("H-1");
    // SAFETY: it is there.
    unsafe {
        assert_eq!(regulars_release(handle.raw, &raw const head, ptr::null_mut()), REGULARS_OK);
        assert_eq!(regulars_release(handle.raw, &raw const head, ptr::null_mut()), REGULARS_TERMINAL_STATE);
    }
    assert_eq!(hold(&handle, "H-1").unwrap().0, REGULARS_HOLD_RELEASED);
    assert_eq!(hold(&handle, "H-2"), Err(REGULARS_UNKNOWN_RESERVATION));

    // The customer tries another card, and it takes the rest.
    begin(&handle, "S-1", &of("ada"));
    add(&handle, "1", 2000);
    assert_eq!(reserve(&handle, "H-2", REGULARS_SPEND_AMOUNT, 500), REGULARS_OK);
    tender(&handle, "loyalty", 500, "H-2");
    tender(&handle, "card", 1500, "");
    let (status, state, outcome) = settle(&handle);
    assert_eq!((status, state, outcome.redeemed), (REGULARS_OK, REGULARS_STATE_SETTLED, 500));
    assert_eq!(hold(&handle, "H-2").unwrap().0, REGULARS_HOLD_CAPTURED);
    // A web shop spends what it set aside without a sale of ours.
    assert_eq!(reserve(&handle, "H-3", REGULARS_SPEND_UNITS, 200), REGULARS_OK);
    let (head, mut outcome) = (header("H-3"), zeroed::<regulars_outcome>());
    // SAFETY: it is there.
    unsafe { assert_eq!(regulars_capture(handle.raw, &raw const head, &raw mut outcome), REGULARS_OK) };
    assert_eq!((outcome.redeemed, outcome.balance), (200, 1250 - 500 - 200 + 15));
}

/// What is held by an amount of money, or for several of a reward, comes back as it was from an export.
#[test]
fn what_is_set_aside_has_a_form_in_json() {
    let handle = points();
    assert_eq!(reserve(&handle, "H-1", REGULARS_SPEND_AMOUNT, 300), REGULARS_OK);
    let (head, ada) = (header("H-2"), text("ada"));
    let spend =
        regulars_spend { kind: REGULARS_SPEND_REWARD, reward: text("off"), quantity_value: 2, ..zeroed() };
    // SAFETY: there is as much as is said.
    let status = unsafe {
        let (head, spend) = (&raw const head, &raw const spend);
        regulars_reserve(handle.raw, head, ada.bytes, ada.length, spend, ptr::null_mut())
    };
    assert_eq!((status, hold(&handle, "H-2").map(|hold| hold.1)), (REGULARS_OK, Ok(600)));
    let file = format!("{}-export", handle.file().display());
    let _ = std::fs::remove_file(&file);
    assert_eq!(ask(&handle, &format!(r#"{{"ask": "export", "to": "{file}"}}"#))["operations"], 5);
    let taken = Handle::new();
    assert_eq!(ask(&taken, &format!(r#"{{"ask": "import", "from": "{file}"}}"#))["operations"], 5);
    assert_eq!(hold(&taken, "H-1"), Ok((REGULARS_HOLD_OPEN, 300, "ada".into())));
    std::fs::remove_file(&file).unwrap();
}

/// What comes back of a sale that is nobody's can't be claimed any more (R9).
#[test]
fn what_came_back_is_not_claimable() {
    let handle = points();
    begin(&handle, "S-1", &zeroed());
    add(&handle, "1", 1000);
    add(&handle, "2", 500);
    tender(&handle, "cash", 1500, "");
    settle(&handle);
    let back = format!(
        r#"{{"type": "return", "id": "R-1", "at": "{NOW}", "of": "S-1", "lines": [{{"id": "2", "quantity": "1"}}]}}"#
    );
    ask(&handle, &back.replace("10:00", "11:00"));
    assert_eq!(sums(&handle, "S-1").unwrap().0.claimable, 10);
}

#[test]
fn what_is_kept_can_be_read_back() {
    let handle = points();
    begin(&handle, "S-1", &zeroed());
    add(&handle, "1", 1000);
    add(&handle, "2", 500);
    tender(&handle, "cash", 1500, "");
    assert_eq!(settle(&handle).1, REGULARS_STATE_SETTLED);
    let (kept, whose) = sums(&handle, "S-1").unwrap();
    assert_eq!((kept.due, kept.paid, kept.claimable, kept.earned, &*whose), (1500, 1500, 15, 0, ""));
    ask(
        &handle,
        &format!(r#"{{"type": "claim", "id": "L-1", "at": "{NOW}", "sale": "S-1", "customer": "ada"}}"#)
            .replace("10:00", "11:30"),
    );
    let (head, sale) = (header("R-1"), text("S-1"));
    let back = regulars_returned_line { line: text("2"), quantity_value: 1, ..zeroed() };
    // SAFETY: there is as much as is said.
    let status = unsafe {
        let (head, back, size) = (&raw const head, &raw const back, size_of::<regulars_returned_line>());
        let (none, out) = (ptr::null(), ptr::null_mut());
        let head = regulars_header { at_ms: LATER + 3_600_000, ..head.read() };
        regulars_return(handle.raw, &raw const head, sale.bytes, sale.length, back, 1, size, none, 0, 0, out)
    };
    assert_eq!(status, REGULARS_OK, "{}", last_error());
    let (kept, whose) = sums(&handle, "S-1").unwrap();
    assert_eq!(
        (kept.state, kept.returned, kept.refunded, &*whose),
        (REGULARS_STATE_SETTLED, 500, 500, "ada")
    );
    assert_eq!((kept.earned, kept.clawed_back, kept.claimable), (15, 5, 0));
    let mut told = ask(&handle, r#"{"ask": "sale", "sale": "S-1"}"#);
    assert_eq!(
        told.as_object_mut().unwrap().remove("lines").unwrap().to_string(),
        concat!(
            r#"[{"discount":"0.00","id":"1","product":"coffee","quantity":"1","returned":"0","unit_price":"10.00"},"#,
            r#"{"discount":"0.00","id":"2","product":"coffee","quantity":"1","returned":"1","unit_price":"5.00"}]"#
        )
    );
    assert_eq!(
        told.to_string(),
        concat!(
            r#"{"balance_due":"0.00","carried_in":"0.00","carried_out":"0.00","claimable":"0","clawed_back":"5","customer":"ada","discount":"0.00","due":"15.00","#,
            r#""earned":"15","kept_from_refund":"0.00","paid":"15.00","paid_in_loyalty":"0.00","refunded":"5.00","returned":"5.00","#,
            r#""sale":"S-1","spent":"0","state":"settled","#,
            r#""tenders":[{"carried_in":"0.00","carried_out":"0.00","paid":"15.00","refunded":"5.00","tender":"cash"}]}"#
        )
    );
    assert_eq!(sums(&handle, "S-9").map(|_| ()), Err(REGULARS_UNKNOWN_SALE));

    // The customer: balance, lots in the order of use, tier, punch cards.
    for document in [
        r#"{"type": "make_cards", "id": "M-1", "at": "NOW", "punch_card": "coffee", "batch": "B-1", "codes": ["P-1"]}"#,
        r#"{"type": "link_card", "id": "K-1", "at": "NOW", "card": "P-1", "customer": "ada"}"#,
    ] {
        let (status, told) = handle.json(&document.replace("NOW", NOW));
        assert_eq!(status, REGULARS_OK, "{told}");
    }
    let (head, ada, mut outcome) = (header(""), text("ada"), zeroed::<regulars_outcome>());
    let head = regulars_header { at_ms: LATER + 7_200_000, ..head };
    // SAFETY: there is as much as is said.
    unsafe {
        let head = &raw const head;
        assert_eq!(regulars_check(handle.raw, head, ada.bytes, ada.length, &raw mut outcome), REGULARS_OK);
    }
    assert_eq!((outcome.balance, outcome.lot_count, outcome.card_count), (1260, 2, 1));
    let lot = |index: usize| {
        let mut lot = zeroed::<regulars_lot>();
        // SAFETY: there is room.
        match unsafe { regulars_outcome_lot(handle.raw, index, &raw mut lot) } {
            REGULARS_OK => Ok((lot.units, lot.last_day)),
            failed => Err(failed),
        }
    };
    let lots = [lot(0).unwrap(), lot(1).unwrap()];
    assert_eq!(lots.iter().map(|(units, _)| units).sum::<i64>(), 1260);
    assert!(lots.iter().all(|(_, last_day)| *last_day == 20_271_231), "{lots:?}");
    assert_eq!(lot(2), Err(REGULARS_OUT_OF_RANGE));
    // SAFETY: there is as much as is said.
    let tier =
        copied(|out, capacity, length| unsafe { regulars_outcome_tier(handle.raw, out, capacity, length) });
    assert_eq!(tier.unwrap(), "silver");
    let mut card = zeroed::<regulars_punch_card>();
    let code = copied(|out, capacity, length| {
        // SAFETY: there is as much as is said.
        unsafe { regulars_outcome_card(handle.raw, 0, &raw mut card, out, capacity, length) }
    });
    assert_eq!((&*code.unwrap(), card.punches, card.offers, card.flags), ("P-1", 0, 0, 0));
    assert!(refused(&handle, r#"{"ask": "sale", "sale": "S-9"}"#).starts_with("unknown_sale"));
}
