//! Names in few bytes.

use alloc::string::String;
use alloc::vec::Vec;

use super::bits::regroup;

/// How a name is written. Whoever makes a token takes the shortest that can write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// UTF-8, a byte for a character of ASCII.
    Utf8,
    /// Half a byte for a character: digits and five signs.
    Digits,
    /// Six bits for a character: letters, digits and the hyphen.
    Letters,
}

const DIGITS: &[u8] = b"0123456789-./:_";
const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";

impl Packing {
    /// The shortest for a name, and its bytes.
    pub(super) fn shortest(name: &str) -> (Self, Vec<u8>) {
        let packed = |packing: Self| packing.pack(name).map(|bytes| (packing, bytes));
        let shortest = packed(Self::Digits).or_else(|| packed(Self::Letters));
        shortest.unwrap_or_else(|| (Self::Utf8, name.as_bytes().to_vec()))
    }

    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Utf8 => 0,
            Self::Digits => 1,
            Self::Letters => 2,
        }
    }

    pub(super) const fn numbered(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Utf8),
            1 => Some(Self::Digits),
            2 => Some(Self::Letters),
            _ => None,
        }
    }

    /// The characters there are, and how many bits each takes. That with all bits set is none of them: it fills up.
    const fn symbols(self) -> Option<(&'static [u8], u32)> {
        match self {
            Self::Utf8 => None,
            Self::Digits => Some((DIGITS, 4)),
            Self::Letters => Some((LETTERS, 6)),
        }
    }

    fn pack(self, name: &str) -> Option<Vec<u8>> {
        let (symbols, width) = self.symbols()?;
        let place = |character| symbols.iter().position(|symbol| *symbol == character);
        let places: Option<Vec<u8>> = name.bytes().map(|byte| u8::try_from(place(byte)?).ok()).collect();
        let (mut bytes, left, bits) = regroup(places?, width, 8);
        if bits != 0 {
            let missing = 8_u32.saturating_sub(bits);
            let ones = 1_u8.checked_shl(missing)?.saturating_sub(1);
            bytes.push(left.checked_shl(missing)? | ones);
        }
        Some(bytes)
    }

    /// The name of bytes; `None` where they can't have been packed so.
    pub(super) fn unpack(self, bytes: &[u8]) -> Option<String> {
        let Some((symbols, width)) = self.symbols() else {
            return String::from_utf8(bytes.to_vec()).ok();
        };
        let (places, ..) = regroup(bytes.iter().copied(), 8, width);
        let known = places.iter().map_while(|place| symbols.get(usize::from(*place)));
        Some(known.map(|character| char::from(*character)).collect())
    }
}
