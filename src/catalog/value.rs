//! Decides which recorded values may become part of an ARN. Traces are hostile input, because whoever runs the code
//! writes them.
//!
//! A value is refused if it has white space, quotes, brackets, control characters, or text that a policy does not read
//! literally (`*`, `?`, `${`). Its resource then counts as unknown. Nothing is escaped, because no AWS name needs it.

/// The longest value that is accepted. AWS accepts no ARN of this length in a policy.
pub(super) const LONGEST: usize = 2048;

/// Whether the value can be part of an ARN pattern without changes.
pub(super) fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= LONGEST
        && !value.contains("${")
        && value.chars().all(|letter| match letter {
            '*' | '?' | '"' | '\'' | '`' | '<' | '>' | '{' | '}' | '[' | ']' | '\\' | '|' | '^' => {
                false
            }
            _ => letter.is_ascii_graphic() || letter.is_alphanumeric(),
        })
}

/// Whether it has the form of a partition: `aws`, `aws-cn`, `aws-us-gov`.
pub(super) fn is_partition(value: &str) -> bool {
    value.len() <= 32 && value.starts_with("aws") && value.split('-').all(is_letters)
}

/// Whether the value has the prefix that values of this ARN variable have. Variables that are not listed accept any
/// value.
///
/// This protects against a request member that has the variable's name but another meaning.
pub(super) fn fits(variable: &str, value: &str) -> bool {
    let lead = IDENTIFIERS.iter().find(|(name, _)| *name == variable);
    lead.is_none_or(|(_, leads)| leads.iter().any(|lead| value.starts_with(lead)))
}

/// Variables whose values AWS generates with a fixed prefix.
const IDENTIFIERS: [(&str, &[&str]); 15] = [
    ("FileSystemId", &["fs-"]),
    ("AccessPointId", &["fsap-"]),
    ("VpcId", &["vpc-"]),
    ("SubnetId", &["subnet-"]),
    ("SecurityGroupId", &["sg-"]),
    ("NetworkInterfaceId", &["eni-"]),
    ("ImageId", &["ami-", "wsi-"]),
    ("RouteTableId", &["rtb-"]),
    ("InternetGatewayId", &["igw-"]),
    ("NatGatewayId", &["nat-"]),
    ("TransitGatewayId", &["tgw-"]),
    ("VpcEndpointId", &["vpce-"]),
    ("LaunchTemplateId", &["lt-"]),
    ("AllocationId", &["eipalloc-"]),
    ("PrefixListId", &["pl-"]),
];

fn is_letters(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xray::is_region;

    #[test]
    fn what_a_policy_would_read_as_more_than_text_is_refused() {
        for hostile in [
            "",
            "*",
            "orders*",
            "order?",
            "${aws:username}",
            "a b",
            "a\nb",
            "a\u{202e}b",
            "a\0",
            "<b>",
            "`id`",
        ] {
            assert!(!is_plain(hostile), "{hostile:?}");
        }
        assert!(!is_plain(&"a".repeat(LONGEST + 1)));
        for plain in [
            "orders",
            "/aws/lambda/f",
            "$LATEST",
            "a.b_c-d+e=f@g,h",
            "größe",
        ] {
            assert!(is_plain(plain), "{plain:?}");
        }
    }

    #[test]
    fn regions_partitions_and_accounts_have_a_form() {
        for region in [
            "eu-west-1",
            "us-gov-east-1",
            "cn-north-1",
            "us-isob-east-1",
            "ap-southeast-10",
            "eusc-de-east-1",
        ] {
            assert!(is_region(region), "{region}");
        }
        for other in [
            "",
            "eu",
            "eu-west",
            "EU-WEST-1",
            "eu-west-1a",
            "*",
            "eu--1",
            "my-queue-1x",
        ] {
            assert!(!is_region(other), "{other}");
        }
        assert!(is_partition("aws-iso-b") && !is_partition("gcp") && !is_partition("aws*"));
    }
}
