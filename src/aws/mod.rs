//! AWS's own APIs: thin clients behind small traits, one file a service, and the session that they share.
//!
//! Nothing else speaks to AWS. Clients hand over what was answered and classify what went wrong; what to make of either is
//! for their callers to say. Async stops here and in the sources of evidence and grants.

mod absent;
pub mod bounded;
pub mod cloudformation;
pub mod config;
pub mod deadline;
pub mod ecs;
pub mod error;
pub mod iam;
pub mod lambda;
mod pages;
pub mod regions;
pub mod rights;
pub mod step_functions;
pub mod sts;
pub mod xray;

pub use config::{Session, SessionError};
pub use deadline::{Deadline, Within};
pub use error::{ApiError, ApiErrorKind};
