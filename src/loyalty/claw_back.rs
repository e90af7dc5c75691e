//! What a return takes back of what a sale earned (R16, Q4, Q6).

use alloc::vec::Vec;

use crate::loyalty::accrual::Accrual;
use crate::loyalty::earn::{EarningLine, earn_lines, reaches, share};
use crate::loyalty::policy::ClawBackPolicy;
use crate::loyalty::program::Program;
use crate::loyalty::rule::Where;
use crate::money::{AmountError, Exact, Money, Rounding, Units};
use crate::sale::{Bill, Returned, Settled};
use crate::time::Date;

/// What should have been taken back by now, in all; everything once all goods are back.
pub(crate) fn claw_back_due(
    program: &Program,
    sale: &Settled,
    accrual: &Accrual,
    rung_up_on: Date,
) -> Result<Units, AmountError> {
    let earned = accrual.total()?;
    if sale.returned().is_all_goods(sale.bill()) {
        return Ok(earned);
    }
    let left = Left { program, bill: sale.bill(), returned: sale.returned(), rung_up_on };
    let due = match program.returns.claw_back {
        ClawBackPolicy::Proportional => left.proportional(accrual)?,
        ClawBackPolicy::Recompute => earned.minus(left.would_earn(sale, accrual)?)?.or_zero(),
    };
    Ok(due.min(earned))
}

/// What is left of a sale after its returns.
struct Left<'a> {
    program: &'a Program,
    bill: &'a Bill,
    returned: &'a Returned,
    rung_up_on: Date,
}

impl<'a> Left<'a> {
    /// The sum over the lines of round-half-up(earned × n / q), and round-half-up(what was earned by
    /// amount × money returned / T), and what was earned for the visit or as a bonus if that fell (Q4).
    fn proportional(&self, accrual: &Accrual) -> Result<Units, AmountError> {
        let mut due = by_goods(self.bill, accrual, self.returned)?;
        due = due.plus(by_money(self.bill, accrual, self.returned)?)?;
        if accrual.visits.is_empty() && accrual.bonuses.is_empty() {
            return Ok(due);
        }
        let lines = self.lines()?;
        let rules = accrual.terms.base_rules(self.program);
        for visit in &accrual.visits {
            let rule = rules.get(usize::from(visit.rule));
            if !self.holds(&lines, rule.map(|rule| (&rule.applies_to, rule.minimum_spend)))? {
                due = due.plus(visit.units)?;
            }
        }
        for bonus in &accrual.bonuses {
            let promotion = self.program.promotions.get(usize::from(bonus.promotion));
            let rule = promotion.map(|promotion| (&promotion.applies_to, promotion.minimum_spend));
            if !self.holds(&lines, rule)? {
                due = due.plus(bonus.units)?;
            }
        }
        Ok(due)
    }

    /// What the sale would have earned without what came back, by the same terms and with the same share
    /// (Q6).
    fn would_earn(&self, sale: &Settled, accrual: &Accrual) -> Result<Units, AmountError> {
        let lines = self.lines()?.into_iter().enumerate();
        let is_left = |index: usize, line: &EarningLine<'_>| {
            let back = self.returned.quantity(index);
            back.is_zero() || back != line.line.quantity
        };
        let lines = lines.filter(|(index, line)| is_left(*index, line)).map(|(_, line)| line).collect();
        let earning = earn_lines(self.program, lines, share(self.program, sale)?, accrual.terms.clone())?;
        earning.accrual.total()
    }

    /// The lines with what is left of each: its amount and quantity × (1 − n / q), and its amount
    /// × (1 − money returned / T), too.
    fn lines(&self) -> Result<Vec<EarningLine<'a>>, AmountError> {
        let mut lines = EarningLine::all(self.program, self.bill, self.rung_up_on)?;
        for (index, line) in lines.iter_mut().enumerate() {
            let sold = line.line.quantity.scaled();
            let back = self.returned.quantity(index).scaled();
            if back != 0 {
                line.amount = line.amount.times(sold.saturating_sub(back), sold)?;
                line.quantity = line.quantity.times(sold.saturating_sub(back), sold)?;
            }
            if !self.returned.money().is_zero() && !self.bill.total().is_zero() {
                let kept = self.bill.total().minus(self.returned.money())?.or_zero();
                let total = i128::from(self.bill.total().minor());
                line.amount = line.amount.times(i128::from(kept.minor()), total)?;
            }
        }
        Ok(lines)
    }

    /// Whether what was given once for the sale stays: unless less is left of it than the rule's minimum
    /// spend (R11).
    fn holds(
        &self,
        lines: &[EarningLine<'_>],
        rule: Option<(&Where, Option<Money>)>,
    ) -> Result<bool, AmountError> {
        let Some((applies_to, minimum)) = rule else { return Ok(true) };
        let selected = lines.iter().filter(|line| line.may_earn() && applies_to.selects(line.line));
        let left: Vec<Exact> = selected.map(|line| line.amount.clone()).collect();
        reaches(minimum, &Exact::sum(&left))
    }
}

fn by_goods(bill: &Bill, accrual: &Accrual, returned: &Returned) -> Result<Units, AmountError> {
    let lines = bill.rung_up().lines.iter().zip(&accrual.lines).enumerate();
    lines.filter(|(index, _)| !returned.quantity(*index).is_zero()).try_fold(
        Units::ZERO,
        |due, (index, (line, accrual))| {
            let earned = Exact::fraction(i128::from(accrual.total()?.minor()), 1)?;
            let back = earned.times(returned.quantity(index).scaled(), line.quantity.scaled())?;
            due.plus(Units::from_minor(back.round(Rounding::HalfUp)?))
        },
    )
}

fn by_money(bill: &Bill, accrual: &Accrual, returned: &Returned) -> Result<Units, AmountError> {
    if returned.money().is_zero() || bill.total().is_zero() {
        return Ok(Units::ZERO);
    }
    let by_amount = Units::sum(accrual.lines.iter().map(|line| line.by_amount))?;
    let money = i128::from(returned.money().minor());
    let back =
        Exact::fraction(i128::from(by_amount.minor()), 1)?.times(money, i128::from(bill.total().minor()))?;
    Ok(Units::from_minor(back.round(Rounding::HalfUp)?))
}
