//! Statements of a template that IAM would refuse, so that the stack cannot be deployed.
//!
//! Only what is refused whatever the template is deployed with: a parameter may get another value than its default.

use super::{Expanded, Found};
use crate::iam::document::Syntax;
use crate::iam::{PolicyDocument, PolicyError};
use crate::template::Values;
use std::mem::discriminant;

/// The first statement that IAM would refuse.
pub(super) fn first(own: &Expanded, found: &Found) -> Option<PolicyError> {
    let mut errors = Vec::new();
    for document in documents(found) {
        errors.extend(
            document
                .refused_statements()
                .into_iter()
                .map(|(_, error)| error),
        );
    }
    let errors = certain(own, errors);
    errors.into_iter().min_by_key(PolicyError::span)
}

/// Takes out the statements that IAM would refuse.
pub(super) fn take_out(own: &Expanded, found: &mut Found) {
    let refused: Vec<PolicyError> = documents(found)
        .flat_map(PolicyDocument::refused_statements)
        .map(|(_, error)| error)
        .collect();
    let certain = certain(own, refused);
    if certain.is_empty() {
        return;
    }
    let roles = found.roles.iter_mut();
    let documents = roles.flat_map(|role| role.policies.iter_mut().chain(&mut role.boundary));
    for document in documents.filter(|document| document.syntax == Syntax::Template) {
        let mut refused = document.refused_statements();
        refused.retain(|(_, error)| certain.contains(error));
        let mut place = 0..;
        document.statements.retain(|_| {
            let place = place.next();
            !refused.iter().any(|(index, _)| Some(*index) == place)
        });
    }
}

/// The policies and boundaries that the template itself has.
fn documents(found: &Found) -> impl Iterator<Item = &PolicyDocument> {
    let roles = found.roles.iter();
    let documents = roles.flat_map(|role| role.policies.iter().chain(&role.boundary));
    documents.filter(|document| document.syntax == Syntax::Template)
}

/// Those that are wrong with any values of the parameters that were not given.
fn certain(own: &Expanded, mut errors: Vec<PolicyError>) -> Vec<PolicyError> {
    if errors.is_empty() {
        return errors;
    }
    let open = Expanded {
        values: Values {
            told_apart: true,
            ..own.values.clone()
        },
        ..own.clone()
    };
    let Ok(found) = open.read() else {
        return Vec::new();
    };
    let always: Vec<PolicyError> = documents(&found)
        .flat_map(PolicyDocument::refused_statements)
        .map(|(_, error)| error)
        .collect();
    let is_same = |one: &PolicyError, other: &PolicyError| {
        one.span() == other.span() && discriminant(one.problem()) == discriminant(other.problem())
    };
    errors.retain(|error| always.iter().any(|other| is_same(error, other)));
    errors
}
