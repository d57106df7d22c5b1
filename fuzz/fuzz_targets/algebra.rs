//! Bytes that choose statements of two policies and a request: the laws of comparing, and a request that only one of the two
//! allows is a difference.

#![no_main]

use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::iam::algebra::{Difference, Relation, compare};
use aws_least_privilege::iam::evaluate::{Outcome, decide};
use aws_least_privilege::iam::permissions::PermissionSet;
use aws_least_privilege::iam::{Action, PolicyDocument};
use libfuzzer_sys::fuzz_target;

const ACTIONS: [&str; 8] = [
    "s3:GetObject",
    "s3:Get*",
    "s3:*Object*",
    "*",
    "s3:ListAllMyBuckets",
    "nobodys:Do*",
    "nobodys:*It",
    "s3:GetObjec?",
];
const LETTERS: [&str; 8] = ["a", "b", "*", "?", "/", ":", "${aws:username}", "${*}"];
const CONDITIONS: [&str; 8] = [
    r#""StringEquals": {"k": "a"}"#,
    r#""StringLike": {"k": ["a*", "b"]}"#,
    r#""StringNotEquals": {"k": "a"}"#,
    r#""StringEqualsIfExists": {"k": "b"}"#,
    r#""Bool": {"aws:SecureTransport": "true"}"#,
    r#""NumericLessThan": {"n": "5"}"#,
    r#""Null": {"k": "true"}"#,
    r#""ForAnyValue:StringLike": {"k": "?"}"#,
];

/// Bytes in turn; zeros when they are used up.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn byte(&mut self) -> usize {
        self.0.next().copied().unwrap_or_default().into()
    }

    fn of<'t>(&mut self, texts: &[&'t str; 8]) -> &'t str {
        texts[self.byte() % 8]
    }

    fn resource(&mut self) -> String {
        let length = self.byte() % 8;
        if length == 0 {
            return "*".to_owned();
        }
        let letters: String = (0..length).map(|_| self.of(&LETTERS)).collect();
        format!("arn:aws:s3:::{letters}")
    }

    /// A statement, once with all of its resources and once for each of them.
    fn statement(&mut self) -> (String, Vec<String>) {
        let kind = self.byte();
        let effect = if kind & 3 == 3 { "Deny" } else { "Allow" };
        let no_action = if kind & 28 == 28 { "Not" } else { "" };
        let excludes = kind & 96 == 96;
        let action = self.of(&ACTIONS);
        let condition = if kind & 128 == 128 {
            format!(r#", "Condition": {{{}}}"#, self.of(&CONDITIONS))
        } else {
            String::new()
        };
        let resources: Vec<String> = (0..=self.byte() % 3).map(|_| self.resource()).collect();
        let with = |resources: &[String]| {
            let not = if excludes { "Not" } else { "" };
            format!(
                r#"{{"Effect": "{effect}", "{no_action}Action": "{action}", "{not}Resource": {resources:?}{condition}}}"#
            )
        };
        let apart = if excludes {
            vec![with(&resources)]
        } else {
            resources.chunks(1).map(with).collect()
        };
        (with(&resources), apart)
    }

    fn statements(&mut self) -> Vec<(String, Vec<String>)> {
        (0..self.byte() % 4).map(|_| self.statement()).collect()
    }
}

fn policy(statements: &[String]) -> PolicyDocument {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        statements.join(", ")
    );
    PolicyDocument::parse(&text, "fuzzed").expect("it is a policy")
}

fn is_in_doubt(differences: &[Difference]) -> bool {
    differences
        .iter()
        .all(|difference| difference.doubt.is_some())
}

fuzz_target!(|bytes: &[u8]| {
    if bytes.len() > 256 {
        return;
    }
    let mut choices = Choices(bytes.iter());
    let (ones, others) = (choices.statements(), choices.statements());
    let (more, _) = choices.statement();
    let whole: Vec<String> = ones.iter().map(|(whole, _)| whole.clone()).collect();
    let apart: Vec<String> = ones.iter().flat_map(|(_, apart)| apart.clone()).collect();
    let other: Vec<String> = others.iter().map(|(whole, _)| whole.clone()).collect();
    let (one, other) = (policy(&whole), policy(&other));

    let catalog = Catalog::embedded();
    let set = |policy: &PolicyDocument| PermissionSet::from_documents(&[policy], catalog);
    let (first, second) = (set(&one), set(&other));
    assert_eq!(
        compare(&first, &first, catalog).relation,
        Relation::Equivalent
    );
    let told_apart = compare(&first, &set(&policy(&apart)), catalog);
    assert!(is_in_doubt(&told_apart.only_one) && is_in_doubt(&told_apart.only_other));
    let with_more = compare(
        &first,
        &set(&policy(&[whole, vec![more.clone()]].concat())),
        catalog,
    );
    if more.contains(r#""Effect": "Deny""#) {
        assert!(is_in_doubt(&with_more.only_other), "a Deny adds");
    } else {
        assert!(is_in_doubt(&with_more.only_one), "an Allow takes away");
    }

    let relation = compare(&first, &second, catalog).relation;
    let back = compare(&second, &first, catalog).relation;
    match relation {
        Relation::Equivalent => assert_eq!(back, Relation::Equivalent),
        Relation::Incomparable => assert_eq!(back, Relation::Incomparable),
        Relation::Narrower => assert!(matches!(back, Relation::Broader | Relation::Undecided)),
        Relation::Broader => assert!(matches!(back, Relation::Narrower | Relation::Undecided)),
        Relation::Undecided => {}
    }
    for _ in 0..4 {
        let known = choices.byte() % 2 == 0;
        let key: String = (0..choices.byte() % 6)
            .map(|_| ["a", "b", "/", "x"][choices.byte() % 4])
            .collect();
        let (action, resource) = if known {
            ("s3:GetObject", format!("arn:aws:s3:::a/{key}x"))
        } else {
            ("nobodys:DoIt", format!("arn:aws:s3:::{key}"))
        };
        let action: Action = action.parse().expect("it is an action");
        let allowed = |policy| decide(&[policy], &action, &resource).outcome;
        let denied = |outcome| {
            matches!(
                outcome,
                Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied
            )
        };
        let (ours, theirs) = (allowed(&one), allowed(&other));
        if ours == Outcome::Allowed && denied(theirs.clone()) {
            assert!(
                !matches!(relation, Relation::Equivalent | Relation::Narrower),
                "{action} on {resource}"
            );
        }
        if theirs == Outcome::Allowed && denied(ours) {
            assert!(
                !matches!(relation, Relation::Equivalent | Relation::Broader),
                "{action} on {resource}"
            );
        }
    }
});
