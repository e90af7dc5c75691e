//! Cards of the shop's whose numbers aren't of GS1's ranges.

use alloc::string::String;

use thiserror::Error;

use crate::code::Symbology;

/// The shop's own cards that have digits alone, in a symbology that carries anything: which symbology, and
/// which digits.
///
/// Digits may look like the number of an article, by chance: eight, twelve, thirteen or fourteen of them, of which
/// one number in ten has the right last one. So a [`Resolver`](crate::code::Resolver) takes no such number for a
/// card, unless a form says that in this symbology they are the shop's cards, and the scanner says which symbology
/// it was (by its AIM identifiers). Cards with letters need none, and cards that are EAN-13 have a
/// [`CardPattern`](crate::code::CardPattern).
///
/// In the pattern digits stand for themselves, and `N` for any digit. What is fixed keeps articles away: a pattern
/// of nothing but `N` takes all numbers of that length.
///
/// ```
/// use regulars::code::{CardForm, Symbology};
///
/// let cards = CardForm::new(Symbology::Code128, "70NNNNNN")?;
/// assert!(cards.fits(Symbology::Code128, b"70000015"));
/// assert!(!cards.fits(Symbology::Qr, b"70000015"), "another symbology");
/// assert!(!cards.fits(Symbology::Code128, b"80000015"));
/// assert!(CardForm::new(Symbology::Ean8, "70NNNNNN").is_err(), "EAN-8 is for articles");
/// # Ok::<(), regulars::code::CardFormError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CardForm {
    symbology: Symbology,
    pattern: String,
}

/// Why cards can't have this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CardFormError {
    /// This symbology has nothing but articles.
    #[error("{symbology} has nothing but numbers of articles: take a `CardPattern`, or another symbology")]
    Symbology {
        /// The symbology.
        symbology: Symbology,
    },
    /// It hasn't 1 to 64 places.
    #[error("{found} places: a code has 1 to 64")]
    Length {
        /// How many places there are.
        found: usize,
    },
    /// A letter that stands for nothing here.
    #[error("`{found}` stands for nothing in this pattern: it has digits and `N`")]
    Letter {
        /// The letter.
        found: char,
    },
    /// It has no `N`.
    #[error("the pattern has no `N`, so there would be one card")]
    Missing,
}

impl CardForm {
    /// Cards of this symbology with these digits.
    ///
    /// # Errors
    ///
    /// [`CardFormError`].
    pub fn new(symbology: Symbology, pattern: &str) -> Result<Self, CardFormError> {
        use Symbology::{DataBar, Ean8, Ean13, UpcA, UpcE};
        if matches!(symbology, Ean13 | Ean8 | UpcA | UpcE | DataBar) {
            return Err(CardFormError::Symbology { symbology });
        }
        let found = pattern.chars().count();
        if !(1..=64).contains(&found) {
            return Err(CardFormError::Length { found });
        }
        if let Some(found) = pattern.chars().find(|place| !matches!(place, '0'..='9' | 'N')) {
            return Err(CardFormError::Letter { found });
        }
        if !pattern.contains('N') {
            return Err(CardFormError::Missing);
        }
        Ok(Self { symbology, pattern: pattern.into() })
    }

    /// Their symbology.
    pub const fn symbology(&self) -> Symbology {
        self.symbology
    }

    /// Whether what was read from a code of this symbology has this form.
    pub fn fits(&self, symbology: Symbology, read: &[u8]) -> bool {
        let fits = |(place, digit): (u8, &u8)| digit.is_ascii_digit() && (place == b'N' || place == *digit);
        symbology == self.symbology
            && read.len() == self.pattern.len()
            && self.pattern.bytes().zip(read).all(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::{CardForm, Symbology};

    #[test]
    fn each_place_has_a_digit() {
        let fits = |read: &[u8]| {
            CardForm::new(Symbology::Code128, "70N").is_ok_and(|form| form.fits(Symbology::Code128, read))
        };
        assert!(
            fits(b"701") && !fits(b"70A") && !fits(b"711") && !fits(b"7A1") && !fits(b"70") && !fits(b"7011")
        );
    }
}
