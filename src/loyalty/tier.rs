//! Tiers: what a customer reached by buying, and what it is worth (R12).

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use crate::ident::TierId;
use crate::loyalty::BaseRule;
use crate::money::Ratio;
use crate::time::Date;

/// The tiers of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    /// What counts.
    pub by: TierBasis,
    /// Over which time.
    pub over: TierPeriod,
    /// From which sale on a tier counts.
    pub from: TierFrom,
    /// Whether a tier is lost again.
    pub fall_back: FallBack,
    /// The levels, from the lowest to the highest.
    pub levels: Vec<TierLevel>,
}

/// One tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierLevel {
    /// Its name.
    pub id: TierId,
    /// From how much on, in smallest units: of money where spending counts, of the program's units
    /// where earning does. Exactly as much is enough.
    pub at_minor: i64,
    /// What it gives.
    pub gives: TierGift,
}

/// What a tier gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TierGift {
    /// A factor on what lines and visits earn, on top of promotions (Q18).
    Factor(Ratio),
    /// Base rules in place of the program's.
    Earn(Vec<BaseRule>),
}

/// What counts towards a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierBasis {
    /// What settled sales came to, less returns (Q18).
    Spent,
    /// What they earned, less what was taken back.
    Earned,
}

/// Over which time it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierPeriod {
    /// The last months: a sale counts through the same day that many months later.
    Months(u16),
    /// The year of the calendar.
    CalendarYear,
    /// For ever.
    Ever,
}

impl TierPeriod {
    /// The days of settlement that count on a day.
    pub(crate) fn days(self, day: Date) -> RangeInclusive<Date> {
        match self {
            TierPeriod::Months(months) => day.first_reaching(months)..=Date::LAST,
            TierPeriod::CalendarYear => day.year(),
            TierPeriod::Ever => Date::FIRST..=Date::LAST,
        }
    }
}

/// From which sale on a tier counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TierFrom {
    /// The one after the sale that reached it.
    #[default]
    NextSale,
    /// The sale that reaches it.
    ThisSale,
}

/// Whether a tier is lost again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FallBack {
    /// When what counted is out of the period.
    #[default]
    AtPeriodEnd,
    /// Never; a void alone lowers it.
    Never,
}

impl Tiers {
    /// The first day of which sales have to be told apart to know the tier on a day.
    pub(crate) fn looks_back_to(&self, day: Date) -> Date {
        match self.fall_back {
            FallBack::Never => Date::FIRST,
            // What counts for ever is one sum.
            FallBack::AtPeriodEnd if self.over == TierPeriod::Ever => day,
            FallBack::AtPeriodEnd => *self.over.days(day).start(),
        }
    }

    /// The first day from which on sales needn't be told apart to know the tier on a day, which is later than
    /// all of them; `None` if all have to be.
    pub(crate) fn tells_no_days_apart_from(&self, day: Date) -> Option<Date> {
        match self.fall_back {
            FallBack::Never => None,
            FallBack::AtPeriodEnd => Some(*self.over.days(day).start()),
        }
    }

    /// The id of the level at a place.
    pub(crate) fn level_id(&self, place: Option<u16>) -> Option<TierId> {
        let level = self.levels.get(usize::from(place?))?;
        Some(level.id.clone())
    }

    /// Whether levels rise, and nothing is below zero.
    pub(crate) fn is_sound(&self) -> bool {
        let rises = self.levels.is_sorted_by(|one, next| one.at_minor < next.at_minor);
        let sound = |level: &TierLevel| {
            0 <= level.at_minor
                && match &level.gives {
                    TierGift::Factor(factor) => !factor.is_negative(),
                    TierGift::Earn(rules) => rules.iter().all(BaseRule::is_sound),
                }
        };
        let months = !matches!(self.over, TierPeriod::Months(0));
        months && rises && self.levels.iter().all(sound)
    }
}
