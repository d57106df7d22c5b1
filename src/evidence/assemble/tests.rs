use super::*;
use crate::evidence::Outcome;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:shop";

fn owners(evidence: &TraceEvidence) -> Vec<String> {
    evidence.owners.iter().map(ToString::to_string).collect()
}

fn calls(evidence: &TraceEvidence) -> Vec<(String, String)> {
    let call = |seen: &Observation| {
        (
            seen.owner.to_string(),
            format!("{}.{}", seen.call.service, seen.call.operation),
        )
    };
    evidence.observations.iter().map(call).collect()
}

fn gaps(evidence: &TraceEvidence) -> Vec<(GapReason, &str)> {
    evidence
        .gaps
        .iter()
        .map(|gap| (gap.reason, gap.detail.as_str()))
        .collect()
}

fn function(extra: &str) -> String {
    format!(
        r#"{{"id":"00000000000000f1","name":"shop","origin":"AWS::Lambda::Function","aws":{{"function_arn":"{FUNCTION}:live"}}{extra}}}"#
    )
}

fn call(id: &str, above: &str, extra: &str) -> String {
    format!(
        r#"{{"id":"{id}","parent_id":"{above}","type":"subsegment","name":"S3","namespace":"aws","aws":{{"operation":"GetObject"}}{extra}}}"#
    )
}

#[test]
fn independent_subsegments_find_their_owner_through_others() {
    let local = r#"{"id":"000000000000aaaa","parent_id":"00000000000000f1","type":"subsegment","name":"handler"}"#;
    let call = call("000000000000bbbb", "000000000000aaaa", "");
    let evidence = assemble(None, [call.as_str(), local, &function("")]);
    assert_eq!(calls(&evidence), [(FUNCTION.into(), "S3.GetObject".into())]);
    assert_eq!(
        evidence.observations[0].call.region.as_deref(),
        Some("eu-west-1")
    );
    assert_eq!(
        evidence.observations[0].call.account.as_deref(),
        Some("123456789012")
    );
    assert_eq!(gaps(&evidence), []);
}

#[test]
fn a_call_without_owner_is_a_gap() {
    let evidence = assemble(
        None,
        [call("000000000000bbbb", "000000000000aaaa", "").as_str()],
    );
    assert_eq!(gaps(&evidence), [(GapReason::NoOwner, "S3 GetObject")]);
    let circle = [
        call("000000000000000a", "000000000000000b", ""),
        call("000000000000000b", "000000000000000a", ""),
    ];
    let evidence = assemble(None, circle.iter().map(String::as_str));
    assert_eq!(evidence.gaps.len(), 2);
    assert_eq!(calls(&evidence), []);
}

#[test]
fn the_complete_document_wins() {
    let before = call(
        "000000000000bbbb",
        "00000000000000f1",
        r#","in_progress":true"#,
    );
    let after = call(
        "000000000000bbbb",
        "00000000000000f1",
        r#","http":{"response":{"status":403}},"error":true"#,
    );
    let nested = function(
        r#","subsegments":[{"id":"000000000000cccc","name":"SQS","namespace":"aws","aws":{"operation":"SendMessage"}}]"#,
    );
    let early = function(
        r#","in_progress":true,"subsegments":[{"name":"SQS","namespace":"aws","aws":{"operation":"SendMessage"}}]"#,
    );
    let evidence = assemble(None, [before.as_str(), &after, &nested, &early, &after]);
    assert_eq!(evidence.observations.len(), 2);
    assert_eq!(
        evidence.observations[0].outcome,
        Outcome::Denied {
            action: None,
            resource: None
        }
    );
    assert_eq!(evidence.segments, 2);
    assert_eq!(gaps(&evidence), []);
    let evidence = assemble(None, [early.as_str()]);
    assert_eq!(gaps(&evidence), [(GapReason::InProgress, "shop")]);
    assert_eq!(evidence.observations.len(), 1);
}

#[test]
fn a_called_service_is_not_its_caller() {
    let caller =
        function(r#","subsegments":[{"id":"000000000000aaaa","name":"api","namespace":"remote"}]"#);
    let downstream = r#"{"id":"00000000000000e1","parent_id":"000000000000aaaa","name":"api","subsegments":[{"name":"SNS","namespace":"aws","aws":{"operation":"Publish"}}]}"#;
    let evidence = assemble(None, [caller.as_str(), downstream]);
    assert_eq!(
        calls(&evidence),
        [("service:api".into(), "SNS.Publish".into())]
    );
    assert_eq!(owners(&evidence), [FUNCTION, "service:api"]);
}

#[test]
fn opentelemetry_on_lambda_belongs_to_the_function() {
    let server = |above: &str, metadata: &str| {
        format!(
            r#"{{"id":"00000000000000e1","parent_id":"{above}","name":"handler","metadata":{{"default":{{{metadata}}}}}}}"#
        )
    };
    let span = call("000000000000bbbb", "00000000000000e1", "");
    let invocation = function(r#","subsegments":[{"id":"000000000000aaaa","name":"Invocation"}]"#);
    let service = format!(
        r#"{{"id":"00000000000000a1","name":"shop","origin":"AWS::Lambda","resource_arn":"{FUNCTION}"}}"#
    );
    for (name, documents) in [
        (
            "below the segment",
            vec![function(""), server("00000000000000f1", "")],
        ),
        (
            "below the invocation",
            vec![invocation, server("000000000000aaaa", "")],
        ),
        (
            "below the service's segment",
            vec![service, server("00000000000000a1", "")],
        ),
        (
            "by resource id",
            vec![server(
                "0",
                &format!(r#""otel.resource.cloud.resource_id":"{FUNCTION}:7""#),
            )],
        ),
        (
            "by underscored id",
            vec![server("0", &format!(r#""faas_id":"{FUNCTION}""#))],
        ),
        (
            "by invoked ARN",
            vec![server(
                "0",
                &format!(r#""aws.lambda.invoked_arn":"{FUNCTION}:live""#),
            )],
        ),
        (
            "by name, region and account",
            vec![server(
                "0",
                r#""otel.resource.cloud.platform":"aws_lambda","otel.resource.faas.name":"shop","otel.resource.cloud.region":"eu-west-1","otel.resource.cloud.account.id":"123456789012""#,
            )],
        ),
    ] {
        let mut documents = documents;
        documents.push(span.clone());
        let evidence = assemble(None, documents.iter().map(String::as_str));
        assert_eq!(
            calls(&evidence),
            [(FUNCTION.into(), "S3.GetObject".into())],
            "{name}"
        );
        assert_eq!(owners(&evidence), [FUNCTION], "{name}");
    }
}

#[test]
fn owners_of_every_kind() {
    let inside =
        r#""subsegments":[{"name":"S3","namespace":"aws","aws":{"operation":"ListBuckets"}}]"#;
    for (segment, owner, place) in [
        (
            r#""name":"w","origin":"AWS::ECS::Fargate","aws":{"ecs":{"task_family":"web","task_arn":"arn:aws:ecs:us-east-2:111122223333:task/c/1"}}"#,
            "ecs-task:web",
            ("us-east-2", "111122223333"),
        ),
        (
            r#""name":"w","origin":"AWS::ECS::Container","aws":{"ecs":{"container":"c"},"account_id":"111122223333"}"#,
            "ecs-task:w",
            ("", "111122223333"),
        ),
        (
            r#""name":"w","origin":"AWS::EC2::Instance","aws":{"ec2":{"instance_id":"i-1","availability_zone":"us-gov-west-1a"}}"#,
            "ec2-instance:i-1",
            ("us-gov-west-1", ""),
        ),
        (
            r#""name":"w","origin":"AWS::EKS::Container","aws":{"eks":{"cluster_name":"c"}}"#,
            "service:w",
            ("", ""),
        ),
        (
            r#""name":"w","origin":"AWS::ElasticBeanstalk::Environment","aws":{"ec2":{"availability_zone":"us-west-2c"}}"#,
            "service:w",
            ("us-west-2", ""),
        ),
        (
            r#""name":"w","origin":"AWS::AppRunner::Service""#,
            "service:w",
            ("", ""),
        ),
        (
            r#""name":"m","origin":"AWS::StepFunctions::StateMachine","resource_arn":"arn:aws:states:eu-west-1:111122223333:stateMachine:m","aws":{"resource_arn":"arn:aws:states:eu-west-1:111122223333:execution:m:x"}"#,
            "arn:aws:states:eu-west-1:111122223333:stateMachine:m",
            ("eu-west-1", "111122223333"),
        ),
        (
            r#""name":"m","origin":"AWS::StepFunctions::StateMachine","aws":{"resource_arn":"arn:aws:states:eu-west-1:111122223333:execution:m:x"}"#,
            "arn:aws:states:eu-west-1:111122223333:stateMachine:m",
            ("eu-west-1", "111122223333"),
        ),
        (
            r#""name":"api/prod","origin":"AWS::ApiGateway::Stage""#,
            "api-stage:api/prod",
            ("", ""),
        ),
        (
            r#""name":"api/prod","origin":"AWS::ApiGateway::Stage","resource_arn":"arn:aws:apigateway:eu-west-1::/restapis/a/stages/prod""#,
            "api-stage:arn:aws:apigateway:eu-west-1::/restapis/a/stages/prod",
            ("eu-west-1", ""),
        ),
        (r#""name":"laptop""#, "service:laptop", ("", "")),
        (
            r#""name":"w","metadata":{"otel.resource.cloud.platform":"aws_ecs","otel.resource.aws.ecs.task.family":"web"}"#,
            "ecs-task:web",
            ("", ""),
        ),
        (
            r#""name":"shop","origin":"AWS::Lambda::Function","subsegments":[{"name":"Initialization","aws":{"function_arn":"arn:aws:lambda:eu-west-1:123456789012:function:shop"}}]"#,
            FUNCTION,
            ("eu-west-1", "123456789012"),
        ),
        (
            r#""name":"shop","origin":"AWS::Lambda::Function","resource_arn":"arn:aws:lambda:eu-west-1:123456789012:function:shop:5""#,
            FUNCTION,
            ("eu-west-1", "123456789012"),
        ),
    ] {
        let document = format!(r#"{{"id":"00000000000000f1",{segment},{inside}}}"#);
        let evidence = assemble(None, [document.as_str()]);
        assert_eq!(
            calls(&evidence),
            [(owner.to_owned(), "S3.ListBuckets".to_owned())],
            "{segment}"
        );
        assert_eq!(owners(&evidence), [owner], "{segment}");
        let call = &evidence.observations[0].call;
        let found = (
            call.region.as_deref().unwrap_or_default(),
            call.account.as_deref().unwrap_or_default(),
        );
        assert_eq!(found, place, "{segment}");
    }
}

#[test]
fn service_segments_and_inferred_ones_own_nothing() {
    let inside =
        r#""subsegments":[{"name":"Lambda","namespace":"aws","aws":{"operation":"Invoke"}}]"#;
    for segment in [
        r#""origin":"AWS::Lambda""#,
        r#""origin":"AWS::SNS""#,
        r#""origin":"AWS::DynamoDB::Table","inferred":true"#,
    ] {
        let document = format!(r#"{{"id":"00000000000000f1","name":"x",{segment},{inside}}}"#);
        let evidence = assemble(None, [document.as_str()]);
        assert_eq!(calls(&evidence), [], "{segment}");
        assert_eq!(owners(&evidence), [""; 0], "{segment}");
        assert_eq!(gaps(&evidence), [], "{segment}");
    }
}

#[test]
fn the_transport_of_a_call_is_no_call_of_its_own() {
    let http = r#"{"name":"s3.eu-west-1.amazonaws.com","namespace":"remote","http":{"request":{"url":"https://s3.eu-west-1.amazonaws.com/b/k","method":"GET"}}}"#;
    let nested = function(&format!(
        r#","subsegments":[{{"id":"000000000000aaaa","name":"S3","namespace":"aws","aws":{{"operation":"GetObject"}},"subsegments":[{{"name":"attempt","subsegments":[{http}]}}]}}]"#
    ));
    let evidence = assemble(None, [nested.as_str()]);
    assert_eq!(calls(&evidence).len(), 1);
    assert_eq!(gaps(&evidence), []);

    let alone = function(&format!(r#","subsegments":[{http}]"#));
    let evidence = assemble(None, [alone.as_str()]);
    assert_eq!(gaps(&evidence), []);
    let http_only: Vec<&str> = evidence
        .http_only
        .iter()
        .map(|(_, host)| host.as_str())
        .collect();
    assert_eq!(http_only, ["s3.eu-west-1.amazonaws.com"]);

    let span = call("000000000000bbbb", "00000000000000f1", "");
    let below = r#"{"id":"000000000000cccc","parent_id":"000000000000bbbb","type":"subsegment","name":"s3.amazonaws.com","namespace":"remote"}"#;
    let evidence = assemble(None, [below, &span, &function("")]);
    assert_eq!(gaps(&evidence), []);
}

#[test]
fn a_client_span_without_parent_gives_two_documents_and_one_call() {
    let aws = r#""namespace":"aws","aws":{"operation":"PutItem","table_name":"orders"}"#;
    let segment = format!(
        r#"{{"id":"00000000000000e1","name":"DynamoDB","origin":"AWS::ECS::Fargate","start_time":1.5E9,{aws}}}"#
    );
    let subsegment = format!(
        r#"{{"id":"00000000000000e2","parent_id":"00000000000000e1","type":"subsegment","name":"DynamoDB","start_time":1.5E9,{aws}}}"#
    );
    let evidence = assemble(None, [segment.as_str(), &subsegment]);
    assert_eq!(evidence.observations.len(), 1);
    let evidence = assemble(None, [segment.as_str()]);
    assert_eq!(evidence.observations.len(), 1);
}

#[test]
fn what_is_no_segment_is_a_gap() {
    let id = TraceId::parse("1-5aaf0fa0-b6e00f54192cf79a38419e0f");
    let evidence = assemble(id, ["[]", "{}", "{\"name\": 1}", "{", &function("")]);
    assert_eq!(
        gaps(&evidence),
        [(GapReason::Malformed, "1-5aaf0fa0-b6e00f54192cf79a38419e0f"); 4]
    );
    assert_eq!(owners(&evidence), [FUNCTION]);
}
