//! What a line tells of a code: what each digit at each place would cost.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::look::{FINE, WINDOW};
use super::{Costs, Fitter, WHOLE};
use crate::adapter::scan::rows::line::PARTS;
use crate::adapter::scan::rows::whole::{int, over, size};

/// Samples for a code: 95 modules, and one on each side.
const PROFILE: usize = 97 * FINE;

/// Where a code lies on a line, in parts of a sample: its ends, and how far its middle is from theirs.
#[derive(Debug, Clone, Copy)]
struct Place {
    from: i32,
    to: i32,
    bend: i32,
}

/// A line's account of a code.
pub struct Account {
    pub from: i32,
    pub to: i32,
    pub(super) costs: Box<Costs>,
}

impl Fitter {
    /// What a line tells of a code between two positions: its exact place and its blur are those with which it
    /// looks most like some code.
    pub(super) fn account(&mut self, samples: &[i32], from: i32, to: i32) -> Option<Account> {
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
        for other in [0, 2] {
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
