//! API Gateway's WebSocket management endpoint: `https://API.execute-api.REGION.amazonaws.com/STAGE/@connections/ID`.

use super::Part;
use crate::catalog::place::Place;
use crate::xray::is_region;

pub(super) fn api(value: &str) -> Vec<Part> {
    let api = split(value).map(|(api, place, _)| Part::new(api).at(place));
    api.into_iter().collect()
}

pub(super) fn stage(value: &str) -> Vec<Part> {
    let stage = split(value).and_then(|(_, place, path)| {
        let first = path
            .split(['/', '?', '#'])
            .next()
            .filter(|first| !first.is_empty() && *first != "@connections")?;
        Some(Part::new(first).at(place))
    });
    stage.into_iter().collect()
}

fn split(value: &str) -> Option<(&str, Place, &str)> {
    let without_scheme = value.split_once("://").map_or(value, |(_, rest)| rest);
    let (authority, path) = without_scheme
        .split_once('/')
        .unwrap_or((without_scheme, ""));
    let host = authority
        .split_once(':')
        .map_or(authority, |(host, _)| host);
    let (api, rest) = host.split_once(".execute-api.")?;
    let region = rest.split('.').next().filter(|region| is_region(region));
    let plain = !api.is_empty() && api.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| (api, Place::new(None, region, None), path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_names_api_region_and_stage() {
        let url = "https://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod/@connections/x%3D";
        assert_eq!(api(url)[0].text, "a1b2c3");
        assert_eq!(api(url)[0].place.region.as_deref(), Some("eu-west-1"));
        assert_eq!(stage(url)[0].text, "prod");
        assert_eq!(
            api("a1b2c3.execute-api.eu-west-1.amazonaws.com")[0].text,
            "a1b2c3"
        );
        assert_eq!(stage("a1b2c3.execute-api.eu-west-1.amazonaws.com"), []);
        assert_eq!(api("https://example.com/prod"), []);
    }
}
