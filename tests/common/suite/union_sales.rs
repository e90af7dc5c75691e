//! One sale at several registers: it earns once, and gives back once.

use regulars::decide::{SaleRecord, purchases_of};
use regulars::ident::CustomerId;
use regulars::sale::SaleState;
use regulars::store::Store;

use super::Fresh;
use super::unions::{all_of, balance, meet, name, take_in, two};
use crate::common::shop::{
    PROGRAM, Shop, event, moment, parked, pays, sale, sale_with, set_program, time, units,
};

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

/// Two pieces of a line, which earn 0.05 together.
fn two_pieces() -> String {
    let line = r#"[{"id": "1", "product": "P", "quantity": "2", "unit_price": "0.50"}]"#;
    let fields = format!(r#""sale": "S1", "customer": "ada", "lines": {line}"#);
    let at = time("03-02");
    format!(r#"{{"type": "sale", "at": "{at}", {fields}, "payments": [{}]}}"#, pays("card", "1.00"))
}

/// Of two pieces of a line that earned 0.05, one came back at each of two registers: both count, and no more is
/// taken back than was earned.
pub fn returns_at_two_registers_both_count(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&two_pieces());
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
        let ada = CustomerId::new("ada").unwrap();
        assert_eq!(purchases_of(&ada, &history.operations), [purchase]);
        let again = r#""id": "R3", "of": "S1", "lines": [{"id": "1", "quantity": "1"}]"#;
        assert_eq!(shop.try_submit(&event("return", "03-04", again)).unwrap_err().name(), "over_return");
    }
}

/// A purchase that came back whole at one register came back whole, whatever another one took back of it.
pub fn what_came_back_whole_is_undone(make: &impl Fresh) {
    for (first, second) in [("2", "1"), ("1", "2")] {
        let (mut one, mut two) = two(make);
        one.submit(&two_pieces());
        meet(&mut one, &mut two);
        for (shop, id, quantity) in [(&mut one, "R1", first), (&mut two, "R2", second)] {
            let fields =
                format!(r#""id": "{id}", "of": "S1", "lines": [{{"id": "1", "quantity": "{quantity}"}}]"#);
            shop.submit(&event("return", "03-03", &fields));
        }
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            let history = shop.history("S1").unwrap();
            let purchases = purchases_of(&CustomerId::new("ada").unwrap(), &history.operations);
            assert!(purchases.iter().all(|purchase| purchase.undone) && purchases.len() == 1);
        }
    }
}

/// Two registers of a shop where sales can be claimed.
fn two_that_claim<S: Store>(make: &impl Fresh<Store = S>) -> [Shop<S>; 2] {
    let (mut one, mut two) = two(make);
    let claims = r#""enrolment": {"mode": "automatic", "claim_days": 30}, "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, claims, 1)).replace("01-01T", "02-01T"));
    meet(&mut one, &mut two);
    [one, two]
}

/// What the register records then comes later in the order.
pub(super) fn wait<S: Store>(shop: &mut Shop<S>, seconds: u32) {
    for _ in 0..seconds {
        shop.next_recording();
    }
}

/// Two pieces at 50.00 each, sold to nobody.
pub(super) fn to_nobody(id: &str) -> String {
    let lines = r#"[{"id": "1", "product": "P", "quantity": "2", "unit_price": "50.00"}]"#;
    let paid = format!(r#""payments": [{}]"#, pays("card", "100.00"));
    event("sale", "03-02", &format!(r#""sale": "{id}", "lines": {lines}, {paid}"#))
}

pub(super) fn claim(id: &str, sale: &str, customer: &str) -> String {
    event("claim", "03-03", &format!(r#""id": "{id}", "sale": "{sale}", "customer": "{customer}""#))
}

pub(super) fn back(id: &str, quantity: u32) -> String {
    let lines = format!(r#"[{{"id": "1", "quantity": "{quantity}"}}]"#);
    event("return", "03-04", &format!(r#""id": "{id}", "of": "S1", "lines": {lines}"#))
}

/// A third register that hears one by one, and from the end, what both know comes to the same.
pub(super) fn comes_to_the_same<S: Store>(
    make: &impl Fresh<Store = S>,
    one: &mut Shop<S>,
    two: &mut Shop<S>,
) {
    let mut three = Shop::reopen(make.fresh());
    name(&mut three, "till-3");
    for parcel in all_of(two).into_iter().rev() {
        take_in(&mut three, [parcel]).unwrap();
    }
    for customer in ["ada", "bob"] {
        assert_eq!(balance(&mut three, customer), balance(one, customer), "{customer}");
    }
    let (here, there) = (one.verify(), three.verify());
    assert_eq!((here.accounts, here.contested), (there.accounts, there.contested));
}

/// A sale without a customer is claimed at one register, and what it was comes back at another that hasn't heard of
/// it: what was earned by that is taken back, whoever was first, and no more.
pub fn what_comes_back_of_a_claimed_sale_is_taken_back(make: &impl Fresh) {
    let exchange = r#""id": "X1", "of": "S1", "lines": [{"id": "1", "quantity": "1"}], "sale": {"id": "S2",
        "lines": [{"id": "1", "product": "P", "quantity": "1", "unit_price": "50.00"}], "payments": []}"#;
    let amount = r#""id": "R1", "of": "S1", "amount": "40.00""#;
    // Each case: what the first register does, what the second one does, and what bob has then.
    let cases = [
        (vec![claim("C1", "S1", "bob")], vec![back("R1", 2)], 0),
        (vec![claim("C1", "S1", "bob"), back("R1", 1)], vec![back("R2", 1)], 0),
        (vec![back("R1", 1), claim("C1", "S1", "bob")], vec![back("R2", 1)], 0),
        (vec![claim("C1", "S1", "bob")], vec![back("R1", 1)], 2_50),
        (vec![claim("C1", "S1", "bob"), back("R1", 2)], vec![back("R2", 2)], 0),
        (vec![claim("C1", "S1", "bob")], vec![event("return_amount", "03-04", amount)], 3_00),
        (vec![claim("C1", "S1", "bob")], vec![event("exchange", "03-04", exchange)], 2_50),
        (vec![claim("C1", "S1", "bob")], vec![event("void", "03-04", r#""id": "V1", "of": "S1""#)], 0),
        // Of two who claimed it the first has it, and what the other gave back was the first one's.
        (vec![claim("C1", "S1", "bob")], vec![claim("C2", "S1", "ada"), back("R1", 1)], 2_50),
    ];
    for (number, (first, second, expected)) in cases.iter().enumerate() {
        for (wait_one, wait_two) in [(0, 9), (9, 0)] {
            let [mut one, mut two] = two_that_claim(make);
            one.submit(&to_nobody("S1"));
            meet(&mut one, &mut two);
            wait(&mut one, wait_one);
            wait(&mut two, wait_two);
            first.iter().for_each(|text| drop(one.submit(text)));
            second.iter().for_each(|text| drop(two.submit(text)));
            meet(&mut one, &mut two);
            let has = ["bob", "ada"].map(|customer| balance(&mut one, customer));
            // Where the other's claim is the first, the units are Ada's.
            let fits = has == [*expected, 10_00] || wait_one == 9 && has == [0, 10_00 + *expected];
            assert!(fits, "case {number}, {wait_one}, {wait_two}: {has:?}");
            for shop in [&mut one, &mut two] {
                assert_eq!(shop.verify().liability(), Ok(units(10_00 + *expected)), "case {number}");
            }
            comes_to_the_same(make, &mut one, &mut two);
        }
    }
}

/// One sale id at two registers, nobody's at the one, where it is claimed, and somebody's at the other: one sale
/// earns, the one that counts, and a claim of what is somebody's is told.
pub fn a_sale_id_at_two_registers_earns_once(make: &impl Fresh) {
    for comes_back in [false, true] {
        for is_bobs in [false, true] {
            let [mut one, mut two] = two_that_claim(make);
            wait(if is_bobs { &mut one } else { &mut two }, 9);
            one.submit(&to_nobody("S1"));
            one.submit(&claim("C1", "S1", "ada"));
            two.submit(&sale("S1", "03-02", "bob", "100.00"));
            if comes_back {
                // At the register whose sale doesn't count: it is about the one that does.
                let (shop, quantity) = if is_bobs { (&mut one, 2) } else { (&mut two, 1) };
                shop.submit(&back("R1", quantity));
            }
            meet(&mut one, &mut two);
            let expected = match (is_bobs, comes_back) {
                (true, _) => [10_00, 5_00],
                (false, false) => [15_00, 0],
                (false, true) => [10_00, 0],
            };
            for shop in [&mut one, &mut two] {
                assert_eq!(["ada", "bob"].map(|who| balance(shop, who)), expected, "{is_bobs} {comes_back}");
                let told: &[&str] = if is_bobs { &["S1"] } else { &[] };
                assert_eq!(contested(shop), told);
                let verified = shop.verify();
                assert_eq!(verified.liability(), Ok(units(expected.iter().sum())));
                assert_eq!(verified.not_counted, 1);
            }
            comes_to_the_same(make, &mut one, &mut two);
        }
    }
}

/// Of a sale that doesn't count, since another register's has its id, nothing was earned or spent; so nothing of it
/// comes back. What is paid on it later is paid.
pub fn a_sale_that_does_not_count_gives_nothing(make: &impl Fresh) {
    // Loyalty that was paid at first, and what is paid later; then whether it all comes back, and what Ada has.
    for (at_first, later, comes_back, expected) in [
        ("4.00", vec![pays("card", "96.00")], false, 10_00),
        ("4.00", vec![pays("card", "96.00")], true, 10_00),
        ("0.00", vec![pays("loyalty", "4.00"), pays("card", "96.00")], false, 6_00),
        ("0.00", vec![pays("loyalty", "4.00"), pays("card", "96.00")], true, 10_00),
    ] {
        let (mut one, mut two) = two(make);
        two.submit(&sale("S1", "03-02", "bob", "100.00"));
        wait(&mut one, 9);
        let first = if at_first == "0.00" { String::new() } else { pays("loyalty", at_first) };
        let more = format!(r#""terms": "layby", "payments": [{first}]"#);
        one.submit(&sale_with("S1", "03-02", "ada", "100.00", &more));
        let paid = format!(r#""id": "P1", "sale": "S1", "payments": [{}]"#, later.join(", "));
        one.submit(&event("payment", "03-03", &paid));
        if comes_back {
            one.submit(&back("R1", 1));
        }
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            let has = ["ada", "bob"].map(|who| balance(shop, who));
            assert_eq!(has, [expected, 5_00], "{at_first} {later:?} {comes_back}");
            assert_eq!(shop.verify().liability(), Ok(units(expected + 5_00)));
        }
        comes_to_the_same(make, &mut one, &mut two);
    }
}

/// A sale without a customer is claimed once, also where two registers gave it to two customers.
pub fn a_sale_is_claimed_once(make: &impl Fresh) {
    let [mut one, mut two] = two_that_claim(make);
    one.submit(&to_nobody("S1"));
    one.submit(&sale("S2", "03-02", "bob", "20.00"));
    meet(&mut one, &mut two);
    one.submit(&claim("C1", "S1", "bob"));
    // The second register's claim is the later one.
    wait(&mut two, 9);
    two.submit(&claim("C2", "S1", "ada"));
    assert_eq!((balance(&mut one, "bob"), balance(&mut two, "ada")), (6_00, 15_00));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!((balance(shop, "bob"), balance(shop, "ada")), (6_00, 10_00));
        assert_eq!(shop.verify().liability(), Ok(units(16_00)));
    }
}

/// What an exchange takes back is what the sale had earned whose goods came back, and not what the new one earns.
pub fn the_sale_of_an_exchange_is_claimed_whole(make: &impl Fresh) {
    let [mut one, mut two] = two_that_claim(make);
    one.submit(&to_nobody("S1"));
    one.submit(&sale("S2", "03-02", "bob", "20.00"));
    one.submit(&event(
        "exchange",
        "03-03",
        r#""id": "D1", "of": "S1", "lines": [{"id": "1", "quantity": "1"}], "sale": {"id": "X1", "payments": [],
            "lines": [{"id": "1", "product": "P", "quantity": "1", "unit_price": "50.00"}]}"#,
    ));
    one.submit(&claim("C1", "X1", "ada"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(balance(shop, "ada"), 12_50);
        shop.verify();
    }
    comes_to_the_same(make, &mut one, &mut two);
}

/// A sale that two registers put aside is that which was put aside last, whatever came first.
pub fn of_two_put_aside_the_later_stays(make: &impl Fresh) {
    for (seconds, later) in [(0, "03-02"), (9, "03-03")] {
        let (mut one, mut two) = two(make);
        wait(&mut two, seconds);
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
