//! Everything that AWS is asked, once each, whatever it answers.

use super::super::Failure;
use super::super::evidence;
use super::super::live::{Live, function, is_same_role};
use super::{elsewhere, lost, probe};
use crate::aws::lambda::{FunctionApi as _, FunctionVersion};
use crate::aws::xray::{SamplingApi as _, SegmentDestination, TraceApi as _};
use crate::aws::{ApiError, ApiErrorKind, CloudFormation, Lambda};
use crate::catalog::Catalog;
use crate::doctor::{Examined, Function, Kind, NotFound, SamplingRule};
use crate::evidence::xray_api::Window;
use crate::evidence::{Owner, XrayError};
use crate::granted::iam_roles::role_name;
use crate::iam::Arn;
use crate::lambda::FunctionName;
use crate::roles::in_aws::{TargetError, of_stacks};
use crate::settings::flags;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Functions that are meant, by ARN.
type Meant = BTreeMap<Arn, FunctionVersion>;

/// Asks, and fills in what is answered.
pub(super) fn examine(
    options: &flags::Evidence,
    window: Window,
    live: &Live,
    catalog: &Catalog,
    examined: &mut Examined,
) -> Result<(), Failure> {
    examined.region = Some(live.region().to_owned());
    let meant = functions(options, live, examined);
    if !has_credentials(examined) {
        return Ok(());
    }
    examined.found = meant.len();
    x_ray(live, window, examined);
    let roles: BTreeSet<String> = meant.values().map(|of| of.role.clone()).collect();
    let may_send = probe::roles(live, &roles, meant.keys().next(), examined);
    let observed = if can_read(examined) && !meant.is_empty() {
        traces(options, window, live, catalog, &meant, examined)?
    } else {
        None
    };
    for (arn, version) in meant {
        let of = Function {
            name: name(&arn).to_owned(),
            active_tracing: Some(version.settings.active_tracing),
            runtime: version.settings.runtime.clone(),
            modified: version.settings.last_modified.as_deref().and_then(time),
            may_send: may_send.get(&version.role).copied(),
            role: Some(version.role),
            ..Function::default()
        };
        let usage = observed.as_ref();
        let seen = usage.and_then(|usage| usage.owners.get(&Owner::LambdaFunction(arn)));
        if usage.is_some() {
            examined.functions.push(of.observed(seen, catalog));
        }
    }
    Ok(())
}

/// The functions that are meant. What is not there is looked for elsewhere.
fn functions(options: &flags::Evidence, live: &Live, examined: &mut Examined) -> Meant {
    let api = live.before_evidence(Lambda::new(live.session().sdk()));
    let listed = probe::answered(live.runtime().block_on(api.functions()), examined);
    examined.is_listed = listed.is_some();
    let mut listed = listed.unwrap_or_default();
    listed.retain(|version| version.settings.version == "$LATEST");
    let names = listed
        .iter()
        .map(|version| name(&version.function).to_owned());
    examined.known.extend(names);
    let mut meant = Meant::new();
    let is_all =
        options.stacks.is_empty() && options.functions.is_empty() && options.roles.is_empty();
    for version in &listed {
        let is_of_role = options
            .roles
            .iter()
            .any(|role| is_same_role(role, &version.role));
        if is_all || is_of_role {
            meant.insert(version.function.clone(), version.clone());
        }
    }
    for role in &options.roles {
        let is_used = listed
            .iter()
            .any(|version| is_same_role(role, &version.role));
        if is_used {
            continue;
        }
        match probe::answered(probe::role_is_there(live, role), examined) {
            Some(true) => examined.empty.push(format!("the role {role}")),
            Some(false) => {
                let names = listed.iter().map(|version| role_name(&version.role));
                examined.known.extend(names.map(str::to_owned));
                missing(Kind::Role, role, Vec::new(), examined);
            }
            None => {}
        }
    }
    let mut asked: BTreeSet<String> = options.functions.iter().cloned().collect();
    for stack in &options.stacks {
        asked.extend(of_stack(stack, live, examined));
    }
    for asked in asked {
        let Ok(parsed) = asked.parse::<FunctionName>() else {
            missing(Kind::Function, &asked, Vec::new(), examined);
            continue;
        };
        if let Some(region) = parsed.region().filter(|region| *region != live.region()) {
            missing(Kind::Function, &asked, vec![region.to_owned()], examined);
            continue;
        }
        if let Some(found) = listed.iter().find(|of| parsed.is(&of.function)) {
            meant.insert(found.function.clone(), found.clone());
            continue;
        }
        let bare = parsed
            .qualifier()
            .and_then(|qualifier| asked.strip_suffix(&format!(":{qualifier}")))
            .unwrap_or(&asked);
        match live.runtime().block_on(api.function(bare, None)) {
            Ok(version) => {
                meant.insert(version.function.clone(), version);
            }
            Err(error) if error.is_absent() => {
                let found = elsewhere::function(live, parsed.name());
                missing(Kind::Function, &asked, found, examined);
            }
            Err(error) => examined.refusals.push(probe::refusal(error)),
        }
    }
    meant
}

fn missing(kind: Kind, name: &str, elsewhere: Vec<String>, examined: &mut Examined) {
    examined.not_found.push(NotFound {
        kind,
        name: name.to_owned(),
        elsewhere,
    });
}

/// The names of a stack's functions.
fn of_stack(stack: &str, live: &Live, examined: &mut Examined) -> BTreeSet<String> {
    let api = live.before_evidence(CloudFormation::new(live.session().sdk()));
    match live
        .runtime()
        .block_on(of_stacks(&api, &[stack.to_owned()]))
    {
        Ok((functions, _)) => return functions,
        Err(TargetError::NoSuchStack(_)) => {
            let found = elsewhere::stack(live, stack);
            missing(Kind::Stack, stack, found, examined);
        }
        Err(TargetError::Api { source, .. }) => examined.refusals.push(probe::refusal(source)),
        Err(_) => examined.empty.push(format!("the stack {stack}")),
    }
    BTreeSet::new()
}

/// What X-Ray says of itself, and whether it may be asked for traces.
fn x_ray(live: &Live, window: Window, examined: &mut Examined) {
    let api = live.xray();
    let runtime = live.runtime();
    let until = live.deadline().before_evidence().end();
    let destination = api.segment_destination();
    let destination = probe::by(until, runtime, "GetTraceSegmentDestination", destination);
    let destination = probe::answered(destination, examined);
    examined.spans_in_logs = destination == Some(SegmentDestination::CloudWatchLogs);
    let rules = probe::by(until, runtime, "GetSamplingRules", api.sampling_rules());
    let rules = probe::answered(rules, examined).unwrap_or_default();
    let rules = rules.into_iter().map(|rule| SamplingRule {
        name: rule.name,
        rate: rule.rate,
        reservoir: rule.reservoir,
        service: rule.service,
        kind: rule.kind,
        is_of_some_requests: rule.is_of_some_requests,
    });
    examined.rules = rules.collect();
    // Both rights are wanted, and a trace that is not there shows whether the second is had.
    let summaries = api.summaries(probe::summaries(window), None);
    let summaries = probe::by(until, runtime, "GetTraceSummaries", summaries);
    probe::answered(summaries, examined);
    let nobody = "1-00000000-000000000000000000000000".to_owned();
    let traces = api.traces(vec![nobody], None);
    let traces = probe::by(until, runtime, "BatchGetTraces", traces);
    probe::answered(traces, examined);
}

/// Whether X-Ray can be asked for traces at all.
fn can_read(examined: &Examined) -> bool {
    let refused = |action: &str| {
        let mut refusals = examined.refusals.iter();
        refusals
            .any(|refusal| refusal.action == action && refusal.error.kind == ApiErrorKind::Denied)
    };
    has_credentials(examined)
        && !refused("xray:GetTraceSummaries")
        && !refused("xray:BatchGetTraces")
}

fn has_credentials(examined: &Examined) -> bool {
    let mut refusals = examined.refusals.iter();
    !refusals.any(|refusal| refusal.error.kind == ApiErrorKind::Credentials)
}

/// What traces show of the functions; nothing where X-Ray does not answer.
fn traces(
    options: &flags::Evidence,
    window: Window,
    live: &Live,
    catalog: &Catalog,
    meant: &Meant,
    examined: &mut Examined,
) -> Result<Option<crate::usage::Usage>, Failure> {
    let functions = meant.keys().map(function);
    match evidence::live(options, window, functions.collect(), live, catalog) {
        Ok(found) => {
            examined.lost = lost(&found.usage);
            Ok(Some(found.usage))
        }
        Err(failure) => match failure.error.downcast_ref::<XrayError>() {
            Some(XrayError::Api(error)) => {
                examined.refusals.push(probe::refusal(error.clone()));
                Ok(None)
            }
            Some(_) | None => Err(failure),
        },
    }
}

fn name(function: &Arn) -> &str {
    function.resource().rsplit(':').next().unwrap_or_default()
}

/// Lambda's `2026-11-28T12:00:00.000+0000`.
fn time(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix("+0000").map(|text| format!("{text}Z"));
    text?.parse().ok()
}

/// What an answer is, for those who ask for it by itself.
pub(super) type Answer<T> = Result<T, ApiError>;
