//! `new`, `epoch` and `upgrade`: a ledger begins, or goes on as another than it was.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use regulars::adapter::sqlite::{SqliteError, SqliteStore};
use regulars::adapter::zones::IanaZones;
use regulars::document::read_program;
use regulars::register::Register;
use regulars::time::Timestamp;
use serde_json::json;

use crate::args::{Args, AskedNew};
use crate::moving::{Made, Malformed, refuse_there, seconds_since_1970};
use crate::print::{table, tell};
use crate::sharing::give_name;
use crate::{Result, not_opened, open, refuse_missing};

/// Makes a ledger without operations, or with its first program.
pub fn new(args: &Args, asked: &AskedNew) -> Result<bool> {
    let program = asked.program.as_ref().map(|path| {
        let wrong = |error: &dyn std::fmt::Display| Malformed(format!("{}: {error}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
        read_program(&text).map_err(|error| wrong(&error))
    });
    let program = program.transpose()?;
    refuse_there(&args.file)?;
    let made = Made::unless_there(&args.file);
    let mut store = SqliteStore::open(&args.file)?;
    if let Some(name) = &asked.register {
        give_name(args, &mut store, name)?;
    }
    let mut register = Register::new(store, IanaZones::default());
    if let Some(program) = &program {
        register.set_program(program.clone(), now().ok_or("the clock of this machine is wrong")?)?;
    }
    let head = register.store_mut().chain_head()?;
    drop(register);
    made.keep();
    let version = program.map(|program| program.version.to_string());
    let object = json!({ "file": args.file.display().to_string(), "register": asked.register,
        "program": version, "head": head.to_string() });
    let none = || String::from("none");
    let rows =
        [("operations", head.seq.0.to_string()), ("register", asked.register.clone().unwrap_or_else(none))];
    let text = match version {
        Some(version) => format!("{}The program that holds: {version}\n", table(rows)),
        None => format!("{}A program has to be set before anything is sold.\n", table(rows)),
    };
    tell(args, &object, &text)?;
    Ok(true)
}

/// Begins an epoch in a ledger that was put back in some other way than by `restore`.
pub fn epoch(args: &Args, epoch: Option<u32>) -> Result<bool> {
    let mut store = open(&args.file)?;
    let epoch = epoch.or_else(seconds_since_1970).ok_or("the clock of this machine is wrong; say --epoch")?;
    store.begin_epoch(epoch).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let head = store.chain_head()?;
    let object = json!({ "epoch": epoch, "head": head.to_string() });
    let rows = table([("epoch", epoch.to_string())]);
    tell(args, &object, &format!("{rows}It begins behind operation {}.\n", head.seq.0))?;
    Ok(true)
}

/// Brings a ledger of an older format up to date.
pub fn upgrade(args: &Args) -> Result<bool> {
    refuse_missing(&args.file)?;
    let before = match SqliteStore::open_to_read(&args.file) {
        Err(SqliteError::NotUpToDate { found, .. }) => Some(found),
        looked => looked.map(|_| None).map_err(|error| not_opened(&args.file, error))?,
    };
    let store = SqliteStore::open(&args.file).map_err(|error| not_opened(&args.file, error))?;
    let format = store.about_file().map_err(|error| format!("{}: {error}", args.file.display()))?.format;
    let object = json!({ "format_before": before.unwrap_or(format), "format": format });
    let name = args.file.display();
    let text = match before {
        Some(before) => format!("{name} had format {before}, and has format {format} now.\n"),
        None => format!("{name} is up to date: it has format {format}.\n"),
    };
    tell(args, &object, &text)?;
    Ok(true)
}

fn now() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_millisecond(i64::try_from(since.as_millis()).ok()?)
}
