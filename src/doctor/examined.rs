//! What was asked of AWS or of saved traces, and what was answered: a plain value.

use super::recorder::{self, Recorder};
use crate::aws::ApiError;
use crate::catalog::Catalog;
use crate::usage::OwnerUsage;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Everything that causes are found in.
#[derive(Debug, Clone, Default)]
pub struct Examined {
    /// Why there is no session with AWS, where there is none.
    pub shut: Option<Shut>,
    /// Whether AWS was asked; else saved traces were read.
    pub is_live: bool,
    /// The region that was asked.
    pub region: Option<String>,
    /// The flags that name the same traces, or region and profile, to another command, each after a space.
    pub source_flags: String,
    /// Those that name the same targets.
    pub target_flags: String,
    /// What AWS did not answer.
    pub refusals: Vec<Refusal>,
    /// What was asked for by name and is not there.
    pub not_found: Vec<NotFound>,
    /// Names that are there.
    pub known: BTreeSet<String>,
    /// Stacks and roles that are there and have no function.
    pub empty: Vec<String>,
    /// The functions that were looked at.
    pub functions: Vec<Function>,
    /// How many functions were found, whether or not their traces could be read.
    pub found: usize,
    /// Whether all was read that says which functions there are.
    pub is_listed: bool,
    /// Whether traces go to CloudWatch Logs, where AWS told.
    pub spans_in_logs: bool,
    /// X-Ray's sampling rules, the one that counts first; none where AWS did not tell.
    pub rules: Vec<SamplingRule>,
    /// What of the traces could not be read.
    pub lost: Vec<Lost>,
    /// How long the window is, in minutes.
    pub minutes: u64,
    /// When it ends.
    pub now: Timestamp,
    /// Traces that each function must have.
    pub min_traces: u64,
}

/// Why there is no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shut {
    /// What it is about.
    pub why: WhyShut,
    /// The message.
    pub said: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What keeps a session from being opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyShut {
    /// The region.
    Region,
    /// The profile.
    Profile,
    /// The credentials.
    Credentials,
    /// The build, or the machine.
    Build,
}

/// A call that AWS did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The action that it needs.
    pub action: String,
    /// What AWS said.
    pub error: ApiError,
}

/// Something that was asked for by name and is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// What it is.
    pub kind: Kind,
    /// Its name, as it was given.
    pub name: String,
    /// The regions where it is.
    pub elsewhere: Vec<String>,
}

/// What can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `--stack`.
    Stack,
    /// `--function`.
    Function,
    /// `--role`.
    Role,
}

impl Kind {
    /// The word, which is also the flag.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::Function => "function",
            Self::Role => "role",
        }
    }
}

/// A function, what its settings say, and what was seen of it.
#[derive(Debug, Clone, Default)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Whether it is something else that is traced, such as a state machine.
    pub is_other: bool,
    /// Whether active tracing is on, where that is known.
    pub active_tracing: Option<bool>,
    /// Its runtime, where that is known.
    pub runtime: Option<String>,
    /// When it was changed last, where that is known.
    pub modified: Option<Timestamp>,
    /// The ARN of its role, where that is known.
    pub role: Option<String>,
    /// Whether its role may send traces, where that is known.
    pub may_send: Option<bool>,
    /// Traces of it.
    pub traces: u64,
    /// AWS calls in them.
    pub calls: u64,
    /// Who recorded them.
    pub recorder: Recorder,
    /// Services of which calls do not say on what, where the recorder can be told to.
    pub unnamed: BTreeSet<String>,
}

impl Function {
    /// The same with what traces show of it.
    #[must_use]
    pub fn observed(mut self, observed: Option<&OwnerUsage>, catalog: &Catalog) -> Self {
        let sdks = observed.map(|observed| &observed.sdks);
        self.recorder = Recorder::of(sdks, self.runtime.as_deref());
        if let Some(observed) = observed {
            self.traces = observed.traces;
            self.calls = observed.calls;
            self.unnamed = recorder::without_parameters(observed, catalog);
        }
        self
    }
}

/// A sampling rule of X-Ray's.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingRule {
    /// Its name.
    pub name: String,
    /// The share that is recorded of what the reservoir leaves, from 0 to 1.
    pub rate: f64,
    /// Requests a second that are recorded in any case.
    pub reservoir: u64,
    /// The pattern of the names of services that it is for.
    pub service: String,
    /// The pattern of the types of services that it is for.
    pub kind: String,
    /// Whether it is for some requests of a service alone.
    pub is_of_some_requests: bool,
}

/// Something of the traces that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The reason, as reports name it.
    pub reason: &'static str,
    /// Where.
    pub detail: String,
    /// How often.
    pub count: u64,
}

impl Examined {
    /// The window in words.
    pub(super) fn window(&self) -> String {
        match (self.minutes, self.minutes % 1440, self.minutes % 60) {
            (1440, ..) => "the last day".to_owned(),
            (minutes, 0, _) => format!("the last {} days", minutes / 1440),
            (60, ..) => "the last hour".to_owned(),
            (minutes, _, 0) => format!("the last {} hours", minutes / 60),
            (minutes, ..) => format!("the last {minutes} minutes"),
        }
    }

    /// A command of this program with the same targets.
    pub(super) fn command(&self, name: &str, more: &str) -> String {
        let (source, targets) = (&self.source_flags, &self.target_flags);
        format!("aws-least-privilege {name}{source}{targets}{more}")
    }

    /// Days that it takes, at the pace of the window, until a function has enough traces.
    pub(super) fn days_needed(&self, traces: u64) -> Option<u64> {
        (traces > 0).then(|| {
            let minutes = self
                .min_traces
                .saturating_mul(self.minutes)
                .div_ceil(traces);
            minutes.div_ceil(1440).max(1)
        })
    }
}
