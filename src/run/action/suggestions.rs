//! Suggestions on the lines of a pull request's policy files.

use super::base::{Checkout, FEWEST_TOGETHER};
use super::pull_request::PullRequest;
use crate::catalog::Catalog;
use crate::compare::{Origin, Severity};
use crate::deliver::suggestions::{MOST, Offering, offer};
use crate::github::api::{
    ApiError, Client, Content, GitHub as _, LineComment, MOST_TEXTS, PullFile,
};
use crate::granted::policy_file::read_text;
use crate::granted::template::policies_of;
use crate::judge::{State, Verdict};
use crate::report::comment::suggestion;
use crate::report::redact::shortened;
use crate::report::{Report, Role, Suggested};
use crate::review::{Edit, clicks};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Offers what the report suggests on lines that the pull request shows, and takes away what does not hold any more. Gives
/// whether any is there. `shown` is what of the report may be shown.
pub(super) fn deliver(
    request: &PullRequest<'_>,
    github: &Client,
    report: &Report,
    shown: &Report,
) -> Result<bool, ApiError> {
    let Some(commit) = request.event.head.sha.as_deref() else {
        return Ok(false);
    };
    let Some(suggestions) = find(request, github, commit, report, shown)? else {
        return Ok(false);
    };
    let offering = Offering {
        pull: request.number,
        commit,
        key: &request.key(Some(report)),
        suggestions: &suggestions,
    };
    let offered = offer(github, &offering)?;
    Ok(offered.posted + offered.kept > 0)
}

/// The suggestions; nothing where the pull request is another by now, or no longer open.
fn find(
    request: &PullRequest<'_>,
    github: &Client,
    commit: &str,
    report: &Report,
    shown: &Report,
) -> Result<Option<Vec<LineComment>>, ApiError> {
    let pull = github.pull(request.number)?;
    if !pull.is_open || pull.head != commit {
        return Ok(None);
    }
    let failing = report.roles.iter().zip(&shown.roles);
    let failing: Vec<(&Role, &Role)> = failing
        .filter(|(role, _)| role.verdict == Verdict::Fail && has_edits(role))
        .collect();
    if failing.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let files = github.pull_files(request.number)?;
    let checkout = Checkout::of(request.environment.workspace.as_deref());
    let mut wanted = Vec::new();
    for (role, shown_role) in failing {
        for suggested in &role.suggested {
            let Some(place) = checkout.place(Path::new(&suggested.policy)) else {
                continue;
            };
            if let Some(file) = files.iter().find(|file| file.path == place) {
                wanted.push((suggested, file, shown_role));
            }
        }
    }
    let places: BTreeSet<String> = wanted
        .iter()
        .map(|(_, file, _)| file.path.clone())
        .collect();
    let heads = texts(github, commit, places.into_iter().collect())?;
    let mut found = Vec::new();
    for (suggested, file, shown_role) in wanted {
        let head = heads.get(&file.path);
        found.extend(of_file(suggested, file, head, shown, shown_role));
    }
    // As in the comment the worst first, and of those the new: there is room for a few.
    found.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
    found.truncate(MOST);
    Ok(Some(
        found.into_iter().map(|(_, comment)| comment).collect(),
    ))
}

/// The texts of files at a commit, by path: of many with one request for [`MOST_TEXTS`] of them.
fn texts(
    github: &Client,
    commit: &str,
    mut places: Vec<String>,
) -> Result<BTreeMap<String, String>, ApiError> {
    let mut found = BTreeMap::new();
    if places.len() >= FEWEST_TOGETHER {
        for some in places.chunks(MOST_TEXTS) {
            // What GraphQL does not give is asked for one by one.
            let Ok(texts) = github.texts(commit, some) else {
                break;
            };
            let texts = some.iter().cloned().zip(texts);
            found.extend(texts.filter_map(|(place, text)| Some((place, text?))));
        }
    }
    places.retain(|place| !found.contains_key(place));
    for place in places {
        if let Some(Content::File(bytes)) = github.content(&place, commit)?
            && let Ok(text) = String::from_utf8(bytes)
        {
            found.insert(place, text);
        }
    }
    Ok(found)
}

fn has_edits(role: &Role) -> bool {
    role.suggested.iter().any(|one| !one.edits.is_empty())
}

/// The suggestions for one file, whose text at the head must be the one that was judged, each with how severe the worst finding on
/// its lines is, and whether that is new.
fn of_file(
    suggested: &Suggested,
    file: &PullFile,
    head: Option<&String>,
    shown: &Report,
    shown_role: &Role,
) -> Vec<(Option<(Severity, bool)>, LineComment)> {
    let (Some(text), Some(patch)) = (head, &file.patch) else {
        return Vec::new();
    };
    let judged = read_text(&suggested.policy);
    if !judged.is_ok_and(|judged| judged == *text) {
        return Vec::new();
    }
    let edits: Vec<Edit> = suggested
        .edits
        .iter()
        .map(|edit| Edit {
            first: edit.first_line,
            last: edit.last_line,
            text: Some(edit.text.clone()).filter(|text| !text.is_empty()),
        })
        .collect();
    let is_redacted = shown_role.suggested.iter().all(|one| one != suggested);
    let read = |text: &str| policies_of(text, &suggested.policy);
    clicks(text, patch, &edits, &read, Catalog::embedded())
        .into_iter()
        .filter(|click| !is_redacted || !tells_more(text, click))
        .filter_map(|click| {
            let lines = click.first..=click.last;
            let is_here = |origin: &Origin| {
                origin.policy == suggested.policy
                    && origin.line.is_some_and(|line| lines.contains(&line))
            };
            let here = shown_role.excess.iter().filter(|finding| {
                finding.state == State::Judged && finding.origins.iter().any(is_here)
            });
            let worst = here.map(|finding| (finding.severity, finding.new)).max();
            let body = suggestion(
                shown,
                shown_role,
                &suggested.policy,
                lines.clone(),
                click.text.as_deref(),
            )?;
            let comment = LineComment {
                path: file.path.clone(),
                first: click.first as u64,
                last: click.last as u64,
                body,
            };
            Some((worst, comment))
        })
        .collect()
}

/// Whether a click shows an account id that the file does not have.
fn tells_more(head: &str, click: &Edit) -> bool {
    let text = click.text.as_deref().unwrap_or_default();
    let words = text.split(|letter: char| !letter.is_ascii_digit());
    words
        .filter(|digits| shortened(digits) != *digits)
        .any(|account| !head.contains(account))
}
