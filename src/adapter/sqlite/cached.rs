//! Statements that are run now and then, through the connection's cache. What they take and give is of many types; the
//! code that runs them is there once.

use rusqlite::{Connection, Row, ToSql};

/// Runs a statement that gives no rows.
pub(super) fn run(connection: &Connection, sql: &str, values: &[&dyn ToSql]) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// The whole number in the first row; `None` if there is no row.
pub(super) fn number(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<Option<i64>> {
    first(connection, sql, values, |row| row.get(0))
}

/// The whole number that a statement gives in any case.
pub(super) fn the_number(connection: &Connection, sql: &str, values: &[&dyn ToSql]) -> rusqlite::Result<i64> {
    number(connection, sql, values)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

/// Reads the first row; `None` if there is none.
pub(super) fn first<T>(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    let mut found = None;
    visit(connection, sql, values, &mut |row| {
        found = Some(read(row)?);
        Ok(())
    })?;
    Ok(found)
}

fn visit(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    read: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    rows.next()?.map_or(Ok(()), read)
}
