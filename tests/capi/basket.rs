//! What can never be right is refused by the call that brings it, which says where it is.

use std::ptr;

use regulars::capi::*;

use crate::handle::{Handle, copied, last_error, text, zeroed};
use crate::whole::{ask, shop};

const AT: i64 = 1_795_683_600_000;

/// A change that makes a line wrong, the field that is told, and what is found there.
type WrongLine = (fn(&mut regulars_line), &'static str, Option<&'static str>);

fn header(id: &str) -> regulars_header {
    regulars_header { at_ms: AT, id: text(id), ..zeroed() }
}

/// A sale of one line and one payment, both of 20.00, which is open.
fn rung_up() -> Handle {
    let handle = shop();
    let (head, sale) = (header("S-2"), zeroed::<regulars_sale>());
    // SAFETY: there is as much as is said.
    unsafe {
        assert_eq!(regulars_sale_begin(handle.raw, &raw const head, &raw const sale), REGULARS_OK);
    }
    assert_eq!(add(&handle, &[line("0")]), REGULARS_OK);
    assert_eq!(pay(&handle, &[payment(2000)]), REGULARS_OK);
    handle
}

fn line(id: &'static str) -> regulars_line {
    regulars_line { id: text(id), product: text("mug"), quantity_value: 1, unit_price: 2000, ..zeroed() }
}

fn payment(amount: i64) -> regulars_payment {
    regulars_payment { tender: text("cash"), amount, ..zeroed() }
}

fn add(handle: &Handle, lines: &[regulars_line]) -> i32 {
    // SAFETY: there is as much as is said.
    unsafe { regulars_sale_add_lines(handle.raw, lines.as_ptr(), lines.len(), size_of::<regulars_line>()) }
}

fn pay(handle: &Handle, list: &[regulars_payment]) -> i32 {
    let stride = size_of::<regulars_payment>();
    // SAFETY: there is as much as is said.
    unsafe { regulars_sale_add_payments(handle.raw, list.as_ptr(), list.len(), stride) }
}

fn settle(handle: &Handle, change: i64) -> (i32, regulars_outcome) {
    let (mut state, mut outcome) = (0, zeroed());
    // SAFETY: there is room.
    let status = unsafe { regulars_sale_settle(handle.raw, change, &raw mut state, &raw mut outcome) };
    (status, outcome)
}

/// What was refused last: where, and what was found there.
fn told() -> (String, Option<String>) {
    let told: serde_json::Value = serde_json::from_str(&last_error()).unwrap();
    assert_eq!(told["error"], "invalid_document");
    let fact = |name: &str| told["facts"][name].as_str().map(String::from);
    let path = fact("path").unwrap();
    assert!(told["message"].as_str().unwrap().starts_with(&format!("{path}: expected ")), "{told}");
    (path, fact("found"))
}

fn told_is(path: &str, found: Option<&str>) {
    assert_eq!(told(), (path.to_string(), found.map(String::from)));
}

#[test]
fn a_line_that_can_never_be_right_is_refused_as_it_comes() {
    let handle = rung_up();
    let wrong: [WrongLine; 8] = [
        (|line| line.discount = -1, "lines[2].discount", Some("-1")),
        (|line| line.discount = i64::MIN, "lines[2].discount", Some("-9223372036854775808")),
        (|line| line.unit_price = i64::MAX, "lines[2].unit_price", Some("9223372036854775807")),
        (|line| line.quantity_scale = 9, "lines[2].quantity", None),
        (
            |line| (line.quantity_value, line.unit_price) = (999_999_999, REGULARS_MOST_AMOUNT),
            "lines[2]",
            None,
        ),
        (
            |line| (line.tax_kind, line.tax_value, line.tax_scale) = (REGULARS_TAX_RATE_ADDED, -5, 2),
            "lines[2].tax.rate",
            Some("-0.05"),
        ),
        (
            |line| (line.tax_kind, line.tax_value) = (REGULARS_TAX_AMOUNT_INCLUDED, -5),
            "lines[2].tax.amount",
            Some("-5"),
        ),
        (|line| line.product = text(" "), "lines[2].product", None),
    ];
    for (change, path, found) in wrong {
        let mut lines = [line("1"), line("2"), line("3"), line("4")];
        change(&mut lines[2]);
        assert_eq!(add(&handle, &lines), REGULARS_INVALID_DOCUMENT, "{path}");
        told_is(path, found);
    }
    let promotions = [text("summer"), text("")];
    let mut of_promotion = line("1");
    (of_promotion.promotions, of_promotion.promotion_count) = (promotions.as_ptr(), 2);
    assert_eq!(add(&handle, &[of_promotion]), REGULARS_INVALID_DOCUMENT);
    told_is("lines[0].promotions[1]", None);
    // What the till took off may have tax below zero, and a discount of nothing is none. Nothing of the above is there.
    let mut taken_off = line("1");
    (taken_off.quantity_value, taken_off.tax_kind, taken_off.tax_value) =
        (-1, REGULARS_TAX_AMOUNT_INCLUDED, -5);
    assert_eq!(add(&handle, &[taken_off, line("2")]), REGULARS_OK, "{}", last_error());
    let (status, outcome) = settle(&handle, 0);
    assert_eq!((status, outcome.due, outcome.balance_due), (REGULARS_OK, 2000, 0), "{}", last_error());
}

/// As many as a document in JSON has room for, on all lines together.
#[test]
fn promotions_of_a_sale_have_room_in_a_document() {
    let handle = rung_up();
    let promotions = vec![text("summer"); 1001];
    let of_many = |id| {
        let (promotions, promotion_count) = (promotions.as_ptr(), promotions.len());
        regulars_line { promotions, promotion_count, ..line(id) }
    };
    assert_eq!(add(&handle, &[of_many("1"), of_many("2")]), REGULARS_TOO_LONG);
    let of_999 = regulars_line { promotion_count: 999, ..of_many("2") };
    assert_eq!(add(&handle, &[of_many("1"), of_999]), REGULARS_OK, "{}", last_error());
    assert_eq!(add(&handle, &[regulars_line { promotion_count: 1, ..of_many("3") }]), REGULARS_TOO_LONG);
}

#[test]
fn a_payment_a_fee_or_a_reward_that_can_never_be_right_is_refused_as_it_comes() {
    let handle = rung_up();
    assert_eq!(pay(&handle, &[payment(1), payment(-1)]), REGULARS_INVALID_DOCUMENT);
    told_is("payments[1].amount", Some("-1"));
    assert_eq!(pay(&handle, &[payment(REGULARS_MOST_AMOUNT + 1)]), REGULARS_INVALID_DOCUMENT);
    told_is("payments[0].amount", Some("1000000000000000"));
    // SAFETY: there is as much as is said.
    unsafe {
        assert_eq!(regulars_sale_add_fee(handle.raw, REGULARS_FEE_SHIPPING, 0), REGULARS_OK);
        assert_eq!(regulars_sale_add_fee(handle.raw, REGULARS_FEE_TIP, -1), REGULARS_INVALID_DOCUMENT);
    }
    told_is("fees[1].amount", Some("-1"));
    for (flags, path) in [
        (REGULARS_REWARD_HAS_UNITS, "rewards[0].units"),
        (REGULARS_REWARD_HAS_QUANTITY, "rewards[0].quantity"),
    ] {
        let value = |flag: u32| if flags & flag == 0 { 0 } else { -1 };
        let reward = regulars_reward {
            flags,
            reward: text("mug"),
            units: value(REGULARS_REWARD_HAS_UNITS),
            quantity_value: value(REGULARS_REWARD_HAS_QUANTITY),
            ..zeroed()
        };
        // SAFETY: it is there.
        let status = unsafe { regulars_sale_add_reward(handle.raw, &raw const reward) };
        assert_eq!(status, REGULARS_INVALID_DOCUMENT);
        told_is(path, Some("-1"));
    }
    let (mug, blank) = (text("mug"), text(" "));
    // SAFETY: there is as much as is said.
    unsafe {
        assert_eq!(regulars_sale_add_code(handle.raw, mug.bytes, mug.length), REGULARS_OK);
        assert_eq!(regulars_sale_add_code(handle.raw, blank.bytes, 1), REGULARS_INVALID_DOCUMENT);
        told_is("codes[1]", None);
        let offered = regulars_sale_add_offer(handle.raw, mug.bytes, mug.length, blank.bytes, 1);
        assert_eq!(offered, REGULARS_INVALID_DOCUMENT);
        told_is("offers[0].line", None);
    }
    assert_eq!(settle(&handle, -1).0, REGULARS_INVALID_DOCUMENT);
    told_is("change", Some("-1"));
    let (status, outcome) = settle(&handle, 0);
    assert_eq!((status, outcome.due, outcome.balance_due), (REGULARS_OK, 2000, 0), "{}", last_error());
}

#[test]
fn a_discount_below_zero_is_refused_as_the_sale_begins() {
    let handle = shop();
    let (head, sale) = (header("S-2"), regulars_sale { discount: -1, ..zeroed() });
    // SAFETY: there is as much as is said.
    unsafe {
        let begun = regulars_sale_begin(handle.raw, &raw const head, &raw const sale);
        assert_eq!(begun, REGULARS_INVALID_DOCUMENT);
        told_is("discount", Some("-1"));
        assert_eq!(regulars_sale_cancel(handle.raw), REGULARS_NO_SALE);
        let sale = zeroed::<regulars_sale>();
        assert_eq!(regulars_sale_begin(handle.raw, &raw const head, &raw const sale), REGULARS_OK);
        let sale = regulars_sale { discount: -1, ..zeroed() };
        let changed = regulars_sale_change(handle.raw, ptr::null(), &raw const sale);
        assert_eq!(changed, REGULARS_INVALID_DOCUMENT);
        told_is("discount", Some("-1"));
    }
}

#[test]
fn what_comes_back_has_a_place_in_its_list() {
    let handle = shop();
    let (head, sale) = (header("R-1"), text("S-1"));
    let back = |quantity_value: i64, refund: &[regulars_payment]| {
        let line = regulars_returned_line { line: text("1"), quantity_value, ..zeroed() };
        let (stride, of_payments) = (size_of::<regulars_returned_line>(), size_of::<regulars_payment>());
        let (first, count) = (refund.as_ptr(), refund.len());
        let (head, line, none) = (&raw const head, &raw const line, ptr::null_mut());
        // SAFETY: there is as much as is said.
        unsafe {
            let (bytes, length) = (sale.bytes, sale.length);
            regulars_return(handle.raw, head, bytes, length, line, 1, stride, first, count, of_payments, none)
        }
    };
    for quantity in [0, -1] {
        assert_eq!(back(quantity, &[]), REGULARS_INVALID_DOCUMENT);
        told_is("lines[0].quantity", Some(&quantity.to_string()));
    }
    assert_eq!(back(1, &[payment(1), payment(-1)]), REGULARS_INVALID_DOCUMENT);
    told_is("refund[1].amount", Some("-1"));
    assert_eq!(back(1, &[payment(2000)]), REGULARS_OK, "{}", last_error());
}

/// As a person reads it: once, and not once more as facts.
#[test]
fn a_message_says_a_thing_once() {
    let handle = rung_up();
    assert_eq!(pay(&handle, &[payment(-1)]), REGULARS_INVALID_DOCUMENT);
    let as_line = || {
        // SAFETY: there is as much room as is said.
        copied(|out, capacity, length| unsafe { regulars_last_error(out, capacity, length) }).unwrap()
    };
    assert_eq!(
        as_line(),
        "invalid_document: payments[0].amount: expected money that is not below zero, found -1"
    );
    let (status, answer) = handle.json(r#"{"ask": "sale"}"#);
    assert_eq!(status, REGULARS_INVALID_DOCUMENT);
    assert!(answer.contains(r#""message":"sale: expected a text, found nothing""#), "{answer}");
    // Facts that the message hasn't are behind it.
    assert_eq!(ask(&handle, r#"{"ask": "head"}"#)["operations"], 3);
    let (nobody, mut balance) = (text("bob"), 0);
    // SAFETY: there is as much as is said.
    let status = unsafe { regulars_balance(handle.raw, nobody.bytes, nobody.length, AT, &raw mut balance) };
    assert_eq!(status, REGULARS_UNKNOWN_CUSTOMER);
    assert!(as_line().ends_with(" (customer: bob)"), "{}", as_line());
}

/// Who has a newer header than the library is told what to do about it.
#[test]
fn a_member_that_is_not_known_here_is_named_as_such() {
    #[repr(C)]
    struct Later {
        known: regulars_line,
        more: [u64; 2],
    }
    let handle = rung_up();
    let mut later = Later { known: line("1"), more: [0, 1] };
    later.known.struct_size = u32::try_from(size_of::<Later>()).unwrap();
    let add = |later: &Later| {
        // SAFETY: there is as much as is said.
        unsafe { regulars_sale_add_lines(handle.raw, &raw const later.known, 1, size_of::<Later>()) }
    };
    assert_eq!(add(&later), REGULARS_WRONG_STRUCT_SIZE);
    assert!(
        last_error().contains("lines[0]: a member is set that this library doesn't know"),
        "{}",
        last_error()
    );
    later.known.struct_size = 7;
    assert_eq!(add(&later), REGULARS_WRONG_STRUCT_SIZE);
    assert!(last_error().contains("lines[0]: 7 can't be its size"), "{}", last_error());
}

#[test]
fn fees_can_be_taken_out_again() {
    let handle = rung_up();
    // SAFETY: the handle is open.
    let clear = || unsafe { regulars_sale_clear_fees(handle.raw) };
    for amount in [490, 110] {
        // SAFETY: the handle is open.
        let added = unsafe { regulars_sale_add_fee(handle.raw, REGULARS_FEE_SHIPPING, amount) };
        assert_eq!(added, REGULARS_OK);
    }
    let mut quote = zeroed::<regulars_outcome>();
    // SAFETY: there is room.
    assert_eq!(unsafe { regulars_sale_quote(handle.raw, &raw mut quote) }, REGULARS_OK);
    assert_eq!((quote.due, clear(), clear()), (2600, REGULARS_OK, REGULARS_OK));
    let (status, outcome) = settle(&handle, 0);
    assert_eq!((status, outcome.due, outcome.balance_due), (REGULARS_OK, 2000, 0));
    assert_eq!(clear(), REGULARS_NO_SALE);
}
