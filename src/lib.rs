//! A gate that keeps IAM roles honest.

pub mod aws;
pub mod catalog;
pub mod evidence;
pub mod iam;
/// What owners need.
pub mod needed {
    pub mod configuration;
}
pub mod xray;
