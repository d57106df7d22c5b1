//! What is on the record: which excess is accepted, was there before, or is new, and so does not count, or not yet.
//!
//! A finding is divided where the record tells its parts apart, so that what comes on top of something old or accepted is judged
//! by itself. Everything here is inclusion of what is granted, never equality of text: what is broader than what was accepted
//! or written down is not covered by it.

pub mod accept;
pub mod base;
pub mod baseline;
mod cover;
mod divide;
mod granted;
mod held;
mod left;
mod spoken;
mod touch;

use crate::catalog::Catalog;
use crate::compare::{Comparison, Excess, Severity, needs_no_evidence};
use crate::iam::PolicyDocument;
use crate::judge::State;
use crate::settings::file::{Accept, Lined};
use accept::Accepts;
use base::{Base, Before};
use baseline::{Baseline, BaselineEntry, Entries};
use divide::{Pair, divided};
pub use held::Held;
use jiff::civil::Date;
use spoken::Spoken;
use std::collections::BTreeSet;
use touch::Touch;

/// Whom findings are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The role's ARN, where it is known.
    pub role: Option<String>,
    /// The role's name, where that is not in `role`: in a template it has a logical id there.
    pub role_name: Option<String>,
    /// The paths of the policy files that stand for it, sorted.
    pub policy_files: Vec<String>,
    /// The paths that those files had before a change renamed them with their functions: what was said of them holds still.
    pub former_files: Vec<String>,
    /// The folder that relative paths are meant from, where it is known.
    pub folder: Option<String>,
}

/// What is decided, and on which day that is asked.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// The entries of the configuration.
    pub accepts: &'a [Lined<Accept>],
    /// What was there before.
    pub baseline: Option<&'a Baseline>,
    /// Whether only what is new is judged.
    pub only_new: bool,
    /// The day, in UTC.
    pub today: Date,
    /// The folder that relative paths of policy files are meant from, where it is known.
    pub folder: Option<String>,
    /// Whether it was read what the base granted when the grace began.
    pub knows_age: bool,
}

/// What the record says of one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether it counts.
    pub state: State,
    /// Whether the base lacks it, or the baseline where there is no base.
    pub new: bool,
    /// The entry that accepts it; once it is over, the finding is judged again.
    pub accept: Option<Accept>,
    /// Whether it is certain on any evidence: new, and of a kind that nobody can need.
    pub is_certain: bool,
    /// Whether the base granted it when the grace began, where that is known.
    pub is_settled: bool,
}

/// A role's findings on the record.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// The comparison, its findings divided where the record tells parts apart.
    pub comparison: Comparison,
    /// What is said of each finding, in the comparison's order.
    pub standings: Vec<Standing>,
    /// Entries of the baseline that are no longer true.
    pub stale: Vec<BaselineEntry>,
    /// Lines of the configuration's entries that something was found for.
    pub matched: BTreeSet<usize>,
    /// Whether the change may grant anything that was not granted before, where only what is new is judged.
    pub is_changed: bool,
    /// What is accepted or in the baseline, though what grants it may grant more.
    pub held: Held,
}

impl Record<'_> {
    /// What the record says of a role's findings. `policies` are those that the findings are about, `base` what was granted
    /// before the change, where that is known.
    pub fn of(
        &self,
        subject: &Subject,
        comparison: Comparison,
        policies: &[PolicyDocument],
        base: Option<&Before>,
        catalog: &Catalog,
    ) -> Recorded {
        let says_all = base.is_some_and(|base| base.says_all(policies));
        let accepts = Accepts::of(self.accepts, subject);
        let before = self.baseline.map(|baseline| baseline.of(subject));
        let settled = base
            .and_then(|base| base.settled.as_deref())
            .map(|settled| Base::new(policies, settled, catalog));
        let base = base
            .filter(|base| !base.is_of_age_alone)
            .map(|base| Base::new(policies, &base.granted, catalog));
        let mut recorded = Recorded::default();
        accepts.hold(&mut recorded.held, self.today);
        if let Some(entries) = &before {
            entries.hold(&mut recorded.held);
        }
        let mut excess = Vec::new();
        let spoken = Spoken::of(&comparison, policies);
        for finding in &comparison.excess {
            // Whole findings are asked about first: their parts only matter where they differ.
            let wholly_old = base
                .as_ref()
                .map(|base| says_all || base.grants(finding, None));
            let cells = base
                .iter()
                .filter(|_| wholly_old != Some(true))
                .chain(&settled);
            let areas = accepts
                .areas()
                .chain(before.iter().flat_map(Entries::areas));
            let touch = Touch::new(areas, cells.flat_map(Base::cells), catalog);
            let spoken_of = if touch.is_idle() {
                BTreeSet::new()
            } else {
                spoken.by(finding)
            };
            let parts = divided(finding, &spoken_of, &touch, |finding, pair| {
                let (matched, accept) = accepts.find(finding, pair);
                recorded.matched.extend(matched);
                let in_baseline = before
                    .as_ref()
                    .is_some_and(|entries| entries.cover(finding, pair));
                let old = match (&base, wholly_old) {
                    (Some(_), Some(true)) => true,
                    (Some(base), _) => base.grants(finding, Some(pair)),
                    (None, _) => in_baseline,
                };
                let settled = settled.as_ref();
                Label {
                    accept: accept.cloned(),
                    in_baseline,
                    settled: (old || base.is_none())
                        && settled.is_none_or(|settled| settled.grants(finding, Some(pair))),
                    old,
                }
            });
            for (mut part, label) in parts {
                left::keep_places(&mut part, finding, policies);
                let has_age = base.is_some() || settled.is_some();
                let state = self.state(&part, &label, base.is_some(), has_age);
                let has_past = base.is_some() || before.is_some();
                let new = has_past && !label.old;
                recorded.standings.push(Standing {
                    state,
                    new,
                    accept: label.accept,
                    is_certain: new && needs_no_evidence(&part, catalog),
                    is_settled: self.knows_age && base.is_some() && label.settled,
                });
                excess.push(part);
            }
        }
        recorded.stale = before
            .map(|entries| entries.stale(&excess, policies))
            .unwrap_or_default();
        // What is granted still is spoken of, though calls explain it today.
        recorded.matched.extend(accepts.granted(policies));
        let mut undecided = comparison.undecided;
        for open in &mut undecided {
            open.new = base
                .as_ref()
                .is_some_and(|base| !says_all && !base.grants_undecided(open));
        }
        let grants_more = base.as_ref().is_none_or(|base| {
            // Asked only where the answer matters: it may take long.
            comparison.given_up.is_empty() || !base.grants_nothing_more()
        });
        recorded.is_changed = !self.only_new || (!says_all && grants_more);
        recorded.comparison = Comparison {
            excess,
            undecided,
            ..comparison
        };
        recorded
    }

    fn state(&self, finding: &Excess, label: &Label, has_base: bool, has_age: bool) -> State {
        if let Some(accept) = &label.accept {
            // What was promised to end has ended, whatever else is on the record.
            return if accept.until.0 < self.today {
                State::Judged
            } else {
                State::Accepted
            };
        }
        let has_past = has_base || self.baseline.is_some();
        if label.in_baseline || (self.only_new && has_past && label.old) {
            State::Baseline
        } else if has_age && !label.settled && finding.severity < Severity::High {
            State::Probation
        } else {
            State::Judged
        }
    }
}

/// What the record says of one pair of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Label {
    accept: Option<Accept>,
    in_baseline: bool,
    /// Whether it was there before, and for long enough to have been observed.
    settled: bool,
    /// Whether it was there before, by the base's policies where they are known and else by the baseline.
    old: bool,
}

/// Whether one part of what a finding grants is covered, for whoever asks.
type Asked<'a> = (&'a Excess, Pair<'a>);

#[cfg(test)]
mod tests;
