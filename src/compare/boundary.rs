//! A permissions boundary: it grants nothing, and what it does not allow is not granted.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>. What resource-based policies
//! grant past a boundary is not judged here.

use super::grant::hangs_on;
use crate::iam::inclusion::union_covers;
use crate::iam::{Action, Answer, Effect, Glob, PolicyDocument, ResourceClause, ResourcePattern};

/// What a boundary leaves of one action.
#[derive(Debug, Clone, Default)]
pub(super) struct Ceiling {
    /// Resource patterns that it allows whatever the request.
    surely: Vec<Glob>,
    /// Whether it may allow more, depending on the request.
    perhaps: bool,
}

impl Ceiling {
    /// What the boundary's `Allow` statements say of an action; its `Deny` statements are denials like any other.
    pub(super) fn of(boundary: &PolicyDocument, action: &Action) -> Self {
        let mut ceiling = Self::default();
        let allows = boundary.statements.iter().filter(|statement| {
            statement.effect == Effect::Allow && statement.actions.matches(action)
        });
        for statement in allows {
            match &statement.resources {
                ResourceClause::Resource(resources) if hangs_on(statement).is_none() => {
                    for resource in resources {
                        if resource.value.is_exact() {
                            ceiling.surely.push(resource.value.glob().clone());
                        } else if resource.value.never_matches().is_none() {
                            ceiling.perhaps = true;
                        }
                    }
                }
                ResourceClause::Resource(_)
                | ResourceClause::NotResource(_)
                | ResourceClause::Absent => ceiling.perhaps = true,
            }
        }
        ceiling
    }

    /// Whether anything of a resource pattern is left.
    pub(super) fn leaves(&self, resource: &ResourcePattern) -> bool {
        self.perhaps
            || self
                .surely
                .iter()
                .any(|allowed| allowed.intersects(resource.glob()))
    }

    /// Whether all of a resource pattern is left.
    pub(super) fn leaves_all(&self, resource: &ResourcePattern) -> bool {
        union_covers(&self.surely, resource.glob()) == Answer::Yes
    }
}
