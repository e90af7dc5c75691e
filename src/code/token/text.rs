//! Bytes as text that can be typed: base32 with two characters that show typing errors.

use alloc::string::String;
use alloc::vec::Vec;

use super::TokenError;
use super::bits::regroup;

/// Digits and letters without those that look alike. All of them are in QR's alphanumeric mode, and as they are in
/// an URL.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A prime below 32 × 32, so that a wrong character, or two neighbours that changed places, give another rest.
const PRIME: u32 = 1021;

/// The most bytes that a text may have to be looked at as a token, hyphens and blanks included.
pub const LONGEST_TOKEN: usize = 1024;

/// The fewest that a token can have.
const LEAST_CHARACTERS: usize = 24;

/// Bytes as base32, and the rest of that number as two more characters.
pub(super) fn write(bytes: &[u8]) -> String {
    let (mut values, left, bits) = regroup(bytes.iter().copied(), 8, 5);
    if bits != 0 {
        values.push(left.checked_shl(5_u32.saturating_sub(bits)).unwrap_or(0) & 31);
    }
    values.extend(digits_of(rest_of(&values)).iter().filter_map(|value| u8::try_from(*value).ok()));
    let character = |value: &u8| ALPHABET.get(usize::from(*value)).copied();
    values.iter().filter_map(character).map(char::from).collect()
}

/// The bytes of a text: small letters are as good, `O` is 0, `I` and `L` are 1, hyphens and blanks are nothing.
pub(super) fn read(text: &str) -> Result<Vec<u8>, TokenError> {
    let values = values(text)?;
    let (values, last) = values.split_last_chunk::<2>().ok_or(TokenError::NotAToken)?;
    if digits_of(rest_of(values)) != last.map(u32::from) {
        return Err(TokenError::Mistyped);
    }
    let (bytes, left, bits) = regroup(values.iter().copied(), 5, 8);
    // There is one text for the same bytes: what is left over is nothing.
    if 5 <= bits || left != 0 { Err(TokenError::Mistyped) } else { Ok(bytes) }
}

fn values(text: &str) -> Result<Vec<u8>, TokenError> {
    if LONGEST_TOKEN < text.len() {
        return Err(TokenError::TooLong);
    }
    let characters = text.chars().filter(|character| !matches!(character, '-' | ' '));
    let values: Vec<_> = characters.map(value).collect();
    if values.len() < LEAST_CHARACTERS {
        return Err(TokenError::NotAToken);
    }
    // These are of an URL or an AIM identifier, and no slip: a prefix of the shop's that ends too early, for example.
    if text.contains(['/', ':', '?', '#', '=', '&', ']']) {
        return Err(TokenError::NotAToken);
    }
    // One character that no token has is a slip; several are something else.
    match values.iter().filter(|value| value.is_none()).count() {
        0 => Ok(values.into_iter().flatten().collect()),
        1 => Err(TokenError::Mistyped),
        _ => Err(TokenError::NotAToken),
    }
}

fn value(character: char) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == character)?;
    u8::try_from(place).ok()
}

/// The two characters that a rest is written with, as their places in the alphabet.
fn digits_of(rest: u32) -> [u32; 2] {
    [rest >> 5, rest & 31]
}

/// The number that the values are, modulo the prime.
fn rest_of(values: &[u8]) -> u32 {
    values.iter().fold(0, |rest, value| (rest << 5).saturating_add(u32::from(*value)) % PRIME)
}

/// A token in groups of four, to be read out or typed.
///
/// ```
/// assert_eq!(regulars::code::in_groups("R4D1M00017XC"), "R4D1-M000-17XC");
/// ```
pub fn in_groups(token: &str) -> String {
    let mut grouped = String::new();
    for (place, character) in token.chars().enumerate() {
        if place != 0 && place % 4 == 0 {
            grouped.push('-');
        }
        grouped.push(character);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As long as the shortest token, a text may be one that was mistyped; shorter it is none.
    #[test]
    fn what_is_shorter_than_any_token_is_none() {
        let zeros = "0".repeat(LEAST_CHARACTERS);
        assert_eq!(read(&zeros), Err(TokenError::Mistyped));
        assert_eq!(read(&zeros[1..]), Err(TokenError::NotAToken));
    }
}
