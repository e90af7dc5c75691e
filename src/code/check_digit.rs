//! The digits and characters by which a scanner notices what it misread.

/// The check digit of EAN-13, EAN-8, UPC-A, ITF-14 and the other numbers of GS1: that which brings the sum of the
/// digits, every second one from the right times three, to a multiple of ten. `None` where something isn't a
/// digit.
///
/// ```
/// use regulars::code::check_digit_gs1;
///
/// assert_eq!(check_digit_gs1(b"400638133393"), Some(b'1'));
/// assert_eq!(check_digit_gs1(b"40063813339x"), None);
/// ```
pub fn check_digit_gs1(digits: &[u8]) -> Option<u8> {
    let mut sum = 0_u8;
    for (place, digit) in digits.iter().rev().enumerate() {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit <= 9)?;
        let weighed = if place % 2 == 0 { digit.checked_mul(3)? } else { digit };
        sum = sum.checked_add(weighed)? % 10;
    }
    (10_u8.checked_sub(sum)? % 10).checked_add(b'0')
}

/// Whether digits end with the check digit of those before it.
///
/// ```
/// use regulars::code::has_check_digit_gs1;
///
/// assert!(has_check_digit_gs1(b"4006381333931"));
/// assert!(!has_check_digit_gs1(b"4006381333913"), "two digits changed places");
/// ```
pub fn has_check_digit_gs1(digits: &[u8]) -> bool {
    match digits.split_last() {
        Some((last, others)) => !others.is_empty() && check_digit_gs1(others) == Some(*last),
        None => false,
    }
}

/// The characters of Code 39 by their values.
const CODE_39: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/// The check character that Code 39 may have: the sum of the characters' values, modulo 43. `None` where a
/// character isn't one of Code 39.
///
/// ```
/// use regulars::code::check_digit_39;
///
/// assert_eq!(check_digit_39(b"CODE39"), Some(b'W'));
/// ```
pub fn check_digit_39(characters: &[u8]) -> Option<u8> {
    let mut sum = 0_usize;
    for character in characters {
        let value = CODE_39.iter().position(|known| known == character)?;
        sum = sum.checked_add(value)? % 43;
    }
    CODE_39.get(sum).copied()
}

/// The check value of Code 128: the start's value, and each following value times its place, modulo 103. `None`
/// where a value is none of Code 128, of nothing, and of more values than have a sum.
///
/// ```
/// use regulars::code::check_digit_128;
///
/// // Start B, "PJJ123C".
/// assert_eq!(check_digit_128(&[104, 48, 42, 42, 17, 18, 19, 35]), Some(55));
/// ```
pub fn check_digit_128(values: &[u8]) -> Option<u8> {
    let (start, rest) = values.split_first()?;
    let mut sum = u64::from(*start);
    for (value, place) in rest.iter().zip(1_u64..) {
        if *value > 105 {
            return None;
        }
        sum = sum.checked_add(u64::from(*value).checked_mul(place)?)?;
    }
    u8::try_from(sum % 103).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_that_are_printed() {
        for printed in ["4006381333931", "96385074", "036000291452", "15400141288763"] {
            let (digits, check) = printed.split_at(printed.len() - 1);
            assert_eq!(check_digit_gs1(digits.as_bytes()), Some(check.as_bytes()[0]), "{printed}");
        }
        assert_eq!((check_digit_gs1(b"40:"), check_digit_gs1(b"40/")), (None, None));
        assert_eq!((check_digit_39(b"CODE39"), check_digit_39(b"code39")), (Some(b'W'), None));
        assert_eq!(check_digit_128(&[104, 48, 42, 42, 17, 18, 19, 35]), Some(55));
        assert_eq!((check_digit_128(&[105, 105]), check_digit_128(&[105, 106])), (Some(4), None));
        assert_eq!(check_digit_128(&[]), None);
    }
}
