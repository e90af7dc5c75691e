//! What a customer bought, added up.
//!
//! It is read and written with each sale, so it is as short as it can be: about eight bytes a sale.

use std::collections::BTreeMap;
use std::vec::Vec;

use super::{Damage, Pack, Packer, Unpacker, fields};
use crate::decide::{Tally, TallyBefore, TallyReturn, TallySale, TallyUse};
use crate::ident::PromotionId;
use crate::time::{Date, Offset, Timestamp};

fields! {
    TallyReturn { at, settled, settled_on, spent, earned, voided }
}

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
        to.list(returns);
        let groups: Vec<&[TallyUse]> = uses.chunk_by(|one, next| one.promotion == next.promotion).collect();
        to.length(groups.len());
        groups.iter().for_each(|group| pack_uses(group, to));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Tally, Damage> {
        let since = Date::unpack(from)?;
        let before = if bool::unpack(from)? { unpack_before(from)? } else { TallyBefore::default() };
        let length = from.length()?;
        let mut sales = Vec::with_capacity(length.min(super::MODEST));
        let mut earlier = 0;
        for _ in 0..length {
            let sale = unpack_sale(from, earlier)?;
            earlier = sale.settled.millisecond();
            sales.push(sale);
        }
        let returns = from.list()?;
        let mut uses = Vec::new();
        for _ in 0..from.length()? {
            unpack_uses(from, &mut uses)?;
        }
        Ok(Tally { since, before, sales, returns, uses })
    }
}

fn pack_before(before: &TallyBefore, to: &mut Packer<'_>) {
    let TallyBefore { spent, earned, bought, last_counting, uses } = before;
    spent.pack(to);
    earned.pack(to);
    bought.pack(to);
    last_counting.pack(to);
    to.length(uses.len());
    for (promotion, times) in uses {
        promotion.pack(to);
        times.pack(to);
    }
}

fn unpack_before(from: &mut Unpacker<'_>) -> Result<TallyBefore, Damage> {
    let (spent, earned) = (Pack::unpack(from)?, Pack::unpack(from)?);
    let (bought, last_counting) = (Pack::unpack(from)?, Pack::unpack(from)?);
    let mut uses = BTreeMap::new();
    for _ in 0..from.length()? {
        uses.insert(PromotionId::unpack(from)?, u32::unpack(from)?);
    }
    Ok(TallyBefore { spent, earned, bought, last_counting, uses })
}

const BOUGHT: u8 = 1;
const COUNTS: u8 = 2;
const VOIDED: u8 = 4;
/// The time since the sale before is a whole number of seconds.
const IN_SECONDS: u8 = 8;
/// The day is the one in UTC, or else one more number says by how much it is later.
const IN_UTC: u8 = 16;
const MILLISECONDS: i64 = 1000;

fn pack_sale(sale: &TallySale, earlier: i64, to: &mut Packer<'_>) {
    let TallySale { settled, settled_on, spent, earned, bought, counts, voided } = sale;
    let later = settled.millisecond().saturating_sub(earlier);
    let in_seconds = later.rem_euclid(MILLISECONDS) == 0;
    let ahead = days_ahead(*settled, *settled_on);
    let flags = [
        (BOUGHT, *bought),
        (COUNTS, *counts),
        (VOIDED, *voided),
        (IN_SECONDS, in_seconds),
        (IN_UTC, ahead == 0),
    ];
    to.byte(flags.iter().filter(|(_, there)| *there).fold(0, |all, (flag, _)| all | flag));
    to.signed(if in_seconds { later.div_euclid(MILLISECONDS) } else { later });
    if ahead != 0 {
        to.signed(ahead);
    }
    spent.pack(to);
    earned.pack(to);
}

fn unpack_sale(from: &mut Unpacker<'_>, earlier: i64) -> Result<TallySale, Damage> {
    const BAD: Damage = Damage("a sale in a tally has no such time");
    let flags = from.byte()?;
    if BOUGHT | COUNTS | VOIDED | IN_SECONDS | IN_UTC < flags {
        return Err(Damage("a sale in a tally has more than sales have"));
    }
    let there = |flag: u8| flags & flag != 0;
    let later = from.signed()?;
    let later = if there(IN_SECONDS) { later.checked_mul(MILLISECONDS) } else { Some(later) };
    let settled = later.and_then(|later| earlier.checked_add(later));
    let settled = settled.and_then(Timestamp::from_millisecond).ok_or(BAD)?;
    let ahead = if there(IN_UTC) { 0 } else { from.signed()? };
    let days = i64::from(settled.date(Offset::UTC).days()).saturating_add(ahead);
    let settled_on = i32::try_from(days).ok().and_then(Date::from_days).ok_or(BAD)?;
    Ok(TallySale {
        settled,
        settled_on,
        spent: Pack::unpack(from)?,
        earned: Pack::unpack(from)?,
        bought: there(BOUGHT),
        counts: there(COUNTS),
        voided: there(VOIDED),
    })
}

/// By how many days a day is later than that of a moment in UTC.
fn days_ahead(at: Timestamp, day: Date) -> i64 {
    i64::from(day.days()).saturating_sub(i64::from(at.date(Offset::UTC).days()))
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
