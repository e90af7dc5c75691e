//! What a customer bought, added up.
//!
//! It is read with each sale, so a sale in it is short, about nine bytes, and quick to read: how long its
//! three numbers are stands before them.

use std::collections::BTreeMap;
use std::vec::Vec;

use super::{Context, Damage, Pack, Packer, Unpacker};
use crate::decide::{Tally, TallyBefore, TallyReturn, TallySale, TallyUse};
use crate::ident::PromotionId;
use crate::money::{Money, Units};
use crate::time::{Date, Offset, Timestamp};

impl Pack for Tally {
    fn pack(&self, to: &mut Packer<'_>) {
        let Tally { since, before, sales, returns, uses } = self;
        since.pack(to);
        let has_before = *before != TallyBefore::default();
        has_before.pack(to);
        if has_before {
            pack_before(before, to);
        }
        to.length(sales.len());
        let mut earlier = 0;
        for sale in sales {
            pack_sale(sale, earlier, to);
            earlier = sale.settled.millisecond();
        }
        to.length(returns.len());
        let mut earlier = 0;
        for back in returns {
            pack_return(back, earlier, to);
            earlier = back.at.millisecond();
        }
        let groups: Vec<&[TallyUse]> = uses.chunk_by(|one, next| one.promotion == next.promotion).collect();
        to.length(groups.len());
        groups.iter().for_each(|group| pack_uses(group, to));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Tally, Damage> {
        let since = Date::unpack(from)?;
        let before = if bool::unpack(from)? { unpack_before(from)? } else { TallyBefore::default() };
        let sales = unpack_sales(from)?;
        let mut returns = Vec::with_capacity(super::MODEST.min(from.bytes.len() / 4));
        let mut earlier = 0;
        for _ in 0..from.length()? {
            let back = unpack_return(from, earlier)?;
            earlier = back.at.millisecond();
            returns.push(back);
        }
        let mut uses = Vec::new();
        for _ in 0..from.length()? {
            unpack_uses(from, &mut uses)?;
        }
        // Members are found again by their order.
        if !(sales.is_sorted() && returns.is_sorted() && uses.is_sorted()) {
            return Err(Damage("a tally isn't in order"));
        }
        Ok(Tally { since, before, sales, returns, uses })
    }
}

fn pack_before(before: &TallyBefore, to: &mut Packer<'_>) {
    let TallyBefore { spent, earned, has_own, last_alive, uses } = before;
    spent.pack(to);
    earned.pack(to);
    has_own.pack(to);
    last_alive.pack(to);
    to.length(uses.len());
    for (promotion, times) in uses {
        promotion.pack(to);
        times.pack(to);
    }
}

fn unpack_before(from: &mut Unpacker<'_>) -> Result<TallyBefore, Damage> {
    let (spent, earned) = (Pack::unpack(from)?, Pack::unpack(from)?);
    let (has_own, last_alive) = (Pack::unpack(from)?, Pack::unpack(from)?);
    let mut uses = BTreeMap::new();
    for _ in 0..from.length()? {
        uses.insert(PromotionId::unpack(from)?, u32::unpack(from)?);
    }
    Ok(TallyBefore { spent, earned, has_own, last_alive, uses })
}

const OWN: u8 = 1;
const KEEPS_ALIVE: u8 = 2;
const VOIDED: u8 = 4;
/// The time since the sale before is a whole number of seconds.
const IN_SECONDS: u8 = 8;
/// The day is the one in UTC, or else one more number says by how much it is later.
const IN_UTC: u8 = 16;
const MILLISECONDS_A_SECOND: i64 = 1000;

fn pack_sale(sale: &TallySale, earlier: i64, to: &mut Packer<'_>) {
    let TallySale { settled, settled_on, spent, earned, own, keeps_alive, voided } = sale;
    let later = settled.millisecond().saturating_sub(earlier);
    let in_seconds = later.rem_euclid(MILLISECONDS_A_SECOND) == 0;
    let ahead = days_ahead(*settled, *settled_on);
    let flags = [
        (OWN, *own),
        (KEEPS_ALIVE, *keeps_alive),
        (VOIDED, *voided),
        (IN_SECONDS, in_seconds),
        (IN_UTC, ahead == 0),
    ];
    to.byte(flags.iter().filter(|(_, there)| *there).fold(0, |all, (flag, _)| all | flag));
    let later = if in_seconds { later.div_euclid(MILLISECONDS_A_SECOND) } else { later };
    let numbers = [later, spent.minor(), earned.minor()].map(|number| {
        let place = place_of(number);
        (place, size_of(place))
    });
    to.byte(numbers.iter().rev().fold(0, |sizes, (_, size)| sizes << 2 | size));
    for (place, size) in numbers {
        let bytes = place.to_le_bytes();
        to.bytes.extend_from_slice(bytes.get(..1 << size).unwrap_or(&bytes));
    }
    if ahead != 0 {
        to.signed(ahead);
    }
}

/// The place of a number in 0, −1, 1, −2, 2, …
fn place_of(number: i64) -> u64 {
    let sign = u64::from(number < 0);
    number.unsigned_abs().wrapping_sub(sign).wrapping_shl(1) | sign
}

/// How many times one byte is doubled until there is room for a number: to one, two, four or eight bytes.
fn size_of(number: u64) -> u8 {
    match number {
        0..=0xff => 0,
        0x100..=0xffff => 1,
        0x1_0000..=0xffff_ffff => 2,
        _ => 3,
    }
}

/// Reads sales, which are most of a tally, from bytes at hand.
fn unpack_sales(from: &mut Unpacker<'_>) -> Result<Vec<TallySale>, Damage> {
    let length = from.length()?;
    // A sale has four bytes at the least, and takes ten times as much in memory.
    let mut sales = Vec::with_capacity(length.min(from.bytes.len() / 4).saturating_add(ROOM));
    let (mut bytes, mut earlier) = (from.bytes, 0);
    for _ in 0..length {
        let sale = unpack_sale(&mut bytes, earlier).ok_or(Damage("a sale in a tally can't be one"))?;
        earlier = sale.settled.millisecond();
        sales.push(sale);
    }
    from.bytes = bytes;
    Ok(sales)
}

#[inline]
fn unpack_sale(bytes: &mut &[u8], earlier: i64) -> Option<TallySale> {
    let (&flags, rest) = bytes.split_first()?;
    *bytes = rest;
    if flags & !(OWN | KEEPS_ALIVE | VOIDED | IN_SECONDS | IN_UTC) != 0 {
        return None;
    }
    let there = |flag: u8| flags & flag != 0;
    let (&sizes, rest) = bytes.split_first()?;
    *bytes = rest;
    if 1 << 6 <= sizes {
        return None;
    }
    let (later, spent, earned) = (fixed(bytes, sizes)?, fixed(bytes, sizes >> 2)?, fixed(bytes, sizes >> 4)?);
    let later = if there(IN_SECONDS) { later.checked_mul(MILLISECONDS_A_SECOND)? } else { later };
    let settled = Timestamp::from_millisecond(earlier.checked_add(later)?)?;
    let mut settled_on = settled.date(Offset::UTC);
    if !there(IN_UTC) {
        let days = i64::from(settled_on.days()).checked_add(signed(bytes)?)?;
        settled_on = Date::from_days(i32::try_from(days).ok()?)?;
    }
    Some(TallySale {
        settled,
        settled_on,
        spent: Money::from_minor(spent),
        earned: Units::from_minor(earned),
        own: there(OWN),
        keeps_alive: there(KEEPS_ALIVE),
        voided: there(VOIDED),
    })
}

/// A signed number of so many bytes as the two lowest bits of a size say.
#[inline]
fn fixed(bytes: &mut &[u8], size: u8) -> Option<i64> {
    let length = 1_usize << (size & 3);
    let (number, rest) = match bytes.split_first_chunk() {
        // Eight bytes are read at once, and those behind the number taken away again.
        Some((word, _)) => {
            let others = 64_u32.wrapping_sub(8 << (size & 3));
            (u64::from_le_bytes(*word) & u64::MAX.wrapping_shr(others), bytes.get(length..)?)
        }
        None => {
            let (taken, rest) = bytes.split_at_checked(length)?;
            (taken.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)), rest)
        }
    };
    *bytes = rest;
    let magnitude = i64::try_from(number >> 1).unwrap_or(i64::MAX);
    Some(if number & 1 == 0 { magnitude } else { !magnitude })
}

/// A signed number, as [`Unpacker::signed`] reads it.
fn signed(bytes: &mut &[u8]) -> Option<i64> {
    let mut from = Unpacker { bytes, context: Context::none() };
    let number = from.signed().ok()?;
    *bytes = from.bytes;
    Some(number)
}

/// By how many days a day is later than that of a moment in UTC.
fn days_ahead(at: Timestamp, day: Date) -> i64 {
    i64::from(day.days()).saturating_sub(i64::from(at.date(Offset::UTC).days()))
}

/// Room for so many more sales, which have come to the tally lately.
const ROOM: usize = 12;

/// As a sale, with the time of the sale as it differs from that of the return.
fn pack_return(back: &TallyReturn, earlier: i64, to: &mut Packer<'_>) {
    let TallyReturn { at, settled, settled_on, spent, earned, voided } = back;
    let later = at.millisecond().saturating_sub(earlier);
    let before = at.millisecond().saturating_sub(settled.millisecond());
    let in_seconds =
        later.rem_euclid(MILLISECONDS_A_SECOND) == 0 && before.rem_euclid(MILLISECONDS_A_SECOND) == 0;
    let unit = if in_seconds { MILLISECONDS_A_SECOND } else { 1 };
    to.byte(if *voided { VOIDED } else { 0 } | if in_seconds { IN_SECONDS } else { 0 });
    to.signed(later.div_euclid(unit));
    to.signed(before.div_euclid(unit));
    to.signed(days_ahead(*settled, *settled_on));
    spent.pack(to);
    earned.pack(to);
}

fn unpack_return(from: &mut Unpacker<'_>, earlier: i64) -> Result<TallyReturn, Damage> {
    const BAD: Damage = Damage("a return in a tally has no such time");
    let flags = from.byte()?;
    if flags & !(VOIDED | IN_SECONDS) != 0 {
        return Err(Damage("a return in a tally has more than returns have"));
    }
    let unit = if flags & IN_SECONDS != 0 { MILLISECONDS_A_SECOND } else { 1 };
    let (later, before) = (from.signed()?.checked_mul(unit), from.signed()?.checked_mul(unit));
    let at = later.and_then(|later| earlier.checked_add(later));
    let settled = at.zip(before).and_then(|(at, before)| at.checked_sub(before));
    let time = |millisecond: Option<i64>| millisecond.and_then(Timestamp::from_millisecond).ok_or(BAD);
    let (at, settled) = (time(at)?, time(settled)?);
    let days = i64::from(settled.date(Offset::UTC).days()).saturating_add(from.signed()?);
    let settled_on = i32::try_from(days).ok().and_then(Date::from_days).ok_or(BAD)?;
    let (spent, earned) = (Pack::unpack(from)?, Pack::unpack(from)?);
    Ok(TallyReturn { at, settled, settled_on, spent, earned, voided: flags & VOIDED != 0 })
}

/// The uses of one promotion.
fn pack_uses(uses: &[TallyUse], to: &mut Packer<'_>) {
    let Some(first) = uses.first() else { return };
    first.promotion.pack(to);
    to.length(uses.len());
    let mut earlier = 0;
    for TallyUse { promotion: _, rung_up_on, settled_on } in uses {
        let (rung_up, settled) = (i64::from(rung_up_on.days()), i64::from(settled_on.days()));
        to.signed(rung_up.saturating_sub(earlier));
        to.signed(settled.saturating_sub(rung_up));
        earlier = rung_up;
    }
}

fn unpack_uses(from: &mut Unpacker<'_>, uses: &mut Vec<TallyUse>) -> Result<(), Damage> {
    let promotion = PromotionId::unpack(from)?;
    let day = |days: i64| i32::try_from(days).ok().and_then(Date::from_days);
    let mut earlier = 0_i64;
    for _ in 0..from.length()? {
        let rung_up = earlier.saturating_add(from.signed()?);
        let settled = rung_up.saturating_add(from.signed()?);
        let days = day(rung_up).zip(day(settled));
        let (rung_up_on, settled_on) = days.ok_or(Damage("a promotion was used on no such day"))?;
        uses.push(TallyUse { promotion: promotion.clone(), rung_up_on, settled_on });
        earlier = rung_up;
    }
    Ok(())
}
