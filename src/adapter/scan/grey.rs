//! Pictures made of others: smaller, larger, sharper.

use alloc::vec;
use alloc::vec::Vec;

use super::deadline::Deadline;
use super::picture::Picture;

/// A picture with pixels of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Grey {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

impl Grey {
    pub(super) fn picture(&self) -> Option<Picture<'_>> {
        Picture::new(&self.pixels, self.width, self.height).ok()
    }

    /// One pixel for each `by` x `by`, their mean; what is left over at the right and below is left out. `None`
    /// where nothing is left, or no time.
    pub(super) fn reduced(picture: &Picture<'_>, by: usize, deadline: &Deadline) -> Option<Self> {
        let width = picture.width().checked_div(by)?;
        let height = picture.height().checked_div(by)?;
        if by == 2 {
            return Self::halved(picture, deadline);
        }
        let area = u32::try_from(by.checked_mul(by)?).ok()?;
        let mut pixels = Vec::with_capacity(width.checked_mul(height)?);
        let mut sums = vec![0_u32; width];
        for y in 0..height {
            if deadline.is_over() {
                return None;
            }
            sums.fill(0);
            for row in y.checked_mul(by).map(|top| top..top.saturating_add(by))? {
                for (sum, few) in sums.iter_mut().zip(picture.row(row)?.chunks_exact(by)) {
                    *sum = sum.saturating_add(few.iter().map(|pixel| u32::from(*pixel)).sum::<u32>());
                }
            }
            pixels.extend(sums.iter().map(|sum| sum.checked_div(area).map_or(0, low_byte)));
        }
        Self { pixels, width, height }.unless_empty()
    }

    /// As `reduced` by 2, which is what nearly all pictures take, and four times as fast.
    fn halved(picture: &Picture<'_>, deadline: &Deadline) -> Option<Self> {
        let (width, height) = (picture.width() / 2, picture.height() / 2);
        let mut pixels = Vec::with_capacity(width.checked_mul(height)?);
        for y in 0..height {
            if y % 64 == 0 && deadline.is_over() {
                return None;
            }
            let above = picture.row(y.checked_mul(2)?)?;
            let below = picture.row(y.checked_mul(2)?.checked_add(1)?)?;
            let (above, _) = above.as_chunks::<2>();
            let (below, _) = below.as_chunks::<2>();
            pixels.extend(above.iter().zip(below).map(|([a, b], [c, d])| {
                let sum = [*a, *b, *c, *d].into_iter().map(u16::from).sum::<u16>();
                low_byte(u32::from(sum.saturating_add(2) / 4))
            }));
        }
        Self { pixels, width, height }.unless_empty()
    }

    /// Twice as large and sharper: between two pixels come what a cubic through four would have there, so that
    /// an edge gets steeper, and then each pixel moves away from the mean around it.
    pub(super) fn enlarged(picture: &Picture<'_>, deadline: &Deadline) -> Option<Self> {
        let width = picture.width().checked_mul(2)?;
        let height = picture.height().checked_mul(2)?;
        let mut wide = Vec::with_capacity(width.checked_mul(picture.height())?);
        for row in picture.rows() {
            if deadline.is_over() {
                return None;
            }
            let four = |at: isize| {
                [0, 1, 2, 3].map(|by: isize| {
                    let last = row.len().saturating_sub(1);
                    let place = at.saturating_add(by).saturating_sub(1).max(0).unsigned_abs().min(last);
                    row.get(place).copied().unwrap_or_default()
                })
            };
            for (at, pixel) in (0_isize..).zip(row) {
                wide.extend([*pixel, between(four(at))]);
            }
        }
        let wide = Self { pixels: wide, width, height: picture.height() };
        let tall = wide.made_taller(height, deadline)?;
        tall.sharpened(deadline)
    }

    fn made_taller(&self, height: usize, deadline: &Deadline) -> Option<Self> {
        let picture = self.picture()?;
        let last = self.height.saturating_sub(1);
        let mut pixels = Vec::with_capacity(self.width.checked_mul(height)?);
        for y in 0..self.height {
            if deadline.is_over() {
                return None;
            }
            let above = picture.row(y.saturating_sub(1))?;
            let here = picture.row(y)?;
            let below = picture.row(y.saturating_add(1).min(last))?;
            let after = picture.row(y.saturating_add(2).min(last))?;
            pixels.extend_from_slice(here);
            let four = above.iter().zip(here).zip(below.iter().zip(after));
            pixels.extend(four.map(|((a, b), (c, d))| between([*a, *b, *c, *d])));
        }
        Self { pixels, width: self.width, height }.unless_empty()
    }

    /// Each pixel as far again from the mean of the four around it.
    fn sharpened(&self, deadline: &Deadline) -> Option<Self> {
        let picture = self.picture()?;
        let mut pixels = Vec::with_capacity(self.pixels.len());
        let last = self.height.saturating_sub(1);
        for y in 0..self.height {
            if deadline.is_over() {
                return None;
            }
            let above = picture.row(y.saturating_sub(2))?;
            let here = picture.row(y)?;
            let below = picture.row(y.saturating_add(2).min(last))?;
            let left = here.iter().take(2).chain(here);
            let right = here.iter().skip(2).chain(here.iter().rev().take(2));
            let around = above.iter().zip(below).zip(left.zip(right));
            pixels.extend(here.iter().zip(around).map(|(pixel, ((a, b), (c, d)))| {
                let around = [*a, *b, *c, *d].into_iter().map(i32::from).sum::<i32>() / 4;
                let pixel = i32::from(*pixel);
                clamped(pixel.saturating_mul(2).saturating_sub(around))
            }));
        }
        Self { pixels, width: self.width, height: self.height }.unless_empty()
    }

    fn unless_empty(self) -> Option<Self> {
        (!self.pixels.is_empty()).then_some(self)
    }
}

/// The middle of a cubic through four.
fn between([a, b, c, d]: [u8; 4]) -> u8 {
    let inner = i32::from(b).saturating_add(i32::from(c)).saturating_mul(9);
    let outer = i32::from(a).saturating_add(i32::from(d));
    clamped(inner.saturating_sub(outer).saturating_add(8) / 16)
}

fn clamped(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or_default()
}

/// Of a number that is at most 255.
fn low_byte(value: u32) -> u8 {
    let [low, ..] = value.to_le_bytes();
    low
}
