//! What a settled sale earns (R5 to R8, R10).

use alloc::vec::Vec;

use crate::loyalty::accrual::{Accrual, LineAccrual, VisitAccrual};
use crate::loyalty::explain::{AppliedRule, Explanation, Share, Why};
use crate::loyalty::program::{Basis, Combine, Program, RoundPer, RuleOf};
use crate::loyalty::rule::{BaseRule, EarnBy, LineRule};
use crate::money::{AmountError, Exact, Money, Ratio, Rounding, Units, power_of_ten, split};
use crate::sale::{Bill, LineAmounts, LineItem, Settled, Tax};
use crate::time::Date;

/// What a settled sale earns, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earning {
    /// What is posted.
    pub accrual: Accrual,
    /// Why, for each line in order, then for each visit rule that gave something.
    pub explanations: Vec<Explanation>,
}

/// Works out what a settled sale earns: the lines' earnings × (T − L) / T, rounded once to the
/// program's smallest unit, and split over the lines by largest remainder.
///
/// `rung_up_on` is the day on which the lines were rung up, in the program's time zone.
///
/// ```
/// use regulars::ident::{LineId, ProductId, ProgramId, SaleId, Tender};
/// use regulars::loyalty::{BaseRule, EarnBy, Program, Unit, Where, earn};
/// use regulars::money::{Currency, Money, Ratio, Units, parse_decimal};
/// use regulars::sale::{Bill, LineItem, Payment, Pending, Place, RungUp, SaleState, Tendered, Terms};
/// use regulars::time::{Offset, Timestamp};
///
/// let mut program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, Unit::Money);
/// let rate = Ratio::from_decimal(parse_decimal("0.05")?)?;
/// let (by, applies_to) = (EarnBy::Amount { rate }, Where::default());
/// program.earn.push(BaseRule { by, applies_to, minimum_spend: None, last: false });
///
/// # fn line(id: &str, quantity: i64, unit_price: i64) -> Result<LineItem, Box<dyn std::error::Error>> {
/// #     let (id, product) = (LineId::new(id)?, ProductId::new("mug")?);
/// #     let (quantity, unit_price) = (Ratio::from_whole(quantity)?, Money::from_minor(unit_price));
/// #     let (discount, tax, price_book) = (Money::ZERO, None, None);
/// #     Ok(LineItem { id, product, category: None, quantity, unit_price, discount, tax, price_book, earns: true })
/// # }
/// # fn bill(lines: Vec<LineItem>) -> Result<Bill, Box<dyn std::error::Error>> {
/// #     let (sale, at, place) = (SaleId::new("S-1")?, Timestamp::EPOCH, Place::default());
/// #     let (discount, tax_added, cash_rounding) = (Money::ZERO, Money::ZERO, Money::ZERO);
/// #     let (customer, terms, fees) = (None, Terms::Layby, Vec::new());
/// #     Ok(Bill::ring_up(RungUp {
/// #         sale, at, place, customer, terms, lines, discount, fees, tax_added, cash_rounding, earns: true,
/// #     })?)
/// # }
/// let earned = |lines: Vec<LineItem>, paid: &[(&str, i64)]| -> Result<_, Box<dyn std::error::Error>> {
///     let payment = |&(tender, minor): &(&str, i64)| -> Result<Payment, Box<dyn std::error::Error>> {
///         Ok(Payment { tender: Tender::new(tender)?, amount: Money::from_minor(minor) })
///     };
///     let paid: Vec<Payment> = paid.iter().map(payment).collect::<Result<_, _>>()?;
///     let paid = Tendered::net_of_change(&paid, Money::ZERO)?;
///     let SaleState::Settled(sale) = Pending::new(bill(lines)?).tender(&paid, Timestamp::EPOCH)? else {
///         panic!("not all of it is paid");
///     };
///     let today = Timestamp::EPOCH.date(Offset::UTC);
///     Ok(earn(&program, &sale, today)?.accrual)
/// };
///
/// // 100.00 at 5 %, 20.00 of it paid with loyalty: 5.00 × 80.00 / 100.00.
/// let coat = earned(vec![line("1", 1, 100_00)?], &[("loyalty", 20_00), ("card", 80_00)])?;
/// assert_eq!(coat.total()?, Units::from_minor(4_00));
///
/// // Three lines of 0.33: 0.0495 is rounded once, to 0.05, and not three times, to 0.06.
/// let sweets = earned(vec![line("1", 1, 33)?, line("2", 1, 33)?, line("3", 1, 33)?], &[("cash", 99)])?;
/// assert_eq!(sweets.total()?, Units::from_minor(5));
/// let of_each: Vec<i64> = sweets.lines.iter().map(|line| line.by_amount.minor()).collect();
/// assert_eq!(of_each, [2, 2, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`AmountError::TooLarge`] past 63 bits.
pub fn earn(program: &Program, sale: &Settled, rung_up_on: Date) -> Result<Earning, AmountError> {
    let share = share(program, sale)?;
    let lines = EarningLine::all(program, sale.bill(), rung_up_on)?;
    let raw = Raw::of(program, &lines)?;
    let accrual = round(program, &raw.shared(share)?)?;
    let explanations = explain(&lines, &raw, &accrual, share)?;
    Ok(Earning { accrual, explanations })
}

/// What of the total was not paid with tenders that don't earn (R5). Tips are outside of both.
fn share(program: &Program, sale: &Settled) -> Result<Share, AmountError> {
    let total = sale.settlement().total();
    let not_earning = sale.paid().parts().iter().filter(|part| !program.tender_earns(&part.tender));
    let not_earning = Money::sum(not_earning.map(|part| part.amount))?.min(total);
    Ok(Share { earning: total.minus(not_earning)?, total })
}

/// A line as the earn rules see it.
pub(crate) struct EarningLine<'a> {
    pub(crate) line: &'a LineItem,
    /// The amount that earns, in minor units of money.
    pub(crate) amount: Exact,
    pub(crate) rule: Option<(RuleOf, LineRule)>,
    /// Why it can't earn, if it can't (R10).
    pub(crate) barred: Option<Why>,
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
        let lines = bill.rung_up().lines.iter().zip(bill.amounts());
        lines.map(|(line, amounts)| EarningLine::new(program, line, amounts, sale)).collect()
    }

    fn new(
        program: &Program,
        line: &'a LineItem,
        amounts: &LineAmounts,
        sale: Option<Why>,
    ) -> Result<EarningLine<'a>, AmountError> {
        let counted = if program.sale_discount_lowers_earning { amounts.net } else { amounts.own };
        let barred = if sale.is_some() {
            sale
        } else if !line.earns {
            Some(Why::LineEarnsNothing)
        } else if line.quantity.is_negative() || amounts.own.is_negative() || counted.is_negative() {
            Some(Why::NegativeLine)
        } else {
            None
        };
        let amount = match barred {
            Some(_) => Exact::fraction(i128::from(counted.minor()), 1)?,
            None => on_basis(program.basis, line.tax, counted, amounts.own)?,
        };
        let barred = barred.or_else(|| amount.is_negative().then_some(Why::NegativeLine));
        Ok(EarningLine { line, amount, rule: program.line_rule(line), barred })
    }

    pub(crate) fn may_earn(&self) -> bool {
        self.barred.is_none()
    }

    /// Whether the base rules look at it.
    fn builds_on_base(&self) -> bool {
        self.may_earn() && self.rule.is_none_or(|(_, rule)| rule.builds_on_base())
    }

    fn applied_rule(&self) -> AppliedRule {
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

/// What the rules give before the share and before rounding, in smallest units of the program.
struct Raw {
    /// By amount and by item, for each line.
    lines: Vec<(Exact, Exact)>,
    /// By the place of the visit rule.
    visits: Vec<(u16, Exact)>,
}

impl Raw {
    fn of(program: &Program, lines: &[EarningLine<'_>]) -> Result<Raw, AmountError> {
        let mut raw = Raw::by_base_rules(program, lines)?;
        for (line, parts) in lines.iter().zip(&mut raw.lines) {
            if let (true, Some((_, rule))) = (line.may_earn(), line.rule) {
                apply_line_rule(program, line, rule, parts)?;
            }
        }
        Ok(raw)
    }

    /// What the base rules give the lines that build on them (Q19).
    fn by_base_rules(program: &Program, lines: &[EarningLine<'_>]) -> Result<Raw, AmountError> {
        let mut sum = Raw::nothing(lines.len());
        let mut best: Option<(Exact, Raw)> = None;
        for (index, rule) in program.earn.iter().enumerate() {
            let Some(given) = Raw::by_base_rule(program, index, rule, lines)? else { continue };
            match program.combine {
                Combine::Sum => sum.add(&given),
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
        Ok(best.map_or(sum, |(_, raw)| raw))
    }

    /// What one base rule gives; `None` if it doesn't apply.
    fn by_base_rule(
        program: &Program,
        index: usize,
        rule: &BaseRule,
        lines: &[EarningLine<'_>],
    ) -> Result<Option<Raw>, AmountError> {
        let looked_at = |line: &&EarningLine<'_>| line.may_earn() && rule.applies_to.selects(line.line);
        let selected = |line: &EarningLine<'_>| line.builds_on_base() && rule.applies_to.selects(line.line);
        let spent = lines.iter().filter(looked_at).fold(Exact::ZERO, |sum, line| sum.plus(&line.amount));
        if !reaches(rule.minimum_spend, &spent)? || !lines.iter().any(|line| looked_at(&line)) {
            return Ok(None);
        }
        let mut raw = Raw::nothing(lines.len());
        match rule.by {
            EarnBy::Visit { units } => {
                let index = u16::try_from(index).map_err(|_| AmountError::TooLarge)?;
                raw.visits.push((index, Exact::fraction(i128::from(units.minor()), 1)?));
                return Ok(Some(raw));
            }
            EarnBy::Step { amount, units } => raw.add_steps(lines, selected, amount, units)?,
            EarnBy::Amount { rate } => raw.add_each(lines, selected, |line, parts| {
                parts.0 = units_for(program, &line.amount, rate)?;
                Ok(())
            })?,
            EarnBy::Item { units } => raw.add_each(lines, selected, |line, parts| {
                parts.1 = units_per_item(line, units)?;
                Ok(())
            })?,
        }
        Ok(lines.iter().any(selected).then_some(raw))
    }

    fn nothing(lines: usize) -> Raw {
        Raw { lines: (0..lines).map(|_| (Exact::ZERO, Exact::ZERO)).collect(), visits: Vec::new() }
    }

    fn add_each<'l>(
        &mut self,
        lines: &'l [EarningLine<'l>],
        selected: impl Fn(&EarningLine<'l>) -> bool,
        give: impl Fn(&EarningLine<'l>, &mut (Exact, Exact)) -> Result<(), AmountError>,
    ) -> Result<(), AmountError> {
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
        let eligible = eligible.fold(Exact::ZERO, |sum, line| sum.plus(&line.amount));
        let (steps, _) = eligible.times(1, i128::from(step.minor()))?.floor_and_remainder()?;
        let given = i128::from(steps).checked_mul(i128::from(units.minor())).ok_or(AmountError::TooLarge)?;
        if given == 0 {
            return Ok(());
        }
        self.add_each(lines, selected, |line, parts| {
            parts.0 = line.amount.times(given, 1)?.divided_by(&eligible)?;
            Ok(())
        })
    }

    fn add(&mut self, other: &Raw) {
        for (own, other) in self.lines.iter_mut().zip(&other.lines) {
            own.0 = own.0.plus(&other.0);
            own.1 = own.1.plus(&other.1);
        }
        self.visits.extend(other.visits.iter().cloned());
    }

    fn total(&self) -> Exact {
        let lines = self.lines.iter().fold(Exact::ZERO, |sum, line| sum.plus(&line.0).plus(&line.1));
        self.visits.iter().fold(lines, |sum, (_, units)| sum.plus(units))
    }

    /// All of it times the share that earns.
    fn shared(&self, share: Share) -> Result<Raw, AmountError> {
        let scale = |part: &Exact| {
            if share.total.is_zero() || share.earning == share.total || part.is_zero() {
                return Ok(part.clone());
            }
            part.times(i128::from(share.earning.minor()), i128::from(share.total.minor()))
        };
        let lines = self.lines.iter().map(|line| Ok((scale(&line.0)?, scale(&line.1)?)));
        let visits = self.visits.iter().map(|(rule, units)| Ok((*rule, scale(units)?)));
        Ok(Raw { lines: lines.collect::<Result<_, _>>()?, visits: visits.collect::<Result<_, _>>()? })
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
    parts: &mut (Exact, Exact),
) -> Result<(), AmountError> {
    match rule {
        LineRule::Nothing => *parts = (Exact::ZERO, Exact::ZERO),
        LineRule::Amount { rate } => *parts = (units_for(program, &line.amount, rate)?, Exact::ZERO),
        LineRule::Fixed { units } => *parts = (Exact::ZERO, units_per_item(line, units)?),
        LineRule::Extra { units } => parts.1 = parts.1.plus(&units_per_item(line, units)?),
        LineRule::Multiply { factor } => {
            let (up, down) = (i128::from(factor.mantissa()), power_of_ten(factor.scale()));
            *parts = (parts.0.times(up, down)?, parts.1.times(up, down)?);
        }
    }
    Ok(())
}

/// Amount × rate, in smallest units of the program.
fn units_for(program: &Program, amount: &Exact, rate: Ratio) -> Result<Exact, AmountError> {
    let (unit, money) = (program.unit_decimals(), program.currency.decimals());
    let up = i128::from(rate.mantissa()).checked_mul(power_of_ten(unit.saturating_sub(money)));
    let down = power_of_ten(rate.scale().saturating_add(money.saturating_sub(unit)));
    amount.times(up.ok_or(AmountError::TooLarge)?, down)
}

/// Quantity × units, in smallest units of the program.
fn units_per_item(line: &EarningLine<'_>, units: Units) -> Result<Exact, AmountError> {
    let quantity = line.line.quantity;
    let product = i128::from(quantity.mantissa()).checked_mul(i128::from(units.minor()));
    Exact::fraction(product.ok_or(AmountError::TooLarge)?, power_of_ten(quantity.scale()))
}

/// Rounds the sum, or each part, and splits it so that the parts add up (R8, Q5).
fn round(program: &Program, raw: &Raw) -> Result<Accrual, AmountError> {
    let lines = raw.lines.iter().map(|line| line.0.plus(&line.1));
    let parts: Vec<Exact> = lines.chain(raw.visits.iter().map(|(_, units)| units.clone())).collect();
    let rounded = match program.round_per {
        RoundPer::Line => parts.iter().map(|part| part.round(program.rounding)).collect::<Result<_, _>>()?,
        RoundPer::Sale => {
            let sum = parts.iter().fold(Exact::ZERO, |sum, part| sum.plus(part));
            split(sum.round(program.rounding)?, &parts)?
        }
    };
    let (of_lines, of_visits) = rounded.split_at(raw.lines.len().min(rounded.len()));
    let lines = raw.lines.iter().zip(of_lines).map(|(line, &units)| line_accrual(line, units));
    let visits = raw.visits.iter().zip(of_visits);
    let visits =
        visits.map(|((rule, _), &units)| VisitAccrual { rule: *rule, units: Units::from_minor(units) });
    Ok(Accrual { lines: lines.collect::<Result<_, _>>()?, visits: visits.collect() })
}

/// Splits what a line earned over what it earned by amount and by item; ties go to the amount
/// (Q4).
fn line_accrual(line: &(Exact, Exact), units: i64) -> Result<LineAccrual, AmountError> {
    let units = Units::from_minor(units);
    if line.1.is_zero() {
        return Ok(LineAccrual { by_amount: units, by_item: Units::ZERO });
    }
    if line.0.is_zero() {
        return Ok(LineAccrual { by_amount: Units::ZERO, by_item: units });
    }
    let parts = split(units.minor(), &[line.0.clone(), line.1.clone()])?;
    let by_amount = Units::from_minor(parts.first().copied().unwrap_or(0));
    Ok(LineAccrual { by_amount, by_item: units.minus(by_amount)? })
}

fn explain(
    lines: &[EarningLine<'_>],
    raw: &Raw,
    accrual: &Accrual,
    share: Share,
) -> Result<Vec<Explanation>, AmountError> {
    let mut explanations = Vec::with_capacity(lines.len().saturating_add(raw.visits.len()));
    for ((line, raw), accrual) in lines.iter().zip(&raw.lines).zip(&accrual.lines) {
        let units = accrual.total()?;
        let amount = Money::from_minor(line.amount.round(Rounding::HalfUp)?);
        let why = why(line, raw.0.is_zero() && raw.1.is_zero(), units, share);
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
    if share.earning.is_zero() && !share.total.is_zero() { Why::PaidWithLoyalty } else { Why::RoundedAway }
}
