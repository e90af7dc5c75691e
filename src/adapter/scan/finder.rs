//! Finder patterns: the three squares in the corners of a QR code.
#![allow(
    clippy::float_arithmetic,
    reason = "places in a picture lie between pixels; nothing here is counted in"
)]

use alloc::vec::Vec;

use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::{ConcentricPattern, LocateConcentricPattern};
use rxing::point;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

use super::bits::Bits;
use super::deadline::Deadline;
use super::placed::is_inside;

/// More finder patterns than this are noise, and the rest of the picture isn't looked at.
const MOST_PATTERNS: usize = 48;

/// Places that look like a finder pattern in one row alone; more than this in a picture are noise.
const MOST_PLACES: usize = 20_000;

/// Black, white, black, white, black, in modules.
const MODULES: [u16; 5] = [1, 1, 3, 1, 1];

/// Looks for finder patterns in each `step`th row. Gives what it has where the time is over.
pub(super) fn patterns(
    bits: &Bits,
    matrix: &BitMatrix,
    step: usize,
    deadline: &Deadline,
) -> Vec<ConcentricPattern> {
    let mut found: Vec<ConcentricPattern> = Vec::new();
    let mut places = 0_usize;
    let mut edges = Vec::new();
    for y in (step / 2..bits.height()).step_by(step.max(1)) {
        bits.edges(y, &mut edges);
        for six in edges.windows(6).step_by(2) {
            let Some((center, size)) = looks_like_one(six) else { continue };
            let center = point(center, coordinate(y) + 0.5);
            if found.iter().any(|old| rxing::Point::distance(center, old.p) < size_of(old) / 2.0) {
                continue;
            }
            places = places.saturating_add(1);
            if places > MOST_PLACES || found.len() >= MOST_PATTERNS || deadline.is_over() {
                return found;
            }
            // Three times the width, since slanted codes are longer than wide.
            let range = i32::try_from(size.saturating_mul(3)).unwrap_or(i32::MAX);
            let located = LocateConcentricPattern::<true, 5, 7>(matrix, &MODULES, center, range);
            found.extend(located.filter(|pattern| pattern.size > 0));
        }
    }
    found
}

/// How many places of the picture look like a finder pattern in their row.
pub(super) fn places(bits: &Bits) -> usize {
    let mut edges = Vec::new();
    let mut places = 0_usize;
    for y in 0..bits.height() {
        bits.edges(y, &mut edges);
        let like = edges.windows(6).step_by(2).filter_map(looks_like_one).count();
        places = places.saturating_add(like);
    }
    places
}

/// The center and the width of five runs, if they are as 1 : 1 : 3 : 1 : 1. From an edge to the next one of the
/// same kind is measured, which doesn't change where all of black has grown by ink or light.
fn looks_like_one(edges: &[u32]) -> Option<(f32, u32)> {
    let [start, a, b, c, d, end] = *<&[u32; 6]>::try_from(edges).ok()?;
    let size = end.wrapping_sub(start);
    let core = c.wrapping_sub(b);
    if size < 7 || core < 2 {
        return None;
    }
    let is_near = |length: u32, modules: u32| {
        let (sevenths, wanted) = (length.saturating_mul(7), modules.saturating_mul(size));
        sevenths.abs_diff(wanted) <= size.saturating_mul(7).saturating_add(70) / 10
    };
    let fits = is_near(b.wrapping_sub(start), 2)
        && is_near(c.wrapping_sub(a), 4)
        && is_near(d.wrapping_sub(b), 4)
        && is_near(end.wrapping_sub(c), 2)
        && core >= a.wrapping_sub(start).max(end.wrapping_sub(d));
    fits.then(|| ((between(b, c)), size))
}

fn from(start: &ConcentricPattern, end: &ConcentricPattern) -> rxing::Point {
    point(end.p.x - start.p.x, end.p.y - start.p.y)
}

fn between(a: u32, b: u32) -> f32 {
    let sum = u16::try_from(a.saturating_add(b)).unwrap_or(u16::MAX);
    f32::from(sum) / 2.0
}

fn coordinate(pixel: usize) -> f32 {
    f32::from(u16::try_from(pixel).unwrap_or(u16::MAX))
}

fn size_of(pattern: &ConcentricPattern) -> f32 {
    f32::from(u16::try_from(pattern.size).unwrap_or(u16::MAX))
}

/// Three patterns each that may be the corners of one code, the likeliest first.
pub(super) fn sets(patterns: &[ConcentricPattern]) -> Vec<FinderPatternSet> {
    let mut sets = Vec::new();
    for (at, corner) in patterns.iter().enumerate() {
        let others = patterns.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
        let others: Vec<_> = others.filter(|other| are_of_like_size(corner, other)).collect();
        for (second, a) in others.iter().enumerate() {
            for b in others.iter().skip(second.saturating_add(1)) {
                sets.extend(set(corner, a, b));
            }
        }
    }
    sets.sort_by(|(a, _), (b, _)| f32::total_cmp(a, b));
    sets.into_iter().map(|(_, set)| set).collect()
}

/// The set, and how far it is from a square.
fn set(
    corner: &ConcentricPattern,
    a: &ConcentricPattern,
    b: &ConcentricPattern,
) -> Option<(f32, FinderPatternSet)> {
    let (to_a, to_b) = (from(corner, a), from(corner, b));
    let (length_a, length_b) = (rxing::Point::length(to_a), rxing::Point::length(to_b));
    let module = (size_of(corner) + size_of(a) + size_of(b)) / 21.0;
    let modules = (length_a + length_b) / 2.0 / module + 7.0;
    let longer = length_a.max(length_b);
    let shorter = length_a.min(length_b);
    if !are_of_like_size(a, b) || !(17.0..=240.0).contains(&modules) || shorter * 2.2 < longer {
        return None;
    }
    let cosine = rxing::Point::dot(to_a, to_b) / (length_a * length_b);
    let is_corner = cosine.abs() < 0.55;
    let uneven = 1.0 - shorter / longer;
    let sizes = [size_of(corner), size_of(a), size_of(b)];
    let largest = sizes.into_iter().fold(0.0, f32::max);
    let smallest = sizes.into_iter().fold(f32::MAX, f32::min);
    // Of like ones, the smaller: between its corners there is nothing else.
    let score = uneven + cosine.abs() + (1.0 - smallest / largest) + modules / 400.0;
    let (tr, bl) = if rxing::Point::cross(to_a, to_b) > 0.0 { (a, b) } else { (b, a) };
    is_corner.then_some((score, FinderPatternSet { bl: *bl, tl: *corner, tr: *tr }))
}

fn are_of_like_size(a: &ConcentricPattern, b: &ConcentricPattern) -> bool {
    a.size <= b.size.saturating_mul(2) && b.size <= a.size.saturating_mul(2)
}

/// Whether a finder pattern of a set lies in a code that was read.
pub(super) fn is_of(set: &FinderPatternSet, corners: &[super::reading::Point; 4]) -> bool {
    [set.bl, set.tl, set.tr].iter().any(|pattern| is_inside(super::qr::pixel(pattern.p), corners))
}

/// Whether a code that was read lies inside the triangle of a set, in the middle of its code.
pub(super) fn is_around(set: &FinderPatternSet, corners: &[super::reading::Point; 4]) -> bool {
    let triangle = [set.bl, set.tl, set.tr, set.tl].map(|pattern| super::qr::pixel(pattern.p));
    corners.iter().all(|corner| is_inside(*corner, &triangle))
}
