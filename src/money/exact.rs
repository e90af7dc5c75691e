//! A fraction, kept exactly until a rule rounds it.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "fractions of any size don't overflow; what is 128 bits wide is computed by checked calls"
)]

use alloc::boxed::Box;
use alloc::vec::Vec;
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
    /// Nor is this.
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
            let product = product(*own_numerator, numerator);
            if let (Some(up), Some(down)) = (product, self::product(*own_denominator, denominator)) {
                return Ok(Exact::Narrow(up, down));
            }
        }
        let wide = self.to_wide();
        Ok(Exact::from_wide(wide.numer() * numerator, wide.denom() * denominator))
    }

    /// This divided by another that is above zero.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] where the other is not above zero.
    pub(crate) fn divided_by(&self, divisor: &Exact) -> Result<Exact, AmountError> {
        match divisor {
            Exact::Narrow(up, down) => self.times(*down, *up),
            Exact::Wide(wide) if wide.is_positive() => {
                let own = self.to_wide();
                Ok(Exact::from_wide(own.numer() * wide.denom(), own.denom() * wide.numer()))
            }
            Exact::Wide(_) => Err(AmountError::TooLarge),
        }
    }

    /// The sum.
    pub(crate) fn plus(&self, other: &Exact) -> Exact {
        self.narrow_sum(other).unwrap_or_else(|| wide_sum(&self.to_wide(), &other.to_wide()))
    }

    /// The sum of many. Where it gets wide, halves are added first: so what is added is about equally
    /// wide.
    pub(crate) fn sum(parts: &[Exact]) -> Exact {
        let narrow = parts.iter().try_fold(Exact::ZERO, |sum, part| sum.narrow_sum(part));
        narrow.unwrap_or_else(|| match parts {
            [part] => part.clone(),
            _ => {
                let (first, second) = parts.split_at(parts.len() / 2);
                Exact::sum(first).plus(&Exact::sum(second))
            }
        })
    }

    /// The sum of fractions that stand somewhere.
    pub(crate) fn sum_of<'e>(parts: impl Iterator<Item = &'e Exact> + Clone) -> Exact {
        let narrow = parts.clone().try_fold(Exact::ZERO, |sum, part| sum.narrow_sum(part));
        narrow.unwrap_or_else(|| Exact::sum(&parts.cloned().collect::<Vec<_>>()))
    }

    /// Brings fractions to one denominator, so that whatever is worked out of all of them stays about as
    /// wide as one of them. Nearly always they have one already.
    pub(crate) fn over_one_denominator<'e>(parts: impl Iterator<Item = &'e mut Exact>) {
        let mut parts: Vec<&mut Exact> = parts.collect();
        let narrow = |part: &Exact| match part {
            Exact::Narrow(_, denominator) => Some(*denominator),
            Exact::Wide(_) => None,
        };
        let first = parts.first().and_then(|part| narrow(part));
        if parts.iter().all(|part| first.is_some() && narrow(part) == first) {
            return;
        }
        let mut common = BigInt::from(1);
        for part in &parts {
            let denominator = part.to_wide().denom().clone();
            let shared = (&common % &denominator).gcd(&denominator);
            common *= denominator / shared;
        }
        for part in &mut parts {
            let wide = part.to_wide();
            **part = Exact::from_wide(wide.numer() * (&common / wide.denom()), common.clone());
        }
    }

    /// The difference.
    pub(crate) fn minus(&self, other: &Exact) -> Exact {
        let negated = match other {
            Exact::Narrow(numerator, denominator) => numerator.checked_neg().zip(Some(*denominator)),
            Exact::Wide(_) => None,
        };
        match negated {
            Some((numerator, denominator)) => self.plus(&Exact::Narrow(numerator, denominator)),
            None => wide_sum(&self.to_wide(), &-other.to_wide()),
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
                let (floor, remainder) = floor_and_rest(*numerator, *denominator);
                let floor = i64::try_from(floor).map_err(|_| AmountError::TooLarge)?;
                Ok((floor, Exact::Narrow(remainder, *denominator)))
            }
            Exact::Wide(wide) => {
                let (floor, rest) = wide.numer().div_mod_floor(wide.denom());
                let floor = floor.to_i64().ok_or(AmountError::TooLarge)?;
                Ok((floor, Exact::from_wide(rest, wide.denom().clone())))
            }
        }
    }

    /// The order of two that may be wide, or over different denominators.
    fn cmp_at_length(&self, other: &Exact) -> Ordering {
        if let (Exact::Narrow(up, down), Exact::Narrow(other_up, other_down)) = (self, other)
            && let (Some(left), Some(right)) = (product(*up, *other_down), product(*other_up, *down))
        {
            return left.cmp(&right);
        }
        let (one, other) = (self.to_wide(), other.to_wide());
        if one.denom() == other.denom() {
            return one.numer().cmp(other.numer());
        }
        (one.numer() * other.denom()).cmp(&(other.numer() * one.denom()))
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
        let up = product(*up, common.checked_div(*down)?)?;
        let other_up = product(*other_up, common.checked_div(*other_down)?)?;
        Some(Exact::Narrow(up.checked_add(other_up)?, common))
    }

    fn to_wide(&self) -> BigRational {
        match self {
            Exact::Narrow(numerator, denominator) => {
                BigRational::new_raw(BigInt::from(*numerator), BigInt::from(*denominator))
            }
            Exact::Wide(wide) => wide.as_ref().clone(),
        }
    }

    /// It isn't reduced: of numbers with thousands of digits the common divisor takes far longer to
    /// find than anything else that is done with them.
    fn from_wide(numerator: BigInt, denominator: BigInt) -> Exact {
        match (numerator.to_i128(), denominator.to_i128()) {
            (Some(numerator), Some(denominator)) => Exact::Narrow(numerator, denominator),
            _ => Exact::Wide(Box::new(BigRational::new_raw(numerator, denominator))),
        }
    }
}

fn wide_sum(one: &BigRational, other: &BigRational) -> Exact {
    if one.denom() == other.denom() {
        return Exact::from_wide(one.numer() + other.numer(), one.denom().clone());
    }
    for (small, large) in [(one, other), (other, one)] {
        let (times, rest) = large.denom().div_rem(small.denom());
        if rest.is_zero() {
            return Exact::from_wide(small.numer() * times + large.numer(), large.denom().clone());
        }
    }
    let numerator = one.numer() * other.denom() + other.numer() * one.denom();
    Exact::from_wide(numerator, one.denom() * other.denom())
}

/// Nearly all factors have 64 bits.
fn product(one: i128, other: i128) -> Option<i128> {
    match (i64::try_from(one), i64::try_from(other)) {
        (Ok(one), Ok(other)) => Some(i128::from(one).wrapping_mul(i128::from(other))),
        _ => one.checked_mul(other),
    }
}

/// The largest whole number that is not above, and what remains; the denominator is above zero.
fn floor_and_rest(numerator: i128, denominator: i128) -> (i128, i128) {
    match (u64::try_from(numerator), u64::try_from(denominator)) {
        (Ok(up), Ok(down)) => (i128::from(up / down), i128::from(up % down)),
        _ => (numerator.div_euclid(denominator), numerator.rem_euclid(denominator)),
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
    #[inline]
    fn cmp(&self, other: &Exact) -> Ordering {
        match (self, other) {
            // Nearly always.
            (Exact::Narrow(up, down), Exact::Narrow(other_up, other_down)) if down == other_down => {
                up.cmp(other_up)
            }
            _ => self.cmp_at_length(other),
        }
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
    let (quotient, remainder) = match (i64::try_from(numerator), i64::try_from(denominator)) {
        (Ok(up), Ok(down)) => (i128::from(up.checked_div(down)?), i128::from(up.checked_rem(down)?)),
        _ => (numerator.checked_div(denominator)?, numerator.checked_rem(denominator)?),
    };
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
    fn one_fraction_is_equal_to_itself_alone() {
        assert_eq!(exact(1, 2), exact(2, 4));
        assert_ne!(exact(1, 2), exact(1, 3));
        assert_ne!(exact(1, 2), exact(-1, 2));
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

    /// The wide way gives the same, with memory of its own for each step.
    #[test]
    fn what_fits_128_bits_never_gets_wide() {
        let pairs = [
            ((1, 6), (1, 4), 12),
            ((1, 4), (1, 8), 8),
            ((1, 8), (1, 4), 8),
            ((0, 3), (1, 7), 7),
            ((1, 7), (0, 3), 7),
        ];
        for ((up, down), (other_up, other_down), common) in pairs {
            let sum = exact(up, down).narrow_sum(&exact(other_up, other_down));
            assert!(matches!(sum, Some(Exact::Narrow(_, denominator)) if denominator == common), "{sum:?}");
        }
        assert_eq!(
            (6_i128.lcm_checked(4), 8_i128.lcm_checked(4), 4_i128.lcm_checked(8)),
            (Some(12), Some(8), Some(8))
        );
        assert_eq!(
            (product(3, 5), product(1 << 70, 3), product(i128::MAX, 2)),
            (Some(15), Some(3 << 70), None)
        );
        assert_eq!(round_narrow(7, 2, Rounding::HalfUp), Some(4));
    }

    #[test]
    fn what_does_not_fit_128_bits_stays_exact() {
        let big = exact(i128::MAX, 3).times(7, i128::MAX).unwrap();
        assert_eq!(big, exact(7, 3));
        let many = (2..60).fold(Exact::ZERO, |sum, n| sum.plus(&exact(1, n * n * n * n + 1)));
        assert!(matches!(many, Exact::Wide(_)));
        let nothing = (2..60).fold(many, |sum, n| sum.minus(&exact(1, n * n * n * n + 1)));
        assert!(nothing.is_zero());
        let all = (2..60).fold(Exact::ZERO, |sum, n| sum.plus(&exact(1, n * n * n * n + 1)));
        let less = Exact::ZERO.minus(&all);
        assert!(less.is_negative() && !all.is_negative() && all.plus(&less).is_zero());
        assert!(all.minus(&all).is_zero());
        for not_above_zero in [&less, &all.minus(&all)] {
            assert_eq!(exact(1, 1).divided_by(not_above_zero).err(), Some(AmountError::TooLarge));
        }
    }

    #[test]
    fn one_denominator_changes_no_value() {
        let of = || (1..40).map(|n| exact(n * 7, n * n + 3));
        let mut parts: Vec<Exact> = of().collect();
        Exact::over_one_denominator(parts.iter_mut());
        assert!(parts.iter().eq(of().collect::<Vec<_>>().iter()));
        let denominator = |part: &Exact| part.to_wide().denom().clone();
        assert!(parts.iter().all(|part| denominator(part) == denominator(&parts[0])));
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
