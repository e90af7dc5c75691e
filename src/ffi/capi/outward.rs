//! What goes back over the border to C.

use core::cell::Cell;
use core::ffi::c_char;
use core::ptr;
use std::format;

use crate::ffi::capi::border::{Versioned, check, null, size_of_struct, too_long};
use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::status::REGULARS_BUFFER_TOO_SMALL;

/// A number, a pointer or a struct that goes to the caller. Nothing is written before the call has succeeded.
pub(super) struct Out<T>(*mut T);

impl<T: Copy> Out<T> {
    /// # Safety
    /// There is room for one.
    pub(super) unsafe fn new(pointer: *mut T, what: &str) -> Result<Out<T>, Failure> {
        check(pointer, what)?;
        Ok(Out(pointer))
    }

    /// The same, where NULL says that it isn't wanted.
    ///
    /// # Safety
    /// As [`Out::new`].
    pub(super) unsafe fn wanted(pointer: *mut T, what: &str) -> Result<Option<Out<T>>, Failure> {
        if pointer.is_null() {
            return Ok(None);
        }
        // SAFETY: as the caller of this says.
        unsafe { Out::new(pointer, what).map(Some) }
    }

    pub(super) fn write(self, value: T) {
        // SAFETY: it was checked when this was made, and the caller has promised that there is room.
        unsafe { self.0.write(value) }
    }
}

/// A struct that goes to the caller, who has said how large it is there.
pub(super) struct OutStruct<T> {
    pointer: *mut T,
    size: usize,
}

impl<T: Versioned> OutStruct<T> {
    /// # Safety
    /// There is a struct of at least the size that it says.
    pub(super) unsafe fn new(pointer: *mut T, what: &str) -> Result<OutStruct<T>, Failure> {
        // SAFETY: as the caller of this says.
        let size = unsafe { size_of_struct(pointer.cast_const(), what)? };
        Ok(OutStruct { pointer, size })
    }

    /// The same, where NULL says that it isn't wanted.
    ///
    /// # Safety
    /// As [`OutStruct::new`].
    pub(super) unsafe fn wanted(pointer: *mut T, what: &str) -> Result<Option<OutStruct<T>>, Failure> {
        if pointer.is_null() {
            return Ok(None);
        }
        // SAFETY: as the caller of this says.
        unsafe { OutStruct::new(pointer, what).map(Some) }
    }

    /// Writes as much as the caller has room for, and the size that this has; what the caller knows beyond it is zero.
    pub(super) fn write(self, value: &T) {
        let (ours, theirs) = (size_of::<T>(), self.size);
        // SAFETY: the caller has room for as many bytes as it said, the size itself stays as it was given, and nothing
        // that is written here is longer.
        unsafe {
            let (to, from) = (self.pointer.cast::<u8>(), ptr::from_ref(value).cast::<u8>());
            let skipped = size_of::<u32>();
            let end = ours.min(theirs);
            ptr::copy(from.add(skipped), to.add(skipped), end.saturating_sub(skipped));
            to.add(end).write_bytes(0, theirs.saturating_sub(end));
        }
    }
}

/// The caller's buffer for a text or for bytes, and where its length goes.
pub(super) struct OutText {
    to: *mut u8,
    capacity: usize,
    length: *mut usize,
    reserved: Cell<bool>,
}

impl OutText {
    /// # Safety
    /// There is room for so many bytes, and for a length.
    pub(super) unsafe fn new(
        to: *mut c_char,
        capacity: usize,
        length: *mut usize,
    ) -> Result<OutText, Failure> {
        check(length.cast_const(), "the length of the output")?;
        if to.is_null() && capacity != 0 {
            return Err(null("the buffer of the output"));
        }
        if isize::MAX.unsigned_abs() < capacity {
            return Err(too_long("the buffer of the output", capacity, isize::MAX.unsigned_abs()));
        }
        Ok(OutText { to: to.cast(), capacity, length, reserved: Cell::new(false) })
    }

    /// Whether so many bytes have room. If not, their number is written, and nothing else.
    pub(super) fn fits(&self, needed: usize) -> Result<(), Failure> {
        if needed <= self.capacity {
            return Ok(());
        }
        // SAFETY: it was checked when this was made.
        unsafe { self.length.write(needed) };
        let message = format!("{needed} bytes are needed, and the buffer has {}", self.capacity);
        Err(Failure::new(REGULARS_BUFFER_TOO_SMALL, message).with("needed", needed))
    }

    /// The same, before something is done that can't be undone where the answer has no room.
    pub(super) fn reserve(&self, needed: usize) -> Result<(), Failure> {
        self.fits(needed)?;
        self.reserved.set(true);
        Ok(())
    }

    /// The most that may be written now: no more than there is room for, once room was reserved.
    pub(super) fn most(&self) -> usize {
        if self.reserved.get() { self.capacity } else { usize::MAX }
    }

    /// Writes bytes, and behind them a NUL where there is room for one, which the length doesn't count.
    pub(super) fn write(self, bytes: &[u8]) -> Result<(), Failure> {
        self.fits(bytes.len())?;
        // SAFETY: there is room for as many bytes as the capacity says, and these are no more. The caller's buffer and
        // ours are apart.
        unsafe {
            self.length.write(bytes.len());
            if !bytes.is_empty() {
                ptr::copy_nonoverlapping(bytes.as_ptr(), self.to, bytes.len());
            }
            if bytes.len() < self.capacity {
                self.to.add(bytes.len()).write(0);
            }
        }
        Ok(())
    }
}
