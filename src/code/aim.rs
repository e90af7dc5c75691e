//! What a scanner says of the symbology that it read.

use core::fmt;

use crate::code::Symbology;

/// What a scanner may put before what it read, so that one knows which symbology it was (ISO/IEC 15424): `]`,
/// the code's character, and a modifier.
///
/// ```
/// use regulars::code::{AimIdentifier, Symbology};
///
/// let (aim, article) = AimIdentifier::split(b"]E04006381333931").expect("it has one");
/// assert_eq!(aim.symbology(), Some(Symbology::Ean13));
/// assert_eq!(article, b"4006381333931");
/// assert!(AimIdentifier::split(b"4006381333931").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AimIdentifier {
    code: u8,
    modifier: u8,
}

impl AimIdentifier {
    /// EAN-13, UPC-A and UPC-E, all with 13 digits.
    pub const EAN_13: Self = Self { code: b'E', modifier: b'0' };
    /// EAN-13 or UPC with the two or five digits of an add-on behind it.
    pub const EAN_13_WITH_ADD_ON: Self = Self { code: b'E', modifier: b'3' };
    /// EAN-8.
    pub const EAN_8: Self = Self { code: b'E', modifier: b'4' };
    /// Code 128 with GS1 element strings.
    pub const GS1_128: Self = Self { code: b'C', modifier: b'1' };
    /// Data Matrix with GS1 element strings.
    pub const GS1_DATA_MATRIX: Self = Self { code: b'd', modifier: b'2' };
    /// QR with GS1 element strings.
    pub const GS1_QR: Self = Self { code: b'Q', modifier: b'3' };
    /// GS1 DataBar, which has nothing but GS1 element strings.
    pub const GS1_DATA_BAR: Self = Self { code: b'e', modifier: b'0' };

    /// An identifier by the code's character, a letter, and the modifier, a digit or a capital. `None` of others.
    pub const fn new(code: u8, modifier: u8) -> Option<Self> {
        let is_modifier = modifier.is_ascii_digit() || modifier.is_ascii_uppercase();
        if code.is_ascii_alphabetic() && is_modifier { Some(Self { code, modifier }) } else { None }
    }

    /// That of a code without anything special: no GS1 data, no other character set, no check character that
    /// was looked at. UPC-A and UPC-E have that of EAN-13, and are to be written with 13 digits behind it.
    pub const fn of(symbology: Symbology) -> Self {
        let (code, modifier) = match symbology {
            Symbology::Qr => (b'Q', b'1'),
            Symbology::Ean13 | Symbology::UpcA | Symbology::UpcE => return Self::EAN_13,
            Symbology::Ean8 => return Self::EAN_8,
            Symbology::Code128 => (b'C', b'0'),
            Symbology::Code39 => (b'A', b'0'),
            Symbology::Itf => (b'I', b'0'),
            Symbology::Codabar => (b'F', b'0'),
            Symbology::Code93 => (b'G', b'0'),
            Symbology::DataBar => return Self::GS1_DATA_BAR,
            Symbology::DataMatrix => (b'd', b'1'),
        };
        Self { code, modifier }
    }

    /// The same of a code with GS1 element strings; `None` of symbologies that can't have them.
    pub const fn of_gs1(symbology: Symbology) -> Option<Self> {
        match symbology {
            Symbology::Code128 => Some(Self::GS1_128),
            Symbology::DataMatrix => Some(Self::GS1_DATA_MATRIX),
            Symbology::Qr => Some(Self::GS1_QR),
            Symbology::DataBar => Some(Self::GS1_DATA_BAR),
            _ => None,
        }
    }

    /// What bytes begin with, and what follows; `None` if they don't begin with one.
    pub fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        match bytes {
            [b']', code, modifier, rest @ ..] => Self::new(*code, *modifier).map(|aim| (aim, rest)),
            _ => None,
        }
    }

    /// The symbology: `None` if it is none of those that are known here, or an add-on alone (`]E1`, `]E2`).
    /// Behind `]E0` and `]E3` it is EAN-13, whatever was printed.
    pub const fn symbology(self) -> Option<Symbology> {
        match (self.code, self.modifier) {
            (b'E', b'0' | b'3') => Some(Symbology::Ean13),
            (b'E', b'4') => Some(Symbology::Ean8),
            (b'A', _) => Some(Symbology::Code39),
            (b'C', _) => Some(Symbology::Code128),
            (b'F', _) => Some(Symbology::Codabar),
            (b'G', _) => Some(Symbology::Code93),
            (b'I', _) => Some(Symbology::Itf),
            (b'Q', _) => Some(Symbology::Qr),
            (b'd', _) => Some(Symbology::DataMatrix),
            (b'e', _) => Some(Symbology::DataBar),
            _ => None,
        }
    }

    /// Whether GS1 element strings follow.
    pub const fn is_gs1(self) -> bool {
        matches!(
            (self.code, self.modifier),
            (b'C', b'1') | (b'd', b'2' | b'5') | (b'Q', b'3' | b'4') | (b'e', b'0')
        )
    }

    /// The three bytes as they are sent.
    pub const fn bytes(self) -> [u8; 3] {
        [b']', self.code, self.modifier]
    }
}

impl fmt::Display for AimIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "]{}{}", char::from(self.code), char::from(self.modifier))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of GS1's general specifications.
    #[test]
    fn four_symbologies_have_element_strings() {
        let sent = |symbology| AimIdentifier::of_gs1(symbology).map(AimIdentifier::bytes);
        let expected = [
            (Symbology::Code128, b"]C1"),
            (Symbology::DataBar, b"]e0"),
            (Symbology::DataMatrix, b"]d2"),
            (Symbology::Qr, b"]Q3"),
        ];
        assert_eq!(expected.map(|(symbology, _)| sent(symbology)), expected.map(|(_, bytes)| Some(*bytes)));
        assert_eq!(Symbology::ALL.iter().filter(|symbology| sent(**symbology).is_some()).count(), 4);
    }

    #[test]
    fn what_a_code_sends_is_read_as_its_symbology() {
        for symbology in Symbology::ALL.iter().copied() {
            let sent = AimIdentifier::of(symbology).bytes();
            let (read, rest) = AimIdentifier::split(&sent).expect("an identifier");
            assert!(rest.is_empty());
            let read = read.symbology();
            match symbology {
                Symbology::UpcA | Symbology::UpcE => assert_eq!(read, Some(Symbology::Ean13)),
                other => assert_eq!(read, Some(other)),
            }
            if let Some(gs1) = AimIdentifier::of_gs1(symbology) {
                assert!(gs1.is_gs1() && gs1.symbology() == Some(symbology));
            }
        }
    }

    #[test]
    fn the_table_of_identifiers() {
        let table = [
            ("]E0", Some(Symbology::Ean13), false),
            ("]E1", None, false),
            ("]E3", Some(Symbology::Ean13), false),
            ("]E4", Some(Symbology::Ean8), false),
            ("]A0", Some(Symbology::Code39), false),
            ("]C0", Some(Symbology::Code128), false),
            ("]C1", Some(Symbology::Code128), true),
            ("]I1", Some(Symbology::Itf), false),
            ("]F0", Some(Symbology::Codabar), false),
            ("]G0", Some(Symbology::Code93), false),
            ("]e0", Some(Symbology::DataBar), true),
            ("]d1", Some(Symbology::DataMatrix), false),
            ("]d2", Some(Symbology::DataMatrix), true),
            ("]Q1", Some(Symbology::Qr), false),
            ("]Q3", Some(Symbology::Qr), true),
            ("]z0", None, false),
        ];
        for (text, symbology, is_gs1) in table {
            let (aim, _) = AimIdentifier::split(text.as_bytes()).expect(text);
            assert_eq!((aim.symbology(), aim.is_gs1()), (symbology, is_gs1), "{text}");
        }
        for text in ["]", "]E", "E04", "]04", "]E-", "]Ea"] {
            assert!(AimIdentifier::split(text.as_bytes()).is_none(), "{text}");
        }
    }
}
