//! `export`, `import` and `backup`: a ledger goes somewhere else.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use regulars::adapter::json_lines::{self, ExportError, ImportError};
use regulars::adapter::sqlite::{SqliteError, SqliteStore};
use serde_json::json;

use crate::args::Args;
use crate::print::{bar, table, tell};
use crate::verifying::{check, looked_at};
use crate::{Result, open, program, say};

/// Lines that are no ledger.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

pub fn export(args: &Args, out: Option<&Path>) -> Result<bool> {
    let mut store = open(&args.file)?;
    let Some(path) = out else {
        let operations = write_lines(args, &mut store, io::stdout().lock())?;
        if !args.quiet {
            say(&format!("{operations} operations"));
        }
        return Ok(true);
    };
    let told = |error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} is there already; choose another name", path.display()),
        _ => format!("{}: {error}", path.display()),
    };
    let file = new_file(path).map_err(told)?;
    let written =
        write_lines(args, &mut store, &file).map_err(|error| format!("{}: {error}", path.display()));
    let written = written.and_then(|operations| file.sync_all().map(|()| operations).map_err(told));
    let operations = written.inspect_err(|_| {
        // Nobody should take a part of an export for all of it.
        let _ = fs::remove_file(path);
    })?;
    let object = json!({ "operations": operations, "out": path.display().to_string() });
    tell(args, &object, &table([("operations written", operations.to_string())]))?;
    Ok(true)
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
            error: SqliteError::Full | SqliteError::Busy | SqliteError::ReadOnly, ..
        } => format!("{}: {error}", args.file.display()).into(),
        _ => Malformed(format!("{name}: {error}")).into(),
    }
}

/// A ledger that wasn't there before; dropped before it is to be kept, it is deleted.
struct Made(Option<PathBuf>);

impl Made {
    fn unless_there(file: &Path) -> Made {
        Made((!file.exists()).then(|| file.to_path_buf()))
    }

    fn keep(mut self) {
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
    let store = open(&args.file)?;
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
