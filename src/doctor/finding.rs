//! One finding: a cause, its consequence, and how to fix it.

use super::Function;
use serde::Serialize;
use std::collections::BTreeSet;

/// How many functions one sentence names.
const NAMES: usize = 3;

/// Something that is wrong, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// The consequence.
    pub weight: Weight,
    /// All functions that it is about.
    pub functions: Vec<String>,
    /// What was observed, in one or two sentences.
    pub text: String,
    /// What to do, if the command or line alone does not say it.
    pub advice: Option<String>,
    /// The command to run, or the line to write.
    pub mend: Option<String>,
}

/// The consequence of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// The evidence is, or will be, good enough anyway.
    Note,
    /// The evidence is, or will be, insufficient.
    Insufficient,
    /// The evidence could not be looked at.
    CannotLook,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// No region is configured, or it does not exist.
    Region,
    /// The profile does not exist.
    Profile,
    /// This build cannot call AWS.
    Build,
    /// There are no credentials, or AWS does not accept them.
    Credentials,
    /// The clock of this machine is wrong.
    Clock,
    /// The credentials lack permissions.
    Permissions,
    /// AWS does not answer.
    Unreachable,
    /// A named target does not exist.
    NotFound,
    /// A target with this name exists in another region.
    OtherRegion,
    /// There is no function to look at.
    NoFunctions,
    /// Active tracing is off.
    TracingOff,
    /// The function's role may not send traces.
    RoleCannotSend,
    /// Traces go to CloudWatch Logs.
    TransactionSearch,
    /// A part of the traces could not be read.
    Lost,
    /// There is no trace, although tracing is on or it is not known whether it is.
    NoTraces,
    /// Sampling records too few requests.
    Sampling,
    /// There were too few requests.
    FewTraces,
    /// The function was changed within the window.
    TooNew,
    /// The traces have no AWS calls.
    NoCalls,
    /// Calls were recorded without their resources.
    NoResources,
}

impl Finding {
    /// Creates a finding that makes the evidence insufficient.
    pub(super) fn new(cause: Cause, text: impl Into<String>) -> Self {
        Self {
            cause,
            weight: Weight::Insufficient,
            functions: Vec::new(),
            text: text.into(),
            advice: None,
            mend: None,
        }
    }

    /// Sets the weight.
    #[must_use]
    pub(super) fn weighing(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// Sets the functions that it is about.
    #[must_use]
    pub(super) fn of(mut self, functions: &[&Function]) -> Self {
        self.functions = functions
            .iter()
            .map(|function| function.name.clone())
            .collect();
        self
    }

    /// Sets what to do about it.
    #[must_use]
    pub(super) fn advising(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Sets the command or line that fixes it.
    #[must_use]
    pub(super) fn mended_by(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }
}

/// Returns `checkout, refunds and 2 more`.
pub(super) fn names(functions: &[&Function]) -> String {
    listed(functions.iter().map(|function| function.name.as_str()))
}

fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: BTreeSet<&str> = names.into_iter().collect();
    let shown: Vec<&str> = names.iter().take(NAMES).copied().collect();
    match names.len().saturating_sub(NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Returns `checkout was`, or `checkout, refunds and 2 more were`.
pub(super) fn were(functions: &[&Function]) -> String {
    let names = functions.iter().map(|function| function.name.as_str());
    they_were(&names.collect::<Vec<_>>())
}

/// Like `were`, for functions by name.
pub(crate) fn they_were(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", listed(names.iter().copied()))
}
