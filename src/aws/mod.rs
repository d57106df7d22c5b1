//! AWS's APIs: small traits, one file for each service, and the clients and the session that implement them.
//!
//! No other module calls AWS. A client returns AWS's answer or a classified error, and its caller decides what that
//! means. Async code is only here and in the sources of evidence and grants. The clients need the feature `live`.

mod absent;
pub mod cloudformation;
pub mod deadline;
pub mod ecs;
pub mod error;
pub mod iam;
pub mod lambda;
pub mod regions;
pub mod rights;
#[cfg(feature = "live")]
mod sdk;
mod session_error;
pub mod step_functions;
#[cfg(not(feature = "live"))]
mod without;
pub mod xray;

pub use deadline::{Deadline, Within};
pub use error::{ApiError, ApiErrorKind};
#[cfg(feature = "live")]
pub use sdk::{
    CloudFormation, Ecs, Iam, Lambda, MOST_BYTES, Session, StepFunctions, Sts, TooLarge, Xray,
};
pub use session_error::{CREDENTIALS_HINT, ENDPOINT_HINT, SessionError};
#[cfg(not(feature = "live"))]
pub use without::{CloudFormation, Ecs, Iam, Lambda, Session, StepFunctions, Sts, Xray};
