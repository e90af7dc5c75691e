//! Moments and days. Both are given by documents; nothing here reads a clock (R27).

use core::fmt;
use core::ops::RangeInclusive;

use smol_str::SmolStr;

/// A moment: milliseconds since 1970-01-01T00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The first and the last moment a document can bear: the years 0000 to 9999.
const TIMESTAMPS: RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

impl Timestamp {
    /// 1970-01-01T00:00:00 UTC.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// The first moment a document can bear.
    pub(crate) const FIRST: Timestamp = Timestamp(*TIMESTAMPS.start());

    /// The last moment a document can bear.
    pub(crate) const LAST: Timestamp = Timestamp(*TIMESTAMPS.end());

    /// From milliseconds since 1970, in UTC; `None` outside the years 0000 to 9999.
    pub fn from_millisecond(millisecond: i64) -> Option<Timestamp> {
        TIMESTAMPS.contains(&millisecond).then_some(Timestamp(millisecond))
    }

    /// From a day and the time on it (hour, minute, second), as a clock shows them that is `offset` ahead of UTC; `None`
    /// where there is no such time, or outside the years 0000 to 9999. What the offset is a [`Zones`] says, or the
    /// operating system.
    ///
    /// ```
    /// use regulars::time::{Date, Offset, Timestamp};
    ///
    /// let day = Date::from_civil(2026, 11, 26).expect("a date");
    /// let berlin = Offset::from_minutes(60).expect("an offset");
    /// let at = Timestamp::from_civil(day, (9, 30, 0), berlin).expect("a time");
    /// assert_eq!(at.millisecond(), 1_795_681_800_000);
    /// assert_eq!((at.date(berlin), at.time_of_day(berlin)), (day, (9, 30, 0)));
    /// assert_eq!(Timestamp::from_civil(day, (24, 0, 0), berlin), None);
    /// ```
    pub fn from_civil(date: Date, time: (u8, u8, u8), offset: Offset) -> Option<Timestamp> {
        let (hour, minute, second) = time;
        if 23 < hour || 59 < minute || 59 < second {
            return None;
        }
        let minutes = i64::from(hour).checked_mul(60)?.checked_add(i64::from(minute))?;
        let in_day = minutes.checked_mul(MINUTE)?.checked_add(i64::from(second).checked_mul(1000)?)?;
        let local = i64::from(date.0).checked_mul(DAY)?.checked_add(in_day)?;
        Timestamp::from_millisecond(local.checked_sub(i64::from(offset.0).checked_mul(MINUTE)?)?)
    }

    /// Milliseconds since 1970, in UTC.
    pub const fn millisecond(self) -> i64 {
        self.0
    }

    /// The day on which this moment falls, `offset` away from UTC.
    ///
    /// ```
    /// use regulars::time::{Date, Offset, Timestamp};
    ///
    /// let late = Timestamp::from_millisecond(23 * 3_600_000).expect("in range");
    /// assert_eq!(late.date(Offset::UTC), Date::from_civil(1970, 1, 1).expect("a date"));
    /// let berlin = Offset::from_minutes(60).expect("an offset");
    /// assert_eq!(late.date(berlin), Date::from_civil(1970, 1, 2).expect("a date"));
    /// ```
    pub fn date(self, offset: Offset) -> Date {
        let local = self.0.saturating_add(i64::from(offset.0).saturating_mul(MINUTE));
        let days = local.div_euclid(DAY);
        Date(i32::try_from(days).unwrap_or(LAST_DAY).clamp(FIRST_DAY, LAST_DAY))
    }

    /// The time of the day at which this moment falls, `offset` away from UTC: hour, minute, second.
    pub fn time_of_day(self, offset: Offset) -> (u8, u8, u8) {
        let local = self.0.saturating_add(i64::from(offset.0).saturating_mul(MINUTE));
        let second = local.rem_euclid(DAY).div_euclid(1000);
        let part = |value: i64| u8::try_from(value).unwrap_or(0);
        (
            part(second.div_euclid(3600)),
            part(second.div_euclid(60).rem_euclid(60)),
            part(second.rem_euclid(60)),
        )
    }
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// How far local time is ahead of UTC, in whole minutes: at most a day either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(i16);

impl Offset {
    /// No offset.
    pub const UTC: Offset = Offset(0);

    /// Where days begin first.
    pub(crate) const EASTMOST: Offset = Offset(1439);

    /// Where days begin last.
    pub(crate) const WESTMOST: Offset = Offset(-1439);

    /// From minutes east of Greenwich; `None` past 23 hours and 59 minutes.
    pub fn from_minutes(minutes: i16) -> Option<Offset> {
        (-1439..=1439).contains(&minutes).then_some(Offset(minutes))
    }

    /// Minutes east of Greenwich.
    pub const fn minutes(self) -> i16 {
        self.0
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let minutes = self.0.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
    }
}

/// A day of the calendar: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

const FIRST_DAY: i32 = -719_528;
const LAST_DAY: i32 = 2_932_896;

impl Date {
    /// The first day there is.
    pub(crate) const FIRST: Date = Date(FIRST_DAY);
    /// The last day there is.
    pub(crate) const LAST: Date = Date(LAST_DAY);

    /// From days since 1970-01-01; `None` outside the years 0000 to 9999.
    pub fn from_days(days: i32) -> Option<Date> {
        (FIRST_DAY..=LAST_DAY).contains(&days).then_some(Date(days))
    }

    /// From days since 1970-01-01 that are within the years 0000 to 9999.
    #[cfg(feature = "tokens")]
    pub(crate) const fn from_days_unchecked(days: i32) -> Date {
        Date(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The next day; the last day there is has none, and stays.
    pub fn next(self) -> Date {
        self.plus_days(1)
    }

    /// That many days later, at most the last day there is.
    pub fn plus_days(self, days: u16) -> Date {
        Date(self.0.saturating_add(i32::from(days)).min(LAST_DAY))
    }

    /// The same day that many months later, or that month's last (R24); at most the last day there is.
    ///
    /// ```
    /// use regulars::time::Date;
    ///
    /// let january = Date::from_civil(2026, 1, 31).expect("a date");
    /// assert_eq!(january.plus_months(1).to_string(), "2026-02-28");
    /// assert_eq!(january.plus_months(25).to_string(), "2028-02-29");
    /// ```
    pub fn plus_months(self, months: u16) -> Date {
        let (year, month, day) = self.civil();
        let before = i32::from(year).saturating_mul(12).saturating_add(i32::from(month)).saturating_sub(1);
        let later = before.saturating_add(i32::from(months));
        let year = i16::try_from(later.div_euclid(12)).unwrap_or(i16::MAX);
        let month = u8::try_from(later.rem_euclid(12).saturating_add(1)).unwrap_or(12);
        Date::clamped(year, month, day)
    }

    /// The first day from which so many months reach this one ([`plus_months`](Date::plus_months)); at the
    /// earliest the first day there is.
    pub(crate) fn first_reaching(self, months: u16) -> Date {
        let (year, month, day) = self.civil();
        let now = i32::from(year).saturating_mul(12).saturating_add(i32::from(month)).saturating_sub(1);
        let then = now.saturating_sub(i32::from(months));
        let year = i16::try_from(then.div_euclid(12)).unwrap_or(i16::MIN);
        let month = u8::try_from(then.rem_euclid(12).saturating_add(1)).unwrap_or(12);
        if year < 0 {
            return Date::FIRST;
        }
        // The last day of a shorter month reaches no further than itself.
        Date::from_civil(year, month, day).unwrap_or_else(|| Date::clamped(year, month, day).next())
    }

    /// The first day of its month.
    pub(crate) fn first_of_month(self) -> Date {
        let (year, month, _) = self.civil();
        Date::clamped(year, month, 1)
    }

    /// The first day of its year.
    pub(crate) fn first_of_year(self) -> Date {
        let (year, ..) = self.civil();
        Date::clamped(year, 1, 1)
    }

    /// The first and the last day of its year.
    pub(crate) fn year(self) -> RangeInclusive<Date> {
        let (year, ..) = self.civil();
        self.first_of_year()..=Date::clamped(year, 12, 31)
    }

    /// The Monday of its week.
    pub(crate) fn monday(self) -> Date {
        // 1970-01-01 was a Thursday, three days after a Monday.
        Date(self.0.saturating_sub(self.0.saturating_add(3).rem_euclid(7)).max(FIRST_DAY))
    }

    /// The day that many days before; at the earliest the first day there is.
    pub(crate) fn minus_days(self, days: u16) -> Date {
        Date(self.0.saturating_sub(i32::from(days)).max(FIRST_DAY))
    }

    /// A day of a month, or the month's last where it has fewer; the last day there is past the year
    /// 9999.
    pub(crate) fn clamped(year: i16, month: u8, day: u8) -> Date {
        (1..=day).rev().find_map(|day| Date::from_civil(year, month, day)).unwrap_or(Date(LAST_DAY))
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match self.0.saturating_add(3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// The day before; the first day there is has none, and stays.
    pub fn previous(self) -> Date {
        Date(self.0.saturating_sub(1).max(FIRST_DAY))
    }

    /// From year, month (1 to 12) and day (1 to 31); `None` if there is no such day.
    ///
    /// ```
    /// use regulars::time::Date;
    ///
    /// assert!(Date::from_civil(2026, 2, 29).is_none());
    /// assert_eq!(Date::from_civil(2026, 3, 2).expect("a date").to_string(), "2026-03-02");
    /// ```
    pub fn from_civil(year: i16, month: u8, day: u8) -> Option<Date> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        let days = days_before_month(i32::from(year), i32::from(month)).checked_add(i32::from(day))?;
        let date = Date(days.checked_sub(1)?);
        // Every month has 28 days.
        (day <= 28 || date.civil() == (year, month, day)).then_some(date)
    }

    /// Year, month (1 to 12) and day (1 to 31).
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "the days of ten thousand years fit 32 bits many times over"
    )]
    pub fn civil(self) -> (i16, u8, u8) {
        // Counted in years that begin in March, so that the leap day is the last of its year;
        // 400 of them are always 146,097 days.
        let shifted = self.0.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let leaps = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
        let year_of_era = (day_of_era.saturating_sub(leaps)) / 365;
        let before_year = 365 * year_of_era + year_of_era / 4 - year_of_era / 100;
        let day_of_year = day_of_era.saturating_sub(before_year);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year.saturating_sub((153 * month_from_march + 2) / 5).saturating_add(1);
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era.saturating_mul(400).saturating_add(year_of_era).saturating_add(i32::from(month <= 2));
        let small = |value: i32| u8::try_from(value).unwrap_or(0);
        (i16::try_from(year).unwrap_or(0), small(month), small(day))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "the days of ten thousand years fit 32 bits many times over"
)]
fn days_before_month(year: i32, month: i32) -> i32 {
    let year = if month <= 2 { year.saturating_sub(1) } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9).rem_euclid(12);
    let before_month = (153 * month_from_march + 2) / 5;
    let before_year = 365 * year_of_era + year_of_era / 4 - year_of_era / 100;
    era.saturating_mul(146_097)
        .saturating_add(before_year)
        .saturating_add(before_month)
        .saturating_sub(719_468)
}

/// Where the days of a program, or of an outlet, begin and end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Always the same offset.
    Fixed(Offset),
    /// An IANA name, such as `Europe/Berlin`; what it means is answered by [`Zones`].
    Named(SmolStr),
}

/// What is known of time zones. Zone rules are data that change: they are handed in (R27).
///
/// ```
/// use regulars::time::{FixedZones, Offset, Timestamp, Zone, Zones};
///
/// let always = Zone::Fixed(Offset::from_minutes(-300).expect("an offset"));
/// assert_eq!(FixedZones.offset(&always, Timestamp::EPOCH).map(Offset::minutes), Some(-300));
/// // Without a zone database a name means nothing, and is not taken for something else.
/// assert_eq!(FixedZones.offset(&Zone::Named("Europe/Berlin".into()), Timestamp::EPOCH), None);
/// ```
pub trait Zones {
    /// How far local time is ahead of UTC in `zone` at `at`; `None` if the zone isn't known.
    fn offset(&self, zone: &Zone, at: Timestamp) -> Option<Offset>;
}

/// Zones of a fixed offset, `UTC`, and no others: all that a machine without a zone database has.
#[derive(Debug, Clone, Copy, Default)]
pub struct FixedZones;

impl Zones for FixedZones {
    fn offset(&self, zone: &Zone, _: Timestamp) -> Option<Offset> {
        match zone {
            Zone::Fixed(offset) => Some(*offset),
            Zone::Named(name) if name == "UTC" => Some(Offset::UTC),
            Zone::Named(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_comes_back() {
        let first = Date::from_civil(0, 1, 1).unwrap();
        let last = Date::from_civil(9999, 12, 31).unwrap();
        assert_eq!((first.days(), last.days()), (-719_528, 2_932_896));
        for days in (first.days()..=last.days()).step_by(7) {
            let (year, month, day) = Date(days).civil();
            assert_eq!(Date::from_civil(year, month, day), Some(Date(days)));
        }
    }

    #[test]
    fn the_first_day_that_reaches_is_the_first() {
        let first = Date::from_civil(2023, 11, 1).unwrap();
        for day in (0..900).map(|days| first.plus_days(days)) {
            for months in [0, 1, 2, 11, 12, 13, 25] {
                let reaches = |other: Date| day <= other.plus_months(months);
                let found = day.first_reaching(months);
                assert!(reaches(found) && !reaches(found.previous()), "{day} {months} {found}");
            }
        }
        let in_the_first_year = |month| Date::from_civil(0, month, 15).unwrap();
        assert_eq!(in_the_first_year(3).first_reaching(1), in_the_first_year(2));
        let second_day = Date::FIRST.next();
        assert_eq!(second_day.first_reaching(1), Date::FIRST);
        assert_eq!(second_day.first_reaching(u16::MAX), Date::FIRST);
    }

    #[test]
    fn weeks_begin_on_mondays() {
        for day in (0..30).map(Date) {
            let monday = day.monday();
            assert_eq!(monday.weekday(), Weekday::Monday);
            assert!(monday <= day && day < monday.plus_days(7));
        }
    }

    #[test]
    fn leap_days_follow_the_calendar() {
        for (year, leap) in [(1900, false), (2000, true), (2024, true), (2026, false)] {
            assert_eq!(Date::from_civil(year, 2, 29).is_some(), leap);
        }
    }
}
