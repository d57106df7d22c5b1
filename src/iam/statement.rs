//! One statement of a policy document, with where each of its elements was written.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>. `Principal` is noted
//! and not interpreted: this crate judges the policies of roles, which have none.

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

/// What a statement says of actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionClause {
    /// These.
    Action(Vec<Spanned<ActionPattern>>),
    /// All but these.
    NotAction(Vec<Spanned<ActionPattern>>),
}

impl ActionClause {
    /// The patterns as listed.
    pub fn patterns(&self) -> &[Spanned<ActionPattern>] {
        match self {
            Self::Action(patterns) | Self::NotAction(patterns) => patterns,
        }
    }

    /// Whether the clause speaks of this action.
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

/// What a statement says of resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceClause {
    /// These.
    Resource(Vec<Spanned<ResourcePattern>>),
    /// All but these.
    NotResource(Vec<Spanned<ResourcePattern>>),
    /// Nothing: the policy is attached to the resource, as a trust policy is.
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

    /// Whether the clause speaks of this resource: an ARN, or `*` for a call that has none.
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

/// One statement, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// `Sid`, where it has one.
    pub sid: Option<String>,
    /// Where the value of `Sid` stands.
    pub sid_span: Option<Span>,
    /// Allow or deny.
    pub effect: Effect,
    /// `Action` or `NotAction`.
    pub actions: ActionClause,
    /// Where the name `Action` or `NotAction` stands.
    pub actions_key: Span,
    /// Where the value of `Action` or `NotAction` stands.
    pub actions_span: Span,
    /// `Resource` or `NotResource`.
    pub resources: ResourceClause,
    /// Where the name `Resource` or `NotResource` stands; `None` where there is neither.
    pub resources_key: Option<Span>,
    /// Where the value of `Resource` or `NotResource` stands; `None` where there is neither.
    pub resources_span: Option<Span>,
    /// `Condition`, where it tests anything: an empty block is no condition.
    pub condition: Option<Spanned<ConditionBlock>>,
    /// Where `Principal` or `NotPrincipal` has its value, if it is there.
    pub principal: Option<Span>,
    /// Position in the document, counted from 0.
    pub index: usize,
    /// Where it is in words, in a template: `OrdersFunction › Policies[1]`.
    pub place: Option<String>,
    /// What wrote it, where nobody did.
    pub made_by: Option<MadeBy>,
    /// The statement's object.
    pub span: Span,
}

/// What wrote a statement that nobody wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MadeBy {
    /// A policy template, which somebody named: all of it is granted, or nothing.
    PolicyTemplate(String),
    /// A setting that somebody made, such as a queue for what fails: what grants it comes along.
    Setting(String),
}

impl Statement {
    /// Whether the statement applies to this action on this resource, whoever calls; its condition and principal, which
    /// only a request decides, make a yes undecided.
    pub fn applies(&self, action: &Action, resource: &str) -> Answer {
        let request = Request {
            action,
            resource,
            context: None,
            asks: Asks::Resource,
        };
        // Without a context, neither version nor layer has a say.
        apply(self, Version::default(), Layer::Identity, &request).answer
    }
}
