//! A second, naive judge of breadth: it asks for a few resources one by one and reads rule by rule what DESIGN's words say of
//! conditions, variables and denials. It shares nothing with `compare` but the texts, and the two have to agree.

use crate::effort;
use aws_least_privilege::catalog::{Catalog, MappingKind};
use aws_least_privilege::compare::{Comparison, Granted, Known, Spot, compare};
use aws_least_privilege::iam::{Action, PolicyDocument};
use aws_least_privilege::needed::{Because, NeededPermissions, Permission};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const OWN: &str = "111111111111";
const GET: &str = "dynamodb:GetItem";
const ACTIONS: [&str; 2] = [GET, "dynamodb:PutItem"];

/// Names and places of the tables that are asked for: enough to tell every pattern below from every other.
const ASKED: [&str; 9] = ["a", "ab", "ac", "acb", "b", "bb", "c", "cb", "cc"];
const PLACES: [(&str, &str); 4] = [
    ("eu-west-1", OWN),
    ("us-east-1", OWN),
    ("eu-west-1", "222222222222"),
    ("us-east-1", "222222222222"),
];

/// What is called, if anything is.
const CALLED: Table = ("eu-west-1", OWN, "a");

/// Region, account and name.
type Table = (&'static str, &'static str, &'static str);

fn tables() -> impl Iterator<Item = Table> {
    let each = |(region, account)| ASKED.into_iter().map(move |name| (region, account, name));
    PLACES.into_iter().flat_map(each)
}

/// Yes, no, or that nothing but the request tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    No,
    Perhaps,
    Yes,
}

/// A test: operator, key and value, and what it says of a table in an `Allow` and in a `Deny`.
struct Test {
    text: (&'static str, &'static str, &'static str),
    allow: fn(Table) -> Holds,
    deny: fn(Table) -> Holds,
}

fn if_so(holds: bool) -> Holds {
    if holds { Holds::Yes } else { Holds::No }
}

const TESTS: [Test; 13] = [
    Test {
        text: ("StringEquals", "aws:RequestedRegion", "eu-west-1"),
        allow: |table| if_so(table.0 == "eu-west-1"),
        deny: |table| if_so(table.0 == "eu-west-1"),
    },
    Test {
        text: ("StringNotEquals", "aws:RequestedRegion", "eu-west-1"),
        // In an Allow, what a test only leaves out narrows nothing.
        allow: |_| Holds::Yes,
        deny: |table| if_so(table.0 != "eu-west-1"),
    },
    Test {
        text: ("StringEquals", "aws:ResourceAccount", OWN),
        allow: |table| if_so(table.1 == OWN),
        deny: |table| if_so(table.1 == OWN),
    },
    Test {
        text: ("StringEquals", "aws:PrincipalAccount", OWN),
        allow: |_| Holds::Yes,
        deny: |_| Holds::Yes,
    },
    Test {
        text: ("StringEquals", "aws:PrincipalAccount", "222222222222"),
        allow: |_| Holds::No,
        deny: |_| Holds::No,
    },
    Test {
        text: ("Bool", "aws:SecureTransport", "true"),
        allow: |_| Holds::Yes,
        deny: |_| Holds::No,
    },
    Test {
        text: ("Bool", "aws:ViaAWSService", "true"),
        allow: |_| Holds::Yes,
        deny: |_| Holds::No,
    },
    Test {
        text: ("StringEquals", "aws:ResourceTag/app", "shop"),
        allow: |_| Holds::Perhaps,
        deny: |_| Holds::No,
    },
    Test {
        text: ("StringNotEquals", "aws:ResourceTag/app", "shop"),
        allow: |_| Holds::Yes,
        deny: |_| Holds::Perhaps,
    },
    Test {
        text: ("StringEqualsIfExists", "aws:ResourceTag/app", "shop"),
        allow: |_| Holds::Yes,
        deny: |_| Holds::No,
    },
    Test {
        text: ("StringEquals", "aws:PrincipalTag/app", "shop"),
        allow: |_| Holds::Yes,
        deny: |_| Holds::No,
    },
    Test {
        text: ("Null", "aws:ResourceTag/app", "true"),
        allow: |_| Holds::Yes,
        deny: |_| Holds::No,
    },
    Test {
        text: ("StringEquals", "iam:PassedToService", "x.amazonaws.com"),
        allow: |_| Holds::Yes,
        deny: |_| Holds::No,
    },
];

/// The test for a tag, and those that no table meets together with it.
const POSITIVE: usize = 7;
const AGAINST_IT: [usize; 2] = [8, 11];

/// The test that leaves out the place which a statement names, if it names one. Such a statement grants nothing.
const LEAVES_OUT: usize = 1;

/// A name element: its text, what it is worth in an `Allow` and in a `Deny`, and the names that it matches, a variable being
/// any text. What a denial names by a variable, it takes from nobody for certain.
type Name = (&'static str, Holds, Holds, fn(&str) -> bool);

const NAMES: [Name; 8] = [
    ("a", Holds::Yes, Holds::Yes, |name| name == "a"),
    ("b", Holds::Yes, Holds::Yes, |name| name == "b"),
    ("a*", Holds::Yes, Holds::Yes, |name| name.starts_with('a')),
    ("*", Holds::Yes, Holds::Yes, |_| true),
    ("?", Holds::Yes, Holds::Yes, |name| name.len() == 1),
    ("*b", Holds::Yes, Holds::Yes, |name| name.ends_with('b')),
    ("${aws:PrincipalTag/KEY}", Holds::Perhaps, Holds::No, |_| {
        true
    }),
    ("a${aws:PrincipalTag/KEY}*", Holds::Yes, Holds::No, |name| {
        name.starts_with('a')
    }),
];

#[derive(Debug, Clone)]
struct Statement {
    allows: bool,
    actions: Vec<&'static str>,
    names: Vec<usize>,
    anywhere: bool,
    tests: BTreeSet<usize>,
}

impl Statement {
    fn json(&self) -> Value {
        let place = if self.anywhere {
            "*:*"
        } else {
            "eu-west-1:111111111111"
        };
        // Other variables and tags in each effect: a denial by the same would take away just what is granted.
        let key = if self.allows { "team" } else { "stage" };
        let names = self
            .names
            .iter()
            .map(|name| NAMES[*name].0.replace("KEY", key));
        let resources: Vec<String> = names
            .map(|name| format!("arn:aws:dynamodb:{place}:table/{name}"))
            .collect();
        let effect = if self.allows { "Allow" } else { "Deny" };
        let mut statement =
            json!({"Effect": effect, "Action": self.actions, "Resource": resources});
        for test in &self.tests {
            let (operator, key, value) = TESTS[*test].text;
            let key = if self.allows {
                key.to_owned()
            } else {
                key.replace("app", "stage")
            };
            let value = if self.allows {
                value.to_owned()
            } else {
                value.replace("x.amazonaws", "y.amazonaws")
            };
            statement["Condition"][operator][key] = json!(value);
        }
        statement
    }

    fn is_about(&self, action: &str) -> bool {
        self.actions
            .iter()
            .any(|own| *own == action || *own == "dynamodb:*")
    }

    fn holds(&self, table: Table) -> Holds {
        let each = self
            .names
            .iter()
            .map(|name| self.element_holds(*name, table));
        each.max().unwrap_or(Holds::No)
    }

    fn element_holds(&self, name: usize, table: Table) -> Holds {
        let (_, in_allow, in_deny, matches) = NAMES[name];
        let is_here = table.0 == "eu-west-1" && table.1 == OWN;
        if !matches(table.2) || !(self.anywhere || is_here) {
            return Holds::No;
        }
        if self.allows && !self.anywhere && self.tests.contains(&LEAVES_OUT) {
            return Holds::No;
        }
        let reached = if self.allows { in_allow } else { in_deny };
        let tests = self.tests.iter().map(|test| &TESTS[*test]);
        let tested = tests.map(|test| {
            if self.allows {
                (test.allow)(table)
            } else {
                (test.deny)(table)
            }
        });
        tested.chain([reached]).min().unwrap_or(reached)
    }
}

/// What is to be said of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Nothing,
    Undecided,
    Excess,
}

fn expected(statements: &[Statement], action: &str, called: &[&str]) -> Said {
    let is_observed = called.contains(&action);
    let about = || statements.iter().filter(|own| own.is_about(action));
    let said = tables()
        .filter(|table| !is_observed || *table != CALLED)
        .map(|table| {
            let denied = about()
                .filter(|own| !own.allows)
                .map(|own| own.holds(table))
                .max()
                .unwrap_or(Holds::No);
            let allowed = about()
                .filter(|own| own.allows)
                .map(|own| own.holds(table))
                .max()
                .unwrap_or(Holds::No);
            match (allowed, denied) {
                (Holds::No, _) | (_, Holds::Yes) => Said::Nothing,
                // Nothing shows that it is used: conditions and variables acquit nothing.
                _ if !is_observed => Said::Excess,
                (Holds::Yes, Holds::No) => Said::Excess,
                _ => Said::Undecided,
            }
        });
    said.max().unwrap_or(Said::Nothing)
}

fn said(comparison: &Comparison, action: &str) -> Said {
    let action: Action = action.parse().expect("it is an action");
    let groups = comparison.elements.values().flatten();
    let own = groups.filter(|group| group.actions.contains(&action));
    let said = own.flat_map(|group| &group.spots).map(|spot| match spot {
        Spot::Beyond(_) | Spot::NotObserved => Said::Excess,
        Spot::Undecided(_) => Said::Undecided,
        Spot::Dead(_) | Spot::Justified => Said::Nothing,
        Spot::GivenUp(_) => panic!("nothing here is intricate"),
    });
    said.max().unwrap_or(Said::Nothing)
}

fn needs(called: &[&str]) -> NeededPermissions {
    let mut needs = NeededPermissions::default();
    let (region, account, name) = CALLED;
    for action in called {
        needs.services.insert("dynamodb".to_owned());
        let permission = Permission {
            action: action.parse().expect("it is an action"),
            resources: BTreeSet::from([format!(
                "arn:aws:dynamodb:{region}:{account}:table/{name}"
            )]),
            resource_known: true,
            mapping: MappingKind::Exact,
            because: Because::Observed,
        };
        needs.needed.entry(permission).or_default();
    }
    needs
}

fn statement() -> impl Strategy<Value = Statement> {
    (
        prop::bool::weighted(0.6),
        prop::sample::subsequence(vec![GET, "dynamodb:PutItem", "dynamodb:*"], 1..=2),
        prop::sample::subsequence((0..NAMES.len()).collect::<Vec<_>>(), 1..=2),
        any::<bool>(),
        prop::collection::btree_set(0..TESTS.len(), 0..3),
    )
        .prop_map(|(allows, actions, names, anywhere, mut tests)| {
            // Nothing is the tag `shop` and not.
            if tests.contains(&POSITIVE) {
                tests.retain(|test| !AGAINST_IT.contains(test));
            }
            Statement {
                allows,
                actions,
                names,
                anywhere,
                tests,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: effort::seed(), ..ProptestConfig::with_cases(effort::cases(1_000)) })]

    #[test]
    fn a_naive_judge_agrees_on_breadth(
        statements in prop::collection::vec(statement(), 1..4),
        called in prop::sample::subsequence(ACTIONS.to_vec(), 0..=2),
    ) {
        let text = json!({"Version": "2012-10-17", "Statement": statements.iter().map(Statement::json).collect::<Vec<_>>()});
        let policies = [PolicyDocument::parse(&text.to_string(), "policy.json").expect("it is a policy")];
        let granted = Granted {
            policies: &policies,
            known: Known { account: Some(OWN), role: Some("arn:aws:iam::111111111111:role/shop") },
            ..Granted::default()
        };
        let comparison = compare(&needs(&called), &granted, Catalog::embedded());
        for action in ACTIONS {
            prop_assert_eq!(said(&comparison, action), expected(&statements, action, &called), "{} called {:?} in {}", action, called, text);
        }
    }
}
