//! For the people who look after a ledger: `cargo run --release --example ledger -- --help`

mod args;
mod balances;
mod beginning;
mod compare;
mod customer;
mod help;
mod moving;
mod people;
mod print;
mod salvaging;
mod sharing;
mod stats;
mod verifying;

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use regulars::adapter::sqlite::{SqliteError, SqliteStore};
use regulars::decide::Question;
use regulars::loyalty::Program;
use regulars::store::{Store, Transaction};
use regulars::time::Timestamp;

use args::{Args, Asked, Command};
use moving::Malformed;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let done = match Args::from_env() {
        Ok(Asked::Help(text)) => io::stdout().write_all(text.as_bytes()).map(|()| true).map_err(Into::into),
        Ok(Asked::For(args)) => run(&args),
        Err(error) => {
            say(&format!("error: {error}\ntry --help"));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        // Who reads only the first lines has seen enough.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::from(if error.is::<Malformed>() { 2 } else { 1 })
        }
    }
}

/// Does what was asked for; whether the ledger is as it should be.
fn run(args: &Args) -> Result<bool> {
    match &args.command {
        Command::New(asked) => beginning::new(args, asked),
        Command::Epoch { epoch } => beginning::epoch(args, *epoch),
        Command::Balances(asked) => balances::run(args, asked),
        Command::Compare { other } => compare::run(args, other),
        Command::Verify { seen } => verifying::run(args, *seen),
        Command::Stats => stats::run(args),
        Command::Upgrade => beginning::upgrade(args),
        Command::Export { out } => moving::export(args, out.as_deref()),
        Command::Import { from } => moving::import(args, from),
        Command::Backup { to } => moving::backup(args, to),
        Command::Restore { to, epoch } => moving::restore(args, to, *epoch),
        Command::Find(asked) => people::find(args, asked),
        Command::Erase { customer } => people::erase(args, customer),
        Command::Salvage(asked) => salvaging::run(args, asked),
        Command::Share { register } => sharing::share(args, register.as_deref()),
        Command::Outbox { out, all } => sharing::outbox(args, out.as_deref(), *all),
        Command::Acknowledge { name } => sharing::acknowledge(args, name),
        Command::Union { from } => sharing::union(args, from),
        Command::DropWaiting { name } => sharing::drop_waiting(args, name),
        Command::Customer(asked) => customer::run(args, asked),
    }
}

/// Says something to whoever is at the screen. If nobody can read it, nobody can be told so.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let is = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref().is_some_and(is) {
            return true;
        }
        next = error.source();
    }
    false
}

/// Opens a ledger that is there; none is made, and none of an older format is changed.
fn open(file: &Path) -> Result<SqliteStore> {
    refuse_missing(file)?;
    refuse_older(file)?;
    // Who looks after a ledger looks into one whose end is damaged, too.
    SqliteStore::options().check_end(false).open(file).map_err(|error| not_opened(file, error))
}

/// Refuses a ledger that opening would bring up to date, or of which that can't be told.
fn refuse_older(file: &Path) -> Result<()> {
    match SqliteStore::open_to_read(file) {
        Err(error @ (SqliteError::NotUpToDate { .. } | SqliteError::Busy)) => Err(not_opened(file, error)),
        // What else there is, opening it to write says.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The same to look into it alone: nobody who writes is waited for, and it may be where nothing can be written.
fn look(file: &Path) -> Result<SqliteStore> {
    refuse_missing(file)?;
    SqliteStore::open_to_read(file).map_err(|error| not_opened(file, error))
}

fn not_opened(file: &Path, error: SqliteError) -> Box<dyn Error> {
    let name = file.display().to_string();
    match error {
        SqliteError::NotUpToDate { found, known } => Older { name, found, known }.into(),
        error => NotOpened { name, error }.into(),
    }
}

fn refuse_missing(file: &Path) -> Result<()> {
    let name = file.display();
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(format!("{name} isn't there").into()),
        Err(error) => Err(format!("{name}: {error}").into()),
        Ok(found) if found.is_dir() => Err(format!("{name} is a folder, and no ledger").into()),
        Ok(found) if found.len() == 0 => Err(format!("{name} is empty, and no ledger yet").into()),
        Ok(_) => Ok(()),
    }
}

/// A file that is there can't be opened.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {error}")]
struct NotOpened {
    name: String,
    error: SqliteError,
}

/// A file that is there has to be brought up to date, which is for its owner to decide.
#[derive(Debug, thiserror::Error)]
#[error(
    "{name} has format {found}, and this program has format {known}; the command \"upgrade {name}\" brings it up to \
     date, after which older programs can't use it: close them, and make a backup first"
)]
struct Older {
    name: String,
    found: i32,
    known: i32,
}

/// The program that holds, which says how many decimals there are; `None` before the first.
fn program(store: &mut SqliteStore) -> Result<Option<Arc<Program>>> {
    let facts = store.begin()?.facts(&Question::as_of(Timestamp::EPOCH))?;
    Ok(facts.program.map(|versioned| versioned.program))
}
