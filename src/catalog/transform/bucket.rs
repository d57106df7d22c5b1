//! S3 buckets: plain names, and the aliases and ARNs of access points that requests have in their place.
//!
//! An access point hides its bucket. A call through its ARN is a call on the access point; a call through its alias
//! leaves both unknown. Follows <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.

use super::{Part, arn_of};

/// The ends of names that look like buckets and are not: aliases of access points and Object Lambda, and Outposts.
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

/// Reads the source of a copy: `bucket/key`, perhaps with a leading slash, URL encoding or a version; or the ARN of an
/// access point and an object.
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

/// Returns a part if the source of a copy names a version.
pub(super) fn copied_version(value: &str) -> Vec<Part> {
    let version = value.split_once("?versionId=");
    let version = version.map(|(_, version)| version);
    let named = version.filter(|version| !version.is_empty() && *version != "null");
    named.map(|_| Part::new("version")).into_iter().collect()
}

/// Whether a request can have this text in place of a bucket: it is a bucket, or the alias of an access point.
pub(super) fn stands_for_bucket(name: &str) -> bool {
    (3..=255).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Returns the bucket in the source of a copy. For an access point, its ARN with the object.
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

/// Whether the value names the source of a copy in a form that S3 accepts.
pub(super) fn is_copy_source(value: &str) -> bool {
    let Some(decoded) = decoded(value) else {
        return false;
    };
    let bucket = decoded.trim_start_matches('/').split('/').next();
    decoded.starts_with("arn:") || bucket.is_some_and(stands_for_bucket)
}

/// Whether it is a directory bucket of S3 Express One Zone, which has actions of its own.
pub(in crate::catalog) fn is_directory_bucket(name: &str) -> bool {
    name.ends_with("--x-s3")
}

/// Whether it is the name of a bucket. Old buckets in us-east-1 may have longer names than 63 characters, with capitals
/// and underscores.
fn is_bucket(name: &str) -> bool {
    stands_for_bucket(name) && !ALIASES.iter().any(|alias| name.ends_with(alias))
}

/// Decodes URL encoding. Returns `None` if the result is not text.
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
