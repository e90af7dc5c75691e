//! What lines showed, counted: a code counts when several lines that lie near each other agree on it.

use alloc::vec::Vec;

use crate::adapter::scan::Point;
use crate::code::Symbology;

use super::needed::needed;
use super::whole::{int, over};
use super::{Linear, Pass, Symbologies};

/// What one line showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sighting {
    pub symbology: Symbology,
    pub bytes: Vec<u8>,
    pub gs1: bool,
    pub span: Span,
    /// Mean squared distance of its parts from their patterns, in 64ths of a module.
    pub distance: i32,
}

/// Where a line crosses a code: from its beginning to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: Point,
    pub to: Point,
}

impl Span {
    fn vector(&self) -> (i64, i64) {
        let x = i64::from(self.to.x).wrapping_sub(i64::from(self.from.x));
        let y = i64::from(self.to.y).wrapping_sub(i64::from(self.from.y));
        (x, y)
    }

    fn length_squared(&self) -> i64 {
        let (x, y) = self.vector();
        x.wrapping_mul(x).wrapping_add(y.wrapping_mul(y))
    }

    /// Whether another one's middle is no farther from this one's than this is long, and it runs the same way.
    fn is_near(&self, other: &Self) -> bool {
        let twice_middle = |span: &Self| {
            (
                i64::from(span.from.x).wrapping_add(i64::from(span.to.x)),
                i64::from(span.from.y).wrapping_add(i64::from(span.to.y)),
            )
        };
        let (a, b) = (twice_middle(self), twice_middle(other));
        let (x, y) = (a.0.wrapping_sub(b.0), a.1.wrapping_sub(b.1));
        let apart = x.wrapping_mul(x).wrapping_add(y.wrapping_mul(y));
        let ((ux, uy), (vx, vy)) = (self.vector(), other.vector());
        let along = ux.wrapping_mul(vx).wrapping_add(uy.wrapping_mul(vy));
        0 < along && apart <= self.length_squared().wrapping_mul(4)
    }

    /// Whether another one begins and ends beside this one, as lines through one code do.
    pub fn is_beside(&self, other: &Self) -> bool {
        let length = self.length_squared();
        let near = |a: Point, b: Point| {
            let gap = Self { from: a, to: b };
            let (x, y) = self.vector();
            let (gx, gy) = gap.vector();
            // Along by a tenth of the length, aside by up to all of it.
            let along = x.wrapping_mul(gx).wrapping_add(y.wrapping_mul(gy)).wrapping_abs();
            along.wrapping_mul(10) < length && gap.length_squared() < length
        };
        near(self.from, other.from) && near(self.to, other.to)
    }

    /// How far it lies below, if `self` runs to the right: in whatever unit.
    fn below(&self, direction: (i64, i64)) -> i64 {
        let (x, y) = direction;
        let middle_x = i64::from(self.from.x).wrapping_add(i64::from(self.to.x));
        let middle_y = i64::from(self.from.y).wrapping_add(i64::from(self.to.y));
        middle_y.wrapping_mul(x).wrapping_sub(middle_x.wrapping_mul(y))
    }
}

/// Lines that showed the same in the same place.
#[derive(Debug)]
struct Group {
    symbology: Symbology,
    bytes: Vec<u8>,
    gs1: bool,
    spans: Vec<Span>,
    /// Two for a line whose parts were near their patterns, else one.
    weight: i32,
    distance: i64,
    pass: Pass,
}

impl Group {
    /// How much weight it needs.
    fn needed(&self) -> i32 {
        needed(self.symbology, &self.bytes).weight
    }
}

/// A half of an EAN-13 as lines showed it.
#[derive(Debug)]
struct HalfGroup {
    is_left: bool,
    half: super::ean::Half,
    spans: Vec<Span>,
    weight: i32,
    distance: i64,
}

/// All that lines of a picture showed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    groups: Vec<Group>,
    halves: Vec<HalfGroup>,
}

/// More groups than this are noise, and take time.
const MOST_GROUPS: usize = 256;
/// Lines beyond these say nothing new of a place.
const SPANS: usize = 12;

/// Parts this near to their patterns make a line count twice, squared.
const GOOD: i32 = 26 * 26;

fn weight_of(distance: i32) -> i32 {
    if distance <= GOOD { 2 } else { 1 }
}

impl Tally {
    pub fn add(&mut self, seen: Sighting, pass: Pass) {
        let weight = weight_of(seen.distance);
        let same = |group: &&mut Group| {
            group.symbology == seen.symbology
                && group.bytes == seen.bytes
                && group.spans.first().is_some_and(|span| span.is_near(&seen.span))
        };
        if let Some(group) = self.groups.iter_mut().find(same) {
            group.spans.push(seen.span);
            group.weight = group.weight.saturating_add(weight);
            group.distance = group.distance.saturating_add(i64::from(seen.distance));
            return;
        }
        if MOST_GROUPS <= self.groups.len() {
            return;
        }
        let Sighting { symbology, bytes, gs1, span, distance } = seen;
        let spans = alloc::vec![span];
        self.groups.push(Group { symbology, bytes, gs1, spans, weight, distance: i64::from(distance), pass });
    }

    pub fn add_half(&mut self, half: super::ean::Half, is_left: bool, span: Span) {
        let weight = weight_of(half.distance);
        let distance = i64::from(half.distance);
        let same = |group: &&mut HalfGroup| {
            group.is_left == is_left
                && group.half.digits == half.digits
                && group.half.sets == half.sets
                && group.spans.first().is_some_and(|known| known.is_near(&span))
        };
        if let Some(group) = self.halves.iter_mut().find(same) {
            group.spans.push(span);
            group.weight = group.weight.saturating_add(weight);
            group.distance = group.distance.saturating_add(distance);
            return;
        }
        if MOST_GROUPS <= self.halves.len() {
            return;
        }
        let spans = alloc::vec![span];
        self.halves.push(HalfGroup { is_left, half, spans, weight, distance });
    }

    /// Adds a number that lines told together, each for itself unsure. It needs no more lines.
    pub fn add_told(&mut self, symbology: Symbology, bytes: Vec<u8>, spans: &[Span], misfit: i32) {
        let lines = int(spans.len());
        let distance = i64::from(misfit).saturating_mul(i64::from(lines));
        let (spans, weight, pass) = (spans.to_vec(), lines.max(4), Pass::Fitted);
        self.groups.push(Group { symbology, bytes, gs1: false, spans, weight, distance, pass });
    }

    /// What enough lines agree on, and as many don't contradict; what is surest comes first.
    pub fn agreed(&self) -> Vec<Linear> {
        let wins = |group: &&Group| {
            let rivals = self.groups.iter().filter(|rival| {
                !core::ptr::eq(*rival, *group) && overlaps(rival, group) && beats(rival, group)
            });
            group.needed() <= group.weight && rivals.count() == 0
        };
        let mut agreed: Vec<_> = self.groups.iter().filter(wins).collect();
        agreed.sort_by_key(|group| core::cmp::Reverse((certainty(group), group.spans.len())));
        agreed.into_iter().map(linear).collect()
    }

    /// Whether so many lines agree on a half, and so well, that nothing in the same place contradicts. It has no
    /// check digit of its own.
    fn is_clear(&self, half: &HalfGroup) -> bool {
        let lines = i64::try_from(half.spans.len()).unwrap_or(i64::MAX);
        let good = lines.saturating_mul(i64::from(GOOD));
        let contradicts = |rival: &&HalfGroup| {
            !core::ptr::eq(*rival, half)
                && rival.is_left == half.is_left
                && half.weight < rival.weight.saturating_mul(3)
                && half.spans.first().zip(rival.spans.first()).is_some_and(|(a, b)| a.is_near(b))
        };
        4 <= half.weight && half.distance <= good && !self.halves.iter().any(|rival| contradicts(&rival))
    }

    /// Joins halves that different lines showed, where they fit together.
    pub fn join_halves(&mut self, symbologies: Symbologies, pass: Pass) {
        let mut joined = Vec::new();
        let clear = |half: &&HalfGroup| self.is_clear(half);
        let lefts: Vec<_> = self.halves.iter().filter(|half| half.is_left).filter(clear).collect();
        let rights: Vec<_> = self.halves.iter().filter(|half| !half.is_left).filter(clear).collect();
        for left in lefts {
            for right in &rights {
                let Some(digits) = super::ean::join(&left.half, &right.half) else { continue };
                let Some((symbology, bytes)) = super::article(digits, symbologies) else { continue };
                let Some(span) = both(left, right) else { continue };
                let lines = left.spans.len().min(right.spans.len());
                let distance = left.distance.max(right.distance);
                joined.push((
                    symbology,
                    bytes,
                    span,
                    left.weight.min(right.weight).wrapping_sub(1),
                    distance,
                    lines,
                ));
            }
        }
        for (symbology, bytes, span, weight, distance, lines) in joined {
            let known = self.groups.iter().any(|group| group.bytes == bytes && weight <= group.weight);
            if known {
                continue;
            }
            let mut spans = Vec::new();
            spans.resize(lines, span);
            self.groups.retain(|group| group.bytes != bytes);
            self.groups.push(Group { symbology, bytes, gs1: false, spans, weight, distance, pass });
        }
    }
}

/// The span of a left and a right half that lie beside each other.
fn both(left: &HalfGroup, right: &HalfGroup) -> Option<Span> {
    for left in left.spans.iter().take(SPANS) {
        for right in right.spans.iter().take(SPANS) {
            let (x, y) = left.vector();
            let length = left.length_squared();
            let (rx, ry) = right.vector();
            let along = x.wrapping_mul(rx).wrapping_add(y.wrapping_mul(ry));
            // As long as each other, give or take a third.
            let is_alike = length.wrapping_mul(2) < along.wrapping_mul(3)
                && along.wrapping_mul(3) < length.wrapping_mul(4);
            let apart_x = i64::from(right.from.x).wrapping_sub(i64::from(left.from.x));
            let apart_y = i64::from(right.from.y).wrapping_sub(i64::from(left.from.y));
            let ahead = x.wrapping_mul(apart_x).wrapping_add(y.wrapping_mul(apart_y));
            let aside = x.wrapping_mul(apart_y).wrapping_sub(y.wrapping_mul(apart_x)).wrapping_abs();
            let follows = length.wrapping_mul(3) < ahead.wrapping_mul(4)
                && ahead.wrapping_mul(20) < length.wrapping_mul(21);
            if is_alike && follows && aside < length {
                return Some(Span { from: left.from, to: right.to });
            }
        }
    }
    None
}

/// Whether two groups are in one place.
fn overlaps(one: &Group, other: &Group) -> bool {
    one.spans.iter().take(SPANS).any(|a| other.spans.iter().take(SPANS).any(|b| meets(a, b)))
}

/// Whether the boxes of two spans, made a little larger, share a place.
fn meets(a: &Span, b: &Span) -> bool {
    let apart = |p: i32, q: i32, r: i32, s: i32| {
        let (low, high) = (p.min(q), p.max(q));
        high < r.min(s).saturating_sub(4) || r.max(s).saturating_add(4) < low
    };
    !apart(a.from.x, a.to.x, b.from.x, b.to.x) && !apart(a.from.y, a.to.y, b.from.y, b.to.y)
}

/// Whether a group is a reason not to believe another one in the same place.
fn beats(rival: &Group, group: &Group) -> bool {
    if rival.symbology == group.symbology && rival.bytes == group.bytes {
        return false;
    }
    // A code with a check beats one without, or with less of it.
    group.weight < rival.weight.saturating_mul(2)
        || (strength(group.symbology) < strength(rival.symbology) && rival.needed() <= rival.weight)
}

const fn strength(symbology: Symbology) -> u8 {
    match symbology {
        Symbology::Ean13 | Symbology::UpcA | Symbology::Code128 => 3,
        Symbology::Code39 => 2,
        Symbology::Ean8 => 1,
        _ => 0,
    }
}

/// How sure it is, 1 to 100: by the lines that agreed, and how near to the patterns they were.
fn certainty(group: &Group) -> i32 {
    let count = int(group.spans.len());
    let mean = i32::try_from(group.distance.checked_div(i64::from(count)).unwrap_or(0)).unwrap_or(i32::MAX);
    let sure = over(group.weight.saturating_mul(50), group.needed());
    sure.saturating_sub(over(mean, 400)).clamp(1, 100)
}

fn linear(group: &Group) -> Linear {
    Linear {
        symbology: group.symbology,
        bytes: group.bytes.clone(),
        gs1: group.gs1,
        corners: corners(&group.spans),
        lines_agreeing: u32::try_from(group.spans.len()).unwrap_or(u32::MAX),
        pass: group.pass,
    }
}

/// The corners of a code: of its topmost and its lowest line, if its first line runs to the right.
fn corners(spans: &[Span]) -> [Point; 4] {
    let nowhere = Span { from: Point { x: 0, y: 0 }, to: Point { x: 0, y: 0 } };
    let first = spans.first().copied().unwrap_or(nowhere);
    let direction = first.vector();
    let top = spans.iter().min_by_key(|span| span.below(direction)).unwrap_or(&first);
    let bottom = spans.iter().max_by_key(|span| span.below(direction)).unwrap_or(&first);
    [top.from, top.to, bottom.to, bottom.from]
}
