//! What a report says of grants that nothing decides and of grants without effect.

use crate::compare::{Origin, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A grant that nothing here decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, true or not"
)]
pub struct Undecided {
    /// The actions as written.
    pub actions: Vec<String>,
    /// Whether they are written as `NotAction`: all but these are meant.
    pub not_action: bool,
    /// The resources as written.
    pub resources: Vec<String>,
    /// Whether they are written as `NotResource`: all but these are meant.
    pub not_resource: bool,
    /// What leaves it open: all of `reasons` in one sentence.
    pub reason: String,
    /// What leaves it open, a sentence each.
    pub reasons: Vec<String>,
    /// How bad it would be as excess.
    pub severity: Severity,
    /// Whether the base lacks it, where there is one.
    pub new: bool,
    /// Whether the work was given up: it was too intricate to be looked at to the end.
    pub given_up: bool,
    /// Every place that grants it.
    pub origins: Vec<Origin>,
}

/// A grant that can never match a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Dead {
    /// The actions as written.
    pub actions: Vec<String>,
    /// Whether they are written as `NotAction`: all but these are meant.
    pub not_action: bool,
    /// The resources as written.
    pub resources: Vec<String>,
    /// Whether they are written as `NotResource`: all but these are meant.
    pub not_resource: bool,
    /// Why it cannot match.
    pub reason: String,
    /// Where it stands.
    pub origins: Vec<Origin>,
}
