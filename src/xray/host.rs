//! Reads the host name of an AWS endpoint: its region, its service, and whether it is an endpoint of an AWS API at all.
//!
//! Follows <https://docs.aws.amazon.com/general/latest/gr/rande.html>. Hosts that customers run on AWS (load balancers,
//! databases, caches, websites) are not API endpoints.

const SUFFIXES: &[&str] = &[
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".api.aws",
    ".on.aws",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".csp.hci.ic.gov",
    ".cloud.adc-e.uk",
];

/// Labels in the host names of customers' own servers.
const CUSTOMER_HOSTS: &[&str] = &[
    "elb",
    "rds",
    "cache",
    "compute",
    "compute-1",
    "compute-internal",
    "redshift",
    "redshift-serverless",
    "docdb",
    "dsql",
    "kafka",
    "kafka-serverless",
    "mq",
    "elasticbeanstalk",
    "s3-website",
    "memorydb",
    "dax-clusters",
    "vpce-svc",
];

/// Labels for which the service whose permissions are checked has another name.
const BY_LABEL: [(&str, &str); 10] = [
    ("aos", "es"),
    ("appsync-api", "appsync"),
    ("appsync-realtime-api", "appsync"),
    ("ddb", "dynamodb"),
    ("execute-api", "execute-api"),
    ("lambda-url", "lambda"),
    ("neptune", "neptune-db"),
    ("queue", "sqs"),
    ("s3-control", "s3"),
    ("vpc-lattice-svcs", "vpc-lattice-svcs"),
];

/// Returns the host of a URL, or of an authority without a scheme, without its port.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    (!host.is_empty()).then_some(host)
}

/// Whether the host is an endpoint of an AWS API.
pub(crate) fn is_api_endpoint(host: &str) -> bool {
    labels(host).is_some_and(|mut labels| {
        !labels.any(|label| CUSTOMER_HOSTS.contains(&label) || label.starts_with("s3-website-"))
    })
}

/// Returns the word for the service in the host name of an AWS endpoint: `monitoring`, `execute-api`, `s3`.
///
/// ```
/// use aws_least_privilege::xray::service_of;
///
/// assert_eq!(service_of("sqs.eu-west-1.amazonaws.com"), Some("sqs"));
/// assert_eq!(service_of("a1b2.lambda-url.eu-west-1.on.aws"), Some("lambda"));
/// assert_eq!(service_of("api.example.com"), None);
/// ```
pub fn service_of(host: &str) -> Option<&str> {
    let labels: Vec<&str> = labels(host)?.collect();
    let by_hand = labels.iter().rev().find_map(|label| {
        let found = BY_LABEL.iter().find(|(known, _)| known == label);
        found.map(|(_, service)| *service)
    });
    if by_hand.is_some() {
        return by_hand;
    }
    let is_storage = |label: &&&str| {
        **label == "s3"
            || ["s3-", "s3express-"]
                .iter()
                .any(|lead| label.starts_with(lead))
    };
    if let Some(storage) = labels.iter().rev().find(is_storage) {
        let of_objects = storage.starts_with("s3-object-lambda");
        return Some(if of_objects { "s3-object-lambda" } else { "s3" });
    }
    let mut words = labels
        .iter()
        .rev()
        .filter(|label| !is_region(label) && !matches!(**label, "vpce" | "dualstack"));
    words
        .next()
        .map(|label| label.strip_suffix("-fips").unwrap_or(label))
}

/// Labels in the host names of a customer's own function, API, domain or database.
const OWN_HOSTS: [&str; 7] = [
    "aos",
    "appsync-api",
    "appsync-realtime-api",
    "execute-api",
    "lambda-url",
    "neptune",
    "vpc-lattice-svcs",
];

/// Whether a request to this AWS endpoint may be any call of its service.
///
/// ```
/// use aws_least_privilege::xray::takes_any_call;
///
/// assert!(takes_any_call("shop.s3.eu-west-1.amazonaws.com"));
/// assert!(!takes_any_call("a1b2.lambda-url.eu-west-1.on.aws"));
/// assert!(!takes_any_call("search-shop-a1b2.eu-west-1.es.amazonaws.com"));
/// ```
pub fn takes_any_call(host: &str) -> bool {
    let is_domain = ["search-", "vpc-"]
        .iter()
        .any(|lead| host.starts_with(lead));
    let of_domains = is_domain && service_of(host) == Some("es");
    let own = labels(host).is_some_and(|mut labels| labels.any(|label| OWN_HOSTS.contains(&label)));
    !of_domains && !own
}

/// Whether the host name of an AWS endpoint has a region.
///
/// ```
/// use aws_least_privilege::xray::has_region;
///
/// assert!(has_region("sqs.eu-west-1.amazonaws.com"));
/// assert!(!has_region("checkip.amazonaws.com"));
/// ```
pub fn has_region(host: &str) -> bool {
    region_of(host).is_some()
}

/// Returns the region in the host name of an AWS endpoint.
pub(crate) fn region_of(host: &str) -> Option<&str> {
    labels(host)?.rev().find_map(|label| {
        let label = label.strip_prefix("s3-").unwrap_or(label);
        is_region(label).then_some(label)
    })
}

/// Whether the text has the form of a region: `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`.
pub(crate) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let area = parts
        .next()
        .is_some_and(|area| (2..=4).contains(&area.len()) && is_lower(area));
    let number = parts.next_back();
    let number = number.is_some_and(|number| {
        !number.is_empty() && number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let mut words = parts.peekable();
    area && number
        && text.len() <= 32
        && words.peek().is_some()
        && words.all(|word| !word.is_empty() && is_lower(word))
}

fn is_lower(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn labels(host: &str) -> Option<std::str::Split<'_, char>> {
    let name = SUFFIXES
        .iter()
        .find_map(|suffix| host.strip_suffix(suffix))?;
    Some(name.split('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_regions() {
        for (url, host, region) in [
            (
                "https://dynamodb.eu-west-1.amazonaws.com:443/",
                "dynamodb.eu-west-1.amazonaws.com",
                Some("eu-west-1"),
            ),
            (
                "us-east-1.queue.amazonaws.com",
                "us-east-1.queue.amazonaws.com",
                Some("us-east-1"),
            ),
            (
                "https://b.s3-us-west-2.amazonaws.com/k",
                "b.s3-us-west-2.amazonaws.com",
                Some("us-west-2"),
            ),
            (
                "https://vpce-1.sqs.us-gov-west-1.vpce.amazonaws.com/1/q",
                "vpce-1.sqs.us-gov-west-1.vpce.amazonaws.com",
                Some("us-gov-west-1"),
            ),
            ("https://sts.amazonaws.com", "sts.amazonaws.com", None),
            (
                "https://eu-west-1.example.com",
                "eu-west-1.example.com",
                None,
            ),
        ] {
            assert_eq!(host_of(url), Some(host));
            assert_eq!(region_of(host), region, "{host}");
        }
    }

    #[test]
    fn an_endpoint_names_its_service() {
        for (host, service) in [
            ("monitoring.eu-west-1.amazonaws.com", "monitoring"),
            ("sts.amazonaws.com", "sts"),
            ("kms-fips.us-east-1.amazonaws.com", "kms"),
            ("eu-west-1.queue.amazonaws.com", "sqs"),
            ("vpce-1-2.sqs.eu-west-1.vpce.amazonaws.com", "sqs"),
            ("b.s3-us-west-2.amazonaws.com", "s3"),
            ("b.s3.dualstack.eu-west-1.amazonaws.com", "s3"),
            ("search-x-abc.eu-west-1.es.amazonaws.com", "es"),
            ("x.aos.eu-west-1.on.aws", "es"),
            ("abc.eu-west-1.aoss.amazonaws.com", "aoss"),
            ("c.cluster-x.eu-west-1.neptune.amazonaws.com", "neptune-db"),
            ("x.vpc-lattice-svcs.eu-west-1.on.aws", "vpc-lattice-svcs"),
            ("a1.execute-api.eu-west-1.amazonaws.com", "execute-api"),
            ("data-ats.iot.eu-west-1.amazonaws.com", "iot"),
        ] {
            assert_eq!(service_of(host), Some(service), "{host}");
            assert!(is_api_endpoint(host), "{host}");
        }
    }

    #[test]
    fn servers_of_customers_are_no_api() {
        assert!(is_api_endpoint("s3.us-west-2.amazonaws.com"));
        for host in [
            "my-1.eu-west-1.elb.amazonaws.com",
            "db.abc.eu-west-1.rds.amazonaws.com",
            "b.s3-website-eu-west-1.amazonaws.com",
            "amazonaws.com.example.org",
            "example.com",
        ] {
            assert!(!is_api_endpoint(host), "{host}");
        }
    }
}
