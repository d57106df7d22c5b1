//! A gate that keeps IAM roles honest.

pub mod aws;
pub mod catalog;
pub mod evidence;
/// Sources of policies.
pub mod granted {
    pub mod iam_roles;
}
pub mod iam;
/// What owners need.
pub mod needed {
    pub mod configuration;
    pub mod execution_role_policies;
}
pub mod targets;
pub mod xray;
