//! Tests what all four files have in common, and how they differ.

use super::*;
use crate::catalog::{Resolution, SdkService};
use crate::xray::call::normalised;
use crate::xray::{Call, Parameters};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const SDKS: [Sdk; 4] = [Sdk::Node, Sdk::Python, Sdk::Java, Sdk::Dotnet];

/// Keys that X-Ray itself writes next to the parameters. A parameter with such a name would overwrite them.
const OWN_KEYS: [&str; 7] = [
    "accountid",
    "id2",
    "operation",
    "region",
    "requestid",
    "resourcenames",
    "retries",
];

fn file(sdk: Sdk, services: &[&str]) -> Value {
    let text = render(sdk, Catalog::embedded(), services).expect("a whitelist");
    serde_json::from_str(&text).expect("JSON")
}

fn services(file: &Value) -> Vec<&str> {
    let services = file["services"].as_object().expect("services");
    services.keys().map(String::as_str).collect()
}

/// Returns every entry as service, operation, and what to record of it.
fn entries(file: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let services = file["services"].as_object().expect("services");
    services.iter().flat_map(|(service, value)| {
        let operations = value["operations"].as_object().expect("operations");
        operations
            .iter()
            .map(move |(operation, value)| (service.as_str(), operation.as_str(), value))
    })
}

/// Returns the members of the request in an entry.
fn members(entry: &Value) -> BTreeSet<&str> {
    let parameters = entry["request_parameters"].as_array().into_iter().flatten();
    let parameters = parameters.map(|name| name.as_str().expect("a name"));
    let descriptors = entry["request_descriptors"]
        .as_object()
        .into_iter()
        .flat_map(|map| map.keys());
    parameters.chain(descriptors.map(String::as_str)).collect()
}

/// What an SDK records by default and what the catalogue lists, by the SDK's key of the service.
struct Known<'c> {
    services: BTreeMap<String, Vec<SdkService<'c>>>,
    /// The normalised service, operation and member.
    own: BTreeSet<(String, String, String)>,
}

impl<'c> Known<'c> {
    fn of(sdk: Sdk, catalog: &'c Catalog) -> Self {
        let mut known = Self {
            services: BTreeMap::new(),
            own: BTreeSet::new(),
        };
        for dialect in sdk.dialects() {
            for service in catalog.services() {
                for key in (dialect.services)(service) {
                    known.services.entry(key).or_default().push(service);
                }
                for default in defaults::of(dialect.defaults, service.name()) {
                    for recorded in &default.request {
                        known.own.insert((
                            service.name().into(),
                            normalised(default.operation),
                            normalised(name(recorded)),
                        ));
                    }
                }
            }
        }
        known
    }

    fn services(&self, key: &str) -> &[SdkService<'c>] {
        self.services.get(key).map_or(&[], Vec::as_slice)
    }

    fn is_own(&self, key: &str, operation: &str, member: &str) -> bool {
        let entry = |service: &SdkService<'_>| {
            (
                service.name().to_owned(),
                normalised(operation),
                normalised(member),
            )
        };
        self.services(key)
            .iter()
            .any(|service| self.own.contains(&entry(service)))
    }
}

fn name(recorded: &document::Recorded) -> &str {
    match recorded {
        document::Recorded::Whole(name)
        | document::Recorded::Renamed(name, _)
        | document::Recorded::Keys(name, _)
        | document::Recorded::Count(name, _) => name,
    }
}

#[test]
fn only_the_services_that_were_named_are_listed() {
    assert_eq!(services(&file(Sdk::Python, &["kms"])), ["kms"]);
    assert_eq!(
        services(&file(Sdk::Python, &["Step Functions", "AWSSecretsManager"])),
        ["secretsmanager", "states"]
    );
    assert_eq!(
        services(&file(Sdk::Node, &["states", "sfn"])),
        ["sfn", "stepfunctions"]
    );
    assert_eq!(
        services(&file(Sdk::Java, &["dynamodb"])),
        ["AmazonDynamoDBv2", "DynamoDb"]
    );
    assert_eq!(
        services(&file(Sdk::Dotnet, &["ssm", "sns"])),
        ["SimpleNotificationService", "SimpleSystemsManagement"]
    );
}

#[test]
fn services_that_share_a_name_are_listed_unless_it_is_one_services_own() {
    assert_eq!(
        services(&file(Sdk::Dotnet, &["email"])),
        ["PinpointEmail", "SimpleEmail", "SimpleEmailV2"]
    );
    assert_eq!(services(&file(Sdk::Dotnet, &["sesv2"])), ["SimpleEmailV2"]);
    assert_eq!(services(&file(Sdk::Dotnet, &["rds"])), ["RDS"]);
}

#[test]
fn a_name_of_no_service_is_an_error_with_the_name_most_like_it() {
    let error =
        |name: &str| render(Sdk::Node, Catalog::embedded(), &[name]).expect_err("no service");
    for (typed, meant) in [
        ("secretmanager", "secretsmanager"),
        ("dynamo", "dynamodb"),
        ("lamda", "lambda"),
        ("StepFuncs", "stepfunctions"),
    ] {
        assert_eq!(
            error(typed).to_string(),
            format!("no AWS service has the name `{typed}`")
        );
        assert_eq!(error(typed).hint(), format!("did you mean `{meant}`?"));
    }
    assert!(!error("checkout-api").hint().contains("did you mean"));
}

#[test]
fn a_service_whose_requests_name_nothing_is_an_error_and_not_an_empty_file() {
    let error =
        render(Sdk::Node, Catalog::embedded(), &["kms", "pricing"]).expect_err("nothing to record");
    assert_eq!(
        error,
        WhitelistError::NothingToRecord {
            name: "pricing".into()
        }
    );
}

#[test]
fn each_sdk_has_its_own_spelling() {
    let python = file(Sdk::Python, &[]);
    let node = file(Sdk::Node, &[]);
    let java = file(Sdk::Java, &[]);
    let dotnet = file(Sdk::Dotnet, &[]);
    let start = |file: &Value, service: &str, operation: &str| {
        file["services"][service]["operations"][operation].clone()
    };
    let as_in_the_api = serde_json::json!({"request_parameters": ["stateMachineArn"]});
    let as_property = serde_json::json!({"request_parameters": ["StateMachineArn"]});
    assert_eq!(start(&python, "states", "StartExecution"), as_in_the_api);
    assert_eq!(start(&node, "sfn", "startExecution"), as_in_the_api);
    assert_eq!(
        start(&node, "stepfunctions", "startExecution"),
        as_in_the_api
    );
    assert_eq!(start(&java, "Sfn", "StartExecution"), as_in_the_api);
    assert_eq!(
        start(&java, "AWSStepFunctions", "StartExecution"),
        as_property
    );
    assert_eq!(
        start(&dotnet, "StepFunctions", "StartExecution"),
        as_property
    );
}

#[test]
fn buckets_are_recorded_under_the_name_that_each_sdk_has_for_them() {
    let renamed =
        serde_json::json!({"request_descriptors": {"Bucket": {"rename_to": "bucket_name"}}});
    let python = file(Sdk::Python, &["s3"]);
    assert_eq!(
        python["services"]["s3"]["operations"]["HeadObject"],
        renamed
    );
    let node = file(Sdk::Node, &["s3"]);
    assert_eq!(
        node["services"]["s3"]["operations"]["deletePublicAccessBlock"],
        renamed
    );
    let java = file(Sdk::Java, &["s3"]);
    let recorded = |service: &str, operation: &str| {
        members(&java["services"][service]["operations"][operation])
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(recorded("S3", "HeadObject"), ["Bucket"]);
    assert_eq!(
        recorded("S3", "UploadPartCopy"),
        ["DestinationBucket", "SourceBucket"]
    );
    assert_eq!(
        recorded("Amazon S3", "SetBucketIntelligentTieringConfiguration"),
        ["BucketName"]
    );
    assert!(
        !recorded("Amazon S3", "CopyObject").contains(&"BucketName"),
        "that request has no such getter"
    );
    let dotnet = file(Sdk::Dotnet, &["s3"]);
    let recorded = |operation: &str| members(&dotnet["services"]["S3"]["operations"][operation]);
    assert!(recorded("PutCORSConfiguration").contains("BucketName"));
    assert!(
        recorded("CopyObject").is_superset(&BTreeSet::from(["SourceBucket", "DestinationBucket"]))
    );
}

#[test]
fn what_the_sdk_records_by_itself_stays() {
    for sdk in SDKS {
        let file = file(sdk, &[]);
        for dialect in sdk.dialects() {
            for service in [
                "dynamodb",
                "lambda",
                "s3",
                "sagemaker-runtime",
                "sns",
                "sqs",
            ] {
                let [service] = Catalog::embedded().services_named(service)[..1] else {
                    panic!("{service}")
                };
                for key in (dialect.services)(service) {
                    for default in defaults::of(dialect.defaults, service.name()) {
                        let entry = &file["services"][&key]["operations"]
                            [(dialect.operation)(default.operation)];
                        let recorded = members(entry);
                        let own: BTreeSet<&str> = default.request.iter().map(name).collect();
                        assert!(
                            recorded.is_superset(&own),
                            "{sdk:?} {key} {}",
                            default.operation
                        );
                        let responses = entry["response_parameters"].as_array().map_or(0, Vec::len)
                            + entry["response_descriptors"]
                                .as_object()
                                .map_or(0, serde_json::Map::len);
                        assert_eq!(
                            responses,
                            default.response.len(),
                            "{sdk:?} {key} {}",
                            default.operation
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_catalogue_understands_every_service_and_operation_as_the_sdk_will_record_it() {
    let catalog = Catalog::embedded();
    for sdk in SDKS {
        let file = file(sdk, &[]);
        let mut strange: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (service, operation, _) in entries(&file) {
            let call = Call {
                service: service.to_owned(),
                operation: capitalised(operation),
                ..Call::default()
            };
            if !matches!(catalog.resolve(&call), Resolution::Mapped(_)) {
                strange.entry(service).or_default().push(operation);
            }
        }
        assert_eq!(strange, BTreeMap::new(), "{sdk:?}");
    }
}

#[test]
fn every_listed_member_names_a_resource_in_the_catalogue_or_is_the_sdks_own() {
    const BUCKETS: [&str; 5] = [
        "BucketName",
        "SourceBucket",
        "SourceBucketName",
        "DestinationBucket",
        "DestinationBucketName",
    ];
    for sdk in SDKS {
        let file = file(sdk, &[]);
        let known = Known::of(sdk, Catalog::embedded());
        for (key, operation, entry) in entries(&file) {
            let services = known.services(key);
            let named = services
                .iter()
                .flat_map(|service| service.resource_parameters(&capitalised(operation)));
            let named: BTreeSet<String> = named.map(|member| normalised(&member.name)).collect();
            for member in members(entry) {
                let is_bucket = services.iter().any(|service| service.name() == "s3")
                    && BUCKETS.contains(&member);
                let is_known = named.contains(&normalised(member))
                    || known.is_own(key, operation, member)
                    || is_bucket;
                assert!(is_known, "{sdk:?} {key} {operation} {member}");
            }
        }
    }
}

#[test]
fn no_object_keys_and_no_statements_are_recorded_that_the_sdk_does_not_record_by_itself() {
    const HOLD_DATA: [&str; 8] = [
        "Key",
        "CopySource",
        "SourceKey",
        "DestinationKey",
        "Statement",
        "Statements",
        "QueryString",
        "TransactStatements",
    ];
    for sdk in SDKS {
        let file = file(sdk, &[]);
        let known = Known::of(sdk, Catalog::embedded());
        for (key, operation, entry) in entries(&file) {
            let services = known.services(key);
            let in_question = services
                .iter()
                .any(|service| ["s3", "dynamodb", "athena"].contains(&service.name()));
            for member in members(entry).into_iter().filter(|_| in_question) {
                let is_data = HOLD_DATA.contains(&member) && !known.is_own(key, operation, member);
                assert!(!is_data, "{sdk:?} {key} {operation} {member}");
            }
        }
    }
}

#[test]
fn no_parameter_overwrites_what_x_ray_itself_writes() {
    for sdk in SDKS {
        let file = file(sdk, &[]);
        for (key, operation, entry) in entries(&file) {
            for member in members(entry) {
                assert!(
                    !OWN_KEYS.contains(&normalised(member).as_str()),
                    "{sdk:?} {key} {operation} {member}"
                );
            }
        }
    }
}

#[test]
fn what_is_recorded_makes_the_resource_known() {
    let arn = |rest: &str| format!("arn:aws:{rest}");
    let cases = [
        (
            "secretsmanager",
            "GetSecretValue",
            "SecretId",
            "db",
            arn("secretsmanager:eu-west-1:123456789012:secret:db-??????"),
        ),
        (
            "states",
            "StartExecution",
            "stateMachineArn",
            "arn:aws:states:eu-west-1:123456789012:stateMachine:a",
            arn("states:eu-west-1:123456789012:stateMachine:a"),
        ),
        (
            "kinesis",
            "PutRecord",
            "StreamName",
            "clicks",
            arn("kinesis:eu-west-1:123456789012:stream/clicks"),
        ),
        (
            "firehose",
            "PutRecordBatch",
            "DeliveryStreamName",
            "logs",
            arn("firehose:eu-west-1:123456789012:deliverystream/logs"),
        ),
        (
            "sts",
            "AssumeRole",
            "RoleArn",
            "arn:aws:iam::123456789012:role/deploy",
            arn("iam::123456789012:role/deploy"),
        ),
        (
            "logs",
            "PutLogEvents",
            "logGroupName",
            "/app",
            arn("logs:eu-west-1:123456789012:log-group:/app:*"),
        ),
    ];
    let file = file(Sdk::Python, &[]);
    for (service, operation, member, value, expected) in cases {
        assert!(
            members(&file["services"][service]["operations"][operation]).contains(member),
            "{service} {operation}"
        );
        let mut parameters = Parameters::default();
        parameters.insert(member, value);
        let call = Call {
            service: service.into(),
            operation: operation.into(),
            region: Some("eu-west-1".into()),
            account: Some("123456789012".into()),
            parameters,
            ..Call::default()
        };
        let Resolution::Mapped(mapped) = Catalog::embedded().resolve(&call) else {
            panic!("{operation}")
        };
        let patterns: Vec<&String> = mapped
            .needs
            .iter()
            .flat_map(|need| &need.resources.patterns)
            .collect();
        assert_eq!(patterns, [&expected], "{service} {operation}");
        assert!(
            mapped.needs.iter().all(|need| need.resources.known),
            "{service} {operation}"
        );
    }
}

#[test]
fn the_file_has_a_line_for_each_operation_and_the_same_bytes_each_time() {
    let text = render(Sdk::Python, Catalog::embedded(), &["sns"]).expect("a whitelist");
    assert_eq!(
        text,
        render(Sdk::Python, Catalog::embedded(), &["SNS", "AmazonSNS"]).expect("a whitelist")
    );
    assert!(
        text.contains(
            "\n      \"Publish\": {\"request_parameters\":[\"TargetArn\",\"TopicArn\"]},\n"
        ),
        "{text}"
    );
}

fn capitalised(operation: &str) -> String {
    let mut letters = operation.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}
