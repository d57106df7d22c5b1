//! Finds sampling rules that record so few requests that it takes long to get enough traces.

use super::finding::names;
use super::{Cause, Examined, Finding, Function, SamplingRule};
use crate::iam::Glob;
use crate::shell::quoted;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in &examined.rules {
        let functions = examined.functions.iter();
        let slow: Vec<&Function> = functions
            .filter(|function| is_slow(function, examined))
            .filter(|function| rule_of(function, examined) == Some(rule))
            .collect();
        // The function that takes longest.
        let Some(slowest) = slow.iter().min_by_key(|function| function.traces) else {
            continue;
        };
        let traces = slowest.traces;
        let days = examined.days_needed(traces).unwrap_or_default();
        let share = (rule.rate * 100.0).round();
        let kept = match rule.reservoir {
            0 => format!("{share} % of the requests"),
            1 => format!("one request a second and {share} % of the rest"),
            many => format!("{many} requests a second and {share} % of the rest"),
        };
        let text = format!(
            "{} has {traces} traces in {}, and {} are needed: at this pace that takes {days} days. The sampling rule {} records {kept}.",
            names(&[*slowest]),
            examined.window(),
            examined.min_traces,
            rule.name,
        );
        let finding = Finding::new(Cause::Sampling, text)
            .of(&slow)
            .advising("Record more for a while; AWS bills what is recorded.");
        findings.push(finding.mended_by(format!(
            "aws xray update-sampling-rule --sampling-rule-update RuleName={},FixedRate=1.0",
            quoted(&rule.name)
        )));
    }
    findings
}

/// Whether a function has too few traces, and sampling leaves some out.
pub(super) fn is_slow(function: &Function, examined: &Examined) -> bool {
    let is_thin = function.traces > 0 && function.traces < examined.min_traces;
    is_thin && rule_of(function, examined).is_some_and(|rule| rule.rate < 1.0)
}

/// Returns the rule that applies to a function, or `None` if that depends on the request.
fn rule_of<'e>(function: &Function, examined: &'e Examined) -> Option<&'e SamplingRule> {
    let matches = |pattern: &str, text: &str| Glob::parse(pattern).matches(text);
    let mut rules = examined.rules.iter().filter(|rule| {
        matches(&rule.service, &function.name) && matches(&rule.kind, "AWS::Lambda::Function")
    });
    rules.next().filter(|rule| !rule.is_of_some_requests)
}
