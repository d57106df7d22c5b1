//! Finds functions whose traces have no AWS call: the AWS SDK in them may not be instrumented.

use super::finding::names;
use super::recorder::Recorder;
use super::{Cause, Examined, Finding, Function};
use crate::whitelist::Sdk;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let functions = examined.functions.iter();
    let silent: Vec<&Function> = functions
        .filter(|function| function.traces > 0 && function.calls == 0)
        .collect();
    let Some(first) = silent.first() else {
        return Vec::new();
    };
    let (how, command) = match first.recorder {
        Recorder::Sdk(Sdk::Python) => (
            "call `patch_all()` of `aws_xray_sdk.core` in it",
            Some("pip install aws-xray-sdk"),
        ),
        Recorder::Sdk(Sdk::Node) => (
            "pass its clients to `captureAWSv3Client` of `aws-xray-sdk-core`",
            Some("npm install aws-xray-sdk-core"),
        ),
        Recorder::Sdk(Sdk::Java) => (
            "add `aws-xray-recorder-sdk-aws-sdk-v2-instrumentor` to its build",
            None,
        ),
        Recorder::Sdk(Sdk::Dotnet) => (
            "call `AWSSDKHandler.RegisterXRayForAllServices()` in it",
            Some("dotnet add package AWSXRayRecorder.Handlers.AwsSdk"),
        ),
        Recorder::Other | Recorder::Unknown => (
            "instrument the AWS SDK in it: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
            None,
        ),
    };
    let text = format!(
        "no AWS call of {} was seen: if it makes any, {how}",
        names(&silent)
    );
    let finding = Finding::new(Cause::NoCalls, text).of(&silent);
    vec![Finding {
        mend: command.map(str::to_owned),
        ..finding
    }]
}
