//! From statements as they should be to ranges of the policy's text.

use super::added::{self, Addition};
use super::ask::Standing;
use super::groups::Group;
use super::{Left, Plan};
use crate::iam::edit::{Change, Layout, List, Replacement, apply};
use crate::iam::{ActionClause, PolicyDocument, Spanned, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The edits that make the groups of the statements, and that add the additions.
pub(super) fn plan(
    policy: &PolicyDocument,
    mended: &BTreeMap<usize, Vec<Group>>,
    additions: &[Addition],
    mut left: Vec<Left>,
) -> Plan {
    let layout = Layout::of(&policy.source);
    let mut sids = Sids::of(policy);
    let mut within = Vec::new();
    let mut changes = vec![Change::Keep; policy.statements.len()];
    for (index, groups) in mended {
        let (Some(statement), Some(change)) =
            (policy.statements.get(*index), changes.get_mut(*index))
        else {
            continue;
        };
        let Some((first, more)) = groups.split_first() else {
            *change = Change::Remove;
            continue;
        };
        let editor = Editor {
            policy,
            statement,
            layout: &layout,
        };
        let (Some(own), Some(more)) = (editor.edits(first, true), editor.copies(more, &mut sids))
        else {
            left.push(Left {
                statement: *index,
                why: "its parts cannot be written apart".to_owned(),
                wants_a_name: false,
            });
            continue;
        };
        within.extend(own);
        if !more.is_empty() {
            *change = Change::Follow(more);
        }
    }
    let elements: Vec<Range<usize>> = policy
        .statements
        .iter()
        .map(|statement| statement.span.range())
        .collect();
    let value = policy.statements_span.range();
    let list = List {
        source: &policy.source,
        value: &value,
        elements: &elements,
    };
    let with = |changes: &[Change]| {
        let mut all = within.clone();
        all.extend(list.edited(changes, &layout));
        all
    };
    let empties = changes.iter().all(|change| *change == Change::Remove);
    let narrowing = if empties { Vec::new() } else { with(&changes) };
    let becomes = changes.iter().map(|change| match change {
        Change::Keep => 1,
        Change::Remove => 0,
        Change::Replace(texts) => texts.len(),
        Change::Follow(more) => 1 + more.len(),
    });
    let becomes = becomes.collect();
    add(
        policy,
        &mut changes,
        &added::texts(policy, &layout, &mut sids, additions),
    );
    Plan {
        whole: with(&changes),
        narrowing,
        empties,
        becomes,
        mended: mended.keys().copied().collect(),
        left,
    }
}

/// Puts new statements behind the last one that stays.
fn add(policy: &PolicyDocument, changes: &mut [Change], texts: &[String]) {
    if texts.is_empty() || policy.statements.is_empty() {
        return;
    }
    match changes
        .iter_mut()
        .rfind(|change| **change != Change::Remove)
    {
        Some(Change::Follow(more) | Change::Replace(more)) => more.extend(texts.iter().cloned()),
        Some(change) => *change = Change::Follow(texts.to_vec()),
        None => {
            if let Some(first) = changes.first_mut() {
                *first = Change::Replace(texts.to_vec());
            }
        }
    }
}

/// The `Sid`s that are taken.
pub(super) struct Sids(BTreeSet<String>);

impl Sids {
    fn of(policy: &PolicyDocument) -> Self {
        let sids = policy.statements.iter();
        Self(sids.filter_map(|statement| statement.sid.clone()).collect())
    }

    /// A `Sid` that is not taken: the name, or with the first number from 2 on that makes it new.
    pub(super) fn new_from(&mut self, name: &str) -> String {
        let mut new = name.to_owned();
        let mut number = 1_usize;
        while self.0.contains(&new) {
            number += 1;
            new = format!("{name}{number}");
        }
        self.0.insert(new.clone());
        new
    }
}

/// A string as JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

struct Editor<'a> {
    policy: &'a PolicyDocument,
    statement: &'a Statement,
    layout: &'a Layout,
}

impl Editor<'_> {
    /// What makes the statement the group's; `None` where it would be left without an action or a resource.
    fn edits(&self, group: &Group, first: bool) -> Option<Vec<Replacement>> {
        let statement = self.statement;
        let mut edits = Vec::new();
        match &statement.actions {
            ActionClause::Action(patterns) => {
                let changes = self.action_changes(group);
                edits.extend(self.list(&statement.actions_span.range(), patterns, &changes)?);
            }
            ActionClause::NotAction(_) => {
                let mut texts: Vec<String> = Vec::new();
                for row in &group.rows {
                    texts.extend(row.instead.as_deref().map(quoted));
                }
                let text = match texts.as_slice() {
                    [] => return None,
                    [one] => one.clone(),
                    several => {
                        let at = statement.actions_span.start;
                        self.layout.array(&self.policy.source, at, several)
                    }
                };
                edits.push(Replacement::new(
                    statement.actions_key.range(),
                    "\"Action\"",
                ));
                edits.push(Replacement::new(statement.actions_span.range(), text));
            }
        }
        let span = statement.resources_span?.range();
        let changes = self.resource_changes(group, first);
        edits.extend(self.list(&span, statement.resources.patterns(), &changes)?);
        Some(edits)
    }

    /// Copies of the statement's text for further groups, each with a `Sid` of its own where it has one.
    fn copies(&self, groups: &[Group], sids: &mut Sids) -> Option<Vec<String>> {
        let copy = |group: &Group| {
            let mut edits = self.edits(group, false)?;
            if let (Some(sid), Some(span)) = (&self.statement.sid, self.statement.sid_span) {
                edits.push(Replacement::new(span.range(), quoted(&sids.new_from(sid))));
            }
            let own = self.statement.span;
            for edit in &mut edits {
                edit.start = edit.start.checked_sub(own.start)?;
                edit.end = edit.end.checked_sub(own.start)?;
            }
            apply(self.policy.source.get(own.range())?, &edits)
        };
        groups.iter().map(copy).collect()
    }

    fn list<T>(
        &self,
        value: &Range<usize>,
        elements: &[Spanned<T>],
        changes: &[Change],
    ) -> Option<Vec<Replacement>> {
        if changes.iter().all(|change| *change == Change::Remove) {
            return None;
        }
        let elements: Vec<Range<usize>> = elements
            .iter()
            .map(|element| element.span.range())
            .collect();
        let list = List {
            source: &self.policy.source,
            value,
            elements: &elements,
        };
        Some(list.edited(changes, self.layout))
    }

    fn action_changes(&self, group: &Group) -> Vec<Change> {
        let written = group.rows.iter().filter(|row| row.instead.is_none());
        let mut listed: Vec<_> = written.map(|row| row.pattern.clone()).collect();
        let count = self.statement.actions.patterns().len();
        let mut changes = Vec::new();
        for element in 0..count {
            let rows = group.rows.iter().filter(|row| row.element == element);
            let mut texts = Vec::new();
            let mut change = Change::Remove;
            for row in rows {
                match &row.instead {
                    None => change = Change::Keep,
                    Some(_) if listed.iter().any(|other| other.covers(&row.pattern)) => {}
                    Some(text) => {
                        listed.push(row.pattern.clone());
                        texts.push(quoted(text));
                    }
                }
            }
            if !texts.is_empty() {
                change = Change::Replace(texts);
            }
            changes.push(change);
        }
        changes
    }

    /// What becomes of the resources. Those that never matched stay with the first group, but for those that nobody wrote.
    fn resource_changes(&self, group: &Group, first: bool) -> Vec<Change> {
        let mut listed = BTreeSet::new();
        let patterns = self.statement.resources.patterns();
        let is_written = self.statement.made_by.is_none();
        let spots = || patterns.iter().zip(&group.spots);
        for (resource, spot) in spots() {
            if *spot == Standing::Kept {
                listed.insert(resource.value.text().to_owned());
            }
        }
        let change = |(resource, spot): (&Spanned<_>, &Standing)| {
            let _: &Spanned<crate::iam::ResourcePattern> = resource;
            match spot {
                Standing::Kept => Change::Keep,
                Standing::Dead if first && is_written => Change::Keep,
                Standing::Dead | Standing::Gone => Change::Remove,
                Standing::Narrowed(texts) => {
                    let new: Vec<String> = texts
                        .iter()
                        .filter(|text| listed.insert((*text).clone()))
                        .map(|text| quoted(text))
                        .collect();
                    if new.is_empty() {
                        Change::Remove
                    } else {
                        Change::Replace(new)
                    }
                }
            }
        };
        spots().map(change).collect()
    }
}
