//! The command line.

use std::error::Error;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value, ValueExt};
use regulars::time::Timestamp;

const HELP: &str = "\
Takes balances of another scheme over from a CSV file.

usage: cargo run --example import -- --program FILE --store FILE [OPTIONS] FILE.csv

  --program FILE     the loyalty program; it holds in the ledger from now on
  --store FILE       the ledger; made if it isn't there
  --all-or-nothing   import nothing if one line is refused [each line stands for itself]
  --enrol            customers who are named by id and aren't in the ledger join it first; with
                     --all-or-nothing only if all is imported, otherwise they stay in any case
  --at TIME          when the balances come in, such as 2026-01-01T00:00:00+01:00 [now]
  --name NAME        the file's name in the ledger [its name without folders]
  --help             this text

The first line of the file names its columns: code (the code on the card) or customer (the id),
units, and, if you like, expires (the last day, such as 2026-12-31). The customers have to be in
the ledger already, or join it with --enrol. The same file again changes nothing: what counts is the name and what each
line says.

A line that is refused is told as FILE:LINE: NAME: WHY. Exit code: 0 if all lines are in, 1 if one
was refused or the ledger can't be used, 2 if a file or the command line isn't as it must be.
";

/// What was asked for.
#[derive(Debug)]
pub struct Args {
    pub program: PathBuf,
    pub store: PathBuf,
    pub file: PathBuf,
    pub name: Option<String>,
    pub at: Option<Timestamp>,
    pub all_or_nothing: bool,
    pub enrol: bool,
}

impl Args {
    /// Reads the command line; `None` after `--help`.
    pub fn from_env() -> Result<Option<Args>, Box<dyn Error>> {
        let (mut program, mut store, mut file) = (None, None, None);
        let (mut name, mut at, mut all_or_nothing, mut enrol) = (None, None, false, false);
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("program") => program = Some(PathBuf::from(parser.value()?)),
                Long("store") => store = Some(PathBuf::from(parser.value()?)),
                Long("all-or-nothing") => all_or_nothing = true,
                Long("enrol") => enrol = true,
                Long("at") => at = Some(time(&parser.value()?.string()?)?),
                Long("name") => name = Some(parser.value()?.string()?),
                Long("help") | Short('h') => {
                    print!("{HELP}");
                    return Ok(None);
                }
                Value(path) if file.is_none() => file = Some(PathBuf::from(path)),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(Args {
            program: program.ok_or("--program is missing")?,
            store: store.ok_or("--store is missing")?,
            file: file.ok_or("the CSV file is missing")?,
            name,
            at,
            all_or_nothing,
            enrol,
        }))
    }
}

fn time(text: &str) -> Result<Timestamp, String> {
    let wrong = || format!("--at takes a time such as 2026-01-01T00:00:00+01:00, not {text:?}");
    let at: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
    Timestamp::from_millisecond(at.as_millisecond()).ok_or_else(wrong)
}
