//! Bar codes and QR codes as modules: what is dark and what is light, before anything has a size.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use barcoders::sym::codabar::Codabar;
use barcoders::sym::code39::Code39;
use barcoders::sym::code93::Code93;
use barcoders::sym::code128::Code128;
use barcoders::sym::ean8::EAN8;
use barcoders::sym::ean13::EAN13;
use barcoders::sym::tf::TF;
use qrcode::{Color, EcLevel, QrCode};
use thiserror::Error;

use crate::code::{Symbology, check_digit_gs1, has_check_digit_gs1};

/// The longest text that is tried as lines. What is longer than some thirty characters is too wide for anything
/// that is held in front of a scanner.
const LONGEST_LINEAR: usize = 80;

/// A bar code or a QR code, ready to be drawn.
///
/// ```
/// use regulars::adapter::label::Symbol;
/// use regulars::code::Symbology;
///
/// let symbol = Symbol::new(Symbology::Ean13, "290000000001")?;
/// assert_eq!(symbol.text(), "2900000000018", "the check digit is put there");
///
/// let wrong = Symbol::new(Symbology::Ean13, "2900000000011").unwrap_err();
/// assert_eq!(wrong.to_string(), "ean_13 with a wrong check digit at its end: it should be 8");
/// # Ok::<(), regulars::adapter::label::SymbolError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    symbology: Symbology,
    text: String,
    modules: Modules,
}

/// What is dark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Modules {
    /// Lines side by side, from the left.
    Bars(Vec<bool>),
    /// Row after row of a square.
    Matrix { side: usize, dark: Vec<bool> },
}

/// Why there is no symbol of a text. The text itself isn't in it: it may be a token or a card's number, and errors get
/// into logs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SymbolError {
    /// Codes of this symbology are read, and not made.
    #[error(
        "{symbology} isn't made here: take qr, ean_13, ean_8, upc_a, code_128, code_39, code_93, itf or codabar"
    )]
    NotMade {
        /// The symbology.
        symbology: Symbology,
    },
    /// The symbology has no place for this text.
    #[error("{symbology} can't hold this text of {length} bytes: it takes {takes}")]
    Unfit {
        /// The symbology.
        symbology: Symbology,
        /// How long the text is, in bytes.
        length: usize,
        /// What would fit.
        takes: &'static str,
    },
    /// The last digit isn't what those before it ask for, so no scanner would take it.
    #[error("{symbology} with a wrong check digit at its end: it should be {expected}")]
    CheckDigit {
        /// The symbology.
        symbology: Symbology,
        /// The right last digit.
        expected: char,
    },
}

impl Symbol {
    /// The symbol of a text. EAN-13, EAN-8 and UPC-A get their check digit where it isn't there yet. QR codes are
    /// made with error correction M (15 % may be dirt or scratches), in the smallest version that holds the
    /// text, which is kept as UTF-8. Code 128 changes between its sets so that it is short. Codabar without its
    /// letters at both ends gets an `A` there.
    ///
    /// # Errors
    ///
    /// [`SymbolError`] where the symbology can't hold the text, or isn't made here.
    pub fn new(symbology: Symbology, text: &str) -> Result<Self, SymbolError> {
        match symbology {
            Symbology::Qr => Self::qr(text),
            Symbology::Ean13 => Self::article(symbology, text, 13),
            Symbology::Ean8 => Self::article(symbology, text, 8),
            Symbology::UpcA => Self::article(symbology, text, 12),
            Symbology::Code128
            | Symbology::Code39
            | Symbology::Code93
            | Symbology::Itf
            | Symbology::Codabar => Self::linear(symbology, text),
            _ => Err(SymbolError::NotMade { symbology }),
        }
    }

    /// The symbology.
    pub const fn symbology(&self) -> Symbology {
        self.symbology
    }

    /// What a scanner reads: the text, with its check digit where the symbology has one that is part of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) const fn modules(&self) -> &Modules {
        &self.modules
    }

    fn qr(text: &str) -> Result<Self, SymbolError> {
        let unfit = || SymbolError::Unfit {
            symbology: Symbology::Qr,
            length: text.len(),
            takes: "1 to 2331 bytes, and the fewer the larger its modules",
        };
        if text.is_empty() {
            return Err(unfit());
        }
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| unfit())?;
        let side = code.width();
        let dark = code.into_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        Ok(Self { symbology: Symbology::Qr, text: text.to_string(), modules: Modules::Matrix { side, dark } })
    }

    /// A number of GS1, with `length` digits in all.
    fn article(symbology: Symbology, text: &str, length: usize) -> Result<Self, SymbolError> {
        let takes = match symbology {
            Symbology::Ean13 => "12 digits, or 13 with the check digit",
            Symbology::Ean8 => "7 digits, or 8 with the check digit",
            _ => "11 digits, or 12 with the check digit",
        };
        let unfit = || SymbolError::Unfit { symbology, length: text.len(), takes };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unfit());
        }
        let payload = text.get(..length.saturating_sub(1)).ok_or_else(unfit)?;
        let digit = char::from(check_digit_gs1(payload.as_bytes()).ok_or_else(unfit)?);
        let mut whole = payload.to_string();
        whole.push(digit);
        if text.len() > length {
            return Err(unfit());
        }
        if text.len() == length && !has_check_digit_gs1(text.as_bytes()) {
            return Err(SymbolError::CheckDigit { symbology, expected: digit });
        }
        let bars = match symbology {
            Symbology::Ean8 => EAN8::new(payload).map(|code| code.encode()),
            // UPC-A has the bars of an EAN-13 with a zero in front.
            Symbology::UpcA => EAN13::new(["0", payload].concat()).map(|code| code.encode()),
            _ => EAN13::new(payload).map(|code| code.encode()),
        };
        Ok(Self::bars(symbology, whole, &bars.map_err(|_| unfit())?))
    }

    fn linear(symbology: Symbology, text: &str) -> Result<Self, SymbolError> {
        let unfit = || SymbolError::Unfit { symbology, length: text.len(), takes: takes(symbology) };
        if !holds(symbology, text) {
            return Err(unfit());
        }
        let bars = match symbology {
            Symbology::Code128 => {
                Code128::new(super::code_128::with_sets(text).ok_or_else(unfit)?).map(|code| code.encode())
            }
            Symbology::Code39 => Code39::new(text).map(|code| code.encode()),
            Symbology::Code93 => Code93::new(text).map(|code| code.encode()),
            Symbology::Itf => TF::interleaved(text).map(|code| code.encode()),
            _ => {
                let framed = if has_frame(text) { text.to_string() } else { ["A", text, "A"].concat() };
                Codabar::new(framed).map(|code| code.encode())
            }
        };
        Ok(Self::bars(symbology, text.to_string(), &bars.map_err(|_| unfit())?))
    }

    fn bars(symbology: Symbology, text: String, bars: &[u8]) -> Self {
        let bars = bars.iter().map(|module| *module == 1).collect();
        Self { symbology, text, modules: Modules::Bars(bars) }
    }
}

/// What a symbology of lines takes, for who gave it something else.
const fn takes(symbology: Symbology) -> &'static str {
    match symbology {
        Symbology::Code128 => "1 to 80 characters of ASCII (for a token take QR, or a short key)",
        Symbology::Itf => "2 to 80 digits, an even number of them: put a 0 in front of an odd one",
        Symbology::Codabar => {
            "1 to 80 of the digits and - $ : / . +, with a letter A to D at both ends or none"
        }
        _ => "1 to 80 of the digits, the letters A to Z, space and - . $ / + %",
    }
}

/// Whether a symbology of lines has a place for each character.
fn holds(symbology: Symbology, text: &str) -> bool {
    let is_code_39 =
        |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" -.$/+%".contains(&byte);
    let is_codabar = |byte: u8| byte.is_ascii_digit() || b"-$:/.+".contains(&byte);
    let all = |fits: &dyn Fn(u8) -> bool| text.bytes().all(fits);
    let fits = match symbology {
        Symbology::Code128 => text.is_ascii(),
        Symbology::Itf => all(&|byte| byte.is_ascii_digit()) && text.len().is_multiple_of(2),
        Symbology::Codabar => {
            let inner = if has_frame(text) { text.get(1..text.len().saturating_sub(1)) } else { Some(text) };
            inner.is_some_and(|inner| !inner.is_empty() && inner.bytes().all(is_codabar))
        }
        _ => all(&is_code_39),
    };
    fits && (1..=LONGEST_LINEAR).contains(&text.len())
}

/// Whether a text of Codabar begins and ends with the letters that frame it.
fn has_frame(text: &str) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(|byte| (b'A'..=b'D').contains(byte));
    let bytes = text.as_bytes();
    bytes.len() > 2 && is_letter(bytes.first()) && is_letter(bytes.last())
}
