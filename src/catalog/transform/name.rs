//! Plain names, and names at the end of a longer text.

use super::Part;
use crate::catalog::place::Place;
use crate::catalog::value;
use crate::iam::Arn;

/// Returns the name itself. An ARN is not a name.
pub(super) fn parts(value: &str) -> Vec<Part> {
    if is_arn(value) {
        Vec::new()
    } else {
        vec![Part::new(value)]
    }
}

/// Returns the last part of an ARN, or a plain name unchanged.
pub(super) fn last(value: &str) -> Vec<Part> {
    if !is_arn(value) {
        return vec![Part::new(value)];
    }
    let Some((arn, place)) = read(value) else {
        return Vec::new();
    };
    let resource = arn.resource();
    let last = resource
        .rsplit_once('/')
        .or_else(|| resource.rsplit_once(':'))
        .map_or(resource, |(_, last)| last);
    vec![Part::new(last).at(place)]
}

/// Returns the text before a revision or a run, bare or at the end of an ARN: `family:revision`, `project:build`.
pub(super) fn family(value: &str) -> Vec<Part> {
    let (text, place) = match read(value) {
        Some((arn, place)) => (arn.resource().to_owned(), place),
        None if is_arn(value) => return Vec::new(),
        None => (value.to_owned(), Place::default()),
    };
    let last = text.rsplit('/').next().unwrap_or_default();
    let family = last.split(':').next().unwrap_or_default();
    vec![Part::new(family).at(place)]
}

/// Returns the id after the path that the API itself puts in front: `/hostedzone/Z0123456789ABC`.
pub(super) fn after_path(value: &str) -> Vec<Part> {
    parts(value.rsplit('/').next().unwrap_or(value))
}

/// Returns an id, where a request accepts a name too and the ARN has only the id. AWS generates such ids with seven
/// letters and digits. A value that may be a name gives nothing.
pub(super) fn short_id(value: &str) -> Vec<Part> {
    let is_id = value.len() == 7
        && value
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_digit());
    if is_id { parts(value) } else { Vec::new() }
}

/// Returns a name that AWS owns, in the account of AWS: `aws.browser.v1`.
pub(super) fn owned_by_aws(value: &str) -> Vec<Part> {
    if !value.starts_with("aws.") {
        return Vec::new();
    }
    let place = Place {
        account: Some("aws".to_owned()),
        ..Place::default()
    };
    let own = parts(value);
    own.into_iter().map(|part| part.at(place.clone())).collect()
}

/// Returns a name that AWS does not own.
pub(super) fn not_of_aws(value: &str) -> Vec<Part> {
    if value.starts_with("aws.") {
        Vec::new()
    } else {
        parts(value)
    }
}

/// Returns a name that may be under a path, which is in the ARN and not in the request: `deploy` is `role/deploy` or
/// `role/service/deploy`.
pub(super) fn under_any_path(value: &str) -> Vec<Part> {
    let own = parts(value);
    let deeper = own
        .clone()
        .into_iter()
        .map(|part| Part { path: "*/", ..part });
    own.iter()
        .cloned()
        .chain(deeper)
        .map(Part::perhaps)
        .collect()
}

/// Returns a name as it is in an ARN that AWS writes in lower case.
pub(super) fn in_lower_case(value: &str) -> Vec<Part> {
    parts(&value.to_lowercase())
}

/// Returns the name of a KMS alias, whose ARN repeats the `alias/`.
pub(super) fn alias(value: &str) -> Vec<Part> {
    parts(value.strip_prefix("alias/").unwrap_or(value))
}

fn is_arn(value: &str) -> bool {
    value.starts_with("arn:")
}

fn read(value: &str) -> Option<(Arn, Place)> {
    let arn: Arn = value.parse().ok()?;
    let place = Place::new(
        Some(arn.partition()),
        Some(arn.region()),
        Some(arn.account()),
    );
    value::is_plain(value).then_some((arn, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parts: &[Part]) -> Vec<&str> {
        parts.iter().map(|part| part.text.as_str()).collect()
    }

    #[test]
    fn a_name_is_found_at_the_end_of_what_holds_it() {
        assert_eq!(texts(&parts("orders")), ["orders"]);
        assert_eq!(parts("arn:aws:sns:eu-west-1:123456789012:orders"), []);
        assert_eq!(
            texts(&last("arn:aws:ecs:eu-west-1:123456789012:cluster/blue")),
            ["blue"]
        );
        assert_eq!(
            texts(&last("arn:aws:sns:eu-west-1:123456789012:orders")),
            ["orders"]
        );
        assert_eq!(texts(&last("/aws/lambda/f")), ["/aws/lambda/f"]);
        assert_eq!(texts(&family("web:12")), ["web"]);
        assert_eq!(
            texts(&family(
                "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:12"
            )),
            ["web"]
        );
        assert_eq!(texts(&alias("alias/app")), ["app"]);
        assert_eq!(texts(&in_lower_case("Endpoint-AbC")), ["endpoint-abc"]);
        assert_eq!(texts(&after_path("/hostedzone/Z0123")), ["Z0123"]);
        assert_eq!(texts(&after_path("Z0123")), ["Z0123"]);
        assert_eq!(texts(&short_id("abc1234")), ["abc1234"]);
        assert_eq!(short_id("checkout"), []);
        assert_eq!(short_id("feature"), []);
        assert_eq!(
            owned_by_aws("aws.browser.v1")[0].place.account.as_deref(),
            Some("aws")
        );
        assert_eq!(owned_by_aws("mine"), []);
        assert_eq!(not_of_aws("aws.browser.v1"), []);
        assert_eq!(texts(&not_of_aws("mine")), ["mine"]);
        let role: Vec<String> = under_any_path("deploy").iter().map(Part::pattern).collect();
        assert_eq!(role, ["deploy", "*/deploy"]);
        assert_eq!(under_any_path("arn:aws:iam::123456789012:role/deploy"), []);
    }
}
