//! Decides whether one atom of a condition holds for the context of a request.
//!
//! A negated operator is the opposite of its plain one, value by value. Text that is not of the operator's type (`ten` for
//! `NumericEquals`), in the policy or in the request, equals nothing: the plain operator fails and the negated one holds.
//! Policy variables are replaced where AWS documents that, which is for string and ARN operators. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>.

use super::super::variable::{self, Unresolved};
use super::super::{Answer, Context, Glob, Version};
use super::operator::{Operator, Set, Test};
use super::{ConditionAtom, address, arn, binary, boolean, date, number};

/// Whether an atom holds, and why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tested {
    pub(crate) answer: Answer,
    /// How an undecided answer should be counted; `None` if nothing suggests either.
    pub(crate) taken: Option<bool>,
    /// Why it does not hold, or why that is undecided.
    pub(crate) because: String,
}

impl ConditionAtom {
    /// Whether the atom holds for a request with this context.
    pub(crate) fn test(&self, context: &Context, version: Version) -> Tested {
        let decided = |holds: bool| Tested {
            answer: holds.into(),
            taken: Some(holds),
            because: if holds {
                String::new()
            } else {
                self.unmet(context, version)
            },
        };
        let Some(operator) = Operator::from_name(self.operator()) else {
            return Tested {
                answer: Answer::Undecided,
                taken: None,
                because: format!("`{}` is no condition operator of IAM's", self.operator()),
            };
        };
        let values = context.values(self.key());
        if operator.test == Test::Null {
            let absent = values.is_none().to_string();
            return decided(self.values().any(|value| boolean::is_same(value, &absent)));
        }
        let Some(values) = values else {
            let vacuous = operator.set == Some(Set::AllValues);
            let any = operator.set == Some(Set::AnyValue);
            return decided(operator.if_exists || vacuous || (operator.negated && !any));
        };
        let holds = |value: &String| {
            operator.negated
                ^ self
                    .values()
                    .any(|own| takes(operator, own, value, context, version))
        };
        // An empty text is not a member of a set.
        let mut members = values.iter().filter(|value| !value.is_empty());
        match (operator.set, values) {
            (Some(Set::AllValues), _) => decided(members.all(holds)),
            (Some(Set::AnyValue), _) => decided(members.any(holds)),
            (None, [one]) => decided(holds(one)),
            (None, _) => Tested {
                answer: Answer::Undecided,
                taken: Some(operator.negated),
                because: format!(
                    "AWS does not document what `{}` without `ForAllValues:` or `ForAnyValue:` makes of a key with several values, as `{}` has",
                    self.operator(),
                    self.key()
                ),
            },
        }
    }

    fn unmet(&self, context: &Context, version: Version) -> String {
        let found = match context.values(self.key()) {
            None => format!("`{}` is not in the request's context", self.key()),
            Some(values) => format!("`{}` is {}", self.key(), listed(values)),
        };
        let with_variables =
            Operator::from_name(self.operator()).is_some_and(Operator::has_variables);
        let unresolved = self
            .values()
            .filter(|_| with_variables && version == Version::V2012)
            .find_map(|value| variable::resolve(value, context, false).err());
        match unresolved {
            Some(missing) => format!("{found}, and {missing}"),
            None => found,
        }
    }
}

impl Operator {
    /// Whether policy variables in its values are replaced.
    fn has_variables(self) -> bool {
        match self.test {
            Test::StringEquals
            | Test::StringEqualsIgnoreCase
            | Test::StringLike
            | Test::ArnLike => true,
            Test::Numeric(_)
            | Test::Date(_)
            | Test::Bool
            | Test::BinaryEquals
            | Test::IpAddress
            | Test::Null => false,
        }
    }
}

/// Whether a value of the request passes the plain form of the operator, compared with one value of the policy.
fn takes(operator: Operator, own: &str, value: &str, context: &Context, version: Version) -> bool {
    let glob = |wildcards| match version {
        Version::V2012 => variable::resolve(own, context, wildcards).ok(),
        Version::V2008 if wildcards => Some(Glob::parse_unescaped(own)),
        Version::V2008 => Some(Glob::literal(own)),
    };
    match operator.test {
        Test::StringEquals => glob(false).is_some_and(|own| own.matches(value)),
        Test::StringEqualsIgnoreCase => glob(false)
            .and_then(|own| own.as_literal())
            .is_some_and(|own| own.to_lowercase() == value.to_lowercase()),
        Test::StringLike => glob(true).is_some_and(|own| own.matches(value)),
        Test::ArnLike => glob(true).is_some_and(|own| arn::is_like(&own, value)),
        Test::Numeric(comparison) => {
            number::compare(value, own).is_some_and(|ordering| comparison.accepts(ordering))
        }
        Test::Date(comparison) => {
            date::compare(value, own).is_some_and(|ordering| comparison.accepts(ordering))
        }
        Test::Bool | Test::Null => boolean::is_same(own, value),
        Test::BinaryEquals => binary::is_same(own, value),
        Test::IpAddress => address::is_within(own, value),
    }
}

fn listed(values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    quoted.join(", ")
}

impl std::fmt::Display for Unresolved {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent(key) => {
                write!(
                    formatter,
                    "the variable `${{{key}}}` has no value in the request's context"
                )
            }
            Self::Several(key) => write!(
                formatter,
                "the variable `${{{key}}}` has several values, and so none"
            ),
        }
    }
}

#[cfg(test)]
mod tests;
