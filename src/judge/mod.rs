//! Judging: which findings count for a role, and how it ends.
//!
//! Takes roles as they were [found](crate::roles), compares each with what its users need, leaves out what a team lives with
//! ([`exempt`]), and gives the [judged role](JudgedRole) with its [verdict](Verdict). How that is told is nobody's affair here.

pub mod exempt;
mod judged;
mod known;
mod on_record;
mod role;
mod seen;
mod verdict;

pub use judged::{Function, JudgedRole, Waits, has_evidence};
pub use on_record::subject;
pub use verdict::{Coverage, Finding, Rest, State, Verdict, insufficiencies, is_disarmed, judge};
