//! Systems Manager parameters. Their names are paths, and the ARN does not repeat the slash at the beginning.

use super::{Part, arn_of};
use crate::catalog::place::Place;

pub(super) fn parts(value: &str) -> Vec<Part> {
    let (name, place) = match arn_of("ssm", value) {
        Some((arn, place)) => match arn.resource().strip_prefix("parameter/") {
            Some(name) => (name.to_owned(), place),
            None => return Vec::new(),
        },
        None if value.starts_with("arn:") => return Vec::new(),
        None => (value.trim_start_matches('/').to_owned(), Place::default()),
    };
    // Parameters that AWS publishes are in no account: `arn:aws:ssm:REGION::parameter/aws/service/...`.
    let place = if name.starts_with("aws/service/") || name == "aws/service" {
        of_aws(place)
    } else {
        place
    };
    // A version or label may follow the name.
    let name = name
        .split(':')
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_owned();
    vec![Part::new(name).at(place)]
}

/// Returns a document, by name or ARN. Documents of AWS are in no account, and only AWS may use these prefixes in their
/// names: <https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html>.
pub(super) fn document(value: &str) -> Vec<Part> {
    let (name, place) = match arn_of("ssm", value) {
        Some((arn, place)) => match arn.resource().split_once('/') {
            Some(("document" | "automation-definition", name)) => (name.to_owned(), place),
            _ => return Vec::new(),
        },
        None if value.starts_with("arn:") => return Vec::new(),
        None => (value.to_owned(), Place::default()),
    };
    let lower = name.to_ascii_lowercase();
    let is_of_aws = ["aws", "amazon", "amzn"]
        .iter()
        .any(|lead| lower.starts_with(lead));
    let place = if is_of_aws { of_aws(place) } else { place };
    let name = name.split(':').next().unwrap_or_default();
    vec![Part::new(name).at(place)]
}

fn of_aws(place: Place) -> Place {
    Place {
        account: Some(String::new()),
        ..place
    }
}

/// Returns everything under a path. Under the root this is every parameter.
pub(super) fn under(value: &str) -> Vec<Part> {
    if value == "/" {
        return vec![Part {
            wildcard: "*",
            ..Part::new("")
        }];
    }
    let below = parts(value).into_iter().map(|part| Part {
        wildcard: "/*",
        ..part
    });
    below.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_its_path_without_the_first_slash() {
        for value in [
            "/prod/db",
            "prod/db",
            "/prod/db:3",
            "prod/db:current",
            "/prod/db/",
        ] {
            assert_eq!(parts(value), [Part::new("prod/db")], "{value}");
        }
        assert_eq!(
            parts("arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db")[0].text,
            "prod/db"
        );
        assert_eq!(parts("arn:aws:ssm:eu-west-1:123456789012:document/x"), []);
        let public = parts("/aws/service/ami-amazon-linux-latest/x");
        assert_eq!(public[0].place.account.as_deref(), Some(""));
        assert_eq!(
            document("AWS-RunShellScript")[0].place.account.as_deref(),
            Some("")
        );
        assert_eq!(document("Restart"), [Part::new("Restart")]);
        assert_eq!(under("/prod/db/")[0].pattern(), "prod/db/*");
        assert_eq!(under("/")[0].pattern(), "*");
    }
}
