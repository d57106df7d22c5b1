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

/// A role that may read one table in three ways.
fn role(table: &str) -> String {
    format!(
        r#"  Role:
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
                Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:Scan]
                Resource: !Sub "arn:aws:dynamodb:eu-west-1:111122223333:table/{table}"
              - Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/*"
"#
    )
}

/// A function of a name with a role.
fn function(name: &str, role: &str) -> String {
    format!(
        "  Fn:\n    Type: AWS::Lambda::Function\n    Properties: {{FunctionName: {name}, Runtime: python3.14, Role: {role}}}\n"
    )
}

/// A nested stack with what it is given.
fn stack(id: &str, path: &str, parameters: &str) -> String {
    format!(
        "  {id}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: {path}, Parameters: {{{parameters}}}}}\n"
    )
}

/// The names of the functions of a role, and the actions that it is granted too much.
fn judged<'r>(report: &'r Value, id: &str) -> (Vec<&'r str>, String) {
    let mut roles = report["roles"].as_array().expect("roles").iter();
    let role = roles.find(|role| role["role"] == id).expect("the role");
    let functions = role["functions"].as_array().expect("functions").iter();
    let names = functions.map(|own| own["arn"].as_str().expect("an ARN"));
    let excess = role["excess"].as_array().expect("excess").iter();
    let actions: Vec<String> = excess.map(|own| own["actions"].to_string()).collect();
    (
        names.filter_map(|arn| arn.rsplit(':').next()).collect(),
        actions.concat(),
    )
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

/// Traces of a function that gets items, and of another one that queries.
fn two_functions(folder: &Path) {
    let get = traces("DynamoDB GetItem table_name=orders");
    let query = traces("DynamoDB Query table_name=parcels")
        .replace("function:shop", "function:parcels")
        .replace("1-6553f100-", "1-6553f101-");
    write(&folder.join("two.jsonl"), &format!("{get}\n{query}\n"));
}

fn gate_two(folder: &Path, more: &[&str]) -> Output {
    two_functions(folder);
    let mut arguments = vec!["gate", "--format", "json", "--traces", "two.jsonl"];
    arguments.extend(["--policy-file", "template.yaml"]);
    arguments.extend(more);
    let mut command = program::command(&arguments);
    command
        .current_dir(folder)
        .output()
        .expect("the program runs")
}

#[test]
fn a_template_that_is_nested_twice_is_judged_by_the_functions_of_both_stacks() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let child = format!(
        "Parameters:\n  Name: {{Type: String}}\nResources:\n{}{}",
        role("${Name}"),
        function("!Ref Name", "!GetAtt Role.Arn")
    );
    write(&folder.join("child.yaml"), &child);
    let both = format!(
        "Resources:\n{}{}",
        stack("A", "child.yaml", "Name: shop"),
        stack("B", "child.yaml", "Name: parcels")
    );
    write(&folder.join("template.yaml"), &both);
    let output = gate_two(folder, &["--write"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(3), "{report:#}");
    let (functions, excess) = judged(&report, "Role");
    assert_eq!(functions, ["parcels", "shop"]);
    assert!(excess.contains("dynamodb:Scan"), "{excess}");
    for called in ["dynamodb:GetItem", "dynamodb:Query"] {
        assert!(!excess.contains(called), "{excess}");
    }
    // What is written serves both stacks: no value of one of them is in it.
    let now = fs::read_to_string(folder.join("child.yaml")).expect("it is there");
    assert!(!now.contains("dynamodb:Scan"), "{now}");
    assert!(!now.contains("parcels") && !now.contains("shop"), "{now}");
    // A function of one of them that no trace has is told by its name.
    let other = both.replace("Name: parcels", "Name: letters");
    write(&folder.join("template.yaml"), &other);
    let output = gate_two(folder, &[]);
    assert_eq!(output.status.code(), Some(4));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("`Fn` is called `letters`"), "{told}");
}

#[test]
fn a_role_that_is_handed_on_is_judged_by_the_function_that_takes_it() {
    let resources = |text: &str| format!("Resources:\n{text}");
    let parameter = "Parameters:\n  RoleArn: {Type: String}\n";
    let own = resources(&role("orders"));
    let taking = function("shop", "!Ref RoleArn");
    let taking = format!("{parameter}{}", resources(&taking));
    let outputs = "Outputs:\n  RoleArn: {Value: !GetAtt Role.Arn}\n";
    let in_sub = taking.replace(
        "!Ref RoleArn",
        r#"!Sub "arn:aws:iam::111122223333:role/${RoleArn}""#,
    );
    let given = |value: &str| stack("A", "a.yaml", &format!("RoleArn: {value}"));
    let cases = [
        // To the function of a nested stack, by ARN or by name.
        (
            format!("{own}{}", given("!GetAtt Role.Arn")),
            taking.clone(),
            String::new(),
        ),
        (
            format!("{own}{}", given(r#"!Sub "${Role.Arn}""#)),
            taking.clone(),
            String::new(),
        ),
        (
            format!("{own}{}", given("!Ref Role")),
            in_sub,
            String::new(),
        ),
        // To the function of the stack around it.
        (
            resources(&(stack("A", "a.yaml", "") + &function("shop", "!GetAtt A.Outputs.RoleArn"))),
            format!("{own}{outputs}"),
            String::new(),
        ),
        // From one nested stack to the next.
        (
            resources(
                &(stack("A", "a.yaml", "RoleArn: !GetAtt B.Outputs.RoleArn")
                    + &stack("B", "b.yaml", "")),
            ),
            taking.clone(),
            format!("{own}{outputs}"),
        ),
        // Two stacks deep.
        (
            format!("{own}{}", given("!GetAtt Role.Arn")),
            format!(
                "{parameter}{}",
                resources(&stack("B", "b.yaml", "RoleArn: !Ref RoleArn"))
            ),
            taking,
        ),
    ];
    for (template, a, b) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [("template.yaml", &template), ("a.yaml", &a), ("b.yaml", &b)] {
            write(&folder.path().join(name), text);
        }
        let report = report(&gate(folder.path(), "template.yaml", &[]));
        let (functions, excess) = judged(&report, "Role");
        assert_eq!(functions, ["shop"], "{template}\n{report:#}");
        assert!(
            !excess.contains("GetItem") && excess.contains("Query"),
            "{excess}"
        );
        assert_eq!(report["verdict"], "fail", "{template}\n{report:#}");
        assert_eq!(report["evidence"]["gaps"].as_array().map(Vec::len), Some(0));
    }
}

#[test]
fn a_role_that_is_handed_to_what_is_not_read_has_no_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = format!("Resources:\n{}", role("orders"));
    let own = own + &function("shop", "!GetAtt Role.Arn");
    for (given, code) in [("Arn: !GetAtt Role.Arn", 4), ("Arn: other", 3)] {
        let text = own.clone() + &stack("A", "/etc/hostname", given);
        write(&folder.path().join("template.yaml"), &text);
        let output = gate(folder.path(), "template.yaml", &[]);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{told}");
        let is_told = told.contains("the role is handed to the nested stack `A`");
        assert_eq!(is_told, code == 4, "{told}");
    }
}

#[test]
fn a_samconfig_that_leads_out_of_the_checkout_is_left_and_told() {
    let all = tempfile::tempdir().expect("a folder");
    let (checkout, outside) = (all.path().join("checkout"), all.path().join("outside"));
    let text = "[default.deploy.parameters]\nparameter_overrides = \"Name=secret\"\n";
    write(&outside.join("samconfig.toml"), text);
    let template = format!("Parameters:\n  Name: {{Type: String}}\n{}", child("Inside"));
    write(&checkout.join("template.yaml"), &template);
    symlink(
        outside.join("samconfig.toml"),
        checkout.join("samconfig.toml"),
    )
    .expect("a link");
    let output = gate(&checkout, "template.yaml", &[]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("samconfig"));
    let told = program::unwrapped(&String::from_utf8_lossy(&output.stderr));
    assert!(
        told.contains("`samconfig.toml` is not read: a link is there"),
        "{told}"
    );
    let output = gate(&checkout, "template.yaml", &["--samconfig-env", "default"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_role_that_is_exported_is_judged_by_the_function_that_imports_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let own = format!(
        "Resources:\n{}Outputs:\n  Arn: {{Value: !GetAtt Role.Arn, Export: {{Name: shop-role}}}}\n",
        role("orders")
    );
    let taking = format!("Resources:\n{}", function("shop", "!ImportValue shop-role"));
    write(&folder.join("template.yaml"), &own);
    write(&folder.join("other.yaml"), &taking);
    let report = report(&gate(
        folder,
        "template.yaml",
        &["--policy-file", "other.yaml"],
    ));
    let (functions, excess) = judged(&report, "Role");
    assert_eq!(functions, ["shop"], "{report:#}");
    assert!(excess.contains("Query"), "{excess}");
}
