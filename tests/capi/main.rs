//! The C interface, called as a C program calls it.

#![cfg(feature = "capi")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, too, what goes wrong fails the test"
)]

#[path = "../../examples/scenario/runner/mod.rs"]
mod runner;

mod basket;
mod cost;
mod files;
mod handle;
mod misuse;
mod scenarios;
mod till;
mod typed;
#[cfg(unix)]
mod upkeep;
mod whole;
