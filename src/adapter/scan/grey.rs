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
        let (mut padded, mut mids) = (Vec::new(), Vec::new());
        for row in picture.rows() {
            if deadline.is_over() {
                return None;
            }
            // At the sides, what is beyond is as the last pixel.
            let (first, last) = (row.first()?, row.last()?);
            padded.clear();
            padded.extend([first].into_iter().chain(row).chain([last, last]).copied());
            mids.clear();
            push_betweens(padded.get(..)?, padded.get(1..)?, padded.get(2..)?, padded.get(3..)?, &mut mids);
            let start = wide.len();
            wide.resize(start.checked_add(row.len().checked_mul(2)?)?, 0);
            let (pairs, _) = wide.get_mut(start..)?.as_chunks_mut::<2>();
            for (pair, (pixel, mid)) in pairs.iter_mut().zip(row.iter().zip(&mids)) {
                *pair = [*pixel, *mid];
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
            push_betweens(above, here, below, after, &mut pixels);
        }
        Self { pixels, width: self.width, height }.unless_empty()
    }

    /// Each pixel as far again from the mean of the four around it.
    fn sharpened(&self, deadline: &Deadline) -> Option<Self> {
        let picture = self.picture()?;
        let mut pixels = Vec::with_capacity(self.pixels.len());
        let mut padded = Vec::new();
        let last = self.height.saturating_sub(1);
        for y in 0..self.height {
            if deadline.is_over() {
                return None;
            }
            let above = picture.row(y.saturating_sub(2))?;
            let here = picture.row(y)?;
            let below = picture.row(y.saturating_add(2).min(last))?;
            let before = here.iter().take(2);
            padded.clear();
            padded.extend(before.chain(here).chain(here.iter().rev().take(2)).copied());
            let right = padded.get(4..).unwrap_or_default();
            let around = above.iter().zip(below).zip(padded.iter().zip(right));
            pixels.extend(here.iter().zip(around).map(|(pixel, ((a, b), (c, d)))| {
                let sum = [*a, *b, *c, *d].into_iter().map(i16::from).fold(0, i16::wrapping_add);
                clamped(i16::from(*pixel).wrapping_mul(2).wrapping_sub(sum >> 2))
            }));
        }
        Self { pixels, width: self.width, height: self.height }.unless_empty()
    }

    fn unless_empty(self) -> Option<Self> {
        (!self.pixels.is_empty()).then_some(self)
    }
}

/// The middles of cubics through four each. In numbers of 16 bits the compiler takes many at once.
fn push_betweens(before: &[u8], here: &[u8], next: &[u8], after: &[u8], into: &mut Vec<u8>) {
    let four = before.iter().zip(here).zip(next.iter().zip(after));
    into.extend(four.map(|((a, b), (c, d))| {
        let inner = i16::from(*b).wrapping_add(i16::from(*c)).wrapping_mul(9);
        let outer = i16::from(*a).wrapping_add(i16::from(*d));
        clamped(inner.wrapping_sub(outer).wrapping_add(8) >> 4)
    }));
}

fn clamped(value: i16) -> u8 {
    let [low, _] = value.clamp(0, 255).to_le_bytes();
    low
}

/// The lowest byte, of a number that is at most 255.
fn low_byte(value: u32) -> u8 {
    let [low, ..] = value.to_le_bytes();
    low
}
