//! The X-Ray SDK for .NET. Services are spelled as the AWS SDK's namespace (`SimpleSystemsManagement`), operations as
//! the request's class (`GetObjectMetadata`), members as its properties (`BucketName`).
//!
//! `XRayPipelineHandler` and `AWSSDKHandler` show that the file replaces what the SDK records by default, and that a
//! property which the request lacks is ignored. If the namespace is not known, the service id is used.

use super::defaults::Column;
use super::dialect::{Dialect, as_property, joined, of_s3_with_copies};
use super::document::Recorded;
use crate::catalog::{RequestMember, SdkService};

pub(super) const LOADING: &str = "\
.NET (AWSXRayRecorder.Handlers.AwsSdk; these services and no others):
  AWSSDKHandler.RegisterXRayForAllServices(\"whitelist.json\");
  // or, beside RegisterXRay<IAmazonS3>() for single clients
  AWSSDKHandler.RegisterXRayManifest(\"whitelist.json\");";

pub(super) const DIALECT: Dialect = Dialect {
    defaults: Column::Dotnet,
    services: |service: SdkService<'_>| vec![namespace(service)],
    operation: str::to_owned,
    has_request_classes: true,
    members,
};

/// Namespaces that differ from the catalogue's names. X-Ray records SNS under a name by which it does not look it up.
const NAMESPACES: [(&str, &str); 4] = [
    ("acm", "CertificateManager"),
    ("health", "AWSHealth"),
    ("sns", "SimpleNotificationService"),
    ("support", "AWSSupport"),
];

fn namespace(service: SdkService<'_>) -> String {
    let known = NAMESPACES
        .iter()
        .find(|(name, _)| *name == service.name())
        .map(|(_, namespace)| *namespace);
    let known = known.or_else(|| service.dotnet_name());
    known.map_or_else(|| joined(service.service_id()), str::to_owned)
}

fn members(service: &str, members: &[RequestMember]) -> Vec<Recorded> {
    match service {
        "s3" => of_s3_with_copies(members, "BucketName", ["SourceBucket", "DestinationBucket"]),
        _ => members.iter().map(as_property).collect(),
    }
}
