//! Decides whether AWS would allow a request whose context is known.
//!
//! An explicit `Deny` in any policy wins. Otherwise some identity policy must allow the request, and every boundary and
//! every SCP too. Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.
//! Resource policies and session policies are not taken into account.

use std::fmt;

use super::Layer;
use super::request::{Asks, Request};
use super::tally::{Considered, Tally};
use crate::iam::{Answer, Effect, PolicyDocument};

/// The policies that apply to a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'a> {
    /// Identity policies. One of them must allow.
    pub identity: &'a [PolicyDocument],
    /// Permissions boundaries. Each must allow.
    pub boundaries: &'a [PolicyDocument],
    /// Service control policies. Each must allow.
    pub scps: &'a [PolicyDocument],
}

impl<'a> Policies<'a> {
    /// The policies of a layer.
    pub fn of(&self, layer: Layer) -> &'a [PolicyDocument] {
        match layer {
            Layer::Identity => self.identity,
            Layer::Boundary => self.boundaries,
            Layer::Scp => self.scps,
        }
    }
}

/// The result of an evaluation by AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ruling {
    /// Every layer allows it and no statement denies it.
    Allowed,
    /// A statement denies it.
    ExplicitlyDenied,
    /// A layer does not allow it.
    ImplicitlyDenied,
}

impl fmt::Display for Ruling {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Allowed => "Allowed",
            Self::ExplicitlyDenied => "ExplicitlyDenied",
            Self::ImplicitlyDenied => "ImplicitlyDenied",
        })
    }
}

/// A layer, or one policy of a layer, that must allow a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level {
    /// The layer.
    pub layer: Layer,
    /// The position of the policy that must allow. `None` if any policy of the layer may.
    pub policy: Option<usize>,
}

/// A ruling, with the statements that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Access {
    /// The ruling.
    pub ruling: Ruling,
    /// Every statement, in the order of layers, policies and statements.
    pub considered: Vec<Considered>,
    /// The levels that do not allow the request. Empty if it is allowed.
    pub withheld_by: Vec<Level>,
    /// Whether AWS's documentation leaves something open that could change the ruling.
    pub in_doubt: bool,
}

impl Access {
    /// The statements that decided: those that deny, or those that allow. Empty for an implicit denial.
    pub fn decisive(&self) -> impl Iterator<Item = &Considered> {
        let effect = match self.ruling {
            Ruling::Allowed => Some(Effect::Allow),
            Ruling::ExplicitlyDenied => Some(Effect::Deny),
            Ruling::ImplicitlyDenied => None,
        };
        let all = self.considered.iter();
        all.filter(move |own| own.applied.taken && Some(own.effect) == effect)
    }

    /// Statements of which it is undecided whether they apply, if that could change the ruling.
    pub fn doubtful(&self) -> impl Iterator<Item = &Considered> {
        let all = self.considered.iter();
        all.filter(|own| self.in_doubt && own.applied.answer == Answer::Undecided)
    }
}

/// Evaluates a request with its context. A key that is not in the context is absent.
///
/// ```
/// use aws_least_privilege::iam::evaluate::{Asks, Policies, Request, Ruling, evaluate};
/// use aws_least_privilege::iam::{Context, PolicyDocument};
///
/// let policy = [PolicyDocument::parse(r#"{"Version": "2012-10-17", "Statement":
///     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*"}}"#, "p")?];
/// let policies = Policies { identity: &policy, ..Policies::default() };
/// let context: Context = [("aws:username", "ana")].into_iter().collect();
/// let action = "s3:GetObject".parse()?;
/// let ruling = |resource| {
///     let request = Request { action: &action, resource, context: Some(&context), asks: Asks::Resource };
///     evaluate(policies, &request).ruling
/// };
/// assert_eq!(ruling("arn:aws:s3:::home/ana/x"), Ruling::Allowed);
/// assert_eq!(ruling("arn:aws:s3:::home/bob/x"), Ruling::ImplicitlyDenied);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluate(policies: Policies<'_>, request: &Request<'_>) -> Access {
    let tallies: Vec<(Level, Tally)> = levels(policies, request);
    let any = |effect| tallies.iter().map(move |(_, tally)| tally.any(effect));
    let denied = any(Effect::Deny).fold(Answer::No, Answer::or);
    let allowed = any(Effect::Allow).fold(Answer::Yes, Answer::and);
    let is_denied = tallies.iter().any(|(_, tally)| tally.taken(Effect::Deny));
    let withheld_by: Vec<Level> = tallies
        .iter()
        .filter(|(_, tally)| !tally.taken(Effect::Allow))
        .map(|(level, _)| *level)
        .collect();
    let certain = match (denied, allowed) {
        (Answer::Yes, _) | (Answer::No, Answer::Yes | Answer::No) => true,
        (Answer::Undecided, _) | (Answer::No, Answer::Undecided) => false,
    };
    let free = request.asks == Asks::Nothing;
    let ruling = match (free, is_denied, withheld_by.is_empty()) {
        (true, ..) | (false, false, true) => Ruling::Allowed,
        (false, true, _) => Ruling::ExplicitlyDenied,
        (false, false, false) => Ruling::ImplicitlyDenied,
    };
    let considered = tallies
        .into_iter()
        .flat_map(|(_, tally)| tally.considered)
        .collect();
    Access {
        ruling,
        considered: if free { Vec::new() } else { considered },
        withheld_by: if free { Vec::new() } else { withheld_by },
        in_doubt: !certain && !free,
    }
}

fn levels(policies: Policies<'_>, request: &Request<'_>) -> Vec<(Level, Tally)> {
    let numbered = |layer| policies.of(layer).iter().enumerate();
    let identity = Level {
        layer: Layer::Identity,
        policy: None,
    };
    let together = Tally::of(Layer::Identity, numbered(Layer::Identity), request);
    let mut levels = vec![(identity, together)];
    for layer in [Layer::Boundary, Layer::Scp] {
        levels.extend(numbered(layer).map(|(policy, document)| {
            let level = Level {
                layer,
                policy: Some(policy),
            };
            (level, Tally::of(layer, [(policy, document)], request))
        }));
    }
    levels
}

#[cfg(test)]
mod tests;
