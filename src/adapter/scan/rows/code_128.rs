//! Code 128 along a line (ISO/IEC 15417).

use alloc::vec::Vec;

use super::edges::Edges;
use super::whole::{over, scaled, squared};

/// Widths in modules of three bars and three spaces, by value; the last three begin a code in sets A, B and C.
pub(super) const SYMBOLS: [[u8; 6]; 106] = [
    [2, 1, 2, 2, 2, 2],
    [2, 2, 2, 1, 2, 2],
    [2, 2, 2, 2, 2, 1],
    [1, 2, 1, 2, 2, 3],
    [1, 2, 1, 3, 2, 2],
    [1, 3, 1, 2, 2, 2],
    [1, 2, 2, 2, 1, 3],
    [1, 2, 2, 3, 1, 2],
    [1, 3, 2, 2, 1, 2],
    [2, 2, 1, 2, 1, 3],
    [2, 2, 1, 3, 1, 2],
    [2, 3, 1, 2, 1, 2],
    [1, 1, 2, 2, 3, 2],
    [1, 2, 2, 1, 3, 2],
    [1, 2, 2, 2, 3, 1],
    [1, 1, 3, 2, 2, 2],
    [1, 2, 3, 1, 2, 2],
    [1, 2, 3, 2, 2, 1],
    [2, 2, 3, 2, 1, 1],
    [2, 2, 1, 1, 3, 2],
    [2, 2, 1, 2, 3, 1],
    [2, 1, 3, 2, 1, 2],
    [2, 2, 3, 1, 1, 2],
    [3, 1, 2, 1, 3, 1],
    [3, 1, 1, 2, 2, 2],
    [3, 2, 1, 1, 2, 2],
    [3, 2, 1, 2, 2, 1],
    [3, 1, 2, 2, 1, 2],
    [3, 2, 2, 1, 1, 2],
    [3, 2, 2, 2, 1, 1],
    [2, 1, 2, 1, 2, 3],
    [2, 1, 2, 3, 2, 1],
    [2, 3, 2, 1, 2, 1],
    [1, 1, 1, 3, 2, 3],
    [1, 3, 1, 1, 2, 3],
    [1, 3, 1, 3, 2, 1],
    [1, 1, 2, 3, 1, 3],
    [1, 3, 2, 1, 1, 3],
    [1, 3, 2, 3, 1, 1],
    [2, 1, 1, 3, 1, 3],
    [2, 3, 1, 1, 1, 3],
    [2, 3, 1, 3, 1, 1],
    [1, 1, 2, 1, 3, 3],
    [1, 1, 2, 3, 3, 1],
    [1, 3, 2, 1, 3, 1],
    [1, 1, 3, 1, 2, 3],
    [1, 1, 3, 3, 2, 1],
    [1, 3, 3, 1, 2, 1],
    [3, 1, 3, 1, 2, 1],
    [2, 1, 1, 3, 3, 1],
    [2, 3, 1, 1, 3, 1],
    [2, 1, 3, 1, 1, 3],
    [2, 1, 3, 3, 1, 1],
    [2, 1, 3, 1, 3, 1],
    [3, 1, 1, 1, 2, 3],
    [3, 1, 1, 3, 2, 1],
    [3, 3, 1, 1, 2, 1],
    [3, 1, 2, 1, 1, 3],
    [3, 1, 2, 3, 1, 1],
    [3, 3, 2, 1, 1, 1],
    [3, 1, 4, 1, 1, 1],
    [2, 2, 1, 4, 1, 1],
    [4, 3, 1, 1, 1, 1],
    [1, 1, 1, 2, 2, 4],
    [1, 1, 1, 4, 2, 2],
    [1, 2, 1, 1, 2, 4],
    [1, 2, 1, 4, 2, 1],
    [1, 4, 1, 1, 2, 2],
    [1, 4, 1, 2, 2, 1],
    [1, 1, 2, 2, 1, 4],
    [1, 1, 2, 4, 1, 2],
    [1, 2, 2, 1, 1, 4],
    [1, 2, 2, 4, 1, 1],
    [1, 4, 2, 1, 1, 2],
    [1, 4, 2, 2, 1, 1],
    [2, 4, 1, 2, 1, 1],
    [2, 2, 1, 1, 1, 4],
    [4, 1, 3, 1, 1, 1],
    [2, 4, 1, 1, 1, 2],
    [1, 3, 4, 1, 1, 1],
    [1, 1, 1, 2, 4, 2],
    [1, 2, 1, 1, 4, 2],
    [1, 2, 1, 2, 4, 1],
    [1, 1, 4, 2, 1, 2],
    [1, 2, 4, 1, 1, 2],
    [1, 2, 4, 2, 1, 1],
    [4, 1, 1, 2, 1, 2],
    [4, 2, 1, 1, 1, 2],
    [4, 2, 1, 2, 1, 1],
    [2, 1, 2, 1, 4, 1],
    [2, 1, 4, 1, 2, 1],
    [4, 1, 2, 1, 2, 1],
    [1, 1, 1, 1, 4, 3],
    [1, 1, 1, 3, 4, 1],
    [1, 3, 1, 1, 4, 1],
    [1, 1, 4, 1, 1, 3],
    [1, 1, 4, 3, 1, 1],
    [4, 1, 1, 1, 1, 3],
    [4, 1, 1, 3, 1, 1],
    [1, 1, 3, 1, 4, 1],
    [1, 1, 4, 1, 3, 1],
    [3, 1, 1, 1, 4, 1],
    [4, 1, 1, 1, 3, 1],
    [2, 1, 1, 4, 1, 2],
    [2, 1, 1, 2, 1, 4],
    [2, 1, 1, 2, 3, 2],
];

/// The symbol that ends a code, without its last bar.
const STOP: [u8; 6] = [2, 3, 3, 1, 1, 1];

/// Parts of a module in which widths are compared.
const MODULE: i32 = 64;
/// The farthest that a symbol may be from its pattern, and how much nearer it must be than any other: squared.
const FARTHEST: i32 = 64 * 64;
const NEARER: i32 = 16 * 16;
/// The quiet zone before a code, in modules. The norm has ten.
const QUIET: i32 = 4;

/// A code that a line shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub bytes: Vec<u8>,
    pub gs1: bool,
    pub from: i32,
    pub to: i32,
    pub distance: i32,
}

/// Finds codes among edges.
pub(super) fn find(edges: &Edges, found: &mut Vec<Found>) {
    edges.each_code(|index| read(edges, index), found);
}

/// The code that begins at an edge, and the index of its last edge.
fn read(edges: &Edges, index: usize) -> Option<(Found, usize)> {
    let first = symbol(edges, index)?;
    let start = first.nearest([103, 104, 105].into_iter(), 0)?;
    let module = over(first.width, 11);
    if let Some(before) = index.checked_sub(1).and_then(|before| edges.positions.get(before))
        && first.from.wrapping_sub(*before) < module.wrapping_mul(QUIET)
    {
        return None;
    }
    let spread = first.spread(SYMBOLS.get(usize::from(start.value))?);
    let mut values = Vec::new();
    values.push(start.value);
    let (mut sum, mut at, mut width) = (start.distance, index, first.width);
    loop {
        at = at.checked_add(6)?;
        let next = symbol(edges, at)?;
        // A symbol is about as wide as the one before, whatever the perspective.
        if width < next.width.wrapping_sub(width).wrapping_abs().wrapping_mul(4) {
            return None;
        }
        width = next.width;
        if next.is_stop(spread) {
            let last_bar = next.last_bar(edges, at)?;
            let (bytes, gs1) = text(&values)?;
            let distance = over(sum, super::whole::int(values.len()));
            let code = Found { bytes, gs1, from: first.from, to: last_bar, distance };
            return Some((code, at.wrapping_add(7)));
        }
        let value = next.nearest(0..=102, spread)?;
        sum = sum.saturating_add(value.distance);
        values.push(value.value);
        if 96 < values.len() {
            return None;
        }
    }
}

/// Six elements: what they measure, in parts of a module.
#[derive(Debug, Clone, Copy)]
struct Symbol {
    from: i32,
    width: i32,
    /// From an edge to the next of the same kind.
    similar: [i32; 4],
    bars: i32,
}

#[derive(Debug, Clone, Copy)]
struct Value {
    value: u8,
    distance: i32,
}

fn symbol(edges: &Edges, index: usize) -> Option<Symbol> {
    let window = edges.positions.get(index..index.checked_add(7)?)?;
    let [a, b, c, d, e, f, g] = *<&[i32; 7]>::try_from(window).ok()?;
    let width = g.wrapping_sub(a);
    let measure = |from: i32, to: i32| scaled(to.wrapping_sub(from), 11 * MODULE, width);
    let bars = measure(a, b).wrapping_add(measure(c, d)).wrapping_add(measure(e, f));
    let similar = [measure(a, c), measure(b, d), measure(c, e), measure(d, f)];
    Some(Symbol { from: a, width, similar, bars })
}

impl Symbol {
    /// How far the ink of a symbol that is known has spread, for all three bars.
    fn spread(&self, pattern: &[u8; 6]) -> i32 {
        let [a, _, c, _, e, _] = pattern.map(i32::from);
        self.bars.wrapping_sub(a.wrapping_add(c).wrapping_add(e).wrapping_mul(MODULE))
    }

    fn distance(&self, pattern: &[u8; 6], spread: i32) -> i32 {
        let [a, b, c, d, e, _] = pattern.map(i32::from);
        let off = |measured: i32, modules: i32| squared(measured.wrapping_sub(modules.wrapping_mul(MODULE)));
        let [ab, bc, cd, de] = self.similar;
        let sums = off(ab, a.wrapping_add(b)).wrapping_add(off(bc, b.wrapping_add(c)));
        let more = off(cd, c.wrapping_add(d)).wrapping_add(off(de, d.wrapping_add(e)));
        let bars = off(self.bars.wrapping_sub(spread), a.wrapping_add(c).wrapping_add(e));
        sums.wrapping_add(more).wrapping_add(bars >> 1)
    }

    /// The value whose pattern is nearest, if it is near and no other is.
    fn nearest(&self, values: impl Iterator<Item = u8>, spread: i32) -> Option<Value> {
        let mut best = Value { value: 0, distance: i32::MAX };
        let mut second = i32::MAX;
        for value in values {
            let distance = self.distance(SYMBOLS.get(usize::from(value))?, spread);
            if distance < best.distance {
                second = best.distance;
                best = Value { value, distance };
            } else if distance < second {
                second = distance;
            }
        }
        (best.distance <= FARTHEST && NEARER <= second.wrapping_sub(best.distance)).then_some(best)
    }

    fn is_stop(&self, spread: i32) -> bool {
        let distance = self.distance(&STOP, spread);
        distance <= FARTHEST && SYMBOLS.iter().all(|pattern| distance < self.distance(pattern, spread))
    }

    /// The end of the stop's last bar, which is two modules wide.
    fn last_bar(&self, edges: &Edges, index: usize) -> Option<i32> {
        let start = edges.positions.get(index.checked_add(6)?)?;
        let end = edges.positions.get(index.checked_add(7)?)?;
        let modules = scaled(end.wrapping_sub(*start), 11 * MODULE, self.width);
        (MODULE..=MODULE * 7 / 2).contains(&modules).then_some(*end)
    }
}

/// Code sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    A,
    B,
    C,
}

/// What values say that begin with a start and end with a check value, and whether it is GS1's.
pub(super) fn text(values: &[u8]) -> Option<(Vec<u8>, bool)> {
    let (check, said) = values.split_last()?;
    if crate::code::check_digit_128(said) != Some(*check) {
        return None;
    }
    let (start, symbols) = said.split_first()?;
    let mut set = match start {
        103 => Set::A,
        104 => Set::B,
        105 => Set::C,
        _ => return None,
    };
    let mut bytes = Vec::with_capacity(symbols.len().wrapping_mul(2));
    let (mut gs1, mut shifted, mut high) = (false, false, High::default());
    for (place, value) in symbols.iter().enumerate() {
        let now = match (set, shifted) {
            (Set::A, true) => Set::B,
            (Set::B, true) => Set::A,
            (set, _) => set,
        };
        shifted = false;
        match (now, *value) {
            (_, 102) if place == 0 => gs1 = true,
            // Elsewhere FNC1 stands for the separator of GS1 (0x1D).
            (_, 102) => bytes.push(0x1d),
            (Set::C, pair @ 0..=99) => {
                bytes.push(b'0'.wrapping_add(pair.wrapping_div(10)));
                bytes.push(b'0'.wrapping_add(pair.wrapping_rem(10)));
            }
            (Set::C, 100) | (Set::A, 100) => set = Set::B,
            (Set::C, 101) | (Set::B, 101) => set = Set::A,
            (Set::A | Set::B, 99) => set = Set::C,
            (Set::A | Set::B, 98) => shifted = true,
            (Set::A, 101) | (Set::B, 100) => high.function_4(),
            (_, 96 | 97) => {}
            (Set::A, low @ 0..=63) => bytes.push(high.byte(low.wrapping_add(32))),
            (Set::A, control @ 64..=95) => bytes.push(high.byte(control.wrapping_sub(64))),
            (Set::B, value @ 0..=95) => bytes.push(high.byte(value.wrapping_add(32))),
            _ => return None,
        }
    }
    (!bytes.is_empty()).then_some((bytes, gs1))
}

/// FNC4: the next byte is above 127; twice, and all are until it comes twice again.
#[derive(Debug, Default)]
struct High {
    next: bool,
    all: bool,
}

impl High {
    fn function_4(&mut self) {
        if self.next {
            self.all = !self.all;
        }
        self.next = !self.next;
    }

    fn byte(&mut self, byte: u8) -> u8 {
        let is_high = self.next != self.all;
        self.next = false;
        if is_high { byte | 0x80 } else { byte }
    }
}
