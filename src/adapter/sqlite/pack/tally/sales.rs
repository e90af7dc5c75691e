//! The sales of a tally, in columns.

use std::vec::Vec;

use super::{MILLISECONDS_A_SECOND, VOIDED, days_ahead};
use crate::adapter::sqlite::pack::{Damage, Pack, Packer, Unpacker, flags_of};
use crate::decide::{SaleSum, Tally, TallySale, Together};
use crate::money::{Money, Units};
use crate::sorting;
use crate::time::{Date, Offset, Timestamp};

const OWN: u8 = 1;
const KEEPS_ALIVE: u8 = 2;
/// The day is the one in UTC, the one after it or the one before it; or else how much later it is stands
/// behind the columns.
const DAY: u8 = 8 | 16;
const IN_UTC: u8 = 0;
const A_DAY_LATER: u8 = 8;
const A_DAY_EARLIER: u8 = 16;

/// How many there are; their sums; the times of the first and the last; the unit of the other times; then the
/// columns: how much later a sale was settled than the one before it, what was spent, what was earned, and
/// flags. Last come days far from those in UTC.
pub(super) fn pack_sales(sales: &[TallySale], to: &mut Packer<'_>) {
    to.length(sales.len());
    let Some(first) = sales.first() else { return };
    let start = first.settled.millisecond();
    let sums = sums(sales);
    sums.is_some().pack(to);
    if let Some((spent, earned)) = sums {
        to.signed(spent);
        to.signed(earned);
    }
    to.signed(start);
    to.signed(sales.last().unwrap_or(first).settled.millisecond().saturating_sub(start));
    let mut later = Vec::with_capacity(sales.len());
    let mut before = start;
    for sale in sales {
        let time = sale.settled.millisecond();
        later.push(time.abs_diff(before));
        before = time;
    }
    const UNIT: u64 = MILLISECONDS_A_SECOND.unsigned_abs();
    let in_seconds = later.iter().all(|later| later % UNIT == 0);
    to.byte(u8::from(in_seconds));
    if in_seconds {
        later.iter_mut().for_each(|later| *later = later.div_euclid(UNIT));
    }
    pack_column(&later, to);
    let mut column = later;
    let mut pack_numbers = |number: fn(&TallySale) -> i64| {
        column.clear();
        column.extend(sales.iter().map(|sale| place_of(number(sale))));
        pack_column(&column, to);
    };
    pack_numbers(|sale| sale.spent.minor());
    pack_numbers(|sale| sale.earned.minor());
    for sale in sales {
        let day = match days_ahead(sale.settled, sale.settled_on) {
            0 => IN_UTC,
            1 => A_DAY_LATER,
            -1 => A_DAY_EARLIER,
            _ => DAY,
        };
        let flags = [(day, true), (OWN, sale.own), (KEEPS_ALIVE, sale.keeps_alive), (VOIDED, sale.voided)];
        to.byte(flags_of(flags));
    }
    let ahead = sales.iter().map(|sale| days_ahead(sale.settled, sale.settled_on));
    ahead.filter(|ahead| !(-1..=1).contains(ahead)).for_each(|ahead| to.signed(ahead));
}

/// What was spent and earned, unless that is past 63 bits.
fn sums(sales: &[TallySale]) -> Option<(i64, i64)> {
    sales.iter().try_fold((0_i64, 0_i64), |(spent, earned), sale| {
        Some((spent.checked_add(sale.spent.minor())?, earned.checked_add(sale.earned.minor())?))
    })
}

/// Numbers of one length, which stands before them.
fn pack_column(numbers: &[u64], to: &mut Packer<'_>) {
    let most = numbers.iter().fold(0, |all, number| all | number);
    let length = WORD.saturating_sub(usize::try_from(most.leading_zeros() / 8).unwrap_or(0));
    to.length(length);
    let bytes = &mut to.bytes;
    let mut end = bytes.len();
    bytes.resize(end.saturating_add(numbers.len().saturating_mul(length)).saturating_add(WORD), 0);
    for number in numbers {
        // Whole words, each over the end of the one before it.
        if let Some(word) = bytes.get_mut(end..).and_then(<[u8]>::first_chunk_mut) {
            *word = number.to_le_bytes();
        }
        end = end.saturating_add(length);
    }
    bytes.truncate(end);
}

/// The length of the longest number.
const WORD: usize = size_of::<u64>();

/// The place of a number in 0, −1, 1, −2, 2, …
fn place_of(number: i64) -> u64 {
    let sign = u64::from(number < 0);
    number.unsigned_abs().wrapping_sub(sign).wrapping_shl(1) | sign
}

/// The number in a place.
#[inline]
fn at_place(place: u64) -> i64 {
    let magnitude = i64::try_from(place >> 1).unwrap_or(i64::MAX);
    if place & 1 == 0 { magnitude } else { !magnitude }
}

/// Numbers of one length.
struct Column<'a> {
    length: usize,
    /// The bits that a number can have.
    bits: u64,
    /// The column and what stands behind it, as whole words are read.
    bytes: &'a [u8],
}

impl<'a> Column<'a> {
    /// Takes a column of so many numbers.
    fn take(from: &mut Unpacker<'a>, count: usize) -> Result<Column<'a>, Damage> {
        let (length, bytes) = (from.length()?, from.bytes);
        let others = WORD.checked_sub(length).ok_or(Damage("a number in a tally is too long"))?;
        from.take(length.saturating_mul(count))?;
        let others = u32::try_from(others.saturating_mul(8)).unwrap_or(u64::BITS);
        Ok(Column { length, bits: u64::MAX.checked_shr(others).unwrap_or(0), bytes })
    }

    #[inline]
    fn get(&self, index: usize) -> Option<u64> {
        let bytes = self.bytes.get(index.wrapping_mul(self.length)..)?;
        match bytes.first_chunk() {
            // What stands behind the number is taken away again.
            Some(word) => Some(u64::from_le_bytes(*word) & self.bits),
            None => {
                let bytes = bytes.get(..self.length)?;
                Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
            }
        }
    }
}

/// Sales, which are most of a tally, as they are packed: at least one.
struct Sales<'a> {
    sums: Option<(i64, i64)>,
    first: i64,
    last: i64,
    unit: i64,
    later: Column<'a>,
    spent: Column<'a>,
    earned: Column<'a>,
    flags: &'a [u8],
}

const BAD_SALE: Damage = Damage("a sale in a tally can't be one");

impl<'a> Sales<'a> {
    fn take(from: &mut Unpacker<'a>) -> Result<Option<Sales<'a>>, Damage> {
        let count = from.length()?;
        if count == 0 {
            return Ok(None);
        }
        let sums = if bool::unpack(from)? { Some((from.signed()?, from.signed()?)) } else { None };
        let first = from.signed()?;
        let last = first.checked_add(from.signed()?).ok_or(BAD_SALE)?;
        let unit = if bool::unpack(from)? { MILLISECONDS_A_SECOND } else { 1 };
        let later = Column::take(from, count)?;
        let (spent, earned) = (Column::take(from, count)?, Column::take(from, count)?);
        Ok(Some(Sales { sums, first, last, unit, later, spent, earned, flags: from.take(count)? }))
    }

    /// By how much the sale in a place was settled later than the one before it.
    #[inline]
    fn later(&self, index: usize) -> Option<i64> {
        i64::try_from(self.later.get(index)?).ok()?.checked_mul(self.unit)
    }

    /// The sale in a place, which was settled at a time. A day far from the one in UTC isn't known here.
    #[inline]
    fn sale(&self, index: usize, time: i64) -> Option<TallySale> {
        let flags = *self.flags.get(index)?;
        if flags & !(OWN | KEEPS_ALIVE | VOIDED | DAY) != 0 {
            return None;
        }
        let settled = Timestamp::from_millisecond(time)?;
        let in_utc = settled.date(Offset::UTC);
        let settled_on = match flags & DAY {
            IN_UTC | DAY => in_utc,
            A_DAY_LATER => Date::from_days(in_utc.days().checked_add(1)?)?,
            _ => Date::from_days(in_utc.days().checked_sub(1)?)?,
        };
        Some(TallySale {
            settled,
            settled_on,
            spent: Money::from_minor(at_place(self.spent.get(index)?)),
            earned: Units::from_minor(at_place(self.earned.get(index)?)),
            own: flags & OWN != 0,
            keeps_alive: flags & KEEPS_ALIVE != 0,
            voided: flags & VOIDED != 0,
        })
    }

    /// All of them; their sums and times are as the head says.
    fn all(&self) -> Option<Vec<TallySale>> {
        let mut sales = Vec::with_capacity(self.flags.len().saturating_add(ROOM));
        let mut time = self.first;
        for index in 0..self.flags.len() {
            time = time.checked_add(self.later(index)?)?;
            sales.push(self.sale(index, time)?);
        }
        (time == self.last && sums(&sales) == self.sums).then_some(sales)
    }

    /// One sale in the place of those that needn't be told apart, and the others, as
    /// [`Tally::put_together`] has it; `None` where it takes looking at all of them. A sale's day is at most
    /// one away from the one in UTC: beyond that from an end of the days, all are inside.
    fn put_together(&self, together: &Together) -> Option<Vec<TallySale>> {
        if self.flags.iter().any(|flags| flags & DAY == DAY) {
            return None;
        }
        let (mut members, mut others) = (SaleSum::default(), Vec::with_capacity(ROOM));
        let (mut begin, mut time) = (0, self.first);
        for index in 0..self.flags.len() {
            time = time.checked_add(self.later(index)?)?;
            let sale = self.sale(index, time)?;
            if together.first.plus_days(2) <= sale.settled_on {
                break;
            }
            match together.has(&sale) {
                true => members.meet(&sale),
                false => others.push(sale),
            }
            begin = index.saturating_add(1);
        }
        // Back from the end, and as long as an earlier one can be the last that keeps units alive.
        let (mut last, mut end, mut time) = (None, self.flags.len(), self.last);
        for index in (begin..self.flags.len()).rev() {
            let sale = self.sale(index, time)?;
            let is_inside = sale.settled <= together.until && sale.settled_on.plus_days(2) <= together.last;
            let alive = members.last_alive();
            if is_inside && last.is_some() && alive.is_some_and(|alive| sale.settled_on.plus_days(2) <= alive)
            {
                break;
            }
            if together.has(&sale) {
                members.meet(&sale);
                last = last.or(Some(sale));
            } else {
                others.push(sale);
            }
            (end, time) = (index, time.checked_sub(self.later(index)?)?);
        }
        last.iter().for_each(|last| members.meet(last));
        let own = |flags: &u8| flags & (OWN | VOIDED) == OWN;
        if self.flags.get(begin..end)?.iter().any(own) {
            members.meet_own();
        }
        let (spent, earned) = self.sums?;
        let (without_spent, without_earned) = sums(&others)?;
        let spent = Money::from_minor(spent.checked_sub(without_spent)?);
        let earned = Units::from_minor(earned.checked_sub(without_earned)?);
        others.extend(members.sale_of(spent, earned));
        sorting::sort(&mut others);
        Some(others)
    }
}

pub(super) fn unpack_sales(
    from: &mut Unpacker<'_>,
    together: Option<&Together>,
) -> Result<Vec<TallySale>, Damage> {
    let Some(packed) = Sales::take(from)? else { return Ok(Vec::new()) };
    if let Some(sales) = together.and_then(|together| packed.put_together(together)) {
        return Ok(sales);
    }
    let mut sales = packed.all().ok_or(BAD_SALE)?;
    for (sale, flags) in sales.iter_mut().zip(packed.flags) {
        if flags & DAY == DAY {
            let day = i64::from(sale.settled_on.days()).checked_add(from.signed()?);
            let day = day.and_then(|day| i32::try_from(day).ok()).and_then(Date::from_days);
            sale.settled_on = day.ok_or(BAD_SALE)?;
        }
    }
    let mut tally = Tally { sales, ..Tally::new() };
    together.into_iter().for_each(|together| tally.put_together(together));
    Ok(tally.sales)
}

/// Room for so many more sales, which have come to the tally lately.
const ROOM: usize = 12;
