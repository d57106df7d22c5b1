//! Observations grouped and counted: which owner used which operation, needing what, how often and when.
//!
//! Grouping keeps what policies speak of and lets go of the rest (object keys, message ids), so memory grows with the
//! variety of calls and not with their number.

mod rights;
mod tally;

pub use rights::Rights;
pub use tally::Tally;

use crate::catalog::{Catalog, ObjectKeys, Resolution};
use crate::evidence::{About, Gap, GapReason, Gaps, Observation, Outcome, Owner, TraceEvidence};
use crate::iam::{Action, Arn};
use crate::xray::{Call, service_of, takes_any_call};
use jiff::Timestamp;
use rights::Handovers;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;
use tally::{earliest, latest};

/// How many of an owner's ECS tasks are kept: as many as ECS tells of in one answer.
const TASKS: usize = 100;

/// How many distinct calls are remembered with what they resolve to; calls repeat, resolving need not.
const REMEMBERED_CALLS: usize = 4096;

/// Everything that was observed, by owner.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// Distinct traces.
    pub traces: u64,
    /// Segment documents, inferred ones not counted.
    pub segments: u64,
    /// AWS calls.
    pub calls: u64,
    /// Traces that X-Ray looked through for these, matching or not; nothing where X-Ray was not asked.
    pub scanned: Option<u64>,
    /// Where AWS was asked; nothing where it was not.
    pub asked: Option<Place>,
    /// Start of the earliest segment.
    pub start: Option<Timestamp>,
    /// End of the latest segment.
    pub end: Option<Timestamp>,
    /// What could not be read or attributed to an owner.
    pub gaps: Gaps,
    /// What each owner did.
    pub owners: BTreeMap<Owner, OwnerUsage>,
    object_keys: ObjectKeys,
    remembered: BTreeMap<Call, Rc<Resolution>>,
}

/// Where AWS was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The region.
    pub region: String,
    /// The account that the credentials are of, where AWS tells.
    pub account: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "AWS was asked in the region {}", self.region)?;
        match &self.account {
            Some(account) => write!(out, " of the account {account}"),
            None => Ok(()),
        }
    }
}

/// What one owner did.
#[derive(Debug, Clone, Default)]
pub struct OwnerUsage {
    /// Traces in which its code ran.
    pub traces: u64,
    /// AWS calls it made.
    pub calls: u64,
    /// What of its calls could not be turned into permissions.
    pub gaps: Gaps,
    /// IAM prefixes of the services of which only HTTP requests were recorded, `*` for an endpoint that tells none: anything may
    /// have been called there.
    pub http_only: BTreeSet<String>,
    /// Its calls, grouped.
    pub uses: BTreeMap<Use, Tally>,
    /// Who recorded it, in the recorder's own words.
    pub sdks: BTreeSet<String>,
    /// The family of its task definition, for an ECS task whose traces have it.
    pub family: Option<String>,
    /// Its latest ECS tasks, by when each was last seen.
    pub tasks: BTreeMap<Arn, Option<Timestamp>>,
}

/// A group of calls that need the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// What the calls resolve to.
    pub resolution: Rc<Resolution>,
    /// Whether AWS let them through.
    pub ending: Ending,
    /// With whose rights they were made.
    pub rights: Rights,
}

/// How the calls of a group ended, as far as a permission is concerned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// AWS authorised them, or nothing says that it did not.
    Used,
    /// AWS refused them.
    Denied {
        /// The action that the message names.
        action: Option<Action>,
        /// The resource that the message names.
        resource: Option<String>,
    },
}

impl Usage {
    /// Nothing yet, to be told with S3 objects in this way.
    pub fn telling(object_keys: ObjectKeys) -> Self {
        Self {
            object_keys,
            ..Self::default()
        }
    }

    /// Counts everything that one trace showed.
    pub fn record(&mut self, catalog: &Catalog, evidence: TraceEvidence) {
        self.traces += u64::from(evidence.trace.is_some());
        self.segments += evidence.segments;
        self.start = earliest(self.start, evidence.start);
        self.end = latest(self.end, evidence.end);
        for gap in evidence.gaps {
            self.add_gap(catalog, gap);
        }
        for owner in evidence.owners {
            self.owners.entry(owner).or_default().traces += 1;
        }
        for (owner, about) in evidence.about {
            let owner = self.owners.entry(owner).or_default();
            owner.learn(about, evidence.end);
        }
        for (owner, host) in evidence.http_only {
            let owner = self.owners.entry(owner).or_default();
            let prefix = service_of(&host).and_then(|word| catalog.prefix_of_endpoint(word));
            // What a function, an API or a database of one's own answers is told by the actions for just that.
            let takes_any_call = takes_any_call(&host);
            let gap = Gap::new(GapReason::HttpOnly, host);
            owner.gaps.add(gap.at(prefix.as_deref()));
            if takes_any_call {
                owner
                    .http_only
                    .insert(prefix.unwrap_or_else(|| "*".to_owned()));
            }
        }
        let calls: Vec<(Observation, Rc<Resolution>)> = evidence
            .observations
            .into_iter()
            .map(|mut observation| {
                self.object_keys.forget(&mut observation.call);
                let resolution = self.resolve(catalog, &observation.call);
                (observation, resolution)
            })
            .collect();
        let handovers = Handovers::of(&calls);
        let rights: Vec<Rights> = calls
            .iter()
            .map(|(observation, resolution)| handovers.rights(observation, resolution))
            .collect();
        for ((observation, resolution), rights) in calls.into_iter().zip(rights) {
            self.calls += 1;
            let owner = self.owners.entry(observation.owner).or_default();
            owner.calls += 1;
            let gaps = [
                gap_of(&resolution, &observation.call),
                rights.gap(&resolution, &observation.call),
            ];
            for gap in gaps.into_iter().flatten() {
                owner.gaps.add(gap);
            }
            let ending = Ending::from(observation.outcome);
            let group = Use {
                resolution,
                ending,
                rights,
            };
            let tally = owner.uses.entry(group).or_default();
            tally.count(observation.at, evidence.trace);
        }
    }

    /// Adds the calls of another reading that are not known yet, to owners that are; gives how many needs that is. Traces and
    /// calls are not counted again.
    pub fn admit(&mut self, other: &Self) -> u64 {
        let mut found = 0;
        for (owner, more) in &other.owners {
            let Some(own) = self.owners.get_mut(owner) else {
                continue;
            };
            own.http_only.extend(more.http_only.iter().cloned());
            for (group, tally) in &more.uses {
                if !own.uses.contains_key(group) {
                    own.uses.insert(group.clone(), tally.clone());
                    found += 1;
                }
            }
        }
        found
    }

    /// Counts a gap where it belongs: with those whose calls it may have hidden, else with all.
    fn add_gap(&mut self, catalog: &Catalog, gap: Gap) {
        let word = gap.service.as_deref();
        let prefix = word.and_then(|word| catalog.prefix_of_endpoint(word));
        let counted = Gap::new(gap.reason, gap.detail).at(prefix.as_deref());
        if gap.owners.is_empty() {
            self.gaps.add(counted.clone());
        }
        for owner in gap.owners {
            let owner = self.owners.entry(owner).or_default();
            owner.gaps.add(counted.clone());
        }
    }

    fn resolve(&mut self, catalog: &Catalog, call: &Call) -> Rc<Resolution> {
        if let Some(resolution) = self.remembered.get(call) {
            return Rc::clone(resolution);
        }
        if self.remembered.len() >= REMEMBERED_CALLS {
            self.remembered.clear();
        }
        let resolution = Rc::new(self.object_keys.refine(catalog.resolve(call), call));
        self.remembered.insert(call.clone(), Rc::clone(&resolution));
        resolution
    }
}

fn gap_of(resolution: &Resolution, call: &Call) -> Option<Gap> {
    let reason = match resolution {
        Resolution::Mapped(mapped) if mapped.misnamed.is_empty() => return None,
        Resolution::Mapped(mapped) => {
            let members: Vec<&str> = mapped.misnamed.iter().map(String::as_str).collect();
            let Call {
                service, operation, ..
            } = call;
            return Some(Gap::new(
                GapReason::ImpossibleName,
                format!(
                    "{service} {operation}: the recorded {} names nothing",
                    members.join(", ")
                ),
            ));
        }
        Resolution::UnknownOperation { .. } => GapReason::UnknownOperation,
        Resolution::UnknownService => GapReason::UnknownService,
    };
    let detail = format!("{} {}", call.service, call.operation);
    Some(Gap::new(reason, detail))
}

impl OwnerUsage {
    fn learn(&mut self, about: About, at: Option<Timestamp>) {
        self.sdks.extend(about.sdk);
        self.family = self.family.take().max(about.family);
        if let Some(task) = about.task {
            let seen = self.tasks.entry(task).or_default();
            *seen = latest(*seen, at);
        }
        // ECS forgets tasks within an hour of their end, so of many the latest are of use.
        if self.tasks.len() > TASKS {
            let oldest = self.tasks.iter().min_by_key(|(task, at)| (**at, *task));
            if let Some(oldest) = oldest.map(|(task, _)| task.clone()) {
                self.tasks.remove(&oldest);
            }
        }
    }
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success | Outcome::Throttled | Outcome::Failed => Self::Used,
            Outcome::Denied { action, resource } => Self::Denied { action, resource },
        }
    }
}
