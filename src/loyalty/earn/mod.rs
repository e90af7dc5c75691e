//! What a settled sale earns (R5 to R8, R10).

mod line;
mod promotion;
mod raw;
mod why;

pub(crate) use line::EarningLine;
pub(crate) use raw::reaches;

use alloc::vec::Vec;

use crate::loyalty::accrual::{Accrual, BonusAccrual, LineAccrual, VisitAccrual};
use crate::loyalty::explain::{Explanation, Share, Why};
use crate::loyalty::policy::RoundPer;
use crate::loyalty::program::Program;
use crate::loyalty::terms::EarnTerms;
use crate::money::{AmountError, Exact, Money, Units, split};
use crate::sale::{LineAmounts, LineItem, Settled};
use crate::sorting;
use crate::time::Date;
use promotion::{Choice, add_bonuses, with_promotions};
use raw::{Parts, Raw};
use why::Explained;

/// What a settled sale earns, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earning {
    /// What is posted.
    pub accrual: Accrual,
    /// Why, for each line in order, then for each visit rule and each bonus that gave something.
    pub explanations: Vec<Explanation>,
    /// The places of the promotions that were used, each once.
    pub used: Vec<u16>,
}

/// Works out what a settled sale earns: the lines' earnings × (T − L) / T, rounded once to the
/// program's smallest unit, and split over the lines by largest remainder.
///
/// `rung_up_on` is the day on which the lines were rung up, in the program's time zone; `terms` are the
/// customer's tier and the promotions that hold.
///
/// ```
/// use regulars::ident::{LineId, ProductId, ProgramId, SaleId, Tender};
/// use regulars::loyalty::{BaseRule, EarnBy, EarnTerms, Program, Unit, Where, earn};
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
/// #     Ok(LineItem { id, product, category: None, quantity, unit_price, discount, tax, price_book, promotions: vec![], earns: true })
/// # }
/// # fn bill(lines: Vec<LineItem>) -> Result<Bill, Box<dyn std::error::Error>> {
/// #     let (sale, at, place) = (SaleId::new("S-1")?, Timestamp::EPOCH, Place::default());
/// #     let (discount, tax_added, cash_rounding) = (Money::ZERO, Money::ZERO, Money::ZERO);
/// #     let (customer, terms, fees) = (None, Terms::Layby, Vec::new());
/// #     let (rewards, offers, earns) = (Vec::new(), Vec::new(), true);
/// #     Ok(Bill::ring_up(RungUp {
/// #         sale, at, place, customer, terms, lines: lines.into(), discount, fees, tax_added, cash_rounding, rewards,
/// #         offers, earns,
/// #     })?)
/// # }
/// let earned = |lines: Vec<LineItem>, paid: &[(&str, i64)]| -> Result<_, Box<dyn std::error::Error>> {
///     let payment = |&(tender, minor): &(&str, i64)| -> Result<Payment, Box<dyn std::error::Error>> {
///         Ok(Payment { tender: Tender::new(tender)?, amount: Money::from_minor(minor), reservation: None })
///     };
///     let paid: Vec<Payment> = paid.iter().map(payment).collect::<Result<_, _>>()?;
///     let paid = Tendered::net_of_change(&paid, Money::ZERO)?;
///     let SaleState::Settled(sale) = Pending::new(bill(lines)?).tender(&paid, Timestamp::EPOCH)? else {
///         panic!("not all of it is paid");
///     };
///     let today = Timestamp::EPOCH.date(Offset::UTC);
///     Ok(earn(&program, &sale, today, EarnTerms::default())?.accrual)
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
pub fn earn(
    program: &Program,
    sale: &Settled,
    rung_up_on: Date,
    terms: EarnTerms,
) -> Result<Earning, AmountError> {
    let lines = EarningLine::all(program, sale.bill(), rung_up_on)?;
    earn_lines(program, lines, share(program, sale)?, terms)
}

/// What lines would earn that no sale is known of, with a share of 1 (Q26).
///
/// # Errors
/// [`AmountError::TooLarge`] past 63 bits.
pub(crate) fn earned_at_share_one(
    program: &Program,
    lines: &[LineItem],
    valid_on: Date,
    terms: EarnTerms,
) -> Result<Units, AmountError> {
    let amounts: Vec<LineAmounts> = lines.iter().map(LineAmounts::of).collect::<Result<_, _>>()?;
    let total = Money::sum(amounts.iter().map(|line| line.own))?;
    let barred = (!program.valid.contains(valid_on)).then_some(Why::OutsideValidDays);
    let lines = EarningLine::of_lines(program, lines.iter().zip(&amounts), barred)?;
    earn_lines(program, lines, Share { earning: total, total }, terms)?.accrual.total()
}

/// Works out what lines earn, of which a share counts.
pub(crate) fn earn_lines(
    program: &Program,
    mut lines: Vec<EarningLine<'_>>,
    share: Share,
    terms: EarnTerms,
) -> Result<Earning, AmountError> {
    let (mut raw, choices) = with_promotions(program, &mut lines, &terms, share)?;
    add_bonuses(program, &lines, &terms, &choices, &mut raw)?;
    let given: Vec<bool> = raw.lines.iter().map(|parts| !parts.is_zero()).collect();
    raw.take_tier(program, &terms)?;
    raw.take_share(share)?;
    let used = used(&choices, &raw);
    let accrual = Accrual { terms, ..round(program, &raw)? };
    let explained = Explained { program, lines: &lines, given: &given, choices: &choices, share };
    let explanations = explained.explain(&accrual)?;
    Ok(Earning { accrual, explanations, used })
}

/// The promotions that a line earns by, or that gave units for the sale, each once.
fn used(choices: &[Choice], raw: &Raw) -> Vec<u16> {
    let by_lines = choices.iter().flat_map(|choice| choice.won.iter().map(|(place, _)| *place));
    sorting::each_once(by_lines.chain(raw.bonuses.iter().map(|(place, _)| *place)))
}

/// What of the total was not paid with tenders that don't earn (R5). Tips are outside of both.
pub(crate) fn share(program: &Program, sale: &Settled) -> Result<Share, AmountError> {
    let total = sale.settlement().total();
    let not_earning = sale.paid().parts().iter().filter(|part| !program.tender_earns(&part.tender));
    let not_earning = Money::sum(not_earning.map(|part| part.amount))?.min(total);
    Ok(Share { earning: total.minus(not_earning)?, total })
}

/// Rounds the sum, or each part, and splits it so that the parts add up (R8, Q5).
fn round(program: &Program, raw: &Raw) -> Result<Accrual, AmountError> {
    let lines = raw.lines.iter().map(Parts::sum);
    let others = raw.visits.iter().chain(&raw.bonuses);
    let parts: Vec<Exact> = lines.chain(others.map(|(_, units)| units.clone())).collect();
    let rounded = match program.round_per {
        RoundPer::Line => parts.iter().map(|part| part.round(program.rounding)).collect::<Result<_, _>>()?,
        RoundPer::Sale => {
            let sum = Exact::sum(&parts);
            split(sum.round(program.rounding)?, &parts)?
        }
    };
    let (of_lines, of_others) = rounded.split_at(raw.lines.len().min(rounded.len()));
    let (of_visits, of_bonuses) = of_others.split_at(raw.visits.len().min(of_others.len()));
    let lines = raw.lines.iter().zip(of_lines).map(|(line, &units)| line_accrual(line, units));
    let visits = raw.visits.iter().zip(of_visits);
    let visits =
        visits.map(|((rule, _), &units)| VisitAccrual { rule: *rule, units: Units::from_minor(units) });
    let bonuses = raw.bonuses.iter().zip(of_bonuses);
    let bonuses = bonuses.map(|((promotion, _), &units)| BonusAccrual {
        promotion: *promotion,
        units: Units::from_minor(units),
    });
    Ok(Accrual {
        lines: lines.collect::<Result<_, _>>()?,
        visits: visits.collect(),
        bonuses: bonuses.collect(),
        terms: EarnTerms::default(),
    })
}

/// Splits what a line earned over what it earned by amount and by item; ties go to the amount
/// (Q4).
fn line_accrual(line: &Parts, units: i64) -> Result<LineAccrual, AmountError> {
    let units = Units::from_minor(units);
    if line.by_item.is_zero() {
        return Ok(LineAccrual { by_amount: units, by_item: Units::ZERO });
    }
    if line.by_amount.is_zero() {
        return Ok(LineAccrual { by_amount: Units::ZERO, by_item: units });
    }
    let parts = split(units.minor(), &[line.by_amount.clone(), line.by_item.clone()])?;
    let by_amount = Units::from_minor(parts.first().copied().unwrap_or(0));
    Ok(LineAccrual { by_amount, by_item: units.minus(by_amount)? })
}
