//! Decides whether a time in a trace is possible: not before X-Ray was announced, not after now, and no end before its
//! beginning.
//!
//! Whoever runs the code writes these times. X-Ray accepts no segment that is older than 30 days or in the future, so a
//! document with an impossible time was never in X-Ray:
//! <https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html>.

use crate::xray::TraceId;
use jiff::{SignedDuration, Timestamp};

/// 2016-12-01, when X-Ray was announced, in seconds since the epoch.
const ANNOUNCED: i64 = 1_480_550_400;

/// How far the clock of a recorder may be ahead of ours, and how far a clock may be put back between two times.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// The time at which traces are read. Without it, no time is too late.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock(pub(super) Option<Timestamp>);

impl Clock {
    /// Whether a beginning and an end are possible. A time that was not recorded counts as possible.
    pub(super) fn allows(self, [start, end]: [Option<Timestamp>; 2]) -> bool {
        let mut times = [start, end].into_iter().flatten();
        let is_order = start
            .zip(end)
            .is_none_or(|(start, end)| start.duration_since(end) <= SKEW);
        is_order && times.all(|time| self.has_been(time))
    }

    /// Whether the time at the beginning of a trace id is possible. Only ids that X-Ray's own SDKs create begin with a
    /// time.
    pub(super) fn allows_id(self, trace: TraceId) -> bool {
        Timestamp::from_second(trace.seconds()).is_ok_and(|time| self.has_been(time))
    }

    fn has_been(self, time: Timestamp) -> bool {
        let is_past = self
            .0
            .and_then(|now| now.checked_add(SKEW).ok())
            .is_none_or(|latest| time <= latest);
        is_past && time.as_second() >= ANNOUNCED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_lie_between_the_announcement_and_now() {
        let now: Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
        let clock = Clock(Some(now));
        for (time, allowed) in [
            ("1970-01-01T00:00:01Z", false),
            ("2016-11-30T23:59:59Z", false),
            ("2016-12-01T00:00:00Z", true),
            ("2026-11-28T12:15:00Z", true),
            ("2026-11-28T12:15:01Z", false),
            ("9999-01-01T00:00:00Z", false),
        ] {
            let time = Some(time.parse().unwrap());
            assert_eq!(clock.allows([time, None]), allowed, "{time:?}");
            assert_eq!(clock.allows([None, time]), allowed, "{time:?}");
        }
        for (end, allowed) in [
            ("2026-11-28T12:00:01Z", true),
            ("2026-11-28T11:45:00Z", true),
            ("2026-11-28T11:44:59Z", false),
        ] {
            let end = Some(end.parse().unwrap());
            assert_eq!(clock.allows([Some(now), end]), allowed, "{end:?}");
        }
        assert!(clock.allows([None, None]));
        assert!(Clock::default().allows([Some("2100-01-01T00:00:00Z".parse().unwrap()), None]));
    }

    #[test]
    fn an_id_tells_when_its_trace_began() {
        let clock = Clock(Some("2026-11-28T12:00:00Z".parse().unwrap()));
        for (id, allowed) in [
            ("1-00000001-b6e00f54192cf79a38419e0f", false),
            ("1-5aaf0fa0-b6e00f54192cf79a38419e0f", true),
            ("1-ffffffff-b6e00f54192cf79a38419e0f", false),
        ] {
            assert_eq!(
                clock.allows_id(TraceId::parse(id).unwrap()),
                allowed,
                "{id}"
            );
        }
    }
}
