//! Decides whether the patterns of an entry cover what a finding grants.

use super::Asked;
use crate::iam::{Action, ActionPattern, Answer, ResourcePattern, Version};
use std::collections::BTreeSet;

/// A set of actions on a set of resources, as patterns.
#[derive(Debug, Clone)]
pub(super) struct Area {
    actions: Axis<ActionPattern>,
    resources: Axis<ResourcePattern>,
}

/// What some patterns match, or everything else.
#[derive(Debug, Clone)]
enum Axis<P> {
    Of(Vec<P>),
    AllBut(Vec<P>),
}

impl<P> Axis<P> {
    fn new(patterns: Vec<P>, is_all_but: bool) -> Self {
        if is_all_but {
            Self::AllBut(patterns)
        } else {
            Self::Of(patterns)
        }
    }

    /// Whether everything in `other` is certainly in this one.
    fn covers(
        &self,
        other: &Self,
        everything: &P,
        union_covers: impl Fn(&[P], &P) -> bool,
        meet: impl Fn(&P, &P) -> bool,
    ) -> bool {
        match (self, other) {
            (Self::Of(own), Self::Of(their)) => their.iter().all(|one| union_covers(own, one)),
            (Self::Of(own), Self::AllBut(_)) => union_covers(own, everything),
            (Self::AllBut(own), Self::Of(their)) => {
                !own.iter().any(|own| their.iter().any(|one| meet(own, one)))
            }
            (Self::AllBut(own), Self::AllBut(their)) => {
                own.iter().all(|one| union_covers(their, one))
            }
        }
    }

    /// Whether something may be in both.
    fn meets(
        &self,
        other: &Self,
        union_covers: impl Fn(&[P], &P) -> bool,
        meet: impl Fn(&P, &P) -> bool,
    ) -> bool {
        match (self, other) {
            (Self::Of(own), Self::Of(their)) => {
                own.iter().any(|own| their.iter().any(|one| meet(own, one)))
            }
            (Self::Of(some), Self::AllBut(rest)) | (Self::AllBut(rest), Self::Of(some)) => {
                some.iter().any(|one| !union_covers(rest, one))
            }
            (Self::AllBut(_), Self::AllBut(_)) => true,
        }
    }
}

impl Area {
    pub(super) fn new(actions: &[String], resources: &[String]) -> Self {
        let set = |elements: &[String]| elements.iter().cloned().collect();
        Self::written((&set(actions), false), (&set(resources), false))
    }

    /// The area of elements as a policy writes them. The flags say whether a list is of a `NotAction` or a `NotResource`.
    pub(super) fn written(
        (actions, not_action): (&BTreeSet<String>, bool),
        (resources, not_resource): (&BTreeSet<String>, bool),
    ) -> Self {
        let resource = |text: &String| ResourcePattern::new(text, Version::V2012);
        // A `NotAction` grants the most if its patterns match the least, so they are read that way.
        let action = |text: &String| {
            if not_action {
                ActionPattern::narrowest(text)
            } else {
                ActionPattern::new(text)
            }
        };
        Self {
            actions: Axis::new(actions.iter().map(action).collect(), not_action),
            resources: Axis::new(resources.iter().map(resource).collect(), not_resource),
        }
    }

    /// Whether everything that a pair of a finding grants is certainly covered.
    pub(super) fn covers(&self, asked: Asked<'_>) -> bool {
        self.includes(&Self::of_pair(asked))
    }

    /// Whether everything in another area is certainly covered.
    pub(super) fn includes(&self, other: &Self) -> bool {
        self.covers_actions(&other.actions) && self.covers_resources(&other.resources)
    }

    /// Whether something may be in both areas.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.actions.meets(
            &other.actions,
            |union, one| ActionPattern::union_covers(union, one) == Answer::Yes,
            ActionPattern::intersects,
        ) && self.resources.meets(
            &other.resources,
            |union, one| ResourcePattern::union_covers(union, one) == Answer::Yes,
            |own, one| own.intersects(one) != Answer::No,
        )
    }

    /// Everything that a pair of a finding grants.
    pub(super) fn of_pair((finding, pair): Asked<'_>) -> Self {
        let action = BTreeSet::from([pair.action.to_owned()]);
        let resource = BTreeSet::from([pair.resource.to_owned()]);
        let by_exception = finding.not_action && !pair.is_member;
        let actions = if by_exception {
            &finding.actions
        } else {
            &action
        };
        let resources = if finding.not_resource {
            &finding.resources
        } else {
            &resource
        };
        Self::written((actions, by_exception), (resources, finding.not_resource))
    }

    /// Whether an action, or everything that a wildcard matches, is covered on some resource.
    pub(super) fn covers_action(&self, pattern: &ActionPattern) -> bool {
        self.covers_actions(&Axis::Of(vec![pattern.clone()]))
    }

    /// Whether some action that a pattern matches may be covered.
    pub(super) fn meets_action(&self, pattern: &ActionPattern) -> bool {
        match &self.actions {
            Axis::Of(own) => own.iter().any(|own| own.intersects(pattern)),
            Axis::AllBut(own) => !own.iter().any(|own| own.covers(pattern)),
        }
    }

    /// Whether a resource is certainly covered completely.
    pub(super) fn covers_resource(&self, resource: &str) -> bool {
        let asked = ResourcePattern::new(resource, Version::V2012);
        self.covers_resources(&Axis::Of(vec![asked]))
    }

    /// The resources as written; empty if the area lists exceptions.
    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        let listed = match &self.resources {
            Axis::Of(patterns) => patterns.as_slice(),
            Axis::AllBut(_) => &[],
        };
        listed.iter().map(ResourcePattern::text)
    }

    /// The actions that are listed by name.
    pub(super) fn named_actions(&self) -> impl Iterator<Item = Action> {
        let listed = match &self.actions {
            Axis::Of(patterns) => patterns.as_slice(),
            Axis::AllBut(_) => &[],
        };
        listed.iter().filter_map(ActionPattern::as_action)
    }

    fn covers_resources(&self, asked: &Axis<ResourcePattern>) -> bool {
        self.resources.covers(
            asked,
            &ResourcePattern::new("*", Version::V2012),
            |union, one| ResourcePattern::union_covers(union, one) == Answer::Yes,
            |own, one| own.intersects(one) != Answer::No,
        )
    }

    fn covers_actions(&self, asked: &Axis<ActionPattern>) -> bool {
        self.actions.covers(
            asked,
            &ActionPattern::new("*"),
            |union, one| ActionPattern::union_covers(union, one) == Answer::Yes,
            ActionPattern::intersects,
        )
    }
}
