//! Numbers of articles, in one form.

use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use crate::code::{Symbology, check_digit_gs1, has_check_digit_gs1};

/// The number of an article, as GTIN-14: with zeros in front, so that it is the same number whether it came as 8,
/// 12, 13 or 14 digits.
///
/// ```
/// use regulars::code::Gtin;
///
/// let upc_a = Gtin::from_digits(b"036000291452")?;
/// let ean_13 = Gtin::from_digits(b"0036000291452")?;
/// assert_eq!(upc_a, ean_13);
/// assert_eq!(upc_a.to_string(), "00036000291452");
/// # Ok::<(), regulars::code::GtinError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin([u8; 14]);

/// Why digits are no number of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GtinError {
    /// There are not 8, 12, 13 or 14 of them; nor 8 where it is to be UPC-E.
    #[error("{found} digits: a GTIN has 8, 12, 13 or 14")]
    Length {
        /// How many bytes there are.
        found: usize,
    },
    /// Something isn't a digit.
    #[error("not all of them are digits")]
    NotDigits,
    /// It was misread: the last digit isn't the check digit of those before it.
    #[error("the check digit is wrong")]
    CheckDigit,
    /// A code of this symbology carries other things than numbers of articles, too, so it isn't taken for one.
    #[error("{symbology} doesn't say that it is the number of an article")]
    OtherSymbology {
        /// The symbology.
        symbology: Symbology,
    },
}

/// What the first digits of a number say that it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PrefixUse {
    /// An article, which has the same number everywhere.
    Article,
    /// 020 to 029, 040 to 049 and 200 to 299; in GTIN-8 also what begins with 0. Each shop gives these numbers
    /// itself: its own articles, what a scale prints, its cards.
    InStore,
    /// 050 to 059, 981 to 984 and 990 to 999.
    Coupon,
    /// 980.
    RefundReceipt,
    /// 977: newspapers and magazines, by their ISSN.
    Press,
    /// 978 and 979: books, by their ISBN, and sheet music.
    Book,
}

impl Gtin {
    /// Of 8, 12, 13 or 14 digits with the right check digit. Eight are taken for EAN-8, and never for UPC-E.
    ///
    /// # Errors
    ///
    /// [`GtinError`], with what is wrong first: the length, what isn't a digit, the check digit.
    pub fn from_digits(digits: &[u8]) -> Result<Self, GtinError> {
        if !matches!(digits.len(), 8 | 12 | 13 | 14) {
            return Err(GtinError::Length { found: digits.len() });
        }
        let mut gtin = [b'0'; 14];
        for (place, digit) in gtin.iter_mut().rev().zip(digits.iter().rev()) {
            *place = Some(*digit).filter(u8::is_ascii_digit).ok_or(GtinError::NotDigits)?;
        }
        if has_check_digit_gs1(&gtin) { Ok(Self(gtin)) } else { Err(GtinError::CheckDigit) }
    }

    /// The number that eight digits of UPC-E stand for, as a UPC-A. The first of them is 0 or 1.
    ///
    /// ```
    /// use regulars::code::Gtin;
    ///
    /// assert_eq!(Gtin::from_upc_e(b"04252614"), Gtin::from_digits(b"042100005264"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`GtinError`] as of [`from_digits`](Self::from_digits), for eight digits.
    pub fn from_upc_e(digits: &[u8]) -> Result<Self, GtinError> {
        Self::from_digits(&expand_upc_e(digits)?)
    }

    /// The number that was read from a code of this symbology. EAN-13, EAN-8, UPC-A and UPC-E are numbers of articles,
    /// and so are 14 digits of ITF (ITF-14). Behind the 13 digits of an EAN-13 may be an add-on of two or five, which
    /// isn't a part of it. Of Code 128, QR and others that carry anything it isn't known.
    ///
    /// ```
    /// use regulars::code::{Gtin, GtinError, Symbology};
    ///
    /// let book = Gtin::from_code(Symbology::Ean13, b"978316148410051299")?;
    /// assert_eq!(book.to_string(), "09783161484100");
    /// let symbology = Symbology::Qr;
    /// let unsaid = Gtin::from_code(symbology, b"9783161484100");
    /// assert_eq!(unsaid, Err(GtinError::OtherSymbology { symbology }));
    /// # Ok::<(), GtinError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`GtinError`]: also where the length isn't that of the symbology.
    pub fn from_code(symbology: Symbology, bytes: &[u8]) -> Result<Self, GtinError> {
        let length = |wanted: &[usize]| match wanted.contains(&bytes.len()) {
            true => Ok(()),
            false => Err(GtinError::Length { found: bytes.len() }),
        };
        match symbology {
            Symbology::Ean13 => {
                length(&[13, 15, 18])?;
                Self::from_digits(bytes.get(..13).unwrap_or_default())
            }
            Symbology::Ean8 => length(&[8]).and_then(|()| Self::from_digits(bytes)),
            Symbology::UpcA => length(&[12, 13]).and_then(|()| Self::from_digits(bytes)),
            Symbology::UpcE if bytes.len() == 8 => Self::from_upc_e(bytes),
            Symbology::UpcE => length(&[12, 13]).and_then(|()| Self::from_digits(bytes)),
            Symbology::Itf => length(&[14]).and_then(|()| Self::from_digits(bytes)),
            other => Err(GtinError::OtherSymbology { symbology: other }),
        }
    }

    /// The 14 digits.
    pub const fn digits(&self) -> &[u8; 14] {
        &self.0
    }

    /// The 13 digits of the same as EAN-13; `None` of a pack, which has a digit before them.
    pub fn as_ean_13(&self) -> Option<&[u8]> {
        self.0.strip_prefix(b"0")
    }

    /// All that it may have been written as: 14 digits; 13, 12 and 8 of them where zeros are in front; and UPC-E.
    pub(super) fn forms(&self) -> impl Iterator<Item = Vec<u8>> {
        let shorter = [0, 1, 2, 6].into_iter().filter_map(|zeros| {
            let (front, rest) = self.0.split_at_checked(zeros)?;
            front.iter().all(|digit| *digit == b'0').then(|| rest.to_vec())
        });
        shorter.chain(self.upc_e().map(Vec::from))
    }

    /// The eight digits of UPC-E that stand for it. There may be two for one number.
    fn upc_e(&self) -> impl Iterator<Item = [u8; 8]> {
        let twelve = self.0.strip_prefix(b"00").and_then(|twelve| <[u8; 12]>::try_from(twelve).ok());
        let short = twelve.map(|[system, a, b, c, d, e, _, _, f, g, h, check]| {
            [
                [system, a, b, f, g, h, c, check],
                [system, a, b, c, g, h, b'3', check],
                [system, a, b, c, d, h, b'4', check],
                [system, a, b, c, d, e, h, check],
            ]
        });
        let stands_for_it = move |short: &[u8; 8]| Some(expand_upc_e(short)) == twelve.map(Ok);
        short.into_iter().flatten().filter(stands_for_it)
    }

    /// Whether it is one that EAN-8 has.
    pub fn is_gtin_8(&self) -> bool {
        self.0.starts_with(b"000000")
    }

    /// What its first digits say that it is for. The digit before them that a pack has isn't among them.
    pub fn prefix_use(&self) -> PrefixUse {
        if self.is_gtin_8() {
            return match self.0.get(6) {
                Some(b'0' | b'2') => PrefixUse::InStore,
                _ => PrefixUse::Article,
            };
        }
        match self.0.get(1..4).unwrap_or_default() {
            [b'0', b'2' | b'4', _] | [b'2', ..] => PrefixUse::InStore,
            [b'0', b'5', _] | [b'9', b'8', b'1'..=b'4'] | [b'9', b'9', _] => PrefixUse::Coupon,
            b"980" => PrefixUse::RefundReceipt,
            b"977" => PrefixUse::Press,
            b"978" | b"979" => PrefixUse::Book,
            _ => PrefixUse::Article,
        }
    }
}

/// The twelve digits of UPC-A that the eight of UPC-E stand for: zeros were left out in one of four places.
fn expand_upc_e(digits: &[u8]) -> Result<[u8; 12], GtinError> {
    let [system, a, b, c, d, e, last, check] = *digits else {
        return Err(GtinError::Length { found: digits.len() });
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(GtinError::NotDigits);
    }
    // Others have no UPC-E; it was read where there is none.
    if !matches!(system, b'0' | b'1') {
        return Err(GtinError::CheckDigit);
    }
    let z = b'0';
    Ok(match last {
        b'0'..=b'2' => [system, a, b, last, z, z, z, z, c, d, e, check],
        b'3' => [system, a, b, c, z, z, z, z, z, d, e, check],
        b'4' => [system, a, b, c, d, z, z, z, z, z, e, check],
        _ => [system, a, b, c, d, e, z, z, z, z, last, check],
    })
}

/// Twelve digits and their check digit; `None` where something isn't a digit.
pub(super) fn ean_13(digits: &[u8; 12]) -> Option<[u8; 13]> {
    let check = check_digit_gs1(digits)?;
    let mut whole = [check; 13];
    for (place, digit) in whole.iter_mut().zip(digits) {
        *place = *digit;
    }
    Some(whole)
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| fmt::Write::write_char(f, char::from(*digit)))
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gtin({self})")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn upc_e_leaves_zeros_out_in_four_places() {
        // Each with the UPC-A that it stands for.
        let table = [
            ("01234505", "012000003455"),
            ("04252614", "042100005264"),
            ("01234531", "012300000451"),
            ("01234543", "012340000053"),
            ("01234558", "012345000058"),
            ("01234598", "012345000096"),
        ];
        for (upc_e, upc_a) in table {
            let expanded = expand_upc_e(upc_e.as_bytes()).expect(upc_e);
            assert_eq!(expanded.get(..11), upc_a.as_bytes().get(..11), "{upc_e}");
            // And back: a number is found by all that it may have been written as.
            let right = check_digit_gs1(&expanded[..11]).expect("digits");
            let twelve = [&expanded[..11], &[right]].concat();
            let number = Gtin::from_digits(&twelve).expect("right");
            let shorter = [&upc_e.as_bytes()[..7], &[right]].concat();
            let forms: Vec<Vec<u8>> = number.forms().collect();
            assert!(forms.contains(&twelve) && forms.contains(&shorter), "{upc_e}: {forms:?}");
            assert!(forms.iter().all(|form| Gtin::from_digits(form) == Ok(number)
                || Gtin::from_upc_e(form) == Ok(number)));
        }
        assert_eq!(Gtin::from_upc_e(b"04252614").map(|gtin| gtin.to_string()), Ok("00042100005264".into()));
        assert_eq!(Gtin::from_upc_e(b"04252615"), Err(GtinError::CheckDigit));
        assert_eq!(Gtin::from_upc_e(b"24252614"), Err(GtinError::CheckDigit));
    }

    #[test]
    fn what_first_digits_are_for() {
        let table = [
            ("400638133393", PrefixUse::Article),
            ("003600029145", PrefixUse::Article),
            ("020000000000", PrefixUse::InStore),
            ("029999999999", PrefixUse::InStore),
            ("030000000000", PrefixUse::Article),
            ("045000000000", PrefixUse::InStore),
            ("050000000000", PrefixUse::Coupon),
            ("200000000000", PrefixUse::InStore),
            ("299999999999", PrefixUse::InStore),
            ("977000000000", PrefixUse::Press),
            ("978316148410", PrefixUse::Book),
            ("979000000000", PrefixUse::Book),
            ("980000000000", PrefixUse::RefundReceipt),
            ("981000000000", PrefixUse::Coupon),
            ("984000000000", PrefixUse::Coupon),
            ("985000000000", PrefixUse::Article),
            ("990000000000", PrefixUse::Coupon),
        ];
        for (twelve, wanted) in table {
            let twelve: [u8; 12] = twelve.as_bytes().try_into().expect("twelve");
            let whole = ean_13(&twelve).expect("digits");
            let gtin = Gtin::from_digits(&whole).expect("a check digit");
            assert_eq!(gtin.prefix_use(), wanted, "{gtin}");
        }
        // Eight digits: 0 and 2 are the shop's own.
        assert_eq!(Gtin::from_digits(b"20000004").map(|own| own.prefix_use()), Ok(PrefixUse::InStore));
        assert_eq!(Gtin::from_digits(b"96385074").map(|gtin| gtin.prefix_use()), Ok(PrefixUse::Article));
    }

    #[test]
    fn a_symbology_that_carries_anything_is_no_article() {
        for symbology in [Symbology::Qr, Symbology::Code128, Symbology::Code39] {
            let read = Gtin::from_code(symbology, b"4006381333931");
            assert_eq!(read, Err(GtinError::OtherSymbology { symbology }));
        }
        let with_add_on = Gtin::from_code(Symbology::Ean13, b"978316148410051299");
        assert_eq!(with_add_on, Gtin::from_digits(b"9783161484100"));
    }
}
