//! Times and lengths of time as people type them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Minutes: `90`, `90m`, `12h`, `30d`. Nothing where it is none of these.
///
/// ```
/// use aws_least_privilege::settings::time::minutes;
///
/// assert_eq!(["90", "90m", "12h", "30d"].map(minutes), [Some(90), Some(90), Some(720), Some(43_200)]);
/// assert_eq!(["", "d", "-1", "1.5h", "1w", "99999999999999999999d"].map(minutes), [None; 6]);
/// ```
pub fn minutes(text: &str) -> Option<u64> {
    let (number, unit) = match text.strip_suffix(['m', 'h', 'd']) {
        Some(number) if text.ends_with('h') => (number, 60),
        Some(number) if text.ends_with('d') => (number, 24 * 60),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse::<u64>().ok().filter(|_| is_number)?;
    number.checked_mul(unit)
}

/// Seconds: `90s`, and what [`minutes`] takes.
///
/// ```
/// use aws_least_privilege::settings::time::duration;
///
/// assert_eq!(["90s", "15", "15m", "1h"].map(duration), [Some(90), Some(900), Some(900), Some(3600)]);
/// assert_eq!(duration("s"), None);
/// ```
pub fn duration(text: &str) -> Option<u64> {
    match text.strip_suffix('s') {
        Some(seconds) if seconds.bytes().all(|byte| byte.is_ascii_digit()) => seconds.parse().ok(),
        Some(_) => None,
        None => minutes(text)?.checked_mul(60),
    }
}

/// A time in seconds since 1970: in Unix seconds, or as ISO 8601 has it, in UTC where it says no zone. Nothing where it is neither.
///
/// ```
/// use aws_least_privilege::settings::time::seconds;
///
/// for text in ["1795003200", "2026-11-18T12:00:00Z", "2026-11-18T13:00+01:00", "2026-11-18T12:00", "2026-11-18 12:00:00"] {
///     assert_eq!(seconds(text), Some(1_795_003_200), "{text}");
/// }
/// assert_eq!(seconds("2026-11-18"), Some(1_794_960_000));
/// assert_eq!((seconds("yesterday"), seconds("")), (None, None));
/// ```
pub fn seconds(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_second());
    }
    let civil: DateTime = text.parse().ok()?;
    let time = TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(time.as_second())
}
