//! Paying with loyalty (R13).

use num_integer::Integer;

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

    /// The most of a total that all loyalty payments may come to.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub(crate) fn most_of(&self, total: Money) -> Result<Money, AmountError> {
        let share = self.maximum_share;
        let most = Exact::fraction(i128::from(total.minor()), 1)?
            .times(i128::from(share.mantissa()), power_of_ten(share.scale()))?;
        Ok(Money::from_minor(most.floor_and_remainder()?.0))
    }

    /// What one payment may take, where money has so much room and so many units are there.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits, also of a step.
    pub(crate) fn steps(
        &self,
        room: Money,
        available: Units,
        program: &Program,
    ) -> Result<Steps, AmountError> {
        let (up, down) = self.money_per_unit(program)?;
        // Fewer units than this come to no whole number of the smallest coin.
        let whole = i64::try_from(down.checked_div(up.gcd(&down)).ok_or(AmountError::TooLarge)?);
        let whole = whole.map_err(|_| AmountError::TooLarge)?;
        let asked = self.step.map_or(1, Units::minor).max(1);
        let step = asked.checked_div(whole.gcd(&asked)).and_then(|rest| rest.checked_mul(whole));
        let step = step.ok_or(AmountError::TooLarge)?;
        let of_room = Exact::fraction(i128::from(room.or_zero().minor()), 1)?.times(down, up)?;
        let most = of_room.floor_and_remainder()?.0.min(available.minor());
        let down_to_steps = |units: i64| units.checked_div(step).and_then(|steps| steps.checked_mul(step));
        let up_to_steps = |units: i64| down_to_steps(units.checked_add(step)?.checked_sub(1)?);
        let least = up_to_steps(self.minimum.minor().max(1)).ok_or(AmountError::TooLarge)?;
        let most = down_to_steps(most).ok_or(AmountError::TooLarge)?;
        let (least, most, step) =
            (Units::from_minor(least), Units::from_minor(most), Units::from_minor(step));
        Ok(Steps { least, most, step })
    }

    /// The money of a step.
    pub(crate) fn step_in_money(&self, program: &Program) -> Result<Money, AmountError> {
        self.money_of(self.steps(Money::ZERO, Units::ZERO, program)?.step, program)
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

/// What one payment may take: from `least` to `most`, which may be less than that, in whole steps.
pub(crate) struct Steps {
    pub(crate) least: Units,
    pub(crate) most: Units,
    pub(crate) step: Units,
}
