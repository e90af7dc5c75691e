//! What the rules give, before the share and before rounding.

use alloc::vec::Vec;

use super::EarningLine;
use crate::loyalty::explain::Share;
use crate::loyalty::policy::Combine;
use crate::loyalty::program::Program;
use crate::loyalty::rule::{BaseRule, EarnBy, LineRule};
use crate::loyalty::terms::EarnTerms;
use crate::loyalty::tier::TierGift;
use crate::money::{AmountError, Exact, Money, Ratio, Units, power_of_ten};

/// What a line earns, in its two parts: they are undone differently (Q4).
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) by_amount: Exact,
    pub(super) by_item: Exact,
}

impl Parts {
    pub(super) const NOTHING: Parts = Parts { by_amount: Exact::ZERO, by_item: Exact::ZERO };

    pub(super) fn is_zero(&self) -> bool {
        self.by_amount.is_zero() && self.by_item.is_zero()
    }

    pub(super) fn sum(&self) -> Exact {
        self.by_amount.plus(&self.by_item)
    }

    fn add(&mut self, other: &Parts) {
        for (own, other) in [(&mut self.by_amount, &other.by_amount), (&mut self.by_item, &other.by_item)] {
            // Most rules give only one of the two.
            if !other.is_zero() {
                *own = own.plus(other);
            }
        }
    }

    /// What is below zero in one part is taken out of the other, and nothing is below zero in the end.
    pub(super) fn not_below_zero(self) -> Parts {
        let Parts { by_amount, by_item } = self;
        let (by_amount, by_item) = match (by_amount.is_negative(), by_item.is_negative()) {
            (false, false) => return Parts { by_amount, by_item },
            (true, _) => (Exact::ZERO, by_item.plus(&by_amount)),
            (false, true) => (by_amount.plus(&by_item), Exact::ZERO),
        };
        if by_amount.is_negative() || by_item.is_negative() {
            return Parts::NOTHING;
        }
        Parts { by_amount, by_item }
    }

    pub(super) fn times(&mut self, up: i128, down: i128) -> Result<(), AmountError> {
        // A factor of 1 changes nothing.
        if up == down {
            return Ok(());
        }
        for part in [&mut self.by_amount, &mut self.by_item] {
            if !part.is_zero() {
                *part = part.times(up, down)?;
            }
        }
        Ok(())
    }
}

/// What the rules give before the share and before rounding, in smallest units of the program.
pub(super) struct Raw {
    /// In the order of the lines; while base rules are added up, none where none gave a line anything.
    pub(super) lines: Vec<Parts>,
    /// By the place of the visit rule.
    pub(super) visits: Vec<(u16, Exact)>,
    /// By the place of the promotion.
    pub(super) bonuses: Vec<(u16, Exact)>,
}

impl Raw {
    /// What the lines earn without promotions.
    pub(super) fn of(
        program: &Program,
        terms: &EarnTerms,
        lines: &[EarningLine<'_>],
    ) -> Result<Raw, AmountError> {
        let mut raw = Raw::by_base_rules(program, terms, lines)?;
        raw.apply_own_rules(program, lines)?;
        Ok(raw)
    }

    /// The same, where what the base rules give is needed, too.
    pub(super) fn by_own_rules(
        &self,
        program: &Program,
        lines: &[EarningLine<'_>],
    ) -> Result<Raw, AmountError> {
        let (given, visits) = (self.lines.clone(), self.visits.clone());
        let mut raw = Raw { lines: given, visits, bonuses: Vec::new() };
        raw.apply_own_rules(program, lines)?;
        Ok(raw)
    }

    fn apply_own_rules(&mut self, program: &Program, lines: &[EarningLine<'_>]) -> Result<(), AmountError> {
        for (line, parts) in lines.iter().zip(&mut self.lines) {
            if let (true, Some((_, rule))) = (line.may_earn(), line.rule) {
                apply_line_rule(program, line, rule, parts)?;
            }
        }
        Ok(())
    }

    /// What the base rules give the lines that build on them (Q19).
    pub(super) fn by_base_rules(
        program: &Program,
        terms: &EarnTerms,
        lines: &[EarningLine<'_>],
    ) -> Result<Raw, AmountError> {
        let mut sum: Option<Raw> = None;
        let mut best: Option<(Exact, Raw)> = None;
        for (index, rule) in terms.base_rules(program).iter().enumerate() {
            let Some(given) = Raw::by_base_rule(program, index, rule, lines)? else { continue };
            match program.combine {
                Combine::Sum => match &mut sum {
                    Some(sum) => sum.add(&given),
                    None => sum = Some(given),
                },
                Combine::Best => {
                    let total = given.total();
                    if best.as_ref().is_none_or(|(most, _)| *most < total) {
                        best = Some((total, given));
                    }
                }
            }
            if rule.last {
                break;
            }
        }
        let mut raw = best.map(|(_, raw)| raw).or(sum).unwrap_or_else(Raw::nothing);
        raw.lines.resize_with(lines.len(), || Parts::NOTHING);
        Ok(raw)
    }

    /// What one base rule gives; `None` if it doesn't apply.
    fn by_base_rule(
        program: &Program,
        index: usize,
        rule: &BaseRule,
        lines: &[EarningLine<'_>],
    ) -> Result<Option<Raw>, AmountError> {
        let looked_at = |line: &&EarningLine<'_>| line.may_earn() && rule.applies_to.selects(line.line);
        let selected = |line: &EarningLine<'_>| line.on_base && rule.applies_to.selects(line.line);
        if !lines.iter().any(|line| looked_at(&line)) {
            return Ok(None);
        }
        if rule.minimum_spend.is_some() {
            let spent = Exact::sum_of(lines.iter().filter(looked_at).map(|line| &line.amount));
            if !reaches(rule.minimum_spend, &spent)? {
                return Ok(None);
            }
        }
        let mut raw = Raw::nothing();
        match rule.by {
            EarnBy::Visit { units } => {
                let index = u16::try_from(index).map_err(|_| AmountError::TooLarge)?;
                raw.visits.push((index, Exact::fraction(i128::from(units.minor()), 1)?));
                return Ok(Some(raw));
            }
            EarnBy::Step { amount, units } => raw.add_steps(lines, selected, amount, units)?,
            EarnBy::Amount { rate } => raw.add_each(lines, selected, |line, parts| {
                parts.by_amount = units_for(program, &line.amount, rate)?;
                Ok(())
            })?,
            EarnBy::Item { units } => raw.add_each(lines, selected, |line, parts| {
                parts.by_item = units_per_item(line, units)?;
                Ok(())
            })?,
        }
        Ok(lines.iter().any(selected).then_some(raw))
    }

    fn nothing() -> Raw {
        Raw { lines: Vec::new(), visits: Vec::new(), bonuses: Vec::new() }
    }

    fn add_each<'l>(
        &mut self,
        lines: &'l [EarningLine<'l>],
        selected: impl Fn(&EarningLine<'l>) -> bool,
        give: impl Fn(&EarningLine<'l>, &mut Parts) -> Result<(), AmountError>,
    ) -> Result<(), AmountError> {
        self.lines.resize_with(lines.len(), || Parts::NOTHING);
        let mut pairs = lines.iter().zip(&mut self.lines).filter(|(line, _)| selected(line));
        pairs.try_for_each(|(line, parts)| give(line, parts))
    }

    /// Units for each full step of what the lines come to, shared by what each comes to.
    fn add_steps<'l>(
        &mut self,
        lines: &'l [EarningLine<'l>],
        selected: impl Fn(&EarningLine<'l>) -> bool,
        step: Money,
        units: Units,
    ) -> Result<(), AmountError> {
        let eligible = lines.iter().filter(|line| selected(line));
        let eligible = Exact::sum_of(eligible.map(|line| &line.amount));
        let (steps, _) = eligible.times(1, i128::from(step.minor()))?.floor_and_remainder()?;
        let given = i128::from(steps).checked_mul(i128::from(units.minor())).ok_or(AmountError::TooLarge)?;
        if given == 0 {
            return Ok(());
        }
        self.add_each(lines, selected, |line, parts| {
            parts.by_amount = line.amount.times(given, 1)?.divided_by(&eligible)?;
            Ok(())
        })
    }

    fn add(&mut self, other: &Raw) {
        self.lines.resize(self.lines.len().max(other.lines.len()), Parts::NOTHING);
        for (own, other) in self.lines.iter_mut().zip(&other.lines) {
            own.add(other);
        }
        self.visits.extend(other.visits.iter().cloned());
    }

    fn total(&self) -> Exact {
        let visits = self.visits.iter().map(|(_, units)| units.clone());
        Exact::sum(&self.lines.iter().map(Parts::sum).chain(visits).collect::<Vec<_>>())
    }

    /// Leaves the share that earns. Where nothing was due, nothing is earned by amount (R5).
    pub(super) fn take_share(&mut self, share: Share) -> Result<(), AmountError> {
        if share.total.is_zero() {
            self.lines.iter_mut().for_each(|parts| parts.by_amount = Exact::ZERO);
            return Ok(());
        }
        if share.earning == share.total {
            return Ok(());
        }
        let (up, down) = (i128::from(share.earning.minor()), i128::from(share.total.minor()));
        self.lines.iter_mut().try_for_each(|parts| parts.times(up, down))?;
        for (_, units) in self.visits.iter_mut().chain(&mut self.bonuses) {
            *units = units.times(up, down)?;
        }
        Ok(())
    }

    /// Applies the factor of the customer's tier, if it has one: to lines and visits, on top of
    /// promotions, and not to bonuses (Q18).
    pub(super) fn take_tier(&mut self, program: &Program, terms: &EarnTerms) -> Result<(), AmountError> {
        let Some(TierGift::Factor(factor)) = terms.level(program).map(|level| &level.gives) else {
            return Ok(());
        };
        let (up, down) = (i128::from(factor.mantissa()), power_of_ten(factor.scale()));
        self.lines.iter_mut().try_for_each(|parts| parts.times(up, down))?;
        self.visits.iter_mut().try_for_each(|(_, units)| {
            *units = units.times(up, down)?;
            Ok(())
        })
    }
}

/// Whether an amount reaches the minimum that a rule asks for.
pub(crate) fn reaches(minimum: Option<Money>, spent: &Exact) -> Result<bool, AmountError> {
    let Some(minimum) = minimum else { return Ok(true) };
    Ok(Exact::fraction(i128::from(minimum.minor()), 1)? <= *spent)
}

fn apply_line_rule(
    program: &Program,
    line: &EarningLine<'_>,
    rule: LineRule,
    parts: &mut Parts,
) -> Result<(), AmountError> {
    match rule {
        LineRule::Nothing => *parts = Parts::NOTHING,
        LineRule::Amount { rate } => {
            *parts = Parts { by_amount: units_for(program, &line.amount, rate)?, ..Parts::NOTHING };
        }
        LineRule::Fixed { units } => {
            *parts = Parts { by_item: units_per_item(line, units)?, ..Parts::NOTHING };
        }
        LineRule::Extra { units } => parts.by_item = parts.by_item.plus(&units_per_item(line, units)?),
        LineRule::Multiply { factor } => {
            parts.times(i128::from(factor.mantissa()), power_of_ten(factor.scale()))?;
        }
    }
    Ok(())
}

/// Amount × rate, in smallest units of the program.
pub(super) fn units_for(program: &Program, amount: &Exact, rate: Ratio) -> Result<Exact, AmountError> {
    let (unit, money) = (program.unit_decimals(), program.currency.decimals());
    let up = i128::from(rate.mantissa()).checked_mul(power_of_ten(unit.saturating_sub(money)));
    let down = power_of_ten(rate.scale().saturating_add(money.saturating_sub(unit)));
    amount.times(up.ok_or(AmountError::TooLarge)?, down)
}

/// Quantity × units, in smallest units of the program.
pub(super) fn units_per_item(line: &EarningLine<'_>, units: Units) -> Result<Exact, AmountError> {
    line.quantity.times(i128::from(units.minor()), 1)
}
