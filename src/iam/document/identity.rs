//! Finds what IAM refuses in a permissions policy although it can be parsed.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>. Where that page says nothing,
//! it follows what IAM answers to such policies (`MalformedPolicyDocument`).

use super::super::variable::{Segment, has_open_variable, is_symbol, segments};
use super::super::{
    ActionClause, ActionPattern, Effect, ResourceClause, ResourcePattern, Span, Statement, Version,
};
use super::placeholder::placeholder;
use super::{PolicyDocument, PolicyProblem, Syntax, arns, conditions, foreign, shortened};
use std::borrow::Cow;

type Refused = (Span, PolicyProblem);

/// The first problem that makes IAM refuse the document.
pub(super) fn refused(document: &PolicyDocument) -> Option<Refused> {
    let not_in_force = document.not_in_force;
    let not_in_force = not_in_force.map(|place| (place, PolicyProblem::NotInForce));
    not_in_force
        .or_else(|| of_principals(document))
        .or_else(|| {
            let mut statements = document.statements.iter();
            statements.find_map(|statement| of_statement(statement, document))
        })
}

/// The first problem of each statement that IAM refuses, with the statement's index.
pub(super) fn refused_statements(document: &PolicyDocument) -> Vec<(usize, Refused)> {
    let mut found = Vec::new();
    for (index, statement) in document.statements.iter().enumerate() {
        let of_principal = || Some((statement.principal?, PolicyProblem::Principal));
        let refused = of_principal().or_else(|| of_statement(statement, document));
        found.extend(refused.map(|refused| (index, refused)));
    }
    found
}

/// Finds a policy with a `Principal`: a trust policy, a resource policy, or a policy of an organization.
fn of_principals(document: &PolicyDocument) -> Option<Refused> {
    let named: Vec<&Statement> = document
        .statements
        .iter()
        .filter(|statement| statement.principal.is_some())
        .collect();
    let place = named.first()?.principal?;
    let all = |holds: fn(&PolicyDocument, &Statement) -> bool| {
        named.iter().all(|statement| holds(document, statement))
    };
    let problem = if named.len() < document.statements.len() {
        PolicyProblem::Principal
    } else if all(assumes) {
        PolicyProblem::Foreign(foreign::TRUST)
    } else if all(denies_everyone) {
        PolicyProblem::Foreign(foreign::RESOURCE_CONTROL)
    } else {
        PolicyProblem::Foreign(foreign::RESOURCE)
    };
    Some((place, problem))
}

fn assumes(_document: &PolicyDocument, statement: &Statement) -> bool {
    let ActionClause::Action(patterns) = &statement.actions else {
        return false;
    };
    let of_sts = |pattern: &ActionPattern| pattern.prefix() == Some("sts");
    patterns.iter().all(|pattern| of_sts(&pattern.value))
}

fn denies_everyone(document: &PolicyDocument, statement: &Statement) -> bool {
    let principal = statement
        .principal
        .and_then(|span| document.source.get(span.range()));
    let principal = principal.unwrap_or_default();
    statement.effect == Effect::Deny && principal.trim_matches(['"', '\'']) == "*"
}

fn of_statement(statement: &Statement, document: &PolicyDocument) -> Option<Refused> {
    of_sid(statement, document.syntax)
        .or_else(|| of_lists(statement))
        .or_else(|| {
            let mut actions = statement.actions.patterns().iter();
            actions.find_map(|own| Some((own.span, of_action(&own.value)?)))
        })
        .or_else(|| {
            let mut resources = statement.resources.patterns().iter();
            resources.find_map(|own| Some((own.span, of_resource(&own.value, document)?)))
        })
        .or_else(|| {
            let block = statement.condition.as_ref()?;
            let problem = conditions::problem(&block.value, document.syntax)?;
            Some((block.span, problem))
        })
}

/// The text with `…` for each symbol of a template: what it stands for is not known, and its braces are no placeholder.
pub(super) fn known(text: &str, syntax: Syntax) -> Cow<'_, str> {
    if syntax != Syntax::Template {
        return Cow::Borrowed(text);
    }
    let segments = segments(text).map(|segment| match segment {
        Segment::Text(text) => text.to_owned(),
        Segment::Escaped(character) => format!("${{{character}}}"),
        Segment::Variable(inside) if is_symbol(inside) => "…".to_owned(),
        Segment::Variable(inside) => format!("${{{inside}}}"),
    });
    Cow::Owned(segments.collect())
}

fn of_sid(statement: &Statement, syntax: Syntax) -> Option<Refused> {
    let sid = statement.sid.as_deref()?;
    let is_fit = segments(sid).all(|segment| match segment {
        Segment::Text(text) => text.chars().all(|letter| letter.is_ascii_alphanumeric()),
        Segment::Escaped(_) => false,
        Segment::Variable(inside) => syntax == Syntax::Template && is_symbol(inside),
    });
    let problem = || PolicyProblem::BadSid(shortened(sid));
    (!is_fit).then(|| (statement.sid_span.unwrap_or(statement.span), problem()))
}

fn of_lists(statement: &Statement) -> Option<Refused> {
    if statement.actions.patterns().is_empty() {
        let name = match statement.actions {
            ActionClause::Action(_) => "Action",
            ActionClause::NotAction(_) => "NotAction",
        };
        return Some((statement.actions_span, PolicyProblem::EmptyList(name)));
    }
    let place = statement.resources_span?;
    let name = match statement.resources {
        ResourceClause::NotResource(_) => "NotResource",
        ResourceClause::Resource(_) | ResourceClause::Absent => "Resource",
    };
    let is_empty = statement.resources.patterns().is_empty();
    is_empty.then_some((place, PolicyProblem::EmptyList(name)))
}

fn of_action(pattern: &ActionPattern) -> Option<PolicyProblem> {
    let text = pattern.text();
    if let Some(found) = placeholder(text) {
        return Some(PolicyProblem::Placeholder(shortened(found)));
    }
    if pattern.is_everything() || pattern.is_unclear() {
        return None;
    }
    match text.split_once(':') {
        None | Some(("", _)) => Some(PolicyProblem::NoService(shortened(text))),
        Some((_, name)) if name.contains(':') => Some(PolicyProblem::TwoColons(shortened(text))),
        Some((service, _)) if service.contains(['*', '?']) => {
            Some(PolicyProblem::WildcardPrefix(shortened(text)))
        }
        // Spaces in the name are another matter: IAM keeps such an action, and it matches nothing.
        Some((service, _)) if !service.chars().all(is_of_a_prefix) => {
            Some(PolicyProblem::BadPrefix(shortened(service)))
        }
        Some(_) => None,
    }
}

/// Whether IAM takes a letter in the service prefix of an action. It says that a "vendor" with any other is not valid.
fn is_of_a_prefix(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_')
}

fn of_resource(pattern: &ResourcePattern, document: &PolicyDocument) -> Option<PolicyProblem> {
    // In the old version `${` is text like any other.
    let is_open = document.version == Version::V2012 && has_open_variable(pattern.text());
    arns::problem(pattern, document.syntax)
        .or_else(|| is_open.then(|| PolicyProblem::OpenVariable(shortened(pattern.text()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a policy with these statements; nothing where it is taken.
    fn said(statements: &str) -> String {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#);
        let document = PolicyDocument::parse(&text, "p").unwrap();
        match document.of_identity() {
            Ok(_) => String::new(),
            Err(error) => error.problem().to_string(),
        }
    }

    fn allow(members: &str) -> String {
        format!(r#"{{"Effect": "Allow", {members}}}"#)
    }

    #[test]
    fn policies_that_say_who_are_told_apart() {
        let any = r#""Action": "s3:GetObject", "Resource": "*""#;
        let trust =
            allow(r#""Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole", "sts:TagSession"]"#);
        let federated =
            allow(r#""Principal": {"Federated": "x"}, "Action": "sts:AssumeRoleWithWebIdentity""#);
        let bucket = allow(&format!(r#""Principal": "*", {any}"#));
        let denial = format!(r#"{{"Effect": "Deny", "Principal": "*", {any}}}"#);
        let but = allow(&format!(r#""NotPrincipal": {{"AWS": "*"}}, {any}"#));
        assert!(said(&trust).contains("this is a trust policy"));
        assert!(said(&format!("[{federated}, {trust}]")).contains("this is a trust policy"));
        assert!(said(&bucket).contains("this is a resource policy"));
        assert!(said(&but).contains("this is a resource policy"));
        assert!(said(&format!("[{bucket}, {denial}]")).contains("this is a resource policy"));
        assert!(said(&denial).contains("resource control policy (RCP)"));
        for mixed in [&bucket, &denial, &but] {
            let said = said(&format!("[{}, {mixed}]", allow(any)));
            assert_eq!(said, "a `Principal` in a policy of a role's");
        }
    }

    #[test]
    fn what_iam_refuses_is_said_of_each_element() {
        for (members, problem) in [
            (
                r#""Sid": "Allow S3", "Action": "s3:*", "Resource": "*""#,
                "`Sid` cannot be `Allow S3`",
            ),
            (
                r#""Sid": "a-b", "Action": "s3:*", "Resource": "*""#,
                "`Sid` cannot be `a-b`",
            ),
            (r#""Action": [], "Resource": "*""#, "`Action` lists nothing"),
            (
                r#""NotAction": [], "Resource": "*""#,
                "`NotAction` lists nothing",
            ),
            (
                r#""Action": "s3:*", "Resource": []"#,
                "`Resource` lists nothing",
            ),
            (
                r#""Action": "s3:*", "NotResource": []"#,
                "`NotResource` lists nothing",
            ),
            (
                r#""Action": "GetObject", "Resource": "*""#,
                "the action `GetObject` names no service",
            ),
            (
                r#""Action": "", "Resource": "*""#,
                "the action `` names no service",
            ),
            (
                r#""NotAction": "s3:Get:Object", "Resource": "*""#,
                "the action `s3:Get:Object` has more than one `:`",
            ),
            (
                r#""Action": "*:GetObject", "Resource": "*""#,
                "the action `*:GetObject` has a wildcard for its service",
            ),
            (
                r#""Action": ":GetObject", "Resource": "*""#,
                "the action `:GetObject` names no service",
            ),
            (
                r#""Action": " s3:GetObject", "Resource": "*""#,
                "` s3` is no service",
            ),
            (
                r#""NotAction": ["s3:*", "a a:List*"], "Resource": "*""#,
                "`a a` is no service",
            ),
            (
                r#""Action": "s3 :GetObject", "Resource": "*""#,
                "`s3 ` is no service",
            ),
            (
                r#""Action": "s3:*", "Resource": "arn:aws:s3:::shop/${aws:username""#,
                "the policy variable in `arn:aws:s3:::shop/${aws:username` has no `}`",
            ),
            (
                r#""Action": "s3:*", "NotResource": "arn:aws:s3:::${aws:userid}/${aws:username/*""#,
                "the policy variable in `arn:aws:s3:::${aws:userid}/${aws:username/*` has no `}`",
            ),
            (
                r#""Action": "<service>:*", "Resource": "*""#,
                "`<service>` is a placeholder that is not filled in",
            ),
            (
                r#""Action": "s3:*", "Resource": ["*", "bucket"]"#,
                "the resource `bucket` is neither an ARN nor `*`",
            ),
            (
                r#""Action": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "<ACCOUNT>"}}"#,
                "`<ACCOUNT>` is a placeholder that is not filled in",
            ),
        ] {
            assert_eq!(said(&allow(members)), problem, "{members}");
        }
    }

    #[test]
    fn what_iam_takes_is_taken_though_it_never_matches() {
        for members in [
            r#""Sid": "", "Action": "s3:", "Resource": "*""#,
            r#""Sid": "A1", "Action": ["s3:GetObject ", "s3: GetObject", "s3:Get,Put"], "Resource": "*""#,
            r#""Action": "s3:*", "Resource": ["arn:aws:s3:::b/${$}{open", "arn:aws:s3:::b/{open", "arn:aws:s3:::b/{id}/*"]"#,
            r#""Action": ["*:*", "?*", "**"], "Resource": "*""#,
            r#""NotAction": "iam:*", "NotResource": "arn:aws:s3:::b/${aws:username}/*""#,
            r#""Action": "s3:*", "Resource": "*", "Condition": {"StringLike": {"s3:prefix": ["", "${aws:userid}/*"]}}"#,
        ] {
            assert_eq!(said(&allow(members)), "", "{members}");
        }
        assert_eq!(said("[]"), "");
    }
}
