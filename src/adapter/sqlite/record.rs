//! Rows of operations and of what follows from them, written.

use std::vec::Vec;

use rusqlite::{Connection, OptionalExtension, params};

use crate::adapter::sqlite::SqliteError;
use crate::adapter::sqlite::accounts::{self, Found};
use crate::adapter::sqlite::operations::number;
use crate::adapter::sqlite::pack::{self, Link, kind_code};
use crate::adapter::sqlite::programs::Programs;
use crate::decide::{AccountChange, Document, Kind, Operation};
use crate::ident::{CustomerId, SaleId};
use crate::time::Timestamp;

/// Writes what was decided.
pub(super) struct Recorder<'s> {
    pub(super) connection: &'s Connection,
    pub(super) programs: &'s mut Programs,
    pub(super) customers: &'s mut Vec<Known>,
}

/// Where a customer stands in the file, before the next operation.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) customer: CustomerId,
    pub(super) n: i64,
    /// The newest operation.
    pub(super) last: i64,
    /// The time of the latest document.
    pub(super) latest: Timestamp,
}

impl Recorder<'_> {
    /// Keeps what a customer has after these operations, which are appended next.
    pub(super) fn keep(
        &mut self,
        change: &AccountChange,
        operations: &[Operation],
    ) -> Result<(), SqliteError> {
        let moves = |operation: &&Operation| operation.decision.customer.as_ref() == Some(&change.customer);
        let newest = operations.iter().rfind(moves).map(|operation| number(operation.seq)).transpose()?;
        let connection = self.connection;
        if let Some(known) = self.known(&change.customer)? {
            accounts::keep(connection, Some(known.n), change, newest.unwrap_or(known.last))?;
            return Ok(());
        }
        let n = accounts::keep(connection, None, change, newest.unwrap_or(0))?;
        let first = operations.iter().find(moves).map_or(change.latest, |operation| operation.document.at());
        self.customers.push(Known { customer: change.customer.clone(), n, last: 0, latest: first });
        Ok(())
    }

    /// Appends an operation; the account of its customer was kept before.
    pub(super) fn append(&mut self, operation: &Operation) -> Result<(), SqliteError> {
        let (seq, document) = (number(operation.seq)?, &operation.document);
        let (customer, link) = self.link(operation, seq)?;
        let body = pack::pack(operation, self.programs_of(operation)?, link);
        let sql = "INSERT INTO operation (seq, at, customer, previous, late, body)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let at = document.at().millisecond();
        let row = params![seq, at, customer, link.previous, link.late, body];
        self.connection.prepare_cached(sql)?.execute(row)?;
        if let Some(id) = document.id() {
            // A parked sale is rung up anew: from now on its id names the new operation.
            let sql = "INSERT INTO document (kind, id, seq) VALUES (?1, ?2, ?3)
                       ON CONFLICT (kind, id) DO UPDATE SET seq = excluded.seq";
            let kind = kind_code(document.kind());
            self.connection.prepare_cached(sql)?.execute(params![kind, id, seq])?;
        }
        document.about_sales().iter().try_for_each(|sale| self.follow(sale, seq))
    }

    /// The customer whose units an operation moved, and the operation's place in the chain.
    fn link(&mut self, operation: &Operation, seq: i64) -> Result<(Option<i64>, Link), SqliteError> {
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
    fn known(&mut self, customer: &CustomerId) -> Result<Option<&mut Known>, SqliteError> {
        let index = self.customers.iter().position(|known| known.customer == *customer);
        if let Some(index) = index {
            return Ok(self.customers.get_mut(index));
        }
        let Some(Found { n, last, kept, .. }) = accounts::find(self.connection, customer)? else {
            return Ok(None);
        };
        self.customers.push(Known { customer: customer.clone(), n, last, latest: kept.latest });
        Ok(self.customers.last_mut())
    }

    /// Notes that an operation is about a sale of an earlier one.
    fn follow(&self, sale: &SaleId, seq: i64) -> Result<(), SqliteError> {
        let sql = "SELECT seq FROM document WHERE kind = ?1 AND id = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let of = params![kind_code(Kind::Sale), sale.as_str()];
        let first: Option<i64> = statement.query_row(of, |row| row.get(0)).optional()?;
        let first = first.ok_or(SqliteError::DoesNotFit { what: "it is about a sale that isn't there" })?;
        let sql = "INSERT INTO follow (sale, operation) VALUES (?1, ?2)";
        self.connection.prepare_cached(sql)?.execute([first, seq])?;
        Ok(())
    }

    /// The numbers of the programs that an operation names.
    fn programs_of(&mut self, operation: &Operation) -> Result<pack::Programs<i64>, SqliteError> {
        let number = |programs: &mut Programs, version| {
            let number = programs.number(self.connection, version)?;
            number.ok_or(SqliteError::DoesNotFit { what: "it names a program that isn't kept" })
        };
        let set = match &operation.document {
            Document::SetProgram(document) => Some(number(self.programs, &document.program.version)?),
            _ => None,
        };
        Ok(pack::Programs { used: number(self.programs, &operation.program)?, set })
    }
}
