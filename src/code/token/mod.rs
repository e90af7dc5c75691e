//! Codes that can't be guessed or forged: what a receipt, a punch card or a sign at the door has on it.

mod bits;
mod key;
mod pack;
mod text;

use alloc::vec::Vec;

use thiserror::Error;

pub use key::{CheckingKey, KeyId, KeyIdTakenError, KeyRing, PublicKeyError, TokenKey};
pub use text::{LONGEST_TOKEN, in_groups};

use crate::ident::{Code, SaleId};
use crate::time::Date;
use pack::Packing;

/// What a token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenFor {
    /// A sale's receipt: who has it may claim the sale (R9), or bring goods back. Its tokens begin with `R`.
    Receipt(SaleId),
    /// A punch card. Its tokens begin with `P`.
    PunchCard(Code),
    /// Joining: a sign at the door, a letter. What it names is the shop's to say. Its tokens begin with `E`.
    Enrolment(Code),
}

/// The kinds of tokens: a key is held for some of them ([`KeyRing::hold`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// [`TokenFor::Receipt`].
    Receipt,
    /// [`TokenFor::PunchCard`].
    PunchCard,
    /// [`TokenFor::Enrolment`].
    Enrolment,
}

impl TokenKind {
    /// All of them: for a key that is the only one, as in a shop of one till.
    pub const ALL: &'static [Self] = &[Self::Receipt, Self::PunchCard, Self::Enrolment];

    /// Its name in a sentence.
    const fn name(self) -> &'static str {
        match self {
            Self::Receipt => "a receipt",
            Self::PunchCard => "a punch card",
            Self::Enrolment => "joining",
        }
    }
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenContent {
    /// What it stands for.
    pub stands_for: TokenFor,
    /// The last day on which it is taken; `None` for as long as its key holds.
    pub last_day: Option<Date>,
}

/// A token that was checked: only [`KeyRing::check`] gives one.
///
/// ```
/// use regulars::code::{KeyId, KeyRing, TokenContent, TokenError, TokenFor, TokenKey, TokenKind};
/// use regulars::ident::SaleId;
/// use regulars::time::Date;
///
/// // The office makes keys; the 32 bytes come from a good random source.
/// # let secret = [7; 32];
/// let key = TokenKey::signing(KeyId(1), &secret);
/// let day = Date::from_civil(2026, 11, 26).expect("a date");
/// let stands_for = TokenFor::Receipt(SaleId::new("2026-000017")?);
/// let printed = key.make(&TokenContent { stands_for, last_day: Some(day.plus_days(14)) })?;
///
/// // A till checks, and can't make.
/// let mut keys = KeyRing::default();
/// keys.hold(key.checking_key(), &[TokenKind::Receipt], ..)?;
/// assert_eq!(keys.check(&printed, day)?.sale()?.as_str(), "2026-000017");
///
/// let late = keys.check(&printed, day.plus_days(15));
/// assert_eq!(late, Err(TokenError::Expired { last_day: day.plus_days(14) }));
/// let slip = printed.replacen('R', "P", 1);
/// assert_eq!(keys.check(&slip, day), Err(TokenError::Mistyped));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    content: TokenContent,
    key: KeyId,
    checked_on: Date,
}

/// Why a text is no token that is taken: what a check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It has more bytes than [`LONGEST_TOKEN`].
    #[error("too long for a token")]
    TooLong,
    /// It is something else: too short, or with characters that no token has.
    #[error("not a token")]
    NotAToken,
    /// It was typed or read wrongly: its last two characters don't fit to the others.
    #[error("mistyped: its last two characters don't fit to the others")]
    Mistyped,
    /// It names a key that isn't held.
    #[error("made by key {}, which isn't held", .key.0)]
    UnknownKey {
        /// Which one it names.
        key: KeyId,
    },
    /// It wasn't made by the key that it names, or was changed since.
    #[error("forged")]
    Forged,
    /// Its key made it, and isn't held for tokens of this kind.
    #[error("made by key {}, which isn't held for {}", .key.0, .kind.name())]
    NotOfThisKey {
        /// Which key.
        key: KeyId,
        /// Its kind.
        kind: TokenKind,
    },
    /// Its key isn't in use yet, or not any more.
    #[error("made by key {}, which isn't in use on this day", .key.0)]
    KeyOutOfUse {
        /// Which key.
        key: KeyId,
    },
    /// Its last day is over.
    #[error("its last day was {last_day}")]
    Expired {
        /// The last day.
        last_day: Date,
    },
}

/// A token that is good stands for something else than what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it stands for {}, not for {}", .found.name(), .wanted.name())]
pub struct TokenKindError {
    /// What it stands for.
    pub found: TokenKind,
    /// What was asked for.
    pub wanted: TokenKind,
}

/// A last day that no token can have: they are from [`TokenContent::EARLIEST_LAST_DAY`] to
/// [`TokenContent::LATEST_LAST_DAY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "a token's last day is from {} to {}, not {last_day}",
    TokenContent::EARLIEST_LAST_DAY,
    TokenContent::LATEST_LAST_DAY
)]
pub struct LastDayError {
    /// The day.
    pub last_day: Date,
}

impl Token {
    /// What it says.
    pub const fn content(&self) -> &TokenContent {
        &self.content
    }

    /// Which key made it.
    pub const fn key(&self) -> KeyId {
        self.key
    }

    /// The day on which it held when it was checked: a document that is made by it isn't dated before that.
    pub const fn checked_on(&self) -> Date {
        self.checked_on
    }

    /// The sale whose receipt it is.
    ///
    /// # Errors
    ///
    /// [`TokenKindError`] if it is no receipt's.
    pub fn sale(&self) -> Result<&SaleId, TokenKindError> {
        match &self.content.stands_for {
            TokenFor::Receipt(sale) => Ok(sale),
            other => Err(TokenKindError { found: other.kind(), wanted: TokenKind::Receipt }),
        }
    }

    /// The code of the punch card whose it is.
    ///
    /// # Errors
    ///
    /// [`TokenKindError`] if it is no punch card's.
    pub fn punch_card(&self) -> Result<&Code, TokenKindError> {
        match &self.content.stands_for {
            TokenFor::PunchCard(code) => Ok(code),
            other => Err(TokenKindError { found: other.kind(), wanted: TokenKind::PunchCard }),
        }
    }
}

/// 2000-01-01, from which last days are counted.
const DAY_ZERO: i32 = 10_957;

impl TokenFor {
    /// The kind of its tokens.
    pub const fn kind(&self) -> TokenKind {
        match self {
            Self::Receipt(_) => TokenKind::Receipt,
            Self::PunchCard(_) => TokenKind::PunchCard,
            Self::Enrolment(_) => TokenKind::Enrolment,
        }
    }

    fn names(&self) -> &str {
        match self {
            Self::Receipt(sale) => sale.as_str(),
            Self::PunchCard(code) | Self::Enrolment(code) => code.as_str(),
        }
    }

    /// The place in the alphabet of the letter with which its tokens begin: `R`, `P`, `E`.
    const fn letter(&self) -> u8 {
        match self {
            Self::Receipt(_) => 24,
            Self::PunchCard(_) => 22,
            Self::Enrolment(_) => 14,
        }
    }

    fn lettered(letter: u8, name: &str) -> Option<Self> {
        match letter {
            24 => SaleId::new(name).ok().map(Self::Receipt),
            22 => Code::new(name).ok().map(Self::PunchCard),
            14 => Code::new(name).ok().map(Self::Enrolment),
            _ => None,
        }
    }
}

/// The first byte: five bits that become the first letter, one for whether there is a last day, two for how the name
/// is packed. Then the key's number, the last day and the name; and what the key makes of all this.
impl TokenContent {
    /// The first last day that a token can have: 2000-01-02.
    pub const EARLIEST_LAST_DAY: Date = Date::from_days_unchecked(DAY_ZERO + 1);
    /// The last one: 2179-06-06.
    pub const LATEST_LAST_DAY: Date = Date::from_days_unchecked(DAY_ZERO + u16::MAX as i32);

    fn write(&self, key: KeyId) -> Result<Vec<u8>, LastDayError> {
        let last_day = self.last_day.map(|last_day| {
            let days = last_day.days().checked_sub(DAY_ZERO).and_then(|days| u16::try_from(days).ok());
            days.filter(|days| *days != 0).ok_or(LastDayError { last_day })
        });
        let last_day = last_day.transpose()?;
        let (packing, name) = Packing::shortest(self.stands_for.names());
        let first = self.stands_for.letter() << 3 | u8::from(last_day.is_some()) << 2 | packing.number();
        let mut bytes = Vec::from([first]);
        bytes.extend(key.0.to_be_bytes());
        bytes.extend(last_day.map(u16::to_be_bytes).into_iter().flatten());
        bytes.extend(name);
        Ok(bytes)
    }

    /// The key that a token names.
    fn key_of(bytes: &[u8]) -> Option<KeyId> {
        match bytes {
            [_, high, low, _, ..] => Some(KeyId(u16::from_be_bytes([*high, *low]))),
            _ => None,
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let [first, _, _, rest @ ..] = bytes else { return None };
        let (last_day, name) = match (first & 4, rest) {
            (0, name) => (None, name),
            (_, [high, low, name @ ..]) => {
                let days = DAY_ZERO.checked_add(i32::from(u16::from_be_bytes([*high, *low])))?;
                (Some(Date::from_days(days)?), name)
            }
            _ => return None,
        };
        let name = Packing::numbered(first & 3)?.unpack(name)?;
        Some(Self { stands_for: TokenFor::lettered(first >> 3, &name)?, last_day })
    }
}

#[cfg(test)]
mod tests;
