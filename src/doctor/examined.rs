//! What was asked of AWS or read from saved traces, and what was answered, as a plain value.

use super::recorder::{self, Recorder};
use crate::aws::ApiError;
use crate::catalog::Catalog;
use crate::usage::OwnerUsage;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Everything in which causes are looked for.
#[derive(Debug, Clone, Default)]
pub struct Examined {
    /// Why no session with AWS could be opened. `None` if there is one.
    pub shut: Option<Shut>,
    /// Whether AWS was asked. If not, saved traces were read.
    pub is_live: bool,
    /// The region that was asked.
    pub region: Option<String>,
    /// The flags that select the same traces, or the same region and profile, in another command, each after a space.
    pub source_flags: String,
    /// The flags that select the same targets.
    pub target_flags: String,
    /// The calls that AWS did not answer.
    pub refusals: Vec<Refusal>,
    /// Targets that were named and do not exist.
    pub not_found: Vec<NotFound>,
    /// Names that exist.
    pub known: BTreeSet<String>,
    /// Stacks and roles that exist and have no function.
    pub empty: Vec<String>,
    /// The functions that were looked at.
    pub functions: Vec<Function>,
    /// How many functions were found, whether or not their traces could be read.
    pub found: usize,
    /// Whether everything was read that shows which functions exist.
    pub is_listed: bool,
    /// Whether traces are sent to CloudWatch Logs, as far as AWS said so.
    pub spans_in_logs: bool,
    /// X-Ray's sampling rules, in the order in which they are applied. Empty if AWS did not return them.
    pub rules: Vec<SamplingRule>,
    /// The parts of the traces that could not be read.
    pub lost: Vec<Lost>,
    /// The length of the window, in minutes.
    pub minutes: u64,
    /// The end of the window.
    pub now: Timestamp,
    /// How many traces each function must have.
    pub min_traces: u64,
}

/// Why no session could be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shut {
    /// What the problem is about.
    pub why: WhyShut,
    /// The error message.
    pub said: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What prevents a session.
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
    /// The action that the call needs.
    pub action: String,
    /// AWS's error.
    pub error: ApiError,
}

/// Something that was named and does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// The kind of target.
    pub kind: Kind,
    /// The name as the user wrote it.
    pub name: String,
    /// The regions in which it exists.
    pub elsewhere: Vec<String>,
}

/// What can be named on the command line.
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
    /// Returns the word, which is also the flag.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::Function => "function",
            Self::Role => "role",
        }
    }
}

/// A function: its settings, and what was observed of it.
#[derive(Debug, Clone, Default)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Whether it is another traced owner, such as a state machine.
    pub is_other: bool,
    /// Whether active tracing is on, if that is known.
    pub active_tracing: Option<bool>,
    /// The runtime, if it is known.
    pub runtime: Option<String>,
    /// When it was last changed, if that is known.
    pub modified: Option<Timestamp>,
    /// The ARN of its role, if it is known.
    pub role: Option<String>,
    /// Whether its role may send traces, if that is known.
    pub may_send: Option<bool>,
    /// The number of its traces.
    pub traces: u64,
    /// The number of AWS calls in them.
    pub calls: u64,
    /// The recorder of its traces.
    pub recorder: Recorder,
    /// Services whose calls were recorded without their resource, although the recorder could be configured to record
    /// it.
    pub unnamed: BTreeSet<String>,
}

impl Function {
    /// Adds what traces show of the function.
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

/// One of X-Ray's sampling rules.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingRule {
    /// Its name.
    pub name: String,
    /// The share, from 0 to 1, of requests that are recorded after the reservoir is used up.
    pub rate: f64,
    /// How many requests are recorded each second before the share applies.
    pub reservoir: u64,
    /// The pattern of service names that it applies to.
    pub service: String,
    /// The pattern of service types that it applies to.
    pub kind: String,
    /// Whether it applies only to some requests of a service.
    pub is_of_some_requests: bool,
}

/// A part of the traces that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The reason, as in reports.
    pub reason: &'static str,
    /// The place.
    pub detail: String,
    /// How often.
    pub count: u64,
}

impl Examined {
    /// Returns the window in words.
    pub(super) fn window(&self) -> String {
        match (self.minutes, self.minutes % 1440, self.minutes % 60) {
            (1440, ..) => "the last day".to_owned(),
            (minutes, 0, _) => format!("the last {} days", minutes / 1440),
            (60, ..) => "the last hour".to_owned(),
            (minutes, _, 0) => format!("the last {} hours", minutes / 60),
            (minutes, ..) => format!("the last {minutes} minutes"),
        }
    }

    /// Returns a command of this program with the same traces and targets.
    pub(super) fn command(&self, name: &str, more: &str) -> String {
        let (source, targets) = (&self.source_flags, &self.target_flags);
        format!("aws-least-privilege {name}{source}{targets}{more}")
    }

    /// Returns how many days it takes, at the present rate, until a function has enough traces.
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
