//! Calls that are made to learn whether they are permitted, and what a role may do.

use super::super::live::Live;
use super::live::Answer;
use crate::aws::iam::RoleApi as _;
use crate::aws::lambda::FunctionApi as _;
use crate::aws::xray::SummaryQuery;
use crate::aws::{ApiError, ApiErrorKind, Iam, Lambda, Within, rights};
use crate::doctor::{Examined, Refusal};
use crate::evidence::xray_api::Window;
use crate::granted::iam_roles::{self, RoleGrants, role_name};
use crate::iam::evaluate::{Outcome, decide};
use crate::iam::{Action, Arn, PolicyDocument};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// How long a question that is but a probe may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a function's role must allow for traces to be sent.
const SEND: &str = "xray:PutTraceSegments";

/// What was refused, by the action that it needs.
pub(super) fn refusal(error: ApiError) -> Refusal {
    let action = rights::action_of(error.operation).unwrap_or(error.operation);
    Refusal {
        action: action.to_owned(),
        error,
    }
}

/// An answer; one that was refused is noted.
pub(super) fn answered<T>(answer: Answer<T>, examined: &mut Examined) -> Option<T> {
    answer
        .map_err(|error| examined.refusals.push(refusal(error)))
        .ok()
}

/// An answer by then, or none.
pub(super) fn by<T>(
    until: Instant,
    runtime: &Handle,
    operation: &'static str,
    answer: impl Future<Output = Answer<T>>,
) -> Answer<T> {
    let until = until.min(Instant::now() + PATIENCE);
    let answered = async { tokio::time::timeout_at(until.into(), answer).await };
    runtime
        .block_on(answered)
        .unwrap_or_else(|_elapsed| Err(ApiError::timed_out(operation, PATIENCE)))
}

/// The last minute of the window.
pub(super) fn summaries(window: Window) -> SummaryQuery {
    let end = window.end().as_second();
    SummaryQuery {
        start: end - 60,
        end,
        filter: None,
        rate: None,
    }
}

/// Whether there is a role of that name.
pub(super) fn role_is_there(live: &Live, role: &str) -> Answer<bool> {
    let api = live.before_evidence(Iam::new(live.session().sdk()));
    match live.runtime().block_on(api.role(role_name(role))) {
        Ok(_) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether each role may send traces, where that is certain; and what of roles and settings may not be read.
pub(super) fn roles(
    live: &Live,
    roles: &BTreeSet<String>,
    function: Option<&Arn>,
    examined: &mut Examined,
) -> BTreeMap<String, bool> {
    let api = live.before_evidence(Iam::new(live.session().sdk()));
    let mut refused: Vec<ApiError> = Vec::new();
    if let Some(role) = roles.first() {
        refused.extend(live.runtime().block_on(of_role(&api, role)));
    }
    if let Some(function) = function {
        let lambda = live.before_evidence(Lambda::new(live.session().sdk()));
        let name = function.to_string();
        let all = async {
            [
                lambda.function(&name, None).await.err(),
                lambda.event_sources().await.err(),
                lambda.destinations(&name).await.err(),
            ]
        };
        refused.extend(live.runtime().block_on(all).into_iter().flatten());
    }
    let is_of_interest = |error: &ApiError| error.kind == ApiErrorKind::Denied;
    let refused = refused.into_iter().filter(is_of_interest);
    examined.refusals.extend(refused.map(refusal));
    let grants = live.runtime().block_on(iam_roles::read(&api, roles));
    let certain = grants.into_iter().filter_map(|(role, grants)| {
        let may = may_send(&grants.ok()?)?;
        Some((role, may))
    });
    certain.collect()
}

/// Each way to read a role's policies, tried once.
async fn of_role(api: &Within<Iam>, role: &str) -> Vec<ApiError> {
    let name = role_name(role);
    let mut refused: Vec<ApiError> = api.role(name).await.err().into_iter().collect();
    match api.inline_policies(name).await {
        Ok(names) => {
            if let Some(first) = names.first() {
                refused.extend(api.inline_policy(name, first).await.err());
            }
        }
        Err(error) => refused.push(error),
    }
    match api.attached_policies(name).await {
        Ok(policies) => {
            if let Some(first) = policies.first() {
                match api.default_version(&first.arn).await {
                    Ok(version) => {
                        refused.extend(api.policy_version(&first.arn, &version).await.err());
                    }
                    Err(error) => refused.push(error),
                }
            }
        }
        Err(error) => refused.push(error),
    }
    refused
}

/// Whether a role may send traces; nothing where its policies are not all known, or do not tell.
fn may_send(grants: &RoleGrants) -> Option<bool> {
    let action: Action = SEND.parse().ok()?;
    let decided = |policies: &[&PolicyDocument]| match decide(policies, &action, "*").outcome {
        Outcome::Allowed => Some(true),
        Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => Some(false),
        Outcome::Undecided(_) => None,
    };
    let own: Vec<&PolicyDocument> = grants.policies.iter().map(|of| &of.document).collect();
    let by_own = decided(&own);
    let by_boundary = match &grants.boundary {
        Some(boundary) => decided(&[&boundary.document]),
        None => Some(true),
    };
    match (by_own, by_boundary) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        (None, _) | (_, None) => None,
    }
}
