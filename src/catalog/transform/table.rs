//! DynamoDB tables, by name, or by the ARN of the table or of something inside it.

use super::{Part, arn_of};

pub(super) fn parts(value: &str) -> Vec<Part> {
    let part = match arn_of("dynamodb", value) {
        Some((arn, place)) => arn
            .resource()
            .strip_prefix("table/")
            .and_then(|inside| inside.split('/').next())
            .map(|table| Part::new(table).at(place)),
        None => Some(Part::new(value)),
    };
    part.filter(|part| is_name(&part.text))
        .into_iter()
        .collect()
}

pub(super) fn is_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_told_by_name_or_arn() {
        assert_eq!(parts("orders"), [Part::new("orders")]);
        let arn = parts("arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/by-day");
        assert_eq!(arn[0].text, "orders");
        assert_eq!(arn[0].place.account.as_deref(), Some("123456789012"));
        for value in [
            "",
            "a/b",
            "arn:aws:sqs:eu-west-1:123456789012:orders",
            "orders*",
        ] {
            assert_eq!(parts(value), [], "{value}");
        }
    }
}
