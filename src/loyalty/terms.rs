//! What decides, beside its lines, how a sale earns: judged once, when it settles.

use alloc::vec::Vec;

use crate::ident::{Code, OutletId};
use crate::loyalty::explain::Unmet;
use crate::loyalty::{BaseRule, Bound, Hours, Program, Promotion, TierGift, TierLevel};
use crate::time::{Date, Offset, Timestamp};

/// What decides, beside its lines, how a sale earns: the tier of its customer, and the promotions that
/// hold for the customer, the place and the time. It is judged once, when the sale settles, and kept:
/// returns and explanations use it as it was then (Q6, Q18, Q19).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EarnTerms {
    /// The place of the customer's tier among the program's levels, if there is one.
    pub tier: Option<u16>,
    /// The places of the promotions that hold, in the order in which they are preferred: the newest
    /// first where the program chooses the newest, by their ids otherwise.
    pub promotions: Vec<u16>,
}

impl EarnTerms {
    /// Whether there is neither a tier nor a promotion.
    pub fn is_plain(&self) -> bool {
        self.tier.is_none() && self.promotions.is_empty()
    }

    /// The promotions that hold, each with its place.
    pub(crate) fn promotions<'p>(&self, program: &'p Program) -> impl Iterator<Item = (u16, &'p Promotion)> {
        let places = self.promotions.iter();
        places.filter_map(|&place| Some((place, program.promotions.get(usize::from(place))?)))
    }

    /// The customer's tier.
    pub(crate) fn level<'p>(&self, program: &'p Program) -> Option<&'p TierLevel> {
        program.tiers.as_ref()?.levels.get(usize::from(self.tier?))
    }

    /// The base rules that hold: those of the tier, if it has some, in place of the program's (R12).
    pub(crate) fn base_rules<'p>(&self, program: &'p Program) -> &'p [BaseRule] {
        match self.level(program).map(|level| &level.gives) {
            Some(TierGift::Earn(rules)) => rules,
            Some(TierGift::Factor(_)) | None => &program.earn,
        }
    }
}

/// When and where lines were rung up, and which codes the customer showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    /// When.
    pub(crate) at: Timestamp,
    /// How far the outlet's clock was ahead of UTC then.
    pub(crate) offset: Offset,
    /// Where.
    pub(crate) outlet: Option<&'a OutletId>,
    /// The codes.
    pub(crate) codes: &'a [Code],
}

impl Occasion<'_> {
    /// The day, by the outlet's calendar.
    pub(crate) fn day(&self) -> Date {
        self.at.date(self.offset)
    }

    fn minute(&self) -> u16 {
        let (hour, minute, _) = self.at.time_of_day(self.offset);
        u16::from(hour).saturating_mul(60).saturating_add(u16::from(minute))
    }
}

/// Whether an outlet is among those that are named, or none is.
pub(crate) fn is_among(named: &[OutletId], outlet: Option<&OutletId>) -> bool {
    named.is_empty() || outlet.is_some_and(|outlet| named.contains(outlet))
}

impl Promotion {
    /// Whether it holds at this time and in this place, and its code was shown (R11).
    pub(crate) fn holds_at(&self, occasion: &Occasion<'_>) -> bool {
        let Some(day) = self.day_of(occasion) else { return false };
        self.from.is_none_or(|from| from.has_begun(occasion.at, day))
            && self.until.is_none_or(|until| until.has_not_passed(occasion.at, day))
            && (self.days.is_empty() || self.days.contains(&day.weekday()))
            && is_among(&self.outlets, occasion.outlet)
            && self.code.as_ref().is_none_or(|code| occasion.codes.contains(code))
    }

    /// The first condition that isn't met, given that it didn't hold; none if it doesn't run on the day,
    /// or asks for nothing that could be missing.
    pub(crate) fn unmet(&self, occasion: &Occasion<'_>) -> Option<Unmet> {
        let within_hours = self.day_of(occasion);
        let day = within_hours.unwrap_or(occasion.day());
        let runs = self.from.is_none_or(|from| from.has_begun(occasion.at, day))
            && self.until.is_none_or(|until| until.has_not_passed(occasion.at, day));
        let missing = [
            (!self.days.is_empty() && !self.days.contains(&day.weekday()), Unmet::Days),
            (within_hours.is_none(), Unmet::Hours),
            (!is_among(&self.outlets, occasion.outlet), Unmet::Outlet),
            (self.code.as_ref().is_some_and(|code| !occasion.codes.contains(code)), Unmet::Code),
            (self.asks_for_customer(), Unmet::Customer),
        ];
        let first = missing.iter().find(|(is_missing, _)| *is_missing);
        first.filter(|_| runs).map(|(_, unmet)| *unmet)
    }

    /// Whether it asks for something of the customer.
    pub(crate) fn asks_for_customer(&self) -> bool {
        !self.groups.is_empty() || self.first_purchase || self.birthday_month || self.limit.is_some()
    }

    /// The day that the moment belongs to, if it is within the hours: hours that cross midnight belong
    /// to the day on which they began.
    fn day_of(&self, occasion: &Occasion<'_>) -> Option<Date> {
        let (day, minute) = (occasion.day(), occasion.minute());
        let Some(Hours { from, until }) = self.hours else { return Some(day) };
        if from <= until {
            return (from <= minute && minute < until).then_some(day);
        }
        if from <= minute {
            return Some(day);
        }
        (minute < until).then(|| day.previous())
    }

    /// When it begins, by a clock that is `offset` ahead of UTC, in milliseconds: to tell which of two
    /// is newer. One that doesn't say has always been there.
    pub(crate) fn begins(&self, offset: Offset) -> i64 {
        match self.from {
            None => i64::MIN,
            Some(Bound::Moment(at)) => at.millisecond(),
            Some(Bound::Day(day)) => {
                let minutes = i64::from(day.days()).saturating_mul(24 * 60);
                minutes.saturating_sub(i64::from(offset.minutes())).saturating_mul(60_000)
            }
        }
    }
}
