//! What rewards and offers take off the lines of a sale (R14, R35, Q17).

use alloc::vec::Vec;

use crate::loyalty::reward::packs;
use crate::loyalty::rule::Where;
use crate::loyalty::{Reward, RewardGift};
use crate::money::{AmountError, Exact, Money, Ratio, Rounding, Units, power_of_ten, split_by_weight};
use crate::sale::{Bill, Cut, LineItem, share_of};

/// The lines of a sale with what is left of each after the rewards and offers that came before.
pub(crate) struct Basket<'a> {
    lines: Vec<BasketLine<'a>>,
}

struct BasketLine<'a> {
    item: &'a LineItem,
    left: Money,
    free: Ratio,
}

/// What is asked of a reward or an offer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    /// On the line at this place; `None` for the eligible one with the largest amount.
    pub(crate) line: Option<usize>,
    /// How many units are spent, where the customer chooses.
    pub(crate) units: Option<Units>,
    /// How much of a free product.
    pub(crate) quantity: Option<Ratio>,
}

/// What a reward or an offer takes off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Line by line.
    pub(crate) cuts: Vec<Cut>,
    /// The line that it is used on, if it is used on one.
    pub(crate) line: Option<u32>,
    /// How many packs or steps it took, each of which costs.
    pub(crate) times: i64,
}

impl<'a> Basket<'a> {
    /// The lines after line and sale discounts.
    pub(crate) fn of(bill: &'a Bill) -> Basket<'a> {
        let lines = bill.rung_up().lines.iter().zip(bill.amounts());
        let lines = lines.map(|(item, amounts)| BasketLine { item, left: amounts.net, free: amounts.free });
        Basket { lines: lines.collect() }
    }

    /// What the lines come to that are looked at.
    pub(crate) fn left(&self, applies_to: &Where) -> Result<Money, AmountError> {
        Money::sum(self.weights(applies_to).into_iter().map(Money::from_minor))
    }

    /// Whether the lines that a reward looks at come to its minimum spend.
    pub(crate) fn reaches_minimum(&self, reward: &Reward) -> Result<bool, AmountError> {
        let minimum = reward.minimum_spend.unwrap_or(Money::ZERO);
        Ok(minimum <= self.left(&reward.applies_to)?)
    }

    /// What a reward takes off whose minimum spend is reached; `None` if it can't apply.
    pub(crate) fn reward(&mut self, reward: &Reward, asked: Asked) -> Result<Option<Taken>, AmountError> {
        let taken = self.give(&reward.gives, &reward.applies_to, asked, reward.lowers_earning)?;
        self.take(taken)
    }

    /// What a punch card's offer takes off one line; `None` if it can't apply.
    pub(crate) fn offer(
        &mut self,
        gives: &RewardGift,
        applies_to: &Where,
        line: usize,
    ) -> Result<Option<Taken>, AmountError> {
        let asked = Asked { line: Some(line), ..Asked::default() };
        let on_line = match *gives {
            RewardGift::AmountOff { amount } => RewardGift::LineAmountOff { amount },
            RewardGift::PercentOff { percent, maximum } => RewardGift::LinePercentOff { percent, maximum },
            RewardGift::AmountPerStep { .. } => return Ok(None),
            _ => gives.clone(),
        };
        let taken = self.give(&on_line, applies_to, asked, true)?;
        self.take(taken)
    }

    fn give(
        &self,
        gives: &RewardGift,
        applies_to: &Where,
        asked: Asked,
        lowers_earning: bool,
    ) -> Result<Option<Taken>, AmountError> {
        match gives {
            RewardGift::AmountOff { amount } => self.off_sale(applies_to, *amount, 1, lowers_earning),
            RewardGift::PercentOff { percent, maximum } => {
                let amount = percent_of(self.left(applies_to)?, *percent, *maximum)?;
                self.off_sale(applies_to, amount, 1, lowers_earning)
            }
            RewardGift::AmountPerStep { step, amount } => {
                let units = asked.units.unwrap_or(*step).minor();
                let steps = units.checked_div(step.minor()).unwrap_or(0);
                let amount = amount.minor().checked_mul(steps).ok_or(AmountError::TooLarge)?;
                self.off_sale(applies_to, Money::from_minor(amount), steps, lowers_earning)
            }
            RewardGift::LineAmountOff { amount } => {
                let Some((line, _)) = self.line(asked, |item| applies_to.selects(item)) else {
                    return Ok(None);
                };
                self.off_line(line, *amount, lowers_earning)
            }
            RewardGift::LinePercentOff { percent, maximum } => {
                let Some((line, of)) = self.line(asked, |item| applies_to.selects(item)) else {
                    return Ok(None);
                };
                self.off_line(line, percent_of(of.left, *percent, *maximum)?, lowers_earning)
            }
            RewardGift::FreeProduct { product, quantity } => {
                let fits = |item: &LineItem| item.product == *product && applies_to.selects(item);
                self.free(asked, *quantity, fits)
            }
            RewardGift::FreeItem { quantity } => self.free(asked, *quantity, |item| applies_to.selects(item)),
        }
    }

    /// The line named, if it is eligible; or the eligible line with the largest amount, of several the
    /// earlier (Q17).
    fn line(&self, asked: Asked, fits: impl Fn(&LineItem) -> bool) -> Option<(usize, &BasketLine<'a>)> {
        let eligible = |line: &BasketLine<'_>| fits(line.item) && line.is_goods();
        let mut best: Option<(usize, &BasketLine<'a>)> = None;
        for (index, line) in self.lines.iter().enumerate().filter(|(_, line)| eligible(line)) {
            let named = asked.line.is_none_or(|named| named == index);
            if named && best.is_none_or(|(_, best)| best.left < line.left) {
                best = Some((index, line));
            }
        }
        best
    }

    /// Money off all eligible lines, shared by what is left of each; not more than that.
    fn off_sale(
        &self,
        applies_to: &Where,
        amount: Money,
        times: i64,
        lowers_earning: bool,
    ) -> Result<Option<Taken>, AmountError> {
        let weights = self.weights(applies_to);
        let left = Money::sum(weights.iter().copied().map(Money::from_minor))?;
        if amount <= Money::ZERO || left < amount {
            return Ok(None);
        }
        let mut cuts = Vec::new();
        for (index, share) in split_by_weight(amount.minor(), &weights)?.into_iter().enumerate() {
            if share != 0 {
                let (line, amount, free) = (place(index)?, Money::from_minor(share), Ratio::ZERO);
                cuts.push(Cut { line, amount, free, lowers_earning });
            }
        }
        Ok(Some(Taken { cuts, line: None, times }))
    }

    fn off_line(
        &self,
        line: usize,
        amount: Money,
        lowers_earning: bool,
    ) -> Result<Option<Taken>, AmountError> {
        let left = self.lines.get(line).map_or(Money::ZERO, |line| line.left);
        if amount <= Money::ZERO || left < amount {
            return Ok(None);
        }
        let line = place(line)?;
        let cuts = [Cut { line, amount, free: Ratio::ZERO, lowers_earning }].into();
        Ok(Some(Taken { cuts, line: Some(line), times: 1 }))
    }

    /// A line is free up to a quantity: one pack, or as much as is asked for; never more than there is.
    fn free(
        &self,
        asked: Asked,
        pack: Ratio,
        fits: impl Fn(&LineItem) -> bool,
    ) -> Result<Option<Taken>, AmountError> {
        let Some((index, line)) = self.line(asked, fits) else { return Ok(None) };
        let paid = line.item.quantity.minus(line.free)?;
        let free = asked.quantity.unwrap_or(pack).min(paid);
        if free <= Ratio::ZERO {
            return Ok(None);
        }
        let times = packs(Some(free), pack)?;
        let (amount, line) = (share_of(line.left, free, paid)?, place(index)?);
        let cuts = [Cut { line, amount, free, lowers_earning: true }].into();
        Ok(Some(Taken { cuts, line: Some(line), times }))
    }

    /// What is left of each line that is looked at, and nothing of the others.
    fn weights(&self, applies_to: &Where) -> Vec<i64> {
        let eligible = |line: &BasketLine<'_>| line.is_goods() && applies_to.selects(line.item);
        self.lines.iter().map(|line| if eligible(line) { line.left.minor() } else { 0 }).collect()
    }

    fn take(&mut self, taken: Option<Taken>) -> Result<Option<Taken>, AmountError> {
        for cut in taken.iter().flat_map(|taken| &taken.cuts) {
            let line = usize::try_from(cut.line).map_err(|_| AmountError::TooLarge)?;
            if let Some(line) = self.lines.get_mut(line) {
                (line.left, line.free) = (line.left.minus(cut.amount)?, line.free.plus(cut.free)?);
            }
        }
        Ok(taken)
    }
}

impl BasketLine<'_> {
    /// Whether something of it can be taken off.
    fn is_goods(&self) -> bool {
        Ratio::ZERO < self.item.quantity && Money::ZERO < self.left
    }
}

fn place(index: usize) -> Result<u32, AmountError> {
    u32::try_from(index).map_err(|_| AmountError::TooLarge)
}

/// So many hundredths of an amount, rounded half up, at the most `maximum`.
pub(super) fn percent_of(
    amount: Money,
    percent: Ratio,
    maximum: Option<Money>,
) -> Result<Money, AmountError> {
    let down = power_of_ten(percent.scale().saturating_add(2));
    let exact =
        Exact::fraction(i128::from(amount.minor()), 1)?.times(i128::from(percent.mantissa()), down)?;
    let part = Money::from_minor(exact.round(Rounding::HalfUp)?);
    Ok(maximum.map_or(part, |maximum| part.min(maximum)))
}
