//! What digits look like when they are blurred.

use alloc::vec::Vec;

use crate::adapter::scan::rows::ean::DIGITS;
use crate::adapter::scan::rows::whole::{int, over, size, squared};

/// Samples for a module.
pub(super) const FINE: usize = 4;
/// Samples for a digit: its seven modules, and half of one on each side.
pub(super) const WINDOW: usize = 8 * FINE;
/// Which power of two the sum of a look's squares is.
const ENERGY: u32 = 18;

/// A digit as it looks when it is blurred: its mean is zero, and its energy [`ENERGY`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    grey: [i16; WINDOW],
}

/// All digits, blurred so much.
pub(super) struct Looks {
    /// Sets A and B, ten each.
    pub left: Vec<Look>,
    /// Set C.
    pub right: Vec<Look>,
}

impl Look {
    /// What is left of a window's energy when this is taken out of it.
    pub fn left_over(&self, window: &[i16; WINDOW], energy: i64) -> i64 {
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
    pub fn blurred(width: usize) -> Self {
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
