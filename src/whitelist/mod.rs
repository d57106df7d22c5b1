//! The parameter whitelist of an X-Ray SDK: which request parameters it is to record, so that traces carry the resources
//! that policies speak of. Without one the SDKs record the resources of half a dozen services, and of no other.
//!
//! Listed is every operation whose request names a resource, with the members that name it and no others: no object keys,
//! no statement texts. What the SDK records by itself stays, because a whitelist replaces the SDK's own. How each SDK reads
//! the file is said where its spelling is: [`Sdk::loading`] tells it to people.

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
    /// How a program makes the SDK read the file.
    pub fn loading(self) -> &'static str {
        match self {
            Self::Node => node::LOADING,
            Self::Python => python::LOADING,
            Self::Java => java::LOADING,
            Self::Dotnet => dotnet::LOADING,
        }
    }

    /// The spellings that the SDK looks for; for Java those of both AWS SDKs, which share one file without collision.
    fn dialects(self) -> &'static [Dialect] {
        match self {
            Self::Node => &[node::DIALECT],
            Self::Python => &[python::DIALECT],
            Self::Java => &[java::V1, java::V2],
            Self::Dotnet => &[dotnet::DIALECT],
        }
    }
}

/// The whitelist for an SDK, as the JSON text that it reads: of all services, or of those named.
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
/// When a name is not that of a service, or no request of the service names a resource.
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
