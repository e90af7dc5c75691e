//! The disk in memory, as a file system of SQLite's: the default one, so that the store's own stands on it.
//!
//! What isn't below [`FOLDER`] is left to the real one.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{ptr, slice};

use rusqlite::ffi;

use crate::disk::{self, Disk};

/// Where the disk is.
pub const FOLDER: &str = "/memory-disk/";

/// The real file system; it and ours live as long as the program.
struct Real(*mut ffi::sqlite3_vfs);

// SAFETY: a file system may be called by any thread.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}

static REAL: OnceLock<Real> = OnceLock::new();

/// What SQLite keeps of an open file. Its first field is what SQLite expects.
#[repr(C)]
struct Handle {
    methods: *const ffi::sqlite3_io_methods,
    file: *mut Open,
}

struct Open {
    path: String,
    id: u64,
    database: bool,
}

/// Makes ours SQLite's default. To be called before any store is opened.
pub fn insert() {
    REAL.get_or_init(|| {
        // SAFETY: the default file system is there once SQLite is ready; ours is never freed.
        unsafe {
            assert_eq!(ffi::sqlite3_initialize(), ffi::SQLITE_OK);
            let real = ffi::sqlite3_vfs_find(ptr::null());
            let mut ours = *real;
            ours.zName = c"memory-disk".as_ptr();
            ours.pNext = ptr::null_mut();
            ours.szOsFile = ours.szOsFile.max(size_of::<Handle>() as c_int);
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            ours.xAccess = Some(access);
            let done = ffi::sqlite3_vfs_register(Box::into_raw(Box::new(ours)), 1);
            assert_eq!(done, ffi::SQLITE_OK);
            Real(real)
        }
    });
}

/// # Safety
/// `path` is a text that ends with a zero, or null.
unsafe fn on_disk<'p>(path: *const c_char) -> Option<&'p str> {
    if path.is_null() {
        return None;
    }
    // SAFETY: as said.
    let path = unsafe { CStr::from_ptr(path) };
    path.to_str().ok().filter(|path| path.starts_with(FOLDER))
}

fn code(done: Result<(), c_int>) -> c_int {
    done.err().unwrap_or(ffi::SQLITE_OK)
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // SAFETY: SQLite gives a name, and room for a file of the size that we said, or the real one.
    unsafe {
        let Some(path) = on_disk(name) else {
            let real = REAL.wait().0;
            return (*real).xOpen.unwrap()(real, name, file, flags, flags_out);
        };
        let handle = file.cast::<Handle>();
        (*handle).methods = ptr::null();
        if let Err(code) = disk::with(|disk| disk.open(path, flags & ffi::SQLITE_OPEN_CREATE != 0)) {
            return code;
        }
        let id = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = flags & ffi::SQLITE_OPEN_MAIN_DB != 0;
        (*handle).file = Box::into_raw(Box::new(Open { path: path.to_owned(), id, database }));
        (*handle).methods = &raw const METHODS;
        let read_only = disk::with(|disk| disk.read_only);
        if !flags_out.is_null() {
            let writes = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE;
            *flags_out = if read_only { flags & !writes | ffi::SQLITE_OPEN_READONLY } else { flags };
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, durably: c_int) -> c_int {
    // SAFETY: SQLite gives a name.
    unsafe {
        let real = REAL.wait().0;
        match on_disk(name) {
            Some(path) => code(disk::with(|disk| disk.delete(path, durably != 0))),
            None => (*real).xDelete.unwrap()(real, name, durably),
        }
    }
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    found: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a name, and where the answer goes.
    unsafe {
        let real = REAL.wait().0;
        let Some(path) = on_disk(name) else {
            return (*real).xAccess.unwrap()(real, name, flags, found);
        };
        code(disk::with(|disk| disk.exists(path)).map(|exists| *found = c_int::from(exists)))
    }
}

/// Does something with an open file of ours.
///
/// # Safety
/// [`open`] opened it, and it is open.
unsafe fn on_file(
    file: *mut ffi::sqlite3_file,
    call: impl FnOnce(&mut Disk, &Open) -> Result<(), c_int>,
) -> c_int {
    // SAFETY: as said.
    let open = unsafe { &*(*file.cast::<Handle>()).file };
    code(disk::with(|disk| call(disk, open)))
}

/// Functions of an open file: each gets the disk, and what we keep of the file.
macro_rules! methods {
    ($($name:ident($($argument:ident: $type:ty),*) = $call:expr;)+) => {
        $(unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file, $($argument: $type),*) -> c_int {
            // SAFETY: SQLite calls this for a file of ours, with so many bytes to read or to write.
            #[allow(unused_unsafe, clippy::redundant_closure_call, reason = "some need it")]
            unsafe { on_file(file, $call) }
        })+
    };
}

methods! {
    read(into: *mut c_void, length: c_int, at: i64) = |disk, open| {
        disk.read(&open.path, at as usize, unsafe { slice::from_raw_parts_mut(into.cast(), length as usize) })
    };
    write(from: *const c_void, length: c_int, at: i64) = |disk, open| {
        disk.write(&open.path, at as usize, unsafe { slice::from_raw_parts(from.cast(), length as usize) })
    };
    truncate(size: i64) = |disk, open| disk.truncate(&open.path, size as usize);
    sync(_flags: c_int) = |disk, open| disk.sync(&open.path);
    size(size: *mut i64) = |disk, open| {
        disk.size(&open.path).map(|bytes| unsafe { *size = bytes as i64 })
    };
    lock(level: c_int) = |disk, open| disk.lock(&open.path, open.id, level);
    unlock(level: c_int) = |disk, open| {
        disk.shared(&open.path).holders.entry(open.id).or_default().0 = level;
        Ok(())
    };
    is_reserved(found: *mut c_int) = |disk, open| {
        let reserved = |(level, ..): &(c_int, u32, u32)| ffi::SQLITE_LOCK_RESERVED <= *level;
        let found_one = disk.shared(&open.path).holders.values().any(reserved);
        unsafe { *found = c_int::from(found_one) };
        Ok(())
    };
    control(_what: c_int, _value: *mut c_void) = |_, _| Err(ffi::SQLITE_NOTFOUND);
    sector_size() = |_, _| Err(4096);
    characteristics() = |_, _| Err(ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE);
    share(region: c_int, bytes: c_int, make: c_int, place: *mut *mut c_void) = |disk, open| {
        let found = disk.share(&open.path, region as usize, bytes as usize, make != 0)?;
        unsafe { *place = found.cast() };
        Ok(())
    };
    lock_shared(first: c_int, count: c_int, flags: c_int) = |disk, open| {
        let parts = ((1_u32 << count) - 1) << first;
        let holders = &mut disk.shared(&open.path).holders;
        let others = holders.iter().filter(|(holder, _)| **holder != open.id);
        let (read, written) = others.fold((0, 0), |(read, written), (_, (_, r, w))| (read | r, written | w));
        let (_, reads, writes) = holders.entry(open.id).or_default();
        if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
            *reads &= !parts;
            *writes &= !parts;
        } else if flags & ffi::SQLITE_SHM_SHARED != 0 {
            if written & parts != 0 {
                return Err(ffi::SQLITE_BUSY);
            }
            *reads |= parts;
        } else {
            if (read | written) & parts != 0 {
                return Err(ffi::SQLITE_BUSY);
            }
            *writes |= parts;
        }
        Ok(())
    };
    unshare(_delete: c_int) = |disk, open| {
        let (_, reads, writes) = disk.shared(&open.path).holders.entry(open.id).or_default();
        (*reads, *writes) = (0, 0);
        Ok(())
    };
}

unsafe extern "C" fn barrier(_: *mut ffi::sqlite3_file) {}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once.
    let open = unsafe { Box::from_raw((*file.cast::<Handle>()).file) };
    if open.database {
        disk::with(|disk| disk.leave(&open.path, open.id));
    }
    ffi::SQLITE_OK
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(is_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(share),
    xShmLock: Some(lock_shared),
    xShmBarrier: Some(barrier),
    xShmUnmap: Some(unshare),
    xFetch: None,
    xUnfetch: None,
};
