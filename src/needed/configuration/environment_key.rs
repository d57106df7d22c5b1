//! The key that encrypts the environment: Lambda decrypts with the role.
//!
//! Lambda makes a KMS grant for the role when the key is set, so the permission is justified and not required. Follows
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html>.

use super::ConfigurationNeeds;
use crate::lambda::VersionSettings;

pub(super) fn needs(version: &VersionSettings, needs: &mut ConfigurationNeeds) {
    if let Some(key) = &version.environment_key {
        needs.need(&version.named("KMSKeyArn"), &["kms:Decrypt"], key, false);
    }
}
