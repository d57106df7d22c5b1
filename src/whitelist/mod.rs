//! Writes the parameter whitelist of an X-Ray SDK: the request parameters to record, so that traces contain the
//! resources that policies name. Without a whitelist the SDKs record the resources of about six services only.
//!
//! The list has every operation whose request names a resource, with the members that name it and no others: no object
//! keys, no statements. What the SDK records by default is included, because a whitelist replaces the default. The file
//! of each SDK says how that SDK reads the whitelist, and [`Sdk::loading`] returns this for users.

mod defaults;
mod dialect;
mod document;
mod dotnet;
mod java;
mod node;
mod python;
mod selection;

pub use selection::WhitelistError;

use crate::catalog::Catalog;
use dialect::Dialect;
use document::Document;

/// An X-Ray SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sdk {
    /// `aws-xray-sdk-core` of npm, with the AWS SDK for JavaScript 2 and 3.
    Node,
    /// `aws-xray-sdk` of `PyPI`, with botocore and what is built on it.
    Python,
    /// `aws-xray-recorder-sdk` of Maven, with the AWS SDK for Java 1 and 2.
    Java,
    /// `AWSXRayRecorder.Handlers.AwsSdk` of `NuGet`.
    Dotnet,
}

impl Sdk {
    /// Returns how a program makes the SDK read the file.
    pub fn loading(self) -> &'static str {
        match self {
            Self::Node => node::LOADING,
            Self::Python => python::LOADING,
            Self::Java => java::LOADING,
            Self::Dotnet => dotnet::LOADING,
        }
    }

    /// Returns the spellings that the SDK looks up. For Java these are the spellings of both AWS SDKs, which share one
    /// file without conflict.
    fn dialects(self) -> &'static [Dialect] {
        match self {
            Self::Node => &[node::DIALECT],
            Self::Python => &[python::DIALECT],
            Self::Java => &[java::V1, java::V2],
            Self::Dotnet => &[dotnet::DIALECT],
        }
    }
}

/// Returns the whitelist for an SDK as the JSON text that it reads, for the named services, or for all services if none
/// is named.
///
/// ```
/// use aws_least_privilege::catalog::Catalog;
/// use aws_least_privilege::whitelist::{self, Sdk};
///
/// let text = whitelist::render(Sdk::Python, Catalog::embedded(), &["AWS Step Functions"])?;
/// let file: serde_json::Value = serde_json::from_str(&text)?;
/// let recorded = &file["services"]["states"]["operations"]["StartExecution"]["request_parameters"];
/// assert_eq!(recorded, &serde_json::json!(["stateMachineArn"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Returns an error if a name is not the name of a service, or if no request of the service names a resource.
pub fn render<S: AsRef<str>>(
    sdk: Sdk,
    catalog: &Catalog,
    services: &[S],
) -> Result<String, WhitelistError> {
    let selected = selection::select(catalog, services)?;
    let mut document = Document::default();
    for dialect in sdk.dialects() {
        for service in &selected {
            dialect.write(service, &mut document);
        }
    }
    Ok(document.to_json())
}

#[cfg(test)]
mod tests;
