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
use regulars::decide::{Document, Outcome, explain};
use regulars::document::read_document;
use regulars::loyalty::{Aloud, AppliedRule, Explanation};
use regulars::time::{FixedZones, Offset};

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
        {"id": "over", "until": "2025-12-31", "code": "OVER", "rule": {"by": "multiply", "factor": "9"}},
        {"id": "soon", "from": "2027-01-01", "code": "SOON", "rule": {"by": "multiply", "factor": "9"}},
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

fn told(shop: &mut Shop<MemoryStore>, sale: &str, outcome: &Outcome) -> Vec<String> {
    let Document::Sale(document) = read_document(sale, &*shop.program).unwrap() else { panic!("a sale") };
    let (rung_up, codes) = (&document.rung_up, &document.codes);
    let aloud = Aloud { program: &shop.program, rung_up, codes, offset: Offset::UTC };
    let told = aloud.sentences(&outcome.explanations).unwrap();
    assert_eq!(shop.register.explain(&rung_up.sale).unwrap(), told);
    told
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
        told(&mut shop, &sale, &outcome),
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
    let told = told(&mut shop, &sale, &outcome);
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
    let told = told(&mut shop, &sale, &outcome);
    assert_eq!(told[1], "tea: nothing, the customer took no part in the program.");

    // No promotion was looked at, also where one would have won.
    let sale = basket("S2", "03-01T17:00", &format!(r#""payments": [{}]"#, pays("card", "25.01")));
    shop.submit(&sale);
    let explained = explain(&shop.history("S2").unwrap().operations, &shop.program, &FixedZones).unwrap();
    let is_promotion = |rule: &AppliedRule| matches!(rule, AppliedRule::Promotion(_) | AppliedRule::Bonus(_));
    assert!(!explained.is_empty());
    for Explanation { rule, others, .. } in &explained {
        assert!(!is_promotion(rule) && others.is_empty(), "{rule}, {others:?}");
    }
}

const MONEY: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "round_per": "line",
    "redemption": {"value": "1"}, "valid": {"from": "2026-01-01", "until": "2026-06-30"},
    "earn": [{"by": "amount", "rate": "0.05", "where": {"products": ["bread", "tea"]}},
        {"by": "step", "amount": "10.00", "units": "1.00", "where": {"products": ["coat"]}},
        {"by": "item", "units": "0.10", "where": {"products": ["tea", "cup"]}}],
    "price_books": {"staff": {"*": {"by": "none"}, "coffee": {"by": "amount", "rate": "0.1"}}},
    "categories": {"paper": {"by": "none"}},
    "tiers": {"by": "spent", "over": "ever", "from": "next_sale", "fall_back": "never",
        "levels": [{"id": "silver", "at": "20", "factor": "1"},
            {"id": "gold", "at": "200", "earn": [{"by": "amount", "rate": "0.2"}]}]},
    "promotion_choice": "newest", "promotions": [
        {"id": "spring", "from": "2026-03-01", "where": {"products": ["bread"]},
            "rule": {"by": "amount", "rate": "0.1"}},
        {"id": "winter", "from": "2026-01-01", "where": {"products": ["bread"]},
            "rule": {"by": "fixed", "units": "1.00"}},
        {"id": "weekend", "days": ["sat", "sun"], "where": {"products": ["cup"]},
            "rule": {"by": "fixed", "units": "1.00"}},
        {"id": "week", "days": ["mon", "tue", "wed", "thu", "fri"], "where": {"products": ["coat"]},
            "rule": {"by": "extra", "units": "1.00"}},
        {"id": "sorry", "where": {"products": ["gift"]}, "rule": {"by": "none"}},
        {"id": "airport", "outlets": ["airport"], "where": {"products": ["cup"]}, "rule": {"by": "none"}},
        {"id": "staff", "groups": ["staff"], "where": {"products": ["cup"]}, "rule": {"by": "none"}}]}"#;

/// A sale of one thing, with more to say about it: what is told of its line and of the sale.
fn told_of(shop: &mut Shop<MemoryStore>, at: &str, line: &str, more: &str) -> Vec<String> {
    let number = shop.operations().len();
    let sale = format!(
        r#"{{"type": "sale", "sale": "S{number}", "at": "{}", "lines": [{{"id": "1", {line}}}], {more}}}"#,
        time(at)
    );
    let outcome = shop.submit(&sale);
    told(shop, &sale, &outcome)
}

const CUP: &str = r#""product": "cup", "quantity": "1", "unit_price": "2.00""#;
const BREAD: &str = r#""product": "bread", "quantity": "1", "unit_price": "2.00""#;

/// By C1, who pays by card.
fn paid(amount: &str) -> String {
    format!(r#""customer": "C1", "payments": [{}]"#, pays("card", amount))
}

#[test]
fn each_rule_is_said_in_its_own_words() {
    let mut shop = open(MONEY);
    let not_here = "the promotion airport did not count, it is for other outlets; the promotion staff did \
                    not count, it is not, or no more, for this customer";
    let cases = [
        (
            "03-02",
            CUP,
            format!(
                "cup: 0.10 EUR, 0.10 EUR for each one; the promotion weekend did not count, it is on \
                 Saturday and Sunday; {not_here}."
            ),
        ),
        (
            "03-01",
            CUP,
            format!("cup: 1.00 EUR, the promotion weekend gives 1.00 EUR for each one; {not_here}."),
        ),
        (
            "03-02",
            r#""product": "tea", "quantity": "2", "unit_price": "1.00""#,
            "tea: 0.30 EUR, by the program's rules on 2.00.".to_string(),
        ),
        (
            "03-02",
            BREAD,
            "bread: 0.20 EUR, the promotion spring gives 10 % of 2.00; the promotion winter did not count, \
             the one that counted is newer."
                .to_string(),
        ),
        (
            "03-02",
            r#""product": "coffee", "quantity": "1", "unit_price": "2.00", "price_book": "staff""#,
            "coffee: 0.20 EUR, the price book staff gives 10 % of 2.00.".to_string(),
        ),
    ];
    for (at, line, expected) in cases {
        let told = told_of(&mut shop, at, line, &paid("2.00"));
        assert_eq!(told[0], expected);
        assert!(
            told[1].ends_with("each line rounded by itself to the nearest 0.01 EUR, halves up."),
            "{told:?}"
        );
    }
    let coat = r#""product": "coat", "quantity": "1", "unit_price": "250.00""#;
    let no_week = "the promotion week did not count, it is on Monday and Tuesday and Wednesday and Thursday \
                   and Friday";
    assert_eq!(
        told_of(&mut shop, "03-07", coat, &paid("250.00"))[0],
        format!("coat: 25.00 EUR, its part of 1.00 EUR for each full 10.00; {no_week}.")
    );
    assert_eq!(
        told_of(&mut shop, "03-08", &coat.replace("250", "2"), &paid("2.00"))[0],
        format!("coat: 0.40 EUR, 20 % of 2.00, by the rules of the tier gold; {no_week}.")
    );
}

/// What a promotion asks of the customer is met where it counted, and needs no word.
#[test]
fn a_promotion_that_counted_is_not_said_to_be_missing() {
    let mut shop = open(MONEY);
    shop.submit(&event("enrol", "02-01", r#""customer": "C1", "groups": ["staff"]"#));
    assert_eq!(
        told_of(&mut shop, "03-02", CUP, &paid("2.00"))[0],
        "cup: nothing, the promotion staff says so; the promotion weekend did not count, it is on Saturday and \
         Sunday; the promotion airport did not count, it is for other outlets."
    );
}

#[test]
fn each_reason_for_nothing_is_said() {
    let mut shop = open(MONEY);
    let by_loyalty = format!(r#""customer": "C1", "payments": [{}]"#, pays("loyalty", "2.00"));
    let nobody = format!(r#""payments": [{}]"#, pays("card", "2.00"));
    let shipped = format!(r#""fees": [{{"kind": "shipping", "amount": "4.00"}}], {}"#, paid("2.00"));
    let pad = CUP.replace("cup", "pad");
    shop.submit(&event("enrol", "02-01", r#""customer": "C1""#));
    shop.submit(&event("import", "02-01", r#""customer": "C1", "units": "2.00""#));
    for (at, line, more, reason) in [
        ("07-01", CUP, &paid("2.00"), "the program did not hold on that day"),
        (
            "03-02",
            CUP,
            &format!(r#""earns": false, {}"#, paid("2.00")),
            "the sale was rung up as one that does not earn",
        ),
        ("03-02", CUP, &nobody, "the sale has no customer"),
        ("03-02", CUP, &by_loyalty, "all of the sale was paid with tenders that do not earn"),
        ("03-02", &CUP.replace(r#""1""#, r#""-1""#), &shipped, "it takes something off"),
        ("03-02", &pad, &paid("2.00"), "no rule that counts looks at it, or a minimum spend was not reached"),
        ("03-02", &CUP.replace("cup", "gift"), &paid("2.00"), "the promotion sorry says so"),
        (
            "03-02",
            &format!(r#"{pad}, "category": "paper""#),
            &paid("2.00"),
            "the rule for the category paper says so",
        ),
        (
            "03-02",
            &format!(r#"{pad}, "price_book": "staff""#),
            &paid("2.00"),
            "the rule for the price book staff says so",
        ),
    ] {
        let told = told_of(&mut shop, at, line, more);
        assert!(told[0].ends_with(&format!(": nothing, {reason}.")), "{told:?}");
        assert!(told[1].starts_with("In all: 0.00 EUR, "), "{told:?}");
    }
}

#[test]
fn it_is_said_how_the_sale_was_rounded() {
    let program = |unit: &str, more: &str| {
        let earn = r#"[{"by": "amount", "rate": "0.5"}]"#;
        format!(r#"{{"id": "house", "currency": "EUR", "unit": {unit}, "earn": {earn}, {more}}}"#)
    };
    for (unit, more, rounded) in [
        (
            r#"{"kind": "points", "decimals": 0}"#,
            r#""rounding": "half_up""#,
            "1 point, the sum of all lines rounded \
            once to the nearest point, halves up",
        ),
        (
            r#"{"kind": "points", "decimals": 0}"#,
            r#""rounding": "down""#,
            "1 point, the sum of all lines rounded \
            once down to the last full point",
        ),
        (
            r#"{"kind": "money"}"#,
            r#""rounding": "half_even""#,
            "1.00 EUR, the sum of all lines rounded once to the \
            nearest 0.01 EUR, halves to the even one",
        ),
    ] {
        let mut shop = open(&program(unit, more));
        assert_eq!(told_of(&mut shop, "03-02", CUP, &paid("2.00"))[1], format!("In all: {rounded}."));
    }
}

/// Worked out again from its operations, whatever came after: also where nothing was earned.
#[test]
fn a_sale_is_explained_as_when_it_settled() {
    let mut shop = open(MONEY);
    let coat = |id: &str, at: &str, price: &str| {
        let line = format!(r#"{{"id": "1", "product": "coat", "quantity": "1", "unit_price": "{price}"}}"#);
        format!(
            r#"{{"type": "sale", "sale": "{id}", "at": "{}", "lines": [{line}], {}}}"#,
            time(at),
            paid(price)
        )
    };
    // The second is of a customer with a tier, and earns less than a step.
    for (id, sale) in [("S1", coat("S1", "03-02", "25.00")), ("S2", coat("S2", "03-07", "2.00"))] {
        let outcome = shop.submit(&sale);
        assert_eq!(outcome.explanations.len(), 1);
        let again = |shop: &mut Shop<MemoryStore>| {
            let operations = shop.history(id).unwrap().operations;
            explain(&operations, &shop.program, &FixedZones).unwrap()
        };
        assert_eq!(again(&mut shop), outcome.explanations);
        if id == "S2" {
            let back = r#""of": "S2", "lines": [{"id": "1", "quantity": "1"}]"#;
            shop.submit(&event("return", "03-08", back));
            assert_eq!(again(&mut shop), outcome.explanations);
            shop.submit(&event("void", "03-09", r#""of": "S2""#));
            assert_eq!(again(&mut shop), outcome.explanations);
        }
        assert_eq!(shop.submit(&sale).explanations, outcome.explanations);
    }
}

/// What a rule of its own says is nothing a promotion that multiplies makes nothing of, and it is that rule that says so.
#[test]
fn a_promotion_that_multiplies_nothing_is_not_what_says_so() {
    let mut shop = open(
        r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
        "earn": [{"by": "amount", "rate": "0.1"}], "categories": {"gift": {"by": "none"}},
        "promotions": [{"id": "happy", "rule": {"by": "multiply", "factor": "2"}}]}"#,
    );
    let gift = CUP.replace(r#""product": "cup""#, r#""product": "card", "category": "gift""#);
    let lines = told_of(&mut shop, "03-02", &gift, &paid("2.00"));
    assert_eq!(lines[0], "card: nothing, the rule for the category gift says so.");
}
