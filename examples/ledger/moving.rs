//! `export`, `import` and `backup`: a ledger goes somewhere else.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use regulars::adapter::json_lines::{self, ExportError, ImportError};
use regulars::adapter::sqlite::{SqliteError, SqliteStore};
use serde_json::json;

use crate::args::Args;
use crate::print::{bar, table, tell};
use crate::verifying::{check, looked_at};
use crate::{Result, look, program, say};

/// Lines that are no ledger.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

pub fn export(args: &Args, out: Option<&Path>) -> Result<bool> {
    let mut store = look(&args.file)?;
    let Some(path) = out else {
        let operations = write_lines(args, &mut store, io::stdout().lock())?;
        if !args.quiet {
            say(&format!("{operations} operations"));
        }
        return Ok(true);
    };
    let operations = to_new_file(path, |file| write_lines(args, &mut store, file))?;
    let object = json!({ "operations": operations, "out": path.display().to_string() });
    tell(args, &object, &table([("operations written", operations.to_string())]))?;
    Ok(true)
}

/// Writes a file that wasn't there before, whole and durable, or leaves none.
pub fn to_new_file<T, E: fmt::Display>(
    path: &Path,
    write: impl FnOnce(&File) -> std::result::Result<T, E>,
) -> Result<T> {
    let told = |error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} is there already; choose another name", path.display()),
        _ => format!("{}: {error}", path.display()),
    };
    let file = new_file(path).map_err(told)?;
    let written = write(&file).map_err(|error| format!("{}: {error}", path.display()));
    let written = written.and_then(|written| file.sync_all().map(|()| written).map_err(told));
    Ok(written.inspect_err(|_| {
        // Nobody should take a part for all of it.
        let _ = fs::remove_file(path);
    })?)
}

fn write_lines(
    args: &Args,
    store: &mut SqliteStore,
    to: impl Write,
) -> std::result::Result<u64, ExportError<SqliteError>> {
    let bar = bar(args, "writing");
    let written = json_lines::export(store, &mut BufWriter::new(to), |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    written
}

/// A file that its owner alone may read: it holds personal data.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub fn import(args: &Args, from: &Path) -> Result<bool> {
    if from.as_os_str() == "-" {
        return take_over(args, "the standard input", io::stdin().lock());
    }
    let name = from.display().to_string();
    let file = File::open(from).map_err(|error| Malformed(format!("{name}: {error}")))?;
    take_over(args, &name, BufReader::new(file))
}

fn take_over(args: &Args, name: &str, mut lines: impl BufRead) -> Result<bool> {
    if args.file.exists() {
        let told = format!("{} is there already; a new ledger is made", args.file.display());
        return Err(told.into());
    }
    let made = Made::unless_there(&args.file);
    let mut store =
        SqliteStore::open(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let bar = bar(args, "taking over");
    let taken_over = json_lines::import(&mut store, &mut lines, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    taken_over.map_err(|error| failed(args, name, error))?;
    let verified = check(args, &mut store)
        .map_err(|error| Malformed(format!("{name}: what it says doesn't fit: {error}")))?;
    let program = program(&mut store)?;
    let (object, rows) = looked_at(&verified, program.as_deref())?;
    store.checkpoint()?;
    drop(store);
    made.keep();
    tell(args, &object, &format!("{rows}\nAll of it was taken over, and fits.\n"))?;
    Ok(true)
}

fn failed(args: &Args, name: &str, error: ImportError<SqliteError>) -> Box<dyn std::error::Error> {
    match error {
        ImportError::Store(_) | ImportError::NotEmpty => format!("{}: {error}", args.file.display()).into(),
        // It isn't the lines that are wrong.
        ImportError::Refused {
            error:
                SqliteError::Full | SqliteError::Busy | SqliteError::ReadOnly | SqliteError::ReadOnlyDisk { .. },
            ..
        } => format!("{}: {error}", args.file.display()).into(),
        _ => Malformed(format!("{name}: {error}")).into(),
    }
}

/// A ledger that wasn't there before; dropped before it is to be kept, it is deleted.
pub struct Made(Option<PathBuf>);

impl Made {
    pub fn unless_there(file: &Path) -> Made {
        Made((!file.exists()).then(|| file.to_path_buf()))
    }

    pub fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // Its log has gone with the store, which is dropped before.
        if let Some(path) = &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

pub fn backup(args: &Args, to: &Path) -> Result<bool> {
    let store = look(&args.file)?;
    let bar = bar(args, "copying");
    let copied = store.backup(to, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    copied?;
    let bytes = fs::metadata(to)?.len();
    let object = json!({ "to": to.display().to_string(), "bytes": bytes, "holds_personal_data": true });
    let rows = table([("bytes", bytes.to_string())]);
    tell(
        args,
        &object,
        &format!("{rows}\nIt is whole. It holds personal data: keep it as you keep the ledger.\n"),
    )?;
    Ok(true)
}

/// The name of a file that is kept beside another.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Where a ledger is to be made there is neither one nor what may be left of one.
pub fn refuse_there(file: &Path) -> Result<()> {
    let ends = ["", "-wal", "-shm", "-journal"];
    match ends.map(|end| beside(file, end)).into_iter().find(|path| path.exists()) {
        None => Ok(()),
        Some(there) => {
            let there = there.display();
            Err(format!("{there} is there already; choose another name, or move it away").into())
        }
    }
}

/// Makes a ledger of a backup.
pub fn restore(args: &Args, to: &Path, epoch: Option<u32>) -> Result<bool> {
    let from = args.file.display();
    let epoch = epoch.or_else(seconds_since_1970).ok_or("the clock of this machine is wrong; say --epoch")?;
    let (_, (head, (mut object, rows))) = SqliteStore::restore(&args.file, to, epoch, |store| {
        let mut look = || {
            store.check_chain(None)?;
            let verified = check(args, store)?;
            let program = program(store)?;
            Ok((store.chain_head()?, looked_at(&verified, program.as_deref())?))
        };
        let looked: Result<_> = look();
        Ok::<_, Box<dyn std::error::Error>>(looked.map_err(|error| format!("{from}: {error}"))?)
    })?;
    if let Some(object) = object.as_object_mut() {
        object.insert(String::from("epoch"), json!(epoch));
        object.insert(String::from("head"), json!(head.to_string()));
    }
    let rows = rows + &table([("epoch", epoch.to_string())]);
    tell(args, &object, &format!("{rows}\nAll of the backup is there, up to operation {}.\n", head.seq.0))?;
    Ok(true)
}

pub fn seconds_since_1970() -> Option<u32> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    u32::try_from(since.as_secs()).ok()
}
