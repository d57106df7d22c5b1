//! The flags of a command that reads the same as another: what a user is told to type next.

use super::effective::{Effective, MAX_SCANNED, MAX_TRACES, MINUTES};
use super::table::MIN_TRACES;
use crate::settings::flags::Evidence;
use crate::shell::quoted;

impl Effective {
    /// The flags that name the same evidence and targets to `doctor`, each after a space, for a shell.
    pub fn doctor_flags(&self) -> String {
        let is_live = self.evidence.traces.is_empty();
        let range = self.evidence.time_range;
        let range = range.filter(|minutes| is_live && *minutes != MINUTES);
        let min = Some(self.thresholds.min_traces).filter(|min| *min != MIN_TRACES);
        let amounts = joined(&[
            ("time-range", range.iter().map(u64::to_string).collect()),
            ("min-traces", min.iter().map(u64::to_string).collect()),
        ]);
        of_source(&self.evidence) + &of_targets(&self.evidence) + &amounts
    }

    /// The flags that name the same evidence, targets and policies to another command, each after a space, for a shell.
    pub fn flags(&self) -> String {
        let Evidence {
            traces,
            stacks,
            functions,
            roles,
            region,
            profile,
            start_time,
            time_range,
            filter,
            max_traces,
            max_scanned,
            verbose: _,
            parameters,
            // No flag: the configuration says it, and every command reads that.
            object_keys: _,
            is_withheld: _,
            proposed: _,
            // How long one run may take says nothing of the next.
            timeout: _,
        } = &self.evidence;
        let traces: Vec<String> = traces
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let is_live = traces.is_empty();
        let one = |value: Option<String>| value.into_iter().collect::<Vec<_>>();
        let live = |value: Option<String>| one(value.filter(|_| is_live));
        let all = [
            ("traces", traces.clone()),
            ("stack", stacks.clone()),
            ("function", functions.clone()),
            ("role", roles.clone()),
            ("policy-file", self.policy_files.clone()),
            (
                "parameter",
                parameters
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect(),
            ),
            ("region", one(region.clone())),
            ("profile", one(profile.clone())),
            ("start-time", live(start_time.map(|time| time.to_string()))),
            (
                "time-range",
                live(
                    time_range
                        .filter(|minutes| *minutes != MINUTES)
                        .map(|time| time.to_string()),
                ),
            ),
            ("filter", live(filter.clone())),
            (
                "max-traces",
                live(
                    max_traces
                        .filter(|most| *most != MAX_TRACES)
                        .map(|most| most.to_string()),
                ),
            ),
            (
                "max-scanned",
                live(
                    max_scanned
                        .filter(|most| *most != MAX_SCANNED)
                        .map(|most| most.to_string()),
                ),
            ),
        ];
        joined(&all)
    }
}

/// The flags that name the same traces, or region and profile, each after a space, for a shell.
pub fn of_source(evidence: &Evidence) -> String {
    let traces = evidence.traces.iter();
    joined(&[
        (
            "traces",
            traces.map(|path| path.display().to_string()).collect(),
        ),
        ("region", evidence.region.iter().cloned().collect()),
        ("profile", evidence.profile.iter().cloned().collect()),
    ])
}

/// The flags that name the same targets, each after a space, for a shell. Only AWS knows stacks and roles.
pub fn of_targets(evidence: &Evidence) -> String {
    let is_live = evidence.traces.is_empty();
    let live = |values: &[String]| if is_live { values.to_vec() } else { Vec::new() };
    joined(&[
        ("stack", live(&evidence.stacks)),
        ("role", live(&evidence.roles)),
        ("function", evidence.functions.clone()),
    ])
}

/// Flags with their values, each after a space.
fn joined(all: &[(&str, Vec<String>)]) -> String {
    let flags = all.iter().flat_map(|(flag, values)| {
        values
            .iter()
            .map(move |value| format!(" --{flag} {}", quoted(value)))
    });
    flags.collect()
}
