//! What a customer bought, added up.
//!
//! It is read with each sale, so a sale in it is short, about nine bytes, and quick to read: times, amounts
//! and units stand in columns, in which all numbers have the same length.

mod sales;

use std::collections::BTreeMap;
use std::vec::Vec;

use sales::{pack_sales, unpack_sales};

use super::{Context, Damage, Pack, Packer, Unpacker};
use crate::decide::{Tally, TallyBefore, TallyReturn, TallyUse, Together};
use crate::ident::PromotionId;
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
        pack_sales(sales, to);
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
        unpack(from, None)
    }
}

/// The tally that was packed by itself; one sale may stand for those that needn't be told apart, as
/// [`Tally::put_together`] does it.
pub(in crate::adapter::sqlite) fn unpack_tally(
    bytes: &[u8],
    together: Option<&Together>,
) -> Result<Tally, Damage> {
    let mut from = Unpacker { bytes, context: Context::none() };
    let tally = unpack(&mut from, together)?;
    from.finish()?;
    Ok(tally)
}

fn unpack(from: &mut Unpacker<'_>, together: Option<&Together>) -> Result<Tally, Damage> {
    let since = Date::unpack(from)?;
    let before = if bool::unpack(from)? { unpack_before(from)? } else { TallyBefore::default() };
    let sales = unpack_sales(from, together)?;
    let count = from.length()?;
    let mut returns = Vec::with_capacity(count.min(super::MODEST));
    let mut earlier = 0;
    for _ in 0..count {
        let back = unpack_return(from, earlier)?;
        earlier = back.at.millisecond();
        returns.push(back);
    }
    let uses = unpack_uses(from)?;
    // Members are found again by their order.
    if !(sales.is_sorted() && returns.is_sorted()) {
        return Err(OUT_OF_ORDER);
    }
    Ok(Tally { since, before, sales, returns, uses })
}

const VOIDED: u8 = 4;
const MILLISECONDS_A_SECOND: i64 = 1000;
const OUT_OF_ORDER: Damage = Damage("a tally isn't in order");

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

/// By how many days a day is later than that of a moment in UTC.
fn days_ahead(at: Timestamp, day: Date) -> i64 {
    i64::from(day.days()).saturating_sub(i64::from(at.date(Offset::UTC).days()))
}

/// The times of a return are whole seconds.
const IN_SECONDS: u8 = 8;

/// The time of the sale as it differs from that of the return.
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

/// The uses of all promotions.
fn unpack_uses(from: &mut Unpacker<'_>) -> Result<Vec<TallyUse>, Damage> {
    let mut uses: Vec<TallyUse> = Vec::new();
    for _ in 0..from.length()? {
        let promotion = PromotionId::unpack(from)?;
        if uses.last().is_some_and(|before| promotion <= before.promotion) {
            return Err(OUT_OF_ORDER);
        }
        let count = from.length()?;
        uses.reserve(count.min(super::MODEST));
        let mut before = (Date::FIRST, Date::FIRST);
        let mut earlier = 0_i64;
        for _ in 0..count {
            let rung_up = earlier.saturating_add(from.signed()?);
            let settled = rung_up.saturating_add(from.signed()?);
            let day = |days: i64| i32::try_from(days).ok().and_then(Date::from_days);
            let days = day(rung_up).zip(day(settled));
            let days = days.ok_or(Damage("a promotion was used on no such day"))?;
            if days < before {
                return Err(OUT_OF_ORDER);
            }
            (before, earlier) = (days, rung_up);
            uses.push(TallyUse { promotion: promotion.clone(), rung_up_on: days.0, settled_on: days.1 });
        }
    }
    Ok(uses)
}
