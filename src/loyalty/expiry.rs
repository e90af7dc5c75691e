//! When units run out (R24).

use crate::time::Date;

/// When units run out. They last to the end of their last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expiry {
    /// Never.
    #[default]
    Never,
    /// All of them, so long after the last settled purchase that earned or spent loyalty (Q10).
    Inactivity(Span),
    /// Each lot, so long after it was earned.
    Age(Span),
    /// Each lot, on a day of the year (Q12).
    OnDate {
        /// The month, 1 to 12.
        month: u8,
        /// The day, 1 to 31.
        day: u8,
        /// So many years after that of earning.
        after_years: u16,
    },
}

/// A length of time in days of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Days.
    Days(u16),
    /// Months: the same day of a later month, or that month's last.
    Months(u16),
}

impl Span {
    /// The day that long after another.
    pub fn after(self, day: Date) -> Date {
        match self {
            Span::Days(days) => day.plus_days(days),
            Span::Months(months) => day.plus_months(months),
        }
    }
}

impl Expiry {
    /// The last day of units that are earned on a day; `None` if that alone doesn't say.
    ///
    /// ```
    /// use regulars::loyalty::{Expiry, Span};
    /// use regulars::time::Date;
    ///
    /// let day = |year, month, day| Date::from_civil(year, month, day).expect("a date");
    /// let month = Expiry::Age(Span::Months(1));
    /// assert_eq!(month.last_day(day(2026, 1, 31)), Some(day(2026, 2, 28)));
    /// let year_end = Expiry::OnDate { month: 12, day: 31, after_years: 1 };
    /// assert_eq!(year_end.last_day(day(2026, 3, 2)), Some(day(2027, 12, 31)));
    /// // A day that has passed in the year of earning comes a year later.
    /// let spring = Expiry::OnDate { month: 2, day: 29, after_years: 0 };
    /// assert_eq!(spring.last_day(day(2026, 3, 2)), Some(day(2027, 2, 28)));
    /// ```
    pub fn last_day(self, earned_on: Date) -> Option<Date> {
        match self {
            Expiry::Never | Expiry::Inactivity(_) => None,
            Expiry::Age(span) => Some(span.after(earned_on)),
            Expiry::OnDate { month, day, after_years } => {
                let (year, _, _) = earned_on.civil();
                let year = year.saturating_add(i16::try_from(after_years).unwrap_or(i16::MAX));
                let that_year = Date::clamped(year, month, day);
                let next = || Date::clamped(year.saturating_add(1), month, day);
                Some(if that_year < earned_on { next() } else { that_year })
            }
        }
    }

    /// Whether there is such a day of the year.
    pub(crate) fn is_sound(self) -> bool {
        match self {
            Expiry::OnDate { month, day, .. } => Date::from_civil(2024, month, day).is_some(),
            Expiry::Never | Expiry::Inactivity(_) | Expiry::Age(_) => true,
        }
    }
}
