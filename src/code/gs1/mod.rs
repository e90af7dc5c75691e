//! GS1 element strings: what a code says in fields, each behind a number that says what it is.

mod ai;
mod value;

use alloc::string::String;
use alloc::vec::Vec;

use rust_decimal::Decimal;
use thiserror::Error;

pub use ai::Ai;
pub use value::{Gs1Date, Gs1Value};

use crate::code::Gtin;

/// What ends a field of variable length: the byte 0x1D.
pub const GS: u8 = 0x1D;

/// The most bytes that element strings may have; the largest Data Matrix holds fewer.
pub const MOST_GS1_BYTES: usize = 4096;

/// The most fields that element strings may have; no code of a shop's has as many.
pub const MOST_GS1_FIELDS: usize = 100;

/// GS1 element strings, in the order in which they were read.
///
/// ```
/// use regulars::code::ElementStrings;
/// use regulars::money::parse_decimal;
///
/// // A packed cheese of 1.250 kg, best before the end of March 2026, of the batch A1.
/// let cheese = ElementStrings::parse(b"01940123456789803103001250152603003922999\x1d10A1")?;
/// assert_eq!(cheese.gtin().map(|gtin| gtin.to_string()).as_deref(), Some("94012345678980"));
/// assert_eq!(cheese.net_weight_kg(), parse_decimal("1.250").ok());
/// assert_eq!(cheese.price(), parse_decimal("9.99").ok());
/// assert_eq!(cheese.text("10"), Some("A1"));
/// # Ok::<(), regulars::code::Gs1Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementStrings(Vec<ElementString>);

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ElementString {
    /// The number that says what it is.
    pub ai: Ai,
    /// What it says, as it was read.
    pub text: String,
    /// The same, as what it is.
    pub value: Gs1Value,
}

/// Why bytes are no element strings. The place is counted in bytes, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Gs1Error {
    /// There is nothing.
    #[error("no element string")]
    Empty,
    /// There are more than [`MOST_GS1_BYTES`], or more than [`MOST_GS1_FIELDS`].
    #[error("more than {MOST_GS1_BYTES} bytes, or {MOST_GS1_FIELDS} fields")]
    TooLong,
    /// No application identifier begins with these two digits, so its length isn't known; or they aren't digits.
    #[error("no application identifier at byte {at}")]
    UnknownAi {
        /// Where it would have to be.
        at: usize,
    },
    /// What follows an application identifier hasn't the length that it must have, or ends with the string.
    #[error("({ai}) at byte {at} hasn't the length that it must have")]
    Length {
        /// The application identifier.
        ai: Ai,
        /// Where its value begins.
        at: usize,
    },
    /// A value has a character that it can't have: a letter among digits, or one outside of GS1's 82 characters.
    #[error("({ai}) at byte {at} has a character that it can't have")]
    Character {
        /// The application identifier.
        ai: Ai,
        /// Where its value begins.
        at: usize,
    },
    /// The same is said twice, and not the same of it: two prices, two weights, also one in pounds beside one in
    /// kilograms, two articles. Or two fields are there that GS1 doesn't let stand together: an article and what a
    /// pack has inside, a price in the shop's currency and one in a currency that is named.
    #[error("({ai}) at byte {at} says something else than one before it")]
    Contradiction {
        /// The application identifier of the second.
        ai: Ai,
        /// Where its value begins.
        at: usize,
    },
    /// A value can't be: a wrong check digit, the 13th month.
    #[error("({ai}) at byte {at} can't be")]
    Value {
        /// The application identifier.
        ai: Ai,
        /// Where its value begins.
        at: usize,
    },
}

impl ElementStrings {
    /// Reads them. A [`GS`] before the first and behind the last is ignored, and one behind a field of fixed
    /// length, too. An application identifier that isn't in the table here, but whose length follows from its
    /// first two digits, has everything up to the next `GS` as text.
    ///
    /// # Errors
    ///
    /// [`Gs1Error`] of the first that isn't right; then nothing of it is given, since a field of a wrong length
    /// makes others of all that follow. Fields that are there twice say the same, however many decimals they are
    /// written with, but for (90) to (99), which each company fills as it likes. Weights in kilograms, pounds and
    /// ounces are the same where they are to the last place that is written.
    pub fn parse(bytes: &[u8]) -> Result<Self, Gs1Error> {
        if MOST_GS1_BYTES < bytes.len() {
            return Err(Gs1Error::TooLong);
        }
        let mut elements = Vec::new();
        let mut rest = bytes;
        loop {
            rest = rest.strip_prefix(&[GS]).unwrap_or(rest);
            if rest.is_empty() {
                break;
            }
            // Each is compared with all before it, which takes a till's time in a code that somebody made to that end.
            if MOST_GS1_FIELDS <= elements.len() {
                return Err(Gs1Error::TooLong);
            }
            let at = bytes.len().saturating_sub(rest.len());
            let (element, behind) = read_element(rest, at)?;
            if elements.iter().any(|other: &ElementString| other.contradicts(&element)) {
                let at = at.saturating_add(element.ai.as_str().len());
                return Err(Gs1Error::Contradiction { ai: element.ai, at });
            }
            elements.push(element);
            rest = behind;
        }
        if elements.is_empty() { Err(Gs1Error::Empty) } else { Ok(Self(elements)) }
    }

    /// All fields, in the order in which they were read.
    pub fn elements(&self) -> &[ElementString] {
        &self.0
    }

    /// The first field with this application identifier, as `"10"` or `"3103"`.
    pub fn get(&self, ai: &str) -> Option<&ElementString> {
        self.0.iter().find(|element| element.ai.as_str() == ai)
    }

    /// What the first field with this application identifier says, as it was read.
    pub fn text(&self, ai: &str) -> Option<&str> {
        self.get(ai).map(|element| element.text.as_str())
    }

    /// The article: (01), or, of a pack that has no number of its own, what is in it, (02).
    pub fn gtin(&self) -> Option<Gtin> {
        let of = |ai| match self.get(ai).map(|element| &element.value) {
            Some(Gs1Value::Gtin(gtin)) => Some(*gtin),
            _ => None,
        };
        of("01").or_else(|| of("02"))
    }

    /// (310n): the net weight in kilograms.
    pub fn net_weight_kg(&self) -> Option<Decimal> {
        self.decimal("310")
    }

    /// (392n) or (393n): the price of a variable measure; else (390n) or (391n), the amount payable.
    pub fn price(&self) -> Option<Decimal> {
        ["392", "393", "390", "391"].into_iter().find_map(|family| self.decimal(family))
    }

    /// (30) or (37): how many pieces.
    pub fn count(&self) -> Option<u32> {
        self.0.iter().find_map(|element| match element.value {
            Gs1Value::Count(count) => Some(count),
            _ => None,
        })
    }

    /// The first decimal whose application identifier begins with three digits, the fourth being its decimals.
    fn decimal(&self, family: &str) -> Option<Decimal> {
        let of_family = |element: &&ElementString| element.ai.as_str().starts_with(family);
        match &self.0.iter().find(of_family)?.value {
            Gs1Value::Decimal(value) | Gs1Value::Price { amount: value, .. } => Some(*value),
            _ => None,
        }
    }
}

impl ElementString {
    /// Whether both say of the same thing something else, or can't stand together.
    fn contradicts(&self, other: &Self) -> bool {
        let families = (self.ai.family(), other.ai.family());
        if families.0 != families.1 {
            let excludes = |pair: &(&str, &str)| *pair == families || (pair.1, pair.0) == families;
            return APART.iter().any(excludes) || self.weighs_other(other);
        }
        !self.ai.as_str().starts_with('9')
            && match (&self.value, &other.value) {
                (Gs1Value::Decimal(one), Gs1Value::Decimal(other)) => one != other,
                (Gs1Value::Price { .. }, Gs1Value::Price { .. }) => self.value != other.value,
                _ => self.text != other.text,
            }
    }

    /// Whether both are the weight of the same, in two units, and more than what either was rounded or cut by lies
    /// between them.
    fn weighs_other(&self, other: &Self) -> bool {
        let differ = |one: Mass, other: Mass| {
            let apart = one.picograms.checked_sub(other.picograms)?.checked_abs()?;
            Some(one.is_gross == other.is_gross && one.last_place.checked_add(other.last_place)? < apart)
        };
        let both = self.mass().zip(other.mass());
        both.and_then(|(one, other)| differ(one, other)).unwrap_or(false)
    }

    /// What it says that the goods weigh; `None` of what is no weight.
    fn mass(&self) -> Option<Mass> {
        let (_, unit, is_gross) = MASSES.iter().find(|(family, ..)| *family == self.ai.family())?;
        let Gs1Value::Decimal(value) = self.value else { return None };
        let decimals = 10_i128.checked_pow(MOST_DECIMALS.checked_sub(value.scale())?)?;
        let last_place = unit.checked_mul(decimals)?;
        Some(Mass { picograms: value.mantissa().checked_mul(last_place)?, last_place, is_gross: *is_gross })
    }
}

/// What isn't said together (GS1 General Specifications, "Invalid pairs of element strings"): the one makes a lie of
/// the other.
const APART: [(&str, &str); 3] = [("01", "02"), ("390", "391"), ("392", "393")];

/// The most decimals that the last digit of an application identifier can say.
const MOST_DECIMALS: u32 = 9;

/// Weights, by three digits of their application identifiers: what a unit has in picograms, which is a whole number of
/// kilograms, pounds, troy ounces and ounces alike; and whether it is that of the whole load.
const MASSES: [(&str, i128, bool); 6] = [
    ("310", 1_000_000_000_000_000, false),
    ("320", 453_592_370_000_000, false),
    ("356", 31_103_476_800_000, false),
    ("357", 28_349_523_125_000, false),
    ("330", 1_000_000_000_000_000, true),
    ("340", 453_592_370_000_000, true),
];

/// A weight, and what the last place that is written is worth; both times 10⁹, so that they are whole numbers.
#[derive(Debug, Clone, Copy)]
struct Mass {
    picograms: i128,
    last_place: i128,
    is_gross: bool,
}

/// The first field of what is left, and what is left behind it.
fn read_element(rest: &[u8], at: usize) -> Result<(ElementString, &[u8]), Gs1Error> {
    let ai = Ai::at(rest).ok_or(Gs1Error::UnknownAi { at })?;
    let digits = ai.as_str().len();
    let (behind_ai, at) = (rest.get(digits..).unwrap_or_default(), at.saturating_add(digits));
    let until_gs = behind_ai.iter().position(|byte| *byte == GS).unwrap_or(behind_ai.len());
    // A field whose length is known beforehand ends there, and needs no GS.
    let length = ai.predefined_length().unwrap_or(until_gs);
    if until_gs < length {
        return Err(Gs1Error::Length { ai, at });
    }
    let (value, behind) = behind_ai.split_at_checked(length).ok_or(Gs1Error::Length { ai, at })?;
    let (text, value) = value::read(ai, value, at)?;
    Ok((ElementString { ai, text, value }, behind))
}

#[cfg(test)]
mod tests;
