//! The flags of a command that reads the same as another: what a user is told to type next.

use super::effective::{Effective, MAX_SCANNED, MAX_TRACES, MINUTES};
use super::table::MIN_TRACES;
use crate::settings::flags::Evidence;
use crate::shell::quoted;
use std::path::PathBuf;

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
            samconfig_env,
            // No flag: the configuration says it, and every command reads that.
            object_keys: _,
            is_withheld: _,
            proposed: _,
            known: _,
            // How long one run may take says nothing of the next.
            timeout: _,
        } = &self.evidence;
        let traces = paths(traces);
        let is_live = traces.is_empty();
        let live = |value: Option<String>| value.filter(|_| is_live).into_iter().collect();
        let other = |value: &Option<u64>, default: u64| {
            let value = value.filter(|value| *value != default);
            live(value.map(|value| value.to_string()))
        };
        let parameters = parameters.iter();
        let parameters = parameters.map(|(name, value)| format!("{name}={value}"));
        let all = [
            ("traces", traces.clone()),
            ("stack", stacks.clone()),
            ("function", functions.clone()),
            ("role", roles.clone()),
            ("policy-file", self.policy_files.clone()),
            ("parameter", parameters.collect()),
            ("samconfig-env", samconfig_env.iter().cloned().collect()),
            ("region", region.iter().cloned().collect()),
            ("profile", profile.iter().cloned().collect()),
            ("start-time", live(start_time.map(|time| time.to_string()))),
            ("time-range", other(time_range, MINUTES)),
            ("filter", live(filter.clone())),
            ("max-traces", other(max_traces, MAX_TRACES)),
            ("max-scanned", other(max_scanned, MAX_SCANNED)),
        ];
        joined(&all)
    }
}

/// The flags that name the same traces, or region and profile, each after a space, for a shell.
pub fn of_source(evidence: &Evidence) -> String {
    joined(&[
        ("traces", paths(&evidence.traces)),
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

fn paths(paths: &[PathBuf]) -> Vec<String> {
    let paths = paths.iter();
    paths.map(|path| path.display().to_string()).collect()
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
