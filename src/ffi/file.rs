//! A file as SQLite's own file system reads it, without SQLite.
//!
//! On some systems a program that closes a database by itself takes away the locks that SQLite holds on it in the
//! same program. SQLite's file system knows how not to.

use alloc::ffi::CString;
use alloc::vec;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};
use core::ptr;
use std::path::Path;

use rusqlite::ffi;

/// A file that is open for reading.
pub(crate) struct OpenFile {
    /// Room for what the file system keeps of an open file, which says itself how large that is.
    room: Vec<u64>,
    /// The name, which has to stay as long as the file is open.
    name: ffi::sqlite3_filename,
}

/// Which file of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Database,
    Log,
}

impl OpenFile {
    /// Opens a database, or the log beside it; `None` if it can't be opened, as where there is none.
    ///
    /// # Errors
    /// SQLite's own code for what went wrong before that.
    pub(crate) fn open(database: &Path, which: Which) -> Result<Option<OpenFile>, c_int> {
        let name = CString::new(bytes(database)).map_err(|_| ffi::SQLITE_CANTOPEN)?;
        // SAFETY: SQLite is ready after `sqlite3_initialize`, and its default file system lives as long as the
        // program. The room has the size that the file system asks for, and the alignment of an `u64`, which is
        // what SQLite gives itself. Names made by `sqlite3_create_filename` are freed when the file is closed.
        unsafe {
            if ffi::sqlite3_initialize() != ffi::SQLITE_OK {
                return Err(ffi::SQLITE_ERROR);
            }
            let vfs = ffi::sqlite3_vfs_find(ptr::null());
            let Some(found) = vfs.as_ref() else { return Err(ffi::SQLITE_ERROR) };
            let (Some(open), Some(full_name)) = (found.xOpen, found.xFullPathname) else {
                return Err(ffi::SQLITE_ERROR);
            };
            let length = found.mxPathname.saturating_add(1);
            let mut full: Vec<u8> = vec![0; usize::try_from(length).map_err(|_| ffi::SQLITE_ERROR)?];
            let done = full_name(vfs, name.as_ptr(), length, full.as_mut_ptr().cast());
            // It says with another code that it has followed a link.
            if done != ffi::SQLITE_OK && done & 0xff != ffi::SQLITE_OK {
                return Ok(None);
            }
            let end = full.iter().position(|byte| *byte == 0).ok_or(ffi::SQLITE_CANTOPEN)?;
            full.truncate(end);
            let log: Vec<u8> = full.iter().copied().chain(*b"-wal").collect();
            let names = [full, log].map(|name| CString::new(name).unwrap_or_default());
            let [database, log] = names.each_ref().map(|name| name.as_ptr());
            // Before there is a name that would have to be freed.
            let size = usize::try_from(found.szOsFile).map_err(|_| ffi::SQLITE_ERROR)?;
            let room = vec![0; size.div_ceil(size_of::<u64>())];
            let name = ffi::sqlite3_create_filename(database, log, log, 0, ptr::null_mut());
            if name.is_null() {
                return Err(ffi::SQLITE_NOMEM);
            }
            let mut file = OpenFile { room, name };
            let (of, kind): (*const c_char, c_int) = match which {
                Which::Database => (name, ffi::SQLITE_OPEN_MAIN_DB),
                Which::Log => (ffi::sqlite3_filename_wal(name), ffi::SQLITE_OPEN_WAL),
            };
            let flags = kind | ffi::SQLITE_OPEN_READONLY;
            let done = open(vfs, of, file.file(), flags, ptr::null_mut());
            Ok((done == ffi::SQLITE_OK).then_some(file))
        }
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// SQLite's own code.
    pub(crate) fn size(&mut self) -> Result<u64, c_int> {
        let (file, mut size) = (self.file(), 0);
        // SAFETY: the file is open while this value is there.
        let done = unsafe {
            let measure = (*file).pMethods.as_ref().and_then(|methods| methods.xFileSize);
            measure.map_or(ffi::SQLITE_ERROR, |measure| measure(file, &raw mut size))
        };
        if done == ffi::SQLITE_OK { u64::try_from(size).map_err(|_| ffi::SQLITE_ERROR) } else { Err(done) }
    }

    /// Reads what stands at a place; whether there was as much.
    ///
    /// # Errors
    /// SQLite's own code.
    pub(crate) fn read(&mut self, at: u64, into: &mut [u8]) -> Result<bool, c_int> {
        let file = self.file();
        let length = c_int::try_from(into.len()).map_err(|_| ffi::SQLITE_TOOBIG)?;
        let at = i64::try_from(at).map_err(|_| ffi::SQLITE_TOOBIG)?;
        // SAFETY: the file is open while this value is there, and there is room for so many bytes.
        let done = unsafe {
            let read = (*file).pMethods.as_ref().and_then(|methods| methods.xRead);
            read.map_or(ffi::SQLITE_ERROR, |read| read(file, into.as_mut_ptr().cast(), length, at))
        };
        match done {
            ffi::SQLITE_OK => Ok(true),
            ffi::SQLITE_IOERR_SHORT_READ => Ok(false),
            failed => Err(failed),
        }
    }

    fn file(&mut self) -> *mut ffi::sqlite3_file {
        self.room.as_mut_ptr().cast()
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let file = self.file();
        // SAFETY: where it couldn't be opened it has no functions, or wants to be closed nevertheless. The name
        // isn't asked for after that.
        unsafe {
            if let Some(close) = (*file).pMethods.as_ref().and_then(|methods| methods.xClose) {
                close(file);
            }
            ffi::sqlite3_free_filename(self.name);
        }
    }
}

#[cfg(unix)]
fn bytes(path: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

#[cfg(not(unix))]
fn bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}
