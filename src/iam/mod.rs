//! The language of IAM: ARNs, actions, patterns, statements, policy documents, and computing with them.
//!
//! Pure; it imports nothing else of this crate. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>.

pub mod action;
pub mod action_pattern;
pub mod action_set;
pub mod algebra;
pub mod answer;
pub mod arn;
mod by_parts;
pub mod condition;
pub mod context;
pub mod document;
pub mod edit;
pub mod evaluate;
pub mod glob;
pub mod inclusion;
pub mod merge;
pub mod permissions;
pub mod print;
pub mod resource_pattern;
pub mod said;
pub mod span;
pub mod statement;
mod variable;
pub mod version;

pub use action::Action;
pub use action_pattern::ActionPattern;
pub use answer::Answer;
pub use arn::Arn;
pub use by_parts::meet_by_parts;
pub use condition::{ConditionAtom, ConditionBlock};
pub use context::Context;
pub use document::{PolicyDocument, PolicyError};
pub use glob::Glob;
pub use inclusion::union_covers;
pub use resource_pattern::ResourcePattern;
pub use span::{Span, Spanned};
pub use statement::{ActionClause, Effect, MadeBy, ResourceClause, Statement};
pub use variable::{has_request_variable, is_one_symbol, open_because, symbols};
pub use version::Version;
