//! Phone numbers, e-mail addresses and names in the forms in which they are compared.

use core::fmt;
use core::str::FromStr;
use std::string::{String, ToString};
use std::vec::Vec;

use email_address::EmailAddress;
use phonenumber::Mode;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The country whose phone numbers are written without its code, by the two letters of ISO 3166.
///
/// ```
/// use regulars::adapter::sqlite::Country;
///
/// let country: Country = "GB".parse()?;
/// assert_eq!(country.to_string(), "GB");
/// assert!("UK".parse::<Country>().is_err());
/// # Ok::<(), regulars::adapter::sqlite::UnknownCountry>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country(phonenumber::country::Id);

/// A text is no country's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a country by the two letters of ISO 3166, as in GB or DE")]
pub struct UnknownCountry;

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Country, UnknownCountry> {
        text.parse().map(Country).map_err(|_| UnknownCountry)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref())
    }
}

/// A phone number as E.164 has it, `+442079460000`. What is none, by the rules of its country, is only its
/// digits.
pub(super) fn phone(text: &str, country: Option<Country>) -> String {
    match phonenumber::parse(country.map(|country| country.0), text) {
        Ok(number) if phonenumber::is_valid(&number) => number.format().mode(Mode::E164).to_string(),
        _ => text.chars().filter(char::is_ascii_digit).collect(),
    }
}

/// An e-mail address without the name before it, in small letters and composed characters. Standards let
/// the part before the `@` differ by capitals; no provider does.
pub(super) fn email(text: &str) -> String {
    let parsed = EmailAddress::from_str(text.trim());
    let address = parsed.map_or(text.trim().to_string(), |parsed| parsed.email().to_string());
    address.nfc().collect::<String>().to_lowercase()
}

/// The words of a name, without accents and capitals.
pub(super) fn words(name: &str) -> Vec<String> {
    let plain: String = name.nfkd().filter(|letter| !is_combining_mark(*letter)).collect();
    let mut folded = String::with_capacity(plain.len());
    for letter in plain.to_lowercase().chars() {
        match as_typed(letter) {
            Some(typed) => folded.push_str(typed),
            None => folded.push(letter),
        }
    }
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(ToString::to_string).collect()
}

/// What people type for a letter that no accent makes of another: ø is no o with something added.
fn as_typed(letter: char) -> Option<&'static str> {
    match letter {
        'ß' => Some("ss"),
        'æ' => Some("ae"),
        'œ' => Some("oe"),
        'ø' => Some("o"),
        'đ' | 'ð' => Some("d"),
        'ł' => Some("l"),
        'þ' => Some("th"),
        'ı' => Some("i"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_phone_number_is_the_same_however_it_is_written() {
        let gb = "GB".parse().ok();
        for written in ["+44 20 7946 0000", "020 7946 0000", "(020) 7946-0000", "0044 20 79460000"] {
            assert_eq!(phone(written, gb), "+442079460000", "{written}");
        }
        let de = "DE".parse().ok();
        assert_eq!(phone("030 901820", de), "+4930901820");
        assert_eq!(phone("+44 20 7946 0000", de), "+442079460000");
        // No number of any country, or without a country to go by.
        assert_eq!(phone("12-34", gb), "1234");
        assert_eq!(phone("020 7946 0000", None), "02079460000");
        assert_eq!(phone("", gb), "");
    }

    #[test]
    fn an_address_is_the_same_in_capitals() {
        assert_eq!(email(" Ada.Lovelace@Example.COM "), "ada.lovelace@example.com");
        assert_eq!(email("J\u{65}\u{301}rome@example.com"), "j\u{e9}rome@example.com");
        assert_eq!(email("no address"), "no address");
    }

    #[test]
    fn names_are_found_without_their_accents() {
        assert_eq!(words("Jürgen  GROẞ-Müller"), ["jurgen", "gross", "muller"]);
        assert_eq!(words("Søren Łukasz Ðorđe Æsop"), ["soren", "lukasz", "dorde", "aesop"]);
        assert_eq!(words("Nguyễn Văn Á"), ["nguyen", "van", "a"]);
        assert_eq!(words("Ὀδυσσεύς"), ["οδυσσευς"]);
        assert_eq!(words("ﬁtz"), ["fitz"]);
        assert!(words(" - ").is_empty());
    }
    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is written, it has a form, and a form is its own.
        #[test]
        fn every_text_has_a_form(
            text in prop_oneof![any::<String>(), "[-+0-9 ().;=a-zA-Z@x/:]{0,24}", "tel:[-+0-9;a-z=]{0,20}"],
            country in prop::sample::select(&["GB", "DE", "US", "IT", "AR", "MX"]),
        ) {
            for country in [None, country.parse().ok()] {
                let form = phone(&text, country);
                // What was no number may be one without what isn't a digit.
                if form.starts_with('+') {
                    prop_assert_eq!(phone(&form, country), form);
                }
            }
            let form = email(&text);
            prop_assert_eq!(email(&form), form);
            let form = words(&text);
            prop_assert_eq!(words(&form.join(" ")), form);
        }
    }
}
