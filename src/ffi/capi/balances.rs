//! Balances of another scheme, from a CSV file (R33).

use std::path::Path;
use std::string::String;

use crate::adapter::csv::{Balance, BalanceLine, CsvImport, CsvReport, Whose, read_balances};
use crate::adapter::sqlite::SqliteStore;
use crate::decide::{Document, EnrolDocument, Header, Profile, Question};
use crate::document::Json;
use crate::ffi::capi::asks::{Fields, object, text};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::in_use::OpenToRead;
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::status::REGULARS_NOT_IMPORTED;
use crate::ffi::capi::till::Till;
use crate::ffi::capi::zones::KnownZones;
use crate::register::Batch;
use crate::sale::Place;
use crate::time::Timestamp;

/// No answer is longer: it lists the first refused lines, and says of each no more than so many letters.
const LONGEST_ANSWER: usize = 65_536;
const MOST_LISTED: usize = 40;
const LONGEST_WHY: usize = 200;

pub(super) fn import_csv(till: &mut Till, fields: &Fields<'_>, out: &OutText) -> Result<String, Failure> {
    fields.only(&["from", "at", "name", "enrol", "all_or_nothing"])?;
    let (from, at) = (fields.path("from")?, fields.at()?);
    let (enrols, all_or_nothing) = (fields.flag("enrol")?, fields.flag("all_or_nothing")?);
    let program = till.current_program()?;
    let its_name = Path::new(from).file_name().map(|name| name.to_string_lossy().into_owned());
    let name = match fields.text_or_none("name")? {
        Some(name) => name.into(),
        None => its_name.unwrap_or_default(),
    };
    out.reserve(LONGEST_ANSWER)?;
    let lines = read_balances(OpenToRead::open(from)?, &program)
        .map_err(|error| Failure::new(REGULARS_NOT_IMPORTED, std::format!("{from}: {error}")))?;
    let recorded_at = till.now()?;
    let import = CsvImport { file: &name, at, recorded_at, all_or_nothing };
    let register = &mut till.register.0;
    let report = if enrols {
        let mut batch = register.batch()?;
        enrol(&mut batch, &lines, at, recorded_at)?;
        if all_or_nothing {
            import.run_in(batch, &lines)?
        } else {
            batch.commit()?;
            import.run(register, &lines)?
        }
    } else {
        import.run(register, &lines)?
    };
    Ok(told(&report, program.unit_decimals()))
}

/// Customers who are named by id, and aren't there, join. Nobody who has left joins again.
fn enrol(
    batch: &mut Batch<'_, SqliteStore, KnownZones>,
    lines: &[BalanceLine],
    at: Timestamp,
    now: Timestamp,
) -> Result<(), Failure> {
    for line in lines {
        let Ok(Balance { whose: Whose::Customer(customer), .. }) = &line.read else { continue };
        if batch.facts(&Question::of_customer(customer, at))?.known(customer).is_some() {
            continue;
        }
        let header = Header { id: None, at, place: Place::default() };
        let (customer, profile) = (customer.clone(), Profile::default());
        batch.submit(&Document::Enrol(EnrolDocument { header, customer, profile }), now)?;
    }
    Ok(())
}

fn told(report: &CsvReport, decimals: u8) -> String {
    let refused = report.refused.iter().take(MOST_LISTED).map(|refused| {
        let why: String = refused.why.chars().take(LONGEST_WHY).collect();
        Json::object([
            ("line", Json::Count(refused.line)),
            ("error", text(refused.name)),
            ("message", text(&why)),
        ])
    });
    object([
        ("imported", Json::Count(report.imported)),
        ("units", text(&std::format!("{}", report.units.to_decimal(decimals)))),
        ("known", Json::Count(report.known)),
        ("refused", Json::Count(u64::try_from(report.refused.len()).unwrap_or(u64::MAX))),
        ("refused_lines", Json::List(refused.collect())),
    ])
}
