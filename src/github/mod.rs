//! GitHub as a workflow shows it: the runner's environment and the event that started the run.
//!
//! All of it is read as text that somebody else wrote: every field is optional, checked for its form, and bounded.

pub mod api;
pub mod code_owners;
pub mod credentials;
pub mod environment;
pub mod event;

pub use environment::Environment;
pub use event::{Commit, Event, EventKind, Repository, Visibility};
