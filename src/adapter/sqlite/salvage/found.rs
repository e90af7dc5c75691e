//! What stands on the pages of a ledger, in tables of a database that is gone afterwards.

use std::string::String;
use std::vec::Vec;

use rusqlite::{Connection, params};

use super::pages::Pages;
use super::proven;
use super::rows::{Row, Value, rows};
use crate::adapter::sqlite::pack::{Context, Head, Link};
use crate::adapter::sqlite::{Failed, cached, personal, programs, tables};
use crate::document::write_program;
use crate::ident::{CustomerId, RegisterId};
use crate::ledger::Seq;
use crate::loyalty::VersionedProgram;
use crate::time::Timestamp;

/// Beside the tables of a ledger: what customers may be called, since a name is kept twice; each account as the
/// newest row of it says; operations whose rows are there and aren't what was written; and which numbers of
/// operations are named where (a number that is damaged is hardly named twice); and of which operations an index
/// says that they are those of other registers.
const TABLES: &str = "
    CREATE TABLE named (n INTEGER, id TEXT, PRIMARY KEY (n, id)) WITHOUT ROWID;
    CREATE TABLE account (n INTEGER PRIMARY KEY, units INTEGER, latest INTEGER, last INTEGER);
    CREATE TABLE damaged (seq INTEGER PRIMARY KEY);
    CREATE TABLE trace (seq INTEGER PRIMARY KEY, places INTEGER);
    CREATE TABLE foreign_operation (seq INTEGER PRIMARY KEY);";

/// Where the number of an operation is named: in its own row, by its customer's account, by its document's id,
/// and as one about a sale.
const OWN: i64 = 1;
const ACCOUNTS: i64 = 2;
const DOCUMENTS: i64 = 4;
const FOLLOWS: i64 = 8;

/// Up to format 6 a row among a customer's lots had the balance: it had this in the place of a last day.
const BALANCE_AMONG_LOTS: i64 = -2_147_483_648;

/// How many epochs are tried: each is a file that was restored.
const EPOCHS: usize = 64;

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    /// A database of its own, in memory or in the folder for what is temporary.
    pub(super) connection: Connection,
    pub(super) epochs: Vec<i64>,
    pub(super) pages: u64,
    /// How much of what customers told has changed since it was written.
    pub(super) told_damaged: u64,
}

/// An operation's row.
struct Written<'r> {
    seq: i64,
    at: i64,
    customer: Option<i64>,
    link: Link,
    body: &'r [u8],
}

impl Found {
    /// Looks at all pages, twice: whose an operation is has to be known to tell whether it is what was written.
    pub(super) fn read(
        pages: &mut Pages,
        known: &[VersionedProgram],
        mut progress: impl FnMut(u64),
    ) -> Result<Found, Failed> {
        // Without a name it is gone when it is closed; SQLite keeps in memory what fits there.
        let connection = Connection::open("")?;
        connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
        connection.execute_batch(tables::TABLES)?;
        connection.execute_batch(TABLES)?;
        connection.execute_batch("BEGIN")?;
        let count = u64::from(pages.count());
        let mut found = Found { connection, epochs: Vec::from([0]), pages: count, told_damaged: 0 };
        let free = pages.free();
        each(pages, &mut progress, |row, page| {
            found.note(row, page.is_some_and(|page| !free.contains(&page)))
        })?;
        for program in known {
            found.note_program(program)?;
        }
        each(pages, &mut progress, |row, _| found.note_operation(row))?;
        proven::prove(&found.connection, &found.epochs, known)?;
        found.connection.execute_batch("COMMIT")?;
        Ok(found)
    }

    /// Keeps a row of anything but an operation. Of a page that isn't in use any more, or belongs to no whole
    /// transaction, balances are no news.
    fn note(&mut self, row: &Row, in_use: bool) -> Result<(), Failed> {
        use Value::{Blob, Integer, Null, Text};
        let Some((values, is_all)) = row.values() else { return Ok(()) };
        let run = |sql: &str, row: &[&dyn rusqlite::ToSql]| cached::run(&self.connection, sql, row);
        match (row.number, &*values) {
            (Some(n), [Null, Blob(version), Integer(_), Integer(_), Integer(sum), Text(text)])
                if programs::is_whole(version, text, *sum) =>
            {
                let sql = "INSERT OR REPLACE INTO program (n, version, current, looks, checksum, document)
                    VALUES (?1, ?2, 0, 0, ?3, ?4)";
                run(sql, params![n, version, sum, text])?;
            }
            (None, [Integer(seq), Integer(part), Integer(customer), Blob(body)]) => {
                if !personal::is_whole(*seq, *part, *customer, body) {
                    self.told_damaged = self.told_damaged.saturating_add(1);
                    return Ok(());
                }
                let sql = "INSERT OR IGNORE INTO personal (operation, part, customer, body)
                    VALUES (?1, ?2, ?3, ?4)";
                run(sql, params![seq, part, customer, body])?;
            }
            // Nothing else here is proven. Where a bit of its head has changed, a row looks like one of fewer columns,
            // which another table may have.
            _ if !is_all => {}
            // The index of programs by version: its text may be known elsewhere.
            (None, [Blob(version), Integer(n)]) if version.len() == 32 => {
                let sql = "INSERT OR IGNORE INTO program (n, version, current, looks, checksum, document)
                    VALUES (?1, ?2, 0, 0, 0, '')";
                run(sql, params![n, version])?;
            }
            (None, [Text(id), Integer(n), Integer(units), latest, last, Integer(_), _, Blob(_)])
                if CustomerId::new(id).is_ok() =>
            {
                self.note_name(*n, id)?;
                if let (Integer(latest), Integer(last), true) = (latest, last, in_use) {
                    self.note_balance([*n, *units, *latest, *last])?;
                }
            }
            // The index of customers by number, and a customer up to format 6.
            (None, [Integer(n), Text(id)] | [Text(id), Integer(n), Blob(_)])
                if CustomerId::new(id).is_ok() =>
            {
                self.note_name(*n, id)?;
            }
            (
                None,
                [
                    Integer(n),
                    Integer(BALANCE_AMONG_LOTS),
                    _,
                    _,
                    _,
                    Integer(units),
                    Integer(latest),
                    Integer(last),
                    ..,
                ],
            ) if in_use => self.note_balance([*n, *units, *latest, *last])?,
            (None, [Integer(_), Text(_), Integer(seq)]) => self.trace(*seq, DOCUMENTS)?,
            (None, [Integer(_), Integer(seq)]) => self.trace(*seq, FOLLOWS)?,
            // A moment in milliseconds stands in a row of the same shape, and is larger than any epoch: epochs
            // have 32 bits, which as milliseconds end in February 1970.
            (Some(_), [Null, Integer(epoch)])
                if u32::try_from(*epoch).is_ok()
                    && self.epochs.len() < EPOCHS
                    && !self.epochs.contains(epoch) =>
            {
                self.epochs.push(*epoch);
            }
            _ => self.note_shared(row.number, &values)?,
        }
        Ok(())
    }

    fn note_name(&self, n: i64, id: &str) -> Result<(), Failed> {
        let sql = "INSERT OR IGNORE INTO named (n, id) VALUES (?1, ?2)";
        Ok(cached::run(&self.connection, sql, params![n, id])?)
    }

    /// Keeps what is said of a customer's balance, if it is newer than what is known: the customer's number, units, the
    /// time of the latest document, the newest operation.
    fn note_balance(&self, [n, units, latest, last]: [i64; 4]) -> Result<(), Failed> {
        let sql = "INSERT INTO account (n, units, latest, last) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET units = ?2, latest = ?3, last = ?4
            WHERE (last, latest) < (?4, ?3)";
        cached::run(&self.connection, sql, params![n, units, latest, last])?;
        self.trace(last, ACCOUNTS)
    }

    /// Keeps whose an operation of another register is. Such a row never changes.
    fn note_shared(&self, number: Option<i64>, values: &[Value<'_>]) -> Result<(), Failed> {
        use Value::{Integer, Null, Text};
        match (number.as_ref(), values) {
            (Some(n), [Null, Text(id)]) | (None, [Text(id), Integer(n)]) if RegisterId::new(id).is_ok() => {
                let sql = "INSERT OR IGNORE INTO register (n, id) VALUES (?1, ?2)";
                cached::run(&self.connection, sql, params![n, id])?;
            }
            (
                Some(seq),
                [
                    Null,
                    Integer(moment),
                    Integer(clock),
                    Integer(register),
                    Integer(epoch),
                    Integer(number),
                    Integer(own),
                ],
            ) if u32::try_from(*epoch).is_ok() => {
                let sql = "INSERT OR IGNORE INTO arrival (seq, moment, clock, register, epoch, number, own)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
                let row = params![seq, moment, clock, register, epoch, number, own];
                cached::run(&self.connection, sql, row)?;
            }
            // The index of those by name: the moment isn't in it.
            (None, [Integer(_), Integer(_), Integer(_), Integer(seq)]) => {
                let sql = "INSERT OR IGNORE INTO foreign_operation (seq) VALUES (?1)";
                cached::run(&self.connection, sql, params![seq])?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether operations of other registers are, or were, in the ledger.
    pub(super) fn is_shared(&self) -> Result<bool, Failed> {
        let sql = "SELECT EXISTS (SELECT 1 FROM arrival) OR EXISTS (SELECT 1 FROM foreign_operation)";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// A program that is known from elsewhere, if the ledger had it and its text is lost.
    fn note_program(&self, program: &VersionedProgram) -> Result<(), Failed> {
        let text = write_program(&program.program);
        let sum = programs::checksum(&program.version, &text);
        let sql = "UPDATE program SET checksum = ?2, document = ?3 WHERE version = ?1 AND document = ''";
        self.connection.execute(sql, params![program.version.0, sum, text])?;
        Ok(())
    }

    /// Keeps an operation if it is what was written.
    fn note_operation(&self, row: &Row) -> Result<(), Failed> {
        use Value::{Blob, Integer, Null};
        // It has a checksum of its own.
        let (values, _) = row.values().unwrap_or_default();
        let (
            Some(seq),
            [Null, Integer(at), customer, Integer(previous), Integer(late), Blob(body), rest @ ..],
        ) = (row.number, &*values)
        else {
            return Ok(());
        };
        let customer = match customer {
            Null => None,
            Integer(n) => Some(*n),
            _ => return Ok(()),
        };
        let hash = match rest.first() {
            Some(Blob(hash)) => Some(*hash),
            _ => None,
        };
        if seq <= 0 {
            return Ok(());
        }
        let link = Link { previous: *previous, late: *late };
        let written = Written { seq, at: *at, customer, link, body };
        if !self.is_whole(&written)? {
            let sql = "INSERT OR IGNORE INTO damaged (seq) VALUES (?1)";
            cached::run(&self.connection, sql, params![seq])?;
            return self.trace(seq, OWN);
        }
        // A row that has no hash was written anew, when the file was brought up to date.
        let sql = "INSERT INTO operation (seq, at, customer, previous, late, body, hash)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET at = ?2, customer = ?3, previous = ?4, late = ?5, body = ?6, hash = ?7
            WHERE hash IS NULL AND ?7 IS NOT NULL";
        let Link { previous, late } = link;
        let row = params![seq, at, customer, previous, late, body, hash];
        cached::run(&self.connection, sql, row)?;
        Ok(())
    }

    fn trace(&self, seq: i64, place: i64) -> Result<(), Failed> {
        let sql = "INSERT INTO trace (seq, places) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET places = places | ?2 WHERE places <> places | ?2";
        cached::run(&self.connection, sql, params![seq, place])?;
        Ok(())
    }

    /// The number of the last operation that was found, or that is named in two places.
    pub(super) fn last(&self) -> Result<Seq, Failed> {
        let sql = "SELECT max(coalesce((SELECT max(seq) FROM operation), 0),
            coalesce((SELECT max(seq) FROM trace WHERE 0 < seq AND places & (places - 1) <> 0), 0))";
        Ok(Seq(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs()))
    }

    /// Whether an operation's bytes are those that were written, under one of the names that its customer may
    /// have; that one is right then.
    fn is_whole(&self, written: &Written<'_>) -> Result<bool, Failed> {
        let Some(at) = Timestamp::from_millisecond(written.at) else { return Ok(false) };
        let seq = Seq(written.seq.unsigned_abs());
        let fits = |customer| {
            let columns = Context { seq, at, customer, sale: None, link: written.link };
            Head::read(written.body, columns).is_ok()
        };
        let Some(n) = written.customer else { return Ok(fits(None)) };
        let mut names = self.connection.prepare_cached("SELECT id FROM named WHERE n = ?1")?;
        let mut rows = names.query([n])?;
        while let Some(row) = rows.next()? {
            let id = row.get::<_, String>(0)?;
            if CustomerId::new(&id).is_ok_and(|id| fits(Some(id))) {
                return self.name(n, &id);
            }
        }
        Ok(false)
    }

    /// Notes what a customer is called; whether nobody else is.
    fn name(&self, n: i64, id: &str) -> Result<bool, Failed> {
        // Of the row it is the name alone that is looked at.
        let sql = "INSERT OR IGNORE INTO customer (id, n, units, soonest, member) VALUES (?1, ?2, 0, 0, x'')";
        cached::run(&self.connection, sql, params![id, n])?;
        let sql = "SELECT 1 FROM customer WHERE id = ?1 AND n = ?2";
        Ok(cached::number(&self.connection, sql, params![id, n])?.is_some())
    }
}

/// Gives all rows to a function, those of whole transactions first, each with the number of its page; then those
/// that the log has beside them.
fn each(
    pages: &mut Pages,
    progress: &mut impl FnMut(u64),
    mut call: impl FnMut(&Row, Option<u32>) -> Result<(), Failed>,
) -> Result<(), Failed> {
    pages.forget_left();
    for number in 1..=pages.count() {
        let page = pages.page(number);
        rows(&page, number == 1, pages).iter().try_for_each(|row| call(row, Some(number)))?;
        progress(u64::from(number));
    }
    for index in 0..pages.left() {
        let page = pages.page_left(index);
        rows(&page, false, pages).iter().try_for_each(|row| call(row, None))?;
    }
    Ok(())
}
