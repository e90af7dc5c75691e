//! Cards, sheets and receipts: what is made is read back, and what can't be made is refused by name.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

#[cfg(feature = "receipt")]
mod esc_pos;
#[cfg(feature = "pdf")]
mod pdf;
mod read_back;
mod refused;
mod scanners;
mod sheets;
mod svg;
mod wild;
