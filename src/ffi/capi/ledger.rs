//! Opening, closing, and what is asked of the library itself.

use core::ffi::{CStr, c_char};
use std::path::Path;
use std::time::Duration;

use crate::adapter::sqlite::{Durability, SqliteStore};
use crate::ffi::capi::border::{self, flags, moment, text};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::in_use::AsLedger;
use crate::ffi::capi::outward::Out;
use crate::ffi::capi::status::{REGULARS_INVALID_SETTING, REGULARS_WRONG_VERSION};
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::*;

/// The version of the interface that this library has; REGULARS_ABI_VERSION is the one that a program was built for.
/// They have to be the same, which regulars_open checks.
///
/// Needs nothing, can't fail, and costs a nanosecond.
#[unsafe(no_mangle)]
pub extern "C" fn regulars_abi_version() -> u32 {
    REGULARS_ABI_VERSION
}

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the library, such as 0.1.0: a text that ends with NUL and stays for ever.
///
/// Needs nothing, can't fail, and costs a nanosecond.
#[unsafe(no_mangle)]
pub extern "C" fn regulars_version() -> *const c_char {
    VERSION.as_ptr()
}

/// Cards, labels and receipts as pictures.
pub const REGULARS_FEATURE_LABEL: u32 = 1;
/// Codes in pictures.
pub const REGULARS_FEATURE_SCAN: u32 = 2;
/// Customers by phone number, e-mail address and name.
pub const REGULARS_FEATURE_CONTACTS: u32 = 4;
/// Codes of receipts and punch cards that can't be forged.
pub const REGULARS_FEATURE_TOKENS: u32 = 8;
/// Balances from CSV files.
pub const REGULARS_FEATURE_CSV: u32 = 16;
/// Time zones by their IANA names.
pub const REGULARS_FEATURE_TIME_ZONES: u32 = 32;
/// Receipts as text and as the bytes of ESC/POS.
pub const REGULARS_FEATURE_RECEIPT: u32 = 64;

/// What this library was built with: REGULARS_FEATURE_LABEL and so on. All functions are there in any case; without
/// their feature they give REGULARS_NOT_BUILT.
///
/// Needs nothing, can't fail, and costs a nanosecond.
#[unsafe(no_mangle)]
pub extern "C" fn regulars_features() -> u32 {
    let built = [
        (cfg!(feature = "label"), REGULARS_FEATURE_LABEL),
        (cfg!(feature = "scan"), REGULARS_FEATURE_SCAN),
        (cfg!(feature = "contacts"), REGULARS_FEATURE_CONTACTS),
        (cfg!(feature = "tokens"), REGULARS_FEATURE_TOKENS),
        (cfg!(feature = "csv"), REGULARS_FEATURE_CSV),
        (cfg!(feature = "time-zones"), REGULARS_FEATURE_TIME_ZONES),
        (cfg!(feature = "receipt"), REGULARS_FEATURE_RECEIPT),
    ];
    built.into_iter().filter(|(is_built, _)| *is_built).fold(0, |all, (_, feature)| all | feature)
}

/// Opens a ledger; where there is no file, or an empty one, it is made. Give REGULARS_ABI_VERSION as abi_version, the
/// file's path in UTF-8, and NULL for options unless something is to be otherwise. The handle that is written to out
/// has to be closed by regulars_close. Several handles may be open on one file, in one program or in several.
///
/// A ledger of an older version of the library is brought up to date, and older versions can't use it from then on:
/// replace the library for all programs that share a ledger together. With REGULARS_OPEN_TO_READ nothing is changed, and
/// such a ledger gives REGULARS_NOT_UP_TO_DATE.
///
/// Gives REGULARS_WRONG_VERSION; what is wrong with the arguments; REGULARS_STORE_BUSY, also while this program reads the
/// file as regulars_receive does; REGULARS_CANNOT_OPEN, REGULARS_NOT_A_LEDGER, REGULARS_TOO_NEW, REGULARS_TOO_OLD,
/// REGULARS_READ_ONLY, REGULARS_NOT_LOCAL, REGULARS_LONE_LOG, REGULARS_SEVERAL_NAMES, REGULARS_STORE_DAMAGED,
/// REGULARS_LOG_DAMAGED, REGULARS_DISK_FULL, REGULARS_NOT_UP_TO_DATE, REGULARS_STORE_FAILED.
/// Costs some milliseconds, and some more for a log that was left behind; once some seconds where a million customers are
/// brought up to date.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_open(
    abi_version: u32,
    path: *const c_char,
    path_length: usize,
    options: *const regulars_options,
    out: *mut *mut regulars_register,
) -> i32 {
    guard::call(|| {
        if abi_version != REGULARS_ABI_VERSION {
            let message = std::format!(
                "the program was built for version {abi_version} of this interface, and the library has \
                 {REGULARS_ABI_VERSION}"
            );
            return Err(Failure::new(REGULARS_WRONG_VERSION, message));
        }
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (out, path) = unsafe { (Out::new(out, "out")?, self::path(path, path_length, "path")?) };
        let mut to_read = false;
        let mut how = SqliteStore::options();
        if !options.is_null() {
            // SAFETY: as above.
            let options = unsafe { border::structure(options, "options")? };
            let known = REGULARS_OPEN_TO_READ
                | REGULARS_OPEN_UNTIL_CHECKPOINT
                | REGULARS_OPEN_UNCHECKED_END
                | REGULARS_OPEN_UNCHECKED_LOG;
            let flags = flags(options.flags, known, "options.flags")?;
            border::reserved(options.reserved, "options.reserved")?;
            to_read = flags & REGULARS_OPEN_TO_READ != 0;
            if flags & REGULARS_OPEN_UNTIL_CHECKPOINT != 0 {
                how = how.durability(Durability::UntilCheckpoint);
            }
            if options.patience_ms != 0 {
                how = how.patience(Duration::from_millis(options.patience_ms.into()));
            }
            how = how.check_end(flags & REGULARS_OPEN_UNCHECKED_END == 0);
            how = how.check_log(flags & REGULARS_OPEN_UNCHECKED_LOG == 0);
        }
        let claim = AsLedger::claim(Path::new(path))?;
        let store = if to_read { how.open_to_read(path) } else { how.open(path) }?;
        claim.opened();
        out.write(guard::open(Till::new(store, claim))?);
        Ok(())
    })
}

/// Closes a handle, and the file with it. NULL is allowed, and nothing happens. A sale that was begun on it and not
/// settled is forgotten. A poisoned handle can be closed, too.
///
/// Gives REGULARS_CLOSED for one that was closed before, and REGULARS_BUSY where another thread is using it: then it
/// stays open. Costs some milliseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_close(handle: *mut regulars_register) -> i32 {
    guard::call(|| if handle.is_null() { Ok(()) } else { guard::close(handle) })
}

/// Takes the machine's clock for the time of recording again.
pub const REGULARS_MACHINE_CLOCK: i64 = i64::MIN;

/// Says at which moment documents are recorded from now on, in milliseconds since 1970, instead of the machine's clock:
/// for replays and tests. REGULARS_MACHINE_CLOCK goes back to that. It decides nothing but the order among registers
/// that share their operations, and on which day tokens have to hold that documents have in them.
///
/// Gives REGULARS_INVALID_DOCUMENT for a moment that no clock shows. Costs some tens of nanoseconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_set_clock(handle: *mut regulars_register, at_ms: i64) -> i32 {
    guard::with(handle, |till| {
        till.recorded_at = match at_ms {
            REGULARS_MACHINE_CLOCK => None,
            at_ms => Some(moment(at_ms, "at_ms")?),
        };
        Ok(())
    })
}

/// Copies the log into the database if there is 1 MiB of it or more, so that no sale has to. A good moment is whenever
/// the till waits for the next customer.
///
/// Gives the numbers of the store. Costs some microseconds if there is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_checkpoint(handle: *mut regulars_register) -> i32 {
    guard::with(handle, |till| Ok(till.register.0.store_mut().checkpoint()?))
}

/// A path of the caller's.
pub(super) unsafe fn path<'c>(pointer: *const c_char, length: usize, what: &str) -> Result<&'c str, Failure> {
    // SAFETY: as the caller of this says.
    checked_path(unsafe { text(pointer, length, what)? }, what)
}

/// A path that can be one.
pub(super) fn checked_path<'c>(path: &'c str, what: &str) -> Result<&'c str, Failure> {
    if !path.is_empty() && !path.contains('\0') {
        return Ok(path);
    }
    let message = std::format!("{what}: a path isn't empty, and has no NUL");
    Err(Failure::new(REGULARS_INVALID_SETTING, message).with("what", what))
}
