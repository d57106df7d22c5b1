//! Combines what the statements of several policies say about one request.

use super::Layer;
use super::applied::{Applied, apply};
use super::request::Request;
use crate::iam::{Answer, Effect, PolicyDocument};

/// A statement, and whether it applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered {
    /// The layer of its policy.
    pub layer: Layer,
    /// The position of its policy in the layer, from 0.
    pub policy: usize,
    /// The position of the statement in its policy, from 0.
    pub statement: usize,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whether it applies.
    pub applied: Applied,
}

/// The statements of policies of which any may allow.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) considered: Vec<Considered>,
}

impl Tally {
    pub(super) fn of<'p>(
        layer: Layer,
        policies: impl IntoIterator<Item = (usize, &'p PolicyDocument)>,
        request: &Request<'_>,
    ) -> Self {
        let mut considered = Vec::new();
        for (policy, document) in policies {
            considered.extend(document.statements.iter().map(|statement| Considered {
                layer,
                policy,
                statement: statement.index,
                effect: statement.effect,
                applied: apply(statement, document.version, layer, request),
            }));
        }
        Self { considered }
    }

    pub(super) fn with(&self, effect: Effect) -> impl Iterator<Item = &Considered> {
        let all = self.considered.iter();
        all.filter(move |considered| considered.effect == effect)
    }

    /// Whether some statement with this effect applies.
    pub(super) fn any(&self, effect: Effect) -> Answer {
        self.with(effect)
            .fold(Answer::No, |answer, own| answer.or(own.applied.answer))
    }

    /// The same, with each undecided answer as it is counted.
    pub(super) fn taken(&self, effect: Effect) -> bool {
        self.with(effect).any(|own| own.applied.taken)
    }
}
