//! What IAM refuses in a permissions policy although it reads: as a role's policy it would say nothing that counts.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html> and, for what that page is silent
//! on, what IAM says when it is given such policies (`MalformedPolicyDocument`).

use super::super::{ActionClause, ActionPattern, Effect, Span, Statement};
use super::placeholder::placeholder;
use super::{PolicyDocument, PolicyProblem, arns, foreign, shortened};

type Refused = (Span, PolicyProblem);

/// What IAM refuses first in the document.
pub(super) fn refused(document: &PolicyDocument) -> Option<Refused> {
    of_principals(document).or_else(|| document.statements.iter().find_map(of_statement))
}

/// A policy that says who is a role's trust, a resource's, or an organisation's.
fn of_principals(document: &PolicyDocument) -> Option<Refused> {
    let named: Vec<&Statement> = document
        .statements
        .iter()
        .filter(|statement| statement.principal.is_some())
        .collect();
    let place = named.first()?.principal?;
    let all = |holds: fn(&PolicyDocument, &Statement) -> bool| {
        named.iter().all(|statement| holds(document, statement))
    };
    let problem = if named.len() < document.statements.len() {
        PolicyProblem::Principal
    } else if all(assumes) {
        PolicyProblem::Foreign(foreign::TRUST)
    } else if all(denies_everyone) {
        PolicyProblem::Foreign(foreign::RESOURCE_CONTROL)
    } else {
        PolicyProblem::Foreign(foreign::RESOURCE)
    };
    Some((place, problem))
}

fn assumes(_document: &PolicyDocument, statement: &Statement) -> bool {
    let ActionClause::Action(patterns) = &statement.actions else {
        return false;
    };
    let of_sts = |pattern: &ActionPattern| pattern.prefix() == Some("sts");
    patterns.iter().all(|pattern| of_sts(&pattern.value))
}

fn denies_everyone(document: &PolicyDocument, statement: &Statement) -> bool {
    let principal = statement.principal.and_then(|span| document.source.get(span.range()));
    let principal = principal.unwrap_or_default();
    statement.effect == Effect::Deny && principal.trim_matches(['"', '\'']) == "*"
}

fn of_statement(statement: &Statement) -> Option<Refused> {
    of_sid(statement)
        .or_else(|| of_lists(statement))
        .or_else(|| {
            let mut actions = statement.actions.patterns().iter();
            actions.find_map(|own| Some((own.span, of_action(&own.value)?)))
        })
        .or_else(|| {
            let mut resources = statement.resources.patterns().iter();
            resources.find_map(|own| Some((own.span, arns::problem(&own.value)?)))
        })
        .or_else(|| of_condition(statement))
}

fn of_sid(statement: &Statement) -> Option<Refused> {
    let sid = statement.sid.as_deref()?;
    let is_fit = sid.chars().all(|letter| letter.is_ascii_alphanumeric());
    let problem = || PolicyProblem::BadSid(shortened(sid));
    (!is_fit).then(|| (statement.sid_span.unwrap_or(statement.span), problem()))
}

fn of_lists(statement: &Statement) -> Option<Refused> {
    if statement.actions.patterns().is_empty() {
        let name = match statement.actions {
            ActionClause::Action(_) => "Action",
            ActionClause::NotAction(_) => "NotAction",
        };
        return Some((statement.actions_span, PolicyProblem::EmptyList(name)));
    }
    let place = statement.resources_span?;
    let is_empty = statement.resources.patterns().is_empty();
    is_empty.then_some((place, PolicyProblem::EmptyList("Resource")))
}

fn of_action(pattern: &ActionPattern) -> Option<PolicyProblem> {
    let text = pattern.text();
    if let Some(found) = placeholder(text) {
        return Some(PolicyProblem::Placeholder(shortened(found)));
    }
    if pattern.is_everything() || pattern.is_unclear() {
        return None;
    }
    match text.split_once(':') {
        None => Some(PolicyProblem::NoService(shortened(text))),
        Some((_, name)) if name.contains(':') => Some(PolicyProblem::TwoColons(shortened(text))),
        Some((service, _)) if service.contains(['*', '?']) => {
            Some(PolicyProblem::WildcardPrefix(shortened(text)))
        }
        Some(_) => None,
    }
}

fn of_condition(statement: &Statement) -> Option<Refused> {
    let block = statement.condition.as_ref()?;
    let mut values = block.value.atoms().flat_map(|atom| atom.values());
    let found = values.find_map(placeholder)?;
    Some((block.span, PolicyProblem::Placeholder(shortened(found))))
}
