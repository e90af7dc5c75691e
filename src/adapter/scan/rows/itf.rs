//! Interleaved 2 of 5 along a line (ISO/IEC 16390).
//!
//! It has no check of its own, its borders are short, and any two wide bars of five are a digit. So its proportions
//! are looked at more strictly than those of others.

use alloc::vec::Vec;

use super::edges::{Edges, Found};
use super::whole::{int, over, scaled};

/// The digits by which two of five elements are wide, the first one's bit highest.
const DIGITS: [u8; 10] =
    [0b00110, 0b10001, 0b01001, 0b11000, 0b00101, 0b10100, 0b01100, 0b00011, 0b10010, 0b01010];

/// Fewer digits are too easily seen where there are none.
const LEAST_DIGITS: usize = 6;
/// The quiet zones, in narrow elements. The norm has ten.
const QUIET: i32 = 5;

/// Finds codes among edges. Their distance is how uneven narrow and wide elements are.
pub(super) fn find(edges: &Edges, found: &mut Vec<Found>) {
    // Behind a code's last edge is a space.
    edges.each_code(|index| read(edges, index).map(|(code, end)| (code, end.wrapping_add(1))), found);
}

/// The code that begins at an edge, and the index of its last edge.
fn read(edges: &Edges, index: usize) -> Option<(Found, usize)> {
    let at = |index: usize| edges.positions.get(index).copied();
    let width = |from: usize| Some(at(from.checked_add(1)?)?.wrapping_sub(at(from)?));
    let start = [
        width(index)?,
        width(index.checked_add(1)?)?,
        width(index.checked_add(2)?)?,
        width(index.checked_add(3)?)?,
    ];
    let narrow = over(start.iter().fold(0, |sum: i32, width| sum.wrapping_add(*width)), 4);
    let pairs_fit =
        |a: i32, b: i32| a < b.wrapping_mul(2).wrapping_add(8) && b < a.wrapping_mul(2).wrapping_add(8);
    if !pairs_fit(start[0], start[2]) || !pairs_fit(start[1], start[3]) {
        return None;
    }
    if let Some(before) = index.checked_sub(1).and_then(at)
        && at(index)?.wrapping_sub(before) < narrow.wrapping_mul(QUIET)
    {
        return None;
    }
    let mut bytes = Vec::new();
    let mut place = index.checked_add(4)?;
    let (mut sum, mut wide) = (0_i32, 0_i32);
    loop {
        if LEAST_DIGITS <= bytes.len()
            && let Some(end) = end(edges, place, narrow)
        {
            let to = at(end)?;
            let distance = over(sum, int(bytes.len()));
            return Some((Found { bytes, from: at(index)?, to, distance }, end));
        }
        let window = edges.positions.get(place..place.checked_add(11)?)?;
        let total = window.last()?.wrapping_sub(*window.first()?);
        // Ten elements, four of them wide by two to three: 14 to 18 narrow ones. And each pair like the last.
        let lasts = if wide == 0 { narrow.wrapping_mul(16) } else { wide };
        let off = total.wrapping_sub(lasts).wrapping_abs();
        if lasts < off.wrapping_mul(if wide == 0 { 2 } else { 6 }) {
            return None;
        }
        wide = total;
        let mut bars = [0; 5];
        let mut spaces = [0; 5];
        for (slot, pair) in window.windows(2).enumerate() {
            let [from, to] = pair else { return None };
            let into = if slot.is_multiple_of(2) { &mut bars } else { &mut spaces };
            *into.get_mut(slot.wrapping_div(2))? = scaled(to.wrapping_sub(*from), 16 * 64, total);
        }
        for five in [bars, spaces] {
            let (digit, distance) = digit(&five)?;
            bytes.push(digit);
            sum = sum.saturating_add(distance);
        }
        place = place.checked_add(10)?;
        if 60 < bytes.len() {
            return None;
        }
    }
}

/// The index of the last edge, if a wide bar, a narrow space, a narrow bar and a quiet zone begin here.
fn end(edges: &Edges, place: usize, narrow: i32) -> Option<usize> {
    let window = edges.positions.get(place..place.checked_add(4)?)?;
    let [a, b, c, d] = *<&[i32; 4]>::try_from(window).ok()?;
    let (wide, space, bar) = (b.wrapping_sub(a), c.wrapping_sub(b), d.wrapping_sub(c));
    let bars_fit =
        bar.wrapping_mul(3) < wide.wrapping_mul(2) && narrow.wrapping_mul(3) < wide.wrapping_mul(2);
    let fits = bars_fit && bar < narrow.wrapping_mul(2) && space < narrow.wrapping_mul(2);
    let quiet = |after: &i32| narrow.wrapping_mul(QUIET) <= after.wrapping_sub(d);
    (fits && edges.positions.get(place.checked_add(4)?).is_none_or(quiet)).then_some(place.wrapping_add(3))
}

/// The digit of five elements in 64ths of a narrow one, of which two are clearly wider than the others, and how
/// uneven the narrow and the wide are.
fn digit(five: &[i32; 5]) -> Option<(u8, i32)> {
    let mut sorted = *five;
    sorted.sort_unstable();
    let [a, b, c, d, e] = sorted;
    let narrow = over(a.wrapping_add(b).wrapping_add(c), 3);
    let wide = over(d.wrapping_add(e), 2);
    let step = wide.wrapping_sub(narrow);
    // The gap between wide and narrow is most of the step from narrow to wide.
    if step < 40
        || d.wrapping_sub(c).wrapping_mul(5) < step.wrapping_mul(2)
        || wide < narrow.wrapping_mul(3) / 2
    {
        return None;
    }
    let mut pattern = 0_u8;
    let mut distance = 0_i32;
    for width in five {
        let is_wide = d <= *width;
        pattern = pattern << 1 | u8::from(is_wide);
        let off = width.wrapping_sub(if is_wide { wide } else { narrow });
        distance = distance.saturating_add(super::whole::squared(off));
    }
    let digit = DIGITS.iter().zip(b'0'..).find(|(known, _)| **known == pattern)?.1;
    Some((digit, distance))
}
