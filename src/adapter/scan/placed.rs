//! Where things are in pictures: pixels of one that was made of another, and readings of the same code.

use alloc::vec::Vec;

use super::reading::{Point, Reading};

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

/// Whether no reading before says the same at the same place.
pub(super) fn is_new(reading: &Reading, before: &[Reading]) -> bool {
    let same = |other: &&Reading| other.bytes == reading.bytes && other.symbology == reading.symbology;
    let places: Vec<_> = before.iter().filter(same).map(|other| other.corners).collect();
    places.iter().all(|corners| !is_inside(middle(&reading.corners), corners))
}

fn middle(corners: &[Point; 4]) -> Point {
    let mean = |of: fn(&Point) -> i32| corners.iter().map(|corner| of(corner) / 4).sum();
    Point { x: mean(|point| point.x), y: mean(|point| point.y) }
}

/// Whether a place is inside the upright rectangle around corners.
pub(super) fn is_inside(place: Point, corners: &[Point; 4]) -> bool {
    let within = |value: i32, of: fn(&Point) -> i32| {
        let values = || corners.iter().map(of);
        values().min() <= Some(value) && Some(value) <= values().max()
    };
    within(place.x, |point| point.x) && within(place.y, |point| point.y)
}
