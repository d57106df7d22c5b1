//! The baseline: what was excess on the day that it was written, so that only what comes on top fails.
//!
//! A file for diffs: sorted, one element a line, without line numbers, so that moving a statement changes nothing in it.

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
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The version of the file's shape.
const SCHEMA_VERSION: u32 = 1;

/// What is in a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema_version: u32,
    /// Every role, sorted.
    roles: Vec<BaselineRole>,
}

/// A role, or the policy files that stand for one, and its excess.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineRole {
    /// The role's ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// Where no role is known, the files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    policy_files: Vec<String>,
    excess: Vec<BaselineEntry>,
}

/// One excess.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// What kind it was; what covers a finding are actions and resources alone.
    pub kind: Kind,
    /// The actions as the policy wrote them.
    pub actions: BTreeSet<String>,
    /// Whether it wrote them as `NotAction`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_action: bool,
    /// The resources as the policy wrote them.
    pub resources: BTreeSet<String>,
    /// Whether it wrote them as `NotResource`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_resource: bool,
    /// Whether it was granted under a `Condition`: without one it is more than it was.
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

    /// The same with those of its actions alone of which nothing is excess now, and which are granted still.
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
    entries: Vec<(&'a BaselineEntry, Area)>,
}

impl Baseline {
    /// What it says of a role; nothing where it does not know the role.
    pub(super) fn of(&self, subject: &Subject) -> Entries<'_> {
        let key = key(subject);
        let renamed = (!subject.former_files.is_empty()).then(|| former_key(subject));
        let entries = self
            .roles
            .iter()
            .filter(|role| role.key() == key || renamed.as_ref() == Some(&role.key()))
            .flat_map(|role| &role.excess)
            .map(|entry| (entry, entry.area()));
        Entries {
            entries: entries.collect(),
        }
    }

    /// Puts what is excess today in the place of what it says of these roles; what it says of others stays.
    pub fn write<'f>(&mut self, found: impl IntoIterator<Item = (Subject, Vec<&'f Excess>)>) {
        for (subject, findings) in found {
            let entries = findings.into_iter().map(BaselineEntry::of);
            self.put(&subject, entries.collect());
        }
    }

    /// Takes out what is no longer true of these roles: what is left is what it had and what is excess today, as narrow as it is
    /// today, and what is granted still though calls explain it now.
    pub fn prune<'f>(
        &mut self,
        found: impl IntoIterator<Item = (Subject, Vec<&'f Excess>, &'f [PolicyDocument])>,
        catalog: &Catalog,
    ) {
        for (subject, findings, policies) in found {
            let mut left = BTreeSet::new();
            let entries = self.of(&subject);
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
            for (entry, area) in &entries.entries {
                if !is_excess(area, &findings) {
                    left.extend(is_granted(entry, policies).then(|| (*entry).clone()));
                } else if !entry.not_action {
                    left.extend(entry.explained(&had, policies));
                }
            }
            self.put(&subject, left);
        }
    }

    fn put(&mut self, subject: &Subject, excess: BTreeSet<BaselineEntry>) {
        let key = key(subject);
        self.roles.retain(|role| role.key() != key);
        if !excess.is_empty() {
            let (role, policy_files) = key;
            self.roles.push(BaselineRole {
                role,
                policy_files,
                excess: excess.into_iter().collect(),
            });
        }
        self.roles.sort();
    }

    /// How many entries it has, by role.
    pub fn count(&self) -> usize {
        self.roles.iter().map(|role| role.excess.len()).sum()
    }

    /// How many roles it speaks of.
    pub fn roles(&self) -> usize {
        self.roles.len()
    }

    /// The file's text.
    pub fn render(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Entries<'_> {
    /// Whether one of them covers a pair of a finding by itself.
    pub(super) fn cover(&self, finding: &Excess, pair: Pair<'_>) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|(entry, area)| {
            (finding.conditional || !entry.conditional) && area.covers((finding, pair))
        })
    }

    /// Adds what is written down.
    pub(super) fn hold(&self, held: &mut Held) {
        for (entry, area) in &self.entries {
            held.baseline(area, entry.conditional);
        }
    }

    /// What the entries speak of.
    pub(super) fn areas(&self) -> impl Iterator<Item = &Area> {
        self.entries.iter().map(|(_, area)| area)
    }

    /// Those of which nothing is excess, and nothing granted, any more.
    pub(super) fn stale(
        &self,
        excess: &[Excess],
        policies: &[PolicyDocument],
    ) -> Vec<BaselineEntry> {
        let excess: Vec<&Excess> = excess.iter().collect();
        let stale = self
            .entries
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

/// What it was known by before a change renamed its files.
fn former_key(subject: &Subject) -> Key {
    let files = &subject.former_files;
    keyed(subject.role.as_ref(), files, subject.folder.as_deref())
}

/// A role is known by its ARN; where there is none, by its files.
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
