//! Where a code may begin and end on a line.

use alloc::vec::Vec;

use crate::adapter::scan::rows::edges::Edges;
use crate::adapter::scan::rows::line::PARTS;

/// A code has sixty edges. Where fewer than half of them stand apart, what is compared is the whim of chance.
const LEAST_EDGES: i32 = 31;

/// Pairs of edges that may be a code's ends: quiet zones beside them, and no large gap between them.
pub(super) fn candidates(edges: &Edges) -> Vec<(i32, i32)> {
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
            if quiet < widest {
                break;
            }
            if !is_end || count < LEAST_EDGES || length < 90 * PARTS || length < widest.saturating_mul(10) {
                continue;
            }
            let after = positions.get(place.wrapping_add(1)).map_or(i32::MAX, |after| after.wrapping_sub(to));
            let white = quiet.min(after);
            // Six modules.
            if widest < white && length <= white.saturating_mul(16) {
                pairs.push((from, to));
            }
        }
    }
    pairs
}
