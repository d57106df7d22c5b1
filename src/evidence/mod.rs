//! Reads traces and returns observations: who called which operation, on what, when, and with what outcome.
//!
//! A source delivers raw documents. An assembler joins the documents of a trace and finds the owner of each call.
//! Whatever could not be read, or belongs to no known owner, is reported as a [`Gap`].

pub mod assemble;
mod caller;
mod clock;
mod digest;
pub mod gap;
mod identity;
mod impossible;
mod lineage;
pub mod observation;
mod outcome;
pub mod owner;
pub mod saved;
pub mod xray_api;

pub use assemble::{Assembly, assemble};
pub use gap::{Gap, GapReason, Gaps, Hidden};
pub use observation::{Observation, Outcome, TraceEvidence};
pub use outcome::outcome;
pub use owner::{About, Owner};
pub use saved::SavedError;
pub use xray_api::XrayError;
