//! All operations that were found, read one after the other.

use core::mem;
use std::collections::BTreeMap;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use rusqlite::{Connection, OptionalExtension};

use super::found::Found;
use super::report::{Lost, SalvageReport, SalvagedBalance};
use crate::adapter::sqlite::chain::{self, ChainHead};
use crate::adapter::sqlite::programs::Programs;
use crate::adapter::sqlite::shared::Arrived;
use crate::adapter::sqlite::{Failed, SqliteError, operations, personal};
use crate::decide::{Document, Operation};
use crate::document::{read_operation, write_operation};
use crate::ident::CustomerId;
use crate::ledger::{Account, Entry, Seq};
use crate::loyalty::{Program, ProgramVersion};
use crate::money::Units;

/// How many operations are in memory at once.
const TOGETHER: i64 = 256;

const PAGE: &str = "SELECT operation.seq, operation.at, operation.previous, operation.late, customer.id,
        operation.body, operation.hash
    FROM operation LEFT JOIN customer ON customer.n = operation.customer
    WHERE operation.seq >= ?1 ORDER BY operation.seq LIMIT ?2";

/// Reads operations, and adds up what they come to.
pub(super) struct Survey<'c> {
    connection: &'c Connection,
    programs: Programs,
    /// The newest program that can be read; on one ledger all have the same decimals.
    program: Option<Arc<Program>>,
    report: SalvageReport,
    sums: BTreeMap<CustomerId, Sum>,
    /// Whether any operation has a hash; those of older formats have none.
    chained: bool,
    /// Whether each line is read again.
    doubts_lines: bool,
}

/// What a customer's entries come to.
#[derive(Default, Clone, Copy)]
struct Sum {
    balance: Units,
    held: Units,
}

/// An operation that was found.
pub(super) struct Read {
    pub(super) seq: Seq,
    /// The line of it, or why there is none.
    pub(super) line: Result<String, &'static str>,
    entries: Vec<Entry>,
    /// Its own hash, and whether another one may stand before it.
    hash: Option<chain::Hash>,
    chained: Chained,
}

/// What its hash is over, but for the hash before it.
struct Chained {
    at: i64,
    customer: Option<String>,
    previous: i64,
    late: i64,
    sets: Option<(ProgramVersion, String)>,
    body: Vec<u8>,
    arrived: Option<Arrived>,
}

impl<'c> Survey<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Survey<'c>, Failed> {
        let mut programs = Programs::default();
        let mut statement =
            connection.prepare("SELECT n FROM program WHERE document <> '' ORDER BY n DESC")?;
        let mut rows = statement.query([])?;
        let mut program = None;
        while let Some(row) = rows.next()? {
            program = program.or(programs.program(connection, row.get(0)?).ok().map(|found| found.program));
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM operation WHERE hash IS NOT NULL)";
        let chained = connection.query_row(sql, [], |row| row.get(0))?;
        let report = SalvageReport::nothing();
        let sums = BTreeMap::new();
        Ok(Survey { connection, programs, program, report, sums, chained, doubts_lines: true })
    }

    /// One that reads operations once more, of which the first has seen whether they come back.
    pub(super) fn again(connection: &'c Connection) -> Result<Survey<'c>, Failed> {
        Ok(Survey { doubts_lines: false, ..Survey::new(connection)? })
    }

    /// Operations from a number on; none at the end.
    pub(super) fn page(&mut self, from: Seq) -> Result<Vec<Read>, Failed> {
        let mut statement = self.connection.prepare_cached(PAGE)?;
        let from = i64::try_from(from.0).unwrap_or(i64::MAX);
        let mut rows = statement.query([from, TOGETHER])?;
        let mut page = Vec::new();
        while let Some(row) = rows.next()? {
            page.push(self.read(row)?);
        }
        Ok(page)
    }

    fn read(&mut self, row: &rusqlite::Row<'_>) -> Result<Read, Failed> {
        let seq = Seq(row.get::<_, i64>(0)?.unsigned_abs());
        let hash = row.get_ref(6)?.as_blob().ok().and_then(|hash| chain::Hash::try_from(hash).ok());
        let sets = operations::head(row).ok().and_then(|(_, head)| head.programs.set);
        let sets = sets.and_then(|n| self.programs.version_and_text(self.connection, n).ok());
        let (at, previous, late) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let (customer, body) = (row.get(4)?, row.get(5)?);
        let arrived = Arrived::find(self.connection, row.get(0)?)?;
        let chained = Chained { at, previous, late, customer, sets, body, arrived };
        let operation = self.operation(row);
        let (line, entries) = match operation.map_err(SqliteError::from) {
            Ok(operation) => (self.line(&operation), operation.decision.entries.clone()),
            Err(SqliteError::Damaged { what, .. }) => (Err(what), Vec::new()),
            Err(error) => return Err(error.into()),
        };
        Ok(Read { seq, line, entries, hash, chained })
    }

    fn operation(&mut self, row: &rusqlite::Row<'_>) -> Result<Operation, Failed> {
        let (seq, head) = operations::head(row)?;
        let mut operation = operations::bare(self.connection, &mut self.programs, seq, head)?;
        if personal::may_have(&operation) {
            // Each was looked at when it was found.
            personal::put_back(self.connection, &mut operation)?;
        }
        Ok(operation)
    }

    /// An operation as a line, if reading it gives the same operation again.
    fn line(&self, operation: &Operation) -> Result<String, &'static str> {
        let program = match &operation.document {
            Document::SetProgram(set) => Some(&*set.program.program),
            _ => self.program.as_deref(),
        };
        let program = program.ok_or("no program can be read, which says how many decimals there are")?;
        let line = write_operation(operation, program);
        if !self.doubts_lines {
            return Ok(line);
        }
        match read_operation(&line, program) {
            Ok(read) if read == *operation => Ok(line),
            _ => Err("it can't be written as JSON so that it comes back as it was"),
        }
    }

    /// Reads everything. `progress` is told how many pages' worth are done.
    pub(super) fn look(&mut self, found: &Found, mut progress: impl FnMut(u64)) -> Result<(), Failed> {
        self.report.last = found.last()?;
        let mut before = Some(ChainHead::BEGINNING);
        let mut expected = Seq(1);
        loop {
            let page = self.page(expected)?;
            let Some(newest) = page.last().map(|read| read.seq) else { break };
            for read in page {
                self.miss(expected, read.seq)?;
                before = self.add(&read, before.filter(|before| before.next() == read.seq), &found.epochs)?;
                expected = Seq(read.seq.0.saturating_add(1));
            }
            let done = u128::from(newest.0).saturating_mul(found.pages.into());
            let share = done.checked_div(self.report.last.0.into()).unwrap_or(0);
            progress(u64::try_from(share).unwrap_or(u64::MAX));
        }
        self.miss(expected, Seq(self.report.last.0.saturating_add(1)))
    }

    /// Notes that operations aren't there: from one number up to another.
    fn miss(&mut self, mut first: Seq, end: Seq) -> Result<(), Failed> {
        let sql = "SELECT seq FROM damaged WHERE seq >= ?1 AND seq < ?2 ORDER BY seq LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        while first < end {
            let range = [first, end].map(|seq| i64::try_from(seq.0).unwrap_or(i64::MAX));
            let damaged = statement.query_row(range, |row| row.get::<_, i64>(0)).optional()?;
            let damaged = damaged.map_or(end, |seq| Seq(seq.unsigned_abs()));
            if first < damaged {
                let last = Seq(damaged.0.saturating_sub(1));
                self.lose(Lost { first, last, why: "no row of it can be read" });
            }
            if damaged < end {
                let why = "it isn't what was written, or its customer's name can't be read";
                self.lose(Lost { first: damaged, last: damaged, why });
            }
            first = Seq(damaged.0.saturating_add(1));
        }
        Ok(())
    }

    fn lose(&mut self, lost: Lost) {
        match self.report.lost.last_mut() {
            Some(before) if before.why == lost.why && before.last.0.saturating_add(1) == lost.first.0 => {
                before.last = lost.last;
            }
            _ => self.report.lost.push(lost),
        }
    }

    /// Adds an operation up, and says where the chain is then. `before` is where it was, if that is known.
    fn add(
        &mut self,
        read: &Read,
        before: Option<ChainHead>,
        epochs: &[i64],
    ) -> Result<Option<ChainHead>, Failed> {
        if let Err(why) = read.line {
            self.lose(Lost { first: read.seq, last: read.seq, why });
            return Ok(read.hash.map(|hash| ChainHead::after(read.seq, hash)));
        }
        self.report.operations = self.report.operations.saturating_add(1);
        for entry in &read.entries {
            let sum = self.sums.entry(entry.customer.clone()).or_default();
            sum.add(entry).map_err(|_| SqliteError::damaged("a customer's entries come to too much"))?;
        }
        let follows = before.is_none_or(|before| {
            let fits = |epoch: &i64| Some(read.hash_after(*epoch, &before)) == read.hash;
            epochs.iter().rev().any(fits)
        });
        if self.chained && (!follows || read.hash.is_none()) {
            self.report.doubtful.push(read.seq);
        }
        Ok(read.hash.map(|hash| ChainHead::after(read.seq, hash)))
    }

    /// What was found in all.
    pub(super) fn report(mut self, found: &Found) -> Result<SalvageReport, Failed> {
        // Who has no operation that says the name has whatever name there is.
        let sql = "SELECT coalesce(customer.id, (SELECT id FROM named WHERE named.n = names.n LIMIT 1)), account.units
            FROM (SELECT DISTINCT n FROM named) AS names LEFT JOIN customer USING (n) LEFT JOIN account USING (n)";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut balances = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let Ok(customer) = CustomerId::new(&row.get::<_, String>(0)?) else { continue };
            let Sum { balance, held } = self.sums.remove(&customer).unwrap_or_default();
            let kept = row.get::<_, Option<i64>>(1)?.map(Units::from_minor);
            balances.insert(customer.clone(), SalvagedBalance { customer, kept, summed: balance, held });
        }
        for (customer, Sum { balance, held }) in mem::take(&mut self.sums) {
            let found = SalvagedBalance { customer: customer.clone(), kept: None, summed: balance, held };
            balances.entry(customer).or_insert(found);
        }
        self.report.balances = balances.into_values().collect();
        self.report.told_damaged = found.told_damaged;
        self.report.shared = found.is_shared()?;
        let sql = "SELECT count(*) FROM program WHERE document = ''";
        let unproven = self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?;
        self.report.unproven_programs = unproven.unsigned_abs();
        self.report.program = self.program;
        Ok(self.report)
    }
}

impl Read {
    /// The hash that it has if it comes after another.
    fn hash_after(&self, epoch: i64, before: &ChainHead) -> chain::Hash {
        let Chained { at, customer, previous, late, sets, body, arrived } = &self.chained;
        let row = chain::Row {
            epoch,
            seq: i64::try_from(self.seq.0).unwrap_or(i64::MAX),
            at: *at,
            customer: customer.as_deref(),
            previous: *previous,
            late: *late,
            sets: sets.as_ref().map(|(version, text)| (*version, text.as_str())),
            body,
            arrived: arrived.as_ref(),
        };
        row.hash(before.hash())
    }
}

impl Sum {
    fn add(&mut self, entry: &Entry) -> Result<(), crate::money::AmountError> {
        for (account, sign) in [(entry.to, true), (entry.from, false)] {
            let sum = match account {
                Account::Customer => &mut self.balance,
                Account::Held => &mut self.held,
                _ => continue,
            };
            *sum = if sign { sum.plus(entry.units)? } else { sum.minus(entry.units)? };
        }
        Ok(())
    }
}
