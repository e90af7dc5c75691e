//! Room that SQLite hands out to one connection without asking the allocator.
//!
//! It comes with 48 KB a connection, which the statements that stay prepared take for themselves. Then each run
//! of a statement asks the allocator for its cursors and values, some twenty times a sale.

use core::ffi::{c_int, c_void};
use core::ptr;

use rusqlite::{Connection, ffi};

/// What SQLite takes by itself: enough for nearly all that a statement asks for.
const SLOT_BYTES: c_int = 1200;
const SLOTS: c_int = 200;

/// Gives a connection that has just been opened more of it. It works without, only slower.
pub(crate) fn enlarge(connection: &Connection) {
    // SAFETY: the connection is open and used by this thread alone; the numbers are those that the
    // operation takes, and with no buffer given SQLite allocates one itself.
    unsafe {
        let buffer = ptr::null_mut::<c_void>();
        ffi::sqlite3_db_config(
            connection.handle(),
            ffi::SQLITE_DBCONFIG_LOOKASIDE,
            buffer,
            SLOT_BYTES,
            SLOTS,
        );
    }
}
