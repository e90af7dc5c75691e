//! Numbers that a shop gives itself: what its scale prints, and its cards.

use alloc::string::String;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::code::gtin::ean_13;
use crate::code::{Gtin, Measure, PrefixUse, Weighed, WeighedItem};

/// What stands at one of the twelve places before the check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// This digit.
    Literal(u8),
    /// Any digit, which says nothing.
    Any,
    /// The article, as the shop numbers it.
    Item,
    /// The weight.
    Weight,
    /// The price.
    Price,
    /// The check digit of weight or price.
    MeasureCheck,
    /// The number of a card.
    Serial,
}

/// The places of a number of the shop's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Places([Place; 12]);

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PatternError {
    /// It hasn't 12 or 13 places.
    #[error("{found} places: an in-store number has 12 or 13, the check digit with them")]
    Length {
        /// How many places there are.
        found: usize,
    },
    /// A letter that stands for nothing here.
    #[error("`{found}` stands for nothing in this pattern")]
    Letter {
        /// The letter.
        found: char,
    },
    /// The last place isn't `C`, or another one is.
    #[error("the check digit, `C`, is the last place and no other")]
    CheckDigit,
    /// It isn't known to begin with 02, 04 or 2, so it could be the number of somebody's article.
    #[error("a number that a shop gives itself begins with 02, 04 or 2")]
    NotInStore,
    /// The places of one kind aren't side by side.
    #[error("the places of `{letter}` aren't side by side")]
    Scattered {
        /// The letter of that kind.
        letter: char,
    },
    /// What it is for is missing: the article and a weight or a price (not both), or the number of a card.
    #[error("the pattern hasn't what it is for: `I` with `W` or `P`, or `N`")]
    Missing,
    /// `V` is there, but no weight or price of four or five digits that it could check.
    #[error("`V` checks a weight or a price of four or five digits")]
    MeasureCheck,
    /// A `.` that isn't between the digits of weight or price, or a second one.
    #[error("a `.` stands between two digits of weight or price, once")]
    Point,
}

/// How a shop's scale writes articles with a weight or a price.
///
/// 13 places (or the 12 of UPC-A): digits stand for themselves, `I` for the article, `W` for a weight or `P` for a
/// price, with a `.` where their decimals begin, `V` for the check digit of weight or price, `X` for any digit
/// that says nothing, and `C`, at the end, for the check digit.
///
/// ```
/// use regulars::code::{InStorePattern, Measure, WeighedItem};
/// use regulars::money::parse_decimal;
///
/// let scale: InStorePattern = "21IIIIIWW.WWWC".parse()?;
/// let cheese = scale.read(b"2100042012509").expect("the scale's");
/// assert_eq!(cheese.item, WeighedItem::Plu("00042".into()));
/// assert_eq!(cheese.measure, Measure::Weight(parse_decimal("1.250")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InStorePattern {
    places: Places,
    decimals: u32,
}

/// The numbers of a shop's own cards: EAN-13 from among those that a shop gives itself.
///
/// The pattern is that of [`InStorePattern`], with `N` for the number of the card. That no scale of the shop prints
/// such a number sees [`Resolver::add_cards`](crate::code::Resolver::add_cards) to.
///
/// ```
/// use regulars::code::CardPattern;
///
/// let cards: CardPattern = "29NNNNNNNNNNC".parse()?;
/// let card = cards.number(17).expect("there is room");
/// assert_eq!(card.to_string(), "02900000000179");
/// assert_eq!(cards.serial(&card), Some(17));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardPattern(Places);

/// Some numbers would be a scale's and a card's: the one pattern isn't added to a
/// [`Resolver`](crate::code::Resolver) that has the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "a scale and cards share numbers: pattern {place} of those that are there, counted from 0, has some of these"
)]
pub struct SharedNumbersError {
    /// Which pattern: of the [cards](crate::code::Resolver::cards) where a scale is added, of the
    /// [scales](crate::code::Resolver::scales) where cards are; counted from 0.
    pub place: usize,
}

impl core::str::FromStr for InStorePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (places, decimals) = Places::parse(text, "XIWPV")?;
        let count = |place| places.count(place);
        let measure = match (count(Place::Weight), count(Place::Price)) {
            (0, digits) | (digits, 0) => digits,
            _ => return Err(PatternError::Missing),
        };
        if count(Place::Item) == 0 || measure == 0 {
            return Err(PatternError::Missing);
        }
        match count(Place::MeasureCheck) {
            0 => {}
            1 if matches!(measure, 4 | 5) => {}
            _ => return Err(PatternError::MeasureCheck),
        }
        Ok(Self { places, decimals: decimals.unwrap_or(0) })
    }
}

impl InStorePattern {
    /// The article and what the scale said, of 13 digits or the 12 of UPC-A; `None` if they aren't of this
    /// pattern, or a check digit is wrong.
    pub fn read(&self, digits: &[u8]) -> Option<Weighed> {
        let gtin = Gtin::from_digits(digits).ok().filter(|_| matches!(digits.len(), 12 | 13))?;
        self.read_gtin(&gtin)
    }

    /// The same of a number in its one form.
    pub fn read_gtin(&self, gtin: &Gtin) -> Option<Weighed> {
        let digits = self.places.of_ean_13(gtin)?;
        let at = |place| self.places.digits_at(digits, place);
        let (weight, price) = (at(Place::Weight), at(Place::Price));
        let measure = if weight.is_empty() { &price } else { &weight };
        if let [check] = at(Place::MeasureCheck).as_bytes()
            && check_digit_measure(measure.as_bytes()) != Some(*check)
        {
            return None;
        }
        let whole = measure.parse::<i64>().ok()?;
        let value = Decimal::try_from_i128_with_scale(i128::from(whole), self.decimals).ok()?;
        let measure = if weight.is_empty() { Measure::Price(value) } else { Measure::Weight(value) };
        Some(Weighed { item: WeighedItem::Plu(at(Place::Item)), measure, gs1: None })
    }

    /// Whether a number has the fixed digits of this pattern, even if a check digit of weight or price is wrong.
    pub fn covers(&self, gtin: &Gtin) -> bool {
        self.places.of_ean_13(gtin).is_some()
    }
}

impl core::str::FromStr for CardPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (places, _) = Places::parse(text, "N")?;
        if places.count(Place::Serial) == 0 { Err(PatternError::Missing) } else { Ok(Self(places)) }
    }
}

impl CardPattern {
    /// Whether some number is a card's of this pattern, and one that a scale prints.
    pub(super) fn overlaps(&self, scale: &InStorePattern) -> bool {
        self.0.shares_numbers(&scale.places)
    }

    /// The number of the card numbered `serial`, with its check digit; `None` where the pattern has fewer places.
    pub fn number(&self, serial: u64) -> Option<Gtin> {
        let mut left = serial;
        let mut digits = [b'0'; 12];
        for (digit, place) in digits.iter_mut().zip(self.0.0).rev() {
            *digit = match place {
                Place::Literal(literal) => literal,
                _ => {
                    let last = u8::try_from(left % 10).ok()?;
                    left /= 10;
                    last.checked_add(b'0')?
                }
            };
        }
        if left != 0 {
            return None;
        }
        Gtin::from_digits(&ean_13(&digits)?).ok()
    }

    /// How many cards there can be: numbers from 0 to one less.
    pub fn room(&self) -> u64 {
        let places = u32::try_from(self.0.count(Place::Serial)).unwrap_or_default();
        10_u64.checked_pow(places).unwrap_or(u64::MAX)
    }

    /// Which card it is; `None` if it is none of this pattern.
    pub fn serial(&self, number: &Gtin) -> Option<u64> {
        let digits = self.0.of_ean_13(number)?;
        self.0.digits_at(digits, Place::Serial).parse().ok()
    }
}

impl Places {
    /// The places of a text, with these letters beside digits and `C`, and with the decimals if there is a point.
    fn parse(text: &str, letters: &str) -> Result<(Self, Option<u32>), PatternError> {
        let (mut all, mut after_point) = ([Place::Literal(b'0'); 13], None);
        let found = text.chars().filter(|letter| *letter != '.').count();
        // UPC-A is EAN-13 that begins with 0.
        let skipped = match found {
            13 => 0,
            12 => 1,
            _ => return Err(PatternError::Length { found }),
        };
        let mut rest = all.iter_mut().skip(skipped);
        let mut before = None;
        for letter in text.chars() {
            if letter == '.' {
                let is_between = matches!(before, Some('W' | 'P')) && after_point.is_none();
                after_point = Some(is_between.then_some(0_u32).ok_or(PatternError::Point)?);
                continue;
            }
            if after_point == Some(0) && before != Some(letter) {
                return Err(PatternError::Point);
            }
            if let (Some(decimals), 'W' | 'P') = (after_point.as_mut(), letter) {
                *decimals = decimals.saturating_add(1);
            }
            before = Some(letter);
            let Some(place) = rest.next() else { break };
            *place = match letter {
                '0'..='9' => Place::Literal(u8::try_from(letter).unwrap_or(b'0')),
                'C' if rest.len() == 0 => Place::Any,
                'C' => return Err(PatternError::CheckDigit),
                _ if rest.len() == 0 => return Err(PatternError::CheckDigit),
                letter if letters.contains(letter) => match letter {
                    'I' => Place::Item,
                    'W' => Place::Weight,
                    'P' => Place::Price,
                    'V' => Place::MeasureCheck,
                    'N' => Place::Serial,
                    _ => Place::Any,
                },
                found => return Err(PatternError::Letter { found }),
            };
        }
        if before != Some('C') {
            return Err(PatternError::CheckDigit);
        }
        let (_, twelve) = all.split_last().ok_or(PatternError::Length { found })?;
        let places = Self(twelve.try_into().map_err(|_| PatternError::Length { found })?);
        places.check()?;
        Ok((places, after_point))
    }

    fn check(&self) -> Result<(), PatternError> {
        match self.0 {
            [Place::Literal(b'2'), ..] | [Place::Literal(b'0'), Place::Literal(b'2' | b'4'), ..] => {}
            _ => return Err(PatternError::NotInStore),
        }
        let kinds = [(Place::Item, 'I'), (Place::Weight, 'W'), (Place::Price, 'P'), (Place::Serial, 'N')];
        for (kind, letter) in kinds {
            let first = self.0.iter().position(|place| *place == kind);
            let last = self.0.iter().rposition(|place| *place == kind);
            let (Some(first), Some(last)) = (first, last) else { continue };
            if last.saturating_sub(first).saturating_add(1) != self.count(kind) {
                return Err(PatternError::Scattered { letter });
            }
        }
        Ok(())
    }

    fn count(&self, kind: Place) -> usize {
        self.0.iter().filter(|place| **place == kind).count()
    }

    /// The twelve digits before the check digit, if the fixed ones are these.
    fn of_ean_13<'a>(&self, number: &'a Gtin) -> Option<&'a [u8]> {
        // Eight digits have patterns of their own, and a pack isn't from a scale.
        let in_store = number.prefix_use() == PrefixUse::InStore && !number.is_gtin_8();
        let digits = number.as_ean_13().filter(|_| in_store)?.get(..12)?;
        let fits =
            |(place, digit): (&Place, &u8)| !matches!(place, Place::Literal(wanted) if wanted != digit);
        self.0.iter().zip(digits).all(fits).then_some(digits)
    }

    fn digits_at(&self, digits: &[u8], kind: Place) -> String {
        let there = self.0.iter().zip(digits).filter(|(place, _)| **place == kind);
        there.map(|(_, digit)| char::from(*digit)).collect()
    }

    /// Whether some number is of both.
    fn shares_numbers(&self, other: &Self) -> bool {
        let differ =
            |places: (&Place, &Place)| matches!(places, (Place::Literal(a), Place::Literal(b)) if a != b);
        !self.0.iter().zip(&other.0).any(differ)
    }
}

/// The check digit of a weight or a price of four or five digits, as GS1 has it; `None` of others. It is another
/// one than that of the whole number, so that the price is sure even when the scale's printer is bad.
///
/// ```
/// use regulars::code::check_digit_measure;
///
/// assert_eq!(check_digit_measure(b"2875"), Some(b'9'));
/// assert_eq!(check_digit_measure(b"14685"), Some(b'6'));
/// ```
pub fn check_digit_measure(digits: &[u8]) -> Option<u8> {
    // What each digit becomes: doubled less its tens, and five times plus or minus its tens.
    const TWICE_LESS: [u8; 10] = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7];
    const THRICE: [u8; 10] = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7];
    const FIVE_PLUS: [u8; 10] = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9];
    const FIVE_LESS: [u8; 10] = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1];
    let weighed = |by: &[&[u8; 10]]| {
        digits.iter().zip(by).try_fold(0_u8, |sum, (digit, by)| {
            let digit = digit.checked_sub(b'0').map(usize::from)?;
            sum.checked_add(*by.get(digit)?)
        })
    };
    match digits.len() {
        4 => {
            let sum = weighed(&[&TWICE_LESS, &TWICE_LESS, &THRICE, &FIVE_LESS])?;
            (sum.checked_mul(3)? % 10).checked_add(b'0')
        }
        5 => {
            let sum = weighed(&[&FIVE_PLUS, &TWICE_LESS, &FIVE_LESS, &FIVE_PLUS, &TWICE_LESS])?;
            let missing = 10_u8.checked_sub(sum % 10)? % 10;
            let check = FIVE_LESS.iter().position(|weighed| *weighed == missing)?;
            u8::try_from(check).ok()?.checked_add(b'0')
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
