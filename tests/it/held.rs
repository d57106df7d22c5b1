//! What is accepted, or in the baseline, of a grant that is wider: the grant fails the gate, its edit leaves what is held, and the
//! gate on what was edited passes.

use crate::program;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const TABLES: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table";

/// A folder with traces of a function that puts items into `orders`, and a policy.
struct Folder(TempDir);

impl Folder {
    fn with(statements: &Value) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        let id = "1-6553f100-000000000000000000000001";
        let document = json!({
            "id": "f000000000000000", "trace_id": id, "name": "shop", "origin": "AWS::Lambda::Function",
            "start_time": 1_700_000_000.0, "end_time": 1_700_000_000.5,
            "aws": {"function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:shop"},
            "subsegments": [{
                "id": "0000000000000001", "name": "DynamoDB", "namespace": "aws",
                "start_time": 1_700_000_000.1, "end_time": 1_700_000_000.2,
                "aws": {"operation": "PutItem", "region": "eu-west-1", "table_name": "orders"},
                "http": {"response": {"status": 200}},
            }],
        });
        folder.write("traces.json", &document.to_string());
        let policy = json!({"Version": "2012-10-17", "Statement": statements});
        let text = serde_json::to_string_pretty(&policy).expect("it is JSON");
        folder.write("role.json", &text);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a file");
    }

    fn policy(&self) -> Value {
        let text = fs::read_to_string(self.path().join("role.json")).expect("a file");
        serde_json::from_str(&text).expect("it is JSON")
    }

    /// Runs a command, and gives its exit code with all that it said.
    fn run(&self, command: &str, more: &[&str]) -> (Option<i32>, String) {
        let mut arguments = vec![command, "--traces", "traces.json"];
        arguments.extend(["--policy-file", "role.json"]);
        if command == "gate" {
            arguments.extend(["--min-traces", "1"]);
        }
        arguments.extend(more);
        let ran = program::command(&arguments)
            .current_dir(self.path())
            .output()
            .expect("the program runs");
        let mut said = String::from_utf8_lossy(&ran.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&ran.stderr));
        (ran.status.code(), said)
    }

    /// Edits the policy, and sees that it fails before, passes after, and that a second edit changes nothing.
    fn edited(&self, more: &[&str]) -> Vec<(Value, Value)> {
        let with = |own: &[&str]| {
            let all: Vec<&str> = own.iter().chain(more).copied().collect();
            self.run("gate", &all)
        };
        let (code, said) = with(&["--write"]);
        assert_eq!(code, Some(3), "{said}");
        let edited = self.policy();
        let (code, said) = with(&[]);
        assert_eq!(code, Some(0), "{said}{edited:#}");
        assert!(
            !said.contains("no longer true") && !said.contains("accepts nothing"),
            "{said}"
        );
        with(&["--write"]);
        assert_eq!(self.policy(), edited, "a second edit changes nothing");
        let statements = edited["Statement"].as_array().expect("a list").iter();
        let each = statements.map(|own| (own["Action"].clone(), own["Resource"].clone()));
        let mut each: Vec<(Value, Value)> = each.collect();
        each.sort_by_key(|(action, _)| action.to_string());
        each
    }
}

fn allow(actions: &Value, resources: &Value) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

fn accept(actions: &str, resources: &str) -> String {
    format!(
        "accept:\n  - {{actions: [{actions}], resources: \"{resources}\", reason: the year's end, until: 2999-12-31}}\n"
    )
}

/// What is left of one statement under an entry of the configuration.
fn left(actions: &str, resource: &str, config: &str) -> Vec<(Value, Value)> {
    let folder = Folder::with(&json!([allow(&json!(actions), &json!(resource))]));
    folder.write(".least-privilege.yml", config);
    folder.edited(&[])
}

#[test]
fn what_is_accepted_on_one_of_all_tables_stays() {
    let archive = format!("{TABLES}/archive");
    let orders = format!("{TABLES}/orders");
    for wide in ["dynamodb:*Item", "dynamodb:?*Item"] {
        for on in [format!("{TABLES}/*"), "*".to_owned()] {
            let config = accept("dynamodb:DeleteItem", &archive);
            assert_eq!(
                left(wide, &on, &config),
                [
                    (json!("dynamodb:DeleteItem"), json!(archive)),
                    (json!("dynamodb:PutItem"), json!(orders))
                ],
                "{wide} on {on}"
            );
        }
    }
}

#[test]
fn what_is_accepted_beside_what_is_needed_stays_beside_it() {
    let config = accept("dynamodb:PutItem", &format!("{TABLES}/archive"));
    assert_eq!(
        left("dynamodb:PutItem", &format!("{TABLES}/*"), &config),
        [(
            json!("dynamodb:PutItem"),
            json!([format!("{TABLES}/archive"), format!("{TABLES}/orders")])
        )]
    );
}

#[test]
fn what_is_accepted_with_a_wildcard_of_its_own_stays_as_wide_as_that() {
    // In any region, of which the policy grants one.
    let config = accept("dynamodb:DeleteItem", "arn:aws:dynamodb:*:*:table/a*");
    assert_eq!(
        left("dynamodb:*Item", &format!("{TABLES}/*"), &config)[0],
        (json!("dynamodb:DeleteItem"), json!(format!("{TABLES}/a*")))
    );
}

#[test]
fn what_the_baseline_has_on_one_of_all_tables_stays() {
    let archive = format!("{TABLES}/archive");
    let put = allow(
        &json!("dynamodb:PutItem"),
        &json!(format!("{TABLES}/orders")),
    );
    let folder = Folder::with(&json!([
        put,
        allow(&json!("dynamodb:DeleteItem"), &json!(archive))
    ]));
    folder.run("baseline", &[]);
    let wide = Folder::with(&json!([allow(
        &json!("dynamodb:*Item"),
        &json!(format!("{TABLES}/*"))
    )]));
    let name = ".least-privilege.baseline.json";
    let baseline = fs::read_to_string(folder.path().join(name)).expect("a baseline");
    wide.write(name, &baseline);
    // Pruned while more is granted, it is as it was.
    wide.run("baseline", &["--prune"]);
    let pruned = fs::read_to_string(wide.path().join(name)).expect("a baseline");
    assert_eq!(pruned, baseline);
    assert_eq!(
        wide.edited(&["--baseline", name, "--scope", "new"])[0],
        (json!("dynamodb:DeleteItem"), json!(archive))
    );
}

#[test]
fn what_was_accepted_and_is_over_goes_with_the_rest() {
    let config =
        accept("dynamodb:DeleteItem", &format!("{TABLES}/archive")).replace("2999", "2020");
    let policy = json!([allow(
        &json!("dynamodb:*Item"),
        &json!(format!("{TABLES}/*"))
    )]);
    let folder = Folder::with(&policy);
    folder.write(".least-privilege.yml", &config);
    let (code, said) = folder.run("gate", &["--write"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(!folder.policy().to_string().contains("archive"));
}

#[test]
fn a_policy_has_one_name_whichever_way_leads_to_it() {
    let folder = Folder::with(&json!([allow(
        &json!("dynamodb:*Item"),
        &json!(format!("{TABLES}/orders"))
    )]));
    fs::create_dir(folder.path().join("a")).expect("a folder");
    let name = ".least-privilege.baseline.json";
    folder.run("baseline", &[]);
    let own = folder
        .path()
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let absolute = folder.path().join("role.json").display().to_string();
    for path in [
        "./role.json".to_owned(),
        "a/../role.json".to_owned(),
        absolute,
        format!("../{own}/role.json"),
        format!("a/../../{own}/./role.json"),
    ] {
        let arguments = [
            "gate",
            "--traces",
            "traces.json",
            "--min-traces",
            "1",
            "--policy-file",
            &path,
            "--baseline",
            name,
            "--scope",
            "new",
        ];
        let ran = program::command(&arguments)
            .current_dir(folder.path())
            .output()
            .expect("the program runs");
        assert_eq!(ran.status.code(), Some(0), "{path}");
    }
}
