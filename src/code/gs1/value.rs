//! What the field behind an application identifier says.

use alloc::borrow::ToOwned;
use alloc::string::String;

use rust_decimal::Decimal;

use super::ai::Is;
use super::{Ai, Gs1Error};
use crate::code::{Gtin, has_check_digit_gs1};
use crate::time::Date;

/// What a field says, as what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gs1Value {
    /// Text, or digits that are no amount: batch, serial number, postal code.
    Text,
    /// The number of an article.
    Gtin(Gtin),
    /// A day, or a month.
    Date(Gs1Date),
    /// How many pieces.
    Count(u32),
    /// A weight, a length or the like, in the unit that the application identifier says.
    Decimal(Decimal),
    /// Money.
    Price {
        /// The three digits of the currency (ISO 4217); `None` for that of the shop.
        currency: Option<u16>,
        /// How much.
        amount: Decimal,
    },
    /// A country and something of it, such as a postal code.
    Country {
        /// The three digits of the country (ISO 3166).
        country: u16,
    },
}

/// A date as codes have it: two digits of the year, and no day where the whole month is meant.
///
/// ```
/// use regulars::code::{ElementStrings, Gs1Value};
/// use regulars::time::Date;
///
/// let read = ElementStrings::parse(b"17280200")?;
/// let Gs1Value::Date(date) = read.elements()[0].value else { panic!("(17) is a date") };
/// let today = Date::from_civil(2026, 11, 26).expect("a date");
/// assert_eq!(date.on(today).to_string(), "2028-02-29");
/// # Ok::<(), regulars::code::Gs1Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Gs1Date {
    year: u8,
    month: u8,
    day: Option<u8>,
}

impl Gs1Date {
    /// The last two digits of the year.
    pub const fn year(self) -> u8 {
        self.year
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31; `None` where the month is meant.
    pub const fn day(self) -> Option<u8> {
        self.day
    }

    /// The day, seen from today: its year is at most 49 years before, or 50 after. Without a day, and where the
    /// month hasn't so many, it is the last of the month.
    pub fn on(self, today: Date) -> Date {
        let (this_year, ..) = today.civil();
        let two_digits = this_year.rem_euclid(100);
        let gap = i16::from(self.year).saturating_sub(two_digits);
        let century = match gap {
            51.. => -100,
            ..=-50 => 100,
            _ => 0_i16,
        };
        let year = this_year.saturating_add(gap).saturating_add(century);
        Date::clamped(year.clamp(0, 9999), self.month, self.day.unwrap_or(31))
    }
}

/// What a field says, as text and as what it is. A day that its month can't have in any year is none.
pub(super) fn read(ai: Ai, bytes: &[u8], at: usize) -> Result<(String, Gs1Value), Gs1Error> {
    let characters = || Gs1Error::Character { ai, at };
    let Some((is, least, most)) = ai.form() else {
        let text = text(bytes).ok_or_else(characters)?;
        return Ok((text.to_owned(), Gs1Value::Text));
    };
    if !(least..=most).contains(&bytes.len()) {
        return Err(Gs1Error::Length { ai, at });
    }
    let text = text(bytes).ok_or_else(characters)?;
    let of_digits = match is {
        Is::Text => true,
        Is::CountryAndText => bytes.iter().take(3).all(u8::is_ascii_digit),
        _ => bytes.iter().all(u8::is_ascii_digit),
    };
    if !of_digits {
        return Err(characters());
    }
    let value = typed(ai, is, text).ok_or(Gs1Error::Value { ai, at })?;
    Ok((text.to_owned(), value))
}

fn typed(ai: Ai, is: Is, text: &str) -> Option<Gs1Value> {
    let decimal = |digits: &str| {
        let whole = digits.parse::<i64>().ok()?;
        Decimal::try_from_i128_with_scale(i128::from(whole), ai.decimals()).ok()
    };
    let three = |text: &str| text.get(..3)?.parse::<u16>().ok();
    Some(match is {
        Is::Text | Is::Digits => Gs1Value::Text,
        Is::Checked if has_check_digit_gs1(text.as_bytes()) => Gs1Value::Text,
        Is::Checked => return None,
        Is::Gtin => Gs1Value::Gtin(Gtin::from_digits(text.as_bytes()).ok()?),
        Is::Date => Gs1Value::Date(date(text)?),
        Is::Count => Gs1Value::Count(text.parse().ok()?),
        Is::Measure => Gs1Value::Decimal(decimal(text)?),
        Is::Amount => Gs1Value::Price { currency: None, amount: decimal(text)? },
        Is::AmountInCurrency => {
            Gs1Value::Price { currency: Some(three(text)?), amount: decimal(text.get(3..)?)? }
        }
        Is::CountryAndText => Gs1Value::Country { country: three(text)? },
    })
}

fn date(text: &str) -> Option<Gs1Date> {
    let two = |from: usize| text.get(from..from.checked_add(2)?)?.parse::<u8>().ok();
    let (year, month, day) = (two(0)?, two(2)?, two(4)?);
    // 2000 was a leap year.
    Date::from_civil(2000, month, day.max(1))?;
    Some(Gs1Date { year, month, day: Some(day).filter(|day| *day != 0) })
}

/// The text, if it has nothing but GS1's 82 characters.
fn text(bytes: &[u8]) -> Option<&str> {
    let is_of_set = |byte: &u8| byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_".contains(byte);
    if bytes.iter().all(is_of_set) { core::str::from_utf8(bytes).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_two_zeros_means_a_month() {
        let parts = |text| date(text).map(|date| (date.year(), date.month(), date.day()));
        assert_eq!(parts("261231"), Some((26, 12, Some(31))));
        assert_eq!(parts("260200"), Some((26, 2, None)));
        assert_eq!(parts("261300"), None);
    }

    #[test]
    fn a_postal_code_behind_its_country_may_have_letters_and_the_country_may_not() {
        let read = |text: &str| read(Ai::at(b"421").unwrap(), text.as_bytes(), 0).map(|(_, value)| value);
        assert_eq!(read("826SW1A1AA"), Ok(Gs1Value::Country { country: 826 }));
        assert!(matches!(read("GB SW1A1AA"), Err(Gs1Error::Character { at: 0, .. })));
    }
}
