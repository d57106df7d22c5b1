//! Selects what is to be recorded, with the catalogue's names: services, their operations, and the members that name a
//! resource.

use crate::catalog::{Catalog, RequestMember, SdkService};
use crate::xray::call::normalised;

/// How similar two names must be, so that one is suggested for the other.
const ALIKE: f64 = 0.85;

/// Why no whitelist could be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhitelistError {
    /// No service has the name.
    #[error("no AWS service has the name `{name}`")]
    UnknownService {
        /// The name as it was typed.
        name: String,
        /// The most similar name.
        nearest: Option<String>,
    },
    /// The service has no request that names a resource.
    #[error("no request of `{name}` names a resource that policies can name")]
    NothingToRecord {
        /// The name as it was typed.
        name: String,
    },
}

impl WhitelistError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownService { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownService { nearest: None, .. } => {
                "name it as an SDK or a policy does, for example `dynamodb`, `states` or `Secrets Manager`".to_owned()
            }
            Self::NothingToRecord { .. } => "leave it out: its calls need nothing recorded".to_owned(),
        }
    }
}

/// A service, and what to record of it.
#[derive(Debug)]
pub(super) struct Selected<'c> {
    pub(super) service: SdkService<'c>,
    pub(super) operations: Vec<SelectedOperation<'c>>,
}

/// An operation, and the members of its request to record.
#[derive(Debug)]
pub(super) struct SelectedOperation<'c> {
    /// The name as the API spells it.
    pub(super) name: &'c str,
    /// The names of the SDKs' request classes, if they differ from it.
    pub(super) request_classes: Vec<&'c str>,
    pub(super) members: Vec<RequestMember>,
}

/// Returns the named services, or all if none is named, each with what to record of it.
pub(super) fn select<'c, S: AsRef<str>>(
    catalog: &'c Catalog,
    names: &[S],
) -> Result<Vec<Selected<'c>>, WhitelistError> {
    if names.is_empty() {
        let all = catalog.services().map(selected);
        return Ok(all
            .filter(|service| !service.operations.is_empty())
            .collect());
    }
    let mut wanted: Vec<Selected<'c>> = Vec::new();
    for name in names.iter().map(AsRef::as_ref) {
        let mut of_name = named(catalog, name)?;
        of_name.retain(|service| !service.operations.is_empty());
        if of_name.is_empty() {
            return Err(WhitelistError::NothingToRecord {
                name: name.to_owned(),
            });
        }
        of_name.retain(|service| {
            wanted
                .iter()
                .all(|other| other.service.name() != service.service.name())
        });
        wanted.append(&mut of_name);
    }
    wanted.sort_by_key(|service| service.service.name());
    Ok(wanted)
}

/// Returns the services with a name. Several may share it (`email` is SES 1 and 2), but a service whose own name it is
/// takes precedence.
fn named<'c>(catalog: &'c Catalog, name: &str) -> Result<Vec<Selected<'c>>, WhitelistError> {
    let mut found = catalog.services_named(name);
    let wanted = normalised(name);
    let is_own = |service: &SdkService<'_>| {
        [service.name(), service.service_id()]
            .iter()
            .any(|own| normalised(own) == wanted)
    };
    if found.iter().any(is_own) {
        found.retain(is_own);
    }
    if found.is_empty() {
        let nearest = nearest(catalog, &wanted);
        return Err(WhitelistError::UnknownService {
            name: name.to_owned(),
            nearest,
        });
    }
    Ok(found.into_iter().map(selected).collect())
}

fn nearest(catalog: &Catalog, wanted: &str) -> Option<String> {
    let names = catalog.services().flat_map(|service| {
        [
            service.name(),
            service.service_id(),
            service.prefix(),
            service.endpoint_prefix(),
        ]
        .map(|name| (name, service.name()))
    });
    let alike = names.map(|(name, own)| (strsim::jaro_winkler(wanted, &normalised(name)), own));
    let best = alike.max_by(|(one, first), (other, second)| {
        one.total_cmp(other).then_with(|| second.cmp(first))
    });
    best.filter(|(likeness, _)| *likeness >= ALIKE)
        .map(|(_, name)| name.to_owned())
}

fn selected(service: SdkService<'_>) -> Selected<'_> {
    let spellings: Vec<(&str, &str)> = service.spellings().collect();
    let operations = service.operations().map(|name| SelectedOperation {
        name,
        request_classes: spellings
            .iter()
            .filter(|(_, meant)| *meant == name)
            .map(|(class, _)| *class)
            .collect(),
        members: members(service, name),
    });
    Selected {
        service,
        operations: operations
            .filter(|operation| !operation.members.is_empty())
            .collect(),
    }
}

/// Returns the members that name a resource, without those that also contain an object's key.
fn members(service: SdkService<'_>, operation: &str) -> Vec<RequestMember> {
    let mut members = service.resource_parameters(operation);
    members.retain(|member| service.name() != "s3" || member.name != "CopySource");
    members
}
