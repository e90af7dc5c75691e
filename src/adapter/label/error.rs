//! Why a card isn't drawn.

use thiserror::Error;

use super::size::{Resolution, Size};
use super::typeface::NoLetter;
use crate::code::Symbology;

/// Why a card isn't drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DrawError {
    /// The code has no room. Its modules are whole dots, and not narrower than scanners resolve.
    #[error(
        "{symbology} needs {needed} at {resolution}, and there are {room}: take a shorter text, a larger card or a finer printer"
    )]
    TooSmall {
        /// Which kind of code.
        symbology: Symbology,
        /// What it needs at the least.
        needed: Size,
        /// What there is.
        room: Size,
        /// Of the printer.
        resolution: Resolution,
    },
    /// The typeface doesn't have a letter of the name, the shop, or the small print.
    #[error(transparent)]
    NoLetter(#[from] NoLetter),
}
