//! Edits that are wrong on purpose: each check of the proof refuses one that no other check would.

use super::{Addition, Circumstances, Plan, gates_clean, held, prove, state};
use crate::catalog::Catalog;
use crate::compare::{Comparison, Granted, compare};
use crate::evidence::saved;
use crate::iam::PolicyDocument;
use crate::iam::edit::{Replacement, apply};
use crate::judge::State;
use crate::judge::exempt::base::Limited;
use crate::judge::exempt::baseline::Baseline;
use crate::judge::exempt::{Held, Record, Subject};
use crate::needed::NeededPermissions;
use crate::suggest::{Fixed, Left, plan};
use crate::usage::Usage;
use serde_json::json;

const ORDERS: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
const INVOICES: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/invoices";
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555";

/// What a function needs that reads items of `orders`. Its table's key may be needed too.
fn needs() -> NeededPermissions {
    let id = "1-6553f100-000000000000000000000001";
    let document = json!({
        "id": "f000000000000000", "trace_id": id, "name": "shop", "origin": "AWS::Lambda::Function",
        "start_time": 1_700_000_000.0, "end_time": 1_700_000_000.5,
        "aws": {"function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:shop"},
        "subsegments": [{
            "id": "0000000000000001", "name": "DynamoDB", "namespace": "aws",
            "start_time": 1_700_000_000.1, "end_time": 1_700_000_000.2,
            "aws": {"operation": "GetItem", "region": "eu-west-1", "table_name": "orders"},
            "http": {"response": {"status": 200}},
        }],
    });
    let traces = json!({"Traces": [{"Id": id, "Segments": [{"Id": document["id"], "Document": document.to_string()}]}]});
    let traces = traces.to_string();
    let mut usage = Usage::default();
    saved::read(
        &["-".into()],
        &mut traces.as_bytes(),
        jiff::Timestamp::MAX,
        &mut |trace| {
            usage.record(Catalog::embedded(), trace);
        },
    )
    .expect("they are traces");
    let (owner, observed) = usage.owners.first_key_value().expect("one function ran");
    NeededPermissions::of(owner, observed, None, Catalog::embedded())
}

/// `Allow` of one action on resources.
fn allow(action: &str, resources: &[&str]) -> String {
    json!({"Effect": "Allow", "Action": [action], "Resource": resources}).to_string()
}

fn document(statements: &[String]) -> PolicyDocument {
    let statements = statements.join(", ");
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    PolicyDocument::parse(&text, "policy.json").expect("it is a policy")
}

/// A policy, and what is to become of it.
struct Attempt {
    policy: PolicyDocument,
    plan: Plan,
    additions: Vec<Addition>,
}

impl Attempt {
    fn on(statements: &[String]) -> Self {
        Self {
            policy: document(statements),
            plan: Plan::default(),
            additions: Vec::new(),
        }
    }

    /// With one text of the policy replaced, in the narrowing as in the whole.
    fn replacing(mut self, old: &str, new: &str) -> Self {
        let edit = self.edit(old, new);
        self.plan.narrowing.push(edit.clone());
        self.plan.whole.push(edit);
        self
    }

    /// With one text of the policy replaced as if that belonged to what is added.
    fn adding(mut self, old: &str, new: &str) -> Self {
        let edit = self.edit(old, new);
        self.plan.whole.push(edit);
        self
    }

    fn asked_to_add(mut self, action: &str, resource: &str) -> Self {
        self.additions.push(Addition {
            sid: None,
            actions: [action.parse().expect("it is an action")].into(),
            resources: [resource.to_owned()].into(),
        });
        self
    }

    fn edit(&self, old: &str, new: &str) -> Replacement {
        let start = self.policy.source.find(old).expect("it is there");
        Replacement {
            start,
            end: start + old.len(),
            text: new.to_owned(),
        }
    }

    fn with<T>(&self, then: impl FnOnce(&Circumstances<'_>) -> T) -> T {
        let needs = needs();
        let policies = [self.policy.clone()];
        let granted = Granted {
            policies: &policies,
            ..Granted::default()
        };
        let comparison: Comparison = compare(&needs, &granted, Catalog::embedded());
        let states = vec![State::Judged; comparison.excess.len()];
        then(&Circumstances {
            needs: &needs,
            granted,
            comparison: &comparison,
            states: &states,
            held: &Held::default(),
            are_files: true,
            adds_missing: true,
            left_out: &[],
            wide: &std::collections::BTreeSet::new(),
            template: None,
            fixed: &Fixed::new(),
        })
    }

    fn proved(&self) -> Result<(), String> {
        let text = apply(&self.policy.source, &self.plan.whole).expect("the edits do not overlap");
        self.with(|role| {
            let catalog = Catalog::embedded();
            prove(role, 0, &self.plan, &text, &self.additions, catalog)
        })
    }

    fn refused(&self) -> String {
        self.proved().expect_err("the edit is wrong")
    }
}

#[test]
fn a_right_edit_is_proved() {
    let attempt = Attempt::on(&[allow("dynamodb:GetItem", &["*"])])
        .replacing(r#""*""#, &json!(ORDERS).to_string());
    assert_eq!(attempt.proved(), Ok(()));
}

#[test]
fn what_is_too_long_for_iam_is_refused() {
    let space = "x".repeat(11_000);
    let attempt = Attempt::on(&[allow("dynamodb:GetItem", &["*"])]).replacing(
        r#""*""#,
        &json!([ORDERS, format!("{ORDERS}/index/{space}")]).to_string(),
    );
    assert!(
        attempt.refused().contains("IAM takes 10240"),
        "{}",
        attempt.refused()
    );
}

#[test]
fn what_does_not_read_is_refused() {
    let attempt = Attempt::on(&[allow("dynamodb:GetItem", &[ORDERS])]).replacing("Allow", "Alow");
    assert!(attempt.refused().starts_with("it does not read"));
}

#[test]
fn edits_that_overlap_are_refused() {
    let mut attempt = Attempt::on(&[allow("dynamodb:GetItem", &["*"])])
        .replacing(r#""*""#, &json!(ORDERS).to_string());
    let again = attempt.plan.narrowing[0].clone();
    attempt.plan.narrowing.push(again);
    assert_eq!(attempt.refused(), "its edits overlap");
}

#[test]
fn a_grant_that_no_gate_would_call_excess_is_refused_if_it_is_new() {
    // A read before the handler is undecided on a named secret: the comparison has nothing against it.
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mail-AbCdEf";
    let attempt = Attempt::on(&[allow("dynamodb:GetItem", &[ORDERS])]).replacing(
        r#"{"Action""#,
        &format!(
            "{}, {{\"Action\"",
            allow("secretsmanager:GetSecretValue", &[secret])
        ),
    );
    assert_eq!(attempt.refused(), "it would grant what the policy does not");
}

#[test]
fn a_grant_of_which_nobody_can_tell_whether_it_is_new_is_refused() {
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:mail-AbCdEf";
    let denied = r#"{"Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:${aws:PrincipalTag/team}-AbCdEf"}"#;
    let attempt = Attempt::on(&[
        allow("dynamodb:GetItem", &[ORDERS]),
        allow("secretsmanager:GetSecretValue", &[secret]),
        denied.to_owned(),
    ])
    .replacing(&format!(", {denied}"), "");
    assert!(
        attempt.refused().starts_with("whether it would grant more"),
        "{}",
        attempt.refused()
    );
}

#[test]
fn what_may_be_needed_is_not_taken_away() {
    // Nothing is missing without it: no call shows it.
    let key = allow("kms:Decrypt", &[KEY]);
    let attempt = Attempt::on(&[allow("dynamodb:GetItem", &[ORDERS]), key.clone()])
        .replacing(&format!(", {key}"), "");
    assert_eq!(
        attempt.refused(),
        "it would take away what is needed, or may be"
    );
}

#[test]
fn what_is_needed_is_not_taken_away_with_the_last_statement() {
    let mut attempt = Attempt::on(&[allow("dynamodb:GetItem", &[ORDERS])])
        .asked_to_add("dynamodb:GetItem", INVOICES)
        .adding(ORDERS, INVOICES);
    attempt.plan.empties = true;
    assert_eq!(
        attempt.refused(),
        "it would take away what is needed, or may be"
    );
}

#[test]
fn what_was_not_asked_for_is_not_added() {
    let kept = allow("dynamodb:GetItem", &[ORDERS]);
    let end = "}]";
    let more = |statement: &str| format!("}}, {statement}]");
    let of =
        |statement: &str| Attempt::on(std::slice::from_ref(&kept)).adding(end, &more(statement));
    let wrong = "what it adds is not what was asked for";
    let asked = |statement: &str| {
        of(statement).asked_to_add("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:mail")
    };
    let queue = r#""Resource": "arn:aws:sqs:eu-west-1:111122223333:mail""#;
    for statement in [
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}"#.to_owned(),
        format!(r#"{{"Effect": "Allow", "Action": "sqs:PurgeQueue", {queue}}}"#),
        format!(r#"{{"Effect": "Allow", "NotAction": "sqs:SendMessage", {queue}}}"#),
        format!(r#"{{"Effect": "Deny", "Action": "sqs:SendMessage", {queue}}}"#),
        format!(
            r#"{{"Effect": "Allow", "Action": "sqs:SendMessage", {queue}, "Condition": {{"Bool": {{"aws:SecureTransport": "true"}}}}}}"#
        ),
        r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": "arn:aws:sqs:eu-west-1:111122223333:mail"}"#
            .to_owned(),
    ] {
        assert_eq!(asked(&statement).refused(), wrong, "{statement}");
    }
    let count = "it adds more or less than was asked for";
    let secret = allow(
        "secretsmanager:GetSecretValue",
        &["arn:aws:secretsmanager:eu-west-1:111122223333:secret:mail-AbCdEf"],
    );
    assert_eq!(of(&secret).refused(), count);
}

#[test]
fn an_addition_changes_no_statement_that_stays() {
    // The key stays in doubt whichever it is, so that neither the comparison nor the narrowing tells the two apart.
    let other = KEY.replace("11111111", "99999999");
    let attempt = Attempt::on(&[
        allow("dynamodb:GetItem", &[ORDERS]),
        allow("kms:Decrypt", &[KEY]),
    ])
    .adding(KEY, &other);
    assert_eq!(
        attempt.refused(),
        "what it adds would change a statement that stays"
    );
}

#[test]
fn excess_that_is_not_said_to_stay_is_refused() {
    let mut attempt = Attempt::on(&[
        allow("dynamodb:GetItem", &[ORDERS]),
        allow("sqs:PurgeQueue", &["*"]),
    ]);
    assert_eq!(attempt.refused(), "a gate on it would still find excess");
    attempt.plan.left.push(left(1));
    assert_ne!(attempt.refused(), "a gate on it would still find excess");
}

#[test]
fn what_a_second_run_would_change_is_refused() {
    // Said to stay, so that its excess counts for nothing, and yet it could be edited.
    let mut attempt = Attempt::on(&[
        allow("dynamodb:GetItem", &[ORDERS]),
        allow("sqs:PurgeQueue", &["*"]),
    ]);
    attempt.plan.left.push(left(1));
    assert_eq!(attempt.refused(), "suggesting on it would change it again");
}

#[test]
fn what_would_leave_no_statement_on_a_second_run_is_refused() {
    let mut attempt = Attempt::on(&[allow("sqs:PurgeQueue", &["*"])]);
    attempt.plan.left.push(left(0));
    assert_eq!(attempt.refused(), "suggesting on it would change it again");
}

#[test]
fn what_would_be_missing_with_it_is_refused() {
    // One lack for another: as many as before, and not the same.
    let attempt = Attempt::on(&[
        allow("dynamodb:GetItem", &[ORDERS]),
        allow("sqs:SendMessage", &[ORDERS]),
    ]);
    let gated = attempt.with(|role| {
        let new = document(&[allow("sqs:SendMessage", &[ORDERS])]);
        let again = gates_clean(role, 0, &attempt.plan, new, &[], Catalog::embedded());
        assert!(plan(role, 0, &[], Catalog::embedded()).narrowing.is_empty());
        again
    });
    assert_eq!(
        gated,
        Err("something that is needed would be missing".to_owned())
    );
}

#[test]
fn what_is_left_of_what_counted_counts() {
    let attempt = Attempt::on(&[
        allow("sqs:PurgeQueue", &["*"]),
        allow("sqs:SendMessage", &["*"]),
    ]);
    attempt.with(|role| {
        let excess = &role.comparison.excess;
        assert_eq!(excess.len(), 2);
        let role = Circumstances {
            states: &[State::Accepted, State::Judged],
            ..*role
        };
        assert_eq!(state(&excess[0], &role), State::Accepted);
        assert_eq!(state(&excess[1], &role), State::Judged);
    });
}

#[test]
fn what_is_left_is_on_the_record_where_the_record_has_all_of_it() {
    let queues = [
        "arn:aws:sqs:eu-west-1:111122223333:a",
        "arn:aws:sqs:eu-west-1:111122223333:b",
    ];
    let of = |queues: &[&str]| document(&[allow("sqs:PurgeQueue", queues)]);
    let compared = |policy: &PolicyDocument| {
        let granted = Granted {
            policies: std::slice::from_ref(policy),
            ..Granted::default()
        };
        compare(&NeededPermissions::default(), &granted, Catalog::embedded())
    };
    let subject = Subject {
        role: None,
        role_name: None,
        policy_files: vec!["policy.json".to_owned()],
        former_files: Vec::new(),
        folder: None,
    };
    let whole = of(&queues);
    let state = |recorded: &[&str]| {
        let mut baseline = Baseline::default();
        let before = of(recorded);
        let excess = compared(&before).excess;
        let policies = std::slice::from_ref(&before);
        baseline.write([(subject.clone(), excess.iter().collect(), policies)]);
        let record = Record {
            accepts: &[],
            baseline: Some(&baseline),
            only_new: false,
            today: jiff::civil::date(2027, 6, 15),
            folder: None,
            knows_age: true,
            waits_until: None,
        };
        let now = Limited {
            policies: std::slice::from_ref(&whole),
            boundary: None,
        };
        let catalog = Catalog::embedded();
        let recorded = record.of(&subject, compared(&whole), now, None, catalog);
        let excess = &compared(&whole).excess[0];
        Attempt::on(&[]).with(|role| {
            let role = Circumstances {
                held: &recorded.held,
                ..*role
            };
            held(excess, &excess.unobserved, &role)
        })
    };
    assert_eq!(state(&queues), Some(State::Baseline));
    for one in queues {
        assert_eq!(state(&[one]), None);
    }
}

fn left(statement: usize) -> Left {
    Left {
        statement,
        why: "a person has to narrow it".to_owned(),
        wants_a_name: false,
    }
}
