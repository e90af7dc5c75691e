//! Times and days as text.

use alloc::format;
use alloc::string::String;

use crate::time::{Date, Offset, Timestamp};

/// A time of RFC 3339 with its offset, such as `2026-03-02T10:00:00+01:00`. `T` and `Z` are
/// capital letters; up to nine digits of a fraction are read and cut to milliseconds; there is no
/// second 60, since it has no milliseconds of its own.
pub(crate) fn read_time(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix('T')?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let end = rest.find(['Z', '+', '-'])?;
    let (fraction, offset) = rest.split_at_checked(end)?;
    let offset = if offset == "Z" { Offset::UTC } else { read_offset(offset)? };
    let days = i64::from(read_date(date)?.days());
    let local =
        days.checked_mul(DAY)?.checked_add(read_clock(clock)?)?.checked_add(read_fraction(fraction)?)?;
    Timestamp::from_millisecond(local.checked_sub(i64::from(offset.minutes()).checked_mul(MINUTE)?)?)
}

/// A day, such as `2026-03-02`.
pub(crate) fn read_date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.strip_prefix('-')?.split_at_checked(2)?;
    let day = day.strip_prefix('-')?;
    let year = i16::try_from(digits(year, 4)?).ok()?;
    Date::from_civil(year, u8::try_from(digits(month, 2)?).ok()?, u8::try_from(digits(day, 2)?).ok()?)
}

/// An offset, such as `+01:00`: at most 23:59 either way.
pub(super) fn read_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if 23 < hours || 59 < minutes {
        return None;
    }
    let minutes = i16::try_from(hours.checked_mul(60)?.checked_add(minutes)?).ok()?;
    match sign {
        "+" => Offset::from_minutes(minutes),
        "-" => Offset::from_minutes(minutes.checked_neg()?),
        _ => None,
    }
}

/// An hour of the day in minutes after midnight, such as `16:00`: up to `24:00`.
pub(super) fn read_hour(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if 59 < minutes {
        return None;
    }
    let minutes = hours.checked_mul(60)?.checked_add(minutes)?;
    u16::try_from(minutes).ok().filter(|minutes| *minutes <= 24 * 60)
}

/// A time in UTC, as [`read_time`] reads it.
pub(super) fn write_time(time: Timestamp) -> String {
    let (hour, minute, second) = time.time_of_day(Offset::UTC);
    let clock = format!("{}T{hour:02}:{minute:02}:{second:02}", time.date(Offset::UTC));
    match time.millisecond().rem_euclid(1000) {
        0 => format!("{clock}Z"),
        millisecond => format!("{clock}.{millisecond:03}Z"),
    }
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// `10:00:00`, in milliseconds.
fn read_clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hour, minute, second) =
        (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() || 23 < hour || 59 < minute || 59 < second {
        return None;
    }
    let minutes = i64::from(hour).checked_mul(60)?.checked_add(i64::from(minute))?;
    minutes.checked_mul(60)?.checked_add(i64::from(second))?.checked_mul(1000)
}

/// `.5`, in milliseconds; nothing is 0.
fn read_fraction(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let fraction = text.strip_prefix('.')?;
    if 9 < fraction.len() {
        return None;
    }
    let nanoseconds = digits(fraction, fraction.len())?;
    let missing = u32::try_from(9_usize.checked_sub(fraction.len())?).ok()?;
    nanoseconds.checked_mul(10_u32.checked_pow(missing)?)?.checked_div(1_000_000).map(i64::from)
}

/// Exactly `length` digits, at least one and at most nine.
fn digits(text: &str, length: usize) -> Option<u32> {
    let only_digits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if only_digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_an_offset_are_read_and_nothing_else() {
        for (text, millisecond) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T01:00:00+01:00", 0),
            ("1969-12-31T23:59:59.999999999-00:00", -1),
            ("2026-03-02T10:00:00.5+01:00", 1_772_442_000_500),
            ("2024-02-29T23:59:59.123Z", 1_709_251_199_123),
        ] {
            assert_eq!(read_time(text).map(Timestamp::millisecond), Some(millisecond), "{text}");
        }
        for wrong in [
            "",
            "2026-03-02",
            "2026-03-02T10:00:00",
            "2026-03-02 10:00:00Z",
            "2026-03-02t10:00:00z",
            "2026-02-29T10:00:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T10:60:00Z",
            "2026-06-30T23:59:60Z",
            "2026-03-02T10:00:00.Z",
            "2026-03-02T10:00:00.1234567890Z",
            "2026-03-02T10:00:00+1:00",
            "2026-03-02T10:00:00+24:00",
            "2026-03-02T10:00:00+01",
            "2026-03-02T10:00Z",
            "2026-3-02T10:00:00Z",
            "2026-03-02T10:00:00Z ",
            "٢٠٢٦-03-02T10:00:00Z",
            "2026-03-02T10:00:00,5Z",
            "0000-01-01T00:00:00+00:01",
            "2026-03-02T+1:00:00Z",
            "2026-03-02T10:00:00é+01:00",
        ] {
            assert_eq!(read_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_is_written_as_it_is_read() {
        for (text, written) in [
            ("2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
            ("0000-01-01T00:00:00.05Z", "0000-01-01T00:00:00.050Z"),
        ] {
            let time = read_time(text).unwrap();
            assert_eq!(write_time(time), written);
            assert_eq!(read_time(written), Some(time));
        }
    }

    #[test]
    fn hours_end_at_midnight() {
        assert_eq!(["00:00", "16:30", "24:00"].map(read_hour), [Some(0), Some(990), Some(1440)]);
        for wrong in ["24:01", "25:00", "7:00", "07:60", "0700", "", ":", "07:00:00"] {
            assert_eq!(read_hour(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn offsets_end_at_a_day() {
        assert_eq!(read_offset("-03:30").map(Offset::minutes), Some(-210));
        for wrong in ["+1:00", "01:00", "+24:00", "+01:60", "+0100", "", "+", "±01:00"] {
            assert_eq!(read_offset(wrong), None, "{wrong}");
        }
    }
}
