//! Condition operators and the parts of their names.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.

use std::cmp::Ordering;

/// A condition operator, split into the parts of its name, such as `ForAllValues:StringNotEqualsIfExists`.
///
/// ```
/// use aws_least_privilege::iam::condition::{Operator, Set, Test};
///
/// let operator = Operator::from_name("ForAllValues:StringNotEqualsIfExists").unwrap();
/// assert_eq!(operator.set, Some(Set::AllValues));
/// assert_eq!(operator.test, Test::StringEquals);
/// assert!(operator.negated && operator.if_exists);
/// assert_eq!(Operator::from_name("StringMatches"), None);
/// assert_eq!(Operator::from_name("NullIfExists"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`, if it has one.
    pub set: Option<Set>,
    /// How one value is tested.
    pub test: Test,
    /// Whether the test is negated: `StringNotEquals` is `StringEquals`, negated.
    pub negated: bool,
    /// Whether an absent key satisfies it.
    pub if_exists: bool,
}

/// How the values of a key with several values are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// `ForAllValues:`
    AllValues,
    /// `ForAnyValue:`
    AnyValue,
}

/// How one value is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// The same text.
    StringEquals,
    /// The same text, whatever its case.
    StringEqualsIgnoreCase,
    /// Text that a pattern matches.
    StringLike,
    /// A number with this order.
    Numeric(Comparison),
    /// A point in time with this order.
    Date(Comparison),
    /// The same truth value.
    Bool,
    /// The same bytes.
    BinaryEquals,
    /// An address in a range.
    IpAddress,
    /// An ARN that a pattern matches, part by part. `ArnEquals` and `ArnLike` are the same.
    ArnLike,
    /// Whether the key is absent.
    Null,
}

/// How a value of the request must compare with one of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Equals,
    /// Less.
    LessThan,
    /// Less or equal.
    LessThanEquals,
    /// Greater.
    GreaterThan,
    /// Greater or equal.
    GreaterThanEquals,
}

impl Comparison {
    pub(super) fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Self::Equals => ordering.is_eq(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanEquals => ordering.is_le(),
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

use Comparison::{Equals, GreaterThan, GreaterThanEquals, LessThan, LessThanEquals};

/// An operator without prefix and suffix: its name, its test, and whether it is negated.
type Plain = (&'static str, Test, bool);

const NAMES: &[Plain] = &[
    ("StringEquals", Test::StringEquals, false),
    ("StringNotEquals", Test::StringEquals, true),
    (
        "StringEqualsIgnoreCase",
        Test::StringEqualsIgnoreCase,
        false,
    ),
    (
        "StringNotEqualsIgnoreCase",
        Test::StringEqualsIgnoreCase,
        true,
    ),
    ("StringLike", Test::StringLike, false),
    ("StringNotLike", Test::StringLike, true),
    ("NumericEquals", Test::Numeric(Equals), false),
    ("NumericNotEquals", Test::Numeric(Equals), true),
    ("NumericLessThan", Test::Numeric(LessThan), false),
    (
        "NumericLessThanEquals",
        Test::Numeric(LessThanEquals),
        false,
    ),
    ("NumericGreaterThan", Test::Numeric(GreaterThan), false),
    (
        "NumericGreaterThanEquals",
        Test::Numeric(GreaterThanEquals),
        false,
    ),
    ("DateEquals", Test::Date(Equals), false),
    ("DateNotEquals", Test::Date(Equals), true),
    ("DateLessThan", Test::Date(LessThan), false),
    ("DateLessThanEquals", Test::Date(LessThanEquals), false),
    ("DateGreaterThan", Test::Date(GreaterThan), false),
    (
        "DateGreaterThanEquals",
        Test::Date(GreaterThanEquals),
        false,
    ),
    ("Bool", Test::Bool, false),
    ("BinaryEquals", Test::BinaryEquals, false),
    ("IpAddress", Test::IpAddress, false),
    ("NotIpAddress", Test::IpAddress, true),
    ("ArnEquals", Test::ArnLike, false),
    ("ArnNotEquals", Test::ArnLike, true),
    ("ArnLike", Test::ArnLike, false),
    ("ArnNotLike", Test::ArnLike, true),
    ("Null", Test::Null, false),
];

/// The parts of a name in any case: its set, the operator without prefix and suffix, and whether it ends in `IfExists`.
fn split(name: &str) -> Option<(Option<Set>, &'static Plain, bool)> {
    let name = name.to_ascii_lowercase();
    let (set, rest) = match name.split_once(':') {
        Some(("forallvalues", rest)) => (Some(Set::AllValues), rest),
        Some(("foranyvalue", rest)) => (Some(Set::AnyValue), rest),
        Some(_) => return None,
        None => (None, name.as_str()),
    };
    let (plain, if_exists) = match rest.strip_suffix("ifexists") {
        Some(plain) => (plain, true),
        None => (rest, false),
    };
    let known = NAMES
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(plain))?;
    let exists = known.1 == Test::Null && if_exists;
    (!exists).then_some((set, known, if_exists))
}

impl Operator {
    /// Splits a name, in any case. `None` if IAM has no such operator.
    pub fn from_name(name: &str) -> Option<Self> {
        let (set, (_, test, negated), if_exists) = split(name)?;
        Some(Self {
            set,
            test: *test,
            negated: *negated,
            if_exists,
        })
    }

    /// The name as IAM writes it, for a name in any case.
    pub(in crate::iam) fn spelled(name: &str) -> Option<String> {
        let (set, (plain, ..), if_exists) = split(name)?;
        let set = match set {
            Some(Set::AllValues) => "ForAllValues:",
            Some(Set::AnyValue) => "ForAnyValue:",
            None => "",
        };
        let suffix = if if_exists { "IfExists" } else { "" };
        Some(format!("{set}{plain}{suffix}"))
    }

    /// The operator name that is most similar, for text that may be a misspelled one.
    pub(in crate::iam) fn nearest_name(name: &str) -> Option<&'static str> {
        let plain = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        let plain: String = plain.chars().take(100).collect();
        let plain = plain.strip_suffix("ifexists").unwrap_or(&plain);
        let distance = |known: &str| strsim::osa_distance(&known.to_ascii_lowercase(), plain);
        let names = NAMES.iter().map(|(known, ..)| *known);
        let nearest = names.min_by_key(|known| distance(known))?;
        (distance(nearest) <= 3).then_some(nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_with_every_prefix_and_suffix() {
        for (name, test, negated) in NAMES {
            for (prefix, set) in [
                ("", None),
                ("ForAllValues:", Some(Set::AllValues)),
                ("foranyvalue:", Some(Set::AnyValue)),
            ] {
                let operator = Operator::from_name(&format!("{prefix}{name}")).unwrap();
                let spelled = Operator::spelled(&format!("{prefix}{name}").to_uppercase()).unwrap();
                assert!(spelled.eq_ignore_ascii_case(&format!("{prefix}{name}")));
                assert!(spelled.ends_with(name), "{spelled}");
                assert_eq!((operator.set, operator.test), (set, *test));
                assert_eq!((operator.negated, operator.if_exists), (*negated, false));
                let with_suffix = Operator::from_name(&format!("{prefix}{name}IfExists"));
                let exists = with_suffix.is_some_and(|operator| operator.if_exists);
                assert_eq!(exists, *test != Test::Null, "{name}");
            }
        }
    }

    #[test]
    fn what_is_no_operator_is_none() {
        for name in ["", "String", "ForSomeValues:Bool", "StringEquals ", "a:b:c"] {
            assert_eq!(Operator::from_name(name), None, "{name}");
        }
        assert_eq!(Operator::nearest_name("StringEqual"), Some("StringEquals"));
        assert_eq!(Operator::nearest_name("DateBetween"), None);
    }
}
