//! QR codes in black and white: sampled and decoded.

use alloc::string::{String, ToString};

use rxing::common::cpp_essentials::DecoderResult;
use rxing::common::{BitMatrix, DetectorRXingResult, ECIStringBuilder};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FinderPatternSet, SampleQR};

use super::bent::Undecoded;
use super::guard::guarded;
use super::reading::{Confidence, Point, Reading, Stage};
use crate::code::{AimIdentifier, Symbology};

/// Reads the code that has these corners, if there is one. Its place is that in the black and white picture.
/// Where there is one that can't be decoded, says where it would be.
pub(super) fn read(
    matrix: &BitMatrix,
    set: &FinderPatternSet,
    stage: Stage,
) -> Option<Result<Reading, Undecoded>> {
    guarded(|| {
        let sampled = SampleQR(matrix, set).ok()?;
        let [top_left, top_right, bottom_left, bottom_right] =
            *<&[_; 4]>::try_from(sampled.getPoints()).ok()?;
        let corners = [top_left, top_right, bottom_right, bottom_left];
        let undecoded = Undecoded { corners, modules: sampled.getBits().width() };
        Some(decoded(sampled.getBits(), corners.map(pixel), stage).ok_or(undecoded))
    })
}

/// Reads modules.
pub(super) fn decoded(modules: &BitMatrix, corners: [Point; 4], stage: Stage) -> Option<Reading> {
    let decoded = Decode(modules).ok()?;
    if !decoded.isValid() {
        return None;
    }
    let content = decoded.content();
    let [a, b, c, d] = corners;
    Some(Reading {
        symbology: Symbology::Qr,
        aim: aim(content),
        bytes: content.bytes().to_vec(),
        text: text(&decoded),
        corners: if decoded.isMirrored() { [a, d, c, b] } else { corners },
        stage,
        confidence: Confidence::Sound,
    })
}

/// `]Q1`, one more where a character set is declared; 3 and 5 for GS1 and other application identifiers.
fn aim(content: &ECIStringBuilder) -> AimIdentifier {
    let modifier = content.symbology.modifier.saturating_add(u8::from(content.has_eci));
    AimIdentifier::new(b'Q', modifier).unwrap_or(AimIdentifier::of(Symbology::Qr))
}

/// The text, where it is certain: all is ASCII, or the code declares its character set, or it is UTF-8, which
/// other character sets aren't by chance.
fn text(decoded: &DecoderResult<bool>) -> Option<String> {
    let content = decoded.content();
    let utf_8 = core::str::from_utf8(content.bytes()).ok();
    if content.bytes().is_ascii() || !content.has_eci {
        return utf_8.map(String::from);
    }
    let declared = content.to_string();
    // The reader drops what doesn't fit the declared set, and says nothing.
    let characters = declared.chars().count();
    let is_whole = !declared.contains(char::REPLACEMENT_CHARACTER)
        && (characters == content.bytes().len()
            || utf_8 == Some(declared.as_str())
            || characters.saturating_mul(2) >= content.bytes().len());
    is_whole.then_some(declared)
}

/// The pixel nearest to a place.
pub(super) fn pixel(place: rxing::Point) -> Point {
    Point { x: whole(place.x), y: whole(place.y) }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a float outside of the whole numbers becomes the nearest"
)]
fn whole(coordinate: f32) -> i32 {
    coordinate.round() as i32
}
