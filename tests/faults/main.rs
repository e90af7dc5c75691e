//! What a ledger has to stand: the power fails, the disk fails or is full, a program is killed, others use the
//! same file, bits flip, the clock jumps.
//!
//! ```sh
//! cargo test --release --test faults -- --nocapture
//! ```
//!
//! tells what was tried. `REGULARS_FAULTS=40` tries forty times as much (with 1, which it is by default, all is
//! over in half a minute, without `--release`, too).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "in the helpers, as in the tests, what goes wrong fails the test"
)]

mod bits;
mod clocks;
#[path = "../common/mod.rs"]
mod common;
mod disk;
mod errors;
mod file_system;
mod killed;
mod power;
mod read_only;
mod space;
mod till;
mod together;

use std::process::{Child, Command, Stdio};

/// From so many times on also what takes minutes by itself.
const LONG: usize = 10;

/// How many times as much is tried.
fn longer() -> usize {
    std::env::var("REGULARS_FAULTS").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// Another process, which runs one of these tests with more in its environment.
fn process(test: &str, environment: &[(&str, &str)]) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
