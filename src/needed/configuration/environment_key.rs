//! The KMS key that encrypts the environment variables: Lambda decrypts them with the function's role.
//!
//! The permission is justified but not required, because Lambda creates a KMS grant for the role when the key is set.
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html>.

use super::ConfigurationNeeds;
use crate::lambda::VersionSettings;

pub(super) fn needs(version: &VersionSettings, needs: &mut ConfigurationNeeds) {
    if let Some(key) = &version.environment_key {
        needs.need(&version.named("KMSKeyArn"), &["kms:Decrypt"], key, false);
    }
}
