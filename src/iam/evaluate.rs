//! Would these policies allow this action on this resource?
//!
//! Identity policies of one principal only: an explicit `Deny` wins, then any `Allow`, else it is denied. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>. Boundaries, resource policies
//! and the few calls that need no permission are the caller's to reckon with.

use super::{Action, Answer, Effect, PolicyDocument, Statement};

/// What comes of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A statement allows it and none denies it.
    Allowed,
    /// A statement denies it.
    ExplicitlyDenied,
    /// No statement allows it.
    ImplicitlyDenied,
    /// Whether it is allowed hangs on what the text alone does not say; one reason why.
    Undecided(String),
}

/// A statement of one of the policies evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementRef {
    /// Position of the policy among those evaluated, counted from 0.
    pub policy: usize,
    /// Position of the statement in its policy, counted from 0.
    pub statement: usize,
}

/// An outcome and the statements that brought it about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// Statements that decided it, or that leave it undecided, in order. None for an implicit denial.
    pub statements: Vec<StatementRef>,
}

/// Evaluates an action on a resource, `*` for an action that has none.
///
/// A statement that may or may not apply, because of its condition, its policy variables or text that AWS leaves open,
/// makes the decision undecided where it could turn an allowed call into a denied one or the reverse.
///
/// ```
/// use aws_least_privilege::iam::PolicyDocument;
/// use aws_least_privilege::iam::evaluate::{Outcome, decide};
///
/// let policy = PolicyDocument::parse(r#"{"Version": "2012-10-17", "Statement": [
///     {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
///     {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/private/*"}
/// ]}"#, "policy.json")?;
/// let get = "s3:GetObject".parse()?;
/// assert_eq!(decide(&[&policy], &get, "arn:aws:s3:::bucket/a").outcome, Outcome::Allowed);
/// let private = decide(&[&policy], &get, "arn:aws:s3:::bucket/private/a");
/// assert_eq!(private.outcome, Outcome::ExplicitlyDenied);
/// assert_eq!(private.statements[0].statement, 1);
/// assert_eq!(decide(&[], &get, "arn:aws:s3:::bucket/a").outcome, Outcome::ImplicitlyDenied);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(policies: &[&PolicyDocument], action: &Action, resource: &str) -> Decision {
    let mut allows = Matched::default();
    let mut denies = Matched::default();
    for (policy, document) in policies.iter().enumerate() {
        for statement in &document.statements {
            let place = StatementRef {
                policy,
                statement: statement.index,
            };
            let matched = match statement.effect {
                Effect::Allow => &mut allows,
                Effect::Deny => &mut denies,
            };
            match statement.applies(action, resource) {
                Answer::Yes => matched.surely.push(place),
                Answer::Undecided => matched.perhaps.push((place, statement)),
                Answer::No => {}
            }
        }
    }
    let decided = |outcome, statements| Decision {
        outcome,
        statements,
    };
    if !denies.surely.is_empty() {
        return decided(Outcome::ExplicitlyDenied, denies.surely);
    }
    if allows.surely.is_empty() && allows.perhaps.is_empty() {
        return decided(Outcome::ImplicitlyDenied, Vec::new());
    }
    if denies.perhaps.is_empty() && !allows.surely.is_empty() {
        return decided(Outcome::Allowed, allows.surely);
    }
    let mut open = denies.perhaps;
    if allows.surely.is_empty() {
        open.extend(allows.perhaps);
    }
    open.sort_by_key(|(place, _)| *place);
    let reason = open
        .iter()
        .find_map(|(_, statement)| statement.undecided_because());
    let places = open.into_iter().map(|(place, _)| place).collect();
    decided(Outcome::Undecided(reason.unwrap_or_default()), places)
}

#[derive(Default)]
struct Matched<'a> {
    surely: Vec<StatementRef>,
    perhaps: Vec<(StatementRef, &'a Statement)>,
}

#[cfg(test)]
pub(super) mod tests;
