//! Entries of `Policies` that name a policy template: what of one is needed stands in its place as a statement.

use super::deploys::has_branches;
use super::language::CloudFormation;
use crate::iam::edit::Replacement;
use crate::iam::edit::host::{Fate, Wanted, instead};
use crate::iam::{PolicyDocument, Statement};
use crate::yaml::{Key, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// An entry of a list of policies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'n> {
    /// The key of the list.
    pub(super) key: &'n Key,
    pub(super) list: &'n Node,
    /// Its place in the list.
    pub(super) at: usize,
}

impl<'n> Entry<'n> {
    /// The entry that a policy template is, by a statement that SAM made of it.
    pub(super) fn of(root: &'n Node, statement: &Statement) -> Option<Self> {
        let resources = root.get("Resources").map(Node::members)?;
        resources.iter().find_map(|(_, resource)| {
            let properties = resource.get("Properties")?.members().iter();
            let (key, list) = properties
                .into_iter()
                .find(|(key, _)| key.text == "Policies")?;
            if !list.is_list() || list.tag.is_some() {
                return None;
            }
            let own = statement.span.range();
            let mut items = list.items().iter();
            let at = items.position(|item| item.tag.is_none() && item.span() == own)?;
            Some(Self { key, list, at })
        })
    }

    fn node(self) -> Option<&'n Node> {
        self.list.items().get(self.at)
    }
}

/// Why what a policy template brings is not edited; `worse` are the statements of which more is judged than what comes along.
pub(super) fn fixed(
    root: &Node,
    name: &str,
    statement: &Statement,
    policy: &PolicyDocument,
    worse: &BTreeSet<usize>,
) -> Option<String> {
    let Some(entry) = Entry::of(root, statement) else {
        return Some(of_template(name));
    };
    if entry.node().is_none_or(has_branches) {
        return Some("it has `Fn::If`, whose branches are not judged apart".to_owned());
    }
    let same = || {
        let all = policy.statements.iter();
        all.filter(|own| own.span == statement.span)
    };
    if same().any(|own| own.condition.is_some()) {
        return Some(format!(
            "the policy template `{name}` grants it under a condition of its own"
        ));
    }
    (!same().any(|own| worse.contains(&own.index))).then(|| {
        format!("no policy template has less, and what `{name}` grants besides comes along with it")
    })
}

pub(super) fn of_template(name: &str) -> String {
    format!(
        "SAM makes it of the policy template `{name}`: write a narrower template there, or a statement"
    )
}

/// What becomes of the statements of policy templates, by where their entries begin.
#[derive(Default)]
pub(super) struct Replaced<'n>(BTreeMap<usize, (Entry<'n>, Vec<Fate>, Vec<Wanted>)>);

/// The entries that are different after an edit.
#[derive(Default)]
pub(super) struct Different<'n> {
    /// Those of which nothing is left.
    pub(super) gone: Vec<Entry<'n>>,
    /// The others, each with its edit.
    pub(super) edited: Vec<(Entry<'n>, Vec<Replacement>)>,
}

impl<'n> Replaced<'n> {
    /// Takes in what becomes of one statement; `old` is what it says now.
    pub(super) fn take(&mut self, entry: Entry<'n>, at: usize, fate: &Fate, old: Option<Wanted>) {
        let own = self.0.entry(at);
        let (_, fates, wanted) = own.or_insert((entry, Vec::new(), Vec::new()));
        fates.push(fate.clone());
        match fate {
            Fate::Stays => wanted.extend(old),
            Fate::Becomes(new) => wanted.extend(new.iter().cloned()),
        }
    }

    /// What all that was taken in comes to; `language` is that of the entry in these bytes.
    pub(super) fn edits<'l>(
        self,
        source: &str,
        language: &dyn Fn(&Range<usize>) -> CloudFormation<'l>,
    ) -> Result<Different<'n>, String> {
        let mut different = Different::default();
        for (entry, fates, wanted) in self.0.into_values() {
            if fates.iter().all(|fate| *fate == Fate::Stays) {
                continue;
            }
            if wanted.is_empty() {
                if entry.list.items().len() < 2 {
                    return Err("nothing of one of its policies stays".to_owned());
                }
                different.gone.push(entry);
                continue;
            }
            let item = entry.node().ok_or("an entry is not found in it")?;
            let language = language(&item.span());
            let own = instead(
                source,
                &language,
                (entry.key, entry.list),
                entry.at,
                &wanted,
            );
            let own = own.map_err(|why| why.to_string())?;
            different.edited.push((entry, own));
        }
        Ok(different)
    }
}
