//! Rows of operations, read back.

use std::vec;
use std::vec::Vec;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params, Row, Statement, params};

use crate::adapter::sqlite::database::{Database, Statements};
use crate::adapter::sqlite::document_ids::DocumentIds;
use crate::adapter::sqlite::pack::{Context, Damage, Head, Link, unpack};
use crate::adapter::sqlite::programs::Programs;
use crate::adapter::sqlite::{Failed, SqliteError, personal};
use crate::decide::{Kind, Operation, Recorded, SaleHistory};
use crate::ident::CustomerId;
use crate::ledger::Seq;
use crate::time::Timestamp;

/// Reads operations. All its statements have the same columns.
pub(super) struct Reader<'s> {
    pub(super) database: &'s mut Database,
    pub(super) programs: &'s mut Programs,
    pub(super) ids: &'s mut DocumentIds,
}

impl Reader<'_> {
    /// Operations in order.
    pub(super) fn page(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, Failed> {
        let Ok(from) = i64::try_from(from.0) else { return Ok(Vec::new()) };
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.all(|statements| &mut statements.page, params![from, most])
    }

    /// The operation that recorded a document.
    pub(super) fn original(&mut self, kind: Kind, id: &str) -> Result<Option<Recorded>, Failed> {
        let Some(seq) = self.ids.find(self.database, kind, id)? else { return Ok(None) };
        let operation = self.all(|statements| &mut statements.by_number, [seq])?.pop();
        let operation = operation.ok_or(SqliteError::damaged("a document's operation is missing"))?;
        self.recorded(operation).map(Some)
    }

    fn recorded(&mut self, operation: Operation) -> Result<Recorded, Failed> {
        let n = self.programs.number(self.database.connection(), &operation.program)?;
        let n = n.ok_or(SqliteError::damaged("a program is named that isn't there"))?;
        Ok(Recorded { program: self.programs.program(self.database.connection(), n)?, operation })
    }

    /// A sale and all that happened to it, where the operation that rang it up is known.
    pub(super) fn history(&mut self, opening: Recorded) -> Result<SaleHistory, Failed> {
        let Recorded { operation, program } = opening;
        let later = self.all(|statements| &mut statements.later, [number(operation.seq)?])?;
        let mut operations = vec![operation];
        operations.extend(later);
        Ok(SaleHistory { operations, program })
    }

    /// A customer's operations in order, of which `newest` is the last.
    pub(super) fn about(&mut self, newest: i64) -> Result<Vec<Operation>, Failed> {
        let programs = &mut *self.programs;
        self.database.run_with(|connection, statements| {
            let (mut operations, mut next) = (Vec::new(), newest);
            while next != 0 {
                let mut rows = statements.by_number.query([next])?;
                let row = rows.next()?.ok_or(SqliteError::damaged("a customer's operation is missing"))?;
                let (seq, head) = head(row)?;
                let Link { previous, .. } = head.link();
                if !(0..next).contains(&previous) {
                    let what = "a customer's operations are not in order";
                    return Err(SqliteError::Damaged { seq: Some(seq), what }.into());
                }
                operations.push(operation(connection, programs, row)?);
                next = previous;
            }
            operations.reverse();
            Ok(operations)
        })
    }

    fn all(
        &mut self,
        pick: impl for<'s, 'c> FnOnce(&'s mut Statements<'c>) -> &'s mut Statement<'c>,
        params: impl Params,
    ) -> Result<Vec<Operation>, Failed> {
        let programs = &mut *self.programs;
        self.database.run_with(|connection, statements| {
            let mut rows = pick(statements).query(params)?;
            let mut operations = Vec::new();
            while let Some(row) = rows.next()? {
                operations.push(operation(connection, programs, row)?);
            }
            Ok(operations)
        })
    }
}

/// A number of an operation, as a column holds it.
pub(super) fn number(seq: Seq) -> Result<i64, Failed> {
    Ok(i64::try_from(seq.0)
        .map_err(|_| SqliteError::DoesNotFit { what: "a number of an operation is too large" })?)
}

fn operation(connection: &Connection, programs: &mut Programs, row: &Row<'_>) -> Result<Operation, Failed> {
    let (seq, head) = head(row)?;
    let mut operation = bare(connection, programs, seq, head)?;
    if personal::may_have(&operation) {
        personal::put_back(connection, &mut operation)?;
    }
    Ok(operation)
}

/// An operation as its row has it, without what its customers told.
pub(super) fn bare(
    connection: &Connection,
    programs: &mut Programs,
    seq: Seq,
    head: Head<'_>,
) -> Result<Operation, Failed> {
    let used = programs.version(connection, head.programs.used)?;
    let set = head.programs.set.map(|n| programs.program(connection, n)).transpose()?;
    Ok(unpack(head, used, set).map_err(|Damage(what)| SqliteError::Damaged { seq: Some(seq), what })?)
}

/// What stands in front of an operation, with its columns.
pub(super) fn head<'r>(row: &'r Row<'_>) -> Result<(Seq, Head<'r>), Failed> {
    let seq = Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0));
    let damaged = |what| SqliteError::Damaged { seq: Some(seq), what };
    let at = Timestamp::from_millisecond(row.get(1)?).ok_or(damaged("a time is out of range"))?;
    let link = Link { previous: row.get(2)?, late: row.get(3)? };
    let customer = match row.get_ref(4)? {
        ValueRef::Null => None,
        id => {
            let id = id.as_str().map_err(|_| damaged("a customer's id is no text"))?;
            Some(CustomerId::new(id).map_err(|_| damaged("a customer's id can't be one"))?)
        }
    };
    let body = row.get_ref(5)?.as_blob().map_err(|_| damaged("it has no bytes"))?;
    let columns = Context { seq, at, customer, sale: None, link };
    let head = Head::read(body, columns).map_err(|Damage(what)| damaged(what))?;
    Ok((seq, head))
}
