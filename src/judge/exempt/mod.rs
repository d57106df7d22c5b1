//! Applies the record to findings: which excess is accepted, which was there before, and which is new.
//!
//! If the record treats parts of a finding differently, the finding is divided, so that whatever goes beyond old or accepted
//! excess is judged on its own. Everything is decided by inclusion of grants, never by equal text: a grant that is broader
//! than what was accepted or recorded is not covered.

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
use base::{Base, Before, InDoubt, Limited};
use baseline::{Baseline, BaselineEntry, Entries};
use divide::{Pair, divided};
pub use held::Held;
use jiff::civil::Date;
use spoken::Spoken;
use std::collections::BTreeSet;
use touch::Touch;

/// The role, or the policy files, that findings are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The role's ARN, if it is known.
    pub role: Option<String>,
    /// The role's name, if `role` does not contain it: for a role in a template, `role` has the logical id.
    pub role_name: Option<String>,
    /// The paths of the policy files that stand for the role, sorted.
    pub policy_files: Vec<String>,
    /// The earlier paths of those files, if a change renamed them together with their functions. What the record says about
    /// the earlier paths still applies.
    pub former_files: Vec<String>,
    /// The folder to which relative paths refer, if it is known.
    pub folder: Option<String>,
}

/// What the record contains, and the day for which it is read.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// The `accept` entries of the configuration.
    pub accepts: &'a [Lined<Accept>],
    /// The baseline.
    pub baseline: Option<&'a Baseline>,
    /// Whether only new excess is judged.
    pub only_new: bool,
    /// The day, in UTC.
    pub today: Date,
    /// The folder to which relative paths of policy files refer, if it is known.
    pub folder: Option<String>,
    /// Whether it is known what the base granted when the grace period began.
    pub knows_age: bool,
    /// The last day on which anything waits that was granted since the grace period began, if that is known.
    pub waits_until: Option<Date>,
}

/// What the record says about one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether it counts.
    pub state: State,
    /// Whether it is not in the base, or without a base not in the baseline.
    pub new: bool,
    /// The entry that accepts it. After the entry's last day the finding is judged again.
    pub accept: Option<Accept>,
    /// Whether it is certain without evidence: it is new, and nobody can need it.
    pub is_certain: bool,
    /// Whether the base granted it when the grace period began, if that is known.
    pub is_settled: bool,
    /// The last day on which it waits at most, if it is on probation and already granted. What is only proposed has none.
    pub waits_until: Option<Date>,
}

/// A role's findings after the record was applied.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// The comparison, with findings divided where the record treats parts differently.
    pub comparison: Comparison,
    /// What the record says about each finding, in the order of the comparison.
    pub standings: Vec<Standing>,
    /// Baseline entries that are no longer true.
    pub stale: Vec<BaselineEntry>,
    /// Lines of the configuration entries that matched something.
    pub matched: BTreeSet<usize>,
    /// Whether the change may grant something that was not granted before. Always true unless only new excess is judged.
    pub is_changed: bool,
    /// What is accepted or in the baseline, even if the grant is broader.
    pub held: Held,
}

impl Record<'_> {
    /// Applies the record to a role's findings. `now` are the policies of the findings; `base` is what was granted before the
    /// change, if that is known.
    pub fn of(
        &self,
        subject: &Subject,
        comparison: Comparison,
        now: Limited<'_>,
        base: Option<&Before>,
        catalog: &Catalog,
    ) -> Recorded {
        let policies = now.policies;
        let says_all = base.is_some_and(|base| base.says_all(now));
        let accepts = Accepts::of(self.accepts, subject);
        let before = self.baseline.map(|baseline| baseline.of(subject, policies));
        let against = |granted, boundary: &Option<PolicyDocument>, doubt| {
            let before = Limited {
                policies: granted,
                boundary: boundary.as_ref(),
            };
            Base::new(now, before, doubt, catalog)
        };
        let settled = base
            .and_then(|base| base.settled.as_ref())
            .map(|settled| against(&settled.granted, &settled.boundary, InDoubt::Old));
        let base = base
            .filter(|base| !base.is_of_age_alone)
            .map(|base| against(&base.granted, &base.boundary, InDoubt::New));
        let mut recorded = Recorded::default();
        accepts.hold(&mut recorded.held, self.today);
        if let Some(entries) = &before {
            entries.hold(&mut recorded.held);
        }
        let mut excess = Vec::new();
        let spoken = Spoken::of(&comparison, policies);
        for finding in &comparison.excess {
            // The whole finding is checked first; its parts matter only if it is not wholly old.
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
                let is_granted = label.old || base.is_none();
                let waits = state == State::Probation && is_granted;
                recorded.standings.push(Standing {
                    state,
                    new,
                    accept: label.accept,
                    is_certain: new && needs_no_evidence(&part, &comparison.explained, catalog),
                    is_settled: self.knows_age && base.is_some() && label.settled,
                    waits_until: self.waits_until.filter(|_| waits),
                });
                excess.push(part);
            }
        }
        recorded.stale = before
            .map(|entries| entries.stale(&excess, policies))
            .unwrap_or_default();
        // An entry whose grant still exists stays in use, even if calls now explain the grant.
        recorded.matched.extend(accepts.granted(policies));
        let mut undecided = comparison.undecided;
        for open in &mut undecided {
            open.new = base
                .as_ref()
                .is_some_and(|base| !says_all && !base.grants_undecided(open));
        }
        let grants_more = base.as_ref().is_none_or(|base| {
            // Checked only where the answer matters, because it may take long.
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
            // An acceptance that has expired ends the exemption, whatever else the record says.
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

/// What the record says about one pair of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Label {
    accept: Option<Accept>,
    in_baseline: bool,
    /// Whether it was granted before, and long enough to have been observed.
    settled: bool,
    /// Whether it was granted before: according to the base if that is known, otherwise according to the baseline.
    old: bool,
}

/// A finding and one pair of it, to ask whether the pair is covered.
type Asked<'a> = (&'a Excess, Pair<'a>);

#[cfg(test)]
mod tests;
