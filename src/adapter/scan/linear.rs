//! Linear codes, as readings.

use alloc::string::String;
use alloc::vec::Vec;

use super::agreement;
use super::code_32;
use super::deadline::Deadline;
use super::options::Options;
use super::picture::Picture;
use super::reading::{Reading, Stage};
use super::rows::{self, Linear, Symbologies};
use crate::code::{AimIdentifier, Symbology};

/// Reads the linear codes of a picture, along so many lines at most.
pub(super) fn read(
    picture: &Picture<'_>,
    options: &Options,
    most_lines: u32,
    deadline: &Deadline,
) -> Vec<Reading> {
    let symbologies = options.symbologies.iter().fold(Symbologies::NONE, |all, one| all.with(*one));
    let mut lines = 0_u32;
    let mut go_on = || {
        lines = lines.saturating_add(1);
        lines <= most_lines && !deadline.is_over()
    };
    let found = rows::read(picture, symbologies, &mut go_on).into_iter();
    found.map(|linear| reading(linear, options)).collect()
}

/// Code 39 whose pairs were read as full ASCII (`]A4`).
const FULL_ASCII: Option<AimIdentifier> = AimIdentifier::new(b'A', b'4');

fn reading(mut linear: Linear, options: &Options) -> Reading {
    let confidence = agreement::confidence(&linear);
    let mut aim = AimIdentifier::of(linear.symbology);
    if linear.symbology == Symbology::Code39 {
        if options.code_32
            && let Some(printed) = code_32::printed(&linear.bytes)
        {
            linear.bytes = printed;
        } else if options.full_ascii
            && let (Some(bytes), Some(full_ascii)) = (rows::full_ascii(&linear.bytes), FULL_ASCII)
        {
            (linear.bytes, aim) = (bytes, full_ascii);
        }
    }
    let gs1 = AimIdentifier::of_gs1(linear.symbology).filter(|_| linear.gs1);
    Reading {
        symbology: linear.symbology,
        aim: gs1.unwrap_or(aim),
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
