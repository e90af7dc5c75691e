//! Punches of a sale: which lines punch which rule, and how often (R37).

use alloc::vec::Vec;

use crate::loyalty::{Program, PunchCard};
use crate::money::{AmountError, Ratio, power_of_ten};
use crate::sale::{Bill, Returned};
use crate::time::Date;

impl PunchCard {
    /// How many of its offers so many punches make, less those that are held. One that asks for no punches has one at
    /// every visit, as often as it can be used.
    pub(crate) fn ready(&self, punches: i64, used: u32, held: i64) -> i64 {
        if self.required == 0 {
            let taken = i64::from(used).saturating_add(held);
            return i64::from(self.uses.is_none_or(|uses| taken < i64::from(uses)));
        }
        let full = punches.max(0).checked_div(i64::from(self.required)).unwrap_or(0);
        full.saturating_sub(held).max(0)
    }

    /// How many of `more` punches count on a card that has so many: without carry-over, those beyond a
    /// full card don't.
    pub(crate) fn counting(&self, punches: i64, more: i64) -> i64 {
        if self.carry_over || self.required == 0 {
            return more;
        }
        let required = i64::from(self.required);
        // A card with a debt of punches has to make it good first.
        let on_card = punches.rem_euclid(required).min(punches);
        let to_full = required.saturating_sub(on_card);
        more.min(to_full)
    }
}

/// The day on which a sale was rung up, by the calendars that decide what it punches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RungUpOn {
    /// The program's own, by which it holds (R10).
    pub(crate) program: Date,
    /// The outlet's, by which its punch cards do.
    pub(crate) outlet: Date,
}

/// Which lines of a sale punch which punch card of the program, and how often: whole items that may earn (R10)
/// and aren't free. One item punches one card's rule, the first of the program that selects it, of those
/// that `has` says the customer has a card of.
pub(crate) fn punches(
    program: &Program,
    bill: &Bill,
    on: RungUpOn,
    has: impl Fn(&PunchCard) -> bool,
) -> Result<Vec<(u32, usize, i64)>, AmountError> {
    let mut punches = Vec::new();
    if !bill.rung_up().earns || !program.valid.contains(on.program) {
        return Ok(punches);
    }
    for ((line, amounts), place) in bill.rung_up().lines.iter().zip(bill.amounts()).zip(0_u32..) {
        let items = whole(line.quantity.minus(amounts.free)?);
        if items <= 0 || !line.earns || amounts.own.is_negative() {
            continue;
        }
        let punched = |card: &PunchCard| {
            0 < card.required && card.valid.contains(on.outlet) && card.applies_to.selects(line) && has(card)
        };
        if let Some(rule) = program.punch_cards.iter().position(punched) {
            punches.push((place, rule, items));
        }
    }
    Ok(punches)
}

/// How many of a sale's punches on a card are left after its returns, of the lines that punched it, each with how often:
/// at most the whole items that are still with the customer and aren't free. What was free goes back last, and before
/// the others what punched no more, since the card was full, in whatever line it was.
pub(crate) fn punches_left(
    bill: &Bill,
    returned: &Returned,
    punched: &[(u32, i64)],
) -> Result<i64, AmountError> {
    let (mut in_all, mut kept) = (0_i64, 0_i64);
    for (line, times) in punched {
        in_all = in_all.saturating_add(*times);
        let Ok(index) = usize::try_from(*line) else { continue };
        let Some((item, amounts)) = bill.rung_up().lines.get(index).zip(bill.amounts().get(index)) else {
            continue;
        };
        let left = item.quantity.minus(returned.quantity(index))?.minus(amounts.free)?;
        kept = kept.saturating_add(whole(left).max(0));
    }
    Ok(in_all.min(kept))
}

/// The whole part of a quantity.
fn whole(quantity: Ratio) -> i64 {
    let whole = i128::from(quantity.mantissa()).div_euclid(power_of_ten(quantity.scale()));
    i64::try_from(whole).unwrap_or(0)
}
