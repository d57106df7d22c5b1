//! What is looked up in AWS: who is meant, which role each runs with, and what those roles are granted.

use super::Failure;
use crate::aws::Session;
use crate::aws::cloudformation::CloudFormation;
use crate::aws::iam::Iam;
use crate::aws::lambda::Lambda;
use crate::aws::xray::Xray;
use crate::cli;
use crate::evidence::Owner;
use crate::evidence::xray_api::Function;
use crate::granted::iam_roles::{self, RoleError};
use crate::iam::Arn;
use crate::role::{Role, iam_role};
use crate::targets::{Asked, Found, look_up};
use crate::usage::Usage;
use std::collections::BTreeSet;
use tokio::runtime::Handle;

/// A session with AWS.
#[derive(Debug)]
pub(super) struct Live {
    session: Session,
}

impl Live {
    pub(super) fn open(options: &cli::Evidence) -> Result<Self, Failure> {
        let session = Session::open(options.region.as_deref()).map_err(|error| {
            let hint = error.hint();
            Failure::job(error, hint)
        })?;
        Ok(Self { session })
    }

    pub(super) fn xray(&self) -> Xray {
        Xray::new(self.session.sdk())
    }

    pub(super) fn runtime(&self) -> &Handle {
        self.session.runtime()
    }

    /// The functions that are named, and everyone who shares their roles.
    pub(super) fn named(&self, options: &cli::Evidence) -> Result<Found, Failure> {
        self.find(&Asked {
            stacks: options.stacks.clone(),
            functions: options.functions.clone(),
            roles: options.roles.clone(),
            ..self.asked()
        })
    }

    /// The functions that traces show, and everyone who shares their roles.
    pub(super) fn seen(&self, usage: &Usage) -> Result<Found, Failure> {
        let seen = usage.owners.keys().filter_map(|owner| match owner {
            Owner::LambdaFunction(arn) => Some(arn.clone()),
            Owner::EcsTask(_)
            | Owner::Ec2Instance(_)
            | Owner::StateMachine(_)
            | Owner::ApiStage(_)
            | Owner::Named(_) => None,
        });
        self.find(&Asked {
            seen: seen.collect(),
            ..self.asked()
        })
    }

    fn asked(&self) -> Asked {
        Asked {
            region: self.session.region().to_owned(),
            ..Asked::default()
        }
    }

    fn find(&self, asked: &Asked) -> Result<Found, Failure> {
        let stacks = CloudFormation::new(self.session.sdk());
        let functions = Lambda::new(self.session.sdk());
        self.runtime()
            .block_on(look_up(asked, &stacks, &functions))
            .map_err(|error| {
                let hint = error.hint();
                Failure::job(error, hint)
            })
    }

    /// The roles with what IAM grants them. A role that cannot be read is inconclusive by itself.
    pub(super) fn roles(&self, found: &Found) -> Result<Vec<Role>, Failure> {
        let names: BTreeSet<String> = found.roles.iter().map(|role| role.role.clone()).collect();
        let api = Iam::new(self.session.sdk());
        let grants = self.runtime().block_on(iam_roles::read(&api, &names));
        if let Some(error) = grants.values().find_map(of_credentials) {
            let hint = error.hint();
            return Err(Failure::job(error.clone(), hint));
        }
        let known = found
            .roles
            .iter()
            .map(|users| iam_role::role(users, grants.get(&users.role)));
        Ok(known.chain(unread(found)).collect())
    }
}

/// Functions that may not be read: nothing can be said of them.
pub(super) fn unread(found: &Found) -> impl Iterator<Item = Role> {
    found
        .unread
        .iter()
        .map(|(function, error)| iam_role::unread(function, error))
}

/// The functions whose traces are read: everyone who uses the roles.
pub(super) fn functions(found: &Found) -> Vec<Function> {
    let users = found.roles.iter().flat_map(|role| &role.users);
    let functions: BTreeSet<Function> = users
        .map(|user| function(&user.settings.function))
        .collect();
    functions.into_iter().collect()
}

fn function(arn: &Arn) -> Function {
    Function {
        name: arn
            .resource()
            .rsplit(':')
            .next()
            .unwrap_or_default()
            .to_owned(),
        account: Some(arn.account().to_owned()),
    }
}

fn of_credentials<T>(read: &Result<T, RoleError>) -> Option<&RoleError> {
    read.as_ref()
        .err()
        .filter(|error| error.is_of_credentials())
}
