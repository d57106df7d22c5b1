//! Reads of what a function's environment names.
//!
//! Code that reads a bucket, a table or a queue when its module is loaded gets the name from an environment variable, as
//! AWS recommends (<https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html>). X-Ray records nothing outside an
//! invocation. So a grant of reading exactly what a variable names may be needed. The value of a variable may be a secret:
//! only its name is ever told.

use super::{Bound, Cause, Doubt, NeededPermissions};
use crate::catalog::{AccessLevel, Catalog};
use crate::iam::{Action, Effect, ResourceClause, Statement};
use std::collections::BTreeSet;

/// Shorter values are numbers and stages rather than names. No bucket and no table has a shorter name.
const SHORTEST: usize = 3;

impl NeededPermissions {
    /// Adds a doubt for each read that statements grant on what an environment variable of an owner names.
    pub fn may_read_what_environments_name<'s>(
        &mut self,
        statements: impl Iterator<Item = &'s Statement>,
        catalog: &Catalog,
    ) {
        if self.environment.is_empty() {
            return;
        }
        for statement in statements.filter(|own| own.effect == Effect::Allow) {
            let ResourceClause::Resource(patterns) = &statement.resources else {
                continue;
            };
            for pattern in patterns {
                let pattern = pattern.value.text();
                for (variable, owners) in &self.environment {
                    if !names(&variable.value, pattern) {
                        continue;
                    }
                    let reason = format!(
                        "it may be read before the handler runs, which X-Ray does not record: the environment variable {} names it",
                        variable.name
                    );
                    for action in reads(statement, pattern, catalog) {
                        let on = Bound::pattern(pattern);
                        let doubt = Doubt::of(action, on, Cause::BeforeHandler, reason.clone());
                        let of_doubt = self.doubts.entry(doubt).or_default();
                        of_doubt.extend(owners.iter().cloned());
                    }
                }
            }
        }
    }
}

/// The actions that read and that a statement grants on a pattern.
fn reads(statement: &Statement, pattern: &str, catalog: &Catalog) -> Vec<Action> {
    let written = statement.actions.patterns().iter();
    let mut prefixes: BTreeSet<String> = written
        .filter_map(|own| own.value.prefix().map(str::to_ascii_lowercase))
        .collect();
    prefixes.extend(pattern.split(':').nth(2).map(str::to_owned));
    let services = prefixes.iter().filter_map(|prefix| {
        let service = catalog.service(prefix)?;
        Some((prefix, service))
    });
    let all = services.flat_map(|(prefix, service)| {
        let names = service.action_names();
        names.filter_map(move |name| format!("{prefix}:{name}").parse::<Action>().ok())
    });
    let is_read = |action: &Action| {
        let level = catalog.action(action).map(|entry| entry.level());
        matches!(level, Some(AccessLevel::Read | AccessLevel::List))
    };
    all.filter(|action| {
        statement.actions.matches(action)
            && is_read(action)
            && (pattern.starts_with("${") || catalog.can_act_on(action, pattern))
    })
    .collect()
}

/// Whether the value of a variable, or one of a list of values, names exactly what a resource pattern names.
fn names(value: &str, pattern: &str) -> bool {
    let mut each = value
        .split(',')
        .map(|one| one.trim().trim_end_matches(":*"));
    each.any(|one| {
        one.len() >= SHORTEST && !one.contains(['*', '?', ' ']) && one_names(one, pattern)
    })
}

fn one_names(value: &str, pattern: &str) -> bool {
    if value == pattern {
        return true;
    }
    let parts: Vec<&str> = parts_of(pattern);
    let ["arn", _, service, _, _, resource] = parts.as_slice() else {
        return false;
    };
    if value.starts_with("arn:") {
        return is_arn(value, &parts);
    }
    if let Some(address) = value.strip_prefix("https://") {
        // The URL of a queue ends in its account and its name.
        let queue = address.rsplit('/').next();
        return *service == "sqs" && queue == Some(*resource);
    }
    match *service {
        "s3" => {
            let bucket = value.strip_prefix("s3://").unwrap_or(value);
            let bucket = bucket.split('/').next().unwrap_or_default();
            is_behind(resource, bucket) || is_within(resource, "accesspoint/", bucket)
        }
        "ssm" => is_within(resource, "parameter/", value.trim_start_matches('/')),
        "secretsmanager" => {
            let secret = resource.strip_prefix("secret:");
            let rest = secret.and_then(|secret| secret.strip_prefix(value));
            rest.is_some_and(|rest| rest.is_empty() || rest == "-*" || is_suffix(rest))
        }
        _ => *resource == value || is_typed(resource, value),
    }
}

/// Splits an ARN at its first five colons, and at none of a symbol such as `${AWS::Region}`.
fn parts_of(arn: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_u32);
    for (place, letter) in arn.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 && parts.len() < 5 => {
                parts.extend(arn.get(start..place));
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.extend(arn.get(start..));
    parts
}

/// Whether an ARN names what an ARN of a policy names. Region and account may be left open there.
fn is_arn(value: &str, pattern: &[&str]) -> bool {
    let own = parts_of(value);
    let ([_, _, service, place @ .., resource], [_, _, of, places @ .., named]) =
        (own.as_slice(), pattern)
    else {
        return false;
    };
    let is_open = |text: &str| text == "*" || text.contains("${");
    let is_there = |(one, other): (&&str, &&str)| one == other || is_open(one) || is_open(other);
    service == of
        && place.len() == places.len()
        && place.iter().zip(places).all(is_there)
        && is_behind(named, resource.trim_end_matches(":*"))
}

/// Whether a resource is the one of this name, or is within it: its objects, indexes and streams.
fn is_behind(resource: &str, name: &str) -> bool {
    let rest = (!name.is_empty()).then(|| resource.strip_prefix(name));
    rest.flatten()
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
}

fn is_within(resource: &str, kind: &str, name: &str) -> bool {
    let own = resource.strip_prefix(kind);
    own.is_some_and(|own| is_behind(own, name))
}

/// Whether a resource is of this name behind the name of its type and of what it belongs to: `table/orders`.
fn is_typed(resource: &str, name: &str) -> bool {
    resource.match_indices(['/', ':']).any(|(place, _)| {
        let kind = resource.get(..place).unwrap_or_default();
        let own = resource.get(place + 1..).unwrap_or_default();
        !kind.contains(['*', '?']) && (is_behind(own, name) || own == name.trim_start_matches('/'))
    })
}

/// Whether it is what Secrets Manager adds to the name of a secret.
fn is_suffix(rest: &str) -> bool {
    let letters = rest.strip_prefix('-');
    letters.is_some_and(|letters| {
        letters.len() == 6
            && letters
                .chars()
                .all(|own| own == '?' || own.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_names_what_is_called_so_and_nothing_broader() {
        let at = "eu-west-1:111122223333";
        for (value, pattern) in [
            ("conf-bucket", "arn:aws:s3:::conf-bucket/*".to_owned()),
            ("conf-bucket", "arn:aws:s3:::conf-bucket".to_owned()),
            (
                "s3://conf-bucket/app",
                "arn:aws:s3:::conf-bucket/app/*".to_owned(),
            ),
            (
                "${Files}",
                "arn:${AWS::Partition}:s3:::${Files}/*".to_owned(),
            ),
            ("config", format!("arn:aws:dynamodb:{at}:table/config")),
            (
                "config",
                format!("arn:aws:dynamodb:{at}:table/config/index/*"),
            ),
            (
                "${Config}",
                "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Config}"
                    .to_owned(),
            ),
            ("jobs, more", format!("arn:aws:sqs:{at}:jobs")),
            (
                "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs",
                format!("arn:aws:sqs:{at}:jobs"),
            ),
            ("/app/db", format!("arn:aws:ssm:{at}:parameter/app/db")),
            (
                "app/db",
                format!("arn:aws:secretsmanager:{at}:secret:app/db-??????"),
            ),
            (
                &format!("arn:aws:dynamodb:{at}:table/config"),
                "arn:aws:dynamodb:*:*:table/config".to_owned(),
            ),
            (
                &format!("arn:aws:logs:{at}:log-group:app:*"),
                format!("arn:aws:logs:{at}:log-group:app:*"),
            ),
            ("${TableArn}", "${TableArn}".to_owned()),
        ] {
            assert!(names(value, &pattern), "{value} {pattern}");
        }
        for (value, pattern) in [
            ("conf-bucket", "*".to_owned()),
            ("conf-bucket", "arn:aws:s3:::conf-*/*".to_owned()),
            ("conf", "arn:aws:s3:::conf-bucket/*".to_owned()),
            ("conf-bucket", "arn:aws:s3:::other/conf-bucket".to_owned()),
            ("table", format!("arn:aws:dynamodb:{at}:table/config")),
            ("config", format!("arn:aws:dynamodb:{at}:table/config-*")),
            ("app", format!("arn:aws:secretsmanager:{at}:secret:app*")),
            ("*", "*".to_owned()),
            (
                &format!("arn:aws:dynamodb:{at}:table/config"),
                format!("arn:aws:dynamodb:{at}:table/*"),
            ),
            (
                &format!("arn:aws:dynamodb:{at}:table/config"),
                "arn:aws:dynamodb:us-east-1:111122223333:table/config".to_owned(),
            ),
        ] {
            assert!(!names(value, &pattern), "{value} {pattern}");
        }
    }
}
