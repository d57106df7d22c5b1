//! Nested stacks by local path: which templates the real program reads and edits, and how it says why it leaves others.

use crate::program;
use crate::suggestions::traces;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;

/// A template with a function of this name and a role that may do too much.
fn child(name: &str) -> String {
    format!(
        r#"Resources:
  {name}Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {{Effect: Allow, Action: "sts:AssumeRole", Principal: {{Service: lambda.amazonaws.com}}}}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: [dynamodb:GetItem, dynamodb:Scan]
                Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
              - Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/shop:*"
  {name}:
    Type: AWS::Lambda::Function
    Properties: {{FunctionName: shop, Runtime: python3.14, Role: !GetAtt {name}Role.Arn}}
"#
    )
}

/// A template with a nested stack for each of these paths.
fn parent(paths: &[&str]) -> String {
    let stacks = paths.iter().enumerate().map(|(place, path)| {
        format!(
            "  Nested{place}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: {path}}}\n"
        )
    });
    format!("Resources:\n{}", stacks.collect::<String>())
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}

fn gate(folder: &Path, template: &str, more: &[&str]) -> Output {
    let path = folder.join("traces.json");
    write(&path, &traces("DynamoDB GetItem table_name=orders"));
    let path = path.to_str().expect("a path in UTF-8");
    let mut arguments = vec!["gate", "--format", "json", "--traces", path];
    arguments.extend(["--policy-file", template]);
    arguments.extend(more);
    let mut command = program::command(&arguments);
    command
        .current_dir(folder)
        .output()
        .expect("the program runs")
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn roles(report: &Value) -> Vec<&str> {
    let roles = report["roles"].as_array().expect("roles").iter();
    roles.filter_map(|role| role["role"].as_str()).collect()
}

#[test]
fn what_a_template_names_outside_the_checkout_is_neither_read_nor_written() {
    for has_git in [true, false] {
        let all = tempfile::tempdir().expect("a folder");
        let (checkout, outside) = (all.path().join("checkout"), all.path().join("outside"));
        let (there, secret) = (checkout.join("stacks/in.yaml"), outside.join("out.yaml"));
        write(&there, &child("Inside"));
        write(&secret, &child("Outside"));
        if has_git {
            fs::create_dir(checkout.join(".git")).expect("it can be made");
        }
        symlink(&secret, checkout.join("link.yaml")).expect("a link");
        symlink(&outside, checkout.join("folder")).expect("a link");
        let absolute = secret.to_str().expect("a path in UTF-8");
        let refused = [
            (absolute, "it is outside the checkout"),
            ("../outside/out.yaml", "it is outside the checkout"),
            (
                "stacks/../../outside/out.yaml",
                "it is outside the checkout",
            ),
            ("link.yaml", "a link is there"),
            ("folder/out.yaml", "a link is there"),
            ("gone.yaml", "there is no such file"),
        ];
        let mut paths = vec!["stacks/in.yaml"];
        paths.extend(refused.map(|(path, _)| path));
        write(&checkout.join("template.yaml"), &parent(&paths));
        let before = fs::read(&secret).expect("it is there");
        let output = gate(&checkout, "template.yaml", &["--write"]);
        let report = report(&output);
        assert_eq!(roles(&report), ["InsideRole"], "{report:#}");
        let gaps = report["evidence"]["gaps"].to_string();
        for (place, (_, why)) in refused.iter().enumerate() {
            let told = format!("the nested stack `Nested{}` is not judged", place + 1);
            assert!(gaps.contains(&told) && gaps.contains(why), "{told}: {gaps}");
        }
        let now = fs::read_to_string(&there).expect("it is there");
        assert!(!now.contains("dynamodb:Scan"), "{now}");
        assert_eq!(fs::read(&secret).expect("it is there"), before);
        assert_eq!(fs::read_dir(&outside).expect("a folder").count(), 1);
    }
}

#[test]
fn a_template_that_the_user_names_may_be_anywhere() {
    let all = tempfile::tempdir().expect("a folder");
    let (checkout, outside) = (all.path().join("checkout"), all.path().join("outside"));
    write(
        &checkout.join("template.yaml"),
        &parent(&["../outside/out.yaml"]),
    );
    write(&outside.join("out.yaml"), &child("Outside"));
    let report = report(&gate(
        &checkout,
        "template.yaml",
        &["--policy-file", "../outside/out.yaml"],
    ));
    assert_eq!(roles(&report), ["OutsideRole"], "{report:#}");
    assert!(!report["evidence"]["gaps"].to_string().contains("nested"));
}

#[test]
fn without_git_the_current_folder_is_the_checkout_of_what_is_in_it() {
    let all = tempfile::tempdir().expect("a folder");
    write(
        &all.path().join("app/template.yaml"),
        &parent(&["../stacks/a.yaml"]),
    );
    write(&all.path().join("stacks/a.yaml"), &child("Shared"));
    let inside = report(&gate(all.path(), "app/template.yaml", &[]));
    assert_eq!(roles(&inside), ["SharedRole"], "{inside:#}");
    let beside = gate(&all.path().join("app"), "template.yaml", &[]);
    let told = String::from_utf8_lossy(&beside.stdout).into_owned();
    assert!(told.contains("it is outside the checkout"), "{told}");
}

#[test]
fn a_nested_template_that_is_broken_is_told_with_who_names_it() {
    for broken in ["Resources:\n  A: {Type: AWS::IAM::Role\n", "a: [1\n"] {
        let folder = tempfile::tempdir().expect("a folder");
        write(
            &folder.path().join("template.yaml"),
            &parent(&["stacks/a.yaml"]),
        );
        write(&folder.path().join("stacks/a.yaml"), broken);
        let output = gate(folder.path(), "template.yaml", &[]);
        assert_eq!(output.status.code(), Some(2));
        let told = program::unwrapped(&String::from_utf8_lossy(&output.stderr));
        for part in [
            "the template `stacks/a.yaml` line ",
            "the template of the nested stack `Nested0` of `template.yaml` line 2",
        ] {
            assert!(told.contains(part), "{told}");
        }
    }
}
