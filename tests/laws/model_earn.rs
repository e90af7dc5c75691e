//! What a settled sale earns, worked out a second time from the words of the rules: in plain
//! fractions, one step after the other, and with nothing of the library but its data.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use regulars::ident::Tender;
use regulars::loyalty::{BaseRule, Basis, Combine, EarnBy, LineRule, Program, RoundPer, Where};
use regulars::money::{Money, Rounding, Units};
use regulars::sale::{FeeKind, LineItem, Payment, RungUp, Tax};
use regulars::time::Date;
use rust_decimal::Decimal;

/// A number, exactly.
pub type Number = BigRational;

/// What a sale earned, in smallest units.
#[derive(Debug, PartialEq, Eq)]
pub struct Earned {
    /// By amount and by item, for each line.
    pub lines: Vec<(i64, i64)>,
    /// For the visit, with the place of the rule.
    pub visits: Vec<(u16, i64)>,
}

impl Earned {
    pub fn total(&self) -> i64 {
        let lines: i64 = self.lines.iter().map(|(by_amount, by_item)| by_amount + by_item).sum();
        lines + self.visits.iter().map(|(_, units)| units).sum::<i64>()
    }
}

pub fn number(whole: i64) -> Number {
    Number::from_integer(BigInt::from(whole))
}

pub fn of_decimal(decimal: Decimal) -> Number {
    Number::new(BigInt::from(decimal.mantissa()), BigInt::from(10).pow(decimal.scale()))
}

/// Money as written on the receipt: 12.34, not 1234.
pub fn of_money(money: Money, program: &Program) -> Number {
    of_decimal(money.to_decimal(program.currency.decimals()))
}

pub fn of_units(units: Units, program: &Program) -> Number {
    of_decimal(units.to_decimal(program.unit_decimals()))
}

/// Q24, R8: to a whole number; a tie goes away from zero, towards zero, or to the even one.
pub fn rounded(number: &Number, rounding: Rounding) -> i64 {
    let half = Number::new(BigInt::from(1), BigInt::from(2));
    let size = number.abs();
    let size = match rounding {
        Rounding::Down => size.floor(),
        Rounding::HalfUp => (size + half).floor(),
        Rounding::HalfEven => {
            let up = (&size + &half).floor();
            let is_tie = &up - &size == half;
            if is_tie && up.to_integer().bit(0) { up - Number::from_integer(BigInt::from(1)) } else { up }
        }
    };
    let signed = if number.is_negative() { -size } else { size };
    signed.to_integer().to_i64().unwrap()
}

pub fn half_up(number: &Number) -> i64 {
    rounded(number, Rounding::HalfUp)
}

/// R8: each part's whole share, then one more to each in the order of what was cut off, the
/// earlier first.
pub fn largest_remainder(total: i64, parts: &[Number]) -> Vec<i64> {
    let mut shares: Vec<i64> = parts.iter().map(|part| part.floor().to_integer().to_i64().unwrap()).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&index| (-parts[index].fract(), index));
    for index in order {
        if shares.iter().sum::<i64>() < total {
            shares[index] += 1;
        }
    }
    shares
}

/// `total` in the proportion of the weights, by largest remainder; what is below zero has no part.
pub fn in_proportion(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i64 = weights.iter().map(|weight| (*weight).max(0)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let part = |weight: &i64| number(total) * number((*weight).max(0)) / number(sum);
    largest_remainder(total, &weights.iter().map(part).collect::<Vec<_>>())
}

/// What each line comes to in smallest units of money: after its own discount, and after its
/// share of the sale's (R7).
pub fn line_amounts(program: &Program, rung_up: &RungUp) -> (Vec<i64>, Vec<i64>) {
    let one = number(10_i64.pow(u32::from(program.currency.decimals())));
    let own = |line: &LineItem| {
        let price = of_money(line.unit_price, program) * of_decimal(line.quantity.to_decimal());
        half_up(&(price * &one)) - line.discount.minor()
    };
    let own: Vec<i64> = rung_up.lines.iter().map(own).collect();
    let discount = in_proportion(rung_up.discount.minor(), &own);
    let net = own.iter().zip(discount).map(|(own, discount)| own - discount).collect();
    (own, net)
}

/// T: what is due without tips (Q1).
pub fn total(program: &Program, rung_up: &RungUp) -> i64 {
    let lines: i64 = line_amounts(program, rung_up).0.iter().sum();
    let fees = rung_up.fees.iter().filter(|fee| fee.kind != FeeKind::Tip);
    let fees: i64 = fees.map(|fee| fee.amount.minor()).sum();
    lines - rung_up.discount.minor() + fees + rung_up.tax_added.minor() + rung_up.cash_rounding.minor()
}

/// A line as the earn rules see it.
pub struct Seen<'a> {
    line: &'a LineItem,
    /// Whether it may earn at all (R10).
    pub may_earn: bool,
    /// The amount it earns on.
    pub amount: Number,
    rule: Option<LineRule>,
}

impl Seen<'_> {
    pub fn is_selected(&self, by: &Where) -> bool {
        selects(by, self.line)
    }

    /// Whether the base rules give it anything (Q19).
    fn is_open_to_base_rules(&self) -> bool {
        let open = matches!(self.rule, None | Some(LineRule::Extra { .. } | LineRule::Multiply { .. }));
        self.may_earn && open
    }

    fn quantity(&self) -> Number {
        of_decimal(self.line.quantity.to_decimal())
    }
}

/// The lines as the earn rules see them (R6, R7, R10).
pub fn seen<'a>(program: &Program, rung_up: &'a RungUp, day: Date) -> Vec<Seen<'a>> {
    let (own, net) = line_amounts(program, rung_up);
    let holds = program.valid.from.is_none_or(|from| from <= day)
        && program.valid.until.is_none_or(|until| day <= until);
    let lines = rung_up.lines.iter().zip(own.iter().zip(&net));
    lines
        .map(|(line, (&own, &net))| {
            let counted = if program.sale_discount_lowers_earning { net } else { own };
            let amount = on_basis(program, line, counted, own);
            let is_negative = line.quantity.is_negative() || own < 0 || counted < 0 || amount.is_negative();
            let may_earn = rung_up.earns && holds && line.earns && !is_negative;
            Seen { line, may_earn, amount, rule: own_rule(program, line) }
        })
        .collect()
}

/// R7, Q23: with the tax, or without.
fn on_basis(program: &Program, line: &LineItem, counted: i64, own: i64) -> Number {
    let amount = of_money(Money::from_minor(counted), program);
    let (tax, included) = match line.tax {
        None => return amount,
        Some(Tax::Rate { rate, included }) => {
            let rate = of_decimal(rate.to_decimal());
            let tax = if included { &amount * &rate / (number(1) + &rate) } else { &amount * rate };
            (tax, included)
        }
        Some(Tax::Amount { amount: tax, included }) => {
            let left = if own == 0 { number(0) } else { number(counted) / number(own) };
            (of_money(tax, program) * left, included)
        }
    };
    match (program.basis, included) {
        (Basis::TaxIncluded, false) => amount + tax,
        (Basis::TaxExcluded, true) => amount - tax,
        _ => amount,
    }
}

/// R6: price book, product, category.
fn own_rule(program: &Program, line: &LineItem) -> Option<LineRule> {
    let book = line.price_book.as_ref().and_then(|book| program.price_books.get(book));
    if let Some(rule) = book.and_then(|book| book.products.get(&line.product).or(book.others.as_ref())) {
        return Some(*rule);
    }
    if let Some(rule) = program.products.get(&line.product) {
        return Some(*rule);
    }
    line.category.as_ref().and_then(|category| program.categories.get(category)).copied()
}

/// `where`: any of the products or categories, and none of the exceptions.
fn selects(by: &Where, line: &LineItem) -> bool {
    let category = line.category.as_ref();
    let says_nothing = by.products.is_empty() && by.categories.is_empty();
    let product_is_named = by.products.contains(&line.product);
    let category_is_named = by.categories.iter().any(|named| category == Some(named));
    let is_excepted = by.except_products.contains(&line.product)
        || by.except_categories.iter().any(|named| category == Some(named));
    (says_nothing || product_is_named || category_is_named) && !is_excepted
}

/// What the rules give before anything is rounded, in units.
#[derive(Clone)]
struct Given {
    lines: Vec<(Number, Number)>,
    visits: Vec<(u16, Number)>,
}

impl Given {
    fn sum(&self) -> Number {
        let lines: Number = self.lines.iter().map(|(by_amount, by_item)| by_amount + by_item).sum();
        lines + self.visits.iter().map(|(_, units)| units).sum::<Number>()
    }
}

/// What the sale earns, settled with these payments (net of change), R5 to R8 and R10.
pub fn earned(program: &Program, rung_up: &RungUp, paid: &[Payment], day: Date) -> Earned {
    let seen = seen(program, rung_up, day);
    let mut given = by_base_rules(program, &seen);
    for (line, parts) in seen.iter().zip(&mut given.lines) {
        let Some(rule) = line.rule.filter(|_| line.may_earn) else { continue };
        match rule {
            LineRule::Nothing => *parts = (number(0), number(0)),
            LineRule::Amount { rate } => *parts = (&line.amount * of_decimal(rate.to_decimal()), number(0)),
            LineRule::Fixed { units } => *parts = (number(0), line.quantity() * of_units(units, program)),
            LineRule::Extra { units } => parts.1 += line.quantity() * of_units(units, program),
            LineRule::Multiply { factor } => {
                parts.0 *= of_decimal(factor.to_decimal());
                parts.1 *= of_decimal(factor.to_decimal());
            }
        }
    }
    let share = share(program, rung_up, paid);
    let nothing_due = total(program, rung_up) == 0;
    let smallest = number(10_i64.pow(u32::from(program.unit_decimals())));
    for (by_amount, by_item) in &mut given.lines {
        *by_amount *= if nothing_due { number(0) } else { &share * &smallest };
        *by_item *= &share * &smallest;
    }
    for (_, units) in &mut given.visits {
        *units *= &share * &smallest;
    }
    rounded_parts(program, &given)
}

/// R5: what was not paid with tenders that don't earn, of the total.
pub fn share(program: &Program, rung_up: &RungUp, paid: &[Payment]) -> Number {
    let total = total(program, rung_up);
    if total == 0 {
        return number(1);
    }
    let earns = |tender: &Tender| match program.tenders.get(tender) {
        Some(said) => *said,
        None => tender.as_str() != "loyalty",
    };
    let mute: i64 = paid.iter().filter(|part| !earns(&part.tender)).map(|part| part.amount.minor()).sum();
    // A tip is outside T and L: more than T is never mute.
    number(total - mute.min(total)) / number(total)
}

fn by_base_rules(program: &Program, seen: &[Seen<'_>]) -> Given {
    let nothing = Given { lines: vec![(number(0), number(0)); seen.len()], visits: Vec::new() };
    let mut applied: Vec<Given> = Vec::new();
    for (index, rule) in program.earn.iter().enumerate() {
        let Some(given) = by_base_rule(program, index, rule, seen, &nothing) else { continue };
        applied.push(given);
        if rule.last {
            break;
        }
    }
    match program.combine {
        Combine::Sum => applied.into_iter().fold(nothing, |mut sum, given| {
            for (own, other) in sum.lines.iter_mut().zip(given.lines) {
                own.0 += other.0;
                own.1 += other.1;
            }
            sum.visits.extend(given.visits);
            sum
        }),
        // The most for the sale; of several, the earlier.
        Combine::Best => {
            let most = applied.iter().map(Given::sum).max();
            applied.into_iter().find(|given| Some(given.sum()) == most).unwrap_or(nothing)
        }
    }
}

fn by_base_rule(
    program: &Program,
    index: usize,
    rule: &BaseRule,
    seen: &[Seen<'_>],
    nothing: &Given,
) -> Option<Given> {
    let selected: Vec<usize> = (0..seen.len())
        .filter(|&line| seen[line].may_earn && seen[line].is_selected(&rule.applies_to))
        .collect();
    let spent: Number = selected.iter().map(|&line| &seen[line].amount).sum();
    if selected.is_empty() || rule.minimum_spend.is_some_and(|minimum| spent < of_money(minimum, program)) {
        return None;
    }
    let mut given = nothing.clone();
    if let EarnBy::Visit { units } = rule.by {
        given.visits.push((u16::try_from(index).unwrap(), of_units(units, program)));
        return Some(given);
    }
    let open: Vec<usize> = selected.into_iter().filter(|&line| seen[line].is_open_to_base_rules()).collect();
    let eligible: Number = open.iter().map(|&line| &seen[line].amount).sum();
    for &line in &open {
        match rule.by {
            EarnBy::Amount { rate } => {
                given.lines[line].0 = &seen[line].amount * of_decimal(rate.to_decimal());
            }
            EarnBy::Item { units } => given.lines[line].1 = seen[line].quantity() * of_units(units, program),
            EarnBy::Step { amount, units } if !eligible.is_zero() => {
                let steps = (&eligible / of_money(amount, program)).floor();
                given.lines[line].0 = &seen[line].amount / &eligible * steps * of_units(units, program);
            }
            EarnBy::Step { .. } | EarnBy::Visit { .. } => {}
        }
    }
    (!open.is_empty()).then_some(given)
}

/// R8, Q5: rounded once, or each part; then split so that the parts add up; within a line over
/// what was earned by amount and by item (Q4).
fn rounded_parts(program: &Program, given: &Given) -> Earned {
    let lines = given.lines.iter().map(|(by_amount, by_item)| by_amount + by_item);
    let parts: Vec<Number> = lines.chain(given.visits.iter().map(|(_, units)| units.clone())).collect();
    let rounded_parts = match program.round_per {
        RoundPer::Line => parts.iter().map(|part| rounded(part, program.rounding)).collect(),
        RoundPer::Sale => largest_remainder(rounded(&given.sum(), program.rounding), &parts),
    };
    let within = |(parts, &units): (&(Number, Number), &i64)| {
        let split = largest_remainder(units, &[parts.0.clone(), parts.1.clone()]);
        match (parts.0.is_zero(), parts.1.is_zero()) {
            (_, true) => (units, 0),
            (true, false) => (0, units),
            (false, false) => (split[0], split[1]),
        }
    };
    let (of_lines, of_visits) = rounded_parts.split_at(given.lines.len());
    Earned {
        lines: given.lines.iter().zip(of_lines).map(within).collect(),
        visits: given.visits.iter().zip(of_visits).map(|((rule, _), &units)| (*rule, units)).collect(),
    }
}
