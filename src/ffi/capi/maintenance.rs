//! Looking after a ledger: whether it fits, copies of it, and what registers hand to each other.

use core::ffi::c_char;
use core::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, ErrorKind, Write};
use std::path::Path;
use std::string::{String, ToString};

use crate::adapter::json_lines::{ExportError, ImportError, export, import};
use crate::adapter::parcel_lines::{ReceiveError, SendError, Sent, receive, send, send_all};
use crate::adapter::sqlite::place::is_kept_for_ledger;
use crate::adapter::sqlite::{ChainHead, ChainHeadError};
use crate::document::Json;
use crate::ffi::capi::asks::{object, text as json_text};
use crate::ffi::capi::border::{id, text};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::guard;
use crate::ffi::capi::in_use::OpenToRead;
use crate::ffi::capi::ledger::path;
use crate::ffi::capi::outward::{Out, OutStruct};
use crate::ffi::capi::status::*;
use crate::ffi::capi::till::Till;
use crate::ffi::capi::types::*;
use crate::ident::RegisterId;
use crate::ledger::OperationName;
use crate::store::{Store, Transaction, UnionError, Unions, Verified, acknowledge, share, verify};

/// Looks at the whole ledger: that its pages and its chain of hashes are what was written, and that all it keeps beside
/// the operations follows from them. verified may be NULL. Whether newer operations are missing at its end only a head
/// shows that was kept elsewhere: the questions `head` and `verify` of regulars_call_json.
///
/// Gives REGULARS_NOT_VERIFIED, REGULARS_STORE_DAMAGED or REGULARS_LOG_DAMAGED with the first thing that doesn't fit, and
/// the numbers of the store. Costs a reading of all operations, some hundred thousand a second.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_verify(
    handle: *mut regulars_register,
    verified: *mut regulars_verified,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let wanted = unsafe { OutStruct::wanted(verified, "verified")? };
        let (found, _) = look(till, None)?;
        if let Some(wanted) = wanted {
            wanted.write(&regulars_verified {
                struct_size: 0,
                contested_count: u32::try_from(found.contested.len()).unwrap_or(u32::MAX),
                operations: found.operations,
                not_counted: found.not_counted,
                customers: found.customers,
                liability: found.liability()?.minor(),
            });
        }
        Ok(())
    })
}

/// `seen` is a head of the chain that was kept elsewhere, which the ledger must still contain.
fn look(till: &mut Till, seen: Option<ChainHead>) -> Result<(Verified, ChainHead), Failure> {
    let store = till.register.0.store_mut();
    store.check_file()?;
    let head = store.check_chain(seen)?;
    Ok((verify(store)?, head))
}

/// The head of a chain, as it was told.
pub(super) fn read_head(head: &str) -> Result<ChainHead, Failure> {
    head.parse().map_err(|error: ChainHeadError| Failure::field("head", &error))
}

pub(super) fn verified_json(till: &mut Till, seen: Option<ChainHead>) -> Result<String, Failure> {
    let (found, head) = look(till, seen)?;
    let decimals = till.scale()?.map_or(0, |program| program.unit_decimals());
    let liability = found.liability()?.to_decimal(decimals).to_string();
    let contested = found.contested.iter().map(|sale| json_text(sale.as_str())).collect();
    Ok(object([
        ("operations", Json::Count(found.operations)),
        ("not_counted", Json::Count(found.not_counted)),
        ("customers", Json::Count(found.customers)),
        ("liability", json_text(&liability)),
        ("contested", Json::List(contested)),
        ("head", json_text(&head.to_string())),
    ]))
}

/// Copies the ledger to a new file while others go on selling on it. The copy is checked, and what stands under its name
/// is whole. It holds personal data.
///
/// Gives REGULARS_INVALID_SETTING for a name that ends as those of the files beside a ledger do (-journal, -wal, -shm,
/// -ballast), REGULARS_FILE_EXISTS, REGULARS_FILE_FAILED, REGULARS_DISK_FULL, REGULARS_STORE_DAMAGED, what is wrong with
/// the arguments, and the numbers of the store. Costs a copy of the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_backup(
    handle: *mut regulars_register,
    to: *const c_char,
    to_length: usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let to = unsafe { path(to, to_length, "to")? };
        back_up(till, to)
    })
}

pub(super) fn back_up(till: &mut Till, to: &str) -> Result<(), Failure> {
    Ok(till.register.0.store().backup(Path::new(to), |_, _| ())?)
}

/// Says which register writes this ledger, once: from then on it can share its operations with others. The name must be
/// its own among all that share.
///
/// Gives REGULARS_OTHER_REGISTER if it has another name already, what is wrong with the arguments, and the numbers of the
/// store. Costs a transaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_share(
    handle: *mut regulars_register,
    register_id: *const c_char,
    register_id_length: usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let register = unsafe { text(register_id, register_id_length, "register")? };
        share_as(till, &id(register, "register", RegisterId::new)?)
    })
}

pub(super) fn share_as(till: &mut Till, register: &RegisterId) -> Result<(), Failure> {
    let mut transaction = till.register.0.store_mut().begin()?;
    share(&mut transaction, register)?;
    Ok(transaction.commit()?)
}

/// Writes the register's own operations that nobody has acknowledged to a new file, as lines for other registers.
/// operations (may be NULL) is how many they are. Which one is the last, for regulars_acknowledge, and the operations of
/// other registers, too, tells the outbox of the JSON door.
///
/// Gives REGULARS_INVALID_SETTING for a name as with regulars_backup, REGULARS_NO_NAME, REGULARS_FILE_EXISTS,
/// REGULARS_FILE_FAILED, what is wrong with the arguments, and the numbers of the store. Costs a reading of those operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_outbox(
    handle: *mut regulars_register,
    to: *const c_char,
    to_length: usize,
    operations: *mut u64,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (to, operations) =
            unsafe { (path(to, to_length, "to")?, Out::wanted(operations, "operations")?) };
        let sent = send_to(till, to, false)?;
        if let Some(operations) = operations {
            operations.write(sent.operations);
        }
        Ok(())
    })
}

/// Its own that nobody has acknowledged, or all that it has, those of other registers too.
pub(super) fn send_to(till: &mut Till, to: &str, all: bool) -> Result<Sent, Failure> {
    write_new(to, |file| {
        let store = till.register.0.store_mut();
        let sent = if all { send_all(store, file, |_| ()) } else { send(store, file, |_| ()) };
        sent.map_err(|error| match error {
            SendError::Outbox(error) => error.into(),
            SendError::Write(error) => file_failed(&to, &error),
            other => Failure::new(REGULARS_NOT_UNITED, other.to_string()),
        })
    })
}

/// Takes in what other registers have sent: the lines of a file. To send them again does no harm. taken (may be NULL) is
/// how many operations were new.
///
/// Gives REGULARS_NOT_UNITED with the line that is wrong, REGULARS_NO_NAME, REGULARS_FILE_FAILED,
/// REGULARS_INVALID_SETTING for a ledger that this program has open, what is wrong with the arguments, and the numbers of
/// the store. Costs a transaction for each thousand lines; what came before the thousand in which it fails stays taken in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_receive(
    handle: *mut regulars_register,
    from: *const c_char,
    from_length: usize,
    taken: *mut u64,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (from, taken) = unsafe { (path(from, from_length, "from")?, Out::wanted(taken, "taken")?) };
        let united = receive_from(till, from)?;
        if let Some(taken) = taken {
            taken.write(united.taken);
        }
        Ok(())
    })
}

/// Takes an export over into a ledger that is empty.
pub(super) fn import_from(till: &mut Till, from: &str) -> Result<u64, Failure> {
    let file = OpenToRead::open(from)?;
    let taken = import(till.register.0.store_mut(), &mut BufReader::new(file), |_, _| ());
    taken.map_err(|error| match error {
        ImportError::Store(error) => error.into(),
        ImportError::Read { error, .. } => file_failed(&from, &error),
        other => Failure::new(REGULARS_NOT_IMPORTED, other.to_string()),
    })
}

pub(super) fn receive_from(till: &mut Till, from: &str) -> Result<Unions, Failure> {
    let file = OpenToRead::open(from)?;
    let united = receive(till.register.0.store_mut(), &mut BufReader::new(file), |_| ());
    united.map_err(|error| match error {
        ReceiveError::Store(error) => error.into(),
        ReceiveError::Read { error, .. } => file_failed(&from, &error),
        ReceiveError::Union { error: error @ (UnionError::NoName | UnionError::Store(_)), .. } => {
            error.into()
        }
        ReceiveError::Line { line, .. } | ReceiveError::Union { line, .. } => {
            Failure::new(REGULARS_NOT_UNITED, error.to_string()).with("line", line)
        }
    })
}

/// Notes that this register's own operations up to one are safe elsewhere, and aren't sent again. operation is its name,
/// as the last of the lines has it: register/epoch/number.
///
/// Gives REGULARS_NO_NAME, REGULARS_NOT_UNITED where it isn't one of this ledger's own, REGULARS_INVALID_DOCUMENT for what
/// is no such name, what is wrong with the arguments, and the numbers of the store. Costs a transaction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_acknowledge(
    handle: *mut regulars_register,
    operation: *const c_char,
    operation_length: usize,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let operation = unsafe { text(operation, operation_length, "operation")? };
        acknowledge_name(till, operation).map(drop)
    })
}

pub(super) fn acknowledge_name(till: &mut Till, operation: &str) -> Result<u64, Failure> {
    let no_name = || Failure::field("operation", &"a name such as till-1/0/17");
    let name: OperationName = operation.parse().map_err(|_| no_name())?;
    let mut transaction = till.register.0.store_mut().begin()?;
    let acknowledged = acknowledge(&mut transaction, &name)?;
    transaction.commit()?;
    Ok(acknowledged)
}

/// Writes all operations to a new file, as lines of JSON. operations (may be NULL) is how many they are.
///
/// Gives REGULARS_INVALID_SETTING for a ledger with operations of other registers, which have no place in an export (a
/// backup has them), or for a name as with regulars_backup, REGULARS_FILE_EXISTS, REGULARS_FILE_FAILED, what is wrong with the arguments, and the numbers of the
/// store. Costs a reading of all operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_export(
    handle: *mut regulars_register,
    to: *const c_char,
    to_length: usize,
    operations: *mut u64,
) -> i32 {
    guard::with(handle, |till| {
        // SAFETY: the caller's pointers, as the head of the header says what they must be.
        let (to, operations) =
            unsafe { (path(to, to_length, "to")?, Out::wanted(operations, "operations")?) };
        let written = export_to(till, to)?;
        if let Some(operations) = operations {
            operations.write(written);
        }
        Ok(())
    })
}

pub(super) fn export_to(till: &mut Till, to: &str) -> Result<u64, Failure> {
    write_new(to, |file| {
        export(till.register.0.store_mut(), file, |_, _| ()).map_err(|error| match error {
            ExportError::Store(error) => error.into(),
            ExportError::Write(error) => file_failed(&to, &error),
            shared @ ExportError::Shared => Failure::new(REGULARS_INVALID_SETTING, shared.to_string()),
            other => Failure::new(REGULARS_STORE_FAILED, other.to_string()),
        })
    })
}

/// Writes a file that isn't there yet. One that can't be written whole is taken away again.
pub(super) fn write_new<T>(
    to: &str,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if is_kept_for_ledger(Path::new(to)) {
        return Err(kept_name(&to));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // It holds personal data.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(to).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(REGULARS_FILE_EXISTS, std::format!("{to} is there already")),
        _ => file_failed(&to, &error),
    })?;
    let mut file = BufWriter::new(file);
    let done = write(&mut file).and_then(|written| {
        let durable = file.flush().and_then(|()| file.get_ref().sync_all());
        durable.map(|()| written).map_err(|error| file_failed(&to, &error))
    });
    if done.is_err() {
        // What went wrong says more than that half a file is left.
        let _ = std::fs::remove_file(to);
    }
    done
}

/// A file that would be taken for what stands beside a ledger.
pub(super) fn kept_name(path: &dyn Display) -> Failure {
    let message =
        std::format!("{path} has an end that is kept for what stands beside a ledger; choose another name");
    Failure::new(REGULARS_INVALID_SETTING, message).with("path", path)
}

pub(super) fn file_failed(path: &dyn Display, error: &std::io::Error) -> Failure {
    let status = match error.kind() {
        ErrorKind::StorageFull => REGULARS_DISK_FULL,
        _ => REGULARS_FILE_FAILED,
    };
    Failure::new(status, std::format!("{path}: {error}"))
}
