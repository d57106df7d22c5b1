//! One chain of pages to ask X-Ray for: a time and a group of functions.

use super::Request;
use super::filter::Group;
use super::window::{LONGEST_SLICE, Slice};
use jiff::Timestamp;

/// How many times more traces are listed than read, so that there is a choice.
const LISTED_FOR_EACH_READ: u64 = 4;

/// Up to this many traces in six hours, listing all of them is cheap.
const ALWAYS_LISTED: u64 = 2000;

/// Up to this many traces in any time too.
const LISTED_AT_LEAST: u64 = 200;

/// How many functions are assumed if none is named.
const FUNCTIONS_UNTOLD: u64 = 10;

/// One chain of pages: a slice of the window for a group of functions, either all traces or a sample.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) slice: Slice,
    pub(super) group: Group,
    pub(super) rate: Option<f64>,
}

impl Question {
    /// Splits off the newest seconds. The rest is `None` if that is all.
    pub(super) fn cut(self, seconds: u64) -> (Self, Option<Self>) {
        let Slice { start, end } = self.slice;
        let middle = end.saturating_sub_unsigned(seconds).max(start);
        let of = |start, end| Self {
            slice: Slice { start, end },
            ..self.clone()
        };
        let rest = (middle > start).then(|| of(start, middle));
        (of(middle, end), rest)
    }

    /// Returns how many traces it may list before it is split: its share of the window.
    pub(super) fn most(&self, request: &Request) -> u64 {
        // If many functions were each asked for alone, X-Ray would scan all traces once for each function.
        if !self.group.selects {
            return u64::MAX;
        }
        let functions = match self.group.functions.len() {
            0 => FUNCTIONS_UNTOLD,
            functions => functions as u64,
        };
        let of_all = request
            .max_traces
            .saturating_mul(LISTED_FOR_EACH_READ)
            .saturating_mul(functions);
        let part = |of: u64, window: u64| {
            let share = u128::from(of) * u128::from(self.slice.seconds());
            u64::try_from(share / u128::from(window.max(1))).unwrap_or(u64::MAX)
        };
        part(of_all, request.window.seconds())
            .max(part(ALWAYS_LISTED, LONGEST_SLICE.as_secs().unsigned_abs()))
            .max(LISTED_AT_LEAST)
    }

    /// Estimates how many traces there are, from the number listed so far and the time that the pages have reached.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn estimate(&self, listed: u64, reached: Option<i64>) -> f64 {
        let length = (self.slice.end - self.slice.start).max(1) as f64;
        let passed = reached
            .map(|reached| self.slice.end - reached)
            .filter(|passed| *passed > 0);
        // If X-Ray does not say how far it is, ten times as many are assumed.
        let part = passed.map_or(0.1, |passed| (passed as f64 / length).clamp(0.0001, 1.0));
        listed as f64 / part
    }

    /// Its time, for people.
    pub(super) fn shown(&self) -> String {
        let shown = |seconds: i64| {
            Timestamp::from_second(seconds)
                .map_or_else(|_| seconds.to_string(), |at| at.to_string())
        };
        format!("{} to {}", shown(self.slice.start), shown(self.slice.end))
    }
}
