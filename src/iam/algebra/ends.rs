//! How patterns begin and end, and which service they name: most pairs of patterns are told apart by that alone.

use super::shape::{Letters, Shape, Step};

/// The plain text at both ends of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ends {
    head: Vec<u32>,
    /// From the last letter on.
    tail: Vec<u32>,
    service: Option<Vec<Step>>,
}

impl Ends {
    pub(super) fn of(shape: &Shape) -> Self {
        let letter = |step: &Step| match step {
            Step::One(Letters::Just(letter)) => Some(*letter),
            Step::One(Letters::Of(_)) | Step::Many(_) => None,
        };
        Self {
            head: shape.steps().iter().map_while(letter).collect(),
            tail: shape.steps().iter().rev().map_while(letter).collect(),
            service: shape.service().map(|steps| steps.copied().collect()),
        }
    }

    /// Whether nothing is matched by both patterns, as far as this tells.
    pub(super) fn differ(&self, other: &Self) -> bool {
        let differ =
            |one: &[u32], other: &[u32]| one.iter().zip(other).any(|(one, other)| one != other);
        let services = self.service.as_ref().zip(other.service.as_ref());
        differ(&self.tail, &other.tail)
            || differ(&self.head, &other.head)
            || services.is_some_and(|(one, other)| one != other)
    }
}
