//! What the units that paid for a sale are worth.

use crate::money::{AmountError, Exact, Money, Rounding, Units};

/// What the units that paid for a sale are worth: what they paid of it. A sale whose goods were bought
/// with others in an exchange may have been paid by units of another program's value, so the value that
/// a program gives them doesn't tell (R18, Q8).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worth {
    /// What loyalty paid.
    pub(crate) money: Money,
    /// The units that it took.
    pub(crate) units: Units,
}

impl Worth {
    /// The money that so many of the units paid, rounded half up.
    pub(crate) fn money_of(&self, units: Units) -> Result<Money, AmountError> {
        if self.units.is_zero() {
            return Ok(Money::ZERO);
        }
        let money = Exact::fraction(i128::from(units.minor()), 1)?
            .times(i128::from(self.money.minor()), i128::from(self.units.minor()))?;
        Ok(Money::from_minor(money.round(Rounding::HalfUp)?))
    }

    /// The units that paid so much money; `None` if it is no whole number of the smallest unit (Q22).
    pub(crate) fn units_of(&self, money: Money) -> Result<Option<Units>, AmountError> {
        if money.is_zero() {
            return Ok(Some(Units::ZERO));
        }
        if self.money.is_zero() {
            return Ok(None);
        }
        let (units, remainder) = self.exactly(money)?.floor_and_remainder()?;
        Ok(remainder.is_zero().then_some(Units::from_minor(units)))
    }

    /// The most whole units that an amount of money covers, once `before` of what loyalty paid went back;
    /// all of them where it covers all the rest, since what went back was rounded.
    pub(crate) fn units_within(&self, money: Money, before: Money) -> Result<Units, AmountError> {
        if self.money.minus(before)? <= money {
            return Ok(self.units);
        }
        Ok(Units::from_minor(self.exactly(money)?.floor_and_remainder()?.0))
    }

    /// The fewest whole units that paid at least an amount of money; none where they paid nothing.
    pub(crate) fn units_covering(&self, money: Money) -> Result<Units, AmountError> {
        if self.money.is_zero() {
            return Ok(Units::ZERO);
        }
        let (floor, remainder) = self.exactly(money)?.floor_and_remainder()?;
        Units::from_minor(floor).plus(Units::from_minor(i64::from(!remainder.is_zero())))
    }

    fn exactly(&self, money: Money) -> Result<Exact, AmountError> {
        let money = Exact::fraction(i128::from(money.minor()), 1)?;
        money.times(i128::from(self.units.minor()), i128::from(self.money.minor()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_money_is_covered_by_the_next_whole_unit() {
        let worth = Worth { money: Money::from_minor(10_00), units: Units::from_minor(3) };
        let covering = |minor| worth.units_covering(Money::from_minor(minor)).unwrap().minor();
        assert_eq!([0, 1, 3_33, 3_34, 6_66, 6_67, 10_00].map(covering), [0, 1, 1, 2, 2, 3, 3]);
        let nothing = Worth { money: Money::ZERO, units: Units::from_minor(3) };
        assert_eq!(nothing.units_covering(Money::from_minor(1)), Ok(Units::ZERO));
    }
}
