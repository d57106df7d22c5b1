//! Documents as IAM's API hands them over: URL-encoded after RFC 3986, or, from some that speak its language, as they are.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The document's text; nothing when it is not UTF-8.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    // A document is an object. Encoded text begins with `%`, and plain text may have `%` inside its patterns.
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
