//! What the tests of stores share.

#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the test; and each test uses some of them"
)]

pub mod any;
pub mod campaigns;
pub mod example;
pub mod folder;
pub mod log;
pub mod shop;
pub mod suite;
