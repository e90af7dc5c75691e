//! Linear codes, as readings.

use alloc::string::String;
use alloc::vec::Vec;

use super::agreement;
use super::code_32;
use super::deadline::Deadline;
use super::options::Options;
use super::picture::Picture;
use super::reading::{Reading, Stage};
use super::rows::{self, Formats, Linear};
use crate::code::{AimIdentifier, Symbology};

/// Reads the linear codes of a picture, along so many lines at most.
pub(super) fn read(
    picture: &Picture<'_>,
    options: &Options,
    most_lines: u32,
    deadline: &Deadline,
) -> Vec<Reading> {
    let formats = options.formats.iter().fold(Formats::NONE, |formats, format| formats.with(*format));
    let mut lines = 0_u32;
    let mut go_on = || {
        lines = lines.saturating_add(1);
        lines <= most_lines && !deadline.is_over()
    };
    let found = rows::read(picture, formats, &mut go_on).into_iter();
    found.map(|linear| reading(linear, options.code_32)).collect()
}

fn reading(mut linear: Linear, code_32: bool) -> Reading {
    let confidence = agreement::confidence(&linear);
    if code_32
        && linear.symbology == Symbology::Code39
        && let Some(printed) = code_32::printed(&linear.bytes)
    {
        linear.bytes = printed;
    }
    let gs1 = AimIdentifier::of_gs1(linear.symbology).filter(|_| linear.gs1);
    Reading {
        symbology: linear.symbology,
        aim: gs1.unwrap_or(AimIdentifier::of(linear.symbology)),
        text: Some(linear.bytes.as_slice()).filter(|bytes| bytes.is_ascii()).and_then(as_text),
        bytes: linear.bytes,
        corners: linear.corners,
        stage: Stage::Rows,
        confidence,
    }
}

fn as_text(bytes: &[u8]) -> Option<String> {
    core::str::from_utf8(bytes).ok().map(String::from)
}
