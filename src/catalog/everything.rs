//! Decides whether a resource pattern matches everything that an action can act on.

use super::reference::ActionEntry;
use super::{ids, overlap};
use crate::iam::Glob;

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
        if glob.is_everything() {
            return true;
        }
        let Some(partition) = pattern.split(':').nth(1) else {
            return false;
        };
        if self.written.is_empty() || self.partition != partition {
            let written = self.formats.iter().map(|format| written(format, partition));
            self.written = written.collect();
            partition.clone_into(&mut self.partition);
        }
        // A quick test first, which is enough for most patterns.
        let mut written = self.written.iter();
        if !written.any(|own| own.may_be_within(&glob)) {
            return false;
        }
        let mut reached = self
            .formats
            .iter()
            .zip(&self.written)
            .filter(|(format, _)| overlap::can_match(format, pattern))
            .map(|(_, own)| own.may_be_within(&glob) && glob.covers(&own.all));
        reached
            .next()
            .is_some_and(|first| first && reached.all(|covered| covered))
    }
}

fn written(format: &str, partition: &str) -> Written {
    let all = ids::narrowest(format, partition);
    let least = || all.replace('*', "").replace('?', "x");
    Written {
        least: (!partition.contains('$')).then(least),
        all: Glob::parse(&all),
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
