//! The bytes of an operation in the file: a form of our own that doesn't change when a type does.
//!
//! | what | how |
//! |---|---|
//! | number | 7 bits a byte, the lowest first; the highest bit says that more follow |
//! | signed number | its magnitude's place in 0, −1, 1, −2, 2, … as a number |
//! | text | twice its length, then its bytes; or, if it is a whole number as one would write it, twice that plus one |
//! | list | how many, then each |
//! | something that may be missing | 0, or 1 and it |
//!
//! The last four bytes are a checksum over all others, the operation's number, time and link, and
//! the customer whose units moved.
//!
//! The head of an operation names the sale that it is about. Further on, that sale, the customer
//! whose units moved and the operation's own number and time take no space.
//!
//! Reading checks everything: no bytes can make it panic, take more memory than a small multiple of
//! their length, or give a value that its own constructor would refuse.

mod amount;
#[cfg(test)]
mod any;
mod checksum;
mod decision;
mod document;
#[cfg(test)]
mod json;
mod operation;
mod sale;
mod tally;
mod text;

pub(super) use checksum::Checksum;
pub(super) use operation::{Head, Programs, kind_code, pack, unpack};
pub(super) use tally::unpack_tally;

use core::ops::BitOr;
use std::vec::Vec;

use crate::ident::{CustomerId, SaleId};
use crate::ledger::Seq;
use crate::time::Timestamp;

/// Bytes that nothing of ours has written; it says what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage(pub(super) &'static str);

/// What all of an operation's bytes may refer to without repeating it.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) seq: Seq,
    pub(super) at: Timestamp,
    pub(super) customer: Option<CustomerId>,
    pub(super) sale: Option<SaleId>,
    pub(super) link: Link,
}

/// An operation's place among those of the same customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Link {
    /// The number of the one before it, or 0.
    pub(super) previous: i64,
    /// By how many milliseconds the customer's latest document is later than this one.
    pub(super) late: i64,
}

/// Something that has a form in bytes.
pub(super) trait Pack: Sized {
    fn pack(&self, to: &mut Packer<'_>);
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, Damage>;
}

/// The flags of what is there, in one number.
fn flags_of<F: BitOr<Output = F> + Default, const N: usize>(flags: [(F, bool); N]) -> F {
    flags.into_iter().fold(F::default(), |all, (flag, there)| if there { all | flag } else { all })
}

/// Bytes that are being written.
pub(super) struct Packer<'a> {
    bytes: Vec<u8>,
    context: &'a Context,
}

impl Packer<'_> {
    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    fn number(&mut self, number: u64) {
        let mut left = number;
        loop {
            let [low, ..] = left.to_le_bytes();
            left >>= 7;
            if left == 0 {
                return self.byte(low & 0x7f);
            }
            self.byte(low | 0x80);
        }
    }

    fn signed(&mut self, number: i64) {
        let sign = u64::from(number < 0);
        self.number(number.unsigned_abs().wrapping_sub(sign).wrapping_shl(1) | sign);
    }

    fn length(&mut self, length: usize) {
        self.number(u64::try_from(length).unwrap_or(u64::MAX));
    }

    fn list<T: Pack>(&mut self, list: &[T]) {
        self.length(list.len());
        list.iter().for_each(|item| item.pack(self));
    }
}

/// Bytes that are being read.
pub(super) struct Unpacker<'a> {
    bytes: &'a [u8],
    context: Context,
}

impl<'a> Unpacker<'a> {
    fn byte(&mut self) -> Result<u8, Damage> {
        let (&byte, rest) = self.bytes.split_first().ok_or(Damage("it ends too early"))?;
        self.bytes = rest;
        Ok(byte)
    }

    #[inline]
    fn number(&mut self) -> Result<u64, Damage> {
        // Most have one byte, two or three.
        match *self.bytes {
            [low, ref rest @ ..] if low < 0x80 => {
                self.bytes = rest;
                Ok(u64::from(low))
            }
            [low, high, ref rest @ ..] if high < 0x80 => {
                self.bytes = rest;
                Ok(u64::from(low & 0x7f) | u64::from(high) << 7)
            }
            [low, middle, high, ref rest @ ..] if high < 0x80 => {
                self.bytes = rest;
                Ok(u64::from(low & 0x7f) | u64::from(middle & 0x7f) << 7 | u64::from(high) << 14)
            }
            _ => self.long_number(),
        }
    }

    #[inline(never)]
    fn long_number(&mut self) -> Result<u64, Damage> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            let shifted = part.wrapping_shl(shift);
            if shifted.wrapping_shr(shift) != part {
                break;
            }
            number |= shifted;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damage("a number is too large"))
    }

    #[inline]
    fn signed(&mut self) -> Result<i64, Damage> {
        let number = self.number()?;
        // Half of it has 63 bits, and its complement is below zero as often as asked for.
        let magnitude = i64::try_from(number >> 1).unwrap_or(i64::MAX);
        Ok(if number & 1 == 0 { magnitude } else { !magnitude })
    }

    /// How many come now, each at least one byte long.
    fn length(&mut self) -> Result<usize, Damage> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if self.bytes.len() < length {
            return Err(Damage("a list or text is longer than what follows"));
        }
        Ok(length)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Damage> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(Damage("it ends too early"))?;
        self.bytes = rest;
        Ok(taken)
    }

    fn list<T: Pack>(&mut self) -> Result<Vec<T>, Damage> {
        let length = self.length()?;
        let mut list = Vec::with_capacity(length.min(MODEST));
        for _ in 0..length {
            list.push(T::unpack(self)?);
        }
        Ok(list)
    }

    fn finish(&self) -> Result<(), Damage> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Damage("it goes on after its end")) }
    }
}

/// How many items of a list get space at once: a damaged length must not take a lot of memory.
const MODEST: usize = 64;

impl<T: Pack> Pack for Option<T> {
    fn pack(&self, to: &mut Packer<'_>) {
        match self {
            None => to.byte(0),
            Some(value) => {
                to.byte(1);
                value.pack(to);
            }
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Option<T>, Damage> {
        match from.byte()? {
            0 => Ok(None),
            1 => T::unpack(from).map(Some),
            _ => Err(Damage("neither there nor missing")),
        }
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn pack(&self, to: &mut Packer<'_>) {
        to.list(self);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Vec<T>, Damage> {
        from.list()
    }
}

impl Pack for bool {
    fn pack(&self, to: &mut Packer<'_>) {
        to.byte(u8::from(*self));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<bool, Damage> {
        match from.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Damage("neither yes nor no")),
        }
    }
}

impl Context {
    fn none() -> Context {
        let (seq, at, link) = (Seq(0), Timestamp::EPOCH, Link::default());
        Context { seq, at, customer: None, sale: None, link }
    }
}

/// Types that are their fields one after the other, in this order for ever.
macro_rules! fields {
    ($($type:ident { $($field:ident),+ $(,)? })+) => {$(
        impl $crate::adapter::sqlite::pack::Pack for $type {
            fn pack(&self, to: &mut $crate::adapter::sqlite::pack::Packer<'_>) {
                let $type { $($field),+ } = self;
                $($field.pack(to);)+
            }

            fn unpack(
                from: &mut $crate::adapter::sqlite::pack::Unpacker<'_>,
            ) -> Result<$type, $crate::adapter::sqlite::pack::Damage> {
                $(let $field = $crate::adapter::sqlite::pack::Pack::unpack(from)?;)+
                Ok($type { $($field),+ })
            }
        }
    )+};
}
use fields;

/// A value by itself, outside of an operation.
pub(super) fn pack_value(value: &impl Pack) -> Vec<u8> {
    let context = Context::none();
    let mut to = Packer { bytes: Vec::with_capacity(64), context: &context };
    value.pack(&mut to);
    to.bytes
}

/// The value that [`pack_value`] packed.
pub(super) fn unpack_value<T: Pack>(bytes: &[u8]) -> Result<T, Damage> {
    let mut from = Unpacker { bytes, context: Context::none() };
    let value = T::unpack(&mut from)?;
    from.finish()?;
    Ok(value)
}

#[cfg(test)]
mod tests;
