//! One acceptance: an excess that a team lives with, for a reason and until a day.

use super::{Day, Reason, Text, Texts};
use schemars::JsonSchema;
use serde::Deserialize;

/// An excess that is accepted: every part of it must be within what is written here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    expecting = "a map with `actions`, `resources`, `reason` and `until`"
)]
pub struct Accept {
    /// The role's name or ARN, or the path of its policy file; every role where it is left out.
    pub role: Option<Text>,
    /// Actions, wildcards too: excess within them is accepted.
    pub actions: Texts,
    /// Resources, wildcards too.
    pub resources: Texts,
    /// Why.
    pub reason: Reason,
    /// The last day, in UTC, on which it is accepted.
    pub until: Day,
}

impl Accept {
    /// It on one line.
    pub(in crate::settings) fn shown(&self) -> String {
        format!(
            "{} on {} for {} until {}",
            self.actions.0.join(", "),
            self.resources.0.join(", "),
            shown_role(self.role.as_ref()),
            self.until
        )
    }
}

/// Whose it is.
pub(super) fn shown_role(role: Option<&Text>) -> &str {
    role.map_or("every role", |role| role.0.as_str())
}
