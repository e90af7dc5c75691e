//! Plays scenarios, which are JSON files that a shopkeeper could follow, and says which came as
//! expected: `cargo run --release --example scenario -- fixtures/scenarios`.

mod runner;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    let (mut out, mut complaints) = (std::io::stdout().lock(), std::io::stderr().lock());
    ExitCode::from(runner::run(arguments, &mut out, &mut complaints))
}
