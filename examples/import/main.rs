//! Takes balances of another scheme over from a CSV file:
//! `cargo run --example import -- --help`

mod args;

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use regulars::adapter::csv::{BalanceLine, CsvError, CsvImport, CsvReport, Whose, read_balances};
use regulars::adapter::sqlite::SqliteStore;
use regulars::adapter::zones::IanaZones;
use regulars::decide::{Document, EnrolDocument, Header, Profile, Question};
use regulars::document::{DocumentError, read_program};
use regulars::loyalty::{Program, VersionedProgram};
use regulars::register::{Batch, Register};
use regulars::sale::Place;
use regulars::time::Timestamp;

use args::Args;

fn main() -> ExitCode {
    let args = match Args::from_env() {
        Ok(Some(args)) => args,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}\ntry --help");
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(if error.is::<Malformed>() { 2 } else { 1 })
        }
    }
}

/// Imports the file, and says whether all of its lines were taken.
fn run(args: &Args) -> Result<bool, Box<dyn Error>> {
    let program = program(&args.program)?;
    let file = File::open(&args.file).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let lines = read_balances(file, &program.program).map_err(|error| Malformed::csv(&args.file, &error))?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => args.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    let now = now().ok_or("the clock of this machine is wrong")?;
    let at = args.at.unwrap_or(now);
    let mut register = Register::new(SqliteStore::open(&args.store)?, IanaZones::default());
    register.set_program(program.clone(), at)?;
    let import = CsvImport { file: &name, at, recorded_at: now, all_or_nothing: args.all_or_nothing };
    let report = import_lines(&mut register, &import, &lines, args.enrol)?;
    for refused in &report.refused {
        eprintln!("{}:{}: {}: {}", args.file.display(), refused.line, refused.name, refused.why);
    }
    let mut out = io::stdout().lock();
    write!(out, "{}", summary(&report, lines.len(), &program.program))?;
    if args.all_or_nothing && !report.refused.is_empty() {
        writeln!(out, "Nothing was imported, since lines were refused and --all-or-nothing was asked for.")?;
    }
    Ok(report.refused.is_empty())
}

/// Who joins does so with all of the lines, where it is to be all of them or none.
fn import_lines(
    register: &mut Register<SqliteStore, IanaZones>,
    import: &CsvImport<'_>,
    lines: &[BalanceLine],
    enrols: bool,
) -> Result<CsvReport, Box<dyn Error>> {
    if enrols {
        let mut batch = register.batch()?;
        enrol(&mut batch, lines, import.at, import.recorded_at)?;
        if import.all_or_nothing {
            return Ok(import.run_in(batch, lines)?);
        }
        batch.commit()?;
    }
    Ok(import.run(register, lines)?)
}

/// Customers who are named by id, and aren't there, join. Nobody who has left joins again.
fn enrol(
    batch: &mut Batch<'_, SqliteStore, IanaZones>,
    lines: &[BalanceLine],
    at: Timestamp,
    now: Timestamp,
) -> Result<(), Box<dyn Error>> {
    for balance in lines.iter().filter_map(|line| line.read.as_ref().ok()) {
        let Whose::Customer(customer) = &balance.whose else { continue };
        if batch.facts(&Question::of_customer(customer, at))?.known(customer).is_some() {
            continue;
        }
        let header = Header { id: None, at, place: Place::default() };
        let (customer, profile) = (customer.clone(), Profile::default());
        batch.submit(&Document::Enrol(EnrolDocument { header, customer, profile }), now)?;
    }
    Ok(())
}

fn summary(report: &CsvReport, lines: usize, program: &Program) -> String {
    let units = report.units.to_decimal(program.unit_decimals());
    let mut table = String::new();
    let rows = [
        ("lines", lines.to_string()),
        ("imported", report.imported.to_string()),
        ("units imported", units.to_string()),
        ("known already", report.known.to_string()),
        ("refused", report.refused.len().to_string()),
    ];
    for (name, number) in rows {
        let _ = writeln!(table, "{name:<16}{number:>14}");
    }
    table
}

/// A file that isn't what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Malformed(String);

impl Malformed {
    fn csv(path: &Path, error: &CsvError) -> Malformed {
        Malformed(format!("{}:{}: {}", path.display(), error.line, error.what))
    }

    fn program(path: &Path, error: &DocumentError) -> Malformed {
        Malformed(format!("{}: {error}", path.display()))
    }
}

fn program(path: &Path) -> Result<VersionedProgram, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(read_program(&text).map_err(|error| Malformed::program(path, &error))?)
}

fn now() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_millisecond(i64::try_from(since.as_millis()).ok()?)
}
