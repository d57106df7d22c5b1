//! A policy that is written in something else than JSON, edited where it stands.
//!
//! What is proved is JSON. The change is carried over to the text that people keep, and that text is read again: it has to say what
//! the proved one says, to the letter, else nothing is edited.

mod deploys;
mod emptied;
mod flow;
mod kept;
mod language;
mod named;
mod references;
mod same;
mod shared;
mod sources;
mod stages;
mod template;
mod varied;

pub(super) use emptied::emptied;
pub(super) use template::fixed;

use super::{Circumstances, Plan};
use crate::iam::document::Syntax;
use crate::iam::edit::host::{Fate, Plain, Statements, Wanted};
use crate::iam::edit::{Replacement, apply};
use crate::iam::{ActionClause, PolicyDocument, Statement};
use crate::yaml::{self, Limits, Node, Schema, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;

const LIMITS: Limits = Limits {
    bytes: crate::iam::document::MAX_BYTES,
    depth: 64,
    values: 400_000,
};

/// An edit of a text that is not JSON.
#[derive(Debug)]
pub(super) struct Carried {
    pub(super) replacements: Vec<Replacement>,
    /// The text after it.
    pub(super) text: String,
}

/// Carries an edit over to the policy's own text: `old` is the policy as JSON, `target` the JSON that is wanted, and `plan` says which
/// of its statements are which.
pub(super) fn carried(
    role: &Circumstances<'_>,
    policy: &PolicyDocument,
    old: &PolicyDocument,
    plan: &Plan,
    target: &str,
) -> Result<Carried, String> {
    let wanted = PolicyDocument::parse(target, policy.name.clone())
        .map_err(|error| format!("what is wanted does not read: {error}"))?;
    let (fates, added) =
        fates(&plan.becomes, old, &wanted).ok_or("its statements are not known")?;
    match (policy.syntax, role.template) {
        (Syntax::Yaml, _) => of_policy(policy, &fates, &added, target),
        (Syntax::Template, Some(place)) if added.is_empty() => {
            template::carried(policy, place, old, &fates, target)
        }
        (Syntax::Encoded, _) => Err("it is JSON inside a string".to_owned()),
        (Syntax::Json | Syntax::Template, _) => Err("it has no text of its own".to_owned()),
    }
}

/// Statements that are tried alone, at most.
const MOST_ALONE: usize = 50;

/// The statements of an edit that cannot be edited where they are, each tried alone, by their places, and why.
pub(super) fn stuck(
    role: &Circumstances<'_>,
    policy: &PolicyDocument,
    old: &PolicyDocument,
    plan: &Plan,
    target: &str,
) -> BTreeMap<usize, String> {
    let wanted = PolicyDocument::parse(target, policy.name.clone()).ok();
    let fates = wanted.and_then(|wanted| fates(&plan.becomes, old, &wanted));
    let fates = fates.map(|(fates, _)| fates).unwrap_or_default();
    let changed = fates.iter().enumerate();
    let changed: Vec<(usize, &Fate)> = changed.filter(|(_, own)| **own != Fate::Stays).collect();
    if changed.len() > MOST_ALONE {
        return BTreeMap::new();
    }
    let why = |(place, fate): (usize, &Fate)| {
        let mut alone = vec![Fate::Stays; fates.len()];
        alone.get_mut(place)?.clone_from(fate);
        let done = match (policy.syntax, role.template) {
            (Syntax::Yaml, _) => edits_of_policy(policy, &alone, &[]).map(drop),
            (Syntax::Template, Some(within)) => template::alone(policy, within, old, &alone),
            (Syntax::Json | Syntax::Encoded | Syntax::Template, _) => Ok(()),
        };
        done.err()
    };
    let stuck = changed.into_iter();
    let stuck: BTreeMap<_, _> = stuck.filter_map(|one| Some((one.0, why(one)?))).collect();
    match (policy.syntax, role.template) {
        (Syntax::Template, Some(within)) if stuck.is_empty() => {
            template::together(policy, within, old, &fates)
        }
        _ => stuck,
    }
}

/// In a policy file.
fn of_policy(
    policy: &PolicyDocument,
    fates: &[Fate],
    added: &[Wanted],
    target: &str,
) -> Result<Carried, String> {
    let replacements = edits_of_policy(policy, fates, added)?;
    let text = apply(&policy.source, &replacements).ok_or("its edits would overlap")?;
    let read = PolicyDocument::parse_yaml(&text, policy.name.clone())
        .ok()
        .and_then(|read| read.as_json())
        .ok_or("the edited text does not read")?;
    if says(&read.source) != says(target) {
        return Err("the edited text would say something else".to_owned());
    }
    Ok(Carried { replacements, text })
}

fn edits_of_policy(
    policy: &PolicyDocument,
    fates: &[Fate],
    added: &[Wanted],
) -> Result<Vec<Replacement>, String> {
    let root = yaml::parse(&policy.source, Schema::Core, LIMITS)
        .ok()
        .flatten()
        .ok_or("it does not read")?;
    let at = policy.statements_span.start;
    let statements = statements(&root)
        .into_iter()
        .find(|own| own.value.span().start == at)
        .ok_or("its statements are not found")?;
    statements
        .edited(&policy.source, &Plain, fates, added)
        .map_err(|why| why.to_string())
}

/// What becomes of each statement, and what is added behind them.
fn fates(
    becomes: &[usize],
    old: &PolicyDocument,
    wanted: &PolicyDocument,
) -> Option<(Vec<Fate>, Vec<Wanted>)> {
    let mut rest = wanted.statements.as_slice();
    let mut fates = Vec::new();
    for (count, old) in becomes.iter().zip(&old.statements) {
        let (own, behind) = rest.split_at_checked(*count)?;
        let own: Vec<Wanted> = own.iter().map(wanted_of).collect();
        fates.push(if own == [wanted_of(old)] {
            Fate::Stays
        } else {
            Fate::Becomes(own)
        });
        rest = behind;
    }
    Some((fates, rest.iter().map(wanted_of).collect()))
}

fn wanted_of(statement: &Statement) -> Wanted {
    let actions = statement.actions.patterns().iter();
    let resources = statement.resources.patterns().iter();
    Wanted {
        sid: statement.sid.clone(),
        is_not_action: matches!(statement.actions, ActionClause::NotAction(_)),
        actions: actions.map(|own| own.value.text().to_owned()).collect(),
        resources: resources.map(|own| own.value.text().to_owned()).collect(),
    }
}

/// Every `Statement` of a text.
pub(super) fn statements(root: &Node) -> Vec<Statements<'_>> {
    let mut found = Vec::new();
    add_statements(root, &mut found);
    found
}

fn add_statements<'n>(node: &'n Node, found: &mut Vec<Statements<'n>>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| add_statements(item, found)),
        Value::Map(members) => {
            for (key, value) in members {
                if key.text == "Statement" {
                    found.push(Statements { key, value });
                }
                add_statements(value, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

/// What a document in JSON says: a list of one is the one.
fn says(text: &str) -> Option<Json> {
    let mut json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    plain(&mut json);
    Some(json)
}

fn plain(json: &mut Json) {
    match json {
        Json::Object(members) => members.values_mut().for_each(plain),
        Json::Array(items) => {
            items.iter_mut().for_each(plain);
            if let [one] = items.as_mut_slice() {
                *json = one.take();
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
