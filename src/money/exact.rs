//! A fraction, kept exactly until a rule rounds it.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "fractions of any size don't overflow; what is 128 bits wide is computed by checked calls"
)]

use alloc::boxed::Box;
use core::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use super::{AmountError, Rounding};

/// An exact fraction. Nearly all are two 128-bit numbers with the same denominator as their
/// neighbours; what doesn't fit (tax taken out of many lines at different rates) goes on as a
/// fraction of any size, so that no sale is refused, or rounded twice, for its length.
#[derive(Debug, Clone)]
pub(crate) enum Exact {
    /// Numerator and denominator; the denominator is above zero. Not reduced.
    Narrow(i128, i128),
    Wide(Box<BigRational>),
}

impl Exact {
    pub(crate) const ZERO: Exact = Exact::Narrow(0, 1);

    /// `numerator / denominator`.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] where the denominator is not above zero.
    pub(crate) fn fraction(numerator: i128, denominator: i128) -> Result<Exact, AmountError> {
        if denominator <= 0 {
            return Err(AmountError::TooLarge);
        }
        Ok(Exact::Narrow(numerator, denominator))
    }

    /// This times `numerator / denominator`.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] where the denominator is not above zero.
    pub(crate) fn times(&self, numerator: i128, denominator: i128) -> Result<Exact, AmountError> {
        if denominator <= 0 {
            return Err(AmountError::TooLarge);
        }
        if let Exact::Narrow(own_numerator, own_denominator) = self {
            let product = own_numerator.checked_mul(numerator);
            if let (Some(up), Some(down)) = (product, own_denominator.checked_mul(denominator)) {
                return Ok(Exact::Narrow(up, down));
            }
        }
        let factor = BigRational::new(BigInt::from(numerator), BigInt::from(denominator));
        Ok(Exact::from_wide(self.to_wide() * factor))
    }

    /// This divided by another that is above zero.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] where the other is not above zero.
    pub(crate) fn divided_by(&self, divisor: &Exact) -> Result<Exact, AmountError> {
        match divisor {
            Exact::Narrow(up, down) => self.times(*down, *up),
            Exact::Wide(wide) if wide.is_positive() => Ok(Exact::from_wide(self.to_wide() / wide.as_ref())),
            Exact::Wide(_) => Err(AmountError::TooLarge),
        }
    }

    /// The sum.
    pub(crate) fn plus(&self, other: &Exact) -> Exact {
        self.narrow_sum(other).unwrap_or_else(|| Exact::from_wide(self.to_wide() + other.to_wide()))
    }

    /// The difference.
    pub(crate) fn minus(&self, other: &Exact) -> Exact {
        match other {
            Exact::Narrow(numerator, denominator) if *numerator != i128::MIN => {
                self.plus(&Exact::Narrow(numerator.saturating_neg(), *denominator))
            }
            _ => Exact::from_wide(self.to_wide() - other.to_wide()),
        }
    }

    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Exact::Narrow(numerator, _) => *numerator == 0,
            Exact::Wide(wide) => wide.is_zero(),
        }
    }

    pub(crate) fn is_negative(&self) -> bool {
        match self {
            Exact::Narrow(numerator, _) => *numerator < 0,
            Exact::Wide(wide) => wide.is_negative(),
        }
    }

    /// Rounded to a whole number.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub(crate) fn round(&self, rounding: Rounding) -> Result<i64, AmountError> {
        let rounded = match self {
            Exact::Narrow(whole, 1) => Some(*whole),
            Exact::Narrow(numerator, denominator) => round_narrow(*numerator, *denominator, rounding),
            Exact::Wide(_) => None,
        };
        match rounded {
            Some(rounded) => i64::try_from(rounded).map_err(|_| AmountError::TooLarge),
            None => round_wide(&self.to_wide(), rounding).to_i64().ok_or(AmountError::TooLarge),
        }
    }

    /// The largest whole number that is not above this, and what remains: at least 0, below 1.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] past 63 bits.
    pub(crate) fn floor_and_remainder(&self) -> Result<(i64, Exact), AmountError> {
        match self {
            Exact::Narrow(whole, 1) => {
                Ok((i64::try_from(*whole).map_err(|_| AmountError::TooLarge)?, Exact::ZERO))
            }
            Exact::Narrow(numerator, denominator) => {
                let remainder = numerator.rem_euclid(*denominator);
                let floor = numerator.div_euclid(*denominator);
                let floor = i64::try_from(floor).map_err(|_| AmountError::TooLarge)?;
                Ok((floor, Exact::Narrow(remainder, *denominator)))
            }
            Exact::Wide(wide) => {
                let floor = wide.floor();
                let whole = floor.to_integer().to_i64().ok_or(AmountError::TooLarge)?;
                Ok((whole, Exact::from_wide(wide.as_ref() - floor)))
            }
        }
    }

    fn narrow_sum(&self, other: &Exact) -> Option<Exact> {
        let (Exact::Narrow(up, down), Exact::Narrow(other_up, other_down)) = (self, other) else {
            return None;
        };
        if down == other_down {
            return Some(Exact::Narrow(up.checked_add(*other_up)?, *down));
        }
        if *up == 0 {
            return Some(other.clone());
        }
        if *other_up == 0 {
            return Some(self.clone());
        }
        let common = down.lcm_checked(*other_down)?;
        let up = up.checked_mul(common.checked_div(*down)?)?;
        let other_up = other_up.checked_mul(common.checked_div(*other_down)?)?;
        Some(Exact::Narrow(up.checked_add(other_up)?, common))
    }

    fn to_wide(&self) -> BigRational {
        match self {
            Exact::Narrow(numerator, denominator) => {
                BigRational::new(BigInt::from(*numerator), BigInt::from(*denominator))
            }
            Exact::Wide(wide) => wide.as_ref().clone(),
        }
    }

    fn from_wide(wide: BigRational) -> Exact {
        match (wide.numer().to_i128(), wide.denom().to_i128()) {
            (Some(numerator), Some(denominator)) => Exact::Narrow(numerator, denominator),
            _ => Exact::Wide(Box::new(wide)),
        }
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        if let (Exact::Narrow(up, down), Exact::Narrow(other_up, other_down)) = (self, other) {
            if down == other_down {
                return up.cmp(other_up);
            }
            if let (Some(left), Some(right)) = (up.checked_mul(*other_down), other_up.checked_mul(*down)) {
                return left.cmp(&right);
            }
        }
        self.to_wide().cmp(&other.to_wide())
    }
}

trait CheckedLcm: Sized {
    fn lcm_checked(self, other: Self) -> Option<Self>;
}

impl CheckedLcm for i128 {
    fn lcm_checked(self, other: i128) -> Option<i128> {
        if other != 0 && self.checked_rem(other)? == 0 {
            return Some(self);
        }
        if self != 0 && other.checked_rem(self)? == 0 {
            return Some(other);
        }
        self.checked_div(self.gcd(&other))?.checked_mul(other)
    }
}

fn round_narrow(numerator: i128, denominator: i128, rounding: Rounding) -> Option<i128> {
    let quotient = numerator.checked_div(denominator)?;
    let remainder = numerator.checked_rem(denominator)?;
    let away = match rounding {
        Rounding::Down => false,
        Rounding::HalfUp => Ordering::Less != twice_against(remainder, denominator)?,
        Rounding::HalfEven => match twice_against(remainder, denominator)? {
            Ordering::Less => false,
            Ordering::Equal => quotient.checked_rem(2)? != 0,
            Ordering::Greater => true,
        },
    };
    if away { quotient.checked_add(numerator.signum()) } else { Some(quotient) }
}

/// How twice the remainder compares with the denominator: below, at, or above a half.
fn twice_against(remainder: i128, denominator: i128) -> Option<Ordering> {
    let twice = remainder.unsigned_abs().checked_mul(2)?;
    Some(twice.cmp(&denominator.unsigned_abs()))
}

fn round_wide(wide: &BigRational, rounding: Rounding) -> BigInt {
    let (quotient, remainder) = wide.numer().div_rem(wide.denom());
    let against_half = (remainder.abs() * BigInt::from(2)).cmp(wide.denom());
    let away = match (rounding, against_half) {
        (Rounding::Down, _) | (_, Ordering::Less) => false,
        (Rounding::HalfUp, _) | (_, Ordering::Greater) => true,
        (Rounding::HalfEven, Ordering::Equal) => quotient.is_odd(),
    };
    if away { quotient + wide.numer().signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(numerator: i128, denominator: i128) -> Exact {
        Exact::fraction(numerator, denominator).unwrap()
    }

    #[test]
    fn ties_go_where_the_mode_says() {
        for (half, up, down, even) in [(5, 3, 2, 2), (7, 4, 3, 4), (-5, -3, -2, -2)] {
            let half = exact(half, 2);
            assert_eq!(half.round(Rounding::HalfUp), Ok(up));
            assert_eq!(half.round(Rounding::Down), Ok(down));
            assert_eq!(half.round(Rounding::HalfEven), Ok(even));
        }
    }

    #[test]
    fn what_does_not_fit_128_bits_stays_exact() {
        let big = exact(i128::MAX, 3).times(7, i128::MAX).unwrap();
        assert_eq!(big, exact(7, 3));
        let many = (2..60).fold(Exact::ZERO, |sum, n| sum.plus(&exact(1, n * n * n * n + 1)));
        assert!(matches!(many, Exact::Wide(_)));
        let nothing = (2..60).fold(many, |sum, n| sum.minus(&exact(1, n * n * n * n + 1)));
        assert!(nothing.is_zero());
    }

    #[test]
    fn narrow_and_wide_round_alike() {
        for up in -20..20 {
            for down in 1..8 {
                for mode in [Rounding::HalfUp, Rounding::Down, Rounding::HalfEven] {
                    let narrow = exact(up, down);
                    assert_eq!(
                        Some(narrow.round(mode).unwrap()),
                        round_wide(&narrow.to_wide(), mode).to_i64()
                    );
                }
            }
        }
    }
}
