//! Bytes as changes to the rows of a ledger, each sealed anew by the checksum that it would have: what a
//! change of the file alone never reaches, since the checksums stop it first.
//!
//! The first byte picks a ledger. Each change is six bytes, which say the table, the row, the column, the
//! place in the value, how many bytes are taken out of it there and how many put in; and then those.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params};

use super::file::LedgerFile;
use super::store::look_at;

const LEDGERS: [&[u8]; 8] = [
    include_bytes!("../../fixtures/stores/format-4.ledger"),
    include_bytes!("../../fixtures/stores/format-3-told.ledger"),
    include_bytes!("../../fixtures/stores/format-3.ledger"),
    include_bytes!("../../fixtures/stores/format-2.ledger"),
    include_bytes!("../../fixtures/stores/format-5.ledger"),
    include_bytes!("../../fixtures/stores/format-5-shared.ledger"),
    include_bytes!("../../fixtures/stores/format-7.ledger"),
    include_bytes!("../../fixtures/stores/format-7-shared.ledger"),
];

/// The tables, and what names a row of each. What the migrations make isn't in older files, and what they take away
/// not in newer ones.
const TABLES: [(&str, &str); 19] = [
    ("operation", "seq"),
    ("customer", "id"),
    ("holding", "customer, expires, born, seq, part"),
    ("program", "n"),
    ("kept", "kind, id"),
    ("tally", "customer"),
    ("document", "kind, id"),
    ("follow", "sale, operation"),
    ("personal", "operation, part"),
    ("epoch", "first"),
    ("origin", "only"),
    ("register", "n"),
    ("arrival", "seq"),
    ("moment", "seq"),
    ("beside", "customer, operation"),
    ("deciding", "kind, id, operation"),
    ("waiting", "register, epoch, number"),
    ("erased", "customer"),
    ("lot", "customer, expires, born, seq, part"),
];

/// More changes than this find nothing that fewer don't.
const CHANGES: usize = 12;

pub fn run(bytes: &[u8]) {
    let Some((&which, mut changes)) = bytes.split_first() else { return };
    let Some(ledger) = LEDGERS.get(usize::from(which) % LEDGERS.len()) else { return };
    let file = LedgerFile::new(ledger);
    let connection = Connection::open(file.path()).unwrap();
    connection.execute_batch("PRAGMA synchronous = OFF; BEGIN").unwrap();
    for _ in 0..CHANGES {
        let Some((&[table, row, column, at, out, length], rest)) = changes.split_first_chunk() else { break };
        let (put_in, rest) = rest.split_at(usize::from(length).min(rest.len()));
        changes = rest;
        // One that a constraint forbids isn't made.
        let _ = change(&connection, [table, row, column, at, out].map(usize::from), put_in);
    }
    seal(&connection).unwrap();
    connection.execute_batch("COMMIT").unwrap();
    drop(connection);
    look_at(&file);
}

fn change(
    connection: &Connection,
    [table, row, column, at, out]: [usize; 5],
    put_in: &[u8],
) -> rusqlite::Result<()> {
    let Some((table, key)) = TABLES.get(table % TABLES.len()) else { return Ok(()) };
    let sql = format!("SELECT count(*) FROM {table}");
    let count = usize::from(connection.query_row(&sql, [], |row| row.get::<_, u16>(0))?);
    let row = row.checked_rem(count).unwrap_or_default();
    let chosen = format!("SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {row}");
    let sql = format!("SELECT * FROM {table} WHERE ({key}) = ({chosen})");
    let mut statement = connection.prepare(&sql)?;
    let columns = statement.column_count();
    let column = column.checked_rem(columns).unwrap_or_default();
    let name = statement.column_name(column)?.to_string();
    let value = statement.query_row([], |row| Ok(changed(row.get_ref(column)?, at, out, put_in)))?;
    drop(statement);
    connection.execute(&format!("UPDATE {table} SET {name} = ?1 WHERE ({key}) = ({chosen})"), [value])?;
    Ok(())
}

fn changed(value: ValueRef<'_>, at: usize, out: usize, put_in: &[u8]) -> Value {
    match value {
        ValueRef::Null => Value::Blob(put_in.to_vec()),
        ValueRef::Real(_) => Value::Null,
        ValueRef::Integer(number) => {
            let mut bytes = [0; 8];
            bytes.iter_mut().zip(put_in).for_each(|(byte, new)| *byte = *new);
            let new = i64::from_le_bytes(bytes);
            Value::Integer(if at.is_multiple_of(2) { number.wrapping_add(new) } else { new })
        }
        ValueRef::Text(text) => {
            Value::Text(String::from_utf8_lossy(&replaced(text, at, out, put_in)).into_owned())
        }
        ValueRef::Blob(bytes) => Value::Blob(replaced(bytes, at, out, put_in)),
    }
}

fn replaced(bytes: &[u8], at: usize, out: usize, put_in: &[u8]) -> Vec<u8> {
    let at = at % bytes.len().saturating_add(1);
    let end = at.saturating_add(out % 16).min(bytes.len());
    let mut bytes = bytes.to_vec();
    bytes.splice(at..end, put_in.iter().copied());
    bytes
}

/// Gives all rows the checksums that they would have.
fn seal(connection: &Connection) -> rusqlite::Result<()> {
    let sql = "SELECT seq, at, previous, late, coalesce(customer.id, ''), body FROM operation
        LEFT JOIN customer ON customer.n = operation.customer";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut sealed = Vec::new();
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let (at, previous, late): (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let (customer, body): (String, Vec<u8>) = (row.get(4)?, row.get(5)?);
        let numbers = [seq.max(0), at, previous, late].map(i64::to_le_bytes);
        let bytes = body.get(..body.len().saturating_sub(4)).unwrap_or_default();
        let sum = crc32c::crc32c(numbers.as_flattened());
        let sum = crc32c::crc32c_append(crc32c::crc32c_append(sum, customer.as_bytes()), bytes);
        sealed.push((seq, [bytes, &sum.to_le_bytes()].concat()));
    }
    for (seq, body) in sealed {
        connection.execute("UPDATE operation SET body = ?2 WHERE seq = ?1", params![seq, body])?;
    }
    let mut statement = connection.prepare("SELECT n, version, document FROM program")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for program in rows.collect::<rusqlite::Result<Vec<(i64, Vec<u8>, String)>>>()? {
        let (n, version, document) = program;
        let sum = crc32c::crc32c_append(crc32c::crc32c(&version), document.as_bytes());
        connection.execute("UPDATE program SET checksum = ?2 WHERE n = ?1", params![n, sum])?;
    }
    seal_personal(connection)
}

fn seal_personal(connection: &Connection) -> rusqlite::Result<()> {
    // Not in ledgers of older formats.
    let Ok(mut statement) = connection.prepare("SELECT operation, part, customer, body FROM personal") else {
        return Ok(());
    };
    let rows = statement.query_map([], |row| Ok(([row.get(0)?, row.get(1)?, row.get(2)?], row.get(3)?)))?;
    for told in rows.collect::<rusqlite::Result<Vec<([i64; 3], Vec<u8>)>>>()? {
        let (numbers, body) = told;
        let bytes = body.get(..body.len().saturating_sub(4)).unwrap_or_default();
        let sum = crc32c::crc32c(numbers.map(i64::to_le_bytes).as_flattened());
        let body = [bytes, &crc32c::crc32c_append(sum, bytes).to_le_bytes()].concat();
        let sql = "UPDATE personal SET body = ?3 WHERE operation = ?1 AND part = ?2";
        let [operation, part, _] = numbers;
        connection.execute(sql, params![operation, part, body])?;
    }
    Ok(())
}
