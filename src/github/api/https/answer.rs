//! Decides what an HTTP response of GitHub means.
//!
//! Follows <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api> and
//! <https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api>.

use crate::github::api::ApiErrorKind;
use http::HeaderMap;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;
use std::time::Duration;

/// How long to wait if GitHub throttles and does not say for how long.
const UNSAID_WAIT: Duration = Duration::from_mins(1);

/// How many characters of a message are kept.
const LONGEST_MESSAGE: usize = 300;

/// The meaning of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The request succeeded.
    Done,
    /// Nothing was done. Retry after this time.
    Wait(Duration),
    /// The request failed.
    Failed(ApiErrorKind),
}

/// Returns the meaning of a response, from its status, headers and message.
pub(super) fn meaning(status: u16, headers: &HeaderMap, message: &str) -> Meaning {
    if is_throttled(status, headers, message) {
        return Meaning::Wait(wait(headers));
    }
    match status {
        200..=299 => Meaning::Done,
        300..=399 => Meaning::Failed(ApiErrorKind::Moved),
        401 => Meaning::Failed(ApiErrorKind::Unauthorized),
        403 => Meaning::Failed(ApiErrorKind::Forbidden),
        404 | 410 => Meaning::Failed(ApiErrorKind::NotFound),
        400..=499 => Meaning::Failed(ApiErrorKind::Invalid),
        _ => Meaning::Failed(ApiErrorKind::Failed),
    }
}

fn is_throttled(status: u16, headers: &HeaderMap, message: &str) -> bool {
    let said = message.to_ascii_lowercase();
    match status {
        429 => true,
        403 => {
            headers.contains_key("retry-after")
                || text(headers, "x-ratelimit-remaining") == Some("0")
                || said.contains("rate limit")
        }
        _ => false,
    }
}

/// Returns how long GitHub asks to wait: `retry-after`, or until the rate limit is reset by GitHub's own clock.
fn wait(headers: &HeaderMap) -> Duration {
    if let Some(seconds) = text(headers, "retry-after").and_then(|text| text.parse().ok()) {
        return Duration::from_secs(seconds);
    }
    let until_reset = || {
        let reset: i64 = text(headers, "x-ratelimit-reset")?.parse().ok()?;
        let now = rfc2822::parse(text(headers, "date")?).ok()?.timestamp();
        let left = Timestamp::from_second(reset).ok()?.duration_since(now);
        // The clocks of several servers may differ by a second.
        Some(Duration::try_from(left).unwrap_or_default() + Duration::from_secs(1))
    };
    match text(headers, "x-ratelimit-remaining") {
        Some("0") => until_reset().unwrap_or(UNSAID_WAIT),
        _ => UNSAID_WAIT,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether there is another page.
pub(super) fn has_next_page(headers: &HeaderMap) -> bool {
    text(headers, "link").is_some_and(|link| link.contains("rel=\"next\""))
}

/// Returns GitHub's message in an error, shortened and without control characters.
pub(super) fn message(status: u16, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = body.pointer("/message").and_then(Value::as_str);
    let said: String = said
        .unwrap_or("no explanation")
        .chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST_MESSAGE)
        .collect();
    format!("{said} (HTTP {status})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn headers(of: &[(&'static str, &'static str)]) -> HeaderMap {
        of.iter()
            .map(|(name, value)| {
                let name = HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn a_primary_limit_is_waited_for_by_githubs_own_clock() {
        let headers = headers(&[
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1795000020"),
            ("date", "Wed, 18 Nov 2026 11:06:40 GMT"),
        ]);
        let meant = meaning(403, &headers, "API rate limit exceeded");
        assert_eq!(meant, Meaning::Wait(Duration::from_secs(21)));
    }

    #[test]
    fn a_secondary_limit_says_how_long_or_means_a_minute() {
        let said = headers(&[("retry-after", "7")]);
        let seven = Meaning::Wait(Duration::from_secs(7));
        assert_eq!(meaning(429, &said, ""), seven);
        assert_eq!(meaning(403, &said, ""), seven);
        let message = "You have exceeded a secondary rate limit";
        let minute = Meaning::Wait(Duration::from_mins(1));
        assert_eq!(meaning(403, &headers(&[]), message), minute);
    }

    #[test]
    fn a_refusal_is_no_limit() {
        let left = headers(&[("x-ratelimit-remaining", "4999")]);
        let message = "Resource not accessible by integration";
        let refused = Meaning::Failed(ApiErrorKind::Forbidden);
        assert_eq!(meaning(403, &left, message), refused);
        assert_eq!(
            meaning(404, &left, "Not Found"),
            Meaning::Failed(ApiErrorKind::NotFound)
        );
    }

    #[test]
    fn a_redirect_is_not_followed() {
        let moved = Meaning::Failed(ApiErrorKind::Moved);
        assert_eq!(meaning(301, &headers(&[]), ""), moved);
        assert_eq!(meaning(307, &headers(&[]), ""), moved);
    }
}
