//! What is looked up in AWS: who is meant, which role each runs with, and what those roles are granted.

use super::Failure;
use crate::aws::lambda::FunctionApi as _;
use crate::aws::{
    ApiErrorKind, CloudFormation, Deadline, Ecs, Iam, Lambda, Session, SessionError, StepFunctions,
    Sts, Within, Xray, rights,
};
use crate::evidence::Owner;
use crate::evidence::xray_api::Function;
use crate::granted::iam_roles::{self, RoleError, RoleGrants, role_name};
use crate::iam::Arn;
use crate::lambda::FunctionName;
use crate::roles::in_aws::{
    Asked, Existence, Found, OwnerRoles, Physical, SeenOwner, TargetError, Unread, all_physical,
    existence, look_up, of_owners, of_stacks, physical,
};
use crate::roles::{Role, iam_role};
use crate::settings::flags;
use crate::usage::{Place, Usage};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// Roles by the name of who uses them, in the user's words.
pub(super) type Owners = BTreeMap<String, String>;

/// A session with AWS.
#[derive(Debug)]
pub(super) struct Live {
    session: Session,
    deadline: Deadline,
    account: OnceCell<Option<String>>,
}

/// How long STS is waited for, whose answer is but told.
const ACCOUNT: Duration = Duration::from_secs(3);

/// When AWS was first asked; every session of a run has the same time.
static BEGUN: OnceLock<Instant> = OnceLock::new();

impl Live {
    pub(super) fn open(options: &flags::Evidence) -> Result<Self, Failure> {
        Self::try_open(options).map_err(|error| {
            let hint = error.hint();
            if error.is_of_usage() {
                Failure::usage(error, hint)
            } else {
                Failure::job(error, hint)
            }
        })
    }

    /// The same with AWS's own reason.
    pub(super) fn try_open(options: &flags::Evidence) -> Result<Self, SessionError> {
        let seconds = options
            .timeout
            .unwrap_or(crate::settings::effective::TIMEOUT);
        let begun = *BEGUN.get_or_init(Instant::now);
        let deadline = Deadline::new(begun, Duration::from_secs(seconds));
        let session = Session::open(
            options.region.as_deref(),
            options.profile.as_deref(),
            deadline,
        )?;
        Ok(Self {
            session,
            deadline,
            account: OnceCell::new(),
        })
    }

    /// When AWS is asked nothing more.
    pub(super) fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// Where AWS is asked. The account is that of roles that were found, else that of the credentials.
    pub(super) fn place(&self, found: Option<&Found>) -> Place {
        let arns = found.into_iter().flat_map(|found| &found.roles);
        let mut accounts = arns.filter_map(|role| role.role.parse::<Arn>().ok());
        let of_roles = accounts.next().map(|arn| arn.account().to_owned());
        Place {
            region: self.region().to_owned(),
            account: of_roles.or_else(|| self.account().map(str::to_owned)),
        }
    }

    /// The account that the credentials are of, asked once; nothing where AWS does not tell in a moment.
    fn account(&self) -> Option<&str> {
        let asked = || {
            let sts = Sts::new(self.session.sdk());
            let until = (Instant::now() + ACCOUNT).min(self.deadline.end());
            let answer = async { tokio::time::timeout_at(until.into(), sts.account()).await };
            self.runtime().block_on(answer).ok()?.ok()
        };
        self.account.get_or_init(asked).as_deref()
    }

    /// A hint that says where AWS was asked, too.
    fn with_place(&self, hint: Option<String>) -> String {
        let place = self.place(None);
        match hint {
            Some(hint) => format!("{hint}; {place}"),
            None => place.to_string(),
        }
    }

    /// What clients are made from.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    pub(super) fn before_evidence<A>(&self, api: A) -> Within<A> {
        Within::new(api, self.deadline.before_evidence())
    }

    fn after_evidence<A>(&self, api: A) -> Within<A> {
        Within::new(api, self.deadline.after_evidence())
    }

    pub(super) fn xray(&self) -> Xray {
        Xray::new(self.session.sdk())
    }

    pub(super) fn runtime(&self) -> &Handle {
        self.session.runtime()
    }

    /// The names of the functions of the account and region, each with that of its role; nothing where they cannot be listed.
    pub(super) fn functions_and_roles(&self) -> Result<Option<Vec<(String, String)>>, Failure> {
        let lambda = self.before_evidence(Lambda::new(self.session.sdk()));
        let versions = match self.runtime().block_on(lambda.functions()) {
            Ok(versions) => versions,
            Err(error) if error.kind == ApiErrorKind::Credentials => {
                let hint = error.permission_hint();
                return Err(Failure::job(error, hint));
            }
            Err(_) => return Ok(None),
        };
        let last = |text: &str, at: char| text.rsplit(at).next().unwrap_or_default().to_owned();
        let names = versions.iter().map(|version| {
            let function = last(version.function.resource(), ':');
            (function, last(&version.role, '/'))
        });
        Ok(Some(names.collect()))
    }

    /// What names of templates stand for in the stacks that are asked for.
    pub(super) fn physical<'i>(
        &self,
        stacks: &[String],
        logical_ids: impl Iterator<Item = &'i String>,
    ) -> Result<BTreeMap<String, Physical>, Failure> {
        let api = self.before_evidence(CloudFormation::new(self.session.sdk()));
        let found = self.runtime().block_on(physical(&api, stacks, logical_ids));
        found.map_err(|error| {
            let is_usage = matches!(
                error,
                TargetError::NoLogicalId { .. } | TargetError::SeveralOfLogicalId { .. }
            );
            if is_usage {
                let hint = error.hint();
                return Failure::usage(error, hint);
            }
            self.failure(error)
        })
    }

    /// What each logical id of the stacks that are asked for stands for.
    pub(super) fn physical_ids(
        &self,
        stacks: &[String],
    ) -> Result<BTreeMap<String, String>, Failure> {
        if stacks.is_empty() {
            return Ok(BTreeMap::new());
        }
        let api = self.before_evidence(CloudFormation::new(self.session.sdk()));
        let found = self.runtime().block_on(all_physical(&api, stacks));
        found.map_err(|error| self.failure(error))
    }

    /// The functions that are named, and everyone who shares their roles.
    pub(super) fn named(&self, options: &flags::Evidence) -> Result<Found, Failure> {
        let asked = Asked {
            stacks: options.stacks.clone(),
            functions: options.functions.clone(),
            roles: options.roles.clone(),
            ..self.asked()
        };
        self.find(&asked, self.deadline.before_evidence())
    }

    /// The functions and others that traces show, and everyone who shares their roles.
    pub(super) fn seen(&self, usage: &Usage, named: &Owners) -> Result<Found, Failure> {
        let seen = usage.owners.keys().filter_map(|owner| match owner {
            Owner::LambdaFunction(arn) => Some(arn.clone()),
            Owner::EcsTask(_)
            | Owner::Ec2Instance(_)
            | Owner::StateMachine(_)
            | Owner::ApiStage(_)
            | Owner::Named(_) => None,
        });
        let others = self.roles_of_others(usage, named)?;
        let asked = Asked {
            seen: seen.collect(),
            elsewhere: others.roles,
            ..self.asked()
        };
        let mut found = self.find(&asked, self.deadline.after_evidence())?;
        found.gaps.extend(others.gaps);
        let unread = others.unread.into_iter();
        found.unread.extend(unread.map(|(owner, error)| {
            let name = owner.to_string();
            (name.clone(), Unread { name, error })
        }));
        Ok(found)
    }

    /// The names of the functions of stacks, with what of the stacks could not be read.
    pub(super) fn of_stacks(
        &self,
        stacks: &[String],
    ) -> Result<(BTreeSet<String>, BTreeSet<String>), Failure> {
        let api = self.before_evidence(CloudFormation::new(self.session.sdk()));
        let found = self.runtime().block_on(of_stacks(&api, stacks));
        found.map_err(|error| self.failure(error))
    }

    /// Which of the functions still exist, by name or ARN.
    pub(super) fn existence(&self, functions: &BTreeSet<String>) -> Result<Existence, Failure> {
        let api = self.after_evidence(Lambda::new(self.session.sdk()));
        let found = self.runtime().block_on(existence(functions, &api));
        found.map_err(|error| self.failure(error))
    }

    /// A function as X-Ray is asked for it.
    pub(super) fn traced(&self, asked: &str) -> Result<Function, Failure> {
        let name: FunctionName = asked
            .parse()
            .map_err(|error| self.failure(TargetError::NotAFunction(error)))?;
        let region = self.region();
        if name.region().is_some_and(|own| own != region) {
            return Err(self.failure(TargetError::OtherRegion {
                function: asked.to_owned(),
                region: region.to_owned(),
            }));
        }
        Ok(Function {
            name: name.name().to_owned(),
            account: name.account().map(str::to_owned),
        })
    }

    /// That something cannot be looked up, with where it was looked for and what would help.
    pub(super) fn failure(&self, error: TargetError) -> Failure {
        let kind = if let TargetError::Api { source, .. } = &error {
            Some(source.kind)
        } else {
            None
        };
        let mut hint = with_policy(error.hint(), kind);
        if matches!(
            error,
            TargetError::NoSuchStack(_) | TargetError::NoSuchFunction(_)
        ) {
            hint = Some(self.with_place(hint));
        }
        let is_of_usage = matches!(
            error,
            TargetError::NotAFunction(_) | TargetError::OtherRegion { .. }
        );
        if is_of_usage {
            return Failure::usage(error, hint);
        }
        Failure::job(error, hint)
    }

    pub(super) fn region(&self) -> &str {
        self.session.region()
    }

    /// Adds others that traces show and that use the roles asked for. Where nobody is known to use the one role that was asked
    /// for, those of whom nothing tells the role are taken for its users, and that is told.
    pub(super) fn with_others(
        &self,
        mut found: Found,
        usage: &Usage,
        named: &Owners,
    ) -> Result<Found, Failure> {
        let others = self.roles_of_others(usage, named)?;
        for role in &mut found.roles {
            for (theirs, owners) in &others.roles {
                if is_same_role(theirs, &role.role) {
                    role.others.extend(owners.iter().cloned());
                }
            }
        }
        if let [role] = found.roles.as_mut_slice()
            && role.users.is_empty()
            && role.others.is_empty()
        {
            let unknown = others.unknown.iter();
            role.others = unknown
                .filter(|owner| usage.owners.contains_key(owner))
                .cloned()
                .collect();
            for owner in &role.others {
                found.gaps.insert(format!(
                    "the role of {owner} is not known: it is counted as a user of {}",
                    role.role
                ));
            }
        }
        Ok(found)
    }

    /// Asks for the roles of those that are no functions; nothing is asked where there are none.
    fn roles_of_others(&self, usage: &Usage, named: &Owners) -> Result<OwnerRoles, Failure> {
        let seen: Vec<SeenOwner> = usage
            .owners
            .iter()
            .filter(|(_, observed)| observed.calls > 0)
            .map(|(owner, observed)| SeenOwner {
                owner: owner.clone(),
                family: observed.family.clone(),
                tasks: observed.tasks.keys().cloned().collect(),
            })
            .collect();
        let tasks = self.after_evidence(Ecs::new(self.session.sdk()));
        let machines = self.after_evidence(StepFunctions::new(self.session.sdk()));
        self.runtime()
            .block_on(of_owners(
                self.session.region(),
                &seen,
                named,
                &tasks,
                &machines,
            ))
            .map_err(|error| self.failure(error))
    }

    fn asked(&self) -> Asked {
        Asked {
            region: self.session.region().to_owned(),
            ..Asked::default()
        }
    }

    fn find(&self, asked: &Asked, until: Deadline) -> Result<Found, Failure> {
        let stacks = Within::new(CloudFormation::new(self.session.sdk()), until);
        let functions = Within::new(Lambda::new(self.session.sdk()), until);
        self.runtime()
            .block_on(look_up(asked, &stacks, &functions))
            .map_err(|error| self.failure(error))
    }

    /// That each role that was asked for is there, as far as IAM may be asked. One that functions have is.
    pub(super) fn are_there(&self, roles: &[String], found: &Found) -> Result<(), Failure> {
        let is_used = |asked: &str| {
            let mut used = found.roles.iter().filter(|role| !role.users.is_empty());
            used.any(|role| is_same_role(asked, &role.role))
        };
        let asked = roles.iter().map(String::as_str);
        let unknown: Vec<&str> = asked.filter(|role| !is_used(role)).collect();
        let api = Within::new(Iam::new(self.session.sdk()), self.deadline);
        let missing = self.runtime().block_on(iam_roles::missing(&api, &unknown));
        missing.map_or(Ok(()), |error| Err(self.no_such_role(error)))
    }

    fn no_such_role(&self, error: RoleError) -> Failure {
        let hint = self.with_place(error.hint());
        Failure::job(error, Some(hint))
    }

    /// The roles with what IAM grants them. A role that cannot be read is inconclusive by itself; one that was asked for and does
    /// not exist is an error, and so it is if none can be read.
    pub(super) fn roles(
        &self,
        options: &flags::Evidence,
        found: &Found,
        usage: &Usage,
    ) -> Result<Vec<Role>, Failure> {
        let names: BTreeSet<String> = found.roles.iter().map(|role| role.role.clone()).collect();
        let api = Within::new(Iam::new(self.session.sdk()), self.deadline);
        let grants = self.runtime().block_on(iam_roles::read(&api, &names));
        if let Some(error) = grants.values().find_map(of_credentials) {
            let hint = error.hint();
            return Err(Failure::job(error.clone(), hint));
        }
        let is_asked = |role: &String| options.roles.iter().any(|asked| is_same_role(asked, role));
        let is_missing = |role: &String, read: &Result<RoleGrants, RoleError>| {
            matches!(read, Err(RoleError::NoSuchRole(_))) && is_asked(role)
        };
        let mut missing = grants.iter().filter(|(role, read)| is_missing(role, read));
        if let Some(Err(error)) = missing.next().map(|(_, read)| read) {
            return Err(self.no_such_role(error.clone()));
        }
        if grants.values().all(Result::is_err) {
            none_readable(&grants, found)?;
        }
        let known = found
            .roles
            .iter()
            .map(|users| iam_role::role(users, grants.get(&users.role)));
        Ok(known.chain(unread(found, usage)).collect())
    }
}

/// Fails with the first reason why none of the roles can be read, where there are any.
pub(super) fn none_readable(
    grants: &BTreeMap<String, Result<RoleGrants, RoleError>>,
    found: &Found,
) -> Result<(), Failure> {
    let of_roles = grants.values().find_map(|read| read.as_ref().err());
    let (error, hint) = match (of_roles, found.unread.values().next()) {
        (Some(error), _) => {
            let hint = with_policy(error.hint(), error.kind());
            (anyhow::Error::new(error.clone()), hint)
        }
        (None, Some(unread)) => {
            let hint = with_policy(unread.error.permission_hint(), Some(unread.error.kind));
            (anyhow::Error::new(unread.error.clone()), hint)
        }
        (None, None) => return Ok(()),
    };
    let roles = match grants.len() + found.unread.len() {
        1 => "the role cannot be read".to_owned(),
        roles => format!("none of the {roles} roles can be read"),
    };
    Err(Failure::job(error.context(roles), hint))
}

/// A hint that says all of what is missing at once, where what is missing is a permission.
fn with_policy(hint: Option<String>, kind: Option<ApiErrorKind>) -> Option<String> {
    let hint = hint?;
    if kind != Some(ApiErrorKind::Denied) {
        return Some(hint);
    }
    let policy = rights::policy();
    Some(format!(
        "{hint}; all that this tool may ask for, to paste into a policy: {policy}"
    ))
}

/// Functions that cannot be read: nothing can be said of their roles.
pub(super) fn unread(found: &Found, usage: &Usage) -> impl Iterator<Item = Role> {
    let unread = found.unread.iter();
    unread.map(|(shown, unread)| iam_role::unread(shown, unread, usage))
}

/// The functions whose traces are read: everyone who uses the roles, and those that are meant and of which nobody knows the role.
pub(super) fn functions(found: &Found) -> Vec<Function> {
    let users = found.roles.iter().flat_map(|role| &role.users);
    let users = users.map(|user| function(&user.settings.function));
    let unread = found.unread.values().filter_map(|unread| {
        let name: FunctionName = unread.name.parse().ok()?;
        Some(Function {
            name: name.name().to_owned(),
            account: name.account().map(str::to_owned),
        })
    });
    let functions: BTreeSet<Function> = users.chain(unread).collect();
    functions.into_iter().collect()
}

/// A function as X-Ray is asked for it.
pub(super) fn function(arn: &Arn) -> Function {
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

/// Whether two ways to name a role, by ARN or by name, can mean the same.
pub(super) fn is_same_role(one: &str, other: &str) -> bool {
    let are_arns = one.starts_with("arn:") && other.starts_with("arn:");
    one == other || (!are_arns && role_name(one) == role_name(other))
}

fn of_credentials<T>(read: &Result<T, RoleError>) -> Option<&RoleError> {
    read.as_ref()
        .err()
        .filter(|error| error.is_of_credentials())
}
