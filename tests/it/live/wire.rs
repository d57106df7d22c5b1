//! What moto does not do and AWS does: pages, throttling, expired credentials, answers that lack what they are for.

use super::http::{Answer, HttpRequest, HttpServer};
use super::sdk;
use super::shop::runtime;
use aws_least_privilege::aws::cloudformation::StackApi as _;
use aws_least_privilege::aws::iam::RoleApi as _;
use aws_least_privilege::aws::lambda::FunctionApi as _;
use aws_least_privilege::aws::{ApiErrorKind, CloudFormation, Iam, Lambda};
use aws_least_privilege::lambda::{Destination, SourceAccess};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server that answers the n-th request with what the function gives for n.
fn serve(
    answer: impl Fn(usize, &HttpRequest) -> Answer + Send + Sync + 'static,
) -> (HttpServer, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let server =
        HttpServer::start(move |request| answer(counter.fetch_add(1, Ordering::SeqCst), request));
    (server, count)
}

fn whole(status: u16, body: impl Into<Vec<u8>>) -> Answer {
    Answer::Whole {
        status,
        headers: Vec::new(),
        body: body.into(),
    }
}

fn xml(operation: &str, inside: &str) -> Answer {
    let result = format!("<{operation}Result>{inside}</{operation}Result>");
    whole(
        200,
        format!("<{operation}Response>{result}</{operation}Response>"),
    )
}

fn form(request: &HttpRequest) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

#[test]
fn iam_lists_are_followed_page_by_page() {
    let (server, _) = serve(|turn, request| {
        let marker = form(request)
            .split('&')
            .find_map(|field| field.strip_prefix("Marker=").map(str::to_owned));
        let expected = [None, Some("m1".to_owned()), Some("m2".to_owned())];
        assert_eq!(marker, expected[turn], "the marker of the page before");
        let next = ["<Marker>m1</Marker>", "<Marker>m2</Marker>", ""][turn];
        let members = ["<member>a</member>", "", "<member>b</member>"][turn];
        let more = turn < 2;
        xml(
            "ListRolePolicies",
            &format!("<PolicyNames>{members}</PolicyNames><IsTruncated>{more}</IsTruncated>{next}"),
        )
    });
    let names = runtime().block_on(Iam::new(&sdk(&server.url())).inline_policies("shop"));
    assert_eq!(names, Ok(vec!["a".to_owned(), "b".to_owned()]));
}

#[test]
fn attached_policies_are_followed_page_by_page() {
    let (server, _) = serve(|turn, _| {
        let member = format!(
            "<member><PolicyName>p{turn}</PolicyName><PolicyArn>arn:p{turn}</PolicyArn></member>"
        );
        let more = turn < 2;
        let next = if more {
            format!("<Marker>m{turn}</Marker>")
        } else {
            String::new()
        };
        let policies = format!("<AttachedPolicies>{member}</AttachedPolicies>");
        xml(
            "ListAttachedRolePolicies",
            &format!("{policies}<IsTruncated>{more}</IsTruncated>{next}"),
        )
    });
    let policies = runtime()
        .block_on(Iam::new(&sdk(&server.url())).attached_policies("shop"))
        .expect("a list");
    let arns: Vec<&str> = policies.iter().map(|policy| policy.arn.as_str()).collect();
    assert_eq!(arns, ["arn:p0", "arn:p1", "arn:p2"]);
}

#[test]
fn a_stack_is_followed_through_empty_pages() {
    let (server, _) = serve(|turn, _| {
        let member = format!(
            "<member><LogicalResourceId>L{turn}</LogicalResourceId><ResourceType>AWS::Lambda::Function</ResourceType>\
             <PhysicalResourceId>f{turn}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus>\
             <LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>"
        );
        let member = if turn == 1 { String::new() } else { member };
        let next = if turn < 2 {
            format!("<NextToken>t{turn}</NextToken>")
        } else {
            String::new()
        };
        xml(
            "ListStackResources",
            &format!("<StackResourceSummaries>{member}</StackResourceSummaries>{next}"),
        )
    });
    let resources = runtime()
        .block_on(CloudFormation::new(&sdk(&server.url())).resources("shop"))
        .expect("a list");
    let ids: Vec<&str> = resources
        .iter()
        .filter_map(|resource| resource.physical_id.as_deref())
        .collect();
    assert_eq!(ids, ["f0", "f2"]);
}

fn function(name: &str, version: &str) -> Value {
    json!({
        "FunctionArn": format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}:{version}"),
        "Role": "arn:aws:iam::123456789012:role/shop",
        "Version": version,
        "KMSKeyArn": "",
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
        "TracingConfig": {"Mode": "PassThrough"},
    })
}

#[test]
fn functions_are_listed_in_all_versions_and_pages() {
    let (server, _) = serve(|turn, request| {
        assert!(
            request.path.contains("FunctionVersion=ALL"),
            "{}",
            request.path
        );
        assert_eq!(
            request.path.contains("Marker=page"),
            turn == 1,
            "{}",
            request.path
        );
        let page = match turn {
            0 => {
                json!({"Functions": [function("a", "$LATEST"), function("a", "1")], "NextMarker": "page"})
            }
            _ => json!({"Functions": [function("b", "$LATEST")]}),
        };
        whole(200, page.to_string())
    });
    let functions = runtime()
        .block_on(Lambda::new(&sdk(&server.url())).functions())
        .expect("a list");
    let told: Vec<(&str, &str)> = functions
        .iter()
        .map(|version| {
            (
                version.function.resource(),
                version.settings.version.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("function:a", "$LATEST"),
            ("function:a", "1"),
            ("function:b", "$LATEST")
        ]
    );
    let settings = &functions[0].settings;
    assert!(!settings.in_vpc && !settings.active_tracing && settings.environment_key.is_none());
}

#[test]
fn every_setting_of_a_function_is_read() {
    let mut everything = function("a", "$LATEST");
    let settings = json!({
        "KMSKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/k",
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
        "FileSystemConfigs": [{"Arn": "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/a", "LocalMountPath": "/mnt/a"}],
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "shared"},
        "DurableConfig": {"ExecutionTimeout": 60},
        "Layers": [{"Arn": "arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:1"}],
        "PackageType": "Image",
    });
    everything
        .as_object_mut()
        .expect("an object")
        .extend(settings.as_object().expect("an object").clone());
    let body = everything.to_string();
    let list = json!({"Functions": [everything]}).to_string();
    let (server, _) = serve(move |_, request| {
        let one = request.path.contains("/configuration");
        whole(200, if one { body.clone() } else { list.clone() })
    });
    let lambda = Lambda::new(&sdk(&server.url()));
    let one = runtime()
        .block_on(lambda.function("a", None))
        .expect("a function");
    let settings = &one.settings;
    assert_eq!(settings.log_group.as_deref(), Some("shared"));
    assert_eq!(
        settings.dead_letter.as_deref(),
        Some("arn:aws:sqs:eu-west-1:123456789012:dead")
    );
    assert_eq!(
        settings.environment_key.as_deref(),
        Some("arn:aws:kms:eu-west-1:123456789012:key/k")
    );
    assert_eq!((settings.file_systems.len(), settings.layers.len()), (1, 1));
    assert!(settings.active_tracing && settings.in_vpc && settings.durable && settings.is_image);
    let listed = runtime().block_on(lambda.functions()).expect("a list");
    assert_eq!(listed, [one]);
}

#[test]
fn event_sources_of_every_kind_are_read() {
    let mapping = json!({
        "UUID": "u-1",
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:a:PROD",
        "EventSourceArn": "arn:aws:kafka:eu-west-1:123456789012:cluster/events/u",
        "State": "Disabled",
        "Topics": ["orders"],
        "SourceAccessConfigurations": [{"Type": "SASL_SCRAM_512_AUTH", "URI": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s"}],
        "AmazonManagedKafkaEventSourceConfig": {
            "ConsumerGroupId": "readers",
            "SchemaRegistryConfig": {
                "SchemaRegistryURI": "https://registry.example",
                "AccessConfigs": [{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:r"}],
            },
        },
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::failed"}},
    });
    let own = json!({
        "UUID": "u-2",
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:b",
        "State": "Enabled",
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka.example:9092"]}},
        "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "others"},
    });
    let (server, _) = serve(move |turn, request| {
        assert!(
            !request.path.contains("FunctionName"),
            "all of the account at once: {}",
            request.path
        );
        let page = match turn {
            0 => json!({"EventSourceMappings": [mapping], "NextMarker": "page"}),
            _ => json!({"EventSourceMappings": [own]}),
        };
        whole(200, page.to_string())
    });
    let sources = runtime()
        .block_on(Lambda::new(&sdk(&server.url())).event_sources())
        .expect("a list");
    let [kafka, own] = sources.as_slice() else {
        panic!("{sources:?}")
    };
    assert_eq!(kafka.function.resource(), "function:a");
    assert!(!kafka.source.enabled && own.source.enabled);
    assert_eq!(kafka.source.topics, ["orders"]);
    assert_eq!(kafka.source.consumer_group.as_deref(), Some("readers"));
    assert_eq!(
        kafka.source.schema_registry.as_deref(),
        Some("https://registry.example")
    );
    assert_eq!(
        kafka.source.on_failure.as_deref(),
        Some("arn:aws:s3:::failed")
    );
    let access = |kind: &str, secret: &str| SourceAccess {
        kind: kind.to_owned(),
        uri: format!("arn:aws:secretsmanager:eu-west-1:123456789012:secret:{secret}"),
    };
    assert_eq!(
        kafka.source.access,
        [
            access("SASL_SCRAM_512_AUTH", "s"),
            access("SCHEMA_REGISTRY_BASIC_AUTH", "r")
        ]
    );
    assert_eq!(
        (
            own.source.source.as_deref(),
            own.source.consumer_group.as_deref()
        ),
        (None, Some("others"))
    );
}

#[test]
fn destinations_of_every_qualifier_are_read() {
    let (server, _) = serve(|turn, _| {
        let on = |arn: &str| json!({"Destination": arn});
        let page = match turn {
            0 => json!({
                "FunctionEventInvokeConfigs": [{"DestinationConfig": {"OnSuccess": on("arn:aws:sns:::ok"), "OnFailure": {}}}],
                "NextMarker": "page",
            }),
            _ => {
                json!({"FunctionEventInvokeConfigs": [{"DestinationConfig": {"OnFailure": on("arn:aws:sqs:::bad")}}, {}]})
            }
        };
        whole(200, page.to_string())
    });
    let destinations = runtime()
        .block_on(Lambda::new(&sdk(&server.url())).destinations("a"))
        .expect("a list");
    let destination = |on_success, target: &str| Destination {
        on_success,
        target: target.to_owned(),
    };
    assert_eq!(
        destinations,
        [
            destination(true, "arn:aws:sns:::ok"),
            destination(false, "arn:aws:sqs:::bad")
        ]
    );
}

#[test]
fn a_token_that_repeats_for_ever_ends_in_an_error() {
    let (server, count) = serve(|_, _| {
        whole(
            200,
            json!({"Functions": [], "NextMarker": "again"}).to_string(),
        )
    });
    let error = runtime()
        .block_on(Lambda::new(&sdk(&server.url())).functions())
        .expect_err("no end");
    assert_eq!(error.kind, ApiErrorKind::Garbled);
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[test]
fn throttling_is_waited_out() {
    let (server, count) = serve(|turn, _| match turn {
        0 => whole(
            400,
            "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>",
        ),
        1 => whole(503, ""),
        _ => xml(
            "ListRolePolicies",
            "<PolicyNames/><IsTruncated>false</IsTruncated>",
        ),
    });
    let names = runtime().block_on(Iam::new(&sdk(&server.url())).inline_policies("shop"));
    assert_eq!(names, Ok(Vec::new()));
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[test]
fn failures_are_told_apart() {
    let of_iam = |status: u16, code: &str| {
        let body = format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>so it is</Message></Error></ErrorResponse>"
        );
        let (server, _) = serve(move |_, _| whole(status, body.clone()));
        runtime()
            .block_on(Iam::new(&sdk(&server.url())).role("shop"))
            .expect_err("an error")
    };
    for (status, code, kind) in [
        (403, "AccessDenied", ApiErrorKind::Denied),
        (403, "ExpiredToken", ApiErrorKind::Credentials),
        (403, "InvalidClientTokenId", ApiErrorKind::Credentials),
        (403, "SignatureDoesNotMatch", ApiErrorKind::Credentials),
        (404, "NoSuchEntity", ApiErrorKind::Refused),
        (500, "ServiceFailure", ApiErrorKind::Fault),
    ] {
        let error = of_iam(status, code);
        assert_eq!(error.kind, kind, "{error}");
        assert_eq!(error.is_absent(), code == "NoSuchEntity");
        assert!(error.to_string().contains("so it is"), "{error}");
    }
    let of_lambda = |status: u16, code: &'static str| {
        let (server, _) = serve(move |_, _| Answer::Whole {
            status,
            headers: vec![("x-amzn-errortype", code.to_owned())],
            body: br#"{"Message": "so it is"}"#.to_vec(),
        });
        runtime()
            .block_on(Lambda::new(&sdk(&server.url())).function("shop", None))
            .expect_err("an error")
    };
    assert_eq!(
        of_lambda(403, "AccessDeniedException").kind,
        ApiErrorKind::Denied
    );
    assert_eq!(
        of_lambda(403, "ExpiredTokenException").kind,
        ApiErrorKind::Credentials
    );
    assert!(of_lambda(404, "ResourceNotFoundException").is_absent());
}

#[test]
fn answers_that_lack_what_they_are_for_are_errors() {
    let lambda = |body: Value| {
        let (server, _) = serve(move |_, _| whole(200, body.to_string()));
        runtime().block_on(Lambda::new(&sdk(&server.url())).functions())
    };
    for body in [
        json!({"Functions": [{}]}),
        json!({"Functions": [{"FunctionArn": "nonsense", "Role": "r"}]}),
    ] {
        assert_eq!(
            lambda(body).expect_err("no ARN").kind,
            ApiErrorKind::Garbled
        );
    }
    for garbage in ["<", "{", "<a></b>", ""] {
        let (server, _) = serve(move |_, _| whole(200, garbage));
        let role = runtime().block_on(Iam::new(&sdk(&server.url())).role("shop"));
        assert!(role.is_err(), "{garbage}: {role:?}");
    }
}
