//! Finds the `accept` entry of the configuration that covers a finding.

use super::Subject;
use super::cover::Area;
use super::divide::Pair;
use super::granted;
use super::held::Held;
use crate::compare::Excess;
use crate::files::normal;
use crate::iam::PolicyDocument;
use crate::settings::file::{Accept, Lined, Text};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::Path;

/// The `accept` entries that may apply to one role.
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

    /// What the entries cover.
    pub(super) fn areas(&self) -> impl Iterator<Item = &Area> {
        self.entries.iter().map(|(_, area)| area)
    }

    /// Adds the entries to what is held: those that apply today, and those whose last day has passed.
    pub(super) fn hold(&self, held: &mut Held, today: Date) {
        for (entry, area) in &self.entries {
            held.accept(area, entry.value.until.0 < today);
        }
    }

    /// The lines of the entries that name something which a policy grants.
    pub(super) fn granted(&self, policies: &[PolicyDocument]) -> BTreeSet<usize> {
        let entries = self.entries.iter().map(|(entry, _)| *entry);
        let granted = entries.filter(|entry| {
            let set = |texts: &[String]| texts.iter().cloned().collect();
            let (actions, resources) = (set(&entry.value.actions.0), set(&entry.value.resources.0));
            granted::any((&actions, false), (&resources, false), policies)
        });
        granted.map(|entry| entry.line).collect()
    }

    /// The lines of all entries that cover a pair of a finding on their own, and the entry that counts. That is the one with
    /// the latest last day, so that the exemption ends only when all have ended. The order of entries has no effect.
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

/// Whether an entry applies to a role: it names the role's ARN or name, a policy file that stands for the role, or no role.
pub fn is_about(accept: &Accept, subject: &Subject) -> bool {
    names(accept.role.as_ref(), subject)
}

/// Whether a name is the role's name or ARN, or the path of one of its policy files. `None` matches every role.
pub fn names(named: Option<&Text>, subject: &Subject) -> bool {
    named.is_none_or(|named| is_named(&named.0, subject))
}

/// The same, of a name that is there.
pub(in crate::judge) fn is_named(named: &str, subject: &Subject) -> bool {
    let is_role = subject
        .role
        .as_deref()
        .is_some_and(|arn| arn == named || arn.rsplit('/').next() == Some(named))
        || subject.role_name.as_deref() == Some(named);
    let plain = |path: &str| plain(path, subject.folder.as_deref());
    let mut files = subject.policy_files.iter().chain(&subject.former_files);
    is_role || files.any(|path| plain(path) == plain(named))
}

/// A path in the form in which paths are compared: without `.` and `..`, and relative to `folder` if it is in there. For a
/// folder `shop`, the form of `./policy.json`, `roles/../policy.json`, `../shop/policy.json` and the absolute path is
/// `policy.json`.
pub(in crate::judge) fn plain(path: &str, folder: Option<&str>) -> String {
    let folder = Path::new(folder.unwrap_or_default());
    let whole = normal(&folder.join(path));
    let within = whole.strip_prefix(normal(folder)).unwrap_or(&whole);
    within.to_string_lossy().into_owned()
}
