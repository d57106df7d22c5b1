//! Finds that there is no function to look at.

use super::{Cause, Examined, Finding};

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    if examined.shut.is_some() {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = examined
        .empty
        .iter()
        .map(|name| {
            let finding = Finding::new(
                Cause::NoFunctions,
                format!("No Lambda function is in {name}."),
            );
            finding
                .advising("Name the functions with --function, or their role with --role.")
                .mended_by("aws lambda list-functions --query 'Functions[].FunctionName'")
        })
        .collect();
    let is_alone = examined.empty.is_empty() && examined.not_found.is_empty();
    if is_alone && examined.is_listed && examined.found == 0 {
        findings.push(if examined.is_live {
            let region = examined.region.as_deref().unwrap_or("this region");
            let text = format!("No Lambda function is in {region} of this account.");
            Finding::new(Cause::NoFunctions, text)
                .advising("Check --region, and which account the credentials are of.")
                .mended_by("aws sts get-caller-identity")
        } else {
            Finding::new(
                Cause::NoFunctions,
                "No trace that was read is of a Lambda function or of another program of yours.",
            )
            .advising("Save whole traces, with their segment documents:")
            .mended_by("aws xray batch-get-traces --trace-ids ID > traces.json")
        });
    }
    findings
}
