//! What a store answers.

use regulars::decide::{AccountFacts, Question, Standing};
use regulars::document::read_document;
use regulars::ledger::Seq;
use regulars::store::{Store, unite};
use regulars::time::{Date, Timestamp};

use super::Fresh;
use super::unions::{all_of, done, name};
use crate::common::shop::{
    PROGRAM, Shop, event, moment, parked, sale, sale_paid, sale_with, set_program, units, versioned,
};

pub fn an_empty_store_knows_nothing(make: &impl Fresh) {
    let mut shop = Shop::reopen(make.fresh());
    let facts = shop.facts(&sale("S1", "03-01", "C1", "20.00"));
    assert_eq!(facts.next, Seq(1));
    assert_eq!((facts.program, facts.original, facts.sales), (None, None, vec![]));
    assert_eq!(facts.accounts.len(), 1);
    assert_eq!(facts.accounts[0].known, None);
    assert!(shop.operations().is_empty());
}

pub fn what_was_recorded_is_in_the_facts(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let text = sale("S1", "03-01", "C1", "20.00");
    let outcome = shop.submit(&text);
    let facts = shop.facts(&text);
    assert_eq!(facts.next, Seq(3));
    let original = facts.original.expect("the sale");
    assert_eq!(original.operation, shop.operations()[1]);
    assert_eq!(original.operation.decision, outcome.decision);
    assert_eq!(original.program, versioned(PROGRAM));
    let known = facts.accounts[0].known.as_ref().expect("the customer");
    assert_eq!((known.member.standing, known.holding.balance()), (Standing::Enrolled, units(100)));
    assert_eq!((known.latest, known.history.len()), (moment("03-01"), 0));
    assert_eq!(facts.program, Some(versioned(PROGRAM)));
}

/// A document's id is its own among those of its type, and not beyond.
pub fn ids_are_told_apart_by_type(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("X", "03-01", "C1", "20.00"));
    let adjust = event(
        "adjust",
        "03-02",
        r#""id": "X", "customer": "C1", "units": "1.00", "reason": "r", "operator": "o""#,
    );
    assert_eq!(shop.facts(&adjust).original, None);
    shop.submit(&adjust);
    let found = shop.facts(&adjust).original.expect("the adjustment");
    assert_eq!(found.operation.seq, Seq(3));
    assert!(shop.submit(&adjust).duplicate);
    assert!(shop.submit(&sale("X", "03-01", "C1", "20.00")).duplicate);
    assert_eq!(shop.operations().len(), 3);
}

/// Ids are compared letter by letter.
pub fn ids_are_compared_as_they_are_written(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    for (number, id) in
        ["7", "07", "a", "A", "ä", "a b", "a  b", "0", "00", "18446744073709551616"].iter().enumerate()
    {
        assert!(!shop.submit(&sale(id, "03-01", id, "20.00")).duplicate, "{id}");
        assert_eq!(shop.account(id, "03-02").map(|known| known.holding.balance()), Some(units(100)), "{id}");
        assert_eq!(shop.operations().len(), number + 2);
    }
    shop.verify();
}

pub fn a_customer_without_a_sale_is_known(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&event("enrol", "03-01", r#""customer": "C1""#));
    assert_eq!(shop.account("C1", "03-01").map(|known| known.member.standing), Some(Standing::Enrolled));
    shop.submit(&event("opt_out", "03-02", r#""customer": "C1""#));
    assert_eq!(shop.account("C1", "03-02").map(|known| known.member.standing), Some(Standing::OptedOut));
    shop.submit(&event("opt_in", "03-03", r#""customer": "C1""#));
    assert_eq!(shop.account("C1", "03-03").map(|known| known.member.standing), Some(Standing::Enrolled));
    assert_eq!(shop.account("C2", "03-03"), None);
    shop.verify();
}

/// A sale put aside can be rung up anew under its id; from then on the id names the new sale.
pub fn a_parked_sale_gives_way(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&parked("S1", "03-01", "C1", "10.00"));
    shop.submit(&parked("S1", "03-01", "C1", "15.00"));
    let first = shop.history("S1").expect("the sale");
    assert_eq!(first.operations, shop.operations()[2..=2]);
    let outcome = shop.submit(&sale("S1", "03-02", "C2", "20.00"));
    assert!(!outcome.duplicate);
    let history = shop.history("S1").expect("the sale");
    assert_eq!(history.operations, shop.operations()[3..=3]);
    assert_eq!(shop.facts(&sale("S1", "03-02", "C2", "20.00")).original.unwrap().operation.seq, Seq(4));
    assert_eq!(shop.operations().len(), 4, "nothing is changed, everything is added");
    assert_eq!(shop.account("C1", "03-03"), None);
    shop.verify();
}

/// A parked sale that was voided has a history like any other, and can't be rung up anew.
pub fn a_parked_sale_has_its_history(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&parked("S1", "03-01", "C1", "10.00"));
    shop.submit(&event("void", "03-01T13:00", r#""of": "S1""#));
    let history = shop.history("S1").unwrap();
    assert_eq!(history.operations, shop.operations()[1..]);
    let anew = sale("S1", "03-02", "C2", "20.00");
    assert_eq!(shop.try_submit(&anew).map_err(|refusal| refusal.name()), Err("voided"));
    assert_eq!(shop.facts(&anew).sales, [history]);
    shop.verify();
}

/// Each version stays, by its hash; the one that was set last holds.
pub fn versions_of_the_program_stay(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let double = PROGRAM.replace("0.05", "0.1");
    let layby = sale_with("S1", "03-01", "C1", "20.00", r#""terms": "layby""#);
    shop.submit(&layby);
    shop.submit(&set_program(&double));
    assert_eq!(shop.facts(&layby).program, Some(versioned(&double)));
    assert_eq!(shop.history("S1").unwrap().program, versioned(PROGRAM));
    let paid = shop.submit(&event(
        "payment",
        "03-02",
        r#""sale": "S1", "payments": [{"tender": "card", "amount": "20.00"}]"#,
    ));
    assert_eq!(paid.moved.earned, units(100), "by the program it was rung up under");
    assert_eq!(shop.submit(&sale("S2", "03-02", "C1", "20.00")).moved.earned, units(200));
    shop.submit(&set_program(PROGRAM));
    assert_eq!(shop.facts(&layby).program, Some(versioned(PROGRAM)), "the first one holds again");
    assert_eq!(shop.submit(&sale("S3", "03-02", "C1", "20.00")).moved.earned, units(100));
    let versions: Vec<_> = shop.operations().iter().map(|operation| operation.program).collect();
    let (one, two) = (versioned(PROGRAM).version, versioned(&double).version);
    assert_eq!(versions, [one, one, two, one, two, one, one]);
    shop.verify();
}

/// Accounts are those asked for and those of the sales, each once.
pub fn accounts_come_once_each(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    for (sale, customer) in [("S1", "C1"), ("S2", "C1"), ("S3", "C2")] {
        let more = r#""terms": "on_account""#;
        shop.submit(&sale_with(sale, "03-01", customer, "20.00", more));
    }
    let facts = shop.facts(&event(
        "account_payment",
        "03-02",
        r#""customer": "C2", "payments": [], "sales": ["S2", "none", "S1", "S3"]"#,
    ));
    let names: Vec<&str> = facts.accounts.iter().map(|account| account.customer.as_str()).collect();
    assert_eq!(names, ["C2", "C1"]);
    let sales: Vec<Seq> = facts.sales.iter().map(|history| history.operations[0].seq).collect();
    assert_eq!(sales, [Seq(3), Seq(2), Seq(4)], "in the order asked, without the unknown one");
}

pub fn operations_come_in_pages(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    for number in 1..=9 {
        shop.submit(&sale(&format!("S{number}"), "03-01", "C1", "20.00"));
    }
    let all = shop.operations();
    assert_eq!(all.iter().map(|operation| operation.seq.0).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    let store = shop.register.store_mut();
    let mut paged = Vec::new();
    while let Some(last) = Some(paged.len() as u64) {
        let page = store.operations(Seq(last + 1), 4).unwrap();
        assert!(page.len() <= 4);
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, all);
    assert!(store.operations(Seq(1), 0).unwrap().is_empty());
    assert!(store.operations(Seq(11), 4).unwrap().is_empty());
    assert!(store.operations(Seq(u64::MAX), 4).unwrap().is_empty());
    assert_eq!(store.operations(Seq(0), 1).unwrap(), all[..1]);
}

/// A question about nothing is answered with the ledger as a whole.
pub fn a_question_about_nothing_is_answered(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let running_out_before = Date::from_civil(1970, 1, 1).unwrap();
    let question = Question { lots: true, running_out_before, ..Question::as_of(Timestamp::EPOCH) };
    let facts = shop.ask(&question);
    assert_eq!((facts.next, facts.original), (Seq(2), None));
    assert!(facts.accounts.is_empty() && facts.sales.is_empty());
}

/// What happened before is answered where what a sale earned may have run out, and not where it can't.
pub fn history_comes_where_units_may_be_gone(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let back = |sale: &str, at: &str| {
        event("return", at, &format!(r#""of": "{sale}", "lines": [{{"id": "1", "quantity": "1"}}]"#))
    };
    let told = |shop: &mut Shop<_>, text: &str| {
        let known = shop.facts(text).accounts.remove(0).known.expect("the customer");
        known.history.len()
    };
    let with_expiry = |expiry: &str| {
        set_program(&PROGRAM.replacen(r#""id":"#, &format!(r#""expiry": {expiry}, "id":"#), 1))
    };
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    assert_eq!(told(&mut shop, &back("S1", "12-31")), 0);
    shop.submit(&with_expiry(r#"{"by": "age", "months": 1}"#));
    shop.submit(&sale("S2", "03-02", "C1", "20.00"));
    // The last day of what S2 earned is the second of April; the question is asked for all time zones.
    for (at, operations) in [("03-30", 0), ("03-31", 0), ("04-01", 2), ("04-04", 2)] {
        assert_eq!(told(&mut shop, &back("S2", at)), operations, "{at}");
    }
    // What S1 earned has no last day of its own, and can have one by inactivity.
    shop.submit(&with_expiry(r#"{"by": "inactivity", "months": 12}"#));
    assert_eq!(told(&mut shop, &back("S1", "03-10")), 2);
    assert_eq!(told(&mut shop, &sale("S3", "03-10", "C1", "20.00")), 0);
    // Of others it is asked only where a new program lets their units run out at once.
    shop.submit(&sale("S4", "03-11", "C2", "20.00"));
    let asked = |shop: &mut Shop<_>, text: &str| shop.facts(text).accounts.len();
    assert_eq!(asked(&mut shop, &sale("S5", "03-12", "C1", "20.00")), 1);
    assert_eq!(asked(&mut shop, &set_program(PROGRAM)), 2);
    shop.submit(&set_program(PROGRAM));
    assert_eq!(asked(&mut shop, &set_program(PROGRAM)), 0);
}

/// What happened before is answered where other lots may have paid for a sale than was recorded, and not where all
/// came in its order.
pub fn history_comes_where_other_lots_may_have_paid(make: &impl Fresh) {
    let told = |shop: &mut Shop<_>, sale: &str, customer: &str| {
        let facts = shop.facts(&event("void", "05-01", &format!(r#""of": "{sale}""#)));
        let of = |account: &AccountFacts| account.customer.as_str() == customer;
        facts
            .accounts
            .into_iter()
            .find(of)
            .and_then(|account| account.known)
            .expect("the customer")
            .history
            .len()
    };
    let paid = |shop: &mut Shop<_>| {
        for customer in ["C1", "C2"] {
            shop.submit(&sale(&format!("{customer}-1"), "03-01", customer, "100.00"));
            let payments = r#"[{"tender": "loyalty", "amount": "4.00"}]"#;
            shop.submit(&sale_paid(&format!("{customer}-2"), "03-03", customer, "4.00", payments));
            assert_eq!(told(shop, &format!("{customer}-2"), customer), 0);
        }
    };
    let mut shop = Shop::open(make.fresh());
    paid(&mut shop);
    given_up(&mut shop, &[sale("C1-3", "03-04", "C1", "20.00"), event("void", "03-05", r#""of": "C1-2""#)]);
    // It has the number that a sale had which is gone.
    shop.submit(&sale("C1-3", "03-02", "C1", "20.00"));
    assert_eq!((told(&mut shop, "C1-2", "C1"), told(&mut shop, "C2-2", "C2")), (3, 0), "one came late");
    assert_eq!(told(&mut shop, "C1-1", "C1"), 0, "no units paid for it");
    shop.submit(&event("merge", "03-04", r#""into": "C1", "from": ["C2"]"#));
    assert_eq!(told(&mut shop, "C2-2", "C2"), 2, "it is another's by now");

    let mut shop = Shop::open(make.fresh());
    paid(&mut shop);
    shop.submit(&event("merge", "03-04", r#""into": "C1", "from": ["C2"]"#));
    assert_eq!((told(&mut shop, "C1-2", "C1"), told(&mut shop, "C2-2", "C2")), (3, 2), "all came in time");

    let mut shop = Shop::open(make.fresh());
    paid(&mut shop);
    // It is set for the time from the first of January on.
    let expiry = r#""expiry": {"by": "age", "months": 36}, "id":"#;
    shop.submit(&set_program(&PROGRAM.replacen(r#""id":"#, expiry, 1)));
    assert_eq!(told(&mut shop, "C1-2", "C1"), 2, "units lasted otherwise");

    let mut other = Shop::open(make.fresh());
    name(&mut other, "till-2");
    other.submit(&sale("X1", "03-06", "C1", "20.00"));
    other.submit(&sale("X2", "03-07", "C1", "20.00"));
    let taken = all_of(&mut other);
    let mut shop = Shop::open(make.fresh());
    name(&mut shop, "till-1");
    paid(&mut shop);
    let given_up = unite(&mut shop.register.store_mut().begin().unwrap(), taken).unwrap();
    assert_eq!(given_up, done(3, 0, 0));
    shop.submit(&sale("C1-3", "03-05", "C1", "20.00"));
    shop.submit(&sale("C1-4", "03-04", "C1", "20.00"));
    assert_eq!(told(&mut shop, "C1-2", "C1"), 4, "one came late, by a number that one had which is gone");
}

/// Hands documents in, each of which is accepted, and gives them up.
fn given_up<S: Store>(shop: &mut Shop<S>, documents: &[String]) {
    let (program, at) = (shop.program.clone(), shop.next_recording());
    let mut batch = shop.register.batch().unwrap();
    for text in documents {
        batch.submit(&read_document(text, &*program).unwrap(), at).unwrap();
    }
}
