//! Explanations as sentences that a cashier can read aloud (R41).

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use rust_decimal::Decimal;

use crate::ident::Code;
use crate::loyalty::explain::{AppliedRule, Explanation, Fate, OtherRule, Unmet, Why};
use crate::loyalty::policy::{RoundPer, Unit};
use crate::loyalty::program::Program;
use crate::loyalty::promotion::{Promotion, PromotionGift};
use crate::loyalty::rule::{BaseRule, EarnBy, LineRule};
use crate::loyalty::terms::Occasion;
use crate::loyalty::tier::{TierGift, TierLevel};
use crate::money::{AmountError, Money, Ratio, Rounding, Units};
use crate::sale::{LineItem, RungUp};
use crate::time::{Offset, Weekday};

/// What explanations are put into words with: one plain sentence for each line, visit and bonus, and one
/// for the sale.
///
/// ```
/// use regulars::ident::{LineId, ProductId, ProgramId, PromotionId, SaleId};
/// use regulars::loyalty::{
///     Aloud, AppliedRule, BaseRule, EarnBy, Explanation, Hours, LineRule, Program, Promotion,
///     PromotionGift, Share, Unit, Where, Why,
/// };
/// use regulars::money::{Currency, Money, Ratio, Units, parse_decimal};
/// use regulars::sale::{LineItem, Place, RungUp, Terms};
/// use regulars::time::{Offset, Timestamp};
///
/// // 5 % of what is bought, and twice as much from 16:00 to 18:00.
/// let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
/// let rate = Ratio::from_decimal(parse_decimal("0.05")?)?;
/// let (by, applies_to) = (EarnBy::Amount { rate }, Where::default());
/// program.earn.push(BaseRule { by, applies_to, minimum_spend: None, last: false });
/// let twice = PromotionGift::Line(LineRule::Multiply { factor: Ratio::from_whole(2)? });
/// let hours = Some(Hours { from: 16 * 60, until: 18 * 60 });
/// program.promotions.push(Promotion { hours, ..Promotion::new(PromotionId::new("happy-hour")?, twice) });
///
/// // A coffee for 3.00, at 19:00.
/// # let coffee = LineItem {
/// #     id: LineId::new("1")?,
/// #     product: ProductId::new("coffee")?,
/// #     category: None,
/// #     quantity: Ratio::ONE,
/// #     unit_price: Money::from_minor(3_00),
/// #     discount: Money::ZERO,
/// #     tax: None,
/// #     price_book: None,
/// #     promotions: Vec::new(),
/// #     earns: true,
/// # };
/// # let rung_up = RungUp {
/// #     sale: SaleId::new("S-1")?,
/// #     at: Timestamp::from_millisecond(19 * 3_600_000).ok_or("not a moment")?,
/// #     place: Place::default(),
/// #     customer: None,
/// #     terms: Terms::Immediate,
/// #     lines: [coffee].into(),
/// #     discount: Money::ZERO,
/// #     fees: Vec::new(),
/// #     tax_added: Money::ZERO,
/// #     cash_rounding: Money::ZERO,
/// #     rewards: Vec::new(),
/// #     offers: Vec::new(),
/// #     earns: true,
/// # };
/// let explanation = Explanation {
///     line: Some(LineId::new("1")?),
///     rule: AppliedRule::Base,
///     amount: Money::from_minor(3_00),
///     share: Share { earning: Money::from_minor(3_00), total: Money::from_minor(3_00) },
///     units: Units::from_minor(15),
///     why: Why::Earned,
///     tier: None,
///     others: Vec::new(),
/// };
/// let aloud = Aloud { program: &program, rung_up: &rung_up, codes: &[], offset: Offset::UTC };
/// assert_eq!(
///     aloud.sentence(&explanation),
///     "coffee: 0.15 EUR, 5 % of 3.00; the promotion happy-hour did not count, it is from 16:00 to 18:00."
/// );
/// assert_eq!(
///     aloud.summary(&[explanation])?,
///     "In all: 0.15 EUR, the sum of all lines rounded once to the nearest 0.01 EUR, halves up."
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Aloud<'a> {
    /// The program under which the sale was rung up.
    pub program: &'a Program,
    /// What was rung up.
    pub rung_up: &'a RungUp,
    /// The codes that the customer showed.
    pub codes: &'a [Code],
    /// How far the outlet's clock was ahead of UTC then.
    pub offset: Offset,
}

impl Aloud<'_> {
    /// All explanations of a sale in order, and the sale's own sentence at the end.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn sentences(&self, explanations: &[Explanation]) -> Result<Vec<String>, AmountError> {
        let mut sentences: Vec<String> = explanations.iter().map(|each| self.sentence(each)).collect();
        sentences.push(self.summary(explanations)?);
        Ok(sentences)
    }

    /// What one line, visit or bonus earned, and why: the rule that won, the amount that it worked on,
    /// the tier and the share, and the promotions that lost.
    pub fn sentence(&self, explanation: &Explanation) -> String {
        let line = self.line(explanation);
        let mut sentence = match (line, &explanation.rule) {
            (Some(line), _) => line.product.to_string(),
            (None, AppliedRule::Bonus(id)) => format!("The promotion {id}"),
            (None, AppliedRule::Visit(_)) => "The visit".to_string(),
            (None, rule) => rule.to_string(),
        };
        if explanation.why == Why::Earned {
            sentence.push_str(&format!(": {}{}", self.units(explanation.units), self.how(explanation, line)));
            sentence.push_str(&self.share(explanation));
        } else {
            sentence.push_str(&format!(": nothing, {}", self.reason(explanation)));
        }
        for other in &explanation.others {
            sentence.push_str(&self.other(other));
        }
        for (promotion, unmet) in self.promotions_not_held(explanation) {
            let why = unmet_text(promotion, unmet);
            sentence.push_str(&format!("; the promotion {} did not count, {why}", promotion.id));
        }
        sentence.push('.');
        sentence
    }

    /// What the sale earned in all, and how it was rounded (R8).
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn summary(&self, explanations: &[Explanation]) -> Result<String, AmountError> {
        let all = Units::sum(explanations.iter().map(|each| each.units))?;
        let smallest = match self.program.unit {
            Unit::Points { decimals: 0 } => "point".to_string(),
            _ => self.units(Units::from_minor(1)),
        };
        let to = match self.program.rounding {
            Rounding::HalfUp => format!("to the nearest {smallest}, halves up"),
            Rounding::Down => format!("down to the last full {smallest}"),
            Rounding::HalfEven => format!("to the nearest {smallest}, halves to the even one"),
        };
        let rounded = match self.program.round_per {
            RoundPer::Sale => "the sum of all lines rounded once",
            RoundPer::Line => "each line rounded by itself",
        };
        Ok(format!("In all: {}, {rounded} {to}.", self.units(all)))
    }

    /// The promotions that look at a line and run on that day, and didn't hold for the sale, each with the
    /// first of its conditions that wasn't met. Those that held are in the explanation.
    pub fn promotions_not_held(&self, explanation: &Explanation) -> Vec<(&Promotion, Unmet)> {
        let line = self.line(explanation).filter(|_| may_earn(explanation.why));
        let Some(line) = line else { return Vec::new() };
        let (at, codes, outlet) = (self.rung_up.at, self.codes, self.rung_up.place.outlet.as_ref());
        let occasion = Occasion { at, offset: self.offset, outlet, codes };
        let looks = |promotion: &&Promotion| {
            let this = AppliedRule::Promotion(promotion.id.clone());
            let held = explanation.rule == this || explanation.others.iter().any(|other| other.rule == this);
            !held
                && matches!(promotion.gives, PromotionGift::Line(_))
                && promotion.applies_to.selects(line)
                && (!promotion.when_named || line.promotions.contains(&promotion.id))
        };
        let promotions = self.program.promotions.iter().filter(looks);
        promotions.filter_map(|promotion| Some((promotion, promotion.unmet(&occasion)?))).collect()
    }

    fn line(&self, explanation: &Explanation) -> Option<&LineItem> {
        let id = explanation.line.as_ref()?;
        self.rung_up.lines.iter().find(|line| line.id == *id)
    }

    fn units(&self, units: Units) -> String {
        units_text(self.program, units)
    }

    fn money(&self, money: Money) -> Decimal {
        money.to_decimal(self.program.currency.decimals())
    }

    /// By which rule, on which amount.
    fn how(&self, explanation: &Explanation, line: Option<&LineItem>) -> String {
        let Some(line) = line else { return ", once for the sale".to_string() };
        let amount = explanation.amount;
        let level = self.level(explanation);
        let text = match &explanation.rule {
            AppliedRule::Promotion(id) => {
                let rule = self.program.promotions.iter().find(|promotion| promotion.id == *id);
                let rule = rule.and_then(|promotion| match promotion.gives {
                    PromotionGift::Line(rule) => Some(rule),
                    PromotionGift::Bonus { .. } => None,
                });
                format!(", the promotion {id} gives{}", self.rule_text(rule, amount, "it would earn without"))
            }
            AppliedRule::Product(_) => format!(", this product earns{}", self.own_rule_text(line, amount)),
            AppliedRule::Category(id) => {
                format!(", the category {id} earns{}", self.own_rule_text(line, amount))
            }
            AppliedRule::PriceBook(id) => {
                format!(", the price book {id} gives{}", self.own_rule_text(line, amount))
            }
            AppliedRule::Base | AppliedRule::Visit(_) | AppliedRule::Bonus(_) => {
                self.base_text(line, level, amount)
            }
        };
        format!("{text}{}", tier_text(level))
    }

    fn level(&self, explanation: &Explanation) -> Option<&TierLevel> {
        let tier = explanation.tier.as_ref()?;
        self.program.tiers.as_ref()?.levels.iter().find(|level| level.id == *tier)
    }

    fn own_rule_text(&self, line: &LineItem, amount: Money) -> String {
        let rule = self.program.line_rule(line).map(|(_, rule)| rule);
        self.rule_text(rule, amount, "the program gives")
    }

    /// A line rule; `basis` is what it multiplies.
    fn rule_text(&self, rule: Option<LineRule>, amount: Money, basis: &str) -> String {
        match rule {
            Some(LineRule::Amount { rate }) => format!(" {}", self.rate(rate, amount)),
            Some(LineRule::Extra { units }) => {
                format!(" {} for each one, on top of the program's rules", self.units(units))
            }
            Some(LineRule::Fixed { units }) => format!(" {} for each one", self.units(units)),
            Some(LineRule::Multiply { factor }) => format!(" {} times what {basis}", factor.to_decimal()),
            Some(LineRule::Nothing) | None => String::new(),
        }
    }

    /// The base rule that looks at a line, if there is only one.
    fn base_text(&self, line: &LineItem, level: Option<&TierLevel>, amount: Money) -> String {
        let rules: &[BaseRule] = match level.map(|level| &level.gives) {
            Some(TierGift::Earn(rules)) => rules,
            _ => &self.program.earn,
        };
        let looks =
            |rule: &&BaseRule| !matches!(rule.by, EarnBy::Visit { .. }) && rule.applies_to.selects(line);
        let mut rules = rules.iter().filter(looks);
        match (rules.next().map(|rule| rule.by), rules.next()) {
            (Some(EarnBy::Amount { rate }), None) => format!(", {}", self.rate(rate, amount)),
            (Some(EarnBy::Step { amount: step, units }), None) => {
                let (units, step) = (self.units(units), self.money(step));
                format!(", its part of {units} for each full {step}")
            }
            (Some(EarnBy::Item { units }), None) => format!(", {} for each one", self.units(units)),
            _ => format!(", by the program's rules on {}", self.money(amount)),
        }
    }

    /// A rate on an amount: per cent where units are money.
    fn rate(&self, rate: Ratio, amount: Money) -> String {
        let amount = self.money(amount);
        let percent = rate.to_decimal().checked_mul(Decimal::ONE_HUNDRED);
        match (self.program.unit, percent) {
            (Unit::Money, Some(percent)) => format!("{} % of {amount}", percent.normalize()),
            _ => format!("{} for each 1.00 of {amount}", rate.to_decimal()),
        }
    }

    /// The share of the sale that earns, where it isn't all of it (R5).
    fn share(&self, explanation: &Explanation) -> String {
        let share = explanation.share;
        if share.total.is_zero() || share.earning == share.total {
            return String::new();
        }
        let (earning, total) = (self.money(share.earning), self.money(share.total));
        format!(", for the {earning} of {total} that was paid with tenders that earn")
    }

    fn reason(&self, explanation: &Explanation) -> String {
        let rule = match &explanation.rule {
            AppliedRule::Promotion(id) => format!("the promotion {id} says so"),
            AppliedRule::Category(id) => format!("the rule for the category {id} says so"),
            AppliedRule::PriceBook(id) => format!("the rule for the price book {id} says so"),
            _ => "the rule for this product says so".to_string(),
        };
        match explanation.why {
            Why::RuleSaysNothing => return rule,
            Why::RoundedAway => {
                return format!("it is worth less than {}", self.units(Units::from_minor(1)));
            }
            Why::Earned => "it earned",
            Why::SaleEarnsNothing => "the sale was rung up as one that does not earn",
            Why::OutsideValidDays => "the program did not hold on that day",
            Why::LineEarnsNothing => "it was rung up as something that does not earn",
            Why::NegativeLine => "it takes something off",
            Why::Free => "it was free",
            Why::NoRuleApplies => "no rule that counts looks at it, or a minimum spend was not reached",
            Why::PaidWithLoyalty => "all of the sale was paid with tenders that do not earn",
            Why::NothingDue => "nothing was due for the sale",
            Why::NoCustomer => "the sale has no customer",
            Why::NoMember => "the customer took no part in the program",
        }
        .to_string()
    }

    /// A promotion that holds beside the one that won.
    fn other(&self, other: &OtherRule) -> String {
        let (name, id) = match &other.rule {
            AppliedRule::Promotion(id) | AppliedRule::Bonus(id) => (format!("the promotion {id}"), Some(id)),
            rule => (rule.to_string(), None),
        };
        let minimum = self.program.promotions.iter().find(|promotion| Some(&promotion.id) == id);
        let why = match other.fate {
            Fate::AlsoApplied => return format!("; {name} counted, too"),
            Fate::EarnsNoMore => "it would earn no more".to_string(),
            Fate::Older => "the one that counted is newer".to_string(),
            Fate::MinimumNotReached => match minimum.and_then(|promotion| promotion.minimum_spend) {
                Some(minimum) => format!("its minimum of {} was not reached", self.money(minimum)),
                None => "its minimum was not reached".to_string(),
            },
        };
        format!("; {name} did not count, {why}")
    }
}

/// A number of units, with what they are.
pub(crate) fn units_text(program: &Program, units: Units) -> String {
    let number = units.to_decimal(program.unit_decimals());
    match program.unit {
        Unit::Money => format!("{number} {}", program.currency),
        Unit::Points { .. } if number == Decimal::ONE => "1 point".to_string(),
        Unit::Points { .. } => format!("{} points", number.normalize()),
    }
}

fn unmet_text(promotion: &Promotion, unmet: Unmet) -> String {
    match (unmet, promotion.hours) {
        (Unmet::Days, _) => {
            let days: Vec<&str> = promotion.days.iter().map(|day| day_name(*day)).collect();
            format!("it is on {}", days.join(" and "))
        }
        (Unmet::Hours, Some(hours)) => {
            format!("it is from {} to {}", clock(hours.from), clock(hours.until))
        }
        (Unmet::Hours, None) => "it is at other hours".to_string(),
        (Unmet::Outlet, _) => "it is for other outlets".to_string(),
        (Unmet::Code, _) => "its code was not shown".to_string(),
        (Unmet::Customer, _) => "it is not, or no more, for this customer".to_string(),
    }
}

/// Whether rules were looked at for a line.
fn may_earn(why: Why) -> bool {
    matches!(why, Why::Earned | Why::RuleSaysNothing | Why::NoRuleApplies | Why::RoundedAway)
}

fn tier_text(level: Option<&TierLevel>) -> String {
    match level.map(|level| (&level.id, &level.gives)) {
        Some((_, TierGift::Factor(Ratio::ONE))) | None => String::new(),
        Some((id, TierGift::Factor(factor))) => format!(", times {} for the tier {id}", factor.to_decimal()),
        Some((id, TierGift::Earn(_))) => format!(", by the rules of the tier {id}"),
    }
}

/// A time of the day, given in minutes after midnight.
fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
}

const fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
