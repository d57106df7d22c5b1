//! The clients: implementations of the traits with AWS's SDK, and the session that they share.

mod bounded;
mod cloudformation;
mod ecs;
mod endpoint;
mod error;
mod iam;
mod lambda;
mod nulls;
mod pages;
mod session;
mod sources;
mod step_functions;
mod sts;
mod xray;

pub use bounded::{MOST_BYTES, TooLarge};
pub use cloudformation::CloudFormation;
pub use ecs::Ecs;
pub use iam::Iam;
pub use lambda::Lambda;
pub use session::Session;
pub use step_functions::StepFunctions;
pub use sts::Sts;
pub use xray::Xray;
