use super::base::{Before, Earlier, Limited};
use super::baseline::Baseline;
use super::{Record, Recorded, Subject};
use crate::catalog::Catalog;
use crate::compare::{Comparison, Excess, Granted, compare};
use crate::iam::PolicyDocument;
use crate::judge::State;
use crate::needed::NeededPermissions;
use crate::settings::file::{Accept, Lined};
use crate::settings::table::Config;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::BTreeSet;

const TODAY: Date = date(2027, 6, 15);
const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:jobs";

fn subject() -> Subject {
    Subject {
        role: Some("arn:aws:iam::111122223333:role/shop".to_owned()),
        role_name: None,
        policy_files: Vec::new(),
        former_files: Vec::new(),
        folder: None,
    }
}

fn policy(statements: &str) -> PolicyDocument {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    PolicyDocument::parse(&text, "role.json").unwrap()
}

/// Policies without a boundary.
fn limited(policies: &[PolicyDocument]) -> Limited<'_> {
    Limited {
        policies,
        boundary: None,
    }
}

fn allow(actions: &str, resources: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": {actions}, "Resource": {resources}}}"#)
}

/// A comparison in which everything that a policy grants is excess, because nothing was observed.
fn comparison(policy: &PolicyDocument) -> Comparison {
    let granted = Granted {
        policies: std::slice::from_ref(policy),
        ..Granted::default()
    };
    compare(&NeededPermissions::default(), &granted, Catalog::embedded())
}

fn accepts(text: &str) -> Vec<Lined<Accept>> {
    Config::parse(text, "test.yml").unwrap().accept
}

fn recorded(
    policy: &PolicyDocument,
    accepts: &[Lined<Accept>],
    baseline: Option<&Baseline>,
    base: Option<&PolicyDocument>,
    only_new: bool,
) -> Recorded {
    let base = base.map(|base| Before::new(vec![base.clone()], &Earlier::new()));
    recorded_against(policy, accepts, baseline, base.as_ref(), only_new)
}

fn recorded_against(
    policy: &PolicyDocument,
    accepts: &[Lined<Accept>],
    baseline: Option<&Baseline>,
    base: Option<&Before>,
    only_new: bool,
) -> Recorded {
    let record = Record {
        accepts,
        baseline,
        only_new,
        today: TODAY,
        folder: None,
        knows_age: true,
        waits_until: None,
    };
    record.of(
        &subject(),
        comparison(policy),
        limited(std::slice::from_ref(policy)),
        base,
        Catalog::embedded(),
    )
}

/// Actions on resources, with the state and whether they are new.
fn told(recorded: &Recorded) -> Vec<(String, State, bool)> {
    assert_eq!(recorded.comparison.excess.len(), recorded.standings.len());
    let both = recorded.comparison.excess.iter().zip(&recorded.standings);
    let mut told: Vec<_> = both
        .map(|(finding, standing)| {
            let joined = |texts: &BTreeSet<String>| {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                texts.join(" ")
            };
            let what = format!(
                "{} on {}",
                joined(&finding.actions),
                joined(&finding.resources)
            );
            (what, standing.state, standing.new)
        })
        .collect();
    told.sort();
    told
}

fn written(policy: &PolicyDocument) -> Baseline {
    let excess = comparison(policy).excess;
    let mut baseline = Baseline::default();
    baseline.write([(
        subject(),
        excess.iter().collect::<Vec<&Excess>>(),
        std::slice::from_ref(policy),
    )]);
    baseline
}

const AGED: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sqs:GetQueueUrl", "Resource": "QUEUE"},
    {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
    {"Effect": "Allow", "Resource": "QUEUE", "Action": [
        "sqs:PurgeQueue",
        "sqs:SendMessage"]},
    {"Effect": "Deny", "Action": "sqs:SendMessage", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#;

/// What is said about a policy that the change leaves as it was in the base. `then` is what the base had when the grace
/// period began; `None` if nothing changed since.
fn of_age(then: Option<&[&str]>, only_new: bool) -> Vec<(String, State, bool)> {
    let parse = |text: &str, name: &str| {
        PolicyDocument::parse(&text.replace("QUEUE", QUEUE), name).unwrap()
    };
    let policy = parse(AGED, "role.json");
    let then = then.map(|texts| texts.iter().map(|text| parse(text, "old.json")).collect());
    let earlier: Earlier = then
        .map(|then| ("role.json".to_owned(), then))
        .into_iter()
        .collect();
    let before = Before::new(vec![policy.clone()], &earlier);
    let recorded = recorded_against(&policy, &[], None, Some(&before), only_new);
    let each = told(&recorded).into_iter().flat_map(|(what, state, new)| {
        let (actions, resource) = what.split_once(" on ").unwrap();
        let actions = actions.split(' ');
        actions
            .map(|action| (format!("{action} on {resource}"), state, new))
            .collect::<Vec<_>>()
    });
    each.collect()
}

fn statements(all: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{all}]}}"#)
}

#[test]
fn what_is_young_is_on_probation_unless_it_is_high() {
    let all = |states: [State; 4]| {
        let told = [
            "iam:PassRole on *".to_owned(),
            format!("sqs:GetQueueUrl on {QUEUE}"),
            format!("sqs:PurgeQueue on {QUEUE}"),
            format!("sqs:SendMessage on {QUEUE}"),
        ];
        let told = told.into_iter().zip(states);
        told.map(|(what, state)| (what, state, false))
            .collect::<Vec<_>>()
    };
    let (judged, probation) = (State::Judged, State::Probation);
    assert_eq!(
        of_age(None, false),
        all([judged, judged, judged, judged]),
        "nothing is young"
    );
    let send =
        statements(r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "QUEUE"}"#);
    assert_eq!(
        of_age(Some(&[&send]), false),
        all([judged, probation, probation, judged]),
        "what is critical is judged at once"
    );
    assert_eq!(
        of_age(Some(&[]), false),
        all([judged, probation, probation, probation]),
        "a file that was not there granted nothing"
    );
    let elsewhere = statements(
        r#"{"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:eu-west-1:123456789012:other"}"#,
    );
    assert_eq!(
        of_age(Some(&[&elsewhere]), false),
        all([judged, probation, probation, probation]),
        "on another resource it was not granted"
    );
    let baseline = State::Baseline;
    assert_eq!(
        of_age(Some(&[]), true),
        all([baseline, baseline, baseline, baseline]),
        "what is not new does not count where only what is new does"
    );
}

/// A grant is as old as what it says: other words, another order or another file do not change its age.
#[test]
fn what_is_written_anew_is_as_old_as_it_was() {
    let lists = statements(
        r#"{"Sid": "Url", "Effect": "Allow", "Action": ["sqs:Get*"], "Resource": ["QUEUE"]}"#,
    );
    let rest = statements(
        r#"{"Effect": "Allow", "Action": ["sqs:sendmessage", "sqs:PurgeQueue"], "Resource": "QUEUE*"},
           {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}"#,
    );
    let told = of_age(Some(&[&lists, &rest]), false);
    assert_eq!(told.len(), 4);
    for (what, state, _) in told {
        assert_eq!(state, State::Judged, "{what}");
    }
}

#[test]
fn a_role_that_says_what_it_said_is_no_change() {
    let policy =
        |text: &str| PolicyDocument::parse(&text.replace("QUEUE", QUEUE), "p.json").unwrap();
    let before = Before::new(vec![policy(AGED)], &Earlier::new());
    let is_changed = |policy: &PolicyDocument, only_new: bool| {
        let recorded = recorded_against(policy, &[], None, Some(&before), only_new);
        recorded.is_changed
    };
    assert!(!is_changed(&policy(AGED), true));
    assert!(is_changed(&policy(AGED), false), "all of it is judged");
    let more = AGED.replace("sqs:PurgeQueue", "sqs:Purge*");
    assert!(before.says_all(limited(&[policy(AGED)])));
    assert!(!before.says_all(limited(&[policy(&more)])));
    let undenied = AGED.replace(
        "\"Deny\", \"Action\": \"sqs:SendMessage\"",
        "\"Deny\", \"Action\": \"sqs:X\"",
    );
    assert!(
        !before.says_all(limited(&[policy(&undenied)])),
        "what was denied is not any more"
    );
}

/// A new finding of the four kinds is certain whatever was observed; an old one is not.
#[test]
fn what_needs_no_evidence_is_certain_where_it_is_new() {
    let now = policy(&allow(r#"["sqs:*"]"#, "\"*\""));
    let certain = |base: &PolicyDocument| {
        let recorded = recorded(&now, &[], None, Some(base), false);
        let standings = recorded.standings.iter();
        standings.map(|own| own.is_certain).collect::<Vec<bool>>()
    };
    assert!(certain(&policy(&allow(r#"["sqs:SendMessage"]"#, "\"*\""))).contains(&true));
    assert_eq!(certain(&now.clone()), [false]);
}

#[test]
fn what_is_accepted_is_told_apart_from_the_rest_of_its_finding() {
    let policy = policy(&allow(
        r#"["sqs:PurgeQueue", "sqs:DeleteQueue"]"#,
        &format!("\"{QUEUE}\""),
    ));
    let accepts = accepts(&format!(
        "accept: [{{actions: sqs:Purge*, resources: '{QUEUE}', reason: yearly, until: 2027-06-15}}]"
    ));
    let recorded = recorded(&policy, &accepts, None, None, false);
    assert_eq!(
        told(&recorded),
        [
            (format!("sqs:DeleteQueue on {QUEUE}"), State::Judged, false),
            (format!("sqs:PurgeQueue on {QUEUE}"), State::Accepted, false),
        ],
        "the last day counts"
    );
    let purge = &recorded.comparison.excess[1];
    assert_eq!(purge.unobserved.len(), 1, "{purge:?}");
    assert_eq!(recorded.matched, BTreeSet::from([1]));
}

#[test]
fn what_is_over_is_judged_again_even_where_it_was_there_before() {
    let policy = policy(&allow(r#""sqs:PurgeQueue""#, &format!("\"{QUEUE}\"")));
    let accepts = accepts(
        "accept: [{actions: sqs:PurgeQueue, resources: '*', reason: yearly, until: 2027-06-14}]",
    );
    let baseline = written(&policy);
    let recorded = recorded(&policy, &accepts, Some(&baseline), Some(&policy), true);
    assert_eq!(recorded.standings[0].state, State::Judged);
    assert!(recorded.standings[0].accept.is_some());
}

#[test]
fn of_overlapping_entries_the_one_that_lasts_longest_counts() {
    let policy = policy(&allow(r#""sqs:PurgeQueue""#, &format!("\"{QUEUE}\"")));
    let entries = accepts(
        "accept:
  - {actions: 'sqs:*', resources: '*', reason: over, until: 2027-01-01}
  - {actions: sqs:PurgeQueue, resources: '*', reason: longest, until: 2028-01-01}
  - {actions: sqs:Purge*, resources: '*', reason: shorter, until: 2027-12-01}
  - {role: other, actions: '*', resources: '*', reason: another role, until: 2030-01-01}",
    );
    let recorded = recorded(&policy, &entries, None, None, false);
    assert_eq!(recorded.standings[0].state, State::Accepted);
    let accept = recorded.standings[0].accept.as_ref().unwrap();
    assert_eq!(accept.reason.0, "longest");
    assert_eq!(
        recorded.matched,
        BTreeSet::from([2, 3, 4]),
        "every entry that covers it has found something"
    );
}

#[test]
fn two_entries_together_cover_no_finding_that_neither_covers() {
    let policy = policy(&allow(r#""sqs:*""#, &format!("\"{QUEUE}*\"")));
    let entries = accepts(&format!(
        "accept:
  - {{actions: 'sqs:*', resources: '{QUEUE}', reason: one, until: 2028-01-01}}
  - {{actions: 'sqs:*', resources: '{QUEUE}?*', reason: two, until: 2028-01-01}}"
    ));
    let recorded = recorded(&policy, &entries, None, None, false);
    assert_eq!(recorded.standings[0].state, State::Judged);
    // Both are about something that is granted, so neither is reported as one to remove.
    assert_eq!(recorded.matched.len(), 2);
}

#[test]
fn where_all_that_is_too_much_of_a_wildcard_is_accepted_nothing_is_left_to_judge() {
    let wide = policy(&allow(r#""dynamodb:S*""#, TABLE));
    let comparison = comparison(&wide);
    let each = comparison.excess.iter().flat_map(|own| &own.unobserved);
    let each: Vec<String> = each.map(|action| format!("'{action}'")).collect();
    assert!(!each.is_empty());
    let accept = format!(
        "accept:\n  - {{actions: [{}], resources: \"*\", reason: r, until: 2028-01-01}}\n",
        each.join(", ")
    );
    let recorded = recorded(&wide, &accepts(&accept), None, None, false);
    let states: Vec<State> = recorded.standings.iter().map(|own| own.state).collect();
    assert_eq!(states, [State::Accepted]);
}

#[test]
fn a_baseline_covers_what_is_as_narrow_and_nothing_broader() {
    let before = policy(&allow(r#""sqs:Delete*""#, &format!("\"{QUEUE}\"")));
    let baseline = written(&before);
    let state = |actions: &str, resources: &str| {
        let now = policy(&allow(actions, resources));
        let recorded = recorded(&now, &[], Some(&baseline), None, true);
        let mut states: Vec<_> = recorded
            .standings
            .iter()
            .map(|standing| (standing.state, standing.new))
            .collect();
        states.dedup();
        states
    };
    let queue = format!("\"{QUEUE}\"");
    assert_eq!(
        state(r#""sqs:Delete*""#, &queue),
        [(State::Baseline, false)]
    );
    assert_eq!(
        state(r#""sqs:DeleteQueue""#, &queue),
        [(State::Baseline, false)]
    );
    // Of the broader grant, the recorded part stays.
    assert_eq!(
        state(r#""sqs:*""#, &queue),
        [(State::Judged, true), (State::Baseline, false)]
    );
    assert_eq!(
        state(r#""sqs:Delete*""#, &format!("\"{QUEUE}*\"")),
        [(State::Judged, true)]
    );
    assert_eq!(
        state(r#""sns:DeleteTopic""#, r#""*""#),
        [(State::Judged, true)]
    );
}

#[test]
fn all_but_some_is_covered_by_all_but_fewer_or_by_everything_and_by_no_list_of_them() {
    let all_but = |actions: &str| {
        policy(&format!(
            r#"{{"Effect": "Allow", "NotAction": {actions}, "Resource": "{QUEUE}"}}"#
        ))
    };
    let is_covered = |now: &PolicyDocument, before: &PolicyDocument| {
        let recorded = recorded(now, &[], Some(&written(before)), None, true);
        let states = recorded.standings.iter().map(|standing| standing.state);
        states.collect::<BTreeSet<_>>() == BTreeSet::from([State::Baseline])
    };
    let (one, two) = (
        all_but(r#""sqs:SendMessage""#),
        all_but(r#"["sqs:SendMessage", "sqs:PurgeQueue"]"#),
    );
    assert!(is_covered(&one, &one));
    assert!(is_covered(&two, &one));
    assert!(!is_covered(&one, &two));
    // The words of a `NotAction` mean the opposite in an `Action`.
    let listed = policy(&allow(r#""sqs:PurgeQueue""#, &format!("\"{QUEUE}\"")));
    assert!(!is_covered(&all_but(r#""sqs:PurgeQueue""#), &listed));
    assert!(!is_covered(&listed, &all_but(r#""sqs:PurgeQueue""#)));
    assert!(is_covered(&listed, &one));
}

#[test]
fn accepting_the_words_of_a_not_action_accepts_nothing_of_it() {
    let policy = policy(&format!(
        r#"{{"Effect": "Allow", "NotAction": "sqs:SendMessage", "Resource": "{QUEUE}"}}"#
    ));
    let with = |actions: &str| {
        let accepts = accepts(&format!(
            "accept: [{{actions: [{actions}], resources: '{QUEUE}', reason: r, until: 2027-06-15}}]"
        ));
        let recorded = recorded(&policy, &accepts, None, None, false);
        let findings = &recorded.comparison.excess;
        let rest = findings.iter().position(|finding| finding.not_action);
        rest.map(|place| recorded.standings[place].state)
    };
    assert_eq!(with("'sqs:SendMessage'"), Some(State::Judged));
    // A recovery point may have any ARN. Nothing else can act on a queue, so everything that is left is accepted, action by
    // action.
    assert_eq!(with("'sqs:*', 'backup:*'"), None);
    assert_eq!(with("'*'"), Some(State::Accepted));
}

#[test]
fn new_is_what_the_base_does_not_grant_in_whichever_words() {
    let base = policy(&format!(
        "{}, {}",
        allow(r#""sqs:Delete*""#, &format!("\"{QUEUE}\"")),
        allow(r#"["sns:Publish", "iam:PassRole"]"#, r#""*""#)
    ));
    let now = policy(&format!(
        "{}, {}",
        allow(
            r#"["sqs:DeleteQueue", "sqs:PurgeQueue"]"#,
            &format!("\"{QUEUE}\"")
        ),
        allow(r#"["iam:PassRole", "iam:PutRolePolicy"]"#, r#""*""#)
    ));
    let all = told(&recorded(&now, &[], None, Some(&base), false));
    let part = |what: &str, told: &[(String, State, bool)]| {
        let found = told.iter().find(|(name, ..)| name.starts_with(what));
        found.map(|(_, state, new)| (*state, *new)).unwrap()
    };
    assert_eq!(part("sqs:DeleteQueue on", &all), (State::Judged, false));
    assert_eq!(part("sqs:PurgeQueue on", &all), (State::Probation, true));
    assert_eq!(part("iam:PutRolePolicy on", &all), (State::Judged, true));
    let new = told(&recorded(&now, &[], None, Some(&base), true));
    assert_eq!(part("sqs:DeleteQueue on", &new), (State::Baseline, false));
    assert_eq!(part("sqs:PurgeQueue on", &new), (State::Probation, true));
    assert_eq!(part("iam:PutRolePolicy on", &new), (State::Judged, true));
}

#[test]
fn what_a_deny_takes_away_now_is_not_new() {
    let base = policy(&allow(r#""sqs:DeleteQueue""#, r#""*""#));
    let now = policy(&format!(
        r#"{}, {{"Effect": "Deny", "Action": "sqs:Purge*", "Resource": "*"}}"#,
        allow(r#"["sqs:DeleteQueue", "sqs:PurgeQueue"]"#, r#""*""#)
    ));
    let told = told(&recorded(&now, &[], None, Some(&base), false));
    assert!(told.iter().all(|(_, _, new)| !new), "{told:?}");
}

#[test]
fn a_baseline_of_one_role_says_nothing_of_another_and_survives_its_file() {
    let before = policy(&allow(r#""sqs:DeleteQueue""#, r#""*""#));
    let baseline = written(&before);
    let text = baseline.render();
    let read = super::baseline::parse(&text, std::path::Path::new("b.json")).unwrap();
    assert_eq!(read, baseline);
    let other = Subject {
        role: Some("arn:aws:iam::111122223333:role/other".to_owned()),
        role_name: None,
        policy_files: Vec::new(),
        former_files: Vec::new(),
        folder: None,
    };
    let record = Record {
        accepts: &[],
        baseline: Some(&read),
        only_new: true,
        today: TODAY,
        folder: None,
        knows_age: true,
        waits_until: None,
    };
    let recorded = record.of(
        &other,
        comparison(&before),
        limited(&[]),
        None,
        Catalog::embedded(),
    );
    assert_eq!(recorded.standings[0].state, State::Judged);
    assert!(recorded.stale.is_empty());
}

#[test]
fn what_is_no_longer_excess_is_stale_and_is_pruned() {
    let before = policy(&format!(
        "{}, {}",
        allow(r#""sqs:Delete*""#, r#""*""#),
        allow(r#""sns:DeleteTopic""#, r#""*""#)
    ));
    let now = policy(&format!(
        "{}, {}",
        allow(r#""sqs:DeleteQueue""#, &format!("\"{QUEUE}\"")),
        allow(r#""dynamodb:DeleteTable""#, r#""*""#)
    ));
    let mut baseline = written(&before);
    let recorded = recorded(&now, &[], Some(&baseline), None, true);
    let stale: Vec<_> = recorded.stale.iter().map(|entry| &entry.actions).collect();
    assert_eq!(stale, [&BTreeSet::from(["sns:DeleteTopic".to_owned()])]);
    let excess = comparison(&now).excess;
    baseline.prune(
        [(
            subject(),
            excess.iter().collect::<Vec<&Excess>>(),
            std::slice::from_ref(&now),
        )],
        Catalog::embedded(),
    );
    let text = baseline.render();
    assert!(
        text.contains("sqs:DeleteQueue"),
        "as narrow as it is now: {text}"
    );
    assert!(!text.contains("sqs:Delete*"), "{text}");
    assert!(!text.contains("sns:"), "{text}");
    assert!(!text.contains("dynamodb:"), "nothing is added: {text}");
}

const ACTIONS: [&str; 6] = [
    "sqs:PurgeQueue",
    "sqs:DeleteQueue",
    "sqs:*",
    "sns:DeleteTopic",
    "iam:PassRole",
    "dynamodb:Delete*",
];
const RESOURCES: [&str; 4] = [
    "*",
    QUEUE,
    "arn:aws:sqs:eu-west-1:111122223333:*",
    "arn:aws:sns:eu-west-1:111122223333:news",
];

fn some_policy() -> impl Strategy<Value = PolicyDocument> {
    let statement = (
        prop::collection::btree_set(0..ACTIONS.len(), 1..4),
        prop::collection::btree_set(0..RESOURCES.len(), 1..3),
    );
    prop::collection::vec(statement, 1..4).prop_map(|statements| {
        let quoted = |texts: Vec<&str>| serde_json::to_string(&texts).unwrap();
        let statements: Vec<String> = statements
            .into_iter()
            .map(|(actions, resources)| {
                allow(
                    &quoted(actions.into_iter().map(|at| ACTIONS[at]).collect()),
                    &quoted(resources.into_iter().map(|at| RESOURCES[at]).collect()),
                )
            })
            .collect();
        policy(&statements.join(", "))
    })
}

fn some_accepts() -> impl Strategy<Value = Vec<Lined<Accept>>> {
    let entry = (0..ACTIONS.len(), 0..RESOURCES.len(), 1_u8..29, 5_u8..8);
    prop::collection::vec(entry, 0..6).prop_map(|entries| {
        let lines: Vec<String> = entries
            .into_iter()
            .map(|(action, resource, day, month)| {
                format!(
                    "  - {{actions: '{}', resources: '{}', reason: because, until: 2027-0{month}-{day:02}}}",
                    ACTIONS[action], RESOURCES[resource]
                )
            })
            .collect();
        accepts(&format!("accept:\n{}", lines.join("\n")))
    })
}

/// Each pair of what is granted, with what is said about it.
fn pairs(recorded: &Recorded) -> BTreeSet<(usize, String, String, State, String)> {
    let both = recorded.comparison.excess.iter().zip(&recorded.standings);
    both.flat_map(|(finding, standing)| {
        let statement = finding.origins.first().unwrap().statement;
        finding.unobserved.iter().flat_map(move |action| {
            finding.resources.iter().map(move |resource| {
                let until = standing
                    .accept
                    .as_ref()
                    .map(|accept| accept.until.to_string());
                let until = until.unwrap_or_default();
                (
                    statement,
                    action.to_string(),
                    resource.clone(),
                    standing.state,
                    until,
                )
            })
        })
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Accepting something changes no other pair, and loses none.
    #[test]
    fn accepting_changes_nothing_else(policy in some_policy(), entries in some_accepts()) {
        let without = pairs(&recorded(&policy, &[], None, None, false));
        let with = pairs(&recorded(&policy, &entries, None, None, false));
        let untouched = |pairs: &BTreeSet<(usize, String, String, State, String)>| {
            let pairs = pairs.iter();
            pairs.map(|(place, action, resource, ..)| (*place, action.clone(), resource.clone())).collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(untouched(&without), untouched(&with));
        for pair in &with {
            let accepted = pair.3 == State::Accepted;
            prop_assert!(accepted || pair.3 == State::Judged);
            prop_assert!(!accepted || pair.4.as_str() >= "2027-06-15");
            if pair.4.is_empty() {
                prop_assert!(without.contains(pair));
            }
        }
    }

    #[test]
    fn the_order_of_entries_is_nothing(policy in some_policy(), entries in some_accepts(), turn in 0_usize..6) {
        let one = recorded(&policy, &entries, None, None, false);
        let mut turned = entries;
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
            turned.reverse();
        }
        let other = recorded(&policy, &turned, None, None, false);
        prop_assert_eq!(one.comparison, other.comparison);
        prop_assert_eq!(one.standings, other.standings);
        prop_assert_eq!(one.matched, other.matched);
    }

    /// Nothing of a policy is new compared with itself, by its baseline or by its text.
    #[test]
    fn nothing_is_new_against_itself(policy in some_policy()) {
        let baseline = written(&policy);
        for recorded in [
            recorded(&policy, &[], Some(&baseline), None, true),
            recorded(&policy, &[], None, Some(&policy), true),
        ] {
            for standing in &recorded.standings {
                prop_assert_eq!(standing.state, State::Baseline);
                prop_assert!(!standing.new);
            }
            prop_assert!(recorded.stale.is_empty());
        }
    }
}

/// The actions of each part, whether `dynamodb:Scan` is among the unobserved ones, and its state.
fn parts(recorded: &Recorded) -> Vec<(String, bool, State)> {
    let scan: crate::iam::Action = "dynamodb:Scan".parse().unwrap();
    let both = recorded.comparison.excess.iter().zip(&recorded.standings);
    both.map(|(finding, standing)| {
        let actions: Vec<&str> = finding.actions.iter().map(String::as_str).collect();
        let is_about_scan = finding.unobserved.contains(&scan);
        (actions.join(" "), is_about_scan, standing.state)
    })
    .collect()
}

const TABLE: &str = r#""arn:aws:dynamodb:eu-west-1:111122223333:table/orders""#;
const SCAN: &str = "accept:\n  - {actions: [dynamodb:Scan], resources: \"*\", reason: report, until: 2028-01-01}\n";

#[test]
fn what_is_accepted_of_a_wildcard_is_told_apart_from_its_rest() {
    for wide in [r#""dynamodb:*""#, r#""dynamodb:S*""#, r#""*""#] {
        let recorded = recorded(
            &policy(&allow(wide, TABLE)),
            &accepts(SCAN),
            None,
            None,
            false,
        );
        let mut told = parts(&recorded);
        told.sort_by_key(|part| part.0.len());
        let wide = wide.trim_matches('"').to_owned();
        assert!(
            told.contains(&("dynamodb:Scan".to_owned(), true, State::Accepted)),
            "{told:?}"
        );
        assert!(told.contains(&(wide, false, State::Judged)), "{told:?}");
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(!recorded.matched.is_empty());
    }
}

#[test]
fn what_is_accepted_of_what_a_not_action_leaves_is_told_apart() {
    let wide = policy(&format!(
        r#"{{"Effect": "Allow", "NotAction": "iam:*", "Resource": {TABLE}}}"#
    ));
    let recorded = recorded(&wide, &accepts(SCAN), None, None, false);
    let told = parts(&recorded);
    assert!(
        told.contains(&("dynamodb:Scan".to_owned(), true, State::Accepted)),
        "{told:?}"
    );
    assert!(
        told.contains(&("iam:*".to_owned(), false, State::Judged)),
        "{told:?}"
    );
    let by_exception: Vec<bool> = recorded
        .comparison
        .excess
        .iter()
        .map(|own| own.not_action)
        .collect();
    assert_eq!(by_exception.iter().filter(|own| **own).count(), 1);
}

#[test]
fn a_wildcard_within_a_wildcard_is_accepted_whole() {
    let accept = "accept:\n  - {actions: [\"dynamodb:Describe*\"], resources: \"*\", reason: report, until: 2028-01-01}\n";
    let recorded = recorded(
        &policy(&allow(r#""dynamodb:*""#, TABLE)),
        &accepts(accept),
        None,
        None,
        false,
    );
    let accepted = recorded.comparison.excess.iter().zip(&recorded.standings);
    let accepted: Vec<&Excess> = accepted
        .filter(|(_, standing)| standing.state == State::Accepted)
        .map(|(finding, _)| finding)
        .collect();
    let [accepted] = accepted.as_slice() else {
        panic!("one part is accepted: {accepted:?}");
    };
    assert!(
        accepted
            .unobserved
            .iter()
            .all(|action| action.name().starts_with("Describe"))
    );
    assert!(accepted.unobserved.len() > 1);
}

#[test]
fn what_the_baseline_has_is_there_within_a_wildcard_and_not_stale() {
    let baseline = written(&policy(&allow(
        r#"["dynamodb:Scan", "dynamodb:PartiQLDelete"]"#,
        TABLE,
    )));
    let now = policy(&allow(r#""dynamodb:*""#, TABLE));
    let recorded = recorded(&now, &[], Some(&baseline), None, true);
    let told = parts(&recorded);
    assert!(
        told.contains(&(
            "dynamodb:PartiQLDelete dynamodb:Scan".to_owned(),
            true,
            State::Baseline
        )),
        "{told:?}"
    );
    assert!(
        told.contains(&("dynamodb:*".to_owned(), false, State::Judged)),
        "{told:?}"
    );
    assert!(recorded.stale.is_empty(), "{:?}", recorded.stale);
}

#[test]
fn what_the_base_granted_of_a_wildcard_is_not_new() {
    let before = policy(&allow(r#""dynamodb:Scan""#, TABLE));
    let now = policy(&allow(r#""dynamodb:*""#, TABLE));
    let recorded = recorded(&now, &[], None, Some(&before), true);
    let told = parts(&recorded);
    assert!(
        told.contains(&("dynamodb:Scan".to_owned(), true, State::Baseline)),
        "{told:?}"
    );
    let rest = recorded.comparison.excess.iter().zip(&recorded.standings);
    let rest: Vec<bool> = rest
        .filter(|(finding, _)| finding.actions.contains("dynamodb:*"))
        .map(|(_, standing)| standing.new)
        .collect();
    assert_eq!(rest, [true]);
}

#[test]
fn what_is_granted_still_is_true_still_though_calls_explain_it() {
    let both = policy(&allow(
        r#"["sqs:PurgeQueue", "sqs:SendMessage"]"#,
        &format!("\"{QUEUE}\""),
    ));
    let mut baseline = written(&both);
    // Nothing of it is excess now.
    let none = Comparison::default();
    let record = Record {
        accepts: &[],
        baseline: Some(&baseline.clone()),
        only_new: true,
        today: TODAY,
        folder: None,
        knows_age: true,
        waits_until: None,
    };
    let recorded = record.of(
        &subject(),
        none,
        limited(std::slice::from_ref(&both)),
        None,
        Catalog::embedded(),
    );
    assert!(recorded.stale.is_empty(), "{:?}", recorded.stale);
    baseline.prune(
        [(subject(), Vec::new(), std::slice::from_ref(&both))],
        Catalog::embedded(),
    );
    assert!(baseline.render().contains("sqs:PurgeQueue"));
    baseline.prune([(subject(), Vec::new(), &[][..])], Catalog::embedded());
    assert!(!baseline.render().contains("sqs:PurgeQueue"));
}

#[test]
fn a_path_is_the_same_policy_however_it_is_written() {
    let about = |named: &str, file: &str| {
        let subject = Subject {
            role: None,
            role_name: None,
            policy_files: vec![file.to_owned()],
            former_files: Vec::new(),
            folder: Some("/code/shop".to_owned()),
        };
        let text = format!(
            "accept:\n  - {{role: \"{named}\", actions: [\"*\"], resources: \"*\", reason: r, until: 2028-01-01}}\n"
        );
        super::accept::is_about(&accepts(&text)[0].value, &subject)
    };
    for file in [
        "p.json",
        "./p.json",
        "roles/../p.json",
        "/code/shop/p.json",
        ".//p.json",
    ] {
        for named in ["p.json", "./p.json", "/code/shop/p.json"] {
            assert!(about(named, file), "{named} {file}");
        }
        assert!(!about("/code/other/p.json", file), "{file}");
        assert!(!about("roles/p.json", file), "{file}");
    }
}

#[test]
fn a_path_that_leads_out_and_back_is_the_same_policy() {
    let plain = |path: &str, folder: Option<&str>| super::accept::plain(path, folder);
    for path in [
        "../shop/p.json",
        "a/../../shop/p.json",
        "/code/x/../shop/p.json",
    ] {
        assert_eq!(plain(path, Some("/code/shop")), "p.json", "{path}");
    }
    assert_eq!(plain("../p.json", Some("/code/shop")), "/code/p.json");
    assert_eq!(
        plain("/code/shopping/p.json", Some("/code/shop")),
        "/code/shopping/p.json"
    );
    // If the folder is not known, a path that leads out of it stays as it is.
    assert_eq!(plain("../p.json", None), "../p.json");
    assert_eq!(plain("./p.json", None), "p.json");
}

#[test]
fn what_is_left_of_a_wildcard_is_as_bad_as_its_own_worst() {
    use crate::compare::Severity;
    let wide = policy(&allow(
        r#""lambda:*""#,
        r#""arn:aws:lambda:eu-west-1:111122223333:function:shop""#,
    ));
    let [finding] = comparison(&wide).excess.try_into().expect("one finding");
    assert_eq!(finding.severity, Severity::High);
    let escalating = finding.severities.iter();
    let escalating = escalating.filter(|(_, severity)| **severity == Severity::High);
    let escalating: Vec<String> = escalating
        .map(|((action, _), _)| format!("'{action}'"))
        .collect();
    assert!(!escalating.is_empty());
    let accept = format!(
        "accept:\n  - {{actions: [{}], resources: \"*\", reason: r, until: 2028-01-01}}\n",
        escalating.join(", ")
    );
    let recorded = recorded(&wide, &accepts(&accept), None, None, false);
    let both = recorded.comparison.excess.iter().zip(&recorded.standings);
    let mut told: Vec<_> = both
        .map(|(part, standing)| (standing.state, part.severity, part.kind))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            (State::Judged, Severity::Medium, finding.kind),
            (State::Accepted, Severity::High, finding.kind),
        ]
    );
}

#[test]
fn an_entry_of_what_a_not_action_leaves_out_is_of_nothing_that_is_granted() {
    let told = |statement: &str, entry: &str| {
        let now = policy(statement);
        let recorded = recorded(&now, &accepts(entry), None, None, false);
        !recorded.matched.is_empty()
    };
    let entry = |action: &str, resource: &str| {
        format!(
            "accept:\n  - {{actions: [\"{action}\"], resources: \"{resource}\", reason: r, until: 2028-01-01}}\n"
        )
    };
    let but_iam = format!(r#"{{"Effect": "Allow", "NotAction": "iam:*", "Resource": "{QUEUE}"}}"#);
    assert!(!told(&but_iam, &entry("iam:Get*", "*")));
    assert!(told(&but_iam, &entry("*", "*")));
    let but_queue =
        format!(r#"{{"Effect": "Allow", "Action": "sqs:*", "NotResource": "{QUEUE}"}}"#);
    assert!(!told(&but_queue, &entry("sqs:SendMessage", QUEUE)));
    assert!(told(&but_queue, &entry("sqs:SendMessage", "*")));
}

#[test]
fn pruning_keeps_the_action_of_an_entry_that_calls_explain_now() {
    let both = policy(&allow(
        r#"["sqs:PurgeQueue", "sqs:DeleteQueue"]"#,
        &format!("\"{QUEUE}\""),
    ));
    let mut baseline = written(&both);
    let purge = policy(&allow(r#""sqs:PurgeQueue""#, &format!("\"{QUEUE}\"")));
    // `DeleteQueue` is still granted, and is not excess now.
    let excess = comparison(&purge).excess;
    let before = baseline.clone();
    baseline.prune(
        [(
            subject(),
            excess.iter().collect(),
            std::slice::from_ref(&both),
        )],
        Catalog::embedded(),
    );
    let text = baseline.render();
    assert!(
        text.contains("sqs:PurgeQueue") && text.contains("sqs:DeleteQueue"),
        "{text}"
    );
    let mut other = before;
    other.prune(
        [(
            subject(),
            excess.iter().collect(),
            std::slice::from_ref(&purge),
        )],
        Catalog::embedded(),
    );
    let text = other.render();
    assert!(
        text.contains("sqs:PurgeQueue") && !text.contains("sqs:DeleteQueue"),
        "{text}"
    );
}

#[test]
fn what_was_denied_is_not_in_the_baseline_once_nothing_denies_it() {
    let table = "\"arn:aws:dynamodb:eu-west-1:111122223333:table/orders\"";
    let all = allow(r#""dynamodb:*""#, table);
    let deny = |actions: &str, resources: &str| {
        let allow = allow(actions, resources);
        allow.replace("Allow", "Deny")
    };
    let denied = deny(r#"["dynamodb:DeleteTable", "dynamodb:Scan"]"#, table);
    let then = policy(&format!("{all}, {denied}"));
    let baseline = written(&then);
    let text = baseline.render();
    let baseline = super::baseline::parse(&text, "b.json".as_ref()).unwrap();
    let states = |statements: &str| -> BTreeSet<State> {
        let now = recorded(&policy(statements), &[], Some(&baseline), None, true);
        told(&now).into_iter().map(|(_, state, _)| state).collect()
    };
    let old = BTreeSet::from([State::Baseline]);
    assert_eq!(states(&format!("{all}, {denied}")), old, "{text}");
    let apart = [
        deny(r#""dynamodb:Scan""#, r#""*""#),
        deny(r#""dynamodb:Delete*""#, table),
    ];
    assert_eq!(states(&format!("{all}, {}", apart.join(", "))), old);
    for gone in [
        all.clone(),
        format!("{all}, {}", deny(r#""dynamodb:Scan""#, table)),
        format!(
            "{all}, {}",
            deny(r#""dynamodb:*""#, &table.replace("orders", "others"))
        ),
    ] {
        assert!(states(&gone).contains(&State::Judged), "{gone}");
    }
    // What was never denied is old, however little is denied now.
    let put = allow(r#""dynamodb:PutItem""#, table);
    assert_eq!(states(&put), old);
    // A file from before denials were written has none.
    let mut older: serde_json::Value = serde_json::from_str(&text).unwrap();
    let role = older["roles"][0].as_object_mut().unwrap();
    assert!(role.remove("denied").is_some(), "{text}");
    let older = super::baseline::parse(&older.to_string(), "b.json".as_ref()).unwrap();
    let now = recorded(&policy(&all), &[], Some(&older), None, true);
    assert!(
        told(&now)
            .iter()
            .all(|(_, state, _)| *state == State::Baseline)
    );
}
