//! The X-Ray SDK for Node. Services are spelled as the client in lower case (`sfn`, for the AWS SDK 2 `stepfunctions`),
//! operations with a small first letter, members as in the API.
//!
//! In `aws-xray-sdk-core` 3.12, `setAWSWhitelist` replaces what the SDK records by default, and `appendAWSWhitelist`
//! replaces it service by service. Before 3.5.2 the parameters of AWS SDK 3 calls were not recorded at all.

use super::defaults::Column;
use super::dialect::{Dialect, as_in_the_api, joined, of_s3};
use super::document::Recorded;
use crate::catalog::{RequestMember, SdkService};

pub(super) const LOADING: &str = "\
Node (aws-xray-sdk 3.5.2 or later, clients captured by captureAWSv3Client or captureAWS):
  // other services stay as the SDK has them
  AWSXRay.appendAWSWhitelist('whitelist.json');
  // or: these services and no others
  AWSXRay.setAWSWhitelist('whitelist.json');";

pub(super) const DIALECT: Dialect = Dialect {
    defaults: Column::Node,
    services,
    operation,
    has_request_classes: false,
    members,
};

/// Services with another name in the AWS SDK for JavaScript 2.
const VERSION_2: [(&str, &str); 16] = [
    ("cognito-idp", "cognitoidentityserviceprovider"),
    ("cur", "cur"),
    ("discovery", "discovery"),
    ("dms", "dms"),
    ("elb", "elb"),
    ("elbv2", "elbv2"),
    ("es", "es"),
    ("events", "cloudwatchevents"),
    ("forecast", "forecastservice"),
    ("forecastquery", "forecastqueryservice"),
    ("iot-data", "iotdata"),
    ("iotevents-data", "ioteventsdata"),
    ("lex-runtime", "lexruntime"),
    ("rds-data", "rdsdataservice"),
    ("stepfunctions", "stepfunctions"),
    ("transcribe", "transcribeservice"),
];

fn services(service: SdkService<'_>) -> Vec<String> {
    let client = joined(service.service_id()).to_ascii_lowercase();
    let older = VERSION_2.iter().find(|(name, _)| *name == service.name());
    let older = older
        .map(|(_, identifier)| (*identifier).to_owned())
        .filter(|identifier| *identifier != client);
    std::iter::once(client).chain(older).collect()
}

fn operation(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

fn members(service: &str, members: &[RequestMember]) -> Vec<Recorded> {
    if service == "s3" {
        of_s3(members)
    } else {
        members.iter().map(as_in_the_api).collect()
    }
}
