//! KMS keys, by id or ARN. An alias does not show the key, and IAM does not match the ARN of an alias for it (case 32).

use super::{Part, arn_of};

pub(super) fn parts(value: &str) -> Vec<Part> {
    let part = match arn_of("kms", value) {
        Some((arn, place)) => arn
            .resource()
            .strip_prefix("key/")
            .map(|id| Part::new(id).at(place)),
        None => Some(Part::new(value)),
    };
    part.filter(|part| is_key_id(&part.text))
        .into_iter()
        .collect()
}

/// Whether it is a UUID, or `mrk-` and 32 digits for a multi-Region key.
fn is_key_id(id: &str) -> bool {
    let digits = id.strip_prefix("mrk-").unwrap_or(id);
    (32..=64).contains(&digits.len())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_by_id_or_arn_and_never_by_alias() {
        let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
        let multi_region = "mrk-1234abcd12ab34cd56ef1234567890ab";
        for known in [id, multi_region] {
            assert_eq!(parts(known), [Part::new(known)]);
            assert_eq!(
                parts(&format!("arn:aws:kms:eu-west-1:123456789012:key/{known}"))[0].text,
                known
            );
        }
        for unknown in [
            "alias/app",
            "arn:aws:kms:eu-west-1:123456789012:alias/app",
            "app",
            "",
            "*",
        ] {
            assert_eq!(parts(unknown), [], "{unknown}");
        }
    }
}
