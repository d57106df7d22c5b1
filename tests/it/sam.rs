//! What is made of SAM templates, held against what AWS's own transform makes of them, element for element.

use crate::pip;
use aws_least_privilege::template::{Resource, Template, Values, sam};
use aws_least_privilege::yaml::{Key, Node, Span, Value as Element};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const REQUIREMENTS: &str = include_str!("../sam/requirements.txt");

/// One region of each partition that SAM names managed policies for.
const REGIONS: [&str; 3] = ["eu-west-1", "cn-north-1", "us-gov-west-1"];

/// Types that are compared, and their properties that are not: what is no setting that a role depends on.
const COMPARED: [(&str, &[&str]); 13] = [
    ("AWS::IAM::Role", &["Tags"]),
    ("AWS::IAM::Policy", &[]),
    ("AWS::IAM::ManagedPolicy", &[]),
    ("AWS::Lambda::Function", &["Code", "Tags", "CapacityProviderConfig"]),
    ("AWS::Lambda::EventSourceMapping", &["Tags"]),
    ("AWS::Lambda::EventInvokeConfig", &[]),
    (
        "AWS::StepFunctions::StateMachine",
        &["Definition", "DefinitionString", "DefinitionSubstitutions", "Tags"],
    ),
    ("AWS::DynamoDB::Table", &["Tags"]),
    ("AWS::SQS::Queue", &["Tags"]),
    ("AWS::SNS::Topic", &["Tags"]),
    ("AWS::Scheduler::Schedule", &[]),
    (
        "AWS::Events::Rule",
        &["EventPattern", "ScheduleExpression", "State", "EventBusName", "Targets"],
    ),
    (
        "AWS::AppSync::DataSource",
        &["ApiId", "Name", "Type", "Description", "DynamoDBConfig", "LambdaConfig"],
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

fn element(json: &Value) -> Node {
    let value = match json {
        Value::Null => Element::Null,
        Value::Bool(truth) => Element::Bool(*truth),
        Value::Number(number) => Element::Number(number.to_string()),
        Value::String(text) => Element::Text(text.clone()),
        Value::Array(items) => Element::List(items.iter().map(element).collect()),
        Value::Object(entries) => {
            let entry = |(text, json): (&String, &Value)| {
                let key = Key {
                    span: Span::default(),
                    text: text.clone(),
                };
                (key, element(json))
            };
            Element::Map(entries.iter().map(entry).collect())
        }
    };
    Node::written(Span::default(), value)
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

/// A template that was read, and what is known of its stack.
fn template(read: &Value, region: &str) -> (Template, Values) {
    let empty = Map::new();
    let section = |name: &str| read[name].as_object().unwrap_or(&empty);
    let resource = |(id, written): (&String, &Value)| Resource {
        logical_id: id.clone(),
        kind: written["Type"].as_str().expect("it has a type").to_owned(),
        properties: element(&written["Properties"]),
        condition: written["Condition"].as_str().map(str::to_owned),
        node: element(written),
        span: Span::default(),
    };
    let named = |(name, json): (&String, &Value)| (name.clone(), element(json));
    let template = Template {
        globals: read.get("Globals").map(element),
        conditions: section("Conditions").iter().map(named).collect(),
        resources: section("Resources").iter().map(resource).collect(),
    };
    let parameters = section("Parameters").iter();
    let parameters = parameters
        .filter_map(|(name, said)| Some((name.clone(), element(said.get("Default")?))));
    let values = Values {
        parameters: parameters.collect(),
        region: Some(region.to_owned()),
    };
    (template, values)
}

/// What is compared of a resource.
fn compared(kind: &str, properties: &Value, condition: Option<&str>) -> Option<Value> {
    let (_, left_out) = COMPARED.iter().find(|(known, _)| *known == kind)?;
    let mut kept = properties.as_object().cloned().unwrap_or_default();
    kept.retain(|name, value| !left_out.contains(&name.as_str()) && !value.is_null());
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
        Some((id.clone(), compared(kind, &resource["Properties"], condition)?))
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

#[test]
fn templates_become_what_aws_makes_of_them() {
    let mut wrong = Vec::new();
    for region in REGIONS {
        let transformed = transformed(region);
        assert!(transformed.len() >= 60, "{} templates", transformed.len());
        for (file, said) in &transformed {
            assert!(!said["made"].is_null(), "{file}: {}", said["refused"]);
            let (mut template, values) = template(&said["read"], region);
            sam::expand(&mut template, &values);
            let (theirs, ours) = (theirs(&said["made"]), ours(&template));
            for id in theirs.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
                let (their, our) = (theirs.get(id), ours.get(id));
                if their != our {
                    let show = |made: Option<&Value>| made.map_or("nothing".to_owned(), Value::to_string);
                    let (their, our) = (show(their), show(our));
                    wrong.push(format!("{region} {file} {id}\n  AWS  {their}\n  here {our}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
