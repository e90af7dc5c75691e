//! How a file is opened, and its tables are made.

use std::format;
use std::path::{Path, PathBuf};
use std::string::String;
use std::time::{Duration, Instant};
use std::vec::Vec;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::adapter::sqlite::partial::NEW;
use crate::adapter::sqlite::shared::checksum;
use crate::adapter::sqlite::tables::{
    CHAINED_SINCE, DECIDING_SINCE, FORMAT, MIGRATIONS, OLDEST_FORMAT, TABLES,
};
use crate::adapter::sqlite::{
    Durability, Failed, Obstacle, SqliteError, accounts, log, migrate, obstacle, personal, place, programs,
    turn,
};
use crate::decide::Parcel;
use crate::document::{read_parcel, write_parcel};
use crate::ffi::{log_writes, lookaside};
use crate::ledger::OperationName;

/// Written into the head of the file, so that nobody else's database is taken for a ledger: "RGLR".
pub(super) const APPLICATION_ID: i32 = 0x5247_4C52;
/// The first SQLite in which two connections can write and checkpoint one file at once safely.
pub(super) const OLDEST_SQLITE: i32 = 3_051_003;
/// Small pages: a sale touches a few of them, and each is written whole.
const PAGE_BYTES: i32 = 1024;
/// Page cache, in KiB (negative by SQLite's convention).
pub(super) const CACHE_KIBIBYTES: i32 = -4096;
/// The log is copied into the file by the commit that makes it this long, unless
/// [`checkpoint`](super::SqliteStore::checkpoint) did it before.
const LOG_PAGES: i32 = 8192;
/// So much of the log is worth copying ahead of time.
const WORTHWHILE_PAGES: i64 = 1024;
/// The log keeps its size: writing over what is there is faster than growing it again.
const LOG_BYTES: i64 = 16 * 1024 * 1024;
/// More statements than this module has.
pub(super) const STATEMENTS: usize = 64;

/// Opens a ledger, or makes one where there is nothing.
pub(super) fn open(
    path: &Path,
    patience: Duration,
    durability: Durability,
    check_log: bool,
) -> Result<Connection, Failed> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(SqliteError::LibraryTooOld { found: rusqlite::version() }.into());
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // SQLite takes no name for a file of its own, and `file:` for an address; an absolute path is
    // neither.
    let Ok(path) = &std::path::absolute(path) else {
        return Err(SqliteError::CannotOpen { path: path.to_path_buf(), why: Obstacle::Other }.into());
    };
    refuse_folder(path)?;
    refuse_lone_log(path)?;
    refuse_kept_name(path)?;
    make_for_owner_alone(path);
    place::take_makers_names(path);
    place::refuse_several_names(path)?;
    log_writes::register()
        .map_err(|code| rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None))?;
    let connect = || {
        let opened = match durability {
            Durability::EachAnswer => Connection::open_with_flags_and_vfs(path, flags, log_writes::NAME),
            // What is gathered has to be written before the sync of a commit, and here there is none.
            Durability::UntilCheckpoint => Connection::open_with_flags(path, flags),
        };
        let connection = opened.map_err(|error| cannot_be_made(cannot_open(error, path)))?;
        lookaside::enlarge(&connection);
        // A ledger has neither, and those of somebody else's making could keep a till busy for ever.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        turn::set(&connection, patience)?;
        if check_log {
            check_left_log(&connection, path)?;
        }
        Ok::<_, SqliteError>(connection)
    };
    let mut connection = connect()?;
    if refuse_others(&connection, path)? {
        // A maker that lost power may have left half a head. SQLite has just taken it back, but looked
        // there first how the file is to be laid out, and would lay the new one out like that.
        connection = connect()?;
    }
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it SQLite prepares a statement anew whenever a value bound to it could make another
    // plan better, which costs more than any plan here could save.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if connection.is_readonly("main")? {
        return Err(obstacle::refused(path, SqliteError::ReadOnly).into());
    }
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    use_log(&connection, path, patience)?;
    connection.execute_batch(&settings(durability))?;
    cut_log_without_head(&connection, path)?;
    // A till that was switched off may have left a log: now is better than during a sale. What it hadn't made durable
    // is so before anything is written behind it.
    on_full_disk_too(checkpoint(&connection))?;
    if make_tables(&connection, path)? {
        // Without them a file is no ledger, whatever becomes of its log.
        on_full_disk_too(checkpoint(&connection))?;
    }
    Ok(connection)
}

/// Looks at a log that was left behind. If it is damaged nothing may be written, and closing copies a log.
fn check_left_log(connection: &Connection, path: &Path) -> Result<(), Failed> {
    let on_closing = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(on_closing, true)?;
    // SQLite looks for a log when it reads for the first time. What is wrong with that is told later.
    let _ = connection.query_row("PRAGMA user_version", [], |_| Ok(()));
    log::check(connection, path, log::Start::BehindFound)?;
    connection.set_db_config(on_closing, false)?;
    Ok(())
}

/// Cuts off a log whose head was torn when it was begun anew. SQLite would go on with the salts that stand there, which
/// may be those of the frames behind it: nothing would tell these from what is written in front of them. On a disk that
/// is so full that it can't be cut, nothing can be written either, most likely; it is cut when it is opened next.
fn cut_log_without_head(connection: &Connection, path: &Path) -> Result<(), Failed> {
    if log::lacks_head(path)? {
        let cut = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        return on_full_disk_too(cut.map_err(|error| SqliteError::from(error).into()));
    }
    Ok(())
}

/// On a full disk all can be read still.
fn on_full_disk_too(done: Result<(), Failed>) -> Result<(), Failed> {
    match done {
        Err(failed) if !matches!(*failed, SqliteError::Full) => Err(failed),
        _ => Ok(()),
    }
}

/// Copies the log into the file, as far as no reader is in the way.
pub(super) fn checkpoint(connection: &Connection) -> Result<(), Failed> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
    Ok(())
}

/// The same, if there is enough in the log: the sale after it has to begin the log anew, and that is
/// one more write that has to reach the disk.
pub(super) fn checkpoint_if_worthwhile(connection: &Connection) -> Result<(), Failed> {
    let sql = "PRAGMA wal_checkpoint(NOOP)";
    let (pages, copied) =
        connection.query_row(sql, [], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?;
    if pages.saturating_sub(copied) < WORTHWHILE_PAGES {
        return Ok(());
    }
    checkpoint(connection)
}

/// Whether the tables are ours and no others, pages and indexes fit together, customers say of their lots
/// what these do, rows say of programs what these say, all who told something are there, and what waits can be read.
pub(super) fn check(connection: &Connection) -> Result<(), Failed> {
    let new = Connection::open_in_memory()?;
    new.execute_batch(TABLES)?;
    if definitions(connection)? != definitions(&new)? {
        return Err(SqliteError::damaged("its tables aren't those of a ledger").into());
    }
    let sql = "PRAGMA integrity_check(1)";
    let found = connection.query_row(sql, [], |row| row.get::<_, String>(0))?;
    if found != "ok" {
        return Err(SqliteError::damaged("its pages and indexes don't fit together").into());
    }
    accounts::check(connection)?;
    programs::check(connection)?;
    personal::check(connection)?;
    check_arrivals(connection)?;
    check_waiting(connection)
}

/// Whether what is noted with each operation of another register follows from the ones before it: how many own
/// ones there are, and the latest moment. Only what comes next asks for these.
fn check_arrivals(connection: &Connection) -> Result<(), Failed> {
    let sql = "SELECT EXISTS (SELECT 1 FROM (
            SELECT seq, moment, clock, own, row_number() OVER before AS place,
                lag(seq) OVER before AS seq_before, lag(clock) OVER before AS clock_before
            FROM arrival WINDOW before AS (ORDER BY seq))
        WHERE own <> seq - place OR clock < max(moment, coalesce(clock_before, moment))
            OR (seq_before = seq - 1 AND clock <> max(moment, clock_before)))";
    match connection.query_row(sql, [], |row| row.get(0))? {
        true => {
            Err(SqliteError::damaged("where an operation of another register stands doesn't follow").into())
        }
        false => Ok(()),
    }
}

/// Whether operations that wait read as they were written. Nothing else looks at them before their time.
fn check_waiting(connection: &Connection) -> Result<(), Failed> {
    let mut statement = connection.prepare("SELECT register, epoch, number, body, checksum FROM waiting")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (register, body): (String, String) = (row.get(0)?, row.get(3)?);
        let (epoch, number): (i64, i64) = (row.get(1)?, row.get(2)?);
        let is_it = |parcel: Parcel| {
            let OperationName { origin, number: of } = &parcel.order.name;
            origin.register.as_str() == register
                && i64::from(origin.epoch) == epoch
                && i64::try_from(*of) == Ok(number)
                && write_parcel(&parcel) == body
                && row.get(4) == Ok(checksum(&body))
        };
        if !read_parcel(&body).is_ok_and(is_it) {
            return Err(SqliteError::damaged("an operation that waits isn't what was written").into());
        }
    }
    Ok(())
}

/// What a file says of its tables and indexes, and of anything else that it may have.
fn definitions(connection: &Connection) -> Result<Vec<(String, String, Option<String>)>, Failed> {
    let mut statement =
        connection.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The name of a file that is kept beside another.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// A log without its ledger may be all that is left of it; SQLite would delete it.
pub(super) fn refuse_lone_log(path: &Path) -> Result<(), Failed> {
    let log = beside(path, "-wal");
    if is_there(&log) && !is_there(path) {
        return Err(SqliteError::LoneLog { path: log }.into());
    }
    Ok(())
}

pub(super) fn refuse_folder(path: &Path) -> Result<(), Failed> {
    match path.is_dir() {
        true => Err(SqliteError::CannotOpen { path: path.to_path_buf(), why: Obstacle::IsFolder }.into()),
        false => Ok(()),
    }
}

/// A new ledger would be taken for what stands beside another.
fn refuse_kept_name(path: &Path) -> Result<(), Failed> {
    match place::is_kept_for_ledger(path) && !is_there(path) {
        true => Err(SqliteError::CannotOpen { path: path.to_path_buf(), why: Obstacle::KeptName }.into()),
        false => Ok(()),
    }
}

pub(super) fn is_there(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.len() != 0)
}

pub(super) fn cannot_open(error: rusqlite::Error, path: &Path) -> SqliteError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::CannotOpen) => {
            let path_buf = path.to_path_buf();
            obstacle::refused(path, SqliteError::CannotOpen { path: path_buf, why: Obstacle::of(path) })
        }
        _ => SqliteError::from(error),
    }
}

/// Who opens a file to write makes one that isn't there, unless a right is missing.
fn cannot_be_made(error: SqliteError) -> SqliteError {
    match error {
        SqliteError::CannotOpen { path, why: Obstacle::NotThere } => {
            SqliteError::CannotOpen { path, why: Obstacle::NoRight }
        }
        error => error,
    }
}

/// Makes an empty file that others may not read, unless there is one. It is made under another name first: on some
/// systems, who closes a file takes away the locks that SQLite may hold on it by now, in another thread.
#[cfg(unix)]
fn make_for_owner_alone(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    if std::fs::symlink_metadata(path).is_ok() {
        return;
    }
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let new = beside(path, &format!("{NEW}{}-{number}", std::process::id()));
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new);
    // Where that can't be done SQLite makes the file, or says why it can't.
    if made.map(drop).is_ok() {
        let _ = std::fs::hard_link(&new, path);
        let _ = std::fs::remove_file(&new);
    }
}

/// Who may read a file is a matter of its folder there.
#[cfg(not(unix))]
fn make_for_owner_alone(_: &Path) {}

/// Looks, before anything is changed, whether the file is ours or empty; if so, whether it is empty.
pub(super) fn refuse_others(connection: &Connection, path: &Path) -> Result<bool, Failed> {
    // One statement is one transaction: others may be making the ledger, or bringing it up to date, meanwhile.
    let sql = "SELECT (SELECT application_id FROM pragma_application_id),
        (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)";
    let heads = || connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i32>(2)?)));
    match heads() {
        Ok((APPLICATION_ID, OLDEST_FORMAT..=FORMAT, _)) => Ok(false),
        Ok((APPLICATION_ID, found, _)) if FORMAT < found => {
            Err(SqliteError::TooNew { found, known: FORMAT }.into())
        }
        Ok((APPLICATION_ID, found, _)) if 0 < found => Err(SqliteError::TooOld { found }.into()),
        Ok((0, 0, 0)) => Ok(true),
        Ok(_) => Err(SqliteError::NotALedger { path: path.to_path_buf() }.into()),
        Err(error) => match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => {
                Err(SqliteError::NotALedger { path: path.to_path_buf() }.into())
            }
            _ => Err(cannot_open(error, path).into()),
        },
    }
}

/// Switches to a write-ahead log. SQLite doesn't wait for others here by itself.
fn use_log(connection: &Connection, path: &Path, patience: Duration) -> Result<(), Failed> {
    let until = Instant::now().checked_add(patience);
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match mode.map_err(SqliteError::from) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => return Err(SqliteError::NotLocal { path: path.to_path_buf() }.into()),
            Err(SqliteError::Busy) if until.is_some_and(|until| Instant::now() < until) => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn settings(durability: Durability) -> String {
    let synchronous = match durability {
        Durability::EachAnswer => "FULL",
        Durability::UntilCheckpoint => "NORMAL",
    };
    format!(
        "PRAGMA synchronous = {synchronous};
         PRAGMA mmap_size = 0;
         PRAGMA cache_size = {CACHE_KIBIBYTES};
         PRAGMA wal_autocheckpoint = {LOG_PAGES};
         PRAGMA journal_size_limit = {LOG_BYTES};
         PRAGMA foreign_keys = OFF;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;"
    )
}

/// Makes the tables unless they are there, or brings them up to date: what the file's format says counts,
/// inside the transaction, and not whether there was a file; its maker may have been switched off in
/// between.
fn make_tables(connection: &Connection, path: &Path) -> Result<bool, Failed> {
    let format = || connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i32>(0));
    if format()? == FORMAT {
        return Ok(false);
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let made = refuse_others(connection, path)
        .and_then(|_| Ok(format()?))
        .and_then(|found| bring_to_format(connection, found))
        .and_then(|()| Ok(connection.execute_batch("COMMIT")?));
    if made.is_err() {
        // Its own failure would say less than what made it necessary.
        let _ = connection.execute_batch("ROLLBACK");
    }
    made.map(|()| true)
}

/// What a newer format's tables don't take was no longer what an older program had written.
fn not_brought(error: rusqlite::Error) -> SqliteError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => {
            SqliteError::damaged("what stands in tables of an older format doesn't fit together")
        }
        _ => SqliteError::from(error),
    }
}

/// From the format that was found, 0 where there is nothing. Who waited for another to do it finds it done.
fn bring_to_format(connection: &Connection, found: i32) -> Result<(), Failed> {
    match found {
        FORMAT => return Ok(()),
        0 => connection.execute_batch(TABLES)?,
        found => {
            let mut missing = (OLDEST_FORMAT..FORMAT).zip(MIGRATIONS).skip_while(|(from, _)| *from < found);
            missing.try_for_each(|(_, sql)| connection.execute_batch(sql)).map_err(not_brought)?;
            if found < CHAINED_SINCE {
                migrate::chain_up(connection)?;
            }
            if found < DECIDING_SINCE {
                migrate::note_deciding(connection)?;
                migrate::sum_waiting(connection)?;
            }
        }
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    Ok(())
}
