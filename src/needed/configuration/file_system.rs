//! File systems: Lambda mounts them with the function's role.
//!
//! The setting names an access point, but IAM grants these actions on the file system behind it. Follows
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html>.

use super::ConfigurationNeeds;
use crate::iam::Arn;
use crate::lambda::VersionSettings;

pub(super) const ACTIONS: &[&str] = &[
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientWrite",
    "elasticfilesystem:ClientRootAccess",
];

pub(super) fn needs(version: &VersionSettings, needs: &mut ConfigurationNeeds) {
    let setting = version.named("FileSystemConfigs");
    for access_point in &version.file_systems {
        let arn = access_point.parse::<Arn>().ok();
        let Some(arn) = arn.filter(|arn| arn.service() == "elasticfilesystem") else {
            needs.gaps.insert(format!(
                "{setting} names {access_point}, which is of a kind that is not known"
            ));
            continue;
        };
        let file_systems = arn.with_resource("file-system/*").to_string();
        needs.add(
            &setting,
            &["elasticfilesystem:ClientMount"],
            &file_systems,
            true,
            false,
        );
        // A function that only reads does not need to write.
        needs.add(
            &setting,
            &["elasticfilesystem:ClientWrite"],
            &file_systems,
            false,
            false,
        );
        let reason = "the function mounts a file system, and may need to as root";
        needs.may_need(
            &["elasticfilesystem:ClientRootAccess"],
            &file_systems,
            reason,
        );
    }
}
