//! To which tenders a refund goes (R17, Q3).

use alloc::vec::Vec;

use crate::ident::Tender;
use crate::loyalty::Worth;
use crate::money::{AmountError, Exact, Money, Rounding, Units, split_by_weight};
use crate::sale::{Payment, Settled, Tendered};

/// What goes back to each tender; loyalty is counted in money and in units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Refund {
    /// Each tender that gets something, in the order in which they paid.
    pub(crate) parts: Vec<Payment>,
    /// The units that go back.
    pub(crate) units: Units,
    /// The units that go back of what rewards cost.
    pub(crate) rewards: Units,
}

/// Shares out what is owed of a sale by now, over the tenders that paid. `spent` is how many units
/// paid for the sale, `restored` how many of them went back before.
pub(crate) fn share_out(sale: &Settled, spent: Units, restored: Units) -> Result<Refund, AmountError> {
    let worth = Worth { money: sale.paid().loyalty(), units: spent };
    let part = Part { units: loyalty_part(sale, worth, restored)?, restored, worth };
    let gone = sale.returned().gone()?;
    let loyalty = part.money(&gone)?.min(sale.returned().owed());
    let others = sale.returned().owed().minus(loyalty)?.min(left_for_others(sale)?);
    to_tenders(sale.paid(), &gone, loyalty.plus(others)?, part)
}

/// Loyalty's part of a refund.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// The units that go back now.
    pub(crate) units: Units,
    /// The units that went back before.
    pub(crate) restored: Units,
    /// What all units that paid are worth.
    pub(crate) worth: Worth,
}

impl Part {
    /// What all units that went back by now are worth, less what loyalty got before.
    fn money(&self, gone: &Tendered) -> Result<Money, AmountError> {
        let in_all = self.worth.money_of(self.restored.plus(self.units)?)?;
        Ok(in_all.minus(gone.loyalty())?.or_zero())
    }
}

/// `amount` as it goes to the tenders. Loyalty gets the money value of all units that went back by
/// now, less what it got before, so that it ends at what it paid; the other tenders share the rest by
/// what each still has to get, by largest remainder.
pub(crate) fn to_tenders(
    paid: &Tendered,
    gone: &Tendered,
    amount: Money,
    part: Part,
) -> Result<Refund, AmountError> {
    let loyalty = part.money(gone)?.min(amount);
    let mut parts = Vec::new();
    if !loyalty.is_zero() {
        parts.push(Payment { tender: Tender::loyalty(), amount: loyalty, reservation: None });
    }
    let others: Vec<&Payment> = paid.parts().iter().filter(|part| !part.tender.is_loyalty()).collect();
    let left = others.iter().map(|part| part.amount.minus(gone.of(&part.tender)));
    let left: Vec<i64> =
        left.map(|left| left.map(|left| left.or_zero().minor())).collect::<Result<_, _>>()?;
    let most = left.iter().try_fold(Money::ZERO, |sum, &left| sum.plus(Money::from_minor(left)))?;
    let shares = split_by_weight(amount.minus(loyalty)?.or_zero().min(most).minor(), &left)?;
    for (part, share) in others.into_iter().zip(shares) {
        if share != 0 {
            parts.push(Payment {
                tender: part.tender.clone(),
                amount: Money::from_minor(share),
                reservation: None,
            });
        }
    }
    Ok(Refund { parts, units: part.units, rewards: Units::ZERO })
}

/// Loyalty's part: after R of T has gone back in all, round-half-up(units paid × R / T), but never
/// so much or so little that another tender would get more than it paid. What whole units can't
/// express yet stays owed, and comes with a later return (Q3).
fn loyalty_part(sale: &Settled, worth: Worth, restored: Units) -> Result<Units, AmountError> {
    let (back, total, spent) = (sale.returned().value(), sale.bill().total(), worth.units);
    if total.is_zero() {
        return Ok(Units::ZERO);
    }
    let by_share = Exact::fraction(i128::from(spent.minor()), 1)?
        .times(i128::from(back.minor()), i128::from(total.minor()))?
        .round(Rounding::HalfUp)?;
    let wanted = Units::from_minor(by_share).minus(restored)?.or_zero();
    let owed = sale.returned().owed();
    let most = spent.minus(restored)?.min(worth.units_within(owed, sale.returned().gone()?.loyalty())?);
    let least = worth.units_covering(owed.minus(left_for_others(sale)?)?.or_zero())?.min(most);
    Ok(wanted.clamp(least, most))
}

/// What the other tenders can still get with the goods: what they paid of the total, tips aside, less
/// what they got.
fn left_for_others(sale: &Settled) -> Result<Money, AmountError> {
    let gone = sale.returned().gone()?;
    let others_gone = gone.total()?.minus(gone.loyalty())?;
    Ok(sale.bill().total().minus(sale.paid().loyalty())?.minus(others_gone)?.or_zero())
}
