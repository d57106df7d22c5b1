//! Compares points in time for the `Date...` operators: ISO 8601 in the W3C profile, or seconds since 1970.
//!
//! A date without time means its midnight, and a time without zone is in UTC. Four digits are a year; other whole numbers
//! are seconds.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// The order of two points in time; `None` if one of them is not a point in time.
pub(super) fn compare(one: &str, other: &str) -> Option<Ordering> {
    Some(parse(one)?.cmp(&parse(other)?))
}

fn parse(text: &str) -> Option<Timestamp> {
    let in_utc = |local: DateTime| Offset::UTC.to_timestamp(local).ok();
    let first_of = |year: &str, month: &str| {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let written = digits(year) && digits(month);
        let day = written.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok());
        in_utc(day??.to_datetime(jiff::civil::Time::midnight()))
    };
    if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return first_of(text, "1");
    }
    if let Ok(seconds) = text.parse::<i64>() {
        return Timestamp::from_second(seconds).ok();
    }
    if let Some((year, month)) = text.split_once('-')
        && (year.len(), month.len()) == (4, 2)
    {
        return first_of(year, month);
    }
    // IAM does not read annotations such as `[Europe/Paris]`.
    if !text.is_ascii() || text.contains('[') {
        return None;
    }
    let instant = text.parse::<Timestamp>().ok();
    instant.or_else(|| in_utc(text.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{compare, parse};
    use std::cmp::Ordering::{Equal, Less};

    #[test]
    fn every_profile_of_the_same_instant_is_equal() {
        for text in [
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00Z",
            "2026-01-01T01:00:00+01:00",
            "2026-01-01T00:00:00",
            "2026-01-01",
            "2026-01",
            "2026",
            "1767225600",
        ] {
            assert_eq!(compare(text, "2026-01-01T00:00:00Z"), Some(Equal), "{text}");
        }
        assert_eq!(compare("-1", "1970"), Some(Less));
    }

    #[test]
    fn what_is_no_date_does_not_compare() {
        for text in [
            "",
            "yesterday",
            "2026-13",
            "2026-02-30",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:00:00Z[UTC]",
            "99999999999999",
            "+026-01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
