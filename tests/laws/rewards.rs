//! Laws of rewards.

use proptest::prelude::*;
use regulars::ident::RewardId;
use regulars::loyalty::{Reward, RewardGift, Where};
use regulars::money::{Money, Ratio, Units};
use regulars::sale::{Bill, LineItem, ReturnedLine, RewardUse, RungUp, Terms};

use crate::purchase::{SALE, purchase};
use crate::shop::{Till, ann, goods_back, import, lots, on, paid, payment, sale, sale_id, void};
use crate::tries;

fn reward(percent: i64, cost: i64, lowers_earning: bool) -> Reward {
    Reward {
        id: RewardId::new("part").unwrap(),
        cost: Units::from_minor(cost),
        gives: RewardGift::PercentOff { percent: Ratio::from_whole(percent).unwrap(), maximum: None },
        applies_to: Where::default(),
        minimum_spend: None,
        from: None,
        until: None,
        outlets: Vec::new(),
        tiers: Vec::new(),
        groups: Vec::new(),
        lowers_earning,
    }
}

fn with_reward(rung_up: RungUp) -> RungUp {
    let reward = RewardId::new("part").unwrap();
    let used = RewardUse { reward, line: None, units: None, quantity: None, reservation: None };
    RungUp { rewards: vec![used], ..rung_up }
}

/// A line comes back one first, and then the rest.
fn parts(line: &LineItem) -> Vec<ReturnedLine> {
    if line.quantity <= Ratio::ZERO || line.amount().unwrap() < Money::ZERO {
        return Vec::new();
    }
    let one = line.quantity.min(Ratio::ONE);
    let parts = [one, line.quantity.minus(one).unwrap()].into_iter().filter(|part| !part.is_zero());
    parts.map(|quantity| ReturnedLine { line: line.id.clone(), quantity }).collect()
}

proptest! {
    #![proptest_config(tries())]

    /// R14, R16, R18, R20, Q17: what a reward takes off its lines is what the sale is cheaper by; and when
    /// all goods are back, or the rest is voided, ann has the units again that it cost, and no others.
    #[test]
    fn a_reward_goes_the_whole_circle(
        purchase in purchase(),
        (percent, cost, lowers) in (1_i64..=100, 1_i64..=9999, any::<bool>()),
        returned in prop_oneof![Just(usize::MAX), 0..4_usize],
    ) {
        let mut program = purchase.program.clone();
        program.rewards.push(reward(percent, cost, lowers));
        let mut till = Till::open(&program);
        till.accept(&import("had", &ann(), cost, None, on(0)));
        let before = till.holding(&ann());
        let rung_up = purchase.basket.rung_up(SALE, on(10), Some(ann()), Terms::Layby);
        let full = Bill::ring_up(rung_up.clone()).unwrap().due().unwrap();
        let rung_up = with_reward(rung_up);
        let sold = match till.submit(&sale(rung_up.clone(), Vec::new(), Money::ZERO)) {
            Ok(sold) => sold,
            Err(refusal) => {
                prop_assert_eq!(refusal.name(), "reward_not_applicable");
                return Ok(());
            }
        };
        let due = sold.due.unwrap();
        let off: i64 = sold.shown.line_discounts.iter().map(|(_, amount)| amount.minor()).sum();
        prop_assert_eq!(due.minor() + off, full.minor());
        prop_assert_eq!(sold.moved.redeemed.minor(), cost);
        if !due.is_zero() {
            till.accept(&payment("pays", &sale_id(SALE), vec![paid("card", due.minor())], on(11)));
        }
        let goods: Vec<ReturnedLine> = rung_up.lines.iter().flat_map(parts).collect();
        for (number, line) in goods.iter().take(returned).enumerate() {
            till.accept(&goods_back(&format!("back{number}"), &sale_id(SALE), vec![line.clone()], on(12)));
        }
        if returned < goods.len() {
            till.accept(&void("void", &sale_id(SALE), on(13)));
        }
        let after = till.holding(&ann());
        prop_assert_eq!((after.balance(), lots(&after)), (before.balance(), lots(&before)));
        prop_assert!(till.verify().is_ok());
    }
}
