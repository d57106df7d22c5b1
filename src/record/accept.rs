//! Accepted excess: which entry of the configuration speaks of it.

use super::Subject;
use super::cover::Area;
use super::divide::Pair;
use super::granted;
use crate::compare::Excess;
use crate::config::{Accept, Lined, Text};
use crate::iam::PolicyDocument;
use std::collections::BTreeSet;

/// The entries that may speak of one role.
#[derive(Debug)]
pub(super) struct Accepts<'a> {
    entries: Vec<(&'a Lined<Accept>, Area)>,
}

impl<'a> Accepts<'a> {
    pub(super) fn of(entries: &'a [Lined<Accept>], subject: &Subject) -> Self {
        let entries = entries
            .iter()
            .filter(|entry| is_about(&entry.value, subject))
            .map(|entry| {
                let area = Area::new(&entry.value.actions.0, &entry.value.resources.0);
                (entry, area)
            });
        Self {
            entries: entries.collect(),
        }
    }

    /// What the entries speak of.
    pub(super) fn areas(&self) -> impl Iterator<Item = &Area> {
        self.entries.iter().map(|(_, area)| area)
    }

    /// The lines of entries of which some policy grants something.
    pub(super) fn granted(&self, policies: &[PolicyDocument]) -> BTreeSet<usize> {
        let entries = self.entries.iter().map(|(entry, _)| *entry);
        let granted = entries.filter(|entry| {
            let set = |texts: &[String]| texts.iter().cloned().collect();
            let (actions, resources) = (set(&entry.value.actions.0), set(&entry.value.resources.0));
            granted::any((&actions, false), (&resources, false), policies)
        });
        granted.map(|entry| entry.line).collect()
    }

    /// The lines of every entry that covers one pair of a finding by itself, and the entry that counts: the one that lasts
    /// longest, so that it is over only when all are. The order of entries is nothing.
    pub(super) fn find(
        &self,
        finding: &Excess,
        pair: Pair<'_>,
    ) -> (Vec<usize>, Option<&'a Accept>) {
        let covering: Vec<&Lined<Accept>> = self
            .entries
            .iter()
            .filter(|(_, area)| area.covers((finding, pair)))
            .map(|(entry, _)| *entry)
            .collect();
        let longest = covering
            .iter()
            .map(|entry| &entry.value)
            .max_by(|one, other| (one.until, *one).cmp(&(other.until, *other)));
        (covering.iter().map(|entry| entry.line).collect(), longest)
    }
}

/// Whether an entry is about a role: it names the role's ARN or name, a policy file that stands for it, or nobody.
pub fn is_about(accept: &Accept, subject: &Subject) -> bool {
    names(accept.role.as_ref(), subject)
}

/// Whether a role's name or ARN, or a policy file's path, is that of the subject; nothing names every role.
pub fn names(named: Option<&Text>, subject: &Subject) -> bool {
    let Some(named) = named else {
        return true;
    };
    let named = named.0.as_str();
    let is_role = subject
        .role
        .as_deref()
        .is_some_and(|arn| arn == named || arn.rsplit('/').next() == Some(named));
    let plain = |path: &str| plain(path, subject.folder.as_deref());
    let mut files = subject.policy_files.iter();
    is_role || files.any(|path| plain(path) == plain(named))
}

/// A path as it is compared: without `.` and `..`, and relative to the folder where it is within it. `./policy.json`,
/// `roles/../policy.json` and the absolute path are `policy.json`.
pub(super) fn plain(path: &str, folder: Option<&str>) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let plain = parts.join("/");
    if !path.starts_with('/') {
        return plain;
    }
    let within = folder.and_then(|folder| {
        let folder = folder.trim_matches('/');
        plain
            .strip_prefix(folder)?
            .strip_prefix('/')
            .map(str::to_owned)
    });
    within.unwrap_or_else(|| format!("/{plain}"))
}
