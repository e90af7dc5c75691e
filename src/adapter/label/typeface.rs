//! Letters: how wide they are, what shape they have, and what fits into a row.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::num::Saturating;

use thiserror::Error;
use ttf_parser::{Face, GlyphId, OutlineBuilder};
use unicode_normalization::UnicodeNormalization;

use super::size::Dots;

/// A typeface: TrueType or OpenType. Those that are inside have the letters of all of Europe: Latin, Greek and
/// Cyrillic. Cloning one is cheap.
#[derive(Clone)]
pub struct Typeface {
    data: Arc<Cow<'static, [u8]>>,
}

/// Bytes that aren't a typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a typeface that can be read: it has to be a TrueType or OpenType file (.ttf, .otf)")]
pub struct TypefaceError;

/// A letter that a typeface doesn't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the typeface has no {letter:?} (U+{:04X}): give one that has it", u32::from(*letter))]
pub struct LetterError {
    /// Which one.
    pub letter: char,
}

/// A letter in its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub glyph: u16,
    /// From the beginning of the row, in 64ths of a dot.
    pub x: Saturating<i64>,
    /// Which letter it is.
    #[cfg(feature = "pdf")]
    pub letter: char,
}

/// A piece of an outline. Places are in units of the typeface, upwards.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Piece {
    Move([i32; 2]),
    Line([i32; 2]),
    Quadratic([[i32; 2]; 2]),
    Cubic([[i32; 2]; 3]),
    Close,
}

impl Typeface {
    /// A typeface from a file's bytes.
    ///
    /// # Errors
    ///
    /// [`TypefaceError`] where they are none.
    pub fn new(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, TypefaceError> {
        let typeface = Self { data: Arc::new(bytes.into()) };
        match typeface.face() {
            Some(_) => Ok(typeface),
            None => Err(TypefaceError),
        }
    }

    /// Noto Sans, for names and small print.
    pub fn sans() -> Self {
        Self { data: Arc::new(Cow::Borrowed(notosans::REGULAR_TTF)) }
    }

    /// Noto Sans Bold, for headings.
    pub fn sans_bold() -> Self {
        Self { data: Arc::new(Cow::Borrowed(notosans::BOLD_TTF)) }
    }

    /// DejaVu Sans Mono, for receipts.
    pub fn mono() -> Self {
        Self { data: Arc::new(Cow::Borrowed(dejavu::sans_mono::regular())) }
    }

    pub(crate) fn face(&self) -> Option<Face<'_>> {
        Face::parse(&self.data, 0).ok().filter(|face| face.units_per_em() > 0)
    }

    #[cfg(feature = "pdf")]
    pub(crate) fn data(&self) -> &Arc<Cow<'static, [u8]>> {
        &self.data
    }

    /// How wide a text is.
    pub(crate) fn width(&self, text: &str, size: Dots) -> Dots {
        self.face().map_or(Saturating(0), |face| in_dots(placed(&face, text, size).1))
    }

    /// The text itself if it isn't wider than that, and otherwise its beginning with an ellipsis.
    pub(crate) fn shortened(&self, text: &str, size: Dots, width: Dots) -> String {
        let Some(face) = self.face() else { return text.into() };
        if in_dots(placed(&face, text, size).1) <= width {
            return text.into();
        }
        let mut at = placed(&face, "…", size).1;
        // Where the text may end: behind each letter up to which it has room, with the ellipsis behind it.
        let ends = text.char_indices().map_while(|(start, letter)| {
            at += advance(&face, letter, size);
            (in_dots(at) <= width).then_some((start.saturating_add(letter.len_utf8()), letter))
        });
        let end = ends.filter(|(_, letter)| !letter.is_whitespace()).last();
        match end.and_then(|(end, _)| text.get(..end)) {
            Some(kept) => [kept, "…"].concat(),
            None if in_dots(placed(&face, "…", size).1) <= width => "…".into(),
            None => String::new(),
        }
    }

    /// The text in rows that aren't wider than that, at most so many; the last one is shortened. Rows end at spaces, and
    /// behind hyphens.
    pub(crate) fn rows(&self, text: &str, size: Dots, width: Dots, most: usize) -> Vec<String> {
        let Some(face) = self.face() else { return Vec::new() };
        let space = placed(&face, " ", size).1;
        let mut rows: Vec<String> = Vec::new();
        let (mut row, mut end) = (String::new(), Saturating(0));
        for (piece, is_new) in pieces(text) {
            let wide = placed(&face, piece, size).1;
            let gap = if is_new && !row.is_empty() { space } else { Saturating(0) };
            let is_last = most <= rows.len().saturating_add(1);
            if !row.is_empty() && !is_last && width < in_dots(end + gap + wide) {
                rows.push(core::mem::take(&mut row));
                end = wide;
            } else {
                end += gap + wide;
                row.push_str(if gap.0 == 0 { "" } else { " " });
            }
            row.push_str(piece);
        }
        if !row.is_empty() && rows.len() < most {
            rows.push(row);
        }
        rows.iter().map(|row| self.shortened(row, size, width)).collect()
    }

    /// A text as it is drawn: its letters in one piece each, without what has no shape.
    ///
    /// # Errors
    ///
    /// [`LetterError`] for the first letter that the typeface doesn't have.
    pub(crate) fn clean(&self, text: &str) -> Result<String, LetterError> {
        let (clean, face) = (composed(text), self.face());
        match clean.chars().find(|letter| !has(face.as_ref(), *letter)) {
            Some(letter) => Err(LetterError { letter }),
            None => Ok(clean.trim().into()),
        }
    }

    /// The same, with another letter for each that the typeface doesn't have, and spaces where they are.
    #[cfg(feature = "receipt")]
    pub(crate) fn clean_or(&self, text: &str, other: char) -> String {
        let face = self.face();
        composed(text).chars().map(|letter| if has(face.as_ref(), letter) { letter } else { other }).collect()
    }
}

/// What isn't parted, and whether a word begins with it.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    text.split_whitespace().flat_map(|word| {
        word.split_inclusive('-').zip(core::iter::once(true).chain(core::iter::repeat(false)))
    })
}

fn has(face: Option<&Face<'_>>, letter: char) -> bool {
    face.is_some_and(|face| face.glyph_index(letter).is_some())
}

fn composed(text: &str) -> String {
    let has_no_shape = |letter: &char| matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    let spaced = text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    spaced.filter(|letter| !letter.is_control() && !has_no_shape(letter)).nfc().collect()
}

impl core::fmt::Debug for Typeface {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Typeface({} bytes)", self.data.len())
    }
}

/// The letters of a row, and how wide it is in 64ths of a dot.
pub(crate) fn placed(face: &Face<'_>, text: &str, size: Dots) -> (Vec<Placed>, Saturating<i64>) {
    let mut x = Saturating(0_i64);
    let letters = text.chars().map(|letter| {
        let glyph = face.glyph_index(letter).unwrap_or(GlyphId(0));
        let at = Placed {
            glyph: glyph.0,
            x,
            #[cfg(feature = "pdf")]
            letter,
        };
        x += scaled(face, i64::from(face.glyph_hor_advance(glyph).unwrap_or(0)), size);
        at
    });
    (letters.collect(), x)
}

/// How far the letter behind this one is, in 64ths of a dot.
fn advance(face: &Face<'_>, letter: char, size: Dots) -> Saturating<i64> {
    let glyph = face.glyph_index(letter).unwrap_or(GlyphId(0));
    scaled(face, i64::from(face.glyph_hor_advance(glyph).unwrap_or(0)), size)
}

/// Units of a typeface in 64ths of a dot, where an em has so many dots.
pub(crate) fn scaled(face: &Face<'_>, units: i64, size: Dots) -> Saturating<i64> {
    let fine = Saturating(units) * Saturating(i64::from(size.0)) * Saturating(64);
    Saturating(fine.0.checked_div(i64::from(face.units_per_em())).unwrap_or(0))
}

/// The shape of a letter.
pub(crate) fn outline(face: &Face<'_>, glyph: u16) -> Vec<Piece> {
    let mut pieces = Pieces(Vec::new());
    face.outline_glyph(GlyphId(glyph), &mut pieces);
    pieces.0
}

fn in_dots(fine: Saturating<i64>) -> Dots {
    Saturating(i32::try_from(fine.0.saturating_add(63) / 64).unwrap_or(i32::MAX))
}

struct Pieces(Vec<Piece>);

#[expect(
    clippy::cast_possible_truncation,
    reason = "units are whole, a few thousand at most; what isn't stays in range"
)]
fn whole(x: f32, y: f32) -> [i32; 2] {
    [x.round() as i32, y.round() as i32]
}

impl OutlineBuilder for Pieces {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(Piece::Move(whole(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(Piece::Line(whole(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.push(Piece::Quadratic([whole(x1, y1), whole(x, y)]));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.push(Piece::Cubic([whole(x1, y1), whole(x2, y2), whole(x, y)]));
    }

    fn close(&mut self) {
        self.0.push(Piece::Close);
    }
}
