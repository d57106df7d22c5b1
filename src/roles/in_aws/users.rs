//! Everyone who uses a role, with the settings that make Lambda itself use it.

use super::look_up::Meant;
use super::{RoleUsers, TargetError, User};
use crate::aws::lambda::{FunctionApi, FunctionEventSource, FunctionVersion};
use crate::aws::{ApiError, ApiErrorKind};
use crate::iam::Arn;
use crate::lambda::{Destination, EventSource, FunctionSettings, Reading, VersionSettings};
use futures_util::future;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use std::collections::{BTreeMap, BTreeSet};

/// Requests in flight at a time.
const CONCURRENT: usize = 8;

/// All functions and event sources of the account and region, each read once.
#[derive(Debug)]
pub(super) struct Listing {
    /// All versions of all functions; none where they may not be listed.
    pub(super) versions: Vec<FunctionVersion>,
    /// Why they may not be listed, if so.
    pub(super) not_listed: Option<ApiError>,
    event_sources: Result<Vec<FunctionEventSource>, ApiError>,
}

impl Listing {
    /// Reads both lists. That one cannot be had is told of; credentials that are no good are an error.
    pub(super) async fn read(api: &impl FunctionApi) -> Result<Self, TargetError> {
        let (functions, event_sources) = future::join(api.functions(), api.event_sources()).await;
        let functions = readable("the functions of the account and region", functions)?;
        let (versions, not_listed) = match functions {
            Ok(versions) => (versions, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        Ok(Self {
            versions,
            not_listed,
            event_sources: readable("the event source mappings", event_sources)?,
        })
    }

    /// A version of the function that is meant.
    pub(super) fn find(
        &self,
        is_meant: impl Fn(&Arn) -> bool,
        version: &str,
    ) -> Option<&FunctionVersion> {
        let mut versions = self.versions.iter();
        versions.find(|listed| listed.settings.version == version && is_meant(&listed.function))
    }

    fn event_sources_of(&self, function: &Arn) -> Reading<Vec<EventSource>> {
        let all = self.event_sources.as_ref().map_err(ToString::to_string)?;
        let own = all.iter().filter(|polled| polled.function == *function);
        let mut sources: Vec<EventSource> = own.map(|polled| polled.source.clone()).collect();
        sources.sort();
        Ok(sources)
    }
}

/// What Lambda does not tell, for want of a permission or for another reason, is a gap. With credentials that are no good nothing
/// else can be had either.
fn readable<T>(
    what: &str,
    answer: Result<T, ApiError>,
) -> Result<Result<T, ApiError>, TargetError> {
    match answer {
        Err(error) if error.kind == ApiErrorKind::Credentials => Err(TargetError::api(what, error)),
        other => Ok(other),
    }
}

/// The users of each role, those asked for and the others.
pub(super) async fn of_roles(
    roles: &BTreeMap<String, Meant>,
    listing: &Listing,
    api: &impl FunctionApi,
    gaps: &mut BTreeSet<String>,
) -> Result<Vec<RoleUsers>, TargetError> {
    let versions: BTreeMap<&str, BTreeMap<Arn, Vec<VersionSettings>>> = roles
        .iter()
        .map(|(role, meant)| (role.as_str(), versions(role, meant, listing)))
        .collect();
    let functions: BTreeSet<String> = versions
        .values()
        .flat_map(BTreeMap::keys)
        .map(ToString::to_string)
        .collect();
    let destinations = destinations(functions, api).await?;
    let mut insufficient = BTreeSet::new();
    if let Some(error) = &listing.not_listed {
        gaps.insert(format!(
            "the functions of the account and region were not listed: {error}"
        ));
        insufficient.insert(
            "the functions of the account and region could not be listed, so others may use the role"
                .to_owned(),
        );
    }
    let mut judged = Vec::new();
    for (role, functions) in versions {
        let targets = roles.get(role).map(|meant| &meant.targets);
        let users = functions.into_iter().map(|(function, versions)| User {
            target: targets.is_some_and(|targets| targets.contains_key(&function)),
            settings: FunctionSettings {
                event_sources: listing.event_sources_of(&function),
                destinations: match destinations.get(&function.to_string()) {
                    Some(Ok(found)) => Ok(found.clone()),
                    Some(Err(error)) => Err(error.to_string()),
                    None => Ok(Vec::new()),
                },
                function,
                versions,
            },
        });
        judged.push(RoleUsers {
            role: role.to_owned(),
            users: users.collect(),
            others: BTreeSet::new(),
            insufficient: insufficient.clone(),
        });
    }
    Ok(judged)
}

/// The versions of each function that run with a role: those listed, and those found by name.
fn versions(role: &str, meant: &Meant, listing: &Listing) -> BTreeMap<Arn, Vec<VersionSettings>> {
    let named = meant.targets.values().flatten();
    let mut functions: BTreeMap<Arn, Vec<VersionSettings>> = BTreeMap::new();
    for version in listing
        .versions
        .iter()
        .filter(|version| version.role == role)
        .chain(named)
    {
        let versions = functions.entry(version.function.clone()).or_default();
        if !versions.contains(&version.settings) {
            versions.push(version.settings.clone());
        }
    }
    for versions in functions.values_mut() {
        versions.sort_by_key(|settings| (settings.version.len(), settings.version.clone()));
    }
    functions
}

type Destinations = BTreeMap<String, Result<Vec<Destination>, ApiError>>;

async fn destinations(
    functions: BTreeSet<String>,
    api: &impl FunctionApi,
) -> Result<Destinations, TargetError> {
    let reading = functions.into_iter().map(|function| async {
        let found = match api.destinations(&function).await {
            // The function was deleted between the calls.
            Err(error) if error.is_absent() => Ok(Vec::new()),
            found => found,
        };
        let found = readable(&format!("the destinations of `{function}`"), found)?;
        Ok((
            function,
            found.map(|found| BTreeSet::from_iter(found).into_iter().collect()),
        ))
    });
    stream::iter(reading)
        .buffer_unordered(CONCURRENT)
        .try_collect()
        .await
}
