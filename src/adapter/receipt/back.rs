//! What came back of a sale, document by document.

use alloc::format;
use alloc::vec::Vec;

use crate::adapter::receipt::page::Page;
use crate::decide::{Document, Operation, Refusal, Refused, SaleHistory, SaleRecord};
use crate::ident::{ProductId, SaleId};
use crate::money::{AmountError, Exact, Money, Ratio, Rounding, split_by_weight};
use crate::sale::{Bill, FeeKind, Returned, RungUp, SaleState, Settled};

/// What one document brought back of a sale.
pub(super) struct Back<'a> {
    pub(super) operation: &'a Operation,
    goods: Vec<Goods>,
    /// What doesn't go back of their prices, since less is left of what was paid; below zero.
    past_what_is_left: Money,
    /// What they are worth beside the lines: their share of fees, tax and rounding.
    beside: Money,
    /// Money that went back without goods.
    money: Money,
}

/// A line that came back, or a part of it.
struct Goods {
    product: ProductId,
    quantity: Ratio,
    worth: Money,
}

/// A sale as it stands, with what came back of it, in order.
pub(super) fn look(history: &SaleHistory) -> Result<(SaleRecord, Vec<Back<'_>>), Refused> {
    let (mut all, mut before) = (Vec::new(), None);
    let record = SaleRecord::fold_each(&history.operations, |record, operation| {
        let settled = match &record.state {
            SaleState::Settled(settled) => Some(settled),
            _ => None,
        };
        if brings_back(&operation.document, &record.state.rung_up().sale) {
            all.push(Back::of(operation, before.as_ref(), settled)?);
        }
        before = settled.map(|settled| settled.returned().clone());
        Ok(())
    })?;
    Ok((record, all))
}

fn brings_back(document: &Document, sale: &SaleId) -> bool {
    match document {
        Document::Return(back) => back.of == *sale,
        Document::ReturnAmount(back) => back.of == *sale,
        Document::Exchange(exchange) => exchange.of == *sale,
        Document::Void(void) => void.of == *sale,
        _ => false,
    }
}

impl<'a> Back<'a> {
    /// Of a void, which brings back all that is left, nothing is told but what went back.
    fn of(
        operation: &'a Operation,
        before: Option<&Returned>,
        after: Option<&Settled>,
    ) -> Result<Back<'a>, AmountError> {
        let nothing = Money::ZERO;
        let back = Back {
            operation,
            goods: Vec::new(),
            past_what_is_left: nothing,
            beside: nothing,
            money: nothing,
        };
        let (Some(before), Some(after)) = (before, after) else { return Ok(back) };
        let (bill, returned) = (after.bill(), after.returned());
        let money = returned.money().minus(before.money())?;
        let left = bill.total().minus(before.value())?.or_zero();
        let worth = returned.goods().minus(before.goods())?.or_zero().min(left);
        let mut goods = goods(bill, before, returned)?;
        let of_lines = of_lines(bill, worth)?;
        let prices = Money::sum(goods.iter().map(|goods| goods.worth))?;
        let gap = of_lines.minus(prices)?;
        // Each line is off by less than one when it is rounded by itself.
        let is_rounding = usize::try_from(gap.minor().unsigned_abs()).is_ok_and(|gap| gap <= goods.len());
        let past_what_is_left = if is_rounding { Money::ZERO } else { gap };
        if is_rounding {
            let weights: Vec<i64> = goods.iter().map(|goods| goods.worth.minor()).collect();
            let shares = split_by_weight(of_lines.minor(), &weights)?;
            goods.iter_mut().zip(shares).for_each(|(goods, share)| goods.worth = Money::from_minor(share));
        }
        let of_goods = Money::sum(goods.iter().map(|goods| goods.worth))?.plus(past_what_is_left)?;
        Ok(Back { goods, past_what_is_left, beside: worth.minus(of_goods)?, money, ..back })
    }

    /// What came back, what it is worth, and what went back for it; what the new goods of an exchange took of it stands
    /// on their own receipt as what paid for them.
    fn write(&self, page: &mut Page<'_>, rung_up: &RungUp, carried: bool) -> Result<(), AmountError> {
        for Goods { product, quantity, worth } in &self.goods {
            page.amount(&format!("{} x {product}", quantity.to_decimal()), *worth);
        }
        page.amount_if("more than is left to refund", self.past_what_is_left);
        page.amount_if(beside(rung_up), self.beside);
        page.amount_if("money without goods", self.money);
        let goods = Money::sum(self.goods.iter().map(|goods| goods.worth))?;
        let worth = goods.plus(self.past_what_is_left)?.plus(self.beside)?.plus(self.money)?;
        let rows = self.goods.len();
        if 1 < rows || rows == 1 && worth != goods {
            page.amount("worth", worth);
        }
        let is_void = matches!(self.operation.document, Document::Void(_));
        went_back(page, self.operation, (!is_void).then_some(worth), carried)
    }
}

/// The lines that came back, each with its share of its own price, as all that is back of it by now is rounded.
fn goods(bill: &Bill, before: &Returned, after: &Returned) -> Result<Vec<Goods>, AmountError> {
    let mut goods = Vec::new();
    for (index, (line, amounts)) in bill.rung_up().lines.iter().zip(bill.amounts()).enumerate() {
        let (earlier, by_now) = (before.quantity(index), after.quantity(index));
        if earlier == by_now {
            continue;
        }
        let net = Exact::fraction(i128::from(amounts.net.minor()), 1)?;
        let share = |quantity: Ratio| {
            let share = net.times(quantity.scaled(), line.quantity.scaled())?;
            Ok(Money::from_minor(share.round(Rounding::HalfUp)?))
        };
        let worth = share(by_now)?.minus(share(earlier)?)?;
        let (product, quantity) = (line.product.clone(), by_now.minus(earlier)?);
        goods.push(Goods { product, quantity, worth });
    }
    Ok(goods)
}

/// What went back by a document, of what is worth so much, if it is known.
fn went_back(
    page: &mut Page<'_>,
    operation: &Operation,
    worth: Option<Money>,
    carried: bool,
) -> Result<(), AmountError> {
    let decision = &*operation.decision;
    let for_new = decision.carried.as_ref().map_or(&[][..], |carried| &carried.payments);
    if let Some(worth) = worth {
        let given = Money::sum(for_new.iter().chain(&decision.refund).map(|part| part.amount))?;
        let not_given = given.minus(worth)?;
        page.amount_if(why_not_given(&operation.document, not_given), not_given);
    }
    if carried {
        page.tenders("for the new goods", for_new);
    }
    page.tenders("refunded", &decision.refund);
    let kept = decision.kept_from_refund;
    if !kept.is_zero() {
        page.amount("kept of that for loyalty spent", Money::ZERO.minus(kept)?);
        let money = decision.refund.iter().filter(|part| !part.tender.is_loyalty());
        let money = Money::sum(money.map(|part| part.amount))?.minus(kept)?;
        page.amount("GIVEN OUT IN MONEY", money);
    }
    Ok(())
}

/// Why something else goes back than goods are worth.
fn why_not_given(document: &Document, not_given: Money) -> &'static str {
    match document {
        _ if !not_given.is_negative() => "rest of what came back before",
        Document::Return(returned) if returned.refund.is_some() => "kept by the shop",
        _ => "less than one unit, not back yet",
    }
}

/// What of the worth of goods is that of their lines.
fn of_lines(bill: &Bill, worth: Money) -> Result<Money, AmountError> {
    let lines = Money::sum(bill.amounts().iter().map(|line| line.net))?.or_zero();
    if lines == bill.total() {
        return Ok(worth);
    }
    if bill.total().is_zero() {
        return Ok(Money::ZERO);
    }
    let worth = Exact::fraction(i128::from(worth.minor()), 1)?;
    let of_lines = worth.times(i128::from(lines.minor()), i128::from(bill.total().minor()))?;
    Ok(Money::from_minor(of_lines.round(Rounding::HalfUp)?))
}

/// What a bill has beside its lines.
fn beside(rung_up: &RungUp) -> &'static str {
    let has_fees = rung_up.fees.iter().any(|fee| fee.kind != FeeKind::Tip && !fee.amount.is_zero());
    match (has_fees, !rung_up.tax_added.is_zero()) {
        (true, true) => "share of fees and tax",
        (true, false) => "share of fees",
        (false, true) => "share of tax",
        (false, false) => "rounding",
    }
}

/// The sale that goods came from in an exchange, and when it was, if it is known.
pub(super) fn exchanged(
    page: &mut Page<'_>,
    operation: &Operation,
    from: Option<&SaleHistory>,
) -> Result<(), Refusal> {
    let Document::Exchange(exchange) = &operation.document else { return Ok(()) };
    let heading = format!("EXCHANGED, of sale {}", exchange.of);
    // What several registers decided may contradict itself; the new sale has its receipt all the same.
    let found = from.and_then(|from| look(from).ok());
    let of = |back: &&Back<'_>| back.operation.seq == operation.seq;
    let found = found.as_ref().and_then(|(record, all)| Some((record, all.iter().find(of)?)));
    let Some((record, back)) = found else {
        page.row(&heading, "");
        return Ok(went_back(page, operation, None, false)?);
    };
    let rung_up = record.state.rung_up();
    let day = page.day(rung_up.place.outlet.as_ref(), rung_up.at)?;
    page.row(&heading, &format!("{day}"));
    Ok(back.write(page, rung_up, false)?)
}

/// What came back of a sale by each document, and when.
pub(super) fn each(
    page: &mut Page<'_>,
    all: &[Back<'_>],
    rung_up: &RungUp,
    is_exchange: bool,
) -> Result<(), Refusal> {
    for back in all {
        let document = &back.operation.document;
        let outlet =
            document.place().and_then(|place| place.outlet.as_ref()).or(rung_up.place.outlet.as_ref());
        let moment = page.moment(outlet, document.at())?;
        let (heading, new) = match document {
            Document::Void(_) => ("VOIDED", None),
            Document::ReturnAmount(_) => ("MONEY BACK", None),
            Document::Exchange(exchange) => ("EXCHANGED", Some(&exchange.sale.rung_up.sale)),
            _ => ("RETURNED", None),
        };
        // That of a sale of which nothing came back before, nor of another for it, stands at the top of its receipt.
        if !matches!(document, Document::Void(_)) || 1 < all.len() || is_exchange {
            page.row(heading, &moment);
        }
        back.write(page, rung_up, true)?;
        if let Some(sale) = new {
            page.row(&format!("The new goods are on sale {sale}."), "");
        }
    }
    Ok(())
}
