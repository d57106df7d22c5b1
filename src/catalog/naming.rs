//! Decides whether a policy's resource pattern names a resource, whole or in part.

use super::Catalog;
use super::overlap;
use crate::iam::Action;
use crate::iam::algebra::ActionUniverse as _;
use crate::iam::glob::Glob;
use crate::iam::{has_request_variable, symbols};

/// The word that replaces a policy variable.
const WORD: &str = "v";

/// What the answers about a pattern depend on for an action. Actions with equal values get equal answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Naming {
    kind: Vec<usize>,
    has_paths: bool,
}

impl Catalog {
    /// Whether a pattern names resources of the action. Each policy variable in it counts as one word.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// let get = "s3:GetObject".parse()?;
    /// assert!(catalog.names_one(&get, "arn:aws:s3:::shop-${aws:PrincipalTag/team}/*"));
    /// assert!(!catalog.names_one(&get, "arn:aws:s3:::${aws:PrincipalTag/team}*"));
    /// assert!(!catalog.names_one(&get, "*"));
    /// let query = "es:ESHttpPost".parse()?;
    /// assert!(catalog.names_one(&query, "arn:aws:es:eu-west-1:111122223333:domain/shop/*"));
    /// assert!(!catalog.names_one(&query, "arn:aws:es:eu-west-1:111122223333:domain/*"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn names_one(&self, action: &Action, pattern: &str) -> bool {
        let text = without_variables(pattern, WORD);
        self.is_named(action, &text)
            || (has_paths(action)
                && text.ends_with("/*")
                && self.has_fixed_part(action, pattern)
                && !text.trim_end_matches("/*").contains(['*', '?']))
    }

    /// Whether a pattern with symbols of a template, such as `table/${Orders}`, matches none of the action's resource
    /// types. Each symbol counts as one word. A symbol in the place of the type may be of any type.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// let read = "dynamodb:GetRecords".parse()?;
    /// assert!(catalog.is_of_no_type(&read, "arn:${AWS::Partition}:dynamodb:eu-west-1:111122223333:table/${Orders}"));
    /// assert!(!catalog.is_of_no_type(&read, "arn:aws:dynamodb:eu-west-1:111122223333:table/${Orders}/stream/*"));
    /// assert!(!catalog.is_of_no_type(&read, "arn:aws:dynamodb:eu-west-1:111122223333:table/${Orders}*"));
    /// assert!(!catalog.is_of_no_type(&read, "arn:aws:dynamodb:eu-west-1:111122223333:${Orders}"));
    /// assert!(!catalog.is_of_no_type(&read, "${Orders.Arn}"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn is_of_no_type(&self, action: &Action, pattern: &str) -> bool {
        let is_placed = pattern.starts_with("arn:")
            && symbols(pattern).next().is_some()
            && !has_request_variable(pattern)
            && pattern
                .rsplit(':')
                .next()
                .is_some_and(|resource| !resource.starts_with("${"));
        let Some(entry) = self.action(action).filter(|_| is_placed) else {
            return false;
        };
        let own = Glob::parse_unescaped(&without_variables(pattern, WORD));
        let mut formats = entry.formats().peekable();
        formats.peek().is_some()
            && formats.all(|format| {
                let format = Glob::parse_unescaped(&without_variables(format, "*"));
                !format.intersects(&own)
            })
    }

    /// Returns what decides whether a pattern names something for an action, or `None` for an action that the catalogue
    /// does not list.
    pub(crate) fn naming(&self, action: &Action) -> Option<Naming> {
        let entry = self.action(action)?;
        Some(Naming {
            kind: self.kind(entry.number()),
            has_paths: has_paths(action),
        })
    }

    /// Whether the name in a pattern has a fixed part: `jobs-*`, or `*-prod`.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// let send = "sqs:SendMessage".parse()?;
    /// assert!(catalog.has_fixed_part(&send, "arn:aws:sqs:eu-west-1:111122223333:jobs-*"));
    /// assert!(!catalog.has_fixed_part(&send, "arn:aws:sqs:eu-west-1:111122223333:*"));
    /// assert!(!catalog.has_fixed_part(&send, "arn:aws:sqs:*"));
    /// let read = "ssm:GetParameter".parse()?;
    /// assert!(catalog.has_fixed_part(&read, "arn:aws:ssm:eu-west-1::parameter/aws/service/*"));
    /// assert!(!catalog.has_fixed_part(&read, "arn:aws:ssm:eu-west-1::parameter/*"));
    /// // All access points, and not what is in a bucket called `accesspoint`.
    /// let get = "s3:GetObject".parse()?;
    /// assert!(!catalog.has_fixed_part(&get, "arn:aws:s3:*:*:accesspoint/*"));
    /// assert!(catalog.has_fixed_part(&get, "arn:aws:s3:::accesspoint/*"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn has_fixed_part(&self, action: &Action, pattern: &str) -> bool {
        let text = without_variables(pattern, "");
        let Some(resource) = text.splitn(6, ':').nth(5) else {
            return false;
        };
        let entry = self.action(action);
        let has_formats = entry.is_some_and(|entry| entry.formats().next().is_some());
        let Some(entry) = entry.filter(|_| has_formats) else {
            return is_fixed(resource);
        };
        // The format with the longest matching beginning counts: `accesspoint/*` is not the name of a bucket.
        let formats = entry.formats().filter(|format| is_placed_as(format, &text));
        let names: Vec<(usize, &str, &str)> = formats
            .filter_map(|format| {
                let before = format.splitn(6, ':').nth(5)?.split("${").next()?;
                Some((before.len(), format, resource.strip_prefix(before)?))
            })
            .collect();
        let longest = names.iter().map(|(length, ..)| *length).max();
        names
            .iter()
            .filter(|(length, ..)| Some(*length) == longest)
            .any(|(_, format, name)| is_fixed(name) || is_fixed_behind(format, name))
    }
}

/// Whether a pattern has a region and an account exactly where a format has them. A wildcard counts as both. What AWS itself
/// owns has no account: `arn:aws:ssm:eu-west-1::parameter/aws/service/...`.
fn is_placed_as(format: &str, pattern: &str) -> bool {
    let places = |text| str::splitn(text, 6, ':').skip(3).take(2);
    let mut both = places(format).zip(places(pattern));
    both.all(|(place, own)| {
        let is_of_aws = || place == "${Account}" && overlap::may_be_empty(format, "Account");
        own.contains('*') || place.is_empty() == own.is_empty() || (own.is_empty() && is_of_aws())
    })
}

/// Whether the resource contains paths, and each request is for one of them: indexes of a domain, parameters below a
/// path.
fn has_paths(action: &Action) -> bool {
    let is = |prefix: &str, name: &str| {
        action.prefix().eq_ignore_ascii_case(prefix)
            && action
                .name()
                .get(..name.len())
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    is("es", "ESHttp") || is("ssm", "GetParametersByPath")
}

/// Whether the first word of a name has a letter or digit.
fn is_fixed(name: &str) -> bool {
    let first = name.split(['/', ':']).find(|word| !word.is_empty());
    first.is_some_and(|word| word.chars().any(char::is_alphanumeric))
}

/// Whether the name comes after an id that AWS generates, or after a path, and has a letter or digit: `dbuser:*/app`,
/// `role/*/app`.
fn is_fixed_behind(format: &str, name: &str) -> bool {
    let is_behind = format.contains("${DbiResourceId}/") || format.ends_with("WithPath}");
    is_behind && name.strip_prefix("*/").is_some_and(is_fixed)
}

/// Replaces each `${...}` in a text. Escaped wildcards become a plain character.
fn without_variables(text: &str, instead: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((inside, after)) = behind.split_once('}') else {
            break;
        };
        out.push_str(before);
        match inside {
            // An escaped wildcard is an ordinary character.
            "*" | "?" | "$" => out.push('_'),
            _ => out.push_str(instead),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
