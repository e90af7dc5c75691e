//! A ledger that is opened for reading alone.

use std::format;
use std::path::{Path, PathBuf};
use std::string::String;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::adapter::sqlite::{Failed, Obstacle, SqliteError, log, place, schema, tables, turn};

/// Opens it.
pub(super) fn open(path: &Path, patience: Duration, check_log: bool) -> Result<Connection, Failed> {
    if rusqlite::version_number() < schema::OLDEST_SQLITE {
        return Err(SqliteError::LibraryTooOld { found: rusqlite::version() }.into());
    }
    let Ok(path) = &std::path::absolute(path) else {
        return Err(SqliteError::CannotOpen { path: path.to_path_buf(), why: Obstacle::Other }.into());
    };
    schema::refuse_folder(path)?;
    schema::refuse_lone_log(path)?;
    place::refuse_several_names(path)?;
    let connect = |address: &Path, flags| {
        let opened = Connection::open_with_flags(address, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let connection = opened.map_err(|error| schema::cannot_open(error, path))?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        turn::set(&connection, patience)?;
        match schema::refuse_others(&connection, path)? {
            true => Err(SqliteError::NotALedger { path: path.to_path_buf() }),
            false => Ok(connection),
        }
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = match connect(path, flags) {
        // SQLite keeps an index of the log beside the file, for all who read. Where nothing can be written nobody
        // writes the ledger meanwhile, so it needs none, unless there is a log.
        Err(
            error @ (SqliteError::CannotOpen { .. }
            | SqliteError::ReadOnly
            | SqliteError::ReadOnlyDisk { .. }),
        ) => match schema::is_there(&schema::beside(path, "-wal")) {
            true => return Err(for_the_log(error, path).into()),
            false => connect(&never_changing(path), flags | OpenFlags::SQLITE_OPEN_URI)?,
        },
        opened => opened?,
    };
    if check_log {
        log::check(&connection, path, log::Start::BehindFound)?;
    }
    let found = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found != tables::FORMAT {
        return Err(SqliteError::NotUpToDate { found, known: tables::FORMAT }.into());
    }
    connection.set_prepared_statement_cache_capacity(schema::STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let settings = format!(
        "PRAGMA cache_size = {}; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
        schema::CACHE_KIBIBYTES
    );
    connection.execute_batch(&settings)?;
    Ok(connection)
}

/// What is in the way of reading a file with a log beside it.
fn for_the_log(error: SqliteError, path: &Path) -> SqliteError {
    match error {
        SqliteError::CannotOpen { why: Obstacle::NoRight, .. } => error,
        _ => SqliteError::CannotOpen { path: path.to_path_buf(), why: Obstacle::Log },
    }
}

/// The address of a file that nobody changes.
fn never_changing(path: &Path) -> PathBuf {
    let mut address = String::from("file:");
    if cfg!(windows) {
        address.push('/');
    }
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'\\' if cfg!(windows) => address.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02x}")),
        }
    }
    address.push_str("?immutable=1");
    PathBuf::from(address)
}
