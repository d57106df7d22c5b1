//! What is made of SAM templates, held against what AWS's own transform makes of them, element for element.

use crate::pip;
use aws_least_privilege::template::{Template, Values, read, sam};
use aws_least_privilege::yaml::{Node, Value as Element};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const REQUIREMENTS: &str = include_str!("../sam/requirements.txt");

/// Types that are compared, and their properties that are not: what is no setting that a role depends on.
const COMPARED: [(&str, &[&str]); 13] = [
    ("AWS::IAM::Role", &["Tags"]),
    ("AWS::IAM::Policy", &[]),
    ("AWS::IAM::ManagedPolicy", &[]),
    (
        "AWS::Lambda::Function",
        &["Code", "Tags", "CapacityProviderConfig"],
    ),
    ("AWS::Lambda::EventSourceMapping", &["Tags"]),
    ("AWS::Lambda::EventInvokeConfig", &[]),
    (
        "AWS::StepFunctions::StateMachine",
        &[
            "Definition",
            "DefinitionString",
            "DefinitionSubstitutions",
            "Tags",
        ],
    ),
    ("AWS::DynamoDB::Table", &["Tags"]),
    ("AWS::SQS::Queue", &["Tags"]),
    ("AWS::SNS::Topic", &["Tags"]),
    ("AWS::Scheduler::Schedule", &[]),
    (
        "AWS::Events::Rule",
        &[
            "EventPattern",
            "ScheduleExpression",
            "State",
            "EventBusName",
            "Targets",
        ],
    ),
    (
        "AWS::AppSync::DataSource",
        &[
            "ApiId",
            "Name",
            "Type",
            "Description",
            "DynamoDBConfig",
            "LambdaConfig",
        ],
    ),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sam")
}

fn templates() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the folder is there");
    let entries = entries.map(|entry| entry.expect("it is readable").path());
    let is_template = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml");
    let mut found: Vec<PathBuf> = entries.filter(is_template).collect();
    found.sort();
    found
}

/// What AWS's transform says of each template.
fn transformed(region: &str) -> BTreeMap<String, Value> {
    let installed = pip::installed("aws-sam-translator", REQUIREMENTS);
    let output = pip::python()
        .env("PYTHONPATH", &installed)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-W", "ignore"])
        .arg(folder().join("transform.py"))
        .arg(region)
        .args(templates())
        .output()
        .unwrap_or_else(|error| pip::no_python("aws-sam-translator", &error));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

fn plain(node: &Node) -> Value {
    match &node.value {
        Element::Null => Value::Null,
        Element::Bool(truth) => json!(truth),
        Element::Number(number) => serde_json::from_str(number).expect("it is a number"),
        Element::Text(text) => json!(text),
        Element::List(items) => items.iter().map(plain).collect(),
        Element::Map(entries) => entries
            .iter()
            .map(|(key, node)| (key.text.clone(), plain(node)))
            .collect(),
    }
}

/// A template of the folder, and what is known of its stack.
fn template(file: &str, region: &str) -> (Template, Values) {
    let text = fs::read_to_string(folder().join(file)).expect("it is text");
    let template = read::read(&text, file).expect("it is a template");
    let values = Values {
        region: Some(region.to_owned()),
        ..Values::default()
    };
    (template, values)
}

/// What is compared of a resource.
fn compared(kind: &str, properties: &Value, condition: Option<&str>) -> Option<Value> {
    let (_, left_out) = COMPARED.iter().find(|(known, _)| *known == kind)?;
    let mut kept = properties.as_object().cloned().unwrap_or_default();
    // A list of nothing is nothing.
    let is_empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    kept.retain(|name, value| !left_out.contains(&name.as_str()) && !is_empty(value));
    Some(json!({"Type": kind, "Condition": condition, "Properties": kept}))
}

/// AWS's resources. Versions of functions and layers are called by a hash of the code, which nobody knows before it is packaged.
fn theirs(made: &Value) -> BTreeMap<String, Value> {
    let mut text = made.to_string();
    let resources = made["Resources"].as_object().expect("there are resources");
    for (id, resource) in resources {
        let kind = resource["Type"].as_str().unwrap_or_default();
        if kind == "AWS::Lambda::Version" || kind == "AWS::Lambda::LayerVersion" {
            text = text.replace(id.as_str(), without_hash(id));
        }
    }
    let made: Value = serde_json::from_str(&text).expect("it still is JSON");
    let resources = made["Resources"].as_object().expect("there are resources");
    let of = |(id, resource): (&String, &Value)| {
        let kind = resource["Type"].as_str()?;
        let condition = resource["Condition"].as_str();
        Some((
            id.clone(),
            compared(kind, &resource["Properties"], condition)?,
        ))
    };
    resources.iter().filter_map(of).collect()
}

fn without_hash(id: &str) -> &str {
    let (name, hash) = id.split_at(id.len().saturating_sub(10));
    let is_hash = hash.len() == 10 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { name } else { id }
}

fn ours(template: &Template) -> BTreeMap<String, Value> {
    let resources = template.resources.iter();
    resources
        .filter_map(|made| {
            let properties = plain(&made.properties);
            let seen = compared(&made.kind, &properties, made.condition.as_deref())?;
            Some((made.logical_id.clone(), seen))
        })
        .collect()
}

/// Both ways to write the function are one.
fn attributes_as_lists(json: &mut Value) {
    match json {
        Value::Object(entries) => {
            if let Some(Value::String(text)) = entries.get("Fn::GetAtt")
                && let Some((id, attribute)) = text.split_once('.')
            {
                *json = json!({"Fn::GetAtt": [id, attribute]});
                return;
            }
            entries.values_mut().for_each(attributes_as_lists);
        }
        Value::Array(items) => items.iter_mut().for_each(attributes_as_lists),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn differences(region: &str) -> Vec<String> {
    let transformed = transformed(region);
    assert!(transformed.len() >= 60, "{} templates", transformed.len());
    let mut wrong = Vec::new();
    for (file, said) in &transformed {
        assert!(!said["made"].is_null(), "{file}: {}", said["refused"]);
        let (mut template, values) = template(file, region);
        sam::expand(&mut template, &values);
        let mut made = said["made"].clone();
        attributes_as_lists(&mut made);
        let (theirs, ours) = (theirs(&made), ours(&template));
        for id in theirs.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
            let (their, our) = (theirs.get(id), ours.get(id));
            if their != our {
                let show =
                    |made: Option<&Value>| made.map_or("nothing".to_owned(), Value::to_string);
                let (their, our) = (show(their), show(our));
                wrong.push(format!("{file} {id}\n  AWS  {their}\n  here {our}"));
            }
        }
    }
    wrong
}

fn no_difference(region: &str) {
    let wrong = differences(region);
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn templates_become_what_aws_makes_of_them() {
    no_difference("eu-west-1");
}

#[test]
fn templates_become_what_aws_makes_of_them_in_china() {
    no_difference("cn-north-1");
}

#[test]
fn templates_become_what_aws_makes_of_them_for_the_government() {
    no_difference("us-gov-west-1");
}

/// Every text below an element, keys too.
fn texts<'n>(node: &'n Node, found: &mut BTreeSet<&'n str>) {
    for (key, below) in node.members() {
        found.insert(&key.text);
        texts(below, found);
    }
    if node.is_list() {
        for item in node.items() {
            texts(item, found);
        }
    }
    found.extend(node.as_text());
}

#[test]
fn the_templates_have_every_policy_template_and_every_event_source() {
    let read: Vec<Template> = templates()
        .iter()
        .map(|path| path.file_name().expect("it has a name").to_string_lossy())
        .map(|file| template(&file, "eu-west-1").0)
        .collect();
    let mut found = BTreeSet::new();
    for template in &read {
        for resource in &template.resources {
            texts(&resource.properties, &mut found);
        }
    }
    let names = sam::policy_template_names();
    assert_eq!(names.clone().count(), 81);
    let events = [
        "Kinesis",
        "DynamoDB",
        "SQS",
        "MSK",
        "MQ",
        "SelfManagedKafka",
        "DocumentDB",
        "Schedule",
        "ScheduleV2",
        "CloudWatchEvent",
        "EventBridgeRule",
        "S3",
        "SNS",
        "Api",
        "HttpApi",
        "AlexaSkill",
        "IoTRule",
        "Cognito",
        "CloudWatchLogs",
    ];
    let missing: Vec<&str> = names
        .chain(events)
        .filter(|name| !found.contains(name))
        .collect();
    assert!(missing.is_empty(), "in no template: {missing:?}");
}

/// A template of one function with these properties, and what is told of it.
fn expanded(properties: &str) -> (Template, Vec<String>) {
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n{properties}"
    );
    let mut template = read::read(&text, "template.yaml").expect("it is a template");
    let gaps = sam::expand(&mut template, &Values::default());
    let told = gaps.into_iter().map(|gap| {
        let text = &template.text[gap.span.clone()];
        format!(
            "{} <{}>",
            gap.message,
            text.lines().next().unwrap_or_default()
        )
    });
    let told = told.collect();
    (template, told)
}

#[test]
fn what_is_made_remembers_where_it_comes_from() {
    let (template, told) = expanded(
        "      Policies:\n        - AmazonS3ReadOnlyAccess\n        - DynamoDBReadPolicy: {TableName: orders}\n        - Statement: [{Effect: Allow, Action: 'sqs:SendMessage', Resource: '*'}]\n      Tracing: Active\n",
    );
    assert_eq!(told, Vec::<String>::new());
    let role = template.resource("FnRole").expect("it is made");
    let made_of = role
        .made_of
        .as_ref()
        .expect("it does not stand in the text");
    assert_eq!(
        (made_of.logical_id.as_str(), made_of.by.as_str()),
        ("Fn", "SAM")
    );
    let seen = |node: &Node| {
        (
            node.by().map(str::to_owned),
            template.text[node.span()].to_owned(),
        )
    };
    let policies = role
        .property("Policies")
        .expect("there are inline policies")
        .items();
    let document = |place: usize| {
        policies[place]
            .get("PolicyDocument")
            .expect("it has a document")
    };
    assert_eq!(
        seen(document(0)),
        (
            Some("SAM policy template DynamoDBReadPolicy".to_owned()),
            "DynamoDBReadPolicy: {TableName: orders}".to_owned()
        )
    );
    // What a person wrote stays theirs.
    assert_eq!(document(1).by(), None);
    let managed = role
        .property("ManagedPolicyArns")
        .expect("there are managed policies");
    let managed: Vec<_> = managed.items().iter().map(seen).collect();
    assert_eq!(
        managed[1],
        (Some("SAM tracing".to_owned()), "Active".to_owned())
    );
    assert_eq!(
        managed[2],
        (
            Some("managed policy AmazonS3ReadOnlyAccess".to_owned()),
            "AmazonS3ReadOnlyAccess".to_owned()
        )
    );
}

#[test]
fn policies_beside_a_role_are_told() {
    let (template, told) = expanded(
        "      Role: arn:aws:iam::111122223333:role/own\n      Policies: [AmazonS3ReadOnlyAccess]\n",
    );
    assert!(template.resource("FnRole").is_none());
    assert_eq!(
        told,
        [
            "`Policies` of `Fn` is written and without effect: `Role` is given, and SAM adds nothing to it <[AmazonS3ReadOnlyAccess]>"
        ]
    );
}

#[test]
fn what_sam_refuses_is_told() {
    for (policies, reason) in [
        (
            "[{NobodysPolicy: {}}]",
            "entry 0 of `Policies` is no policy that SAM knows: `NobodysPolicy`",
        ),
        (
            "[AmazonS3ReadOnlyAccess, {DynamoDBReadPolicy: {Table: orders}}]",
            "entry 1 of `Policies` does not say what the policy template `DynamoDBReadPolicy` asks for: TableName",
        ),
        (
            "[!If [A, AmazonS3ReadOnlyAccess, {S3ReadPolicy: {BucketName: b}}]]",
            "the branches of the condition in entry 0 of `Policies` are not of one kind",
        ),
        ("[7]", "entry 0 of `Policies` is no policy"),
    ] {
        let (_, told) = expanded(&format!("      Policies: {policies}\n"));
        assert_eq!(told.len(), 1, "{policies}: {told:?}");
        assert!(
            told[0].starts_with(&format!("SAM refuses `Fn`: {reason} <")),
            "{policies}: {told:?}"
        );
    }
}

#[test]
fn the_name_of_a_deployed_policy_leads_to_its_entry() {
    let (template, _) = expanded("      Timeout: 3\n");
    assert!(template.resource("FnRole").is_some());
    let text = "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies:\n        - A\n        - S3ReadPolicy: {BucketName: b}\n";
    let template = read::read(text, "template.yaml").expect("it is a template");
    let resource = template.resource("Fn").expect("it is there");
    let entry = sam::entry_of("Fn", "FnRolePolicy1").expect("it is one of SAM's");
    let written = sam::written(&entry, resource).expect("it is written");
    assert_eq!(&text[written.span()], "S3ReadPolicy: {BucketName: b}");
    let beyond = sam::entry_of("Fn", "FnRolePolicy2").expect("it is one of SAM's");
    assert_eq!(sam::written(&beyond, resource), None);
}

#[test]
fn the_example_shop_is_read_before_and_after() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop");
    for file in ["template.yaml", "template.fixed.yaml"] {
        let text = fs::read_to_string(examples.join(file)).expect("it is text");
        let mut template = read::read(&text, file).expect("it is a template");
        assert_eq!(sam::expand(&mut template, &Values::default()), [], "{file}");
        let roles = template.resources.iter();
        let roles = roles.filter(|resource| resource.kind == "AWS::IAM::Role");
        let roles: BTreeSet<&str> = roles.map(|role| role.logical_id.as_str()).collect();
        assert_eq!(roles, BTreeSet::from(["ReportRole", "ShopRole"]), "{file}");
    }
}
