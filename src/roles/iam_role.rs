//! Roles as IAM knows them, with the functions that use them.

use super::{Role, Target, Targets, User};
use crate::aws::ApiError;
use crate::evidence::Owner;
use crate::granted::iam_roles::{RoleError, RoleGrants, service_who_may_assume};
use crate::needed::configuration::ConfigurationNeeds;
use crate::roles::in_aws::{RoleUsers, Unread};
use crate::usage::Usage;
use std::collections::BTreeSet;
use std::error::Error;

/// A role, its users, and what was read of its policies.
pub fn role(found: &RoleUsers, grants: Option<&Result<RoleGrants, RoleError>>) -> Role {
    let mut role = without_grants(found);
    match grants {
        Some(Ok(grants)) => {
            let documents = grants.policies.iter().map(|policy| policy.document.clone());
            role.arn = Some(grants.role.to_string());
            role.policies = documents.collect();
            role.boundary = grants
                .boundary
                .as_ref()
                .map(|boundary| boundary.document.clone());
            let read = services(&found.others);
            let others = grants.insufficient.iter();
            let others = others.filter(|other| !read.contains(*other));
            role.insufficient.extend(others.cloned());
        }
        Some(Err(error)) => {
            role.unreadable = true;
            role.unread = error.source_error().map(ApiError::cause);
            role.insufficient.insert(0, sentence(error, error.hint()));
        }
        None => {}
    }
    role
}

/// A role and its users, for policies that come from elsewhere.
pub fn without_grants(found: &RoleUsers) -> Role {
    let users = found.users.iter().map(|user| {
        let version = user.settings.versions.first();
        User {
            target: Target::Seen(Owner::LambdaFunction(user.settings.function.clone())),
            asked: user.target,
            configuration: Some(ConfigurationNeeds::of(&user.settings)),
            active_tracing: version.map(|version| version.active_tracing),
            runtime: version.and_then(|version| version.runtime.clone()),
            patience: None,
            former: None,
            wants_file: true,
        }
    });
    let others = found.others.iter().cloned();
    let others = others.map(|owner| User::asked(Target::Seen(owner)));
    Role {
        arn: Some(found.role.clone()),
        users: users.chain(others).collect(),
        insufficient: found.insufficient.iter().cloned().collect(),
        ..Role::default()
    }
}

/// What a role's trust says of services whose users of the role are read.
fn services(others: &BTreeSet<Owner>) -> BTreeSet<String> {
    let services = others.iter().filter_map(|owner| match owner {
        Owner::EcsTask(_) => Some("ecs-tasks.amazonaws.com"),
        Owner::StateMachine(_) => Some("states.amazonaws.com"),
        Owner::Ec2Instance(_) => Some("ec2.amazonaws.com"),
        Owner::ApiStage(_) => Some("apigateway.amazonaws.com"),
        Owner::LambdaFunction(_) | Owner::Named(_) => None,
    });
    services.map(service_who_may_assume).collect()
}

/// A function that cannot be read, so that nobody knows its role; `shown` is what to call it where no trace has it.
pub fn unread(shown: &str, unread: &Unread, usage: &Usage) -> Role {
    let Unread { error, .. } = unread;
    let users = users_of_unread(shown, unread, usage);
    Role {
        users: users.collect(),
        insufficient: vec![sentence(error, error.permission_hint())],
        unreadable: true,
        unread: Some(error.cause()),
        ..Role::default()
    }
}

/// A function that cannot be read, as the traces know it: what it called is known all the same, and nothing of its settings.
pub fn users_of_unread(
    shown: &str,
    unread: &Unread,
    usage: &Usage,
) -> impl Iterator<Item = User> + use<> {
    let targets = Targets {
        functions: vec![unread.name.clone()],
    };
    let shown = shown.to_owned();
    let known = targets.resolve(usage).into_iter();
    known.map(move |target| match target {
        Target::NotSeen(_) => User::asked(Target::NotSeen(shown.clone())),
        seen @ Target::Seen(_) => User::asked(seen),
    })
}

/// An error with its causes and what to do about it.
fn sentence(error: &dyn Error, hint: Option<String>) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    hint.map_or_else(|| told.clone(), |hint| format!("{told} ({hint})"))
}
