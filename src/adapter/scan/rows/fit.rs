//! EAN-13 and UPC-A whose edges are gone: too blurred or too small for bars that stand apart.
//!
//! A blurred code is still the picture of some code. Its two ends are seen, since there is nothing beside them; they
//! tell where each digit lies. There the grey is compared with what each digit would look like, blurred as much.
//! What lines tell is summed up, and of all numbers whose check digit is right the likeliest is read, if it is far
//! likelier than the next and if two sets of lines tell it each for themselves.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::ean::{DIGITS, SETS};
use super::edges::Edges;
use super::line::PARTS;
use super::tally::Span;
use super::whole::{int, over, size, squared};

/// Samples for a module.
const FINE: usize = 4;
/// Samples for a digit: its seven modules, and half of one on each side.
const WINDOW: usize = 8 * FINE;
/// Samples for a code: 95 modules, and one on each side.
const PROFILE: usize = 97 * FINE;
/// Which power of two the sum of a look's squares is.
const ENERGY: u32 = 18;
/// What costs are a part of.
pub(super) const WHOLE: i32 = 4096;

/// More places than this are noise, and take time.
const MOST_CASES: usize = 32;
/// What a digit may cost at most, on average over digits and lines.
const WORST: i32 = 1000;
/// How much more the next likely number must cost, on average over lines. What isn't there comes to 500 at most, and
/// what is there mostly to twice the bar and more.
const LEAST_MARGIN: i32 = 900;

/// How much a digit's window differs from each digit of the sets A, B (left) or C (right), in 4,096ths of what a
/// window differs from plain grey.
type Costs = [[i32; 20]; 12];

/// A digit as it looks when it is blurred: its mean is zero, and its energy [`ENERGY`].
#[derive(Debug, Clone, Copy)]
struct Look {
    grey: [i16; WINDOW],
}

/// All digits, blurred so much.
struct Looks {
    /// Sets A and B, ten each.
    left: Vec<Look>,
    /// Set C.
    right: Vec<Look>,
}

/// Where a code lies on a line, in parts of a sample: its ends, and how far its middle is from theirs.
#[derive(Debug, Clone, Copy)]
struct Place {
    from: i32,
    to: i32,
    bend: i32,
}

/// A line's account of a code.
pub(super) struct Account {
    pub from: i32,
    pub to: i32,
    costs: Box<Costs>,
}

/// Lines' accounts of a code in one place.
struct Case {
    span: Span,
    spans: Vec<Span>,
    /// Every other line's sum.
    sums: [Box<Costs>; 2],
}

/// A number that lines told.
pub(super) struct Told {
    pub digits: Vec<u8>,
    pub spans: Vec<Span>,
    /// Mean cost of a digit, in 4,096ths.
    pub misfit: i32,
}

/// Compares lines with what codes look like.
pub(super) struct Fitter {
    looks: Vec<Looks>,
    cases: Vec<Case>,
    profile: Vec<i32>,
}

impl Fitter {
    pub fn new() -> Self {
        // Three boxes one after the other are much like a lens out of focus that moves a little.
        let looks = [3, 5, 7, 9].into_iter().map(Looks::blurred).collect();
        Self { looks, cases: Vec::new(), profile: Vec::new() }
    }

    /// Looks for a blurred code between two quiet zones on a line.
    pub fn look(&mut self, samples: &[i32], edges: &Edges) -> Vec<Account> {
        let mut accounts = Vec::new();
        for (from, to) in candidates(edges).into_iter().take(3) {
            if let Some(account) = self.account(samples, from, to) {
                accounts.push(account);
            }
        }
        accounts
    }

    /// Adds a line's account to those of the same place.
    pub fn add(&mut self, account: &Account, span: Span) {
        let case = match self.cases.iter().position(|case| case.span.is_beside(&span)) {
            Some(known) => self.cases.get_mut(known),
            None if MOST_CASES <= self.cases.len() => None,
            None => {
                let sums = [Box::new([[0; 20]; 12]), Box::new([[0; 20]; 12])];
                self.cases.push(Case { span, spans: Vec::new(), sums });
                self.cases.last_mut()
            }
        };
        let Some(case) = case else { return };
        let turn = case.spans.len() & 1;
        if let Some(sum) = case.sums.get_mut(turn) {
            for (sum, cost) in sum.iter_mut().flatten().zip(account.costs.iter().flatten()) {
                *sum = sum.saturating_add(*cost);
            }
        }
        case.spans.push(span);
    }

    /// The numbers that both halves of the lines of a place tell.
    pub fn told(&self) -> Vec<Told> {
        let mut all = Vec::new();
        for case in &self.cases {
            if case.spans.len() < 4 {
                continue;
            }
            let [one, other] = &case.sums;
            let mut both = one.clone();
            for (sum, cost) in both.iter_mut().flatten().zip(other.iter().flatten()) {
                *sum = sum.saturating_add(*cost);
            }
            let lines = int(case.spans.len());
            let (Some(best), Some(first), Some(second)) =
                (likeliest(&both), likeliest(one), likeliest(other))
            else {
                continue;
            };
            if best.digits != first.digits || best.digits != second.digits {
                continue;
            }
            let misfit = over(best.cost, lines.saturating_mul(12));
            let margin = over(best.next.saturating_sub(best.cost), lines);
            if WORST < misfit || margin < LEAST_MARGIN {
                continue;
            }
            all.push(Told { digits: best.digits, spans: case.spans.clone(), misfit });
        }
        all
    }

    /// What a line tells of a code between two positions: its exact place and its blur are those with which it
    /// looks most like some code.
    fn account(&mut self, samples: &[i32], from: i32, to: i32) -> Option<Account> {
        let quarter = over(to.wrapping_sub(from), 95 * 4);
        let mut place = Place { from, to, bend: 0 };
        let mut blur = 1;
        let mut best = self.misfit(samples, place, blur)?;
        if WHOLE * 12 * 7 / 10 < best {
            return None;
        }
        for shift in [-4_i32, 4] {
            self.better(samples, &mut place, blur, &mut best, |place| Place {
                bend: shift.wrapping_mul(quarter),
                ..place
            });
        }
        for other in [0, 2, 3] {
            if let Some(misfit) = self.misfit(samples, place, other)
                && misfit < best
            {
                (blur, best) = (other, misfit);
            }
        }
        if WHOLE * 12 / 3 < best {
            return None;
        }
        for step in [quarter.wrapping_mul(2), quarter, over(quarter, 2)] {
            for step in [step, step.wrapping_neg()] {
                self.better(samples, &mut place, blur, &mut best, |p| Place {
                    from: p.from.wrapping_add(step),
                    ..p
                });
                self.better(samples, &mut place, blur, &mut best, |p| Place {
                    to: p.to.wrapping_add(step),
                    ..p
                });
                self.better(samples, &mut place, blur, &mut best, |p| Place {
                    bend: p.bend.wrapping_add(step),
                    ..p
                });
            }
        }
        if WHOLE * 12 / 4 < best {
            return None;
        }
        let costs = self.costs(samples, place, blur)?;
        Some(Account { from: place.from, to: place.to, costs })
    }

    fn better(
        &mut self,
        samples: &[i32],
        place: &mut Place,
        blur: usize,
        best: &mut i32,
        change: impl Fn(Place) -> Place,
    ) {
        let changed = change(*place);
        if let Some(misfit) = self.misfit(samples, changed, blur)
            && misfit < *best
        {
            (*place, *best) = (changed, misfit);
        }
    }

    /// The sum of each digit's least cost.
    fn misfit(&mut self, samples: &[i32], place: Place, blur: usize) -> Option<i32> {
        let costs = self.costs(samples, place, blur)?;
        let least = |costs: &[i32; 20]| costs.iter().copied().min().unwrap_or(WHOLE);
        Some(costs.iter().map(least).fold(0, |sum: i32, cost| sum.saturating_add(cost)))
    }

    fn costs(&mut self, samples: &[i32], place: Place, blur: usize) -> Option<Box<Costs>> {
        profile(samples, place, &mut self.profile);
        let looks = self.looks.get(blur)?;
        let mut windows = [[0_i16; WINDOW]; 12];
        let mut energies = [0_i64; 12];
        for (place, (window, energy)) in windows.iter_mut().zip(&mut energies).enumerate() {
            // Left digits begin at the fourth module, right ones at the fifty-first; there is one more before.
            let start =
                place.wrapping_mul(7 * FINE).wrapping_add(if place < 6 { 14 } else { 202 - 6 * 7 * FINE });
            let part = self.profile.get(start..start.wrapping_add(WINDOW))?;
            let mean = over(part.iter().fold(0, |sum: i32, grey| sum.wrapping_add(*grey)), int(WINDOW));
            for (grey, sample) in window.iter_mut().zip(part) {
                let off = sample.wrapping_sub(mean);
                *grey = i16::try_from(off).unwrap_or(0);
                *energy = energy.wrapping_add(i64::from(off.wrapping_mul(off)));
            }
        }
        let mean = energies.iter().fold(0, |sum: i64, energy| sum.wrapping_add(*energy)).checked_div(12)?;
        // Less than a few grey levels is a plain wall.
        if mean < 32 * 12 * 12 {
            return None;
        }
        let scale = (i64::from(WHOLE) << 20).checked_div(mean)?;
        let mut costs = Box::new([[WHOLE.saturating_mul(4); 20]; 12]);
        for (place, ((window, energy), costs)) in
            windows.iter().zip(energies).zip(costs.iter_mut()).enumerate()
        {
            let looks = if place < 6 { &looks.left } else { &looks.right };
            for (look, cost) in looks.iter().zip(costs.iter_mut()) {
                let left = look.left_over(window, energy);
                let part = left.saturating_mul(scale) >> 20;
                *cost = i32::try_from(part).unwrap_or(WHOLE).min(WHOLE.saturating_mul(4));
            }
        }
        Some(costs)
    }
}

impl Look {
    /// What is left of a window's energy when this is taken out of it.
    fn left_over(&self, window: &[i16; WINDOW], energy: i64) -> i64 {
        let products = self.grey.iter().zip(window).map(|(a, b)| i32::from(*a).wrapping_mul(i32::from(*b)));
        let product = products.fold(0_i32, i32::wrapping_add);
        if product <= 0 {
            return energy;
        }
        let product = i64::from(product);
        energy.wrapping_sub(product.wrapping_mul(product) >> ENERGY)
    }
}

impl Looks {
    fn blurred(width: usize) -> Self {
        let mut left = Vec::with_capacity(20);
        let mut right = Vec::with_capacity(10);
        for pattern in DIGITS {
            left.push(look(pattern, false, width));
            right.push(look(pattern, true, width));
        }
        for [p, q, r, s] in DIGITS {
            left.push(look([s, r, q, p], false, width));
        }
        Self { left, right }
    }
}

/// What a digit looks like: bars dark, spaces bright. Beside it there is one module that every digit and guard has
/// there, and beyond that nobody knows.
fn look(pattern: [i32; 4], bar_first: bool, width: usize) -> Look {
    const BRIGHT: i32 = 1024;
    let mut grey = Vec::with_capacity(11 * FINE);
    let mut push = |modules: i32, tone: i32| {
        for _ in 0..size(modules).wrapping_mul(FINE) {
            grey.push(tone);
        }
    };
    let mut tone = if bar_first { -BRIGHT } else { BRIGHT };
    push(1, 0);
    push(1, tone.wrapping_neg());
    for modules in pattern {
        push(modules, tone);
        tone = tone.wrapping_neg();
    }
    push(1, tone);
    push(1, 0);
    for _ in 0..3 {
        grey = boxed(&grey, width);
    }
    let mut window = [0; WINDOW];
    let part = grey.get(FINE * 3 / 2..).unwrap_or(&[]);
    let mean = over(part.iter().take(WINDOW).fold(0, |sum: i32, grey| sum.wrapping_add(*grey)), int(WINDOW));
    let mut energy = 0_i32;
    for grey in part.iter().take(WINDOW) {
        energy = energy.wrapping_add(squared(grey.wrapping_sub(mean)));
    }
    let length = energy.max(1).isqrt();
    for (into, grey) in window.iter_mut().zip(part) {
        let off = over(grey.wrapping_sub(mean).wrapping_mul(1 << (ENERGY / 2)), length);
        *into = i16::try_from(off).unwrap_or(0);
    }
    Look { grey: window }
}

/// The mean of so many samples around each.
fn boxed(samples: &[i32], width: usize) -> Vec<i32> {
    let reach = width >> 1;
    let around = |at: usize| {
        let part =
            samples.get(at.saturating_sub(reach)..samples.len().min(at.wrapping_add(reach).wrapping_add(1)));
        let part = part.unwrap_or(&[]);
        // What isn't there is of no tone.
        over(part.iter().fold(0, |sum: i32, grey| sum.wrapping_add(*grey)), int(width))
    };
    (0..samples.len()).map(around).collect()
}

/// The grey of a code at four places in each module.
fn profile(samples: &[i32], place: Place, into: &mut Vec<i32>) {
    // Divisions are slow, and this is where most of the time goes: by 760 eighths, and by the most that
    // `beside` comes to.
    const PER_LENGTH: i64 = (1 << 26) / (95 * 8);
    const PER_BEND: i64 = (1 << 30) / (95 * 4 * 95 * 4);
    let times = |a: i32, b: i32, c: i64| i64::from(a).wrapping_mul(i64::from(b)).wrapping_mul(c);
    into.clear();
    let length = place.to.wrapping_sub(place.from);
    let last = int(samples.len()).wrapping_sub(1);
    for index in 0..int(PROFILE) {
        // In eighths of a module from the first edge.
        let eighths = index.wrapping_mul(2).wrapping_add(1).wrapping_sub(8);
        let beside = eighths.wrapping_mul((95_i32 * 8).wrapping_sub(eighths));
        let straight = times(length, eighths, PER_LENGTH) >> 26;
        let bent = times(place.bend, beside, PER_BEND) >> 30;
        let position = place.from.wrapping_add(i32::try_from(straight.wrapping_add(bent)).unwrap_or(0));
        let (at, part) = (position >> 6, position & (PARTS - 1));
        let grey = |at: i32| samples.get(size(at.clamp(0, last))).copied().unwrap_or(0);
        let mixed = grey(at)
            .wrapping_mul(PARTS.wrapping_sub(part))
            .wrapping_add(grey(at.wrapping_add(1)).wrapping_mul(part));
        into.push(mixed >> 6);
    }
}

/// Pairs of edges that may be a code's ends: quiet zones beside them, and no large gap between them.
fn candidates(edges: &Edges) -> Vec<(i32, i32)> {
    let mut pairs = Vec::new();
    let positions = &edges.positions;
    for start in (edges.first_bar()..positions.len()).step_by(2) {
        let Some(from) = positions.get(start).copied() else { break };
        let before = start.checked_sub(1).and_then(|before| positions.get(before));
        let quiet = before.map_or(i32::MAX, |before| from.wrapping_sub(*before));
        if quiet < 4 * PARTS {
            continue;
        }
        let (mut widest, mut count, mut last) = (0, 0_i32, from);
        for (place, to) in positions.iter().copied().enumerate().skip(start.wrapping_add(1)).take(64) {
            widest = widest.max(to.wrapping_sub(last));
            (last, count) = (to, count.wrapping_add(1));
            let is_end = place.wrapping_sub(start) & 1 == 1;
            let length = to.wrapping_sub(from);
            if quiet.saturating_mul(5) < widest {
                break;
            }
            if !is_end || count < 18 || length < 90 * PARTS || length < widest.saturating_mul(10) {
                continue;
            }
            let after = positions.get(place.wrapping_add(1)).map_or(i32::MAX, |after| after.wrapping_sub(to));
            // Four modules.
            if length <= quiet.saturating_mul(24) && length <= after.saturating_mul(24) {
                pairs.push((from, to));
            }
        }
    }
    pairs
}

struct Likeliest {
    digits: Vec<u8>,
    cost: i32,
    /// What the next likely number costs.
    next: i32,
}

/// A number so far: its cost, and its digits, four bits each.
type Path = (i32, u64);

/// Of all numbers whose check digit is right, that which costs least.
fn likeliest(costs: &Costs) -> Option<Likeliest> {
    const NONE: Path = (i32::MAX, 0);
    let mut best = [NONE; 2];
    for (first, sets) in SETS.iter().enumerate() {
        // The two cheapest paths to each remainder of the sum.
        let mut paths = [[NONE; 2]; 10];
        if let Some(start) = paths.get_mut(first) {
            *start = [(0, u64::try_from(first).unwrap_or(0)), NONE];
        }
        for (place, costs) in costs.iter().enumerate() {
            let is_b = place < 6 && *sets >> 5_usize.saturating_sub(place) & 1 == 1;
            let costs = costs.get(if is_b { 10 } else { 0 }..).unwrap_or(&[]);
            let weight = if place.is_multiple_of(2) { 3 } else { 1 };
            let mut next = [[NONE; 2]; 10];
            for (remainder, known) in paths.iter().enumerate() {
                for path in known.iter().filter(|path| path.0 < i32::MAX) {
                    for (digit, cost) in costs.iter().take(10).enumerate() {
                        let sum = digit.wrapping_mul(weight).wrapping_add(remainder).wrapping_rem(10);
                        let longer =
                            (path.0.saturating_add(*cost), path.1 << 4 | u64::try_from(digit).unwrap_or(0));
                        if let Some(slot) = next.get_mut(sum) {
                            keep(slot, longer);
                        }
                    }
                }
            }
            paths = next;
        }
        for path in paths.first().into_iter().flatten() {
            keep(&mut best, *path);
        }
    }
    let [cheapest, next] = best;
    if cheapest.0 == i32::MAX {
        return None;
    }
    let digits = (0..13_u32).rev().map(|place| {
        let digit = cheapest.1 >> place.wrapping_mul(4) & 0xf;
        u8::try_from(digit).unwrap_or(0).wrapping_add(b'0')
    });
    Some(Likeliest { digits: digits.collect(), cost: cheapest.0, next: next.0 })
}

/// Keeps the two cheapest.
fn keep(kept: &mut [Path; 2], path: Path) {
    if path.0 < kept[0].0 {
        *kept = [path, kept[0]];
    } else if path.0 < kept[1].0 {
        kept[1] = path;
    }
}
