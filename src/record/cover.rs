//! Whether patterns written down cover what a finding grants.

use super::Asked;
use crate::iam::{ActionPattern, Answer, ResourcePattern, Version};

/// Actions on resources, as patterns: every action on every resource.
#[derive(Debug, Clone)]
pub(super) struct Area {
    actions: Vec<ActionPattern>,
    resources: Vec<ResourcePattern>,
}

impl Area {
    pub(super) fn new<'t>(
        actions: impl IntoIterator<Item = &'t String>,
        resources: impl IntoIterator<Item = &'t String>,
    ) -> Self {
        let resource = |text: &String| ResourcePattern::new(text, Version::V2012);
        Self {
            actions: actions.into_iter().map(ActionPattern::new).collect(),
            resources: resources.into_iter().map(resource).collect(),
        }
    }

    /// Whether all that one pair of a finding grants lies within, for certain.
    pub(super) fn covers(&self, (_, pair): Asked<'_>) -> bool {
        let action = ActionPattern::new(pair.action);
        let resource = ResourcePattern::new(pair.resource, Version::V2012);
        ActionPattern::union_covers(&self.actions, &action) == Answer::Yes
            && ResourcePattern::union_covers(&self.resources, &resource) == Answer::Yes
    }
}
