//! How far a chain of pages has come, and how many traces X-Ray scanned in which time for it.

use super::window::Slice;
use crate::aws::xray::SummaryPage;

/// How many seconds are asked for twice where a chain of pages was left.
const OVERLAP: i64 = 60;

/// How far a chain of pages has come. X-Ray goes from the newest trace to the oldest.
#[derive(Debug)]
pub(super) struct Progress {
    slice: Slice,
    /// The time down to which all is measured.
    reached: i64,
    /// What was scanned beyond that.
    unmeasured: u64,
    pub(super) listed: u64,
    scanned: u64,
}

impl Progress {
    pub(super) fn of(slice: Slice) -> Self {
        Self {
            slice,
            reached: slice.end,
            unmeasured: 0,
            listed: 0,
            scanned: 0,
        }
    }

    /// The seconds that are still to come.
    pub(super) fn to_go(&self) -> u64 {
        let Slice { start, .. } = self.slice;
        let end = self.reached;
        Slice { start, end }.seconds().max(1)
    }

    /// The time that must be asked for if no more pages are. A minute of it is asked for anew, for X-Ray's times are approximate.
    pub(super) fn rest(&self) -> Slice {
        let Slice { start, end } = self.slice;
        let end = if self.reached == end {
            end
        } else {
            (self.reached + OVERLAP).min(end - 1)
        };
        Slice { start, end }
    }

    /// Adds a page, and returns how many traces X-Ray scanned for it.
    pub(super) fn paid(&mut self, page: &SummaryPage) -> u64 {
        self.listed += page.summaries.len() as u64;
        // Each trace that is listed was scanned, whatever X-Ray says about their number.
        let told = self.scanned.saturating_add(page.scanned);
        let paid = page
            .scanned
            .saturating_add(self.listed.saturating_sub(told));
        self.scanned = self.scanned.saturating_add(paid);
        self.unmeasured = self.unmeasured.saturating_add(paid);
        paid
    }

    /// Returns the seconds since the time that was measured last, and how many traces X-Ray scanned for them. `None` if
    /// X-Ray does not say how far it is, and goes on.
    pub(super) fn measured(
        &mut self,
        reached: Option<i64>,
        is_whole: bool,
        has_ended: bool,
    ) -> Option<(u64, u64)> {
        let Slice { start, .. } = self.slice;
        let told = reached.filter(|reached| *reached < self.reached);
        let reached = match told {
            _ if is_whole => start,
            Some(reached) => reached.max(start),
            // As where it is estimated how many there are in all.
            None if has_ended => self.reached - (self.reached - start) / 10,
            None => return None,
        };
        let end = self.reached;
        let seconds = Slice {
            start: reached,
            end,
        }
        .seconds();
        if seconds == 0 {
            return None;
        }
        self.reached = reached;
        Some((seconds, std::mem::take(&mut self.unmeasured)))
    }
}
