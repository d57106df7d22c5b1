//! Takes the usage of owners and returns the permissions that they need, each with its evidence.
//!
//! Three answers are kept apart. *Needed* was observed, with counts. *Denied* was called and refused: it becomes advice
//! and never a need. *In doubt* may be needed although no trace shows it, and each doubt says on which resources at
//! most.

mod anything;
mod before_handler;
mod besides;
mod bucket_of_failures;
pub mod configuration;
pub mod doubt;
mod environment;
pub mod execution_role_policies;
mod kept_credentials;
pub mod lambda_service;
mod made;
mod never_traced;
pub mod other_services;

use crate::catalog::{Catalog, Mapped, MappingKind, Need, Resolution, sensitive};
use crate::evidence::Owner;
use crate::iam::{Action, Arn};
use crate::lambda::Variable;
use crate::usage::{Ending, OwnerUsage, Rights, Tally};
use configuration::ConfigurationNeeds;
pub use doubt::{Bound, Cause, Doubt, Doubted};
use kept_credentials::KeptCredentials;
use made::Made;
use std::collections::{BTreeMap, BTreeSet};

/// What one or more owners need.
#[derive(Debug, Clone, Default)]
pub struct NeededPermissions {
    /// Permissions of calls that AWS allowed, and permissions that a configuration proves.
    pub needed: BTreeMap<Permission, Tally>,
    /// Permissions of calls that AWS refused.
    pub denied: BTreeMap<DeniedPermission, Tally>,
    /// What may be needed although no trace shows it, with the owners that the doubt is about.
    pub doubts: BTreeMap<Doubt, BTreeSet<String>>,
    /// The environment variables of the owners, with the owners that have them.
    pub environment: BTreeMap<Variable, BTreeSet<String>>,
    /// The IAM prefixes of the services that were called.
    pub services: BTreeSet<String>,
}

/// One needed permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// The action.
    pub action: Action,
    /// The resources it is needed on. If the trace does not name them, the widest patterns of the action's resource
    /// types.
    pub resources: BTreeSet<String>,
    /// Whether the trace named the resource.
    pub resource_known: bool,
    /// How certain the mapping from operation to action is.
    pub mapping: MappingKind,
    /// The evidence that it is needed.
    pub because: Because,
}

/// The evidence that a permission is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// Calls in traces.
    Observed,
    /// A setting of the function that makes Lambda itself use the role.
    Configuration {
        /// The setting's name.
        setting: String,
        /// Whether something fails without the permission. If not, a grant of it is justified but its absence is not a
        /// fault.
        required: bool,
    },
}

/// One permission that AWS refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeniedPermission {
    /// The action. It is the one that the error message names, or else the operation's own.
    pub action: Action,
    /// The resources, generalised as policies usually write them.
    pub resources: BTreeSet<String>,
}

impl NeededPermissions {
    /// Returns what one owner needs because of its calls, and because of its configuration where that is known.
    pub fn of(
        owner: &Owner,
        usage: &OwnerUsage,
        configuration: Option<&ConfigurationNeeds>,
        catalog: &Catalog,
    ) -> Self {
        let mut needs = Self::default();
        let mut made = Made::default();
        let kept = KeptCredentials::of(usage);
        for (group, tally) in &usage.uses {
            match group.resolution.as_ref() {
                Resolution::Mapped(mapped) => match (kept.rights(group, mapped), &group.ending) {
                    (Rights::MayBeAnothers { after }, _) => {
                        needs.perhaps_by_another(mapped, after, catalog);
                        needs.may_need_besides(mapped, owner, catalog);
                    }
                    (Rights::Own, Ending::Used) => {
                        made.add(mapped);
                        needs.use_of(mapped, tally, catalog);
                        needs.may_need_besides(mapped, owner, catalog);
                    }
                    (Rights::Own, Ending::Denied { action, resource }) => {
                        needs.denial_of(
                            mapped,
                            action.as_ref(),
                            resource.as_deref(),
                            tally,
                            catalog,
                        );
                    }
                },
                Resolution::UnknownOperation { prefix, operation } => {
                    needs.services.insert(prefix.clone());
                    needs.unknown_operation(prefix, operation);
                }
                Resolution::UnknownService => {}
            }
        }
        needs.on_what_was_made(&made, catalog);
        // For some hosts nobody knows the service. They are reported as a gap only.
        for prefix in usage.http_only.iter().filter(|prefix| *prefix != "*") {
            needs.doubt(Doubt {
                actions: Doubted::Service(prefix.clone()),
                on: Bound::Named,
                cause: Cause::HttpOnly,
                reason: format!(
                    "a request to {prefix} was recorded as HTTP alone, which does not say what was called"
                ),
            });
        }
        if let Owner::LambdaFunction(function) = owner {
            needs.use_by_lambda(function, configuration);
            before_handler::possible().for_each(|doubt| needs.doubt(doubt));
        }
        other_services::possible(owner).for_each(|doubt| needs.doubt(doubt));
        never_traced::possible().for_each(|doubt| needs.doubt(doubt));
        let whose = owner.to_string();
        for owners in needs.doubts.values_mut() {
            owners.insert(whose.clone());
        }
        let variables = configuration.iter().flat_map(|known| &known.environment);
        for variable in variables {
            let owners = needs.environment.entry(variable.clone()).or_default();
            owners.insert(whose.clone());
        }
        needs
    }

    /// Adds what Lambda itself does with a function's role: needs that its settings prove, and doubts about what they
    /// leave open.
    pub fn use_by_lambda(&mut self, function: &Arn, configuration: Option<&ConfigurationNeeds>) {
        let nothing = ConfigurationNeeds::default();
        let configuration = configuration.unwrap_or(&nothing);
        for doubt in configuration.all_possible(function) {
            self.doubt(doubt);
        }
        for need in &configuration.needed {
            let permission = Permission {
                action: need.action.clone(),
                resources: need.resources.clone(),
                resource_known: need.resource_known,
                mapping: MappingKind::Exact,
                because: Because::Configuration {
                    setting: need.setting.clone(),
                    required: need.required,
                },
            };
            if !need.resource_known {
                let reason = format!(
                    "Lambda needs {} for {}, which does not say on what",
                    need.action, need.setting
                );
                let action = need.action.clone();
                self.doubt(Doubt::of(
                    action,
                    Bound::Named,
                    Cause::UnnamedResource,
                    reason,
                ));
            }
            self.needed.entry(permission).or_default();
            self.services.insert(need.action.prefix().to_owned());
        }
    }

    /// Adds the needs of another owner of the same role.
    pub fn merge(&mut self, other: &Self) {
        for (permission, tally) in &other.needed {
            self.needed
                .entry(permission.clone())
                .or_default()
                .merge(tally);
        }
        for (permission, tally) in &other.denied {
            self.denied
                .entry(permission.clone())
                .or_default()
                .merge(tally);
        }
        for (doubt, whose) in &other.doubts {
            let owners = self.doubts.entry(doubt.clone()).or_default();
            owners.extend(whose.iter().cloned());
        }
        for (variable, whose) in &other.environment {
            let owners = self.environment.entry(variable.clone()).or_default();
            owners.extend(whose.iter().cloned());
        }
        self.services.extend(other.services.iter().cloned());
    }

    /// Returns the roles that were assumed. Calls made with their rights are in the same traces.
    pub fn assumed_roles(&self) -> BTreeSet<&str> {
        let assumes =
            |action: &Action| action.prefix() == "sts" && action.name().starts_with("AssumeRole");
        let permissions = self.needed.keys();
        permissions
            .filter(|permission| assumes(&permission.action))
            .flat_map(|permission| permission.resources.iter().map(String::as_str))
            .collect()
    }

    fn use_of(&mut self, mapped: &Mapped, tally: &Tally, catalog: &Catalog) {
        self.services.insert(mapped.prefix.clone());
        for need in &mapped.needs {
            self.services.insert(need.action.prefix().to_owned());
            let permission = Permission {
                action: need.action.clone(),
                resources: need.resources.patterns.clone(),
                resource_known: need.resources.known,
                mapping: mapped.kind,
                because: Because::Observed,
            };
            self.needed.entry(permission).or_default().merge(tally);
            if !need.resources.known {
                self.unnamed(mapped, need, catalog);
            }
        }
        if mapped.kind == MappingKind::None {
            self.needs_nothing(mapped, catalog);
        }
    }

    /// Adds doubts for a call whose resources were not recorded, or only in part.
    fn unnamed(&mut self, mapped: &Mapped, need: &Need, catalog: &Catalog) {
        let action = &need.action;
        let reason = if is_a_part(mapped, need, catalog) {
            format!("{action} was called, and the traces do not name all that it was called on")
        } else {
            format!("{action} was called, and the traces do not say on what")
        };
        for on in bounds_of(mapped, need, catalog) {
            let cause = Cause::UnnamedResource;
            self.doubt(Doubt::of(action.clone(), on, cause, reason.clone()));
        }
    }

    /// Adds a doubt for a call that needs no permission although an action has its name: a grant of that action has no
    /// effect.
    fn needs_nothing(&mut self, mapped: &Mapped, catalog: &Catalog) {
        let own = format!("{}:{}", mapped.prefix, mapped.operation);
        let entry = own.parse().ok().and_then(|own| catalog.action(&own));
        if let Some(entry) = entry {
            let reason = format!("{} was called, which needs no permission", mapped.operation);
            let cause = Cause::MayBeChecked;
            self.doubt(Doubt::of(entry.action(), Bound::Everything, cause, reason));
        }
    }

    /// Adds doubts for calls that may have been made with another role's rights. They are possible needs of this role,
    /// neither needed nor denied.
    fn perhaps_by_another(&mut self, mapped: &Mapped, after: &str, catalog: &Catalog) {
        self.services.insert(mapped.prefix.clone());
        let reason = format!(
            "{} was called after {after}, perhaps with that role's rights",
            mapped.operation
        );
        for need in &mapped.needs {
            self.services.insert(need.action.prefix().to_owned());
            self.may_need(mapped, need, Cause::OtherRights, &reason, catalog);
        }
    }

    fn denial_of(
        &mut self,
        mapped: &Mapped,
        action: Option<&Action>,
        resource: Option<&str>,
        tally: &Tally,
        catalog: &Catalog,
    ) {
        self.services.insert(mapped.prefix.clone());
        for need in &mapped.needs {
            let reason = format!("{} was called and denied", mapped.operation);
            self.may_need(mapped, need, Cause::Denied, &reason, catalog);
            if action.is_some_and(|action| *action != need.action) {
                continue;
            }
            // The message names one resource. The request may have named several, or none may have been recorded.
            let named = action
                .and(resource)
                .and_then(|resource| catalog.generalised(&need.action, resource));
            let resources = named.map_or_else(
                || need.resources.patterns.clone(),
                |named| BTreeSet::from([named]),
            );
            self.deny(need.action.clone(), resources, tally);
        }
        // AWS may refuse because another action is missing: `ListBucket` for a `GetObject`.
        if let Some(action) = action
            && !mapped.needs.iter().any(|need| need.action == *action)
        {
            let action = catalog
                .action(action)
                .map_or_else(|| action.clone(), |entry| entry.action());
            let named = resource.and_then(|resource| catalog.generalised(&action, resource));
            let resources = BTreeSet::from([named.unwrap_or_else(|| "*".to_owned())]);
            self.deny(action, resources, tally);
        }
    }

    fn deny(&mut self, action: Action, resources: BTreeSet<String>, tally: &Tally) {
        let permission = DeniedPermission { action, resources };
        self.denied.entry(permission).or_default().merge(tally);
    }

    /// Adds a doubt for a need that is not certain, on the resources of `bounds_of`.
    fn may_need(
        &mut self,
        mapped: &Mapped,
        need: &Need,
        cause: Cause,
        reason: &str,
        catalog: &Catalog,
    ) {
        for on in bounds_of(mapped, need, catalog) {
            self.doubt(Doubt::of(need.action.clone(), on, cause, reason));
        }
    }

    /// Adds a doubt for an operation that the catalogue does not know: the action of the same name, on all resources,
    /// because its resource types are not known.
    fn unknown_operation(&mut self, prefix: &str, operation: &str) {
        let Ok(action) = format!("{prefix}:{operation}").parse::<Action>() else {
            return;
        };
        let reason = format!(
            "{operation} was called, and the catalogue does not know which action it needs"
        );
        self.doubt(Doubt::of(
            action,
            Bound::Everything,
            Cause::UnknownOperation,
            reason,
        ));
    }
}

/// Returns the bounds of a need. These are the patterns that the call named, whole or in part (the indexes of a table),
/// else the resources that the policy names. If AWS creates the resource's name, the bound is the whole pattern.
fn bounds_of(mapped: &Mapped, need: &Need, catalog: &Catalog) -> Vec<Bound> {
    let action = &need.action;
    let patterns = &need.resources.patterns;
    if is_named(need, catalog) {
        return vec![Bound::Patterns(patterns.clone())];
    }
    let (made, others): (BTreeSet<String>, BTreeSet<String>) =
        patterns.iter().cloned().partition(|pattern| {
            catalog.is_made_up_within(action, pattern) || catalog.is_granted_whole(action, pattern)
        });
    let made = (!made.is_empty()).then_some(Bound::Patterns(made));
    if is_a_part(mapped, need, catalog) {
        // The account of a resource that no trace names is not known. It may be AWS or another account.
        let others: BTreeSet<String> = others.iter().map(|own| in_any_account(own)).collect();
        let others = (!others.is_empty()).then_some(Bound::NamedAmong(others));
        return made.into_iter().chain(others).collect();
    }
    // If a call may name no resource and named none, AWS checks it on `*`.
    let has_types = catalog
        .action(action)
        .is_some_and(|entry| !entry.is_wildcard_only());
    let may_be_all = has_types
        && !sensitive::wants_a_name(action)
        && patterns.iter().all(|pattern| pattern == "*");
    let by_name = if may_be_all {
        Bound::Everything
    } else {
        Bound::Named
    };
    made.into_iter().chain([by_name]).collect()
}

/// Replaces the account in a pattern by `*`. An ARN without an account, as that of a bucket, is in none.
fn in_any_account(pattern: &str) -> String {
    let mut parts: Vec<&str> = pattern.splitn(6, ':').collect();
    if let [_, _, _, _, account, _] = parts.as_mut_slice()
        && !account.is_empty()
    {
        *account = "*";
    }
    parts.join(":")
}

/// Whether the call named the resources of the need, whole or in part.
fn is_named(need: &Need, catalog: &Catalog) -> bool {
    let is_named = |pattern: &String| {
        catalog.names_one(&need.action, pattern) || catalog.has_fixed_part(&need.action, pattern)
    };
    need.resources.known || need.resources.patterns.iter().all(is_named)
}

/// Whether the call named another resource of the same action. Then this need is the part that was not recorded.
fn is_a_part(mapped: &Mapped, need: &Need, catalog: &Catalog) -> bool {
    let mut others = mapped.needs.iter();
    !need.resources.known
        && others
            .any(|other| other.action == need.action && other != need && is_named(other, catalog))
}
