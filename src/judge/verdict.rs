//! Decides the verdict of a role from its comparison, its evidence and the thresholds.
//!
//! Lost traces make needs smaller. So incomplete evidence can clear a role, but cannot show excess: no excess on little
//! evidence is a pass, and excess on little evidence is inconclusive.

use crate::compare::{Comparison, Excess, Lack};
use crate::evidence::Hidden;
use crate::settings::thresholds::Thresholds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a gate ended, for a role or for all; the worst of several counts, and `Fail` is the worst.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[must_use]
pub enum Verdict {
    /// Nothing that fails was found.
    Pass,
    /// Something that would fail was found on evidence that cannot bear it.
    Inconclusive,
    /// Something that fails was found on sufficient evidence.
    Fail,
}

impl Verdict {
    /// The name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        }
    }
}

/// Whether an excess counts towards the verdict.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It counts.
    Judged,
    /// Accepted in the configuration, with a reason and an end date.
    Accepted,
    /// In the baseline, or not new under `--scope new`.
    Baseline,
    /// New against the base and below `high`: code that is not deployed cannot have been observed.
    Probation,
    /// A framework brings it along for a function of its own, and it is not known to be new.
    Framework,
}

impl Thresholds {
    /// Whether a function has sufficient evidence.
    pub fn suffices(&self, coverage: &Coverage) -> bool {
        coverage.traces >= self.min_traces && coverage.calls > 0
    }

    /// Whether an excess in this state fails its role.
    pub fn fails(&self, excess: &Excess, state: State) -> bool {
        state == State::Judged && self.fail_on.is_some_and(|least| excess.severity >= least)
    }
}

/// How much evidence a function has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coverage {
    /// The function's name.
    pub name: String,
    /// The number of traces in which its code ran.
    pub traces: u64,
    /// The number of AWS calls that it made.
    pub calls: u64,
}

/// A finding, with what matters for the verdict.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'a> {
    /// The excess.
    pub excess: &'a Excess,
    /// Whether it counts.
    pub state: State,
    /// Whether it fails on any evidence: it is new, and nothing can justify it.
    pub is_certain: bool,
}

impl<'a> Finding<'a> {
    /// A finding about which the record says nothing.
    pub fn judged(excess: &'a Excess) -> Self {
        Self {
            excess,
            state: State::Judged,
            is_certain: false,
        }
    }
}

/// What is judged of a role besides its excess.
#[derive(Debug, Clone, Copy)]
pub struct Rest<'a> {
    /// The comparison.
    pub comparison: &'a Comparison,
    /// Whether given-up work counts. It does not if the change did not affect the role.
    pub is_changed: bool,
    /// How many grants there may be besides, in policies whose text is not known.
    pub unknown: usize,
    /// Whether missing permissions count.
    pub counts_missing: bool,
    /// Whether nothing was observed of the role's users, and the configuration says that this is normal. Then only certain
    /// findings count.
    pub is_silent: bool,
}

impl<'a> Rest<'a> {
    /// The comparison with everything counting.
    pub fn whole(comparison: &'a Comparison) -> Self {
        Self {
            comparison,
            is_changed: true,
            unknown: 0,
            counts_missing: true,
            is_silent: false,
        }
    }
}

/// Why the evidence is insufficient for a failure, one sentence each. Empty if it is sufficient.
pub fn insufficiencies(
    functions: &[Coverage],
    hidden: &Hidden,
    thresholds: &Thresholds,
) -> Vec<String> {
    let mut reasons = Vec::new();
    for Coverage {
        name,
        traces,
        calls,
    } in functions
    {
        if *traces < thresholds.min_traces {
            let plural = if *traces == 1 { "" } else { "s" };
            let least = thresholds.min_traces;
            reasons.push(format!(
                "{name} has {traces} trace{plural}, fewer than the {least} that are asked for"
            ));
        } else if *calls == 0 {
            reasons.push(format!(
                "no AWS call of {name} was observed: its code may not be instrumented"
            ));
        }
    }
    if *hidden == Hidden::Anything {
        reasons.push(
            "some of the evidence could not be read or attributed, so calls may be missing"
                .to_owned(),
        );
    }
    reasons
}

/// Whether calls may be missing from the evidence for every service of a finding, so that the finding cannot fail the role.
pub fn is_disarmed(excess: &Excess, hidden: &BTreeSet<String>) -> bool {
    let is_hidden = |action: &String| {
        let prefix = action.split_once(':').map(|(prefix, _)| prefix);
        prefix.is_some_and(|prefix| hidden.contains(&prefix.to_ascii_lowercase()))
    };
    !excess.not_action && !excess.actions.is_empty() && excess.actions.iter().all(is_hidden)
}

/// Decides the verdict of one role: fail, inconclusive or pass. Given-up work and grants
/// that are not known turn a pass into inconclusive, but remove no finding. `hidden` are the services whose calls may be missing from the evidence; findings about only these are
/// inconclusive.
pub fn judge(
    findings: &[Finding<'_>],
    rest: Rest<'_>,
    insufficient: &[String],
    hidden: &BTreeSet<String>,
    thresholds: &Thresholds,
) -> Verdict {
    let failing = findings.iter();
    let failing = failing.filter(|found| {
        let counts = found.is_certain || !rest.is_silent;
        counts && thresholds.fails(found.excess, found.state)
    });
    let failing: Vec<&Finding<'_>> = failing.collect();
    let too_much = !failing.is_empty();
    let bears = insufficient.is_empty();
    let certain = failing
        .iter()
        .any(|found| found.is_certain || (bears && !is_disarmed(found.excess, hidden)));
    let missing = rest.comparison.missing.iter();
    let mut not_granted = missing.filter(|missing| missing.because == Lack::NotGranted);
    let too_little =
        thresholds.fail_on_missing && rest.counts_missing && not_granted.next().is_some();
    let given_up = rest.is_changed && !rest.comparison.given_up.is_empty();
    if too_little || certain {
        Verdict::Fail
    } else if too_much || given_up || rest.unknown > 0 {
        Verdict::Inconclusive
    } else {
        Verdict::Pass
    }
}
