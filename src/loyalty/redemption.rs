//! Paying with loyalty (R13).

use crate::loyalty::Program;
use crate::money::{AmountError, Exact, MAX_DECIMALS, Money, Ratio, Rounding, Units, power_of_ten};

/// How units pay for goods (R13, Q22).
///
/// ```
/// use regulars::ident::ProgramId;
/// use regulars::loyalty::{Program, Redemption, Unit};
/// use regulars::money::{Currency, Money, Ratio, Units, parse_decimal};
///
/// // 290 points at 0.10 each pay 29.00.
/// let points = Unit::Points { decimals: 0 };
/// let program = Program::new(ProgramId::new("house")?, Currency::from_code("EUR")?, points);
/// let value = Ratio::from_decimal(parse_decimal("0.10")?)?;
/// let redemption = Redemption { value, ..Redemption::one_for_one() };
/// assert_eq!(redemption.money_of(Units::from_minor(290), &program)?, Money::from_minor(29_00));
/// assert_eq!(redemption.units_of(Money::from_minor(29_00), &program)?, Some(Units::from_minor(290)));
///
/// // 29.05 would take half a point: there is no such payment.
/// assert_eq!(redemption.units_of(Money::from_minor(29_05), &program)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    /// The money that one unit pays; above zero.
    pub value: Ratio,
    /// Units go only in whole multiples of this; above zero. Each payment is looked at by itself.
    pub step: Option<Units>,
    /// One payment takes at least this many.
    pub minimum: Units,
    /// The largest share of T that all loyalty payments of a sale may come to together, from 0 to 1.
    pub maximum_share: Ratio,
}

impl Redemption {
    /// One unit pays 1.00, any number of them, and all of a sale.
    pub fn one_for_one() -> Redemption {
        let (value, maximum_share) = (Ratio::ONE, Ratio::ONE);
        Redemption { value, step: None, minimum: Units::ZERO, maximum_share }
    }

    /// Whether its value and step are above zero, its minimum not below, its share from 0 to 1.
    pub(crate) fn is_sound(&self) -> bool {
        Ratio::ZERO < self.value
            && self.step.is_none_or(|step| Units::ZERO < step)
            && !self.minimum.is_negative()
            && (Ratio::ZERO..=Ratio::ONE).contains(&self.maximum_share)
    }

    /// How many units an amount of money takes; `None` if it is no whole number of the smallest
    /// unit (Q22).
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn units_of(&self, money: Money, program: &Program) -> Result<Option<Units>, AmountError> {
        let (up, down) = self.money_per_unit(program)?;
        let (units, remainder) =
            Exact::fraction(i128::from(money.minor()), 1)?.times(down, up)?.floor_and_remainder()?;
        Ok(remainder.is_zero().then_some(Units::from_minor(units)))
    }

    /// The money that units are worth, rounded half up.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub fn money_of(&self, units: Units, program: &Program) -> Result<Money, AmountError> {
        let (up, down) = self.money_per_unit(program)?;
        let money = Exact::fraction(i128::from(units.minor()), 1)?.times(up, down)?;
        Ok(Money::from_minor(money.round(Rounding::HalfUp)?))
    }

    /// The units that an amount of money is worth, rounded half up.
    pub(crate) fn units_worth(&self, money: Money, program: &Program) -> Result<Units, AmountError> {
        let (up, down) = self.money_per_unit(program)?;
        let units = Exact::fraction(i128::from(money.minor()), 1)?.times(down, up)?;
        Ok(Units::from_minor(units.round(Rounding::HalfUp)?))
    }

    /// Smallest units of money for one smallest unit of the program, as a fraction.
    fn money_per_unit(&self, program: &Program) -> Result<(i128, i128), AmountError> {
        let value = i128::from(self.value.mantissa());
        if value <= 0 {
            return Err(AmountError::TooLarge);
        }
        let up = power_of_ten(program.currency.decimals().min(MAX_DECIMALS)).checked_mul(value);
        let down = power_of_ten(program.unit_decimals().saturating_add(self.value.scale()));
        Ok((up.ok_or(AmountError::TooLarge)?, down))
    }
}
