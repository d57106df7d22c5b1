//! EventBridge event buses, by name or ARN.

use super::{Part, arn_of};

pub(super) fn parts(value: &str) -> Vec<Part> {
    let part = match arn_of("events", value) {
        Some((arn, place)) => arn
            .resource()
            .strip_prefix("event-bus/")
            .map(|name| Part::new(name).at(place)),
        None => (!value.starts_with("arn:")).then(|| Part::new(value)),
    };
    part.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_is_told_by_name_or_arn() {
        assert_eq!(parts("default"), [Part::new("default")]);
        assert_eq!(
            parts("arn:aws:events:eu-west-1:123456789012:event-bus/orders")[0].text,
            "orders"
        );
        assert_eq!(
            parts("arn:aws:events:eu-west-1:123456789012:rule/orders"),
            []
        );
    }
}
