//! Changes needs on buckets behind tables of S3 Tables. AWS creates and names these buckets, and a client reads and
//! writes a table's objects in them. AWS checks such a request on the table, under `s3tables`.
//!
//! The bucket's name does not show which table it is. Follows
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-setting-up.html>.

use super::Catalog;
use super::place::Place;
use super::resolve::{Need, Resources};
use std::collections::BTreeSet;

/// The S3 action, and the `s3tables` action that AWS checks instead.
const CHECKED_AS: [(&str, &str); 5] = [
    ("AbortMultipartUpload", "PutTableData"),
    ("GetObject", "GetTableData"),
    ("ListBucketMultipartUploads", "PutTableData"),
    ("ListMultipartUploadParts", "GetTableData"),
    ("PutObject", "PutTableData"),
];

/// Returns the need under `s3tables` if its buckets are those of tables, and unchanged if not.
pub(super) fn rewritten(need: Need, catalog: &Catalog, place: &Place) -> Need {
    let patterns = &need.resources.patterns;
    let are_tables = !patterns.is_empty() && patterns.iter().all(|own| is_of_a_table(own));
    let name = need.action.name();
    let checked = CHECKED_AS.iter().find(|(own, _)| *own == name);
    let (true, Some((_, name))) = (are_tables && need.action.prefix() == "s3", checked) else {
        return need;
    };
    let row = catalog.service("s3tables").and_then(|reference| {
        let place = reference.action_place(name)?;
        reference.actions.get(place)
    });
    let Some(row) = row else {
        return need;
    };
    let partition = place.partition();
    let region = place.region.as_deref().unwrap_or("*");
    let account = place.account.as_deref().unwrap_or("*");
    let table = format!("arn:{partition}:s3tables:{region}:{account}:bucket/*/table/*");
    Need {
        action: row.action.clone(),
        resources: Resources {
            patterns: BTreeSet::from([table]),
            known: false,
        },
    }
}

fn is_of_a_table(pattern: &str) -> bool {
    let bucket = pattern
        .split_once(":s3:::")
        .and_then(|(_, resource)| resource.split('/').next());
    bucket.is_some_and(|bucket| bucket.ends_with("--table-s3"))
}
