//! Transforms: they read values that are more than a name, such as queue URLs, partial ARNs, statements and copy
//! sources. There is one file for each kind.
//!
//! A transform returns the part of the value that fills the requested ARN variable, and nothing if the value does not
//! contain it.

mod bucket;
mod bus;
mod endpoint;
mod function;
mod identity;
mod key;
mod model;
mod name;
mod parameter;
mod queue;
mod secret;
mod statement;
mod table;

pub(super) use bucket::{copied_from, is_directory_bucket};
pub(super) use secret::without_suffix as without_secret_suffix;

use super::place::Place;
use super::value;
use crate::iam::Arn;

/// What a value says about one ARN variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The text that fills the variable.
    pub(super) text: String,
    /// The partition, region and account in the value.
    pub(super) place: Place,
    /// False if the value does not show which of several parts AWS checks.
    pub(super) sure: bool,
    /// A wildcard after the text: for everything under a path, or for any text.
    pub(super) wildcard: &'static str,
    /// A wildcard before the text: for any path.
    pub(super) path: &'static str,
}

impl Part {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            place: Place::default(),
            sure: true,
            wildcard: "",
            path: "",
        }
    }

    /// Returns the text that fills the variable, with its wildcards.
    pub(super) fn pattern(&self) -> String {
        format!("{}{}{}", self.path, self.text, self.wildcard)
    }

    /// A fixed value from the catalogue, not from a trace.
    pub(super) fn literal(text: &str) -> Self {
        Self::new(text)
    }

    fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    fn perhaps(self) -> Self {
        Self {
            sure: false,
            ..self
        }
    }
}

/// Returns the parts of a recorded value for one ARN variable. Without a transform the value itself is the name.
pub(super) fn apply(transform: Option<&str>, variable: &str, value: &str) -> Vec<Part> {
    let parts = match transform {
        None | Some("role") => name::parts(value),
        Some("last") => name::last(value),
        Some("family") => name::family(value),
        Some("alias") => name::alias(value),
        Some("lower") => name::in_lower_case(value),
        Some("tail") => queue::parts(value),
        Some("lambda") => function::name(value),
        Some("qualifier") => function::qualifier(value),
        Some("table") => table::parts(value),
        Some("bucket") => bucket::parts(value),
        Some("s3src") => bucket::copy_source(variable, value),
        Some("bus") => bus::parts(value),
        Some("secret") => secret::parts(value),
        Some("reference") => secret::referred_to(value),
        Some("ssmparam") => parameter::parts(value),
        Some("ssmdoc") => parameter::document(value),
        Some("under") => parameter::under(value),
        Some("kmskey") => key::parts(value),
        Some("bedrockmodel") => model::foundation_model(value),
        Some("bedrockprofile") => model::profile(value),
        Some("sesid") => identity::parts(value),
        Some("partiql") => statement::table(value),
        Some("partiqlindex") => statement::index(variable, value),
        Some("idpath") => name::after_path(value),
        Some("shortid") => name::short_id(value),
        Some("awsowned") => name::owned_by_aws(value),
        Some("notaws") => name::not_of_aws(value),
        Some("underpath") => name::under_any_path(value),
        Some("s3version") => bucket::copied_version(value),
        Some("apiid") => endpoint::api(value),
        Some("stage") => endpoint::stage(value),
        Some(_) => Vec::new(),
    };
    let usable = parts.into_iter().filter(|part| {
        part.text.is_empty() && !part.wildcard.is_empty()
            || value::is_plain(&part.text) && value::fits(variable, &part.text)
    });
    usable.collect()
}

/// Whether the recorded value cannot be a name, an ARN or whatever else the transform reads, so that it says nothing.
pub(super) fn is_impossible(transform: Option<&str>, variable: &str, value: &str) -> bool {
    if value.starts_with("arn:") {
        return !value::is_plain(value);
    }
    match transform {
        // These read text that contains more than names.
        Some("partiql" | "partiqlindex" | "apiid" | "stage" | "sesid") => false,
        Some("bucket") => !bucket::stands_for_bucket(value),
        Some("s3src") => variable == "BucketName" && !bucket::is_copy_source(value),
        Some("table") => !table::is_name(value),
        Some("lambda" | "qualifier") => function::name(value).is_empty(),
        Some("kmskey") => !value.starts_with("alias/") && key::parts(value).is_empty(),
        Some("under") if value == "/" => false,
        Some(_) | None => !value::is_plain(value),
    }
}

/// Whether the catalogue may use this transform.
#[cfg(test)]
pub(super) fn is_known(transform: &str) -> bool {
    const KNOWN: [&str; 31] = [
        "alias",
        "apiid",
        "awsowned",
        "bedrockmodel",
        "bedrockprofile",
        "bucket",
        "bus",
        "family",
        "idpath",
        "kmskey",
        "lambda",
        "last",
        "lower",
        "notaws",
        "partiql",
        "partiqlindex",
        "qualifier",
        "reference",
        "role",
        "s3src",
        "s3version",
        "secret",
        "sesid",
        "shortid",
        "ssmdoc",
        "ssmparam",
        "stage",
        "table",
        "tail",
        "under",
        "underpath",
    ];
    KNOWN.contains(&transform)
}

/// Whether a value with this transform may be the whole ARN of the resource.
pub(super) fn may_be_whole(transform: Option<&str>) -> bool {
    matches!(
        transform,
        None | Some(
            "role"
                | "last"
                | "family"
                | "alias"
                | "lower"
                | "idpath"
                | "shortid"
                | "ssmdoc"
                | "awsowned"
                | "notaws"
                | "underpath"
        )
    )
}

/// Parses an ARN of this service. Returns it with the partition, region and account in it.
fn arn_of(service: &str, value: &str) -> Option<(Arn, Place)> {
    let arn: Arn = value.parse().ok()?;
    if arn.service() != service || !value::is_plain(value) {
        return None;
    }
    let place = Place::new(
        Some(arn.partition()),
        Some(arn.region()),
        Some(arn.account()),
    );
    Some((arn, place))
}
