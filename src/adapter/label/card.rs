//! What a card or a label looks like.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::num::Saturating;

use super::drawing::{Colour, Drawing, Item, Pixels, Rectangle};
use super::error::{DrawError, MOST_CHARACTERS};
use super::place;
use super::png::{LogoError, logo};
use super::size::{Dots, Length, Resolution, Size, share};
use super::symbol::Symbol;
use super::typeface::Typeface;
use crate::code::Symbology;

/// What small letters are called by: nothing smaller is read without a glass.
const LEAST_LETTERS: Length = Length::from_um(1_600);
const INK: Colour = Colour([0x1b, 0x24, 0x30]);
const MUTED: Colour = Colour([0x56, 0x60, 0x70]);

/// What stands on one printed card or label, be it a customer's card or a punch card.
#[derive(Debug, Clone, Copy)]
pub struct PrintedCard<'a> {
    /// The code.
    pub symbol: &'a Symbol,
    /// Whose it is; empty for a card that nobody has yet. One that is too long is shortened.
    pub name: &'a str,
    /// What stands beside a QR code in place of the digits that a bar code has: the number of the card. It may be
    /// empty. Bar codes have their own text below, and no caption.
    pub caption: &'a str,
}

/// What all cards of a batch have in common.
///
/// Lines stand across the card with the name above them; a QR code stands at the right.
///
/// ```
/// use regulars::adapter::label::{PrintedCard, Design, Resolution, Size, Symbol};
/// use regulars::code::Symbology;
///
/// let design = Design::new(Size::CR80, Resolution::DPI_300).shop("Café Zürich");
/// let symbol = Symbol::new(Symbology::Ean13, "290000000001")?;
/// let drawing = design.draw(&PrintedCard { symbol: &symbol, name: "Zoë Łukasiewicz", caption: "" })?;
///
/// assert_eq!((drawing.width_dots(), drawing.height_dots()), (1011, 638));
/// assert!(drawing.to_png()?.starts_with(b"\x89PNG"));
/// assert!(drawing.to_svg().starts_with("<svg"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Design {
    size: Size,
    resolution: Resolution,
    shop: String,
    small_print: String,
    accent: Colour,
    logo: Option<Arc<Pixels>>,
    regular: Typeface,
    bold: Typeface,
}

impl Design {
    /// Cards of a size for a printer, without a shop's name, a logo and small print, in black.
    pub fn new(size: Size, resolution: Resolution) -> Self {
        Self {
            size,
            resolution,
            shop: String::new(),
            small_print: String::new(),
            accent: INK,
            logo: None,
            regular: Typeface::sans(),
            bold: Typeface::sans_bold(),
        }
    }

    /// With the name of the shop, at the top.
    #[must_use]
    pub fn shop(self, shop: &str) -> Self {
        Self { shop: shop.into(), ..self }
    }

    /// With small print, at the bottom, two or three rows of it.
    #[must_use]
    pub fn small_print(self, small_print: &str) -> Self {
        Self { small_print: small_print.into(), ..self }
    }

    /// With a colour for the shop's name and the line below it. Codes are black on white always.
    #[must_use]
    pub fn accent(self, accent: Colour) -> Self {
        Self { accent, ..self }
    }

    /// With other typefaces: one for names and small print, and one for the shop.
    #[must_use]
    pub fn typefaces(self, regular: Typeface, bold: Typeface) -> Self {
        Self { regular, bold, ..self }
    }

    /// With a logo, at the top: the bytes of a PNG.
    ///
    /// # Errors
    ///
    /// [`LogoError`] where they are none, or it is too large.
    pub fn logo(self, png: &[u8]) -> Result<Self, LogoError> {
        let (width, height) = (self.size.width.dots(self.resolution), self.size.height.dots(self.resolution));
        let logo = logo(png, share(width, 350), share(height, HEADER))?;
        Ok(Self { logo: Some(logo), ..self })
    }

    /// How large its cards are.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// A card.
    ///
    /// # Errors
    ///
    /// [`DrawError`] where its code has no room, a text has more than [`MOST_CHARACTERS`], or a letter is in none of
    /// the typefaces.
    pub fn draw(&self, card: &PrintedCard<'_>) -> Result<Drawing, DrawError> {
        let texts = Texts {
            shop: clean(&self.bold, "shop", &self.shop)?,
            name: clean(&self.regular, "name", card.name)?,
            caption: clean(&self.regular, "caption", card.caption)?,
            small_print: clean(&self.regular, "small print", &self.small_print)?,
        };
        let mut drawing = Drawing::new(self.size, self.resolution, texts.title(card.symbol));
        let (width, height) = (drawing.dots(self.size.width), drawing.dots(self.size.height));
        let margin = share(height, 62).max(drawing.dots(Length::from_um(1_500)));
        let inner = Rectangle {
            x: margin,
            y: margin,
            width: width - margin * Saturating(2),
            height: height - margin * Saturating(2),
        };
        if card.symbol.symbology() == Symbology::Qr {
            self.beside(&mut drawing, card, &texts, inner)?;
        } else {
            self.across(&mut drawing, card, &texts, inner)?;
        }
        Ok(drawing)
    }

    /// Texts above and below lines that go across the card.
    fn across(
        &self,
        drawing: &mut Drawing,
        card: &PrintedCard<'_>,
        texts: &Texts,
        inner: Rectangle,
    ) -> Result<(), DrawError> {
        let whole = drawing.dots(self.size.height);
        let mut column = Column { x: inner.x, y: inner.y, width: inner.width, items: Vec::new() };
        self.header(&mut column, texts, whole);
        let size = self.name_size(&texts.name, share(whole, 88), inner.width);
        column.row(&texts.name, &self.regular, size, INK);
        column.gap(share(whole, 15));
        let small = share(whole, 42).max(self.least_letters());
        let rows = self.regular.rows(&texts.small_print, small, inner.width, 2);
        let below = line_height(small) * Saturating(i32::try_from(rows.len()).unwrap_or(2));
        let bottom = inner.y + inner.height - below;
        // The quiet zones are white, as the margin is: lines may begin and end in it.
        let area = Rectangle {
            x: Saturating(0),
            y: column.y,
            width: drawing.dots(self.size.width),
            height: bottom - column.y - if rows.is_empty() { Saturating(0) } else { share(whole, 15) },
        };
        let (items, _) = place::symbol(card.symbol, area, self.resolution, &self.regular)?;
        column.y = bottom;
        rows.iter().for_each(|row| column.row(row, &self.regular, small, MUTED));
        drawing.items = column.items;
        drawing.items.extend(items);
        Ok(())
    }

    /// Texts at the left of a square.
    fn beside(
        &self,
        drawing: &mut Drawing,
        card: &PrintedCard<'_>,
        texts: &Texts,
        inner: Rectangle,
    ) -> Result<(), DrawError> {
        let whole = drawing.dots(self.size.height);
        let most = share(drawing.dots(self.size.width), 520);
        // The quiet zone may lie in the margin.
        let right = drawing.dots(self.size.width);
        let area = Rectangle { x: right - most, y: Saturating(0), width: most, height: whole };
        let (mut items, taken) = place::symbol(card.symbol, area, self.resolution, &self.regular)?;
        // To the right as far as the quiet zone and the margin allow.
        let shift = right - (taken.x + taken.width) - (inner.x - share(taken.width, 60)).max(Saturating(0));
        if let Some(Item::Rectangles { rectangles, .. }) = items.first_mut() {
            rectangles.iter_mut().for_each(|rectangle| rectangle.x += shift);
        }
        let width = taken.x + shift - inner.x;
        let mut column = Column { x: inner.x, y: inner.y, width, items: Vec::new() };
        self.header(&mut column, texts, whole);
        let sizes = [80, 70, 60].map(|thousandths| (share(whole, thousandths).max(self.least_letters()), 2));
        let (size, rows) = largest(&self.regular, &texts.name, width, sizes);
        rows.iter().for_each(|row| column.row(row, &self.regular, size, INK));
        column.gap(share(whole, 20));
        column.row(&texts.caption, &self.regular, share(whole, 60).max(self.least_letters()), INK);
        let small = share(whole, 42).max(self.least_letters());
        let rows = self.regular.rows(&texts.small_print, small, width, 3);
        let below = line_height(small) * Saturating(i32::try_from(rows.len()).unwrap_or(3));
        // Where the card is full, the small print is what has no room.
        let bottom = inner.y + inner.height - below;
        if column.y <= bottom {
            column.y = bottom;
            rows.iter().for_each(|row| column.row(row, &self.regular, small, MUTED));
        }
        drawing.items = column.items;
        drawing.items.extend(items);
        Ok(())
    }

    /// The logo, the shop's name, and a line below.
    fn header(&self, column: &mut Column, texts: &Texts, whole: Dots) {
        if texts.shop.is_empty() && self.logo.is_none() {
            return;
        }
        let height = share(whole, HEADER);
        let mut left = column.x;
        if let Some(pixels) = &self.logo {
            let side = |pixels: u32| Saturating(i32::try_from(pixels).unwrap_or(0));
            let y = column.y + half(height - side(pixels.height));
            column.items.push(Item::Picture { x: left, y, pixels: pixels.clone() });
            left += side(pixels.width) + share(whole, 35);
        }
        let room = column.x + column.width - left;
        let (size, rows) = self.shop_rows(&texts.shop, whole, room);
        let all = line_height(size) * Saturating(i32::try_from(rows.len()).unwrap_or(1));
        let mut beside = Column { x: left, y: column.y + half(height - all), width: room, items: Vec::new() };
        rows.iter().for_each(|row| beside.row(row, &self.bold, size, self.accent));
        column.items.extend(beside.items);
        column.gap(height + share(whole, 22));
        let line = share(whole, 8).max(Saturating(1));
        let rectangle = Rectangle { x: column.x, y: column.y, width: column.width, height: line };
        column.items.push(Item::Rectangles { colour: self.accent, rectangles: alloc::vec![rectangle] });
        column.gap(line + share(whole, 22));
    }

    /// The shop's name in the header: in one row if that is possible, smaller if it must be, then in two or three.
    fn shop_rows(&self, shop: &str, whole: Dots, room: Dots) -> (Dots, Vec<String>) {
        let sizes = [(100, 1), (88, 1), (72, 2), (60, 2), (50, 2), (44, 3)].map(|(thousandths, most)| {
            let size = share(whole, thousandths).max(self.least_letters());
            let fit = share(whole, HEADER + 15).0.checked_div(line_height(size).0.max(1)).unwrap_or(1);
            (size, usize::try_from(fit).unwrap_or(1).clamp(1, most))
        });
        largest(&self.bold, shop, room, sizes)
    }

    /// The largest letters in which a name fits into a row, but not smaller than three quarters of what is usual.
    fn name_size(&self, name: &str, usual: Dots, room: Dots) -> Dots {
        let usual = usual.max(self.least_letters());
        let sizes =
            [1000, 920, 840, 760].map(|thousandths| share(usual, thousandths).max(self.least_letters()));
        let fits = |size: &Dots| self.regular.width(name, *size) <= room;
        sizes.into_iter().find(fits).unwrap_or(sizes[3])
    }

    fn least_letters(&self) -> Dots {
        LEAST_LETTERS.dots(self.resolution)
    }
}

/// The rows of a text in the first of some sizes, each with its most rows, in which nothing of it is lost; else in the
/// last.
fn largest<const N: usize>(
    typeface: &Typeface,
    text: &str,
    width: Dots,
    sizes: [(Dots, usize); N],
) -> (Dots, Vec<String>) {
    let mut smallest = (Saturating(0), Vec::new());
    for (size, most) in sizes {
        smallest = (size, typeface.rows(text, size, width, most));
        if smallest.1.last().is_none_or(|row| !row.ends_with('…')) {
            break;
        }
    }
    smallest
}

/// A text as it is drawn, if it isn't too long.
fn clean(typeface: &Typeface, what: &'static str, text: &str) -> Result<String, DrawError> {
    match text.chars().count() {
        characters if MOST_CHARACTERS < characters => Err(DrawError::TooLong { what, characters }),
        _ => Ok(typeface.clean(text)?),
    }
}

/// How much of the height the header has, in thousandths.
const HEADER: i32 = 165;

/// The texts of a card as they are drawn.
struct Texts {
    shop: String,
    name: String,
    caption: String,
    small_print: String,
}

impl Texts {
    fn title(&self, symbol: &Symbol) -> String {
        let parts = [self.shop.as_str(), self.name.as_str(), symbol.text()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

/// Things below each other.
struct Column {
    x: Dots,
    /// Where the next one begins.
    y: Dots,
    width: Dots,
    items: Vec<Item>,
}

impl Column {
    /// A row of text, shortened if it must be; nothing for an empty one.
    fn row(&mut self, text: &str, typeface: &Typeface, size: Dots, colour: Colour) {
        if text.is_empty() {
            return;
        }
        let text = typeface.shortened(text, size, self.width);
        // Accents on capital letters reach nearly to the top of the row.
        let baseline = self.y + share(size, 950);
        self.items.push(Item::Text { x: self.x, baseline, size, colour, typeface: typeface.clone(), text });
        self.y += line_height(size);
    }

    fn gap(&mut self, dots: Dots) {
        self.y += dots;
    }
}

fn line_height(size: Dots) -> Dots {
    share(size, 1220)
}

fn half(dots: Dots) -> Dots {
    Saturating(dots.0.div_euclid(2))
}
