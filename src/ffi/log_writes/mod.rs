//! SQLite's own file system, but the writes to a log are gathered.
//!
//! A commit appends pages to the log, and SQLite writes each of them with two calls: 24 bytes that say
//! what comes, then the page. A sale is ten such calls before the one that waits for the disk, and 256
//! sales are fifteen hundred. Here what follows on one another is put together and written as one, at
//! the latest when the file is to be made durable.
//!
//! Nobody can see the difference. What is gathered is written while the connection keeps all other writers
//! out, and others read of a log only as far as the index beside it says. So it is written
//! * before the log is synced, read, measured or cut;
//! * before the index says that there is more (SQLite has a barrier there), with or without a sync; and
//! * before the connection lets other writers in, whatever became of the transaction.
//!
//! If it can't be written, the call that asked for it fails, and what was gathered is forgotten: the transaction
//! that wrote it doesn't commit.
//!
//! A log is made longer before it has to be, too. Where a commit makes it longer, the sync has to bring the file's
//! length to the disk as well as its bytes, and a sale takes nearly twice as long; and a log is deleted when the last
//! program closes its ledger, so those would be the first sales of each day. So once what was written has come to the
//! end of the log, zeros follow, up to a multiple of [`ROOM`]. To SQLite they are what else may stand behind the last
//! frame: no frame. They are written while the connection keeps all other writers out, behind the end of the file as it
//! is then, so they cover nothing. Where a disk is nearly full they aren't written, since they would take the space that
//! the ledger itself needs.
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

/// How many bytes a log grows by, some 36 sales.
const ROOM: i64 = 256 * 1024;
/// A disk with fewer bytes to spare keeps them for what has to be written.
const AMPLE: u64 = 16 * 1024 * 1024;
/// Zeros are written at most so many at a time, and up to a multiple of that: what was written with one call Linux keeps
/// together in memory, and looks through all of it with each sync of a part.
const PIECE: usize = 64 * 1024;

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
    /// Of a log: its name.
    name: ffi::sqlite3_filename,
    /// Of a log: where the last write ended.
    written: i64,
    /// Of a log: so many bytes of it were there then.
    there: i64,
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
            name,
            written: 0,
            there: 0,
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
        if done == ffi::SQLITE_OK {
            make_room(log, at, at.saturating_add(length.into()));
        }
        done
    }
}

/// Makes a log longer if what was just written, from `at` to `end`, has come to its end. If that fails, it stays as long
/// as it was.
///
/// # Safety
/// As [`extra_of`].
unsafe fn make_room(log: *mut ffi::sqlite3_file, at: i64, end: i64) {
    // SAFETY: the log is open.
    unsafe {
        let extra = extra_of(log);
        // Who begins a log anew, also another program, may have cut it before.
        let goes_on = (*extra).written <= at;
        (*extra).written = end;
        if goes_on && end <= (*extra).there {
            return;
        }
        let mut there = 0;
        if real!(extra, xFileSize(log, &raw mut there)) != ffi::SQLITE_OK {
            return;
        }
        let room = end.saturating_add(ROOM - 1).div_euclid(ROOM).saturating_mul(ROOM);
        (*extra).there = there;
        if there < room && has_space((*extra).name) {
            if write_zeros(log, there, room) {
                (*extra).there = room;
            } else {
                // What of them is there takes space from others.
                let _ = real!(extra, xTruncate(log, there));
            }
        }
    }
}

/// Whether a disk has space to spare, as far as that can be told.
///
/// # Safety
/// It is the name of a file that SQLite has open.
#[cfg(target_os = "linux")]
unsafe fn has_space(file: ffi::sqlite3_filename) -> bool {
    if file.is_null() {
        return true;
    }
    // SAFETY: SQLite's names end with a zero, and stay as long as the file is open.
    let name = unsafe { CStr::from_ptr(file) };
    rustix::fs::statvfs(name).map_or(true, |disk| AMPLE <= disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(target_os = "linux"))]
unsafe fn has_space(_: ffi::sqlite3_filename) -> bool {
    true
}

/// Writes zeros at the end of a log, from one place to another; whether all of them are there.
///
/// # Safety
/// As [`extra_of`].
unsafe fn write_zeros(log: *mut ffi::sqlite3_file, from: i64, to: i64) -> bool {
    let mut at = from;
    let mut zeros = Vec::new();
    if zeros.try_reserve_exact(PIECE).is_ok() {
        zeros.resize(PIECE, 0_u8);
    }
    while let Ok(missing @ 1..) = usize::try_from(to.saturating_sub(at)) {
        let piece = missing.saturating_sub(1).rem_euclid(PIECE).saturating_add(1);
        let (Some(piece), Ok(bytes)) = (zeros.get(..piece), c_int::try_from(piece)) else { return false };
        // SAFETY: the log is open, and so many bytes are there.
        if unsafe { real!(extra_of(log), xWrite(log, piece.as_ptr().cast(), bytes, at)) } != ffi::SQLITE_OK {
            return false;
        }
        at = at.saturating_add(bytes.into());
    }
    true
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
after_writing!(sync, xSync(flags: c_int));
after_writing!(file_size, xFileSize(size: *mut ffi::sqlite3_int64));

unsafe extern "C" fn truncate(log: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite calls this for a log that `open` made.
    unsafe {
        let done = write_gathered(log);
        if done != ffi::SQLITE_OK {
            return done;
        }
        let extra = extra_of(log);
        (*extra).there = (*extra).there.min(size);
        real!(extra, xTruncate(log, size))
    }
}

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
mod tests;
