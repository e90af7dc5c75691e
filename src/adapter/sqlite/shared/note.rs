//! What is noted of each operation of a ledger that has a name.

use std::vec::Vec;

use rusqlite::{Connection, params};

use super::names;
use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::kept::columns;
use crate::adapter::sqlite::operations::{Reader, number};
use crate::adapter::sqlite::transaction::Head;
use crate::adapter::sqlite::{Failed, SqliteError, cached};
use crate::decide::{Document, Key, Kind, Operation};
use crate::ident::CustomerId;
use crate::ledger::{Order, Seq};
use crate::time::Timestamp;

/// Where a ledger that has a name stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::adapter::sqlite) struct Noted {
    /// The latest moment of an operation.
    pub(in crate::adapter::sqlite) clock: i64,
    /// How many operations are the register's own.
    pub(in crate::adapter::sqlite) own: i64,
}

impl Noted {
    pub(super) const NOTHING: Noted = Noted { clock: i64::MIN, own: 0 };

    /// Where a file stands, if its ledger has a name.
    pub(in crate::adapter::sqlite) fn read(
        reader: &mut Reader<'_>,
        newest: Seq,
    ) -> Result<Option<Noted>, Failed> {
        if names::origin(reader.database.connection())?.is_none() {
            return Ok(None);
        }
        let newest = number(newest)?;
        let own = names::own_until(reader.database.connection(), newest)?;
        Ok(Some(Noted { clock: names::clock(reader, newest)?, own }))
    }
}

impl Head {
    /// Notes from when on programs hold that operations set.
    pub(in crate::adapter::sqlite) fn note_set<'o>(
        &mut self,
        operations: impl IntoIterator<Item = &'o Operation>,
    ) {
        let set = operations.into_iter().filter(|operation| operation.document.kind() == Kind::SetProgram);
        let from = set.map(|operation| operation.document.at().millisecond()).max();
        self.set_at = self.set_at.max(from);
    }
}

/// Notes the next operation of the register's own.
pub(in crate::adapter::sqlite) fn note_own(
    database: &mut Database,
    operation: &Operation,
    noted: &mut Noted,
) -> Result<(), Failed> {
    let seq = number(operation.seq)?;
    let recorded_at = operation.recorded_at.millisecond();
    noted.clock = Order::moment_after(noted.clock, recorded_at);
    noted.own = noted.own.saturating_add(1);
    let connection = database.connection();
    if noted.clock != recorded_at {
        let sql = "INSERT INTO moment (seq, moment) VALUES (?1, ?2)";
        cached::run(connection, sql, params![seq, noted.clock])?;
    }
    note_beside(connection, operation, seq)?;
    note_deciding(connection, operation, seq)
}

/// Notes that an operation decided what is kept under keys of their own, or which program holds.
pub(in crate::adapter::sqlite) fn note_deciding(
    connection: &Connection,
    operation: &Operation,
    seq: i64,
) -> Result<(), Failed> {
    for kept in &operation.decision.kept {
        note_decided(connection, Some(&kept.key()), seq)?;
    }
    note_set(connection, operation, seq)
}

/// Notes that an operation set a program, whether the ledger has a name or not: a document that comes late asks
/// which one held at its time.
pub(in crate::adapter::sqlite) fn note_set(
    connection: &Connection,
    operation: &Operation,
    seq: i64,
) -> Result<(), Failed> {
    match operation.document {
        Document::SetProgram(_) => note_decided(connection, None, seq),
        _ => Ok(()),
    }
}

/// The latest time from which on a program was set, as far as it is noted.
pub(in crate::adapter::sqlite) fn latest_set(connection: &Connection) -> Result<Option<i64>, Failed> {
    let sql = "SELECT max(at) FROM deciding JOIN operation ON seq = operation WHERE kind = 0 AND id = ''";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// The operations that set a program, each with the time of its document.
pub(super) fn set(connection: &Connection) -> Result<Vec<(Timestamp, Seq)>, Failed> {
    let sql = "SELECT at, seq FROM deciding JOIN operation ON seq = operation
        WHERE kind = 0 AND id = '' ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut set = Vec::new();
    while let Some(row) = rows.next()? {
        let at = Timestamp::from_millisecond(row.get(0)?).ok_or(SqliteError::damaged("a time is none"))?;
        set.push((at, Seq(row.get::<_, i64>(1)?.unsigned_abs())));
    }
    Ok(set)
}

/// Notes the customers whom an operation concerns beside the one it is about.
pub(in crate::adapter::sqlite) fn note_beside(
    connection: &Connection,
    operation: &Operation,
    seq: i64,
) -> Result<(), Failed> {
    let about = operation.decision.customer.as_ref();
    let sql = "INSERT INTO beside (customer, operation) SELECT n, ?2 FROM customer WHERE id = ?1
        ON CONFLICT DO NOTHING";
    for customer in operation.concerns().filter(|customer| Some(*customer) != about) {
        cached::run(connection, sql, params![CustomerId::as_str(customer), seq])?;
    }
    Ok(())
}

/// Without a key, it is which program holds.
fn note_decided(connection: &Connection, key: Option<&Key>, seq: i64) -> Result<(), Failed> {
    let (kind, id) = key.map_or((0, ""), columns);
    let sql = "INSERT INTO deciding (kind, id, operation) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    cached::run(connection, sql, params![kind, id, seq])?;
    Ok(())
}

pub(super) fn deciding(connection: &Connection, key: Option<&Key>) -> Result<Vec<i64>, Failed> {
    let (kind, id) = key.map_or((0, ""), columns);
    let sql = "SELECT operation FROM deciding WHERE kind = ?1 AND id = ?2 ORDER BY operation";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(params![kind, id], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
