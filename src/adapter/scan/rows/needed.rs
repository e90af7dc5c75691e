//! How many lines have to agree on a code, by what its symbology proves.

use crate::code::{Symbology, has_check_digit_gs1};

/// What it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapter::scan) struct Needed {
    /// How much weight its lines have, before it is read at all: two for each that was clear, else one.
    pub weight: i32,
    /// How many lines there are, before it is sound: a picture alone says it.
    pub lines: u32,
}

/// What a code needs. Short codes, and those without a check of their own, are seen where there are none.
pub(in crate::adapter::scan) fn needed(symbology: Symbology, bytes: &[u8]) -> Needed {
    let length = bytes.len();
    let (weight, lines) = match symbology {
        Symbology::Ean13 | Symbology::UpcA => (3, 2),
        Symbology::Ean8 => (5, 3),
        Symbology::UpcE => (7, 3),
        Symbology::Code128 if 4 <= length => (3, 2),
        Symbology::Code128 => (5, 2),
        Symbology::Code39 if 4 <= length => (3, 2),
        Symbology::Code39 => (7, 4),
        Symbology::Itf if length == 14 && has_check_digit_gs1(bytes) => (4, 2),
        Symbology::Itf if 14 <= length => (6, 2),
        Symbology::Itf if 10 <= length => (6, 3),
        Symbology::Itf => (8, 3),
        _ => (8, 2),
    };
    Needed { weight, lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_codes_need_more_lines() {
        let less = |(symbology, bytes): (_, &[u8]), (other, more): (_, &[u8])| {
            let (few, many) = (needed(symbology, bytes), needed(other, more));
            few.weight < many.weight && few.lines < many.lines
        };
        assert!(less((Symbology::Ean13, b"4006381333931"), (Symbology::Ean8, b"96385074")));
        assert!(less((Symbology::Code39, b"CARD-017"), (Symbology::Code39, b"C17")));
        assert!(less((Symbology::Itf, b"14006381333938"), (Symbology::Itf, b"123456")));
    }
}
