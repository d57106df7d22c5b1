//! Finds that the account sends its traces to CloudWatch Logs, so that X-Ray's API returns only the indexed part.

use super::{Cause, Examined, Finding};

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    if !examined.spans_in_logs {
        return Vec::new();
    }
    let text = "Transaction Search is on: this account sends its traces to CloudWatch Logs, and X-Ray keeps only the share of them \
                that it indexes (1 % where nobody has set it).";
    let finding = Finding::new(Cause::TransactionSearch, text).advising(
        "Let X-Ray index all of them; AWS bills what it indexes. Or save spans from the log group `aws/spans`.",
    );
    vec![finding.mended_by(
        "aws xray update-indexing-rule --name Default --rule '{\"Probabilistic\": {\"DesiredSamplingPercentage\": 100}}'",
    )]
}
