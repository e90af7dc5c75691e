//! Lengths, and the dots that they are printed with.

use core::num::Saturating;

use thiserror::Error;

/// Dots of a printer, or pixels of a picture. Sums that don't fit stay at the end of the range, far outside of
/// anything that is drawn.
pub(crate) type Dots = Saturating<i32>;

/// An inch in micrometres.
const UM_PER_INCH: u64 = 25_400;

/// A length on paper or card.
///
/// ```
/// use regulars::adapter::label::{Length, Resolution};
///
/// let width = Length::from_um(85_600);
/// assert_eq!(width.in_dots(Resolution::DPI_300), 1011);
/// assert_eq!(width.to_string(), "85.6 mm");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(u32);

impl Length {
    /// So many micrometres.
    pub const fn from_um(um: u32) -> Self {
        Self(um)
    }

    /// In micrometres.
    pub const fn um(self) -> u32 {
        self.0
    }

    /// In whole dots, the nearest.
    pub fn in_dots(self, resolution: Resolution) -> u32 {
        let twice = u64::from(self.0).saturating_mul(u64::from(resolution.dpi())).saturating_mul(2);
        let rounded = twice.saturating_add(UM_PER_INCH) / (2 * UM_PER_INCH);
        u32::try_from(rounded).unwrap_or(u32::MAX)
    }

    /// The same, to reckon with.
    pub(crate) fn dots(self, resolution: Resolution) -> Dots {
        Saturating(i32::try_from(self.in_dots(resolution)).unwrap_or(i32::MAX))
    }

    /// How long so many dots are, in micrometres, rounded up.
    pub(crate) fn of_dots(dots: Dots, resolution: Resolution) -> Self {
        let dots = u64::try_from(dots.0).unwrap_or(0);
        let um = dots.saturating_mul(UM_PER_INCH).div_ceil(u64::from(resolution.dpi()).max(1));
        Self(u32::try_from(um).unwrap_or(u32::MAX))
    }
}

impl core::fmt::Display for Length {
    /// In millimetres, with as many decimals as it needs.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}", self.0 / 1000)?;
        match self.0 % 1000 {
            0 => {}
            rest if rest % 100 == 0 => write!(f, ".{}", rest / 100)?,
            rest if rest % 10 == 0 => write!(f, ".{:02}", rest / 10)?,
            rest => write!(f, ".{rest:03}")?,
        }
        f.write_str(" mm")
    }
}

/// How large a card, a label or a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// From left to right.
    pub width: Length,
    /// From top to bottom.
    pub height: Length,
}

impl Size {
    /// A card of the size of bank cards (ISO/IEC 7810 ID-1).
    pub const CR80: Self = Self::from_um(85_600, 53_980);
    /// A page of A4.
    pub const A4: Self = Self::from_um(210_000, 297_000);
    /// A page of letter paper.
    pub const LETTER: Self = Self::from_um(215_900, 279_400);

    /// So many micrometres each way.
    pub const fn from_um(width: u32, height: u32) -> Self {
        Self { width: Length(width), height: Length(height) }
    }
}

impl core::fmt::Display for Size {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} x {}", self.width, self.height)
    }
}

/// How many dots a printer puts on an inch. Bars and modules are whole dots wide: half of one would be printed
/// here and not there, and a scanner measures bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resolution(u32);

/// A resolution that no printer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "{dpi} dots per inch: it has to be 100 to 2400; label printers have 203, 300 or 600, card printers 300"
)]
pub struct ResolutionError {
    /// What was asked for.
    pub dpi: u32,
}

impl Resolution {
    /// Printers of labels and receipts, with 8 dots to the millimetre.
    pub const DPI_203: Self = Self(203);
    /// Printers of cards, and finer ones of labels.
    pub const DPI_300: Self = Self(300);
    /// Office printers.
    pub const DPI_600: Self = Self(600);

    /// So many dots per inch.
    ///
    /// # Errors
    ///
    /// [`ResolutionError`] below 100 and above 2400.
    pub fn new(dpi: u32) -> Result<Self, ResolutionError> {
        if !(100..=2400).contains(&dpi) {
            return Err(ResolutionError { dpi });
        }
        Ok(Self(dpi))
    }

    /// In dots per inch.
    pub const fn dpi(self) -> u32 {
        self.0
    }
}

impl core::fmt::Display for Resolution {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} dpi", self.0)
    }
}

/// So many thousandths of a number of dots, rounded down.
pub(crate) fn share(of: Dots, thousandths: i32) -> Dots {
    let part = i64::from(of.0).saturating_mul(i64::from(thousandths)) / 1000;
    Saturating(i32::try_from(part).unwrap_or(i32::MAX))
}
