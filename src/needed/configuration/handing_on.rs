//! Dead-letter queues and destinations: Lambda sends failed or finished invocations there with the function's role.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>.

use super::{ConfigurationNeeds, actions};
use crate::iam::{Action, Arn};
use std::collections::BTreeSet;

pub(super) const ACTIONS: &[&str] = &[
    "sqs:SendMessage",
    "sns:Publish",
    "events:PutEvents",
    "lambda:InvokeFunction",
];

pub(super) fn needs(
    setting: &str,
    target: &str,
    required: bool,
    needs: &mut ConfigurationNeeds,
    open: &mut BTreeSet<Action>,
) {
    let Ok(arn) = target.parse::<Arn>() else {
        return unknown(setting, needs, open);
    };
    match arn.service() {
        "sqs" => {
            needs.need(setting, &["sqs:SendMessage"], target, required);
            needs.may_use_key(&["kms:Decrypt", "kms:GenerateDataKey"], target);
        }
        "sns" => {
            needs.need(setting, &["sns:Publish"], target, required);
            needs.may_use_key(&["kms:Decrypt", "kms:GenerateDataKey"], target);
        }
        "events" => needs.need(setting, &["events:PutEvents"], target, required),
        "lambda" => invoke(setting, &arn, required, needs),
        "s3" => {
            needs.need(setting, &["s3:PutObject"], &format!("{target}/*"), required);
            needs.need(setting, &["s3:ListBucket"], target, required);
            needs.may_use_key(&["kms:GenerateDataKey"], target);
        }
        _ => unknown(setting, needs, open),
    }
}

/// Adds the need to invoke a function. If the destination is a version or alias, `function:NAME:*` is possible too:
/// needs from traces have that form.
fn invoke(setting: &str, function: &Arn, required: bool, needs: &mut ConfigurationNeeds) {
    needs.need(
        setting,
        &["lambda:InvokeFunction"],
        &function.to_string(),
        required,
    );
    let words: Vec<&str> = function.resource().split(':').collect();
    if let ["function", name, _qualifier] = words.as_slice() {
        let qualified = function
            .with_resource(format!("function:{name}:*"))
            .to_string();
        needs.may_need(
            &["lambda:InvokeFunction"],
            &qualified,
            "the destination is a version or alias of the function",
        );
    }
}

fn unknown(setting: &str, needs: &mut ConfigurationNeeds, open: &mut BTreeSet<Action>) {
    needs
        .gaps
        .insert(format!("{setting} is of a kind that is not known"));
    open.extend(actions(ACTIONS.iter().copied()));
}
