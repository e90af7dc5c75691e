//! What of a damaged ledger can still be read.

mod found;
mod pages;
mod proven;
mod report;
mod rows;
mod survey;

pub use report::{Lost, SalvageReport, SalvagedBalance};

use std::io::Write;
use std::path::Path;
use std::string::String;
use std::sync::Arc;

use crate::adapter::json_lines::ExportError;
use crate::adapter::sqlite::salvage::found::Found;
use crate::adapter::sqlite::salvage::pages::Pages;
use crate::adapter::sqlite::salvage::survey::Survey;
use crate::adapter::sqlite::{Obstacle, SqliteError};
use crate::ledger::Seq;
use crate::loyalty::{Program, VersionedProgram};

/// A damaged ledger, opened for reading: every operation that is still what was written, wherever in the file
/// it stands, and every balance.
///
/// Neither the file nor its log is written to, locked or brought up to date; both may be where nothing can be
/// written. Each page is looked at by itself, and each operation is proved by its checksum. So it doesn't
/// matter whether the head of the file, the list of its tables, an index or other pages are lost: what isn't on
/// a lost page is found. An operation at the end of the log that SQLite can't see any more, because the log is
/// torn before it, is found, too.
///
/// What is found is kept in a temporary database, in memory as far as it is small. No register should have the
/// file open meanwhile.
///
/// ```
/// use regulars::adapter::sqlite::{Salvage, SqliteStore};
///
/// # let folder = std::env::temp_dir().join(format!("regulars-salvage-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let file = folder.join("shop.ledger");
/// # let mut register = regulars::register::Register::new(SqliteStore::open(&file)?, regulars::time::FixedZones);
/// # let text = r#"{"id": "p", "currency": "EUR", "unit": {"kind": "points"}, "earn": []}"#;
/// # register.set_program(regulars::document::read_program(text)?, regulars::time::Timestamp::EPOCH)?;
/// # drop(register);
/// // The head of the file is lost, and with it the list of the tables.
/// let mut bytes = std::fs::read(&file)?;
/// bytes[..512].fill(0);
/// std::fs::write(&file, &bytes)?;
/// assert!(SqliteStore::open(&file).is_err());
///
/// let mut salvage = Salvage::open(&file, &[], |_, _| ())?;
/// assert_eq!((salvage.report().operations, salvage.report().lost.len()), (1, 0));
/// let mut lines = Vec::new();
/// salvage.export(&mut lines, |_, _| ())?;
/// // Nothing is lost, so it is an ordinary export, and a new ledger can be made of it.
/// assert!(lines.starts_with(b"{\"format\":1,\"operations\":1,\"regulars\":\"ledger\"}\n"));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Salvage {
    found: Found,
    report: SalvageReport,
}

impl Salvage {
    /// Reads what can be read. `known` are programs that the ledger may have had: a program that is lost is
    /// replaced by the one of these that has its version, or whose text gives the hash in the chain. `progress` is
    /// told how much is done, of how much.
    ///
    /// It takes a second for some ten thousand operations, the memory of what each customer has, and about as much
    /// temporary space as the file.
    ///
    /// # Errors
    /// [`SqliteError::CannotOpen`] if the file can't be read at all; [`SqliteError::NotALedger`] if there is no
    /// row of a ledger in it, and its head isn't that of one; [`SqliteError::Full`] if there is no temporary space.
    pub fn open(
        path: impl AsRef<Path>,
        known: &[VersionedProgram],
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Salvage, SqliteError> {
        let path = path.as_ref();
        let cannot_open = |_| SqliteError::CannotOpen { path: path.to_path_buf(), why: Obstacle::of(path) };
        let mut pages = Pages::open(path).map_err(cannot_open)?;
        let count = u64::from(pages.count());
        let all = count.saturating_mul(3);
        let mut done = 0_u64;
        let found = Found::read(&mut pages, known, |_| {
            done = done.saturating_add(1);
            progress(done, all);
        })?;
        let mut survey = Survey::new(&found.connection)?;
        survey
            .look(&found, |share| progress(count.saturating_mul(2).saturating_add(count.min(share)), all))?;
        let report = survey.report(&found)?;
        if report.last == Seq(0) && report.balances.is_empty() && !pages.says_ledger() {
            return Err(SqliteError::NotALedger { path: path.to_path_buf() });
        }
        progress(all, all);
        Ok(Salvage { found, report })
    }

    /// What was found, and what is lost.
    pub fn report(&self) -> &SalvageReport {
        &self.report
    }

    /// The program by which amounts are written, if one can be read: the newest of those.
    pub fn program(&self) -> Option<&Arc<Program>> {
        self.report.program.as_ref()
    }

    /// Writes all operations that were found as lines of JSON; how many they are. If none is lost it is an
    /// export like any other. Otherwise its first line says `"regulars":"salvaged"`, and which numbers are
    /// missing, and [`import`](crate::adapter::json_lines::import) refuses it: what comes after a gap may rest
    /// on what is missing.
    ///
    /// So it does if operations of other registers are among them ([`SalvageReport::shared`]): whose each is, and
    /// the order of all registers, isn't in the lines. What the other registers have can be had from them
    /// ([`parcels`](crate::store::parcels)).
    ///
    /// An export holds personal data.
    ///
    /// # Errors
    /// [`ExportError::Write`] if the target takes no more.
    pub fn export(
        &mut self,
        to: &mut impl Write,
        progress: impl FnMut(u64, u64),
    ) -> Result<u64, ExportError<SqliteError>> {
        let operations = self.report.operations;
        let head = self.report.head(operations, self.report.lost.is_empty());
        self.write(to, head, operations, progress)
    }

    /// Writes the operations before the first that is lost, as an ordinary export: a ledger can be made of it
    /// that stands where the shop stood then. Where operations of other registers are in the ledger, `import`
    /// refuses this as well.
    ///
    /// # Errors
    /// As [`export`](Salvage::export).
    pub fn export_beginning(
        &mut self,
        to: &mut impl Write,
        progress: impl FnMut(u64, u64),
    ) -> Result<u64, ExportError<SqliteError>> {
        let operations = self.report.whole_until().0;
        self.write(to, self.report.head(operations, true), operations, progress)
    }

    fn write(
        &mut self,
        to: &mut impl Write,
        head: String,
        operations: u64,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<u64, ExportError<SqliteError>> {
        writeln!(to, "{head}").map_err(ExportError::Write)?;
        let mut survey =
            Survey::again(&self.found.connection).map_err(|failed| ExportError::Store(*failed))?;
        let mut written = 0_u64;
        let mut from = Seq(1);
        while written < operations {
            let page = survey.page(from).map_err(|failed| ExportError::Store(*failed))?;
            let Some(last) = page.last() else { break };
            from = Seq(last.seq.0.saturating_add(1));
            for read in page.iter().filter(|read| !self.report.is_lost(read.seq)) {
                if let (Ok(line), true) = (&read.line, written < operations) {
                    writeln!(to, "{line}").map_err(ExportError::Write)?;
                    written = written.saturating_add(1);
                }
            }
            progress(written, operations);
        }
        to.flush().map_err(ExportError::Write)?;
        Ok(written)
    }
}
