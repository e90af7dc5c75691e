//! Where the pixels of a picture are that was made of another.

use super::reading::Point;

/// Where the pixels of a picture made of another are in that one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub left: usize,
    pub top: usize,
    /// Pixels of the other one for each `per` of its own.
    pub times: usize,
    pub per: usize,
}

impl Placed {
    pub const SAME: Self = Self { left: 0, top: 0, times: 1, per: 1 };

    pub fn smaller(by: usize) -> Self {
        Self { times: by, ..Self::SAME }
    }

    pub fn place(&self, point: Point) -> Point {
        let place = |value: i32, start: usize| {
            let times = i32::try_from(self.times).unwrap_or(i32::MAX);
            let scaled = value.saturating_mul(times).checked_div(i32::try_from(self.per).unwrap_or(1));
            scaled.unwrap_or(value).saturating_add(i32::try_from(start).unwrap_or(i32::MAX))
        };
        Point { x: place(point.x, self.left), y: place(point.y, self.top) }
    }
}
