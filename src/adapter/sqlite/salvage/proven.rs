//! Programs that are lost, found again among those that are known from elsewhere.
//!
//! Which program an operation set is in its hash, with the whole text.

use std::vec::Vec;

use rusqlite::{Connection, params};

use crate::adapter::sqlite::chain::{ChainHead, Hash, Row};
use crate::adapter::sqlite::shared::Arrived;
use crate::adapter::sqlite::{Failed, cached, operations, programs};
use crate::document::write_program;
use crate::loyalty::VersionedProgram;

const SQL: &str = "SELECT operation.seq, operation.at, operation.previous, operation.late, customer.id,
        operation.body, operation.hash, before.hash
    FROM operation LEFT JOIN customer ON customer.n = operation.customer
    LEFT JOIN operation AS before ON before.seq = operation.seq - 1
    WHERE operation.hash IS NOT NULL AND (before.hash IS NOT NULL OR operation.seq = 1)";

/// Gives each lost program the text of the one that was set.
pub(super) fn prove(
    connection: &Connection,
    epochs: &[i64],
    known: &[VersionedProgram],
) -> Result<(), Failed> {
    if known.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare(SQL)?;
    let mut rows = statement.query([])?;
    let mut proven = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok((_, head)) = operations::head(row) else { continue };
        let Some(n) = head.programs.set else { continue };
        let there = "SELECT 1 FROM program WHERE n = ?1 AND document <> ''";
        if cached::number(connection, there, params![n])?.is_none() {
            let arrived = Arrived::find(connection, row.get(0)?)?;
            let was_set = |known: &&VersionedProgram| was_set(row, known, arrived.as_ref(), epochs);
            proven.extend(known.iter().filter(was_set).map(|known| (n, known)));
        }
    }
    for (n, program) in proven {
        let text = write_program(&program.program);
        let sum = programs::checksum(&program.version, &text);
        let sql = "INSERT OR REPLACE INTO program (n, version, current, looks, checksum, document)
            VALUES (?1, ?2, 0, 0, ?3, ?4)";
        connection.execute(sql, params![n, program.version.0, sum, text])?;
    }
    Ok(())
}

/// Whether an operation has the hash that it has if it set this program.
fn was_set(
    row: &rusqlite::Row<'_>,
    known: &VersionedProgram,
    arrived: Option<&Arrived>,
    epochs: &[i64],
) -> bool {
    let hash = |column| row.get_ref(column).ok()?.as_blob().ok().and_then(|hash| Hash::try_from(hash).ok());
    let number = |column| row.get::<_, i64>(column).unwrap_or_default();
    let text = write_program(&known.program);
    let of_epoch = |epoch: &i64| Row {
        epoch: *epoch,
        seq: number(0),
        at: number(1),
        customer: row.get_ref(4).ok().and_then(|id| id.as_str().ok()),
        previous: number(2),
        late: number(3),
        sets: Some((known.version, &text)),
        body: row.get_ref(5).ok().and_then(|body| body.as_blob().ok()).unwrap_or_default(),
        arrived,
    };
    let before = hash(7).unwrap_or(*ChainHead::BEGINNING.hash());
    epochs.iter().any(|epoch| Some(of_epoch(epoch).hash(&before)) == hash(6))
}
