//! EAN-13, UPC-A, EAN-8 and UPC-E along a line (ISO/IEC 15420).
//!
//! An EAN-13 is two halves of six digits between guards. A half is found by its proportions alone: the guards' ten
//! elements of one module each and six digits of seven modules. So a line that is spoilt on one side still gives
//! the other half.

use alloc::vec::Vec;

use super::edges::Edges;
use super::whole::{over, scaled, squared};
use crate::code::Gtin;

/// Widths in modules of the digits' two spaces and two bars: set A, and C with the colours the other way round.
/// Set B is the same from behind.
pub(super) const DIGITS: [[i32; 4]; 10] = [
    [3, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 1, 2, 2],
    [1, 4, 1, 1],
    [1, 1, 3, 2],
    [1, 2, 3, 1],
    [1, 1, 1, 4],
    [1, 3, 1, 2],
    [1, 2, 1, 3],
    [3, 1, 1, 2],
];

/// Which of the left six digits are of set B, by the first digit of thirteen.
pub(super) const SETS: [u8; 10] = [
    0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101, 0b01_0110,
    0b01_1010,
];

/// Parts of a module in which widths are compared.
const MODULE: i32 = 64;

/// The farthest that a digit's widths may be from its pattern, squared.
const FARTHEST: i32 = squared(52);
/// How much nearer the pattern must be than any other, squared distances.
const NEARER: i32 = squared(20);

/// The least white beside an EAN-13, in modules: its standard has 7 and 11, and hands that cut cards have fewer.
const WHITE: i32 = 5;
/// The same where all of a code tells later how large a module is.
const WHITE_BY_HALVES: i32 = 4;

/// Six or four digits between two guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Half {
    /// The index of its first edge.
    pub index: usize,
    pub from: i32,
    pub to: i32,
    pub digits: Vec<u8>,
    /// Which are of set B, the first digit's bit highest.
    pub sets: u8,
    /// Mean squared distance from the patterns.
    pub distance: i32,
}

/// A code that a line shows from end to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whole {
    pub digits: Vec<u8>,
    pub from: i32,
    pub to: i32,
    pub distance: i32,
}

/// What a line shows of EAN and UPC codes.
#[derive(Debug, Default, Clone)]
pub(super) struct Halves {
    pub left: Vec<Half>,
    pub right: Vec<Half>,
}

/// Elements, guards and digits of a half.
#[derive(Debug, Clone, Copy)]
struct Shape {
    /// Elements of the guard before the digits: 3 outside, 5 in the middle.
    before: usize,
    digits: usize,
    after: usize,
    /// Whether a digit's first element is a bar.
    bar_first: bool,
    /// The least white beside it, in modules.
    white: i32,
}

impl Shape {
    const LEFT: Self = Self { before: 3, digits: 6, after: 5, bar_first: false, white: WHITE };
    const RIGHT: Self = Self { before: 5, digits: 6, after: 3, bar_first: true, white: WHITE };
    const LEFT_8: Self = Self { before: 3, digits: 4, after: 5, bar_first: false, white: WHITE_BY_HALVES };
    const RIGHT_8: Self = Self { before: 5, digits: 4, after: 3, bar_first: true, white: WHITE_BY_HALVES };
    const UPC_E: Self = Self { before: 3, digits: 6, after: 6, bar_first: false, white: WHITE_BY_HALVES };

    fn modules(self) -> i32 {
        super::whole::int(self.digits.wrapping_mul(7).wrapping_add(self.before).wrapping_add(self.after))
    }

    fn elements(self) -> usize {
        self.digits.wrapping_mul(4).wrapping_add(self.before).wrapping_add(self.after)
    }
}

impl Halves {
    /// Finds halves of EAN-13 among edges.
    pub fn find(edges: &Edges) -> Self {
        let mut found = Self::default();
        for index in (edges.first_bar()..edges.positions.len()).step_by(2) {
            found.left.extend(half(edges, index, Shape::LEFT));
        }
        let first_space = usize::from(edges.begins_with_bar);
        for index in (first_space..edges.positions.len()).step_by(2) {
            found.right.extend(half(edges, index, Shape::RIGHT));
        }
        // Digits on the right are all of one set; from behind they would be of the other.
        found.right.retain(|half| half.sets == 0);
        found.left.retain(|half| SETS.contains(&half.sets));
        found
    }

    /// The codes whose halves share their middle guard.
    pub fn wholes(&self) -> Vec<Whole> {
        let mut wholes = Vec::new();
        for left in &self.left {
            let middle = left.index.wrapping_add(27);
            let Some(right) = self.right.iter().find(|right| right.index == middle) else { continue };
            if let Some(digits) = join(left, right) {
                let distance = over(left.distance.wrapping_add(right.distance), 2);
                wholes.push(Whole { digits, from: left.from, to: right.to, distance });
            }
        }
        wholes
    }
}

/// Thirteen digits of two halves, if their check digit is right.
pub(super) fn join(left: &Half, right: &Half) -> Option<Vec<u8>> {
    let first = SETS.iter().zip(b'0'..).find(|(sets, _)| **sets == left.sets)?.1;
    let mut digits = Vec::with_capacity(13);
    digits.push(first);
    digits.extend_from_slice(&left.digits);
    digits.extend_from_slice(&right.digits);
    crate::code::has_check_digit_gs1(&digits).then_some(digits)
}

/// Finds EAN-8 codes among edges: both halves, and quiet zones.
pub(super) fn find_ean_8(edges: &Edges, found: &mut Vec<Whole>) {
    for index in (edges.first_bar()..edges.positions.len()).step_by(2) {
        let Some(left) = half(edges, index, Shape::LEFT_8) else { continue };
        let Some(right) = half(edges, index.wrapping_add(19), Shape::RIGHT_8) else { continue };
        let module = over(right.to.wrapping_sub(left.from), 67);
        if left.sets != 0 || right.sets != 0 || !is_quiet(edges, index, 43, module.wrapping_mul(5)) {
            continue;
        }
        let mut digits = left.digits;
        digits.extend_from_slice(&right.digits);
        if crate::code::has_check_digit_gs1(&digits) {
            let distance = over(left.distance.wrapping_add(right.distance), 2);
            found.push(Whole { digits, from: left.from, to: right.to, distance });
        }
    }
}

/// Finds UPC-E codes among edges: eight digits, with the number system before and the check digit behind.
pub(super) fn find_upc_e(edges: &Edges, found: &mut Vec<Whole>) {
    for index in (edges.first_bar()..edges.positions.len()).step_by(2) {
        let Some(bars) = half(edges, index, Shape::UPC_E) else { continue };
        let module = over(bars.to.wrapping_sub(bars.from), 51);
        if !is_quiet(edges, index, 33, module.wrapping_mul(5)) {
            continue;
        }
        if let Some(digits) = upc_e_digits(&bars) {
            found.push(Whole { digits, from: bars.from, to: bars.to, distance: bars.distance });
        }
    }
}

/// The eight digits of a UPC-E, if the sets of its six tell the check digit of the UPC-A that it stands for.
fn upc_e_digits(bars: &Half) -> Option<Vec<u8>> {
    let all = bars.sets ^ 0b11_1111;
    // Number system 0 has set B where EAN-13 has A, and the check digit in place of the first digit.
    let (system, sets) = if bars.sets & 0b10_0000 != 0 { (b'0', all) } else { (b'1', bars.sets) };
    let check = SETS.iter().zip(b'0'..).find(|(known, _)| **known == sets)?.1;
    let mut digits = Vec::with_capacity(8);
    digits.push(system);
    digits.extend_from_slice(&bars.digits);
    digits.push(check);
    Gtin::from_upc_e(&digits).is_ok().then_some(digits)
}

/// Whether the spaces before an edge and behind `elements` more are at least so wide. The picture's border is as
/// wide as it takes.
fn is_quiet(edges: &Edges, index: usize, elements: usize, least: i32) -> bool {
    let space = |from: usize, to: usize| match (edges.positions.get(from), edges.positions.get(to)) {
        (Some(from), Some(to)) => least <= to.wrapping_sub(*from),
        _ => true,
    };
    let end = index.wrapping_add(elements);
    index.checked_sub(1).is_none_or(|before| space(before, index)) && space(end, end.wrapping_add(1))
}

/// The half of a shape that begins at an edge, if the proportions and the digits are right.
fn half(edges: &Edges, index: usize, shape: Shape) -> Option<Half> {
    let end = index.checked_add(shape.elements())?;
    let window = edges.positions.get(index..=end)?;
    let (first, last) = (*window.first()?, *window.last()?);
    let total = last.wrapping_sub(first);
    // Before a left half there is white, and behind a right one: what has more bars at its ends is a piece of a
    // longer code. That alone rules most of them out.
    let white = match (shape.bar_first, index.checked_sub(1).and_then(|before| edges.positions.get(before))) {
        (true, _) => edges.positions.get(end.wrapping_add(1)).map(|after| after.wrapping_sub(last)),
        (false, before) => before.map(|before| first.wrapping_sub(*before)),
    };
    if white.is_some_and(|white| white.saturating_mul(shape.modules()) < total.saturating_mul(shape.white)) {
        return None;
    }
    // Most are none, and are told by their first three and last three elements without a division.
    let outer = |three: Option<&[i32]>| match three {
        Some([a, _, _, b]) => {
            let wide = i64::from(b.wrapping_sub(*a)).wrapping_mul(i64::from(shape.modules()));
            (i64::from(total).wrapping_mul(3) >> 1..i64::from(total).wrapping_mul(5)).contains(&wide)
        }
        _ => false,
    };
    if !outer(window.get(..4)) || !outer(window.get(window.len().wrapping_sub(4)..)) {
        return None;
    }
    // Parts of a module from the first edge.
    let measure =
        |position: &i32| scaled(position.wrapping_sub(first), shape.modules().wrapping_mul(MODULE), total);
    let before = window.get(..=shape.before)?;
    let after = window.get(window.len().wrapping_sub(shape.after).wrapping_sub(1)..)?;
    if !is_guard(before, total, shape) || !is_guard(after, total, shape) {
        return None;
    }
    let spread = spread(before, after, total, shape);
    let body = window.get(shape.before..window.len().wrapping_sub(shape.after))?;
    let mut found =
        Half { index, from: first, to: last, digits: Vec::with_capacity(6), sets: 0, distance: 0 };
    for (place, start) in (0..body.len().wrapping_sub(1)).step_by(4).enumerate() {
        let edges = <&[i32; 5]>::try_from(body.get(start..start.wrapping_add(5))?).ok()?;
        let at = edges.each_ref().map(measure);
        let wide = at[4].wrapping_sub(at[0]);
        if !(5 * MODULE + MODULE / 2..=8 * MODULE + MODULE / 2).contains(&wide) {
            return None;
        }
        let expected =
            super::whole::int(shape.before.wrapping_add(place.wrapping_mul(7))).wrapping_mul(MODULE);
        if 2 * MODULE < at[0].wrapping_sub(expected).wrapping_abs() {
            return None;
        }
        let digit = nearest(&at, spread, shape.bar_first)?;
        found.digits.push(digit.value.wrapping_add(b'0'));
        found.sets = found.sets << 1 | u8::from(digit.from_behind);
        found.distance = found.distance.wrapping_add(digit.distance);
    }
    found.distance = over(found.distance, super::whole::int(shape.digits));
    Some(found)
}

/// Whether elements are about a module wide each.
fn is_guard(edges: &[i32], total: i32, shape: Shape) -> bool {
    let modules = shape.modules().wrapping_mul(MODULE);
    let within = |from: i32, to: i32, least: i32, most: i32| {
        (least..=most).contains(&scaled(to.wrapping_sub(from), modules, total))
    };
    let one = |pair: &[i32]| matches!(pair, [a, b] if within(*a, *b, MODULE / 4, MODULE * 2));
    let two = |three: &[i32]| matches!(three, [a, _, c] if within(*a, *c, MODULE * 5 / 4, MODULE * 11 / 4));
    edges.windows(2).all(one) && edges.windows(3).all(two)
}

/// By how much a guard's bars are wider than its spaces, halved: how far the ink has spread, in parts of a module.
fn spread(before: &[i32], after: &[i32], total: i32, shape: Shape) -> i32 {
    // The left half's outer guard begins with a bar; the middle guard begins and ends with a space.
    let mut bars = (0_i32, 0_i32);
    let mut spaces = (0_i32, 0_i32);
    for (guard, begins_with_bar) in [(before, !shape.bar_first), (after, shape.bar_first)] {
        for (place, pair) in guard.windows(2).enumerate() {
            let [a, b] = pair else { continue };
            let sum = if place.is_multiple_of(2) == begins_with_bar { &mut bars } else { &mut spaces };
            *sum = (sum.0.wrapping_add(b.wrapping_sub(*a)), sum.1.wrapping_add(1));
        }
    }
    let difference = over(bars.0, bars.1).wrapping_sub(over(spaces.0, spaces.1));
    scaled(difference, shape.modules().wrapping_mul(MODULE), total.wrapping_mul(2))
}

struct Digit {
    value: u8,
    from_behind: bool,
    distance: i32,
}

/// The digit whose pattern is nearest to five edges. Widths from an edge to the next of the same kind don't change
/// when ink spreads; the bars' own width is looked at as well, less what the ink has spread.
fn nearest(at: &[i32; 5], spread: i32, bar_first: bool) -> Option<Digit> {
    let [a, b, c, d, e] = *at;
    let wide = e.wrapping_sub(a);
    let measure = |from: i32, to: i32| scaled(to.wrapping_sub(from), 7 * MODULE, wide);
    let (early, late) = (measure(a, c), measure(b, d));
    let first_and_third = measure(a, b).wrapping_add(measure(c, d));
    // Two bars, each wider by the spread, or two spaces, each narrower.
    let widened = spread.wrapping_mul(2);
    let first_and_third =
        if bar_first { first_and_third.wrapping_sub(widened) } else { first_and_third.wrapping_add(widened) };
    let distance = |[p, q, r, _]: [i32; 4]| {
        let off = |measured: i32, modules: i32| squared(measured.wrapping_sub(modules.wrapping_mul(MODULE)));
        let sums = off(early, p.wrapping_add(q)).wrapping_add(off(late, q.wrapping_add(r)));
        sums.wrapping_add(off(first_and_third, p.wrapping_add(r)) >> 1)
    };
    let mut best = Digit { value: 0, from_behind: false, distance: i32::MAX };
    let mut second = i32::MAX;
    for (pattern, value) in DIGITS.iter().zip(0..) {
        let [p, q, r, s] = *pattern;
        for (from_behind, pattern) in [(false, *pattern), (true, [s, r, q, p])] {
            let distance = distance(pattern);
            if distance < best.distance {
                second = best.distance;
                best = Digit { value, from_behind, distance };
            } else if distance < second {
                second = distance;
            }
        }
    }
    let clear = best.distance <= FARTHEST && NEARER <= second.wrapping_sub(best.distance);
    clear.then_some(best)
}
