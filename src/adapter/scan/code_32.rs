//! Code 32 of Italian pharmacies: a number of nine digits, the last of which is a check digit, as six characters of a
//! Code 39. People read `A` and the nine digits below it.

use alloc::vec::Vec;

/// The characters that stand for 0 to 31: no vowels.
const CHARACTERS: &[u8; 32] = b"0123456789BCDFGHJKLMNPQRSTUVWXYZ";

/// What is printed below a Code 39 of these characters, if it is a Code 32.
pub(super) fn printed(characters: &[u8]) -> Option<Vec<u8>> {
    let six = <&[u8; 6]>::try_from(characters).ok()?;
    let mut number = 0_u32;
    for character in six {
        let value = CHARACTERS.iter().position(|known| known == character)?;
        number = number.checked_mul(32)?.checked_add(u32::try_from(value).ok()?)?;
    }
    let mut digits = [0_u32; 9];
    for digit in digits.iter_mut().rev() {
        (number, *digit) = (number / 10, number % 10);
    }
    let [rest @ .., check] = digits;
    // Every second digit counts twice, and of two digits both.
    let sums = rest.iter().zip([1, 2].into_iter().cycle()).map(|(digit, times)| {
        let weighed = digit.saturating_mul(times);
        (weighed / 10).saturating_add(weighed % 10)
    });
    let is_one = number == 0 && sums.sum::<u32>() % 10 == check;
    let digits = digits.iter().map(|digit| b"0123456789".get(usize::try_from(*digit).ok()?).copied());
    is_one.then(|| core::iter::once(Some(b'A')).chain(digits).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_32_is_a_and_nine_digits() {
        assert_eq!(printed(b"3PRM8N").as_deref(), Some(&b"A123456788"[..]));
        // Another check digit; a vowel; too large a number; too long.
        for other in [&b"3PRM8P"[..], b"3PRM8A", b"ZZZZZZ", b"3PRM8N0", b""] {
            assert_eq!(printed(other), None);
        }
    }
}
