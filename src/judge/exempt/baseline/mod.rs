//! The baseline: a file of the excess that existed when it was written, so that only excess beyond it fails.
//!
//! The file is made for diffs: it is sorted, has one element a line and no line numbers, so moving a statement changes
//! nothing in it.

mod denied;
mod file;

pub use file::{BaselineError, parse, read};

use super::Subject;
use super::accept;
use super::cover::Area;
use super::divide::{Pair, divided, pairs};
use super::granted;
use super::held::Held;
use super::touch::Touch;
use crate::catalog::Catalog;
use crate::compare::{Excess, Kind};
use crate::iam::{ActionPattern, PolicyDocument};
use denied::Denied;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The version of the file format.
const SCHEMA_VERSION: u32 = 1;

/// The content of a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema_version: u32,
    /// All roles, sorted.
    roles: Vec<BaselineRole>,
}

/// A role and its excess. If no role is known, policy files stand for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineRole {
    /// The role's ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// The policy files, if no role is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    policy_files: Vec<String>,
    excess: Vec<BaselineEntry>,
    /// What its policies denied of the excess. An entry does not cover it once nothing denies it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    denied: BTreeSet<Denied>,
}

/// One excess.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// The kind it had. It has no effect: only the actions and resources decide which findings the entry covers.
    pub kind: Kind,
    /// The actions as the policy wrote them.
    pub actions: BTreeSet<String>,
    /// Whether the policy wrote them as `NotAction`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_action: bool,
    /// The resources as the policy wrote them.
    pub resources: BTreeSet<String>,
    /// Whether the policy wrote them as `NotResource`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_resource: bool,
    /// Whether the statement had a `Condition`. The same grant without one is broader, so the entry does not cover it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conditional: bool,
}

impl BaselineEntry {
    fn of(finding: &Excess) -> Self {
        Self {
            kind: finding.kind,
            actions: finding.actions.clone(),
            not_action: finding.not_action,
            resources: finding.resources.clone(),
            not_resource: finding.not_resource,
            conditional: finding.conditional,
        }
    }

    /// The entry with only those actions that are still granted and no longer excess. `None` if there are none.
    fn explained(&self, excess: &[Area], policies: &[PolicyDocument]) -> Option<Self> {
        let mut entry = self.clone();
        entry.actions.retain(|action| {
            let one = Self {
                actions: BTreeSet::from([action.clone()]),
                ..self.clone()
            };
            let pattern = ActionPattern::new(action);
            let is_excess = excess.iter().any(|own| own.meets_action(&pattern));
            !is_excess && is_granted(&one, policies)
        });
        (!entry.actions.is_empty()).then_some(entry)
    }

    fn area(&self) -> Area {
        Area::written(
            (&self.actions, self.not_action),
            (&self.resources, self.not_resource),
        )
    }
}

impl Default for Baseline {
    fn default() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            roles: Vec::new(),
        }
    }
}

/// The entries about one role.
#[derive(Debug)]
pub(super) struct Entries<'a> {
    excess: Vec<(&'a BaselineEntry, Area)>,
    /// What was denied, as the baseline has it.
    denied: BTreeSet<&'a Denied>,
    /// What of that is not denied any more.
    lifted: Vec<Area>,
}

impl Baseline {
    /// The entries about a role; empty if the baseline does not contain it. `policies` are those that it has now.
    pub(super) fn of(&self, subject: &Subject, policies: &[PolicyDocument]) -> Entries<'_> {
        let key = key(subject);
        let renamed = (!subject.former_files.is_empty()).then(|| former_key(subject));
        let is_own =
            |role: &&BaselineRole| role.key() == key || renamed.as_ref() == Some(&role.key());
        let roles = || self.roles.iter().filter(is_own);
        let entries = roles().flat_map(|role| &role.excess);
        let denied: BTreeSet<&Denied> = roles().flat_map(|role| &role.denied).collect();
        Entries {
            excess: entries.map(|entry| (entry, entry.area())).collect(),
            lifted: denied::lifted(denied.iter().copied(), policies),
            denied,
        }
    }

    /// Whether it has entries about a role by the earlier paths of its files alone.
    pub(in crate::judge) fn holds_before(&self, subject: &Subject) -> bool {
        let has = |key: &Key| self.roles.iter().any(|role| role.key() == *key);
        !subject.former_files.is_empty() && !has(&key(subject)) && has(&former_key(subject))
    }

    /// Replaces the entries of these roles with today's excess, each with the role's policies. Other roles keep their entries.
    pub fn write<'f>(
        &mut self,
        found: impl IntoIterator<Item = (Subject, Vec<&'f Excess>, &'f [PolicyDocument])>,
    ) {
        for (subject, findings, policies) in found {
            let entries = findings.into_iter().map(BaselineEntry::of);
            self.put(&subject, entries.collect(), denied::of(policies));
        }
    }

    /// Removes from the entries of these roles what is no longer true. What remains is the excess that is still there, as
    /// narrow as it is today, and what is still granted although calls now explain it.
    pub fn prune<'f>(
        &mut self,
        found: impl IntoIterator<Item = (Subject, Vec<&'f Excess>, &'f [PolicyDocument])>,
        catalog: &Catalog,
    ) {
        for (subject, findings, policies) in found {
            let mut left = BTreeSet::new();
            let entries = self.of(&subject, policies);
            let touch = Touch::new(entries.areas(), [], catalog);
            for finding in &findings {
                let spoken_of = finding
                    .observed
                    .union(&finding.unobserved)
                    .cloned()
                    .collect();
                let parts = divided(finding, &spoken_of, &touch, |finding, pair| {
                    entries.cover(finding, pair)
                });
                let had = parts.iter().filter(|(_, had)| *had);
                left.extend(had.map(|(part, _)| BaselineEntry::of(part)));
            }
            let had: Vec<Area> = left.iter().map(BaselineEntry::area).collect();
            for (entry, area) in &entries.excess {
                if !is_excess(area, &findings) {
                    left.extend(is_granted(entry, policies).then(|| (*entry).clone()));
                } else if !entry.not_action {
                    left.extend(entry.explained(&had, policies));
                }
            }
            let mut denied: BTreeSet<Denied> = entries.denied.iter().copied().cloned().collect();
            denied.extend(denied::of(policies));
            self.put(&subject, left, denied);
        }
    }

    fn put(
        &mut self,
        subject: &Subject,
        excess: BTreeSet<BaselineEntry>,
        mut denied: BTreeSet<Denied>,
    ) {
        let areas: Vec<Area> = excess.iter().map(BaselineEntry::area).collect();
        denied.retain(|denied| {
            let denied = denied.area();
            areas.iter().any(|own| own.meets(&denied))
        });
        let key = key(subject);
        self.roles.retain(|role| role.key() != key);
        if !excess.is_empty() {
            let (role, policy_files) = key;
            self.roles.push(BaselineRole {
                role,
                policy_files,
                excess: excess.into_iter().collect(),
                denied,
            });
        }
        self.roles.sort();
    }

    /// The number of entries of all roles.
    pub fn count(&self) -> usize {
        self.roles.iter().map(|role| role.excess.len()).sum()
    }

    /// The number of roles.
    pub fn roles(&self) -> usize {
        self.roles.len()
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Entries<'_> {
    /// Whether a single entry covers a pair of a finding, and nothing of the pair was denied and is not any more.
    pub(super) fn cover(&self, finding: &Excess, pair: Pair<'_>) -> bool {
        let asked = Area::of_pair((finding, pair));
        let mut entries = self.excess.iter();
        let is_held = entries.any(|(entry, area)| {
            (finding.conditional || !entry.conditional) && area.includes(&asked)
        });
        is_held && !self.lifted.iter().any(|lifted| lifted.meets(&asked))
    }

    /// Adds the entries to what is held.
    pub(super) fn hold(&self, held: &mut Held) {
        for (entry, area) in &self.excess {
            held.baseline(area, entry.conditional);
        }
        held.lift(&self.lifted);
    }

    /// What the entries cover.
    pub(super) fn areas(&self) -> impl Iterator<Item = &Area> {
        self.excess.iter().map(|(_, area)| area)
    }

    /// The entries of which nothing is excess and nothing is granted any more.
    pub(super) fn stale(
        &self,
        excess: &[Excess],
        policies: &[PolicyDocument],
    ) -> Vec<BaselineEntry> {
        let excess: Vec<&Excess> = excess.iter().collect();
        let stale = self
            .excess
            .iter()
            .filter(|(entry, area)| !is_excess(area, &excess) && !is_granted(entry, policies));
        stale.map(|(entry, _)| (*entry).clone()).collect()
    }
}

fn is_excess(area: &Area, excess: &[&Excess]) -> bool {
    excess.iter().any(|finding| {
        let mut pairs = pairs(finding).into_iter();
        pairs.any(|(action, resource)| {
            let is_member = !finding.written_whole;
            let pair = Pair {
                action: &action,
                resource,
                is_member,
            };
            area.covers((finding, pair))
        })
    })
}

fn is_granted(entry: &BaselineEntry, policies: &[PolicyDocument]) -> bool {
    granted::any(
        (&entry.actions, entry.not_action),
        (&entry.resources, entry.not_resource),
        policies,
    )
}

type Key = (Option<String>, Vec<String>);

impl BaselineRole {
    fn key(&self) -> Key {
        keyed(self.role.as_ref(), &self.policy_files, None)
    }
}

fn key(subject: &Subject) -> Key {
    keyed(
        subject.role.as_ref(),
        &subject.policy_files,
        subject.folder.as_deref(),
    )
}

/// The key that a role had before a change renamed its files.
fn former_key(subject: &Subject) -> Key {
    let files = &subject.former_files;
    keyed(subject.role.as_ref(), files, subject.folder.as_deref())
}

/// A role is identified by its ARN, or without one by its files.
fn keyed(role: Option<&String>, files: &[String], folder: Option<&str>) -> Key {
    if let Some(role) = role {
        return (Some(role.clone()), Vec::new());
    }
    let files: BTreeSet<String> = files
        .iter()
        .map(|path| accept::plain(path, folder))
        .collect();
    (None, files.into_iter().collect())
}
