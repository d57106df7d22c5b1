use super::*;
use crate::evidence::{Owner, assemble};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:checkout";

fn user(target: Target) -> User {
    User::asked(target)
}

fn seen(function: &str) -> User {
    user(Target::Seen(Owner::LambdaFunction(
        function.parse().unwrap(),
    )))
}

fn told(users: Vec<User>, documents: &[&str]) -> Vec<(Lacking, String, Option<String>)> {
    let catalog = Catalog::embedded();
    let mut usage = Usage::default();
    usage.record(catalog, assemble(None, documents.iter().copied()));
    let role = Role {
        users,
        ..Role::default()
    };
    let advice = advice(&[role], &usage, catalog);
    advice
        .into_iter()
        .map(|advice| (advice.lacking, advice.text, advice.command))
        .collect()
}

fn segment(calls: &str) -> String {
    format!(
        r#"{{"id": "70de5b6f19ff9a0a", "trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "name": "checkout",
            "start_time": 1.5E9, "end_time": 1.6E9, "origin": "AWS::Lambda::Function",
            "aws": {{"function_arn": "{FUNCTION}"}}, "subsegments": [{calls}]}}"#
    )
}

fn call(service: &str, operation: &str) -> String {
    format!(
        r#"{{"id": "53995c3f42cd8ad8", "name": "{service}", "namespace": "aws", "start_time": 1.5E9, "end_time": 1.6E9,
            "aws": {{"operation": "{operation}", "region": "eu-west-1"}}}}"#
    )
}

#[test]
fn a_function_that_is_not_traced_is_told_how_to_be() {
    let mut off = seen(FUNCTION);
    off.active_tracing = Some(false);
    let [(lacking, text, command)] = &told(vec![off.clone()], &[])[..] else {
        panic!("one piece of advice");
    };
    assert_eq!(*lacking, Lacking::Traces);
    assert_eq!(text, "checkout was not traced: active tracing is off");
    assert_eq!(
        command.as_deref(),
        Some(
            "aws lambda update-function-configuration --function-name checkout --tracing-config Mode=Active"
        )
    );
    let on = User {
        active_tracing: Some(true),
        ..off
    };
    let told_on = told(vec![on], &[]);
    assert!(
        told_on[0]
            .2
            .as_deref()
            .unwrap()
            .ends_with("--function checkout --time-range 30d"),
        "{told_on:?}"
    );
    let unknown = told(vec![user(Target::NotSeen("refunds".to_owned()))], &[]);
    assert!(
        unknown[0].1.starts_with("refunds was in no trace"),
        "{unknown:?}"
    );
}

#[test]
fn a_function_without_calls_is_told_how_to_be_instrumented() {
    let mut python = seen(FUNCTION);
    python.runtime = Some("python3.13".to_owned());
    let advice = told(vec![python], &[&segment("")]);
    assert_eq!(advice.len(), 1, "{advice:?}");
    assert_eq!(advice[0].0, Lacking::Calls);
    assert!(advice[0].1.contains("patch_all"), "{advice:?}");
    assert_eq!(advice[0].2.as_deref(), Some("pip install aws-xray-sdk"));
    let unknown = told(vec![seen(FUNCTION)], &[&segment("")]);
    assert_eq!(unknown[0].2, None);
    assert!(
        unknown[0].1.contains("https://docs.aws.amazon.com/"),
        "{unknown:?}"
    );
}

#[test]
fn parameters_that_were_not_recorded_are_told_with_the_whitelist_of_the_sdk() {
    let document = segment(&call("kms", "Decrypt"));
    for (runtime, sdk) in [
        ("python3.13", "python"),
        ("nodejs22.x", "node"),
        ("java21", "java"),
        ("java8.al2", "java"),
        ("dotnet8", "dotnet"),
        ("provided.al2023", "SDK"),
    ] {
        let mut user = seen(FUNCTION);
        user.runtime = Some(runtime.to_owned());
        let advice = told(vec![user], &[&document]);
        assert_eq!(advice.len(), 1, "{advice:?}");
        assert_eq!(advice[0].0, Lacking::Parameters);
        let command =
            format!("aws-least-privilege whitelist --sdk {sdk} --service kms > whitelist.json");
        assert_eq!(advice[0].2.as_deref(), Some(command.as_str()), "{runtime}");
    }
}

#[test]
fn the_recorders_own_word_goes_before_the_runtime() {
    let segment = |sdk: &str| {
        format!(
            r#"{{"id": "70de5b6f19ff9a0a", "trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "name": "shop",
                "start_time": 1.5E9, "end_time": 1.6E9, "origin": "AWS::ECS::Fargate",
                "aws": {{"xray": {{"sdk": "{sdk}"}}}}, "subsegments": [{}]}}"#,
            call("kms", "Decrypt")
        )
    };
    let task = || user(Target::Seen(Owner::EcsTask("shop".to_owned())));
    let node = told(vec![task()], &[&segment("X-Ray for Node.js")]);
    assert!(
        node[0].2.as_deref().unwrap().contains("--sdk node "),
        "{node:?}"
    );
    // Neither Go's SDK nor OpenTelemetry reads a whitelist.
    assert_eq!(told(vec![task()], &[&segment("X-Ray for Go")]), []);
    assert_eq!(
        told(vec![task()], &[&segment("opentelemetry for python")]),
        []
    );
}

#[test]
fn what_is_recorded_in_full_and_what_cannot_be_is_told_nothing() {
    assert_eq!(
        told(
            vec![seen(FUNCTION)],
            &[&segment(&call("S3", "ListBuckets"))]
        ),
        []
    );
    // The buses stand deeper in the request than a whitelist reaches.
    assert_eq!(
        told(
            vec![seen(FUNCTION)],
            &[&segment(&call("Events", "PutEvents"))]
        ),
        []
    );
}
