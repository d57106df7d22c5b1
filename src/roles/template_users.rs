//! Who uses a role of a template, as the evidence knows them.

use super::{Target, User};
use crate::evidence::Owner;
use crate::granted::template::{Elsewhere, Expanded};
use crate::iam::Arn;
use crate::needed::configuration::ConfigurationNeeds;
use crate::template::Values;
use crate::template::join::function_name;
use crate::template::resolve::{Resolver, has_symbol};
use crate::template::settings::{environment, settings};
use std::collections::{BTreeMap, BTreeSet};

/// Who uses a role, as a template has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserInTemplate {
    /// The path of the template that has it: another one than the role's where templates hand roles on.
    pub file: String,
    /// Its logical id there.
    pub logical_id: String,
    /// Its name, as deployed or as the template gives it, where that is known.
    pub name: Option<String>,
    /// Whether it is a state machine, and no function.
    pub is_state_machine: bool,
    /// What the evidence knows it as.
    pub target: Target,
    /// A sentence about a function that no trace has.
    pub told: Option<String>,
}

impl UserInTemplate {
    /// Whether this is its logical id, its name, or its ARN with or without a qualifier, as far as the stack's place is known.
    pub fn is_called(&self, given: &str, values: &Values) -> bool {
        let is_named = |name: &str| name == self.logical_id || Some(name) == self.name.as_deref();
        let of_arn = || {
            let arn: Arn = given.parse().ok()?;
            let mut parts = arn.resource().split(':');
            let name = parts.nth(1)?;
            let is_here = |known: &Option<String>, own: &str| {
                known.as_deref().is_none_or(|known| known == own)
            };
            let is_here =
                is_here(&values.region, arn.region()) && is_here(&values.account, arn.account());
            Some(arn.service() == "lambda" && is_here && Some(name) == self.name.as_deref())
        };
        is_named(given) || of_arn() == Some(true)
    }
}

/// Those who use a role.
#[derive(Debug, Default)]
pub(super) struct FoundUsers {
    pub(super) users: Vec<User>,
    /// The same as their templates have them.
    pub(super) placed: Vec<UserInTemplate>,
    /// A sentence for each function that no trace has.
    pub(super) told: Vec<String>,
    /// The functions that no trace has, by logical id, each with its sentence.
    pub(super) absent: BTreeMap<String, String>,
    /// What those of them are called of which that is known, by logical id.
    pub(super) called: BTreeMap<String, String>,
    /// The state machines that no trace has.
    pub(super) machines: BTreeSet<String>,
}

impl FoundUsers {
    /// Adds a function of the role's own template: each of those that are made of it.
    pub(super) fn add_function(&mut self, logical_id: &str, own: &Expanded, users: &[User]) {
        for values in own.values.each() {
            let resolver = Resolver::new(&own.template, &values);
            let user = function(logical_id, &resolver, users);
            let name = function_name(logical_id, &resolver);
            let is_absent = matches!(user.target, Target::NotSeen(_));
            let told = is_absent.then(|| not_found(logical_id, &resolver));
            if let Some(told) = &told {
                self.told.push(told.clone());
                self.absent.insert(logical_id.to_owned(), told.clone());
                let called = name.clone().map(|name| (logical_id.to_owned(), name));
                self.called.extend(called);
            }
            self.placed.push(UserInTemplate {
                file: own.template.file.clone(),
                logical_id: logical_id.to_owned(),
                name,
                is_state_machine: false,
                target: user.target.clone(),
                told,
            });
            self.add(user);
        }
    }

    /// Adds a state machine of the role's own template.
    pub(super) fn add_state_machine(&mut self, logical_id: &str, own: &Expanded, users: &[User]) {
        for values in own.values.each() {
            let resolver = Resolver::new(&own.template, &values);
            let user = state_machine(logical_id, &resolver, users);
            if matches!(user.target, Target::NotSeen(_)) {
                self.machines.insert(logical_id.to_owned());
            }
            self.placed.push(UserInTemplate {
                file: own.template.file.clone(),
                logical_id: logical_id.to_owned(),
                name: machine_name(logical_id, &resolver),
                is_state_machine: true,
                target: user.target.clone(),
                told: None,
            });
            self.add(user);
        }
    }

    /// Adds somebody of another template. A sentence for each function that no trace has.
    pub(super) fn add_of_another(
        &mut self,
        user: &Elsewhere,
        other: &Expanded,
        users: &[User],
    ) -> Vec<String> {
        // What is absent is looked up in the role's own template as it was, which never had them.
        let mut found = Self::default();
        if user.is_state_machine {
            found.add_state_machine(&user.logical_id, other, users);
            self.machines.append(&mut found.machines);
        } else {
            found.add_function(&user.logical_id, other, users);
        }
        self.placed.append(&mut found.placed);
        for user in found.users {
            self.add(user);
        }
        found.told
    }

    fn add(&mut self, user: User) {
        if self.users.iter().all(|own| own.target != user.target) {
            self.users.push(user);
        }
    }
}

/// The ARN of a function or state machine that was seen.
pub(super) fn arn(target: &Target) -> Option<&Arn> {
    match target {
        Target::Seen(Owner::LambdaFunction(arn) | Owner::StateMachine(arn)) => Some(arn),
        Target::Seen(
            Owner::EcsTask(_) | Owner::Ec2Instance(_) | Owner::ApiStage(_) | Owner::Named(_),
        )
        | Target::NotSeen(_) => None,
    }
}

fn not_found(logical_id: &str, resolver: &Resolver<'_>) -> String {
    match function_name(logical_id, resolver) {
        Some(name) => format!("`{logical_id}` is called `{name}`, which is in none of the traces"),
        None if resolver.values.stack.is_some() => {
            format!("no function in the traces is called as the stack names `{logical_id}`")
        }
        None => format!(
            "nobody knows what `{logical_id}` is called where it is deployed: name its stack with `--stack`, or offline with `--parameter AWS::StackName=NAME`"
        ),
    }
}

/// A function of a template as the evidence knows it.
fn function(logical_id: &str, resolver: &Resolver<'_>, users: &[User]) -> User {
    let name = function_name(logical_id, resolver);
    let is_meant = |user: &&User| match arn(&user.target) {
        Some(arn) => arn.service() == "lambda" && Some(user.target.name()) == name.as_deref(),
        None => false,
    };
    let mut found = users.iter().filter(is_meant);
    let (Some(one), None) = (found.next(), found.next()) else {
        return User::asked(Target::NotSeen(logical_id.to_owned()));
    };
    let mut user = User {
        asked: true,
        ..one.clone()
    };
    // What AWS says of the function goes before what the template says.
    if user.configuration.is_none()
        && let Some(arn) = arn(&user.target)
        && let Some(resource) = resolver.template.resource(logical_id)
    {
        let known = settings(arn, resource, resolver);
        let version = known.as_ref().and_then(|known| known.versions.first());
        user.active_tracing = version.map(|version| version.active_tracing);
        user.runtime = version.and_then(|version| version.runtime.clone());
        // Where another setting is not known, the environment is all the same.
        let needs = known.as_ref().map_or_else(
            || ConfigurationNeeds::of_environment(environment(resource, resolver)),
            ConfigurationNeeds::of,
        );
        user.configuration = Some(needs);
    }
    user
}

/// A state machine's name or ARN: as deployed, or as the template gives it; nothing where nobody knows.
pub(super) fn machine_name(logical_id: &str, resolver: &Resolver<'_>) -> Option<String> {
    if let Some(physical) = resolver.values.physical.get(logical_id) {
        return Some(physical.clone());
    }
    let resource = resolver.template.resource(logical_id)?;
    let name = resolver.text(resource.property("StateMachineName")?)?;
    (!has_symbol(&name)).then_some(name)
}

fn state_machine(logical_id: &str, resolver: &Resolver<'_>, users: &[User]) -> User {
    let name = machine_name(logical_id, resolver);
    let found = users.iter().find(|user| {
        matches!(user.target, Target::Seen(Owner::StateMachine(_)))
            && name
                .as_deref()
                .is_some_and(|name| user.target.name() == name || user.target.to_string() == name)
    });
    match found {
        Some(user) => User {
            asked: true,
            ..user.clone()
        },
        None => User::asked(Target::NotSeen(logical_id.to_owned())),
    }
}
