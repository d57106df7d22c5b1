//! Compares the algebra with brute force: every request of a small world is given to the evaluator.

mod limits;
mod order;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::action_set::ActionNumbering;
use super::super::evaluate::{Asks, Policies, Request, Ruling, evaluate};
use super::super::permissions::PermissionSet;
use super::super::{Action, ActionPattern, Context, PolicyDocument};
use super::{ActionUniverse, Comparison, Reach, Relation, compare};

/// A catalogue of two actions that says nothing about what they can act on.
struct Known(Vec<Action>);

impl ActionNumbering for Known {
    fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap()
    }

    fn number(&self, action: &Action) -> Option<u32> {
        let place = self.0.iter().position(|known| known == action)?;
        u32::try_from(place).ok()
    }

    fn matching(&self, pattern: &ActionPattern) -> Vec<u32> {
        let matched = self.0.iter().filter(|action| pattern.matches(action));
        matched.filter_map(|action| self.number(action)).collect()
    }
}

impl ActionUniverse for Known {
    fn action(&self, number: u32) -> Option<Action> {
        self.0.get(usize::try_from(number).ok()?).cloned()
    }

    fn kind(&self, _number: u32) -> Vec<usize> {
        Vec::new()
    }

    fn may_reach_another_region(&self, _number: u32) -> bool {
        true
    }

    fn may_lack_the_account(&self, _number: u32) -> bool {
        true
    }

    fn reach(&self, _number: u32) -> Reach {
        Reach::Unknown
    }
}

fn known() -> Known {
    let names = ["s3:GetObject", "s3:PutObject"];
    Known(names.iter().map(|name| name.parse().unwrap()).collect())
}

/// The listed actions, and names that no catalogue has: one for each set of the patterns of [`statement`] that can match a
/// name together.
const ACTIONS: [&str; 9] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:GetTomorrow",
    "s3:GetNewObject",
    "s3:DropObject",
    "s3:Drop",
    "new:Thing",
    "new:Other",
    "none:Such",
];

fn statement() -> impl Strategy<Value = String> {
    let effect = prop::sample::select(vec!["Allow", "Allow", "Deny"]);
    let action = prop::sample::select(vec![
        r#""*""#,
        r#""s3:*""#,
        r#""s3:Get*""#,
        r#""s3:*Object""#,
        r#"["s3:GetObject", "new:Thing"]"#,
        r#"["s3:PutObject", "s3:Get*"]"#,
    ]);
    let pattern = prop_oneof![
        4 => "[ab*?]{0,2}".prop_map(|rest| format!("arn:aws:s3:::{rest}")),
        1 => Just("*".to_owned()),
        1 => Just("arn:aws:s3:::${aws:username}".to_owned()),
        1 => Just("arn:aws:s3:::a${aws:username}".to_owned()),
    ];
    let not = || prop::sample::select(vec!["", "", "Not"]);
    let condition = prop::sample::select(vec![
        "",
        "",
        r#"{"StringEquals": {"k": "a"}}"#,
        r#"{"StringEquals": {"k": ["a", "b"]}}"#,
        r#"{"StringNotEquals": {"k": "a"}}"#,
        r#"{"StringLike": {"K": "a*"}}"#,
        r#"{"StringLikeIfExists": {"k": "?"}}"#,
        r#"{"Null": {"k": "true"}}"#,
        r#"{"Bool": {"f": "true"}}"#,
        r#"{"Bool": {"f": "false"}, "StringEquals": {"k": "b"}}"#,
        r#"{"NumericLessThan": {"n": "5"}}"#,
        r#"{"NumericGreaterThanEquals": {"n": "5"}}"#,
    ]);
    let condition = prop_oneof![2 => Just(""), 1 => condition];
    (effect, action, vec(pattern, 1..3), not(), not(), condition).prop_map(
        |(effect, action, resources, not_action, not_resource, condition)| {
            let condition = if condition.is_empty() {
                String::new()
            } else {
                format!(r#", "Condition": {condition}"#)
            };
            format!(
                r#"{{"Effect": "{effect}", "{not_action}Action": {action}, "{not_resource}Resource": {resources:?}{condition}}}"#
            )
        },
    )
}

fn policy(statements: &[String]) -> PolicyDocument {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        statements.join(",")
    );
    PolicyDocument::parse(&text, "p").unwrap()
}

fn compared(one: &PolicyDocument, other: &PolicyDocument) -> Comparison {
    let set = |policy| PermissionSet::from_documents(&[policy], &known());
    compare(&set(one), &set(other), &known())
}

/// Resources and contexts that show every difference which the patterns and conditions of [`statement`] can make.
fn requests(statements: &str) -> Vec<(Action, String, Context)> {
    let texts = super::super::glob::tests::short_texts(3);
    let mut resources: Vec<String> = texts
        .iter()
        .map(|text| format!("arn:aws:s3:::{text}"))
        .collect();
    resources.extend(["arn:aws:s3:::q", "arn:aws:s3:::aq", "other"].map(str::to_owned));
    let mut requests = Vec::new();
    for action in ACTIONS {
        for resource in &resources {
            for context in contexts(statements) {
                requests.push((action.parse().unwrap(), resource.clone(), context));
            }
        }
    }
    requests
}

/// Every combination of the values that these statements distinguish for a key.
fn contexts(statements: &str) -> Vec<Context> {
    let keys: [(&str, &str, &[&str]); 4] = [
        ("k", r#"{"k":"#, &["a", "b", "ab", "z"]),
        ("f", r#"{"f":"#, &["true", "false"]),
        ("n", r#"{"n":"#, &["4", "5"]),
        ("aws:username", "${aws:username}", &["q", "z", "b"]),
    ];
    let mut contexts: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for (key, mention, values) in keys {
        if !statements.to_lowercase().contains(mention) {
            continue;
        }
        for without in contexts.clone() {
            contexts.extend(values.iter().map(|value| {
                let mut with = without.clone();
                with.push((key, *value));
                with
            }));
        }
    }
    let contexts = contexts.into_iter();
    contexts.map(|pairs| pairs.into_iter().collect()).collect()
}

fn allows(
    policy: &PolicyDocument,
    (action, resource, context): &(Action, String, Context),
) -> bool {
    let identity = std::slice::from_ref(policy);
    let policies = Policies {
        identity,
        ..Policies::default()
    };
    let request = Request {
        action,
        resource,
        context: Some(context),
        asks: Asks::Resource,
    };
    evaluate(policies, &request).ruling == Ruling::Allowed
}

/// Whether there is a request that only the first allows, and one that only the second allows.
fn by_brute_force(ones: &[String], others: &[String]) -> (bool, bool) {
    let (one, other) = (&policy(ones), &policy(others));
    let (mut only_one, mut only_other) = (false, false);
    for request in requests(&[ones, others].concat().concat()) {
        let (first, second) = (allows(one, &request), allows(other, &request));
        only_one |= first && !second;
        only_other |= second && !first;
    }
    (only_one, only_other)
}

/// An unlisted name that matches patterns of both `NotAction`s is in neither statement.
#[test]
fn a_name_of_tomorrow_within_two_not_actions_is_granted_by_neither() {
    let ones = [
        r#"{"Effect": "Allow", "NotAction": "s3:*Object", "Resource": "*"}"#,
        r#"{"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}"#,
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#,
    ]
    .map(str::to_owned);
    let others = [r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#.to_owned()];
    assert_eq!(by_brute_force(&ones, &others), (false, true));
    let got = compared(&policy(&ones), &policy(&others));
    assert_eq!(got.relation, Relation::Narrower, "{got:?}");
    let open = got
        .only_other
        .iter()
        .all(|difference| difference.unlisted_only);
    assert!(open, "{:?}", got.only_other);
}

/// The same text is that text in any case, whatever the case of the other policy's value.
#[test]
fn text_of_one_case_is_within_that_of_any() {
    let under = |operator: &str, value: &str| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {{"{operator}": {{"k": "{value}"}}}}}}"#
        );
        policy(&[statement])
    };
    for (one, other, relation) in [
        (
            ("StringEquals", "Y"),
            ("StringEqualsIgnoreCase", "y"),
            Relation::Narrower,
        ),
        (
            ("StringEqualsIfExists", "Y"),
            ("StringEqualsIgnoreCaseIfExists", "y"),
            Relation::Narrower,
        ),
        (
            ("StringNotEqualsIgnoreCase", "y"),
            ("StringNotEquals", "Y"),
            Relation::Narrower,
        ),
        (
            ("StringNotEquals", "y"),
            ("StringNotEqualsIgnoreCase", "Y"),
            Relation::Broader,
        ),
    ] {
        let got = compared(&under(one.0, one.1), &under(other.0, other.1));
        assert_eq!(got.relation, relation, "{one:?} {other:?} {got:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The answer may be undecided only where there are policy variables; elsewhere it is that of brute force.
    #[test]
    fn agrees_with_brute_force(ones in vec(statement(), 0..4), others in vec(statement(), 0..4)) {
        let (one, other) = (policy(&ones), policy(&others));
        let expected = match by_brute_force(&ones, &others) {
            (false, false) => Relation::Equivalent,
            (false, true) => Relation::Narrower,
            (true, false) => Relation::Broader,
            (true, true) => Relation::Incomparable,
        };
        let got = compared(&one, &other);
        let has_variables = ones.iter().chain(&others).any(|text| text.contains("${"));
        let doubtful = |list: &[super::Difference]| list.iter().any(|difference| difference.doubt.is_some());
        let open = doubtful(&got.only_one) || doubtful(&got.only_other);
        if has_variables && open {
            let grants_more = matches!(expected, Relation::Broader | Relation::Incomparable);
            let agrees = match got.relation {
                Relation::Equivalent | Relation::Narrower => !grants_more,
                Relation::Broader | Relation::Incomparable => grants_more,
                Relation::Undecided => true,
            };
            prop_assert!(agrees, "{:?}", got);
        } else {
            prop_assert_eq!(got.relation, expected, "{:?}", got);
        }
    }

    /// Each request that only the first allows is in some listed difference.
    #[test]
    fn tells_a_difference_for_every_request(ones in vec(statement(), 1..4), others in vec(statement(), 0..4)) {
        let (one, other) = (policy(&ones), policy(&others));
        let got = compared(&one, &other);
        for request in requests(&[ones, others].concat().concat()) {
            if allows(&one, &request) && !allows(&other, &request) {
                let told = got.only_one.iter().any(|difference| {
                    let patterns = difference.actions.elements.iter();
                    let listed = patterns.map(ActionPattern::new).any(|own| own.matches(&request.0));
                    let excepted = difference.except_actions.iter().map(ActionPattern::new).any(|own| own.matches(&request.0));
                    listed != difference.actions.all_but && !excepted
                });
                prop_assert!(told, "{:?} {:?}", request, got.only_one);
            }
        }
    }

    #[test]
    fn swapped_sides_swap_the_answer(ones in vec(statement(), 0..4), others in vec(statement(), 0..4)) {
        let (one, other) = (policy(&ones), policy(&others));
        let (forth, back) = (compared(&one, &other), compared(&other, &one));
        prop_assert_eq!(forth.only_one, back.only_other);
        prop_assert_eq!(forth.only_other, back.only_one);
    }

    #[test]
    fn contains_itself_in_any_order_and_case(statements in vec(statement(), 0..5)) {
        let one = policy(&statements);
        let mut changed: Vec<String> = statements.iter().map(|text| text.replace("s3:GetObject", "S3:getobject")).collect();
        changed.reverse();
        changed.extend(statements.first().cloned());
        prop_assert_eq!(compared(&one, &policy(&changed)).relation, Relation::Equivalent);
    }

    #[test]
    fn a_deny_never_adds_and_an_allow_never_takes(statements in vec(statement(), 0..4), more in statement()) {
        let one = policy(&statements);
        let mut extended = statements.clone();
        extended.push(more.clone());
        let got = compared(&policy(&extended), &one);
        let side = if more.contains("Deny") { got.only_one } else { got.only_other };
        prop_assert_eq!(side, Vec::new());
    }
}
