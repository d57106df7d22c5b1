//! One reader of YAML and JSON: a tree of values, each with the bytes where it was written.
//!
//! Knows nothing of what the text is for. The schema says how unquoted words are read: as YAML 1.2 has it, or as YAML 1.1 does,
//! which CloudFormation follows. JSON is read as its own language, which YAML contains in all but a few spellings. Anchors, aliases
//! and merge keys are replaced by what they stand for; size, depth and the number of values are bounded.

mod events;
mod json;
mod node;
mod read;
mod scalar;

pub(crate) use events::{Events, NotYaml};
pub use node::{Key, Node, Origin, Style, Value};
pub use read::{Limits, Problem, Schema, YamlError, parse};
