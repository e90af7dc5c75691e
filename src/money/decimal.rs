//! The decimal strings of the documents.

use rust_decimal::Decimal;

/// A string is not a decimal of the form `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, or has more digits than
/// can be kept exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecimalError {
    /// Not of the form above.
    #[error("not a decimal such as \"19.99\"")]
    Malformed,
    /// More than 15 digits before the point, or more than 28 in all.
    #[error("too many digits")]
    TooLong,
}

/// Reads a decimal strictly: no exponent, no underscore, no plus sign, no bare point, no leading
/// zero, and never rounding.
///
/// # Errors
/// [`DecimalError`] says whether the form is wrong or the number too long.
///
/// ```
/// use regulars::money::parse_decimal;
///
/// assert_eq!(parse_decimal("-0.05")?.to_string(), "-0.05");
/// for wrong in ["1e3", "1_000", "+5", ".5", "5.", "007", "", "-", "1.2.3", " 1"] {
///     assert!(parse_decimal(wrong).is_err());
/// }
/// # Ok::<(), regulars::money::DecimalError>(())
/// ```
pub fn parse_decimal(text: &str) -> Result<Decimal, DecimalError> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((_, "")) => return Err(DecimalError::Malformed),
        Some((whole, fraction)) => (whole, fraction),
        None => (unsigned, ""),
    };
    let leading_zero = 1 < whole.len() && whole.starts_with('0');
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || leading_zero || !digits(whole) || !digits(fraction) {
        return Err(DecimalError::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    if 15 < whole.len() {
        return Err(DecimalError::TooLong);
    }
    let mut mantissa = 0_i128;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = i128::from(digit.saturating_sub(b'0'));
        let next = mantissa.checked_mul(10).and_then(|ten| ten.checked_add(digit));
        mantissa = next.ok_or(DecimalError::TooLong)?;
    }
    if text.starts_with('-') {
        mantissa = mantissa.saturating_neg();
    }
    let scale = u32::try_from(fraction.len()).map_err(|_| DecimalError::TooLong)?;
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| DecimalError::TooLong)
}
