//! A line as the earn rules see it.

use alloc::vec::Vec;

use crate::loyalty::explain::{AppliedRule, Why};
use crate::loyalty::policy::Basis;
use crate::loyalty::program::{Program, RuleOf};
use crate::loyalty::rule::LineRule;
use crate::money::{AmountError, Exact, Money, power_of_ten};
use crate::sale::{Bill, LineAmounts, LineItem, Tax};
use crate::time::Date;

/// A line as the earn rules see it.
pub(crate) struct EarningLine<'a> {
    pub(crate) line: &'a LineItem,
    /// The amount that earns, in minor units of money.
    pub(crate) amount: Exact,
    /// The quantity that earns: what is free doesn't (Q17).
    pub(crate) quantity: Exact,
    pub(crate) rule: Option<(RuleOf, LineRule)>,
    /// Why it can't earn, if it can't (R10).
    pub(crate) barred: Option<Why>,
    /// Whether the base rules look at it: where its own rule builds on them, unless a promotion says
    /// otherwise (Q19).
    pub(super) on_base: bool,
}

impl<'a> EarningLine<'a> {
    pub(crate) fn all(
        program: &Program,
        bill: &'a Bill,
        rung_up_on: Date,
    ) -> Result<Vec<EarningLine<'a>>, AmountError> {
        let sale = match (bill.rung_up().earns, program.valid.contains(rung_up_on)) {
            (false, _) => Some(Why::SaleEarnsNothing),
            (true, false) => Some(Why::OutsideValidDays),
            (true, true) => None,
        };
        EarningLine::of_lines(program, bill.rung_up().lines.iter().zip(bill.amounts()), sale)
    }

    /// The same of lines with what each comes to; `barred` says why none of them can earn, if so.
    pub(super) fn of_lines(
        program: &Program,
        lines: impl Iterator<Item = (&'a LineItem, &'a LineAmounts)>,
        barred: Option<Why>,
    ) -> Result<Vec<EarningLine<'a>>, AmountError> {
        let mut earning = Vec::with_capacity(lines.size_hint().0);
        for (line, amounts) in lines {
            earning.push(EarningLine::new(program, line, amounts, barred)?);
        }
        let mut lines = earning;
        Exact::over_one_denominator(lines.iter_mut().map(|line| &mut line.amount));
        Ok(lines)
    }

    fn new(
        program: &Program,
        line: &'a LineItem,
        amounts: &LineAmounts,
        sale: Option<Why>,
    ) -> Result<EarningLine<'a>, AmountError> {
        let counted = match program.sale_discount_lowers_earning {
            true => amounts.earning,
            false => amounts.earning_undiscounted,
        };
        let quantity = line.quantity.minus(amounts.free)?;
        let barred = if sale.is_some() {
            sale
        } else if !line.earns {
            Some(Why::LineEarnsNothing)
        } else if line.quantity.is_negative() || amounts.own.is_negative() || counted.is_negative() {
            Some(Why::NegativeLine)
        } else if quantity.is_zero() && !amounts.free.is_zero() {
            Some(Why::Free)
        } else {
            None
        };
        let amount = match barred {
            Some(_) => Exact::fraction(i128::from(counted.minor()), 1)?,
            None => on_basis(program.basis, line.tax, counted, amounts.own)?,
        };
        let barred = barred.or_else(|| amount.is_negative().then_some(Why::NegativeLine));
        let quantity = Exact::fraction(i128::from(quantity.mantissa()), power_of_ten(quantity.scale()))?;
        let rule = program.line_rule(line);
        let on_base = barred.is_none() && rule.is_none_or(|(_, rule)| rule.builds_on_base());
        Ok(EarningLine { line, amount, quantity, rule, barred, on_base })
    }

    pub(crate) fn may_earn(&self) -> bool {
        self.barred.is_none()
    }

    pub(super) fn applied_rule(&self) -> AppliedRule {
        let line = self.line;
        match (self.rule.map(|(of, _)| of), &line.price_book, &line.category) {
            (Some(RuleOf::PriceBook), Some(book), _) => AppliedRule::PriceBook(book.clone()),
            (Some(RuleOf::Product), ..) => AppliedRule::Product(line.product.clone()),
            (Some(RuleOf::Category), _, Some(category)) => AppliedRule::Category(category.clone()),
            _ => AppliedRule::Base,
        }
    }
}

/// The line's amount with its tax added or taken out, as the basis asks (R7, Q23). A tax given as
/// an amount is that of `own`, and goes down with what is left of it.
fn on_basis(basis: Basis, tax: Option<Tax>, counted: Money, own: Money) -> Result<Exact, AmountError> {
    let amount = Exact::fraction(i128::from(counted.minor()), 1)?;
    let (add, tax) = match (basis, tax) {
        (
            Basis::TaxIncluded,
            Some(tax @ (Tax::Rate { included: false, .. } | Tax::Amount { included: false, .. })),
        ) => (true, tax),
        (
            Basis::TaxExcluded,
            Some(tax @ (Tax::Rate { included: true, .. } | Tax::Amount { included: true, .. })),
        ) => (false, tax),
        _ => return Ok(amount),
    };
    match tax {
        Tax::Rate { rate, .. } => {
            let one = power_of_ten(rate.scale());
            let with_tax = one.checked_add(i128::from(rate.mantissa())).ok_or(AmountError::TooLarge)?;
            if add { amount.times(with_tax, one) } else { amount.times(one, with_tax) }
        }
        Tax::Amount { .. } if own.is_zero() => Ok(amount),
        Tax::Amount { amount: tax, .. } => {
            let tax = Exact::fraction(i128::from(tax.minor()), 1)?
                .times(i128::from(counted.minor()), i128::from(own.minor()))?;
            Ok(if add { amount.plus(&tax) } else { amount.minus(&tax) })
        }
    }
}
