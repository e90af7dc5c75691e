//! Tables for people, JSON for programs, and progress for who waits.

use std::io::{self, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use regulars::loyalty::Program;
use regulars::money::Units;
use regulars::time::Timestamp;
use serde_json::Value;

use crate::Result;
use crate::args::Args;

/// Tells what came of a command: one JSON object, or a table.
pub fn tell(args: &Args, object: &Value, table: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    if args.json {
        // Not by `writeln!`: an object that can't be written whole is no mistake of its own form.
        out.write_all(format!("{object}\n").as_bytes())?
    } else {
        out.write_all(table.as_bytes())?
    }
    out.flush()?;
    Ok(())
}

/// Rows of a name and a value.
pub fn table<N: AsRef<str>>(rows: impl IntoIterator<Item = (N, String)>) -> String {
    rows.into_iter().map(|(name, value)| format!("{:<20}{value:>24}\n", name.as_ref())).collect()
}

/// Units as a decimal.
pub fn units(units: Units, program: Option<&Program>) -> String {
    units.to_decimal(program.map_or(0, Program::unit_decimals)).to_string()
}

/// A text as a field of a CSV file.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A moment, in UTC.
pub fn time(at: Timestamp) -> String {
    // All that a ledger can hold is a moment there, too.
    jiff::Timestamp::from_millisecond(at.millisecond())
        .map_or_else(|_| String::from("?"), |at| at.to_string())
}

/// A bar that goes to an end that is known; nothing is shown if that is asked for, or nobody looks.
pub fn bar(args: &Args, what: &'static str) -> ProgressBar {
    let form = "{msg}  {bar:30} {percent:>3} %  {elapsed} gone, {eta} to go";
    let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), target(args)).with_style(style).with_message(what)
}

/// The same where the end isn't known.
pub fn spinner(args: &Args, what: &'static str) -> ProgressBar {
    let form = "{msg}  {pos} operations  {elapsed} gone";
    let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::with_draw_target(None, target(args)).with_style(style).with_message(what)
}

fn target(args: &Args) -> ProgressDrawTarget {
    if args.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() }
}
