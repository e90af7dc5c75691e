//! Handles, one thread at a time, and what becomes of a panic.
//!
//! A handle is a number, made to look like a pointer and never followed. All that are open stand in a table; one that
//! was closed isn't there any more, and its number is never given again. So a handle after its close, or a pointer to
//! something else, is an error, and nothing worse.

use core::any::Any;
use core::cell::Cell;
use core::panic::AssertUnwindSafe;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::boxed::Box;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};
use std::vec::Vec;

use crate::ffi::capi::failure::{Failure, forget};
use crate::ffi::capi::regulars_register;
use crate::ffi::capi::status::{
    REGULARS_BUSY, REGULARS_CLOSED, REGULARS_FAILED, REGULARS_NULL_POINTER, REGULARS_OK, REGULARS_POISONED,
};
use crate::ffi::capi::till::Till;

/// What stands behind a handle.
struct Place {
    handle: usize,
    /// Nothing once it is closed.
    till: Mutex<Option<Till>>,
}

/// All that are open, in the order of their numbers.
static OPEN: RwLock<Vec<Arc<Place>>> = RwLock::new(Vec::new());
static NEXT: AtomicUsize = AtomicUsize::new(0);

std::thread_local! {
    /// What the thread's last call was on. Nearly always the next one is, too, and needs neither the table nor its lock.
    /// It may have been closed since, and is empty then.
    static RECENT: Cell<Option<Arc<Place>>> = const { Cell::new(None) };
}

/// How far handles are apart, so that one that is off by some bytes is none.
const APART: usize = 16;

/// Runs the body of a function. A panic ends here.
pub(super) fn call(body: impl FnOnce() -> Result<(), Failure>) -> i32 {
    let mut body = Some(body);
    let body: &mut dyn FnMut() -> Result<(), Failure> = &mut || body.take().map_or(Ok(()), |body| body());
    guarded(body)
}

#[inline(always)]
fn guarded(body: impl FnOnce() -> Result<(), Failure>) -> i32 {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => REGULARS_OK,
        Ok(Err(failure)) => failure.remember(),
        Err(panic) => panicked(panic),
    }
}

#[cold]
fn panicked(panic: Box<dyn Any + Send>) -> i32 {
    let status = Failure::panicked(&*panic).remember();
    forget(panic);
    status
}

/// As [`call`], but what went wrong before is still the last error.
pub(super) fn call_quietly(body: impl FnOnce() -> Result<(), Failure>) -> i32 {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => REGULARS_OK,
        Ok(Err(failure)) => failure.status(),
        Err(panic) => {
            forget(panic);
            REGULARS_FAILED
        }
    }
}

/// Runs the body of a function that needs a handle.
///
/// A panic poisons the lock, and the handle with it: what it was doing may be half done in memory. In the file there is
/// nothing of it, as a transaction that isn't committed is rolled back.
pub(super) fn with(
    handle: *const regulars_register,
    body: impl FnOnce(&mut Till) -> Result<(), Failure>,
) -> i32 {
    let mut body = Some(body);
    once_for_all(handle, &mut |till| body.take().map_or(Ok(()), |body| body(till)))
}

/// Each function would otherwise have all of this.
#[inline(never)]
fn once_for_all(
    handle: *const regulars_register,
    body: &mut dyn FnMut(&mut Till) -> Result<(), Failure>,
) -> i32 {
    in_one_piece(handle, body)
}

/// As [`with`], for functions that a sale calls and that do next to nothing: what would be called through is out of the
/// processor's caches after a sale was written, and costs more than they do.
#[inline(always)]
pub(super) fn in_one_piece(
    handle: *const regulars_register,
    body: impl FnOnce(&mut Till) -> Result<(), Failure>,
) -> i32 {
    guarded(|| {
        let recent = RECENT.try_with(Cell::take).ok().flatten();
        let place = match recent.filter(|place| place.handle == handle.addr()) {
            Some(place) => place,
            None => find(handle)?,
        };
        let done = place.enter(body);
        // While a thread ends there is no next call.
        let _ = RECENT.try_with(|recent| recent.set(Some(place)));
        done
    })
}

impl Place {
    #[inline(always)]
    fn enter(&self, body: impl FnOnce(&mut Till) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut till = match self.till.try_lock() {
            Ok(till) => till,
            Err(TryLockError::WouldBlock) => return Err(busy()),
            Err(TryLockError::Poisoned(_)) => return Err(poisoned()),
        };
        body(till.as_mut().ok_or_else(closed)?)
    }
}

/// Gives a till a handle.
pub(super) fn open(till: Till) -> Result<*mut regulars_register, Failure> {
    let none_left = || Failure::new(REGULARS_FAILED, "there are no numbers for handles left");
    let number = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| next.checked_add(1));
    let number = number.map_err(|_| none_left())?;
    // Where the table stands, so that zero and small numbers are no handles.
    let base = ptr::from_ref(&OPEN).addr();
    let address =
        number.checked_mul(APART).and_then(|apart| apart.checked_add(base)).ok_or_else(none_left)?;
    let place = Arc::new(Place { handle: address, till: Mutex::new(Some(till)) });
    let mut open = OPEN.write().unwrap_or_else(PoisonError::into_inner);
    let behind = open.partition_point(|open| open.handle < address);
    open.insert(behind, place);
    Ok(ptr::without_provenance_mut(address))
}

/// Closes a handle, poisoned or not, unless a thread is using it.
pub(super) fn close(handle: *const regulars_register) -> Result<(), Failure> {
    let place = find(handle)?;
    let mut till = match place.till.try_lock() {
        Ok(till) => till,
        Err(TryLockError::WouldBlock) => return Err(busy()),
        Err(TryLockError::Poisoned(till)) => till.into_inner(),
    };
    OPEN.write().unwrap_or_else(PoisonError::into_inner).retain(|open| open.handle != handle.addr());
    let _ = RECENT.try_with(Cell::take);
    // Who found the place just before this finds it empty.
    let taken = till.take();
    drop(till);
    taken.map(drop).ok_or_else(closed)
}

#[cold]
fn find(handle: *const regulars_register) -> Result<Arc<Place>, Failure> {
    if handle.is_null() {
        return Err(Failure::new(REGULARS_NULL_POINTER, "the handle is NULL"));
    }
    let open = OPEN.read().unwrap_or_else(PoisonError::into_inner);
    let place = open.binary_search_by_key(&handle.addr(), |open| open.handle).ok();
    place.and_then(|place| open.get(place)).cloned().ok_or_else(closed)
}

#[cold]
fn closed() -> Failure {
    Failure::new(REGULARS_CLOSED, "there is no such handle, or it was closed")
}

#[cold]
fn busy() -> Failure {
    Failure::new(REGULARS_BUSY, "another thread is using the handle; open another one on the same file")
}

#[cold]
fn poisoned() -> Failure {
    Failure::new(
        REGULARS_POISONED,
        "an earlier call on this handle panicked; close it, and open the file again",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test: what goes wrong ends it")]
mod tests {
    use std::path::Path;
    use std::string::String;
    use std::{env, format, fs, process, vec};

    use super::*;
    use crate::adapter::sqlite::SqliteStore;
    use crate::ffi::capi::in_use::AsLedger;
    use crate::ffi::capi::status::REGULARS_PANICKED;
    use crate::ffi::capi::{regulars_checkpoint, regulars_close, regulars_last_error_json, regulars_verify};

    fn last_error() -> String {
        let (mut buffer, mut length) = (vec![0_u8; 4096], 0);
        // SAFETY: there is as much room as is said.
        let told =
            unsafe { regulars_last_error_json(buffer.as_mut_ptr().cast(), buffer.len(), &raw mut length) };
        assert_eq!(told, REGULARS_OK);
        buffer.truncate(length);
        String::from_utf8(buffer).unwrap()
    }

    fn till(file: &Path) -> Till {
        let claim = AsLedger::claim(file).unwrap();
        Till::new(SqliteStore::open(file).unwrap(), claim)
    }

    #[test]
    fn a_planted_panic_is_caught_and_poisons_its_handle_alone() {
        let folder = env::temp_dir().join(format!("regulars-guard-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("shop.ledger");
        let handle = || open(till(&file)).unwrap();
        let (hit, beside) = (handle(), handle());
        // In the middle of a transaction, and while a sale is open.
        let status = with(hit, |till| {
            till.recorded_at = None;
            let batch = till.register.0.batch()?;
            let planted = till.basket.as_ref().map(|basket| basket.lines.len());
            assert_eq!(planted.unwrap(), 0, "there is no sale");
            Ok(batch.commit()?)
        });
        assert_eq!(status, REGULARS_PANICKED);
        let told = last_error();
        assert!(
            told.contains(r#""error":"panicked""#) && told.contains("called `Option::unwrap()`"),
            "{told}"
        );
        // SAFETY: a handle is looked up and never followed.
        unsafe {
            for _ in 0..2 {
                assert_eq!(regulars_checkpoint(hit), REGULARS_POISONED);
                assert!(last_error().contains(r#""error":"poisoned""#));
            }
            // Nothing of it is left in the file, and nobody is kept out of it.
            assert_eq!(regulars_verify(beside, ptr::null_mut()), REGULARS_OK);
            assert_eq!(with(beside, |till| Ok(till.register.0.batch()?.commit()?)), REGULARS_OK);
            assert_eq!(regulars_close(hit), REGULARS_OK);
            assert_eq!(regulars_close(hit), REGULARS_CLOSED);
            let again = handle();
            assert_eq!(regulars_verify(again, ptr::null_mut()), REGULARS_OK);
            assert_eq!((regulars_close(again), regulars_close(beside)), (REGULARS_OK, REGULARS_OK));
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    /// What a thread used last isn't looked up again, and may have been closed by another thread since.
    #[test]
    fn a_handle_that_another_thread_has_closed_is_closed() {
        let folder = env::temp_dir().join(format!("regulars-closed-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("shop.ledger");
        let handle = || open(till(&file)).unwrap();
        let (one, other) = (handle(), handle());
        let used = |handle| with(handle, |_| Ok(()));
        for _ in 0..2 {
            assert_eq!((used(one), used(other), used(other)), (REGULARS_OK, REGULARS_OK, REGULARS_OK));
        }
        let address = other.addr();
        // SAFETY: a handle is looked up and never followed.
        let close = move || unsafe { regulars_close(ptr::without_provenance_mut(address)) };
        assert_eq!(std::thread::spawn(close).join().unwrap(), REGULARS_OK);
        assert_eq!((used(other), used(other), used(one)), (REGULARS_CLOSED, REGULARS_CLOSED, REGULARS_OK));
        // SAFETY: as above.
        assert_eq!(unsafe { (regulars_close(one), used(one)) }, (REGULARS_OK, REGULARS_CLOSED));
        fs::remove_dir_all(&folder).unwrap();
    }

    /// A panic whose own value panics when it is dropped, and one without a handle.
    #[test]
    fn no_panic_gets_out() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("once more");
            }
        }
        assert_eq!(call(|| std::panic::panic_any(Bomb)), REGULARS_PANICKED);
        assert_eq!(call_quietly(|| std::panic::panic_any(Bomb)), REGULARS_FAILED);
    }
}
