//! Words that every report says the same.

use crate::gate::State;

/// What people call a function or another owner: the last part of its ARN.
pub(super) fn short(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

/// What is said behind a severity of a finding that does not count; nothing where it does.
pub(super) fn set_aside(state: State) -> &'static str {
    match state {
        State::Judged => "",
        State::Accepted => " (accepted)",
        State::Baseline => " (baseline)",
        State::Probation => " (probation)",
    }
}

/// Elements as a policy writes them; where they are those of a `NotAction` or a `NotResource`, all but them is meant.
pub(super) fn all_but(elements: String, is_all_but: bool) -> String {
    if is_all_but {
        format!("everything but {elements}")
    } else {
        elements
    }
}
