//! Code 39 along a line (ISO/IEC 16388).

use alloc::vec::Vec;

use super::edges::{Edges, Found};
use super::whole::{int, over, scaled, squared};

/// Which of nine elements are wide, the first one's bit highest, and the character.
pub(super) const CHARACTERS: [(u16, u8); 44] = [
    (0b000_110_100, b'0'),
    (0b100_100_001, b'1'),
    (0b001_100_001, b'2'),
    (0b101_100_000, b'3'),
    (0b000_110_001, b'4'),
    (0b100_110_000, b'5'),
    (0b001_110_000, b'6'),
    (0b000_100_101, b'7'),
    (0b100_100_100, b'8'),
    (0b001_100_100, b'9'),
    (0b100_001_001, b'A'),
    (0b001_001_001, b'B'),
    (0b101_001_000, b'C'),
    (0b000_011_001, b'D'),
    (0b100_011_000, b'E'),
    (0b001_011_000, b'F'),
    (0b000_001_101, b'G'),
    (0b100_001_100, b'H'),
    (0b001_001_100, b'I'),
    (0b000_011_100, b'J'),
    (0b100_000_011, b'K'),
    (0b001_000_011, b'L'),
    (0b101_000_010, b'M'),
    (0b000_010_011, b'N'),
    (0b100_010_010, b'O'),
    (0b001_010_010, b'P'),
    (0b000_000_111, b'Q'),
    (0b100_000_110, b'R'),
    (0b001_000_110, b'S'),
    (0b000_010_110, b'T'),
    (0b110_000_001, b'U'),
    (0b011_000_001, b'V'),
    (0b111_000_000, b'W'),
    (0b010_010_001, b'X'),
    (0b110_010_000, b'Y'),
    (0b011_010_000, b'Z'),
    (0b010_000_101, b'-'),
    (0b110_000_100, b'.'),
    (0b011_000_100, b' '),
    (0b010_101_000, b'$'),
    (0b010_100_010, b'/'),
    (0b010_001_010, b'+'),
    (0b000_101_010, b'%'),
    (BORDER, b'*'),
];

/// The character that begins and ends a code.
const BORDER: u16 = 0b010_010_100;

/// Parts of a narrow element.
const NARROW: i32 = 64;
/// The farthest that a character may be from its pattern, and how much nearer it must be than any other: squared.
const FARTHEST: i32 = 90 * 90;
const NEARER: i32 = 26 * 26;

/// Finds codes among edges.
pub(super) fn find(edges: &Edges, found: &mut Vec<Found>) {
    // Behind a code's last edge is a space.
    edges.each_code(|index| read(edges, index).map(|(code, end)| (code, end.wrapping_add(1))), found);
}

/// The code that begins at an edge, and the index of its last edge.
fn read(edges: &Edges, index: usize) -> Option<(Found, usize)> {
    let first = elements(edges, index)?;
    let widths = Widths::of_border(&first)?;
    let quiet = widths.narrow().wrapping_mul(4);
    if let Some(before) = index.checked_sub(1).and_then(|before| edges.positions.get(before))
        && edges.positions.get(index)?.wrapping_sub(*before) < quiet
    {
        return None;
    }
    let mut bytes = Vec::new();
    let (mut sum, mut at, mut wide) = (0_i32, index, total(&first));
    loop {
        at = at.checked_add(10)?;
        let next = elements(edges, at)?;
        let now = total(&next);
        let gap = edges.positions.get(at)?.wrapping_sub(*edges.positions.get(at.checked_sub(1)?)?);
        let is_even = now.wrapping_sub(wide).wrapping_abs().wrapping_mul(5) <= wide;
        if !is_even || wide < gap.wrapping_mul(3) {
            return None;
        }
        wide = now;
        let (character, distance) = widths.nearest(&next)?;
        sum = sum.saturating_add(distance);
        if character == b'*' {
            break;
        }
        bytes.push(character);
        if 80 < bytes.len() {
            return None;
        }
    }
    let end = at.wrapping_add(9);
    let to = *edges.positions.get(end)?;
    if let Some(after) = edges.positions.get(end.wrapping_add(1))
        && after.wrapping_sub(to) < quiet
    {
        return None;
    }
    let distance = over(sum, int(bytes.len()).wrapping_add(1));
    let found = Found { bytes, from: *edges.positions.get(index)?, to, distance };
    (!found.bytes.is_empty()).then_some((found, end))
}

/// What characters say in pairs (full ASCII), if they clearly are pairs: two or more small letters, and every sign
/// that begins a pair has its letter. A scanner can't know; a text with one `+` or `/` in it is left as it is.
pub(in crate::adapter::scan) fn full_ascii(characters: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(characters.len());
    let mut small = 0_u32;
    let mut rest = characters.iter();
    while let Some(sign) = rest.next() {
        if !matches!(sign, b'$' | b'%' | b'/' | b'+') {
            bytes.push(*sign);
            continue;
        }
        let letter = *rest.next()?;
        let place = letter.checked_sub(b'A').filter(|place| *place < 26)?;
        let from = |first: u8, letter: u8| first.wrapping_add(letter);
        bytes.push(match (sign, place) {
            (b'+', _) => from(b'a', place),
            (b'$', _) => from(1, place),
            (b'/', 0..=14) => from(b'!', place),
            (b'/', 25) => b':',
            (b'%', 0..=4) => from(27, place),
            (b'%', 5..=9) => from(b';', place.wrapping_sub(5)),
            (b'%', 10..=14) => from(b'[', place.wrapping_sub(10)),
            (b'%', 15..=19) => from(b'{', place.wrapping_sub(15)),
            (b'%', 20) => 0,
            (b'%', 21) => b'@',
            (b'%', 22) => b'`',
            (b'%', _) => 127,
            _ => return None,
        });
        small = small.saturating_add(u32::from(*sign == b'+'));
    }
    (2 <= small).then_some(bytes)
}

/// Five bars and the four spaces between them.
fn elements(edges: &Edges, index: usize) -> Option<[i32; 9]> {
    let window = edges.positions.get(index..index.checked_add(10)?)?;
    let mut widths = [0; 9];
    for (width, pair) in widths.iter_mut().zip(window.windows(2)) {
        let [from, to] = pair else { return None };
        *width = to.wrapping_sub(*from);
    }
    Some(widths)
}

fn total(widths: &[i32; 9]) -> i32 {
    widths.iter().fold(0, |sum, width| sum.wrapping_add(*width))
}

/// How wide bars and spaces are, in parts of a pixel, in a character that is `total` wide. Bars and spaces are
/// apart, since ink spreads.
#[derive(Debug)]
struct Widths {
    narrow_bar: i32,
    wide_bar: i32,
    narrow_space: i32,
    wide_space: i32,
    total: i32,
}

impl Widths {
    /// Those of a border character, if it may be one.
    fn of_border(widths: &[i32; 9]) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i] = *widths;
        let narrow_bars = [a, c, i];
        let wide_bars = [e, g];
        let narrow_spaces = [d, f, h];
        let most = |of: &[i32]| of.iter().copied().max().unwrap_or(0);
        let least = |of: &[i32]| of.iter().copied().min().unwrap_or(0);
        // Every wide one is clearly wider than every narrow one of its colour.
        let bars_fit = most(&narrow_bars).wrapping_mul(4) < least(&wide_bars).wrapping_mul(3);
        let spaces_fit = most(&narrow_spaces).wrapping_mul(4) < b.wrapping_mul(3);
        let even = most(&narrow_bars) < least(&narrow_bars).wrapping_mul(3)
            && most(&wide_bars) < least(&wide_bars).wrapping_mul(2);
        let found = Self {
            narrow_bar: over(a.wrapping_add(c).wrapping_add(i), 3),
            wide_bar: over(e.wrapping_add(g), 2),
            narrow_space: over(d.wrapping_add(f).wrapping_add(h), 3),
            wide_space: b,
            total: total(widths),
        };
        (bars_fit && spaces_fit && even && 0 < found.narrow()).then_some(found)
    }

    fn narrow(&self) -> i32 {
        over(self.narrow_bar.wrapping_add(self.narrow_space), 2)
    }

    /// The character whose pattern is nearest, if it is near and no other is, and its squared distance.
    fn nearest(&self, widths: &[i32; 9]) -> Option<(u8, i32)> {
        let wide = total(widths);
        let unit = scaled(self.narrow(), wide, self.total);
        let measured = widths.map(|width| scaled(width, NARROW, unit));
        let expected = |width: i32| scaled(scaled(width, wide, self.total), NARROW, unit);
        let (narrow_bar, wide_bar) = (expected(self.narrow_bar), expected(self.wide_bar));
        let (narrow_space, wide_space) = (expected(self.narrow_space), expected(self.wide_space));
        // What each element would be off if it were narrow, and if it were wide.
        let mut off = [(0, 0); 9];
        for (place, (off, width)) in off.iter_mut().zip(&measured).enumerate() {
            let (narrow, wide) =
                if place.is_multiple_of(2) { (narrow_bar, wide_bar) } else { (narrow_space, wide_space) };
            *off = (squared(width.wrapping_sub(narrow)), squared(width.wrapping_sub(wide)));
        }
        let (mut best, mut second) = ((b'*', i32::MAX), i32::MAX);
        for (pattern, character) in &CHARACTERS {
            let mut distance = 0_i32;
            for (place, (narrow, wide)) in off.iter().rev().enumerate() {
                let is_wide = pattern >> place & 1 == 1;
                distance = distance.saturating_add(if is_wide { *wide } else { *narrow });
            }
            if distance < best.1 {
                second = best.1;
                best = (*character, distance);
            } else if distance < second {
                second = distance;
            }
        }
        (best.1 <= FARTHEST && NEARER <= second.wrapping_sub(best.1)).then_some(best)
    }
}
