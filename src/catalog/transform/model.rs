//! Bedrock models: a foundation model by id, or an inference profile for one.
//!
//! AWS checks a call through an inference profile on the profile, and on the foundation models behind it in every
//! Region that the profile covers. Follows
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html>.

use super::{Part, arn_of};
use crate::catalog::place::Place;

/// The geographies with which the ids of cross-Region inference profiles begin.
const GEOGRAPHIES: [&str; 9] = [
    "us", "eu", "apac", "us-gov", "jp", "au", "ca", "sa", "global",
];

/// Returns the foundation model that runs: the named model, or the model behind a profile, which may be in any Region.
pub(super) fn foundation_model(value: &str) -> Vec<Part> {
    let Some((kind, id, place)) = read(value) else {
        return Vec::new();
    };
    let behind = model_behind(&id).map(|model| Part::new(model).at(place.clone().in_any_region()));
    let part = match kind {
        "" => Some(behind.unwrap_or_else(|| Part::new(id))),
        "foundation-model" => Some(Part::new(id).at(place)),
        "inference-profile" => behind,
        // The name of an application inference profile does not show its models.
        "application-inference-profile" => {
            let any = Part::new("").at(place.in_any_region()).perhaps();
            Some(Part {
                wildcard: "*",
                ..any
            })
        }
        _ => None,
    };
    part.into_iter().collect()
}

/// Returns the system-defined inference profile that the value names, if it names one.
pub(super) fn profile(value: &str) -> Vec<Part> {
    let part = match read(value) {
        Some(("", id, _)) if model_behind(&id).is_some() => Some(Part::new(id)),
        Some(("inference-profile", id, place)) => Some(Part::new(id).at(place)),
        _ => None,
    };
    part.into_iter().collect()
}

/// Returns the kind of resource in an ARN, its id and its place. The kind is empty for a bare id.
fn read(value: &str) -> Option<(&'static str, String, Place)> {
    const KINDS: [&str; 3] = [
        "foundation-model",
        "inference-profile",
        "application-inference-profile",
    ];
    if !value.starts_with("arn:") {
        return Some(("", value.to_owned(), Place::default()));
    }
    let (arn, place) = arn_of("bedrock", value)?;
    let (kind, id) = arn.resource().split_once('/')?;
    let kind = KINDS.into_iter().find(|known| *known == kind)?;
    Some((kind, id.to_owned(), place))
}

/// Returns the model of a profile: `eu.anthropic.claude-x` runs `anthropic.claude-x`.
fn model_behind(profile: &str) -> Option<&str> {
    let (lead, model) = profile.split_once('.')?;
    (GEOGRAPHIES.contains(&lead) && model.contains('.')).then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";
    const PROFILE: &str = "eu.anthropic.claude-3-haiku-20240307-v1:0";

    fn told(parts: &[Part]) -> Option<(String, Option<&str>)> {
        parts
            .first()
            .map(|part| (part.pattern(), part.place.region.as_deref()))
    }

    #[test]
    fn a_model_is_itself_and_no_profile() {
        assert_eq!(
            told(&foundation_model(MODEL)),
            Some((MODEL.to_owned(), None))
        );
        assert_eq!(profile(MODEL), []);
        let arn = format!("arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}");
        assert_eq!(
            told(&foundation_model(&arn)),
            Some((MODEL.to_owned(), Some("eu-west-1")))
        );
        assert_eq!(profile(&arn), []);
    }

    #[test]
    fn a_profile_is_itself_and_the_model_behind_it_in_any_region() {
        for value in [
            PROFILE.to_owned(),
            format!("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/{PROFILE}"),
        ] {
            assert_eq!(
                told(&foundation_model(&value)),
                Some((MODEL.to_owned(), Some("*")))
            );
            assert_eq!(profile(&value)[0].text, PROFILE);
        }
    }

    #[test]
    fn an_application_profile_does_not_tell_its_model() {
        let arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3";
        let model = foundation_model(arn);
        assert_eq!((model[0].pattern().as_str(), model[0].sure), ("*", false));
        assert_eq!(profile(arn), []);
        assert_eq!(
            foundation_model("arn:aws:bedrock:eu-west-1:123456789012:prompt-router/x"),
            []
        );
    }
}
