//! How S3 objects are generalised: to their bucket, or to the first part of their keys.
//!
//! People usually write `bucket/*`. If several teams share a bucket by prefix, only its owner knows, so this is a
//! setting. A key without a `/`, a key that was not recorded, and a key that a policy would read as a pattern become
//! `bucket/*`, which is wider and never wrong.

use super::{Mapped, Resolution};
use crate::xray::Call;
use std::collections::BTreeSet;

/// How S3 objects are generalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ObjectKeys {
    /// To `bucket/*`.
    #[default]
    Whole,
    /// To `bucket/first-part/*`, if the trace has the key.
    ByPrefix,
}

impl ObjectKeys {
    /// Removes the part of an object's key that is not needed, because otherwise every object would be a call of its
    /// own. Some key is kept, since its presence may decide which action is meant.
    pub fn forget(self, call: &mut Call) {
        if !call.service.to_ascii_lowercase().contains("s3") {
            return;
        }
        let kept = match (self, call.parameters.get("key")) {
            (Self::ByPrefix, [key]) => first_part(key).map(|part| format!("{part}/key")),
            (Self::ByPrefix | Self::Whole, _) => None,
        };
        call.parameters
            .replace("key", kept.unwrap_or_else(|| "key".to_owned()));
    }

    /// Narrows the needs of a call to the first part of the key, if the setting asks for it.
    ///
    /// ```
    /// use aws_least_privilege::catalog::{Catalog, ObjectKeys, Resolution};
    /// use aws_least_privilege::xray::{Call, Parameters};
    ///
    /// let mut parameters = Parameters::default();
    /// parameters.insert("BucketName", "shop");
    /// parameters.insert("Key", "invoices/2026/1.pdf");
    /// let call = Call { service: "S3".into(), operation: "GetObject".into(), parameters, ..Call::default() };
    /// let needed = |keys: ObjectKeys| {
    ///     let resolution = keys.refine(Catalog::embedded().resolve(&call), &call);
    ///     let Resolution::Mapped(mapped) = resolution else { panic!("not mapped") };
    ///     mapped.needs[0].resources.patterns.first().cloned().unwrap_or_default()
    /// };
    /// assert_eq!(needed(ObjectKeys::Whole), "arn:aws:s3:::shop/*");
    /// assert_eq!(needed(ObjectKeys::ByPrefix), "arn:aws:s3:::shop/invoices/*");
    /// ```
    #[must_use]
    pub fn refine(self, resolution: Resolution, call: &Call) -> Resolution {
        let Resolution::Mapped(mapped) = resolution else {
            return resolution;
        };
        // A copy has two keys, and the one recorded as `key` is not the key that is read.
        let is_one = mapped.prefix == "s3" && !mapped.operation.contains("Copy");
        let part = match (self, call.parameters.get("key")) {
            (Self::ByPrefix, [key]) if is_one => first_part(key),
            (Self::ByPrefix | Self::Whole, _) => None,
        };
        Resolution::Mapped(match part {
            Some(part) => within(mapped, part),
            None => mapped,
        })
    }
}

fn within(mut mapped: Mapped, part: &str) -> Mapped {
    for need in mapped.needs.iter_mut().chain(&mut mapped.optional) {
        let patterns = std::mem::take(&mut need.resources.patterns);
        let narrowed = patterns.into_iter().map(|pattern| {
            let bucket = pattern.strip_suffix("/*").filter(|bucket| {
                need.resources.known && bucket.contains(":s3:::") && !bucket.contains('/')
            });
            bucket.map_or_else(|| pattern.clone(), |bucket| format!("{bucket}/{part}/*"))
        });
        need.resources.patterns = narrowed.collect::<BTreeSet<String>>();
    }
    mapped
}

/// Returns the part of a key before the first `/`, if a policy can name it.
fn first_part(key: &str) -> Option<&str> {
    let (part, _) = key.split_once('/')?;
    let is_plain = !part.is_empty() && !part.contains(['*', '?', '$', '{', '}']);
    is_plain.then_some(part)
}
