//! Words that every report says the same.

use super::text::words::{counted, listed, times};
use super::{Excess, Function, Missing, Role, Waits};
use crate::compare::{Lack, Origin};
use crate::judge::State;

/// The places of a finding, each once: several statements may stand in one line.
pub(super) fn each_once(places: impl Iterator<Item = String>) -> Vec<String> {
    let mut once = Vec::new();
    for place in places {
        if !once.contains(&place) {
            once.push(place);
        }
    }
    once
}

/// What stands between an operation and what AWS does because of it.
const WAS_CALLED: &str = " was called. ";

/// Operations that one reason names.
const OPERATIONS: usize = 3;

/// Reasons that differ in the operation alone as one: `GetItem, Query were called. DynamoDB decrypts ...`.
pub(super) fn together(reasons: &[String]) -> Vec<String> {
    let mut all: Vec<(Vec<String>, &str)> = Vec::new();
    for reason in reasons {
        let Some((operation, why)) = reason.split_once(WAS_CALLED) else {
            all.push((Vec::new(), reason));
            continue;
        };
        let same = |(operations, other): &&mut (Vec<String>, &str)| {
            !operations.is_empty() && *other == why
        };
        match all.iter_mut().find(same) {
            Some((operations, _)) => operations.push(operation.to_owned()),
            None => all.push((vec![operation.to_owned()], why)),
        }
    }
    let told = all
        .into_iter()
        .map(|(operations, why)| match operations.as_slice() {
            [] => why.to_owned(),
            [alone] => format!("{alone}{WAS_CALLED}{why}"),
            several => format!("{} were called. {why}", listed(several, OPERATIONS)),
        });
    told.collect()
}

/// What people call a function or another owner: the last part of its ARN.
pub(super) fn short(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

/// What people call one of some functions: its name, behind its account where another has the same name.
pub(super) fn short_among(function: &Function, all: &[Function]) -> String {
    let name = short(&function.arn);
    let account = function.arn.split(':').nth(4).unwrap_or_default();
    let mut others = all.iter().filter(|other| other.arn != function.arn);
    if !account.is_empty() && others.any(|other| short(&other.arn) == name) {
        format!("{account}/{name}")
    } else {
        name.to_owned()
    }
}

/// Why a function with too few traces makes nothing inconclusive, to follow how many it has.
pub(super) fn not_waited_for(waits: &Waits) -> String {
    match (&waits.reason, &waits.until) {
        (None, None) => "new, waiting for traces".to_owned(),
        (None, Some(until)) => format!("new, waiting for traces until {until}"),
        (Some(_), None) => "not waited for".to_owned(),
        (Some(_), Some(until)) => format!("not waited for until {until}"),
    }
}

/// What is said of a role that a framework brings along.
pub(super) fn of_framework(whose: &str) -> String {
    format!(
        "It is {whose}, and nobody traces it: of its grants only high and critical ones count that a change adds or that it does not make by itself"
    )
}

/// The longest logical id that CloudFormation takes.
const LONGEST_ID: usize = 255;

/// What a template calls something, behind its name and written as the report writes the text of others; nothing where that is no
/// logical id, which has letters and digits alone.
pub(super) fn in_template(logical_id: Option<&String>, written: impl Fn(&str) -> String) -> String {
    let is_one = |own: &&String| {
        let mut letters = own.chars();
        own.len() <= LONGEST_ID && letters.all(|letter| letter.is_ascii_alphanumeric())
    };
    logical_id
        .filter(is_one)
        .map_or_else(String::new, |own| format!("logical id {}", written(own)))
}

/// A function's logical id and traces, and why there may be too few.
pub(super) fn traces_of(function: &Function, written: impl Fn(&str) -> String) -> String {
    let traces = counted(function.traces, "trace");
    let traces = match in_template(function.logical_id.as_ref(), written) {
        own if own.is_empty() => traces,
        own => format!("{own}, {traces}"),
    };
    match &function.waits {
        Some(waits) => format!("{traces}, {}", not_waited_for(waits)),
        None => traces,
    }
}

/// What is said behind a severity of a finding that does not count; nothing where it does.
pub(super) fn set_aside(state: State) -> &'static str {
    match state {
        State::Judged => "",
        State::Accepted => " (accepted)",
        State::Baseline => " (not new)",
        State::Probation => " (new, waiting for traces)",
        State::Framework => " (a framework's own)",
    }
}

/// Until when a finding waits at most, behind what is said of it; nothing where that is not known.
pub(super) fn waits(finding: &Excess, quoted: impl Fn(&str) -> String) -> String {
    let until = finding.waits_until.as_deref();
    until.map_or_else(String::new, |until| {
        format!(", until {} at the latest", quoted(until))
    })
}

/// Elements as a policy writes them; where they are those of a `NotAction` or a `NotResource`, all but them is meant.
pub(super) fn all_but(elements: String, is_all_but: bool) -> String {
    if is_all_but {
        format!("everything but {elements}")
    } else {
        elements
    }
}

/// Why something is missing: refused, or granted nowhere, or taken away.
pub(super) fn why_missing(missing: &Missing, place: impl Fn(&Origin) -> String) -> String {
    if missing.calls == 0 && missing.because == Lack::NotGranted {
        let settings = "its settings need it";
        return match denied_by(missing, place) {
            Some(by) => format!("{settings}, taken away here by {by}"),
            None => format!("{settings}, granted nowhere here"),
        };
    }
    let calls = times(missing.calls);
    match (missing.because, denied_by(missing, place)) {
        (Lack::Denied, Some(by)) => format!("denied {calls}, by {by}"),
        (Lack::Denied, None) => format!("denied {calls}"),
        (Lack::NotGranted, Some(by)) => format!("called {calls}, taken away here by {by}"),
        (Lack::NotGranted, None) => format!("called {calls}, granted nowhere here"),
    }
}

/// What a suggested document is written in, for the fence around it.
pub(super) fn language(document: &str) -> &'static str {
    if document.trim_start().starts_with('{') {
        "json"
    } else {
        "yaml"
    }
}

/// The principals that may assume a role besides its functions, and that are not waited for; empty if there are none. `code` writes
/// what comes from the configuration.
pub(super) fn also_assumed(role: &Role, code: impl Fn(&str) -> String) -> String {
    let each = role.known.iter().map(|known| {
        format!(
            "; {} may assume it too and is not waited for until {}: {}",
            code(&known.principal),
            known.until,
            code(&known.reason)
        )
    });
    each.collect()
}

/// What takes away what is missing: the first `Deny`, and how many there are more; nothing where none is known.
pub(super) fn denied_by(missing: &Missing, place: impl Fn(&Origin) -> String) -> Option<String> {
    let first = place(missing.denied_by.first()?);
    Some(match missing.denied_by.len() {
        1 => format!("the Deny in {first}"),
        several => format!("the Deny in {first} and {} more", several - 1),
    })
}

/// The name of a policy that AWS manages; nothing for any other policy.
///
/// Its lines are those of how AWS's API prints it, and mean nothing to a reader.
pub(super) fn by_aws(policy: &str) -> Option<&str> {
    let (_, path) = policy.split_once(":iam::aws:policy/")?;
    Some(path.rsplit('/').next().unwrap_or(path))
}

/// What to do about a policy that AWS manages.
pub(super) fn detach(policy: &str, role: &str) -> String {
    format!("AWS manages {policy}: detach it from {role} and attach your own")
}

/// What is said over permissions that are lacking: not each of them was called.
pub(super) fn lacking<'m>(mut missing: impl Iterator<Item = &'m Missing>) -> &'static str {
    if missing.any(|one| one.calls == 0) {
        "Needed, not granted"
    } else {
        "Called, not granted"
    }
}

/// What is said of a finding where no trace tells what was called; nothing where one does.
pub(super) fn untraced(role: &Role, finding: &Excess) -> Option<&'static str> {
    let has_traces = role.functions.iter().any(|function| function.traces > 0);
    let said = if role.bears(finding) {
        "judged without traces"
    } else {
        "no traces"
    };
    (!has_traces).then_some(said)
}

/// What is said of a service of which nothing was called.
pub(super) fn never_called(finding: &Excess) -> String {
    let service = finding.actions.first().filter(|_| !finding.not_action);
    let service = service
        .and_then(|action| action.split_once(':'))
        .map(|(service, _)| service)
        .filter(|service| is_plain(service));
    match service {
        Some(service) => format!("never called; no {service} call at all was seen"),
        None => "never called; no call of this service was seen".to_owned(),
    }
}

/// Whether a service's prefix is one name and nothing that a format would read as its own.
fn is_plain(service: &str) -> bool {
    let is_of_names = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    !service.is_empty() && service.chars().all(is_of_names)
}
