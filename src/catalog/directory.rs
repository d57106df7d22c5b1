//! Changes needs on directory buckets (S3 Express One Zone): they are called through S3's API and authorised under
//! `s3express`.
//!
//! Calls on objects and listings need `s3express:CreateSession`, whatever the operation. Follows
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html>.

use super::Catalog;
use super::place::Place;
use super::resolve::{Need, Resources};
use super::template;
use super::transform::is_directory_bucket;
use std::collections::BTreeSet;

/// Returns the need under `s3express` if its buckets are directory buckets, and unchanged if not.
pub(super) fn rewritten(need: Need, catalog: &Catalog, place: &Place) -> Need {
    let buckets: BTreeSet<&str> = need
        .resources
        .patterns
        .iter()
        .filter_map(|pattern| bucket_of(pattern))
        .collect();
    if buckets.is_empty() || buckets.len() != need.resources.patterns.len() {
        return need;
    }
    let Some(reference) = catalog.service("s3express") else {
        return need;
    };
    let known = reference.action_place(need.action.name());
    let row = known.or_else(|| reference.action_place("CreateSession"));
    let row = row.and_then(|place| reference.actions.get(place));
    let format = reference
        .resource_type("bucket")
        .and_then(|kind| kind.granularity.first());
    let (Some(row), Some(format)) = (row, format) else {
        return need;
    };
    let patterns = buckets
        .iter()
        .map(|bucket| template::render(format, place, |_| Some(bucket)));
    Need {
        action: row.action.clone(),
        resources: Resources {
            patterns: patterns.collect(),
            known: need.resources.known,
        },
    }
}

/// Returns the directory bucket in an S3 pattern.
fn bucket_of(pattern: &str) -> Option<&str> {
    let (_, resource) = pattern.split_once(":s3:::")?;
    let bucket = resource.split('/').next()?;
    is_directory_bucket(bucket).then_some(bucket)
}
