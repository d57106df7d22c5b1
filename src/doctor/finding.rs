//! One thing that is wrong.

use super::Function;
use serde::Serialize;
use std::collections::BTreeSet;

/// Functions that one sentence spells out.
const NAMES: usize = 3;

/// Something that is wrong, and what mends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub cause: Cause,
    /// What comes of it.
    pub weight: Weight,
    /// Whom it is about, all of them.
    pub functions: Vec<String>,
    /// What was seen, one or two sentences.
    pub text: String,
    /// What to do, where the command or line alone does not say it.
    pub advice: Option<String>,
    /// The command, or the line to write.
    pub mend: Option<String>,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// The evidence is, or will be, good enough all the same.
    Note,
    /// The evidence is, or will be, insufficient.
    Insufficient,
    /// Nobody could look.
    CannotLook,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// No region, or none of that name.
    Region,
    /// No profile of that name.
    Profile,
    /// This build cannot ask AWS.
    Build,
    /// No credentials, or none that AWS takes.
    Credentials,
    /// The clock of this machine is wrong.
    Clock,
    /// The credentials lack permissions.
    Permissions,
    /// AWS does not answer.
    Unreachable,
    /// A name that is not there.
    NotFound,
    /// The same name is in another region.
    OtherRegion,
    /// There is no function to look at.
    NoFunctions,
    /// Active tracing is off.
    TracingOff,
    /// The function's role may not send traces.
    RoleCannotSend,
    /// Traces go to CloudWatch Logs.
    TransactionSearch,
    /// Something of the traces could not be read.
    Lost,
    /// No trace, though tracing is on, or nobody knows.
    NoTraces,
    /// Sampling keeps too few requests.
    Sampling,
    /// Too few requests.
    FewTraces,
    /// The function was changed within the window.
    TooNew,
    /// Traces without AWS calls.
    NoCalls,
    /// Calls that do not say on what.
    NoResources,
}

impl Finding {
    /// Something that makes evidence insufficient.
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

    /// The same with another weight.
    #[must_use]
    pub(super) fn weighing(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// The same of these functions.
    #[must_use]
    pub(super) fn of(mut self, functions: &[&Function]) -> Self {
        self.functions = functions
            .iter()
            .map(|function| function.name.clone())
            .collect();
        self
    }

    /// The same with what to do about it.
    #[must_use]
    pub(super) fn advising(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The same with the command or line that mends it.
    #[must_use]
    pub(super) fn mended_by(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }
}

/// `checkout, refunds and 2 more`.
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

/// `checkout was`, `checkout and 2 more were`.
pub(super) fn were(functions: &[&Function]) -> String {
    let names = functions.iter().map(|function| function.name.as_str());
    they_were(&names.collect::<Vec<_>>())
}

/// The same of functions by their names.
pub(crate) fn they_were(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", listed(names.iter().copied()))
}
