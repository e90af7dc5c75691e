//! `share`, `outbox`, `acknowledge` and `union`: one ledger of many registers.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use regulars::adapter::parcel_lines::{self, ReceiveError, SendError, Sent};
use regulars::adapter::sqlite::{SqliteError, SqliteStore};
use regulars::document::write_parcel;
use regulars::ident::RegisterId;
use regulars::ledger::{OperationName, Origin};
use regulars::store::{self, Cause, Sharing, Store, Transaction, UnionError, Unions, Waiting};
use serde_json::json;

use crate::args::Args;
use crate::moving::{Malformed, to_new_file};
use crate::print::{spinner, table, tell};
use crate::{Result, look, open, say};

pub fn share(args: &Args, register: Option<&str>) -> Result<bool> {
    let mut ledger = if register.is_some() { open(&args.file)? } else { look(&args.file)? };
    if let Some(name) = register {
        give_name(args, &mut ledger, name)?;
    }
    let known = ledger.begin()?.sharing()?;
    let Some(Sharing { origin, own, acknowledged }) = known else {
        return Err(at(args, "the ledger has no name yet; say which register writes it").into());
    };
    let Origin { register, epoch } = origin;
    let object =
        json!({ "register": register.as_str(), "epoch": epoch, "own": own, "acknowledged": acknowledged });
    let rows = [
        ("register", register.to_string()),
        ("epoch", epoch.to_string()),
        ("own operations", own.to_string()),
        ("acknowledged", acknowledged.to_string()),
    ];
    tell(args, &object, &table(rows))?;
    Ok(true)
}

/// Says which register writes a ledger.
pub fn give_name(args: &Args, ledger: &mut SqliteStore, name: &str) -> Result<()> {
    let name = RegisterId::new(name).map_err(|error| format!("{name:?} is no register's name: {error}"))?;
    let mut transaction = ledger.begin()?;
    store::share(&mut transaction, &name).map_err(|error| at(args, error))?;
    Ok(transaction.commit()?)
}

pub fn outbox(args: &Args, out: Option<&Path>, all: bool) -> Result<bool> {
    let mut ledger = look(&args.file)?;
    let Some(path) = out else {
        let sent = send(args, &mut ledger, all, io::stdout().lock())?;
        if !args.quiet {
            say(&format!("{} operations", sent.operations));
        }
        return Ok(true);
    };
    let Sent { operations, last } = to_new_file(path, |file| send(args, &mut ledger, all, file))?;
    let last = last.map(|last| last.to_string());
    let object = json!({ "operations": operations, "last": last, "out": path.display().to_string() });
    let rows =
        [("operations written", operations.to_string()), ("the last of them", last.unwrap_or_default())];
    tell(args, &object, &table(rows))?;
    Ok(true)
}

fn send(
    args: &Args,
    ledger: &mut SqliteStore,
    all: bool,
    to: impl Write,
) -> std::result::Result<Sent, SendError<SqliteError>> {
    let bar = spinner(args, "writing");
    let mut to = BufWriter::new(to);
    let sent = match all {
        true => parcel_lines::send_all(ledger, &mut to, |done| bar.set_position(done)),
        false => parcel_lines::send(ledger, &mut to, |done| bar.set_position(done)),
    };
    bar.finish_and_clear();
    sent
}

pub fn acknowledge(args: &Args, name: &OperationName) -> Result<bool> {
    let mut ledger = open(&args.file)?;
    let mut transaction = ledger.begin()?;
    let sharing = transaction.sharing()?;
    let sharing =
        sharing.ok_or_else(|| at(args, "the ledger has no name yet; say which register writes it"))?;
    let acknowledged = store::acknowledge(&mut transaction, name).map_err(|error| at(args, error))?;
    transaction.commit()?;
    let left = sharing.own.saturating_sub(acknowledged);
    let object = json!({ "acknowledged": acknowledged, "left": left });
    tell(args, &object, &table([("acknowledged", acknowledged.to_string()), ("left", left.to_string())]))?;
    Ok(true)
}

pub fn union(args: &Args, from: &Path) -> Result<bool> {
    if from.as_os_str() == "-" {
        return take_in(args, "the standard input", io::stdin().lock());
    }
    let name = from.display().to_string();
    let file = File::open(from).map_err(|error| Malformed(format!("{name}: {error}")))?;
    take_in(args, &name, BufReader::new(file))
}

fn take_in(args: &Args, name: &str, mut lines: impl BufRead) -> Result<bool> {
    let mut ledger = open(&args.file)?;
    let bar = spinner(args, "taking in");
    let united = parcel_lines::receive(&mut ledger, &mut lines, |read| bar.set_position(read));
    bar.finish_and_clear();
    let united = united.map_err(|error| -> Box<dyn std::error::Error> {
        match error {
            // It isn't the lines that are wrong.
            ReceiveError::Store(_) | ReceiveError::Union { error: UnionError::NoName, .. } => {
                at(args, error).into()
            }
            _ => Malformed(format!("{name}: {error}")).into(),
        }
    })?;
    ledger.checkpoint()?;
    let Unions { taken, known, waiting, left, stuck } = united;
    let missing = missing(&mut ledger)?;
    let object = json!({
        "taken": taken, "known": known, "waiting": waiting, "left": left, "stuck": stuck, "missing": missing,
    });
    let rows = [
        ("new", taken.to_string()),
        ("known already", known.to_string()),
        ("waiting", waiting.to_string()),
        ("to be sent again", left.to_string()),
        ("stuck", stuck.to_string()),
    ];
    let rows = rows.into_iter().take(if left == 0 && stuck == 0 { 3 } else { 5 });
    let behind = missing.into_iter().map(|name| ("  missing", name));
    tell(args, &object, &(table(rows) + &table(behind)))?;
    Ok(true)
}

/// Of each register of whose operations some wait, what the first one waits for: it may be on its way, and
/// must not be acknowledged.
fn missing(ledger: &mut SqliteStore) -> Result<Vec<String>> {
    let mut transaction = ledger.begin()?;
    let waiting = store::waiting(&mut transaction)?.into_iter();
    let of = |Waiting { name, waits_for }| match waits_for {
        Some(Cause::Operation(missing)) => missing.to_string(),
        Some(Cause::Sale(sale)) => format!("the sale {sale} (for {name})"),
        Some(Cause::Program(_)) => format!("its program (for {name})"),
        None => format!("nothing: {name} can't be taken in; drop it"),
    };
    Ok(waiting.map(of).collect())
}

/// Gives up an operation that waits, and says what is lost by that.
pub fn drop_waiting(args: &Args, name: &OperationName) -> Result<bool> {
    let mut ledger = open(&args.file)?;
    let mut transaction = ledger.begin()?;
    let dropped = store::drop_waiting(&mut transaction, name)?;
    let dropped = dropped.ok_or_else(|| at(args, format!("{name} doesn't wait here")))?;
    transaction.commit()?;
    let line = write_parcel(&dropped);
    let object = json!({ "dropped": name.to_string(), "operation": line });
    tell(args, &object, &table([("dropped", name.to_string()), ("what is lost", line)]))?;
    Ok(true)
}

/// What is wrong with the ledger that was named.
fn at(args: &Args, what: impl std::fmt::Display) -> String {
    format!("{}: {what}", args.file.display())
}
