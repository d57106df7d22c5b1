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

/// Whether IAM may take a text for a point in time when it stores a policy. It takes ISO 8601 in more forms than it compares, so
/// that only what has no year, or a part that no calendar and no clock has, is certainly none.
pub(in crate::iam) fn may_be_one(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '+']);
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    let mut parts = date.splitn(3, '-');
    let year = parts.next().unwrap_or_default();
    let is_year = !year.is_empty() && year.bytes().all(|byte| byte.is_ascii_digit());
    // A week or the day of a year may be written in their places.
    let within = |part: Option<&str>, most: u32| match part.map(str::parse::<u32>) {
        Some(Ok(number)) => (1..=most).contains(&number),
        Some(Err(_)) => part.is_some_and(|part| part.starts_with('W')),
        None => true,
    };
    let (month, day) = (parts.next(), parts.next());
    let is_day_of_year = day.is_none() && month.is_some_and(|month| month.len() == 3);
    let mut clock = time.splitn(3, ':');
    let below = |part: Option<&str>, most: u32| {
        let number = part.filter(|part| part.len() == 2).map(str::parse::<u32>);
        !matches!(number, Some(Ok(number)) if number > most)
    };
    let letters = |letter: char| letter.is_ascii_digit() || "+-:.,Zz".contains(letter);
    is_year
        && (is_day_of_year || (within(month, 12) && within(day, 31)))
        && below(clock.next(), 24)
        && below(clock.next(), 59)
        && time.chars().all(letters)
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
    use super::{compare, may_be_one, parse};
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
    fn what_compares_may_be_stored_and_more() {
        for text in [
            "2026-01-01T00:00:00Z",
            "2026-01-01t00:00:00.000z",
            "2026-01-01T01:00:00+01:00",
            "2026-01-01 00:00:00",
            "2026-01-01",
            "2026-02-30",
            "2026-01",
            "2026",
            "2026-365",
            "2026-W05-1",
            "20260131T120000Z",
            "1767225600",
            "-1",
            "99999999999999",
        ] {
            assert!(may_be_one(text), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "tomorrow",
            "true",
            "Mon, 01 Jan 2026",
            "01/31/2026",
            "2026/01/31",
            "2026-13",
            "2026-00-01",
            "2026-01-32",
            "2026-01-xx",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:00 CET",
            "31.01.2026",
            "2026-01-31Z12",
        ] {
            assert!(!may_be_one(text), "{text}");
        }
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
