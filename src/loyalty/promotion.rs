//! Campaigns: when units are given, and how (R11).

use alloc::vec::Vec;

use crate::ident::{Code, GroupId, OutletId, PromotionId};
use crate::loyalty::{LineRule, Where};
use crate::money::{Money, Units};
use crate::time::{Date, Timestamp, Weekday};

/// A campaign: a rule for lines, or units for the sale, that holds under conditions. All of those
/// that are given have to be met; a new one has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// Its name.
    pub id: PromotionId,
    /// From when; included.
    pub from: Option<Bound>,
    /// Until when; included.
    pub until: Option<Bound>,
    /// Only on these days of the week; all where none is named.
    pub days: Vec<Weekday>,
    /// Only at these hours, by the clock of the outlet.
    pub hours: Option<Hours>,
    /// Only in these outlets; everywhere where none is named.
    pub outlets: Vec<OutletId>,
    /// Only for customers in one of these groups; for all where none is named.
    pub groups: Vec<GroupId>,
    /// The lines it looks at.
    pub applies_to: Where,
    /// What those lines have to come to, at least; lines that may not earn don't count (Q19).
    pub minimum_spend: Option<Money>,
    /// Only for a customer's first sale that settles.
    pub first_purchase: bool,
    /// Only in the month of the customer's birthday.
    pub birthday_month: bool,
    /// Only if the customer showed this code.
    pub code: Option<Code>,
    /// How often one customer can use it.
    pub limit: Option<PromotionLimit>,
    /// Whether it applies only to lines that name it.
    pub when_named: bool,
    /// What it gives.
    pub gives: PromotionGift,
}

impl Promotion {
    /// A promotion without conditions.
    pub fn new(id: PromotionId, gives: PromotionGift) -> Promotion {
        Promotion {
            id,
            from: None,
            until: None,
            days: Vec::new(),
            hours: None,
            outlets: Vec::new(),
            groups: Vec::new(),
            applies_to: Where::default(),
            minimum_spend: None,
            first_purchase: false,
            birthday_month: false,
            code: None,
            limit: None,
            when_named: false,
            gives,
        }
    }

    /// Whether nothing in it is below zero, and its hours are those of a day.
    pub(crate) fn is_sound(&self) -> bool {
        let gives = match self.gives {
            PromotionGift::Line(rule) => rule.is_sound(),
            PromotionGift::Bonus { units } => !units.is_negative(),
        };
        let hours = self.hours.is_none_or(|hours| hours.from < DAY && hours.until <= DAY);
        gives && hours && self.minimum_spend.is_none_or(|minimum| !minimum.is_negative())
    }
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// What a promotion gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromotionGift {
    /// A rule for each line (R6).
    Line(LineRule),
    /// Units for the sale, once; all or nothing on a return.
    Bonus {
        /// How many.
        units: Units,
    },
}

/// The first or last moment of something, itself included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A whole day, by the outlet's calendar.
    Day(Date),
    /// A moment.
    Moment(Timestamp),
}

impl Bound {
    /// Whether a moment, which falls on `day` in the outlet, is not before this.
    pub(crate) fn has_begun(self, at: Timestamp, day: Date) -> bool {
        match self {
            Bound::Day(first) => first <= day,
            Bound::Moment(first) => first <= at,
        }
    }

    /// Whether a moment, which falls on `day` in the outlet, is not after this.
    pub(crate) fn has_not_passed(self, at: Timestamp, day: Date) -> bool {
        match self {
            Bound::Day(last) => day <= last,
            Bound::Moment(last) => at <= last,
        }
    }

    /// Whether an end, where there is one, isn't before a beginning. How a day and a moment stand to each other depends
    /// on the outlet.
    pub(crate) fn are_in_order(from: Option<Bound>, until: Option<Bound>) -> bool {
        match (from, until) {
            (Some(Bound::Day(from)), Some(Bound::Day(until))) => from <= until,
            (Some(Bound::Moment(from)), Some(Bound::Moment(until))) => from <= until,
            _ => true,
        }
    }
}

/// Hours of a day, in minutes after midnight. Those that end before they begin cross midnight, and
/// belong to the day on which they began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The first minute.
    pub from: u16,
    /// The first minute after.
    pub until: u16,
}

/// How often one customer can use a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromotionLimit {
    /// In how many sales.
    pub times: u32,
    /// In which time.
    pub per: LimitPeriod,
}

/// The time for which a limit counts, by the local day of the sale (Q19).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitPeriod {
    /// A day.
    Day,
    /// A week, from Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// A year of the calendar.
    Year,
    /// For ever.
    Ever,
}

impl LimitPeriod {
    /// The first day of the period that a day is in; `None` where there is but one period.
    pub(crate) fn first_day(self, day: Date) -> Option<Date> {
        match self {
            LimitPeriod::Day => Some(day),
            LimitPeriod::Week => Some(day.monday()),
            LimitPeriod::Month => Some(day.first_of_month()),
            LimitPeriod::Year => Some(day.first_of_year()),
            LimitPeriod::Ever => None,
        }
    }
}

/// Which of several promotions a line earns by (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PromotionChoice {
    /// The one that earns the customer most; on a tie the smaller id.
    #[default]
    Best,
    /// The one that began last.
    Newest,
    /// All of them: each adds what it gives beyond what the line earns without any.
    Sum,
}
