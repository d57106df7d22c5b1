//! Judges roles: decides which findings count, and the verdict.
//!
//! It takes roles as they were [found](crate::roles), compares each with what its users need, applies what the team has
//! accepted ([`exempt`]), and returns the [judged role](JudgedRole) with its [verdict](Verdict). It writes no report.

pub mod exempt;
mod former;
mod judged;
mod known;
mod on_record;
mod role;
mod seen;
mod verdict;

pub use former::{FormerName, RecordAtHead};
pub use judged::{Function, JudgedRole, Waits, has_evidence};
pub use on_record::subject;
pub use verdict::{Coverage, Finding, Rest, State, Verdict, insufficiencies, is_disarmed, judge};
