//! Why each line earned what it earned (R41).

use alloc::vec::Vec;

use super::EarningLine;
use super::promotion::Choice;
use crate::ident::TierId;
use crate::loyalty::accrual::Accrual;
use crate::loyalty::explain::{AppliedRule, Explanation, Fate, OtherRule, Share, Why};
use crate::loyalty::program::Program;
use crate::loyalty::rule::LineRule;
use crate::money::{AmountError, Money, Rounding, Units};

/// What there is to explain.
pub(super) struct Explained<'a> {
    pub(super) program: &'a Program,
    pub(super) lines: &'a [EarningLine<'a>],
    /// Of each line, whether a rule gave it anything.
    pub(super) given: &'a [bool],
    /// Of each line, its promotions; empty where none holds for lines.
    pub(super) choices: &'a [Choice],
    pub(super) share: Share,
}

impl Explained<'_> {
    pub(super) fn explain(&self, accrual: &Accrual) -> Result<Vec<Explanation>, AmountError> {
        let share = self.share;
        let tier = || accrual.terms.level(self.program).map(|level| level.id.clone());
        let for_sale = accrual.visits.len().saturating_add(accrual.bonuses.len());
        let mut explanations = Vec::with_capacity(self.lines.len().saturating_add(for_sale));
        for (index, (line, accrual)) in self.lines.iter().zip(&accrual.lines).enumerate() {
            explanations.push(self.line(index, line, accrual.total()?, tier())?);
        }
        for visit in &accrual.visits {
            let rule = AppliedRule::Visit(visit.rule);
            explanations.push(for_the_sale(rule, visit.units, share, tier()));
        }
        for bonus in &accrual.bonuses {
            let Some(rule) = self.promotion(bonus.promotion, AppliedRule::Bonus) else { continue };
            explanations.push(for_the_sale(rule, bonus.units, share, None));
        }
        Ok(explanations)
    }

    fn line(
        &self,
        index: usize,
        line: &EarningLine<'_>,
        units: Units,
        tier: Option<TierId>,
    ) -> Result<Explanation, AmountError> {
        let amount = Money::from_minor(line.amount.round(Rounding::HalfUp)?);
        let choice = self.choices.get(index);
        let given = self.given.get(index).is_some_and(|given| *given);
        let why = why(line, choice, given, units, self.share);
        let (rule, others) = match choice {
            Some(choice) => self.promotions_of(line, choice, given),
            None => (line.applied_rule(), Vec::new()),
        };
        let id = Some(line.line.id.clone());
        Ok(Explanation { line: id, rule, amount, share: self.share, units, why, tier, others })
    }

    /// The rule that won, and the promotions beside it. Those that multiply what a rule of the line's own says is nothing
    /// have won nothing.
    fn promotions_of(
        &self,
        line: &EarningLine<'_>,
        choice: &Choice,
        given: bool,
    ) -> (AppliedRule, Vec<OtherRule>) {
        let by_promotion = !says_nothing(line) || given;
        let won = choice.won.iter().filter(|_| by_promotion);
        let mut won = won.filter_map(|(place, _)| self.line_promotion(*place));
        let rule = won.next().unwrap_or_else(|| line.applied_rule());
        let mut others: Vec<OtherRule> =
            won.map(|rule| OtherRule { rule, fate: Fate::AlsoApplied }).collect();
        let lost = choice.lost.iter();
        let lost = lost.filter_map(|(place, fate)| Some((self.line_promotion(*place)?, *fate)));
        others.extend(lost.map(|(rule, fate)| OtherRule { rule, fate }));
        (rule, others)
    }

    fn line_promotion(&self, place: u16) -> Option<AppliedRule> {
        self.promotion(place, AppliedRule::Promotion)
    }

    fn promotion(
        &self,
        place: u16,
        rule: impl Fn(crate::ident::PromotionId) -> AppliedRule,
    ) -> Option<AppliedRule> {
        self.program.promotions.get(usize::from(place)).map(|promotion| rule(promotion.id.clone()))
    }
}

/// What a rule gave once for the sale.
fn for_the_sale(rule: AppliedRule, units: Units, share: Share, tier: Option<TierId>) -> Explanation {
    let why = if units.is_zero() { why_not_given(share) } else { Why::Earned };
    let (amount, others) = (share.total, Vec::new());
    Explanation { line: None, rule, amount, share, units, why, tier, others }
}

fn why(line: &EarningLine<'_>, choice: Option<&Choice>, given: bool, units: Units, share: Share) -> Why {
    match line.barred {
        Some(barred) => barred,
        None if !given && says_nothing(line) => Why::RuleSaysNothing,
        None if choice.is_some_and(Choice::says_nothing) => Why::RuleSaysNothing,
        None if !given => Why::NoRuleApplies,
        None if units.is_zero() => why_not_given(share),
        None => Why::Earned,
    }
}

/// Whether a rule of the line's own says that it earns nothing.
fn says_nothing(line: &EarningLine<'_>) -> bool {
    matches!(line.rule, Some((_, LineRule::Nothing)))
}

fn why_not_given(share: Share) -> Why {
    match (share.total.is_zero(), share.earning.is_zero()) {
        (true, _) => Why::NothingDue,
        (false, true) => Why::PaidWithLoyalty,
        (false, false) => Why::RoundedAway,
    }
}
