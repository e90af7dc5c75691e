//! What brings an older file up to date that SQL alone can't do.

use std::string::String;
use std::vec::Vec;

use rusqlite::{Connection, params};

use crate::adapter::sqlite::chain::{ChainHead, Row};
use crate::adapter::sqlite::operations;
use crate::adapter::sqlite::pack;
use crate::adapter::sqlite::programs::Programs;
use crate::adapter::sqlite::{Failed, SqliteError, cached, personal, shared};
use crate::decide::Operation;
use crate::ledger::Seq;

/// So many operations are read at once.
const PAGE: i64 = 256;

/// What is rewritten of an operation.
struct Rewritten {
    seq: i64,
    /// Unless the bytes stay as they are.
    body: Option<Vec<u8>>,
    hash: Vec<u8>,
}

/// Takes what customers told out of operations that have it inside, and chains all of them.
pub(super) fn chain_up(connection: &Connection) -> Result<(), Failed> {
    let mut programs = Programs::default();
    let mut end = ChainHead::BEGINNING;
    loop {
        let page = page(connection, &mut programs, &mut end)?;
        if page.is_empty() {
            return Ok(());
        }
        for Rewritten { seq, body, hash } in page {
            let sql = "UPDATE operation SET body = coalesce(?2, body), hash = ?3 WHERE seq = ?1";
            cached::run(connection, sql, params![seq, body, hash])?;
        }
    }
}

fn page(
    connection: &Connection,
    programs: &mut Programs,
    end: &mut ChainHead,
) -> Result<Vec<Rewritten>, Failed> {
    let sql = "SELECT operation.seq, operation.at, operation.previous, operation.late, customer.id,
            operation.body
        FROM operation LEFT JOIN customer ON customer.n = operation.customer
        WHERE operation.seq >= ?1 ORDER BY operation.seq LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let from = i64::try_from(end.next().0).unwrap_or(i64::MAX);
    let mut rows = statement.query([from, PAGE])?;
    let mut page = Vec::new();
    while let Some(row) = rows.next()? {
        let (seq, head) = operations::head(row)?;
        let damaged = |what| SqliteError::Damaged { seq: Some(seq), what };
        if seq != end.next() {
            return Err(damaged("it isn't the operation that comes next").into());
        }
        let (numbers, link) = (head.programs, head.link());
        let sets = numbers.set.map(|n| programs.version_and_text(connection, n)).transpose()?;
        let sets = sets.as_ref().map(|(version, text)| (*version, text.as_str()));
        let number = row.get(0)?;
        let bare = bare(connection, programs, (seq, number), head)?;
        let body = bare.map(|bare| pack::pack(&bare, numbers, link));
        let written = row.get_ref(5)?.as_blob().map_err(|_| damaged("it has no bytes"))?;
        let customer = row.get_ref(4)?.as_str_or_null().map_err(|_| damaged("a customer's id is no text"))?;
        let (at, previous, late) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let bytes = body.as_deref().unwrap_or(written);
        let chained =
            Row { epoch: 0, seq: number, at, customer, previous, late, sets, body: bytes, arrived: None };
        let hash = chained.hash(end.hash());
        *end = ChainHead::after(seq, hash);
        page.push(Rewritten { seq: number, body, hash: hash.to_vec() });
    }
    Ok(page)
}

/// Notes of a ledger that has a name which operations decided what is kept under keys of their own.
pub(super) fn note_deciding(connection: &Connection) -> Result<(), Failed> {
    let has_name: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM origin)", [], |row| row.get(0))?;
    if !has_name {
        return Ok(());
    }
    let mut programs = Programs::default();
    let mut next: i64 = 1;
    loop {
        let sql = "SELECT operation.seq, operation.at, operation.previous, operation.late, customer.id,
                operation.body
            FROM operation LEFT JOIN customer ON customer.n = operation.customer
            WHERE operation.seq >= ?1 ORDER BY operation.seq LIMIT ?2";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([next, PAGE])?;
        let from = next;
        while let Some(row) = rows.next()? {
            let (seq, head) = operations::head(row)?;
            let number: i64 = row.get(0)?;
            let operation = operations::bare(connection, &mut programs, seq, head)?;
            shared::note_deciding(connection, &operation, number)?;
            next = number.saturating_add(1);
        }
        if next == from {
            return Ok(());
        }
    }
}

/// Takes what waits over into a table with checksums.
pub(super) fn sum_waiting(connection: &Connection) -> Result<(), Failed> {
    let mut statement = connection.prepare("SELECT register, epoch, number, body FROM waited")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (register, body): (String, String) = (row.get(0)?, row.get(3)?);
        let (epoch, number): (i64, i64) = (row.get(1)?, row.get(2)?);
        let sql = "INSERT INTO waiting (register, epoch, number, body, checksum) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = params![register, epoch, number, body, shared::checksum(&body)];
        cached::run(connection, sql, row)?;
    }
    drop(rows);
    drop(statement);
    connection.execute_batch("DROP TABLE waited")?;
    Ok(())
}

/// An operation without what its customers told, which is kept beside it; `None` if it has nothing of that.
fn bare(
    connection: &Connection,
    programs: &mut Programs,
    (seq, number): (Seq, i64),
    head: pack::Head<'_>,
) -> Result<Option<Operation>, Failed> {
    let mut operation = operations::bare(connection, programs, seq, head)?;
    if !personal::may_have(&operation) {
        return Ok(None);
    }
    let told = personal::take_all(&mut operation);
    for told in &told {
        let sql = "SELECT n FROM customer WHERE id = ?1";
        let n = connection.prepare_cached(sql)?.query_row([told.customer().as_str()], |row| row.get(0))?;
        told.keep(connection, number, n)?;
    }
    Ok((!told.is_empty()).then_some(operation))
}
