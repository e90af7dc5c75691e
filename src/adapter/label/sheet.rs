//! Sheets that cards and labels are printed on: many to a page.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::num::Saturating;

use thiserror::Error;

use super::drawing::{Colour, Drawing, Item, Rectangle};
use super::size::{Dots, Length, Resolution, Size};

/// A sheet of labels, by what its maker says of it; or a page of cards that are cut apart.
///
/// Sheets of others are values of this type. Print at 100 %, without "fit to page".
///
/// ```
/// use regulars::adapter::label::{Length, Sheet, Size};
///
/// let own = Sheet {
///     name: "own",
///     page: Size::A4,
///     label: Size::from_um(70_000, 37_000),
///     columns: 3,
///     rows: 8,
///     left: Length::from_um(0),
///     top: Length::from_um(500),
///     pitch: Size::from_um(70_000, 37_000),
///     cut_marks: false,
/// };
/// assert_eq!(own.places(), Sheet::L7159.places());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    /// What it is called, in small letters.
    pub name: &'static str,
    /// How large a page is.
    pub page: Size,
    /// How large one label is.
    pub label: Size,
    /// How many are side by side.
    pub columns: u16,
    /// How many are one below another.
    pub rows: u16,
    /// How far the first label is from the left edge of the page.
    pub left: Length,
    /// How far the first label is from the upper edge.
    pub top: Length,
    /// How far it is from one label to the next: from edge to the same edge.
    pub pitch: Size,
    /// Whether lines outside of the cards show where to cut.
    pub cut_marks: bool,
}

/// Why cards aren't put on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SheetError {
    /// A card was drawn in another size than the labels have.
    #[error("the card is {card}, and labels of {sheet} are {label}: draw it in that size")]
    OtherSize {
        /// The card's.
        card: Size,
        /// The labels'.
        label: Size,
        /// The sheet's name.
        sheet: &'static str,
    },
    /// Cards were drawn for different printers.
    #[error("cards for {one} and for {other} don't go on one sheet: draw all of them for one printer")]
    OtherResolution {
        /// The first card's.
        one: Resolution,
        /// Another card's.
        other: Resolution,
    },
    /// Labels reach beyond the page, or there are none.
    #[error("{columns} x {rows} labels of {sheet} don't fit on its page: measure margins and pitch again")]
    Outside {
        /// In a row.
        columns: u16,
        /// In a column.
        rows: u16,
        /// The sheet's name.
        sheet: &'static str,
    },
    /// More labels are said to be used than the first page has.
    #[error("{skipped} labels of the first page can't be used already: {sheet} has {places}")]
    Skipped {
        /// How many.
        skipped: usize,
        /// How many a page has.
        places: usize,
        /// The sheet's name.
        sheet: &'static str,
    },
}

impl Sheet {
    /// Ten cards on A4, with marks to cut along.
    pub const CR80_A4: Self =
        Self { cut_marks: true, ..Self::centred("cr80", Size::A4, Size::CR80, [2, 5], [88_600, 56_980]) };
    /// Eight cards on letter paper, with marks to cut along.
    pub const CR80_LETTER: Self = Self {
        cut_marks: true,
        ..Self::centred("cr80-letter", Size::LETTER, Size::CR80, [2, 4], [88_600, 56_980])
    };
    /// Avery L7160: 21 labels of 63.5 x 38.1 mm on A4.
    pub const L7160: Self =
        Self::centred("l7160", Size::A4, Size::from_um(63_500, 38_100), [3, 7], [66_040, 38_100]);
    /// Avery L7159: 24 labels of 63.5 x 33.9 mm on A4.
    pub const L7159: Self =
        Self::centred("l7159", Size::A4, Size::from_um(63_500, 33_900), [3, 8], [66_040, 33_900]);
    /// Avery L7163: 14 labels of 99.1 x 38.1 mm on A4.
    pub const L7163: Self =
        Self::centred("l7163", Size::A4, Size::from_um(99_100, 38_100), [2, 7], [101_600, 38_100]);
    /// Avery L7651: 65 labels of 38.1 x 21.2 mm on A4.
    pub const L7651: Self =
        Self::centred("l7651", Size::A4, Size::from_um(38_100, 21_200), [5, 13], [40_600, 21_200]);
    /// Avery 5160: 30 labels of 2 5/8 x 1 inches on letter paper.
    pub const AVERY_5160: Self =
        Self::centred("5160", Size::LETTER, Size::from_um(66_675, 25_400), [3, 10], [69_850, 25_400]);
    /// Avery 5163: 10 labels of 4 x 2 inches on letter paper.
    pub const AVERY_5163: Self =
        Self::centred("5163", Size::LETTER, Size::from_um(101_600, 50_800), [2, 5], [106_363, 50_800]);

    /// All sheets that are known here.
    pub const ALL: &'static [Self] = &[
        Self::CR80_A4,
        Self::CR80_LETTER,
        Self::L7160,
        Self::L7159,
        Self::L7163,
        Self::L7651,
        Self::AVERY_5160,
        Self::AVERY_5163,
    ];

    /// The sheet of that name, among [`ALL`](Self::ALL).
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|sheet| sheet.name.eq_ignore_ascii_case(name))
    }

    /// A sheet whose labels are in the middle of the page, as they nearly always are.
    const fn centred(
        name: &'static str,
        page: Size,
        label: Size,
        [columns, rows]: [u16; 2],
        [across, down]: [u32; 2],
    ) -> Self {
        const fn margin(page: Length, label: Length, count: u16, pitch: u32) -> Length {
            let gaps = (count as u32).saturating_sub(1).saturating_mul(pitch);
            Length::from_um(page.um().saturating_sub(gaps.saturating_add(label.um())) / 2)
        }
        let left = margin(page.width, label.width, columns, across);
        let top = margin(page.height, label.height, rows, down);
        let pitch = Size::from_um(across, down);
        Self { name, page, label, columns, rows, left, top, pitch, cut_marks: false }
    }

    /// How many labels a page has.
    pub fn places(&self) -> usize {
        usize::from(self.columns).saturating_mul(usize::from(self.rows))
    }

    /// The pages with all the cards, row after row. `skipped` places of the first page stay empty, since a sheet
    /// of labels may have been begun. No cards make no page.
    ///
    /// ```
    /// use regulars::adapter::label::{Design, PrintedCard, Resolution, Sheet, Size, Symbol};
    /// use regulars::code::Symbology;
    ///
    /// let design = Design::new(Size::CR80, Resolution::DPI_300).shop("Corner Café");
    /// let symbol = Symbol::new(Symbology::Ean13, "2900000000179")?;
    /// let card = design.draw(&PrintedCard { symbol: &symbol, name: "Ada", caption: "" })?;
    /// let sheet = Sheet::CR80_A4;
    /// let cards = vec![card; sheet.places()];
    /// assert_eq!(sheet.pages(&cards, 0)?.len(), 1);
    /// // The first place is used already, so the last card comes onto another page.
    /// assert_eq!(sheet.pages(&cards, 1)?.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SheetError`] where the cards have another size than the labels or were drawn for different printers,
    /// and where the sheet contradicts itself.
    pub fn pages(&self, cards: &[Drawing], skipped: usize) -> Result<Vec<Drawing>, SheetError> {
        self.check(cards, skipped)?;
        let places = self.places().max(1);
        let mut pages: Vec<Drawing> = Vec::new();
        for (card, place) in cards.iter().zip(skipped..) {
            let number = place.checked_div(places).unwrap_or(0);
            if pages.len() <= number {
                let title = format!("{}, {}", self.name, number.saturating_add(1));
                pages.push(self.page(title, card.resolution));
            }
            let place = u32::try_from(place.checked_rem(places).unwrap_or(0)).unwrap_or(0);
            let columns = u32::from(self.columns);
            let row = place.checked_div(columns).unwrap_or(0);
            let column = place.checked_rem(columns).unwrap_or(0);
            let right = at(self.left, self.pitch.width, column).dots(card.resolution);
            let down = at(self.top, self.pitch.height, row).dots(card.resolution);
            if let Some(page) = pages.last_mut() {
                page.put(card, right, down);
            }
        }
        Ok(pages)
    }

    fn check(&self, cards: &[Drawing], skipped: usize) -> Result<(), SheetError> {
        let sheet = self.name;
        let reaches = |start: Length, pitch: Length, count: u16, label: Length| {
            at(start, pitch, u32::from(count).saturating_sub(1)).um().saturating_add(label.um())
        };
        let right = reaches(self.left, self.pitch.width, self.columns, self.label.width);
        let bottom = reaches(self.top, self.pitch.height, self.rows, self.label.height);
        let (places, page) = (self.places(), self.page);
        if places == 0 || right > page.width.um() || bottom > page.height.um() {
            return Err(SheetError::Outside { columns: self.columns, rows: self.rows, sheet });
        }
        if skipped >= places {
            return Err(SheetError::Skipped { skipped, places, sheet });
        }
        for card in cards {
            if card.size != self.label {
                return Err(SheetError::OtherSize { card: card.size, label: self.label, sheet });
            }
            let first = cards.first().map_or(card.resolution, |first| first.resolution);
            if card.resolution != first {
                return Err(SheetError::OtherResolution { one: first, other: card.resolution });
            }
        }
        Ok(())
    }

    /// An empty page.
    fn page(&self, title: String, resolution: Resolution) -> Drawing {
        let mut page = Drawing::new(self.page, resolution, title);
        if self.cut_marks {
            page.items.push(Item::Rectangles { colour: Colour::BLACK, rectangles: self.marks(resolution) });
        }
        page
    }

    /// Lines in the margins of the page, in line with the edges of the cards, so that a cutter goes from one to
    /// the other and none is left on a card.
    fn marks(&self, resolution: Resolution) -> Vec<Rectangle> {
        let dots = |um: u32| Length::from_um(um).dots(resolution);
        let (long, gap, thick) = (dots(4_000), dots(1_000), dots(100).max(Saturating(1)));
        let edges = |start: Length, pitch: Length, count: u16, label: Length| -> Vec<Dots> {
            let starts = (0..u32::from(count)).map(|index| at(start, pitch, index));
            let both =
                starts.flat_map(|start| [start, Length::from_um(start.um().saturating_add(label.um()))]);
            both.map(|edge| edge.dots(resolution)).collect()
        };
        let across = edges(self.left, self.pitch.width, self.columns, self.label.width);
        let down = edges(self.top, self.pitch.height, self.rows, self.label.height);
        let ends = |edges: &[Dots]| {
            let first = edges.first().copied().unwrap_or_default();
            let last = edges.last().copied().unwrap_or_default();
            [first - gap - long, last + gap]
        };
        let mut marks = Vec::new();
        for y in ends(&down) {
            marks.extend(across.iter().map(|x| Rectangle { x: *x, y, width: thick, height: long }));
        }
        for x in ends(&across) {
            marks.extend(down.iter().map(|y| Rectangle { x, y: *y, width: long, height: thick }));
        }
        marks
    }
}

/// Where the label with that index begins.
const fn at(start: Length, pitch: Length, index: u32) -> Length {
    Length::from_um(start.um().saturating_add(pitch.um().saturating_mul(index)))
}
