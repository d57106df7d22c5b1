//! Annotations, the summary and the outputs; and that none of them, when it fails, changes the verdict.

use super::step::{Ran, Step};
use aws_least_privilege::compare::Severity;
use aws_least_privilege::deliver::outputs::Outputs;
use aws_least_privilege::report::annotations;
use proptest::prelude::*;
use std::fs;

fn shop() -> Step {
    Step::of_the_shop("shop-role.json")
}

#[test]
fn findings_are_on_the_lines_of_the_policy_file_worst_first() {
    let ran = shop().with("policy-file", "./role.json").run();
    ran.assert_code(3);
    let errors = ran.named("error");
    let places: Vec<(&str, &str)> = errors
        .iter()
        .map(|error| {
            (
                error.property("file").expect("a file"),
                error.property("line").expect("a line"),
            )
        })
        .collect();
    let lines = ["70", "93", "99", "45", "7", "26", "27"];
    assert_eq!(places, lines.map(|line| ("role.json", line)));
    assert_eq!(
        errors[0].property("title"),
        Some("critical: granted beyond what was called")
    );
    assert_eq!(
        errors[0].data,
        "./role.json: iam:PassRole on *: never called; no iam call at all was seen"
    );
    assert_eq!(
        ran.named("notice").len(),
        1,
        "what does not fail is no error"
    );
}

#[test]
fn no_more_than_ten_are_shown_and_the_rest_is_counted() {
    let mut report = crate::reports::of_text("role.json");
    report.roles[0].excess = (0..14)
        .map(|_| crate::reports::excess("role.json", None))
        .collect();
    let marks = annotations::render(&report, Some(Severity::Medium));
    assert_eq!((marks.shown.len(), marks.all), (10, 14));
    let lines = (0..14).map(|number| {
        format!(r#"{{"Effect": "Allow", "Action": "sqs:PurgeQueue", "Resource": "arn:aws:sqs:eu-west-1:111122223333:q{number}"}}"#)
    });
    let lines: Vec<String> = lines.collect();
    let step = shop();
    let policy = format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [\n{}\n]}}",
        lines.join(",\n")
    );
    fs::write(step.workspace().join("role.json"), policy).expect("a file");
    let ran = step.run();
    ran.assert_code(3);
    assert_eq!(ran.named("error").len(), 10, "{}", ran.stdout);
    assert!(
        ran.stdout
            .ends_with("and 4 more, in the summary of this step\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_outputs_are_set() {
    let ran = shop().run();
    ran.assert_code(3);
    assert_eq!(ran.output("outcome").as_deref(), Some("fail"));
    assert_eq!(ran.output("excess-count").as_deref(), Some("8"));
    assert_eq!(ran.output("missing-count").as_deref(), Some("1"));
    assert_eq!(ran.output("undecided-count").as_deref(), Some("6"));
    let ran = Step::of_the_shop("shop-role.fixed.json").run();
    ran.assert_code(0);
    assert_eq!(ran.output("outcome").as_deref(), Some("pass"));
    let ran = shop().with("min-traces", "1000").run();
    ran.assert_code(4);
    assert_eq!(ran.output("outcome").as_deref(), Some("inconclusive"));
    assert!(
        !ran.named("warning").is_empty(),
        "the run says why: {}",
        ran.stdout
    );
    let ran = shop()
        .with("min-traces", "1000")
        .with("on-inconclusive", "warn")
        .run();
    ran.assert_code(0);
    assert_eq!(ran.output("outcome").as_deref(), Some("inconclusive"));
}

#[test]
fn the_summary_is_appended() {
    let step = shop();
    let summary = step.folder().join("commands/summary");
    fs::write(&summary, "## Before us, without a line end").expect("a file");
    fs::write(step.folder().join("commands/output"), "before=us").expect("a file");
    let ran = step.run();
    ran.assert_code(3);
    assert!(
        ran.summary
            .starts_with("## Before us, without a line end\n## ❌ Fail: 8 permissions"),
        "{}",
        ran.summary
    );
    assert_eq!(ran.outputs()[0], ("before".to_owned(), "us".to_owned()));
    assert_eq!(ran.outputs().len(), 6);
}

#[test]
fn a_summary_that_is_nearly_full_gets_what_there_is_room_for() {
    for (taken, fits) in [(1_048_576 - 3000, true), (1_048_576 - 10, false)] {
        let step = shop();
        fs::write(
            step.folder().join("commands/summary"),
            "a\n".repeat(taken / 2),
        )
        .expect("a file");
        let ran = step.run();
        ran.assert_code(3);
        assert!(ran.summary.len() <= 1_048_576);
        assert_eq!(ran.summary.contains("❌ Fail"), fits);
        assert_eq!(
            undelivered(&ran).len(),
            usize::from(!fits),
            "{}",
            ran.stdout
        );
    }
}

/// What is said not to have been delivered.
fn undelivered(ran: &Ran) -> Vec<String> {
    let notices = ran.named("notice").into_iter().map(|notice| notice.data);
    notices
        .filter(|notice| notice.contains("could not be delivered"))
        .collect()
}

#[test]
fn a_delivery_that_fails_changes_no_verdict() {
    let policies = [
        ("shop-role.json", 3, "fail"),
        ("shop-role.fixed.json", 0, "pass"),
    ];
    for (policy, code, outcome) in policies {
        for broken in ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"] {
            for path in ["/", "/nowhere/to/be/found", "/proc/version"] {
                let ran = Step::of_the_shop(policy).set(broken, path).run();
                ran.assert_code(code);
                let said = undelivered(&ran);
                assert_eq!(said.len(), 1, "{broken}={path}: {}", ran.stdout);
                assert!(said[0].ends_with("The verdict is the same."), "{said:?}");
                if broken != "GITHUB_OUTPUT" {
                    assert_eq!(ran.output("outcome").as_deref(), Some(outcome));
                }
            }
        }
        let ran = Step::of_the_shop(policy)
            .set("GITHUB_STEP_SUMMARY", "")
            .set("GITHUB_OUTPUT", "")
            .run();
        ran.assert_code(code);
        assert_eq!(undelivered(&ran), [] as [String; 0]);
        let ran = Step::of_the_shop(policy)
            .set("GITHUB_EVENT_PATH", "/nowhere")
            .run();
        ran.assert_code(code);
    }
}

#[test]
fn a_failure_is_delivered_too() {
    let ran = shop().with("policy-file", "missing.json").run();
    ran.assert_code(2);
    assert_eq!(ran.named("error").len(), 1, "{}", ran.stdout);
    assert!(ran.named("error")[0].data.contains("missing.json"));
    assert!(
        ran.summary
            .starts_with("## ❌ Error: the gate could not be held\n"),
        "{}",
        ran.summary
    );
    assert_eq!(ran.output("outcome").as_deref(), Some("error"));
}

proptest! {
    #[test]
    fn t6_no_value_sets_another_output(values in prop::collection::vec("(outcome|=|<<|EOF|outputs_0|\r|\n|\u{2028}|[a-z]{0,3}){0,8}", 1..4)) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("output");
        let names = ["outcome", "report-file", "comment-url"];
        let mut outputs = Outputs::default();
        for (name, value) in names.iter().zip(&values) {
            outputs.set(name, value.as_str());
        }
        outputs.append(&file).expect("they are written");
        let text = fs::read_to_string(&file).expect("they are there");
        let read = super::runner::outputs(&text).expect("the runner reads them");
        let set: Vec<(String, String)> = names.iter().zip(&values)
            .map(|(name, value)| ((*name).to_owned(), value.replace(['\n', '\r'], "")))
            .collect();
        prop_assert_eq!(read, set);
    }
}

#[test]
fn t6_delimiters_cannot_be_guessed() {
    let delimiter = || {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("output");
        let mut outputs = Outputs::default();
        outputs.set("outcome", "pass");
        outputs.append(&file).expect("they are written");
        let text = fs::read_to_string(&file).expect("they are there");
        text.lines().last().expect("a line").to_owned()
    };
    let (one, other) = (delimiter(), delimiter());
    assert_ne!(one, other);
    assert!(one.len() >= 32, "{one}");
}
