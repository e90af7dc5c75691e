//! The main job: real purchases go through a register into a ledger in SQLite.
//!
//! `cargo run --release --example register -- --help`

mod args;
mod chart;
mod checkpoints;
mod data;
mod play;
mod report;
mod sales;
mod tenders;

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use regulars::adapter::sqlite::SqliteStore;
use regulars::adapter::zones::IanaZones;
use regulars::document::{DocumentError, read_program};
use regulars::loyalty::VersionedProgram;
use regulars::register::Register;

use args::{Args, Source};
use checkpoints::Checkpoints;
use data::DataError;
use mimalloc::MiMalloc;
use play::Player;
use report::Report;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
        Ok(()) => ExitCode::SUCCESS,
        // Who reads only the first lines has seen enough.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let malformed = error.is::<DataError>() || error.is::<ProgramError>();
            ExitCode::from(if malformed { 2 } else { 1 })
        }
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    // Better now than after all has been played.
    fs::create_dir_all(&args.out).map_err(|error| format!("{}: {error}", args.out.display()))?;
    make_data(args)?;
    let purchases = match args.source {
        Source::Groceries => data::groceries(&args.data)?,
        Source::Sample | Source::All => data::cdnow(&args.data)?,
    };
    let program = program(&args.program)?;
    let options = SqliteStore::options().durability(args.durability);
    let mut register = Register::new(options.open(&args.store)?, IanaZones::default());
    let bar = progress_bar(args, purchases.bytes_total());
    let start = Instant::now();
    let checkpoints = Checkpoints::begin(args.store.clone(), options.clone())?;
    let sales = Player::new(purchases, &program, args.batch).play(&mut register, &bar)?;
    bar.finish_and_clear();
    if let Err(error) = checkpoints.end() {
        eprintln!("warning: all sales are kept, but their log couldn't be copied beside them: {error}");
    }
    if !args.quiet {
        eprintln!("{}", speed(sales, start.elapsed()));
    }

    let spinner = spinner(args, "adding up and verifying the ledger");
    let report = Report::of(&mut register, &program, args.customer.as_ref())?;
    spinner.finish_and_clear();
    // What it keeps in memory isn't needed beside the picture.
    drop(register);
    let (svg, png) = (args.out.join("liability.svg"), args.out.join("liability.png"));
    report.draw(&svg, &png)?;
    let mut out = io::stdout().lock();
    write!(out, "{}", report.to_text(args)?)?;
    writeln!(out, "pictures: {} and {}", svg.display(), png.display())?;
    writeln!(out, "{}", report.proof())?;
    Ok(())
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn speed(sales: u64, took: Duration) -> String {
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    let a_second = sales.saturating_mul(1000).div_euclid(milliseconds);
    format!("{sales} sales in {:.1} s: {a_second} sales/s", took.as_secs_f64())
}

/// A program's file that isn't a program.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", file.display())]
struct ProgramError {
    file: PathBuf,
    error: DocumentError,
}

fn program(path: &Path) -> Result<VersionedProgram, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(read_program(&text).map_err(|error| ProgramError { file: path.to_path_buf(), error })?)
}

/// Has the data made that isn't part of the project, the first time it is asked for.
fn make_data(args: &Args) -> Result<(), Box<dyn Error>> {
    let script = match args.source {
        Source::Sample => return Ok(()),
        _ if args.data.exists() => return Ok(()),
        Source::All => &["scripts/cdnow.py", "--all"][..],
        Source::Groceries => &["scripts/groceries.py"][..],
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    eprintln!("{} isn't there yet: python3 {} makes it", args.data.display(), script.join(" "));
    let made = Command::new("python3").args(script).current_dir(root).status();
    match made {
        Ok(status) if status.success() && args.data.exists() => Ok(()),
        Ok(status) => Err(format!("python3 {} ended with {status}", script.join(" ")).into()),
        Err(error) => Err(format!("python3 can't be started ({error}); install Python 3.11").into()),
    }
}

fn progress_bar(args: &Args, bytes: u64) -> ProgressBar {
    let form = "{bar:30} {percent:>3} %  {msg}  {elapsed} gone, {eta} to go";
    let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(bytes), target(args)).with_style(style)
}

fn spinner(args: &Args, message: &'static str) -> ProgressBar {
    let spinner = ProgressBar::with_draw_target(None, target(args)).with_message(message);
    spinner.tick();
    spinner
}

fn target(args: &Args) -> ProgressDrawTarget {
    if args.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() }
}
