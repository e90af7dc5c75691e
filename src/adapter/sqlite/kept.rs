//! What is kept under keys of its own.

use rusqlite::{Connection, params};

use crate::adapter::sqlite::accounts::value;
use crate::adapter::sqlite::database::Database;
use crate::adapter::sqlite::pack::pack_value;
use crate::adapter::sqlite::{Failed, cached};
use crate::decide::{Kept, Key};

/// Keeps a value in the place of what was there.
pub(super) fn keep(connection: &Connection, kept: &Kept) -> Result<(), Failed> {
    let sql = "INSERT INTO kept (kind, id, body) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET body = excluded.body";
    let key = kept.key();
    let (kind, id) = columns(&key);
    cached::run(connection, sql, params![kind, id, pack_value(kept)])?;
    Ok(())
}

/// What is kept under a key.
pub(super) fn find(database: &mut Database, key: &Key) -> Result<Option<Kept>, Failed> {
    let (kind, id) = columns(key);
    database.run(|statements| {
        let mut rows = statements.kept.query(params![kind, id])?;
        rows.next()?.map(|row| value(row, 0)).transpose()
    })
}

/// The number of a kind of key is the same for ever.
pub(super) fn columns(key: &Key) -> (u8, &str) {
    match key {
        Key::Code(code) => (1, code.as_str()),
        Key::Card(code) => (2, code.as_str()),
        Key::Hold(id) => (3, id.as_str()),
    }
}
