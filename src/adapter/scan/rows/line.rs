//! A straight line through a picture, and the grey along it.

use alloc::vec::Vec;

use crate::adapter::scan::{Picture, Point};

use super::whole::{int, size};

/// Parts of a pixel along a line: edges are found between pixels.
pub(super) const PARTS: i32 = 1 << 6;

/// Sixteen bits behind the point, for places in the picture.
const ONE: i32 = 1 << 16;

/// What a sample is at most: 255 times this.
pub(super) const GREY: i32 = 4;

/// A line of samples: where it begins, how far one sample is from the next (both in 65,536ths of a pixel), and how
/// many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub from: (i32, i32),
    pub step: (i32, i32),
    pub count: i32,
}

impl Line {
    /// A row of pixels.
    pub fn row(picture: &Picture<'_>, y: i32) -> Self {
        Self { from: (0, y.wrapping_mul(ONE)), step: (ONE, 0), count: int(picture.width()) }
    }

    /// A column of pixels.
    pub fn column(picture: &Picture<'_>, x: i32) -> Self {
        Self { from: (x.wrapping_mul(ONE), 0), step: (0, ONE), count: int(picture.height()) }
    }

    /// The part inside of the picture of a line through a place, in a direction whose longer part is one
    /// pixel;
    /// `None` where little of it is inside. Place and direction are in 65,536ths.
    pub fn through(picture: &Picture<'_>, place: (i32, i32), step: (i32, i32)) -> Option<Self> {
        let (width, height) = (int(picture.width()), int(picture.height()));
        let (before_x, after_x) = steps_inside(place.0, step.0, width.wrapping_sub(1));
        let (before_y, after_y) = steps_inside(place.1, step.1, height.wrapping_sub(1));
        let (first, last) = (before_x.max(before_y), after_x.min(after_y));
        let count = last.saturating_sub(first).saturating_add(1);
        if count < 24 {
            return None;
        }
        let x = i64::from(place.0).wrapping_add(i64::from(step.0).wrapping_mul(i64::from(first)));
        let y = i64::from(place.1).wrapping_add(i64::from(step.1).wrapping_mul(i64::from(first)));
        Some(Self { from: (i32::try_from(x).ok()?, i32::try_from(y).ok()?), step, count })
    }

    /// The pixel at a position along the line, in parts of a sample.
    pub fn point(&self, position: i32) -> Point {
        let along = |from: i32, step: i32| {
            let moved = i64::from(step).wrapping_mul(i64::from(position)) >> 6;
            let place = i64::from(from).wrapping_add(moved).wrapping_add(i64::from(ONE >> 1)) >> 16;
            i32::try_from(place).unwrap_or(0)
        };
        Point { x: along(self.from.0, self.step.0), y: along(self.from.1, self.step.1) }
    }

    /// The grey along it, up to 255 · [`GREY`], a little averaged across it, since noise is across as well and bars
    /// are long.
    pub fn sample(&self, picture: &Picture<'_>, samples: &mut Vec<i32>) {
        samples.clear();
        if self.step == (ONE, 0) && self.from.0 == 0 {
            self.sample_row(picture, samples);
        } else if self.step == (0, ONE) && self.from.1 == 0 {
            self.sample_column(picture, samples);
        } else {
            self.sample_slanted(picture, samples);
        }
    }

    fn sample_row(&self, picture: &Picture<'_>, samples: &mut Vec<i32>) {
        let y = size(self.from.1 >> 16);
        let Some(middle) = picture.row(y) else { return };
        let above = y.checked_sub(1).and_then(|y| picture.row(y)).unwrap_or(middle);
        let below = picture.row(y.saturating_add(1)).unwrap_or(middle);
        let rows = above.iter().zip(middle).zip(below);
        samples.extend(rows.map(|((a, m), b)| weighed(*a, *m, *b)));
    }

    fn sample_column(&self, picture: &Picture<'_>, samples: &mut Vec<i32>) {
        let last = picture.width().saturating_sub(1);
        let x = size(self.from.0 >> 16).min(last);
        let (left, right) = (x.saturating_sub(1), x.saturating_add(1).min(last));
        for y in 0..picture.height() {
            let Some(row) = picture.row(y) else { return };
            if let (Some(a), Some(m), Some(b)) = (row.get(left), row.get(x), row.get(right)) {
                samples.push(weighed(*a, *m, *b));
            }
        }
    }

    /// A slanted line steps from column to column, or from row to row; across that it lies between pixels.
    fn sample_slanted(&self, picture: &Picture<'_>, samples: &mut Vec<i32>) {
        let is_flat = self.step.0 == ONE;
        let (mut major, mut minor) = if is_flat { self.from } else { (self.from.1, self.from.0) };
        let slope = if is_flat { self.step.1 } else { self.step.0 };
        let last = int(if is_flat { picture.height() } else { picture.width() }).wrapping_sub(1);
        for _ in 0..self.count {
            let (place, first, part) = (size(major >> 16), minor >> 16, (minor >> 8) & 0xff);
            let pixel = |away: i32| {
                let across = size(first.wrapping_add(away).clamp(0, last));
                let (x, y) = if is_flat { (place, across) } else { (across, place) };
                picture.row(y).and_then(|row| row.get(x)).map_or(0, |grey| i32::from(*grey))
            };
            // One, two and one parts of the greys between pixels, a pixel apart: so much of four pixels.
            let rest = 256_i32.wrapping_sub(part);
            let outer = pixel(-1).wrapping_mul(rest).wrapping_add(pixel(2).wrapping_mul(part));
            let before = pixel(0).wrapping_mul(rest.wrapping_add(256));
            let behind = pixel(1).wrapping_mul(part.wrapping_add(256));
            samples.push(outer.wrapping_add(before).wrapping_add(behind) >> 8);
            major = major.wrapping_add(ONE);
            minor = minor.wrapping_add(slope);
        }
    }
}

/// One, two and one parts of three pixels.
fn weighed(a: u8, m: u8, b: u8) -> i32 {
    i32::from(u16::from(a).wrapping_add(u16::from(m).wrapping_mul(2)).wrapping_add(u16::from(b)))
}

/// How many steps from a place stay in `0..=last`, back (below zero) and on.
fn steps_inside(place: i32, step: i32, last: i32) -> (i32, i32) {
    let end = i64::from(last).wrapping_mul(i64::from(ONE));
    let (place, wide) = (i64::from(place), i64::from(step));
    let to_start = place.wrapping_neg();
    let to_end = end.wrapping_sub(place);
    let div = |a: i64| i32::try_from(a.checked_div(wide).unwrap_or(0)).unwrap_or(0);
    match step {
        0 if (0..=end).contains(&place) => (-40_000, 40_000),
        0 => (1, 0),
        1.. => (div(to_start), div(to_end)),
        _ => (div(to_end), div(to_start)),
    }
}
