//! The time range of the evidence, and its slices.
//!
//! X-Ray keeps traces for thirty days. It refuses or truncates time ranges that it finds too long, without saying how
//! long that is. Its console asks for six hours.

use jiff::{SignedDuration, Timestamp};

/// How long X-Ray keeps traces.
const RETENTION: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The longest time range of one request.
pub(super) const LONGEST_SLICE: SignedDuration = SignedDuration::from_hours(6);

/// The time range in which a trace must begin to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    start: Timestamp,
    end: Timestamp,
    now: Timestamp,
}

/// Why a time range is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// It begins earlier than X-Ray keeps traces.
    #[error("the start `{0}` is older than the 30 days that X-Ray keeps traces for")]
    TooOld(Timestamp),
    /// It begins after now.
    #[error("the start `{0}` is in the future")]
    InFuture(Timestamp),
    /// It is empty.
    #[error("the time range is empty")]
    Empty,
    /// The start is not a time.
    #[error("the start `{0}` is no time in seconds since 1970")]
    NotATime(i64),
}

impl WindowError {
    /// Returns what the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::TooOld(_) => {
                "begin later with --start-time, or shorten --time-range to at most 43200 minutes"
            }
            Self::InFuture(_) | Self::NotATime(_) => {
                "give --start-time in seconds, as `date +%s` prints them"
            }
            Self::Empty => "give --time-range one minute at least",
        };
        Some(hint.to_owned())
    }
}

impl Window {
    /// Creates a window of `minutes` from a start in seconds since the epoch. Without a start, the window ends now.
    ///
    /// A window that would end after now ends now.
    ///
    /// ```
    /// use aws_least_privilege::evidence::xray_api::Window;
    /// use jiff::Timestamp;
    ///
    /// let now: Timestamp = "2026-11-23T12:00:00Z".parse()?;
    /// let day = Window::new(None, 1440, now)?;
    /// assert_eq!(day.start().to_string(), "2026-11-22T12:00:00Z");
    /// assert!(Window::new(Some(0), 60, now).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the start is more than 30 days ago or in the future, or if the window is empty.
    pub fn new(start: Option<i64>, minutes: u64, now: Timestamp) -> Result<Self, WindowError> {
        if minutes == 0 {
            return Err(WindowError::Empty);
        }
        // A length that overflows is too long in any case.
        let length = i64::try_from(minutes)
            .ok()
            .and_then(|minutes| minutes.checked_mul(60));
        let length = SignedDuration::from_secs(length.unwrap_or(i64::MAX));
        let start = match start {
            Some(seconds) => {
                Timestamp::from_second(seconds).or(Err(WindowError::NotATime(seconds)))?
            }
            None => now.checked_sub(length).unwrap_or(Timestamp::MIN),
        };
        if start > now {
            return Err(WindowError::InFuture(start));
        }
        if now.duration_since(start) > RETENTION {
            return Err(WindowError::TooOld(start));
        }
        let end = start.checked_add(length).map_or(now, |end| end.min(now));
        if end == start {
            return Err(WindowError::Empty);
        }
        Ok(Self { start, end, now })
    }

    /// When it begins.
    pub fn start(self) -> Timestamp {
        self.start
    }

    /// The time when the window was requested.
    pub fn now(self) -> Timestamp {
        self.now
    }

    /// When it ends.
    pub fn end(self) -> Timestamp {
        self.end
    }

    /// Returns how many seconds it has.
    pub(super) fn seconds(self) -> u64 {
        self.end.duration_since(self.start).as_secs().unsigned_abs()
    }

    /// Returns time ranges of at most six hours that cover the window, the newest first. X-Ray counts in whole seconds.
    pub(super) fn slices(self) -> Vec<Slice> {
        let begin = self.start.as_second();
        let mut end = self.end.as_second() + i64::from(self.end.subsec_nanosecond() > 0);
        let mut slices = Vec::new();
        while end > begin {
            let start = (end - LONGEST_SLICE.as_secs()).max(begin);
            slices.push(Slice { start, end });
            end = start;
        }
        slices
    }
}

/// A time range of one request, in seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Slice {
    /// Returns how many seconds it has.
    pub(super) fn seconds(self) -> u64 {
        u64::try_from(self.end - self.start).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000;

    fn now() -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }

    #[test]
    fn slices_cover_the_window_without_a_hole_and_are_six_hours_at_most() {
        for minutes in [1, 359, 360, 361, 1440, 43_200] {
            let slices = Window::new(None, minutes, now()).unwrap().slices();
            assert_eq!(slices.first().unwrap().end, NOW);
            assert_eq!(
                slices.last().unwrap().start,
                NOW - i64::try_from(minutes).unwrap() * 60
            );
            for pair in slices.windows(2) {
                assert_eq!(pair[0].start, pair[1].end);
            }
            assert!(
                slices
                    .iter()
                    .all(|slice| slice.end - slice.start <= 6 * 3600)
            );
            assert_eq!(slices.len() as u64, minutes.div_ceil(360));
        }
    }

    #[test]
    fn thirty_days_are_taken_and_a_second_more_is_refused() {
        assert!(Window::new(Some(NOW - 30 * 86400), 60, now()).is_ok());
        assert!(matches!(
            Window::new(Some(NOW - 30 * 86400 - 1), 60, now()),
            Err(WindowError::TooOld(_))
        ));
        assert!(matches!(
            Window::new(None, 43_201, now()),
            Err(WindowError::TooOld(_))
        ));
        assert!(matches!(
            Window::new(None, u64::MAX, now()),
            Err(WindowError::TooOld(_))
        ));
    }

    #[test]
    fn a_start_in_the_future_or_beyond_time_is_refused() {
        assert!(matches!(
            Window::new(Some(NOW + 1), 60, now()),
            Err(WindowError::InFuture(_))
        ));
        assert!(matches!(
            Window::new(Some(i64::MAX), 60, now()),
            Err(WindowError::NotATime(_))
        ));
        assert!(matches!(
            Window::new(Some(NOW), 60, now()),
            Err(WindowError::Empty)
        ));
        assert!(matches!(
            Window::new(None, 0, now()),
            Err(WindowError::Empty)
        ));
    }

    #[test]
    fn a_window_does_not_reach_beyond_now() {
        let window = Window::new(Some(NOW - 60), 60, now()).unwrap();
        assert_eq!(window.end(), now());
    }
}
