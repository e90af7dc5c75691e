//! One sale at several registers: it earns once, and gives back once.

use regulars::decide::SaleRecord;
use regulars::sale::SaleState;
use regulars::store::Store;

use super::Fresh;
use super::unions::{balance, meet, two};
use crate::common::shop::{Shop, event, moment, parked, pays, sale_with, time, units};

fn pay<S: Store>(shop: &mut Shop<S>, id: &str, amount: &str) {
    let fields = format!(r#""id": "{id}", "sale": "S1", "payments": [{}]"#, pays("cash", amount));
    shop.submit(&event("payment", "03-03", &fields));
}

fn state<S: Store>(shop: &mut Shop<S>) -> Option<SaleState> {
    let history = shop.history("S1").unwrap();
    SaleRecord::fold(&history.operations).ok().map(|record| record.state)
}

fn contested<S: Store>(shop: &mut Shop<S>) -> Vec<String> {
    shop.verify().contested.iter().map(ToString::to_string).collect()
}

/// Two registers that take the whole price of one layby: the customer has paid twice, which is told, and has
/// earned once. Two that take half of it each settle it together.
pub fn a_layby_at_two_registers_earns_once(make: &impl Fresh) {
    let layby = sale_with("S1", "03-02", "ada", "100.00", r#""terms": "layby""#);
    let (mut one, mut two) = two(make);
    one.submit(&layby);
    meet(&mut one, &mut two);
    pay(&mut one, "P1", "100.00");
    pay(&mut two, "P2", "100.00");
    assert_eq!((balance(&mut one, "ada"), balance(&mut two, "ada")), (15_00, 15_00));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "ada"), 15_00);
        assert_eq!(contested(shop), ["S1"]);
        let facts = shop.account("ada", "12-31").unwrap();
        assert_eq!(facts.purchases.map_or(2, |purchases| purchases.len()), 2);
        assert_eq!(shop.verify().liability(), Ok(units(15_00)));
    }

    let (mut one, mut two) = super::unions::two(make);
    one.submit(&layby);
    meet(&mut one, &mut two);
    pay(&mut one, "P1", "50.00");
    pay(&mut two, "P2", "50.00");
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), contested(shop)), (10_00, vec![]));
        assert!(matches!(state(shop), Some(SaleState::Pending(_))));
    }
    // Nothing is due; to say so settles it, at whichever register, or at both.
    for (shop, id) in [(&mut one, "P3"), (&mut two, "P4")] {
        shop.submit(&event("payment", "03-04", &format!(r#""id": "{id}", "sale": "S1", "payments": []"#)));
        assert_eq!(balance(shop, "ada"), 15_00);
    }
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "ada"), 15_00);
        shop.verify();
    }
}

/// Of three pieces of a line that earned 0.05, one came back at each of two registers: both count, and no more is
/// taken back than was earned.
pub fn returns_at_two_registers_both_count(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let line = r#"[{"id": "1", "product": "P", "quantity": "2", "unit_price": "0.50"}]"#;
    let fields = format!(r#""sale": "S1", "customer": "ada", "lines": {line}"#);
    let sold = format!(
        r#"{{"type": "sale", "at": "{}", {fields}, "payments": [{}]}}"#,
        time("03-02"),
        pays("card", "1.00")
    );
    one.submit(&sold);
    meet(&mut one, &mut two);
    for (shop, id) in [(&mut one, "R1"), (&mut two, "R2")] {
        let fields = format!(r#""id": "{id}", "of": "S1", "lines": [{{"id": "1", "quantity": "1"}}]"#);
        shop.submit(&event("return", "03-03", &fields));
        assert_eq!(balance(shop, "ada"), 10_02);
    }
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "ada"), contested(shop)), (10_00, vec![]));
        let history = shop.history("S1").unwrap();
        let purchase = SaleRecord::fold(&history.operations).unwrap().purchase.unwrap();
        assert_eq!(purchase.returns.iter().map(|back| back.spent.minor()).collect::<Vec<_>>(), [50, 50]);
        let again = r#""id": "R3", "of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#;
        assert_eq!(shop.try_submit(&event("return", "03-04", again)).unwrap_err().name(), "over_return");
    }
}

/// A sale without a customer is claimed once, also where two registers gave it to two customers.
pub fn a_sale_is_claimed_once(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    let claims = r#""enrolment": {"mode": "automatic", "claim_days": 30}, "id":"#;
    let program = crate::common::shop::PROGRAM.replacen(r#""id":"#, claims, 1);
    one.submit(&crate::common::shop::set_program(&program).replace("01-01T", "02-01T"));
    let sold =
        sale_with("S1", "03-02", "-", "100.00", &format!(r#""payments": [{}]"#, pays("card", "100.00")));
    one.submit(&sold.replace(r#""customer": "-","#, ""));
    one.submit(&crate::common::shop::sale("S2", "03-02", "bob", "20.00"));
    meet(&mut one, &mut two);
    one.submit(&event("claim", "03-03", r#""id": "C1", "sale": "S1", "customer": "bob""#));
    // The second register's claim is the later one.
    (0..9).for_each(|_| {
        two.next_recording();
    });
    two.submit(&event("claim", "03-03", r#""id": "C2", "sale": "S1", "customer": "ada""#));
    assert_eq!((balance(&mut one, "bob"), balance(&mut two, "ada")), (6_00, 15_00));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "bob"), balance(shop, "ada")), (6_00, 10_00));
        assert_eq!(shop.verify().liability(), Ok(units(16_00)));
    }
}

/// A sale that two registers put aside is that which was put aside last, whatever came first.
pub fn of_two_put_aside_the_later_stays(make: &impl Fresh) {
    for (seconds, later) in [(0, "03-02"), (9, "03-03")] {
        let (mut one, mut two) = two(make);
        for _ in 0..seconds {
            two.next_recording();
        }
        one.submit(&parked("S1", "03-02", "ada", "10.00"));
        two.submit(&parked("S1", "03-03", "ada", "20.00"));
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            assert_eq!(shop.history("S1").unwrap().operations[0].document.at(), moment(later));
            shop.verify();
        }
    }
}

/// Nothing is late at the first moment there is.
pub fn a_document_of_the_first_moment_is_shared(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(
        &event("enrol", "03-02", r#""customer": "eve""#).replace(&time("03-02"), "0000-01-01T00:00:00Z"),
    );
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        shop.verify();
    }
}
