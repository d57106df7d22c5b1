//! Generalises ARNs as policies usually write them: `bucket/*` for an object.

use super::reference::{ResourceType, ServiceReference};
use super::template::{self, Reach};
use super::transform;

/// Generalises an ARN of a type. Returns `None` if it is not of the type, or fits another type better.
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

/// Generalises an ARN of any type of the service. An ARN of no known type is returned unchanged.
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
