//! The number that costs least.

use alloc::vec::Vec;

use super::Costs;
use crate::adapter::scan::rows::ean::SETS;

pub(super) struct Likeliest {
    pub digits: Vec<u8>,
    pub cost: i32,
    /// What the next likely number costs.
    pub next: i32,
}

/// A number so far: its cost, and its digits, four bits each.
type Path = (i32, u64);

/// The number that costs least of all whose check digit is right.
pub(super) fn likeliest(costs: &Costs) -> Option<Likeliest> {
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
