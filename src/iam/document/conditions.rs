//! Finds what IAM refuses in the `Condition` of a statement.
//!
//! IAM takes operators in the case of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html> alone, and answers
//! `Invalid Condition type` to others. It reads the dates of `Date...` operators when a policy is stored, but compares other
//! values as they come: a number that is none matches nothing.

use super::super::condition::{Operator, Test, may_be_a_date};
use super::super::{ConditionAtom, ConditionBlock};
use super::identity::known;
use super::placeholder::{placeholder, placeholder_in_free_text};
use super::{PolicyProblem, Syntax, shortened};

/// Why IAM refuses a condition; `None` if it does not.
pub(super) fn problem(block: &ConditionBlock, syntax: Syntax) -> Option<PolicyProblem> {
    block.atoms().find_map(|atom| of_atom(atom, syntax))
}

fn of_atom(atom: &ConditionAtom, syntax: Syntax) -> Option<PolicyProblem> {
    let operator = Operator::from_name(atom.operator())?;
    let meant = Operator::spelled(atom.operator())?;
    if meant != atom.operator() {
        return Some(PolicyProblem::OperatorCase {
            operator: shortened(atom.operator()),
            meant,
        });
    }
    if atom.key().trim().is_empty() {
        return Some(PolicyProblem::EmptyKey);
    }
    let find = if is_free_text(operator.test, atom.key()) {
        placeholder_in_free_text
    } else {
        placeholder
    };
    let mut values = atom.values().map(|value| known(value, syntax));
    if let Some(found) = values.find_map(|value| find(&value).map(shortened)) {
        return Some(PolicyProblem::Placeholder(found));
    }
    let is_date = matches!(operator.test, Test::Date(_));
    // What a symbol of a template stands for may be a date.
    let is_known = |value: &&str| is_date && known(value, syntax) == *value;
    let mut values = atom.values().filter(is_known);
    let wrong = values.find(|value| !may_be_a_date(value))?;
    Some(PolicyProblem::NoDate(shortened(wrong)))
}

/// What keys are called whose values have a form of their own: accounts, ARNs, regions, networks, organisations.
const WITH_A_FORM: &[&str] = &[
    "account",
    "accountid",
    "accounts",
    "arn",
    "arns",
    "orgid",
    "orgpaths",
    "owner",
    "region",
    "vpc",
    "vpce",
];

/// Whether a value may be any text, so that `<x>` can be meant: that of a tag, a prefix, an external id.
fn is_free_text(test: Test, key: &str) -> bool {
    let is_string = matches!(
        test,
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike
    );
    // What stands behind a `/` is the name of a tag.
    let is_of_a_tag = key.contains('/');
    let has_a_form = WITH_A_FORM.iter().any(|ending| key.ends_with(ending));
    is_string && (is_of_a_tag || !has_a_form)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a condition with one test; nothing where it is taken.
    fn said(operator: &str, key: &str, value: &str) -> String {
        let atom = ConditionAtom::new(operator, key, [value.to_owned()]);
        let problem = problem(&ConditionBlock::new([atom]), Syntax::Json);
        problem.map_or_else(String::new, |problem| problem.to_string())
    }

    #[test]
    fn operators_have_one_case() {
        for operator in [
            "stringEquals",
            "STRINGLIKE",
            "bool",
            "Stringequals",
            "StringEqualsIfexists",
            "forAnyValue:StringLike",
            "ForAnyValue:stringLike",
        ] {
            assert_eq!(
                said(operator, "aws:PrincipalTag/x", "true"),
                format!("IAM does not know the condition operator `{operator}` in this case")
            );
        }
        for operator in [
            "StringEquals",
            "Bool",
            "ArnNotLikeIfExists",
            "ForAllValues:StringNotLikeIfExists",
            "Null",
        ] {
            assert_eq!(said(operator, "AWS:principaltag/x", "true"), "");
        }
    }

    #[test]
    fn keys_have_names() {
        let empty = "a condition tests a key without a name";
        assert_eq!(said("StringEquals", "", "x"), empty);
        assert_eq!(said("Null", " ", "true"), empty);
    }

    #[test]
    fn dates_are_dates() {
        for operator in ["DateLessThan", "DateNotEqualsIfExists"] {
            let said = |value| said(operator, "aws:CurrentTime", value);
            assert_eq!(said("2026-01-31T12:00:00Z"), "");
            assert_eq!(said("1767225600"), "");
            assert_eq!(said("tomorrow"), "`tomorrow` is no date");
        }
        assert_eq!(said("NumericLessThan", "s3:max-keys", "ten"), "");
        assert_eq!(said("StringEquals", "aws:PrincipalTag/x", "tomorrow"), "");
    }

    #[test]
    fn an_angle_bracket_is_a_placeholder_where_it_cannot_be_meant() {
        let unfilled = "`<x>` is a placeholder that is not filled in";
        for (operator, key) in [
            ("StringEquals", "aws:SourceAccount"),
            ("StringLike", "aws:ResourceAccount"),
            ("StringEquals", "aws:RequestedRegion"),
            ("StringEquals", "aws:PrincipalOrgID"),
            ("StringEquals", "aws:SourceVpce"),
            ("ArnLike", "aws:SourceArn"),
            ("StringLike", "aws:SourceArn"),
            ("IpAddress", "aws:SourceIp"),
        ] {
            assert_eq!(said(operator, key, "<x>"), unfilled, "{operator} {key}");
        }
        for (operator, key) in [
            ("StringEquals", "aws:ResourceTag/owner"),
            ("StringLike", "aws:PrincipalTag/x"),
            ("StringNotEquals", "s3:prefix"),
            ("StringEquals", "sts:ExternalId"),
            ("ForAllValues:StringLike", "dynamodb:LeadingKeys"),
        ] {
            assert_eq!(said(operator, key, "<x>"), "", "{operator} {key}");
            let unfilled = "`{{ x }}` is a placeholder that is not filled in";
            assert_eq!(said(operator, key, "{{ x }}"), unfilled);
        }
    }
}
