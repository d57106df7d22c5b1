//! A template judged beside its deployed stack: names come from the stack, nothing of the template is guessed.

use super::moto::Moto;
use super::program::{report, run, traces};
use super::shop::{Policies, Shop};
use super::xray_server::{Behaviour, XrayServer};
use serde_json::Value;
use std::fs;

/// The template that the stack was made from, as far as it matters here, with policies of its own. It names no function: the stack
/// tells which ones they are.
const TEMPLATE: &str = r"Resources:
  Orders: {Type: AWS::SQS::Queue}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: dynamodb:PutItem
                Resource: !Sub arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders
              - Effect: Allow
                Action: sqs:PurgeQueue
                Resource: !GetAtt Orders.Arn
  Checkout:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn}
  Refund:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn}
";

#[test]
fn a_template_is_joined_to_its_stack() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    let seen = traces(&["checkout", "refund", "audit", "report"]);
    let xray = XrayServer::start(seen, Behaviour::default());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("template.yaml");
    fs::write(&path, TEMPLATE).expect("it can be written");
    let path = path.to_str().expect("a path");
    let arguments = [
        "gate",
        "--format",
        "json",
        "--stack",
        "shop",
        "--policy-file",
        path,
    ];
    let told = report(&run(&arguments, &moto.url(), &xray.url()), 3);
    let roles = told["roles"].as_array().expect("roles");
    assert_eq!(roles.len(), 1, "{told:#}");
    let functions = roles[0]["functions"].as_array().expect("functions");
    let named = |name: &str| {
        let is_meant = |function: &&Value| {
            let arn = function["arn"].as_str();
            arn.is_some_and(|arn| arn.ends_with(&format!(":function:{name}")))
        };
        functions.iter().find(is_meant).is_some()
    };
    assert!(named("checkout") && named("refund"), "{told:#}");
    let excess = roles[0]["excess"].as_array().expect("excess");
    let purge = excess
        .iter()
        .find(|finding| finding["actions"][0] == "sqs:PurgeQueue")
        .expect("it was never called");
    assert_eq!(purge["resources"][0], shop.queue_arn.as_str());
    assert_eq!(purge["origins"][0]["line"], 14);
    assert!(
        excess
            .iter()
            .all(|finding| finding["actions"][0] != "dynamodb:PutItem"),
        "{told:#}"
    );
}
