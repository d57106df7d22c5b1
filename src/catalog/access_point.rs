//! Recognises access points where a request to S3 names a bucket, and returns what AWS checks for them.
//!
//! AWS checks a request through an access point on the access point, and on the bucket behind it, which the request
//! does not name. Access points of S3 Object Lambda and on Outposts have actions with a service prefix of their own.
//! Follows <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointPermissions.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-policies.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-directory-buckets-policies.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/S3OutpostsIAM.html>.

use super::Catalog;
use super::place::Place;
use super::resolve::{Need, Resources};
use super::value;
use crate::iam::{Action, Arn};
use std::collections::BTreeSet;

/// The kinds of access points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// In one Region, or a multi-Region access point.
    Plain,
    ObjectLambda,
    Outpost,
    /// For a directory bucket.
    Directory,
}

/// The end of the host name of a multi-Region access point, after its alias:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRequests.html>.
const GLOBAL_HOST: &str = ".accesspoint.s3-global.amazonaws.com";

/// The ends of aliases that a request can have in place of a bucket.
const ALIASES: [(&str, Kind); 3] = [
    ("-s3alias", Kind::Plain),
    ("--ol-s3", Kind::ObjectLambda),
    ("--op-s3", Kind::Outpost),
];

/// An access point that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccessPoint {
    kind: Kind,
    /// Its ARN, or a pattern if the alias does not determine it.
    arn: String,
    /// Whether the request determines the ARN.
    pub(super) known: bool,
}

impl AccessPoint {
    /// Reads a value that names a bucket or the source of a copy. Returns the access point, or `None` for a bucket.
    pub(super) fn read(value: &str, place: &Place) -> Option<Self> {
        if value.starts_with("arn:") {
            return Self::of_arn(value);
        }
        let partition = place.partition();
        let region = place.region.as_deref().unwrap_or("*");
        let account = place.account.as_deref().unwrap_or("*");
        // Requests name the access points of directory buckets by name.
        if value.ends_with("--xa-s3") {
            return Some(Self {
                kind: Kind::Directory,
                arn: format!("arn:{partition}:s3express:{region}:{account}:accesspoint/{value}"),
                known: true,
            });
        }
        // The alias of a multi-Region access point is the name in its ARN, which has no Region. Some clients use its
        // host name.
        let value = value
            .strip_suffix(GLOBAL_HOST)
            .filter(|name| name.strip_suffix(".mrap").is_some())
            .unwrap_or(value);
        if value.strip_suffix(".mrap").is_some() {
            return Some(Self {
                kind: Kind::Plain,
                arn: format!("arn:{partition}:s3::{account}:accesspoint/{value}"),
                known: place.account.is_some(),
            });
        }
        let (_, kind) = ALIASES.iter().find(|(end, _)| value.ends_with(end))?;
        let (service, resource) = match kind {
            Kind::Plain => ("s3", "accesspoint/*"),
            Kind::ObjectLambda => ("s3-object-lambda", "accesspoint/*"),
            Kind::Outpost => ("s3-outposts", "outpost/*/accesspoint/*"),
            Kind::Directory => ("s3express", "accesspoint/*"),
        };
        Some(Self {
            kind: *kind,
            arn: format!("arn:{partition}:{service}:{region}:{account}:{resource}"),
            known: false,
        })
    }

    fn of_arn(value: &str) -> Option<Self> {
        // The text after `/object/` is a key, which may contain anything.
        let value = value.split("/object/").next()?;
        let arn: Arn = value.parse().ok()?;
        if !value::is_plain(value) || arn.account().is_empty() {
            return None;
        }
        // S3 accepts both `accesspoint/NAME` and `accesspoint:NAME`. Policies use the first.
        let resource = arn.resource().replace(':', "/");
        let words: Vec<&str> = resource.split('/').collect();
        let (kind, resource) = match (arn.service(), words.as_slice()) {
            ("s3", ["accesspoint", name]) => (Kind::Plain, format!("accesspoint/{name}")),
            ("s3express", ["accesspoint", name]) => {
                (Kind::Directory, format!("accesspoint/{name}"))
            }
            ("s3-object-lambda", ["accesspoint", name]) => {
                (Kind::ObjectLambda, format!("accesspoint/{name}"))
            }
            ("s3-outposts", ["outpost", outpost, "accesspoint", name]) => (
                Kind::Outpost,
                format!("outpost/{outpost}/accesspoint/{name}"),
            ),
            _ => return None,
        };
        Some(Self {
            kind,
            arn: arn.with_resource(resource).to_string(),
            known: true,
        })
    }

    /// Returns the resource pattern for actions on its objects, or on the access point itself.
    pub(super) fn pattern(&self, of_objects: bool) -> String {
        match self.kind {
            Kind::Plain | Kind::Outpost if of_objects => format!("{}/object/*", self.arn),
            Kind::Plain | Kind::Outpost | Kind::ObjectLambda | Kind::Directory => self.arn.clone(),
        }
    }
}

/// Changes the action of a need to the service prefix of its access points. Any other need is returned unchanged.
pub(super) fn renamed(mut need: Need, catalog: &Catalog) -> Need {
    for prefix in ["s3-object-lambda", "s3-outposts", "s3express"] {
        let is_of = |pattern: &String| service_of(pattern) == Some(prefix);
        let all = !need.resources.patterns.is_empty() && need.resources.patterns.iter().all(is_of);
        if all
            && need.action.prefix() == "s3"
            && let Some(action) =
                action(catalog, prefix, need.action.name()).or_else(|| session(catalog, prefix))
        {
            need.action = action;
        }
    }
    need
}

/// Returns the needs on what is behind the access points of a need, which AWS checks as well: buckets, supporting
/// access points and functions.
pub(super) fn behind(need: &Need, catalog: &Catalog) -> Vec<Need> {
    let mut behind: BTreeSet<Need> = BTreeSet::new();
    for pattern in &need.resources.patterns {
        let mut parts = pattern.splitn(6, ':');
        let (Some(_), Some(partition), Some(service), Some(region), Some(account), Some(resource)) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            continue;
        };
        if !resource.contains("accesspoint/") {
            continue;
        }
        let of_objects = resource.contains("/object/") || is_of_objects(need.action.name());
        let bucket = if of_objects { "*/*" } else { "*" };
        let mut add = |prefix: &str, name: &str, pattern: String| {
            behind.extend(action(catalog, prefix, name).map(|action| Need {
                action,
                resources: Resources {
                    patterns: BTreeSet::from([pattern]),
                    known: false,
                },
            }));
        };
        let name = need.action.name();
        match service {
            "s3" => add("s3", name, format!("arn:{partition}:s3:::{bucket}")),
            "s3express" => {
                let arn = format!("arn:{partition}:s3express:{region}:{account}:bucket/*");
                add("s3express", name, arn);
            }
            "s3-outposts" => {
                let outpost = resource.split('/').nth(1).unwrap_or("*");
                let inside = if of_objects { "*/object/*" } else { "*" };
                let arn = format!(
                    "arn:{partition}:s3-outposts:{region}:{account}:outpost/{outpost}/bucket/{inside}"
                );
                add("s3-outposts", name, arn);
            }
            "s3-object-lambda" => {
                let inside = if of_objects { "*/object/*" } else { "*" };
                let supporting =
                    format!("arn:{partition}:s3:{region}:{account}:accesspoint/{inside}");
                add("s3", name, supporting);
                add("s3", name, format!("arn:{partition}:s3:::{bucket}"));
                let function = format!("arn:{partition}:lambda:{region}:{account}:function:*");
                add("lambda", "InvokeFunction", function);
            }
            _ => {}
        }
    }
    behind.into_iter().collect()
}

/// Whether an S3 action is on objects. Its name shows if it is on buckets instead.
fn is_of_objects(name: &str) -> bool {
    !name.contains("Bucket") && !name.starts_with("ListAll")
}

fn action(catalog: &Catalog, prefix: &str, name: &str) -> Option<Action> {
    let reference = catalog.service(prefix)?;
    let place = reference.action_place(name)?;
    Some(reference.actions.get(place)?.action.clone())
}

/// The action for calls on directory buckets that have no action of their own there.
fn session(catalog: &Catalog, prefix: &str) -> Option<Action> {
    (prefix == "s3express").then(|| action(catalog, prefix, "CreateSession"))?
}

fn service_of(pattern: &str) -> Option<&str> {
    pattern.split(':').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(value: &str, of_objects: bool) -> Option<(String, bool)> {
        let place = Place::new(None, Some("eu-west-1"), Some("123456789012"));
        let point = AccessPoint::read(value, &place)?;
        Some((point.pattern(of_objects), point.known))
    }

    #[test]
    fn every_kind_of_access_point_has_its_arn() {
        for (value, objects) in [
            (
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports",
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports/object/*",
            ),
            (
                "arn:aws:s3:eu-west-1:123456789012:accesspoint:reports",
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports/object/*",
            ),
            (
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports/object/a b*c",
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports/object/*",
            ),
            (
                "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap",
                "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/object/*",
            ),
            (
                "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/olap",
                "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/olap",
            ),
            (
                "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/a",
                "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/a/object/*",
            ),
            (
                "reports--euw1-az1--xa-s3",
                "arn:aws:s3express:eu-west-1:123456789012:accesspoint/reports--euw1-az1--xa-s3",
            ),
            (
                "arn:aws:s3express:eu-west-1:123456789012:accesspoint/reports--euw1-az1--xa-s3",
                "arn:aws:s3express:eu-west-1:123456789012:accesspoint/reports--euw1-az1--xa-s3",
            ),
        ] {
            assert_eq!(
                pattern(value, true),
                Some((objects.to_owned(), true)),
                "{value}"
            );
        }
        assert_eq!(
            pattern("arn:aws:s3::123456789012:accesspoint/x.mrap", false),
            Some((
                "arn:aws:s3::123456789012:accesspoint/x.mrap".to_owned(),
                true
            ))
        );
    }

    #[test]
    fn the_alias_of_several_regions_is_its_name() {
        assert_eq!(
            pattern("mfzwi23gnjvgw.mrap", true),
            Some((
                "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/object/*".to_owned(),
                true
            ))
        );
        assert_eq!(pattern("mfzwi23gnjvgw.mrap.txt", true), None);
        assert_eq!(
            pattern(
                "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com",
                true
            ),
            pattern("mfzwi23gnjvgw.mrap", true)
        );
    }

    #[test]
    fn an_alias_tells_the_kind_and_not_the_arn() {
        assert_eq!(
            pattern("reports-abc-s3alias", true),
            Some((
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/*/object/*".to_owned(),
                false
            ))
        );
        assert_eq!(
            pattern("reports-abc--ol-s3", true),
            Some((
                "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/*".to_owned(),
                false
            ))
        );
        for bucket in [
            "reports",
            "arn:aws:s3:::reports/key",
            "arn:aws:s3:::accesspoint/a",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/*",
            "arn:aws:sqs:eu-west-1:123456789012:accesspoint",
        ] {
            assert_eq!(pattern(bucket, true), None, "{bucket}");
        }
    }
}
