//! The ARNs of CloudFormation's resource types: each is one that IAM knows, and a sample is what AWS's pages show.

use aws_least_privilege::catalog::{Catalog, ResourceType};
use aws_least_privilege::template::resolve::Resolver;
use aws_least_privilege::template::{Values, read};
use ruzstd::decoding::FrameDecoder;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

static DATA: &[u8] = include_bytes!("../../data/cfn.bin");

/// ARNs that no format of IAM's resource types fits, though AWS's pages or the schema's pattern show them.
const WITHOUT_FORMAT: &[&str] = &[
    "AWS::ApiGatewayV2::Api.ExecuteApiArn",
    "AWS::AppSync::GraphQLApi.GraphQLEndpointArn",
    "AWS::ApplicationInsights::Application.ApplicationARN",
    "AWS::AutoScaling::ScalingPolicy.Arn",
    "AWS::Bedrock::RetrievalInstruction.Arn",
    "AWS::CloudFormation::HookTypeConfig.ConfigurationArn",
    "AWS::CloudFormation::ModuleVersion.Arn",
    "AWS::CloudFormation::TypeActivation.Arn",
    "AWS::CodeBuild::SourceCredential.Arn",
    "AWS::ECS::Gateway.Arn",
    "AWS::ECS::GatewayClusterAssociations.GatewayArn",
    "AWS::ElasticLoadBalancingV2::Listener.ListenerArn",
    "AWS::ElasticLoadBalancingV2::ListenerRule.RuleArn",
    "AWS::Inspector::AssessmentTarget.Arn",
    "AWS::Inspector::AssessmentTemplate.Arn",
    "AWS::Inspector::ResourceGroup.Arn",
    "AWS::IoTManagedIntegrations::CloudConnector.Arn",
    "AWS::Lambda::WebFunction.FunctionArn",
    "AWS::Lambda::WebFunctionEndpoint.EndpointArn",
    "AWS::Lambda::WebFunctionEndpoint.FunctionArn",
    "AWS::Lambda::WebFunctionRevision.FunctionArn",
    "AWS::Lambda::WebFunctionRevision.RevisionArn",
    "AWS::NetworkFirewall::RuleGroup.RuleGroupArn",
    "AWS::Organizations::Account.Arn",
    "AWS::Organizations::Organization.Arn",
    "AWS::Organizations::Organization.ManagementAccountArn",
    "AWS::Organizations::OrganizationalUnit.Arn",
    "AWS::Organizations::Policy.Arn",
    "AWS::Organizations::ResourcePolicy.Arn",
    "AWS::QuickSight::Assignment.Arn",
    "AWS::QuickSight::OAuthClientApplication.Arn",
    "AWS::SecurityHub::ActionTarget.ActionTargetArn",
    "AWS::SecurityHub::Insight.InsightArn",
    "AWS::SecurityHub::ProductSubscription.ProductSubscriptionArn",
    "AWS::SecurityHub::Standard.StandardsSubscriptionArn",
    "AWS::Serverless::HttpApi.ExecuteApiArn",
];

fn types() -> Map<String, Value> {
    let mut raw = vec![0; 1 << 20];
    let length = FrameDecoder::new().decode_all(DATA, &mut raw).unwrap();
    let mut file: Map<String, Value> = serde_json::from_slice(&raw[..length]).unwrap();
    let Some(Value::Object(types)) = file.remove("types") else {
        panic!("no types");
    };
    types
}

/// What an attribute of a resource of a type is.
fn attribute(kind: &str, properties: &Value, attribute: &str) -> String {
    let template = json!({
        "Resources": {
            "Thing": { "Type": kind, "Properties": properties },
            "Case": { "Type": "X", "Properties": { "V": { "Fn::GetAtt": ["Thing", attribute] } } },
        }
    });
    let template = read::read(&template.to_string(), "t.json").unwrap();
    let values = Values {
        region: Some("eu-west-1".into()),
        account: Some("111122223333".into()),
        ..Values::default()
    };
    let resolver = Resolver::new(&template, &values);
    let node = template.resource("Case").unwrap().property("V").unwrap();
    resolver.text(node).unwrap()
}

/// The parts of an ARN; what nobody knows yet has no `:` in it.
fn parts(arn: &str) -> Vec<&str> {
    arn.splitn(6, ':').collect()
}

/// The formats of IAM's resource types, by service of the ARN.
fn formats() -> BTreeMap<String, Vec<Vec<String>>> {
    let catalog = Catalog::embedded();
    let mut formats: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for prefix in catalog.prefixes() {
        let types = catalog.service(prefix).unwrap().resource_types();
        for format in types.iter().flat_map(ResourceType::formats) {
            // `${Partition}` and its like have no `:` either.
            let own: Vec<String> = parts(format).into_iter().map(str::to_owned).collect();
            if let Some(service) = own.get(2) {
                formats.entry(service.clone()).or_default().push(own);
            }
        }
    }
    formats
}

/// Whether an ARN is of a format: region and account are there or missing in both, and the resource's variables take any text.
fn fits(arn: &[&str], format: &[String]) -> bool {
    let ([_, _, _, region, account, resource], [_, _, _, own_region, own_account, own]) =
        (arn, format)
    else {
        return false;
    };
    region.is_empty() == own_region.is_empty()
        && account.is_empty() == own_account.is_empty()
        && takes(own, resource)
}

fn takes(format: &str, text: &str) -> bool {
    let begin = format.find(['$', '*']).unwrap_or(format.len());
    let (literal, rest) = format.split_at(begin);
    let Some(text) = text.strip_prefix(literal) else {
        return false;
    };
    let Some(rest) = rest
        .strip_prefix('*')
        .or_else(|| Some(rest.split_once('}')?.1))
    else {
        return text.is_empty();
    };
    (1..=text.len()).any(|end| text.is_char_boundary(end) && takes(rest, &text[end..]))
}

/// Every property that an ARN of the type asks for, with a value.
fn written(arns: &Map<String, Value>) -> Value {
    let mut properties = Map::new();
    // Copies of a property first: they want an ARN.
    let mut templates: Vec<&str> = arns.values().filter_map(Value::as_str).collect();
    templates.sort_by_key(|arn| !arn.starts_with('{'));
    for arn in templates {
        for hole in arn
            .split('{')
            .skip(1)
            .filter_map(|part| part.split('}').next())
        {
            let name = hole
                .trim_start_matches('?')
                .split(['=', '|', '!'])
                .next()
                .unwrap();
            let value = match name {
                "Scope" => "REGIONAL",
                "Path" => "/app/",
                _ if arn == format!("{{{name}}}") => "arn:aws:kms:eu-west-1:111122223333:key/k",
                _ => "thing-1",
            };
            properties.entry(name).or_insert_with(|| value.into());
        }
    }
    Value::Object(properties)
}

#[test]
fn every_arn_is_of_a_type_that_iam_knows() {
    let formats = formats();
    let mut strangers = Vec::new();
    let mut known = 0;
    for (kind, entry) in types() {
        let Some(arns) = entry.get("a").and_then(Value::as_object) else {
            continue;
        };
        for (name, template) in arns {
            let template = template.as_str().unwrap();
            for properties in [written(arns), json!({})] {
                let arn = attribute(&kind, &properties, name);
                if template.starts_with('{') && properties == json!({}) {
                    assert_eq!(arn, format!("${{Thing.{name}}}"), "{kind}");
                    continue;
                }
                let parts = parts(&arn);
                assert_eq!(parts.len(), 6, "{kind} {name}: {arn}");
                assert_eq!(parts[..2], ["arn", "aws"], "{kind} {name}: {arn}");
                assert!(
                    !arn.contains(['{', '}']) || arn.contains("${"),
                    "{kind}: {arn}"
                );
                let own = formats.get(parts[2]).map_or(&[][..], Vec::as_slice);
                known += 1;
                if !own.iter().any(|format| fits(&parts, format)) {
                    strangers.push(format!("{kind}.{name}"));
                }
            }
        }
    }
    strangers.dedup();
    assert!(known > 2500, "{known}");
    assert_eq!(strangers, WITHOUT_FORMAT);
}

/// A type, its properties, an attribute, and the ARN behind `arn:aws:`.
type Sample = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
);

/// Written by hand, type by type; `Made` is what AWS makes.
#[rustfmt::skip]
const SAMPLE: &[Sample] = &[
    ("AWS::ACMPCA::CertificateAuthority", &[], "Arn", "acm-pca:eu-west-1:111122223333:certificate-authority/Made"),
    ("AWS::ACMPCA::Certificate", &[("CertificateAuthorityArn", "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/ca1")], "Arn", "acm-pca:eu-west-1:111122223333:certificate-authority/ca1/certificate/Made"),
    ("AWS::AccessAnalyzer::Analyzer", &[("AnalyzerName", "x")], "Arn", "access-analyzer:eu-west-1:111122223333:analyzer/x"),
    ("AWS::AmazonMQ::Broker", &[("BrokerName", "x")], "Arn", "mq:eu-west-1:111122223333:broker:x:Made"),
    ("AWS::Amplify::App", &[], "Arn", "amplify:eu-west-1:111122223333:apps/Made"),
    ("AWS::Amplify::Branch", &[("AppId", "d1"), ("BranchName", "main")], "Arn", "amplify:eu-west-1:111122223333:apps/d1/branches/main"),
    ("AWS::AppRunner::Service", &[("ServiceName", "x")], "ServiceArn", "apprunner:eu-west-1:111122223333:service/x/Made"),
    ("AWS::AppMesh::Route", &[("MeshName", "m"), ("VirtualRouterName", "v"), ("RouteName", "x")], "Arn", "appmesh:eu-west-1:111122223333:mesh/m/virtualRouter/v/route/x"),
    ("AWS::AppSync::GraphQLApi", &[], "Arn", "appsync:eu-west-1:111122223333:apis/Made"),
    ("AWS::AppSync::DataSource", &[("ApiId", "a1"), ("Name", "x")], "DataSourceArn", "appsync:eu-west-1:111122223333:apis/a1/datasources/x"),
    ("AWS::AppSync::Resolver", &[("ApiId", "a1"), ("TypeName", "Query"), ("FieldName", "get")], "ResolverArn", "appsync:eu-west-1:111122223333:apis/a1/types/Query/resolvers/get"),
    ("AWS::AutoScaling::AutoScalingGroup", &[("AutoScalingGroupName", "x")], "AutoScalingGroupARN", "autoscaling:eu-west-1:111122223333:autoScalingGroup:Made:autoScalingGroupName/x"),
    ("AWS::Backup::BackupVault", &[("BackupVaultName", "x")], "BackupVaultArn", "backup:eu-west-1:111122223333:backup-vault:x"),
    ("AWS::Backup::BackupPlan", &[], "BackupPlanArn", "backup:eu-west-1:111122223333:backup-plan:Made"),
    ("AWS::Batch::JobQueue", &[("JobQueueName", "x")], "JobQueueArn", "batch:eu-west-1:111122223333:job-queue/x"),
    ("AWS::Batch::JobDefinition", &[("JobDefinitionName", "x")], "JobDefinitionArn", "batch:eu-west-1:111122223333:job-definition/x:Made"),
    ("AWS::Bedrock::Agent", &[], "AgentArn", "bedrock:eu-west-1:111122223333:agent/Made"),
    ("AWS::Bedrock::Guardrail", &[], "GuardrailArn", "bedrock:eu-west-1:111122223333:guardrail/Made"),
    ("AWS::Bedrock::KnowledgeBase", &[], "KnowledgeBaseArn", "bedrock:eu-west-1:111122223333:knowledge-base/Made"),
    ("AWS::Cassandra::Type", &[("KeyspaceName", "x")], "KeyspaceArn", "cassandra:eu-west-1:111122223333:/keyspace/x/"),
    ("AWS::CertificateManager::Certificate", &[], "CertificateArn", "acm:eu-west-1:111122223333:certificate/Made"),
    ("AWS::Chatbot::SlackChannelConfiguration", &[("ConfigurationName", "x")], "Arn", "chatbot::111122223333:chat-configuration/slack-channel/x"),
    ("AWS::CloudFront::Function", &[("Name", "x")], "FunctionARN", "cloudfront::111122223333:function/x"),
    ("AWS::CloudFront::KeyValueStore", &[("Name", "x")], "Arn", "cloudfront::111122223333:key-value-store/Made"),
    ("AWS::CloudTrail::Trail", &[("TrailName", "x")], "Arn", "cloudtrail:eu-west-1:111122223333:trail/x"),
    ("AWS::CloudWatch::Alarm", &[("AlarmName", "x")], "Arn", "cloudwatch:eu-west-1:111122223333:alarm:x"),
    ("AWS::CloudWatch::CompositeAlarm", &[("AlarmName", "x")], "Arn", "cloudwatch:eu-west-1:111122223333:alarm:x"),
    ("AWS::CodeArtifact::Repository", &[("DomainName", "d"), ("RepositoryName", "x")], "Arn", "codeartifact:eu-west-1:111122223333:repository/d/x"),
    ("AWS::CodeBuild::Project", &[("Name", "x")], "Arn", "codebuild:eu-west-1:111122223333:project/x"),
    ("AWS::CodeCommit::Repository", &[("RepositoryName", "x")], "Arn", "codecommit:eu-west-1:111122223333:x"),
    ("AWS::CodePipeline::Pipeline", &[("Name", "x")], "Arn", "codepipeline:eu-west-1:111122223333:x"),
    ("AWS::CodeStarConnections::Connection", &[("ConnectionName", "x")], "ConnectionArn", "codestar-connections:eu-west-1:111122223333:connection/Made"),
    ("AWS::Cognito::UserPool", &[("UserPoolName", "x")], "Arn", "cognito-idp:eu-west-1:111122223333:userpool/Made"),
    ("AWS::Config::ConfigRule", &[("ConfigRuleName", "x")], "Arn", "config:eu-west-1:111122223333:config-rule/Made"),
    ("AWS::Connect::Queue", &[("InstanceArn", "arn:aws:connect:eu-west-1:111122223333:instance/i1"), ("Name", "x")], "QueueArn", "connect:eu-west-1:111122223333:instance/i1/queue/Made"),
    ("AWS::DAX::Cluster", &[("ClusterName", "x")], "Arn", "dax:eu-west-1:111122223333:cache/x"),
    ("AWS::DMS::Endpoint", &[("EndpointIdentifier", "x")], "EndpointArn", "dms:eu-west-1:111122223333:endpoint:Made"),
    ("AWS::DataSync::LocationS3", &[], "LocationArn", "datasync:eu-west-1:111122223333:location/Made"),
    ("AWS::DynamoDB::Table", &[("TableName", "x")], "StreamArn", "dynamodb:eu-west-1:111122223333:table/x/stream/Made"),
    ("AWS::DynamoDB::GlobalTable", &[("TableName", "x")], "Arn", "dynamodb:eu-west-1:111122223333:table/x"),
    ("AWS::EC2::TransitGateway", &[], "TransitGatewayArn", "ec2:eu-west-1:111122223333:transit-gateway/Made"),
    ("AWS::EC2::IPAM", &[], "Arn", "ec2::111122223333:ipam/Made"),
    ("AWS::ECR::Repository", &[("RepositoryName", "team/x")], "Arn", "ecr:eu-west-1:111122223333:repository/team/x"),
    ("AWS::ECR::PublicRepository", &[("RepositoryName", "x")], "Arn", "ecr-public::111122223333:repository/x"),
    ("AWS::ECS::Cluster", &[("ClusterName", "x")], "Arn", "ecs:eu-west-1:111122223333:cluster/x"),
    ("AWS::ECS::Service", &[("Cluster", "c"), ("ServiceName", "x")], "ServiceArn", "ecs:eu-west-1:111122223333:service/c/x"),
    ("AWS::ECS::TaskDefinition", &[("Family", "x")], "TaskDefinitionArn", "ecs:eu-west-1:111122223333:task-definition/x:Made"),
    ("AWS::EFS::FileSystem", &[], "Arn", "elasticfilesystem:eu-west-1:111122223333:file-system/Made"),
    ("AWS::EKS::Cluster", &[("Name", "x")], "Arn", "eks:eu-west-1:111122223333:cluster/x"),
    ("AWS::EKS::Nodegroup", &[("ClusterName", "c"), ("NodegroupName", "x")], "Arn", "eks:eu-west-1:111122223333:nodegroup/c/x/Made"),
    ("AWS::EMRServerless::Application", &[("Name", "x")], "Arn", "emr-serverless:eu-west-1:111122223333:/applications/Made"),
    ("AWS::ElastiCache::User", &[("UserId", "X")], "Arn", "elasticache:eu-west-1:111122223333:user:x"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", &[("Name", "x")], "TargetGroupArn", "elasticloadbalancing:eu-west-1:111122223333:targetgroup/x/Made"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", &[("Name", "x")], "LoadBalancerArn", "elasticloadbalancing:eu-west-1:111122223333:loadbalancer/Made"),
    ("AWS::EventSchemas::Schema", &[("RegistryName", "r"), ("SchemaName", "x")], "SchemaArn", "schemas:eu-west-1:111122223333:schema/r/x"),
    ("AWS::Events::EventBus", &[("Name", "x")], "Arn", "events:eu-west-1:111122223333:event-bus/x"),
    ("AWS::Events::Rule", &[("Name", "x")], "Arn", "events:eu-west-1:111122223333:rule/x"),
    ("AWS::Events::Rule", &[("Name", "x"), ("EventBusName", "b")], "Arn", "events:eu-west-1:111122223333:rule/b/x"),
    ("AWS::Events::ApiDestination", &[("Name", "x")], "Arn", "events:eu-west-1:111122223333:api-destination/x/Made"),
    ("AWS::Events::ApiDestination", &[("Name", "x")], "ArnForPolicy", "events:eu-west-1:111122223333:api-destination/x"),
    ("AWS::Events::Connection", &[("Name", "x")], "Arn", "events:eu-west-1:111122223333:connection/x/Made"),
    ("AWS::GameLift::Alias", &[], "AliasArn", "gamelift:eu-west-1::alias/Made"),
    ("AWS::GlobalAccelerator::Accelerator", &[("Name", "x")], "AcceleratorArn", "globalaccelerator::111122223333:accelerator/Made"),
    ("AWS::Glue::Registry", &[("Name", "x")], "Arn", "glue:eu-west-1:111122223333:registry/x"),
    ("AWS::IAM::Role", &[("RoleName", "x")], "Arn", "iam::111122223333:role/x"),
    ("AWS::IAM::Role", &[("RoleName", "x"), ("Path", "/app/")], "Arn", "iam::111122223333:role/app/x"),
    ("AWS::IAM::ManagedPolicy", &[("ManagedPolicyName", "x")], "PolicyArn", "iam::111122223333:policy/x"),
    ("AWS::IAM::InstanceProfile", &[("InstanceProfileName", "x")], "Arn", "iam::111122223333:instance-profile/x"),
    ("AWS::IVS::Channel", &[("Name", "x")], "Arn", "ivs:eu-west-1:111122223333:channel/Made"),
    ("AWS::ImageBuilder::ImagePipeline", &[("Name", "x")], "Arn", "imagebuilder:eu-west-1:111122223333:image-pipeline/x"),
    ("AWS::IoT::Thing", &[("ThingName", "x")], "Arn", "iot:eu-west-1:111122223333:thing/x"),
    ("AWS::IoT::TopicRule", &[("RuleName", "x")], "Arn", "iot:eu-west-1:111122223333:rule/x"),
    ("AWS::KMS::Key", &[], "Arn", "kms:eu-west-1:111122223333:key/Made"),
    ("AWS::Kinesis::Stream", &[("Name", "x")], "Arn", "kinesis:eu-west-1:111122223333:stream/x"),
    ("AWS::Kinesis::StreamConsumer", &[("StreamARN", "arn:aws:kinesis:eu-west-1:111122223333:stream/s"), ("ConsumerName", "x")], "ConsumerARN", "kinesis:eu-west-1:111122223333:stream/s/consumer/x:Made"),
    ("AWS::KinesisFirehose::DeliveryStream", &[("DeliveryStreamName", "x")], "Arn", "firehose:eu-west-1:111122223333:deliverystream/x"),
    ("AWS::KinesisVideo::Stream", &[("Name", "x")], "Arn", "kinesisvideo:eu-west-1:111122223333:stream/x/Made"),
    ("AWS::Lambda::Function", &[("FunctionName", "x")], "Arn", "lambda:eu-west-1:111122223333:function:x"),
    ("AWS::Lambda::Alias", &[("FunctionName", "x"), ("Name", "live")], "AliasArn", "lambda:eu-west-1:111122223333:function:x:live"),
    ("AWS::Lambda::Version", &[("FunctionName", "x")], "FunctionArn", "lambda:eu-west-1:111122223333:function:x:Made"),
    ("AWS::Lambda::LayerVersion", &[("LayerName", "x")], "LayerVersionArn", "lambda:eu-west-1:111122223333:layer:x:Made"),
    ("AWS::Lambda::EventSourceMapping", &[], "EventSourceMappingArn", "lambda:eu-west-1:111122223333:event-source-mapping:Made"),
    ("AWS::Lex::BotAlias", &[("BotId", "b")], "Arn", "lex:eu-west-1:111122223333:bot-alias/b/Made"),
    ("AWS::Location::Map", &[("MapName", "x")], "Arn", "geo:eu-west-1:111122223333:map/x"),
    ("AWS::Logs::LogGroup", &[("LogGroupName", "/aws/x")], "Arn", "logs:eu-west-1:111122223333:log-group:/aws/x:*"),
    ("AWS::Logs::Destination", &[("DestinationName", "x")], "Arn", "logs:eu-west-1:111122223333:destination:x"),
    ("AWS::MSK::Cluster", &[("ClusterName", "x")], "Arn", "kafka:eu-west-1:111122223333:cluster/x/Made"),
    ("AWS::MWAA::Environment", &[("Name", "x")], "Arn", "airflow:eu-west-1:111122223333:environment/x"),
    ("AWS::MediaConvert::Queue", &[("Name", "x")], "Arn", "mediaconvert:eu-west-1:111122223333:queues/x"),
    ("AWS::MemoryDB::Cluster", &[("ClusterName", "X")], "ARN", "memorydb:eu-west-1:111122223333:cluster/x"),
    ("AWS::NetworkFirewall::RuleGroup", &[("RuleGroupName", "x"), ("Type", "STATEFUL")], "RuleGroupArn", "network-firewall:eu-west-1:111122223333:stateful-rulegroup/x"),
    ("AWS::NetworkManager::GlobalNetwork", &[], "Arn", "networkmanager::111122223333:global-network/Made"),
    ("AWS::OpenSearchServerless::Collection", &[("Name", "x")], "Arn", "aoss:eu-west-1:111122223333:collection/Made"),
    ("AWS::OpenSearchService::Domain", &[("DomainName", "x")], "DomainArn", "es:eu-west-1:111122223333:domain/x"),
    ("AWS::Organizations::OrganizationalUnit", &[("Name", "x")], "Arn", "organizations::111122223333:ou/Made/Made"),
    ("AWS::Pipes::Pipe", &[("Name", "x")], "Arn", "pipes:eu-west-1:111122223333:pipe/x"),
    ("AWS::RDS::DBInstance", &[("DBInstanceIdentifier", "Orders")], "DBInstanceArn", "rds:eu-west-1:111122223333:db:orders"),
    ("AWS::RDS::DBCluster", &[("DBClusterIdentifier", "Orders")], "DBClusterArn", "rds:eu-west-1:111122223333:cluster:orders"),
    ("AWS::RDS::DBProxy", &[("DBProxyName", "x")], "DBProxyArn", "rds:eu-west-1:111122223333:db-proxy:Made"),
    ("AWS::Route53Resolver::ResolverRule", &[], "Arn", "route53resolver:eu-west-1:111122223333:resolver-rule/Made"),
    ("AWS::S3::Bucket", &[("BucketName", "x")], "Arn", "s3:::x"),
    ("AWS::S3::AccessPoint", &[("Name", "x")], "Arn", "s3:eu-west-1:111122223333:accesspoint/x"),
    ("AWS::S3ObjectLambda::AccessPoint", &[("Name", "x")], "Arn", "s3-object-lambda:eu-west-1:111122223333:accesspoint/x"),
    ("AWS::S3Express::DirectoryBucket", &[("BucketName", "x--euw1-az1--x-s3")], "Arn", "s3express:eu-west-1:111122223333:bucket/x--euw1-az1--x-s3"),
    ("AWS::SNS::Topic", &[("TopicName", "x")], "TopicArn", "sns:eu-west-1:111122223333:x"),
    ("AWS::SNS::Subscription", &[("TopicArn", "arn:aws:sns:eu-west-1:111122223333:x")], "Arn", "sns:eu-west-1:111122223333:x:Made"),
    ("AWS::SQS::Queue", &[("QueueName", "x")], "Arn", "sqs:eu-west-1:111122223333:x"),
    ("AWS::SSMContacts::Contact", &[("Alias", "x")], "Arn", "ssm-contacts:eu-west-1:111122223333:contact/x"),
    ("AWS::SSMIncidents::ResponsePlan", &[("Name", "x")], "Arn", "ssm-incidents::111122223333:response-plan/x"),
    ("AWS::SSO::PermissionSet", &[("InstanceArn", "arn:aws:sso:::instance/ssoins-1")], "PermissionSetArn", "sso:::permissionSet/ssoins-1/Made"),
    ("AWS::SageMaker::Endpoint", &[("EndpointName", "x")], "EndpointArn", "sagemaker:eu-west-1:111122223333:endpoint/x"),
    ("AWS::Scheduler::Schedule", &[("Name", "x")], "Arn", "scheduler:eu-west-1:111122223333:schedule/default/x"),
    ("AWS::Scheduler::ScheduleGroup", &[("Name", "x")], "Arn", "scheduler:eu-west-1:111122223333:schedule-group/x"),
    ("AWS::SecurityHub::Hub", &[], "ARN", "securityhub:eu-west-1:111122223333:hub/default"),
    ("AWS::ServiceCatalogAppRegistry::Application", &[("Name", "x")], "Arn", "servicecatalog:eu-west-1:111122223333:/applications/Made"),
    ("AWS::ServiceDiscovery::PrivateDnsNamespace", &[("Name", "x")], "Arn", "servicediscovery:eu-west-1:111122223333:namespace/Made"),
    ("AWS::Signer::SigningProfile", &[], "Arn", "signer:eu-west-1:111122223333:/signing-profiles/Made"),
    ("AWS::StepFunctions::StateMachine", &[("StateMachineName", "x")], "Arn", "states:eu-west-1:111122223333:stateMachine:x"),
    ("AWS::StepFunctions::Activity", &[("Name", "x")], "Arn", "states:eu-west-1:111122223333:activity:x"),
    ("AWS::Timestream::Table", &[("DatabaseName", "d"), ("TableName", "x")], "Arn", "timestream:eu-west-1:111122223333:database/d/table/x"),
    ("AWS::Transfer::Server", &[], "Arn", "transfer:eu-west-1:111122223333:server/Made"),
    ("AWS::VpcLattice::Listener", &[("ServiceIdentifier", "svc-1")], "Arn", "vpc-lattice:eu-west-1:111122223333:service/svc-1/listener/Made"),
    ("AWS::WAFv2::WebACL", &[("Name", "x"), ("Scope", "REGIONAL")], "Arn", "wafv2:eu-west-1:111122223333:regional/webacl/x/Made"),
    ("AWS::XRay::Group", &[("GroupName", "x")], "GroupARN", "xray:eu-west-1:111122223333:group/x/Made"),
];

#[test]
fn a_sample_is_what_the_pages_of_aws_show() {
    for (kind, properties, name, expected) in SAMPLE {
        let properties: Map<String, Value> = properties
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect();
        let found = attribute(kind, &Value::Object(properties), name);
        let found = made(&found);
        assert_eq!(found, format!("arn:aws:{expected}"), "{kind}");
    }
    let kinds: std::collections::BTreeSet<&str> = SAMPLE.iter().map(|row| row.0).collect();
    let services: std::collections::BTreeSet<&str> = kinds
        .iter()
        .filter_map(|kind| kind.split("::").nth(1))
        .collect();
    assert!(kinds.len() >= 60, "{} types", kinds.len());
    assert!(services.len() >= 40, "{} services", services.len());
}

/// Symbols as `Made`.
fn made(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        plain.push_str(before);
        plain.push_str("Made");
        rest = behind.split_once('}').unwrap().1;
    }
    plain + rest
}
