//! What comes over the border from C.
//!
//! Nothing is trusted but that a pointer, where it isn't NULL, points to as much memory as its length or the size in
//! its struct says. All else is checked: NULL, alignment, lengths, UTF-8, the sizes of structs, the ranges of numbers.

use core::ffi::c_char;
use core::mem::MaybeUninit;
use core::str::Utf8Error;
use core::{ptr, slice};
use std::format;
use std::string::ToString;
use std::vec::Vec;

use rust_decimal::Decimal;

use crate::ffi::capi::failure::Failure;
use crate::ffi::capi::status::{
    REGULARS_MISALIGNED, REGULARS_NOT_UTF8, REGULARS_NULL_POINTER, REGULARS_OUT_OF_RANGE, REGULARS_TOO_LONG,
    REGULARS_WRONG_STRUCT_SIZE,
};
use crate::ffi::capi::types::regulars_text;
use crate::ident::{Checked, IdError};
use crate::money::{Money, Ratio, Units};
use crate::time::{Offset, Timestamp};

/// The longest text but for JSON, in bytes: ids, names, reasons, paths.
pub const REGULARS_MOST_TEXT: usize = 4096;
/// The longest JSON, in bytes.
pub const REGULARS_MOST_JSON: usize = 4_194_304;
/// The most lines of a sale or a return, promotions on all of them, sales that one account payment names, and texts of one
/// list.
pub const REGULARS_MOST_ITEMS: usize = 2000;
/// The most payments, refunds, fees, rewards, offers or codes of one document.
pub const REGULARS_MOST_PARTS: usize = 200;
/// The largest amount of money or units, in the smallest unit, and below zero the same: 15 digits.
pub const REGULARS_MOST_AMOUNT: i64 = 999_999_999_999_999;

/// A struct that C fills in, or reads. Its first member is its size in bytes, a `uint32_t`.
///
/// # Safety
/// It is `repr(C)`, begins with that member, has no padding that is read, and is valid whatever bits it has.
pub(super) unsafe trait Versioned: Copy {
    /// How large the struct was in the first version that had it. What was added since is zero where a caller doesn't
    /// know of it.
    const FIRST: usize;
}

/// No struct of a later version is larger.
const LARGEST: usize = 4096;

#[cold]
pub(super) fn null(what: &str) -> Failure {
    Failure::new(REGULARS_NULL_POINTER, format!("{what} is NULL")).with("what", what)
}

#[cold]
pub(super) fn too_long(what: &str, length: usize, most: usize) -> Failure {
    let message = format!("{what}: {length}, and {most} at most");
    Failure::new(REGULARS_TOO_LONG, message).with("what", what)
}

/// Checks that something of a type may stand where a pointer points.
pub(super) fn check<T>(pointer: *const T, what: &str) -> Result<(), Failure> {
    if pointer.is_null() {
        return Err(null(what));
    }
    if pointer.is_aligned() { Ok(()) } else { Err(misaligned(what, align_of::<T>())) }
}

#[cold]
fn misaligned(what: &str, bytes: usize) -> Failure {
    let message = format!("{what} isn't at a multiple of {bytes} bytes");
    Failure::new(REGULARS_MISALIGNED, message).with("what", what)
}

/// Bytes of the caller's. NULL stands for none where the length is zero.
///
/// # Safety
/// So many bytes can be read there, and stay as they are until the call is over.
pub(super) unsafe fn bytes<'c>(
    pointer: *const u8,
    length: usize,
    most: usize,
    what: &str,
) -> Result<&'c [u8], Failure> {
    if most < length {
        return Err(too_long(what, length, most));
    }
    if length == 0 {
        return Ok(&[]);
    }
    check(pointer, what)?;
    // SAFETY: not NULL, and the caller says that it has so many bytes; no more than a limit far below `isize::MAX`.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// A text of the caller's, of a limited length.
///
/// # Safety
/// As [`bytes`].
pub(super) unsafe fn text_of<'c>(
    pointer: *const c_char,
    length: usize,
    most: usize,
    what: &str,
) -> Result<&'c str, Failure> {
    // SAFETY: as the caller of this says.
    let bytes = unsafe { bytes(pointer.cast(), length, most, what)? };
    match str::from_utf8(bytes) {
        // SAFETY: that's what was checked. The text that the check gives comes by way of memory.
        Ok(_) => Ok(unsafe { str::from_utf8_unchecked(bytes) }),
        Err(error) => Err(not_utf8(what, error)),
    }
}

#[cold]
fn not_utf8(what: &str, error: Utf8Error) -> Failure {
    let message = format!("{what} isn't UTF-8 from byte {} on", error.valid_up_to());
    Failure::new(REGULARS_NOT_UTF8, message).with("what", what)
}

/// A short text.
///
/// # Safety
/// As [`bytes`].
pub(super) unsafe fn text<'c>(pointer: *const c_char, length: usize, what: &str) -> Result<&'c str, Failure> {
    // SAFETY: as the caller of this says.
    unsafe { text_of(pointer, length, REGULARS_MOST_TEXT, what) }
}

/// A text within a struct.
///
/// # Safety
/// As [`bytes`].
#[inline]
pub(super) unsafe fn member<'c>(member: regulars_text, what: &str) -> Result<&'c str, Failure> {
    // Most of them are none.
    if member.length == 0 {
        return Ok("");
    }
    // SAFETY: as the caller of this says.
    unsafe { text(member.bytes, member.length, what) }
}

/// An id; what can't be one is told as documents tell it.
#[inline]
pub(super) fn id<T>(
    text: &str,
    field: &str,
    checked: impl FnOnce(&str) -> Result<T, IdError>,
) -> Result<T, Failure> {
    match checked(text) {
        Ok(id) => Ok(id),
        Err(error) => Err(Failure::field(field, &error)),
    }
}

/// An id, or none where the text is empty.
#[inline]
pub(super) fn id_or_none<T>(
    text: &str,
    field: &str,
    checked: impl FnOnce(&str) -> Result<T, IdError>,
) -> Result<Option<T>, Failure> {
    if text.is_empty() { Ok(None) } else { id(text, field, checked).map(Some) }
}

/// The text of an id, or none where it is empty; it becomes an id later.
#[inline]
pub(super) fn checked<'c>(text: &'c str, field: &str) -> Result<Option<Checked<'c>>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    Checked::new(text).map(Some).map_err(|error| Failure::field(field, &error))
}

fn amount(minor: i64, field: &str) -> Result<i64, Failure> {
    if minor.unsigned_abs() <= REGULARS_MOST_AMOUNT.unsigned_abs() {
        return Ok(minor);
    }
    Err(Failure::field_not(field, &"an amount of at most 15 digits", &minor))
}

/// Money that is never below zero: what is taken off, or what is paid.
pub(super) fn money_from_zero(minor: i64, field: &str) -> Result<Money, Failure> {
    if minor < 0 { Err(below_zero("money", &minor, field)) } else { money(minor, field) }
}

#[cold]
pub(super) fn below_zero(what: &str, found: &dyn ToString, field: &str) -> Failure {
    Failure::field_not(field, &format!("{what} that is not below zero"), found)
}

pub(super) fn money(minor: i64, field: &str) -> Result<Money, Failure> {
    amount(minor, field).map(Money::from_minor)
}

pub(super) fn units(minor: i64, field: &str) -> Result<Units, Failure> {
    amount(minor, field).map(Units::from_minor)
}

/// A quantity, or a rate: a value with so many decimals.
pub(super) fn ratio(value: i64, scale: u32, field: &str) -> Result<Ratio, Failure> {
    let expected = || Failure::field(field, &"a number of at most 9 digits before the point and 8 after it");
    let decimal = Decimal::try_new(value, scale).map_err(|_| expected())?;
    Ratio::from_decimal(decimal).map_err(|_| expected())
}

pub(super) fn moment(milliseconds: i64, field: &str) -> Result<Timestamp, Failure> {
    let expected = || Failure::field(field, &"a moment in the years 0 to 9999");
    Timestamp::from_millisecond(milliseconds).ok_or_else(expected)
}

/// How far a clock was ahead of UTC. It is checked and not kept: which day it is follows from the outlet's time zone.
pub(super) fn offset(minutes: i32, field: &str) -> Result<(), Failure> {
    let offset = i16::try_from(minutes).ok().and_then(Offset::from_minutes);
    offset.map(drop).ok_or_else(|| Failure::field(field, &"an offset of whole minutes below a day"))
}

#[cold]
pub(super) fn out_of_range(what: &str, number: impl core::fmt::Display) -> Failure {
    Failure::new(REGULARS_OUT_OF_RANGE, format!("{what}: {number} is out of range")).with("what", what)
}

/// Flags, of which none is unknown.
pub(super) fn flags(flags: u32, known: u32, what: &str) -> Result<u32, Failure> {
    if flags & !known == 0 { Ok(flags) } else { Err(out_of_range(what, flags)) }
}

#[cold]
fn wrong_size(what: &str, size: usize) -> Failure {
    let message = format!("{what}: {size} can't be its size: struct_size is the sizeof of the struct");
    Failure::new(REGULARS_WRONG_STRUCT_SIZE, message).with("what", what)
}

#[cold]
fn not_known_here(what: &str, size: usize, known: usize) -> Failure {
    let message = format!(
        "{what}: a member is set that this library doesn't know: it knows {known} of the struct's {size} bytes, and the \
         others have to be 0"
    );
    Failure::new(REGULARS_WRONG_STRUCT_SIZE, message).with("what", what)
}

/// The size that a struct of the caller's says it has.
///
/// # Safety
/// There is a struct of at least that size.
pub(super) unsafe fn size_of_struct<T: Versioned>(pointer: *const T, what: &str) -> Result<usize, Failure> {
    check(pointer, what)?;
    // SAFETY: not NULL, aligned, and each such struct begins with its size.
    let size = unsafe { pointer.cast::<u32>().read() };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if (T::FIRST..=LARGEST).contains(&size) { Ok(size) } else { Err(wrong_size(what, size)) }
}

/// A struct of the caller's. What an older caller doesn't know is zero; what a newer one knows beyond this version
/// has to be zero, since it would be left undone.
///
/// # Safety
/// There is a struct of at least the size that it says.
#[inline]
pub(super) unsafe fn structure<T: Versioned>(pointer: *const T, what: &str) -> Result<T, Failure> {
    // SAFETY: as the caller of this says.
    unsafe { of_size(pointer, size_of_struct(pointer, what)?, what) }
}

/// # Safety
/// There is a struct of at least that size.
#[inline]
unsafe fn of_size<T: Versioned>(pointer: *const T, size: usize, what: &str) -> Result<T, Failure> {
    // SAFETY: as the caller of this says; the bytes that are read are within that size, and each member of `T` may have
    // any bits.
    unsafe { if size == size_of::<T>() { Ok(pointer.read()) } else { of_other_size(pointer, size, what) } }
}

/// One that an older caller made, or a newer one.
///
/// # Safety
/// As [`of_size`].
#[inline(never)]
unsafe fn of_other_size<T: Versioned>(pointer: *const T, size: usize, what: &str) -> Result<T, Failure> {
    let known = size_of::<T>();
    // SAFETY: as there.
    unsafe {
        let from = pointer.cast::<u8>();
        if let Some(beyond) = size.checked_sub(known)
            && slice::from_raw_parts(from.add(known), beyond).iter().any(|byte| *byte != 0)
        {
            return Err(not_known_here(what, size, known));
        }
        let mut value = MaybeUninit::<T>::zeroed();
        ptr::copy_nonoverlapping(from, value.as_mut_ptr().cast::<u8>(), size.min(known));
        Ok(value.assume_init())
    }
}

/// A member that has no meaning yet. It has to be 0, so that it can be given one.
pub(super) fn reserved(member: u32, what: &str) -> Result<(), Failure> {
    if member == 0 { Ok(()) } else { Err(out_of_range(what, member)) }
}

/// A list of the caller's, so many bytes apart. Each item says its own size, which fits between them.
pub(super) struct Given<T> {
    pub(super) first: *const T,
    pub(super) count: usize,
    pub(super) stride: usize,
}

impl<T: Versioned> Given<T> {
    /// Reads all of them into a list that may have some already, and will have so many at most. Where one is wrong, none
    /// is added, and its place is put before the member that `read` names, such as `.amount`.
    ///
    /// # Safety
    /// There are so many structs, so far apart.
    pub(super) unsafe fn read<M>(
        &self,
        into: &mut Vec<M>,
        most: usize,
        what: &str,
        read: impl Fn(&T) -> Result<M, Failure>,
    ) -> Result<(), Failure> {
        let (before, count) = (into.len(), self.count);
        let together = before.saturating_add(count);
        if most < together {
            return Err(too_long(what, together, most));
        }
        if count == 0 {
            return Ok(());
        }
        check(self.first, what)?;
        let stride = self.stride;
        if !(T::FIRST..=LARGEST).contains(&stride) || !stride.is_multiple_of(align_of::<T>()) {
            return Err(wrong_size(what, stride));
        }
        into.reserve(count);
        for place in 0..count {
            // SAFETY: the caller says that there is one more.
            match unsafe { self.item(place) }.and_then(|item| read(&item)) {
                Ok(item) => into.push(item),
                Err(failure) => {
                    into.truncate(before);
                    return Err(failure.within(&format!("{what}[{place}]")));
                }
            }
        }
        Ok(())
    }

    /// # Safety
    /// There is one in this place.
    unsafe fn item(&self, place: usize) -> Result<T, Failure> {
        // Neither factor is above some thousand.
        let apart = place.saturating_mul(self.stride);
        // SAFETY: as the caller of this says.
        unsafe {
            let item = self.first.byte_add(apart);
            let size = size_of_struct(item, "")?;
            if self.stride < size { Err(wrong_size("", self.stride)) } else { of_size(item, size, "") }
        }
    }
}

/// A list of ids. Texts stand one behind the other: a text is a pointer and a length for ever, so that there is nothing
/// for a stride to skip.
///
/// # Safety
/// There are so many, each as [`bytes`].
pub(super) unsafe fn ids<T>(
    first: *const regulars_text,
    count: usize,
    what: &str,
    checked: fn(&str) -> Result<T, IdError>,
) -> Result<Vec<T>, Failure> {
    if REGULARS_MOST_ITEMS < count {
        return Err(too_long(what, count, REGULARS_MOST_ITEMS));
    }
    if count == 0 {
        return Ok(Vec::new());
    }
    check(first, what)?;
    // SAFETY: as the caller of this says; no more than a limit, so below `isize::MAX` bytes.
    let texts = unsafe { slice::from_raw_parts(first, count) };
    let read = |(place, text): (usize, &regulars_text)| {
        // SAFETY: as above.
        let read = unsafe { member(*text, "") }.and_then(|text| id(text, "", checked));
        read.map_err(|failure| failure.within(&format!("{what}[{place}]")))
    };
    texts.iter().enumerate().map(read).collect()
}
