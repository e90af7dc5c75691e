//! SQLite's own file system, but the writes to a log are gathered.
//!
//! A commit appends pages to the log, and SQLite writes each of them with two calls: 24 bytes that say
//! what comes, then the page. A sale is ten such calls before the one that waits for the disk, and 256
//! sales are fifteen hundred. Here what follows on one another is put together and written as one, at
//! the latest when the file is to be made durable.
//!
//! Nobody can see the difference. What is gathered was written while the connection keeps all other writers
//! out, and others read of a log only as far as the index beside it says. So it is written
//! * before the log is synced, read, measured or cut;
//! * before the index says that there is more (SQLite has a barrier there), with or without a sync; and
//! * before the connection lets other writers in, whatever became of the transaction.
//!
//! If it can't be written, the call that asked for it fails, and what was gathered is forgotten: the transaction
//! that wrote it doesn't commit.
//!
//! How it is made: SQLite gives each open file room for what the file system keeps of it. There the
//! real file comes first, as its functions expect it, and behind it stands an [`Extra`], with a table
//! of functions in which a few are ours.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::{CStr, c_int, c_void};
use core::{mem, ptr, slice};
use std::sync::OnceLock;

use rusqlite::ffi;

/// What a connection is to be opened with, once [`register`] went well.
pub(crate) const NAME: &CStr = c"regulars";

/// The most that is gathered.
const MOST: usize = 64 * 1024;

/// Our file system, behind SQLite's description of it.
#[repr(C)]
struct FileSystem {
    /// First, so that a pointer to one is a pointer to the other.
    described: ffi::sqlite3_vfs,
    real: *mut ffi::sqlite3_vfs,
    /// Where in an open file its [`Extra`] stands.
    extra: usize,
}

/// What is kept of an open log, or of the database beside it.
#[repr(C)]
struct Extra {
    /// What SQLite calls: the real functions, but for ours.
    methods: ffi::sqlite3_io_methods,
    real: *const ffi::sqlite3_io_methods,
    /// Of a database: its log, while that is open.
    log: *mut ffi::sqlite3_file,
    /// Of a log: the database that it belongs to.
    database: *mut ffi::sqlite3_file,
    gathered: Gathered,
}

/// What follows on one another, and hasn't been written yet.
#[derive(Default)]
struct Gathered {
    at: i64,
    bytes: Vec<u8>,
}

impl Gathered {
    fn is_followed_by(&self, at: i64, length: usize) -> bool {
        let end = i64::try_from(self.bytes.len()).ok().and_then(|length| self.at.checked_add(length));
        end == Some(at) && self.bytes.len().saturating_add(length) <= MOST
    }
}

static REGISTERED: OnceLock<Result<usize, c_int>> = OnceLock::new();

/// Makes SQLite know the file system, once for the whole program.
///
/// # Errors
/// SQLite's own code for what went wrong.
pub(crate) fn register() -> Result<(), c_int> {
    REGISTERED.get_or_init(register_first).map(drop)
}

fn register_first() -> Result<usize, c_int> {
    // SAFETY: SQLite is ready after `sqlite3_initialize`. A file system that it knows lives as long as
    // the program, and so does the one that is made of it here.
    unsafe {
        let done = ffi::sqlite3_initialize();
        if done != ffi::SQLITE_OK {
            return Err(done);
        }
        let real = ffi::sqlite3_vfs_find(ptr::null());
        let Some(found) = real.as_ref() else { return Err(ffi::SQLITE_ERROR) };
        let size = usize::try_from(found.szOsFile).map_err(|_| ffi::SQLITE_ERROR)?;
        let extra = size.next_multiple_of(align_of::<Extra>());
        let whole = extra.checked_add(size_of::<Extra>()).and_then(|whole| c_int::try_from(whole).ok());
        let mut described = *found;
        described.szOsFile = whole.ok_or(ffi::SQLITE_ERROR)?;
        described.pNext = ptr::null_mut();
        described.zName = NAME.as_ptr();
        described.xOpen = Some(open);
        let ours = Box::into_raw(Box::new(FileSystem { described, real, extra }));
        match ffi::sqlite3_vfs_register(ours.cast(), 0) {
            ffi::SQLITE_OK => Ok(extra),
            refused => {
                drop(Box::from_raw(ours));
                Err(refused)
            }
        }
    }
}

/// What is kept of a file that [`open`] gave an [`Extra`].
///
/// # Safety
/// `file` is such a file, and it is open.
unsafe fn extra_of(file: *mut ffi::sqlite3_file) -> *mut Extra {
    let at = REGISTERED.get().and_then(|registered| registered.ok());
    debug_assert!(at.is_some(), "a file that a file system has opened before it was registered");
    let at = at.unwrap_or_default();
    // SAFETY: the file was opened by a registered file system, so `at` is where its extra stands.
    unsafe { file.byte_add(at).cast() }
}

/// Opens a file the real way, and gives it our functions if it is a database or a log.
unsafe extern "C" fn open(
    ours: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls this with the file system that `register_first` made, and with room for a
    // file of the size that it says, aligned to eight bytes. The name of a log, as SQLite gives it here,
    // is what `sqlite3_database_file_object` asks for.
    unsafe {
        let FileSystem { real, extra, .. } = *ours.cast::<FileSystem>();
        let Some(open) = (*real).xOpen else { return ffi::SQLITE_ERROR };
        let done = open(real, name, file, flags, flags_out);
        let is_log = flags & ffi::SQLITE_OPEN_WAL != 0;
        let Some(methods) = (*file).pMethods.as_ref() else { return done };
        let can_share = 2 <= methods.iVersion;
        if done != ffi::SQLITE_OK || !(is_log || flags & ffi::SQLITE_OPEN_MAIN_DB != 0 && can_share) {
            return done;
        }
        let mut kept = Extra {
            methods: *methods,
            real: methods,
            log: ptr::null_mut(),
            database: ptr::null_mut(),
            gathered: Gathered::default(),
        };
        if is_log {
            let database = ffi::sqlite3_database_file_object(name);
            if !ptr::eq((*database).pMethods, &raw const (*extra_of(database)).methods) {
                return done;
            }
            kept.database = database;
            (*extra_of(database)).log = file;
            kept.methods.xRead = Some(read);
            kept.methods.xWrite = Some(write);
            kept.methods.xTruncate = Some(truncate);
            kept.methods.xSync = Some(sync);
            kept.methods.xFileSize = Some(file_size);
        } else {
            kept.methods.xShmLock = Some(lock);
            kept.methods.xShmBarrier = Some(barrier);
        }
        kept.methods.xClose = Some(close);
        let place = file.byte_add(extra).cast::<Extra>();
        place.write(kept);
        (*file).pMethods = &raw const (*place).methods;
        done
    }
}

/// Calls a function of the real file.
macro_rules! real {
    ($extra:expr, $function:ident($($argument:expr),*)) => {
        match (*(*$extra).real).$function {
            Some(function) => function($($argument),*),
            None => ffi::SQLITE_ERROR,
        }
    };
}

/// Writes what was gathered for a log.
///
/// # Safety
/// As [`extra_of`].
unsafe fn write_gathered(log: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the log is open, and the bytes are there until they are cleared.
    unsafe {
        let extra = extra_of(log);
        let Gathered { at, mut bytes } = mem::take(&mut (*extra).gathered);
        if bytes.is_empty() {
            (*extra).gathered.bytes = bytes;
            return ffi::SQLITE_OK;
        }
        let Ok(length) = c_int::try_from(bytes.len()) else { return ffi::SQLITE_TOOBIG };
        let done = real!(extra, xWrite(log, bytes.as_ptr().cast(), length, at));
        bytes.clear();
        (*extra).gathered.bytes = bytes;
        done
    }
}

unsafe extern "C" fn write(
    log: *mut ffi::sqlite3_file,
    from: *const c_void,
    length: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite calls this for a log that `open` made, with so many bytes to read.
    unsafe {
        let extra = extra_of(log);
        let Ok(size) = usize::try_from(length) else { return ffi::SQLITE_MISUSE };
        if !(*extra).gathered.is_followed_by(at, size) {
            let done = write_gathered(log);
            if done != ffi::SQLITE_OK {
                return done;
            }
            (*extra).gathered.at = at;
        }
        if MOST < size {
            return real!(extra, xWrite(log, from, length, at));
        }
        let bytes = &mut (*extra).gathered.bytes;
        if bytes.try_reserve(size).is_err() {
            return ffi::SQLITE_IOERR_NOMEM;
        }
        bytes.extend_from_slice(slice::from_raw_parts(from.cast::<u8>(), size));
        ffi::SQLITE_OK
    }
}

/// What SQLite asks of a log after which nothing may be missing there.
macro_rules! after_writing {
    ($(#[$doc:meta])* $name:ident, $real:ident($($argument:ident: $type:ty),*)) => {
        $(#[$doc])*
        unsafe extern "C" fn $name(log: *mut ffi::sqlite3_file, $($argument: $type),*) -> c_int {
            // SAFETY: SQLite calls this for a log that `open` made.
            unsafe {
                match write_gathered(log) {
                    ffi::SQLITE_OK => real!(extra_of(log), $real(log, $($argument),*)),
                    failed => failed,
                }
            }
        }
    };
}

after_writing!(read, xRead(into: *mut c_void, length: c_int, at: ffi::sqlite3_int64));
after_writing!(truncate, xTruncate(size: ffi::sqlite3_int64));
after_writing!(sync, xSync(flags: c_int));
after_writing!(file_size, xFileSize(size: *mut ffi::sqlite3_int64));

/// Locks and unlocks parts of the index of the log.
unsafe extern "C" fn lock(
    database: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: SQLite calls this for a database that `open` made.
    unsafe {
        if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
            // After a commit there is nothing left to write; and what is left of a transaction that was
            // rolled back is no loss.
            write_gathered_of(database);
        }
        real!(extra_of(database), xShmLock(database, first, count, flags))
    }
}

/// Stands between the pages and the index that says that they are there.
unsafe extern "C" fn barrier(database: *mut ffi::sqlite3_file) {
    // SAFETY: SQLite calls this for a database that `open` made.
    unsafe {
        write_gathered_of(database);
        if let Some(barrier) = (*(*extra_of(database)).real).xShmBarrier {
            barrier(database);
        }
    }
}

/// # Safety
/// As [`extra_of`].
unsafe fn write_gathered_of(database: *mut ffi::sqlite3_file) {
    // SAFETY: a log takes itself out of its database when it is closed.
    unsafe {
        let log = (*extra_of(database)).log;
        if !log.is_null() {
            // With a sync at each commit, which is how a ledger is opened, an error has been told there.
            let _ = write_gathered(log);
        }
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite calls this for a file that `open` made, and the log's before its database's. The
    // extra is taken out, and not looked at again.
    unsafe {
        let extra = extra_of(file).read();
        if !extra.database.is_null() {
            (*extra_of(extra.database)).log = ptr::null_mut();
        }
        real!(&raw const extra, xClose(file))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test: what goes wrong ends it")]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::vec::Vec;
    use std::{env, format, fs, process};

    use proptest::prelude::*;
    use rusqlite::{Connection, OpenFlags, params};

    use super::*;

    type Rows = BTreeMap<i64, Vec<u8>>;

    /// One transaction: by which connection, what it writes, from where on it is taken back to a
    /// savepoint, and whether it is kept.
    #[derive(Debug, Clone)]
    struct Step {
        by: usize,
        rows: Vec<(i64, u8, usize)>,
        back_to: Option<usize>,
        kept: bool,
        then: u8,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let row = (0..60_i64, any::<u8>(), 1..3000_usize);
        let step =
            (0..2_usize, prop::collection::vec(row, 0..40), prop::option::of(0..40_usize), any::<bool>());
        let step = (step, 0..8_u8).prop_map(|((by, rows, back_to, kept), then)| Step {
            by,
            rows,
            back_to,
            kept,
            then,
        });
        prop::collection::vec(step, 1..20)
    }

    fn open(path: &Path, synchronous: &str) -> Connection {
        register().unwrap();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = Connection::open_with_flags_and_vfs(path, flags, NAME).unwrap();
        // So few pages of cache that transactions write pages before their end.
        let settings = format!("PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA cache_size = 5;
             PRAGMA synchronous = {synchronous}; CREATE TABLE IF NOT EXISTS t (k INTEGER PRIMARY KEY, v BLOB)");
        connection.execute_batch(&settings).unwrap();
        connection
    }

    fn read(connection: &Connection) -> Rows {
        let mut statement = connection.prepare_cached("SELECT k, v FROM t").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    fn play(connection: &Connection, step: &Step, rows: &mut Rows) {
        let before = rows.clone();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        let mut saved = None;
        for (place, (key, byte, length)) in step.rows.iter().enumerate() {
            if step.back_to == Some(place) {
                connection.execute_batch("SAVEPOINT s").unwrap();
                saved = Some(rows.clone());
            }
            let value = [*byte].repeat(*length);
            let sql = "INSERT INTO t (k, v) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET v = excluded.v";
            connection.prepare_cached(sql).unwrap().execute(params![key, value]).unwrap();
            rows.insert(*key, value);
        }
        if let Some(saved) = saved {
            connection.execute_batch("ROLLBACK TO s").unwrap();
            *rows = saved;
        }
        assert_eq!(read(connection), *rows);
        connection.execute_batch(if step.kept { "COMMIT" } else { "ROLLBACK" }).unwrap();
        if !step.kept {
            *rows = before;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn two_connections_see_what_was_committed(
            steps in steps(),
            synchronous in prop::sample::select(&["FULL", "NORMAL", "OFF"]),
        ) {
            let folder = env::temp_dir().join(format!("regulars-log-{}", process::id()));
            fs::create_dir_all(&folder).unwrap();
            let path = folder.join("t");
            let mut connections = [open(&path, synchronous), open(&path, synchronous)];
            let mut rows = Rows::new();
            for step in &steps {
                play(&connections[step.by], step, &mut rows);
                match step.then {
                    0 => connections[step.by].query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap(),
                    1 => connections[step.by] = open(&path, synchronous),
                    // As another program sees it, which knows nothing of what is gathered here.
                    2 => assert_eq!(read(&Connection::open(&path).unwrap()), rows),
                    _ => {}
                }
                for connection in &connections {
                    assert_eq!(read(connection), rows);
                }
            }
            drop(connections);
            let again = open(&path, synchronous);
            assert_eq!(read(&again), rows);
            let sound: std::string::String = again.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(sound, "ok");
            drop(again);
            fs::remove_dir_all(&folder).unwrap();
        }
    }
}
