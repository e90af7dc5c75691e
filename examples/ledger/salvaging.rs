//! `salvage`: what of a damaged ledger can still be read.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use regulars::adapter::sqlite::{Salvage, SalvageReport, SalvagedBalance, SqliteError};
use regulars::document::read_program;
use regulars::loyalty::{Program, VersionedProgram};
use regulars::money::Units;
use serde_json::{Value, json};

use crate::args::{Args, AskedSalvage};
use crate::moving::to_new_file;
use crate::print::{bar, quoted, table, tell, units};
use crate::{NotOpened, Result};

/// So many are listed where people read; with `--json` it is all of them.
const LISTED: usize = 20;

pub fn run(args: &Args, asked: &AskedSalvage) -> Result<bool> {
    let known = asked.programs.iter().map(|file| program(file)).collect::<Result<Vec<_>>>()?;
    let reading = bar(args, "reading");
    let opened = Salvage::open(&args.file, &known, |done, all| {
        reading.set_length(all);
        reading.set_position(done);
    });
    reading.finish_and_clear();
    let name = args.file.display().to_string();
    let mut salvage = opened.map_err(|error: SqliteError| NotOpened { name, error })?;
    // Where its own is lost, whoever looks after the ledger says which one it had.
    let given = known.last().map(|program| &*program.program);
    let has_program = salvage.program().is_some() || given.is_some();
    let writes_amounts = asked.balances.is_some() || asked.for_import.is_some();
    if !has_program && writes_amounts && !salvage.report().balances.is_empty() {
        let told =
            "its program is lost, and without it nobody knows how many decimals amounts have; say --program";
        return Err(format!("{}: {told}", args.file.display()).into());
    }
    if let Some(out) = &asked.out {
        into_new(out, |file| export(args, &mut salvage, asked.beginning, file))?;
    }
    let report = salvage.report();
    let program = salvage.program().map(|program| &**program).or(given);
    if let Some(out) = &asked.balances {
        into_new(out, |file| balances(report, program, file))?;
    }
    if let Some(out) = &asked.for_import {
        into_new(out, |file| for_import(report, program, file))?;
    }
    tell(args, &object(report, program), &text(report, program)?)?;
    Ok(report.lost.is_empty() && report.doubtful.is_empty())
}

fn program(file: &Path) -> Result<VersionedProgram> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(read_program(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}

fn into_new(path: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> Result<()>) -> Result<()> {
    to_new_file(path, |file| {
        let mut buffered = BufWriter::new(file);
        write(&mut buffered)?;
        Ok::<_, Box<dyn std::error::Error>>(buffered.flush()?)
    })
}

fn export(args: &Args, salvage: &mut Salvage, beginning: bool, to: &mut impl Write) -> Result<()> {
    let writing = bar(args, "writing");
    let progress = |done, all| {
        writing.set_length(all);
        writing.set_position(done);
    };
    let written = match beginning {
        true => salvage.export_beginning(to, progress),
        false => salvage.export(to, progress),
    };
    writing.finish_and_clear();
    written?;
    Ok(())
}

/// Each customer with both balances.
fn balances(report: &SalvageReport, program: Option<&Program>, to: &mut impl Write) -> Result<()> {
    writeln!(to, "customer,kept,summed,held,differs")?;
    for balance in &report.balances {
        let SalvagedBalance { customer, kept, summed, held } = balance;
        let kept = kept.map_or(String::new(), |kept| units(kept, program));
        let differs = if balance.differs() { "yes" } else { "" };
        let (summed, held) = (units(*summed, program), units(*held, program));
        writeln!(to, "{},{kept},{summed},{held},{differs}", quoted(customer.as_str()))?;
    }
    Ok(())
}

/// What the example `import` takes: what each customer has, with what was held.
fn for_import(report: &SalvageReport, program: Option<&Program>, to: &mut impl Write) -> Result<()> {
    writeln!(to, "customer,units")?;
    for balance in &report.balances {
        let has = balance.best().plus(balance.held)?;
        if Units::ZERO < has {
            writeln!(to, "{},{}", quoted(balance.customer.as_str()), units(has, program))?;
        }
    }
    Ok(())
}

fn object(report: &SalvageReport, program: Option<&Program>) -> Value {
    let lost = report.lost.iter();
    let lost = lost.map(|lost| json!({ "first": lost.first.0, "last": lost.last.0, "why": lost.why }));
    let differ = report.balances.iter().filter(|balance| balance.differs());
    let differ = differ.map(|balance| {
        json!({ "customer": balance.customer.as_str(), "kept": balance.kept.map(|kept| units(kept, program)),
            "summed": units(balance.summed, program) })
    });
    json!({
        "operations": report.operations,
        "last": report.last.0,
        "lost": lost.collect::<Vec<_>>(),
        "lost_operations": report.lost_operations(),
        "whole_until": report.whole_until().0,
        "shared": report.shared,
        "doubtful": report.doubtful.iter().map(|seq| seq.0).collect::<Vec<_>>(),
        "told_damaged": report.told_damaged,
        "unproven_programs": report.unproven_programs,
        "customers": report.balances.len(),
        // Without a program amounts are numbers of the smallest unit.
        "decimals": program.map(Program::unit_decimals),
        "balances_that_differ": differ.collect::<Vec<_>>(),
    })
}

fn text(report: &SalvageReport, program: Option<&Program>) -> Result<String> {
    let differ: Vec<_> = report.balances.iter().filter(|balance| balance.differs()).collect();
    let mut text = table([
        ("operations found", report.operations.to_string()),
        ("operations lost", report.lost_operations().to_string()),
        ("the last", report.last.0.to_string()),
        ("whole until", report.whole_until().0.to_string()),
        ("doubtful", report.doubtful.len().to_string()),
        ("customers", report.balances.len().to_string()),
        ("balances that differ", differ.len().to_string()),
    ]);
    for lost in report.lost.iter().take(LISTED) {
        let (first, last, why) = (lost.first.0, lost.last.0, lost.why);
        match first == last {
            true => writeln!(text, "lost: operation {first}: {why}")?,
            false => writeln!(text, "lost: operations {first} to {last}: {why}")?,
        }
    }
    for seq in report.doubtful.iter().take(LISTED) {
        writeln!(text, "doubtful: operation {} doesn't follow from the one before it", seq.0)?;
    }
    for balance in differ.iter().take(LISTED) {
        let kept = balance.kept.map_or(String::from("lost"), |kept| units(kept, program));
        let summed = units(balance.summed, program);
        writeln!(text, "differs: customer {}: balance kept {kept}, entries {summed}", balance.customer)?;
    }
    if report.shared && !differ.is_empty() {
        text.push_str("Entries are also those of documents that two registers decided, which count once.\n");
    }
    let more = [report.lost.len(), report.doubtful.len(), differ.len()].into_iter().any(|all| LISTED < all);
    if more {
        text.push_str("There is more; --json lists all.\n");
    }
    if 0 < report.told_damaged {
        writeln!(text, "What customers told was damaged {} times, and is left out.", report.told_damaged)?;
    }
    if program.is_none() && !report.balances.is_empty() {
        text.push_str(
            "No program is left: amounts are numbers of the smallest unit. --program says which it had.\n",
        );
    }
    if 0 < report.unproven_programs {
        writeln!(
            text,
            "The text of {} programs is lost; --program gives it, if you have it.",
            report.unproven_programs
        )?;
    }
    text.push_str(match (report.shared, report.lost.is_empty()) {
        (true, _) => {
            "\nOperations of other registers are among them, and lines don't say whose they are: import refuses \
             them. Keep\nthe file as it is. If no backup is newer, make a ledger of what outbox --all of another \
             register has.\n"
        }
        (false, true) => "\nNothing is lost: export it with --out, and import makes a new ledger of it.\n",
        (false, false) => {
            "\nKeep the file as it is. If no backup is newer, --out --beginning has what import takes, \
             and --balances what customers have.\n"
        }
    });
    Ok(text)
}
