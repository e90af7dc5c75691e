//! Linear codes in pictures, read along lines: EAN-13, EAN-8, UPC-A, UPC-E, Code 128, Code 39 and ITF.
//!
//! A line through a picture becomes edges at parts of a pixel (`edges`), their distances become codes (`ean`,
//! `code_128`, `code_39`, `itf`), and what several lines that lie near each other agree on is read
//! (`tally`). Passes go from what is cheap to what is thorough (`passes`), and stop when something is read.
//! There is no clock, float or `std` here: the caller says before each line whether to go on.

mod code_128;
mod code_39;
mod ean;
mod edges;
mod fit;
mod itf;
mod line;
mod needed;
mod passes;
mod symbologies;
mod tally;
mod whole;

#[cfg(test)]
mod draw;
#[cfg(test)]
mod phantoms;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use crate::code::Symbology;

use super::{Picture, Point};

pub(super) use code_39::full_ascii;
pub(super) use needed::needed;
pub(super) use passes::COARSE_LINES;
pub(super) use symbologies::Symbologies;

/// A linear code that was read in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Linear {
    /// The symbology. An EAN-13 that begins with zero is a UPC-A, where that is looked for.
    pub(super) symbology: Symbology,
    /// What it says, without start, stop and Code 128's check symbol, with the check digits of EAN, UPC and ITF-14.
    /// FNC1 of Code 128 is 0x1D, except in first place. The characters of Code 39 are as they are.
    pub(super) bytes: Vec<u8>,
    /// Whether it is a GS1-128: a Code 128 with FNC1 in first place.
    pub(super) gs1: bool,
    /// Where lines read it, clockwise from its beginning on the line that is topmost when it is upright.
    pub(super) corners: [Point; 4],
    /// How many lines agreed.
    pub(super) lines_agreeing: u32,
    /// The pass that read it.
    pub(super) pass: Pass,
}

/// How thoroughly a picture was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Pass {
    /// Some rows and columns.
    Coarse,
    /// Rows and columns close to each other.
    Dense,
    /// Rows and columns, sharpened.
    Sharpened,
    /// Slanted lines.
    Slanted,
    /// Rows and columns, compared with what blurred codes look like.
    Fitted,
}

/// Reads linear codes in a picture.
///
/// `go_on` is asked before each line, of which there may be a few thousand in a large picture; once it says no,
/// what was read by then is the answer.
pub(super) fn read(
    picture: &Picture<'_>,
    symbologies: Symbologies,
    go_on: &mut dyn FnMut() -> bool,
) -> Vec<Linear> {
    if symbologies.is_empty() {
        return Vec::new();
    }
    passes::Reader::new(picture, symbologies, go_on).read()
}

/// Thirteen digits as what they are: a UPC-A if they begin with zero and that is looked for, else an EAN-13 if that
/// is.
fn article(digits: Vec<u8>, symbologies: Symbologies) -> Option<(Symbology, Vec<u8>)> {
    match digits.split_first() {
        Some((b'0', rest)) if symbologies.contains(Symbology::UpcA) => Some((Symbology::UpcA, rest.to_vec())),
        Some(_) if symbologies.contains(Symbology::Ean13) => Some((Symbology::Ean13, digits)),
        _ => None,
    }
}
