use super::super::super::arns::Reference;
use super::super::super::{Values, read};
use super::super::Resolver;

/// A type, what `Ref` gives, the property that names it, its attributes, and its ARN: how they were written by hand before they
/// came from the schemas. Nothing of them may change.
type Row = (
    &'static str,
    Reference,
    &'static str,
    &'static [&'static str],
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("AWS::ApiGateway::RestApi", Reference::Name, "", &[], "arn:{p}:execute-api:{r}:{a}:{n}"),
    ("AWS::ApiGatewayV2::Api", Reference::Name, "", &[], "arn:{p}:execute-api:{r}:{a}:{n}"),
    ("AWS::AppSync::GraphQLApi", Reference::Arn, "", &["Arn"], "arn:{p}:appsync:{r}:{a}:apis/{n}"),
    ("AWS::Athena::WorkGroup", Reference::Name, "Name", &[], "arn:{p}:athena:{r}:{a}:workgroup/{n}"),
    ("AWS::CloudWatch::Alarm", Reference::Name, "AlarmName", &["Arn"], "arn:{p}:cloudwatch:{r}:{a}:alarm:{n}"),
    ("AWS::CodeBuild::Project", Reference::Name, "Name", &["Arn"], "arn:{p}:codebuild:{r}:{a}:project/{n}"),
    ("AWS::CodeCommit::Repository", Reference::Name, "", &["Arn"], "arn:{p}:codecommit:{r}:{a}:{n}"),
    ("AWS::CodePipeline::Pipeline", Reference::Name, "Name", &[], "arn:{p}:codepipeline:{r}:{a}:{n}"),
    ("AWS::Cognito::IdentityPool", Reference::Name, "", &[], "arn:{p}:cognito-identity:{r}:{a}:identitypool/{n}"),
    ("AWS::Cognito::UserPool", Reference::Name, "", &["Arn"], "arn:{p}:cognito-idp:{r}:{a}:userpool/{n}"),
    ("AWS::DynamoDB::GlobalTable", Reference::Name, "TableName", &["Arn"], "arn:{p}:dynamodb:{r}:{a}:table/{n}"),
    ("AWS::DynamoDB::Table", Reference::Name, "TableName", &["Arn"], "arn:{p}:dynamodb:{r}:{a}:table/{n}"),
    ("AWS::ECR::Repository", Reference::Name, "RepositoryName", &["Arn"], "arn:{p}:ecr:{r}:{a}:repository/{n}"),
    ("AWS::ECS::Cluster", Reference::Name, "ClusterName", &["Arn"], "arn:{p}:ecs:{r}:{a}:cluster/{n}"),
    ("AWS::EFS::FileSystem", Reference::Name, "", &["Arn"], "arn:{p}:elasticfilesystem:{r}:{a}:file-system/{n}"),
    ("AWS::EFS::AccessPoint", Reference::Name, "", &["Arn"], "arn:{p}:elasticfilesystem:{r}:{a}:access-point/{n}"),
    ("AWS::Events::EventBus", Reference::Name, "Name", &["Arn"], "arn:{p}:events:{r}:{a}:event-bus/{n}"),
    ("AWS::Events::Rule", Reference::Name, "Name", &["Arn"], "arn:{p}:events:{r}:{a}:rule/{n}"),
    ("AWS::Glue::Database", Reference::Name, "", &[], "arn:{p}:glue:{r}:{a}:database/{n}"),
    ("AWS::IAM::ManagedPolicy", Reference::Arn, "ManagedPolicyName", &["PolicyArn"], "arn:{p}:iam::{a}:policy/{n}"),
    ("AWS::IAM::Role", Reference::Name, "RoleName", &["Arn"], "arn:{p}:iam::{a}:role/{n}"),
    ("AWS::IAM::User", Reference::Name, "UserName", &["Arn"], "arn:{p}:iam::{a}:user/{n}"),
    ("AWS::IoT::TopicRule", Reference::Name, "RuleName", &["Arn"], "arn:{p}:iot:{r}:{a}:rule/{n}"),
    ("AWS::KMS::Key", Reference::Name, "", &["Arn"], "arn:{p}:kms:{r}:{a}:key/{n}"),
    ("AWS::Kinesis::Stream", Reference::Name, "Name", &["Arn"], "arn:{p}:kinesis:{r}:{a}:stream/{n}"),
    ("AWS::KinesisFirehose::DeliveryStream", Reference::Name, "DeliveryStreamName", &["Arn"], "arn:{p}:firehose:{r}:{a}:deliverystream/{n}"),
    ("AWS::Lambda::Function", Reference::Name, "FunctionName", &["Arn"], "arn:{p}:lambda:{r}:{a}:function:{n}"),
    ("AWS::Logs::LogGroup", Reference::Name, "LogGroupName", &["Arn"], "arn:{p}:logs:{r}:{a}:log-group:{n}:*"),
    ("AWS::OpenSearchService::Domain", Reference::Name, "DomainName", &["Arn", "DomainArn"], "arn:{p}:es:{r}:{a}:domain/{n}"),
    ("AWS::Pipes::Pipe", Reference::Name, "Name", &["Arn"], "arn:{p}:pipes:{r}:{a}:pipe/{n}"),
    ("AWS::S3::Bucket", Reference::Name, "BucketName", &["Arn"], "arn:{p}:s3:::{n}"),
    ("AWS::SNS::Topic", Reference::Arn, "TopicName", &["TopicArn"], "arn:{p}:sns:{r}:{a}:{n}"),
    ("AWS::SQS::Queue", Reference::QueueUrl, "QueueName", &["Arn"], "arn:{p}:sqs:{r}:{a}:{n}"),
    ("AWS::SSM::Parameter", Reference::Name, "Name", &[], "arn:{p}:ssm:{r}:{a}:parameter/{n}"),
    ("AWS::Scheduler::ScheduleGroup", Reference::Name, "Name", &["Arn"], "arn:{p}:scheduler:{r}:{a}:schedule-group/{n}"),
    ("AWS::SecretsManager::Secret", Reference::Arn, "Name", &["Id"], "arn:{p}:secretsmanager:{r}:{a}:secret:{n}-??????"),
    ("AWS::StepFunctions::Activity", Reference::Arn, "Name", &["Arn"], "arn:{p}:states:{r}:{a}:activity:{n}"),
    ("AWS::StepFunctions::StateMachine", Reference::Arn, "StateMachineName", &["Arn"], "arn:{p}:states:{r}:{a}:stateMachine:{n}"),
    ("AWS::Timestream::Database", Reference::Name, "DatabaseName", &["Arn"], "arn:{p}:timestream:{r}:{a}:database/{n}"),
];

/// Where the schemas know more: the ARN has the repository's name, which `Ref` does not give.
const BETTER: [&str; 1] = ["AWS::CodeCommit::Repository"];

fn values() -> Values {
    Values {
        region: Some("cn-north-1".into()),
        account: Some("111122223333".into()),
        ..Values::default()
    }
}

/// What a value is in a template with one resource, `Thing`.
fn resolved(kind: &str, properties: &str, value: &str, values: &Values) -> String {
    let text = format!(
        "Resources:\n  Thing: {{Type: \"{kind}\", Properties: {{{properties}}}}}\n  Case: {{Type: X, Properties: {{V: {value}}}}}\n"
    );
    let template = read::read(&text, "t.yaml").unwrap();
    let resolver = Resolver::new(&template, values);
    let node = template.resource("Case").unwrap().property("V").unwrap();
    resolver.text(node).unwrap()
}

/// The resource's own ARN.
fn own(kind: &str, properties: &str, values: &Values) -> String {
    let text = format!("Resources:\n  Thing: {{Type: \"{kind}\", Properties: {{{properties}}}}}\n");
    let template = read::read(&text, "t.yaml").unwrap();
    let resolver = Resolver::new(&template, values);
    resolver
        .arn_of(template.resource("Thing").unwrap())
        .unwrap_or_default()
}

#[test]
fn types_that_were_written_by_hand_give_what_they_gave() {
    for (kind, reference, name, attributes, arn) in ROWS {
        for (written, physical) in [
            (true, None),
            (false, None),
            (false, Some("shop-Thing-1ABC")),
        ] {
            if BETTER.contains(kind) && physical.is_some() {
                continue;
            }
            let mut values = values();
            let is_named = written && !name.is_empty();
            let properties = if is_named {
                format!("{name}: shop-thing")
            } else {
                String::new()
            };
            let own_name = match physical {
                Some(physical) => {
                    values.physical.insert("Thing".into(), physical.into());
                    physical
                }
                None if is_named => "shop-thing",
                None => "${Thing}",
            };
            let expected = arn
                .replace("{p}", "aws-cn")
                .replace("{r}", "cn-north-1")
                .replace("{a}", "111122223333")
                .replace("{n}", own_name);
            let named = match reference {
                Reference::Arn => expected.clone(),
                Reference::QueueUrl => {
                    format!("https://sqs.cn-north-1.amazonaws.com/111122223333/{own_name}")
                }
                Reference::Name | Reference::Unknown => own_name.to_owned(),
            };
            let reference = resolved(kind, &properties, "!Ref Thing", &values);
            assert_eq!(reference, named, "{kind} {written} {physical:?}");
            if BETTER.contains(kind) {
                continue;
            }
            assert_eq!(own(kind, &properties, &values), expected, "{kind}");
            for attribute in *attributes {
                let value = format!("!GetAtt Thing.{attribute}");
                let found = resolved(kind, &properties, &value, &values);
                assert_eq!(found, expected, "{kind} {attribute} {physical:?}");
            }
        }
    }
}

#[test]
fn holes_are_filled_from_what_the_resource_says() {
    for (kind, properties, attribute, expected) in [
        // A path of IAM, and a bus that is not the default one.
        (
            "AWS::IAM::Role",
            "RoleName: x, Path: /app/",
            "Arn",
            "iam::111122223333:role/app/x",
        ),
        (
            "AWS::Events::Rule",
            "Name: x, EventBusName: shop",
            "Arn",
            "events:cn-north-1:111122223333:rule/shop/x",
        ),
        (
            "AWS::Events::Rule",
            "Name: x, EventBusName: default",
            "Arn",
            "events:cn-north-1:111122223333:rule/x",
        ),
        // A default, and a parent by name or ARN; the ARN says the account too.
        (
            "AWS::Scheduler::Schedule",
            "Name: x",
            "Arn",
            "scheduler:cn-north-1:111122223333:schedule/default/x",
        ),
        (
            "AWS::ECS::Service",
            "ServiceName: x, Cluster: 'arn:aws-cn:ecs:cn-north-1:444455556666:cluster/shop'",
            "ServiceArn",
            "ecs:cn-north-1:444455556666:service/shop/x",
        ),
        (
            "AWS::SNS::Subscription",
            "TopicArn: 'arn:aws-cn:sns:cn-northwest-1:444455556666:jobs'",
            "Arn",
            "sns:cn-northwest-1:444455556666:jobs:${Thing.SubscriptionId}",
        ),
        // Small letters, and what nobody can say.
        (
            "AWS::RDS::DBInstance",
            "DBInstanceIdentifier: Orders",
            "DBInstanceArn",
            "rds:cn-north-1:111122223333:db:orders",
        ),
        (
            "AWS::SageMaker::Endpoint",
            "EndpointName: orders",
            "EndpointArn",
            "sagemaker:cn-north-1:111122223333:endpoint/orders",
        ),
        (
            "AWS::SageMaker::Endpoint",
            "EndpointName: Orders",
            "EndpointArn",
            "sagemaker:cn-north-1:111122223333:endpoint/${Thing.EndpointName}",
        ),
        (
            "AWS::WAFv2::WebACL",
            "Name: x, Scope: REGIONAL",
            "Arn",
            "wafv2:cn-north-1:111122223333:regional/webacl/x/${Thing.Id}",
        ),
        (
            "AWS::SSM::Parameter",
            "Name: /shop/key",
            "Arn",
            "ssm:cn-north-1:111122223333:parameter/shop/key",
        ),
        (
            "AWS::DynamoDB::Table",
            "TableName: x",
            "StreamArn",
            "dynamodb:cn-north-1:111122223333:table/x/stream/${Thing.StreamLabel}",
        ),
        (
            "AWS::Lambda::Alias",
            "FunctionName: f, Name: live",
            "AliasArn",
            "lambda:cn-north-1:111122223333:function:f:live",
        ),
    ] {
        let found = resolved(
            kind,
            properties,
            &format!("!GetAtt Thing.{attribute}"),
            &values(),
        );
        assert_eq!(found, format!("arn:aws-cn:{expected}"), "{kind}");
    }
}

#[test]
fn the_arn_of_another_thing_is_the_property_or_a_symbol() {
    let arn = "arn:aws-cn:kms:cn-north-1:444455556666:key/k";
    for (kind, properties, attribute, expected) in [
        (
            "AWS::AppConfig::ConfigurationProfile",
            format!("KmsKeyIdentifier: '{arn}'"),
            "KmsKeyArn",
            arn,
        ),
        (
            "AWS::AppConfig::ConfigurationProfile",
            "KmsKeyIdentifier: alias/x".to_owned(),
            "KmsKeyArn",
            "${Thing.KmsKeyArn}",
        ),
        (
            "AWS::APS::Scraper",
            String::new(),
            "RoleArn",
            "${Thing.RoleArn}",
        ),
        ("AWS::IAM::Role", String::new(), "RoleId", "${Thing.RoleId}"),
    ] {
        let found = resolved(
            kind,
            &properties,
            &format!("!GetAtt Thing.{attribute}"),
            &values(),
        );
        assert_eq!(found, expected, "{kind} {properties}");
    }
}
