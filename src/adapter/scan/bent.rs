//! QR codes on what isn't flat: cloth, cups, receipts that have been in a pocket.
//!
//! The finder patterns tell where the modules would be on a plane. Patch by patch, from the finder patterns and the
//! last alignment pattern on, the modules are moved a little to where each of them has one colour, and that which
//! it must have where that is known; and between the middles of patches by what is between. Whether that was right
//! the error correction says.
#![allow(
    clippy::float_arithmetic,
    reason = "places in a picture lie between pixels; nothing here is counted in"
)]

use alloc::vec;
use alloc::vec::Vec;

use rxing::common::{BitMatrix, PerspectiveTransform, Quadrilateral};
use rxing::{Point as Place, point};

use super::bits::Bits;
use super::deadline::Deadline;
use super::guard::guarded;
use super::qr;
use super::reading::{Reading, Stage};

/// A code whose modules were where a plane has them, but couldn't be decoded.
#[derive(Debug, Clone)]
pub(super) struct Undecoded {
    pub(super) corners: [Place; 4],
    pub(super) modules: u32,
}

/// Larger codes take too long: the time goes with the square of the modules.
const MOST_MODULES: u32 = 73;

/// How many modules a patch is wide.
const PATCH: u32 = 6;

/// Where a module is looked at, in modules from its middle.
const LOOKS: [(f32, f32); 5] = [(0.0, 0.0), (-0.27, -0.27), (0.27, -0.27), (-0.27, 0.27), (0.27, 0.27)];

/// By what a patch may be moved from where its neighbours are, in modules.
const MOVES: [f32; 9] = [0.0, -0.15, 0.15, -0.3, 0.3, -0.45, 0.45, -0.6, 0.6];

/// What a move by one module has to be better by, in looks.
const COST: f32 = 6.0;

/// How often all patches are settled: from the second time on each of them knows all its neighbours.
const ROUNDS: u32 = 3;

/// Reads the code once more, if it can be done in time.
pub(super) fn read(bits: &Bits, code: &Undecoded, deadline: &Deadline) -> Option<Reading> {
    if code.modules > MOST_MODULES {
        return None;
    }
    guarded(|| {
        let mut mesh = Mesh::over(bits, code)?;
        let corners = code.corners.map(qr::pixel);
        (0..ROUNDS).find_map(|_| {
            mesh.settle(deadline)?;
            qr::decoded(&mesh.modules()?, corners, Stage::Bent)
        })
    })
}

/// Patches over a code, and by how much each of them is moved.
struct Mesh<'a> {
    bits: &'a Bits,
    to_picture: PerspectiveTransform,
    modules: u32,
    /// How many patches are in a row.
    wide: u32,
    /// How far the patches that are settled have moved, row by row.
    moves: Vec<Option<(f32, f32)>>,
}

impl<'a> Mesh<'a> {
    /// With nothing moved. `None` where the corners are no plane's.
    fn over(bits: &'a Bits, code: &Undecoded) -> Option<Self> {
        let (modules, side) = (code.modules, of(code.modules));
        let flat = Quadrilateral::rectangle_from_xy(0.0, side, 0.0, side, None);
        let seen = Quadrilateral::from(code.corners);
        let to_picture = PerspectiveTransform::quadrilateralToQuadrilateral(flat, seen).ok()?;
        let wide = modules.div_ceil(PATCH).max(2);
        let count = usize::try_from(wide.saturating_mul(wide)).unwrap_or_default();
        Some(Self { bits, to_picture, modules, wide, moves: vec![None; count] })
    }

    /// Settles all patches, those nearest to a finder pattern first. `None` if there is no more time.
    fn settle(&mut self, deadline: &Deadline) -> Option<()> {
        let last = self.wide.saturating_sub(1);
        let mut order: Vec<(u32, u32, u32)> = Vec::new();
        for y in 0..self.wide {
            for x in 0..self.wide {
                let from = |left: u32, top: u32| x.abs_diff(left).max(y.abs_diff(top));
                let near = from(0, 0).min(from(last, 0)).min(from(0, last));
                // The alignment pattern is in the last patch, or in the one before.
                order.push((near.min(from(last, last).saturating_add(1)), x, y));
            }
        }
        order.sort_unstable();
        for (_, x, y) in order {
            if deadline.is_over() {
                return None;
            }
            let guess = self.expected(x, y);
            let patch = self.patch(x, y);
            let mut best = (f32::MIN, guess);
            for (dx, dy) in MOVES.iter().flat_map(|dx| MOVES.iter().map(move |dy| (*dx, *dy))) {
                let moved = (guess.0 + dx, guess.1 + dy);
                let cost = COST * (dx.abs() + dy.abs());
                // Small moves come first, and those that can't be better than the best are left early.
                if let Some(agreement) = patch.agreement(self.bits, moved, best.0 + cost) {
                    best = (agreement - cost, moved);
                }
            }
            let (_, best) = best;
            if let Some(settled) = self.place(x, y).and_then(|place| self.moves.get_mut(place)) {
                *settled = Some(best);
            }
        }
        Some(())
    }

    fn place(&self, x: u32, y: u32) -> Option<usize> {
        let is_inside = x < self.wide && y < self.wide;
        let place = y.checked_mul(self.wide)?.checked_add(x).filter(|_| is_inside)?;
        usize::try_from(place).ok()
    }

    fn settled(&self, x: u32, y: u32) -> Option<(f32, f32)> {
        self.moves.get(self.place(x, y)?).copied().flatten()
    }

    /// What the settled patches around let expect: each says its own move, and how it changed on the way to there.
    fn expected(&self, x: u32, y: u32) -> (f32, f32) {
        let (mut sum, mut count) = ((0.0, 0.0), 0.0);
        for near_y in y.saturating_sub(1)..=y.saturating_add(1) {
            for near_x in x.saturating_sub(1)..=x.saturating_add(1) {
                if (near_x, near_y) == (x, y) {
                    continue;
                }
                let Some(near) = self.settled(near_x, near_y) else { continue };
                let beyond = |near: u32, at: u32| near.saturating_mul(2).wrapping_sub(at);
                let far = self.settled(beyond(near_x, x), beyond(near_y, y)).unwrap_or(near);
                sum = (sum.0 + near.0 + 0.7 * (near.0 - far.0), sum.1 + near.1 + 0.7 * (near.1 - far.1));
                count += 1.0;
            }
        }
        if count == 0.0 { (0.0, 0.0) } else { (sum.0 / count, sum.1 / count) }
    }

    /// The modules of a patch.
    fn patch(&self, x: u32, y: u32) -> Patch {
        let start =
            |patch: u32| patch.saturating_mul(self.modules).checked_div(self.wide).unwrap_or_default();
        let mut modules = Vec::new();
        for row in start(y)..start(y.saturating_add(1)) {
            for column in start(x)..start(x.saturating_add(1)) {
                modules.push((self.middle(column, row), is_black(self.modules, column, row)));
            }
        }
        let most = modules.iter().map(|(_, known)| if known.is_some() { 10.0 } else { 5.0 }).sum();
        Patch { modules, axes: self.axes(start(x), start(y)), most }
    }

    /// Where the middle of a module is, if nothing is moved.
    fn middle(&self, column: u32, row: u32) -> Place {
        self.to_picture.transform_point(point(of(column) + 0.5, of(row) + 0.5))
    }

    /// How far it is from a module to the next one to the right, and to the next one below.
    fn axes(&self, column: u32, row: u32) -> [Place; 2] {
        let here = self.middle(column, row);
        let next = [self.middle(column.saturating_add(1), row), self.middle(column, row.saturating_add(1))];
        next.map(|next| point(next.x - here.x, next.y - here.y))
    }

    fn modules(&self) -> Option<BitMatrix> {
        let mut modules = BitMatrix::with_single_dimension(self.modules).ok()?;
        for row in 0..self.modules {
            for column in 0..self.modules {
                let (middle, axes) = (self.middle(column, row), self.axes(column, row));
                if looks(self.bits, middle, &places(axes, self.moved(column, row))) >= 3 {
                    modules.set(column, row);
                }
            }
        }
        Some(modules)
    }

    /// By how much a module is moved: by what is between the moves of the patches around.
    fn moved(&self, column: u32, row: u32) -> (f32, f32) {
        let (x, part_x) = self.between(column);
        let (y, part_y) = self.between(row);
        let mut moved = (0.0, 0.0);
        let weights = [(0, 0, (1.0 - part_x) * (1.0 - part_y)), (1, 0, part_x * (1.0 - part_y))];
        for (right, down, weight) in
            weights.into_iter().chain([(0, 1, (1.0 - part_x) * part_y), (1, 1, part_x * part_y)])
        {
            let (dx, dy) = self.settled(x.saturating_add(right), y.saturating_add(down)).unwrap_or_default();
            moved = (moved.0 + weight * dx, moved.1 + weight * dy);
        }
        moved
    }

    /// The patch whose middle is before a module, and how far the module is on the way to the next one's.
    fn between(&self, module: u32) -> (u32, f32) {
        let place = (of(module) + 0.5) * of(self.wide) / of(self.modules) - 0.5;
        let last = self.wide.saturating_sub(2);
        let mut before = 0;
        while before < last && of(before.saturating_add(1)) <= place {
            before = before.saturating_add(1);
        }
        (before, (place - of(before)).clamp(0.0, 1.0))
    }
}

/// Some modules that lie side by side.
struct Patch {
    /// The middle of each, and its colour where that is known.
    modules: Vec<(Place, Option<bool>)>,
    axes: [Place; 2],
    /// What its agreement is at most.
    most: f32,
}

impl Patch {
    /// How many looks at the modules say the same as most others at the same module; twice those that say what has
    /// to be there. `None` where that isn't more than `least`.
    fn agreement(&self, bits: &Bits, moved: (f32, f32), least: f32) -> Option<f32> {
        let places = places(self.axes, moved);
        // What it would be if all that follows agreed.
        let mut agreement = self.most;
        for (middle, known) in &self.modules {
            let black = f32::from(looks(bits, *middle, &places));
            agreement -= match known {
                Some(true) => 2.0 * (5.0 - black),
                Some(false) => 2.0 * black,
                None => black.min(5.0 - black),
            };
            if agreement <= least {
                return None;
            }
        }
        Some(agreement)
    }
}

/// Where the looks at a module are that is moved so far, in pixels from its middle. The corners of a code are half a
/// pixel to the right and below.
fn places([right, down]: [Place; 2], moved: (f32, f32)) -> [(f32, f32); 5] {
    LOOKS.map(|(dx, dy)| {
        let (dx, dy) = (dx + moved.0, dy + moved.1);
        (dx * right.x + dy * down.x - 0.5, dx * right.y + dy * down.y - 0.5)
    })
}

/// How many looks at a module see black.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is outside becomes a pixel at a side"
)]
fn looks(bits: &Bits, middle: Place, places: &[(f32, f32); 5]) -> u8 {
    let mut black = 0_u8;
    for (dx, dy) in places {
        let (x, y) = ((middle.x + dx) as usize, (middle.y + dy) as usize);
        black = black.saturating_add(u8::from(x < bits.width() && bits.is_black(x, y)));
    }
    black
}

/// The colour of a module that is the same in all codes of this size: of finder patterns, of timing patterns and of
/// the last alignment pattern. `None` of all others.
fn is_black(modules: u32, column: u32, row: u32) -> Option<bool> {
    let last = modules.saturating_sub(7);
    for (left, top) in [(0, 0), (last, 0), (0, last)] {
        let from_middle = column.abs_diff(left.saturating_add(3)).max(row.abs_diff(top.saturating_add(3)));
        if from_middle <= 4 {
            return Some(from_middle != 2 && from_middle != 4);
        }
    }
    let from_middle = column.abs_diff(last).max(row.abs_diff(last));
    if modules >= 25 && from_middle <= 2 {
        return Some(from_middle != 1);
    }
    match (column, row) {
        (6, along) | (along, 6) => Some(along % 2 == 0),
        _ => None,
    }
}

/// Modules are few.
fn of(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::adapter::scan::picture::Picture;

    #[test]
    fn patches_are_settled_only_while_there_is_time() {
        let grey = vec![255; 400 * 400];
        let hour = Deadline::after(Duration::from_secs(3600));
        let bits = Bits::by_blocks(&Picture::new(&grey, 400, 400).unwrap(), &hour).unwrap();
        let corners = [(20.0, 20.0), (380.0, 20.0), (380.0, 380.0), (20.0, 380.0)].map(|(x, y)| point(x, y));
        let mut mesh = Mesh::over(&bits, &Undecoded { corners, modules: MOST_MODULES }).unwrap();
        assert_eq!(mesh.settle(&Deadline::after(Duration::ZERO)), None);
        assert!(mesh.moves.iter().all(Option::is_none), "nothing was begun");
        assert_eq!(mesh.settle(&hour), Some(()));
        assert!(mesh.moves.iter().all(Option::is_some));
    }
}
