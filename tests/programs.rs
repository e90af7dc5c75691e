//! What a program may say, up to the edge, and what it may not.

#![allow(clippy::unwrap_used, reason = "in the helpers, as in the tests, what goes wrong fails the test")]

use regulars::ident::{
    CategoryId, PriceBookId, ProductId, ProgramId, PromotionId, PunchCardId, RewardId, TierId,
};
use regulars::loyalty::{
    BaseRule, Bound, EarnBy, Expiry, FallBack, Hours, LineRule, PriceBook, Program, Promotion, PromotionGift,
    PunchCard, Redemption, Reward, RewardGift, TierBasis, TierFrom, TierGift, TierLevel, TierPeriod, Tiers,
    Unit, Valid, Where,
};
use regulars::money::{Currency, Money, Ratio, Units};
use regulars::time::{Date, Timestamp};

/// What is said of a program in points that was changed.
fn said(change: impl FnOnce(&mut Program)) -> &'static str {
    let currency = Currency::from_code("EUR").unwrap();
    let mut program = Program::new(ProgramId::new("house").unwrap(), currency, Unit::Points { decimals: 0 });
    change(&mut program);
    program.check().map_or_else(|error| error.what, |()| "")
}

/// The edge is good, and what is past it isn't.
fn edge<T>(past: &str, edge: T, over: T, change: impl Fn(&mut Program, T)) {
    assert_eq!(said(|program| change(program, edge)), "");
    assert_eq!(said(|program| change(program, over)), past);
}

/// A number of hundredths.
fn ratio(hundredths: i64) -> Ratio {
    Ratio::from_decimal(money(hundredths).to_decimal(2)).unwrap()
}

fn units(minor: i64) -> Units {
    Units::from_minor(minor)
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor)
}

#[test]
fn units_have_at_most_eight_decimals_and_a_program_ends_after_it_begins() {
    edge("a unit has at most 8 decimals", 8, 9, |program, decimals| program.unit = Unit::Points { decimals });
    let day = |day| Date::from_civil(2026, 3, day);
    edge("the program ends before it begins", day(2), day(1), |program, until| {
        program.valid = Valid { from: day(2), until };
    });
    edge("the welcome is below zero", units(0), units(-1), |program, welcome| program.welcome = welcome);
    edge("there is no such day of the year", 29, 30, |program, day| {
        program.expiry = Expiry::OnDate { month: 2, day, after_years: 0 };
    });
}

#[test]
fn nothing_ends_before_it_begins() {
    let past = "a promotion, a reward or a punch card ends before it begins";
    let off = || RewardGift::AmountOff { amount: money(1) };
    let day = |day| Date::from_civil(2026, 3, day);
    let from = day(2).map(Bound::Day);
    edge(past, day(2), day(1), |program, until| {
        let promotion =
            Promotion::new(PromotionId::new("a").unwrap(), PromotionGift::Line(LineRule::Nothing));
        program.promotions.push(Promotion { from, until: until.map(Bound::Day), ..promotion });
    });
    edge(past, day(2), day(1), |program, until| {
        program.rewards.push(Reward { from, until: until.map(Bound::Day), ..a_reward("a", off()) });
    });
    edge(past, day(2), day(1), |program, until| {
        program.punch_cards.push(PunchCard { valid: Valid { from: day(2), until }, ..a_card("a", off()) });
    });
    let moment = |millisecond| Timestamp::from_millisecond(millisecond).map(Bound::Moment);
    edge(past, moment(2), moment(1), |program, until| {
        program.rewards.push(Reward { from: moment(2), until, ..a_reward("a", off()) });
    });
    // Which of the two comes first depends on the outlet.
    let until = moment(1);
    assert_eq!(said(|program| program.rewards.push(Reward { from, until, ..a_reward("a", off()) })), "");
}

fn base(by: EarnBy, minimum_spend: Option<Money>) -> BaseRule {
    BaseRule { by, applies_to: Where::default(), minimum_spend, last: false }
}

#[test]
fn a_base_rule_gives_nothing_below_zero() {
    let past = "a base rule has a rate, units or a minimum below zero, or no step";
    let step = |amount, units| EarnBy::Step { amount: money(amount), units };
    let visit = EarnBy::Visit { units: units(1) };
    for (good, bad) in [
        (base(EarnBy::Amount { rate: ratio(0) }, None), base(EarnBy::Amount { rate: ratio(-1) }, None)),
        (base(EarnBy::Visit { units: units(0) }, None), base(EarnBy::Visit { units: units(-1) }, None)),
        (base(EarnBy::Item { units: units(0) }, None), base(EarnBy::Item { units: units(-1) }, None)),
        (base(step(1, units(0)), None), base(step(1, units(-1)), None)),
        (base(step(1, units(1)), None), base(step(0, units(1)), None)),
        (base(visit, Some(money(0))), base(visit, Some(money(-1)))),
    ] {
        edge(past, good.clone(), bad.clone(), |program, rule| program.earn.push(rule));
        let tiers = "tiers rise from level to level, over at least a month, and none is below zero";
        edge(tiers, good, bad, |program, rule| {
            program.tiers = Some(with_levels([level("a", 0, TierGift::Earn([rule].into()))]));
        });
    }
}

#[test]
fn a_line_rule_gives_nothing_below_zero() {
    let past = "a line rule has a rate, units or a factor below zero";
    for (good, bad) in [
        (LineRule::Amount { rate: ratio(0) }, LineRule::Amount { rate: ratio(-1) }),
        (LineRule::Multiply { factor: ratio(0) }, LineRule::Multiply { factor: ratio(-1) }),
        (LineRule::Extra { units: units(0) }, LineRule::Extra { units: units(-1) }),
        (LineRule::Fixed { units: units(0) }, LineRule::Fixed { units: units(-1) }),
    ] {
        let product = || ProductId::new("a").unwrap();
        edge(past, good, bad, |program, rule| {
            program.products.insert(product(), rule);
        });
        edge(past, good, bad, |program, rule| {
            program.categories.insert(CategoryId::new("a").unwrap(), rule);
        });
        for others in [false, true] {
            edge(past, good, bad, |program, rule| {
                let mut book = PriceBook::default();
                if others {
                    book.others = Some(rule);
                } else {
                    book.products.insert(product(), rule);
                }
                program.price_books.insert(PriceBookId::new("a").unwrap(), book);
            });
        }
    }
}

#[test]
fn a_promotion_gives_nothing_below_zero_and_its_hours_are_of_one_day() {
    let past = "a promotion has units, a rate or a minimum below zero, or hours past midnight";
    let promotion = |gives| Promotion::new(PromotionId::new("a").unwrap(), gives);
    edge(past, units(0), units(-1), |program, units| {
        program.promotions.push(promotion(PromotionGift::Bonus { units }));
    });
    edge(past, units(0), units(-1), |program, units| {
        program.promotions.push(promotion(PromotionGift::Line(LineRule::Fixed { units })));
    });
    let nothing = || promotion(PromotionGift::Line(LineRule::Nothing));
    edge(past, money(0), money(-1), |program, minimum| {
        program.promotions.push(Promotion { minimum_spend: Some(minimum), ..nothing() });
    });
    for (good, bad) in [((1439, 0), (1440, 0)), ((0, 1440), (0, 1441))] {
        edge(past, good, bad, |program, (from, until)| {
            program.promotions.push(Promotion { hours: Some(Hours { from, until }), ..nothing() });
        });
    }
}

fn level(id: &str, at_minor: i64, gives: TierGift) -> TierLevel {
    TierLevel { id: TierId::new(id).unwrap(), at_minor, gives }
}

fn with_levels(levels: impl Into<Vec<TierLevel>>) -> Tiers {
    Tiers {
        by: TierBasis::Spent,
        over: TierPeriod::Ever,
        from: TierFrom::NextSale,
        fall_back: FallBack::Never,
        levels: levels.into(),
    }
}

#[test]
fn tiers_rise_from_zero_on() {
    let past = "tiers rise from level to level, over at least a month, and none is below zero";
    let at = |id, at| level(id, at, TierGift::Factor(ratio(100)));
    edge(past, 0, -1, |program, minor| program.tiers = Some(with_levels([at("a", minor)])));
    edge(past, 2, 1, |program, minor| program.tiers = Some(with_levels([at("a", 1), at("b", minor)])));
    edge(past, 0, -1, |program, factor| {
        program.tiers = Some(with_levels([level("a", 1, TierGift::Factor(ratio(factor)))]));
    });
    edge(past, 1, 0, |program, months| {
        program.tiers = Some(Tiers { over: TierPeriod::Months(months), ..with_levels([at("a", 1)]) });
    });
}

#[test]
fn what_is_given_is_something_and_not_more_than_there_is() {
    let reward = "a reward has a cost below zero, or gives nothing, or more than there is";
    let card = "a punch card gives nothing that a line can have, or more than there is";
    let percent = |percent, maximum: i64| {
        let (percent, maximum) = (ratio(percent), Some(money(maximum)));
        (RewardGift::PercentOff { percent, maximum }, RewardGift::LinePercentOff { percent, maximum })
    };
    let product = || ProductId::new("a").unwrap();
    let steps = |step, amount| RewardGift::AmountPerStep { step: units(step), amount: money(amount) };
    for (good, bad) in [
        (RewardGift::AmountOff { amount: money(1) }, RewardGift::AmountOff { amount: money(0) }),
        (RewardGift::LineAmountOff { amount: money(1) }, RewardGift::LineAmountOff { amount: money(0) }),
        (percent(1, 0).0, percent(0, 0).0),
        (percent(1, 0).1, percent(0, 0).1),
        (percent(10_000, 0).0, percent(10_001, 0).0),
        (percent(10_000, 0).1, percent(1, -1).1),
        (
            RewardGift::FreeProduct { product: product(), quantity: ratio(1) },
            RewardGift::FreeProduct { product: product(), quantity: ratio(0) },
        ),
        (RewardGift::FreeItem { quantity: ratio(1) }, RewardGift::FreeItem { quantity: ratio(0) }),
    ] {
        edge(reward, good.clone(), bad.clone(), |program, gives| program.rewards.push(a_reward("a", gives)));
        edge(card, good, bad, |program, gives| program.punch_cards.push(a_card("a", gives)));
    }
    for bad in [steps(0, 1), steps(1, 0)] {
        edge(reward, steps(1, 1), bad, |program, gives| program.rewards.push(a_reward("a", gives)));
    }
    assert_eq!(said(|program| program.punch_cards.push(a_card("a", steps(1, 1)))), card);
    let gives = || RewardGift::FreeItem { quantity: ratio(1) };
    edge(reward, units(0), units(-1), |program, cost| {
        program.rewards.push(Reward { cost, ..a_reward("a", gives()) });
    });
    edge(reward, money(0), money(-1), |program, minimum| {
        program.rewards.push(Reward { minimum_spend: Some(minimum), ..a_reward("a", gives()) });
    });
}

fn a_reward(id: &str, gives: RewardGift) -> Reward {
    Reward {
        id: RewardId::new(id).unwrap(),
        cost: units(1),
        gives,
        applies_to: Where::default(),
        minimum_spend: None,
        from: None,
        until: None,
        outlets: Vec::new(),
        tiers: Vec::new(),
        groups: Vec::new(),
        lowers_earning: true,
    }
}

fn a_card(id: &str, gives: RewardGift) -> PunchCard {
    PunchCard {
        id: PunchCardId::new(id).unwrap(),
        required: 1,
        applies_to: Where::default(),
        gives,
        valid: Valid::default(),
        uses: None,
        carry_over: true,
    }
}

#[test]
fn no_two_of_a_kind_have_the_same_id() {
    let promotion =
        |id| Promotion::new(PromotionId::new(id).unwrap(), PromotionGift::Line(LineRule::Nothing));
    let gives = || RewardGift::FreeItem { quantity: ratio(1) };
    let factor = || TierGift::Factor(ratio(100));
    edge("two promotions have the same id", "b", "a", |program, id| {
        program.promotions = [promotion("a"), promotion(id)].into()
    });
    edge("two rewards have the same id", "b", "a", |program, id| {
        program.rewards = [a_reward("a", gives()), a_reward(id, gives())].into()
    });
    edge("two punch cards have the same id", "b", "a", |program, id| {
        program.punch_cards = [a_card("a", gives()), a_card(id, gives())].into()
    });
    edge("two tiers have the same id", "b", "a", |program, id| {
        program.tiers = Some(with_levels([level("a", 1, factor()), level(id, 2, factor())]));
    });
}

#[test]
fn a_redemption_pays_something_and_at_most_all() {
    let past = "a redemption's value and step are above zero, its minimum isn't below, its share is 0 to 1";
    let redemption = |change: &dyn Fn(&mut Redemption)| {
        let mut redemption = Redemption::one_for_one();
        change(&mut redemption);
        Some(redemption)
    };
    edge(past, 1, 0, |program, value| program.redemption = redemption(&|it| it.value = ratio(value)));
    edge(past, 1, 0, |program, step| program.redemption = redemption(&|it| it.step = Some(units(step))));
    edge(past, 0, -1, |program, least| program.redemption = redemption(&|it| it.minimum = units(least)));
    for (good, bad) in [(100, 101), (0, -1)] {
        edge(past, good, bad, |program, share| {
            program.redemption = redemption(&|it| it.maximum_share = ratio(share));
        });
    }
}
