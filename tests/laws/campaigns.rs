//! Laws of promotions, bonuses and tiers.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use regulars::adapter::memory::MemoryStore;
use regulars::decide::Decision;
use regulars::ident::{OutletId, PromotionId, TierId};
use regulars::loyalty::{
    ClawBackPolicy, EarnTerms, Earning, FallBack, LimitPeriod, NegativeBalance, Program, Promotion,
    PromotionChoice, PromotionGift, PromotionLimit, TierBasis, TierFrom, TierGift, TierLevel, TierPeriod,
    Tiers, earn,
};
use regulars::money::{Money, Units};
use regulars::sale::{Bill, Pending, RungUp, SaleState, Tendered, Terms};

use crate::baskets::{Basket, basket};
use crate::programs::{line_rule, program, units, which_lines};
use crate::purchase::{Course, Purchase, SALE, purchase, then};
use crate::shop::{Till, ann, day_of, import, lots, on, paid, ratio, sale, sale_id, void};
use crate::tries;

/// Promotions, and how one is chosen; each has the id that its place gives it.
fn campaigns() -> impl Strategy<Value = (Vec<Promotion>, PromotionChoice)> {
    let choice = select(vec![PromotionChoice::Best, PromotionChoice::Newest, PromotionChoice::Sum]);
    (vec(promotion(), 1..=3), choice).prop_map(|(mut promotions, choice)| {
        for (place, promotion) in promotions.iter_mut().enumerate() {
            promotion.id = id(place);
        }
        (promotions, choice)
    })
}

fn id(place: usize) -> PromotionId {
    PromotionId::new(&format!("p{place}")).unwrap()
}

fn promotion() -> impl Strategy<Value = Promotion> {
    let gives = prop_oneof![
        3 => line_rule().prop_map(PromotionGift::Line),
        1 => units().prop_map(|units| PromotionGift::Bonus { units }),
    ];
    let minimum = option::weighted(0.3, select(vec![1, 1000, 3000]).prop_map(Money::from_minor));
    let limit = PromotionLimit { times: 1, per: LimitPeriod::Day };
    let conditions = (prop::bool::weighted(0.2), option::weighted(0.2, Just(limit)));
    (gives, which_lines(), minimum, conditions).prop_map(
        |(gives, applies_to, minimum_spend, (first_purchase, limit))| Promotion {
            applies_to,
            minimum_spend,
            first_purchase,
            limit,
            ..Promotion::new(id(0), gives)
        },
    )
}

fn tiers() -> impl Strategy<Value = Tiers> {
    let by = select(vec![TierBasis::Spent, TierBasis::Earned]);
    let over = select(vec![TierPeriod::Months(1), TierPeriod::CalendarYear, TierPeriod::Ever]);
    let from = select(vec![TierFrom::NextSale, TierFrom::ThisSale]);
    let fall_back = select(vec![FallBack::AtPeriodEnd, FallBack::Never]);
    let factors = (select(vec!["1", "0.5", "1.25"]), select(vec!["2", "1.5", "3"]));
    (by, over, from, fall_back, factors).prop_map(|(by, over, from, fall_back, (low, high))| {
        let level = |id, at_minor, factor| TierLevel {
            id: TierId::new(id).unwrap(),
            at_minor,
            gives: TierGift::Factor(ratio(factor)),
        };
        Tiers { by, over, from, fall_back, levels: vec![level("base", 0, low), level("vip", 2000, high)] }
    })
}

/// A sale of a basket, paid with a card, by terms that name these promotions.
fn earning(program: &Program, rung_up: &RungUp, promotions: &[u16]) -> Earning {
    let bill = Bill::ring_up(rung_up.clone()).unwrap();
    let payments = [paid("card", bill.due().unwrap().minor())];
    let tendered = Tendered::net_of_change(&payments, Money::ZERO).unwrap();
    let SaleState::Settled(settled) = Pending::new(bill).tender(&tendered, on(10)).unwrap() else {
        panic!("not settled");
    };
    let terms = EarnTerms { tier: None, promotions: promotions.to_vec() };
    earn(program, &settled, day_of(program, on(10)), terms).unwrap()
}

fn total(earning: &Earning) -> i64 {
    earning.accrual.total().unwrap().minor()
}

/// What the lines earned, visits aside: a promotion that takes a line out of a base rule may leave one
/// for the visit.
fn of_lines(earning: &Earning) -> i64 {
    earning.accrual.lines.iter().map(|line| line.total().unwrap().minor()).sum()
}

/// A basket of one line.
fn one_line(basket: &Basket) -> RungUp {
    let mut rung_up = basket.rung_up(0, on(10), Some(ann()), Terms::Immediate);
    rung_up.lines = rung_up.lines.iter().take(1).cloned().collect();
    (rung_up.discount, rung_up.cash_rounding) = (Money::ZERO, Money::ZERO);
    rung_up
}

/// The entries, and what else a sale of ann decided but the terms, under a program.
fn sold(program: &Program, basket: &Basket) -> (Till<MemoryStore>, Decision) {
    let mut till = Till::open(program);
    till.accept(&import("some", &ann(), 1, None, on(0)));
    let rung_up = basket.rung_up(0, on(10), Some(ann()), Terms::Immediate);
    let due = Bill::ring_up(rung_up.clone()).unwrap().due().unwrap().minor();
    let outcome = till.accept(&sale(rung_up, vec![paid("card", due)], Money::ZERO));
    (till, Decision::clone(&outcome.decision))
}

fn enrolling(program: Program) -> Program {
    Program { enrolment: regulars::loyalty::Enrolment::Automatic, ..program }
}

proptest! {
    #![proptest_config(tries())]

    /// R6: of several promotions under `best`, none that applies alone would earn the line more; and
    /// all together, under `sum`, are not less than nothing.
    #[test]
    fn the_best_is_the_best(
        program in program(),
        basket in basket(),
        (promotions, _) in campaigns(),
    ) {
        let line_rules = |promotion: &Promotion| matches!(promotion.gives, PromotionGift::Line(_));
        let promotions: Vec<Promotion> = promotions.into_iter().filter(line_rules).collect();
        let rung_up = one_line(&basket);
        if Bill::ring_up(rung_up.clone()).is_err() {
            return Ok(());
        }
        let places: Vec<u16> = (0..).take(promotions.len()).collect();
        let program = Program { promotions, promotion_choice: PromotionChoice::Best, ..program };
        let best = earning(&program, &rung_up, &places);
        prop_assert!(best.used.len() <= 1);
        for place in &places {
            let alone = earning(&program, &rung_up, &[*place]);
            if alone.used.contains(place) {
                let more = of_lines(&best) < of_lines(&alone);
                prop_assert!(!more, "{place} alone earns {alone:?}, not {best:?}");
            }
        }
        let program = Program { promotion_choice: PromotionChoice::Sum, ..program };
        prop_assert!(0 <= total(&earning(&program, &rung_up, &places)));
    }

    /// R11, R41: one that doesn't apply changes nothing; two programs that differ in nothing that
    /// applies decide the same.
    #[test]
    fn what_does_not_apply_changes_nothing(
        program in program(),
        basket in basket(),
        (promotions, promotion_choice) in campaigns(),
        other in promotion(),
        elsewhere in 0..4,
    ) {
        let program = enrolling(Program { promotions, promotion_choice, ..program });
        let mut other = Promotion { id: id(9), ..other };
        match elsewhere {
            0 => other.outlets = vec![OutletId::new("nowhere").unwrap()],
            1 => other.until = Some(regulars::loyalty::Bound::Moment(on(9))),
            2 => other.birthday_month = true,
            _ => other.when_named = true,
        }
        let with_other = Program {
            promotions: program.promotions.iter().cloned().chain([other]).collect(),
            ..program.clone()
        };
        let ((_, one), (_, mut two)) = (sold(&program, &basket), sold(&with_other, &basket));
        for accrued in &mut two.accruals {
            accrued.accrual.terms.promotions.retain(|place| usize::from(*place) < program.promotions.len());
        }
        two.accruals.retain(|accrued| {
            let empty = accrued.accrual.total() == Ok(Units::ZERO);
            !empty || accrued.accrual.terms != EarnTerms::default()
        });
        prop_assert_eq!(one, two);
    }

    /// R41: the explanations add up to what is posted, whatever applies.
    #[test]
    fn explanations_add_up(
        program in program(),
        basket in basket(),
        (promotions, promotion_choice) in campaigns(),
        tiers in tiers(),
    ) {
        let tiers = Some(tiers);
        let program = enrolling(Program { promotions, promotion_choice, tiers, ..program });
        let (mut till, decision) = sold(&program, &basket);
        let history = till.history(&sale_id(0)).unwrap();
        let zones = regulars::time::FixedZones;
        let explained = regulars::decide::explain(&history.operations, &program, &zones).unwrap();
        let explained: i64 = explained.iter().map(|explanation| explanation.units.minor()).sum();
        let accrued = decision.accruals.iter().map(|accrued| accrued.accrual.total().unwrap().minor());
        prop_assert_eq!(explained, accrued.sum::<i64>());
        till.verify().unwrap();
    }

    /// R18, Q4, Q6: whatever comes back, in whatever order and size, with promotions, bonuses and tiers,
    /// and however much is taken back at each step: in the end ann has what she had before.
    #[test]
    fn the_whole_circle_with_campaigns(
        purchase in purchase(),
        (promotions, promotion_choice) in campaigns(),
        tiers in tiers(),
        recompute in any::<bool>(),
        steps in vec(then(), 0..=4),
        at_once in option::of(any::<bool>()),
    ) {
        let mut program = Program { promotions, promotion_choice, tiers: Some(tiers), ..purchase.program };
        program.returns.negative_balance = NegativeBalance::Allow;
        if recompute {
            program.returns.claw_back = ClawBackPolicy::Recompute;
        }
        let mut course = Course::begin(Purchase { program, ..purchase });
        let before = course.till.holding(&ann());
        course.sell();
        for step in &steps {
            if let Some(document) = course.document(step) {
                course.till.accept(&document);
            }
        }
        match at_once {
            Some(at_once) => {
                for step in course.the_rest(at_once) {
                    let document = course.document(&step).unwrap();
                    course.till.accept(&document);
                }
            }
            None => drop(course.till.accept(&void("void", &sale_id(SALE), on(13)))),
        }
        let after = course.till.holding(&ann());
        prop_assert_eq!(after.balance(), before.balance());
        prop_assert_eq!(lots(&after), lots(&before));
        course.till.verify().unwrap();
    }
}
