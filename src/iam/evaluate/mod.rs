//! Decides whether policies allow an action on a resource.
//!
//! [`evaluate`] rules on a request with its context. [`decide`] says what identity policies decide in any context. Both test
//! each statement against the request in the same way. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.

mod access;
mod applied;
mod layer;
mod request;
mod tally;

pub use access::{Access, Level, Policies, Ruling, evaluate};
pub(super) use applied::apply;
pub use applied::{Applied, Reason};
pub use layer::Layer;
pub(in crate::iam) use request::FREE_OF_STS;
pub use request::{Asks, Request, needs_no_permission};
pub use tally::Considered;

use tally::Tally;

use super::{Action, Answer, Effect, PolicyDocument};

/// The result of an evaluation without a context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A statement allows it and none denies it.
    Allowed,
    /// A statement denies it.
    ExplicitlyDenied,
    /// No statement allows it.
    ImplicitlyDenied,
    /// Whether it is allowed depends on something that the text does not say; this is one reason.
    Undecided(String),
}

/// A statement of one of the evaluated policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementRef {
    /// The position of the policy, from 0.
    pub policy: usize,
    /// The position of the statement in its policy, from 0.
    pub statement: usize,
}

/// An outcome, with the statements that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// The statements that decided it, or that leave it undecided, in order. Empty for an implicit denial.
    pub statements: Vec<StatementRef>,
}

/// Evaluates an action on a resource. The resource is `*` for an action that has none.
///
/// A statement may or may not apply because of its condition, its policy variables, or text that AWS leaves open. The
/// decision is undecided if such a statement could turn an allowed call into a denied one or the reverse.
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
    let request = Request {
        action,
        resource,
        context: None,
        asks: Asks::Resource,
    };
    let tally = Tally::of(
        Layer::Identity,
        policies.iter().copied().enumerate(),
        &request,
    );
    let with = |effect, answer| {
        let all = tally.with(effect);
        let found = all.filter(move |own| own.applied.answer == answer);
        found.map(Considered::place).collect::<Vec<_>>()
    };
    let decided = |outcome, statements| Decision {
        outcome,
        statements,
    };
    match (tally.any(Effect::Deny), tally.any(Effect::Allow)) {
        (Answer::Yes, _) => decided(Outcome::ExplicitlyDenied, with(Effect::Deny, Answer::Yes)),
        (_, Answer::No) => decided(Outcome::ImplicitlyDenied, Vec::new()),
        (Answer::No, Answer::Yes) => decided(Outcome::Allowed, with(Effect::Allow, Answer::Yes)),
        (Answer::No | Answer::Undecided, allowed) => {
            let open: Vec<&Considered> = tally
                .considered
                .iter()
                .filter(|own| own.applied.answer == Answer::Undecided)
                .filter(|own| own.effect == Effect::Deny || allowed == Answer::Undecided)
                .collect();
            let reason = open.iter().find_map(|own| own.applied.reasons.first());
            let reason = reason.map(ToString::to_string).unwrap_or_default();
            let places = open.into_iter().map(Considered::place).collect();
            decided(Outcome::Undecided(reason), places)
        }
    }
}

impl Considered {
    fn place(&self) -> StatementRef {
        StatementRef {
            policy: self.policy,
            statement: self.statement,
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
