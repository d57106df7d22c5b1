//! What a change makes of the configuration of the gate.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A setting that a change of the configuration changes. The change is judged by the setting as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ConfigChange {
    /// The configuration.
    pub file: String,
    /// The line of the new configuration, where that is known.
    pub line: Option<usize>,
    /// The key, or `the whole file` where that cannot be read.
    pub setting: String,
    /// What it says at the base; of a file that cannot be read, what counts in its place.
    pub base: String,
    /// What it says at the head, or why it cannot be read.
    pub head: String,
    /// Whether the gate would let more pass, or might.
    pub loosens: bool,
}

impl ConfigChange {
    /// Whether the change breaks the configuration.
    pub fn is_of_a_broken_file(&self) -> bool {
        self.setting == "the whole file"
    }

    /// What counts where the change breaks the configuration.
    pub(super) fn in_its_place(&self) -> &'static str {
        if self.base == Self::NONE {
            "The base has none, so the defaults count."
        } else {
            "The base's counts."
        }
    }

    /// What a base says that has no configuration.
    pub const NONE: &str = "no configuration";
}
