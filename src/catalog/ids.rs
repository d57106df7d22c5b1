//! What is known of the ids and names in ARNs: how long they are at least, and what they begin with.
//!
//! Patterns such as `arn:aws:sqs:*:????????????:*` and `arn:aws:sqs:*:*:*` match the same queues, because every account has
//! twelve digits. The texts here are patterns that every value of a variable matches.

use super::overlap;
use super::template::{self, Piece};

/// The variables of every service, and a pattern of their values.
const OF_ALL: [(&str, &str); 3] = [
    ("Account", "????????????"),
    ("AccountId", "????????????"),
    ("Region", "??-?*-?"),
];

/// The variables of one service, and a pattern of their values. Multi-Region keys of AWS KMS have ids of another form, and a
/// pattern for all other keys still counts as all keys.
const OF_ONE: [(&str, &str, &str); 21] = [
    ("dynamodb", "IndexName", "???*"),
    ("dynamodb", "TableName", "???*"),
    ("ec2", "AllocationId", "eipalloc-?*"),
    ("ec2", "ImageId", "ami-?*"),
    ("ec2", "InstanceId", "i-????????*"),
    ("ec2", "InternetGatewayId", "igw-?*"),
    ("ec2", "LaunchTemplateId", "lt-?*"),
    ("ec2", "NaclId", "acl-?*"),
    ("ec2", "NatGatewayId", "nat-?*"),
    ("ec2", "NetworkInterfaceId", "eni-?*"),
    ("ec2", "RouteTableId", "rtb-?*"),
    ("ec2", "SecurityGroupId", "sg-?*"),
    ("ec2", "SnapshotId", "snap-?*"),
    ("ec2", "SubnetId", "subnet-?*"),
    ("ec2", "TransitGatewayId", "tgw-?*"),
    ("ec2", "VolumeId", "vol-?*"),
    ("ec2", "VpcEndpointId", "vpce-?*"),
    ("ec2", "VpcId", "vpc-?*"),
    ("kms", "KeyId", "????????-????-????-????-????????????"),
    ("s3", "BucketName", "???*"),
    ("secretsmanager", "SecretId", "?*-??????"),
];

/// A pattern of all ARNs of a format in a partition, as narrow as is known.
pub(super) fn narrowest(format: &str, partition: &str) -> String {
    let service = overlap::service(format).unwrap_or_default();
    let mut text = String::with_capacity(format.len());
    for piece in template::pieces(format) {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Wild => text.push('*'),
            Piece::Variable("Partition") => text.push_str(partition),
            Piece::Variable(name) => text.push_str(values(service, name)),
        }
    }
    text
}

/// A pattern that every value of a variable matches. No value is empty.
fn values(service: &str, variable: &str) -> &'static str {
    let of_all = OF_ALL.iter().find(|(name, _)| *name == variable);
    let own = OF_ONE
        .iter()
        .find(|(of, name, _)| *of == service && *name == variable);
    let own = own.map(|(_, _, values)| *values);
    own.or(of_all.map(|(_, values)| *values)).unwrap_or("?*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_value_is_in_the_pattern() {
        for (format, narrow) in [
            (
                "arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${SecretId}",
                "arn:aws:secretsmanager:??-?*-?:????????????:secret:?*-??????",
            ),
            (
                "arn:${Partition}:s3:::${BucketName}/${ObjectName}",
                "arn:aws:s3:::???*/?*",
            ),
            // The id of an instance of Amazon Connect has another form.
            (
                "arn:${Partition}:connect:${Region}:${Account}:instance/${InstanceId}",
                "arn:aws:connect:??-?*-?:????????????:instance/?*",
            ),
            ("arn:${Partition}:dms:*:*:rep:*", "arn:aws:dms:*:*:rep:*"),
        ] {
            assert_eq!(narrowest(format, "aws"), narrow);
        }
    }
}
