//! A resource's ARN at the generality at which people write policies: `bucket/*` for an object.

use super::reference::{ResourceType, ServiceReference};
use super::template::{self, Reach};
use super::transform;

/// An ARN of a type, at the type's granularity. Nothing when it is not of the type, or is more nearly of another.
pub(super) fn read(reference: &ServiceReference, kind: &ResourceType, arn: &str) -> Option<String> {
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

/// An ARN at the granularity of whatever type of the service it is of; itself when it is of none.
pub(super) fn generalised(reference: &ServiceReference, arn: &str) -> String {
    for reach in [Reach::Word, Reach::Path, Reach::Rest] {
        let found = reference
            .resource_types()
            .iter()
            .find_map(|kind| read_within(kind, arn, reach));
        if let Some(pattern) = found {
            return pattern;
        }
    }
    arn.to_owned()
}

fn read_within(kind: &ResourceType, arn: &str, reach: Reach) -> Option<String> {
    kind.formats
        .iter()
        .zip(&kind.granularity)
        .find_map(|(format, granularity)| {
            let found = template::read(format, arn, reach)?;
            if format == granularity && format.contains('*') {
                // Where AWS's own format leaves it at `*`, the ARN says more than any template.
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
                // What lies inside is named by a wildcard.
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
