//! Exit codes: a verdict and a failure never share one.

use crate::judge::Verdict;
use std::process::{ExitCode, Termination};

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: the gate passed, or the job is done.
    Success,
    /// 1: the job could not be done.
    Failure,
    /// 2: wrong usage, wrong configuration, or a policy that does not parse.
    Usage,
    /// 3: the gate failed.
    GateFailed,
    /// 3: `check` says that the request is denied.
    Denied,
    /// 3: `compare` says that the one policy grants what the other does not.
    Broader,
    /// 4: the evidence is insufficient, or `compare` cannot tell.
    Inconclusive,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::GateFailed | Self::Denied | Self::Broader => 3,
            Self::Inconclusive => 4,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Success,
            Verdict::Fail => Self::GateFailed,
            Verdict::Inconclusive => Self::Inconclusive,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
