//! One thing that is known of a role: a principal that may assume it, or a function that hardly runs, and is not waited for.

use super::accept::shown_role;
use super::{Day, Reason, Text};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

/// What is known: its silence makes nothing inconclusive, until a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    expecting = "a map with `function` or `principal`, `reason` and `until`"
)]
pub struct Known {
    /// The role's name or ARN, or the path of its policy file; every role where it is left out.
    pub role: Option<Text>,
    /// A function that hardly runs, by name or ARN.
    pub function: Option<Text>,
    /// A principal that may assume the role: a service such as `ecs-tasks.amazonaws.com`, an ARN, or `account` for all of the
    /// role's own account.
    pub principal: Option<Text>,
    /// Why it is not waited for.
    pub reason: Reason,
    /// The last day, in UTC, on which that holds.
    pub until: Day,
}

impl Known {
    /// Whether it still holds on a day.
    pub fn holds(&self, today: Date) -> bool {
        today <= self.until.0
    }

    /// What it is about, as it is written.
    pub fn what(&self) -> &str {
        let named = self.function.as_ref().or(self.principal.as_ref());
        named.map_or("", |text| text.0.as_str())
    }

    /// It on one line.
    pub(in crate::settings) fn shown(&self) -> String {
        let role = shown_role(self.role.as_ref());
        format!("{} for {role} until {}", self.what(), self.until)
    }
}
