//! Balances of another scheme from a CSV file (R33).
//!
//! The first line names the columns, in any order: `code` (the code on the card, R28) or `customer` (the
//! customer's id), `units`, and, if units are to have a last day of their own, `expires` (such as
//! `2026-12-31`; empty for none). The customers have to be known already.
//!
//! Each line becomes an `import` whose id is made of the name of the file and of what the line says. So
//! the same file again changes nothing, a file with some lines corrected brings those, and a line that
//! stands in a file twice counts once.

use std::format;
use std::io::{BufReader, Read};
use std::string::{String, ToString};
use std::vec::Vec;

use ::csv::{Position, ReaderBuilder, StringRecord, Trim};
use sha2::{Digest, Sha256};

use crate::decide::{Document, Header, ImportDocument, Kept, Key, Kind, Question, Refusal};
use crate::document::read_date;
use crate::ident::{Code, CustomerId, DocumentId};
use crate::loyalty::Program;
use crate::money::{Units, parse_decimal};
use crate::register::{Batch, Register, RegisterError};
use crate::sale::Place;
use crate::store::Store;
use crate::time::{Date, Timestamp, Zones};

/// How many lines go into one transaction where each stands for itself.
const TOGETHER: usize = 256;

/// No line of balances is nearly as long.
const LONGEST_LINE: usize = 64 * 1024;

/// A file that is no list of balances. Nothing of it was imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct CsvError {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
}

/// One line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceLine {
    /// Its number in the file, from 1; the names of the columns are line 1.
    pub line: u64,
    /// What it says; or what of it can't be read.
    pub read: Result<Balance, String>,
}

/// A balance that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Whose it is.
    pub whose: Whose,
    /// How many units.
    pub units: Units,
    /// The last day on which they can be used; `None` for what the program says.
    pub expires: Option<Date>,
}

/// How a file names a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// By the code on the card.
    Code(Code),
    /// By id.
    Customer(CustomerId),
}

/// Reads a file. The program says how many decimals units have.
///
/// # Errors
/// [`CsvError`] if the file is no CSV in UTF-8, a line is longer than 64 KiB, a column is missing or unknown, or a
/// line has more or fewer of them than the first. What can't be read in a single line is said there.
pub fn read_balances(source: impl Read, program: &Program) -> Result<Vec<BalanceLine>, CsvError> {
    let text = with_plain_ends(source)?;
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(&*text);
    let columns = Columns::of(reader.headers().map_err(malformed)?)?;
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(malformed)?;
        let line = record.position().map_or(0, Position::line);
        lines.push(BalanceLine { line, read: columns.read(&record, program) });
    }
    Ok(lines)
}

/// The whole text, its lines ended by a line feed alone: of those that end with two characters the reader
/// would count a line too few. What has no ends of lines, such as a device, isn't read for ever.
fn with_plain_ends(source: impl Read) -> Result<Vec<u8>, CsvError> {
    let (mut text, mut line, mut length) = (Vec::new(), 1_u64, 0_usize);
    for byte in BufReader::new(source).bytes() {
        let byte = byte.map_err(|error| CsvError { line, what: error.to_string() })?;
        let ends = matches!(byte, b'\r' | b'\n');
        if byte == b'\n' && text.last() == Some(&b'\r') {
            text.pop();
        } else if ends {
            line = line.saturating_add(1);
        }
        length = if ends { 0 } else { length.saturating_add(1) };
        if LONGEST_LINE < length {
            let what = format!("expected {LONGEST_LINE} bytes in a line at the most, found more");
            return Err(CsvError { line, what });
        }
        text.push(byte);
    }
    Ok(text)
}

fn malformed(error: ::csv::Error) -> CsvError {
    let line = error.position().map_or(1, Position::line);
    let what = match error.kind() {
        ::csv::ErrorKind::Utf8 { .. } => "expected text in UTF-8, found other bytes".to_string(),
        ::csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("expected {expected_len} columns, found {len}")
        }
        _ => error.to_string(),
    };
    CsvError { line, what }
}

/// Where the columns stand.
struct Columns {
    whose: usize,
    by_code: bool,
    units: usize,
    expires: Option<usize>,
}

impl Columns {
    fn of(names: &StringRecord) -> Result<Columns, CsvError> {
        let wrong = |what: String| CsvError { line: 1, what };
        let known = ["code", "customer", "units", "expires"];
        for (place, name) in names.iter().enumerate() {
            if !known.contains(&name) {
                return Err(wrong(format!("expected columns of {known:?}, found {name:?}")));
            }
            if names.iter().take(place).any(|before| before == name) {
                return Err(wrong(format!("expected each column once, found {name:?} twice")));
            }
        }
        let place = |name: &str| names.iter().position(|known| known == name);
        let (whose, by_code) = match (place("code"), place("customer")) {
            (Some(code), None) => (code, true),
            (None, Some(customer)) => (customer, false),
            (None, None) => return Err(wrong("expected a column code or customer, found none".to_string())),
            _ => return Err(wrong("expected a column code or customer, found both".to_string())),
        };
        let units = place("units").ok_or_else(|| wrong("expected a column units, found none".to_string()))?;
        Ok(Columns { whose, by_code, units, expires: place("expires") })
    }

    fn read(&self, record: &StringRecord, program: &Program) -> Result<Balance, String> {
        let field = |place: usize| record.get(place).unwrap_or_default();
        let name = field(self.whose);
        let whose = if self.by_code {
            Code::new(name).map(Whose::Code).map_err(|error| format!("code: expected {error}"))?
        } else {
            let customer = CustomerId::new(name).map(Whose::Customer);
            customer.map_err(|error| format!("customer: expected {error}"))?
        };
        let number = field(self.units);
        let expected = |what: &dyn ToString| format!("units: {}, found {number:?}", what.to_string());
        let units = parse_decimal(number).map_err(|error| expected(&error))?;
        let units = Units::from_decimal(units, program.unit_decimals()).map_err(|error| expected(&error))?;
        let expires = match self.expires.map(field) {
            None | Some("") => None,
            Some(day) => {
                let wrong = || format!("expires: expected a day such as 2026-12-31, found {day:?}");
                Some(read_date(day).ok_or_else(wrong)?)
            }
        };
        Ok(Balance { whose, units, expires })
    }
}

/// How a file is imported.
///
/// ```
/// # use std::sync::Arc;
/// # use regulars::decide::{Document, EnrolDocument, Header, Profile};
/// # use regulars::document::read_program;
/// # use regulars::ident::{Code, CustomerId};
/// # use regulars::sale::Place;
/// use regulars::adapter::csv::{CsvImport, read_balances};
/// use regulars::adapter::memory::MemoryStore;
/// use regulars::money::Units;
/// use regulars::register::Register;
/// use regulars::time::{FixedZones, Timestamp};
///
/// # let now = Timestamp::from_millisecond(1_772_442_000_000).ok_or("not a moment")?;
/// let program = read_program(
///     r#"{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "earn": []}"#,
/// )?;
/// let mut register = Register::new(MemoryStore::default(), FixedZones);
/// register.set_program(program.clone(), now)?;
/// # let header = Header { id: None, at: now, place: Place::default() };
/// # let profile = Profile { code: Some(Code::new("2000017")?), ..Profile::default() };
/// # let customer = CustomerId::new("ada")?;
/// // Ada joins, with the code 2000017. …
/// # register.submit(&Document::Enrol(EnrolDocument { header, customer, profile }), now)?;
///
/// let file = "code,units,expires\n2000017,12.50,2026-12-31\n2000024,3.00,\n";
/// let lines = read_balances(file.as_bytes(), &program.program)?;
/// let import = CsvImport { file: "old-scheme.csv", at: now, recorded_at: now, all_or_nothing: false };
/// let report = import.run(&mut register, &lines)?;
/// assert_eq!((report.imported, report.units), (1, Units::from_minor(12_50)));
/// assert_eq!((report.refused[0].line, report.refused[0].name), (3, "unknown_code"));
///
/// // The same file again changes nothing.
/// let report = import.run(&mut register, &lines)?;
/// assert_eq!((report.imported, report.known), (0, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvImport<'a> {
    /// The name of the file. With what a line says it makes the id of the line's document: the same line
    /// in a file of another name counts again.
    pub file: &'a str,
    /// When the balances come in.
    pub at: Timestamp,
    /// When it is recorded.
    pub recorded_at: Timestamp,
    /// Whether nothing is imported if one line is refused; otherwise each line stands for itself.
    pub all_or_nothing: bool,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvReport {
    /// How many lines were imported; none if all were to be and one was refused.
    pub imported: u64,
    /// The units that they brought.
    pub units: Units,
    /// How many lines were known already, and changed nothing.
    pub known: u64,
    /// The lines that were refused.
    pub refused: Vec<RefusedLine>,
}

/// A line that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// Its number in the file.
    pub line: u64,
    /// The name of the refusal.
    pub name: &'static str,
    /// Why.
    pub why: String,
}

impl CsvImport<'_> {
    /// Imports lines into a ledger.
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store failed; lines before those of its transaction are kept then,
    /// and are known when the file comes again. Refusals are in the report.
    pub fn run<S: Store, Z: Zones>(
        &self,
        register: &mut Register<S, Z>,
        lines: &[BalanceLine],
    ) -> Result<CsvReport, RegisterError<S::Error>> {
        if self.all_or_nothing {
            return self.run_in(register.batch()?, lines);
        }
        let mut report = CsvReport::default();
        for lines in lines.chunks(TOGETHER) {
            let mut batch = register.batch()?;
            self.lines(&mut batch, lines, &mut report)?;
            batch.commit()?;
        }
        Ok(report)
    }

    /// Imports all lines in a batch, together with what was handed in there before, such as customers who join. If all
    /// are to be imported or none, and a line is refused, nothing of the batch is kept.
    ///
    /// # Errors
    /// [`RegisterError::Store`] if the store failed; nothing of the batch is kept then. Refusals are in the report.
    pub fn run_in<S: Store, Z: Zones>(
        &self,
        mut batch: Batch<'_, S, Z>,
        lines: &[BalanceLine],
    ) -> Result<CsvReport, RegisterError<S::Error>> {
        let mut report = CsvReport::default();
        self.lines(&mut batch, lines, &mut report)?;
        if self.all_or_nothing && !report.refused.is_empty() {
            return Ok(CsvReport { imported: 0, units: Units::ZERO, ..report });
        }
        batch.commit()?;
        Ok(report)
    }

    fn lines<S: Store, Z: Zones>(
        &self,
        batch: &mut Batch<'_, S, Z>,
        lines: &[BalanceLine],
        report: &mut CsvReport,
    ) -> Result<(), RegisterError<S::Error>> {
        lines.iter().try_for_each(|line| self.line(batch, line, report))
    }

    fn line<S: Store, Z: Zones>(
        &self,
        batch: &mut Batch<'_, S, Z>,
        line: &BalanceLine,
        report: &mut CsvReport,
    ) -> Result<(), RegisterError<S::Error>> {
        let balance = match &line.read {
            Ok(balance) => balance,
            Err(why) => {
                let (name, why) = ("invalid_document", why.clone());
                report.refused.push(RefusedLine { line: line.line, name, why });
                return Ok(());
            }
        };
        match self.balance(batch, balance) {
            Ok(false) => report.known = report.known.saturating_add(1),
            Ok(true) => {
                report.imported = report.imported.saturating_add(1);
                report.units = report.units.plus(balance.units).map_err(Refusal::from)?;
            }
            Err(RegisterError::Refused(refusal)) => {
                let (name, why) = (refusal.name(), refusal.to_string());
                report.refused.push(RefusedLine { line: line.line, name, why });
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Imports one balance, and says whether it wasn't known.
    fn balance<S: Store, Z: Zones>(
        &self,
        batch: &mut Batch<'_, S, Z>,
        balance: &Balance,
    ) -> Result<bool, RegisterError<S::Error>> {
        let id = self.id(balance);
        let key = match &balance.whose {
            Whose::Code(code) => Some(Key::Code(code.normal())),
            Whose::Customer(_) => None,
        };
        let document = Some((Kind::Import, id.as_str()));
        let keys = key.into_iter().collect();
        let facts = batch.facts(&Question { document, keys, ..Question::as_of(self.at) })?;
        if facts.original.is_some() {
            return Ok(false);
        }
        let header = Header { id: DocumentId::new(&id).ok(), at: self.at, place: Place::default() };
        let customer = customer(&balance.whose, &facts.kept)?;
        let (units, expires) = (balance.units, balance.expires);
        let import = ImportDocument { header, customer, units, expires, last_purchase: None, spent: None };
        batch.submit(&Document::Import(import), self.recorded_at)?;
        Ok(true)
    }

    /// The id of a line's document: the same for the same content in a file of the same name.
    fn id(&self, balance: &Balance) -> String {
        let (by, whose) = match &balance.whose {
            Whose::Code(code) => ("code", code.normal().to_string()),
            Whose::Customer(customer) => ("customer", customer.to_string()),
        };
        let expires = balance.expires.map(|day| day.to_string()).unwrap_or_default();
        let parts = [self.file, by, &whose, &balance.units.minor().to_string(), &expires];
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part.as_bytes());
            // Ids have no line ends: parts can't run into each other.
            digest.update(b"\n");
        }
        let hex = digest.finalize().iter().take(24).map(|byte| format!("{byte:02x}")).collect::<String>();
        format!("csv-{hex}")
    }
}

/// Whose a balance is.
fn customer(whose: &Whose, kept: &[Kept]) -> Result<CustomerId, Refusal> {
    let code = match whose {
        Whose::Customer(customer) => return Ok(customer.clone()),
        Whose::Code(code) => code,
    };
    let owner = kept.iter().find_map(|kept| match kept {
        Kept::Code(owner) => Some(owner),
        Kept::Card(_) | Kept::Hold(_) => None,
    });
    match owner {
        Some(owner) if owner.replaced => Err(Refusal::CardReplaced { code: code.clone() }),
        Some(owner) => Ok(owner.customer.clone()),
        None => Err(Refusal::UnknownCode { code: code.clone() }),
    }
}
