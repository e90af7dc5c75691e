//! Accounts, claims, exchanges, codes, and two records that are one person.

use regulars::decide::{Document, Outcome, Refusal, SaleRecord, Standing};
use regulars::document::read_document;
use regulars::money::{Money, Units};
use regulars::register::Register;
use regulars::store::Store;

use super::Fresh;
use crate::common::shop::{PROGRAM, Shop, event, pays, sale, sale_paid, sale_with, set_program, time, units};

fn pay(shop: &mut Shop<impl Store>, at: &str, customer: &str, tender: &str, amount: &str) -> Vec<String> {
    let fields = format!(r#""customer": "{customer}", "payments": [{}]"#, pays(tender, amount));
    let paid = shop.submit(&event("account_payment", at, &fields));
    paid.decision.settled.iter().map(ToString::to_string).collect()
}

fn balance(shop: &mut Shop<impl Store>, at: &str, customer: &str) -> i64 {
    let check = event("check", at, &format!(r#""customer": "{customer}""#));
    shop.submit(&check).decision.balance.map_or(0, |balance| balance.minor())
}

/// A sale in which the goods leave, and nothing or a part is paid.
fn debt(id: &str, at: &str, customer: &str, price: &str) -> String {
    sale_with(id, at, customer, price, r#""terms": "on_account""#)
}

/// The oldest debt is paid first, whatever the order in which they came; what is over pays the next sale
/// put on the account, and earns as the tender does that it was paid in (R4).
pub fn what_is_over_pays_the_next_debt(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&debt("S2", "03-02", "C1", "40.00"));
    shop.submit(&debt("S1", "03-01", "C1", "60.00"));
    assert_eq!(pay(&mut shop, "03-03", "C1", "card", "60.00"), ["S1"]);
    assert_eq!(pay(&mut shop, "03-04", "C1", "bank_transfer", "70.00"), ["S2"]);
    // The same again answers as it did, and says where the sale stands that it settled (R2).
    let paid = format!(r#""id": "P1", "customer": "C2", "payments": [{}]"#, pays("card", "5.00"));
    shop.submit(&debt("S4", "03-03", "C2", "5.00"));
    let first = shop.submit(&event("account_payment", "03-04", &paid));
    let again = shop.submit(&event("account_payment", "03-04", &paid));
    assert!(again.duplicate && again.sales == first.sales && again.sales.len() == 1);
    let credit = shop.account("C1", "03-05").unwrap().member.credit;
    assert_eq!(credit.iter().map(|part| part.amount).collect::<Vec<_>>(), [Money::from_minor(3000)]);
    let next = shop.submit(&debt("S3", "03-05", "C1", "30.00"));
    assert_eq!((next.moved.earned, next.decision.settled.len()), (units(150), 1));
    assert!(shop.account("C1", "03-06").unwrap().member.credit.is_empty());
    // Loyalty never becomes credit.
    let refused = event(
        "account_payment",
        "03-06",
        &format!(r#""customer": "C1", "payments": [{}]"#, pays("loyalty", "1.00")),
    );
    assert!(matches!(shop.try_submit(&refused), Err(Refusal::ExceedsDue { .. })));
    shop.verify();
}

/// Where the whole account has to be cleared, a paid sale waits for the others, and the void of the last
/// of them settles it (Q20).
pub fn a_cleared_account_settles_all(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&set_program(&PROGRAM.replace(r#""unit""#, r#""on_account": "account_cleared", "unit""#)));
    shop.submit(&debt("S1", "03-01", "C1", "60.00"));
    shop.submit(&debt("S2", "03-02", "C1", "40.00"));
    assert!(pay(&mut shop, "03-03", "C1", "card", "70.00").is_empty());
    let back = r#""of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#;
    assert!(matches!(shop.try_submit(&event("return", "03-04", back)), Err(Refusal::NotSettled { .. })));
    let voided = shop.submit(&event("void", "03-05", r#""of": "S2""#));
    assert_eq!(voided.decision.refund.iter().map(|part| part.amount.minor()).collect::<Vec<_>>(), [1000]);
    assert_eq!((voided.moved.earned, balance(&mut shop, "03-06", "C1")), (units(300), 300));
    assert!(shop.account("C1", "03-06").unwrap().member.credit.is_empty(), "what was paid goes back");
    shop.submit(&event("return", "03-06", back));
    assert_eq!(balance(&mut shop, "03-07", "C1"), 0);
    shop.verify();
}

/// A sale without a customer is claimed once, for what is left of it, and belongs to that customer (R9).
pub fn a_claimed_sale_is_the_claimants(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let claims = r#""enrolment": {"claim_days": 5}, "unit""#;
    shop.submit(&set_program(&PROGRAM.replace(r#""unit""#, claims)));
    let nobodys =
        |id: &str| sale(id, "03-01", "-", "100.00").replace(r#""customer": "-""#, r#""customer": null"#);
    assert_eq!(shop.submit(&nobodys("S1")).shown.claimable, Some(units(500)));
    shop.submit(&nobodys("S2"));
    let in_hand = nobodys("S3").replacen(
        r#""payments": [{"tender": "card", "amount": "100.00"}]"#,
        r#""parked": true"#,
        1,
    );
    assert_eq!(shop.submit(&in_hand).shown.forecast, Some(units(500)));
    let back = shop.submit(&event("return_amount", "03-02", r#""of": "S1", "amount": "20.00""#));
    assert_eq!(back.shown.claimable, Some(units(400)));
    let claim = |at: &str, sale: &str, who: &str| {
        event("claim", at, &format!(r#""sale": "{sale}", "customer": "{who}""#))
    };
    let late = shop.try_submit(&claim("03-07", "S2", "C1"));
    assert!(matches!(late, Err(Refusal::TooLate { .. })), "{late:?}");
    assert_eq!(shop.submit(&claim("03-06", "S1", "C1")).moved.earned, units(400));
    let record = SaleRecord::fold(&shop.history("S1").unwrap().operations).unwrap();
    assert_eq!(record.claimable_left(), Ok(units(0)));
    let again = shop.try_submit(&claim("03-06", "S1", "C2"));
    assert!(matches!(again, Err(Refusal::AlreadyClaimed { .. })), "{again:?}");
    let voided = shop.submit(&event("void", "03-08", r#""of": "S1""#));
    assert_eq!((voided.moved.clawed_back, balance(&mut shop, "03-09", "C1")), (units(400), 0));
    assert_eq!(voided.shown.claimable, None, "it is somebody's");
    // A layby is claimed when it is paid.
    let layby = sale_with("S4", "03-08", "-", "10.00", r#""terms": "layby""#).replace(r#""-""#, "null");
    assert_eq!(shop.submit(&layby).shown.claimable, None);
    for (amount, claimable) in [("4.00", None), ("6.00", Some(units(50)))] {
        let fields = format!(r#""sale": "S4", "payments": [{}]"#, pays("card", amount));
        assert_eq!(shop.submit(&event("payment", "03-09", &fields)).shown.claimable, claimable);
    }
    shop.verify();
}

/// An even swap changes no balance, and the loyalty that paid goes back from the new sale (R21, Q8).
pub fn an_even_swap_changes_nothing(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let import = r#""customer": "C1", "units": "20.00", "expires": "2026-12-31""#;
    shop.submit(&event("enrol", "03-01", r#""customer": "C1""#));
    shop.submit(&event("import", "03-01", import));
    let payments = format!("[{}, {}]", pays("loyalty", "20.00"), pays("card", "80.00"));
    shop.submit(&sale_paid("S1", "03-02", "C1", "100.00", &payments));
    let new = sale_paid("S2", "03-03", "C1", "100.00", "[]");
    let new = new.replace(r#""type": "sale", "sale""#, r#""id""#);
    let lines = r#"[{"id": "1", "quantity": "1"}]"#;
    let exchange =
        event("exchange", "03-03", &format!(r#""id": "E1", "of": "S1", "lines": {lines}, "sale": {new}"#));
    let swapped = shop.submit(&exchange);
    assert_eq!((swapped.moved.earned, swapped.moved.clawed_back), (units(400), units(400)));
    assert_eq!((swapped.moved.restored, balance(&mut shop, "03-03", "C1")), (units(0), 400));
    let again = shop.submit(&exchange);
    let told = |outcome: &Outcome| (outcome.due, outcome.sales.clone(), outcome.shown.claimable);
    assert_eq!((again.duplicate, told(&again)), (true, told(&swapped)));
    let taken = shop.try_submit(&sale("S2", "03-04", "C1", "5.00"));
    assert!(matches!(taken, Err(Refusal::Conflict { .. })), "{taken:?}");
    let half =
        format!(r#""of": "S2", "lines": {}"#, lines.replace(r#""quantity": "1""#, r#""quantity": "0.5""#));
    let returned = shop.submit(&event("return", "03-04", &half));
    assert_eq!((returned.moved.restored, returned.moved.clawed_back), (units(1000), units(200)));
    shop.submit(&event("void", "03-05", r#""of": "S2""#));
    let lots: Vec<_> = shop.account("C1", "03-06").unwrap().holding.lots().collect();
    assert_eq!(
        lots.iter().map(|lot| (lot.units, lot.key.expires.is_some())).collect::<Vec<_>>(),
        [(units(2000), true)]
    );
    shop.verify();
}

/// A merge that comes late counts from its own time on: what was bought under the name that went keeps units of the
/// other alive, and what was spent under it since took what runs out first (R27, R30).
pub fn a_late_merge_counts_from_its_time_on(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let come = |at: &str, customer: &str, units: &str, expires: &str| {
        let rest = format!(r#""customer": "{customer}", "units": "{units}", "expires": "2026-{expires}""#);
        event("import", at, &rest)
    };
    for customer in ["C1", "C2"] {
        shop.submit(&event("enrol", "03-01", &format!(r#""customer": "{customer}""#)));
    }
    shop.submit(&come("03-01", "C1", "5.00", "03-20"));
    shop.submit(&come("03-01", "C2", "8.00", "12-31"));
    shop.submit(&event("redeem", "03-10", r#""customer": "C2", "units": "6.00""#));
    shop.submit(&come("03-11", "C2", "1.00", "12-31"));
    // C2 has 3.00 left, but C1's 5.00 ran out first and paid for five of the six.
    shop.submit(&event("sweep", "03-25", r#""outlet": "main""#));
    shop.submit(&event("merge", "03-05", r#""into": "C1", "from": ["C2"]"#));
    assert_eq!((balance(&mut shop, "03-26", "C1"), balance(&mut shop, "03-26", "C2")), (800, 800));
    // What comes for a day between the two is late, and plays all of it again.
    shop.submit(&event("redeem", "03-06", r#""customer": "C1", "units": "2.00""#));
    assert_eq!(balance(&mut shop, "03-26", "C2"), 600);
    shop.verify();
}

/// What another record bought after a merge that comes late keeps nothing alive before it was bought (R24, R27).
pub fn a_late_merge_keeps_nothing_alive_too_early(make: &impl Fresh) {
    let runs_out = PROGRAM.replacen(r#""id":"#, r#""expiry": {"by": "inactivity", "days": 10}, "id":"#, 1);
    let mut shop = Shop::reopen(make.fresh());
    shop.submit(&set_program(&runs_out));
    shop.submit(&sale("S1", "03-01", "C1", "200.00"));
    shop.submit(&event("enrol", "03-01", r#""customer": "C2""#));
    shop.submit(&sale("S2", "03-14", "C2", "20.00"));
    shop.submit(&event("merge", "03-05", r#""into": "C1", "from": ["C2"]"#));
    assert_eq!(balance(&mut shop, "03-15", "C1"), 100);
    shop.verify();
}

/// What a record owed that was merged is paid by what runs out first, also by what comes late (R26, R27).
pub fn what_a_merged_record_owed_is_paid_in_the_order_of_use(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let comes = |at: &str, units: &str, last: &str| {
        event("import", at, &format!(r#""customer": "C1", "units": "{units}", "expires": "2026-{last}""#))
    };
    shop.submit(&event("enrol", "03-01", r#""customer": "C1""#));
    shop.submit(&comes("03-01", "10.00", "04-10"));
    shop.submit(&sale("S1", "03-01", "C2", "60.00"));
    shop.submit(&event("redeem", "03-02", r#""customer": "C2", "amount": "3.00""#));
    shop.submit(&event("void", "03-03", r#""of": "S1""#));
    shop.submit(&event("merge", "03-10", r#""into": "C1", "from": ["C2"]"#));
    assert_eq!(balance(&mut shop, "03-11", "C1"), 700);
    shop.submit(&comes("03-05", "5.00", "03-31"));
    let lots: Vec<Units> = shop.account("C1", "03-11").unwrap().holding.lots().map(|lot| lot.units).collect();
    assert_eq!(lots, [units(200), units(1000)]);
    shop.verify();
}

/// Merging keeps the sum, the last days and the history; what names the other goes to the one who stays
/// (R30).
pub fn merging_keeps_all(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    for (customer, units) in [("C1", "7.00"), ("C2", "5.00")] {
        let code = format!(r#""customer": "{customer}", "code": "code of {customer}""#);
        shop.submit(&event("enrol", "03-01", &code));
        let import = format!(r#""customer": "{customer}", "units": "{units}", "expires": "2026-12-31""#);
        shop.submit(&event("import", "03-01", &import));
    }
    shop.submit(&sale("S1", "03-02", "C2", "100.00"));
    shop.submit(&debt("S2", "03-02", "C2", "10.00"));
    let before = shop.verify();
    let merge = |at: &str, into: &str, from: &str| {
        event("merge", at, &format!(r#""into": "{into}", "from": ["{from}"]"#))
    };
    shop.submit(&event(
        "enrol",
        "03-02",
        r#""customer": "C2", "phone": "5551234", "birthday": "1990-03-15""#,
    ));
    shop.submit(&event("opt_out", "03-03", r#""customer": "C2""#));
    shop.submit(&merge("03-03", "C1", "C2"));
    let after = shop.verify();
    // Who had opted out under a record that went had, and the one who stays takes part.
    let standing = |shop: &mut Shop<_>, of| shop.account(of, "03-03").unwrap().member.standing;
    assert_eq!(standing(&mut shop, "C2"), Standing::OptedOut);
    assert_eq!(standing(&mut shop, "C1"), Standing::Enrolled);
    // What the one who stays hasn't told, the other has.
    let told = shop.account("C1", "03-03").unwrap().member.profile;
    assert_eq!((told.code.unwrap().as_str(), told.phone.as_deref()), ("code of C1", Some("5551234")));
    assert!(told.birthday.is_some());
    assert_eq!((after.accounts, after.liability()), (before.accounts, Ok(units(1700))));
    assert_eq!((balance(&mut shop, "03-04", "C1"), balance(&mut shop, "03-04", "C2")), (1700, 1700));
    let kept = shop.account("C1", "03-04").unwrap();
    assert_eq!(kept.holding.lots().filter(|lot| lot.key.expires.is_some()).count(), 2);
    assert_eq!(kept.member.debts.len(), 1);
    // Twice changes nothing; back again is a circle.
    assert_eq!(shop.submit(&merge("03-04", "C1", "C2")).moved, Default::default());
    assert!(matches!(shop.try_submit(&merge("03-04", "C2", "C1")), Err(Refusal::MergeCircle { .. })));
    // All that names the other goes to the one who stays.
    let scanned = shop.submit(&event("scan", "03-04", r#""code": "code of C2""#));
    assert_eq!(scanned.shown.resolved.unwrap().as_str(), "C1");
    assert_eq!(pay(&mut shop, "03-05", "C2", "card", "10.00"), ["S2"]);
    let voided = shop.submit(&event("void", "03-05", r#""of": "S1""#));
    assert_eq!(
        (voided.moved.clawed_back, voided.decision.customer.as_ref().unwrap().as_str()),
        (units(500), "C1")
    );
    shop.submit(&sale("S3", "03-06", "C2", "20.00"));
    assert_eq!(balance(&mut shop, "03-07", "C1"), 1350);
    shop.verify();
}

/// Codes are compared as they are written, but for UPC-A and EAN-13 (R28); a replaced one is never
/// somebody else's (R29).
pub fn a_code_is_one_customers(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    for customer in ["C1", "C2"] {
        shop.submit(&event("enrol", "03-01", &format!(r#""customer": "{customer}""#)));
    }
    let set = |customer: &str, code: &str| {
        event("set_code", "03-02", &format!(r#""customer": "{customer}", "code": "{code}""#))
    };
    let scan = |code: &str| event("scan", "03-02", &format!(r#""code": "{code}""#));
    shop.submit(&set("C1", "036000291452"));
    assert!(matches!(shop.try_submit(&set("C2", "0036000291452")), Err(Refusal::CodeTaken { .. })));
    assert_eq!(shop.submit(&scan("0036000291452")).shown.resolved.unwrap().as_str(), "C1");
    shop.submit(&set("C1", "7"));
    assert!(matches!(shop.try_submit(&scan("036000291452")), Err(Refusal::CardReplaced { .. })));
    assert!(matches!(shop.try_submit(&set("C2", "036000291452")), Err(Refusal::CodeTaken { .. })));
    assert!(matches!(shop.try_submit(&scan("07")), Err(Refusal::UnknownCode { .. })));
    shop.verify();
}

/// What a basket would come to is asked without a trace.
pub fn a_quote_leaves_no_trace(make: &impl Fresh) {
    let shop = Shop::open(make.fresh());
    let (program, mut register): (_, Register<_, _>) = (shop.program, shop.register);
    for payments in ["", r#"{"tender": "card", "amount": "100.00"}"#] {
        let text = sale_with("S1", "03-01", "C1", "100.00", &format!(r#""payments": [{payments}]"#));
        let Ok(Document::Sale(basket)) = read_document(&text, &*program) else { panic!("{text} is a sale") };
        let quote = register.quote(&basket).unwrap();
        assert_eq!(quote.decision.settled, []);
        assert_eq!((quote.due, quote.shown.forecast), (Some(Money::from_minor(10000)), Some(units(500))));
    }
    assert_eq!(register.store_mut().operations(regulars::ledger::Seq(1), 9).unwrap().len(), 1, "the program");
    let at = format!(r#"{{"type": "check", "at": "{}", "customer": "C1"}}"#, time("03-02"));
    let check = read_document(&at, &*program).unwrap();
    assert!(register.submit(&check, check.at()).is_err(), "the customer isn't known");
}
