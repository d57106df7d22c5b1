//! Secrets Manager secrets, by name, or by ARN with or without the six characters that AWS adds to the name.
//!
//! Follows <https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen>.

use super::{Part, arn_of};

pub(super) fn parts(value: &str) -> Vec<Part> {
    let part = match arn_of("secretsmanager", value) {
        Some((arn, place)) => {
            let name = arn.resource().strip_prefix("secret:");
            name.map(|name| Part::new(without_suffix(name)).at(place))
        }
        None => (!value.starts_with("arn:")).then(|| Part::new(value)),
    };
    part.filter(|part| !part.text.contains(':'))
        .into_iter()
        .collect()
}

/// Returns the secret that a parameter's name refers to: Systems Manager passes such a request on
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html>).
pub(super) fn referred_to(value: &str) -> Vec<Part> {
    let name = value.strip_prefix("/aws/reference/secretsmanager/");
    // A version or stage may follow the name.
    let name = name.and_then(|name| name.split(':').next());
    name.map(parts).unwrap_or_default()
}

/// Removes the hyphen and the six characters at the end of the name in an ARN. An ARN may lack them, and AWS warns that
/// a name which itself ends like this cannot be distinguished.
pub(in crate::catalog) fn without_suffix(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((stem, suffix))
            if !stem.is_empty()
                && suffix.len() == 6
                && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            stem
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_its_name_without_what_aws_adds() {
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db";
        assert_eq!(parts("prod/db"), [Part::new("prod/db")]);
        assert_eq!(parts("prod-abc123"), [Part::new("prod-abc123")]);
        assert_eq!(parts(&format!("{arn}-AbC123"))[0].text, "prod/db");
        assert_eq!(parts(arn)[0].text, "prod/db");
        assert_eq!(
            referred_to("/aws/reference/secretsmanager/prod/db:AWSCURRENT")[0].text,
            "prod/db"
        );
        assert_eq!(referred_to("/prod/db"), []);
        assert_eq!(parts("arn:aws:ssm:eu-west-1:123456789012:parameter/a"), []);
    }
}
