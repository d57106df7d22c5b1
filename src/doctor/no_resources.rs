//! Finds calls that were recorded without their resources. An X-Ray SDK records these if a whitelist says so, and each
//! SDK gets one finding.

use super::recorder::Recorder;
use super::{Cause, Examined, Finding, Function, Weight};
use crate::whitelist::Sdk;
use std::collections::BTreeSet;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let can_say = |function: &&Function| function.recorder != Recorder::Other;
    let functions: Vec<&Function> = examined.functions.iter().filter(can_say).collect();
    let unnamed: BTreeSet<(Option<Sdk>, &str)> = functions
        .iter()
        .flat_map(|function| {
            let sdk = function.recorder.sdk();
            let services = function.unnamed.iter();
            services.map(move |service| (sdk, service.as_str()))
        })
        .collect();
    let sdks: BTreeSet<Option<Sdk>> = unnamed.iter().map(|(sdk, _)| *sdk).collect();
    let of_sdk = |sdk: Option<Sdk>| {
        let services: Vec<&str> = unnamed
            .iter()
            .filter(|(of, _)| *of == sdk)
            .map(|(_, service)| *service)
            .collect();
        let flags: Vec<String> = services
            .iter()
            .map(|service| format!(" --service {service}"))
            .collect();
        let (which, said) = match sdk {
            Some(sdk) => (id(sdk), ""),
            None => ("SDK", " (SDK: node, python, java or dotnet)"),
        };
        let of: Vec<&Function> = functions
            .iter()
            .copied()
            .filter(|function| function.recorder.sdk() == sdk && !function.unnamed.is_empty())
            .collect();
        let text = format!(
            "traces do not show which resources were used in calls of {}: let the X-Ray SDK record them{said}",
            services.join(", ")
        );
        // A named resource in a policy is then neither proved nor excess. Which operations were called is known all the
        // same.
        let finding = Finding::new(Cause::NoResources, text)
            .weighing(Weight::Note)
            .of(&of);
        finding.mended_by(format!(
            "aws-least-privilege whitelist --sdk {which}{} > whitelist.json",
            flags.concat()
        ))
    };
    sdks.into_iter().map(of_sdk).collect()
}

fn id(sdk: Sdk) -> &'static str {
    match sdk {
        Sdk::Node => "node",
        Sdk::Python => "python",
        Sdk::Java => "java",
        Sdk::Dotnet => "dotnet",
    }
}
