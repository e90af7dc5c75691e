//! Why a card isn't drawn.

use thiserror::Error;

use super::size::{Resolution, Size};
use super::typeface::LetterError;
use crate::code::Symbology;

/// The most characters that each text of a card may have: the shop, the name, the caption and the small print. More
/// than a few rows of them have no room on any card.
pub const MOST_CHARACTERS: usize = 1_000;

/// Why a card isn't drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DrawError {
    /// The code has no room. Its modules are whole dots, and not narrower than scanners resolve.
    #[error(
        "{symbology} needs {needed} at {resolution}, and there are {room}: take a shorter text, a larger card or a finer printer"
    )]
    TooSmall {
        /// The symbology.
        symbology: Symbology,
        /// What it needs at the least.
        needed: Size,
        /// What there is.
        room: Size,
        /// The printer's.
        resolution: Resolution,
    },
    /// A text that is no name: it has more than [`MOST_CHARACTERS`].
    #[error("the {what} has {characters} characters: {MOST_CHARACTERS} are the most")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// How many characters it has.
        characters: usize,
    },
    /// The typeface doesn't have a letter of the name, the shop, or the small print.
    #[error(transparent)]
    NoLetter(#[from] LetterError),
}
