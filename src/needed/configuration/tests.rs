use super::*;
use crate::catalog::Catalog;
use crate::lambda::{Destination, SourceAccess, VersionSettings};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:checkout";

fn latest() -> VersionSettings {
    VersionSettings {
        version: "$LATEST".into(),
        ..VersionSettings::default()
    }
}

fn settings(version: VersionSettings) -> FunctionSettings {
    FunctionSettings {
        function: FUNCTION.parse().unwrap(),
        versions: vec![version],
        event_sources: Ok(Vec::new()),
        destinations: Ok(Vec::new()),
    }
}

fn polling(source: EventSource) -> ConfigurationNeeds {
    ConfigurationNeeds::of(&FunctionSettings {
        event_sources: Ok(vec![source]),
        ..settings(latest())
    })
}

fn source(arn: &str) -> EventSource {
    EventSource {
        id: "b3a1".into(),
        source: Some(arn.into()),
        enabled: true,
        ..EventSource::default()
    }
}

/// Returns the needs without those of the log, as `action on resource`. A `?` comes before what is not required.
fn told(needs: &ConfigurationNeeds) -> Vec<String> {
    let beside_log = needs
        .needed
        .iter()
        .filter(|need| need.setting != "the function's log");
    let mut told: Vec<String> = beside_log
        .map(|need| {
            let resources: Vec<&str> = need.resources.iter().map(String::as_str).collect();
            let mark = if need.required { "" } else { "?" };
            format!("{mark}{} on {}", need.action, resources.join(","))
        })
        .collect();
    told.sort();
    told
}

fn possible(needs: &ConfigurationNeeds, action: &str) -> Vec<String> {
    let action: Action = action.parse().unwrap();
    let on = needs
        .possible
        .iter()
        .filter(|doubt| doubt.is_about(&action));
    on.map(|doubt| doubt.on.to_string()).collect()
}

fn settles(needs: &ConfigurationNeeds, action: &str) -> bool {
    needs.settled.contains(&action.parse::<Action>().unwrap())
}

#[test]
fn every_action_written_here_is_in_the_catalogue() {
    let all = OF_VERSIONS
        .iter()
        .chain(OF_EVENT_SOURCES)
        .copied()
        .flatten();
    for action in all {
        let parsed: Action = action.parse().unwrap();
        assert!(Catalog::embedded().action(&parsed).is_some(), "{action}");
    }
}

#[test]
fn whatever_any_function_may_need_is_settled_by_some_setting() {
    let function: Arn = FUNCTION.parse().unwrap();
    let all: BTreeSet<Action> = actions(
        OF_VERSIONS
            .iter()
            .chain(OF_EVENT_SOURCES)
            .copied()
            .flatten()
            .copied(),
    )
    .collect();
    for doubt in lambda_service::possible(&function) {
        assert!(all.contains(doubt.action().unwrap()), "{doubt:?}");
    }
}

#[test]
fn a_bare_function_leaves_the_sending_of_traces_open_alone() {
    let bare = settings(latest());
    let possible = ConfigurationNeeds::of(&bare).all_possible(&bare.function);
    let services: BTreeSet<&str> = possible
        .iter()
        .map(|doubt| doubt.action().unwrap().prefix())
        .collect();
    assert_eq!(services, BTreeSet::from(["logs", "xray"]));
    let log: Vec<String> = possible
        .iter()
        .filter(|doubt| doubt.action().unwrap().prefix() == "logs")
        .map(|doubt| format!("{} on {}", doubt.action().unwrap(), doubt.on))
        .collect();
    let group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout";
    assert_eq!(log, [format!("logs:CreateLogGroup on {group}")]);
}

#[test]
fn a_bare_function_needs_its_log_and_nothing_else() {
    let needs = ConfigurationNeeds::of(&settings(latest()));
    let group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*";
    let of_log: Vec<(String, bool)> = needs
        .needed
        .iter()
        .map(|need| {
            assert_eq!(need.resources, BTreeSet::from([group.to_owned()]));
            assert!(need.resource_known);
            assert_eq!(need.setting, "the function's log");
            (need.action.to_string(), need.required)
        })
        .collect();
    assert_eq!(
        of_log,
        [
            ("logs:CreateLogGroup".to_owned(), false),
            ("logs:CreateLogStream".to_owned(), true),
            ("logs:PutLogEvents".to_owned(), true),
        ]
    );
    for absent in [
        "logs:PutLogEvents",
        "ec2:CreateNetworkInterface",
        "sqs:ReceiveMessage",
        "kinesis:GetRecords",
        "dynamodb:GetRecords",
        "kafka:GetBootstrapBrokers",
        "mq:DescribeBroker",
        "sqs:SendMessage",
        "sns:Publish",
        "events:PutEvents",
        "lambda:InvokeFunction",
        "elasticfilesystem:ClientMount",
    ] {
        assert!(settles(&needs, absent), "{absent}");
    }
    assert_eq!(needs.gaps, BTreeSet::new());
}

#[test]
fn a_log_group_that_is_set_takes_the_place_of_the_functions_own() {
    let needs = ConfigurationNeeds::of(&settings(VersionSettings {
        log_group: Some("shared".into()),
        ..latest()
    }));
    for need in &needs.needed {
        let group = "arn:aws:logs:eu-west-1:123456789012:log-group:shared:*";
        assert_eq!(need.resources, BTreeSet::from([group.to_owned()]));
        assert_eq!(need.setting, "LoggingConfig");
    }
    assert_eq!(needs.needed.len(), 3);
}

#[test]
fn arns_keep_the_functions_partition() {
    let mut chinese = settings(VersionSettings {
        file_systems: vec![
            "arn:aws-cn:elasticfilesystem:cn-north-1:123456789012:access-point/fsap-1".into(),
        ],
        ..latest()
    });
    chinese.function = "arn:aws-cn:lambda:cn-north-1:123456789012:function:checkout"
        .parse()
        .unwrap();
    chinese.event_sources = Ok(vec![source(
        "arn:aws-cn:sqs:cn-north-1:123456789012:orders",
    )]);
    let needs = ConfigurationNeeds::of(&chinese);
    let named = needs
        .needed
        .iter()
        .flat_map(|need| need.resources.iter().cloned());
    let possible = needs.possible.iter();
    let wrong: Vec<String> = named
        .chain(possible.map(|doubt| doubt.on.to_string()))
        .filter(|arn| arn != "*" && arn != "named resources" && !arn.starts_with("arn:aws-cn:"))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn active_tracing_proves_sending_and_its_absence_proves_nothing() {
    let active = ConfigurationNeeds::of(&settings(VersionSettings {
        active_tracing: true,
        ..latest()
    }));
    assert_eq!(
        told(&active),
        [
            "xray:PutTelemetryRecords on *",
            "xray:PutTraceSegments on *"
        ]
    );
    assert!(settles(&active, "xray:PutTraceSegments"));
    assert!(!settles(&active, "xray:GetSamplingRules"));
    let passive = ConfigurationNeeds::of(&settings(latest()));
    assert!(!settles(&passive, "xray:PutTraceSegments"));
    assert!(!settles(&passive, "xray:GetSamplingRules"));
}

#[test]
fn a_vpc_needs_network_interfaces() {
    let needs = ConfigurationNeeds::of(&settings(VersionSettings {
        in_vpc: true,
        ..latest()
    }));
    assert_eq!(
        told(&needs),
        [
            "?ec2:AssignPrivateIpAddresses on *",
            "?ec2:CreateNetworkInterface on *",
            "?ec2:UnassignPrivateIpAddresses on *",
            "ec2:DeleteNetworkInterface on *",
            "ec2:DescribeNetworkInterfaces on *",
            "ec2:DescribeSubnets on *",
        ]
    );
    assert!(settles(&needs, "ec2:DescribeVpcs"));
}

#[test]
fn a_queue_is_polled_by_its_very_arn() {
    let queue = "arn:aws:sqs:eu-west-1:123456789012:orders";
    let needs = polling(source(queue));
    assert_eq!(
        told(&needs),
        [
            format!("?sqs:ChangeMessageVisibility on {queue}"),
            format!("sqs:DeleteMessage on {queue}"),
            format!("sqs:GetQueueAttributes on {queue}"),
            format!("sqs:ReceiveMessage on {queue}"),
        ]
    );
    assert_eq!(possible(&needs, "kms:Decrypt"), ["named resources"]);
    assert!(settles(&needs, "sqs:ReceiveMessage"));
    let disabled = polling(EventSource {
        enabled: false,
        ..source(queue)
    });
    assert!(
        told(&disabled).iter().all(|need| need.starts_with('?')),
        "{:?}",
        told(&disabled)
    );
}

#[test]
fn a_kinesis_stream_is_read_and_a_consumer_subscribes() {
    let stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
    let needs = polling(source(stream));
    assert_eq!(
        told(&needs),
        [
            "?kinesis:ListStreams on *".to_owned(),
            format!("kinesis:DescribeStream on {stream}"),
            format!("kinesis:DescribeStreamSummary on {stream}"),
            format!("kinesis:GetRecords on {stream}"),
            format!("kinesis:GetShardIterator on {stream}"),
            format!("kinesis:ListShards on {stream}"),
        ]
    );
    let consumer = format!("{stream}/consumer/fast:1600000000");
    let needs = polling(source(&consumer));
    assert!(told(&needs).contains(&format!("kinesis:SubscribeToShard on {consumer}")));
    assert!(told(&needs).contains(&format!("kinesis:DescribeStream on {stream}")));
    assert!(told(&needs).contains(&format!("?kinesis:GetRecords on {stream}")));
    assert_eq!(
        possible(&needs, "kinesis:SubscribeToShard"),
        [stream.to_owned(), format!("{stream}/consumer/*")]
    );
}

#[test]
fn a_table_stream_is_read_by_its_label_and_may_be_granted_by_any() {
    let stream =
        "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000";
    let needs = polling(source(stream));
    assert_eq!(
        told(&needs),
        [
            "?dynamodb:ListStreams on *".to_owned(),
            format!("dynamodb:DescribeStream on {stream}"),
            format!("dynamodb:GetRecords on {stream}"),
            format!("dynamodb:GetShardIterator on {stream}"),
        ]
    );
    let any = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/*";
    assert_eq!(possible(&needs, "dynamodb:GetRecords"), [any]);
    assert_eq!(
        possible(&needs, "dynamodb:ListStreams"),
        Vec::<String>::new()
    );
}

#[test]
fn a_managed_kafka_cluster_is_joined_by_iam_where_there_is_no_secret() {
    let cluster = "arn:aws:kafka:eu-west-1:123456789012:cluster/events/u-1";
    let needs = polling(EventSource {
        topics: vec!["orders".into()],
        ..source(cluster)
    });
    let told = told(&needs);
    for need in [
        format!("kafka:GetBootstrapBrokers on {cluster}"),
        format!("?kafka:DescribeClusterV2 on {cluster}"),
        format!("?kafka-cluster:Connect on {cluster}"),
        "?kafka-cluster:ReadData on arn:aws:kafka:eu-west-1:123456789012:topic/events/u-1/orders"
            .to_owned(),
        "?kafka-cluster:AlterGroup on arn:aws:kafka:eu-west-1:123456789012:group/events/u-1/b3a1"
            .to_owned(),
        "?ec2:CreateNetworkInterface on *".to_owned(),
    ] {
        assert!(told.contains(&need), "{need} in {told:#?}");
    }
    let any_group = "arn:aws:kafka:eu-west-1:123456789012:group/events/u-1/*";
    assert_eq!(possible(&needs, "kafka-cluster:AlterGroup"), [any_group]);
    let named = polling(EventSource {
        consumer_group: Some("readers".into()),
        ..source(cluster)
    });
    assert_eq!(
        possible(&named, "kafka-cluster:AlterGroup"),
        Vec::<String>::new()
    );
}

#[test]
fn a_kafka_secret_is_read_and_takes_the_place_of_iam() {
    let cluster = "arn:aws:kafka:eu-west-1:123456789012:cluster/events/u-1";
    let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_x-AbCdEf";
    let access = vec![SourceAccess {
        kind: "SASL_SCRAM_512_AUTH".into(),
        uri: secret.into(),
    }];
    let needs = polling(EventSource {
        access: access.clone(),
        ..source(cluster)
    });
    let listed = told(&needs);
    assert!(listed.contains(&format!("secretsmanager:GetSecretValue on {secret}")));
    assert!(listed.contains(&format!("?kafka:ListScramSecrets on {cluster}")));
    assert!(
        !listed.iter().any(|need| need.contains("kafka-cluster:")),
        "{listed:#?}"
    );
    let own = polling(EventSource {
        source: None,
        access,
        ..source("")
    });
    assert_eq!(
        told(&own),
        [format!("secretsmanager:GetSecretValue on {secret}")]
    );
    let in_vpc = polling(EventSource {
        source: None,
        access: vec![SourceAccess {
            kind: "VPC_SUBNET".into(),
            uri: "subnet:subnet-1".into(),
        }],
        ..source("")
    });
    assert!(told(&in_vpc).contains(&"?ec2:CreateNetworkInterface on *".to_owned()));
    assert!(
        !told(&in_vpc)
            .iter()
            .any(|need| need.contains("secretsmanager"))
    );
}

#[test]
fn a_secret_of_the_schema_registry_is_read_and_iam_still_joins_the_cluster() {
    let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:registry-AbCdEf";
    let needs = polling(EventSource {
        access: vec![SourceAccess {
            kind: "SCHEMA_REGISTRY_BASIC_AUTH".into(),
            uri: secret.into(),
        }],
        ..source("arn:aws:kafka:eu-west-1:123456789012:cluster/events/u-1")
    });
    assert!(told(&needs).contains(&format!("secretsmanager:GetSecretValue on {secret}")));
    assert!(
        told(&needs)
            .iter()
            .any(|need| need.contains("kafka-cluster:Connect"))
    );
}

#[test]
fn a_glue_schema_registry_is_read() {
    let registry = "arn:aws:glue:eu-west-1:123456789012:registry/events";
    let needs = polling(EventSource {
        schema_registry: Some(registry.into()),
        ..source("arn:aws:kafka:eu-west-1:123456789012:cluster/events/u-1")
    });
    assert!(told(&needs).contains(&format!("glue:GetRegistry on {registry}")));
    let elsewhere = polling(EventSource {
        schema_registry: Some("https://registry.example".into()),
        ..source("arn:aws:kafka:eu-west-1:123456789012:cluster/events/u-1")
    });
    assert!(!told(&elsewhere).iter().any(|need| need.contains("glue:")));
}

#[test]
fn brokers_and_document_databases_are_found_and_signed_in_to() {
    let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:broker-AbCdEf";
    let with_secret = |arn: &str| EventSource {
        access: vec![SourceAccess {
            kind: "BASIC_AUTH".into(),
            uri: secret.into(),
        }],
        ..source(arn)
    };
    let broker = "arn:aws:mq:eu-west-1:123456789012:broker:orders:b-1";
    let needs = polling(with_secret(broker));
    for need in [
        format!("mq:DescribeBroker on {broker}"),
        format!("secretsmanager:GetSecretValue on {secret}"),
        "?ec2:DescribeVpcs on *".to_owned(),
    ] {
        assert!(told(&needs).contains(&need), "{need}");
    }
    let needs = polling(with_secret(
        "arn:aws:rds:eu-west-1:123456789012:cluster:documents",
    ));
    assert!(told(&needs).contains(&"rds:DescribeDBClusters on *".to_owned()));
    assert!(told(&needs).contains(&format!("secretsmanager:GetSecretValue on {secret}")));
    assert!(
        needs
            .needed
            .iter()
            .any(|need| need.action.prefix() == "rds" && !need.resource_known)
    );
}

#[test]
fn what_is_handed_on_to_is_written_to() {
    let targets = [
        (
            "arn:aws:sqs:eu-west-1:123456789012:failed",
            vec!["sqs:SendMessage on arn:aws:sqs:eu-west-1:123456789012:failed"],
        ),
        (
            "arn:aws:sns:eu-west-1:123456789012:failed",
            vec!["sns:Publish on arn:aws:sns:eu-west-1:123456789012:failed"],
        ),
        (
            "arn:aws:events:eu-west-1:123456789012:event-bus/main",
            vec!["events:PutEvents on arn:aws:events:eu-west-1:123456789012:event-bus/main"],
        ),
        (
            "arn:aws:lambda:eu-west-1:123456789012:function:next:PROD",
            vec![
                "lambda:InvokeFunction on arn:aws:lambda:eu-west-1:123456789012:function:next:PROD",
            ],
        ),
        (
            "arn:aws:s3:::failed",
            vec![
                "s3:ListBucket on arn:aws:s3:::failed",
                "s3:PutObject on arn:aws:s3:::failed/*",
            ],
        ),
    ];
    for (target, expected) in targets {
        for on_success in [false, true] {
            let needs = ConfigurationNeeds::of(&FunctionSettings {
                destinations: Ok(vec![Destination {
                    on_success,
                    target: target.into(),
                }]),
                ..settings(latest())
            });
            assert_eq!(told(&needs), expected);
            let setting = if on_success {
                "on-success destination"
            } else {
                "on-failure destination"
            };
            assert!(needs.needed.iter().any(|need| need.setting == setting));
            assert!(settles(&needs, "sqs:SendMessage"));
        }
        let needs = polling(EventSource {
            on_failure: Some(target.into()),
            ..source("arn:aws:mq:eu-west-1:123456789012:broker:orders:b-1")
        });
        for need in expected {
            assert!(told(&needs).contains(&need.to_owned()), "{need}");
        }
    }
    let dead_letter = ConfigurationNeeds::of(&settings(VersionSettings {
        dead_letter: Some("arn:aws:sqs:eu-west-1:123456789012:dead".into()),
        ..latest()
    }));
    assert_eq!(
        told(&dead_letter),
        ["sqs:SendMessage on arn:aws:sqs:eu-west-1:123456789012:dead"]
    );
    assert!(
        dead_letter
            .needed
            .iter()
            .any(|need| need.setting == "DeadLetterConfig")
    );
}

#[test]
fn a_function_called_by_alias_may_be_granted_by_any() {
    let needs = ConfigurationNeeds::of(&FunctionSettings {
        destinations: Ok(vec![Destination {
            on_success: true,
            target: "arn:aws:lambda:eu-west-1:123456789012:function:next:PROD".into(),
        }]),
        ..settings(latest())
    });
    assert_eq!(
        possible(&needs, "lambda:InvokeFunction"),
        ["arn:aws:lambda:eu-west-1:123456789012:function:next:*"]
    );
}

#[test]
fn file_systems_keys_and_checkpoints() {
    let needs = ConfigurationNeeds::of(&settings(VersionSettings {
        file_systems: vec![
            "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1".into(),
        ],
        environment_key: Some("arn:aws:kms:eu-west-1:123456789012:key/k-1".into()),
        durable: true,
        ..latest()
    }));
    let files = "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/*";
    assert_eq!(
        told(&needs),
        [
            format!("?elasticfilesystem:ClientWrite on {files}"),
            "?kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/k-1".to_owned(),
            format!("elasticfilesystem:ClientMount on {files}"),
            format!("lambda:CheckpointDurableExecution on {FUNCTION}:*"),
            format!("lambda:GetDurableExecutionState on {FUNCTION}:*"),
        ]
    );
    let mount = needs
        .needed
        .iter()
        .find(|need| need.action.name() == "ClientMount")
        .unwrap();
    assert!(!mount.resource_known);
    assert_eq!(
        possible(&needs, "elasticfilesystem:ClientRootAccess"),
        [files]
    );
    let strange = ConfigurationNeeds::of(&settings(VersionSettings {
        file_systems: vec!["arn:aws:otherfiles:eu-west-1:123456789012:thing/1".into()],
        ..latest()
    }));
    assert_eq!(strange.gaps.len(), 1);
}

#[test]
fn extensions_write_logs_of_their_own() {
    let group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda-insights:*";
    let layered = ConfigurationNeeds::of(&settings(VersionSettings {
        layers: vec![
            "arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:38".into(),
        ],
        ..latest()
    }));
    assert!(told(&layered).contains(&format!("?logs:PutLogEvents on {group}")));
    let image = ConfigurationNeeds::of(&settings(VersionSettings {
        is_image: true,
        ..latest()
    }));
    assert!(possible(&image, "logs:PutLogEvents").contains(&group.to_owned()));
    let plain = ConfigurationNeeds::of(&settings(latest()));
    assert_eq!(possible(&plain, "logs:PutLogEvents"), Vec::<String>::new());
}

#[test]
fn what_may_not_be_read_stays_open_and_is_a_gap() {
    let sources = ConfigurationNeeds::of(&FunctionSettings {
        event_sources: Err("not permitted".into()),
        ..settings(latest())
    });
    assert_eq!(
        sources.gaps,
        BTreeSet::from(["the event sources of checkout were not read: not permitted".to_owned()])
    );
    for open in [
        "sqs:ReceiveMessage",
        "kinesis:GetRecords",
        "mq:DescribeBroker",
        "ec2:CreateNetworkInterface",
        "sns:Publish",
    ] {
        assert!(!settles(&sources, open), "{open}");
    }
    assert!(settles(&sources, "logs:PutLogEvents"));
    assert!(settles(&sources, "elasticfilesystem:ClientMount"));

    let destinations = ConfigurationNeeds::of(&FunctionSettings {
        destinations: Err("not permitted".into()),
        ..settings(latest())
    });
    assert_eq!(destinations.gaps.len(), 1);
    assert!(!settles(&destinations, "events:PutEvents"));
    assert!(settles(&destinations, "sqs:ReceiveMessage"));

    let versions = ConfigurationNeeds::of(&FunctionSettings {
        versions: Vec::new(),
        ..settings(latest())
    });
    assert_eq!(versions.gaps.len(), 1);
    for open in [
        "logs:PutLogEvents",
        "elasticfilesystem:ClientMount",
        "ec2:CreateNetworkInterface",
    ] {
        assert!(!settles(&versions, open), "{open}");
    }
    assert!(settles(&versions, "sqs:ReceiveMessage"));
}

#[test]
fn what_is_not_known_stays_open_and_is_a_gap() {
    for strange in [
        "arn:aws:quantum:eu-west-1:123456789012:entangled/1",
        "no arn at all",
    ] {
        let needs = polling(source(strange));
        assert_eq!(
            needs.gaps,
            BTreeSet::from([format!(
                "event source {strange} is of a kind that is not known"
            )])
        );
        assert!(!settles(&needs, "sqs:ReceiveMessage"));
        let needs = ConfigurationNeeds::of(&settings(VersionSettings {
            dead_letter: Some(strange.into()),
            ..latest()
        }));
        assert_eq!(
            needs.gaps,
            BTreeSet::from(["DeadLetterConfig is of a kind that is not known".to_owned()])
        );
        assert!(!settles(&needs, "sqs:SendMessage"));
    }
}

#[test]
fn every_version_that_uses_the_role_counts_and_is_named() {
    let mut both = settings(latest());
    both.versions.push(VersionSettings {
        version: "7".into(),
        in_vpc: true,
        ..VersionSettings::default()
    });
    let needs = ConfigurationNeeds::of(&both);
    assert!(
        needs
            .needed
            .iter()
            .any(|need| need.setting == "VpcConfig of version 7")
    );
}
