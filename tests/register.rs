//! What a register does beside handing documents in.

#![cfg(feature = "json")]
#![allow(clippy::unwrap_used, reason = "in the helpers, as in the tests, what goes wrong fails the test")]

mod common;

use common::shop::{PROGRAM, Shop, event, moment, sale, set_program, units, versioned};
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{Document, Question, Refusal};
use regulars::ident::CustomerId;
use regulars::ledger::Seq;
use regulars::loyalty::Why;
use regulars::register::{Register, RegisterError};
use regulars::time::{FixedZones, Offset, Timestamp, Zone, Zones};

#[test]
fn a_program_that_holds_already_is_not_set_again() {
    let mut register = Register::new(MemoryStore::default(), FixedZones);
    let double = versioned(&PROGRAM.replace("0.05", "0.1"));
    assert!(register.set_program(versioned(PROGRAM), moment("01-01")).unwrap());
    assert!(!register.set_program(versioned(PROGRAM), moment("01-02")).unwrap());
    assert!(register.set_program(double.clone(), moment("01-03")).unwrap());
    assert!(register.set_program(versioned(PROGRAM), moment("01-04")).unwrap());
    assert!(register.set_program(double.clone(), moment("01-05")).unwrap());
    let facts = register.facts(&Question::as_of(moment("01-06"))).unwrap();
    assert_eq!((facts.next, facts.program), (Seq(5), Some(double)));
    let east = Offset::from_minutes(60).unwrap();
    assert_eq!(register.zones().offset(&Zone::Fixed(east), Timestamp::EPOCH), Some(east));
}

/// What couldn't be written as JSON, so that no other register could ever be told of it, isn't recorded.
#[test]
fn what_has_no_form_in_json_is_refused() {
    let mut shop = Shop::open(MemoryStore::default());
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let read = |text: &str| regulars::document::read_document(text, &*versioned(PROGRAM).program).unwrap();
    let line = r#"[{"id": "1", "product": "P", "quantity": "1", "unit_price": "20.00"}]"#;
    let fields = format!(
        r#""id": "X1", "outlet": "main", "of": "S1", "lines": [{{"id": "1", "quantity": "1"}}],
           "sale": {{"id": "S2", "customer": "C1", "lines": {line}, "payments": []}}"#
    );
    let Document::Exchange(mut exchange) = read(&event("exchange", "03-02", &fields)) else {
        panic!("an exchange")
    };
    let whole = Document::Exchange(exchange.clone());
    let mut new = (*exchange.sale).clone();
    new.rung_up.place = Default::default();
    exchange.sale = new.into();
    let refund = r#""id": "R1", "of": "S1", "lines": [{"id": "1", "quantity": "1"}],
        "refund": [{"tender": "card", "amount": "20.00"}]"#;
    let Document::Return(mut back) = read(&event("return", "03-02", refund)) else { panic!("a return") };
    back.refund.as_mut().unwrap()[0].reservation = Some(regulars::ident::DocumentId::new("H1").unwrap());
    for odd in [Document::Exchange(exchange), Document::Return(back)] {
        let refused = shop.register.submit(&odd, moment("03-02")).unwrap_err();
        assert!(matches!(refused, RegisterError::Refused(Refusal::InvalidDocument { .. })), "{refused}");
    }
    shop.register.submit(&whole, moment("03-02")).unwrap();
}

/// A batch that is dropped has recorded nothing; until then it sees what it did.
#[test]
fn a_batch_answers_with_what_it_has_done() {
    let mut shop = Shop::open(MemoryStore::default());
    let mut batch = shop.register.batch().unwrap();
    let document =
        regulars::document::read_document(&sale("S1", "03-01", "C1", "20.00"), &*shop.program).unwrap();
    batch.submit(&document, moment("03-01")).unwrap();
    let ada = CustomerId::new("C1").unwrap();
    let question = Question::of_customer(&ada, moment("03-01"));
    assert_eq!(batch.facts(&question).unwrap().known(&ada).unwrap().holding.balance(), units(100));
    drop(batch);
    assert_eq!(shop.ask(&question).known(&ada), None);
}

#[test]
fn hints_are_sentences() {
    let program = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "points", "decimals": 0},
        "earn": [{"by": "amount", "rate": "1"}],
        "rewards": [{"id": "step", "cost": "0", "gives": {"kind": "amount_per_step", "step": "20", "amount": "1.00"}}],
        "tiers": {"by": "earned", "over": "ever", "from": "next_sale", "fall_back": "never",
            "levels": [{"id": "gold", "at": "20", "factor": "2"}]},
        "punch_cards": [{"id": "coffee", "required": 2, "gives": {"kind": "free_item", "quantity": "1"}}]}"#;
    let mut shop = Shop::reopen(MemoryStore::default());
    shop.program = versioned(program).program;
    shop.submit(&set_program(program));
    shop.submit(&event("enrol", "02-01", r#""customer": "C1", "email": "a@b.example""#));
    shop.submit(&event("make_cards", "02-01", r#""punch_card": "coffee", "batch": "B", "codes": ["K1"]"#));
    shop.submit(&event("link_card", "02-01", r#""card": "K1", "customer": "C1""#));
    let ada = CustomerId::new("C1").unwrap();
    let told = |shop: &mut Shop<MemoryStore>, at: &str| {
        shop.register.hints(&ada, None, moment(at)).unwrap().sentences(&shop.program)
    };
    shop.submit(&sale("S1", "03-01", "C1", "19.00"));
    let missing = [
        "The balance is 19 points.",
        "To the reward step 1 point is missing.",
        "To the tier gold 1 point is missing.",
        "The card K1 (coffee) has 0 offers ready, and 1 punch is missing to the next.",
    ];
    assert_eq!(told(&mut shop, "03-01"), missing);
    shop.submit(&sale("S2", "03-02", "C1", "1.00"));
    let reached = [
        "The balance is 20 points.",
        "The reward step can be had for 20 points.",
        "The tier is gold.",
        "The card K1 (coffee) has 1 offer ready, and 2 punches are missing to the next.",
    ];
    assert_eq!(told(&mut shop, "03-02"), reached);
}

/// A line whose own rule gives nothing earns by a promotion, and says so; where a promotion gives nothing, that is why.
#[test]
fn a_promotion_earns_where_the_rule_of_the_line_gives_nothing() {
    let rules = r#""products": {"P": {"by": "none"}}, "promotions": [
        {"id": "some", "from": "2026-03-01", "until": "2026-03-09", "rule": {"by": "fixed", "units": "1.00"}},
        {"id": "none", "from": "2026-03-11", "rule": {"by": "none"}}], "id":"#;
    let mut shop = Shop::open(MemoryStore::default());
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, rules, 1)));
    for (day, earned, why) in
        [("03-05", 100, Why::Earned), ("03-10", 0, Why::RuleSaysNothing), ("03-12", 0, Why::RuleSaysNothing)]
    {
        let sold = shop.submit(&sale(&format!("S{day}"), day, "C1", "20.00"));
        assert_eq!((sold.moved.earned, sold.explanations[0].why), (units(earned), why), "{day}");
    }
}

/// Whoever joins and gets nothing for it moves no unit, so nothing is booked as run out, either (R24, R32).
#[test]
fn who_is_not_welcomed_moves_nothing() {
    let program = |welcome: &str| {
        PROGRAM.replacen(
            '{',
            &format!(r#"{{"expiry": {{"by": "age", "days": 7}}, "enrolment": {{"welcome": "{welcome}"}}, "#),
            1,
        )
    };
    let enrol = |at: &str| event("enrol", at, r#""customer": "ada""#);
    let moved = |welcome: &str, first: &str, second: &str| {
        let mut shop = Shop::reopen(MemoryStore::default());
        shop.submit(&set_program(&program(welcome)));
        let first = shop.submit(first).decision.entries.len();
        (first, shop.submit(second).decision.entries.len())
    };
    assert_eq!(moved("1.00", &enrol("03-01"), &enrol("03-20")), (1, 0), "who was welcomed before");
    assert_eq!(
        moved("0", &sale("S1", "03-01", "ada", "20.00"), &enrol("03-20")),
        (1, 0),
        "who gets no welcome"
    );
    assert_eq!(moved("1.00", &sale("S1", "03-01", "ada", "20.00"), &enrol("03-20")), (1, 2), "who does");
}
