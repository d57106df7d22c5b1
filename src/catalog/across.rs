//! Actions that are asked for in one region and may act on a resource of another.
//!
//! A test of `aws:RequestedRegion` is about the region that is asked. For nearly every action that is the region in the
//! resource's ARN. Not so where something is copied, replicated or connected between regions: whoever copies a snapshot asks
//! the region in which the copy is to be, and IAM is asked about the snapshot in the other one
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion>).
//! AWS lists these actions nowhere, so that they are told by their names, rather one too many than one too few: of them
//! nothing is certain that hangs on the region.

use crate::iam::Action;

/// Words in the names of such actions.
const WORDS: [&str; 6] = [
    "copy",
    "crossregion",
    "global",
    "multiregion",
    "peering",
    // Of a replica, replicating and replication.
    "replica",
];

/// Others: an inference profile passes the call on to models of other regions.
const OTHERS: [&str; 2] = [
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
];

/// Whether the resource of an action may be in another region than the one that is asked.
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
