//! Decides whether one statement applies to a request, and if not, why.
//!
//! Where AWS's documentation leaves this open, the answer is undecided and says how it is counted: see [`Layer::reads`].

use std::fmt;

use super::Layer;
use super::request::{Asks, Request};
use crate::iam::resource_pattern::Dispute;
use crate::iam::{
    Answer, ConditionAtom, Effect, ResourceClause, ResourcePattern, Statement, Version,
};

/// Whether a statement applies, and why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Whether it applies.
    pub answer: Answer,
    /// How an undecided answer is counted.
    pub taken: bool,
    /// Why it does not apply, or why that is undecided. Empty if it applies.
    pub reasons: Vec<Reason>,
}

/// Why a statement does not apply, or why that is undecided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is about other actions.
    Action,
    /// It is about other resources, perhaps because a variable has no value.
    Resource {
        /// Sentences about the variables that have no value.
        unresolved: Vec<String>,
    },
    /// A test of its condition fails.
    Condition {
        /// The test.
        atom: ConditionAtom,
        /// What the request has instead.
        because: String,
    },
    /// It is undecided whether it applies, for this reason.
    Undecided(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action => formatter.write_str("it names other actions"),
            Self::Resource { unresolved } if unresolved.is_empty() => {
                formatter.write_str("it names other resources")
            }
            Self::Resource { unresolved } => write!(
                formatter,
                "it names other resources: {}",
                unresolved.join(", ")
            ),
            Self::Condition { atom, because } => {
                write!(formatter, "its condition `{atom}` does not hold: {because}")
            }
            Self::Undecided(reason) => formatter.write_str(reason),
        }
    }
}

impl Applied {
    fn decided(applies: bool) -> Self {
        Self {
            answer: applies.into(),
            taken: applies,
            reasons: Vec::new(),
        }
    }

    fn no(reason: Reason) -> Self {
        Self {
            reasons: vec![reason],
            ..Self::decided(false)
        }
    }

    fn undecided(taken: bool, reason: String) -> Self {
        Self {
            answer: Answer::Undecided,
            taken,
            reasons: vec![Reason::Undecided(reason)],
        }
    }

    /// Applies if both apply. Keeps the reasons that decide the result.
    fn and(mut self, other: Self) -> Self {
        let answer = self.answer.and(other.answer);
        if self.answer != answer {
            self.reasons.clear();
        }
        if other.answer == answer {
            self.reasons.extend(other.reasons);
        }
        Self {
            answer,
            taken: self.taken && other.taken,
            reasons: self.reasons,
        }
    }
}

/// Decides whether a statement applies to a request. `version` is that of its policy.
pub(in crate::iam) fn apply(
    statement: &Statement,
    version: Version,
    layer: Layer,
    request: &Request<'_>,
) -> Applied {
    if !statement.actions.matches(request.action) {
        return Applied::no(Reason::Action);
    }
    let resource = resources(statement, layer, request);
    if resource.answer.is_no() {
        return resource;
    }
    condition(statement, version, request)
        .and(principal(statement))
        .and(resource)
}

/// If nothing suggests an answer, the one that grants less is counted.
fn grants_less(statement: &Statement) -> bool {
    statement.effect == Effect::Deny
}

fn condition(statement: &Statement, version: Version, request: &Request<'_>) -> Applied {
    let atoms = statement
        .condition
        .iter()
        .flat_map(|block| block.value.atoms());
    let tested = atoms.map(|atom| {
        let Some(context) = request.context else {
            let reason = format!("its condition `{atom}` depends on the request");
            return Applied::undecided(grants_less(statement), reason);
        };
        let tested = atom.test(context, version);
        match tested.answer {
            Answer::Yes => Applied::decided(true),
            Answer::No => Applied::no(Reason::Condition {
                atom: atom.clone(),
                because: tested.because,
            }),
            Answer::Undecided => {
                let taken = tested.taken.unwrap_or_else(|| grants_less(statement));
                Applied::undecided(taken, format!("its condition `{atom}`: {}", tested.because))
            }
        }
    });
    tested.fold(Applied::decided(true), Applied::and)
}

fn principal(statement: &Statement) -> Applied {
    if statement.principal.is_none() {
        return Applied::decided(true);
    }
    Applied::undecided(grants_less(statement), "it names a principal".to_owned())
}

fn resources(statement: &Statement, layer: Layer, request: &Request<'_>) -> Applied {
    let negated = match statement.resources {
        ResourceClause::Resource(_) => false,
        ResourceClause::NotResource(_) => true,
        ResourceClause::Absent => {
            let reason = "it has no `Resource`: it applies to what it is attached to".to_owned();
            return Applied::undecided(grants_less(statement), reason);
        }
    };
    let (mut answer, mut taken) = (Answer::No, false);
    let (mut open, mut unresolved) = (Vec::new(), Vec::new());
    for pattern in statement.resources.patterns() {
        match listed(&pattern.value, layer, request) {
            Listed::Decided(matches) => {
                answer = answer.or(matches.into());
                taken |= matches;
            }
            Listed::Undecided(reading, reason) => {
                answer = answer.or(Answer::Undecided);
                taken |= reading;
                open.push(Reason::Undecided(format!("`{}`: {reason}", pattern.value)));
            }
            Listed::Unresolved(reason) => unresolved.push(reason),
        }
    }
    if negated {
        (answer, taken) = (answer.negate(), !taken);
    }
    let reasons = match answer {
        Answer::Yes => Vec::new(),
        Answer::Undecided => open,
        Answer::No => vec![Reason::Resource { unresolved }],
    };
    Applied {
        answer,
        taken,
        reasons,
    }
}

/// Whether a pattern matches the resource.
enum Listed {
    Decided(bool),
    /// How it is counted, and what is undecided.
    Undecided(bool, String),
    /// It does not match: a variable has no value.
    Unresolved(String),
}

fn listed(pattern: &ResourcePattern, layer: Layer, request: &Request<'_>) -> Listed {
    let resource = request.asked_resource();
    let Some(context) = request.context else {
        return match pattern.matches(resource) {
            Answer::Undecided => {
                let reason = pattern.undecided_because().unwrap_or_default();
                Listed::Undecided(false, reason.to_owned())
            }
            decided @ (Answer::Yes | Answer::No) => Listed::Decided(decided.is_yes()),
        };
    };
    let resolved = match pattern.resolved(context) {
        Ok(resolved) => resolved,
        Err(missing) => return Listed::Unresolved(missing.to_string()),
    };
    match (resolved.matches(resource), resolved.dispute()) {
        (Answer::Undecided, dispute) => Listed::Undecided(
            dispute.is_some_and(|dispute| layer.reads(dispute)),
            dispute.map_or("", Dispute::reason).to_owned(),
        ),
        (Answer::No, _) if is_other_qualifier(&resolved, resource) => Listed::Undecided(
            false,
            "AWS does not document whether a Lambda function's ARN with and without qualifier stand for each other"
                .to_owned(),
        ),
        (Answer::No, _) if is_all_of_service(&resolved, request) => Listed::Undecided(
            false,
            "AWS's documentation contradicts itself on whether an ARN that stands for all of a service grants an action without resource types"
                .to_owned(),
        ),
        (decided, _) => Listed::Decided(decided.is_yes()),
    }
}

/// Whether the pattern is `arn:aws:s3:::*`, or a similar one of another service, for an action that is asked for on `*`.
///
/// The page on `NotAction` says that such a statement does not allow `s3:ListAllMyBuckets`
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>), and S3's own walkthrough
/// uses it to grant that action (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/walkthrough1.html>).
fn is_all_of_service(pattern: &ResourcePattern, request: &Request<'_>) -> bool {
    if request.asks != Asks::Star {
        return false;
    }
    // An ARN that the pattern would match, with `*` as its resource.
    let plain = |part: &str| part.replace('*', "").replace('?', "x");
    let mut parts: Vec<String> = pattern.text().splitn(6, ':').map(plain).collect();
    parts.resize(6, String::new());
    for (part, text) in parts.iter_mut().zip(["arn", "", request.action.prefix()]) {
        if !text.is_empty() {
            text.clone_into(part);
        }
    }
    if let Some(resource) = parts.last_mut() {
        "*".clone_into(resource);
    }
    pattern.matches(&parts.join(":")).is_yes()
}

/// Whether the pattern matches the same Lambda function with a qualifier, or without the one it has (case 28).
fn is_other_qualifier(pattern: &ResourcePattern, resource: &str) -> bool {
    let parts: Vec<&str> = resource.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "lambda", _, _, "function", _] => {
            pattern.matches(&format!("{resource}:$LATEST")).is_yes()
        }
        ["arn", _, "lambda", _, _, "function", _, qualifier] => {
            let function = resource.strip_suffix(qualifier);
            let function = function.and_then(|rest| rest.strip_suffix(':'));
            function.is_some_and(|function| pattern.matches(function).is_yes())
        }
        _ => false,
    }
}
