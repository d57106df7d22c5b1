//! S3 buckets: plain names, and the aliases and ARNs of access points that stand in for them.
//!
//! An access point hides its bucket: a call through its ARN is a call on the access point, one through its alias leaves
//! both unknown. Follows
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.

use super::{Part, arn_of};

/// Names that look like a bucket's and are not: access point and Object Lambda aliases, Outposts.
const ALIASES: [&str; 3] = ["-s3alias", "--ol-s3", "--op-s3"];

pub(super) fn parts(value: &str) -> Vec<Part> {
    bucket(value).into_iter().collect()
}

fn bucket(value: &str) -> Option<Part> {
    let (name, place) = match arn_of("s3", value) {
        Some((arn, _)) if !arn.region().is_empty() || !arn.account().is_empty() => return None,
        Some((arn, place)) => (arn.resource().split('/').next()?.to_owned(), place),
        None => (value.to_owned(), super::Place::default()),
    };
    is_bucket(&name).then(|| Part::new(name).at(place))
}

/// `bucket/key`, perhaps with a leading slash, URL-encoded, with a version; or the ARN of an access point and an object.
pub(super) fn copy_source(variable: &str, value: &str) -> Vec<Part> {
    let Some(decoded) = decoded(value) else {
        return Vec::new();
    };
    if decoded.starts_with("arn:") {
        return Vec::new();
    }
    let plain = decoded.split("?versionId=").next().unwrap_or_default();
    let Some((bucket, key)) = plain.trim_start_matches('/').split_once('/') else {
        return Vec::new();
    };
    match variable {
        "BucketName" => parts(bucket),
        _ => vec![Part::new(key)],
    }
}

/// The version that a copy is made from, where the source names one.
pub(super) fn copied_version(value: &str) -> Vec<Part> {
    let version = value.split_once("?versionId=");
    let version = version.map(|(_, version)| version);
    let named = version.filter(|version| !version.is_empty() && *version != "null");
    named.map(|_| Part::new("version")).into_iter().collect()
}

/// Whether a request can name this in a bucket's place: a bucket, or an alias of what hides one.
pub(super) fn stands_for_bucket(name: &str) -> bool {
    (3..=255).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// What a copy is made from, as text: the bucket and key, or the ARN of an access point and an object.
pub(in crate::catalog) fn copied_from(value: &str) -> Option<String> {
    let decoded = decoded(value)?;
    let text = if decoded.starts_with("arn:") {
        decoded
    } else {
        decoded
            .trim_start_matches('/')
            .split('/')
            .next()?
            .to_owned()
    };
    Some(text)
}

/// Whether it names the object to copy from in one of the ways that S3 knows.
pub(super) fn is_copy_source(value: &str) -> bool {
    let Some(decoded) = decoded(value) else {
        return false;
    };
    let bucket = decoded.trim_start_matches('/').split('/').next();
    decoded.starts_with("arn:") || bucket.is_some_and(stands_for_bucket)
}

/// Whether it is a directory bucket of S3 Express One Zone, which answers to actions of its own.
pub(in crate::catalog) fn is_directory_bucket(name: &str) -> bool {
    name.ends_with("--x-s3")
}

/// The names of old buckets in us-east-1 may be longer than 63 letters and have capitals and underscores.
fn is_bucket(name: &str) -> bool {
    stands_for_bucket(name) && !ALIASES.iter().any(|alias| name.ends_with(alias))
}

/// Undoes URL encoding; nothing when what comes out is not text.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket_of(value: &str) -> Vec<String> {
        copy_source("BucketName", value)
            .into_iter()
            .map(|part| part.text)
            .collect()
    }

    #[test]
    fn a_bucket_is_told_by_name_or_arn_and_an_access_point_hides_it() {
        assert_eq!(parts("my.bucket-1"), [Part::new("my.bucket-1")]);
        assert_eq!(parts("arn:aws:s3:::b-1/key")[0].text, "b-1");
        for hidden in [
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports",
            "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap",
            "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/a",
            "reports-abc123-s3alias",
            "reports-abc123--ol-s3",
            "reports--op-s3",
            "a/b",
            "*",
            "",
        ] {
            assert_eq!(parts(hidden), [], "{hidden}");
        }
    }

    #[test]
    fn a_copy_source_is_decoded_and_split() {
        assert_eq!(bucket_of("source/a/b.txt"), ["source"]);
        assert_eq!(bucket_of("/source/a%20b.txt?versionId=3"), ["source"]);
        assert_eq!(bucket_of("source%2Fa%2Fb.txt"), ["source"]);
        assert_eq!(copied_version("source/a%20b.txt?versionId=3").len(), 1);
        assert_eq!(copied_version("source/a?versionId="), []);
        assert_eq!(copied_version("source/a"), []);
        assert_eq!(
            copy_source("ObjectName", "source/a/b.txt"),
            [Part::new("a/b.txt")]
        );
        for nothing in [
            "source",
            "%zz/a",
            "%",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/a/object/k",
            "%ff/k",
        ] {
            assert_eq!(bucket_of(nothing), [] as [String; 0], "{nothing}");
        }
    }
}
