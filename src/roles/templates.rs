//! The roles of templates, each with the functions that use it as the evidence knows them.

use super::template_users::{FoundUsers, UserInTemplate, arn};
use super::{Role, User};
use crate::catalog::Catalog;
use crate::granted::policy_file::PolicyFileError;
use crate::granted::template::Templates;
use crate::iam::Arn;
use crate::needed::NeededPermissions;
use crate::template::framework;
use crate::template::resolve::Resolver;
use crate::template::words::Words;
use crate::template::{Resource, Template, Values};
use crate::usage::Usage;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
    /// What of that is not from a template.
    pub outside: Arc<Outside>,
    /// Whether it stands for what the template has beside its roles: a role that is not there, or a nested stack that is not read.
    pub is_beside: bool,
    /// Its permissions boundary, where no template has it: its ARN, as far as that is known.
    pub boundary_elsewhere: Option<String>,
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
    /// Who uses it, as the templates have them.
    pub users: Vec<UserInTemplate>,
}

/// What is known of the stack of a template besides the evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Parameters, and pseudo parameters such as `AWS::StackName`, by name.
    pub parameters: BTreeMap<String, String>,
    /// What they are where nothing else says: what the file beside the template says that deploys it.
    pub usual_parameters: BTreeMap<String, String>,
    /// The region that was asked for.
    pub region: Option<String>,
    /// The region that it is deployed to where nothing else tells.
    pub usual_region: Option<String>,
    /// Physical ids by logical id, as the deployed stack has them.
    pub physical: BTreeMap<String, String>,
    /// The names of the deployed stacks.
    pub stacks: BTreeSet<String>,
}

/// What is known outside of templates, of their text as it is and as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outside {
    /// What was given.
    pub given: Given,
    /// The functions and state machines that were seen.
    seen: Vec<Arn>,
    /// Every ARN that was observed.
    pub(super) observed: BTreeSet<String>,
}

impl Outside {
    /// The values of a stack: what was given, and what everything that was seen has in common.
    pub(super) fn values(&self, given: &Given) -> Values {
        values(given, self.seen.iter())
    }
}

impl Given {
    /// The values of a stack of which nothing was seen.
    pub fn values(&self) -> Values {
        values(self, std::iter::empty())
    }
}

fn values<'a>(given: &Given, arns: impl Iterator<Item = &'a Arn>) -> Values {
    let arns: Vec<&Arn> = arns.collect();
    let common = |part: fn(&Arn) -> &str| {
        let mut parts = arns.iter().map(|arn| part(arn));
        let first = parts.next().filter(|part| !part.is_empty())?;
        parts.all(|other| other == first).then(|| first.to_owned())
    };
    let mut parameters = given.usual_parameters.clone();
    parameters.extend(given.parameters.clone());
    let pseudo = |name: &str| parameters.get(name).cloned();
    Values {
        partition: pseudo("AWS::Partition").or_else(|| common(Arn::partition)),
        region: pseudo("AWS::Region")
            .or_else(|| given.region.clone())
            .or_else(|| common(Arn::region))
            .or_else(|| given.usual_region.clone()),
        account: pseudo("AWS::AccountId").or_else(|| common(Arn::account)),
        stack: pseudo("AWS::StackName"),
        parameters,
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

/// What was read of templates.
#[derive(Debug)]
pub struct Read {
    /// Their roles, with what stands for that which they have beside them.
    pub roles: Vec<Role>,
    /// What could not be read, with its place.
    pub gaps: BTreeSet<String>,
    /// What is not judged with the roles, with its place.
    pub not_judged: BTreeSet<String>,
}

/// What ends the gap of a template that has no role.
pub const NO_ROLE: &str = ": it has no role";

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
) -> Result<Read, PolicyFileError> {
    let outside = Arc::new(Outside {
        given: given.clone(),
        seen: users
            .iter()
            .filter_map(|user| arn(&user.target).cloned())
            .collect(),
        observed: observed(users, usage, catalog),
    });
    let templates = Templates::of(read, &outside.values(given), &outside.observed);
    let mut roles = Vec::new();
    let (mut gaps, mut not_judged) = (BTreeSet::new(), BTreeSet::new());
    for own in &templates.templates {
        let resolver = Resolver::new(&own.template, &own.values);
        let words = Words::of(&resolver);
        let granted = own.granted()?;
        gaps.extend(granted.gaps);
        // A stack within another need not have any, and one around others may have none.
        let is_around = |resource: &Resource| resource.kind == "AWS::CloudFormation::Stack";
        let is_of_roles =
            own.template.deployed.is_nested || own.template.resources.iter().any(is_around);
        if granted.roles.is_empty() && !is_of_roles {
            gaps.insert(format!("{}{NO_ROLE}", own.template.file));
        }
        not_judged.extend(granted.not_judged);
        for grants in granted.roles.into_iter().chain(granted.beside) {
            let of_role = &grants.role;
            let elsewhere = own.handed.users.get(&of_role.logical_id);
            let is_known = grants.insufficient.is_empty() && grants.others.is_empty();
            let framework =
                framework::of(&own.template, of_role).filter(|_| is_known && elsewhere.is_none());
            let unknown_policy = grants.beside.as_deref().unwrap_or(UNKNOWN_POLICY);
            let mut insufficient: Vec<String> = grants.insufficient.into_iter().collect();
            let mut found = FoundUsers::default();
            for logical_id in &of_role.functions {
                found.add_function(logical_id, own, users);
            }
            for logical_id in &of_role.state_machines {
                found.add_state_machine(logical_id, own, users);
            }
            if framework.is_none() {
                insufficient.append(&mut found.told);
            } else {
                found.absent.clear();
                found.called.clear();
            }
            for user in elsewhere.into_iter().flatten() {
                if let Some(other) = templates.templates.get(user.template) {
                    insufficient.extend(found.add_of_another(user, other, users));
                }
            }
            insufficient.extend(grants.others);
            insufficient.extend(grants.beside.clone());
            let mut policies = grants.policies.iter();
            let is_empty = policies.all(|policy| policy.statements.is_empty());
            // AWS's own policies alone are nothing that the template says.
            if is_empty && grants.unknown.is_empty() {
                continue;
            }
            let name = of_role.name.clone();
            let name = name.or_else(|| own.values.physical.get(&of_role.logical_id).cloned());
            let by_itself = of_role.managed.iter().filter(|own| own.by_itself);
            let attached_by_sam = by_itself.map(|own| own.arn.clone()).collect();
            let role = Role {
                arn: Some(of_role.logical_id.clone()),
                users: found.users,
                policies: grants.policies,
                boundary: grants.boundary,
                are_files: true,
                insufficient,
                unknown: grants.unknown,
                // Nothing of what it grants is known, and that cannot be right or wrong.
                unreadable: is_empty && framework.is_none(),
                unread: (is_empty && framework.is_none()).then(|| unknown_policy.to_owned()),
                template: Some(InTemplate {
                    file: own.template.file.clone(),
                    logical_id: of_role.logical_id.clone(),
                    name,
                    values: own.values.clone(),
                    outside: Arc::clone(&outside),
                    is_beside: grants.beside.is_some(),
                    boundary_elsewhere: grants.boundary_elsewhere,
                    words: words.clone(),
                    attached_by_sam,
                    absent: found.absent,
                    machines: found.machines,
                    called: found.called,
                    users: found.placed,
                }),
                ..Role::default()
            };
            roles.push(role.of_framework(framework));
        }
    }
    Ok(Read {
        roles,
        gaps,
        not_judged,
    })
}
