//! Merges pairs of an action and a resource into few readable statements that grant exactly these pairs.
//!
//! Statements are merged only if their actions or their resources are the same: `{A} x {r}` and `{B} x {s}` never become
//! `{A, B} x {r, s}`. Wildcards are plain text here, and nothing is dropped because a wider pattern covers it.

use std::collections::{BTreeMap, BTreeSet};

use super::Action;
use super::print::{GeneratedStatement, document, size_without_whitespace, statement_size};

/// Pairs of an action and a resource to grant, as policy text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    by_action: BTreeMap<Action, BTreeSet<String>>,
}

impl Grants {
    /// Adds a pair. If an action is added in several cases, the alphabetically first one is kept, so that order does not
    /// matter.
    pub fn add(&mut self, action: Action, resource: impl Into<String>) {
        let spelled_later =
            |(kept, _): (&Action, &BTreeSet<String>)| action.to_string() < kept.to_string();
        let mut resources = BTreeSet::new();
        if self
            .by_action
            .get_key_value(&action)
            .is_some_and(spelled_later)
        {
            resources = self.by_action.remove(&action).unwrap_or_default();
        }
        resources.insert(resource.into());
        self.by_action.entry(action).or_default().extend(resources);
    }

    /// All pairs, sorted.
    pub fn pairs(&self) -> impl Iterator<Item = (&Action, &str)> {
        let pairs = |(action, resources)| pairs_of(action, resources);
        self.by_action.iter().flat_map(pairs)
    }
}

fn pairs_of<'a>(
    action: &'a Action,
    resources: &'a BTreeSet<String>,
) -> impl Iterator<Item = (&'a Action, &'a str)> {
    resources
        .iter()
        .map(move |resource| (action, resource.as_str()))
}

impl<Resource: Into<String>> FromIterator<(Action, Resource)> for Grants {
    fn from_iter<Pairs: IntoIterator<Item = (Action, Resource)>>(pairs: Pairs) -> Self {
        let mut grants = Self::default();
        for (action, resource) in pairs {
            grants.add(action, resource);
        }
        grants
    }
}

/// The statements that grant exactly these pairs, sorted.
///
/// ```
/// use aws_least_privilege::iam::merge::{Grants, statements};
///
/// let grants: Grants = [
///     ("sqs:SendMessage".parse()?, "arn:aws:sqs:eu-west-1:111111111111:a"),
///     ("sqs:SendMessage".parse()?, "arn:aws:sqs:eu-west-1:111111111111:b"),
///     ("sqs:ReceiveMessage".parse()?, "arn:aws:sqs:eu-west-1:111111111111:a"),
/// ].into_iter().collect();
/// let statements = statements(&grants);
/// assert_eq!(statements.len(), 2);
/// assert_eq!(statements[1].resources.len(), 2);
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn statements(grants: &Grants) -> Vec<GeneratedStatement> {
    let mut statements: Vec<GeneratedStatement> = components(grants)
        .iter()
        .flat_map(component_statements)
        .collect();
    statements.sort();
    statements
}

/// Actions connected by common resources, each with all of its resources.
type Component<'a> = BTreeMap<&'a Action, &'a BTreeSet<String>>;

/// Divides grants into components that have no action and no resource in common.
fn components(grants: &Grants) -> Vec<Component<'_>> {
    let mut components: Vec<(BTreeSet<&str>, Component<'_>)> = Vec::new();
    for (action, resources) in &grants.by_action {
        let mut reach: BTreeSet<&str> = resources.iter().map(String::as_str).collect();
        let mut joined = BTreeMap::from([(action, resources)]);
        components.retain_mut(|(their_reach, theirs)| {
            let apart = reach.is_disjoint(their_reach);
            if !apart {
                reach.append(their_reach);
                joined.append(theirs);
            }
            apart
        });
        components.push((reach, joined));
    }
    components.into_iter().map(|(_, grants)| grants).collect()
}

/// Groups by equal resources or by equal actions, whichever gives fewer statements.
fn component_statements(grants: &Component<'_>) -> Vec<GeneratedStatement> {
    let mut by_resources: BTreeMap<&BTreeSet<String>, BTreeSet<Action>> = BTreeMap::new();
    let mut by_resource: BTreeMap<&String, BTreeSet<&Action>> = BTreeMap::new();
    for (&action, &resources) in grants {
        by_resources
            .entry(resources)
            .or_default()
            .insert(action.clone());
        for resource in resources {
            by_resource.entry(resource).or_default().insert(action);
        }
    }
    let mut by_actions: BTreeMap<BTreeSet<&Action>, BTreeSet<String>> = BTreeMap::new();
    for (resource, actions) in by_resource {
        by_actions
            .entry(actions)
            .or_default()
            .insert(resource.clone());
    }
    let statement = |actions, resources| GeneratedStatement {
        sid: None,
        actions,
        resources,
    };
    if by_resources.len() <= by_actions.len() {
        let merged = by_resources.into_iter();
        merged
            .map(|(resources, actions)| statement(actions, resources.clone()))
            .collect()
    } else {
        let merged = by_actions.into_iter();
        merged
            .map(|(actions, resources)| {
                statement(actions.into_iter().cloned().collect(), resources)
            })
            .collect()
    }
}

/// Divides statements into documents of at most `limit` characters, without white space and `Description`, by filling one
/// document after the other. A statement that is too large for any document is cut in two; nothing is widened to fit. A
/// single action on a single resource that is too large stays as it is.
///
/// ```
/// use aws_least_privilege::iam::{merge, print::MANAGED_POLICY_SIZE};
///
/// assert!(merge::split(Vec::new(), MANAGED_POLICY_SIZE).is_empty());
/// ```
pub fn split(statements: Vec<GeneratedStatement>, limit: usize) -> Vec<Vec<GeneratedStatement>> {
    let frame = size_without_whitespace(&document(&[], None));
    let mut documents: Vec<Vec<GeneratedStatement>> = Vec::new();
    let mut used = usize::MAX;
    let mut open = statements;
    open.reverse();
    while let Some(statement) = open.pop() {
        let size = statement_size(&statement);
        if frame + size > limit
            && let Some((first, second)) = halves(&statement)
        {
            open.extend([second, first]);
            continue;
        }
        let together = used.saturating_add(1 + size);
        match documents.last_mut() {
            Some(last) if together <= limit => {
                last.push(statement);
                used = together;
            }
            _ => {
                documents.push(vec![statement]);
                used = frame + size;
            }
        }
    }
    documents
}

/// Two statements that together grant the same as one. It is cut where it has more elements.
fn halves(statement: &GeneratedStatement) -> Option<(GeneratedStatement, GeneratedStatement)> {
    let (mut first, mut second) = (statement.clone(), statement.clone());
    if statement.resources.len() >= statement.actions.len() {
        let middle = statement
            .resources
            .iter()
            .nth(statement.resources.len() / 2)?;
        second.resources = first.resources.split_off(middle);
    } else {
        let middle = statement.actions.iter().nth(statement.actions.len() / 2)?;
        second.actions = first.actions.split_off(middle);
    }
    (first.sid, second.sid) = (None, None);
    let whole = !first.resources.is_empty() && !first.actions.is_empty();
    whole.then_some((first, second))
}

#[cfg(test)]
mod tests;
