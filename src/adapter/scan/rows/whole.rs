//! Whole numbers that neither overflow nor panic: positions, widths and distances have no floats.

/// As an `i32`; what doesn't fit is the largest one.
pub(super) fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// As a `usize`; what lies below zero is zero.
pub(super) fn size(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// `a · b ÷ c`, rounded towards zero; zero where `c` is.
pub(super) fn scaled(a: i32, b: i32, c: i32) -> i32 {
    let product = i64::from(a).wrapping_mul(i64::from(b));
    i32::try_from(product.checked_div(i64::from(c)).unwrap_or(0)).unwrap_or(i32::MAX)
}

/// `a ÷ b`, rounded towards zero; zero where `b` is.
pub(super) fn over(a: i32, b: i32) -> i32 {
    a.checked_div(b).unwrap_or(0)
}

/// The square.
pub(super) const fn squared(a: i32) -> i32 {
    a.saturating_mul(a)
}
