//! Punch cards: offers that are held, used and free again, and punches.

use regulars::decide::{CardState, Outcome, Refusal};
use regulars::store::Store;

use super::Fresh;
use crate::common::shop::{Shop, event, pays, set_program, time};

/// Two coffees bought, one free.
const COFFEE: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [], "punch_cards": [{"id": "coffee", "required": 2, "where": {"products": ["COFFEE"]},
        "gives": {"kind": "free_item", "quantity": "1"}, "valid": {"until": "2026-12-31"}}]}"#;

fn open<S: Store>(store: S) -> Shop<S> {
    let mut shop = Shop::open(store);
    shop.submit(&set_program(COFFEE));
    let cards = r#""punch_card": "coffee", "batch": "B1", "codes": ["K1", "K2"]"#;
    shop.submit(&event("make_cards", "03-01", cards));
    shop.submit(&event("enrol", "03-01", r#""customer": "C1", "email": "c1@example.org""#));
    shop.submit(&event("link_card", "03-01", r#""card": "K1", "customer": "C1""#));
    shop
}

fn coffees(id: &str, at: &str, quantity: &str, offers: usize, more: &str) -> String {
    let offers = vec![r#"{"card": "K1", "line": "a"}"#; offers].join(", ");
    let line =
        format!(r#"{{"id": "a", "product": "COFFEE", "quantity": "{quantity}", "unit_price": "3.00"}}"#);
    let fields = format!(r#""sale": "{id}", "customer": "C1", "lines": [{line}], "offers": [{offers}]"#);
    format!(r#"{{"type": "sale", "at": "{}", {fields}, {more}}}"#, time(at))
}

fn paid(amount: &str) -> String {
    format!(r#""payments": [{}]"#, pays("cash", amount))
}

/// Punches, offers that are ready, and how many were used.
fn card(outcome: &Outcome) -> (i64, i64, u32) {
    let [CardState { punches, offers, used, .. }] = outcome.shown.cards.as_slice() else {
        panic!("one card is shown: {:?}", outcome.shown.cards)
    };
    (*punches, *offers, *used)
}

fn refused<S: Store>(shop: &mut Shop<S>, document: &str) -> &'static str {
    let before = shop.operations().len();
    let refusal: Refusal = shop.try_submit(document).expect_err(document);
    assert_eq!(shop.operations().len(), before);
    refusal.name()
}

fn back(id: &str, of: &str, quantity: &str) -> String {
    let lines = format!(r#"[{{"id": "a", "quantity": "{quantity}"}}]"#);
    event("return", "03-09", &format!(r#""id": "{id}", "of": "{of}", "lines": {lines}"#))
}

/// An offer is held while its sale is pending, used when it settles, and free again when the sale is
/// voided or the line comes back; punches go with the goods (R36, R37).
pub fn offers_are_held_and_used_and_free_again(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    assert_eq!(card(&shop.submit(&coffees("S1", "03-02", "5", 0, &paid("15.00")))), (5, 2, 0));
    let layby = shop.submit(&coffees("S2", "03-03", "2", 1, r#""terms": "layby""#));
    assert_eq!((card(&layby), layby.due.unwrap().minor()), ((5, 1, 0), 3_00));
    assert_eq!(refused(shop, &coffees("S3", "03-03", "2", 2, r#""terms": "layby""#)), "offer_used");
    assert_eq!(card(&shop.submit(&event("void", "03-04", r#""of": "S2""#))), (5, 2, 0));
    // Two of five punches are used, and the coffee that was paid is one.
    let used = shop.submit(&coffees("S4", "03-05", "2", 1, &paid("3.00")));
    assert_eq!(card(&used), (4, 2, 1));
    let again = shop.submit(&coffees("S1", "03-02", "5", 0, &paid("15.00")));
    assert_eq!((again.duplicate, card(&again)), (true, (4, 2, 1)), "the card is shown as it is by now");
    assert_eq!(card(&shop.submit(&back("R1", "S4", "2"))), (5, 2, 0));
    assert_eq!(card(&shop.submit(&back("R2", "S1", "4"))), (1, 0, 0));
    assert_eq!(refused(shop, &coffees("S5", "03-10", "1", 1, &paid("0.00"))), "offer_not_applicable");
    shop.verify();
}

/// Who has more than one card sees each of them, also in the answer to a document that comes again (R35).
pub fn each_card_is_shown(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    let cards = r#""punch_card": "coffee", "batch": "B2", "codes": ["K3", "K4"]"#;
    shop.submit(&event("make_cards", "03-01", cards));
    for code in ["K2", "K3"] {
        shop.submit(&event("link_card", "03-01", &format!(r#""card": "{code}", "customer": "C1""#)));
    }
    let shown = |outcome: Outcome| {
        outcome.shown.cards.iter().map(|card| card.code.to_string()).collect::<Vec<String>>()
    };
    let text = coffees("S1", "03-02", "1", 0, &paid("3.00"));
    assert_eq!(shown(shop.submit(&text)), ["K1", "K2", "K3"]);
    assert_eq!(shown(shop.submit(&text)), ["K1", "K2", "K3"]);
    let check = shop.submit(&event("check", "03-03", r#""customer": "C1""#));
    assert_eq!(shown(check), ["K1", "K2", "K3"]);
}

/// A layby uses its offer when it settles, and punches then (R36, R37).
pub fn a_layby_punches_when_it_settles(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    shop.submit(&coffees("S1", "03-02", "2", 0, &paid("6.00")));
    let layby = shop.submit(&coffees("S2", "03-03", "4", 1, r#""terms": "layby""#));
    assert_eq!(card(&layby), (2, 0, 0));
    let payment = format!(r#""id": "P1", "sale": "S2", {}"#, paid("9.00"));
    assert_eq!(card(&shop.submit(&event("payment", "03-04", &payment))), (3, 1, 1));
    assert_eq!(card(&shop.submit(&event("void", "03-05", r#""of": "S2""#))), (2, 1, 0));
    shop.verify();
}

/// A return that undoes the purchase behind a free item goes by the policy for what was spent (R37).
pub fn punches_that_were_used_are_owed(make: &impl Fresh) {
    for (policy, left) in [("allow", Some(-2)), ("clamp", Some(0)), ("refuse", None)] {
        let shop = &mut open(make.fresh());
        let returns = format!(r#""earn": [], "returns": {{"negative_balance": "{policy}"}}"#);
        shop.submit(&set_program(&COFFEE.replace(r#""earn": []"#, &returns)));
        shop.submit(&coffees("S1", "03-02", "2", 0, &paid("6.00")));
        assert_eq!(card(&shop.submit(&coffees("S2", "03-03", "1", 1, &paid("0.00")))), (0, 0, 1));
        let undo = back("R1", "S1", "2");
        match left {
            Some(left) => assert_eq!(card(&shop.submit(&undo)), (left, 0, 1)),
            None => {
                assert_eq!(refused(shop, &undo), "points_already_redeemed");
                // All that is there may go.
                shop.submit(&coffees("S3", "03-04", "2", 0, &paid("6.00")));
                assert_eq!(card(&shop.submit(&back("R3", "S3", "2"))), (0, 0, 1));
            }
        }
        shop.verify();
    }
}

/// A sale that is put aside shows what each card would take off which line, or why not (R35).
pub fn a_sale_in_hand_shows_the_offers(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    let offers = |shop: &mut Shop<_>, id: &str, more: &str| {
        let line = |id: &str, product: &str| {
            format!(r#"{{"id": "{id}", "product": "{product}", "quantity": "1", "unit_price": "3.00"}}"#)
        };
        let lines = format!(r#""lines": [{}, {}]"#, line("a", "TEA"), line("b", "COFFEE"));
        let fields = format!(r#""sale": "{id}", "customer": "C1", {lines}, "parked": true{more}"#);
        shop.submit(&event("sale", "03-05", &fields)).shown.card_offers
    };
    let none = offers(shop, "S1", "");
    assert_eq!((none[0].lines.len(), none[0].why_not), (0, Some("offer_not_applicable")));
    shop.submit(&coffees("S2", "03-02", "2", 0, &paid("6.00")));
    let ready = offers(shop, "S3", "");
    let lines: Vec<(&str, i64)> =
        ready[0].lines.iter().map(|(line, amount)| (line.as_str(), amount.minor())).collect();
    assert_eq!((ready[0].card.as_str(), lines, ready[0].why_not), ("K1", vec![("b", 3_00)], None));
    let used = offers(shop, "S4", r#", "offers": [{"card": "K1", "line": "b"}]"#);
    assert_eq!((used[0].lines.len(), used[0].why_not), (0, Some("offer_used")));
    shop.verify();
}

/// Cards and offers that can't be used are refused by name (R34, R35).
pub fn cards_that_cannot_be_used_are_refused(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    shop.submit(&event("enrol", "03-01", r#""customer": "C2""#));
    let link = |card: &str, customer: &str| {
        event("link_card", "03-02", &format!(r#""card": "{card}", "customer": "{customer}""#))
    };
    assert_eq!(refused(shop, &link("K9", "C1")), "unknown_card");
    assert_eq!(refused(shop, &link("K1", "C1")), "card_linked");
    assert_eq!(refused(shop, &link("K2", "C2")), "email_missing");
    assert_eq!(refused(shop, &link("K2", "C9")), "unknown_customer");
    let again = r#""punch_card": "coffee", "batch": "B2", "codes": ["K3", "K1"]"#;
    assert_eq!(refused(shop, &event("make_cards", "03-02", again)), "code_taken");
    let block = |more: &str| event("block_card", "03-02", &format!(r#""card": "K1"{more}"#));
    assert_eq!(refused(shop, &block("")), "reason_missing");
    assert_eq!(refused(shop, &block(r#", "reason": "lost""#)), "operator_missing");

    shop.submit(&coffees("S1", "03-02", "2", 0, &paid("6.00")));
    let sale = |card: &str, at: &str| coffees("S2", at, "1", 1, &paid("0.00")).replace("K1", card);
    assert_eq!(refused(shop, &sale("K9", "03-03")), "unknown_card");
    assert_eq!(refused(shop, &sale("K2", "03-03")), "card_not_linked");
    let other = sale("K1", "03-03").replace(r#""C1""#, r#""C2""#);
    assert_eq!(refused(shop, &other), "card_not_linked");
    let tea = sale("K1", "03-03").replace("COFFEE", "TEA");
    assert_eq!(refused(shop, &tea), "offer_not_applicable");
    let next_year = sale("K1", "03-03").replace("2026-03", "2027-03");
    assert_eq!(refused(shop, &next_year), "offer_expired");
    assert_eq!(refused(shop, &event("scan", "03-03", r#""code": "K2""#)), "card_not_linked");
    let scanned = shop.submit(&event("scan", "03-03", r#""code": "K1""#));
    assert_eq!((card(&scanned), scanned.shown.resolved.unwrap().as_str()), ((2, 1, 0), "C1"));
    shop.submit(&block(r#", "reason": "lost", "operator": "op""#));
    assert_eq!(refused(shop, &sale("K1", "03-04")), "card_blocked");
    shop.verify();
}

/// An offer takes its part of the line that it is used on, and not more than there is of it (R35).
pub fn an_offer_is_for_one_line(make: &impl Fresh) {
    let percent = (r#""percent_off", "percent": "50""#, vec![("a", 1_50), ("b", 2_00)]);
    let amount = (r#""amount_off", "amount": "3.50""#, vec![("b", 3_50)]);
    for (gives, expected) in [percent, amount] {
        let shop = &mut open(make.fresh());
        shop.submit(&set_program(&COFFEE.replace(r#""free_item", "quantity": "1""#, gives)));
        shop.submit(&coffees("S1", "03-02", "2", 0, &paid("6.00")));
        let line = |id: &str, price: &str| {
            format!(r#"{{"id": "{id}", "product": "COFFEE", "quantity": "1", "unit_price": "{price}"}}"#)
        };
        let lines = format!(r#""lines": [{}, {}]"#, line("a", "3.00"), line("b", "4.00"));
        let fields = format!(r#""sale": "S2", "customer": "C1", {lines}, "parked": true"#);
        let told = shop.submit(&event("sale", "03-05", &fields)).shown.card_offers;
        let lines: Vec<(&str, i64)> =
            told[0].lines.iter().map(|(line, amount)| (line.as_str(), amount.minor())).collect();
        assert_eq!(lines, expected);
        shop.verify();
    }
}
