//! What policies grant, computed with: union, intersection, difference, containment, emptiness.
//!
//! Exact where text decides, for `Deny`, `NotAction` and `NotResource` too; undecided where it does not, and only where that
//! matters. Which actions there are, and which resources they can act on, a catalogue says ([`ActionUniverse`]); names that
//! it does not list are kept as patterns. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.

mod apart;
mod budget;
mod candidates;
mod cause;
mod classes;
mod conditions;
mod cover;
mod direction;
mod ends;
mod fold;
mod forms;
mod interned;
mod kinds;
mod literals;
mod naming;
mod patterns;
mod problem;
mod reasoned;
mod region;
mod relation;
mod remainder;
mod resources;
mod said;
mod shape;
mod share;
mod twins;
mod universe;
mod walk;

pub use cause::{Cause, Causes, Limit};
pub use fold::Elements;
pub use relation::{Comparison, Difference, Except, Relation, compare, relate};
pub use remainder::{Ask, Involved, Left, Likeness, Piece, Remainder};
pub use shape::{Alphabet, Shape};
pub use universe::{ActionUniverse, Reach};

#[cfg(test)]
mod tests;
