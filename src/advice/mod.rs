//! What would make a gate surer: what its evidence lacked, each with the command that would change that.
//!
//! For a first run. Says only what applies, the most important first, and no more than a reader takes in.

use crate::catalog::{Catalog, Mapped, Resolution};
use crate::judge::Verdict;
use crate::report::{Advice, Lacking, Report};
use crate::roles::{InTemplate, Role, Target, User};
use crate::usage::{Ending, OwnerUsage, Usage};
use crate::whitelist::Sdk;
use std::collections::BTreeSet;

/// Names that one piece of advice spells out.
const NAMES: usize = 3;

/// What would make the verdict on these roles surer.
pub fn advice(roles: &[Role], usage: &Usage, catalog: &Catalog) -> Vec<Advice> {
    let is_unnamed = |role: &Role, user: &User| in_template(role, user).is_some();
    let users = || {
        roles.iter().flat_map(|role| {
            let users = role.users.iter();
            users.filter(move |user| !is_unnamed(role, user))
        })
    };
    let mut advice = Vec::new();
    let mut untraced: Vec<&User> = Vec::new();
    let mut silent: Vec<&User> = Vec::new();
    let mut unnamed: BTreeSet<(Option<Sdk>, String)> = BTreeSet::new();
    for user in users() {
        let observed = observed(user, usage);
        match observed {
            None => untraced.push(user),
            Some(observed) if observed.calls == 0 => silent.push(user),
            Some(observed) => {
                let recorder = Recorder::of(user, observed);
                if let Recorder::Other = recorder {
                    continue;
                }
                let services = without_parameters(observed, catalog);
                unnamed.extend(
                    services
                        .into_iter()
                        .map(|service| (recorder.sdk(), service)),
                );
            }
        }
    }
    advice.extend(no_names(roles));
    advice.extend(no_traces(&untraced));
    advice.extend(no_calls(&silent, usage));
    advice.extend(no_parameters(&unnamed));
    advice
}

/// How to accept today's findings, where that fails the gate; `flags` are those of the gate.
///
/// What is inconclusive wants better evidence first.
pub fn baseline(report: &Report, flags: &str) -> Option<Advice> {
    let roles = report
        .roles
        .iter()
        .filter(|role| role.verdict == Verdict::Fail);
    let found = roles.map(|role| role.excess.len()).sum::<usize>();
    (found > 0).then(|| Advice {
        lacking: Lacking::Baseline,
        text: "To accept today's findings and fail only on new ones:".to_owned(),
        command: Some(format!("aws-least-privilege baseline{flags}")),
    })
}

/// What was observed of a user, if it was traced at all.
fn observed<'u>(user: &User, usage: &'u Usage) -> Option<&'u OwnerUsage> {
    let Target::Seen(owner) = &user.target else {
        return None;
    };
    usage
        .owners
        .get(owner)
        .filter(|observed| observed.traces > 0)
}

/// The template of a function that was found under no name, for it is a logical id there; nothing where its name is known.
fn in_template<'r>(role: &'r Role, user: &User) -> Option<&'r InTemplate> {
    let template = role.template.as_ref()?;
    let Target::NotSeen(logical_id) = &user.target else {
        return None;
    };
    let is_unnamed =
        template.absent.contains_key(logical_id) && !template.called.contains_key(logical_id);
    is_unnamed.then_some(template)
}

/// Functions of templates of which nobody knows what they are called: their stack's name tells.
fn no_names(roles: &[Role]) -> Option<Advice> {
    let mut unnamed = roles.iter().flat_map(|role| {
        let users = role.users.iter();
        users.filter_map(move |user| Some((in_template(role, user)?, user)))
    });
    let (template, first) = unnamed.next()?;
    let users: Vec<&User> = unnamed.map(|(_, user)| user).collect();
    let users: Vec<&User> = std::iter::once(first).chain(users).collect();
    Some(match &template.values.stack {
        None => Advice {
            lacking: Lacking::Traces,
            text: format!(
                "{} found in no trace, for a template does not say what AWS calls its functions: name the stack with `--stack NAME`, or offline with `--parameter AWS::StackName=NAME`",
                were(&users)
            ),
            command: None,
        },
        Some(stack) => Advice {
            lacking: Lacking::Traces,
            text: format!(
                "{} found in no trace of the stack `{stack}`: see what it is called there",
                were(&users)
            ),
            command: Some(format!(
                "aws cloudformation describe-stack-resource --stack-name {stack} --logical-resource-id {}",
                first.target.name()
            )),
        },
    })
}

/// Functions without traces: tracing that is known to be off can be switched on, else the window can be made longer.
fn no_traces(users: &[&User]) -> Vec<Advice> {
    let (off, other): (Vec<&User>, Vec<&User>) = users
        .iter()
        .copied()
        .partition(|user| user.active_tracing == Some(false));
    let mut advice = Vec::new();
    if let Some(first) = off.first() {
        let name = first.target.name();
        advice.push(Advice {
            lacking: Lacking::Traces,
            text: format!("{} not traced: active tracing is off", were(&off)),
            command: Some(format!(
                "aws lambda update-function-configuration --function-name {name} --tracing-config Mode=Active"
            )),
        });
    }
    if let Some(first) = other.first() {
        let name = first.target.name();
        let known = other.iter().all(|user| user.active_tracing == Some(true));
        advice.push(if known {
            Advice {
                lacking: Lacking::Traces,
                text: format!(
                    "{} not traced in this window, though active tracing is on: look further back",
                    were(&other)
                ),
                command: Some(format!(
                    "aws-least-privilege gate --function {name} --time-range 30d"
                )),
            }
        } else {
            Advice {
                lacking: Lacking::Traces,
                text: format!(
                    "{} in no trace that was read: see whether tracing is on",
                    were(&other)
                ),
                command: Some(format!(
                    "aws lambda get-function-configuration --function-name {name} --query TracingConfig"
                )),
            }
        });
    }
    advice
}

/// Functions whose traces have no AWS call: the AWS SDK in them may not be instrumented.
fn no_calls(users: &[&User], usage: &Usage) -> Option<Advice> {
    let first = users.first()?;
    let recorder = observed(first, usage).map_or(Recorder::Unknown, |of| Recorder::of(first, of));
    let (how, command) = match recorder {
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
    Some(Advice {
        lacking: Lacking::Calls,
        text: format!(
            "no AWS call of {} was seen: if it makes any, {how}",
            names(users)
        ),
        command: command.map(str::to_owned),
    })
}

/// Services whose calls do not say on what: one whitelist for each SDK.
fn no_parameters(unnamed: &BTreeSet<(Option<Sdk>, String)>) -> Vec<Advice> {
    let sdks: BTreeSet<Option<Sdk>> = unnamed.iter().map(|(sdk, _)| *sdk).collect();
    let of_sdk = |sdk: Option<Sdk>| {
        let services: Vec<&str> = unnamed
            .iter()
            .filter(|(of, _)| *of == sdk)
            .map(|(_, service)| service.as_str())
            .collect();
        let flags: Vec<String> = services
            .iter()
            .map(|service| format!(" --service {service}"))
            .collect();
        let (which, said) = match sdk {
            Some(sdk) => (id(sdk), ""),
            None => ("SDK", " (SDK: node, python, java or dotnet)"),
        };
        Advice {
            lacking: Lacking::Parameters,
            text: format!(
                "traces do not show which resources were used in calls of {}: let the X-Ray SDK record them{said}",
                services.join(", ")
            ),
            command: Some(format!(
                "aws-least-privilege whitelist --sdk {which}{} > whitelist.json",
                flags.concat()
            )),
        }
    };
    sdks.into_iter().map(of_sdk).collect()
}

/// Services of which calls were recorded without the parameter that names their resource, where a whitelist adds it.
fn without_parameters(observed: &OwnerUsage, catalog: &Catalog) -> BTreeSet<String> {
    let calls = observed.uses.keys().filter(|group| match group.ending {
        Ending::Used => true,
        Ending::Denied { .. } => false,
    });
    let mapped = calls.filter_map(|group| match group.resolution.as_ref() {
        Resolution::Mapped(mapped) => Some(mapped),
        Resolution::UnknownOperation { .. } | Resolution::UnknownService => None,
    });
    mapped
        .filter(|mapped| mapped.needs.iter().any(|need| !need.resources.known))
        .filter(|mapped| can_be_recorded(mapped, catalog))
        .map(|mapped| mapped.service.clone())
        .collect()
}

fn can_be_recorded(mapped: &Mapped, catalog: &Catalog) -> bool {
    catalog
        .services()
        .filter(|service| service.name() == mapped.service)
        .any(|service| !service.resource_parameters(&mapped.operation).is_empty())
}

/// Who records the calls of a function.
#[derive(Debug, Clone, Copy)]
enum Recorder {
    /// An X-Ray SDK that takes a whitelist.
    Sdk(Sdk),
    /// One that takes none.
    Other,
    /// Nothing tells.
    Unknown,
}

impl Recorder {
    /// By its own word in the traces, else by the function's runtime.
    fn of(user: &User, observed: &OwnerUsage) -> Self {
        if let Some(said) = observed.sdks.first() {
            return match said.as_str() {
                "X-Ray for Python" => Self::Sdk(Sdk::Python),
                "X-Ray for Node.js" => Self::Sdk(Sdk::Node),
                "X-Ray for Java" => Self::Sdk(Sdk::Java),
                "X-Ray for .NET" | "X-Ray for .NET Core" => Self::Sdk(Sdk::Dotnet),
                _ => Self::Other,
            };
        }
        let Some(runtime) = &user.runtime else {
            return Self::Unknown;
        };
        let language = runtime.split(|letter: char| letter.is_ascii_digit()).next();
        match language.unwrap_or_default() {
            "python" => Self::Sdk(Sdk::Python),
            "nodejs" => Self::Sdk(Sdk::Node),
            "java" => Self::Sdk(Sdk::Java),
            "dotnet" | "dotnetcore" => Self::Sdk(Sdk::Dotnet),
            // A program of its own, or a runtime that is newer than this.
            _ => Self::Unknown,
        }
    }

    fn sdk(self) -> Option<Sdk> {
        match self {
            Self::Sdk(sdk) => Some(sdk),
            Self::Other | Self::Unknown => None,
        }
    }
}

fn id(sdk: Sdk) -> &'static str {
    match sdk {
        Sdk::Node => "node",
        Sdk::Python => "python",
        Sdk::Java => "java",
        Sdk::Dotnet => "dotnet",
    }
}

/// `checkout was`, `checkout and 2 more were`.
fn were(users: &[&User]) -> String {
    let verb = if users.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", names(users))
}

fn names(users: &[&User]) -> String {
    let names: BTreeSet<&str> = users.iter().map(|user| user.target.name()).collect();
    let shown: Vec<&str> = names.iter().take(NAMES).copied().collect();
    match names.len().saturating_sub(NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests;
