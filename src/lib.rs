//! A gate that keeps IAM roles honest.

pub mod aws;
pub mod catalog;
pub mod evidence;
pub mod iam;
pub mod xray;
