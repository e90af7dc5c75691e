//! Money, units of a program, quantities and rates; rounding; splitting.
//!
//! Amounts are whole numbers of the smallest unit (a cent, a point), so that adding is exact
//! and a split can hand out what is left over. What lies between two smallest units exists
//! only as a fraction (`Exact`), and is rounded once, where a rule says so.

mod currency;
mod decimal;
mod exact;
mod rounding;
mod split;

pub use currency::{Currency, UnknownCurrencyError};
pub use decimal::{DecimalError, parse_decimal};
pub(crate) use exact::Exact;
pub use rounding::Rounding;
pub(crate) use split::{split, split_by_weight};

use rust_decimal::Decimal;

/// An amount could not be taken: it is out of range, or has too many decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// The value has more decimals than its kind allows.
    #[error("more than {allowed} decimals")]
    TooManyDecimals {
        /// How many decimals the currency, the unit or the field allows.
        allowed: u8,
    },
    /// The value, or the result of a computation, is larger than can be kept.
    #[error("too large")]
    TooLarge,
}

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: $name = $name(0);

            /// From a whole number of the smallest unit.
            pub const fn from_minor(minor: i64) -> $name {
                $name(minor)
            }

            /// The whole number of the smallest unit.
            pub const fn minor(self) -> i64 {
                self.0
            }

            /// From a decimal, of which `decimals` places count.
            ///
            /// # Errors
            /// [`AmountError::TooManyDecimals`] if digits other than zero stand behind the last
            /// place, [`AmountError::TooLarge`] past 15 digits before the point or 63 bits.
            pub fn from_decimal(value: Decimal, decimals: u8) -> Result<$name, AmountError> {
                minor_of(value, decimals).map($name)
            }

            /// As a decimal with `decimals` places.
            pub fn to_decimal(self, decimals: u8) -> Decimal {
                Decimal::new(self.0, u32::from(decimals.min(MAX_DECIMALS)))
            }

            /// Whether this is nothing.
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// Whether this is below zero.
            pub const fn is_negative(self) -> bool {
                self.0 < 0
            }

            /// The sum.
            ///
            /// # Errors
            /// [`AmountError::TooLarge`] past 63 bits.
            pub fn plus(self, other: $name) -> Result<$name, AmountError> {
                self.0.checked_add(other.0).map($name).ok_or(AmountError::TooLarge)
            }

            /// The difference.
            ///
            /// # Errors
            /// [`AmountError::TooLarge`] past 63 bits.
            pub fn minus(self, other: $name) -> Result<$name, AmountError> {
                self.0.checked_sub(other.0).map($name).ok_or(AmountError::TooLarge)
            }

            /// The sum of many.
            ///
            /// # Errors
            /// [`AmountError::TooLarge`] past 63 bits.
            pub fn sum(parts: impl IntoIterator<Item = $name>) -> Result<$name, AmountError> {
                parts.into_iter().try_fold($name::ZERO, $name::plus)
            }

            /// This, but not below zero.
            pub fn or_zero(self) -> $name {
                self.max($name::ZERO)
            }
        }
    };
}

amount! {
    /// An amount of money, in the smallest unit of the program's [`Currency`].
    ///
    /// ```
    /// use regulars::money::{Currency, Money, parse_decimal};
    ///
    /// let euro = Currency::from_code("EUR")?;
    /// let price = Money::from_decimal(parse_decimal("19.99")?, euro.decimals())?;
    /// assert_eq!(price.minor(), 1999);
    /// assert_eq!(price.plus(Money::from_minor(1))?.to_decimal(2).to_string(), "20.00");
    /// // A third decimal is refused, not rounded; so is a sum that doesn't fit.
    /// assert!(Money::from_decimal(parse_decimal("0.005")?, euro.decimals()).is_err());
    /// assert!(Money::from_minor(i64::MAX).plus(price).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Money
}

amount! {
    /// Units of a loyalty program (loyalty money or points), in the smallest unit it counts.
    ///
    /// ```
    /// use regulars::money::Units;
    ///
    /// // 400 is 4.00 of loyalty money, and 400 whole points.
    /// let earned = Units::from_minor(400);
    /// assert_eq!(earned.to_decimal(2).to_string(), "4.00");
    /// assert_eq!(earned.to_decimal(0).to_string(), "400");
    /// ```
    Units
}

/// The most decimals that a unit, a quantity or a rate can have.
pub const MAX_DECIMALS: u8 = 8;

/// A quantity, a rate or a factor: at most 9 digits before the point and 8 after it.
///
/// Two that are equal as numbers are equal: `1.50` is `1.5`.
///
/// ```
/// use regulars::money::{Ratio, parse_decimal};
///
/// let five_percent = Ratio::from_decimal(parse_decimal("0.05")?)?;
/// assert_eq!(five_percent.to_decimal().to_string(), "0.05");
/// assert!(Ratio::from_decimal(parse_decimal("0.000000001")?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    mantissa: i64,
    scale: u8,
}

impl Ratio {
    /// One.
    pub const ONE: Ratio = Ratio { mantissa: 1, scale: 0 };
    /// Zero.
    pub const ZERO: Ratio = Ratio { mantissa: 0, scale: 0 };

    const LIMIT: i128 = 1_000_000_000;

    /// From a decimal.
    ///
    /// # Errors
    /// [`AmountError`] past 9 digits before the point, or 8 after it.
    pub fn from_decimal(value: Decimal) -> Result<Ratio, AmountError> {
        // Nearly all quantities are whole.
        if value.scale() == 0
            && let Ok(mantissa) = i64::try_from(value.mantissa())
            && i128::from(mantissa).abs() < Ratio::LIMIT
        {
            return Ok(Ratio { mantissa, scale: 0 });
        }
        let value = value.normalize();
        let scale = u8::try_from(value.scale()).map_err(|_| AmountError::TooLarge)?;
        if MAX_DECIMALS < scale {
            return Err(AmountError::TooManyDecimals { allowed: MAX_DECIMALS });
        }
        let whole = value.trunc().mantissa();
        if !(-Ratio::LIMIT < whole && whole < Ratio::LIMIT) {
            return Err(AmountError::TooLarge);
        }
        let mantissa = i64::try_from(value.mantissa()).map_err(|_| AmountError::TooLarge)?;
        Ok(Ratio { mantissa, scale })
    }

    /// From a whole number.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 9 digits.
    pub fn from_whole(whole: i64) -> Result<Ratio, AmountError> {
        Ratio::from_decimal(Decimal::from(whole))
    }

    /// As a decimal, without trailing zeros.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.mantissa, u32::from(self.scale))
    }

    /// Its digits as a whole number, to be divided by ten to the power of [`scale`](Ratio::scale).
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// How many of its digits stand behind the point: 0 to 8.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// Whether this is zero.
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Whether this is below zero.
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`AmountError`] past 9 digits before the point.
    pub fn plus(self, other: Ratio) -> Result<Ratio, AmountError> {
        let sum = self.to_decimal().checked_add(other.to_decimal());
        Ratio::from_decimal(sum.ok_or(AmountError::TooLarge)?)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`AmountError`] past 9 digits before the point.
    pub fn minus(self, other: Ratio) -> Result<Ratio, AmountError> {
        if other.is_zero() {
            return Ok(self);
        }
        let difference = self.to_decimal().checked_sub(other.to_decimal());
        Ratio::from_decimal(difference.ok_or(AmountError::TooLarge)?)
    }

    /// The number as a whole count of hundred-millionths.
    pub(crate) fn scaled(self) -> i128 {
        i128::from(self.mantissa).saturating_mul(power_of_ten(MAX_DECIMALS.saturating_sub(self.scale)))
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> core::cmp::Ordering {
        self.scaled().cmp(&other.scaled())
    }
}

/// Ten to the power of `exponent`, which is small everywhere here: 38 is the most.
pub(crate) fn power_of_ten(exponent: u8) -> i128 {
    POWERS_OF_TEN.get(usize::from(exponent)).copied().unwrap_or(i128::MAX)
}

/// Each line of a sale asks for several.
#[expect(clippy::indexing_slicing, reason = "the compiler works it out, and would say so")]
const POWERS_OF_TEN: [i128; 39] = {
    let mut powers = [1; 39];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

const WHOLE_LIMIT: i128 = 1_000_000_000_000_000;

fn minor_of(value: Decimal, decimals: u8) -> Result<i64, AmountError> {
    let value = value.normalize();
    let whole = value.trunc().mantissa();
    if !(-WHOLE_LIMIT < whole && whole < WHOLE_LIMIT) {
        return Err(AmountError::TooLarge);
    }
    let scale = u8::try_from(value.scale()).map_err(|_| AmountError::TooLarge)?;
    let Some(missing) = decimals.checked_sub(scale) else {
        return Err(AmountError::TooManyDecimals { allowed: decimals });
    };
    let minor = value.mantissa().checked_mul(power_of_ten(missing));
    minor.and_then(|minor| i64::try_from(minor).ok()).ok_or(AmountError::TooLarge)
}
