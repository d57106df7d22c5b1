//! The comment in each of its states, kept as files under `tests/snapshots/`, and what others write in it.

use crate::markdown::{HOSTILE, MARK, assert_is_balanced, assert_is_in_code, shape};
use crate::reports;
use crate::snapshots::assert_is_snapshot;
use aws_least_privilege::compare::{Kind, Lack, Origin, Severity};
use aws_least_privilege::judge::{State, Verdict};
use aws_least_privilege::report::comment::{
    Accepting, COMMENT_BYTES, Context, Elsewhere, failure, has_something_to_say, render,
    render_within,
};
use aws_least_privilege::report::redact::redact;
use aws_least_privilege::report::{
    Accepted, Advice, ConfigChange, Evidence, Excess, Function, Lacking, Missing, Report, Role,
    SCHEMA_VERSION, Stale, Suggested, Undecided, UnmatchedAccept, Window, json,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const ACCOUNT: &str = "111122223333";
const DIFF: &str = "--- policies/orders-writer.json
+++ policies/orders-writer.json
@@ -5,13 +5,10 @@
       \"Effect\": \"Allow\",
       \"Action\": [
         \"dynamodb:PutItem\",
-        \"dynamodb:UpdateItem\",
-        \"dynamodb:DeleteTable\",
-        \"dynamodb:Scan\"
+        \"dynamodb:UpdateItem\"
       ],
-      \"Resource\": \"*\"
+      \"Resource\": \"arn:aws:dynamodb:eu-west-1:111122223333:table/orders\"
     }
   ]
 }
";
const POLICY: &str = "{
  \"Version\": \"2012-10-17\",
  \"Statement\": [
    {
      \"Sid\": \"Orders\",
      \"Effect\": \"Allow\",
      \"Action\": [
        \"dynamodb:PutItem\",
        \"dynamodb:UpdateItem\"
      ],
      \"Resource\": \"arn:aws:dynamodb:eu-west-1:111122223333:table/orders\"
    }
  ]
}
";

fn context() -> Context {
    Context {
        subject: vec!["orders-prod".to_owned()],
        commit: Some("ec26c3e57ca3a959ca5aad62de7213c562f8c821".to_owned()),
        run_url: Some("https://github.com/acme/shop/actions/runs/1658821493".to_owned()),
        arguments: ["--stack", "orders-prod", "--region", "eu-west-1"]
            .map(str::to_owned)
            .to_vec(),
        elsewhere: Elsewhere::Same,
        files_url: Some(
            "https://github.com/acme/shop/blob/ec26c3e57ca3a959ca5aad62de7213c562f8c821".to_owned(),
        ),
        pages_url: Some(
            "https://github.com/aws-least-privilege/aws-least-privilege/blob/v1".to_owned(),
        ),
        has_base: true,
        is_deployed: false,
        suggestions: true,
        config: ".least-privilege.yml".to_owned(),
        accepting: Accepting::OnBase,
        base: Some("main".to_owned()),
        grace: None,
    }
}

fn report(roles: Vec<Role>) -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        verdict: roles
            .iter()
            .map(|role| role.verdict)
            .max()
            .unwrap_or(Verdict::Inconclusive),
        fail_on: Some(Severity::Medium),
        window: Window {
            start: Some("2026-10-24T08:00:00Z".to_owned()),
            end: Some("2026-11-23T08:00:00Z".to_owned()),
        },
        judged_on: None,
        evidence: Evidence {
            sources: vec!["x-ray".to_owned()],
            traces: 18_204,
            segments: 40_000,
            calls: 61_033,
            scanned: None,
            appeal: None,
            region: None,
            account: None,
            others: Vec::new(),
            gaps: Vec::new(),
        },
        roles,
        not_judged: None,
        unmatched_accepts: Vec::new(),
        config_changes: Vec::new(),
        former_names: Vec::new(),
        accepts_count: false,
        next: Vec::new(),
    }
}

fn role(name: &str, verdict: Verdict, excess: Vec<Excess>) -> Role {
    Role {
        role: Some(format!("arn:aws:iam::{ACCOUNT}:role/{name}")),
        verdict,
        would_fail: false,
        policy_files: vec![format!("policies/{name}.json")],
        functions: vec![Function {
            arn: format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}"),
            traces: 9102,
            calls: 30_000,
            target: true,
            logical_id: None,
            waits: None,
        }],
        split: Vec::new(),
        given_up: Vec::new(),
        unknown_grants: Vec::new(),
        unread: None,
        insufficient: Vec::new(),
        known: Vec::new(),
        needed: Vec::new(),
        excess,
        not_judged: 0,
        missing: Vec::new(),
        undecided: Vec::new(),
        dead: Vec::new(),
        suggested: Vec::new(),
        stale: Vec::new(),
        logical_id: None,
        framework: None,
        written_as: BTreeMap::new(),
        gaps: Vec::new(),
    }
}

fn finding(severity: Severity, actions: &[&str], resource: &str, line: usize) -> Excess {
    let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
    Excess {
        title: String::new(),
        kind: Kind::UnusedAction,
        severity,
        state: State::Judged,
        new: false,
        observed: Vec::new(),
        unobserved_count: actions.len() as u64,
        unobserved: actions.clone(),
        actions,
        not_action: false,
        resources: vec![resource.to_owned()],
        not_resource: false,
        conditional: false,
        not_in_effect: Vec::new(),
        needed_resources: Vec::new(),
        doubts: Vec::new(),
        certain: false,
        settled: false,
        waits_until: None,
        origins: vec![Origin {
            policy: "policies/orders-writer.json".to_owned(),
            statement: 0,
            sid: None,
            line: Some(line),
            column: None,
            place: None,
        }],
        advice: None,
        accepted: None,
        expired: None,
    }
}

fn set_aside(state: State, action: &str) -> Excess {
    Excess {
        state,
        accepted: (state == State::Accepted).then(|| Accepted {
            reason: "quarterly table rotation".to_owned(),
            until: "2027-03-31".to_owned(),
            by: None,
        }),
        ..finding(Severity::Medium, &[action], "*", 30)
    }
}

fn orders_writer() -> Role {
    let table = format!("arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders");
    let excess = vec![
        Excess {
            kind: Kind::UnusedService,
            new: true,
            ..finding(Severity::Critical, &["iam:PassRole"], "*", 21)
        },
        Excess {
            new: true,
            ..finding(
                Severity::High,
                &["dynamodb:DeleteTable", "dynamodb:Scan"],
                "*",
                9,
            )
        },
        Excess {
            kind: Kind::BroadAction,
            observed: ["dynamodb:PutItem", "dynamodb:UpdateItem"]
                .map(str::to_owned)
                .to_vec(),
            unobserved_count: 57,
            needed_resources: vec![table],
            ..finding(Severity::Medium, &["dynamodb:*"], "*", 7)
        },
        set_aside(State::Accepted, "dynamodb:CreateTable"),
        set_aside(State::Baseline, "logs:*"),
        set_aside(State::Probation, "sqs:SendMessage"),
    ];
    Role {
        missing: vec![Missing {
            action: "kms:Decrypt".to_owned(),
            resources: vec![format!("arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234")],
            because: Lack::Denied,
            calls: 12,
            denied_by: Vec::new(),
            detail: "AWS refused it".to_owned(),
        }],
        suggested: vec![Suggested {
            policy: "policies/orders-writer.json".to_owned(),
            document: Some(POLICY.to_owned()),
            diff: Some(DIFF.to_owned()),
            ..Suggested::default()
        }],
        ..role("orders-writer", Verdict::Fail, excess)
    }
}

fn refunds() -> Role {
    Role {
        insufficient: vec![
            "refunds has 3 traces, fewer than the 20 that are asked for".to_owned(),
            "its role may be assumed by arn:aws:iam::444455556666:root too".to_owned(),
        ],
        ..role(
            "refunds",
            Verdict::Inconclusive,
            vec![Excess {
                expired: Some(Accepted {
                    reason: "until the old exports are moved".to_owned(),
                    until: "2026-10-31".to_owned(),
                    by: None,
                }),
                ..finding(Severity::Medium, &["s3:PutObject"], "*", 4)
            }],
        )
    }
}

/// There is nothing to edit in a policy of AWS's, and nothing to attach in its place.
#[test]
fn aws_s_own_policy_of_which_nothing_was_called_is_detached() {
    let mut own = finding(Severity::High, &["s3:*"], "*", 1);
    for origin in &mut own.origins {
        "arn:aws:iam::aws:policy/AmazonS3FullAccess".clone_into(&mut origin.policy);
        origin.line = None;
    }
    let report = report(vec![role("orders", Verdict::Fail, vec![own])]);
    let context = Context {
        suggestions: false,
        ..context()
    };
    let text = render(&report, &context);
    let told = "1. **Detach** `AmazonS3FullAccess`: nothing that is granted there was called.";
    assert!(text.contains(told), "{text}");
}

fn failing() -> Report {
    let reader = Role {
        stale: vec![Stale {
            kind: Kind::UnusedAction,
            actions: vec!["s3:DeleteObject".to_owned()],
            resources: vec!["arn:aws:s3:::invoices/*".to_owned()],
        }],
        ..role("reader", Verdict::Pass, Vec::new())
    };
    Report {
        unmatched_accepts: vec![UnmatchedAccept {
            file: ".least-privilege.yml".to_owned(),
            line: 12,
            role: None,
            actions: vec!["sns:Publish".to_owned()],
            resources: vec!["*".to_owned()],
            reason: "it is called twice a year".to_owned(),
            until: "2027-03-31".to_owned(),
        }],
        ..report(vec![orders_writer(), refunds(), reader])
    }
}

fn forty() -> Report {
    let many = |number: usize| {
        let name = format!("service-{number:02}");
        let excess = (0..=number % 5).map(|line| {
            let bucket = format!("arn:aws:s3:::bucket-{number}-{ACCOUNT}/*");
            finding(
                Severity::High,
                &["s3:PutObject", "s3:DeleteObject"],
                &bucket,
                5 + line,
            )
        });
        match number {
            0..31 => role(&name, Verdict::Fail, excess.collect()),
            31..36 => Role {
                insufficient: vec![format!(
                    "{name} has 1 trace, fewer than the 20 that are asked for"
                )],
                ..role(&name, Verdict::Inconclusive, excess.collect())
            },
            _ => role(&name, Verdict::Pass, Vec::new()),
        }
    };
    report((0..40).map(many).collect())
}

#[test]
fn a_failure_says_what_and_where_and_how_to_fix_it() {
    let comment = render(&failing(), &context());
    assert_is_snapshot("comment-fail.md", &comment);
    assert_is_balanced(&comment);
    assert!(has_something_to_say(&failing()));
}

#[test]
fn t1_a_change_of_the_gate_itself_is_said_before_anything_else() {
    let change = |setting: &str, base: &str, head: &str, line, loosens| ConfigChange {
        file: ".least-privilege.yml".to_owned(),
        line,
        setting: setting.to_owned(),
        base: base.to_owned(),
        head: head.to_owned(),
        loosens,
    };
    let accept = "iam:PassRole on * for orders-writer until 2027-03-31";
    let report = Report {
        config_changes: vec![
            change("fail-on", "medium", "critical", None, true),
            change("accept", "nothing", accept, Some(12), true),
            change("grace", "14", "7", None, false),
        ],
        ..report(vec![role("orders-writer", Verdict::Pass, Vec::new())])
    };
    assert!(has_something_to_say(&report));
    assert_is_snapshot("comment-loosened.md", &render(&report, &context()));
}

/// A role of the last name in a second account.
fn in_other_account(role: Role) -> Role {
    let text = role.role.expect("a role");
    Role {
        role: Some(text.replace(ACCOUNT, "444455556666")),
        ..role
    }
}

fn undecided(action: &str) -> Undecided {
    Undecided {
        actions: vec![action.to_owned()],
        not_action: false,
        resources: vec!["arn:aws:s3:::invoices/*".to_owned()],
        not_resource: false,
        reason: "a variable stands in its name".to_owned(),
        reasons: vec!["a variable stands in its name".to_owned()],
        severity: Severity::Medium,
        new: false,
        given_up: false,
        origins: Vec::new(),
    }
}

/// Roles as they are deployed, of which no file is known.
fn deployed() -> Report {
    let aws = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
    let own = finding(Severity::High, &["s3:*"], "*", 6);
    let excess = Excess {
        kind: Kind::BroadAction,
        observed: vec!["s3:GetObject".to_owned()],
        unobserved_count: 160,
        origins: vec![Origin {
            policy: aws.to_owned(),
            statement: 0,
            sid: None,
            line: Some(6),
            column: None,
            place: None,
        }],
        ..own
    };
    let missing = Missing {
        action: "sqs:ReceiveMessage".to_owned(),
        resources: vec![format!("arn:aws:sqs:eu-west-1:{ACCOUNT}:mail")],
        because: Lack::NotGranted,
        calls: 0,
        denied_by: Vec::new(),
        detail: "its event source reads this queue".to_owned(),
    };
    report(vec![Role {
        policy_files: Vec::new(),
        missing: vec![missing],
        suggested: vec![Suggested {
            policy: aws.to_owned(),
            document: Some(POLICY.to_owned()),
            diff: Some(DIFF.replace("policies/orders-writer.json", aws)),
            ..Suggested::default()
        }],
        ..role("mailer", Verdict::Fail, vec![excess])
    }])
}

#[test]
#[expect(clippy::too_many_lines, reason = "each state is a few lines")]
fn every_state_has_its_words() {
    let deployed_context = Context {
        is_deployed: true,
        suggestions: false,
        ..context()
    };
    let passing = |excess| role("orders-writer", Verdict::Pass, excess);
    let inconclusive = |functions: &dyn Fn(&mut Role)| {
        let mut role = refunds();
        role.excess.clear();
        functions(&mut role);
        report(vec![role])
    };
    let six: Vec<Role> = (0..6)
        .map(|number| {
            let excess = (0..=number)
                .map(|line| finding(Severity::Medium, &["s3:PutObject"], "*", line + 3));
            role(
                &format!("service-{number}"),
                Verdict::Fail,
                excess.collect(),
            )
        })
        .collect();
    let states = [
        ("six", report(six), context()),
        (
            "accepted",
            report(vec![passing(vec![
                set_aside(State::Accepted, "dynamodb:CreateTable"),
                set_aside(State::Baseline, "logs:*"),
                set_aside(State::Probation, "sqs:SendMessage"),
            ])]),
            context(),
        ),
        (
            "undecided",
            report(vec![Role {
                undecided: vec![undecided("s3:GetObject"), undecided("s3:PutObject")],
                ..passing(Vec::new())
            }]),
            context(),
        ),
        ("all-observed", report(vec![passing(Vec::new())]), context()),
        ("stack", deployed(), deployed_context.clone()),
        (
            "stack-without-permissions",
            inconclusive(&|role| {
                role.policy_files.clear();
                role.unread = Some("AWS denied iam:GetRolePolicy".to_owned());
                role.insufficient = vec!["AWS denied iam:GetRolePolicy".to_owned()];
            }),
            deployed_context,
        ),
        (
            "no-traces",
            inconclusive(&|role| {
                role.functions[0].traces = 0;
                role.functions[0].calls = 0;
                role.insufficient = vec!["refunds has no trace".to_owned()];
            }),
            context(),
        ),
        (
            "not-instrumented",
            inconclusive(&|role| {
                role.functions[0].calls = 0;
                role.insufficient = vec!["no AWS call of refunds was recorded".to_owned()];
            }),
            context(),
        ),
        (
            "accounts",
            report(vec![orders_writer(), in_other_account(orders_writer())]),
            context(),
        ),
        (
            "adoption",
            Report {
                next: vec![Advice {
                    lacking: Lacking::Baseline,
                    text: "What is there today stands in the way".to_owned(),
                    command: Some("aws-least-privilege baseline --stack orders-prod".to_owned()),
                }],
                ..report(vec![orders_writer()])
            },
            context(),
        ),
        ("one", report(vec![orders_writer()]), context()),
        (
            "public",
            redacted(&report(vec![orders_writer()])),
            context(),
        ),
    ];
    for (name, report, context) in states {
        let comment = render(&report, &context);
        assert_is_snapshot(&format!("comment-{name}.md"), &comment);
        assert_is_balanced(&comment);
    }
    let error = failure(
        "the policy file `role.json` is not JSON",
        Some("mend the file"),
        &context(),
    );
    assert_is_snapshot("comment-error.md", &error);
}

#[test]
fn what_is_fixed_is_green_and_short() {
    let fixed = report(vec![Role {
        excess: vec![set_aside(State::Accepted, "dynamodb:CreateTable")],
        ..role("orders-writer", Verdict::Pass, Vec::new())
    }]);
    assert_is_snapshot("comment-fixed.md", &render(&fixed, &context()));
    assert!(!has_something_to_say(&fixed));
}

#[test]
fn thin_evidence_says_what_is_missing() {
    let thin = report(vec![refunds()]);
    assert_is_snapshot("comment-inconclusive.md", &render(&thin, &context()));
    let nobody = report(Vec::new());
    let comment = render(&nobody, &context());
    assert!(comment.starts_with("### ⚠️ `orders-prod`: no function was found to judge\n"));
}

#[test]
fn forty_roles_are_a_table_three_open_and_named_folds() {
    let comment = render(&forty(), &context());
    assert_is_snapshot("comment-forty.md", &comment);
    for number in 0..40 {
        assert!(comment.contains(&format!("| `service-{number:02}` |")));
    }
    assert_eq!(comment.matches("\n#### ").count(), 3);
    // Roles that fail with the most findings come first, of equal ones the report's order holds.
    assert!(comment.contains("\n#### ❌ `service-04`\n"));
    assert!(comment.contains("<details><summary>❌ service-00: 1 finding</summary>"));
}

#[test]
fn what_is_too_long_is_left_out_whole() {
    let whole = render(&failing(), &context());
    assert_is_snapshot(
        "comment-truncated.md",
        &render_within(&failing(), &context(), 2300),
    );
    for bytes in (900..whole.len()).step_by(53) {
        let comment = render_within(&failing(), &context(), bytes);
        assert!(comment.len() <= bytes, "{} of {bytes}", comment.len());
        assert_is_balanced(&comment);
        assert!(comment.starts_with("### ❌ "));
        assert!(
            comment.contains("left out, for there is a limit"),
            "{comment}"
        );
        assert!(comment.ends_with("</sub>\n"));
    }
    let role = orders_writer();
    let policy = "x".repeat(900);
    let suggested = vec![
        Suggested {
            policy: policy.clone(),
            document: Some(policy.clone()),
            diff: Some(policy),
            ..Suggested::default()
        };
        90
    ];
    let huge = report(vec![Role { suggested, ..role }; 3]);
    let comment = render(&huge, &context());
    assert!(comment.len() <= COMMENT_BYTES && comment.len() > COMMENT_BYTES - 2000);
    assert_is_balanced(&comment);
}

#[test]
fn redaction_loses_nothing_but_account_ids() {
    let without = reports::of_text("a text without an account");
    assert_eq!(redacted(&without), without);
    let once = redacted(&failing());
    assert_eq!(redacted(&once), once);
}

fn redacted(report: &Report) -> Report {
    redact(report).expect("a report is plain data")
}

#[test]
fn t18_no_account_id_is_in_a_redacted_comment() {
    let failed = redacted(&failing());
    assert_is_snapshot("comment-redacted.md", &render(&failed, &context()));
    for report in [
        failing(),
        forty(),
        reports::of_text(&format!("arn:aws:x::{ACCOUNT}:y")),
    ] {
        let told = [
            render(&redacted(&report), &context()),
            json::render(&redacted(&report)),
        ];
        assert!(json::render(&report).contains(ACCOUNT));
        for text in told {
            assert!(
                !text.contains(ACCOUNT) && !text.contains("444455556666"),
                "{text}"
            );
        }
    }
}

fn hostile_context(text: &str) -> Context {
    Context {
        subject: vec![text.to_owned(), text.to_owned()],
        commit: Some(text.to_owned()),
        run_url: Some(format!("https://github.com/{text}")),
        arguments: vec![text.to_owned()],
        elsewhere: Elsewhere::WithoutBase,
        files_url: Some(format!("https://github.com/{text}")),
        pages_url: Some(format!("https://github.com/{text}")),
        has_base: true,
        is_deployed: true,
        suggestions: true,
        config: text.to_owned(),
        accepting: Accepting::Here,
        base: Some(text.to_owned()),
        grace: Some(14),
    }
}

fn of_text(text: &str) -> String {
    // A mark alone would make a plain address.
    let text = format!("{text} ");
    let mut report = reports::of_text(&text);
    let mut inconclusive = report.roles[0].clone();
    inconclusive.verdict = Verdict::Inconclusive;
    for (finding, state) in inconclusive
        .excess
        .iter_mut()
        .zip([State::Accepted, State::Probation])
    {
        finding.state = state;
    }
    let failing = report.roles[0].clone();
    report
        .roles
        .extend([inconclusive, failing.clone(), failing]);
    render(&report, &hostile_context(&text))
}

#[test]
fn t7_each_trick_alone_changes_nothing() {
    let plain = shape(&of_text(MARK));
    for trick in HOSTILE {
        for text in [
            format!("{trick}{MARK}"),
            format!("{MARK}{trick}"),
            format!("{trick}{MARK}{trick}"),
        ] {
            let comment = of_text(&text);
            assert_is_in_code(&comment);
            assert_eq!(shape(&comment), plain, "{text:?}\n{comment}");
        }
    }
}

proptest! {
    #[test]
    fn t7_no_text_of_others_gets_out_of_code(
        parts in prop::collection::vec(prop_oneof![prop::sample::select(&HOSTILE[..]).prop_map(str::to_owned), ".{0,3}"], 0..12)
    ) {
        let text = format!("{}{MARK}{}", parts.concat(), parts.join(MARK));
        let comment = of_text(&text);
        assert_is_in_code(&comment);
        assert_is_balanced_of_ours(&comment);
        prop_assert_eq!(shape(&comment), shape(&of_text(MARK)));
        let is_invisible = comment.contains(['\u{202e}', '\u{200b}', '\0', '\r']);
        prop_assert!(!is_invisible);
    }
}

/// The folds that are ours, which others cannot add to outside code.
fn assert_is_balanced_of_ours(comment: &str) {
    let lines = |begins: &str| {
        comment
            .lines()
            .filter(|line| line.starts_with(begins))
            .count()
    };
    assert!(lines("<details><summary>") > 0 && lines("</details>") > 0);
}

#[test]
fn the_comment_that_the_docs_show_is_how_a_real_one_begins() {
    let page = crate::docs::read("docs/pull-requests.md");
    let shown = page
        .split("````markdown\n")
        .nth(1)
        .and_then(|rest| rest.split("````").next())
        .expect("a comment is shown");
    let one = report(vec![orders_writer()]);
    let real = render(&one, &context());
    assert!(real.starts_with(shown), "{real}");
    assert!(shown.lines().count() > 20);
}
