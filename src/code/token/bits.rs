//! Bits in groups of another width.

use alloc::vec::Vec;

/// The bits of values, `from` of each, in groups of `to`; and what is left over that fills no group, with the number
/// of its bits. Both are at most 8.
pub(super) fn regroup(values: impl IntoIterator<Item = u8>, from: u32, to: u32) -> (Vec<u8>, u8, u32) {
    let (mut groups, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for value in values {
        held = (held.checked_shl(from).unwrap_or(0) | u32::from(value)) & 0xffff;
        bits = bits.saturating_add(from);
        while let Some(rest) = bits.checked_sub(to) {
            groups.push(low(held.checked_shr(rest).unwrap_or(0), to));
            bits = rest;
        }
    }
    (groups, low(held, bits), bits)
}

/// The lowest bits, at most 8.
fn low(held: u32, bits: u32) -> u8 {
    let mask = 1_u32.checked_shl(bits).unwrap_or(0).saturating_sub(1);
    u8::try_from(held & mask & 0xff).unwrap_or(0)
}
