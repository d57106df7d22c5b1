//! The X-Ray SDK for Java. One file is enough for both of its packages, because they look up services by different
//! names.
//!
//! For the AWS SDK for Java 1 (`TracingHandler`), services are spelled as the request's service name
//! (`AWSSecretsManager`), operations as the request's class, members as getters without `get`. Services whose name
//! there is not known are left out. A getter that the SDK's version lacks is logged and ignored. For the AWS SDK for
//! Java 2 (`TracingInterceptor`), services are spelled as the client's name (`SecretsManager`, `Sfn`), operations and
//! members as in the API. Both read the file with the same classes (`aws-xray-recorder-sdk-aws-sdk-core`), and then do
//! not use their own.

use super::defaults::Column;
use super::dialect::{Dialect, as_in_the_api, as_property, of_s3_with_copies};
use super::document::Recorded;
use crate::catalog::{RequestMember, SdkService};

pub(super) const LOADING: &str = "\
Java (one file for the AWS SDK for Java 1 and 2; these services and no others):
  URL file = new File(\"whitelist.json\").toURI().toURL();
  // AWS SDK for Java 1
  builder.withRequestHandlers(new TracingHandler(file));
  // AWS SDK for Java 2
  configuration.addExecutionInterceptor(new TracingInterceptor(null, null, file));
  Leave out aws-xray-recorder-sdk-aws-sdk-instrumentor and -v2-instrumentor: they add handlers \
of their own, without the file.";

pub(super) const V1: Dialect = Dialect {
    defaults: Column::Java1,
    services: |service: SdkService<'_>| {
        service
            .java_v1_name()
            .map(str::to_owned)
            .into_iter()
            .collect()
    },
    operation: str::to_owned,
    has_request_classes: true,
    members: members_v1,
};

pub(super) const V2: Dialect = Dialect {
    defaults: Column::Java2,
    services: |service: SdkService<'_>| vec![client(service.service_id())],
    operation: str::to_owned,
    has_request_classes: false,
    members: members_v2,
};

fn members_v1(service: &str, members: &[RequestMember]) -> Vec<Recorded> {
    match service {
        "s3" => of_s3_with_copies(
            members,
            "BucketName",
            ["SourceBucketName", "DestinationBucketName"],
        ),
        _ => members.iter().map(as_property).collect(),
    }
}

fn members_v2(service: &str, members: &[RequestMember]) -> Vec<Recorded> {
    match service {
        "s3" => of_s3_with_copies(members, "Bucket", ["SourceBucket", "DestinationBucket"]),
        _ => members.iter().map(as_in_the_api).collect(),
    }
}

/// Returns the name that the code generator of the AWS SDK for Java 2 makes from a service id: `DynamoDB` becomes
/// `DynamoDb`, `SFN` `Sfn`, `IoT Data Plane` `IotDataPlane`.
///
/// Follows `getServiceName` of its `DefaultNamingStrategy`.
fn client(service_id: &str) -> String {
    let name: String = words(service_id)
        .iter()
        .map(|word| capitalised(word))
        .collect();
    let name = ["Amazon", "Aws"].iter().fold(name.as_str(), |name, lead| {
        name.strip_prefix(lead).unwrap_or(name)
    });
    name.strip_suffix("Service").unwrap_or(name).to_owned()
}

/// Splits a name into words. A word ends at punctuation, before a version, before a capital after a small letter,
/// before the last of several capitals that a small letter follows, and after a number.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let is = |place: usize, test: fn(&char) -> bool| letters.get(place).is_some_and(test);
    let mut words = vec![String::new()];
    for (place, letter) in letters.iter().enumerate() {
        let starts = place.checked_sub(1).is_some_and(|before| {
            let next = place + 1;
            let after_small =
                is(before, char::is_ascii_lowercase) && is(next, char::is_ascii_alphanumeric);
            let after_capitals = is(before, char::is_ascii_uppercase)
                && is(next, char::is_ascii_lowercase)
                && !is_version(&letters, next);
            letter.is_ascii_uppercase() && (after_small || after_capitals)
                || letter.is_ascii_alphabetic() && is(before, char::is_ascii_digit)
                || is_version(&letters, place)
        });
        if starts || !letter.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_ascii_alphanumeric()) {
            word.push(*letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a version begins here that is separate from the letters before it: `SESv2`, not `WAFV2`.
fn is_version(letters: &[char], place: usize) -> bool {
    let before = |test: fn(&char) -> bool| {
        let two = place
            .checked_sub(2)
            .and_then(|start| letters.get(start..place));
        two.is_some_and(|two| two.iter().all(test))
    };
    let is_set_off = match letters.get(place) {
        Some('v') => before(|letter| !letter.is_ascii_lowercase()),
        Some('V') => before(|letter| !letter.is_ascii_uppercase()),
        _ => false,
    };
    is_set_off && letters.get(place + 1).is_some_and(char::is_ascii_digit)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first
        .into_iter()
        .chain(letters.map(|letter| letter.to_ascii_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_named_as_the_code_generator_names_them() {
        let names = [
            ("AIOps", "AiOps"),
            ("AmplifyUIBuilder", "AmplifyUiBuilder"),
            ("API Gateway", "ApiGateway"),
            ("b2bi", "B2Bi"),
            ("Cloud9", "Cloud9"),
            ("Config Service", "Config"),
            ("DynamoDB", "DynamoDb"),
            ("EC2", "Ec2"),
            ("Elastic Load Balancing v2", "ElasticLoadBalancingV2"),
            ("FSx", "FSx"),
            ("IoT", "Iot"),
            ("IoT Data Plane", "IotDataPlane"),
            ("IoTFleetWise", "IoTFleetWise"),
            ("Resource Explorer 2", "ResourceExplorer2"),
            ("resiliencehubv2", "Resiliencehubv2"),
            ("RTBFabric", "RtbFabric"),
            ("S3 Control", "S3Control"),
            ("SageMaker A2I Runtime", "SageMakerA2IRuntime"),
            ("SESv2", "SesV2"),
            ("SFN", "Sfn"),
            ("SimpleDBv2", "SimpleDbV2"),
            ("WAFV2", "Wafv2"),
        ];
        for (service_id, name) in names {
            assert_eq!(client(service_id), name);
        }
    }
}
