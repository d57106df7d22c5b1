//! Generalises ARNs as policies usually write them: `bucket/*` for an object.

use super::reference::{ResourceType, ServiceReference};
use super::template::{self, Reach};
use super::transform;

/// Generalises an ARN of a type. Returns `None` if it is not of the type, or fits another type better.
pub(super) fn read(reference: &ServiceReference, kind: &ResourceType, arn: &str) -> Option<String> {
    let pattern = read_exactly(reference, kind, arn)?;
    Some(of_every_device(&pattern).unwrap_or(pattern))
}

fn read_exactly(reference: &ServiceReference, kind: &ResourceType, arn: &str) -> Option<String> {
    if let Some(pattern) = read_within(kind, arn, Reach::Word) {
        return Some(pattern);
    }
    let other = reference
        .resource_types()
        .iter()
        .any(|other| read_within(other, arn, Reach::Word).is_some());
    if other {
        return None;
    }
    read_within(kind, arn, Reach::Path).or_else(|| read_within(kind, arn, Reach::Rest))
}

/// Generalises an ARN of any type of the service. An ARN of no known type is returned unchanged.
pub(super) fn generalised(reference: &ServiceReference, arn: &str) -> String {
    for reach in [Reach::Word, Reach::Path, Reach::Rest] {
        let found = reference
            .resource_types()
            .iter()
            .find_map(|kind| read_within(kind, arn, reach));
        if let Some(pattern) = found {
            return of_every_device(&pattern).unwrap_or(pattern);
        }
    }
    arn.to_owned()
}

/// Widens the ARN of one device's endpoint for mobile push to all of its application. An endpoint is made while the program
/// runs, one for each device, so that no policy names it:
/// <https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html>.
fn of_every_device(arn: &str) -> Option<String> {
    let (application, _) = arn.rsplit_once('/')?;
    let mut parts = application.splitn(6, ':').skip(2);
    let is_of_sns = parts.next() == Some("sns");
    let resource = parts.nth(2)?;
    let is_endpoint = resource.starts_with("endpoint/") && resource.split('/').count() == 3;
    (is_of_sns && is_endpoint).then(|| format!("{application}/*"))
}

fn read_within(kind: &ResourceType, arn: &str, reach: Reach) -> Option<String> {
    kind.formats
        .iter()
        .zip(&kind.granularity)
        .find_map(|(format, granularity)| {
            let found = template::read(format, arn, reach)?;
            if format == granularity && format.contains('*') {
                // If AWS's own format has `*`, the ARN is more precise than any template.
                return Some(arn.to_owned());
            }
            let mut more = false;
            let pattern = template::render_read(granularity, |name| {
                let text = found.get(name).copied()?;
                let text = if granularity.contains(&format!("${{{name}}}-??????")) {
                    transform::without_secret_suffix(text)
                } else {
                    text
                };
                // What is inside the resource becomes a wildcard.
                match text.split_once(':') {
                    Some((name, _)) if reach == Reach::Rest => {
                        more = true;
                        Some(name)
                    }
                    _ => Some(text),
                }
            });
            Some(if more && !pattern.ends_with('*') {
                format!("{pattern}:*")
            } else {
                pattern
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_of_mobile_push_is_any_of_its_application() {
        let endpoint = "arn:aws:sns:eu-west-1:111122223333:endpoint/GCM/app/0f1e2d3c";
        assert_eq!(
            of_every_device(endpoint).as_deref(),
            Some("arn:aws:sns:eu-west-1:111122223333:endpoint/GCM/app/*")
        );
        for other in [
            "arn:aws:sns:eu-west-1:111122223333:orders",
            "arn:aws:sns:eu-west-1:111122223333:app/GCM/app",
            "arn:aws:dynamodb:eu-west-1:111122223333:endpoint/GCM/app/0f1e2d3c",
        ] {
            assert_eq!(of_every_device(other), None, "{other}");
        }
    }
}
