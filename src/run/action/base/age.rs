//! Which lines of the base's policies are too young for what they grant to have been observed.

use super::Base;
use crate::config::GRACE;
use crate::github::api::{Client, GitHub as _};
use crate::options::gate::Effective;
use crate::record::base::YoungLines;
use crate::report::printable;
use crate::run::action::notice;
use crate::run::gather::now;
use jiff::{SignedDuration, Timestamp};
use std::path::Path;

/// Files whose lines are dated; a gate of more is told so.
const MOST_FILES: usize = 50;

/// The ages of lines, asked for file by file.
#[derive(Debug)]
pub(super) struct Ages<'a> {
    github: &'a Client,
    commit: &'a str,
    now: Timestamp,
    grace: SignedDuration,
    /// Whether anything is still asked.
    asks: bool,
    /// Files that may still be asked for.
    left: usize,
    pub(super) young: YoungLines,
}

impl<'a> Ages<'a> {
    pub(super) fn of(base: &Base<'a>, effective: &Effective) -> Self {
        let configured = effective.config.as_ref().and_then(|file| file.config.grace);
        let days = configured.unwrap_or(GRACE);
        Self {
            github: base.github,
            commit: base.commit,
            now: now(),
            grace: SignedDuration::from_hours(24 * i64::from(days)),
            asks: days > 0,
            left: MOST_FILES,
            young: YoungLines::new(),
        }
    }

    /// Dates the lines of a policy at a place of the repository, which is kept in a file of ours. What cannot be dated counts
    /// as old, so that nothing passes for it.
    pub(super) fn ask(&mut self, place: &str, kept: &Path) {
        if !self.asks {
            return;
        }
        let Some(left) = self.left.checked_sub(1) else {
            self.asks = false;
            told(&format!(
                "from `{}` on are too many to date",
                printable(place)
            ));
            return;
        };
        self.left = left;
        let blamed = match self.github.blame(place, self.commit) {
            Ok(blamed) => blamed,
            Err(error) => {
                // One refusal is enough.
                self.asks = false;
                told(&format!(
                    "could not be dated: {}",
                    printable(&error.to_string())
                ));
                return;
            }
        };
        let is_young = |when: Timestamp| {
            let age = self.now.duration_since(when);
            // A commit from the future is dated by its author, and proves nothing.
            !age.is_negative() && age < self.grace
        };
        let young = blamed.iter().filter(|lines| is_young(lines.when));
        let line = |line: u64| usize::try_from(line).unwrap_or(usize::MAX);
        let young: Vec<_> = young
            .map(|lines| line(lines.first)..=line(lines.last))
            .collect();
        if !young.is_empty() {
            self.young.insert(kept.display().to_string(), young);
        }
    }
}

fn told(what: &str) {
    notice(&format!(
        "the lines of the policies at the base {what}. Nothing there is on probation for its age."
    ));
}
