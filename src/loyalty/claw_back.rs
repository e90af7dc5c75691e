//! What a return takes back of what a sale earned (R16, Q4).

use crate::loyalty::accrual::{Accrual, VisitAccrual};
use crate::loyalty::earn::{EarningLine, reaches};
use crate::loyalty::program::Program;
use crate::money::{AmountError, Exact, Rounding, Units};
use crate::sale::{Bill, Returned};
use crate::time::Date;

/// What should have been taken back by now, in all: the sum over the lines of
/// round-half-up(earned × n / q), and round-half-up(what was earned by amount × money returned / T),
/// and what was earned for the visit if that fell; all of it once all goods are back.
pub(crate) fn claw_back_due(
    program: &Program,
    bill: &Bill,
    accrual: &Accrual,
    returned: &Returned,
    rung_up_on: Date,
) -> Result<Units, AmountError> {
    let earned = accrual.total()?;
    if returned.is_all_goods(bill) {
        return Ok(earned);
    }
    let mut due = by_goods(bill, accrual, returned)?.plus(by_money(bill, accrual, returned)?)?;
    if !accrual.visits.is_empty() {
        let left = Left { program, bill, returned, lines: EarningLine::all(program, bill, rung_up_on)? };
        for visit in &accrual.visits {
            if !left.holds(visit)? {
                due = due.plus(visit.units)?;
            }
        }
    }
    Ok(due.min(earned))
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

/// What is left of a sale after its returns.
struct Left<'a> {
    program: &'a Program,
    bill: &'a Bill,
    returned: &'a Returned,
    lines: alloc::vec::Vec<EarningLine<'a>>,
}

impl Left<'_> {
    /// Whether a visit's units stay: until nothing is left of the sale, or less than the rule's
    /// minimum spend (R11).
    fn holds(&self, visit: &VisitAccrual) -> Result<bool, AmountError> {
        let all_money = !self.bill.total().is_zero() && self.bill.total() <= self.returned.money();
        let Some(rule) = self.program.earn.get(usize::from(visit.rule)) else { return Ok(!all_money) };
        let mut left = Exact::ZERO;
        for (index, line) in self.lines.iter().enumerate() {
            if line.may_earn() && rule.applies_to.selects(line.line) {
                left = left.plus(&self.of_line(index, line)?);
            }
        }
        if !self.bill.total().is_zero() {
            let kept = self.bill.total().minus(self.returned.money())?.or_zero();
            left = left.times(i128::from(kept.minor()), i128::from(self.bill.total().minor()))?;
        }
        Ok(!all_money && reaches(rule.minimum_spend, &left)?)
    }

    fn of_line(&self, index: usize, line: &EarningLine<'_>) -> Result<Exact, AmountError> {
        let sold = line.line.quantity.scaled();
        let back = self.returned.quantity(index).scaled();
        if back == 0 {
            return Ok(line.amount.clone());
        }
        line.amount.times(sold.saturating_sub(back), sold)
    }
}
