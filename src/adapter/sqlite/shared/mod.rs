//! What a file notes once its ledger has a name, so that it can share its operations.

mod names;
mod note;
mod waiting;

pub(super) use names::Arrived;
pub(super) use note::{Noted, latest_set, note_beside, note_deciding, note_own, note_set};
pub(super) use waiting::{checksum, erase_waiting};

use std::vec::Vec;

use rusqlite::params;

use crate::adapter::sqlite::accounts;
use crate::adapter::sqlite::operations::number;
use crate::adapter::sqlite::record::Recorder;
use crate::adapter::sqlite::{Failed, SqliteError, SqliteStore, SqliteTransaction, cached, kept};
use crate::decide::{AccountChange, Document, Key, Kind, Member, Operation, SetExpiry, held_at};
use crate::ident::{CustomerId, RegisterId};
use crate::ledger::{OperationName, Order, Origin, Seq};
use crate::loyalty::{ProgramVersion, VersionedProgram};
use crate::sorting;
use crate::store::{Arrival, Refolded, Sharing, Store, Transaction, UnionError, does_count, refold_all};
use crate::time::Timestamp;
use names::Names;

/// Which version works out what several registers decided, as it is noted in `origin`.
const FOLD: i64 = 13;

impl SqliteStore {
    /// Works out anew what is kept where several registers decided, if a version did it last that came to something
    /// else: one before format 6 kept the latest values (then `origin` has 2 in `only`), one after that let claims
    /// count that don't (1), one after that took punches back twice and let units run out that were in use (3),
    /// one after that kept merged records as one register had them (4), one after that looked at inactivity only where
    /// something had run out, and not at what an operation itself bought (5), and one after that brought back what had run
    /// out at a late merge, between purchases (6). An older version that meets a later number than its own does it over,
    /// its own way.
    pub(super) fn refold_if_older(&mut self) -> Result<(), Failed> {
        let is_older = |connection: &rusqlite::Connection| {
            connection
                .query_row("SELECT EXISTS (SELECT 1 FROM origin WHERE only <> ?1)", [FOLD], |row| row.get(0))
        };
        if !is_older(self.database.connection())? {
            return Ok(());
        }
        let mut transaction = self.begin()?;
        if !is_older(transaction.connection())? {
            return Ok(());
        }
        if transaction.is_united()? {
            refold_all(&mut transaction).map_err(|error| match error {
                UnionError::Store(error) => error,
                _ => SqliteError::damaged("what several registers decided can't be worked out"),
            })?;
        }
        transaction.connection().execute("UPDATE origin SET only = ?1", [FOLD])?;
        Ok(transaction.commit()?)
    }
}

/// What [`Transaction`](crate::store::Transaction) asks of a ledger that has a name.
impl SqliteTransaction<'_> {
    fn newest(&mut self) -> Result<i64, Failed> {
        number(self.head()?.chain.seq)
    }

    pub(super) fn known_sharing(&mut self) -> Result<Option<Sharing>, Failed> {
        let Some(Noted { own, .. }) = self.head()?.noted else { return Ok(None) };
        let Some((register, acknowledged)) = names::origin(self.connection())? else { return Ok(None) };
        let epoch = u32::try_from(self.head()?.epoch).unwrap_or_default();
        let (own, acknowledged) = (own.unsigned_abs(), acknowledged.unsigned_abs());
        Ok(Some(Sharing { origin: Origin { register, epoch }, own, acknowledged }))
    }

    /// Keeps the name, and notes of all operations that are there what is noted of those to come.
    pub(super) fn name(&mut self, register: &RegisterId) -> Result<(), Failed> {
        const TOGETHER: usize = 256;
        let sql = "INSERT INTO origin (only, register, acknowledged) VALUES (?1, ?2, 0)";
        cached::run(self.connection(), sql, params![FOLD, register.as_str()])?;
        let mut noted = Noted::NOTHING;
        loop {
            let from = Seq(noted.own.unsigned_abs().saturating_add(1));
            let page = self.reader().page(from, TOGETHER)?;
            if page.is_empty() {
                break;
            }
            for operation in &page {
                note_own(&mut self.store.database, operation, &mut noted)?;
            }
        }
        let mut head = self.head()?;
        head.noted = Some(noted);
        self.head = Some(head);
        Ok(())
    }

    fn names(&mut self) -> Result<Option<Names>, Failed> {
        if self.head()?.noted.is_none() {
            return Ok(None);
        }
        Names::of(self.connection())
    }

    pub(super) fn is_united(&mut self) -> Result<bool, Failed> {
        let newest = self.newest()?;
        Ok(self.head()?.noted.is_some_and(|noted| noted.own < newest))
    }

    pub(super) fn order(&mut self, seq: Seq) -> Result<Option<Order>, Failed> {
        let newest = self.newest()?;
        let Some(names) = self.names()? else { return Ok(None) };
        let Some(seq) = i64::try_from(seq.0).ok().filter(|seq| 1 <= *seq && *seq <= newest) else {
            return Ok(None);
        };
        if let Some(order) = names.noted(self.connection(), seq)? {
            return Ok(Some(order));
        }
        let operation = self.reader().page(Seq(seq.unsigned_abs()), 1)?.pop();
        operation.map(|operation| names.order(self.connection(), &operation)).transpose()
    }

    pub(super) fn seq_named(&mut self, name: &OperationName) -> Result<Option<Seq>, Failed> {
        let newest = self.newest()?;
        let Some(names) = self.names()? else { return Ok(None) };
        names.seq(self.connection(), name, newest)
    }

    pub(super) fn last_number(&mut self, origin: &Origin) -> Result<u64, Failed> {
        let newest = self.newest()?;
        let Some(names) = self.names()? else { return Ok(0) };
        Ok(names.last(self.connection(), origin, newest)?.unsigned_abs())
    }

    /// The register's own operations: those between what arrived from others.
    pub(super) fn own_operations(&mut self, after: u64, most: usize) -> Result<Vec<Operation>, Failed> {
        let Some(Noted { own, .. }) = self.head()?.noted else { return Ok(Vec::new()) };
        let mut place = i64::try_from(after).unwrap_or(i64::MAX).saturating_add(1);
        let mut operations: Vec<Operation> = Vec::new();
        while place <= own && operations.len() < most {
            let seq = names::seq_of_own(self.connection(), place)?;
            let sql = "SELECT coalesce(min(seq), 9223372036854775807) FROM arrival WHERE seq > ?1";
            let end = cached::the_number(self.connection(), sql, params![seq])?;
            let run = usize::try_from(end.saturating_sub(seq)).unwrap_or(usize::MAX);
            let missing = most.saturating_sub(operations.len());
            let page = self.reader().page(Seq(seq.unsigned_abs()), run.min(missing))?;
            if page.is_empty() {
                return Err(SqliteError::damaged("operations of the register's own are missing").into());
            }
            place = place.saturating_add(i64::try_from(page.len()).unwrap_or(i64::MAX));
            operations.extend(page);
        }
        Ok(operations)
    }

    pub(super) fn own_place(&mut self, seq: Seq) -> Result<Option<u64>, Failed> {
        let number = number(seq)?;
        let is_there = 1 <= number && number <= self.newest()?;
        if !is_there || Arrived::find(self.connection(), number)?.is_some() {
            return Ok(None);
        }
        Ok(Some(names::own_until(self.connection(), number)?.unsigned_abs()))
    }

    pub(super) fn keep_acknowledged(&mut self, own: u64) -> Result<(), Failed> {
        let own = number(Seq(own))?;
        cached::run(self.connection(), "UPDATE origin SET acknowledged = ?1", params![own])?;
        Ok(())
    }

    pub(super) fn all_concerning(&mut self, customer: &CustomerId) -> Result<Vec<Operation>, Failed> {
        let found = accounts::find_in_file(&mut self.store.database, customer)?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let mut operations = self.reader().about(found.last)?;
        let sql = "SELECT operation FROM beside WHERE customer = ?1 ORDER BY operation";
        let mut beside: Vec<i64> = Vec::new();
        {
            let mut statement = self.connection().prepare_cached(sql)?;
            let mut rows = statement.query([found.n])?;
            while let Some(row) = rows.next()? {
                beside.push(row.get(0)?);
            }
        }
        for seq in beside {
            operations.extend(self.reader().page(Seq(seq.unsigned_abs()), 1)?);
        }
        sorting::sort_by_key(&mut operations, |operation| operation.seq);
        Ok(operations)
    }

    /// Puts operations into their order among all registers where there are several; of a document that two
    /// of them decided the first alone stays.
    pub(super) fn in_order(&mut self, operations: Vec<Operation>) -> Result<Vec<Operation>, Failed> {
        if !self.is_united()? {
            return Ok(operations);
        }
        let Some(names) = self.names()? else { return Ok(operations) };
        let mut ordered = Vec::with_capacity(operations.len());
        for operation in operations {
            if does_count(&operation, |kind, id| self.found_under(kind, id))? {
                ordered.push((names.order(self.connection(), &operation)?, operation));
            }
        }
        sorting::sort_by(&mut ordered, |(one, _), (other, _)| one.cmp(other));
        Ok(ordered.into_iter().map(|(_, operation)| operation).collect())
    }

    pub(super) fn found_under(&mut self, kind: Kind, id: &str) -> Result<Option<Seq>, Failed> {
        let SqliteStore { database, ids, .. } = &mut *self.store;
        let seq = ids.find(database, kind, id)?;
        Ok(seq.map(|seq| Seq(seq.unsigned_abs())))
    }

    pub(super) fn all_deciding(&mut self, key: Option<&Key>) -> Result<Vec<Operation>, Failed> {
        let deciding = note::deciding(self.connection(), key)?;
        let mut operations = Vec::with_capacity(deciding.len());
        for seq in deciding {
            operations.extend(self.reader().page(Seq(seq.unsigned_abs()), 1)?);
        }
        Ok(operations)
    }

    /// The program that held at a moment, unless none was set for a later one.
    pub(super) fn program_at(&mut self, at: Timestamp) -> Result<Option<VersionedProgram>, Failed> {
        if self.head()?.set_at.is_none_or(|latest| latest <= at.millisecond()) {
            return Ok(None);
        }
        let set = self.set_programs()?;
        let Some(seq) = held_at(&set, at) else { return Ok(None) };
        let operation = self.reader().page(*seq, 1)?.pop();
        Ok(operation.and_then(|operation| match operation.document {
            Document::SetProgram(set) => Some(set.program),
            _ => None,
        }))
    }

    /// How long units last under each program that was set.
    pub(super) fn expiries(&mut self) -> Result<Vec<(Timestamp, SetExpiry)>, Failed> {
        let set = self.set_programs()?;
        let mut expiries = Vec::with_capacity(set.len());
        for (_, seq) in set {
            expiries.extend(self.reader().page(seq, 1)?.iter().filter_map(SetExpiry::of));
        }
        Ok(expiries)
    }

    /// The operations that set programs, each with the time from which on its program holds.
    fn set_programs(&mut self) -> Result<Vec<(Timestamp, Seq)>, Failed> {
        if !self.is_united()? {
            return note::set(self.connection());
        }
        let deciding = self.all_deciding(None)?;
        let set = self.in_order(deciding)?.into_iter();
        Ok(set.map(|operation| (operation.document.at(), operation.seq)).collect())
    }

    pub(super) fn knows_program(&mut self, version: &ProgramVersion) -> Result<bool, Failed> {
        let SqliteStore { database, programs, .. } = &mut *self.store;
        Ok(programs.number(database.connection(), version)?.is_some())
    }

    /// Appends an operation of another register.
    pub(super) fn append_foreign(&mut self, arrival: &Arrival) -> Result<(), Failed> {
        let mut head = self.head()?;
        if let Document::SetProgram(set) = &arrival.operation.document {
            self.kept_programs = true;
            let SqliteStore { database, programs, .. } = &mut *self.store;
            programs.keep(database.connection(), &set.program)?;
            head.looks |= set.program.program.looks_at_purchases();
        }
        let mut recorder = self.recorder(&mut head);
        recorder.append_foreign(arrival)?;
        head.chain = recorder.chain;
        head.note_set([&arrival.operation]);
        self.head = Some(head);
        Ok(())
    }

    pub(super) fn keep_refolded(&mut self, refolded: &Refolded) -> Result<(), Failed> {
        match refolded {
            Refolded::Customer(change, member) => self.keep_customer(change, member),
            Refolded::Kept(_, Some(kept)) => kept::keep(self.connection(), kept),
            Refolded::Kept(key, None) => {
                let sql = "DELETE FROM kept WHERE kind = ?1 AND id = ?2";
                let (kind, id) = kept::columns(key);
                Ok(cached::run(self.connection(), sql, params![kind, id])?)
            }
            Refolded::Program(version) => {
                let mut head = self.head()?;
                let SqliteStore { database, programs, .. } = &mut *self.store;
                let n = programs.number(database.connection(), version)?;
                let n = n.ok_or(SqliteError::DoesNotFit { what: "it names a program that isn't kept" })?;
                programs.set_current(database.connection(), n)?;
                head.program = Some(n);
                self.head = Some(head);
                Ok(())
            }
        }
    }

    fn keep_customer(&mut self, change: &AccountChange, member: &Member) -> Result<(), Failed> {
        let database = &mut self.store.database;
        let found = accounts::find_in_file(database, &change.customer)?;
        let mut found = found.ok_or(SqliteError::DoesNotFit { what: "a customer isn't there" })?;
        let mut known = accounts::Known::new(change.customer.clone(), &mut found);
        let last = known.last;
        accounts::keep(database, &mut known, change, (last, None))?;
        accounts::keep_member(database, known.n, member)?;
        // What was found before is no longer so.
        self.customers.retain(|known| known.customer != change.customer);
        Ok(())
    }
}

/// Notes where an operation of another register stands, before it is written.
pub(super) fn note_arrived(recorder: &mut Recorder<'_>, seq: i64, order: &Order) -> Result<Arrived, Failed> {
    let arrived = Arrived::of(order)?;
    let noted = recorder.noted.as_deref_mut();
    let noted = noted.ok_or(SqliteError::DoesNotFit { what: "the ledger has no name" })?;
    let connection = recorder.database.connection();
    let sql = "INSERT INTO register (id) VALUES (?1) ON CONFLICT DO NOTHING";
    cached::run(connection, sql, params![arrived.register.as_str()])?;
    noted.clock = noted.clock.max(arrived.moment);
    let sql = "INSERT INTO arrival (seq, moment, clock, register, epoch, number, own)
        VALUES (?1, ?2, ?3, (SELECT n FROM register WHERE id = ?4), ?5, ?6, ?7)";
    let Arrived { register, epoch, number, moment } = &arrived;
    let row = params![seq, moment, noted.clock, register.as_str(), epoch, number, noted.own];
    cached::run(connection, sql, row)?;
    Ok(arrived)
}
