//! Groups observations and counts them: which owner called what, which actions the calls need, how often and when.
//!
//! A group keeps only what policies speak of. Object keys, message ids and the like are dropped, so memory grows with
//! the variety of calls and not with their number.

mod rights;
mod tally;

pub use rights::Rights;
pub use tally::Tally;

use crate::catalog::{Catalog, ObjectKeys, Resolution};
use crate::evidence::{About, Gap, GapReason, Gaps, Observation, Outcome, Owner, TraceEvidence};
use crate::iam::{Action, Arn};
use crate::xray::{Call, has_region, service_of, takes_any_call};
use jiff::Timestamp;
use rights::Handovers;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;
use tally::{earliest, latest};

/// How many ECS tasks are kept for an owner: as many as ECS describes in one answer.
const TASKS: usize = 100;

/// How many distinct calls are cached with their resolution. Calls repeat, so each need be resolved only once.
const REMEMBERED_CALLS: usize = 4096;

/// Everything that was observed, grouped by owner.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// The number of distinct traces.
    pub traces: u64,
    /// The number of segment documents, without inferred segments.
    pub segments: u64,
    /// The number of AWS calls.
    pub calls: u64,
    /// The number of traces that X-Ray looked through, matching or not. `None` where X-Ray was not asked.
    pub scanned: Option<u64>,
    /// The region and account that AWS was asked in. `None` where it was not asked.
    pub asked: Option<Place>,
    /// Start of the earliest segment.
    pub start: Option<Timestamp>,
    /// End of the latest segment.
    pub end: Option<Timestamp>,
    /// What could not be read, or belongs to no owner that is known.
    pub gaps: Gaps,
    /// What each owner did.
    pub owners: BTreeMap<Owner, OwnerUsage>,
    object_keys: ObjectKeys,
    remembered: BTreeMap<Call, Rc<Resolution>>,
}

/// The region and account in which AWS was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The region.
    pub region: String,
    /// The account of the credentials, if AWS says which.
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
    /// Calls that could not be turned into permissions.
    pub gaps: Gaps,
    /// The IAM prefixes of services of which only HTTP requests were recorded: any of their operations may have been
    /// called. `*` stands for an endpoint whose service is not known.
    pub http_only: BTreeSet<String>,
    /// Its calls, grouped.
    pub uses: BTreeMap<Use, Tally>,
    /// The recorders of its traces (SDKs), as they name themselves.
    pub sdks: BTreeSet<String>,
    /// The family of its task definition, if its traces have one (ECS tasks only).
    pub family: Option<String>,
    /// Its latest ECS tasks, with the time each was last seen.
    pub tasks: BTreeMap<Arn, Option<Timestamp>>,
}

/// A group of calls that need the same permissions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// What the calls resolve to.
    pub resolution: Rc<Resolution>,
    /// Whether AWS authorised them.
    pub ending: Ending,
    /// With whose rights the calls were made.
    pub rights: Rights,
}

/// How the calls of a group ended, as far as permissions are concerned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// AWS authorised them, or nothing says that it refused.
    Used,
    /// AWS refused them.
    Denied {
        /// The action that the error message names.
        action: Option<Action>,
        /// The resource that the error message names.
        resource: Option<String>,
    },
}

impl Usage {
    /// Creates a usage without observations. `object_keys` says how keys of S3 objects are handled.
    pub fn telling(object_keys: ObjectKeys) -> Self {
        Self {
            object_keys,
            ..Self::default()
        }
    }

    /// Counts everything that one trace shows.
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
            if !may_be_of_a_service(catalog, &host) {
                continue;
            }
            let owner = self.owners.entry(owner).or_default();
            let prefix = service_of(&host).and_then(|word| catalog.prefix_of_endpoint(word));
            // A function URL, API or database answers only calls of its own actions, so such an endpoint hides no other
            // action.
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

    /// Adds call groups of another usage that this one does not have, for owners that both have. Returns the number of
    /// groups added. Traces and calls are not counted again.
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

    /// Counts a gap for the owners whose calls it may hide. If there are none, it is counted for the usage as a whole.
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

/// Whether a host of AWS's may be the endpoint of a service's API: it has a region, or a service's name. `checkip` and
/// `status` are pages for people, and a request to them is one like any other.
fn may_be_of_a_service(catalog: &Catalog, host: &str) -> bool {
    let mut words = service_of(host).into_iter().chain(host.split('.'));
    has_region(host) || words.any(|word| catalog.prefix_of_endpoint(word).is_some())
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
        // ECS forgets a task within an hour of its end, so the latest tasks are the useful ones.
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
