//! Reads what GitHub gives to a workflow: the runner's environment and the event that started the run. Calls GitHub's
//! API.
//!
//! All of this is text that somebody else wrote: every field is optional, its form is checked, and its length is
//! limited.

pub mod api;
pub mod code_owners;
pub mod credentials;
pub mod environment;
pub mod event;

pub use environment::Environment;
pub use event::{Commit, Event, EventKind, Repository, Visibility};
