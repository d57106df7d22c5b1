//! Finds the recorder of a function's calls, and the calls that it could record with more parameters.

use crate::catalog::{Catalog, Mapped, Resolution};
use crate::usage::{Ending, OwnerUsage};
use crate::whitelist::Sdk;
use std::collections::BTreeSet;

/// The recorder of a function's calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recorder {
    /// An X-Ray SDK that can read a whitelist.
    Sdk(Sdk),
    /// A recorder that reads no whitelist.
    Other,
    /// It is not known.
    #[default]
    Unknown,
}

impl Recorder {
    /// Returns the recorder that the traces name, or else the one for the function's runtime.
    pub(super) fn of(sdks: Option<&BTreeSet<String>>, runtime: Option<&str>) -> Self {
        if let Some(said) = sdks.and_then(BTreeSet::first) {
            return match said.as_str() {
                "X-Ray for Python" => Self::Sdk(Sdk::Python),
                "X-Ray for Node.js" => Self::Sdk(Sdk::Node),
                "X-Ray for Java" => Self::Sdk(Sdk::Java),
                "X-Ray for .NET" | "X-Ray for .NET Core" => Self::Sdk(Sdk::Dotnet),
                _ => Self::Other,
            };
        }
        let Some(runtime) = runtime else {
            return Self::Unknown;
        };
        let language = runtime.split(|letter: char| letter.is_ascii_digit()).next();
        match language.unwrap_or_default() {
            "python" => Self::Sdk(Sdk::Python),
            "nodejs" => Self::Sdk(Sdk::Node),
            "java" => Self::Sdk(Sdk::Java),
            "dotnet" | "dotnetcore" => Self::Sdk(Sdk::Dotnet),
            // A custom runtime, or a runtime that is newer than this list.
            _ => Self::Unknown,
        }
    }

    /// Returns the SDK, if it can read a whitelist.
    pub(super) fn sdk(self) -> Option<Sdk> {
        match self {
            Self::Sdk(sdk) => Some(sdk),
            Self::Other | Self::Unknown => None,
        }
    }
}

/// Returns services whose calls were recorded without the parameter that names their resource, if a whitelist can add
/// it.
pub(super) fn without_parameters(observed: &OwnerUsage, catalog: &Catalog) -> BTreeSet<String> {
    let calls = observed.uses.keys().filter(|group| match group.ending {
        Ending::Used => true,
        Ending::Denied { .. } => false,
    });
    let mapped = calls.filter_map(|group| match group.resolution.as_ref() {
        Resolution::Mapped(mapped) => Some(mapped),
        Resolution::UnknownOperation { .. } | Resolution::UnknownService => None,
    });
    mapped
        .filter(|mapped| mapped.needs.iter().any(|need| !need.resources.known))
        .filter(|mapped| can_be_recorded(mapped, catalog))
        .map(|mapped| mapped.service.clone())
        .collect()
}

fn can_be_recorded(mapped: &Mapped, catalog: &Catalog) -> bool {
    catalog
        .services()
        .filter(|service| service.name() == mapped.service)
        .any(|service| !service.resource_parameters(&mapped.operation).is_empty())
}
