//! The JSON door for files that no handle is open on: a backup becomes a ledger, and what is left of a damaged one is
//! read.

use core::ffi::c_char;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::string::{String, ToString};
use std::time::{SystemTime, UNIX_EPOCH};
use std::vec::Vec;

use crate::adapter::json_lines::ExportError;
use crate::adapter::sqlite::{Salvage, SalvageReport, SqliteError, SqliteStore};
use crate::document::{Json, Limits, program_from};
use crate::ffi::capi::asks::{Fields, object, text};
use crate::ffi::capi::border::{REGULARS_MOST_JSON, text_of};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::in_use::{AsFile, AsLedger};
use crate::ffi::capi::json_door::write_answer;
use crate::ffi::capi::maintenance::{file_failed, write_new};
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::status::*;
use crate::loyalty::Program;
use crate::money::Units;
use crate::store::verify;

/// No answer is longer: of what is lost it lists the first [`MOST_LISTED`].
const LONGEST_ANSWER: usize = 16_384;
const MOST_LISTED: usize = 100;

/// Takes one JSON object with `ask`, and answers with one, as regulars_call_json does, for files that are no open ledger:
/// `restore` makes a ledger of a backup, with a new epoch, and `salvage` reads what is left of a damaged one. Both are
/// described in the library's page on documents. No file is written over. A ledger that this program has open can't be
/// read here.
///
/// Gives REGULARS_INVALID_DOCUMENT with the path to the field that is wrong, REGULARS_FILE_EXISTS,
/// REGULARS_FILE_FAILED, REGULARS_INVALID_SETTING for a ledger that this program has open or what is no backup,
/// REGULARS_NOT_VERIFIED for a backup that doesn't fit, REGULARS_INVALID_PROGRAM where amounts are to be written and no
/// program is left, REGULARS_BUFFER_TOO_SMALL (16 KiB are always enough; then no file has been made), what is wrong
/// with the arguments, and the numbers of the store. Costs a reading of the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_files_json(
    input: *const c_char,
    input_length: usize,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    guard::call(|| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, input) = unsafe {
            let out = OutText::new(out, capacity, length)?;
            (out, text_of(input, input_length, REGULARS_MOST_JSON, "input")?)
        };
        let answered = answer(input, &out);
        write_answer(answered, out)
    })
}

fn answer(input: &str, out: &OutText) -> Result<String, Failure> {
    let json = Json::read(input, &Limits::default())?;
    let fields = Fields::of(&json);
    match fields.text("ask")? {
        "restore" => restore(&fields, out),
        "salvage" => salvage(&fields, out),
        other => Err(Failure::field_not("ask", &"restore or salvage", &other)),
    }
}

/// Makes a ledger of a backup, which isn't opened for writing: it is to be restored once more, if need be.
fn restore(fields: &Fields<'_>, out: &OutText) -> Result<String, Failure> {
    fields.only(&["from", "to", "epoch"])?;
    let (from, to) = (fields.path("from")?, fields.path("to")?);
    let epoch = match fields.count_or_none("epoch")? {
        None => seconds_since_1970(),
        Some(count) => u32::try_from(count).ok(),
    };
    let epoch = epoch.ok_or_else(|| Failure::field("epoch", &"a number of at most 32 bits"))?;
    out.reserve(LONGEST_ANSWER)?;
    let _while_read = AsFile::claim(from)?;
    let _until_closed = AsLedger::of_a_new_one(Path::new(to));
    let (mut store, found) = SqliteStore::restore(Path::new(from), Path::new(to), epoch, |store| {
        store.check_file()?;
        store.check_chain(None)?;
        Ok::<_, Failure>(verify(store)?)
    })?;
    Ok(object([
        ("operations", Json::Count(found.operations)),
        ("customers", Json::Count(found.customers)),
        ("epoch", Json::Count(epoch.into())),
        ("head", text(&store.chain_head()?.to_string())),
    ]))
}

fn seconds_since_1970() -> Option<u32> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    u32::try_from(since.as_secs()).ok()
}

/// Reads what is left of a damaged ledger, and writes it to new files as far as that is asked for.
fn salvage(fields: &Fields<'_>, out: &OutText) -> Result<String, Failure> {
    fields.only(&["from", "to", "beginning", "balances", "program"])?;
    let from = fields.path("from")?;
    let (to, balances) = (fields.path_or_none("to")?, fields.path_or_none("balances")?);
    let beginning = fields.flag("beginning")?;
    let known: Vec<_> = fields.given("program").map(program_from).transpose()?.into_iter().collect();
    out.reserve(LONGEST_ANSWER)?;
    let _while_read = AsFile::claim(from)?;
    let mut salvage = Salvage::open(from, &known, |_, _| ())?;
    let program = salvage.program().cloned().or_else(|| known.last().map(|known| known.program.clone()));
    if balances.is_some() && program.is_none() && !salvage.report().balances.is_empty() {
        let message = "no program is left to say how many decimals amounts have; give one as program";
        return Err(Failure::new(REGULARS_INVALID_PROGRAM, message));
    }
    if let Some(to) = to {
        write_new(to, |file| {
            let written = if beginning {
                salvage.export_beginning(file, |_, _| ())
            } else {
                salvage.export(file, |_, _| ())
            };
            written.map_err(|error| not_written(to, error))
        })?;
    }
    if let Some(balances) = balances {
        let report = salvage.report();
        write_new(balances, |file| write_balances(report, program.as_deref(), file, balances))?;
    }
    Ok(told(salvage.report()))
}

fn not_written(to: &str, error: ExportError<SqliteError>) -> Failure {
    match error {
        ExportError::Store(error) => error.into(),
        ExportError::Write(error) => file_failed(&to, &error),
        other => Failure::new(REGULARS_STORE_FAILED, other.to_string()),
    }
}

/// What `import_csv` takes: what each customer has, with what was held.
fn write_balances(
    report: &SalvageReport,
    program: Option<&Program>,
    to: &mut BufWriter<File>,
    name: &str,
) -> Result<(), Failure> {
    let failed = |error: io::Error| file_failed(&name, &error);
    let decimals = program.map_or(0, Program::unit_decimals);
    writeln!(to, "customer,units").map_err(failed)?;
    for balance in &report.balances {
        let has = balance.best().plus(balance.held)?;
        if Units::ZERO < has {
            let customer = balance.customer.as_str().replace('"', "\"\"");
            writeln!(to, "\"{customer}\",{}", has.to_decimal(decimals)).map_err(failed)?;
        }
    }
    Ok(())
}

fn told(report: &SalvageReport) -> String {
    let count = |items: usize| Json::Count(u64::try_from(items).unwrap_or(u64::MAX));
    let lost = report.lost.iter().take(MOST_LISTED).map(|lost| {
        Json::object([
            ("first", Json::Count(lost.first.0)),
            ("last", Json::Count(lost.last.0)),
            ("why", text(lost.why)),
        ])
    });
    let differ = report.balances.iter().filter(|balance| balance.differs()).count();
    object([
        ("operations", Json::Count(report.operations)),
        ("last", Json::Count(report.last.0)),
        ("lost_operations", Json::Count(report.lost_operations())),
        ("lost", Json::List(lost.collect())),
        ("whole_until", Json::Count(report.whole_until().0)),
        ("doubtful", count(report.doubtful.len())),
        ("customers", count(report.balances.len())),
        ("balances_that_differ", count(differ)),
        ("shared", Json::Bool(report.shared)),
    ])
}
