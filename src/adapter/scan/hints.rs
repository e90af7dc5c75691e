//! What a user can do where nothing is read.

use alloc::vec::Vec;
use core::fmt;

use super::picture::Picture;

/// What would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Hint {
    /// There is too little light.
    Dark,
    /// A light shines back from what is held up.
    Glare,
    /// What is held up moves.
    HoldStill,
    /// The picture is blurred: too near or too far for the lens, or it isn't clean.
    Blurred,
    /// There is something like a code, and it is too small.
    TooSmall,
}

impl Hint {
    /// In lower case: `dark`, `hold_still`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Glare => "glare",
            Self::HoldStill => "hold_still",
            Self::Blurred => "blurred",
            Self::TooSmall => "too_small",
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How many of the cells of a look have to change for it to be a movement that blurs.
pub(super) const MUCH: u32 = 60;

/// How many cells a look has, in both directions.
const CELLS: usize = 24;

/// Each how manyth pixel of a cell is looked at, in both directions.
const EACH: usize = 4;

/// A change of the mean of a cell that isn't noise.
const CHANGE: u8 = 3;

/// A quick look at a picture: its mean brightness cell by cell, and how sharp it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    means: Vec<u8>,
    /// How many of 1,000 pixels are nearly white, and the mean of all.
    white: u32,
    mean: u32,
    /// The steepest step between neighbours in each cell, the greatest of them.
    sharpest: u8,
    /// How many cells have many steps in them.
    busy: u32,
}

impl Look {
    pub(super) fn at(picture: &Picture<'_>) -> Self {
        let (wide, tall) = (picture.width().div_ceil(CELLS).max(1), picture.height().div_ceil(CELLS).max(1));
        let mut look = Self { means: Vec::new(), white: 0, mean: 0, sharpest: 0, busy: 0 };
        let (mut count, mut white, mut sum) = (0_u32, 0_u32, 0_u64);
        for top in (0..picture.height()).step_by(tall) {
            let mut cells = [Cell::default(); CELLS];
            let rows = top..picture.height().min(top.saturating_add(tall));
            for row in rows.step_by(EACH).filter_map(|y| picture.row(y)) {
                for (cell, pixels) in cells.iter_mut().zip(row.chunks(wide)) {
                    cell.take(pixels);
                }
            }
            for cell in cells.iter().filter(|cell| cell.count > 0) {
                look.means.push(cell.mean());
                look.sharpest = look.sharpest.max(cell.steepest);
                look.busy = look.busy.saturating_add(u32::from(cell.steps.saturating_mul(8) > cell.count));
                count = count.saturating_add(cell.count);
                white = white.saturating_add(cell.white);
                sum = sum.saturating_add(u64::from(cell.sum));
            }
        }
        look.white = white.saturating_mul(1_000).checked_div(count).unwrap_or_default();
        let mean = sum.checked_div(u64::from(count)).unwrap_or_default();
        look.mean = u32::try_from(mean).unwrap_or(u32::MAX);
        look
    }

    /// How many cells have changed.
    pub(super) fn moved_since(&self, before: &Self) -> u32 {
        if self.means.len() != before.means.len() {
            return u32::MAX;
        }
        let changed =
            self.means.iter().zip(&before.means).filter(|(now, then)| now.abs_diff(**then) >= CHANGE);
        u32::try_from(changed.count()).unwrap_or(u32::MAX)
    }

    /// What is wrong with the picture, if nothing is read in it.
    pub(super) fn hints(&self, was_moving: bool) -> Vec<Hint> {
        let mut hints = Vec::new();
        if self.mean < 32 {
            return Vec::from([Hint::Dark]);
        }
        if self.white > 25 && self.mean < 200 {
            hints.push(Hint::Glare);
        }
        if was_moving {
            hints.push(Hint::HoldStill);
        } else if self.sharpest < 40 && self.sharpest > 6 {
            hints.push(Hint::Blurred);
        } else if (1..=6).contains(&self.busy) {
            hints.push(Hint::TooSmall);
        }
        hints
    }
}

/// A part of a picture.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    sum: u32,
    count: u32,
    white: u32,
    steps: u32,
    steepest: u8,
}

impl Cell {
    fn take(&mut self, pixels: &[u8]) {
        for [pixel, next, ..] in pixels.as_chunks::<EACH>().0 {
            self.sum = self.sum.saturating_add(u32::from(*pixel));
            self.count = self.count.saturating_add(1);
            self.white = self.white.saturating_add(u32::from(*pixel >= 250));
            let step = pixel.abs_diff(*next);
            self.steps = self.steps.saturating_add(u32::from(step >= 24));
            self.steepest = self.steepest.max(step);
        }
    }

    fn mean(&self) -> u8 {
        let mean = self.sum.checked_div(self.count).unwrap_or_default();
        u8::try_from(mean).unwrap_or(u8::MAX)
    }
}
