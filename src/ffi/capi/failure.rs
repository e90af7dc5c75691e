//! What went wrong, and how it is told: as a number, and as the thread's last error.

use core::any::Any;
use core::ffi::c_char;
use core::mem;
use std::boxed::Box;
use std::cell::RefCell;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use smol_str::SmolStr;

use crate::adapter::sqlite::{BackupError, RestoreError, SqliteError};
use crate::decide::Refusal;
use crate::document::{DocumentError, Json, write_document_error};
use crate::ffi::capi::guard::call_quietly;
use crate::ffi::capi::maintenance::{file_failed, kept_name};
use crate::ffi::capi::outward::OutText;
use crate::ffi::capi::status::*;
use crate::ident::IdError;
use crate::money::AmountError;
use crate::register::RegisterError;
use crate::store::{OutboxError, UnionError, VerifyError};

/// Why a call hasn't done what it was to do. It is no more than a pointer, since all that is read from the caller is a
/// value or this.
#[derive(Debug, Clone)]
pub(super) struct Failure(Box<Told>);

#[derive(Debug, Clone)]
struct Told {
    status: i32,
    message: String,
    facts: Vec<(&'static str, String)>,
    /// Of a document that can't be read, the whole refusal.
    json: Option<String>,
}

std::thread_local! {
    static LAST: RefCell<Option<Failure>> = const { RefCell::new(None) };
}

impl Failure {
    #[cold]
    pub(super) fn new(status: i32, message: impl Into<String>) -> Failure {
        Failure(Box::new(Told { status, message: message.into(), facts: Vec::new(), json: None }))
    }

    pub(super) fn status(&self) -> i32 {
        self.0.status
    }

    /// What documents would refuse with the place and what was expected there, said by a typed call.
    #[cold]
    pub(super) fn field(field: &str, expected: &dyn ToString) -> Failure {
        let expected = expected.to_string();
        let failure = Failure::new(REGULARS_INVALID_DOCUMENT, format!("{field}: expected {expected}"));
        failure.with("path", field).with("expected", expected)
    }

    /// The same, with what was found in its place.
    #[cold]
    pub(super) fn field_not(field: &str, expected: &dyn ToString, found: &dyn ToString) -> Failure {
        let (mut failure, found) = (Failure::field(field, expected), found.to_string());
        failure.0.message.push_str(", found ");
        failure.0.message.push_str(&found);
        failure.with("found", found)
    }

    /// Of a member of something that has a place itself, such as `.discount` of `lines[3]`.
    #[cold]
    pub(super) fn within(mut self, place: &str) -> Failure {
        self.0.message.insert_str(0, place);
        for (name, fact) in &mut self.0.facts {
            if matches!(*name, "path" | "what") {
                fact.insert_str(0, place);
            }
        }
        self
    }

    /// What needs a feature that isn't there.
    #[cfg(not(all(
        feature = "contacts",
        feature = "csv",
        feature = "label",
        feature = "receipt",
        feature = "scan",
        feature = "time-zones",
        feature = "tokens"
    )))]
    pub(super) fn not_built(what: &'static str) -> Failure {
        Failure::from(Refusal::NotBuilt { what })
    }

    pub(super) fn panicked(panic: &(dyn Any + Send)) -> Failure {
        let said = panic.downcast_ref::<&str>().map(ToString::to_string);
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Failure::new(REGULARS_PANICKED, format!("a bug ended the call ({said}); please report it"))
    }

    pub(super) fn with(mut self, name: &'static str, fact: impl ToString) -> Failure {
        self.0.facts.push((name, fact.to_string()));
        self
    }

    /// Keeps this as the thread's last error, and gives its number.
    pub(super) fn remember(self) -> i32 {
        let status = self.0.status;
        // While a thread ends there is nobody left to be told.
        let _ = LAST.try_with(|last| last.try_borrow_mut().map(|mut last| *last = Some(self)));
        status
    }

    /// The name of the status.
    fn name(&self) -> &'static str {
        let named = NAMES.iter().find(|(status, _)| *status == self.0.status);
        named.and_then(|(_, name)| name.to_str().ok()).unwrap_or("failed")
    }

    /// As a refusal is written in JSON.
    pub(super) fn to_json(&self) -> String {
        if let Some(json) = &self.0.json {
            return json.clone();
        }
        let text = |text: &str| Json::Text(SmolStr::new(text));
        let facts = Json::map(self.0.facts.iter().map(|(name, fact)| (name, text(fact))));
        let members = [("error", text(self.name())), ("message", text(&self.0.message)), ("facts", facts)];
        Json::object(members).to_string()
    }

    /// The same in no more than so many bytes, if it can be: without the facts, and with as much of the message as there is
    /// room for.
    pub(super) fn to_json_within(&self, most: usize) -> String {
        let whole = self.to_json();
        if whole.len() <= most {
            return whole;
        }
        let mut letters = self.0.message.chars().count();
        loop {
            let message: String = self.0.message.chars().take(letters).chain(['…']).collect();
            let short = Failure::new(self.0.status, message).to_json();
            if short.len() <= most || letters == 0 {
                return short;
            }
            letters /= 2;
        }
    }

    /// One line: the name, the message, and the facts but for those that messages are made of.
    fn to_line(&self) -> String {
        let mut line = format!("{}: {}", self.name(), self.0.message);
        let is_said = |(name, fact): &&(&str, String)| {
            matches!(*name, "path" | "expected" | "found" | "what") && self.0.message.contains(fact.as_str())
        };
        let facts: Vec<_> = self.0.facts.iter().filter(|fact| !is_said(fact)).collect();
        for (number, (name, fact)) in facts.iter().enumerate() {
            line.push_str(if number == 0 { " (" } else { ", " });
            line.push_str(&format!("{name}: {fact}"));
        }
        if !facts.is_empty() {
            line.push(')');
        }
        line.replace(['\n', '\r'], " ")
    }
}

/// Forgets a panic's own value, which might panic once more when it is dropped.
pub(super) fn forget(panic: Box<dyn Any + Send>) {
    mem::forget(panic);
}

/// Copies what went wrong in this thread's last call that failed: one line with the name of the status, what happened
/// and the facts behind it that this doesn't say. Calls that succeed leave it as it is; this one,
/// regulars_last_error_json and regulars_last_error_fact do, too. Empty if nothing has failed yet.
///
/// Gives REGULARS_OK, REGULARS_NULL_POINTER, REGULARS_TOO_LONG or REGULARS_BUFFER_TOO_SMALL. Costs a copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_last_error(out: *mut c_char, capacity: usize, length: *mut usize) -> i32 {
    // SAFETY: the caller gives a buffer of that many bytes, and room for a length.
    unsafe { last(out, capacity, length, "", Failure::to_line) }
}

/// The same as a JSON object: `error`, `message`, `facts`, and `path` where a document is wrong. `null` if nothing
/// has failed yet.
///
/// Gives what regulars_last_error gives, and costs as much.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_last_error_json(
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> i32 {
    // SAFETY: as above.
    unsafe { last(out, capacity, length, "null", Failure::to_json) }
}

/// Copies one of the facts behind what regulars_last_error tells: its name, such as `customer`, and its value. index
/// counts from 0; where there are no more, this gives REGULARS_OUT_OF_RANGE. For languages that don't read JSON.
///
/// Gives REGULARS_OK, REGULARS_OUT_OF_RANGE, REGULARS_NULL_POINTER, REGULARS_TOO_LONG or REGULARS_BUFFER_TOO_SMALL, with
/// which the length that is needed is written for each text that has no room. Costs a copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn regulars_last_error_fact(
    index: usize,
    name: *mut c_char,
    name_capacity: usize,
    name_length: *mut usize,
    value: *mut c_char,
    value_capacity: usize,
    value_length: *mut usize,
) -> i32 {
    call_quietly(|| {
        // SAFETY: the caller gives two buffers of that many bytes, and room for two lengths.
        let (name, value) = unsafe {
            (
                OutText::new(name, name_capacity, name_length)?,
                OutText::new(value, value_capacity, value_length)?,
            )
        };
        let fact =
            |last: &RefCell<Option<Failure>>| last.try_borrow().ok()?.as_ref()?.0.facts.get(index).cloned();
        let fact = LAST.try_with(fact).ok().flatten();
        let (named, told) =
            fact.ok_or_else(|| Failure::new(REGULARS_OUT_OF_RANGE, "there is no such fact"))?;
        let (name_fits, value_fits) = (name.fits(named.len()), value.fits(told.len()));
        name_fits.and(value_fits)?;
        name.write(named.as_bytes())?;
        value.write(told.as_bytes())
    })
}

unsafe fn last(
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
    nothing: &str,
    written: fn(&Failure) -> String,
) -> i32 {
    call_quietly(|| {
        // SAFETY: the caller of the function around this says so.
        let out = unsafe { OutText::new(out, capacity, length)? };
        let last = LAST.try_with(|last| last.try_borrow().ok().and_then(|last| last.as_ref().map(written)));
        out.write(last.ok().flatten().as_deref().unwrap_or(nothing).as_bytes())
    })
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        let mut failure = Failure::new(of_name(refusal.name()), refusal.to_string());
        failure.0.facts = refusal.facts();
        failure
    }
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Failure {
        let mut failure = Failure::new(of_name(error.name()), error.to_string());
        failure.0.facts.extend(error.path().map(|path| ("path", path.to_string())));
        failure.0.json = Some(write_document_error(&error));
        failure
    }
}

impl From<RegisterError<SqliteError>> for Failure {
    fn from(error: RegisterError<SqliteError>) -> Failure {
        match error {
            RegisterError::Refused(refusal) => refusal.into(),
            RegisterError::Store(error) => error.into(),
        }
    }
}

impl From<SqliteError> for Failure {
    fn from(error: SqliteError) -> Failure {
        let status = match &error {
            SqliteError::Busy => REGULARS_STORE_BUSY,
            SqliteError::Full => REGULARS_DISK_FULL,
            SqliteError::Damaged { .. } | SqliteError::EndDamaged { .. } => REGULARS_STORE_DAMAGED,
            SqliteError::LogDamaged { .. } => REGULARS_LOG_DAMAGED,
            SqliteError::CannotOpen { .. } => REGULARS_CANNOT_OPEN,
            SqliteError::NotALedger { .. } => REGULARS_NOT_A_LEDGER,
            SqliteError::TooNew { .. } => REGULARS_TOO_NEW,
            SqliteError::TooOld { .. } => REGULARS_TOO_OLD,
            SqliteError::NotUpToDate { .. } => REGULARS_NOT_UP_TO_DATE,
            SqliteError::ReadOnly | SqliteError::ReadOnlyDisk { .. } => REGULARS_READ_ONLY,
            SqliteError::NotLocal { .. } => REGULARS_NOT_LOCAL,
            SqliteError::LoneLog { .. } => REGULARS_LONE_LOG,
            SqliteError::Moved { .. } => REGULARS_STORE_MOVED,
            SqliteError::SeveralNames { .. } => REGULARS_SEVERAL_NAMES,
            SqliteError::TooMuchBallast { most, .. } => {
                return Failure::field("bytes", &format!("{most} at most"));
            }
            SqliteError::UnknownCustomer { .. } => REGULARS_UNKNOWN_CUSTOMER,
            SqliteError::DoesNotFit { .. } | SqliteError::Lost => REGULARS_STORE_LOST,
            SqliteError::LibraryTooOld { .. } | SqliteError::Sqlite(_) => REGULARS_STORE_FAILED,
        };
        Failure::new(status, error.to_string())
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Failure {
        let message = error.to_string();
        match error {
            BackupError::Exists { .. } => Failure::new(REGULARS_FILE_EXISTS, message),
            BackupError::KeptName { path } => kept_name(&path.display()),
            BackupError::CannotWrite { .. } => Failure::new(REGULARS_FILE_FAILED, message),
            BackupError::Full { .. } => Failure::new(REGULARS_DISK_FULL, message),
            BackupError::Damaged { .. } => Failure::new(REGULARS_STORE_DAMAGED, message),
            BackupError::Ledger(error) => error.into(),
        }
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Failure {
        let message = error.to_string();
        match error {
            RestoreError::Exists { .. } => Failure::new(REGULARS_FILE_EXISTS, message),
            RestoreError::KeptName { path } => kept_name(&path.display()),
            RestoreError::HasLog { path } | RestoreError::Empty { path } => {
                Failure::new(REGULARS_INVALID_SETTING, message).with("path", path.display())
            }
            RestoreError::CannotRead { path, error } | RestoreError::CannotWrite { path, error } => {
                file_failed(&path.display(), &error)
            }
            RestoreError::Ledger { error: SqliteError::DoesNotFit { .. }, .. } => {
                Failure::field("epoch", &"an epoch that is larger than any before")
            }
            RestoreError::Ledger { error, .. } => error.into(),
        }
    }
}

impl From<VerifyError<SqliteError>> for Failure {
    fn from(error: VerifyError<SqliteError>) -> Failure {
        match error {
            VerifyError::Store(error) => error.into(),
            other => Failure::new(REGULARS_NOT_VERIFIED, other.to_string()),
        }
    }
}

impl From<OutboxError<SqliteError>> for Failure {
    fn from(error: OutboxError<SqliteError>) -> Failure {
        let message = error.to_string();
        match error {
            OutboxError::Store(error) => error.into(),
            OutboxError::NoName => Failure::new(REGULARS_NO_NAME, message),
            OutboxError::OtherRegister { .. } => Failure::new(REGULARS_OTHER_REGISTER, message),
            OutboxError::Damaged { .. } => Failure::new(REGULARS_STORE_DAMAGED, message),
            _ => Failure::new(REGULARS_NOT_UNITED, message),
        }
    }
}

impl From<UnionError<SqliteError>> for Failure {
    fn from(error: UnionError<SqliteError>) -> Failure {
        match error {
            UnionError::Store(error) => error.into(),
            UnionError::NoName => Failure::new(REGULARS_NO_NAME, error.to_string()),
            other => Failure::new(REGULARS_NOT_UNITED, other.to_string()),
        }
    }
}

impl From<IdError> for Failure {
    fn from(error: IdError) -> Failure {
        Failure::new(REGULARS_INVALID_DOCUMENT, error.to_string())
    }
}

impl From<AmountError> for Failure {
    fn from(error: AmountError) -> Failure {
        Refusal::from(error).into()
    }
}
