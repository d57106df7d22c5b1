//! Knows the operations that return credentials. Calls after them may use rights that are not the caller's.
//!
//! These are the operations whose responses contain a secret access key in the SDKs' models, or a token that can be
//! exchanged for one. S3's `CreateSession` is not included, because its session has the caller's own rights.
//! `GetFederationToken` and `GetSessionToken` are included: no role may call them, so whoever does has a user's
//! credentials in addition to the role's. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html>.

use super::resolve::Resolution;

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

impl Resolution {
    /// Returns the operation's name if its response contains credentials of someone other than the caller.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    /// use aws_least_privilege::xray::Call;
    ///
    /// let call = |service: &str, operation: &str| Call {
    ///     service: service.into(),
    ///     operation: operation.into(),
    ///     ..Call::default()
    /// };
    /// let catalog = Catalog::embedded();
    /// assert_eq!(catalog.resolve(&call("AWSSecurityTokenService", "AssumeRole")).gives_credentials(), Some("AssumeRole"));
    /// assert_eq!(catalog.resolve(&call("STS", "GetCallerIdentity")).gives_credentials(), None);
    /// ```
    pub fn gives_credentials(&self) -> Option<&'static str> {
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
    use crate::xray::Call;

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
                resolution.gives_credentials(),
                Some(operation),
                "{service} {operation}: {resolution:?}"
            );
        }
    }
}
