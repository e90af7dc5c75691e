//! Whether anybody has written to a file since.

use core::ffi::c_uint;
use core::ptr;

use rusqlite::{Connection, ffi};

/// A number that is another one after each change of the file, by this connection or by any other, as far as
/// it was seen: inside a transaction that keeps others from writing, all of them were. `None` if SQLite can't tell.
pub(crate) fn of(connection: &Connection) -> Option<u32> {
    let mut version: c_uint = 0;
    // SAFETY: the connection is open and used by this thread alone; the operation writes one unsigned
    // number where it is told to. The database's name is a text of C.
    let done = unsafe {
        ffi::sqlite3_file_control(
            connection.handle(),
            c"main".as_ptr(),
            ffi::SQLITE_FCNTL_DATA_VERSION,
            ptr::from_mut(&mut version).cast(),
        )
    };
    (done == ffi::SQLITE_OK).then_some(version)
}
