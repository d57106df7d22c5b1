//! A statement of a policy document, with the place of each of its elements.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>. A `Principal` is
//! recorded and not interpreted, because this crate judges policies of roles, which have none.

use std::fmt;

use super::evaluate::{Asks, Layer, Request, apply};
use super::{
    Action, ActionPattern, Answer, ConditionBlock, ResourcePattern, Span, Spanned, Version,
};

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        })
    }
}

/// The `Action` or `NotAction` of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionClause {
    /// These actions.
    Action(Vec<Spanned<ActionPattern>>),
    /// All actions except these.
    NotAction(Vec<Spanned<ActionPattern>>),
}

impl ActionClause {
    /// The patterns as listed.
    pub fn patterns(&self) -> &[Spanned<ActionPattern>] {
        match self {
            Self::Action(patterns) | Self::NotAction(patterns) => patterns,
        }
    }

    /// Whether the element includes this action.
    pub fn matches(&self, action: &Action) -> bool {
        let listed = self
            .patterns()
            .iter()
            .any(|pattern| pattern.value.matches(action));
        match self {
            Self::Action(_) => listed,
            Self::NotAction(_) => !listed,
        }
    }
}

/// The `Resource` or `NotResource` of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceClause {
    /// These resources.
    Resource(Vec<Spanned<ResourcePattern>>),
    /// All resources except these.
    NotResource(Vec<Spanned<ResourcePattern>>),
    /// Neither element. The policy applies to what it is attached to, as a trust policy does.
    Absent,
}

impl ResourceClause {
    /// The patterns as listed.
    pub fn patterns(&self) -> &[Spanned<ResourcePattern>] {
        match self {
            Self::Resource(patterns) | Self::NotResource(patterns) => patterns,
            Self::Absent => &[],
        }
    }

    /// Whether the element includes this resource: an ARN, or `*` for a call that has no resource.
    pub fn matches(&self, resource: &str) -> Answer {
        let listed = self
            .patterns()
            .iter()
            .map(|pattern| pattern.value.matches(resource))
            .fold(Answer::No, Answer::or);
        match self {
            Self::Resource(_) => listed,
            Self::NotResource(_) => listed.negate(),
            Self::Absent => Answer::Undecided,
        }
    }
}

/// A statement, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The `Sid`, if there is one.
    pub sid: Option<String>,
    /// The place of the value of `Sid`.
    pub sid_span: Option<Span>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// `Action` or `NotAction`.
    pub actions: ActionClause,
    /// The place of the key `Action` or `NotAction`.
    pub actions_key: Span,
    /// The place of the value of `Action` or `NotAction`.
    pub actions_span: Span,
    /// `Resource` or `NotResource`.
    pub resources: ResourceClause,
    /// The place of the key `Resource` or `NotResource`; `None` if there is neither.
    pub resources_key: Option<Span>,
    /// The place of the value of `Resource` or `NotResource`; `None` if there is neither.
    pub resources_span: Option<Span>,
    /// The `Condition`. `None` for an empty one, which tests nothing.
    pub condition: Option<Spanned<ConditionBlock>>,
    /// The place of the value of `Principal` or `NotPrincipal`, if there is one.
    pub principal: Option<Span>,
    /// The position in the document, from 0.
    pub index: usize,
    /// The place in words, for a statement in a template: `OrdersFunction › Policies[1]`.
    pub place: Option<String>,
    /// What produced the statement, if nobody wrote it.
    pub made_by: Option<MadeBy>,
    /// The place of the whole statement.
    pub span: Span,
}

/// What produced a statement that nobody wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MadeBy {
    /// A SAM policy template that somebody named. It can only be granted completely or not at all.
    PolicyTemplate(String),
    /// A setting that somebody made, such as a dead-letter queue. The grant comes with the setting.
    Setting(String),
}

impl Statement {
    /// Whether the statement applies to an action on a resource, for any caller. Only a request decides its condition and
    /// principal, so if it has one, a yes becomes undecided.
    pub fn applies(&self, action: &Action, resource: &str) -> Answer {
        let request = Request {
            action,
            resource,
            context: None,
            asks: Asks::Resource,
        };
        // Without a context, version and layer have no effect.
        apply(self, Version::default(), Layer::Identity, &request).answer
    }
}
