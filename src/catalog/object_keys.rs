//! How S3 objects are told: by their bucket, or by the first part of their keys.
//!
//! People write `bucket/*`. A bucket that several teams share by prefix is another matter, and only its owner knows: so this
//! is asked for. A key without a part before a `/`, one that was not recorded and one that reads as a pattern stay `bucket/*`,
//! which is wider and never wrong.

use super::{Mapped, Resolution};
use crate::xray::Call;
use std::collections::BTreeSet;

/// How S3 objects are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ObjectKeys {
    /// As `bucket/*`.
    #[default]
    Whole,
    /// As `bucket/first-part/*` where a trace has the key.
    ByPrefix,
}

impl ObjectKeys {
    /// Lets go of what of an object's key is not asked for; that there was one may tell which action is meant. Otherwise every
    /// object would be a call of its own.
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

    /// What a call needs, told as finely as is asked for.
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
        // A copy has two keys, and the one that is recorded as `key` is not the one that is read.
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

/// What stands before the first `/` of a key, where a policy can name it.
fn first_part(key: &str) -> Option<&str> {
    let (part, _) = key.split_once('/')?;
    let is_plain = !part.is_empty() && !part.contains(['*', '?', '$', '{', '}']);
    is_plain.then_some(part)
}
