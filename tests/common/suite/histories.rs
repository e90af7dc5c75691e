//! What happened to a sale, and when.

use regulars::decide::Kind;
use regulars::ledger::Seq;

use super::Fresh;
use crate::common::shop::{Shop, event, pays, sale, sale_paid, sale_with, units};

fn kinds(shop: &mut Shop<impl regulars::store::Store>, sale: &str) -> Vec<Kind> {
    let history = shop.history(sale).expect("the sale");
    history.operations.iter().map(|operation| operation.document.kind()).collect()
}

/// Payments, returns and a void belong to the sale, in the order in which they came.
pub fn a_sale_has_its_history(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale_with("S1", "03-01", "C1", "30.00", r#""terms": "layby""#));
    shop.submit(&sale("S2", "03-01", "C1", "5.00"));
    let payment = |amount| format!(r#""sale": "S1", "payments": [{}]"#, pays("card", amount));
    shop.submit(&event("payment", "03-02", &payment("10.00")));
    shop.submit(&event("payment", "03-03", &payment("20.00")));
    shop.submit(&event("return_amount", "03-04", r#""of": "S1", "amount": "3.00""#));
    assert_eq!(kinds(&mut shop, "S1"), [Kind::Sale, Kind::Payment, Kind::Payment, Kind::ReturnAmount]);
    shop.submit(&event("return", "03-05", r#""of": "S1", "lines": [{"id": "1", "quantity": "0.5"}]"#));
    shop.submit(&event("void", "03-06", r#""of": "S1""#));
    assert_eq!(kinds(&mut shop, "S1").len(), 6);
    assert_eq!(kinds(&mut shop, "S2"), [Kind::Sale]);
    let seqs: Vec<Seq> =
        shop.history("S1").unwrap().operations.iter().map(|operation| operation.seq).collect();
    assert_eq!(seqs, [2, 4, 5, 6, 7, 8].map(Seq));
    assert_eq!(shop.history("S3"), None);
    shop.verify();
}

/// One payment of several sales is in the history of each.
pub fn an_account_payment_is_in_each_history(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    for sale in ["S1", "S2", "S3"] {
        shop.submit(&sale_with(sale, "03-01", "C1", "20.00", r#""terms": "on_account""#));
    }
    let outcome = shop.submit(&event(
        "account_payment",
        "03-02",
        &format!(r#""customer": "C1", "sales": ["S3", "S1"], "payments": [{}]"#, pays("card", "30.00")),
    ));
    assert_eq!(outcome.decision.settled.len(), 1, "the older one");
    assert_eq!(kinds(&mut shop, "S1"), [Kind::Sale, Kind::AccountPayment]);
    assert_eq!(kinds(&mut shop, "S2"), [Kind::Sale]);
    assert_eq!(kinds(&mut shop, "S3"), [Kind::Sale, Kind::AccountPayment]);
    shop.verify();
}

/// The whole circle: a void brings back what was there before (R18).
pub fn undoing_brings_back_what_was_there(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "100.00"));
    let before = shop.account("C1", "03-02").unwrap();
    let payments = format!("[{}, {}]", pays("loyalty", "4.00"), pays("card", "16.00"));
    shop.submit(&sale_paid("S2", "03-02", "C1", "20.00", &payments));
    assert_eq!(shop.account("C1", "03-03").unwrap().holding.balance(), units(180));
    shop.submit(&event("void", "03-03", r#""of": "S2""#));
    let after = shop.account("C1", "03-03").unwrap();
    assert_eq!(after.holding, before.holding);
    let verified = shop.verify();
    assert_eq!(verified.liability(), Ok(units(500)));
}

/// A document that comes late is decided on the balance of its own time, too (Q13).
pub fn a_late_document_sees_its_own_time(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "100.00"));
    shop.submit(&sale("S2", "03-05", "C1", "200.00"));
    shop.submit(&event("redeem", "03-06", r#""customer": "C1", "amount": "3.00""#));
    let then = |shop: &mut Shop<_>, at| {
        let history = shop.account("C1", at).unwrap().history.len();
        let seen = shop.submit(&event("check", at, r#""customer": "C1""#)).decision.balance.unwrap();
        (seen, history)
    };
    assert_eq!(then(&mut shop, "02-28"), (units(0), 3));
    assert_eq!(then(&mut shop, "03-01T11:59"), (units(0), 3));
    assert_eq!(then(&mut shop, "03-01"), (units(500), 3), "its own moment counts");
    assert_eq!(then(&mut shop, "03-05"), (units(1500), 3));
    assert_eq!(then(&mut shop, "03-06"), (units(1200), 0), "nothing is later");
    let late = shop.submit(&sale("S3", "03-03", "C1", "20.00"));
    assert_eq!(late.decision.balance, Some(units(600)));
    assert_eq!(then(&mut shop, "03-03"), (units(600), 4));
    assert_eq!(shop.account("C1", "03-07").unwrap().latest, crate::common::shop::moment("03-06"));
    shop.verify();
}
