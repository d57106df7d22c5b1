//! Finds functions with too few traces, and says how long a window would have enough.

use super::finding::names;
use super::sampling::is_slow;
use super::{Cause, Examined, Finding, Function};

/// How many days X-Ray keeps traces.
const KEPT_DAYS: u64 = 30;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let functions = examined.functions.iter();
    let few: Vec<&Function> = functions
        .filter(|function| function.traces > 0 && function.traces < examined.min_traces)
        .filter(|function| !is_slow(function, examined))
        .collect();
    let Some(fewest) = few.iter().min_by_key(|function| function.traces) else {
        return Vec::new();
    };
    let (traces, min) = (fewest.traces, examined.min_traces);
    let many = if traces == 1 { "trace" } else { "traces" };
    let name = names(&[*fewest]);
    if !examined.is_live {
        let text = format!("{name} has {traces} {many}, and {min} are needed.");
        let finding = Finding::new(Cause::FewTraces, text).of(&few);
        return vec![
            finding
                .advising("Save more traces, or say that fewer are enough.")
                .mended_by(examined.command("gate", &format!(" --min-traces {traces}"))),
        ];
    }
    let days = examined.days_needed(traces).unwrap_or_default();
    let window = examined.window();
    let text = format!(
        "{name} has {traces} {many} in {window}, and {min} are needed: at this pace that takes {days} days."
    );
    let finding = Finding::new(Cause::FewTraces, text).of(&few);
    vec![if days <= KEPT_DAYS {
        finding
            .advising("Look further back:")
            .mended_by(examined.command("gate", &format!(" --time-range {days}d")))
    } else {
        finding
            .advising("X-Ray keeps traces for 30 days. Call the function more often, or say that fewer traces are enough:")
            .mended_by(examined.command(
                "gate",
                &format!(" --time-range 30d --min-traces {}", fewest_in_30_days(traces, examined)),
            ))
    }]
}

fn fewest_in_30_days(traces: u64, examined: &Examined) -> u64 {
    let expected = traces * KEPT_DAYS * 1440 / examined.minutes.max(1);
    expected.clamp(1, examined.min_traces)
}
