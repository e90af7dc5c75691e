//! What is read in a picture.

use alloc::vec::Vec;
use std::time::Duration;

use crate::code::Symbology;

/// What is read, and for how long.
///
/// ```
/// use std::time::Duration;
/// use regulars::adapter::scan::{Options, Wanted};
/// use regulars::code::Symbology;
///
/// let options = Options {
///     symbologies: vec![Symbology::Qr, Symbology::Ean13],
///     budget: Duration::from_millis(40),
///     ..Options::default()
/// };
/// assert_eq!(options.wanted, Wanted::First);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which symbologies are looked for. UPC-E has to be asked for, since it is easily seen where there is none.
    pub symbologies: Vec<Symbology>,
    /// How long one picture may take. At its end the reading ends with what it has: some milliseconds later, as
    /// parts that don't look at the clock are small. A debug build needs many times as long.
    pub budget: Duration,
    /// Whether the first code is enough.
    pub wanted: Wanted,
    /// Whether readings that need a second picture to count are given as well. A [`Stream`](super::Stream) always looks
    /// at them, and gives them when the second picture has come.
    pub weak: bool,
    /// Whether a Code 39 that is a Code 32 of Italian pharmacies is given as `A` and nine digits, which is what is
    /// printed below it. One in ten codes of six characters looks like one, so who has them has to say so.
    pub code_32: bool,
    /// Whether pairs of a Code 39 are read as the characters that they stand for (full ASCII), where they clearly are
    /// pairs: two or more small letters, and nothing that contradicts. Without it a code says what its characters
    /// are, as cards are made here; `F+MW+ZDC` is no `FmWzDC`.
    pub full_ascii: bool,
}

/// How many codes of a picture are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The first sound one; the cascade ends with it.
    First,
    /// All, up to a number. Stages after the first that read something only see what is beside it.
    All {
        /// The most.
        most: usize,
    },
}

impl Default for Options {
    /// QR, EAN-13, EAN-8, UPC-A, Code 128, Code 39 and ITF, 200 milliseconds, the first sound code.
    fn default() -> Self {
        let symbologies = [
            Symbology::Qr,
            Symbology::Ean13,
            Symbology::Ean8,
            Symbology::UpcA,
            Symbology::Code128,
            Symbology::Code39,
            Symbology::Itf,
        ];
        Self {
            symbologies: symbologies.to_vec(),
            budget: Duration::from_millis(200),
            wanted: Wanted::First,
            weak: false,
            code_32: false,
            full_ascii: false,
        }
    }
}
