//! What was asked for, gathered: evidence, and the roles to judge with who uses them.

use super::evidence::{self, Found as Read};
use super::live::{self, Live};
use super::traced;
use super::{Failure, parameters, samconfig};
use crate::aws::{ApiError, ApiErrorKind};
use crate::catalog::Catalog;
use crate::evidence::{Gap, GapReason, Gaps, Hidden, Owner};
use crate::exit::Exit;
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use crate::granted::template;
use crate::iam::Arn;
use crate::roles::iam_role::users_of_unread;
use crate::roles::in_aws::{Found, Unread};
use crate::roles::templates::Given;
use crate::roles::{self, Role, Target, Targets, User, iam_role, policy_files};
use crate::settings::flags;
use crate::template::Template;
use crate::usage::Usage;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Where policies come from.
#[derive(Debug, Clone)]
pub(super) enum Grants {
    /// From files.
    Files(Vec<PolicyPath>),
    /// From the functions' IAM roles.
    Iam,
    /// Policies do not matter.
    None,
}

/// Evidence and roles.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) usage: Usage,
    pub(super) sources: Vec<String>,
    pub(super) roles: Vec<Role>,
    /// Functions that traces show and that have no role here to be judged with, because they are gone or of another region.
    pub(super) besides: BTreeSet<Target>,
    /// Functions that no longer exist, by what they are shown as.
    pub(super) gone: BTreeSet<String>,
    /// Functions and roles of stacks by name, with what their templates call them.
    pub(super) logical_ids: BTreeMap<String, String>,
}

/// Gathers; `owners` are roles in the user's words, `default_minutes` is the window where none is asked for.
#[expect(
    clippy::too_many_lines,
    reason = "one step after the other, each a call"
)]
pub(super) fn gather(
    options: &flags::Evidence,
    owners: &live::Owners,
    grants: &Grants,
    default_minutes: u64,
    catalog: &Catalog,
) -> Result<Gathered, Failure> {
    let by_role = |paths: &[PolicyPath]| paths.iter().any(PolicyPath::is_per_role);
    let offline = !options.traces.is_empty()
        && options.stacks.is_empty()
        && options.roles.is_empty()
        && match grants {
            Grants::Files(paths) => !by_role(paths),
            Grants::Iam => false,
            Grants::None => true,
        };
    if offline {
        return from_files(options, grants, catalog);
    }
    let there;
    let options = if options.proposed.is_empty() {
        options
    } else {
        // AWS may not know them yet: what they are to be granted is judged without.
        let mut own = options.clone();
        own.functions
            .retain(|name| !options.proposed.contains(name));
        there = own;
        &there
    };
    let window = evidence::window(options, default_minutes, now())?;
    let live = Live::open(options).map_err(|failure| without_traces(failure, options, grants))?;
    // What can be no function of this region is an error before AWS is asked for anything.
    for asked in &options.functions {
        live.traced(asked)?;
    }
    if matches!(grants, Grants::None) && options.roles.is_empty() {
        return traced::gather(options, window, &live, catalog);
    }
    let named =
        !options.stacks.is_empty() || !options.functions.is_empty() || !options.roles.is_empty();
    let found = if named {
        Some(live.named(options)?)
    } else {
        None
    };
    let functions = found.as_ref().map(live::functions).unwrap_or_default();
    // A role that no function uses may be another's, of whom only traces tell.
    let nobody = named && functions.is_empty() && options.roles.is_empty();
    let Read {
        mut usage,
        mut sources,
    } = if options.traces.is_empty() && !nobody {
        evidence::live(options, window, functions, &live, catalog)?
    } else {
        evidence::saved(options, catalog)?
    };
    if !options.traces.is_empty() {
        clear(options, &usage)?;
    }
    if let Some(found) = &found {
        each_one(found, &usage)?;
    }
    let found = match found {
        Some(found) if options.roles.is_empty() => found,
        Some(found) => live.with_others(found, &usage, owners)?,
        None => live.seen(&usage, owners)?,
    };
    usage.asked = Some(live.place(Some(&found)));
    for detail in &found.gaps {
        usage
            .gaps
            .add(Gap::new(GapReason::NotLookedUp, detail.clone()));
    }
    if !matches!(grants, Grants::Iam) {
        usage.gaps.merge(&of_unread(&found));
    }
    let roles = match grants {
        Grants::Iam => live.roles(options, &found, &usage)?,
        Grants::Files(paths) => {
            live.are_there(&options.roles, &found)?;
            // Files are by role, and whose role is whose could be asked of nobody.
            if found.roles.is_empty() && paths.iter().all(PolicyPath::is_per_role) {
                live::none_readable(&BTreeMap::new(), &found)?;
            }
            let (templates, own) = templates(grants)?;
            let physical = if templates.is_empty() {
                BTreeMap::new()
            } else {
                live.physical_ids(&options.stacks)?
            };
            let users = users_of(&found, &usage);
            let of_templates = of_templates(
                options,
                templates,
                &users,
                (&mut usage, &mut sources),
                physical,
                catalog,
            )?;
            let mut roles = match &own {
                Grants::Files(own) if own.is_empty() && !paths.is_empty() => Vec::new(),
                Grants::Files(own) => {
                    held_against_files(own, &found, &usage, !named).map_err(policy_failure)?
                }
                Grants::Iam | Grants::None => Vec::new(),
            };
            roles.extend(of_templates);
            roles
        }
        Grants::None => found
            .roles
            .iter()
            .map(iam_role::without_grants)
            .chain(live::unread(&found, &usage))
            .collect(),
    };
    let roles = roles
        .into_iter()
        .map(|role| role.named_by_template(&found.logical_ids))
        .map(|role| role.placed_by_template(&found.logical_ids))
        .collect();
    Ok(Gathered {
        roles,
        besides: found.gone.iter().chain(&found.abroad).map(seen).collect(),
        gone: found.gone.iter().map(ToString::to_string).collect(),
        logical_ids: found.logical_ids,
        usage,
        sources,
    })
}

/// Whoever gives policy files alone lacks something to compare them with, rather than a region.
fn without_traces(failure: Failure, options: &flags::Evidence, grants: &Grants) -> Failure {
    let are_files = matches!(grants, Grants::Files(_));
    if !are_files || !options.traces.is_empty() || failure.exit != Exit::Failure {
        return failure;
    }
    let hint = failure
        .hint
        .map_or_else(String::new, |hint| format!(" ({hint})"));
    let said = "there is nothing to compare the policy with: no saved traces are given, and AWS cannot be asked for any";
    Failure {
        error: failure.error.context(said),
        hint: Some(format!(
            "give saved traces with --traces PATH, or access to AWS{hint}"
        )),
        ..failure
    }
}

fn seen(function: &Arn) -> Target {
    Target::Seen(Owner::LambdaFunction(function.clone()))
}

/// What is not known of those whose settings could not be read, one sentence for one cause.
fn of_unread(found: &Found) -> Gaps {
    let mut causes: BTreeMap<(&str, ApiErrorKind), Vec<(&String, &ApiError)>> = BTreeMap::new();
    for (shown, Unread { error, .. }) in &found.unread {
        let cause = causes.entry((error.operation, error.kind)).or_default();
        cause.push((shown, error));
    }
    let mut gaps = Gaps::default();
    for of_cause in causes.into_values() {
        let Some((first, error)) = of_cause.first() else {
            continue;
        };
        let others = match of_cause.len() - 1 {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        gaps.add(Gap::new(GapReason::NotLookedUp, format!(
                "the settings of {first}{others} are not known, so what Lambda itself may need for them is undecided: {error}"
            )));
    }
    gaps
}

/// Saved traces and policy files alone: nothing is looked up.
fn from_files(
    options: &flags::Evidence,
    grants: &Grants,
    catalog: &Catalog,
) -> Result<Gathered, Failure> {
    let Read {
        mut usage,
        mut sources,
    } = evidence::saved(options, catalog)?;
    let targets = clear(options, &usage)?;
    let mut users: Vec<User> = targets
        .resolve(&usage)
        .into_iter()
        .map(User::asked)
        .collect();
    let (templates, grants) = templates(grants)?;
    if let (Grants::Files(paths), true) = (&grants, options.functions.is_empty()) {
        users = policy_files::of_files(paths, users);
    }
    let roles = match &grants {
        Grants::Files(paths) => {
            let everyone = with_others(&users, &usage);
            let of_templates = of_templates(
                options,
                templates,
                &everyone,
                (&mut usage, &mut sources),
                BTreeMap::new(),
                catalog,
            )?;
            let mut roles = policy_files::roles(paths, &users).map_err(policy_failure)?;
            roles.extend(of_templates);
            roles
        }
        Grants::Iam | Grants::None => vec![Role {
            users,
            ..Role::default()
        }],
    };
    Ok(Gathered {
        usage,
        sources,
        roles,
        besides: BTreeSet::new(),
        gone: BTreeSet::new(),
        logical_ids: BTreeMap::new(),
    })
}

/// The templates among the policy files, and the policy files that are none.
fn templates(grants: &Grants) -> Result<(Vec<Template>, Grants), Failure> {
    let Grants::Files(paths) = grants else {
        return Ok((Vec::new(), grants.clone()));
    };
    let is_own = |path: &&PolicyPath| path.is_per_function() || path.is_per_role();
    let (own, shared): (Vec<&PolicyPath>, Vec<&PolicyPath>) = paths.iter().partition(is_own);
    let shared: Vec<String> = shared
        .iter()
        .map(|path| path.as_written().to_owned())
        .collect();
    let (templates, others) = template::among(&shared).map_err(policy_failure)?;
    let others = others.iter().map(PolicyPath::new);
    let paths = others.chain(own.into_iter().cloned()).collect();
    Ok((templates, Grants::Files(paths)))
}

/// Those who are asked for, and all others that the traces show: who shares a role with them has calls of its own.
fn with_others(asked: &[User], usage: &Usage) -> Vec<User> {
    let seen = Targets::default().resolve(usage).into_iter();
    let others = seen.filter(|target| asked.iter().all(|own| own.target != *target));
    let others = others.map(|target| User {
        asked: false,
        ..User::asked(target)
    });
    asked.iter().cloned().chain(others).collect()
}

/// The name of a stack that is given by its name or its ARN, `arn:aws:cloudformation:...:stack/NAME/ID`.
fn stack_name(given: &str) -> String {
    let name = given
        .starts_with("arn:")
        .then(|| given.split('/').nth(1))
        .flatten();
    name.unwrap_or(given).to_owned()
}

/// The roles of templates, with who uses them of those that are known.
fn of_templates(
    options: &flags::Evidence,
    templates: Vec<Template>,
    users: &[User],
    (usage, sources): (&mut Usage, &mut Vec<String>),
    physical: BTreeMap<String, String>,
    catalog: &Catalog,
) -> Result<Vec<Role>, Failure> {
    if templates.is_empty() {
        return Ok(Vec::new());
    }
    parameters::declared(&templates, &options.parameters)?;
    let mut given = Given {
        parameters: options.parameters.clone(),
        region: options.region.clone(),
        usual_parameters: BTreeMap::new(),
        usual_region: None,
        physical,
        stacks: options.stacks.iter().map(|name| stack_name(name)).collect(),
    };
    if let Some(beside) = samconfig::beside(&templates, options.samconfig_env.as_deref())?
        && (options.samconfig_env.is_some() || beside.is_about(&options.stacks))
    {
        beside.fill(&mut given, &templates);
        sources.push(beside.told(&templates));
    }
    let read = roles::templates::roles(templates, &given, users, usage, catalog);
    let roles::templates::Read {
        mut roles,
        gaps,
        not_judged,
    } = read.map_err(policy_failure)?;
    for detail in gaps {
        usage.gaps.add(Gap::new(GapReason::NotLookedUp, detail));
    }
    for detail in not_judged {
        usage.gaps.add(Gap::new(GapReason::NotJudged, detail));
    }
    if !options.functions.is_empty() {
        let is_asked = |user: &User| {
            users
                .iter()
                .any(|own| own.asked && own.target == user.target)
        };
        roles.retain(|role| role.users.iter().any(is_asked));
    }
    Ok(roles)
}

/// The functions that are asked for, each of which the traces have, and no two by one name.
pub(super) fn clear(options: &flags::Evidence, usage: &Usage) -> Result<Targets, Failure> {
    let targets = Targets {
        functions: options.functions.clone(),
    };
    // What could not be read may have what is missed.
    let is_whole = !options.is_withheld && usage.gaps.hidden() != Hidden::Anything;
    let there = options.functions.iter();
    let is_known = |name: &str| {
        let called = Target::NotSeen(name.to_owned());
        options.known.contains(name) || options.known.contains(called.name())
    };
    let there = there.filter(|name| !options.proposed.contains(*name) && !is_known(name));
    let there = Targets {
        functions: there.cloned().collect(),
    };
    let seen = if is_whole {
        there.all_seen(usage)
    } else {
        Ok(())
    };
    seen.and(targets.each_one(usage)).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, hint)
    })?;
    Ok(targets)
}

/// Makes sure that each function that was asked for and that Lambda told nothing of is one in the traces.
fn each_one(found: &Found, usage: &Usage) -> Result<(), Failure> {
    let names = found.unread.values().map(|unread| unread.name.clone());
    let targets = Targets {
        functions: names.collect(),
    };
    targets.each_one(usage).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, hint)
    })
}

/// The roles that were found, held against files: each role's own, each function's own, and shared ones. What functions called
/// counts for files whether or not anybody knows their roles.
fn held_against_files(
    paths: &[PolicyPath],
    found: &Found,
    usage: &Usage,
    all: bool,
) -> Result<Vec<Role>, PolicyFileError> {
    let (by_role, others): (Vec<_>, Vec<_>) =
        paths.iter().cloned().partition(PolicyPath::is_per_role);
    let mut roles = Vec::new();
    for users in found.roles.iter().filter(|_| !by_role.is_empty()) {
        roles.push(policy_files::of_role(
            &by_role,
            iam_role::without_grants(users),
        )?);
    }
    let mut users = users_of(found, usage);
    if all {
        users = policy_files::of_files(&others, users);
    }
    roles.extend(policy_files::roles(&others, &users)?);
    if !by_role.is_empty() {
        roles.extend(live::unread(found, usage));
    }
    if all {
        roles.extend(policy_files::of_nobody(&by_role, &roles)?);
    }
    Ok(roles)
}

/// All whose calls count for files, whether or not anybody knows their roles.
fn users_of(found: &Found, usage: &Usage) -> Vec<User> {
    let known = found
        .roles
        .iter()
        .flat_map(|role| iam_role::without_grants(role).users);
    let unread = found.unread.iter();
    let unread = unread.flat_map(|(shown, unread)| users_of_unread(shown, unread, usage));
    let besides = found.gone.iter().chain(&found.abroad);
    let besides = besides.map(|function| User::asked(seen(function)));
    known.chain(unread).chain(besides).collect()
}

pub(super) fn policy_failure(error: PolicyFileError) -> Failure {
    let hint = error.hint();
    Failure::usage(error, hint)
}

/// Every owner that was seen or asked for, for `scan`.
pub(super) fn targets(roles: &[Role]) -> impl Iterator<Item = &Target> {
    let users = roles.iter().flat_map(|role| &role.users);
    users.filter(|user| user.asked).map(|user| &user.target)
}

#[expect(
    clippy::disallowed_methods,
    reason = "here the clock is read and passed in"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
