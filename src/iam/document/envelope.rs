//! Finds the policy in the output of the AWS CLI: `get-role-policy`, `get-user-policy`, `get-group-policy`,
//! `get-policy-version`.
//!
//! The CLI decodes documents to JSON. Other clients return them as IAM's API does, URL-encoded in a string. Follows
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>.

use jsonc_parser::ast::{Object, Value};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

use super::elements::element;

/// The policy in a response of IAM; `None` if the value is not such a response.
pub(super) fn inside<'value, 'text>(value: &'value Value<'text>) -> Option<&'value Value<'text>> {
    let answer = value.as_object()?;
    if element(answer, "Statement").is_some() {
        return None;
    }
    if let Some(document) = element(answer, "PolicyDocument") {
        return Some(document);
    }
    match element(answer, "PolicyVersion").and_then(Value::as_object) {
        Some(version) => of_version(version),
        None => of_version(answer),
    }
}

fn of_version<'value, 'text>(version: &'value Object<'text>) -> Option<&'value Value<'text>> {
    element(version, "VersionId")?;
    element(version, "Document")
}

/// The `IsDefaultVersion` of a response that says that the version is not in force.
pub(super) fn not_in_force<'value, 'text>(
    value: &'value Value<'text>,
) -> Option<&'value Value<'text>> {
    let answer = value.as_object()?;
    let version = element(answer, "PolicyVersion").and_then(Value::as_object);
    let said = element(version.unwrap_or(answer), "IsDefaultVersion")?;
    let is_default = said.as_boolean_lit()?.value;
    (!is_default).then_some(said)
}

/// The text of a document that IAM's API returned. It is URL-encoded by RFC 3986; some servers with the same API return it
/// as it is. `None` if it is not UTF-8.
///
/// ```
/// use aws_least_privilege::iam::document::decode;
///
/// assert_eq!(decode("%7B%22Id%22%3A%20%22a+b%22%7D").as_deref(), Some(r#"{"Id": "a+b"}"#));
/// assert_eq!(decode(r#"{"Id": "100%25"}"#).as_deref(), Some(r#"{"Id": "100%25"}"#));
/// ```
pub fn decode(text: &str) -> Option<Cow<'_, str>> {
    // A document is an object, so encoded text begins with `%`. Plain text can contain a `%` in its patterns.
    if text.trim_start().starts_with('{') {
        return Some(Cow::Borrowed(text));
    }
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn encoded_text_is_decoded_and_plain_text_left_alone() {
        let plain = " {\"Resource\": \"arn:aws:s3:::bucket/100%25+a\"}";
        assert_eq!(decode(plain).unwrap(), plain);
        let encoded =
            "%7B%0A%22Resource%22%3A%20%22arn%3Aaws%3As3%3A%3A%3Abucket%2F100%2525+a%22%7D";
        assert_eq!(
            decode(encoded).unwrap(),
            "{\n\"Resource\": \"arn:aws:s3:::bucket/100%25+a\"}"
        );
        assert_eq!(decode("%0A%7B%7D").unwrap(), "\n{}");
        assert_eq!(decode("%FF"), None);
    }
}
