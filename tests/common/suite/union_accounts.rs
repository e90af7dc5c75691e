//! Accounts of customers where several registers share their operations (R4).

use regulars::decide::Refusal;
use regulars::store::Store;

use super::Fresh;
use super::union_sales::wait;
use super::unions::{balance, meet, two};
use crate::common::shop::{Shop, event, pays, sale_paid, units};

/// A sale that goes on Ada's account.
fn defers(id: &str, price: &str) -> String {
    sale_paid(id, "03-02", "ada", price, &format!("[{}]", pays("on_account", price)))
}

fn paid(id: &str, tender: &str, amount: &str) -> String {
    let fields = format!(r#""id": "{id}", "customer": "ada", "payments": [{}]"#, pays(tender, amount));
    event("account_payment", "03-03", &fields)
}

/// What Ada owes, and her credit.
fn account<S: Store>(shop: &mut Shop<S>) -> (Vec<String>, Vec<(String, i64)>) {
    let member = shop.account("ada", "12-31").unwrap().member;
    let credit = member.credit.iter().map(|part| (part.tender.to_string(), part.amount.minor()));
    (member.debts.iter().map(ToString::to_string).collect(), credit.collect())
}

fn cash(amount: i64) -> Vec<(String, i64)> {
    vec![("cash".to_owned(), amount)]
}

/// Credit that comes to nothing by a merge is none.
pub fn credit_that_was_merged_to_nothing_is_none(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&event("enrol", "03-01", r#""customer": "kim""#));
    one.submit(&paid("P1", "cash", "5.00"));
    one.submit(&paid("P2", "cash", "5.00").replace("ada", "kim"));
    meet(&mut one, &mut two);
    one.submit(&defers("S1", "5.00"));
    two.submit(&defers("S2", "5.00"));
    meet(&mut one, &mut two);
    assert_eq!(account(&mut one).1, cash(-5_00));
    one.submit(&event("merge", "03-04", r#""id": "M1", "into": "ada", "from": ["kim"]"#));
    assert_eq!(account(&mut one).1, []);
    one.submit(&event("reserve", "03-05", r#""id": "H1", "customer": "ada", "units": "0.10""#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(account(shop).1, []);
        shop.verify();
    }
}

/// What records owed that become one is in the order of its age, and nothing of it is lost that the merge's register
/// didn't know of.
pub fn debts_of_merged_records_are_all_there(make: &impl Fresh) {
    let of_kim = |id: &str, day: &str| defers(id, "10.00").replace("ada", "kim").replace("03-02T", day);
    for (meanwhile, expected) in
        [(vec![], vec!["S2", "S1"]), (vec![of_kim("S3", "03-03T")], vec!["S1", "S2", "S3"])]
    {
        let (mut one, mut two) = two(make);
        one.submit(&defers("S1", "10.00").replace("03-02T", "03-04T"));
        one.submit(&of_kim("S2", "03-02T"));
        meet(&mut one, &mut two);
        meanwhile.iter().for_each(|text| drop(two.submit(text)));
        wait(&mut one, 9);
        one.submit(&event("merge", "03-05", r#""id": "M1", "into": "ada", "from": ["kim"]"#));
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            assert_eq!(account(shop).0, expected);
            shop.verify();
        }
    }
}

/// What goes on account at several registers, and is paid at any of them, adds up; so does the credit.
pub fn an_account_adds_up_at_several_registers(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&defers("S1", "20.00"));
    two.submit(&defers("S2", "30.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(account(shop).0.len(), 2);
        shop.verify();
    }
    // It pays both, and what is over is credit; another register takes some more.
    assert_eq!(one.submit(&paid("P1", "cash", "52.00")).decision.settled.len(), 2);
    meet(&mut one, &mut two);
    one.submit(&paid("P2", "cash", "5.00"));
    two.submit(&paid("P3", "cash", "3.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(account(shop), (vec![], cash(10_00)));
        assert_eq!(balance(shop, "ada"), 12_50);
        assert_eq!(shop.verify().liability(), Ok(units(12_50)));
    }
    // Both take the same credit: the next money fills what is lacking.
    one.submit(&defers("S3", "8.00"));
    two.submit(&defers("S4", "8.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(account(shop), (vec![], cash(-6_00)));
        shop.verify();
    }
    two.submit(&defers("S5", "10.00"));
    assert_eq!(two.submit(&paid("P4", "cash", "10.00")).decision.settled.len(), 0);
    assert_eq!(two.submit(&paid("P5", "cash", "7.00")).decision.settled.len(), 1);
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(account(shop), (vec![], cash(1_00)));
        shop.verify();
    }
}

/// What was paid twice is contested, and doesn't stop the rest of the account.
pub fn a_debt_paid_twice_is_contested(make: &impl Fresh) {
    let (mut one, mut two) = two(make);
    one.submit(&defers("S1", "20.00"));
    one.submit(&defers("S2", "20.00"));
    meet(&mut one, &mut two);
    // The whole of the first at one, and more than is left of the second at both.
    one.submit(&paid("P1", "cash", "20.00"));
    two.submit(&paid("P2", "cash", "20.00"));
    meet(&mut one, &mut two);
    one.submit(&paid("P3", "cash", "15.00"));
    two.submit(&paid("P4", "card", "15.00"));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(account(shop), (vec!["S2".to_owned()], vec![]));
        // The first earned once, the second not yet.
        assert_eq!(balance(shop, "ada"), 11_00);
        let contested: Vec<String> = shop.verify().contested.iter().map(ToString::to_string).collect();
        assert_eq!(contested, ["S1", "S2"]);
        let named = r#""customer": "ada", "sales": ["S2"], "payments": []"#;
        let refused = shop.try_submit(&event("account_payment", "03-04", named));
        assert!(matches!(refused, Err(Refusal::Contested { .. })), "{refused:?}");
    }
    one.submit(&defers("S3", "20.00").replace("03-02T", "03-05T"));
    let settled = one.submit(&paid("P5", "cash", "20.00").replace("03-03T", "03-06T")).decision.settled.len();
    assert_eq!(settled, 1);
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(account(shop), (vec!["S2".to_owned()], vec![]));
        assert_eq!(balance(shop, "ada"), 12_00);
        shop.verify();
    }
    // Nor does it keep two records from being one; behind what is owed.
    one.submit(&event("enrol", "03-06", r#""customer": "kim""#));
    one.submit(&defers("S4", "10.00").replace("03-02T", "03-06T"));
    one.submit(&event("merge", "03-07", r#""id": "M1", "into": "kim", "from": ["ada"]"#));
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        let member = shop.account("kim", "12-31").unwrap().member;
        let debts: Vec<String> = member.debts.iter().map(ToString::to_string).collect();
        assert_eq!(debts, ["S4", "S2"]);
        shop.verify();
    }
}
