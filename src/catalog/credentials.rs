//! Knows the operations that return credentials. Calls after them may use rights that are not the caller's.
//!
//! These are the operations whose responses contain a secret access key in the SDKs' models, or a token that can be
//! exchanged for one. S3's `CreateSession` is not included, because its session has the caller's own rights.
//! `GetFederationToken` and `GetSessionToken` are included: no role may call them, so whoever does has a user's
//! credentials in addition to the role's. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html>.

use super::resolve::Resolution;
use crate::xray::Call;
use crate::xray::call::normalised;

/// The botocore name of the service and the operation. If the SDKs' models lack the operation, the IAM prefix and the
/// operation.
const GIVE_CREDENTIALS: [(&str, &str); 40] = [
    ("account-access-runtime", "GetRoleCredentials"),
    ("cloudwatchomni", "GetSpaceCredentialsForOrganization"),
    ("cloudwatchomni", "GetSpaceDataAccess"),
    ("codepipeline", "GetJobDetails"),
    ("codepipeline", "GetThirdPartyJobDetails"),
    ("codepipeline", "PollForJobs"),
    ("cognito-identity", "GetCredentialsForIdentity"),
    ("cognito-identity", "GetOpenIdToken"),
    ("cognito-identity", "GetOpenIdTokenForDeveloperIdentity"),
    ("datazone", "GetConnection"),
    ("datazone", "GetEnvironmentCredentials"),
    ("deadline", "AssumeFleetRoleForRead"),
    ("deadline", "AssumeFleetRoleForWorker"),
    ("deadline", "AssumeQueueRoleForRead"),
    ("deadline", "AssumeQueueRoleForUser"),
    ("deadline", "AssumeQueueRoleForWorker"),
    ("eks-auth", "AssumeRoleForPodIdentity"),
    ("gamelift", "CreateBuild"),
    ("gamelift", "GetComputeAccess"),
    ("gamelift", "RequestUploadCredentials"),
    ("iam", "CreateAccessKey"),
    ("lakeformation", "AssumeDecoratedRoleWithSAML"),
    ("lakeformation", "GetTemporaryDataLocationCredentials"),
    ("lakeformation", "GetTemporaryGlueFunctionCredentials"),
    ("lakeformation", "GetTemporaryGluePartitionCredentials"),
    ("lakeformation", "GetTemporaryGlueTableCredentials"),
    ("lightsail", "CreateBucketAccessKey"),
    ("lightsail", "GetBucketAccessKeys"),
    ("rolesanywhere", "CreateSession"),
    ("s3control", "GetDataAccess"),
    ("signin", "CreateOAuth2Token"),
    ("ssm", "GetAccessToken"),
    ("sso", "GetRoleCredentials"),
    ("sts", "AssumeRole"),
    ("sts", "AssumeRoleWithSAML"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("sts", "AssumeRoot"),
    ("sts", "GetDelegatedAccessToken"),
    ("sts", "GetFederationToken"),
    ("sts", "GetSessionToken"),
];

/// The same of services that AWS has ended, which the SDKs' models have no more: a part of every name of the service, and the
/// operation.
const OF_ENDED_SERVICES: [(&str, &str); 1] = [("finspace", "GetProgrammaticAccessCredentials")];

/// Returns the operation's name if a call's response contains credentials of someone other than the caller.
///
/// ```
/// use aws_least_privilege::catalog::{Catalog, gives_credentials};
/// use aws_least_privilege::xray::Call;
///
/// let given = |service: &str, operation: &str| {
///     let call = Call {
///         service: service.into(),
///         operation: operation.into(),
///         ..Call::default()
///     };
///     gives_credentials(&call, &Catalog::embedded().resolve(&call))
/// };
/// assert_eq!(given("AWSSecurityTokenService", "AssumeRole"), Some("AssumeRole"));
/// assert_eq!(given("STS", "GetCallerIdentity"), None);
/// ```
pub fn gives_credentials(call: &Call, resolution: &Resolution) -> Option<&'static str> {
    let of_ended = || {
        let service = normalised(&call.service);
        let mut ended = OF_ENDED_SERVICES.iter();
        ended.find(|(part, name)| service.contains(part) && call.operation == *name)
    };
    match resolution {
        Resolution::UnknownService => of_ended().map(|(_, operation)| *operation),
        Resolution::Mapped(_) | Resolution::UnknownOperation { .. } => {
            resolution.gives_credentials()
        }
    }
}

impl Resolution {
    /// Returns the operation's name if its response contains credentials of someone other than the caller.
    fn gives_credentials(&self) -> Option<&'static str> {
        let (service, operation) = match self {
            Self::Mapped(mapped) => (&mapped.service, &mapped.operation),
            Self::UnknownOperation { prefix, operation } => (prefix, operation),
            Self::UnknownService => return None,
        };
        let found = GIVE_CREDENTIALS
            .iter()
            .find(|(known, name)| known == service && name == operation);
        found.map(|(_, operation)| *operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_operation_that_gives_credentials_is_found_by_what_it_resolves_to() {
        for (service, operation) in GIVE_CREDENTIALS {
            let call = Call {
                service: service.to_owned(),
                operation: operation.to_owned(),
                ..Call::default()
            };
            let resolution = Catalog::embedded().resolve(&call);
            assert_eq!(
                gives_credentials(&call, &resolution),
                Some(operation),
                "{service} {operation}: {resolution:?}"
            );
        }
    }

    #[test]
    fn a_service_that_has_ended_is_known_by_each_of_its_names() {
        let given = |service: &str, operation: &str| {
            let call = Call {
                service: service.to_owned(),
                operation: operation.to_owned(),
                ..Call::default()
            };
            let resolution = Catalog::embedded().resolve(&call);
            gives_credentials(&call, &resolution)
        };
        let operation = "GetProgrammaticAccessCredentials";
        for service in [
            "FinSpaceData",
            "finspace data",
            "finspace-api",
            "AWSFinSpaceData",
        ] {
            assert_eq!(given(service, operation), Some(operation), "{service}");
        }
        assert_eq!(given("FinSpaceData", "GetDataView"), None);
        assert_eq!(given("Unheard", operation), None);
    }
}
