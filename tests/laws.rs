//! The laws: what holds for every program, every sale and every order of documents.
//!
//! They are in `laws/earning.rs`, `campaigns.rs`, `undoing.rs`, `ledger.rs`, `time.rs`, `merging.rs`, `json_lines.rs` and
//! `extremes.rs`, tried on
//! random programs, baskets and purchases, and on random histories of documents (`history.rs`).
//! What is earned, and what goes back, is worked out a second time from the words of the rules, in
//! plain fractions (`model_earn.rs`, `model_return.rs`).
//!
//! `REGULARS_LAW_CASES=10000 cargo test --test laws` tries harder. A case that fails is kept in a
//! `.seeds` file beside its law, and tried first from then on; commit it with what was put right.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in the helpers, as in the tests, what goes wrong fails the law"
)]

#[path = "laws/baskets.rs"]
mod baskets;
#[path = "laws/campaigns.rs"]
mod campaigns;
#[path = "laws/earning.rs"]
mod earning;
#[path = "laws/extremes.rs"]
mod extremes;
#[path = "laws/history.rs"]
mod history;
#[cfg(all(feature = "json", feature = "std"))]
#[path = "laws/json_lines.rs"]
mod json_lines;
#[path = "laws/ledger.rs"]
mod ledger;
#[path = "laws/merging.rs"]
mod merging;
#[path = "laws/model_earn.rs"]
mod model_earn;
#[path = "laws/model_return.rs"]
mod model_return;
#[path = "laws/programs.rs"]
mod programs;
#[path = "laws/purchase.rs"]
mod purchase;
#[path = "laws/rewards.rs"]
mod rewards;
#[path = "laws/shop.rs"]
mod shop;
#[path = "laws/tally.rs"]
mod tally;
#[path = "laws/time.rs"]
mod time;
#[path = "laws/undoing.rs"]
mod undoing;
#[path = "laws/wild.rs"]
mod wild;

use proptest::test_runner::{Config, FileFailurePersistence};

/// How hard each law is tried.
fn tries() -> Config {
    let cases = std::env::var("REGULARS_LAW_CASES").ok().and_then(|cases| cases.parse().ok());
    Config {
        cases: cases.unwrap_or(256),
        max_global_rejects: 65_536,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("seeds"))),
        ..Config::default()
    }
}
