//! What is paid later: on account, on a layby.

use regulars::decide::Refusal;
use regulars::store::Store;

use super::Fresh;
use crate::common::shop::{PROGRAM, Shop, event, pays, sale, sale_with, set_program, units};

fn on_account(id: &str, at: &str, price: &str) -> String {
    sale_with(id, at, "C1", price, r#""terms": "on_account""#)
}

fn pay_account(at: &str, payments: &[String], sales: &[String]) -> String {
    let sales: Vec<String> = sales.iter().map(|sale| format!(r#""{sale}""#)).collect();
    let (payments, sales) = (payments.join(", "), sales.join(", "));
    event(
        "account_payment",
        at,
        &format!(r#""customer": "C1", "payments": [{payments}], "sales": [{sales}]"#),
    )
}

/// Each sale that is paid earns in a lot of its own, however many there are.
pub fn one_payment_settles_many_sales(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let sales: Vec<String> = (0..300).map(|number| format!("S{number}")).collect();
    for id in &sales {
        shop.submit(&on_account(id, "03-01", "1.00"));
    }
    let paid = shop.submit(&pay_account("03-02", &[pays("card", "300.00")], &sales));
    assert_eq!((paid.moved.earned, paid.decision.settled.len()), (units(1500), 300));
    assert!(paid.sales.iter().all(|sale| sale.state == "settled" && sale.balance_due.is_zero()));
    assert_eq!(shop.account("C1", "03-03").unwrap().holding.lots().count(), 300);
    shop.verify();
}

/// What a sale earns can't pay for another one that is paid by the same document (R13).
pub fn what_a_payment_earns_does_not_pay_in_it(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S0", "03-01", "C1", "200.00"));
    shop.submit(&on_account("S1", "03-02", "100.00"));
    shop.submit(&on_account("S2", "03-03", "14.00"));
    let sales = ["S1".to_string(), "S2".to_string()];
    let more_than_there_is = [pays("loyalty", "14.00"), pays("card", "100.00")];
    let refused = shop.try_submit(&pay_account("03-04", &more_than_there_is, &sales));
    assert!(matches!(refused, Err(Refusal::InsufficientBalance { .. })), "{refused:?}");
    let what_there_is = [pays("loyalty", "10.00"), pays("card", "104.00")];
    let paid = shop.submit(&pay_account("03-04", &what_there_is, &sales));
    assert_eq!((paid.moved.redeemed, paid.moved.earned), (units(1000), units(520)));
    shop.verify();
}

/// Goods of a sale that is paid and waits for its account can't come back yet, and the refusal says what it waits for.
pub fn a_paid_sale_waits_for_its_account(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let cleared = PROGRAM.replace(r#""unit""#, r#""on_account": "account_cleared", "unit""#);
    shop.submit(&set_program(&cleared).replace("01-01T", "02-01T"));
    shop.submit(&on_account("S1", "03-01", "10.00"));
    shop.submit(&on_account("S2", "03-02", "20.00"));
    let give_back = r#""of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#;
    let refused = |at: &str, shop: &mut Shop<_>| match shop.try_submit(&event("return", at, give_back)) {
        Err(Refusal::NotSettled { state, is_paid, .. }) => (state, is_paid),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused("03-03", &mut shop), ("pending", false));
    shop.submit(&pay_account("03-04", &[pays("cash", "10.00")], &["S1".to_string()]));
    assert_eq!(refused("03-05", &mut shop), ("pending", true));
    shop.submit(&pay_account("03-06", &[pays("cash", "20.00")], &[]));
    let back = shop.submit(&event("return", "03-07", give_back));
    assert_eq!(back.moved.clawed_back, units(50));
    shop.verify();
}

/// What has run out when it comes fills no debt: nobody could have used it (R19, R25).
pub fn what_has_run_out_fills_no_debt(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "100.00"));
    shop.submit(&event("redeem", "03-02", r#""customer": "C1", "amount": "5.00""#));
    shop.submit(&event("void", "03-03", r#""of": "S1""#));
    let import = r#""customer": "C1", "units": "8.00", "expires": "2026-03-03""#;
    let late = shop.submit(&event("import", "03-04", import));
    assert_eq!((late.moved.expired, late.decision.balance), (units(800), Some(units(-500))));
    let import = r#""customer": "C1", "units": "8.00", "expires": "2026-03-04""#;
    let in_time = shop.submit(&event("import", "03-04", import));
    assert_eq!((in_time.moved.expired, in_time.decision.balance), (units(0), Some(units(300))));
    shop.verify();
}

/// After each document a till can show what is still to pay.
pub fn each_answer_says_where_the_sale_stands(make: &impl Fresh) {
    let shop = &mut Shop::open(make.fresh());
    let payment = |id: &str, amount: &str| {
        let payments = pays("card", amount);
        event("payment", "03-02", &format!(r#""id": "{id}", "sale": "S1", "payments": [{payments}]"#))
    };
    let layby = format!(r#""terms": "layby", "payments": [{}]"#, pays("card", "20.00"));
    let layby = sale_with("S1", "03-01", "C1", "80.00", &layby);
    let parked = sale_with("S1", "03-01", "C1", "80.00", r#""parked": true"#);
    let back = event("return_amount", "03-03", r#""id": "R1", "of": "S1", "amount": "8.00""#);
    let void = event("void", "03-04", r#""id": "V1", "of": "S1""#);
    assert_eq!(stands(shop, &parked), ("parked", 0));
    assert_eq!(stands(shop, &layby), ("pending", 6000));
    assert_eq!(stands(shop, &payment("P1", "59.99")), ("pending", 1));
    assert_eq!(stands(shop, &payment("P2", "0.01")), ("settled", 0));
    assert_eq!(stands(shop, &back), ("settled", 0));
    assert_eq!(stands(shop, &void), ("voided", 0));
    assert_eq!(stands(shop, &payment("P1", "59.99")), ("pending", 1), "as it stood then");
}

fn stands<S: Store>(shop: &mut Shop<S>, document: &str) -> (&'static str, i64) {
    let outcome = shop.submit(document);
    let again = shop.submit(document);
    assert_eq!((again.duplicate, &again.sales), (true, &outcome.sales), "of a duplicate, too");
    let [sale] = outcome.sales.try_into().unwrap();
    (sale.state, sale.balance_due.minor())
}
