//! Rows of operations and of what follows from them, written.

use std::vec::Vec;

use rusqlite::{ErrorCode, params};

use crate::adapter::sqlite::accounts::{self, Known};
use crate::adapter::sqlite::chain::{ChainHead, Row};
use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::document_ids::DocumentIds;
use crate::adapter::sqlite::kept;
use crate::adapter::sqlite::lots;
use crate::adapter::sqlite::operations::number;
use crate::adapter::sqlite::pack::{self, Link, kind_code};
use crate::adapter::sqlite::personal::Told;
use crate::adapter::sqlite::programs::Programs;
use crate::adapter::sqlite::punctual::Punctual;
use crate::adapter::sqlite::remembered::Remembered;
use crate::adapter::sqlite::shared::{
    Arrived, Noted, note_arrived, note_beside, note_deciding, note_own, note_set,
};
use crate::adapter::sqlite::tallies::KeptTally;
use crate::adapter::sqlite::{Failed, SqliteError, cached, personal};
use crate::decide::{AccountChange, Document, Kind, Operation};
use crate::ident::{CustomerId, SaleId};
use crate::store::{Arrival, ids_of};
use crate::time::Timestamp;

/// Writes what was decided.
pub(super) struct Recorder<'s> {
    pub(super) database: &'s mut Database,
    pub(super) programs: &'s mut Programs,
    pub(super) customers: &'s mut Vec<Known>,
    pub(super) punctual: &'s mut Punctual,
    pub(super) remembered: &'s mut Remembered,
    pub(super) ids: &'s mut DocumentIds,
    pub(super) epoch: i64,
    /// Where the chain ends.
    pub(super) chain: ChainHead,
    /// What is noted of a ledger that has a name.
    pub(super) noted: Option<&'s mut Noted>,
}

impl Recorder<'_> {
    /// Keeps what a customer has after these operations, which are appended next.
    pub(super) fn keep(&mut self, change: &AccountChange, operations: &[Operation]) -> Result<(), Failed> {
        let moves = |operation: &&Operation| operation.decision.customer.as_ref() == Some(&change.customer);
        let newest = operations.iter().rfind(moves).map(|operation| number(operation.seq)).transpose()?;
        let first = operations.iter().find(moves).map_or(change.latest, |operation| operation.document.at());
        self.known_or_new(&change.customer, first)?;
        let Recorder { database, customers, remembered, .. } = self;
        let known = customers.iter_mut().find(|known| known.customer == change.customer);
        let known = known.ok_or(SqliteError::DoesNotFit { what: "a customer can't be made" })?;
        let last = newest.unwrap_or(known.last);
        let new_from = operations.first().map(|operation| operation.seq);
        accounts::keep(database, known, change, (last, new_from))?;
        remembered.change(change, last, known);
        Ok(())
    }

    /// Keeps what an operation decided that is kept beside balances.
    fn keep_decided(&mut self, operation: &Operation) -> Result<(), Failed> {
        let (decision, at) = (&operation.decision, operation.document.at());
        for (customer, member) in &decision.members {
            let n = self.known_or_new(customer, at)?.n;
            let packed = accounts::keep_member(self.database, n, member)?;
            self.remembered.change_member(customer, packed);
        }
        decision.kept.iter().try_for_each(|kept| kept::keep(self.database.connection(), kept))
    }

    fn known_or_new(&mut self, customer: &CustomerId, at: Timestamp) -> Result<&mut Known, Failed> {
        if self.known(customer)?.is_none() {
            let n = accounts::make(self.database, customer, at)?;
            let (customer, tally) = (customer.clone(), KeptTally::default());
            self.customers.push(Known { customer, n, last: 0, latest: at, soonest: lots::NEVER, tally });
        }
        self.known(customer)?
            .ok_or_else(|| SqliteError::DoesNotFit { what: "a customer can't be made" }.into())
    }

    /// Appends an operation; the account of its customer was kept before.
    pub(super) fn append(&mut self, operation: &Operation) -> Result<(), Failed> {
        let (seq, document) = (number(operation.seq)?, &operation.document);
        if operation.seq != self.chain.next() {
            return Err(SqliteError::DoesNotFit { what: "its operations don't follow the newest one" }.into());
        }
        self.keep_decided(operation)?;
        if let Document::Enrol(enrol) = document {
            personal::tells_anew(self.database.connection(), &enrol.customer)?;
        }
        self.write(operation, seq, None)?;
        for (kind, id) in ids_of(document) {
            self.name(kind, id, seq)?;
        }
        operation.follows().into_iter().try_for_each(|sale| self.follow(sale, seq))?;
        match self.noted.as_deref_mut() {
            Some(noted) => note_own(self.database, operation, noted),
            None => note_set(self.database.connection(), operation, seq),
        }
    }

    /// Appends an operation of another register. What its customers have by it is kept later.
    pub(super) fn append_foreign(&mut self, arrival: &Arrival) -> Result<(), Failed> {
        let Arrival { operation, order, ids } = arrival;
        let (seq, at) = (number(operation.seq)?, operation.document.at());
        if operation.seq != self.chain.next() {
            return Err(SqliteError::DoesNotFit { what: "its operations don't follow the newest one" }.into());
        }
        for customer in operation.concerns() {
            self.known_or_new(customer, at)?;
        }
        let arrived = note_arrived(self, seq, order)?;
        self.write(operation, seq, Some(&arrived))?;
        let connection = self.database.connection();
        let sql = "UPDATE customer SET last = ?2 WHERE id = ?1";
        if let Some(customer) = &operation.decision.customer {
            cached::run(connection, sql, params![customer.as_str(), seq])?;
        }
        note_beside(connection, operation, seq)?;
        note_deciding(connection, operation, seq)?;
        for (kind, id) in ids {
            self.name(*kind, id, seq)?;
        }
        operation.follows().into_iter().try_for_each(|sale| self.follow(sale, seq))
    }

    /// Writes an operation's row, and what customers told beside it.
    fn write(&mut self, operation: &Operation, seq: i64, arrived: Option<&Arrived>) -> Result<(), Failed> {
        let document = &operation.document;
        let (customer, link) = self.link(operation, seq)?;
        let programs = self.programs_of(operation)?;
        let body = if personal::may_have(operation) {
            let mut bare = operation.clone();
            self.keep_told(personal::take_all(&mut bare), document.at(), (seq, arrived.is_some()))?;
            pack::pack(&bare, programs, link)
        } else {
            pack::pack(operation, programs, link)
        };
        let Link { previous, late } = link;
        let (epoch, at, body) = (self.epoch, document.at().millisecond(), &*body);
        let id = operation.decision.customer.as_ref().map(CustomerId::as_str);
        let connection = self.database.connection();
        let sets = programs.set.map(|n| self.programs.version_and_text(connection, n)).transpose()?;
        let sets = sets.as_ref().map(|(version, text)| (*version, text.as_str()));
        let row = Row { epoch, seq, at, customer: id, previous, late, sets, body, arrived };
        let hash = row.hash(self.chain.hash());
        let row = params![seq, at, customer, previous, late, body, hash];
        self.database.run(|statements| statements.append.execute(row))?;
        customer.into_iter().for_each(|n| self.punctual.append(n, seq, link));
        self.chain = ChainHead::after(operation.seq, hash);
        Ok(())
    }

    /// Keeps what customers told beside the operation that doesn't have it. What was erased doesn't come back
    /// from another register.
    fn keep_told(
        &mut self,
        told: Vec<Told>,
        at: Timestamp,
        (seq, is_foreign): (i64, bool),
    ) -> Result<(), Failed> {
        for told in told {
            if is_foreign && personal::is_erased(self.database.connection(), told.customer())? {
                continue;
            }
            let n = self.known_or_new(told.customer(), at)?.n;
            told.keep(self.database.connection(), seq, n)?;
        }
        Ok(())
    }

    /// Notes under which id an operation's document is found. A parked sale is rung up anew: from
    /// now on its id names the new operation.
    fn name(&mut self, kind: Kind, id: &str, seq: i64) -> Result<(), Failed> {
        self.ids.note(kind, id);
        let code = kind_code(kind);
        match self.database.run(|statements| statements.name.execute(params![code, id, seq])) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                if kind == Kind::Sale && self.noted.is_some() {
                    // What other registers have decided about it stays about it.
                    let before = self.ids.find(self.database, Kind::Sale, id)?;
                    let sql = "UPDATE OR IGNORE follow SET sale = ?2 WHERE sale = ?1";
                    cached::run(self.database.connection(), sql, params![before, seq])?;
                }
                let sql = "UPDATE document SET seq = ?3 WHERE kind = ?1 AND id = ?2";
                cached::run(self.database.connection(), sql, params![code, id, seq])?;
                Ok(())
            }
            done => Ok(done.map(drop)?),
        }
    }

    /// The customer whose units an operation moved, and the operation's place in the chain.
    fn link(&mut self, operation: &Operation, seq: i64) -> Result<(Option<i64>, Link), Failed> {
        let Some(customer) = &operation.decision.customer else { return Ok((None, Link::default())) };
        let at = operation.document.at();
        let unknown = SqliteError::DoesNotFit { what: "units moved for a customer without an account" };
        let known = self.known(customer)?.ok_or(unknown)?;
        known.latest = known.latest.max(at);
        let late = known.latest.millisecond().saturating_sub(at.millisecond());
        let previous = core::mem::replace(&mut known.last, seq);
        Ok((Some(known.n), Link { previous, late }))
    }

    /// A customer who is in the file; most often it has just been asked for.
    fn known(&mut self, customer: &CustomerId) -> Result<Option<&mut Known>, Failed> {
        let index = self.customers.iter().position(|known| known.customer == *customer);
        if let Some(index) = index {
            return Ok(self.customers.get_mut(index));
        }
        let Some(mut found) = accounts::find_in_file(self.database, customer)? else {
            return Ok(None);
        };
        self.customers.push(Known::new(customer.clone(), &mut found));
        Ok(self.customers.last_mut())
    }

    /// Notes that an operation is about a sale of an earlier one.
    fn follow(&mut self, sale: &SaleId, seq: i64) -> Result<(), Failed> {
        let first = self.ids.find(self.database, Kind::Sale, sale.as_str())?;
        let first = first.ok_or(SqliteError::DoesNotFit { what: "it is about a sale that isn't there" })?;
        self.database.run(|statements| statements.follow.execute([first, seq]))?;
        Ok(())
    }

    /// The numbers of the programs that an operation names.
    fn programs_of(&mut self, operation: &Operation) -> Result<pack::Programs<i64>, Failed> {
        let number = |programs: &mut Programs, version| {
            let number = programs.number(self.database.connection(), version)?;
            number.ok_or(SqliteError::DoesNotFit { what: "it names a program that isn't kept" })
        };
        let set = match &operation.document {
            Document::SetProgram(document) => Some(number(self.programs, &document.program.version)?),
            _ => None,
        };
        Ok(pack::Programs { used: number(self.programs, &operation.program)?, set })
    }
}
