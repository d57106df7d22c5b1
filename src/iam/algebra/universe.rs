//! Defines what a catalogue must provide for comparing policies: which actions there are, and which resources each can act
//! on.

use super::super::Action;
use super::super::action_set::ActionNumbering;
use super::shape::Shape;

/// The resources that an action can act on, in every reading that AWS's documentation allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Not known: any resource.
    Unknown,
    /// Resources of one of these shapes.
    Forms(Vec<Shape>),
    /// Resources of one of the first shapes, or of one of the second: AWS does not document which.
    EitherForms(Vec<Shape>, Vec<Shape>),
}

/// A catalogue of actions and of the resources that they can act on.
pub trait ActionUniverse: ActionNumbering {
    /// The action with this number.
    fn action(&self, number: u32) -> Option<Action>;

    /// The key by which actions are grouped: actions with equal keys can act on the same resources.
    fn kind(&self, number: u32) -> Vec<usize>;

    /// Whether the action may act on a resource in another region than the one that is called.
    fn may_reach_another_region(&self, number: u32) -> bool;

    /// Whether requests of the action may lack the account that owns the resource.
    fn may_lack_the_account(&self, number: u32) -> bool;

    /// The resources that the action can act on.
    fn reach(&self, number: u32) -> Reach;
}
