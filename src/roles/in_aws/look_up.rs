//! From what was asked for to roles and their users.

use super::users::{self, Listing};
use super::{Asked, Found, TargetError, Unread, stack};
use crate::aws::cloudformation::StackApi;
use crate::aws::lambda::{FunctionApi, FunctionVersion};
use crate::aws::{ApiError, ApiErrorKind};
use crate::evidence::Owner;
use crate::granted::iam_roles::role_name;
use crate::iam::Arn;
use crate::lambda::FunctionName;
use std::collections::{BTreeMap, BTreeSet};

/// Looks up the functions that are meant, their roles, and everyone who uses those roles. Nothing is asked where nobody is meant.
///
/// # Errors
///
/// When something that was asked for by name does not exist, or a stack or a role's users cannot be looked up.
pub async fn look_up(
    asked: &Asked,
    stacks: &impl StackApi,
    functions: &impl FunctionApi,
) -> Result<Found, TargetError> {
    if asked.is_nobody() {
        return Ok(Found::default());
    }
    let listing = Listing::read(functions).await?;
    let mut search = Search {
        asked,
        functions,
        listing: &listing,
        roles: BTreeMap::new(),
        others: BTreeMap::new(),
        unread: BTreeMap::new(),
        gone: BTreeSet::new(),
        abroad: BTreeSet::new(),
        gaps: BTreeSet::new(),
        logical_ids: BTreeMap::new(),
    };
    search.stacks(stacks).await?;
    for function in &asked.functions {
        search.function(function, function).await?;
    }
    for function in &asked.seen {
        search.seen(function).await?;
    }
    for role in &asked.roles {
        search.role(role)?;
    }
    for (role, owners) in &asked.elsewhere {
        search.elsewhere(role, owners);
    }
    let Search {
        others,
        roles,
        unread,
        gone,
        abroad,
        mut gaps,
        logical_ids,
        ..
    } = search;
    let mut judged = users::of_roles(&roles, &listing, functions, &mut gaps).await?;
    for role in &mut judged {
        role.others = others.get(&role.role).cloned().unwrap_or_default();
    }
    Ok(Found {
        roles: judged,
        unread,
        gone,
        abroad,
        gaps,
        logical_ids,
    })
}

/// A role to judge: the functions asked for that use it, with the versions of them that do.
#[derive(Debug, Default)]
pub(super) struct Meant {
    pub(super) targets: BTreeMap<Arn, Vec<FunctionVersion>>,
}

struct Search<'a, F> {
    asked: &'a Asked,
    functions: &'a F,
    listing: &'a Listing,
    roles: BTreeMap<String, Meant>,
    others: BTreeMap<String, BTreeSet<Owner>>,
    unread: BTreeMap<String, Unread>,
    gone: BTreeSet<Arn>,
    abroad: BTreeSet<Arn>,
    gaps: BTreeSet<String>,
    logical_ids: BTreeMap<String, String>,
}

impl<F: FunctionApi> Search<'_, F> {
    async fn stacks(&mut self, stacks: &impl StackApi) -> Result<(), TargetError> {
        let mut any = false;
        for name in &self.asked.stacks {
            let own = stack::functions(stacks, name, &mut self.gaps, &mut self.logical_ids);
            for id in own.await? {
                any = true;
                match self
                    .function(&id, &format!("{id} of the stack {name}"))
                    .await
                {
                    // It was deleted by hand since the stack made it.
                    Err(TargetError::NoSuchFunction(function)) => {
                        self.gaps
                            .insert(format!("the function {function} does not exist"));
                    }
                    other => other?,
                }
            }
        }
        let by_name = self.asked.functions.len() + self.asked.roles.len();
        if self.asked.stacks.is_empty() || any || by_name > 0 {
            return Ok(());
        }
        Err(TargetError::NoFunctions {
            stacks: self.asked.stacks.clone(),
        })
    }

    async fn function(&mut self, asked: &str, shown: &str) -> Result<(), TargetError> {
        let name: FunctionName = asked.parse()?;
        if name
            .region()
            .is_some_and(|region| region != self.asked.region)
        {
            return Err(TargetError::OtherRegion {
                function: asked.to_owned(),
                region: self.asked.region.clone(),
            });
        }
        let qualifier = name.qualifier().unwrap_or("$LATEST");
        if let Some(version) = self.listing.find(|version| name.is(version), qualifier) {
            self.mean(version.clone());
            return Ok(());
        }
        let bare = asked
            .strip_suffix(&format!(":{qualifier}"))
            .unwrap_or(asked);
        match self.functions.function(bare, name.qualifier()).await {
            // An alias is not listed; the version behind it is what uses the role.
            Ok(version) => self.mean(version),
            Err(error) if error.is_absent() => {
                return Err(TargetError::NoSuchFunction(shown.to_owned()));
            }
            Err(error) => self.refused(shown, asked, error)?,
        }
        Ok(())
    }

    /// A function of the traces: it may be another account's or region's, or gone.
    async fn seen(&mut self, function: &Arn) -> Result<(), TargetError> {
        if let Some(version) = self.listing.find(|version| version == function, "$LATEST") {
            self.mean(version.clone());
            return Ok(());
        }
        if function.region() != self.asked.region {
            let region = &self.asked.region;
            self.gaps.insert(format!(
                "{function} was seen in the traces and is not of the region {region}"
            ));
            self.abroad.insert(function.clone());
            return Ok(());
        }
        let name = function.to_string();
        if let Some(refused) = self.refused_before() {
            self.unread.insert(
                name.clone(),
                Unread {
                    name,
                    error: refused,
                },
            );
            return Ok(());
        }
        match self.functions.function(&name, None).await {
            Ok(version) => self.mean(version),
            Err(error) if error.is_absent() => {
                self.gaps.insert(format!(
                    "{function} was seen in the traces and no longer exists"
                ));
                self.gone.insert(function.clone());
            }
            Err(error) => self.refused(&name, &name, error)?,
        }
        Ok(())
    }

    /// A function that cannot be read is told of. With credentials that are no good nothing can be had, which ends the search.
    fn refused(&mut self, shown: &str, asked: &str, error: ApiError) -> Result<(), TargetError> {
        if error.kind == ApiErrorKind::Credentials {
            return Err(TargetError::api(&format!("the function `{shown}`"), error));
        }
        let name = asked.to_owned();
        self.unread.insert(shown.to_owned(), Unread { name, error });
        Ok(())
    }

    /// What one function of the traces was refused with, where the list was refused too: the others would be in the same way.
    fn refused_before(&self) -> Option<ApiError> {
        self.listing.not_listed.as_ref()?;
        let unread = self.unread.values().map(|unread| &unread.error);
        let mut denied = unread.filter(|error| error.kind == ApiErrorKind::Denied);
        denied.next().cloned()
    }

    fn role(&mut self, asked: &str) -> Result<(), TargetError> {
        if let Some(error) = &self.listing.not_listed {
            return Err(TargetError::api(
                &format!("the functions that use the role `{asked}`"),
                error.clone(),
            ));
        }
        let is_meant =
            |role: &str| role == asked || (!asked.starts_with("arn:") && role_name(role) == asked);
        let using: Vec<FunctionVersion> = self
            .listing
            .versions
            .iter()
            .filter(|version| is_meant(&version.role))
            .cloned()
            .collect();
        if using.is_empty() {
            self.roles.entry(asked.to_owned()).or_default();
        }
        for version in using {
            self.mean(version);
        }
        Ok(())
    }

    /// A role of others than functions; its functions are found too. A name is the role of that name, if a function or
    /// another has it.
    fn elsewhere(&mut self, asked: &str, owners: &BTreeSet<Owner>) {
        let listed = self.listing.versions.iter().map(|version| &version.role);
        let known = listed
            .chain(self.roles.keys())
            .chain(self.asked.elsewhere.keys());
        let is_meant = |role: &&String| {
            role.starts_with("arn:") && !asked.starts_with("arn:") && role_name(role) == asked
        };
        let role = known
            .into_iter()
            .find(is_meant)
            .map_or(asked, |role| role)
            .to_owned();
        self.roles.entry(role.clone()).or_default();
        self.others
            .entry(role)
            .or_default()
            .extend(owners.iter().cloned());
    }

    fn mean(&mut self, version: FunctionVersion) {
        let meant = self.roles.entry(version.role.clone()).or_default();
        let versions = meant.targets.entry(version.function.clone()).or_default();
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
}
