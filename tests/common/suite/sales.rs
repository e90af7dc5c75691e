//! Sales that are unlike others.

use regulars::loyalty::Why;
use regulars::money::Units;

use super::Fresh;
use crate::common::shop::{PROGRAM, Shop, event, pays, sale, sale_with, set_program, time, units};

/// Two thousand lines, each at a tax of its own: the fractions between a line and the sale's rounding
/// have 50,000 digits, and the lines' earnings add up to the sale's.
pub fn long_sales_are_exact(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let by_steps = PROGRAM.replace(
        r#"{"by": "amount", "rate": "0.05"}"#,
        r#"{"by": "amount", "rate": "0.05"}, {"by": "step", "amount": "7.00", "units": "0.03"}"#,
    );
    let without_tax = by_steps.replace(r#""earn""#, r#""basis": "tax_excluded", "earn""#);
    shop.submit(&set_program(&without_tax));
    let lines: Vec<String> = (0..2_000)
        .map(|number| {
            format!(
                r#"{{"id": "{number}", "product": "P", "quantity": "1", "unit_price": "1.00",
                    "tax": {{"rate": "0.1{:07}", "included": true}}}}"#,
                number * 4_999
            )
        })
        .collect();
    let sale = format!(
        r#"{{"type": "sale", "sale": "S1", "at": "{}", "customer": "C1", "lines": [{}], "payments": [{}]}}"#,
        time("03-01"),
        lines.join(", "),
        pays("card", "2000.00")
    );
    let sold = shop.submit(&sale);
    // Without tax the lines come to 1740.2801: 8701.40 cents, and 3 for each of 248 full steps.
    assert_eq!(sold.moved.earned.minor(), 9445);
    let of_lines = Units::sum(sold.explanations.iter().map(|line| line.units));
    assert_eq!(of_lines, Ok(sold.moved.earned));
}

/// Where nothing is due the share is 1, and only what is counted in units earns (R5).
pub fn where_nothing_is_due_no_amount_earns(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let rules = r#"{"by": "amount", "rate": "0.05"}, {"by": "item", "units": "0.10"}"#;
    shop.submit(&set_program(&PROGRAM.replace(r#"{"by": "amount", "rate": "0.05"}"#, rules)));
    let rounded_away =
        sale_with("S1", "03-01", "C1", "20.00", r#""cash_rounding": "-20.00", "payments": []"#);
    let sold = shop.submit(&rounded_away);
    assert_eq!(sold.moved.earned, units(10));
    let amounts_only = PROGRAM.replace(r#""earn""#, r#""sale_discount_lowers_earning": false, "earn""#);
    shop.submit(&set_program(&amounts_only));
    let given_away = sale_with("S2", "03-01", "C1", "20.00", r#""discount": "20.00", "payments": []"#);
    let sold = shop.submit(&given_away);
    assert_eq!((sold.moved.earned, sold.explanations[0].why), (units(0), Why::NothingDue));
    assert!(sold.decision.accruals.is_empty(), "without a tier or a promotion there is nothing to keep");
}

/// A program with tiers looks at what was bought before it was set (R12).
pub fn a_later_program_sees_older_purchases(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "100.00"));
    shop.submit(&sale("S2", "03-01", "C2", "99.99"));
    let tiers = r#""tiers": {"by": "spent", "over": "ever", "levels": [{"id": "base", "at": "0", "factor": "1"},
        {"id": "vip", "at": "100", "factor": "2"}]}, "earn""#;
    shop.submit(&set_program(&PROGRAM.replace(r#""earn""#, tiers)));
    let vip = shop.submit(&sale("S3", "03-02", "C1", "20.00"));
    assert_eq!((vip.moved.earned, vip.shown.tier.unwrap().as_str()), (units(200), "vip"));
    assert_eq!(shop.submit(&sale("S4", "03-02", "C2", "20.00")).moved.earned, units(100));
    shop.submit(&event("void", "03-03", r#""of": "S1""#));
    assert_eq!(shop.submit(&sale("S5", "03-04", "C1", "20.00")).moved.earned, units(100));
    shop.verify();
}

/// By whatever document, and whatever happened to the sale before the first void.
pub fn a_second_void_answers_as_the_first(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let amount = r#""of": "S1", "amount": "5.00""#;
    shop.submit(&event("return_amount", "03-02", amount));
    let first = shop.submit(&event("void", "03-03", r#""id": "V1", "of": "S1""#));
    assert_eq!(
        (first.duplicate, first.moved.clawed_back, first.decision.refund.len()),
        (false, units(75), 1)
    );
    let second = shop.submit(&event("void", "03-04", r#""id": "V2", "of": "S1""#));
    assert_eq!((second.duplicate, second.moved), (true, first.moved));
    assert_eq!((&second.decision, &second.sales), (&first.decision, &first.sales));
    assert_eq!(second.sales.len(), 1);
    assert_eq!(shop.operations().len(), 4);
    shop.verify();
}

/// Goods whose sale nobody knows take back what they would earn, and say so where it isn't there (R22).
pub fn goods_without_their_sale_owe_what_they_would_earn(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    shop.submit(&sale("S1", "03-01", "C1", "20.00"));
    let line = r#"{"id": "1", "product": "P", "quantity": "1", "unit_price": "50.00"}"#;
    let back = shop.submit(&event("return", "03-02", &format!(r#""customer": "C1", "lines": [{line}]"#)));
    assert_eq!((back.decision.claw_back, back.moved.clawed_back), (units(250), units(250)));
    assert_eq!(back.decision.balance, Some(units(-150)));
    shop.verify();
}

/// A document that was known already, and a second void, show the tier as it stands (R2, R20).
pub fn what_changes_nothing_shows_the_tier(make: &impl Fresh) {
    let mut shop = Shop::open(make.fresh());
    let tiers = r#""tiers": {"by": "spent", "over": "ever", "from": "next_sale", "fall_back": "never",
        "levels": [{"id": "silver", "at": "20", "factor": "1"}]}, "earn""#;
    shop.submit(&set_program(&PROGRAM.replace(r#""earn""#, tiers)));
    shop.submit(&sale("S1", "03-01", "C1", "10.00"));
    shop.submit(&event("void", "03-02", r#""id": "V1", "of": "S1""#));
    let second = event("void", "03-03", r#""id": "V2", "of": "S1""#);
    assert_eq!(shop.submit(&second).shown.tier, None);
    let reaches = sale("S2", "03-04", "C1", "20.00");
    shop.submit(&reaches);
    for again in [second.replace("03-03", "03-05"), reaches] {
        let outcome = shop.submit(&again);
        assert!(outcome.duplicate);
        assert_eq!(outcome.shown.tier.map(|tier| tier.to_string()).as_deref(), Some("silver"));
    }
}
