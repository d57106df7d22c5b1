//! Reads policy variables in text: `${aws:username}`, `${aws:username, 'default'}`, and the escapes `${*}`, `${?}` and
//! `${$}`.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>. A value is plain text: a
//! `*` in it is no wildcard. A variable has no value if its key has several values, or if the key is absent and the variable
//! has no default. Text with such a variable matches nothing.

use super::glob::Token;
use super::{Context, Glob};

/// A piece of policy text of the current version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment<'text> {
    /// Plain text. `*` and `?` in it may be wildcards.
    Text(&'text str),
    /// An escaped character, which stands for itself.
    Escaped(char),
    /// A variable, as the text between the braces.
    Variable(&'text str),
}

/// Why a variable has no value in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// The request does not have this key.
    Absent(String),
    /// The key has several values.
    Several(String),
}

/// Splits text into segments. A `${` that is never closed is text.
pub(super) fn segments(text: &str) -> impl Iterator<Item = Segment<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let opening = rest
            .find("${")
            .filter(|place| rest.get(*place..).is_some_and(|from| from.contains('}')));
        match opening {
            Some(0) => {
                let (inside, behind) = rest.get(2..)?.split_once('}')?;
                rest = behind;
                let mut characters = inside.chars();
                Some(match (characters.next(), characters.next()) {
                    (Some(escaped @ ('*' | '?' | '$')), None) => Segment::Escaped(escaped),
                    _ => Segment::Variable(inside),
                })
            }
            place => {
                let (before, behind) = rest.split_at_checked(place.unwrap_or(rest.len()))?;
                rest = behind;
                (!before.is_empty()).then_some(Segment::Text(before))
            }
        }
    })
}

/// The symbols in a text: names such as `${Orders}` or `${AWS::AccountId}` whose value is known only when a template is
/// deployed. The key of a policy variable contains a `:`; a symbol contains one only if it begins with `AWS::`.
///
/// ```
/// use aws_least_privilege::iam::symbols;
///
/// let text = "arn:aws:s3:::${Bucket}/${aws:username}/${AWS::Region}/${*}";
/// assert_eq!(symbols(text).collect::<Vec<_>>(), ["Bucket", "AWS::Region"]);
/// ```
pub fn symbols(text: &str) -> impl Iterator<Item = &str> {
    segments(text).filter_map(|segment| match segment {
        Segment::Variable(inside) => is_symbol(inside).then_some(inside),
        Segment::Text(_) | Segment::Escaped(_) => None,
    })
}

/// Whether the text between the braces is a symbol of a template, and not a policy variable.
pub(super) fn is_symbol(inside: &str) -> bool {
    inside.starts_with("AWS::") || !inside.contains(':')
}

/// Whether a text has a variable that IAM replaces in each request, such as `${aws:username}`. Symbols of a template do not
/// count.
///
/// ```
/// use aws_least_privilege::iam::has_request_variable;
///
/// assert!(has_request_variable("secret:${aws:PrincipalTag/team}"));
/// assert!(!has_request_variable("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Jobs}"));
/// ```
pub fn has_request_variable(text: &str) -> bool {
    let variables = segments(text).filter(|segment| matches!(segment, Segment::Variable(_)));
    variables.count() > symbols(text).count()
}

/// Whether a text has a `${` that no `}` follows.
pub(super) fn has_open_variable(text: &str) -> bool {
    segments(text).any(|segment| matches!(segment, Segment::Text(text) if text.contains("${")))
}

/// Whether a text is exactly one resource of a template, such as `${Jobs}`.
pub fn is_one_symbol(text: &str) -> bool {
    let mut symbols = symbols(text);
    let one = symbols.next().filter(|name| !name.contains(':'));
    one.is_some_and(|name| text.len() == name.len() + "${}".len())
}

/// Why it is not known what a pattern with variables or symbols names.
///
/// ```
/// use aws_least_privilege::iam::open_because;
///
/// assert_eq!(open_because("arn:aws:s3:::${Bucket}"), "what it names is known once it is deployed");
/// ```
pub fn open_because(text: &str) -> &'static str {
    if symbols(text).next().is_some() {
        return "what it names is known once it is deployed";
    }
    "its policy variables have values only in a request"
}

/// The text with variables replaced by the values of a request. Outside of variables, `*` and `?` are wildcards only if
/// `wildcards` is true.
pub(super) fn resolve(text: &str, context: &Context, wildcards: bool) -> Result<Glob, Unresolved> {
    let mut tokens = Vec::new();
    for segment in segments(text) {
        match segment {
            Segment::Text(text) if wildcards => {
                tokens.extend_from_slice(Glob::parse_unescaped(text).tokens());
            }
            Segment::Text(text) => tokens.extend(text.chars().map(Token::Char)),
            Segment::Escaped(character) => tokens.push(Token::Char(character)),
            Segment::Variable(inside) => {
                tokens.extend(value(inside, context)?.chars().map(Token::Char));
            }
        }
    }
    Ok(Glob::from_tokens(tokens))
}

fn value<'a>(inside: &'a str, context: &'a Context) -> Result<&'a str, Unresolved> {
    let (key, default) = match inside.split_once(',') {
        Some((key, default)) => (key.trim(), unquoted(default.trim())),
        None => (inside.trim(), None),
    };
    match context.values(key) {
        Some([one]) => Ok(one),
        Some([_, ..]) => Err(Unresolved::Several(key.to_owned())),
        Some([]) | None => default.ok_or_else(|| Unresolved::Absent(key.to_owned())),
    }
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str, wildcards: bool) -> Result<String, Unresolved> {
        let context: Context = [
            ("aws:username", "an*a"),
            ("aws:TagKeys", "a"),
            ("aws:TagKeys", "b"),
        ]
        .into_iter()
        .collect();
        resolve(text, &context, wildcards).map(|glob| glob.to_string())
    }

    #[test]
    fn values_are_text_and_escapes_are_characters() {
        let written = |text, wildcards| resolved(text, wildcards).unwrap();
        assert_eq!(written("b/${AWS:UserName}/*", true), "b/an${*}a/*");
        assert_eq!(written("b/${aws:username}/*", false), "b/an${*}a/${*}");
        assert_eq!(written("${*}${?}${$}{x}", true), "${*}${?}${$}{x}");
        assert_eq!(written("a${open", true), "a${$}{open");
        assert_eq!(written("", true), "");
    }

    #[test]
    fn defaults_stand_in_for_absent_keys_only() {
        assert_eq!(resolved("${aws:x, 'no, ne'}!", false).unwrap(), "no, ne!");
        assert_eq!(resolved("${aws:username,'x'}", true).unwrap(), "an${*}a");
        let absent = || Err(Unresolved::Absent("aws:x".to_owned()));
        assert_eq!(resolved("${ aws:x }", true), absent());
        assert_eq!(resolved("${aws:x, unquoted}", true), absent());
        let several = Err(Unresolved::Several("aws:tagkeys".to_owned()));
        assert_eq!(resolved("${aws:tagkeys, 'x'}", true), several);
    }
}
