//! Rewards, and units that are held.

use regulars::decide::{NotApplicable, Refusal};
use regulars::ledger::Account;
use regulars::store::Store;

use super::Fresh;
use crate::common::shop::{Shop, event, pays, sale_with, set_program, time, units};

/// A unit for each 1.00; 50 take 5.00 off the sale, and 10 pay for a pen.
const REWARDS: &str = r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "earn": [{"by": "amount", "rate": "1"}],
    "rewards": [
        {"id": "five", "cost": "50", "gives": {"kind": "amount_off", "amount": "5.00"}},
        {"id": "pen", "cost": "10", "gives": {"kind": "free_product", "product": "PEN", "quantity": "1"},
         "lowers_earning": false},
        {"id": "large", "cost": "1", "gives": {"kind": "amount_off", "amount": "1.00"}, "minimum_spend": "50"},
        {"id": "winter", "cost": "1", "gives": {"kind": "amount_off", "amount": "1.00"}, "until": "2026-02-28"},
        {"id": "staff", "cost": "1", "gives": {"kind": "amount_off", "amount": "1.00"}, "groups": ["staff"]}]}"#;

fn open<S: Store>(store: S) -> Shop<S> {
    let mut shop = Shop::open(store);
    shop.submit(&event("enrol", "03-01", r#""customer": "C1""#));
    shop
}

fn import(id: &str, at: &str, customer: &str, units: &str, more: &str) -> String {
    event("import", at, &format!(r#""id": "{id}", "customer": "{customer}", "units": "{units}"{more}"#))
}

fn reserve(id: &str, at: &str, units: &str) -> String {
    event("reserve", at, &format!(r#""id": "{id}", "customer": "C1", "units": "{units}""#))
}

fn end(kind: &str, id: &str, at: &str) -> String {
    event(kind, at, &format!(r#""id": "{id}""#))
}

/// A sale of lines `[id, product, quantity, price]`.
fn basket(id: &str, at: &str, lines: &[[&str; 4]], more: &str) -> String {
    let line = |[id, product, quantity, price]: &[&str; 4]| {
        format!(
            r#"{{"id": "{id}", "product": "{product}", "quantity": "{quantity}", "unit_price": "{price}"}}"#
        )
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    let (at, lines) = (time(at), lines.join(", "));
    format!(
        r#"{{"type": "sale", "sale": "{id}", "at": "{at}", "customer": "C1", "lines": [{lines}], {more}}}"#
    )
}

fn back(id: &str, at: &str, line: &str, quantity: &str) -> String {
    let lines = format!(r#"[{{"id": "{line}", "quantity": "{quantity}"}}]"#);
    event("return", at, &format!(r#""id": "{id}", "of": "S1", "lines": {lines}"#))
}

fn refused<S: Store>(shop: &mut Shop<S>, document: &str) -> &'static str {
    let before = shop.operations().len();
    let refusal: Refusal = shop.try_submit(document).expect_err(document);
    assert_eq!(shop.operations().len(), before);
    refusal.name()
}

/// What is held can't be spent otherwise; it is given back or spent, once (R14a, Q16).
pub fn what_is_held_ends_once(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    shop.submit(&import("I1", "03-01", "C1", "10.00", ""));
    let before = shop.account("C1", "03-01").unwrap().holding;
    let held = shop.submit(&reserve("H1", "03-02", "6.00"));
    assert_eq!((held.decision.balance, held.shown.reserved), (Some(units(400)), Some(units(600))));
    assert_eq!(shop.verify().of(Account::Held), units(600));
    let again = shop.submit(&import("I1", "03-01", "C1", "10.00", ""));
    assert_eq!((again.duplicate, again.shown.reserved), (true, Some(units(600))), "held by now");
    assert_eq!(refused(shop, &reserve("H2", "03-02", "5.00")), "insufficient_balance");
    let released = shop.submit(&end("release", "H1", "03-03"));
    assert_eq!((released.decision.balance, released.shown.reserved), (Some(units(1000)), Some(units(0))));
    assert_eq!(shop.account("C1", "03-03").unwrap().holding, before);
    for kind in ["release", "capture"] {
        assert_eq!(refused(shop, &end(kind, "H1", "03-04")), "terminal_state");
        assert_eq!(refused(shop, &end(kind, "H9", "03-04")), "unknown_reservation");
    }
    shop.submit(&reserve("H3", "03-05", "6.00"));
    let captured = shop.submit(&end("capture", "H3", "03-06"));
    assert_eq!((captured.moved.redeemed, captured.decision.balance), (units(600), Some(units(400))));
    assert_eq!(shop.verify().of(Account::Held), units(0));
}

/// A payment that names what was held takes it, and gives back the rest of it (R14a).
pub fn a_payment_takes_what_was_held_for_it(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    shop.submit(&import("I1", "03-01", "C1", "10.00", ""));
    shop.submit(&reserve("H1", "03-02", "6.00"));
    let paid = |id: &str, amount: &str| {
        let loyalty = format!(r#"{{"tender": "loyalty", "amount": "{amount}", "reservation": "H1"}}"#);
        let payments = format!(r#""payments": [{loyalty}, {}]"#, pays("card", "1.00"));
        let price = format!("{}.00", 1 + amount.trim_end_matches(".00").parse::<u32>().unwrap());
        sale_with(id, "03-03", "C1", &price, &payments)
    };
    assert_eq!(refused(shop, &paid("S1", "7.00")), "insufficient_balance");
    let sold = shop.submit(&paid("S2", "4.00"));
    // 0.05 × 1.00 is what the card earned.
    assert_eq!((sold.moved.redeemed, sold.decision.balance), (units(400), Some(units(605))));
    assert_eq!(refused(shop, &paid("S3", "1.00")), "terminal_state");
    let undone = shop.submit(&event("void", "03-04", r#""of": "S2""#));
    assert_eq!((undone.moved.restored, undone.decision.balance), (units(400), Some(units(1000))));
    shop.verify();
}

/// What is held doesn't run out under the customer's hands; what comes back late does (R14a, R25).
pub fn what_is_held_does_not_run_out(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    for (import_id, hold) in [("I1", "H1"), ("I2", "H2")] {
        shop.submit(&import(import_id, "03-01", "C1", "8.00", r#", "expires": "2026-03-05""#));
        shop.submit(&reserve(hold, "03-02", "8.00"));
    }
    let released = shop.submit(&end("release", "H1", "03-06"));
    assert_eq!((released.moved.expired, released.decision.balance), (units(800), Some(units(0))));
    let captured = shop.submit(&end("capture", "H2", "03-07"));
    assert_eq!((captured.moved.redeemed, captured.moved.expired), (units(800), units(0)));
    shop.verify();
}

/// A return gives back the share of a reward's cost that its goods are of all, a void the rest (Q17).
pub fn a_return_gives_back_its_share_of_a_reward(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    shop.submit(&set_program(REWARDS));
    shop.submit(&import("I1", "03-01", "C1", "100", ""));
    let payments = format!(r#""rewards": [{{"reward": "five"}}], "payments": [{}]"#, pays("card", "95.00"));
    let lines = [["a", "COAT", "1", "60.00"], ["b", "HAT", "2", "20.00"]];
    let sold = shop.submit(&basket("S1", "03-02", &lines, &payments));
    assert_eq!((sold.moved.redeemed, sold.moved.earned), (units(50_00), units(95_00)));
    let off: Vec<i64> = sold.shown.line_discounts.iter().map(|(_, money)| money.minor()).collect();
    assert_eq!(off, [3_00, 2_00]);
    // One of the hats is 19.00 of 95.00.
    let hat = shop.submit(&back("R1", "03-03", "b", "1"));
    assert_eq!((hat.moved.restored, hat.moved.clawed_back), (units(10_00), units(19_00)));
    // Money without goods gives back nothing of a reward.
    let money = shop.submit(&event("return_amount", "03-03", r#""id": "M1", "of": "S1", "amount": "9.50""#));
    assert_eq!((money.moved.restored, money.moved.clawed_back), (units(0), units(9_50)));
    let rest = shop.submit(&event("void", "03-04", r#""of": "S1""#));
    assert_eq!((rest.moved.restored, rest.moved.clawed_back), (units(40_00), units(66_50)));
    assert_eq!(rest.decision.balance, Some(units(10000)));
    shop.verify();
}

/// What a reward gives free never earns, whatever the program says of rewards; its cost goes back with
/// its line alone (Q17).
pub fn what_is_free_never_earns(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    shop.submit(&set_program(REWARDS));
    shop.submit(&import("I1", "03-01", "C1", "100", ""));
    let payments = format!(r#""rewards": [{{"reward": "pen"}}], "payments": [{}]"#, pays("card", "16.40"));
    let lines = [["a", "COAT", "1", "10.00"], ["b", "PEN", "3", "3.20"]];
    let sold = shop.submit(&basket("S1", "03-02", &lines, &payments));
    assert_eq!((sold.moved.redeemed, sold.moved.earned), (units(10_00), units(16_40)));
    let coat = shop.submit(&back("R1", "03-03", "a", "1"));
    assert_eq!((coat.moved.restored, coat.moved.clawed_back), (units(0), units(10_00)));
    let pens = shop.submit(&back("R2", "03-03", "b", "2"));
    // 10 × 2 / 3, and 6.40 × 2 / 3.
    assert_eq!((pens.moved.restored, pens.moved.clawed_back), (units(6_67), units(4_27)));
    let pen = shop.submit(&back("R3", "03-03", "b", "1"));
    assert_eq!((pen.moved.restored, pen.decision.balance), (units(333), Some(units(10000))));
    shop.verify();
}

/// A reward that can't apply is refused by name, and nothing is recorded (R14).
pub fn rewards_that_cannot_apply_are_refused(make: &impl Fresh) {
    let shop = &mut open(make.fresh());
    shop.submit(&set_program(REWARDS));
    shop.submit(&import("I1", "03-01", "C1", "40", ""));
    let with = |reward: &str, price: &str| {
        let rewards = format!(r#""rewards": [{{"reward": "{reward}"}}]"#);
        basket("S1", "03-02", &[["a", "COAT", "1", price]], &rewards)
    };
    assert_eq!(refused(shop, &with("none", "60.00")), "unknown_reward");
    assert_eq!(refused(shop, &with("pen", "60.00")), "reward_not_applicable");
    assert_eq!(refused(shop, &with("five", "4.99")), "reward_not_applicable");
    for (reward, price, bar) in [
        ("pen", "60.00", NotApplicable::NothingToTakeOff),
        ("five", "4.99", NotApplicable::NothingToTakeOff),
        ("large", "49.99", NotApplicable::BelowMinimumSpend),
        ("winter", "60.00", NotApplicable::OutOfTime),
        ("staff", "60.00", NotApplicable::NotForCustomer),
    ] {
        let refusal: Refusal = shop.try_submit(&with(reward, price)).expect_err(reward);
        assert!(matches!(refusal, Refusal::RewardNotApplicable { why, .. } if why == bar), "{refusal}");
    }
    assert_eq!(refused(shop, &with("five", "60.00")), "insufficient_balance");
    let lines = [["a", "COAT", "1", "7.00"], ["b", "VOUCHER", "-1", "3.00"]];
    let more_than_the_sale = basket("S1", "03-02", &lines, r#""rewards": [{"reward": "five"}]"#);
    assert_eq!(refused(shop, &more_than_the_sale), "reward_not_applicable");
    let nobody = with("five", "60.00").replace(r#""C1""#, "null");
    assert_eq!(refused(shop, &nobody), "unknown_customer");
    let redeem =
        |reward: &str| event("redeem", "03-02", &format!(r#""customer": "C1", "reward": "{reward}""#));
    assert_eq!(refused(shop, &redeem("five")), "insufficient_balance");
    let spent = shop.submit(&redeem("pen"));
    assert_eq!((spent.moved.redeemed, spent.decision.balance), (units(10_00), Some(units(30_00))));
    shop.submit(&event("opt_out", "03-02", r#""customer": "C1""#));
    assert_eq!(refused(shop, &with("five", "60.00")), "opted_out");
    shop.verify();
}
