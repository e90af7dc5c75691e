//! What the command line asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::Arg::{Long, Short, Value};

use super::stores::StoreKind;

pub const HELP: &str = "\
Plays scenarios and says which came as expected.

Usage: scenario [--store memory|sqlite|sqlite:FILE] [--json] PATH...

PATH    a file that is one scenario or a list of them, or a folder of such files (*.json)

--store memory       a ledger in memory (default)
--store sqlite       a ledger in a temporary file, made anew for each scenario and removed
--store sqlite:FILE  a ledger in FILE, made anew for each scenario; the last one stays. FILE must
                     not be there before
--json               one JSON line for each event and one for each scenario, and nothing else
--help               this text

One line for each scenario: `ok ID`, `FALLS SHORT ID: event N: ...` (events count from 1), or
`NOT YET ID: ...` if it asks for what isn't built yet. Exit code: 0 if none fell short, 1 if one did,
2 if a file can't be read as a scenario.";

pub enum Request {
    Play(Arguments),
    Help,
}

pub struct Arguments {
    pub store: StoreKind,
    pub json: bool,
    pub paths: Vec<PathBuf>,
}

pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, lexopt::Error> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut store, mut json, mut paths) = (StoreKind::Memory, false, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("store") => store = store_kind(parser.value()?)?,
            Long("json") => json = true,
            Long("help") | Short('h') => return Ok(Request::Help),
            Value(path) => paths.push(PathBuf::from(path)),
            other => return Err(other.unexpected()),
        }
    }
    if paths.is_empty() {
        return Err("a file or a folder is missing".into());
    }
    Ok(Request::Play(Arguments { store, json, paths }))
}

fn store_kind(value: OsString) -> Result<StoreKind, lexopt::Error> {
    let text = value.to_string_lossy().into_owned();
    match text.as_str() {
        "memory" => Ok(StoreKind::Memory),
        "sqlite" => Ok(StoreKind::Temporary),
        other => match other.strip_prefix("sqlite:") {
            Some(file) if !file.is_empty() => Ok(StoreKind::File(PathBuf::from(file))),
            _ => Err(format!("there is no store {other}: memory, sqlite or sqlite:FILE").into()),
        },
    }
}
