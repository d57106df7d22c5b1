//! Sources of policies: what a role, or a file that stands for one, allows.

pub mod iam_roles;
pub mod managed;
pub mod placeholder;
pub mod policy_file;
pub mod template;
