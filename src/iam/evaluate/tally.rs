//! What the statements of policies say of one request, taken together.

use super::Layer;
use super::applied::{Applied, apply};
use super::request::Request;
use crate::iam::{Answer, Effect, PolicyDocument};

/// One statement, and whether it applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered {
    /// What its policy is.
    pub layer: Layer,
    /// Position of its policy among those of the layer, counted from 0.
    pub policy: usize,
    /// Position in its policy, counted from 0.
    pub statement: usize,
    /// Allow or deny.
    pub effect: Effect,
    /// Whether it applies.
    pub applied: Applied,
}

/// Statements of policies of which any may allow.
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

    /// Whether some statement of this effect applies.
    pub(super) fn any(&self, effect: Effect) -> Answer {
        self.with(effect)
            .fold(Answer::No, |answer, own| answer.or(own.applied.answer))
    }

    /// The same, every open question settled.
    pub(super) fn taken(&self, effect: Effect) -> bool {
        self.with(effect).any(|own| own.applied.taken)
    }
}
