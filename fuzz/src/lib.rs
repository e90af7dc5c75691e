//! What is tried with any bytes, one module a target. None may panic, hang, or take a lot of memory.
//!
//! The fuzzers call these, and `tests/fuzz_targets.rs` does with the corpus and changes of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "what goes wrong here is what is looked for"
)]

pub mod balances;
#[cfg(feature = "capi")]
pub mod capi;
pub mod codes;
pub mod contact;
pub mod document;
mod file;
#[cfg(feature = "wedge")]
pub mod keys;
pub mod parcels;
#[cfg(feature = "scan")]
pub mod pictures;
pub mod rows;
pub mod store;
pub mod submit;
#[cfg(feature = "tokens")]
pub mod tokens;
