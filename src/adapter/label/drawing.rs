//! What is drawn, as a list: laid out once, and then written as PNG, SVG or PDF.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

#[cfg(feature = "receipt")]
use core::num::Saturating;

#[cfg(feature = "receipt")]
use super::error::DrawError;
use super::size::{Dots, Length, Resolution, Size};
#[cfg(feature = "receipt")]
use super::symbol::Symbol;
use super::typeface::Typeface;

/// A colour of the screen, red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// What codes are drawn with: scanners' light is often red, and other colours vanish in it.
    pub const BLACK: Self = Self([0, 0, 0]);
    /// What they are drawn on.
    pub const WHITE: Self = Self([255, 255, 255]);

    /// A colour as it is written for the web: `#1f6f54`, or without the `#`. `None` if it isn't that.
    ///
    /// ```
    /// use regulars::adapter::label::Colour;
    ///
    /// assert_eq!(Colour::from_hex("#1f6f54"), Some(Colour([0x1f, 0x6f, 0x54])));
    /// assert_eq!(Colour::from_hex("green"), None);
    /// ```
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let part = |at: usize| {
            digits.get(at..at.saturating_add(2)).and_then(|part| u8::from_str_radix(part, 16).ok())
        };
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }
}

/// A card, a label or a whole page, laid out in the dots of a printer.
///
/// Bars and modules lie on whole dots in all of its forms, so a picture of it is printed sharply at its
/// resolution, or at a multiple of it.
#[derive(Debug, Clone)]
pub struct Drawing {
    pub(crate) size: Size,
    pub(crate) resolution: Resolution,
    pub(crate) title: String,
    pub(crate) items: Vec<Item>,
}

/// A thing that is drawn. Places are in dots from the top left corner.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// Filled rectangles.
    Rectangles { colour: Colour, rectangles: Vec<Rectangle> },
    /// A row of text, from where its first letter begins on its base line.
    Text { x: Dots, baseline: Dots, size: Dots, colour: Colour, typeface: Typeface, text: String },
    /// A picture, one pixel a dot.
    Picture { x: Dots, y: Dots, pixels: Arc<Pixels> },
}

/// A rectangle in dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rectangle {
    pub x: Dots,
    pub y: Dots,
    pub width: Dots,
    pub height: Dots,
}

/// A picture in memory: three bytes a pixel, red, green and blue, row after row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

impl Drawing {
    pub(crate) const fn new(size: Size, resolution: Resolution, title: String) -> Self {
        Self { size, resolution, title, items: Vec::new() }
    }

    /// How large it is.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// For which printer it was laid out.
    pub const fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// From left to right, in dots.
    pub fn width_dots(&self) -> u32 {
        self.size.width.in_dots(self.resolution)
    }

    /// From top to bottom, in dots.
    pub fn height_dots(&self) -> u32 {
        self.size.height.in_dots(self.resolution)
    }

    /// Puts another drawing onto this one.
    pub(crate) fn put(&mut self, other: &Self, right: Dots, down: Dots) {
        self.items.extend(other.items.iter().map(|item| item.moved(right, down)));
    }

    pub(crate) fn dots(&self, length: Length) -> Dots {
        length.dots(self.resolution)
    }
}

/// What grows downwards, such as a receipt.
#[cfg(feature = "receipt")]
impl Drawing {
    /// An empty strip as wide as a roll of a printer with 203 dots to the inch.
    pub(crate) fn strip(width: Dots, title: String) -> Self {
        let resolution = Resolution::DPI_203;
        let size = Size { width: Length::of_dots(width, resolution), height: Length::from_um(0) };
        Self::new(size, resolution, title)
    }

    /// A row of text in black.
    pub(crate) fn write(&mut self, x: Dots, baseline: Dots, size: Dots, typeface: &Typeface, text: String) {
        let (colour, typeface) = (Colour::BLACK, typeface.clone());
        self.items.push(Item::Text { x, baseline, size, colour, typeface, text });
    }

    /// A code in the middle, from a height on; gives the height below it.
    ///
    /// # Errors
    ///
    /// [`DrawError`] where it is wider than the strip.
    pub(crate) fn add_symbol(&mut self, symbol: &Symbol, y: Dots) -> Result<Dots, DrawError> {
        let width = self.dots(self.size.width);
        // A QR code may be as high as it is wide; lines of 15 mm with their digits are enough.
        let height = if symbol.symbology().is_linear() { self.dots(Length::from_um(20_000)) } else { width };
        let area = Rectangle { x: Saturating(0), y, width, height };
        let (items, taken) = super::place::symbol(symbol, area, self.resolution, &Typeface::sans())?;
        let up = Saturating(0) - (taken.y - y);
        self.items.extend(items.iter().map(|item| item.moved(Saturating(0), up)));
        Ok(y + taken.height)
    }

    /// The strip, cut at a height.
    pub(crate) fn cut_at(self, y: Dots) -> Self {
        let height = Length::of_dots(y.max(Saturating(1)), self.resolution);
        Self { size: Size { height, ..self.size }, ..self }
    }
}

impl Item {
    fn moved(&self, right: Dots, down: Dots) -> Self {
        match self.clone() {
            Self::Rectangles { colour, mut rectangles } => {
                for rectangle in &mut rectangles {
                    rectangle.x += right;
                    rectangle.y += down;
                }
                Self::Rectangles { colour, rectangles }
            }
            Self::Text { x, baseline, size, colour, typeface, text } => {
                Self::Text { x: x + right, baseline: baseline + down, size, colour, typeface, text }
            }
            Self::Picture { x, y, pixels } => Self::Picture { x: x + right, y: y + down, pixels },
        }
    }
}
