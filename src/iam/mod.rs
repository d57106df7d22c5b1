//! IAM's own language: ARNs, actions, patterns, statements, policy documents and their algebra.
//!
//! Pure, and imports nothing else of this crate. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>.

pub mod action;
pub mod arn;

pub use action::Action;
pub use arn::Arn;
