//! Finds functions without any trace, although tracing is on or it is not known whether it is.

use super::finding::were;
use super::{Cause, Examined, Finding, Function};
use crate::shell::quoted;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let functions = examined.functions.iter();
    let untraced = functions.filter(|function| {
        function.traces == 0 && function.active_tracing != Some(false) && !function.is_other
    });
    let (on, unknown): (Vec<&Function>, Vec<&Function>) =
        untraced.partition(|function| function.active_tracing == Some(true));
    let mut findings = Vec::new();
    if let Some(first) = on.first() {
        let text = format!(
            "{} not traced in this window, though active tracing is on: look further back",
            were(&on)
        );
        let name = quoted(&first.name);
        let finding = Finding::new(Cause::NoTraces, text).of(&on).advising(
            "Most likely nobody called it in that time, or its callers decide that their requests are not traced.",
        );
        findings.push(finding.mended_by(format!(
            "aws-least-privilege gate --function {name} --time-range 30d"
        )));
    }
    if let Some(first) = unknown.first() {
        let text = format!(
            "{} in no trace that was read: see whether tracing is on",
            were(&unknown)
        );
        let name = quoted(&first.name);
        findings.push(
            Finding::new(Cause::NoTraces, text)
                .of(&unknown)
                .mended_by(format!(
                    "aws lambda get-function-configuration --function-name {name} --query TracingConfig"
                )),
        );
    }
    findings
}
