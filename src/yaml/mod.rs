//! Reads YAML and JSON into a tree of values, each with the byte range where it was written.
//!
//! It does not know what the text is for. The schema decides how unquoted words are read: as in YAML 1.2, or as in YAML
//! 1.1, which CloudFormation follows. JSON is read by a parser of its own, because YAML includes all but a few of its
//! spellings. Aliases and merge keys are replaced by the values that they refer to. The size, the depth and the number
//! of values are limited.

mod events;
mod json;
mod node;
mod read;
mod scalar;

pub(crate) use events::{Events, NotYaml};
pub use node::{Key, Node, Origin, Style, Value};
pub use read::{Limits, Problem, Schema, YamlError, parse};
