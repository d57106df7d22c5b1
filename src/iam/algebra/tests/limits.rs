//! Every limit of the algebra ends as given-up work, whatever else is undecided, and a decided answer stays decided.

use super::super::super::permissions::PermissionSet;
use super::super::super::{Answer, ConditionAtom, ConditionBlock, Glob, ResourcePattern, Version};
use super::super::budget::Budget;
use super::super::cause::{Causes, Limit};
use super::super::classes::Classes;
use super::super::conditions::Conditions;
use super::super::literals::{self, Literal};
use super::super::patterns::{PatternId, Patterns};
use super::super::problem::Problem;
use super::super::reasoned::Reasoned;
use super::super::remainder::{Ask, Piece, Remainder};
use super::super::resources::Question;
use super::super::shape::{Alphabet, Reading, Shape};
use super::super::share::{Share, Size};
use super::super::walk;
use super::super::{Cause, Comparison, compare};
use super::{known, policy};

const PLENTY: usize = 1 << 40;

fn given_up(limit: Limit) -> Causes {
    Cause::GivenUp { limit }.into()
}

fn set(statements: &[String]) -> PermissionSet {
    PermissionSet::from_documents(&[&policy(statements)], &known())
}

fn allow(resources: &[String], condition: &str) -> String {
    statement("Allow", resources, condition)
}

fn statement(effect: &str, resources: &[String], condition: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", "Action": "s3:GetObject", "Resource": {resources:?}{condition}}}"#
    )
}

fn compared(ones: &[String], others: &[String]) -> Comparison {
    compare(&set(ones), &set(others), &known())
}

/// Whether work was given up and the answer is undecided because of it.
fn is_given_up(comparison: &Comparison) -> bool {
    let doubts = comparison.only_one.iter().map(|own| &own.doubt);
    comparison.within == Answer::Undecided
        && (comparison.cut.is_given_up() || doubts.flatten().any(Causes::is_given_up))
}

fn numbered(count: usize, pattern: impl Fn(usize) -> String) -> Vec<String> {
    (0..count)
        .map(|number| format!("arn:aws:s3:::{}", pattern(number)))
        .collect()
}

#[test]
fn a_walk_beyond_its_budget() {
    let run = |letter: char| {
        let single = move |length: usize| format!("*{letter}{}", "?".repeat(length));
        (0..20).map(move |length| Shape::of_glob(&Glob::parse(&single(length))))
    };
    let union: Vec<Shape> = run('a').chain(run('c')).collect();
    let union: Vec<&Shape> = union.iter().collect();
    let everything = Shape::default().any(Alphabet::Any);
    let mut budget = Budget::of(1_000);
    let answer = walk::covers(&[&everything], &union, Reading::Fresh, &mut budget);
    assert_eq!(answer, Answer::Undecided);
    assert_eq!(budget.given_up(), given_up(Limit::Patterns));
}

#[test]
fn a_walk_of_too_many_shapes_or_too_long_ones() {
    let star = |text: &str| {
        Shape::default()
            .any(Alphabet::Any)
            .text(text)
            .any(Alphabet::Any)
    };
    let many: Vec<Shape> = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
        .map(star)
        .into();
    let many: Vec<&Shape> = many.iter().collect();
    let long = Shape::default()
        .any(Alphabet::Any)
        .text(&"x".repeat(70_000));
    for left in [many.as_slice(), &[&long]] {
        let mut budget = Budget::of(PLENTY);
        let answer = walk::covers(left, &[], Reading::Fresh, &mut budget);
        assert_eq!(answer, Answer::Undecided);
        assert_eq!(budget.given_up(), given_up(Limit::Patterns));
    }
}

fn ids(patterns: &mut Patterns, texts: &[String]) -> Vec<PatternId> {
    let texts = texts.iter();
    texts
        .map(|text| patterns.id(&ResourcePattern::new(text, Version::V2012)))
        .collect()
}

#[test]
fn too_many_alternatives() {
    let mut patterns = Patterns::default();
    let ones = ids(&mut patterns, &numbered(50, |number| format!("a{number}*")));
    let others = ids(
        &mut patterns,
        &numbered(50, |number| format!("a*{number}z*")),
    );
    let all = ids(&mut patterns, &["a*".to_owned()]);
    let ask = |covered_by: &[PatternId]| {
        let question = Question {
            one_of_each: vec![&ones, &others],
            covered_by: covered_by.to_vec(),
        };
        question.answer(&[], &patterns, &mut Budget::of(PLENTY))
    };
    assert_eq!(ask(&all), Reasoned::given_up(Limit::Patterns));
    // One way that is not covered decides, however many there are.
    assert_eq!(ask(&[]), Reasoned::of(Answer::No));
}

/// A variable and the budget both leave it undecided; the variable hides nothing.
#[test]
fn what_is_given_up_is_told_beside_a_variable() {
    let variable = numbered(1, |_| "b/${aws:username}/*a*b*c*d".to_owned());
    let mut stars = numbered(30, |number| format!("b/*a*{number}*b*c*"));
    stars.push("arn:aws:s3:::b/${aws:userid}*".to_owned());
    let mut patterns = Patterns::default();
    let (variable, stars) = (ids(&mut patterns, &variable), ids(&mut patterns, &stars));
    let question = Question {
        one_of_each: vec![&variable],
        covered_by: stars,
    };
    let mut budget = Budget::of(100);
    let before = budget.begin();
    let answer = question.answer(&[], &patterns, &mut budget);
    let answer = budget.end(before, answer);
    assert_eq!(answer.answer, Answer::Undecided);
    assert!(answer.because.is_given_up(), "{answer:?}");
    let variables = answer.because.iter();
    let variables = variables.filter(|cause| matches!(cause, Cause::Variable { .. }));
    assert_eq!(variables.count(), 2, "{answer:?}");
}

fn atom(operator: &str, key: &str, values: impl IntoIterator<Item = String>) -> ConditionAtom {
    ConditionAtom::new(operator, key, values)
}

#[test]
fn too_many_ways_to_choose_texts() {
    let values = |letter: char| (0..70).map(move |number| format!("*{letter}{number}*"));
    let atoms = [
        atom("StringLike", "aws:useragent", values('a')),
        atom("StringLike", "aws:useragent", values('b')),
    ];
    let literals = atoms.each_ref().map(|atom| Literal { atom, holds: true });
    let mut budget = Budget::of(PLENTY);
    let answer = literals::can_be(&literals, &mut budget);
    // No tried request fits and that proves nothing, so work was given up.
    assert!(
        answer.answer.is_yes() || answer.because.is_given_up(),
        "{answer:?}"
    );
    let fails = [
        Literal {
            atom: &atoms[0],
            holds: true,
        },
        Literal {
            atom: &atoms[1],
            holds: true,
        },
        Literal {
            atom: &atom("StringNotLike", "aws:useragent", values('a')),
            holds: true,
        },
    ];
    let answer = literals::can_be(&fails, &mut budget);
    if answer.answer == Answer::Undecided {
        assert!(answer.because.is_given_up(), "{answer:?}");
    }
}

#[test]
fn too_many_requests_to_try() {
    let values = |letter: char| (0..80).map(move |number| format!("{letter}{number}"));
    let atoms = [
        atom(
            "StringEquals",
            "aws:userid",
            ["${aws:username}-${aws:principaltag/x}".to_owned()],
        ),
        atom("StringEqualsIgnoreCase", "aws:username", values('a')),
        atom("StringEqualsIgnoreCase", "aws:principaltag/x", values('b')),
    ];
    let literals = atoms.each_ref().map(|atom| Literal { atom, holds: true });
    let answer = literals::can_be(&literals, &mut Budget::of(PLENTY));
    assert_eq!(answer.answer, Answer::Undecided);
    assert!(answer.because.is_given_up(), "{answer:?}");
}

/// There is no time for pairs of many values, and one value is enough.
#[test]
fn one_value_is_tried_before_pairs() {
    let atoms = [
        atom(
            "ForAllValues:StringLike",
            "aws:tagkeys",
            (0..60).map(|number| format!("key{number}*")),
        ),
        atom("Null", "aws:tagkeys", ["false".to_owned()]),
    ];
    let literals = atoms.each_ref().map(|atom| Literal { atom, holds: true });
    let answer = literals::can_be(&literals, &mut Budget::of(1 << 17));
    assert_eq!(answer, Reasoned::of(Answer::Yes));
}

#[test]
fn a_budget_too_small_for_requests() {
    let atoms = [
        atom("NumericLessThan", "s3:max-keys", ["5".to_owned()]),
        atom("NumericGreaterThan", "s3:max-keys", ["7".to_owned()]),
    ];
    let literals = atoms.each_ref().map(|atom| Literal { atom, holds: true });
    let answer = literals::can_be(&literals, &mut Budget::of(10));
    assert_eq!(answer.answer, Answer::Undecided);
    assert!(answer.because.is_given_up(), "{answer:?}");
}

#[test]
fn too_many_ways_to_fail_conditions() {
    // Each can fail in two ways, and no way fails all, because the last cannot fail beside the first.
    let mut conditions = Conditions::default();
    let given = atom("StringEquals", "aws:username", ["a".to_owned()]);
    let implied = atom("StringLike", "aws:username", ["a*".to_owned()]);
    let block = |atoms: Vec<ConditionAtom>| ConditionBlock::new(atoms);
    let hold = conditions.id(&block(vec![given]));
    let mut fail = vec![];
    for number in 0..12 {
        let either = |side: &str| {
            atom(
                "StringEquals",
                &format!("aws:requesttag/{side}{number}"),
                ["x".to_owned()],
            )
        };
        fail.push(conditions.id(&block(vec![either("l"), either("r")])));
    }
    let twice = |value: &str| atom("StringLike", "aws:username", [value.to_owned()]);
    fail.push(conditions.id(&block(vec![implied, twice("a?*"), twice("*a"), twice("?")])));
    let (answer, _) = conditions.can_be(&[hold], &fail, PLENTY);
    assert!(
        answer.answer != Answer::Undecided || answer.because.is_given_up(),
        "{answer:?}"
    );
    // All of these hold whenever the first does.
    let mut fail = fail[..12].to_vec();
    fail.push(conditions.id(&block(vec![
        twice("a*"),
        twice("?"),
        twice("*a*"),
        twice("*"),
    ])));
    let (answer, _) = conditions.can_be(&[hold], &fail, PLENTY);
    assert_eq!(answer, Reasoned::given_up(Limit::Conditions));
}

#[test]
fn too_many_conditions_that_may_hold() {
    // For each key one of the tests holds in every request. Only those of the last key show that everything is granted.
    let tests = |key: &str, pattern: &str| {
        ["StringEquals", "StringNotEquals"].map(|operator| {
            let condition =
                format!(r#", "Condition": {{"{operator}": {{"aws:RequestTag/{key}": "a"}}}}"#);
            allow(&numbered(1, |_| pattern.to_owned()), &condition)
        })
    };
    let all = tests("z", "b/*").into_iter();
    let some = (0..9).flat_map(|number| tests(&format!("k{number}"), &format!("b/{number}*")));
    let others: Vec<String> = all.chain(some).collect();
    let one = [allow(&numbered(1, |_| "b/*".to_owned()), "")];
    let got = compared(&one, &others);
    assert_eq!(got.within, Answer::Undecided);
    let doubts: Vec<&Option<Causes>> = got.only_one.iter().map(|own| &own.doubt).collect();
    assert_eq!(doubts, [&Some(given_up(Limit::Conditions))]);
    // Fewer are checked one by one.
    assert_eq!(compared(&one, &others[..4]).within, Answer::Yes);
}

#[test]
fn too_many_parts_within_boundaries() {
    let lists = |letter: char| allow(&numbered(200, |number| format!("*{letter}{number}*")), "");
    let bound = |letter: char| policy(&[lists(letter)]);
    let own = set(&[lists('a')]);
    let bounded = own.clone().within(&bound('b'), 1, &known());
    let got = compare(&bounded, &set(&[lists('c')]), &known());
    assert!(is_given_up(&got), "{got:?}");
}

#[test]
fn too_many_ways_through_boundaries() {
    let bound = |letter: char| {
        let one = |number: usize| allow(&numbered(1, |_| format!("*{letter}{number}*")), "");
        policy(&(0..20).map(one).collect::<Vec<_>>())
    };
    let mut set = set(&[allow(&numbered(1, |_| "*".to_owned()), "")]);
    for (number, letter) in ['a', 'b', 'c'].into_iter().enumerate() {
        set = set.within(&bound(letter), number + 1, &known());
    }
    let mut remainder = Remainder::of(&set);
    let ask = Ask {
        bounds: true,
        ..Ask::default()
    };
    let piece = Piece {
        cell: 0,
        element: Some(0),
    };
    let left = remainder.left(piece, &"s3:GetObject".parse().unwrap(), &ask, &known());
    assert_eq!(left.answer, Answer::Undecided);
    assert_eq!(left.because, given_up(Limit::Patterns));
}

#[test]
fn more_to_look_at_than_there_is_time_for() {
    let many = |count: usize, inside: &str| -> Vec<String> {
        let one = |number: usize| allow(&numbered(1, |_| format!("b{number}/{inside}")), "");
        (0..count).map(one).collect()
    };
    let got = compared(&many(6_000, "x*"), &many(6_000, "y*"));
    assert!(got.cut.is_given_up());
    assert!(is_given_up(&got));
}

#[test]
fn too_many_names_that_no_catalogue_has() {
    let actions = |letter: char| {
        let patterns: Vec<String> = (0..12)
            .map(|number| format!("new:*{letter}{number}*"))
            .collect();
        patterns
    };
    let of = |patterns: &[String]| {
        let one = |pattern: &String| {
            format!(r#"{{"Effect": "Allow", "Action": {pattern:?}, "Resource": "*"}}"#)
        };
        patterns.iter().map(one).collect::<Vec<_>>()
    };
    let (ones, others) = (of(&actions('a')), of(&actions('b')));
    let got = compared(&ones, &others);
    assert_eq!(got.cut, given_up(Limit::Actions));
    assert!(is_given_up(&got), "{got:?}");
    let (one, other) = (set(&ones), set(&others));
    let mut problem = Problem::of(&[&one, &other]);
    problem.begin();
    let open = (0..problem.cells.len()).collect();
    assert!(Classes::of(&mut problem, &open, &known()).is_cut);
}

/// There are more questions than time allows, so only what is plain is answered.
#[test]
fn a_share_falls_with_the_size_and_ends() {
    let size = |pairs, questions, looks| Size {
        pairs,
        questions,
        looks,
    };
    let share = |pairs, questions| Share::among(size(pairs, questions, 0)).part();
    let shares = [1, 1 << 10, 1 << 13, 1 << 16, 1 << 17].map(|count| share(count, count));
    assert!(shares.is_sorted_by(|more, less| more >= less), "{shares:?}");
    assert!(shares[3] > 0);
    assert_eq!((shares[4], share(1 << 21, 1)), (0, 0));
    assert!(Share::among(size(1, 1, 1 << 22)).part() > 0);
    assert_eq!(Share::among(size(1, 1, 1 << 23)).part(), 0);
    let mut patterns = Patterns::default();
    let (one, other) = (
        ids(&mut patterns, &numbered(1, |_| "a*b".to_owned())),
        ids(&mut patterns, &numbered(1, |_| "*b".to_owned())),
    );
    let question = Question {
        one_of_each: vec![&one],
        covered_by: other,
    };
    let answer = question.answer(&[], &patterns, &mut Budget::of(0));
    assert_eq!(answer, Reasoned::given_up(Limit::Patterns));
}

/// What is certain stays certain, whatever was given up besides.
#[test]
fn a_finding_stands_beside_what_was_given_up() {
    let hard = statement(
        "Allow",
        &numbered(30, |number| format!("b/*a*{number}*b*c*d*e*f*")),
        "",
    );
    let plain =
        r#"{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::other/*"}"#
            .to_owned();
    let union = statement(
        "Allow",
        &numbered(60, |number| format!("b/*{number}*a*b*c*d*e*")),
        "",
    );
    let got = compared(&[hard, plain], &[union]);
    assert_eq!(got.within, Answer::No);
}
