//! What claimed sales count for where several registers share their operations (R9, R12).

use regulars::decide::Question;
use regulars::ident::CustomerId;
use regulars::store::Store;

use super::Fresh;
use super::union_sales::{back, claim, comes_to_the_same, to_nobody, wait};
use super::unions::{balance, meet, two};
use crate::common::shop::{PROGRAM, Shop, event, sale, set_program};

/// Two registers under a program with tiers: whoever has spent 280.00 is gold. Ada has spent 200.00.
fn two_with_tiers<S: Store>(make: &impl Fresh<Store = S>) -> (Shop<S>, Shop<S>) {
    let (mut one, mut two) = two(make);
    let more = r#""enrolment": {"mode": "automatic", "claim_days": 30},
        "tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "base", "at": "0"},
        {"id": "gold", "at": "280"}]}, "id":"#;
    one.submit(&set_program(&PROGRAM.replacen(r#""id":"#, more, 1)).replace("01-01T", "02-01T"));
    one.submit(&sale("S9", "03-02", "bob", "200.00"));
    one.submit(&to_nobody("S1"));
    meet(&mut one, &mut two);
    (one, two)
}

fn tier<S: Store>(shop: &mut Shop<S>, customer: &str) -> String {
    let check = shop.submit(&event("check", "03-06", &format!(r#""customer": "{customer}""#)));
    check.shown.tier.unwrap().to_string()
}

/// What came back of each of a customer's purchases, in money and units.
fn came_back<S: Store>(shop: &mut Shop<S>, customer: &str) -> Vec<(i64, i64, bool)> {
    let customer = CustomerId::new(customer).unwrap();
    let question = Question { purchases: true, ..Question::of_whole_past(&customer) };
    let bought = shop.ask(&question).accounts.remove(0).known.unwrap().purchases.unwrap();
    let sums = bought.iter().map(|purchase| {
        let sum = |of: fn(&regulars::decide::PurchaseReturn) -> i64| purchase.returns.iter().map(of).sum();
        (sum(|back| back.spent.minor()), sum(|back| back.earned.minor()), purchase.undone)
    });
    sums.collect()
}

/// A sale that two customers claimed counts for the tier of the one whose it is.
pub fn a_claimed_sale_counts_for_one_tier(make: &impl Fresh) {
    let (mut one, mut two) = two_with_tiers(make);
    one.submit(&claim("C1", "S1", "bob"));
    wait(&mut two, 9);
    two.submit(&claim("C2", "S1", "ada"));
    assert_eq!((tier(&mut one, "bob"), tier(&mut two, "ada")), ("gold".into(), "gold".into()));
    meet(&mut one, &mut two);
    for (shop, id) in [(&mut one, "T1"), (&mut two, "T2")] {
        assert_eq!((tier(shop, "bob"), tier(shop, "ada")), ("gold".into(), "base".into()));
        assert_eq!((came_back(shop, "bob").len(), came_back(shop, "ada").len()), (2, 1));
        // A tally is kept again.
        shop.submit(&sale(id, "03-07", "ada", "1.00"));
        shop.verify();
    }
    meet(&mut one, &mut two);
    comes_to_the_same(make, &mut one, &mut two);
    one.verify();
}

/// What came back of a claimed sale where nobody had heard of the claim counts against its tier, once.
pub fn what_came_back_of_a_claimed_sale_counts_for_its_tier(make: &impl Fresh) {
    // How many came back before the claim, at a register that knew nothing of it, and after both had met.
    for (before, unheard, after, expected) in [
        (0, 1, 0, (50_00, 2_50, false)),
        (0, 2, 0, (10_000, 5_00, true)),
        (1, 1, 0, (10_000, 5_00, true)),
        (1, 0, 1, (10_000, 5_00, true)),
        (0, 1, 1, (10_000, 5_00, true)),
        (0, 0, 1, (50_00, 2_50, false)),
    ] {
        let (mut one, mut two) = two_with_tiers(make);
        if 0 < before {
            two.submit(&back("R1", before));
            meet(&mut one, &mut two);
        }
        one.submit(&claim("C1", "S1", "ada"));
        if 0 < unheard {
            two.submit(&back("R2", unheard));
        }
        meet(&mut one, &mut two);
        if 0 < after {
            two.submit(&back("R3", after));
            meet(&mut one, &mut two);
        }
        for shop in [&mut one, &mut two] {
            let claimed = came_back(shop, "ada").pop().unwrap();
            assert_eq!(claimed, expected, "{before}, {unheard}, {after}");
            assert_eq!(tier(shop, "ada"), "base");
            shop.verify();
        }
        comes_to_the_same(make, &mut one, &mut two);
    }
}

/// What comes back of a claimed sale after its claimant's record has gone to another one, which claimed it, too, is taken
/// back once: also where it went there by way of a third.
pub fn what_comes_back_after_claimants_were_merged_comes_back_once(make: &impl Fresh) {
    let pairs = [
        ("bob", "ada", None),
        ("ada", "bob", None),
        ("bob", "ada", Some("cem")),
        ("ada", "bob", Some("cem")),
    ];
    for (into, from, by_way_of) in pairs {
        for (heard, pieces, left) in [(true, 1, 2_50), (false, 1, 2_50), (true, 2, 0)] {
            let (mut one, mut two) = two_with_tiers(make);
            one.submit(&claim("C1", "S1", "ada"));
            wait(&mut two, 9);
            two.submit(&claim("C2", "S1", "bob"));
            meet(&mut one, &mut two);
            if let Some(third) = by_way_of {
                one.submit(&event("enrol", "03-04", &format!(r#""customer": "{third}""#)));
            }
            let before = balance(&mut one, "ada") + balance(&mut one, "bob");
            let mut merge = |id: &str, into: &str, from: &str| {
                let merge = format!(r#""id": "{id}", "into": "{into}", "from": ["{from}"]"#);
                one.submit(&event("merge", "03-05", &merge));
            };
            if let Some(third) = by_way_of {
                merge("M0", third, from);
            }
            merge("M1", into, by_way_of.unwrap_or(from));
            if heard {
                meet(&mut one, &mut two);
            }
            wait(&mut two, 9);
            two.submit(&back("R1", pieces).replace("03-04", "03-06"));
            meet(&mut one, &mut two);
            for shop in [&mut one, &mut two] {
                assert_eq!(
                    balance(shop, into),
                    before - 5_00 + left,
                    "{into} {by_way_of:?} {heard} {pieces}"
                );
                shop.verify();
            }
            comes_to_the_same(make, &mut one, &mut two);
        }
    }
}

/// What a register takes back of one whose claim doesn't count, since another's was before, is the claimant's to lose:
/// also where the claimant's record has gone to a third one meanwhile.
pub fn what_was_taken_back_of_another_claimant_is_taken_of_the_first(make: &impl Fresh) {
    for merged in [false, true] {
        let (mut one, mut two) = two_with_tiers(make);
        one.submit(&claim("C1", "S1", "ada"));
        let mut owner = "ada";
        if merged {
            one.submit(&event("enrol", "03-04", r#""customer": "cem""#));
            one.submit(&event("merge", "03-05", r#""id": "M1", "into": "cem", "from": ["ada"]"#));
            owner = "cem";
        }
        wait(&mut two, 9);
        two.submit(&claim("C2", "S1", "bob"));
        two.submit(&back("R1", 1).replace("03-04", "03-06"));
        meet(&mut one, &mut two);
        for shop in [&mut one, &mut two] {
            assert_eq!((balance(shop, owner), balance(shop, "bob")), (12_50, 10_00), "{merged}");
            shop.verify();
        }
        comes_to_the_same(make, &mut one, &mut two);
    }
}

/// A claimed sale that is voided where nobody had heard of the claim is no purchase any more.
pub fn a_claimed_sale_that_was_voided_counts_for_no_tier(make: &impl Fresh) {
    let (mut one, mut two) = two_with_tiers(make);
    one.submit(&claim("C1", "S1", "ada"));
    two.submit(&event("void", "03-04", r#""id": "V1", "of": "S1""#));
    assert_eq!(tier(&mut one, "ada"), "gold");
    meet(&mut one, &mut two);
    for shop in [&mut one, &mut two] {
        assert_eq!(came_back(shop, "ada").pop(), Some((10_000, 5_00, true)));
        assert_eq!(tier(shop, "ada"), "base");
        shop.verify();
    }
    comes_to_the_same(make, &mut one, &mut two);
}
