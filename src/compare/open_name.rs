//! Decides whether a name that only a variable gives may be the name of an observed resource.

use super::evidence::Evidence;
use crate::catalog::Catalog;
use crate::iam::{Action, Glob, ResourcePattern, Version, open_because, symbols};

/// Why a resource element with a variable for its whole name may be one of the observed resources. `None` if the element has
/// no such variable, or if no value makes it the name of one of them.
pub(super) fn reason(
    element: &ResourcePattern,
    action: &Action,
    evidence: &Evidence<'_>,
    catalog: &Catalog,
) -> Option<String> {
    let text = element.text();
    let names = element.has_variables() && (catalog.names_one(action, text) || is_open_arn(text));
    let widest = element.widest();
    let mut needed = evidence.needed.iter();
    // Calls that name no resource may have been on any.
    let may_be_one = evidence.needed.is_empty()
        || evidence.has_unnamed(Some(widest.glob()))
        || needed.any(|own| widest.glob().intersects(&widest_of(own)));
    (evidence.observed && names && may_be_one).then(|| format!("`{text}`: {}", open_because(text)))
}

/// What a needed resource may be, as it may have a template's symbol in its name too.
fn widest_of(needed: &str) -> Glob {
    ResourcePattern::new(needed, Version::V2012)
        .widest()
        .glob()
        .clone()
}

/// Whether a pattern begins with a template's symbol that is a whole ARN, not known before deployment, without a wildcard
/// right behind it: `${Queue.Arn}`, `${Table.Arn}/index/*`.
fn is_open_arn(text: &str) -> bool {
    let behind = text
        .strip_prefix("${")
        .and_then(|rest| rest.split_once('}'));
    let is_open = behind.is_some_and(|(_, behind)| !behind.starts_with(['*', '?']));
    is_open && symbols(text).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::is_open_arn;

    #[test]
    fn an_open_arn_is_a_symbol_of_the_template_with_no_wildcard_behind_it() {
        for open in ["${Queue.Arn}", "${Table.Arn}/index/*", "${Arn}"] {
            assert!(is_open_arn(open), "{open}");
        }
        for told in [
            "${Queue.Arn}*",
            "${Queue.Arn}?",
            "${aws:username}",
            "arn:aws:s3:::${Bucket}",
            "*",
        ] {
            assert!(!is_open_arn(told), "{told}");
        }
    }
}
