//! What was read.

use alloc::string::String;
use alloc::vec::Vec;

use crate::code::Symbology;

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
    /// What kind of code it is.
    pub symbology: Symbology,
    /// What it says, byte by byte, without check characters that belong to the symbology.
    pub bytes: Vec<u8>,
    /// The same as text, where it is certain which text the bytes are.
    pub text: Option<String>,
    /// Where it is, clockwise from the corner that is its top left when it is held upright.
    pub corners: [Point; 4],
}
