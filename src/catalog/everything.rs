//! Decides whether a resource pattern matches everything that an action can act on.

use super::reference::ActionEntry;
use super::{ids, overlap};
use crate::iam::Glob;
use std::sync::LazyLock;

/// The ARN formats of an action, prepared for comparing many patterns with them.
#[derive(Debug)]
pub(crate) struct Everything<'c> {
    formats: Vec<&'c str>,
    partition: String,
    /// The formats with that partition.
    written: Vec<Written>,
}

/// An ARN format with a partition.
#[derive(Debug)]
struct Written {
    /// A text without wildcards that all matches. A pattern that matches every ARN of the format matches this text too.
    /// `None` if the partition contains a variable.
    least: Option<String>,
    /// All ARNs of the format, as narrow as is known.
    all: Glob,
}

impl Written {
    fn all(all: &str) -> Self {
        Self {
            least: Some(all.replace('*', "").replace('?', "x")),
            all: Glob::parse(all),
        }
    }

    /// Whether a pattern matches all of it. The quick test is enough for most patterns.
    fn is_within(&self, glob: &Glob) -> bool {
        self.may_be_within(glob) && glob.covers(&self.all)
    }

    fn may_be_within(&self, glob: &Glob) -> bool {
        self.least
            .as_deref()
            .is_none_or(|least| glob.matches(least))
    }
}

impl<'c> Everything<'c> {
    pub(super) fn of(entry: Option<ActionEntry<'c>>) -> Self {
        let formats = entry.map_or_else(Vec::new, |entry| entry.formats().collect());
        Self {
            formats,
            partition: String::new(),
            written: Vec::new(),
        }
    }

    /// Whether a policy's resource pattern matches everything. A pattern is for one partition, and matching everything
    /// in it is enough. Types whose ARNs the pattern cannot match are ignored.
    pub(crate) fn is_within(&mut self, pattern: &str) -> bool {
        let glob = Glob::parse(pattern);
        if glob.is_everything() || has_every_arn(&glob) {
            return true;
        }
        let mut parts = pattern.split(':');
        match (parts.next(), parts.next()) {
            (Some("arn"), partition) => {
                partition.is_some_and(|partition| self.is_within_of(pattern, &glob, partition))
            }
            // A wildcard stands for what an ARN begins with, its partition too.
            (Some(first), _) if first.contains(['*', '?']) => {
                let begins = Glob::parse(first);
                let rest = pattern.get(first.len()..).unwrap_or_default();
                PARTITIONS.iter().any(|partition| {
                    let beginning = format!("arn:{partition}");
                    let narrower = format!("{beginning}{rest}");
                    self.is_within_of(pattern, &glob, partition)
                        || (begins.matches(&beginning)
                            && self.is_within_of(&narrower, &Glob::parse(&narrower), partition))
                })
            }
            _ => false,
        }
    }

    fn is_within_of(&mut self, pattern: &str, glob: &Glob, partition: &str) -> bool {
        if self.written.is_empty() || self.partition != partition {
            let written = self.formats.iter().map(|format| written(format, partition));
            self.written = written.collect();
            partition.clone_into(&mut self.partition);
        }
        // A quick test first, which is enough for most patterns.
        let mut written = self.written.iter();
        if !written.any(|own| own.may_be_within(glob)) {
            return false;
        }
        let mut reached = self
            .formats
            .iter()
            .zip(&self.written)
            .filter(|(format, _)| overlap::can_match(format, pattern))
            .map(|(_, own)| own.is_within(glob));
        reached
            .next()
            .is_some_and(|first| first && reached.all(|covered| covered))
    }
}

/// The partitions that have resources of their own.
const PARTITIONS: [&str; 4] = ["aws", "aws-cn", "aws-eusc", "aws-us-gov"];

/// The ARNs of each partition.
static EVERY_ARN: LazyLock<Vec<Written>> = LazyLock::new(|| {
    let all = |partition| Written::all(&format!("arn:{partition}:?*:*:*:?*"));
    PARTITIONS.map(all).into()
});

/// Whether a pattern matches every ARN of a partition: `?*`, `arn*`, `*:*`.
pub(crate) fn has_every_arn(pattern: &Glob) -> bool {
    EVERY_ARN.iter().any(|own| own.is_within(pattern))
}

/// Whether a pattern matches everything of a format in a partition.
pub(crate) fn has_all_of(format: &str, pattern: &str) -> bool {
    let pattern = Glob::parse(pattern);
    let all = |partition: &str| Glob::parse(&ids::narrowest(format, partition));
    PARTITIONS
        .iter()
        .any(|partition| pattern.covers(&all(partition)))
}

fn written(format: &str, partition: &str) -> Written {
    let all = Written::all(&ids::narrowest(format, partition));
    Written {
        least: all.least.filter(|_| !partition.contains('$')),
        ..all
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;

    #[test]
    fn one_and_the_same_action_is_held_against_patterns_of_any_partition() {
        let catalog = Catalog::embedded();
        let action = "s3:PutObject".parse().expect("an action");
        let mut everything = catalog.everything_of(&action);
        for (pattern, is_all) in [
            ("*", true),
            ("arn:aws:s3:::*", true),
            ("arn:aws-cn:s3:::*", true),
            ("arn:aw?:s3:::*", true),
            ("arn:aws:s3:::?*", true),
            ("arn:aws:s3:::a*", false),
            ("arn:aws:s3:::*a*", false),
            ("arn:aws:s3:::orders/*", false),
            ("arn:aws:sqs:*:*:*", false),
            ("arn:aws", false),
            ("?*", true),
            ("arn*", true),
            ("a*", true),
            ("*n*", true),
            ("*aws*", true),
            ("*aws-cn*", true),
            ("*:*", true),
            ("?rn:aws:*", true),
            ("*:s3:*", true),
            ("*:s3:::*", true),
            ("*s3*", true),
            ("*sqs*", false),
            ("b*", false),
            ("*:s3:::orders/*", false),
        ] {
            let anew = catalog.is_everything(&action, pattern);
            assert_eq!(
                (everything.is_within(pattern), anew),
                (is_all, is_all),
                "{pattern}"
            );
        }
    }

    #[test]
    fn the_spelling_of_all_does_not_matter() {
        let catalog = Catalog::embedded();
        for (action, pattern, is_all) in [
            (
                "secretsmanager:GetSecretValue",
                "arn:aws:secretsmanager:*:????????????:secret:*",
                true,
            ),
            (
                "secretsmanager:GetSecretValue",
                "arn:aws:secretsmanager:*:*:secret:?*",
                true,
            ),
            (
                "secretsmanager:GetSecretValue",
                "arn:aws:secretsmanager:*-*:*:secret:*-??????",
                true,
            ),
            (
                "secretsmanager:GetSecretValue",
                "arn:aws:secretsmanager:*:1???????????:secret:*",
                false,
            ),
            (
                "secretsmanager:GetSecretValue",
                "arn:aws:secretsmanager:eu-*:*:secret:*",
                false,
            ),
            (
                "secretsmanager:GetSecretValue",
                "arn:aws:secretsmanager:*:*:secret:?????????*",
                false,
            ),
            (
                "kms:Decrypt",
                "arn:aws:kms:*:*:key/????????-????-????-????-????????????",
                true,
            ),
            ("kms:Decrypt", "arn:aws:kms:*:*:key/mrk-*", false),
            (
                "ec2:TerminateInstances",
                "arn:aws:ec2:*:*:instance/i-*",
                true,
            ),
            (
                "ec2:TerminateInstances",
                "arn:aws:ec2:*:*:instance/i-0*",
                false,
            ),
            ("dynamodb:Scan", "arn:aws:dynamodb:*:*:table/???*", true),
            ("dynamodb:Scan", "arn:aws:dynamodb:*:*:table/????*", false),
            ("s3:DeleteObject", "arn:aws:s3:::???*/*", true),
            ("s3:DeleteObject", "arn:aws:s3:::????*/*", false),
            ("sqs:DeleteQueue", "arn:aws:sqs:??-*:????????????:?*", true),
            ("sqs:DeleteQueue", "arn:aws:sqs:*:111122223333:*", false),
        ] {
            let action = action.parse().expect("an action");
            assert_eq!(catalog.is_everything(&action, pattern), is_all, "{pattern}");
        }
    }
}
