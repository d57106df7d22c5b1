//! SQS queues, which requests name by URL. The account is in the path, and the domain shows the partition (case 58).
//!
//! Hosts differ: `sqs.REGION.amazonaws.com`, the legacy `queue.amazonaws.com` and `REGION.queue.amazonaws.com`, VPC
//! endpoints, dual-stack, and local stand-ins. In all of them the path ends with the account and the name.

use super::{Part, arn_of};
use crate::catalog::place::Place;
use crate::xray::is_region;

pub(super) fn parts(value: &str) -> Vec<Part> {
    part(value).into_iter().collect()
}

fn part(value: &str) -> Option<Part> {
    if let Some((arn, place)) = arn_of("sqs", value) {
        return is_queue_name(arn.resource()).then(|| Part::new(arn.resource()).at(place));
    }
    let without_scheme = value.split_once("://").map_or(value, |(_, rest)| rest);
    let Some((authority, path)) = without_scheme.split_once('/') else {
        return is_queue_name(value).then(|| Part::new(value));
    };
    let host = authority
        .split_once(':')
        .map_or(authority, |(host, _)| host);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut segments = path.trim_end_matches('/').rsplit('/');
    let name = segments.next().filter(|name| is_queue_name(name))?;
    let account = segments.next();
    let before = segments.next();
    let region = host.split('.').find(|label| is_region(label));
    let region = region
        .or(before)
        .or((host == "queue.amazonaws.com").then_some("us-east-1"));
    let place = Place::new(domain_partition(host), region, account);
    Some(Part::new(name).at(place))
}

fn domain_partition(host: &str) -> Option<&'static str> {
    host.ends_with(".amazonaws.com.cn").then_some("aws-cn")
}

fn is_queue_name(name: &str) -> bool {
    let stem = name.strip_suffix(".fifo").unwrap_or(name);
    (1..=80).contains(&name.len())
        && stem
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, partition, region and account.
    type Told = (String, Option<String>, Option<String>, Option<String>);

    fn told(value: &str) -> Option<Told> {
        let part = part(value)?;
        Some((
            part.text,
            part.place.partition,
            part.place.region,
            part.place.account,
        ))
    }

    fn expected(name: &str, partition: &str, region: &str, account: &str) -> Told {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (
            name.to_owned(),
            some(partition),
            some(region),
            some(account),
        )
    }

    #[test]
    fn a_queue_is_told_from_every_form_of_url() {
        let account = "123456789012";
        let forms = [
            (
                "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                "",
                "eu-west-1",
            ),
            (
                "https://sqs.eu-west-1.amazonaws.com/123456789012/orders/",
                "",
                "eu-west-1",
            ),
            (
                "https://queue.amazonaws.com/123456789012/orders",
                "",
                "us-east-1",
            ),
            (
                "https://eu-west-1.queue.amazonaws.com/123456789012/orders",
                "",
                "eu-west-1",
            ),
            (
                "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders",
                "aws-cn",
                "cn-north-1",
            ),
            (
                "https://sqs-fips.us-gov-west-1.amazonaws.com/123456789012/orders",
                "",
                "us-gov-west-1",
            ),
            (
                "https://vpce-0a1b-2c3d.sqs.eu-west-1.vpce.amazonaws.com/123456789012/orders",
                "",
                "eu-west-1",
            ),
            (
                "https://sqs.eu-west-1.api.aws/123456789012/orders",
                "",
                "eu-west-1",
            ),
            (
                "http://localhost:4566/queue/eu-west-1/123456789012/orders",
                "",
                "eu-west-1",
            ),
            (
                "http://sqs.eu-west-1.localhost.localstack.cloud:4566/123456789012/orders",
                "",
                "eu-west-1",
            ),
            (
                "sqs.eu-west-1.amazonaws.com/123456789012/orders",
                "",
                "eu-west-1",
            ),
        ];
        for (url, partition, region) in forms {
            assert_eq!(
                told(url),
                Some(expected("orders", partition, region, account)),
                "{url}"
            );
        }
        let local = "http://localhost:4566/000000000000/orders.fifo";
        assert_eq!(
            told(local),
            Some(expected("orders.fifo", "", "", "000000000000"))
        );
        assert_eq!(
            told("arn:aws:sqs:eu-west-1:123456789012:orders"),
            Some(expected("orders", "aws", "eu-west-1", account))
        );
        assert_eq!(
            told("orders.fifo"),
            Some(expected("orders.fifo", "", "", ""))
        );
    }

    #[test]
    fn what_names_no_queue_tells_nothing() {
        for value in [
            "",
            "sqs.eu-west-1.amazonaws.com",
            "https://sqs.eu-west-1.amazonaws.com/",
            "a b",
            "https://h/1/*",
            "arn:aws:sns:r:a:t",
        ] {
            assert_eq!(told(value), None, "{value}");
        }
    }
}
