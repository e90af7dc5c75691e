//! What came back of a settled sale.

use alloc::vec::Vec;
use core::mem;

use crate::ident::LineId;
use crate::money::{AmountError, Exact, Money, Ratio, Rounding};
use crate::sale::{Bill, LineAmounts, LineItem, Payment, Tendered};

/// A line, or a part of it, that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedLine {
    /// The line of the sale.
    pub line: LineId,
    /// How many, or how much of it; above zero.
    pub quantity: Ratio,
}

/// Goods can't come back as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReturnError {
    /// The sale has no such line.
    #[error("the sale has no line {line}")]
    UnknownLine {
        /// The line asked for.
        line: LineId,
    },
    /// More would come back than was sold.
    #[error("more of line {line} would come back than was sold")]
    OverReturn {
        /// The line.
        line: LineId,
        /// What can still come back.
        left: Ratio,
    },
    /// A quantity is not above zero.
    #[error("the quantity of line {line} that comes back is not above zero")]
    NotAboveZero {
        /// The line.
        line: LineId,
    },
    /// More money would go back than was paid.
    #[error("more money would go back than was paid")]
    OverReturnMoney {
        /// What can still go back, in minor units.
        left: Money,
    },
    /// A sum is larger than can be kept.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// What goods are worth that come back by one document, as far as it can go back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GoodsWorth {
    /// With what was kept of the refunds for goods that came back before.
    pub(crate) unpaid: Money,
    /// By themselves, and no more than is left of the total.
    pub(crate) within_total: Money,
}

/// All that came back of a sale so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Of each line, in the order of the sale's lines.
    quantities: Vec<Ratio>,
    /// The most that the goods that are back have been worth so far.
    goods: Money,
    /// Money that went back without goods.
    money: Money,
    /// R: all that went back, for goods and without (Q2).
    value: Money,
    /// What of R should have gone back to a tender by now, and hasn't: whole units of loyalty
    /// couldn't express it yet (Q3).
    owed: Money,
    /// What each tender got back.
    refunded: Tendered,
    /// What paid for new goods, of each tender.
    carried_out: Tendered,
}

impl Returned {
    pub(crate) fn nothing(bill: &Bill) -> Returned {
        Returned {
            quantities: bill.rung_up().lines.iter().map(|_| Ratio::ZERO).collect(),
            goods: Money::ZERO,
            money: Money::ZERO,
            value: Money::ZERO,
            owed: Money::ZERO,
            refunded: Tendered::default(),
            carried_out: Tendered::default(),
        }
    }

    /// As if all goods were back, and no money had gone back.
    pub(crate) fn everything(bill: &Bill) -> Returned {
        let quantities = bill.rung_up().lines.iter().map(|line| line.quantity).collect();
        Returned { quantities, ..Returned::nothing(bill) }
    }

    /// Takes goods back, and says what they are worth: T × net amount returned / net amount of all
    /// lines, over all returns so far, less what those were worth that came back before (Q2). Where no refund is
    /// chosen, no more of it goes back than is left of T.
    ///
    /// # Errors
    /// [`ReturnError`] for a line that isn't there, a quantity that isn't above zero, or more than
    /// was sold; in the order of the lines given.
    pub(crate) fn take_goods(
        &mut self,
        bill: &Bill,
        lines: &[ReturnedLine],
    ) -> Result<GoodsWorth, ReturnError> {
        for returned in lines {
            self.take_line(bill, returned)?;
        }
        // What the till took off as a line of its own makes the goods worth less, and nobody pays it back.
        let by_now = self.goods_value(bill)?.max(self.goods);
        let before = mem::replace(&mut self.goods, by_now);
        let unpaid = by_now.minus(self.value.minus(self.money)?)?.or_zero();
        let worth = by_now.minus(before)?;
        Ok(GoodsWorth { unpaid, within_total: worth.min(self.left(bill)?) })
    }

    /// What of T hasn't gone back.
    fn left(&self, bill: &Bill) -> Result<Money, AmountError> {
        Ok(bill.total().minus(self.value)?.or_zero())
    }

    /// Gives money back without goods.
    ///
    /// # Errors
    /// [`ReturnError::OverReturnMoney`] past what is left of the total.
    pub(crate) fn take_money(&mut self, bill: &Bill, amount: Money) -> Result<(), ReturnError> {
        let left = self.left(bill)?;
        if left < amount {
            return Err(ReturnError::OverReturnMoney { left });
        }
        self.money = self.money.plus(amount)?;
        Ok(())
    }

    /// Counts what the goods or the money just taken back are worth; it is owed to the tenders.
    pub(crate) fn went_back(&mut self, worth: Money) -> Result<(), AmountError> {
        self.value = self.value.plus(worth)?;
        self.owed = self.owed.plus(worth)?;
        Ok(())
    }

    /// Counts what of that has gone to the tenders.
    pub(crate) fn refund(&mut self, refund: &[Payment]) -> Result<(), AmountError> {
        refund.iter().try_for_each(|part| self.refunded.add(&part.tender, part.amount))?;
        self.owe_less(refund)
    }

    /// Counts what of that pays for new goods (R21).
    pub(crate) fn carry(&mut self, carried: &[Payment]) -> Result<(), AmountError> {
        carried.iter().try_for_each(|part| self.carried_out.add(&part.tender, part.amount))?;
        self.owe_less(carried)
    }

    fn owe_less(&mut self, parts: &[Payment]) -> Result<(), AmountError> {
        let in_all = Money::sum(parts.iter().map(|part| part.amount))?;
        self.owed = self.owed.minus(in_all)?.or_zero();
        Ok(())
    }

    /// Counts a refund that the cashier chose for the goods just taken back. Where it is less than these are worth, the
    /// shop has kept a fee, and owes nothing. What goes beyond pays what whole units couldn't express before (Q3); beyond
    /// that it is money without goods, and takes back what was earned by amount (Q4): nobody buys, gets the money back
    /// for a trifle, and keeps the units.
    pub(crate) fn refund_as_chosen(
        &mut self,
        worth: GoodsWorth,
        refund: &[Payment],
    ) -> Result<(), AmountError> {
        let chosen = Money::sum(refund.iter().map(|part| part.amount))?;
        let beyond = chosen.minus(worth.unpaid)?.or_zero();
        let of_owed = beyond.min(self.owed);
        self.owed = self.owed.minus(of_owed)?;
        self.money = self.money.plus(beyond.minus(of_owed)?)?;
        self.value = self.value.plus(chosen.minus(of_owed)?)?;
        refund.iter().try_for_each(|part| self.refunded.add(&part.tender, part.amount))
    }

    /// How much of a line, by its place in the sale, came back.
    pub fn quantity(&self, index: usize) -> Ratio {
        self.quantities.get(index).copied().unwrap_or(Ratio::ZERO)
    }

    /// What the goods that are back are worth, in the sale's money, whatever went back for them (Q2): the most that they
    /// have been so far, where a line below zero is back, too.
    pub fn goods(&self) -> Money {
        self.goods
    }

    /// Money that went back without goods.
    pub fn money(&self) -> Money {
        self.money
    }

    /// R: all that went back, with what is still owed: what goods are worth, or what a cashier chose
    /// to give for them, and money without goods.
    pub fn value(&self) -> Money {
        self.value
    }

    /// What of R should have gone back to a tender by now, and hasn't.
    pub(crate) fn owed(&self) -> Money {
        self.owed
    }

    /// What each tender got back: what left the shop.
    pub fn refunded(&self) -> &Tendered {
        &self.refunded
    }

    /// What of each tender paid for the new goods of exchanges (R21). It is part of what was paid for these, and has
    /// left no drawer.
    pub fn carried_out(&self) -> &Tendered {
        &self.carried_out
    }

    /// What of each tender pays for this sale no more: it went back, or pays for other goods.
    pub(crate) fn gone(&self) -> Result<Tendered, AmountError> {
        let mut gone = self.refunded.clone();
        self.carried_out.parts().iter().try_for_each(|part| gone.add(&part.tender, part.amount))?;
        Ok(gone)
    }

    /// Whether all goods are back. What the till took off as a line of its own is no goods. Of a sale without goods, all
    /// its money is.
    pub fn is_all_goods(&self, bill: &Bill) -> bool {
        let lines = bill.rung_up().lines.iter().zip(bill.amounts());
        let mut goods = lines.enumerate().filter(|(_, (line, amounts))| is_goods(line, amounts)).peekable();
        if goods.peek().is_none() {
            return bill.total() <= self.value;
        }
        goods.all(|(index, (line, _))| self.quantity(index) == line.quantity)
    }

    fn take_line(&mut self, bill: &Bill, returned: &ReturnedLine) -> Result<(), ReturnError> {
        let Some((index, line)) = bill.line(&returned.line) else {
            return Err(ReturnError::UnknownLine { line: returned.line.clone() });
        };
        if returned.quantity <= Ratio::ZERO {
            return Err(ReturnError::NotAboveZero { line: returned.line.clone() });
        }
        let before = self.quantity(index);
        let after = before.plus(returned.quantity)?;
        if line.quantity < after {
            let left = Ratio::from_decimal(
                line.quantity.to_decimal().checked_sub(before.to_decimal()).ok_or(AmountError::TooLarge)?,
            )?;
            let left = left.max(Ratio::ZERO);
            return Err(ReturnError::OverReturn { line: returned.line.clone(), left });
        }
        if let Some(quantity) = self.quantities.get_mut(index) {
            *quantity = after;
        }
        Ok(())
    }

    /// What all the goods that are back by now are worth: T once they are all back.
    fn goods_value(&self, bill: &Bill) -> Result<Money, AmountError> {
        let (back, all) = self.goods_share(bill)?;
        let value = back.times(i128::from(bill.total().minor()), all)?;
        Ok(Money::from_minor(value.round(Rounding::HalfUp)?))
    }

    /// Which share of the goods' value is back by now, as a part and the whole, which is above zero:
    /// net amount returned, of the net amount of all lines; by quantity where that is zero (Q2).
    pub(crate) fn goods_share(&self, bill: &Bill) -> Result<(Exact, i128), AmountError> {
        if self.is_all_goods(bill) {
            return Ok((Exact::fraction(1, 1)?, 1));
        }
        let all_net = Money::sum(bill.amounts().iter().map(|line| line.net))?;
        let by_quantity = all_net <= Money::ZERO;
        let (mut back, mut all) = (Exact::ZERO, Exact::ZERO);
        for (index, (line, amounts)) in bill.rung_up().lines.iter().zip(bill.amounts()).enumerate() {
            if line.quantity.is_zero() {
                continue;
            }
            let weight = if by_quantity {
                Exact::fraction(line.quantity.scaled().max(0), 1)?
            } else {
                Exact::fraction(i128::from(amounts.net.minor()), 1)?
            };
            all = all.plus(&weight);
            if !self.quantity(index).is_zero() {
                back = back.plus(&weight.times(self.quantity(index).scaled(), line.quantity.scaled())?);
            }
        }
        let Exact::Narrow(all, _) = all else { return Err(AmountError::TooLarge) };
        Ok(if all <= 0 { (Exact::ZERO, 1) } else { (back, all) })
    }
}

/// Whether a line is goods that can come back, and not something that the till took off.
fn is_goods(line: &LineItem, amounts: &LineAmounts) -> bool {
    !amounts.own.is_negative() && Ratio::ZERO < line.quantity
}
