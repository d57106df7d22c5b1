//! Posts suggestions on lines of a pull request once, keeps them while they are valid, and deletes outdated ones that
//! have no replies.

use super::comment::Key;
use crate::github::api::{ApiError, ApiErrorKind, GitHub, LineComment, ReviewComment};
use std::collections::BTreeSet;

/// The largest number of suggestions in a pull request. The others are in the comment.
pub const MOST: usize = 10;

/// The suggestions to post, and where.
#[derive(Debug, Clone)]
pub struct Offering<'a> {
    /// The number of the pull request.
    pub pull: u64,
    /// The commit at its head that was judged.
    pub commit: &'a str,
    /// Identifies these suggestions among those for other stacks.
    pub key: &'a Key,
    /// The suggestions, the most important first.
    pub suggestions: &'a [LineComment],
}

/// What was done about the suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offered {
    /// How many were posted.
    pub posted: usize,
    /// How many were already there.
    pub kept: usize,
    /// How many GitHub did not accept.
    pub refused: usize,
    /// How many were outdated and deleted.
    pub deleted: usize,
}

/// Posts suggestions, and deletes ours that are outdated.
///
/// # Errors
///
/// Returns an error if GitHub cannot be reached or does not allow it.
pub fn offer(github: &dyn GitHub, offering: &Offering<'_>) -> Result<Offered, ApiError> {
    let me = github.viewer()?;
    let wanted: Vec<LineComment> = offering
        .suggestions
        .iter()
        .take(MOST)
        .map(|suggestion| marked(suggestion, offering.key))
        .collect();
    let there = github.review_comments(offering.pull)?;
    let mut offered = Offered::default();
    let answered: BTreeSet<u64> = there.iter().filter_map(|comment| comment.answers).collect();
    let ours = |comment: &&ReviewComment| comment.author == me && is_ours(comment, offering.key);
    for comment in there.iter().filter(ours) {
        let holds = wanted.iter().any(|wanted| is(comment, wanted));
        if !holds && !answered.contains(&comment.id) {
            github.delete_review_comment(comment.id)?;
            offered.deleted += 1;
        }
    }
    let lacking = |there: &[ReviewComment]| -> Vec<LineComment> {
        let is_there = |wanted: &&LineComment| {
            let ours = there.iter().filter(|comment| comment.author == me);
            ours.into_iter().any(|comment| is(comment, wanted))
        };
        let lacking = wanted.iter().filter(|wanted| !is_there(wanted));
        lacking.cloned().collect()
    };
    let new = lacking(&there);
    offered.kept = wanted.len() - new.len();
    if new.is_empty() {
        return Ok(offered);
    }
    match github.post_review(offering.pull, offering.commit, &new) {
        Ok(()) => offered.posted = new.len(),
        // One line that is not in the diff makes GitHub refuse all of them, so each is posted alone.
        Err(error) if error.kind == ApiErrorKind::Invalid && new.len() > 1 => {
            for one in &new {
                match github.post_review(offering.pull, offering.commit, std::slice::from_ref(one))
                {
                    Ok(()) => offered.posted += 1,
                    Err(error) if error.kind == ApiErrorKind::Invalid => offered.refused += 1,
                    Err(error) => return Err(error),
                }
            }
        }
        Err(error) if error.kind == ApiErrorKind::Invalid => offered.refused = 1,
        Err(error) if error.is_unsure() => {
            let still = lacking(&github.review_comments(offering.pull)?);
            if still.is_empty() {
                offered.posted = new.len();
            } else {
                github.post_review(offering.pull, offering.commit, &still)?;
                offered.posted = new.len();
            }
        }
        Err(error) => return Err(error),
    }
    single_out(github, offering, &me, &wanted);
    Ok(offered)
}

/// Deletes duplicates that another run posted at the same time, and keeps the earliest. If one cannot be deleted, it
/// does no harm.
fn single_out(github: &dyn GitHub, offering: &Offering<'_>, me: &str, wanted: &[LineComment]) {
    let Ok(mut there) = github.review_comments(offering.pull) else {
        return;
    };
    there.sort_by_key(|comment| comment.id);
    let answered: BTreeSet<u64> = there.iter().filter_map(|comment| comment.answers).collect();
    for wanted in wanted {
        let same = there
            .iter()
            .filter(|one| one.author == me && is(one, wanted));
        for twin in same.skip(1).filter(|twin| !answered.contains(&twin.id)) {
            let _ = github.delete_review_comment(twin.id);
        }
    }
}

/// Returns a suggestion with our marker at its end.
fn marked(suggestion: &LineComment, key: &Key) -> LineComment {
    let mark = key.mark(&format!("{}\0{}", suggestion.path, suggestion.body));
    LineComment {
        body: format!("{}\n{mark}\n", suggestion.body.trim_end()),
        ..suggestion.clone()
    }
}

/// Whether the last line of a comment is our marker for this key.
fn is_ours(comment: &ReviewComment, key: &Key) -> bool {
    comment
        .body
        .lines()
        .last()
        .is_some_and(|line| key.marked(line))
}

/// Whether a comment is the wanted suggestion, on a line that is still in the diff.
fn is(comment: &ReviewComment, wanted: &LineComment) -> bool {
    comment.path == wanted.path
        && comment.line == Some(wanted.last)
        && comment.body.lines().last() == wanted.body.lines().last()
}
