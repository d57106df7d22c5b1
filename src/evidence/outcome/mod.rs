//! Takes the recorded ending of a call and returns its [`Outcome`]: whether AWS authorised it.
//!
//! Error codes and messages decide, because the flags say little: one SDK flags every client error as a server error.
//! An HTTP status 403 alone means a denial only where no code says otherwise, as in S3's answers to `HEAD`, which have
//! no body. The messages follow <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.

use super::Outcome;
use crate::iam::Action;
use crate::xray::call::normalised;
use crate::xray::{Ending, Exception};

/// Error codes of a missing permission, in lower case, without the endings of classes (`CLASS_ENDINGS`).
const DENIED: &[&str] = &[
    "accessdenied",
    "accessdeniedforoperation",
    "allaccessdisabled",
    "authorization",
    "client.unauthorizedoperation",
    "explicitdeny",
    "forbidden",
    "insufficientprivileges",
    "kmsaccessdenied",
    "unauthorized",
    "unauthorizedaccess",
    "unauthorizedoperation",
];

/// Error codes of throttling, written in the same way.
const THROTTLED: &[&str] = &[
    "bandwidthlimitexceeded",
    "ec2throttled",
    "priorrequestnotcomplete",
    "provisionedthroughputexceeded",
    "requestlimitexceeded",
    "requestthrottled",
    "slowdown",
    "throttled",
    "throttling",
    "toomanyrequests",
];

/// Error codes that only an authorised call gets, written in the same way. All that end in `notfound` belong to them
/// too.
const AUTHORISED: &[&str] = &[
    "bucketalreadyexists",
    "bucketalreadyownedbyyou",
    "conditionalcheckfailed",
    "duplicatetransaction",
    "idempotentparametermismatch",
    "invalidobjectstate",
    "nosuchbucket",
    "nosuchentity",
    "nosuchkey",
    "nosuchlifecycleconfiguration",
    "nosuchtagset",
    "nosuchupload",
    "nosuchversion",
    "notmodified",
    "parameternotfound",
    "preconditionfailed",
    "queuedoesnotexist",
    "resourceexists",
    "resourceinuse",
    "transactioncanceled",
    "transactionconflict",
];

/// Error types that say only that the call failed: base classes of the SDKs, and placeholders for an answer without a
/// body.
const GENERIC: &[&str] = &[
    "403",
    "awsservice",
    "client",
    "operation",
    "response",
    "service",
    "sdkservice",
    "unknown",
    "",
];

/// Endings that only some SDKs and services give to the name of an error. A name may have several: `SNS` has
/// `AuthorizationErrorException`.
const CLASS_ENDINGS: [&str; 4] = ["exception", "error", "fault", "failure"];

/// Words in a message that mean a missing permission, in lower case.
const DENIALS: &[&str] = &[
    "accessdenied",
    "access denied",
    "not authorized to perform",
    "not authorized to access this resource",
    "unauthorizedoperation",
    "explicit deny",
];

/// Returns the outcome of a call for an ending as it was recorded.
///
/// ```
/// use aws_least_privilege::evidence::{Outcome, outcome};
/// use aws_least_privilege::xray::{Ending, Exception};
///
/// let exception = Exception {
///     kind: "AccessDeniedException".into(),
///     message: "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: kms:Decrypt on resource: \
///               arn:aws:kms:eu-west-1:123456789012:key/k because no identity-based policy allows the kms:Decrypt action".into(),
/// };
/// let ending = Ending { status: Some(400), error: true, exceptions: vec![exception], ..Ending::default() };
/// assert_eq!(outcome(&ending), Outcome::Denied {
///     action: Some("kms:Decrypt".parse()?),
///     resource: Some("arn:aws:kms:eu-west-1:123456789012:key/k".into()),
/// });
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn outcome(ending: &Ending) -> Outcome {
    outcome_of("", ending)
}

/// Like `outcome`, for a call of a service that is known by the recorder's name. The name is needed to recognise the
/// base class of the errors of that service's client.
pub(super) fn outcome_of(service: &str, ending: &Ending) -> Outcome {
    let codes: Vec<String> = ending.exceptions.iter().flat_map(codes).collect();
    let any = |known: &[&str]| codes.iter().any(|code| known.contains(&code.as_str()));
    let message = ending
        .exceptions
        .iter()
        .any(|exception| denies(&exception.message));
    if any(DENIED) || message || is_bare_forbidden(service, ending) {
        return denied(ending);
    }
    if ending.throttle || ending.status == Some(429) || any(THROTTLED) {
        return Outcome::Throttled;
    }
    let authorised = codes
        .iter()
        .any(|code| code.ends_with("notfound") || code.ends_with("doesnotexist"));
    if authorised || any(AUTHORISED) || matches!(ending.status, Some(304 | 404 | 409 | 412)) {
        return Outcome::Success;
    }
    let failed_status = ending.status.is_some_and(|status| status >= 400);
    let failed = ending.error || ending.fault || failed_status || !ending.exceptions.is_empty();
    if failed || ending.in_progress {
        Outcome::Failed
    } else {
        Outcome::Success
    }
}

/// Whether the status is 403 and no code gives another reason, such as an expired token or an archived object.
fn is_bare_forbidden(service: &str, ending: &Ending) -> bool {
    let says_no_more = |exception: &Exception| {
        codes(exception)
            .iter()
            .all(|code| GENERIC.contains(&code.as_str()) || is_base_class(code, exception, service))
    };
    ending.status == Some(403) && !ending.throttle && ending.exceptions.iter().all(says_no_more)
}

/// Whether this is the class that an SDK raises for any error of a service. The class has the name of the service,
/// either of its own package (`services.eventbridge.model.EventBridgeException`) or of the called service.
fn is_base_class(code: &str, exception: &Exception, service: &str) -> bool {
    let stem = without_lead(code);
    let stem = stem.strip_suffix("service").unwrap_or(stem);
    let is_service = |word: &str| without_lead(&normalised(word)) == stem;
    let by_package = || {
        let mut words = exception.kind.split(['.', ':', '\\']);
        words.next_back();
        words.any(|word| !word.is_empty() && is_service(word))
    };
    // Some classes of older SDKs have an older name of the service.
    code.starts_with("amazon") || is_service(service) || by_package()
}

fn without_lead(name: &str) -> &str {
    let rest = name
        .strip_prefix("amazon")
        .or_else(|| name.strip_prefix("aws"));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
}

fn denies(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    DENIALS.iter().any(|words| message.contains(words))
}

/// Returns the error codes of an exception: the code of its type, and the codes in its message.
fn codes(exception: &Exception) -> Vec<String> {
    let mut codes = Vec::new();
    if !exception.kind.is_empty() {
        codes.push(code(&exception.kind));
    }
    let message = &exception.message;
    // The first form is botocore's, the second Go version 2's, the third Java version 1's. The last is Go version 1's,
    // and that of all messages that begin with the code.
    let quoted = [
        between(message, "An error occurred (", ")"),
        between(message, "api error ", ":"),
        between(message, "Error Code: ", ";"),
    ];
    codes.extend(quoted.into_iter().flatten().map(code));
    if let Some((first, _)) = message.split_once(':')
        && (first.ends_with("Exception") || first.ends_with("Error"))
        && !first.contains(char::is_whitespace)
    {
        codes.push(code(first));
    }
    codes
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// Reduces a class or error code to its last word, without the endings of classes.
fn code(text: &str) -> String {
    let last = text
        .rsplit(['#', ':', '$', '/', '.', '\\'])
        .next()
        .unwrap_or_default();
    let word = last
        .trim()
        .split(' ')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut stem = word.as_str();
    while let Some(shorter) = CLASS_ENDINGS.iter().find_map(|own| stem.strip_suffix(own)) {
        stem = shorter;
    }
    stem.to_owned()
}

/// Returns a denial with the action and resource of the most informative message.
fn denied(ending: &Ending) -> Outcome {
    let messages = ending
        .exceptions
        .iter()
        .map(|exception| exception.message.as_str());
    let mut named: Vec<_> = messages.map(named_in).collect();
    named.sort_by_key(|(action, resource)| (action.is_none(), resource.is_none()));
    let (action, resource) = named.into_iter().next().unwrap_or_default();
    Outcome::Denied { action, resource }
}

/// Returns the action and resource in `... is not authorized to perform: ACTION on resource: RESOURCE because ...`.
fn named_in(message: &str) -> (Option<Action>, Option<String>) {
    let Some((_, rest)) = message.split_once("authorized to perform") else {
        // Older error messages of SQS name only the queue.
        let resource = between(message, "Access to the resource ", " is denied");
        return (None, resource.map(ToOwned::to_owned));
    };
    let rest = rest.trim_start_matches([':', ' ']);
    let word = rest
        .split(|letter: char| letter.is_whitespace() || ",;".contains(letter))
        .next();
    let action = word.and_then(|word| word.trim_end_matches('.').parse().ok());
    let resource = rest
        .split_once("on resource:")
        .and_then(|(_, resource)| resource_at(resource.trim_start()));
    (action, resource)
}

fn resource_at(text: &str) -> Option<String> {
    let quote = text
        .chars()
        .next()
        .filter(|first| ['"', '\'', '`'].contains(first));
    let resource = match quote {
        Some(quote) => text.get(1..)?.split(quote).next()?,
        None => text
            .split(|letter: char| letter.is_whitespace() || "\"'".contains(letter))
            .next()?,
    };
    let resource = resource.trim_end_matches([',', '.', ';', ')', '\\']);
    (!resource.is_empty()).then(|| resource.to_owned())
}

#[cfg(test)]
mod tests;
