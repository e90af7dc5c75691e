//! Edges between bars and spaces, at parts of a pixel.

use alloc::vec::Vec;

use super::line::{GREY, PARTS};
use super::whole::{over, scaled};

/// Where bars and spaces meet along a line, ascending, in parts of a sample; bars and spaces take turns.
#[derive(Debug, Default, Clone)]
pub(super) struct Edges {
    pub positions: Vec<i32>,
    /// Whether the line gets darker at the first edge.
    pub begins_with_bar: bool,
}

impl Edges {
    /// The same line, walked from its end: a line of `count` samples.
    pub fn reversed(&self, count: i32, into: &mut Self) {
        let last = count.wrapping_sub(1).wrapping_mul(PARTS);
        into.positions.clear();
        into.positions.extend(self.positions.iter().rev().map(|position| last.wrapping_sub(*position)));
        // An odd number of edges ends with an edge like the first, which looks the other way from behind.
        into.begins_with_bar = self.begins_with_bar == self.positions.len().is_multiple_of(2);
    }

    /// A bar that reaches the border ends there: what is outside counts as bright.
    fn close(&mut self, samples: usize) {
        if self.positions.is_empty() {
            return;
        }
        if !self.begins_with_bar {
            self.positions.insert(0, -PARTS / 2);
            self.begins_with_bar = true;
        }
        if !self.positions.len().is_multiple_of(2) {
            let last = super::whole::int(samples).wrapping_mul(PARTS).wrapping_sub(PARTS / 2);
            self.positions.push(last);
        }
    }

    /// The index of the first bar's first edge.
    pub fn first_bar(&self) -> usize {
        usize::from(!self.begins_with_bar)
    }

    /// Whether the bar that begins at an edge may be a code's first: all kinds have some white before it, and none
    /// has a first bar of three modules. Most bars are ruled out by that alone.
    pub fn may_begin(&self, index: usize) -> bool {
        let at = |index: usize| self.positions.get(index).copied();
        let before = index.checked_sub(1).and_then(at);
        match (before, at(index), at(index.wrapping_add(1))) {
            (Some(before), Some(from), Some(to)) => {
                let (space, bar) = (from.wrapping_sub(before), to.wrapping_sub(from));
                bar.saturating_mul(3) <= space.saturating_mul(2)
            }
            _ => true,
        }
    }

    /// Reads from each bar on that may be a first one: `read` gives the code that begins at an edge, and the index
    /// to go on from.
    pub fn each_code<T>(&self, mut read: impl FnMut(usize) -> Option<(T, usize)>, found: &mut Vec<T>) {
        let mut index = self.first_bar();
        while index < self.positions.len() {
            let code = if self.may_begin(index) { read(index) } else { None };
            index = match code {
                Some((code, next)) => {
                    found.push(code);
                    next
                }
                None => index.wrapping_add(2),
            };
        }
    }
}

/// A code that a line shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub bytes: Vec<u8>,
    /// Where it begins and ends along the line, in parts of a sample.
    pub from: i32,
    pub to: i32,
    /// How far it is from its patterns, squared, in 64ths of a narrow element.
    pub distance: i32,
}

/// How many samples share a contrast.
const BLOCK: usize = 32;

/// The least contrast of a bar, in grey levels: what is weaker is noise.
const LEAST: i32 = 7 * GREY;

/// Finds edges: between a dark and a bright turn of the grey there is one, where the grey changes fastest. A turn
/// counts when the grey comes back from it by more than a part of the contrast around.
#[derive(Debug, Default)]
pub(super) struct EdgeFinder {
    floors: Vec<i32>,
}

impl EdgeFinder {
    /// The edges of samples.
    pub fn find(&mut self, samples: &[i32], edges: &mut Edges) {
        edges.positions.clear();
        self.measure_floors(samples);
        let mut turns = Turns::new(samples);
        let mut at = 0_usize;
        for (block, floor) in samples.chunks(BLOCK).zip(&self.floors) {
            for grey in block {
                turns.step(at, *grey, *floor, edges);
                at = at.wrapping_add(1);
            }
        }
        turns.finish(edges);
        edges.close(samples.len());
    }

    /// How far the grey must come back for a turn, for each block: a part of the contrast of it and its neighbours.
    fn measure_floors(&mut self, samples: &[i32]) {
        self.floors.clear();
        let range = |block: &[i32]| {
            let low = block.iter().copied().min().unwrap_or(0);
            (low, block.iter().copied().max().unwrap_or(0))
        };
        let mut blocks = samples.chunks(BLOCK).map(range);
        let (mut last, mut this) = (None, blocks.next());
        while let Some(here) = this {
            let next = blocks.next();
            let mut around = here;
            for near in [last, next].into_iter().flatten() {
                around = (around.0.min(near.0), around.1.max(near.1));
            }
            let contrast = around.1.wrapping_sub(around.0);
            self.floors.push(over(contrast, 9).max(LEAST));
            (last, this) = (this, next);
        }
    }
}

/// Walks along the grey and remembers the last turn.
struct Turns<'a> {
    samples: &'a [i32],
    /// Whether the grey is rising, once it is known.
    rising: Option<bool>,
    low: (usize, i32),
    high: (usize, i32),
    last: usize,
}

impl<'a> Turns<'a> {
    fn new(samples: &'a [i32]) -> Self {
        let first = samples.first().copied().unwrap_or(0);
        Self { samples, rising: None, low: (0, first), high: (0, first), last: 0 }
    }

    fn step(&mut self, at: usize, grey: i32, floor: i32, edges: &mut Edges) {
        if self.high.1 < grey {
            self.high = (at, grey);
        }
        if grey < self.low.1 {
            self.low = (at, grey);
        }
        if self.rising != Some(true) && floor <= grey.wrapping_sub(self.low.1) {
            if self.rising.is_some() {
                self.edge(self.last, self.low.0, edges);
            }
            self.last = self.low.0;
            self.rising = Some(true);
            self.high = (at, grey);
        } else if self.rising != Some(false) && floor <= self.high.1.wrapping_sub(grey) {
            if self.rising.is_some() {
                self.edge(self.last, self.high.0, edges);
            }
            self.last = self.high.0;
            self.rising = Some(false);
            self.low = (at, grey);
        }
    }

    fn finish(&mut self, edges: &mut Edges) {
        match self.rising {
            Some(true) => self.edge(self.last, self.high.0, edges),
            Some(false) => self.edge(self.last, self.low.0, edges),
            None => {}
        }
    }

    /// The edge between two turns: where the grey changes fastest, from a parabola through the fastest three
    /// changes.
    fn edge(&self, from: usize, to: usize, edges: &mut Edges) {
        let Some(part) = self.samples.get(from..=to) else { return };
        let falls = part.first() > part.last();
        let change = |pair: &[i32]| match pair {
            [a, b] if falls => a.wrapping_sub(*b),
            [a, b] => b.wrapping_sub(*a),
            _ => 0,
        };
        let Some((index, fastest)) =
            part.windows(2).map(change).enumerate().max_by_key(|(_, change)| *change)
        else {
            return;
        };
        let at = from.wrapping_add(index);
        let beside = |start: usize| self.samples.get(start..start.wrapping_add(2)).map_or(0, change);
        let before = at.checked_sub(1).map_or(0, beside);
        let after = beside(at.wrapping_add(1));
        let bend = fastest.wrapping_mul(2).wrapping_sub(before).wrapping_sub(after);
        let shift = scaled(after.wrapping_sub(before), PARTS / 2, bend).clamp(-PARTS / 2, PARTS / 2);
        let middle = super::whole::int(at).wrapping_mul(PARTS).wrapping_add(PARTS / 2);
        let position = middle.wrapping_add(shift);
        if edges.positions.is_empty() {
            edges.begins_with_bar = falls;
        }
        // Two edges in one place would be a bar without a width.
        let least = edges.positions.last().map_or(i32::MIN, |last| last.wrapping_add(1));
        edges.positions.push(position.max(least));
    }
}
