//! Receipts as the bytes of ESC/POS, the language of receipt printers.

use alloc::vec::Vec;

use thiserror::Error;

use super::code_page::{CodePage, plain};

const ESC: u8 = 0x1b;
const FS: u8 = 0x1c;
const GS: u8 = 0x1d;

/// The most bytes that a QR code with error correction M holds.
const LONGEST_QR: usize = 2331;

/// How wide the paper is, and in which letters the rows of a receipt ([`COLUMNS`](super::COLUMNS)) have room on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Roll {
    /// 80 mm, 576 dots: letters of 12 dots (font A), 48 columns.
    #[default]
    Mm80,
    /// 58 mm, 384 dots: letters of 9 dots (font B), 42 columns.
    Mm58,
}

impl Roll {
    /// How many dots are printed side by side.
    pub const fn dots(self) -> u16 {
        match self {
            Self::Mm80 => 576,
            Self::Mm58 => 384,
        }
    }

    /// How many letters are printed side by side.
    pub const fn columns(self) -> usize {
        match self {
            Self::Mm80 => 48,
            Self::Mm58 => 42,
        }
    }
}

/// What a printer can't be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EscPosError {
    /// The text is too long for a QR code that a phone reads from paper.
    #[error(
        "a QR code of {length} bytes: 1 to {LONGEST_QR} have room, and the fewer the better they are read"
    )]
    Qr {
        /// In bytes.
        length: usize,
    },
    /// The text has a control character, which a printer may obey in place of printing it.
    #[error("a QR code on a receipt has no control characters: a printer may take them for its own")]
    Control,
    /// A drawing is wider than the paper.
    #[error("a drawing of {width} dots on a roll of {roll}: draw it smaller, or take a wider roll")]
    TooWide {
        /// In dots.
        width: u32,
        /// In dots.
        roll: u16,
    },
    /// A drawing has too many dots.
    #[error("a drawing of {width} x {height} dots is too large: print it in parts")]
    TooLarge {
        /// In dots.
        width: u32,
        /// In dots.
        height: u32,
    },
}

/// What is sent to a receipt printer, from its beginning to the cut.
///
/// Letters go to the printer in whichever of its code pages has them, and the page is changed within a row where
/// it must be. A letter that no page has loses its accent, or is a `?`; it never takes another number of columns.
/// Control characters of a text never reach the printer, so that a customer's name can't command it.
///
/// ```
/// use regulars::adapter::receipt::{EscPos, Roll};
///
/// let mut printer = EscPos::new(Roll::Mm80);
/// printer.text("Crème brûlée           4,50 €\n");
/// printer.qr("https://shop.example/claim/8Zq3")?;
/// printer.cut();
/// let bytes = printer.into_bytes();
/// assert!(bytes.starts_with(b"\x1b@"));
/// # Ok::<(), regulars::adapter::receipt::EscPosError>(())
/// ```
#[derive(Debug, Clone)]
pub struct EscPos {
    bytes: Vec<u8>,
    roll: Roll,
    pages: Vec<CodePage>,
    /// Which page the printer has now; unknown at first.
    page: Option<CodePage>,
}

impl EscPos {
    /// For a printer that has all of [`CodePage::ALL`].
    pub fn new(roll: Roll) -> Self {
        Self::with_code_pages(roll, CodePage::ALL)
    }

    /// For a printer that has these code pages only; they are tried in this order. Its self-test prints which it
    /// has.
    pub fn with_code_pages(roll: Roll, pages: &[CodePage]) -> Self {
        let font = match roll {
            Roll::Mm80 => 0,
            Roll::Mm58 => 1,
        };
        let mut bytes = Vec::new();
        // Initialise; no Chinese, which many printers have on and then take two bytes for one letter; the font.
        bytes.extend([ESC, b'@', FS, b'.', ESC, b'M', font]);
        Self { bytes, roll, pages: pages.to_vec(), page: None }
    }

    /// Which paper it is for.
    pub const fn roll(&self) -> Roll {
        self.roll
    }

    /// Text, such as that of a receipt; its rows end with `\n`.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            match letter {
                '\n' => self.bytes.push(b'\n'),
                '\t' => self.bytes.push(b' '),
                letter if letter.is_control() => {}
                letter => self.letter(letter),
            }
        }
        self
    }

    fn letter(&mut self, letter: char) {
        let found = [letter, older(letter)].into_iter().find_map(|letter| self.found(letter));
        match found {
            Some((page, byte)) => {
                if byte >= 128 && self.page != Some(page) {
                    self.bytes.extend([ESC, b't', page.number()]);
                    self.page = Some(page);
                }
                self.bytes.push(byte);
            }
            // Marks that belong to the letter before have no column of their own.
            None if matches!(letter, '\u{300}'..='\u{36f}') => {}
            None => self.bytes.push(u8::try_from(u32::from(plain(letter))).unwrap_or(b'?')),
        }
    }

    /// The page that has a letter, best the one that the printer has now, and its byte there.
    fn found(&self, letter: char) -> Option<(CodePage, u8)> {
        if letter.is_ascii() {
            let byte = u8::try_from(u32::from(letter)).ok()?;
            return Some((CodePage::Pc437, byte));
        }
        let pages = self.page.iter().chain(&self.pages);
        pages.copied().find_map(|page| Some((page, page.byte(letter)?)))
    }

    /// A QR code in the middle of the paper, by the printer's own command: error correction M, and modules as
    /// large as fits, up to six dots. Printers without that command print nothing, or the text; for those there
    /// is `drawing`, with the feature `label`.
    ///
    /// # Errors
    ///
    /// [`EscPosError::Qr`] where the text is empty or too long, [`EscPosError::Control`] where it has a control
    /// character: printers obey some commands (`DLE` and others) in the middle of whatever they are sent, and one
    /// without QR codes takes the text for text. So no text opens a drawer.
    pub fn qr(&mut self, text: &str) -> Result<&mut Self, EscPosError> {
        let too_long = EscPosError::Qr { length: text.len() };
        let stored = u16::try_from(text.len().saturating_add(3)).map_err(|_| too_long)?;
        if text.is_empty() || text.len() > LONGEST_QR {
            return Err(too_long);
        }
        if text.chars().any(char::is_control) {
            return Err(EscPosError::Control);
        }
        let [low, high] = stored.to_le_bytes();
        self.bytes.extend([ESC, b'a', 1]);
        // Model 2; the size of a module; error correction M; the text; print.
        self.bytes.extend([GS, b'(', b'k', 4, 0, 49, 65, 50, 0]);
        self.bytes.extend([GS, b'(', b'k', 3, 0, 49, 67, self.module(text.len())]);
        self.bytes.extend([GS, b'(', b'k', 3, 0, 49, 69, 49]);
        self.bytes.extend([GS, b'(', b'k', low, high, 49, 80, 48]);
        self.bytes.extend(text.as_bytes());
        self.bytes.extend([GS, b'(', b'k', 3, 0, 49, 81, 48]);
        self.bytes.extend([b'\n', ESC, b'a', 0]);
        Ok(self)
    }

    /// How many dots a module of a QR code of so many bytes may have.
    fn module(&self, length: usize) -> u8 {
        // The bytes that versions hold at M, and how many modules they are wide.
        const WIDTHS: [(usize, u16); 6] =
            [(14, 21), (62, 33), (213, 57), (666, 97), (1370, 137), (LONGEST_QR, 177)];
        let width = WIDTHS.iter().find(|(most, _)| length <= *most).map_or(177, |(_, width)| *width);
        let fits = self.roll.dots().checked_div(width.saturating_add(8)).unwrap_or(0);
        u8::try_from(fits.clamp(1, 6)).unwrap_or(1)
    }

    /// Feeds the paper to the knife and cuts it, all but a bridge in the middle where the knife leaves one.
    pub fn cut(&mut self) -> &mut Self {
        self.bytes.extend([GS, b'V', 66, 0]);
        self
    }

    /// All that is to be sent.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Romanian letters with a comma as older pages have them, with a cedilla.
const fn older(letter: char) -> char {
    match letter {
        '\u{218}' => 'Ş',
        '\u{219}' => 'ş',
        '\u{21a}' => 'Ţ',
        '\u{21b}' => 'ţ',
        other => other,
    }
}

/// A drawing as dots, black or nothing.
#[cfg(feature = "label")]
impl EscPos {
    /// A drawing in the middle of the paper, dot by dot, for printers that make no QR codes of their own: a
    /// receipt's code, or a whole card. What is darker than half becomes black.
    ///
    /// # Errors
    ///
    /// [`EscPosError::TooWide`] where it is wider than the paper, [`EscPosError::TooLarge`] for more than 64
    /// million dots.
    pub fn drawing(&mut self, drawing: &crate::adapter::label::Drawing) -> Result<&mut Self, EscPosError> {
        /// Rows that are sent at once. Printers with little memory stop at more.
        const BAND: usize = 128;
        let (width, height) = (drawing.width_dots(), drawing.height_dots());
        let roll = self.roll.dots();
        if width > u32::from(roll) {
            return Err(EscPosError::TooWide { width, roll });
        }
        let too_large = |_| EscPosError::TooLarge { width, height };
        let grey = drawing.to_grey().map_err(too_large)?;
        let row_dots = usize::try_from(width).unwrap_or(0).max(1);
        let rows: Vec<&[u8]> = grey.chunks_exact(row_dots).collect();
        let [low, high] = u16::try_from(width.div_ceil(8)).unwrap_or(0).to_le_bytes();
        self.bytes.extend([ESC, b'a', 1]);
        for band in rows.chunks(BAND) {
            let [rows_low, rows_high] = u16::try_from(band.len()).unwrap_or(0).to_le_bytes();
            self.bytes.extend([GS, b'v', b'0', 0, low, high, rows_low, rows_high]);
            for row in band {
                self.bytes.extend(row.chunks(8).map(packed));
            }
        }
        self.bytes.extend([ESC, b'a', 0]);
        Ok(self)
    }
}

/// Up to eight dots as a byte, the leftmost in the highest bit.
#[cfg(feature = "label")]
fn packed(dots: &[u8]) -> u8 {
    let bits = dots.iter().zip([128_u8, 64, 32, 16, 8, 4, 2, 1]);
    bits.fold(0, |byte, (grey, bit)| if *grey < 128 { byte | bit } else { byte })
}
