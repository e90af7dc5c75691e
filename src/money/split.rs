//! Splitting a whole into parts that add up to it.

use alloc::vec::Vec;

use super::{AmountError, Exact};
use crate::sorting;

/// Splits `total` over `parts`, whose fractions it rounded: each part gets its floor, and what is
/// left goes, one smallest unit each, to the parts with the largest remainders; ties go to the
/// earlier part (R8).
pub(crate) fn split(total: i64, parts: &[Exact]) -> Result<Vec<i64>, AmountError> {
    let mut shares = Vec::with_capacity(parts.len());
    let mut remainders = Vec::with_capacity(parts.len());
    let mut left = total;
    for part in parts {
        let (floor, remainder) = part.floor_and_remainder()?;
        left = left.checked_sub(floor).ok_or(AmountError::TooLarge)?;
        shares.push(floor);
        remainders.push(remainder);
    }
    hand_out(left, &mut shares, &remainders)?;
    Ok(shares)
}

/// Splits `total` in the proportion of `weights` by largest remainder, ties to the earlier (R7,
/// Q3). Weights below zero count as zero. Where no weight is above zero, all go without.
pub(crate) fn split_by_weight(total: i64, weights: &[i64]) -> Result<Vec<i64>, AmountError> {
    let sum: i128 = weights.iter().map(|&weight| i128::from(weight.max(0))).sum();
    if sum == 0 {
        return Ok(weights.iter().map(|_| 0).collect());
    }
    let mut parts = Vec::with_capacity(weights.len());
    for &weight in weights {
        parts.push(Exact::fraction(i128::from(total), 1)?.times(i128::from(weight.max(0)), sum)?);
    }
    split(total, &parts)
}

fn hand_out(left: i64, shares: &mut [i64], remainders: &[Exact]) -> Result<(), AmountError> {
    if left == 0 {
        return Ok(());
    }
    // Ties stay with the earlier part.
    let order = sorting::order_of(remainders, |one, other| other.cmp(one));
    let mut left = left;
    for index in order.into_iter().cycle() {
        if left == 0 {
            break;
        }
        let step = left.signum();
        if let Some(share) = shares.get_mut(index) {
            *share = share.checked_add(step).ok_or(AmountError::TooLarge)?;
        }
        left = left.saturating_sub(step);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_over_goes_to_the_largest_remainder_then_to_the_earlier() {
        assert_eq!(split_by_weight(10, &[1, 1, 1]).unwrap(), [4, 3, 3]);
        assert_eq!(split_by_weight(100, &[1, 2]).unwrap(), [33, 67]);
        assert_eq!(split_by_weight(-5, &[1, 1]).unwrap(), [-2, -3]);
        assert_eq!(split_by_weight(5, &[0, -3]).unwrap(), [0, 0]);
    }
}
