//! One case for every way in which a recorder spells a call.

use super::*;
use crate::xray::Exception;

/// Returns a call as a line: service, operation, region, account, parameters.
fn shown(node: &str) -> String {
    let text = format!(r#"{{"name": "root", "id": "1", "subsegments": [{node}]}}"#);
    let document = Document::parse(&text).unwrap();
    match recorded(&document, &document.nodes[1]) {
        Recorded::Call(call, _) => {
            let place =
                [call.region.as_deref(), call.account.as_deref()].map(|part| part.unwrap_or("-"));
            let parameters: Vec<String> = call
                .parameters
                .iter()
                .map(|(name, values)| format!("{name}={}", values.join("|")))
                .collect();
            format!(
                "{} {} {} {}",
                call.service,
                call.operation,
                place.join(" "),
                parameters.join(" ")
            )
            .trim_end()
            .to_owned()
        }
        Recorded::Unnamed { service } => format!("unnamed {service}"),
        Recorded::HttpOnly { host } => format!("http {host}"),
        Recorded::Other => "other".to_owned(),
    }
}

fn check(cases: &[(&str, &str, &str)]) {
    for (recorder, node, expected) in cases {
        assert_eq!(shown(node), *expected, "{recorder}");
    }
}

#[test]
fn x_ray_sdks() {
    check(&[
        (
            "Node, AWS SDK 2",
            r#"{"name":"dynamodb","namespace":"aws","http":{"response":{"status":200}},"aws":{"operation":"PutItem","region":"eu-west-1","request_id":"R","retries":0,"table_name":"orders"}}"#,
            "dynamodb PutItem eu-west-1 - tablename=orders",
        ),
        (
            "Node, AWS SDK 2, keys split at every capital",
            r#"{"name":"sqs","namespace":"aws","aws":{"operation":"GetQueueUrl","queue_name":"q","queue_owner_a_w_s_account_id":"111122223333"}}"#,
            "sqs GetQueueUrl - - queuename=q queueownerawsaccountid=111122223333",
        ),
        (
            "Node, AWS SDK 3",
            r#"{"name":"S3","namespace":"aws","aws":{"retries":1,"region":"us-east-1","operation":"GetObject","request_id":"R","id_2":"X","bucket_name":"b","key":"a/b c"}}"#,
            "S3 GetObject us-east-1 - bucketname=b key=a/b c",
        ),
        (
            "Node, copy",
            r#"{"name":"S3","namespace":"aws","aws":{"operation":"CopyObject","copy_source":"src/k%20y","bucket_name":"dst","key":"k"}}"#,
            "S3 CopyObject - - bucketname=dst copysource=src/k%20y key=k",
        ),
        (
            "Node, AWS SDK 3, no answer at all",
            r#"{"name":"KMS","namespace":"aws","fault":true}"#,
            "unnamed KMS",
        ),
        (
            "Python",
            r#"{"name":"states","namespace":"aws","aws":{"operation":"StartExecution","region":"eu-west-1","request_id":"R"}}"#,
            "states StartExecution eu-west-1 -",
        ),
        (
            "Python, endpoint prefix with dots",
            r#"{"name":"runtime.sagemaker","namespace":"aws","aws":{"operation":"InvokeEndpoint","region":"eu-west-1","endpoint_name":"e"}}"#,
            "runtime.sagemaker InvokeEndpoint eu-west-1 - endpointname=e",
        ),
        (
            "Python, batch",
            r#"{"name":"dynamodb","namespace":"aws","aws":{"operation":"BatchGetItem","table_names":["a","b"],"consumed_capacity":[{"TableName":"a"}]}}"#,
            "dynamodb BatchGetItem - - tablenames=a|b",
        ),
        (
            "Python, batch with the keys of its map as text",
            r#"{"name":"dynamodb","namespace":"aws","aws":{"operation":"BatchGetItem","table_names":"dict_keys(['a', 'b'])"}}"#,
            "dynamodb BatchGetItem - - tablenames=a|b",
        ),
        (
            "Java, AWS SDK 1",
            r#"{"name":"Amazon S3","namespace":"aws","aws":{"operation":"GetObjectMetadata","bucket_name":"b","key":"k","request_id":"R","account_id":"111122223333"}}"#,
            "Amazon S3 GetObjectMetadata - 111122223333 bucketname=b key=k",
        ),
        (
            "Java, AWS SDK 1, table with an index",
            r#"{"name":"AmazonDynamoDBv2","namespace":"aws","aws":{"operation":"Query","table_name":"t","index_name":"i","limit":10,"scan_index_forward":false,"attributes_to_get":["a"],"scanned_count":3}}"#,
            "AmazonDynamoDBv2 Query - - attributestoget=a indexname=i limit=10 scanindexforward=false tablename=t",
        ),
        (
            "Java, AWS SDK 2",
            r#"{"name":"DynamoDb","namespace":"aws","aws":{"operation":"UpdateItem","region":"ap-southeast-2","table_name":"t","retries":0}}"#,
            "DynamoDb UpdateItem ap-southeast-2 - tablename=t",
        ),
        (
            "Go, AWS SDK 2",
            r#"{"name":"Secrets Manager","namespace":"aws","aws":{"operation":"GetSecretValue","region":"eu-west-1","request_id":"R"}}"#,
            "Secrets Manager GetSecretValue eu-west-1 -",
        ),
        (
            "Go, null for what is absent",
            r#"{"name":"lambda","namespace":"aws","aws":{"operation":"Invoke","function_name":"f","qualifier":null,"invocation_type":null}}"#,
            "lambda Invoke - - functionname=f",
        ),
        (
            ".NET",
            r#"{"name":"KeyManagementService","namespace":"aws","aws":{"operation":"Decrypt","region":"eu-west-1"}}"#,
            "KeyManagementService Decrypt eu-west-1 -",
        ),
        (
            "Ruby",
            r#"{"name":"Amazon SQS","namespace":"aws","aws":{"operation":"SendMessage","region":"eu-west-1","queue_url":"https://sqs.eu-west-1.amazonaws.com/111122223333/q","message_id":"M"}}"#,
            "Amazon SQS SendMessage eu-west-1 - queueurl=https://sqs.eu-west-1.amazonaws.com/111122223333/q",
        ),
        (
            "names that X-Ray adds",
            r#"{"name":"DynamoDB","namespace":"aws","aws":{"operation":"PutItem","table_name":"t","resource_names":["t"]}}"#,
            "DynamoDB PutItem - - resourcenames=t tablename=t",
        ),
        (
            "account of the wrong length, region that is none",
            r#"{"name":"S3","namespace":"aws","aws":{"operation":"ListBuckets","account_id":"1234567890123","region":"null"}}"#,
            "S3 ListBuckets - -",
        ),
    ]);
}

#[test]
fn opentelemetry_through_the_collector() {
    check(&[
        (
            "the worked form, attributes with dots",
            r#"{"name":"S3","namespace":"aws","aws":{"operation":"GetObject","xray":{"auto_instrumentation":false}},"metadata":{"default":{"rpc.system":"aws-api","rpc.service":"S3","rpc.method":"GetObject","aws.s3.bucket":"b","cloud.region":"eu-west-1"}}}"#,
            "S3 GetObject eu-west-1 - awss3bucket=b bucket=b",
        ),
        (
            "attributes with underscores",
            r#"{"name":"S3","namespace":"aws","aws":{"operation":"GetObject"},"metadata":{"default":{"rpc_system":"aws-api","aws_s3_bucket":"b","cloud_region":"eu-west-1"}}}"#,
            "S3 GetObject eu-west-1 - awss3bucket=b bucket=b",
        ),
        (
            "indexed as annotations",
            r#"{"name":"SecretsManager","namespace":"aws","aws":{"operation":"GetSecretValue"},"annotations":{"rpc.service":"Secrets Manager","aws.secretsmanager.secret.arn":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf"}}"#,
            "Secrets Manager GetSecretValue - - awssecretsmanagersecretarn=arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf secretarn=arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf secretid=arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf",
        ),
        (
            "another metadata namespace",
            r#"{"name":"Kinesis","namespace":"aws","aws":{"operation":"PutRecord"},"metadata":{"span":{"rpc.system":"aws-api","aws.kinesis.stream.name":"s"}}}"#,
            "Kinesis PutRecord - - awskinesisstreamname=s streamname=s",
        ),
        (
            "Go: no service, method with both",
            r#"{"name":"DynamoDB.PutItem","namespace":"remote","aws":{"operation":"DynamoDB/PutItem"},"metadata":{"default":{"rpc.system.name":"aws-api","rpc.method":"DynamoDB/PutItem","aws.region":"eu-west-1","aws.dynamodb.table_names":["orders"]}}}"#,
            "DynamoDB PutItem eu-west-1 - awsdynamodbtablenames=orders tablename=orders tablenames=orders",
        ),
        (
            "Go: queue URL as server address",
            r#"{"name":"SQS.SendMessage","namespace":"remote","metadata":{"default":{"rpc.system.name":"aws-api","rpc.method":"SQS/SendMessage","server.address":"https://sqs.eu-west-1.amazonaws.com/111122223333/q"}}}"#,
            "SQS SendMessage eu-west-1 - host=sqs.eu-west-1.amazonaws.com queueurl=https://sqs.eu-west-1.amazonaws.com/111122223333/q",
        ),
        (
            "Go: topic as destination",
            r#"{"name":"SNS.Publish","namespace":"remote","metadata":{"default":{"rpc.system.name":"aws-api","rpc.method":"SNS/Publish","messaging.destination.name":"arn:aws:sns:eu-west-1:111122223333:t"}}}"#,
            "SNS Publish - - messagingdestinationname=arn:aws:sns:eu-west-1:111122223333:t topicarn=arn:aws:sns:eu-west-1:111122223333:t",
        ),
        (
            "JavaScript: queue by URL and by name",
            r#"{"name":"SQS","namespace":"aws","aws":{"operation":"SendMessage"},"metadata":{"default":{"rpc.system":"aws-api","rpc.service":"SQS","url.full":"https://sqs.eu-west-1.amazonaws.com/111122223333/q","messaging.destination.name":"q"}}}"#,
            "SQS SendMessage eu-west-1 - host=sqs.eu-west-1.amazonaws.com messagingdestinationname=q queuename=q queueurl=https://sqs.eu-west-1.amazonaws.com/111122223333/q",
        ),
        (
            "JavaScript: secret by name, message to a phone",
            r#"{"name":"SNS","namespace":"aws","aws":{"operation":"Publish"},"metadata":{"default":{"rpc.system":"aws-api","rpc.service":"SNS","messaging.destination.name":"phone_number"}}}"#,
            "SNS Publish - -",
        ),
        (
            "Ruby: collection name",
            r#"{"name":"DynamoDB","namespace":"aws","aws":{"operation":"GetItem","region":"eu-west-1"},"metadata":{"default":{"rpc.system":"aws-api","rpc.service":"DynamoDB","db.collection.name":"t"}}}"#,
            "DynamoDB GetItem eu-west-1 - dbcollectionname=t tablename=t",
        ),
        (
            "Python: several tables",
            r#"{"name":"DynamoDB","namespace":"aws","aws":{"operation":"BatchGetItem","table_names":["a","b"]},"metadata":{"default":{"rpc.system":"aws-api","aws.dynamodb.table_names":["a","b"]}}}"#,
            "DynamoDB BatchGetItem - - awsdynamodbtablenames=a|b tablenames=a|b",
        ),
        (
            "Python: invoked function",
            r#"{"name":"Lambda","namespace":"aws","aws":{"operation":"Invoke"},"metadata":{"default":{"rpc.system":"aws-api","rpc.service":"Lambda","faas.invoked_name":"f"}}}"#,
            "Lambda Invoke - - faasinvokedname=f functionname=f",
        ),
        (
            "state machine and activity",
            r#"{"name":"SFN","namespace":"aws","aws":{"operation":"StartExecution"},"metadata":{"default":{"rpc.system":"aws-api","aws.step_functions.state_machine.arn":"arn:aws:states:eu-west-1:111122223333:stateMachine:m"}}}"#,
            "SFN StartExecution - - awsstepfunctionsstatemachinearn=arn:aws:states:eu-west-1:111122223333:stateMachine:m statemachinearn=arn:aws:states:eu-west-1:111122223333:stateMachine:m",
        ),
        (
            "Java, AWS SDK 1: class names and HTTP alone",
            r#"{"name":"AmazonDynamoDBv2","namespace":"aws","http":{"request":{"url":"https://dynamodb.eu-west-1.amazonaws.com","method":"POST"}},"aws":{"operation":"PutItem"},"metadata":{"default":{"rpc.system":"aws-api","rpc.service":"AmazonDynamoDBv2"}}}"#,
            "AmazonDynamoDBv2 PutItem eu-west-1 - host=dynamodb.eu-west-1.amazonaws.com",
        ),
        (
            "names of spans alone",
            r#"{"name":"S3.GetObject","namespace":"aws"}"#,
            "S3 GetObject - -",
        ),
        (
            "aws.queue_url and aws.table.name",
            r#"{"name":"SQS","namespace":"aws","aws":{"operation":"SendMessage"},"metadata":{"default":{"aws.queue.url":"https://sqs.eu-west-1.amazonaws.com/111122223333/q","aws.table.name":"t"}}}"#,
            "SQS SendMessage - - awsqueueurl=https://sqs.eu-west-1.amazonaws.com/111122223333/q awstablename=t queueurl=https://sqs.eu-west-1.amazonaws.com/111122223333/q tablename=t",
        ),
        (
            "a user's own annotations are not the call's",
            r#"{"name":"S3","namespace":"aws","aws":{"operation":"ListBuckets"},"annotations":{"region":"eu-west-1","bucket":"x","operation":"y"},"metadata":{"default":{"key":"z"}}}"#,
            "S3 ListBuckets - -",
        ),
    ]);
}

#[test]
fn opentelemetry_straight_to_aws() {
    check(&[
        (
            "flat metadata, no namespace",
            r#"{"name":"SQS.SendMessage","aws":{"span.kind":"CLIENT","xray.error":true},"annotations":{"span.kind":"CLIENT","aws.remote.service":"AWS::SQS","aws.remote.operation":"SendMessage"},"metadata":{"rpc.system":"aws-api","rpc.service":"SQS","rpc.method":"SendMessage","aws.queue_url":"https://sqs.eu-west-1.amazonaws.com/111122223333/q"}}"#,
            "SQS SendMessage - - awsqueueurl=https://sqs.eu-west-1.amazonaws.com/111122223333/q queueurl=https://sqs.eu-west-1.amazonaws.com/111122223333/q",
        ),
        (
            "attributes in the aws block",
            r#"{"name":"x","namespace":"aws","aws":{"rpc.service":"S3","rpc.method":"PutObject","aws.s3.bucket":"b"}}"#,
            "S3 PutObject - - awss3bucket=b bucket=b",
        ),
        (
            "Application Signals alone",
            r#"{"name":"S3","namespace":"aws","annotations":{"aws.remote.service":"AWS::S3","aws.remote.operation":"GetBucketLocation","aws.remote.resource.type":"AWS::S3::Bucket","aws.remote.resource.identifier":"a^|b"}}"#,
            "S3 GetBucketLocation - - bucket=a|b",
        ),
        (
            "the older prefix",
            r#"{"name":"S3","annotations":{"aws_remote_service":"AWS.SDK.S3","aws_remote_operation":"ListBuckets"}}"#,
            "S3 ListBuckets - -",
        ),
        (
            "owner and region of the resource",
            r#"{"name":"SNS","namespace":"aws","annotations":{"aws.remote.service":"AWS::SNS","aws.remote.operation":"Publish","aws.remote.resource.type":"AWS::SNS::Topic","aws.remote.resource.identifier":"t","aws.remote.resource.cfn.primary.identifier":"arn:aws:sns:us-west-2:111122223333:t","aws.remote.resource.account.id":"111122223333","aws.remote.resource.region":"us-west-2"}}"#,
            "SNS Publish us-west-2 111122223333 topicarn=arn:aws:sns:us-west-2:111122223333:t topicname=t",
        ),
        (
            "an invocation whose remote service is the function",
            r#"{"name":"checkout","namespace":"aws","aws":{"operation":"Invoke"},"annotations":{"aws.remote.service":"checkout","aws.remote.operation":"Invoke"}}"#,
            "Lambda Invoke - - functionname=checkout",
        ),
        (
            "an invocation, by the type of its resource",
            r#"{"name":"checkout","namespace":"aws","aws":{"operation":"Invoke"},"annotations":{"aws.remote.service":"checkout","aws.remote.resource.type":"AWS::Lambda::Function","aws.remote.resource.identifier":"checkout"}}"#,
            "Lambda Invoke - - functionname=checkout",
        ),
        (
            "an invocation of nobody knows what",
            r#"{"name":"UnknownRemoteService","namespace":"aws","aws":{"operation":"Invoke"},"metadata":{"default":{"rpc.service":"Lambda","aws.remote.service":"UnknownRemoteService"}}}"#,
            "Lambda Invoke - -",
        ),
        (
            "a model of Bedrock",
            r#"{"name":"BedrockRuntime","namespace":"aws","aws":{"operation":"InvokeModel"},"metadata":{"default":{"rpc.system":"aws-api","rpc.service":"Bedrock Runtime","gen_ai.request.model":"amazon.titan"}}}"#,
            "Bedrock Runtime InvokeModel - - genairequestmodel=amazon.titan modelid=amazon.titan",
        ),
    ]);
}

#[test]
fn what_is_no_call_of_an_operation() {
    check(&[
        (
            "a phase",
            r#"{"name":"Initialization","aws":{"function_arn":"arn:aws:lambda:eu-west-1:111122223333:function:f"}}"#,
            "other",
        ),
        (
            "a phase in the namespace of AWS",
            r#"{"name":"Overhead","namespace":"aws"}"#,
            "other",
        ),
        (
            "an attempt",
            r#"{"name":"Attempt #1","namespace":"aws"}"#,
            "other",
        ),
        (
            "local work",
            r###"{"name":"## handler","annotations":{"ColdStart":true},"metadata":{"app":{"response":"AWS::S3"}}}"###,
            "other",
        ),
        (
            "an RPC of another kind",
            r#"{"name":"Check","namespace":"remote","aws":{"operation":"Check"},"metadata":{"default":{"rpc.system":"grpc","rpc.method":"Check"}}}"#,
            "other",
        ),
        (
            "the handling of a message",
            r#"{"name":"q process","metadata":{"default":{"aws.remote.service":"AWS::SQS","aws.remote.operation":"q process"}}}"#,
            "other",
        ),
        (
            "HTTP alone",
            r#"{"name":"s3.us-west-2.amazonaws.com","namespace":"remote","http":{"request":{"url":"https://s3.us-west-2.amazonaws.com/b","method":"HEAD"},"response":{"status":404}}}"#,
            "http s3.us-west-2.amazonaws.com",
        ),
        (
            "HTTP alone, by name",
            r#"{"name":"sts.amazonaws.com","namespace":"remote"}"#,
            "http sts.amazonaws.com",
        ),
        (
            "another's HTTP",
            r#"{"name":"api.example.com","namespace":"remote","http":{"request":{"url":"https://api.example.com/"}}}"#,
            "other",
        ),
        (
            "a load balancer",
            r#"{"name":"x-1.eu-west-1.elb.amazonaws.com","namespace":"remote"}"#,
            "other",
        ),
        (
            "public keys",
            r#"{"name":"cognito-idp.eu-west-1.amazonaws.com","namespace":"remote","http":{"request":{"url":"https://cognito-idp.eu-west-1.amazonaws.com/p/.well-known/jwks.json"}}}"#,
            "other",
        ),
        (
            "a remote call that AWS answered",
            r#"{"name":"S3","namespace":"remote","aws":{"operation":"ListBuckets","request_id":"R"}}"#,
            "S3 ListBuckets - -",
        ),
    ]);
}

#[test]
fn members_of_the_wrong_type_cost_only_themselves() {
    check(&[
        (
            "numbers for names",
            r#"{"name":5,"id":[],"start_time":{},"end_time":"x","namespace":"aws","error":"yes","aws":{"operation":"ListBuckets","region":7}}"#,
            " ListBuckets - -",
        ),
        (
            "text for objects",
            r#"{"name":"S3","namespace":"aws","http":"x","cause":7,"annotations":[],"metadata":"m","aws":{"operation":"ListBuckets"}}"#,
            "S3 ListBuckets - -",
        ),
        (
            "no aws block but text",
            r#"{"name":"S3","namespace":"aws","aws":"x"}"#,
            "unnamed S3",
        ),
        (
            "names twice",
            r#"{"name":"S3","name":"SQS","namespace":"aws","aws":{"operation":"a","operation":"b"},"aws":{"operation":"ListQueues","operation":"ListQueues"}}"#,
            "SQS ListQueues - -",
        ),
    ]);
}

fn ending(node: &str) -> Ending {
    let text = format!(
        r#"{{"name":"root","id":"1","subsegments":[{node},{{"name":"n","cause":{{"exceptions":[{{"id":"aaaaaaaaaaaaaaaa","type":"T","message":"M"}},{{"id":"b","type":"U"}}]}}}}]}}"#
    );
    let document = Document::parse(&text).unwrap();
    match recorded(&document, &document.nodes[1]) {
        Recorded::Call(_, ending) => ending,
        other @ (Recorded::Unnamed { .. } | Recorded::HttpOnly { .. } | Recorded::Other) => {
            panic!("{other:?}")
        }
    }
}

#[test]
fn exceptions_in_every_place() {
    let exception = |kind: &str, message: &str| Exception {
        kind: kind.into(),
        message: message.into(),
    };
    for (extra, expected) in [
        (r#""cause":{}"#, vec![]),
        (r#""cause":"""#, vec![]),
        (
            r#""cause":{"working_directory":"/","exceptions":[{"type":"A","message":"B","stack":[{}]}]}"#,
            vec![exception("A", "B")],
        ),
        (r#""cause":"aaaaaaaaaaaaaaaa""#, vec![exception("T", "M")]),
        (r#""cause":"ffffffffffffffff""#, vec![]),
        (
            r#""metadata":{"default":{"exception.type":"A","exception.message":"B"}}"#,
            vec![exception("A", "B")],
        ),
        (r#""metadata":{"error.type":"A"}"#, vec![exception("A", "")]),
    ] {
        let node = format!(
            r#"{{"name":"S3","namespace":"aws","aws":{{"operation":"GetObject"}},{extra}}}"#
        );
        assert_eq!(ending(&node).exceptions, expected, "{extra}");
    }
    let node = r#"{"name":"S3","namespace":"aws","error":true,"throttle":false,"http":{"response":{"status":403}},"aws":{"operation":"GetObject"}}"#;
    assert_eq!(
        ending(node),
        Ending {
            status: Some(403),
            error: true,
            ..Ending::default()
        }
    );
    let node = r#"{"name":"S3","namespace":"aws","aws":{"operation":"GetObject"},"metadata":{"default":{"http.response.status_code":503}}}"#;
    assert_eq!(ending(node).status, Some(503));
}
