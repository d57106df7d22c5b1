//! Systems Manager parameters: names are paths, and their ARN does not repeat the slash that they begin with.

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
    // A version or label may follow the name.
    let name = name
        .split(':')
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_owned();
    vec![Part::new(name).at(place)]
}

/// What lies under a path; everything under the root.
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
        assert_eq!(under("/prod/db/")[0].pattern(), "prod/db/*");
        assert_eq!(under("/")[0].pattern(), "*");
    }
}
