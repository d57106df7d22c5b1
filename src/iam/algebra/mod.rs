//! Compares what policies grant: whether one set of policies grants everything that another does, and if not, which actions
//! on which resources it lacks.
//!
//! [`compare`] takes two [`PermissionSet`](super::permissions::PermissionSet)s and lists what each grants that the other
//! does not. [`Remainder`] takes one and says, for each resource element of each statement, whether anything of it is left
//! once the needed resources are taken away. An answer is exact wherever the text of the policies decides, also for `Deny`,
//! `NotAction` and `NotResource`. Elsewhere it is undecided and carries its [`Causes`]. The catalogue ([`ActionUniverse`])
//! says which actions there are and which resources each can act on; action names that it does not list are kept as
//! patterns. Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>.
//!
//! # Words
//!
//! - A *cell* is one statement, prepared for computing: actions, resources, a condition. Statements that say the same are
//!   one cell (`problem.rs`).
//! - A *side* is one of the compared permission sets. Its *layers* are the allowing cells of its policies, and those of each
//!   permissions boundary and SCP. It grants a request if each layer allows it and no cell denies it.
//! - A *problem* is all sides of a comparison, with a number for each cell, pattern and condition (`problem.rs`).
//! - *Twins* are cells of two sides that say the same. What they grant needs no check (`twins.rs`).
//! - A *class* is a set of actions that the same cells contain (`classes.rs`). Its *idle* actions can act on none of the
//!   resources in question, so a wildcard may match them.
//! - A *kind* is a set of actions that can act on the same resources (`kinds.rs`). Those resources have *forms*, such as
//!   `arn:aws:s3:::` and the name of a bucket (`forms.rs`).
//! - A *shape* is a pattern as steps over letters; patterns of resources, forms and action names are all compared as shapes
//!   (`shape.rs`, `walk.rs`).
//! - A *piece* is one element of the `Resource` of an allowing cell, or all that its `NotResource` leaves.
//! - A *part* is one piece of each layer of a side: together they grant something (`direction.rs`). The *parts* of an ARN
//!   are what its `:` separate, and each question is budgeted in parts (`share.rs`); both are other things.
//! - A *region* is a set of requests: resources that match and do not match some patterns, under conditions (`cover.rs`).
//!   Cells *cover* it if each of its requests matches one of them. In `region.rs` the word means an AWS region, and in
//!   `classes.rs` a set of action names that the catalogue does not list.
//! - A *refusal* is why the other side does not grant a part, and a *leftover* is the part with its refusal
//!   (`direction.rs`). A *difference* is a leftover as a report shows it (`relation.rs`, `fold.rs`).
//! - A *literal* is an atom of a condition that must hold or must fail (`literals.rs`, `candidates.rs`).
//! - A *budget* limits the work of one question, and a *share* is the budget that each question gets (`budget.rs`,
//!   `share.rs`). The sizes of the policies alone fix it, so the order of statements and questions changes no answer.
//!
//! # An example
//!
//! Does the first policy grant anything that the second does not?
//!
//! - The first allows `s3:GetObject` and `s3:PutObject` on `arn:aws:s3:::orders/*`, and denies `s3:PutObject` on
//!   `arn:aws:s3:::orders/private/*`.
//! - The second allows `s3:GetObject` on `arn:aws:s3:::orders/*`.
//!
//! 1. `problem.rs` makes three cells: A allows and B denies in the first policy, C allows in the second. `share.rs` fixes
//!    the work for each question.
//! 2. `twins.rs` finds no twins: A and C have the same resources, and other actions. So the actions of A, B and C have to be
//!    checked.
//! 3. `classes.rs` finds two classes: `s3:GetObject`, which A and C contain, and `s3:PutObject`, which A and B contain.
//! 4. `direction.rs` looks at the first policy's parts. Neither policy has a boundary, so there is one layer, and each class
//!    has one part: A with `orders/*`.
//! 5. For `s3:GetObject` it asks whether C covers that part. `cover.rs` sees at once that C lists the same pattern without a
//!    condition: yes.
//! 6. For `s3:PutObject` the second policy has no cell that allows it. What remains is whether B, by denying it, covers the
//!    part. `resources.rs` turns this into a question about shapes, and `walk.rs` finds an object that `orders/*` matches
//!    and `orders/private/*` does not: no. The part is left over, less B.
//! 7. In the other direction only `s3:GetObject` has a part, C with `orders/*`, and A covers it.
//! 8. `relation.rs` concludes that the first policy is broader, and writes the difference: `s3:PutObject` on `orders/*`,
//!    except `orders/private/*`. `fold.rs` writes its actions.

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
