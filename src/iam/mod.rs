//! IAM's own language: ARNs, actions, patterns, statements, policy documents and their algebra.
//!
//! Pure, and imports nothing else of this crate. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>.

pub mod action;
pub mod answer;
pub mod arn;
pub mod glob;
pub mod inclusion;

pub use action::Action;
pub use answer::Answer;
pub use arn::Arn;
pub use glob::Glob;
