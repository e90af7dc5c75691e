//! Why each line earned what it earned (R41).

use alloc::vec::Vec;

use super::EarningLine;
use crate::loyalty::accrual::Accrual;
use crate::loyalty::explain::{AppliedRule, Explanation, Share, Why};
use crate::loyalty::rule::LineRule;
use crate::money::{AmountError, Money, Rounding, Units};

/// `given` says of each line whether a rule gave it anything.
pub(super) fn explain(
    lines: &[EarningLine<'_>],
    given: &[bool],
    accrual: &Accrual,
    share: Share,
) -> Result<Vec<Explanation>, AmountError> {
    let mut explanations = Vec::with_capacity(lines.len().saturating_add(accrual.visits.len()));
    for ((line, given), accrual) in lines.iter().zip(given).zip(&accrual.lines) {
        let units = accrual.total()?;
        let amount = Money::from_minor(line.amount.round(Rounding::HalfUp)?);
        let why = why(line, !given, units, share);
        let (id, rule) = (Some(line.line.id.clone()), line.applied_rule());
        explanations.push(Explanation { line: id, rule, amount, share, units, why });
    }
    for visit in &accrual.visits {
        let why = if visit.units.is_zero() { why_not_given(share) } else { Why::Earned };
        let (rule, amount) = (AppliedRule::Visit(visit.rule), share.total);
        explanations.push(Explanation { line: None, rule, amount, share, units: visit.units, why });
    }
    Ok(explanations)
}

fn why(line: &EarningLine<'_>, gives_nothing: bool, units: Units, share: Share) -> Why {
    match (line.barred, line.rule) {
        (Some(barred), _) => barred,
        (None, Some((_, LineRule::Nothing))) => Why::RuleSaysNothing,
        (None, _) if gives_nothing => Why::NoRuleApplies,
        (None, _) if units.is_zero() => why_not_given(share),
        (None, _) => Why::Earned,
    }
}

fn why_not_given(share: Share) -> Why {
    match (share.total.is_zero(), share.earning.is_zero()) {
        (true, _) => Why::NothingDue,
        (false, true) => Why::PaidWithLoyalty,
        (false, false) => Why::RoundedAway,
    }
}
