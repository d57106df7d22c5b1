//! What owners need: usage turned into permissions, each with its evidence.
//!
//! Three answers are kept apart. *Needed*: observed, with counts. *Denied*: called for and refused, which is advice and
//! never a need. *In doubt*: what may be needed without a trace showing it, with what it can acquit at most.

mod anything;
mod before_handler;
mod besides;
pub mod configuration;
pub mod doubt;
pub mod execution_role_policies;
pub mod lambda_service;
mod never_traced;
pub mod other_services;

use crate::catalog::{Catalog, Mapped, MappingKind, Need, Resolution, sensitive};
use crate::evidence::Owner;
use crate::iam::{Action, Arn};
use crate::usage::{Ending, OwnerUsage, Rights, Tally};
use configuration::ConfigurationNeeds;
pub use doubt::{Bound, Cause, Doubt, Doubted};
use std::collections::{BTreeMap, BTreeSet};

/// What one or more owners need.
#[derive(Debug, Clone, Default)]
pub struct NeededPermissions {
    /// What was observed and let through.
    pub needed: BTreeMap<Permission, Tally>,
    /// What was observed and refused.
    pub denied: BTreeMap<DeniedPermission, Tally>,
    /// What may be needed without a trace showing it, and whose code that is about.
    pub doubts: BTreeMap<Doubt, BTreeSet<String>>,
    /// IAM prefixes of the services that were called.
    pub services: BTreeSet<String>,
}

/// One needed permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// The action.
    pub action: Action,
    /// What it is needed on; the widest patterns of its resource types where the trace does not say.
    pub resources: BTreeSet<String>,
    /// Whether the trace named the resource.
    pub resource_known: bool,
    /// How sure the way from operation to action is.
    pub mapping: MappingKind,
    /// What shows that it is needed.
    pub because: Because,
}

/// What shows that a permission is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// Calls in traces.
    Observed,
    /// A setting of the function, which makes Lambda itself use the role.
    Configuration {
        /// The setting's name.
        setting: String,
        /// Whether something fails without it; if not, granting it is justified and lacking it is no lack.
        required: bool,
    },
}

/// One permission that AWS refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeniedPermission {
    /// The action: the message's where it names one, else the operation's.
    pub action: Action,
    /// On what, as general as people write it.
    pub resources: BTreeSet<String>,
}

impl NeededPermissions {
    /// What one owner needs by what it did, and by its configuration where that is known.
    pub fn of(
        owner: &Owner,
        usage: &OwnerUsage,
        configuration: Option<&ConfigurationNeeds>,
        catalog: &Catalog,
    ) -> Self {
        let mut needs = Self::default();
        for (group, tally) in &usage.uses {
            match group.resolution.as_ref() {
                Resolution::Mapped(mapped) => match &group.ending {
                    _ if group.rights != Rights::Own => {
                        needs.perhaps_by_another(mapped, group.rights, catalog);
                        needs.may_need_besides(mapped, owner, catalog);
                    }
                    Ending::Used => {
                        needs.use_of(mapped, tally, catalog);
                        needs.may_need_besides(mapped, owner, catalog);
                    }
                    Ending::Denied { action, resource } => {
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
        // Whose service the host was is not always known: then it is a gap and nothing else.
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
        needs
    }

    /// What Lambda itself does with a function's role: what its settings prove, and what they leave open.
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
        self.services.extend(other.services.iter().cloned());
    }

    /// Roles that were assumed: what is called with their rights afterwards is in the same traces.
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

    /// A call that did not say on what it was, or not on all of what.
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

    /// A call for which no permission is asked, though there is an action of its name: who grants it changes nothing.
    fn needs_nothing(&mut self, mapped: &Mapped, catalog: &Catalog) {
        let own = format!("{}:{}", mapped.prefix, mapped.operation);
        let entry = own.parse().ok().and_then(|own| catalog.action(&own));
        if let Some(entry) = entry {
            let reason = format!("{} was called, which needs no permission", mapped.operation);
            let cause = Cause::MayBeChecked;
            self.doubt(Doubt::of(entry.action(), Bound::Everything, cause, reason));
        }
    }

    /// Calls that another role's rights may have answered for: possible here, and neither needed nor denied.
    fn perhaps_by_another(&mut self, mapped: &Mapped, rights: Rights, catalog: &Catalog) {
        let Rights::MayBeAnothers { after } = rights else {
            return;
        };
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
            // The message names one resource; the request may have named several, or its recording none.
            let named = action
                .and(resource)
                .and_then(|resource| catalog.generalised(&need.action, resource));
            let resources = named.map_or_else(
                || need.resources.patterns.clone(),
                |named| BTreeSet::from([named]),
            );
            self.deny(need.action.clone(), resources, tally);
        }
        // AWS may refuse for want of another action than the operation's own: ListBucket behind a GetObject.
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

    /// A need that is not certain: on what the call named, or on something that the policy names.
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

    /// An operation that the catalogue does not know may need the action of its own name. What that acts on is not known.
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

/// On what a need is at most: what the call named, whole or in part (the indexes of a table), else what the policy names. Of what
/// AWS makes up itself that is all.
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
        // Of what no trace names, nobody knows whose it is: AWS's own, or another account's.
        let others: BTreeSet<String> = others.iter().map(|own| in_any_account(own)).collect();
        let others = (!others.is_empty()).then_some(Bound::NamedAmong(others));
        return made.into_iter().chain(others).collect();
    }
    // A call that may name nothing is checked on `*`, if it named nothing.
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

/// The pattern with `*` for its account.
fn in_any_account(pattern: &str) -> String {
    let mut parts: Vec<&str> = pattern.splitn(6, ':').collect();
    if let [_, _, _, _, account, _] = parts.as_mut_slice() {
        *account = "*";
    }
    parts.join(":")
}

/// Whether the call named what the need is on, whole or in part.
fn is_named(need: &Need, catalog: &Catalog) -> bool {
    let is_named = |pattern: &String| {
        catalog.names_one(&need.action, pattern) || catalog.has_fixed_part(&need.action, pattern)
    };
    need.resources.known || need.resources.patterns.iter().all(is_named)
}

/// Whether the call named something else that the same action is on: then this is the rest, which was not recorded.
fn is_a_part(mapped: &Mapped, need: &Need, catalog: &Catalog) -> bool {
    let mut others = mapped.needs.iter();
    !need.resources.known
        && others
            .any(|other| other.action == need.action && other != need && is_named(other, catalog))
}
