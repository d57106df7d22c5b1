//! Finds functions that Lambda does not trace, because active tracing is off.

use super::finding::were;
use super::{Cause, Examined, Finding, Function};
use crate::shell::quoted;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let functions = examined.functions.iter();
    let off: Vec<&Function> = functions
        .filter(|function| function.active_tracing == Some(false) && function.traces == 0)
        .collect();
    let Some(first) = off.first() else {
        return Vec::new();
    };
    let text = format!("{} not traced: active tracing is off", were(&off));
    let name = quoted(&first.name);
    let finding = Finding::new(Cause::TracingOff, text).of(&off).advising(
        "In a SAM template write `Tracing: Active` under the function's `Properties`, in CloudFormation `TracingConfig: {Mode: Active}`.",
    );
    vec![finding.mended_by(format!(
        "aws lambda update-function-configuration --function-name {name} --tracing-config Mode=Active"
    ))]
}
