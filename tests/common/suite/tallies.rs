//! What a tally tells is what all purchases tell, over years.

use std::fmt::Debug;

use proptest::test_runner::{Config, TestRunner};
use regulars::decide::{
    AccountChange, ChangeSet, Document, Question, Tally, TallyChange, decide, purchases_of,
};
use regulars::document::read_document;
use regulars::money::Money;
use regulars::store::{Store, Transaction};
use regulars::time::FixedZones;

use super::Fresh;
use super::years::{any_years, program_from};
use crate::common::shop::{PROGRAM, Shop, assert_same, event, sale, set_program};

/// Sales, laybys that settle months later, returns, voids and imports in the order of time, or not quite:
/// what is decided on tallies is what is decided on all purchases, and what is kept fits.
pub fn tallies_tell_what_purchases_tell(make: &impl Fresh) {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&any_years(), |(programs, events)| {
        let mut shop = Shop::open(make.fresh());
        let mut day = 0;
        for (number, (event, program)) in events.iter().zip(programs.iter().cycle()).enumerate() {
            day += event.days_later;
            if number % 16 == 0 {
                decide_twice(&mut shop, &program_from(day, program));
            }
            decide_twice(&mut shop, &event.document(number, day));
        }
        shop.verify();
        Ok(())
    });
    played.unwrap();
}

/// Where units run out by inactivity, whoever looks at a customer reads a tally, and no purchase.
pub fn inactivity_reads_a_tally(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let expiry = r#""expiry": {"by": "inactivity", "days": 10}, "id":"#;
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, expiry, 1)));
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let known = shop.account("C1", "03-02").unwrap();
    assert_eq!((known.tally.is_some(), known.purchases), (true, None));
}

/// A sale reads what its customer bought added up, and not purchase by purchase; a return tells sales apart.
pub fn a_sale_reads_a_tally(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let tiers =
        r#""tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "base", "at": "0"}]}, "id":"#;
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, tiers, 1)));
    let known = |shop: &mut Shop<_>, text: &str| shop.facts(text).accounts.remove(0).known;
    assert!(known(&mut shop, &sale("S1", "03-01", "C1", "20.00")).is_none());
    let spent = |tally: Option<Tally>| -> Vec<i64> {
        tally.unwrap().sales.iter().map(|sale| sale.spent.minor()).collect()
    };
    for (id, day, sales) in [("S1", "03-01", 1), ("S2", "03-02", 2), ("S3", "03-03", 3)] {
        shop.submit(&sale(id, day, "C1", "20.00"));
        let for_sale = known(&mut shop, &sale("S9", "03-09", "C1", "20.00")).unwrap();
        assert_eq!((for_sale.purchases, for_sale.history.len()), (None, 0));
        assert_eq!(spent(for_sale.tally), [20_00 * sales]);
        let back = r#""of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#;
        let for_return = known(&mut shop, &event("return", "03-09", back)).unwrap();
        assert_eq!(spent(for_return.tally), vec![20_00; usize::try_from(sales).unwrap()]);
    }
    // What lies so far back that no rule tells its days apart is one sum.
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, &tiers.replace("12", "1"), 1)));
    shop.submit(&sale("S4", "09-01", "C1", "20.00"));
    let tally = known(&mut shop, &sale("S9", "09-02", "C1", "20.00")).unwrap().tally.unwrap();
    assert_eq!((tally.before.spent.minor(), tally.sales.len()), (60_00, 1));
    // A sale that is there already is told apart.
    let text = sale("S4", "09-01", "C1", "20.00");
    let document = read_document(&text, &*shop.program).unwrap();
    let (question, program) = (Question::about(&document), shop.facts(&text).program);
    let history = shop.history("S4").unwrap();
    assert!(question.puts_together(program.as_ref(), &[], None).is_some());
    assert!(question.puts_together(program.as_ref(), &[history], None).is_none());
    // What is taken back is taken out of the tally, which stays.
    shop.submit(&event("return", "09-03", r#""of": "S4", "lines": [{"id": "1", "quantity": "1"}]"#));
    assert_eq!(shop.register.store_mut().begin().unwrap().counts().unwrap().tallies, 1);
    shop.verify();
}

/// What counts for ever is one sum, of all sales that a document can't change.
pub fn what_counts_for_ever_is_one_sum(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let tiers = r#""tiers": {"by": "spent", "over": "ever", "levels": [{"id": "base", "at": "0"}]}, "id":"#;
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, tiers, 1)));
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    shop.submit(&sale("S2", "09-01", "C1", "30.00"));
    let back = event("return", "09-02", r#""of": "S2", "lines": [{"id": "1", "quantity": "1"}]"#);
    let known = shop.facts(&back).accounts.remove(0).known.unwrap();
    assert_eq!(known.tally.unwrap().before.spent.minor(), 20_00);
    shop.verify();
}

/// Whoever buys every month has a tally that doesn't grow for ever, also where a sale's tally puts all of it together.
pub fn a_tally_does_not_grow_for_ever(make: &impl Fresh) {
    let tiers = r#""tiers": {"by": "spent", "over": "ever", "levels": [{"id": "base", "at": "0"}]}, "id":"#;
    let idle = r#""expiry": {"by": "inactivity", "months": 12}, "id":"#;
    for more in [tiers, idle] {
        let mut shop = Shop::open(make.fresh());
        shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, more, 1)));
        for month in 1..=10 {
            shop.submit(&sale(&format!("S{month}"), &format!("{month:02}-05"), "C1", "20.00"));
        }
        let back = event("return", "10-06", r#""of": "S10", "lines": [{"id": "1", "quantity": "1"}]"#);
        let tally = shop.facts(&back).accounts.remove(0).known.unwrap().tally.unwrap();
        assert!(tally.sales.len() <= 4 && Money::ZERO < tally.before.spent, "{tally:?}");
        shop.verify();
    }
}

/// What has gone wrong with tallies before: each document is accepted, decided the same on all purchases, and
/// verified.
pub fn tallies_survive_odd_histories(make: &impl Fresh) {
    let returned = r#"{"type": "return", "at": "2020-06-03T00:00:00Z", "of": "A",
        "lines": [{"id": "1", "quantity": "1"}]}"#;
    let histories = [
        a_program_stops_looking(void("2020-06-03T00:00:00Z", "A")),
        a_program_stops_looking(returned.to_string()),
        a_layby_is_paid_before_it_is_rung_up(),
        a_sale_is_claimed_that_was_paid_before(),
        there_is_too_much_for_one_sum(),
    ];
    for history in histories {
        let mut shop = Shop::open(make.fresh());
        for (number, text) in (1..).zip(&history) {
            decide_twice(&mut shop, text);
            assert_eq!(shop.operations().len(), number + 1, "{text}");
            shop.verify();
        }
    }
}

const PAID: &str = r#""customer": "C1", "payments": [{"tender": "card", "amount": "10.00"}],"#;
const FIRST_PURCHASE: &str = r#""enrolment": {"claim_days": 400}, "promotions": [
    {"id": "first", "first_purchase": true, "rule": {"by": "bonus", "units": "3.00"}}],"#;

fn set(at: &str, more: &str) -> String {
    format!(
        r#"{{"type": "set_program", "at": "{at}", "program": {{"id": "house", "currency": "EUR", {more}
            "unit": {{"kind": "money"}}, "earn": [{{"by": "amount", "rate": "0.05"}}]}}}}"#
    )
}

fn of_ten(id: &str, at: &str, rest: &str) -> String {
    format!(
        r#"{{"type": "sale", "sale": "{id}", "at": "{at}", {rest}
            "lines": [{{"id": "1", "product": "P", "quantity": "1", "unit_price": "10.00"}}]}}"#
    )
}

fn pays_l(at: &str) -> String {
    format!(
        r#"{{"type": "payment", "at": "{at}", "sale": "L",
            "payments": [{{"tender": "card", "amount": "10.00"}}]}}"#
    )
}

fn void(at: &str, of: &str) -> String {
    format!(r#"{{"type": "void", "at": "{at}", "of": "{of}"}}"#)
}

/// The tally has summed the first sale up by then.
fn a_program_stops_looking(last: String) -> Vec<String> {
    let tiers = r#""tiers": {"by": "spent", "over": "ever", "levels": [{"id": "base", "at": "0"}]},"#;
    vec![
        set("2020-01-01T00:00:00Z", ""),
        of_ten("A", "2020-01-02T12:00:00Z", PAID),
        set("2020-02-01T00:00:00Z", tiers),
        of_ten("B", "2020-06-01T12:00:00Z", PAID),
        set("2020-06-02T00:00:00Z", ""),
        last,
    ]
}

fn a_layby_is_paid_before_it_is_rung_up() -> Vec<String> {
    let yearly = r#""promotions": [{"id": "once", "limit": {"times": 1, "per": "year"},
        "rule": {"by": "bonus", "units": "1.00"}}],"#;
    vec![
        set("2019-01-01T00:00:00Z", yearly),
        of_ten("L", "2020-03-01T12:00:00Z", r#""customer": "C1", "terms": "layby", "payments": [],"#),
        pays_l("2019-11-01T12:00:00Z"),
        of_ten("C", "2020-06-01T12:00:00Z", PAID),
        of_ten("D", "2020-08-01T12:00:00Z", PAID),
    ]
}

fn a_sale_is_claimed_that_was_paid_before() -> Vec<String> {
    vec![
        set("2020-01-01T00:00:00Z", FIRST_PURCHASE),
        of_ten("X", "2020-06-01T12:00:00Z", PAID),
        of_ten("L", "2020-06-01T13:00:00Z", r#""terms": "layby", "payments": [],"#),
        pays_l("2020-02-01T12:00:00Z"),
        r#"{"type": "claim", "at": "2020-06-02T12:00:00Z", "sale": "L", "customer": "C1"}"#.to_string(),
        of_ten("D", "2020-06-03T12:00:00Z", PAID),
    ]
}

fn there_is_too_much_for_one_sum() -> Vec<String> {
    let card = r#"{"tender": "card", "amount": "500000000000000.00"}"#;
    let huge = |id: &str, at: &str| {
        format!(
            r#"{{"type": "sale", "sale": "{id}", "at": "{at}", "customer": "C1", "payments": [{}], "lines":
                [{{"id": "1", "product": "P", "quantity": "100", "unit_price": "500000000000000.00"}}]}}"#,
            [card; 100].join(", ")
        )
    };
    vec![
        set("2020-01-01T00:00:00Z", FIRST_PURCHASE),
        huge("A", "2020-01-02T12:00:00Z"),
        void("2020-01-02T12:01:00Z", "A"),
        huge("B", "2020-06-01T12:00:00Z"),
        void("2020-06-01T12:01:00Z", "B"),
        of_ten("C", "2020-12-01T12:00:00Z", PAID),
        of_ten("D", "2021-08-01T12:00:00Z", PAID),
    ]
}

/// A document that is about no purchase leaves what is kept of them as it is; one that changes any doesn't.
pub fn what_is_no_purchase_leaves_the_tally(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let tiers = r#""tiers": {"by": "spent", "over": "ever", "levels": [{"id": "base", "at": "0"}]}, "id":"#;
    let tally = |shop: &mut Shop<_>, text: &str| {
        let (facts, document) = (shop.facts(text), read_document(text, &*shop.program).unwrap());
        let (changes, _) = decide(&facts, &document, shop.next_recording(), &FixedZones).unwrap();
        shop.submit(text);
        changes.accounts.into_iter().next().unwrap().tally
    };
    assert_eq!(tally(&mut shop, &sale("S1", "03-01", "C1", "20.00")), TallyChange::Stays);
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, tiers, 1)));
    let adjust = |id: &str, at: &str| {
        let fields = r#""customer": "C1", "units": "1.00", "reason": "r", "operator": "o""#;
        event("adjust", at, &format!(r#""id": "{id}", {fields}"#))
    };
    // Now it is looked at, and the first document makes it.
    assert!(matches!(tally(&mut shop, &adjust("A1", "03-02")), TallyChange::Is(_)));
    assert_eq!(tally(&mut shop, &adjust("A2", "03-03")), TallyChange::Stays);
    assert!(matches!(tally(&mut shop, &sale("S2", "03-04", "C1", "20.00")), TallyChange::Grows { .. }));
    shop.submit(&set_program(PROGRAM));
    assert_eq!(tally(&mut shop, &adjust("A3", "03-05")), TallyChange::Gone);
    shop.verify();
}

/// Decides a document as the store's facts say, and once more on all purchases in the tally's place; and
/// records it.
fn decide_twice<S: Store<Error: Debug>>(shop: &mut Shop<S>, text: &str) {
    let document = read_document(text, &*shop.program).unwrap();
    if let Document::SetProgram(set) = &document {
        shop.program = set.program.program.clone();
    }
    let all = shop.operations();
    let at = shop.next_recording();
    let mut transaction = shop.register.store_mut().begin().unwrap();
    let facts = transaction.facts(&Question::about(&document)).unwrap();
    let decided = decide(&facts, &document, at, &FixedZones);
    let mut whole = facts.clone();
    for account in &mut whole.accounts {
        let Some(known) = &mut account.known else { continue };
        known.tally = None;
        known.purchases = Some(purchases_of(&account.customer, &all));
    }
    let again = decide(&whole, &document, at, &FixedZones);
    let told = |decided: &Result<(ChangeSet, _), _>| {
        decided.clone().map(|(changes, outcome)| (without_tallies(changes), outcome))
    };
    assert_same(&told(&decided), &told(&again), text);
    let Ok((changes, _)) = decided else { return };
    transaction.record(&changes).unwrap();
    transaction.commit().unwrap();
}

fn without_tallies(changes: ChangeSet) -> ChangeSet {
    let accounts = changes.accounts.into_iter();
    let accounts = accounts.map(|account| AccountChange { tally: TallyChange::Stays, ..account });
    ChangeSet { accounts: accounts.collect(), ..changes }
}
