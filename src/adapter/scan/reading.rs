//! What was read.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::code::{AimIdentifier, ReadCode, Symbology};

/// A place in a picture, in pixels from its top left corner. It may lie a little outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// To the right.
    pub x: i32,
    /// Downwards.
    pub y: i32,
}

/// A code that was read in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// The symbology.
    pub symbology: Symbology,
    /// The AIM identifier, as a scanner would send it before the code: `]E0`, `]C1`, `]Q1`.
    pub aim: AimIdentifier,
    /// What it says, byte by byte, without check characters that belong to the symbology.
    pub bytes: Vec<u8>,
    /// The same as text, where it is certain which text the bytes are.
    pub text: Option<String>,
    /// Where it is, clockwise from the corner that is its top left when it is held upright.
    pub corners: [Point; 4],
    /// Which stage read it.
    pub stage: Stage,
    /// How much speaks for it.
    pub confidence: Confidence,
}

impl Reading {
    /// What was read, to be looked up: which customer, receipt or article it is.
    pub fn read_code(&self) -> ReadCode<'_> {
        ReadCode { bytes: &self.bytes, symbology: Some(self.symbology), aim: Some(self.aim) }
    }
}

/// How much speaks for a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// A short code, or one that few rows of the picture agree on: it counts once a second picture says the same.
    Weak,
    /// It counts as it is.
    Sound,
}

/// A stage of the cascade: one way to look at a picture. The order is that in which they are tried, cheapest
/// first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Matrix codes, black by blocks; large pictures at a smaller size.
    Plain,
    /// Matrix codes at half the size.
    Half,
    /// Matrix codes that were found and couldn't be decoded: as if they were bent.
    Bent,
    /// As plain, white on black.
    Inverted,
    /// Linear codes, row by row.
    Rows,
    /// Matrix codes, black by a window of a 24th of the shorter side.
    Window,
    /// Matrix codes in a small picture, at twice the size and sharpened.
    Enlarged,
    /// Matrix codes in a large picture, part by part at full size.
    Parts,
    /// Matrix codes by another reader, turned by quarters.
    Turned,
}

impl Stage {
    /// In lower case: `plain`, `inverted`, `rows`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Inverted => "inverted",
            Self::Rows => "rows",
            Self::Window => "window",
            Self::Half => "half",
            Self::Bent => "bent",
            Self::Enlarged => "enlarged",
            Self::Parts => "parts",
            Self::Turned => "turned",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
