//! What a policy should be: the smallest edit of its own text that takes out what was judged excess.
//!
//! What stands is asked of the comparison itself, one action on one resource at a time, so that this module cannot think
//! otherwise than the gate. Nothing that is undecided, accepted or in the baseline goes; `Deny` statements, and grants that
//! can never match, stay as they are. Every suggestion is proved before it leaves (`proof.rs`).

mod added;
mod apart;
mod ask;
mod edits;
mod elsewhere;
mod groups;
mod hosts;
mod kind;
mod names;
mod of_role;
mod parts;
mod proof;
mod rows;
mod told;

pub use kind::Kind;
pub use names::file_names;
pub use of_role::{not_now, of_role};
pub use told::LineEdit;

use crate::catalog::Catalog;
use crate::compare::{Comparison, Excess, Granted, bound};
use crate::iam::edit::Replacement;
use crate::iam::{PolicyDocument, Statement};
use crate::judge::State;
use crate::judge::exempt::Held;
use crate::needed::NeededPermissions;
use crate::roles::InTemplate;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a role when its policies are to be mended.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// What its functions need.
    pub needs: &'a NeededPermissions,
    /// What it is granted.
    pub granted: Granted<'a>,
    /// What came of holding the two against each other.
    pub comparison: &'a Comparison,
    /// The state of each excess, in the comparison's order.
    pub states: &'a [State],
    /// What stays granted of a grant that is judged, for it is accepted or in the baseline.
    pub held: &'a Held,
    /// Whether its policies are files of a checkout.
    pub are_files: bool,
    /// Whether needs that are not granted are to be added here; else other files of the same functions are the place.
    pub adds_missing: bool,
    /// Statements that stay as they are written, whatever is judged of them, each by its text.
    pub left_out: &'a [&'a str],
    /// Statements whose resources stay as they are written, by the places of their policy and of themselves: only actions go.
    pub wide: &'a BTreeSet<(usize, usize)>,
    /// Where it is, where a template has it.
    pub template: Option<&'a InTemplate>,
    /// Statements that cannot be edited where they are, by policy and place, and why.
    pub fixed: &'a Fixed,
}

/// Statements that cannot be edited, by the places of their policy and of themselves, each with the reason.
pub type Fixed = BTreeMap<(usize, usize), String>;

/// A policy as it should be, or why none can be suggested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The policy's path, `ROLE/NAME` or ARN.
    pub policy: String,
    /// Where it is kept.
    pub kind: Kind,
    /// The text that was read.
    pub source: String,
    /// The whole document as it should be; absent where nothing can be suggested.
    pub document: Option<String>,
    /// The ranges of the source that are replaced; none where it is not edited in place, and the document is JSON.
    pub replacements: Vec<Replacement>,
    /// The unified diff from what was read; where that is not edited in place, from the same policy as JSON.
    pub diff: Option<String>,
    /// The same edit in whole lines of the file; none where it is not edited in place.
    pub edits: Vec<LineEdit>,
    /// Why the text is not edited in place, where there is a document all the same.
    pub not_edited: Option<String>,
    /// Why there is no document.
    pub reason: Option<String>,
    /// What to know before using it, a sentence each.
    pub notes: Vec<String>,
    /// The name of the role that has it, where it is kept in AWS.
    pub role: Option<String>,
}

impl Suggestion {
    fn of(policy: &PolicyDocument, kind: Kind) -> Self {
        Self {
            policy: policy.name.clone(),
            kind,
            source: policy.source.clone(),
            document: None,
            replacements: Vec::new(),
            diff: None,
            edits: Vec::new(),
            not_edited: None,
            reason: None,
            notes: Vec::new(),
            role: None,
        }
    }

    /// Whether the policy is a file that can be edited in place.
    pub fn is_editable(&self) -> bool {
        matches!(self.kind, Kind::File | Kind::Template)
            && self.document.is_some()
            && !self.replacements.is_empty()
    }
}

/// An edit that was thought out and not proved.
#[derive(Debug, Default)]
struct Plan {
    /// What takes excess out.
    narrowing: Vec<Replacement>,
    /// The same, and what adds needs that are not granted.
    whole: Vec<Replacement>,
    /// Whether no statement stays.
    empties: bool,
    /// How many statements each one becomes; those that are added stand behind them.
    becomes: Vec<usize>,
    /// The statements that are taken apart, by their places.
    mended: Vec<usize>,
    /// Statements with judged excess that stay as they are, and why.
    left: Vec<Left>,
}

/// A statement that has excess and is not edited.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Left {
    statement: usize,
    why: String,
    /// Whether a part of it stays for want of a name.
    wants_a_name: bool,
}

/// One suggestion for each policy that has excess or to which something is to be added, in the order of the policies.
pub fn suggestions(role: &Circumstances<'_>, catalog: &Catalog) -> Vec<Suggestion> {
    let kinds: Vec<Kind> = role
        .granted
        .policies
        .iter()
        .map(|policy| Kind::of(policy, role.are_files))
        .collect();
    // A template's policies are several, and which of them is the place for something new is for a person to say.
    let takes_additions = kinds
        .iter()
        .position(|kind| !matches!(kind, Kind::AwsManaged | Kind::Template));
    let additions = added::additions(role, catalog);
    let mut found = Vec::new();
    for (place, (policy, kind)) in role.granted.policies.iter().zip(kinds).enumerate() {
        let additions = match takes_additions {
            Some(first) if first == place => additions.as_slice(),
            _ => &[],
        };
        let is_meant = !additions.is_empty() || judged(role, policy).next().is_some();
        if is_meant {
            let mut suggestion = Suggestion::of(policy, kind);
            suggest(&mut suggestion, role, place, additions, catalog);
            found.push(suggestion);
        }
    }
    kind::check_aggregate(&mut found, role);
    found
}

/// The findings of a policy that count.
fn judged<'a>(
    role: &'a Circumstances<'_>,
    policy: &'a PolicyDocument,
) -> impl Iterator<Item = &'a Excess> {
    let excess = role.comparison.excess.iter().zip(role.states);
    excess
        .filter(|(_, state)| **state == State::Judged)
        .map(|(excess, _)| excess)
        .filter(|excess| has_origin(excess, policy))
}

fn has_origin(excess: &Excess, policy: &PolicyDocument) -> bool {
    let mut origins = excess.origins.iter();
    origins.any(|origin| origin.policy == policy.name)
}

fn suggest(
    suggestion: &mut Suggestion,
    role: &Circumstances<'_>,
    place: usize,
    additions: &[added::Addition],
    catalog: &Catalog,
) {
    if let Some(why) = too_large(role) {
        suggestion.reason = Some(format!("no suggestion could be proved: {why}"));
        return;
    }
    // What is not JSON is thought out as the JSON that it stands for.
    let Some(written) = role.granted.policies.get(place) else {
        return;
    };
    let Some(policies) = as_json(role.granted.policies) else {
        suggestion.reason = Some("it cannot be written as JSON".to_owned());
        return;
    };
    let Some(policy) = policies.get(place) else {
        return;
    };
    let role = &Circumstances {
        granted: Granted {
            policies: &policies,
            ..role.granted
        },
        ..*role
    };
    let asked = apart::Asked {
        written,
        place,
        additions,
        catalog,
    };
    let mut fixed = role.fixed.clone();
    let plan = asked.plan(role, &mut fixed);
    let role = &Circumstances {
        fixed: &fixed,
        ..*role
    };
    let notes = |left: &[Left]| left.iter().map(|left| note(written, left)).collect();
    suggestion.notes = notes(&plan.left);
    if plan.empties && additions.is_empty() {
        suggestion.reason = Some(suggestion.kind.nothing_left().to_owned());
        return;
    }
    if plan.whole.is_empty() {
        suggestion.reason = Some("what is excess in it cannot be taken out by an edit".to_owned());
        return;
    }
    let edit = match parts::proved(role, place, plan, additions, catalog) {
        Ok(edit) => edit,
        Err(why) => {
            suggestion.reason = Some(format!("no suggestion could be proved: {why}"));
            return;
        }
    };
    let (edit, own) = asked.carried(role, policy, edit);
    suggestion.notes = notes(&edit.plan.left);
    let not_added = edit.not_added.iter();
    suggestion
        .notes
        .extend(not_added.map(|why| format!("what is missing is not added: {why}")));
    suggestion.kind.remark(&edit.text, &mut suggestion.notes);
    suggestion.show(written, policy, edit, own);
}

/// Resource elements beyond which there is no time to prove that an edit keeps all that may be needed on them.
const MOST_RESOURCES: usize = 2_000;

/// Why there is no time for a proof, where that is so.
fn too_large(role: &Circumstances<'_>) -> Option<&'static str> {
    if role.comparison.is_sampled {
        return Some("not every action of its wildcards was looked at");
    }
    let written = bound::written(&role.granted);
    (written.len() > MOST_RESOURCES).then_some("the policies name too many resources")
}

impl Suggestion {
    /// Takes an edit of the JSON that a policy stands for: in the policy's own text where that can be edited.
    fn show(
        &mut self,
        written: &PolicyDocument,
        policy: &PolicyDocument,
        edit: parts::Edit,
        own: Option<Result<hosts::Carried, String>>,
    ) {
        let Some(own) = own else {
            self.replacements = edit.plan.whole;
            return self.document(&policy.source, edit.text);
        };
        match own {
            Ok(own) => {
                self.replacements = own.replacements;
                self.document(&written.source, own.text);
            }
            Err(why) if self.kind == Kind::Template => {
                self.reason = Some(format!("the template is not edited, as {why}"));
            }
            Err(why) => {
                self.notes.push(format!(
                    "the file is not edited, as {why}: this is the same policy as JSON, to be carried over by hand"
                ));
                self.not_edited = Some(why);
                self.document(&policy.source, edit.text);
                self.edits = Vec::new();
            }
        }
    }

    fn document(&mut self, old: &str, new: String) {
        self.diff = Some(told::diff(&self.policy, old, &new));
        self.edits = told::line_edits(old, &new);
        self.document = Some(new);
    }
}

fn as_json(policies: &[PolicyDocument]) -> Option<Vec<PolicyDocument>> {
    policies.iter().map(PolicyDocument::as_json).collect()
}

/// What to edit in one policy.
fn plan(
    role: &Circumstances<'_>,
    place: usize,
    additions: &[added::Addition],
    catalog: &Catalog,
) -> Plan {
    let Some(policy) = role.granted.policies.get(place) else {
        return Plan::default();
    };
    let mut left = Vec::new();
    let mut mended = Vec::new();
    let is_left_out = |statement: &Statement| {
        let text = policy.source.get(statement.span.range());
        text.is_some_and(|text| role.left_out.contains(&text))
    };
    for asked in ask::ask(role, place, catalog) {
        let statement = asked.statement;
        if is_left_out(statement) {
            // Whoever left it out says why.
            left.push(Left {
                statement: statement.index,
                why: String::new(),
                wants_a_name: false,
            });
            continue;
        }
        if let Some(why) = role.fixed.get(&(place, statement.index)) {
            left.push(Left {
                statement: statement.index,
                why: why.clone(),
                wants_a_name: false,
            });
            continue;
        }
        left.extend(asked.wants.into_iter().map(|why| Left {
            statement: statement.index,
            why,
            wants_a_name: true,
        }));
        let elements = if role.wide.contains(&(place, statement.index)) {
            ask::as_wide_as_written(asked.elements)
        } else {
            asked.elements
        };
        match rows::rows(statement, elements) {
            Ok(rows) => mended.push((statement, rows)),
            Err(why) => left.push(Left {
                statement: statement.index,
                why: why.to_owned(),
                wants_a_name: false,
            }),
        }
    }
    for statement in ask::unanswerable(role, policy) {
        left.push(Left {
            statement: statement.index,
            why: "it grants by `NotResource` or to a `Principal`, which is for a person to narrow"
                .to_owned(),
            wants_a_name: false,
        });
    }
    elsewhere::take_out(policy, &mut mended);
    let groups: BTreeMap<usize, _> = mended
        .into_iter()
        .map(|(statement, rows)| (statement.index, groups::groups(rows, catalog)))
        .collect();
    edits::plan(policy, &groups, additions, left)
}

fn note(policy: &PolicyDocument, left: &Left) -> String {
    let name = policy
        .statements
        .get(left.statement)
        .map_or_else(String::new, named);
    if left.wants_a_name {
        return format!("in {name}, {}", left.why);
    }
    format!("{name} stays as it is: {}", left.why)
}

fn named(statement: &Statement) -> String {
    let line = statement.span.line;
    match &statement.sid {
        Some(sid) if !sid.is_empty() => format!("the statement `{sid}` in line {line}"),
        _ => format!("the statement in line {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Left, note};
    use crate::iam::PolicyDocument;

    #[test]
    fn a_statement_is_told_by_its_sid_or_its_line() {
        let told = |sid: &str| {
            let text = format!(
                "{{\"Statement\": [\n{{{sid}\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}}]}}"
            );
            let policy = PolicyDocument::parse(&text, "role.json").unwrap();
            let left = Left {
                statement: 0,
                why: "it is wide".to_owned(),
                wants_a_name: false,
            };
            note(&policy, &left)
        };
        assert_eq!(
            told("\"Sid\": \"Wide\", "),
            "the statement `Wide` in line 2 stays as it is: it is wide"
        );
        // IAM takes an empty `Sid`, which names nothing.
        for none in ["\"Sid\": \"\", ", ""] {
            assert_eq!(
                told(none),
                "the statement in line 2 stays as it is: it is wide"
            );
        }
    }
}
