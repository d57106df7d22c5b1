//! Whether a resource pattern reaches everything that an action can act on.

use super::overlap;
use super::reference::ActionEntry;
use super::template::{self, Piece};
use crate::iam::Glob;

/// What an action can act on, to hold many patterns against.
#[derive(Debug)]
pub(crate) struct Everything<'c> {
    formats: Vec<&'c str>,
    partition: String,
    /// The formats in that partition.
    written: Vec<Written>,
}

/// A format of ARNs in a partition.
#[derive(Debug)]
struct Written {
    /// With nothing for each variable: what reaches every ARN of the format matches this too. Nothing where the partition is
    /// written in a way that is not read here.
    least: Option<String>,
    widest: Glob,
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

    /// Whether a pattern of a policy reaches all of it. A pattern is written for one partition; reaching all of that one is
    /// reaching everything. Types whose ARNs the pattern cannot match at all are not what it was written for.
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
        // That is seen at once, and so it is for most patterns.
        let mut written = self.written.iter();
        if !written.any(|own| own.may_be_within(&glob)) {
            return false;
        }
        let mut reached = self
            .formats
            .iter()
            .zip(&self.written)
            .filter(|(format, _)| overlap::can_match(format, pattern))
            .map(|(_, own)| own.may_be_within(&glob) && glob.covers(&own.widest));
        reached
            .next()
            .is_some_and(|first| first && reached.all(|covered| covered))
    }
}

fn written(format: &str, partition: &str) -> Written {
    let in_partition = format.replacen("${Partition}", partition, 1);
    let pieces = template::pieces(&in_partition).into_iter();
    let least = pieces.filter_map(|piece| match piece {
        // The partition may be a wildcard itself.
        Piece::Text(text) => Some(text.replace('*', "").replace('?', "x")),
        Piece::Variable(_) | Piece::Wild => None,
    });
    Written {
        least: (!partition.contains('$')).then(|| least.collect()),
        widest: Glob::parse(&template::widest(&in_partition)),
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
}
