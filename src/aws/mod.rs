//! AWS's own APIs: small traits, one file a service, and the clients and session behind them.
//!
//! Nothing else speaks to AWS. Clients hand over what was answered and classify what went wrong; what to make of either is
//! for their callers to say. Async stops here and in the sources of evidence and grants. The clients need the feature `live`.

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
