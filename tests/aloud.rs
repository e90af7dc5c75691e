//! Explanations are told in plain sentences, one for each line and one for the sale (R41).

#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod common;

use common::shop::{Shop, event, pays, set_program, time, versioned};
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, Outcome};
use regulars::document::read_document;
use regulars::loyalty::Aloud;
use regulars::time::Offset;

const PROGRAM: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points", "decimals": 1},
    "earn": [{"by": "amount", "rate": "1"}, {"by": "visit", "units": "2"}],
    "products": {"stamp": {"by": "none"}, "pen": {"by": "fixed", "units": "3"}},
    "categories": {"wine": {"by": "multiply", "factor": "0.5"}},
    "tiers": {"by": "earned", "over": "ever", "from": "next_sale", "fall_back": "never",
        "levels": [{"id": "gold", "at": "10", "factor": "2"}]},
    "promotions": [
        {"id": "happy", "hours": ["16:00", "18:00"], "rule": {"by": "multiply", "factor": "3"}},
        {"id": "bread", "where": {"products": ["bread"]}, "rule": {"by": "extra", "units": "5"}},
        {"id": "big", "where": {"products": ["bread"]}, "minimum_spend": "50.00",
            "rule": {"by": "multiply", "factor": "9"}},
        {"id": "coupon", "where": {"products": ["tea"]}, "code": "TEA", "rule": {"by": "fixed", "units": "9"}},
        {"id": "over", "until": "2025-12-31", "rule": {"by": "multiply", "factor": "9"}},
        {"id": "hello", "first_purchase": true, "rule": {"by": "bonus", "units": "20"}}]}"#;

const LINES: &str = r#"{"id": "1", "product": "bread", "quantity": "1", "unit_price": "4.00"},
    {"id": "2", "product": "tea", "quantity": "2", "unit_price": "3.00"},
    {"id": "3", "product": "red", "category": "wine", "quantity": "1", "unit_price": "8.00"},
    {"id": "4", "product": "stamp", "quantity": "1", "unit_price": "1.00"},
    {"id": "5", "product": "pen", "quantity": "2", "unit_price": "0.50"},
    {"id": "6", "product": "card", "quantity": "1", "unit_price": "5.00", "earns": false},
    {"id": "7", "product": "crumb", "quantity": "1", "unit_price": "0.01"}"#;

fn basket(id: &str, at: &str, payments: &str) -> String {
    format!(
        r#"{{"type": "sale", "sale": "{id}", "at": "{}", "customer": "C1", "lines": [{LINES}], {payments}}}"#,
        time(at)
    )
}

fn told(shop: &Shop<MemoryStore>, sale: &str, outcome: &Outcome) -> Vec<String> {
    let Document::Sale(document) = read_document(sale, &*shop.program).unwrap() else { panic!("a sale") };
    let (rung_up, codes) = (&document.rung_up, &document.codes);
    let aloud = Aloud { program: &shop.program, rung_up, codes, offset: Offset::UTC };
    aloud.sentences(&outcome.explanations).unwrap()
}

fn open(program: &str) -> Shop<MemoryStore> {
    let mut shop = Shop::reopen(MemoryStore::default());
    shop.program = versioned(program).program;
    shop.submit(&set_program(program));
    shop
}

#[test]
fn each_line_says_what_won_and_what_lost() {
    let mut shop = open(PROGRAM);
    let sale = basket("S1", "03-01", &format!(r#""payments": [{}]"#, pays("card", "25.01")));
    let outcome = shop.submit(&sale);
    let late = "the promotion happy did not count, it is from 16:00 to 18:00";
    assert_eq!(
        told(&shop, &sale, &outcome),
        [
            format!(
                "bread: 9 points, the promotion bread gives 5 points for each one, on top of the program's \
                 rules; the promotion big did not count, its minimum of 50.00 was not reached; {late}."
            ),
            format!(
                "tea: 6 points, 1 for each 1.00 of 6.00; {late}; the promotion coupon did not count, its \
                 code was not shown."
            ),
            format!("red: 4 points, the category wine earns 0.5 times what the program gives; {late}."),
            format!("stamp: nothing, the rule for this product says so; {late}."),
            format!("pen: 6 points, this product earns 3 points for each one; {late}."),
            "card: nothing, it was rung up as something that does not earn.".to_string(),
            format!("crumb: nothing, it is worth less than 0.1 points; {late}."),
            "The visit: 2 points, once for the sale.".to_string(),
            "The promotion hello: 20 points, once for the sale.".to_string(),
            "In all: 47 points, the sum of all lines rounded once down to the last full 0.1 points."
                .to_string(),
        ]
    );
}

#[test]
fn the_share_and_the_tier_are_said() {
    let mut shop = open(&PROGRAM.replace(r#""promotions""#, r#""redemption": {"value": "1"}, "promotions""#));
    shop.submit(&basket("S1", "03-01T17:00", &format!(r#""payments": [{}]"#, pays("card", "25.01"))));
    let payments = format!(r#""payments": [{}, {}]"#, pays("loyalty", "10"), pays("card", "15.01"));
    let sale = basket("S2", "03-02T17:00", &payments);
    let outcome = shop.submit(&sale);
    let told = told(&shop, &sale, &outcome);
    assert_eq!(
        told[1],
        "tea: 21.6 points, the promotion happy gives 3 times what it would earn without, times 2 for the tier \
         gold, for the 15.01 of 25.01 that was paid with tenders that earn; the promotion coupon did not \
         count, its code was not shown."
    );
    assert!(told[0].contains("the promotion happy gives"), "{}", told[0]);
    assert!(told[0].contains("the promotion bread did not count, it would earn no more"), "{}", told[0]);
}

#[test]
fn nobody_is_told_why() {
    let mut shop = open(PROGRAM);
    shop.submit(&event("enrol", "02-01", r#""customer": "C1""#));
    shop.submit(&event("opt_out", "02-01", r#""customer": "C1""#));
    let sale = basket("S1", "03-01", &format!(r#""payments": [{}]"#, pays("card", "25.01")));
    let outcome = shop.submit(&sale);
    let told = told(&shop, &sale, &outcome);
    assert_eq!(told[1], "tea: nothing, the customer took no part in the program.");
}
