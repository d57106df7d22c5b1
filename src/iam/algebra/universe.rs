//! What a catalogue has to say for policies to be compared: which actions there are, and what each can act on.

use super::super::Action;
use super::super::action_set::ActionNumbering;
use super::shape::Shape;

/// The resources that an action can act on, in every reading that AWS's documentation leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Not known: any text.
    Unknown,
    /// Resources of one of these shapes.
    Forms(Vec<Shape>),
    /// Resources of one of these shapes, or of one of the others: it is not documented which.
    EitherForms(Vec<Shape>, Vec<Shape>),
}

/// A catalogue of actions and of the resources that they can act on.
pub trait ActionUniverse: ActionNumbering {
    /// The action with a number.
    fn action(&self, number: u32) -> Option<Action>;

    /// What tells actions apart by their reach: those with equal kinds reach the same resources.
    fn kind(&self, number: u32) -> Vec<usize>;

    /// Whether an action may act on a resource of another region than the one that is asked.
    fn may_reach_another_region(&self, number: u32) -> bool;

    /// The resources that an action can act on.
    fn reach(&self, number: u32) -> Reach;
}
