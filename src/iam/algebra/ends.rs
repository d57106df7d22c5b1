//! Compares the beginnings, ends and services of patterns. For most pairs of patterns that alone shows that they have no
//! match in common.

use super::shape::{Letters, Shape, Step};

/// The plain text at both ends of a pattern, and its service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ends {
    head: Vec<u32>,
    /// The text at the end, last letter first.
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

    /// Whether it is plain that no text matches both patterns.
    pub(super) fn differ(&self, other: &Self) -> bool {
        let differ =
            |one: &[u32], other: &[u32]| one.iter().zip(other).any(|(one, other)| one != other);
        let services = self.service.as_ref().zip(other.service.as_ref());
        differ(&self.tail, &other.tail)
            || differ(&self.head, &other.head)
            || services.is_some_and(|(one, other)| one != other)
    }
}
