//! Knows the actions that are called in one region and may act on a resource in another.
//!
//! A condition on `aws:RequestedRegion` tests the region that is called. For nearly every action this is also the
//! region in the resource's ARN. It is not if something is copied, replicated or connected between regions: to copy a
//! snapshot, the region of the copy is called, and IAM checks the snapshot in the other region
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion>).
//! AWS has no list of these actions, so they are recognised by their names. One action too many does no harm, because
//! it only means that nothing about the region of its resource is taken as certain.

use crate::iam::Action;

/// Words in the names of such actions.
const WORDS: [&str; 6] = [
    "copy",
    "crossregion",
    "global",
    "multiregion",
    "peering",
    // For replica, replicate and replication.
    "replica",
];

/// Such actions without these words: an inference profile passes the call on to models in other regions.
const OTHERS: [&str; 2] = [
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
];

/// Whether the resource of an action may be in another region than the one that is called.
///
/// ```
/// use aws_least_privilege::catalog::across::may_reach_another_region;
///
/// assert!(may_reach_another_region(&"rds:CopyDBSnapshot".parse()?));
/// assert!(!may_reach_another_region(&"sqs:SendMessage".parse()?));
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn may_reach_another_region(action: &Action) -> bool {
    let name = action.name().to_ascii_lowercase();
    let whole = action.to_string();
    WORDS.iter().any(|word| name.contains(word))
        || OTHERS.iter().any(|own| own.eq_ignore_ascii_case(&whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_the_like_may_reach_another_region() {
        for (action, expected) in [
            ("ec2:CopySnapshot", true),
            ("rds:CopyDBSnapshot", true),
            ("rds:CreateDBInstanceReadReplica", true),
            ("secretsmanager:ReplicateSecretToRegions", true),
            ("secretsmanager:RemoveRegionsFromReplication", true),
            ("dynamodb:CreateTableReplica", true),
            ("backup:StartCopyJob", true),
            ("ec2:CreateVpcPeeringConnection", true),
            ("cassandra:SelectMultiRegionResource", true),
            ("BEDROCK:invokemodel", true),
            ("sqs:SendMessage", false),
            ("dynamodb:PutItem", false),
            ("ec2:CreateSnapshot", false),
            ("bedrock:InvokeAgent", false),
        ] {
            let parsed: Action = action.parse().expect("an action");
            assert_eq!(may_reach_another_region(&parsed), expected, "{action}");
        }
    }
}
