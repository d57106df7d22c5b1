//! The roles of templates, each with the functions that use it as the evidence knows them.

use super::{Patience, Role, Target, User};
use crate::catalog::Catalog;
use crate::evidence::Owner;
use crate::files::normal;
use crate::granted::policy_file::{PolicyFileError, PolicyPath, read_text};
use crate::granted::template::{self, Templates, template_of};
use crate::iam::{Arn, PolicyDocument};
use crate::needed::NeededPermissions;
use crate::needed::configuration::ConfigurationNeeds;
use crate::template::framework;
use crate::template::join::function_name;
use crate::template::resolve::Resolver;
use crate::template::settings::settings;
use crate::template::words::Words;
use crate::template::{Resource, Template, Values};
use crate::usage::Usage;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where a role of a template is: what its policies were before is looked up by that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InTemplate {
    /// The template's path.
    pub file: String,
    /// The role's logical id.
    pub logical_id: String,
    /// The role's name, as the template or the deployed stack has it.
    pub name: Option<String>,
    /// What is known beside the template.
    pub values: Values,
    /// How its resources are written there.
    pub words: Words,
    /// ARNs of the managed policies that SAM attaches by itself.
    pub attached_by_sam: BTreeSet<String>,
    /// Its functions that no trace has, by logical id, each with a sentence about that.
    pub absent: BTreeMap<String, String>,
    /// Its state machines that no trace has, by logical id.
    pub machines: BTreeSet<String>,
    /// What those of them are called of which that is known, by logical id.
    pub called: BTreeMap<String, String>,
}

/// What is known of the stack of a template besides the evidence.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Parameters, and pseudo parameters such as `AWS::StackName`, by name.
    pub parameters: BTreeMap<String, String>,
    /// The region that was asked for.
    pub region: Option<String>,
    /// The region that it is deployed to where nothing else tells.
    pub usual_region: Option<String>,
    /// Physical ids by logical id, as the deployed stack has them.
    pub physical: BTreeMap<String, String>,
    /// The names of the deployed stacks.
    pub stacks: BTreeSet<String>,
}

/// The values of a stack: what was given, and what everything that was seen has in common.
pub fn values(given: &Given, users: &[User]) -> Values {
    let arns: Vec<&Arn> = users.iter().filter_map(|user| arn(&user.target)).collect();
    let common = |part: fn(&Arn) -> &str| {
        let mut parts = arns.iter().map(|arn| part(arn));
        let first = parts.next().filter(|part| !part.is_empty())?;
        parts.all(|other| other == first).then(|| first.to_owned())
    };
    let pseudo = |name: &str| given.parameters.get(name).cloned();
    Values {
        parameters: given.parameters.clone(),
        partition: pseudo("AWS::Partition").or_else(|| common(Arn::partition)),
        region: pseudo("AWS::Region")
            .or_else(|| given.region.clone())
            .or_else(|| common(Arn::region))
            .or_else(|| given.usual_region.clone()),
        account: pseudo("AWS::AccountId").or_else(|| common(Arn::account)),
        stack: pseudo("AWS::StackName"),
        physical: given.physical.clone(),
        stacks: given.stacks.clone(),
        ..Values::default()
    }
}

/// Every ARN that was observed: of functions, and of what they called.
fn observed(users: &[User], usage: &Usage, catalog: &Catalog) -> BTreeSet<String> {
    let mut arns: BTreeSet<String> = users
        .iter()
        .filter_map(|user| arn(&user.target))
        .map(ToString::to_string)
        .collect();
    for (owner, observed) in &usage.owners {
        let needs = NeededPermissions::of(owner, observed, None, catalog);
        for permission in needs.needed.into_keys() {
            arns.extend(permission.resources);
        }
    }
    arns
}

fn arn(target: &Target) -> Option<&Arn> {
    match target {
        Target::Seen(Owner::LambdaFunction(arn) | Owner::StateMachine(arn)) => Some(arn),
        Target::Seen(
            Owner::EcsTask(_) | Owner::Ec2Instance(_) | Owner::ApiStage(_) | Owner::Named(_),
        )
        | Target::NotSeen(_) => None,
    }
}

/// Why nothing can be said of a role whose policies are all elsewhere.
const UNKNOWN_POLICY: &str = "all that it grants is in an attached policy whose text is not known";

/// The roles of templates, and what of them could not be read. `users` are all that may use one: a function of a template that is none of them is in no trace.
///
/// # Errors
///
/// A policy that IAM's grammar does not have, with its place in the template.
pub fn roles(
    read: Vec<Template>,
    given: &Given,
    users: &[User],
    usage: &Usage,
    catalog: &Catalog,
) -> Result<(Vec<Role>, BTreeSet<String>), PolicyFileError> {
    let values = values(given, users);
    let templates = Templates::of(read, &values, &observed(users, usage, catalog));
    let mut roles = Vec::new();
    let mut gaps = BTreeSet::new();
    for own in &templates.templates {
        let resolver = Resolver::new(&own.template, &own.values);
        let words = Words::of(&resolver);
        let found = own.granted()?;
        gaps.extend(found.gaps);
        let is_around = |resource: &Resource| resource.kind == "AWS::CloudFormation::Stack";
        if found.roles.is_empty() && !own.template.resources.iter().any(is_around) {
            gaps.insert(format!("{}: it has no role", own.template.file));
        }
        for grants in found.roles {
            let of_role = &grants.role;
            let framework = framework::of(&own.template, of_role);
            let mut insufficient: Vec<String> = grants.insufficient.into_iter().collect();
            let mut own_users = Vec::new();
            let (mut absent, mut called) = (BTreeMap::new(), BTreeMap::new());
            let mut machines = BTreeSet::new();
            for logical_id in &of_role.functions {
                let user = user(logical_id, &resolver, users);
                if matches!(user.target, Target::NotSeen(_)) && framework.is_none() {
                    let told = not_found(logical_id, &resolver);
                    insufficient.push(told.clone());
                    absent.insert(logical_id.clone(), told);
                    let name = function_name(logical_id, &resolver);
                    called.extend(name.map(|name| (logical_id.clone(), name)));
                }
                own_users.push(user);
            }
            for logical_id in &of_role.state_machines {
                let user = state_machine(logical_id, &resolver, users);
                if matches!(user.target, Target::NotSeen(_)) {
                    machines.insert(logical_id.clone());
                }
                own_users.push(user);
            }
            insufficient.extend(grants.others);
            let mut policies = grants.policies.iter();
            let is_empty = policies.all(|policy| policy.statements.is_empty());
            // AWS's own policies alone are nothing that the template says.
            if is_empty && !grants.has_unknown {
                continue;
            }
            let name = of_role.name.clone();
            let name = name.or_else(|| own.values.physical.get(&of_role.logical_id).cloned());
            let by_itself = of_role.managed.iter().filter(|own| own.by_itself);
            let attached_by_sam = by_itself.map(|own| own.arn.clone()).collect();
            let role = Role {
                arn: Some(of_role.logical_id.clone()),
                users: own_users,
                policies: grants.policies,
                boundary: grants.boundary,
                are_files: true,
                insufficient,
                // Nothing of what it grants is known, and that cannot be right or wrong.
                unreadable: is_empty && framework.is_none(),
                unread: (is_empty && framework.is_none()).then(|| UNKNOWN_POLICY.to_owned()),
                template: Some(InTemplate {
                    file: own.template.file.clone(),
                    logical_id: of_role.logical_id.clone(),
                    name,
                    values: own.values.clone(),
                    words: words.clone(),
                    attached_by_sam,
                    absent,
                    machines,
                    called,
                }),
                ..Role::default()
            };
            roles.push(role.of_framework(framework));
        }
    }
    Ok((roles, gaps))
}

/// What templates said before that a role is granted: nothing where they did not have the role. `None` where none of the files is a
/// template, or what stands for one that was not there: a policy that grants nothing.
///
/// # Errors
///
/// What cannot be read, or looks like a template and is none.
pub fn before(
    paths: &[PolicyPath],
    role: &InTemplate,
) -> Result<Option<Vec<PolicyDocument>>, PolicyFileError> {
    let mut documents = None;
    for file in files(paths, role) {
        let text = read_text(&file)?;
        let Some(template) = template_of(&text, &file)? else {
            let policy = PolicyPath::new(&file).read(None)?;
            if policy.statements.is_empty() {
                documents.get_or_insert_with(Vec::new);
            }
            continue;
        };
        let templates = Templates::of(vec![template], &role.values, &BTreeSet::new());
        let found = documents.get_or_insert_with(Vec::new);
        for own in &templates.templates {
            let roles = own.granted()?.roles.into_iter();
            let same = roles.filter(|own| own.role.logical_id == role.logical_id);
            found.extend(same.flat_map(|own| own.policies));
        }
    }
    Ok(documents)
}

/// The files that may be the role's template as it was: those of its path where there are any, else all.
fn files(paths: &[PolicyPath], role: &InTemplate) -> Vec<String> {
    let shared = paths
        .iter()
        .filter(|path| !path.is_per_role() && !path.is_per_function());
    let all: Vec<String> = shared
        .flat_map(|path| template::files_of(path.as_written()))
        .collect();
    let own = normal(Path::new(&role.file));
    let is_same = |file: &&String| Path::new(file.as_str()).ends_with(&own);
    let same: Vec<String> = all.iter().filter(is_same).cloned().collect();
    if same.is_empty() { all } else { same }
}

/// The same role without waiting for functions that its template did not have before: nobody can have called them.
#[must_use]
pub fn without_new_functions(mut role: Role, paths: &[PolicyPath]) -> Role {
    let Some(own) = role.template.clone().filter(|own| !own.absent.is_empty()) else {
        return role;
    };
    // What cannot be read is told where the policies are.
    let Some(before) = functions_before(paths, &own) else {
        return role;
    };
    for user in &mut role.users {
        let Target::NotSeen(logical_id) = &user.target else {
            continue;
        };
        if let Some(told) = own.absent.get(logical_id)
            && !before.contains(logical_id)
        {
            user.patience.get_or_insert(Patience::Waits { until: None });
            role.insufficient.retain(|sentence| sentence != told);
        }
    }
    role
}

/// The logical ids of the functions that the template had before; nothing where it is not known.
fn functions_before(paths: &[PolicyPath], role: &InTemplate) -> Option<BTreeSet<String>> {
    let mut known = None;
    for file in files(paths, role) {
        let text = read_text(&file).ok()?;
        let found: &mut BTreeSet<String> = known.get_or_insert_with(BTreeSet::new);
        if let Some(template) = template_of(&text, &file).ok()? {
            let functions = template.resources.into_iter().filter(|resource| {
                let kind = resource.kind.as_str();
                kind == "AWS::Lambda::Function" || kind == "AWS::Serverless::Function"
            });
            found.extend(functions.map(|resource| resource.logical_id));
        }
    }
    known
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
fn user(logical_id: &str, resolver: &Resolver<'_>, users: &[User]) -> User {
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
        && let Some(settings) = settings(arn, resource, resolver)
    {
        let version = settings.versions.first();
        user.active_tracing = version.map(|version| version.active_tracing);
        user.runtime = version.and_then(|version| version.runtime.clone());
        user.configuration = Some(ConfigurationNeeds::of(&settings));
    }
    user
}

fn state_machine(logical_id: &str, resolver: &Resolver<'_>, users: &[User]) -> User {
    let physical = resolver.values.physical.get(logical_id);
    let name = physical.cloned().or_else(|| {
        let resource = resolver.template.resource(logical_id)?;
        resolver.text(resource.property("StateMachineName")?)
    });
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
