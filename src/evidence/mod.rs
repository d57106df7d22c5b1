//! Sources of observations: who called which operation, on what, when, and how it ended.
//!
//! A source hands over raw documents; an assembler joins the documents of a trace and finds the owner of each call. What
//! could not be read or attributed is a [`Gap`], never silence.

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
