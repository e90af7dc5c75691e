//! The other reader of QR codes, rqrr: for what is left, and for small pictures only.
//!
//! It panics on some pictures, and for each pair of finder patterns it copies the whole picture: on a photograph
//! that took three quarters of a minute. So it gets few pixels, black and white already, and only where few
//! places look like a finder pattern.

use std::time::Duration;

use rqrr::{BitGrid, PreparedImage};
use rxing::common::BitMatrix;

use super::bits::Bits;
use super::guard::guarded;
use super::qr;
use super::reading::{Point, Reading, Stage};

/// Places that look like a finder pattern in their row. A pattern has as many as its inner square has rows.
pub(super) const MOST_PLACES: usize = 400;

/// Pixels that it gets.
pub(super) const MOST_PIXELS: usize = 160_000;

/// Less time than this isn't begun with: it doesn't look at the clock, and takes so long where much looks like a
/// finder pattern.
pub(super) const TAKES: Duration = Duration::from_millis(15);

/// Looks at the picture as it is, or turned by 90 degrees: it finds in one what it doesn't in the other.
pub(super) fn read(bits: &Bits, is_turned: bool) -> Option<Reading> {
    let (width, height) = (bits.width(), bits.height());
    let (wide, tall) = if is_turned { (height, width) } else { (width, height) };
    let is_black = |x: usize, y: usize| match is_turned {
        true => bits.is_black(y, height.wrapping_sub(x).wrapping_sub(1)),
        false => bits.is_black(x, y),
    };
    let back = |point: Point| match is_turned {
        true => Point { x: point.y, y: i32::try_from(height).unwrap_or(i32::MAX).saturating_sub(point.x) },
        false => point,
    };
    guarded(|| {
        let mut prepared = PreparedImage::prepare_from_bitmap(wide, tall, is_black);
        prepared.detect_grids().into_iter().find_map(|grid| {
            let corners = grid.bounds.map(|point| back(Point { x: point.x, y: point.y }));
            qr::decoded(&modules(&grid.grid)?, corners, Stage::Turned)
        })
    })
}

fn modules(grid: &impl BitGrid) -> Option<BitMatrix> {
    let mut modules = BitMatrix::with_single_dimension(u32::try_from(grid.size()).ok()?).ok()?;
    for (y, row) in (0..grid.size()).zip(0..) {
        for (x, column) in (0..grid.size()).zip(0..) {
            if grid.bit(y, x) {
                modules.set(column, row);
            }
        }
    }
    Some(modules)
}
