//! Finds roles that may not send traces, so that X-Ray has none of their functions.

use super::finding::names;
use super::{Cause, Examined, Finding, Function};
use crate::shell::quoted;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let functions = examined.functions.iter();
    let silent: Vec<&Function> = functions
        .filter(|function| {
            function.may_send == Some(false) && function.traces < examined.min_traces
        })
        .collect();
    let Some(role) = silent.first().and_then(|first| first.role.as_deref()) else {
        return Vec::new();
    };
    let name = role.rsplit('/').next().unwrap_or(role);
    let text = format!(
        "The role {name} may not send traces: its policies do not allow xray:PutTraceSegments. It is the role of {}.",
        names(&silent)
    );
    let partition = role.split(':').nth(1).unwrap_or("aws");
    let finding = Finding::new(Cause::RoleCannotSend, text).of(&silent);
    vec![finding.mended_by(format!(
        "aws iam attach-role-policy --role-name {} --policy-arn arn:{partition}:iam::aws:policy/AWSXRayDaemonWriteAccess",
        quoted(name)
    ))]
}
