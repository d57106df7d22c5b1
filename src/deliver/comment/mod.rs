//! Keeps one comment in a pull request: it finds the comment again, edits it, never posts a second one, and never
//! replaces a newer one.
//!
//! A comment is ours if its author is the login of the token and its first line is exactly our marker. Anyone may write
//! a marker, so a marker alone proves nothing.

mod marker;

pub use marker::{Key, Run};

use crate::github::api::{ApiError, ApiErrorKind, Comment, GitHub};
use marker::{Account, Marker};

/// How often the comments are listed at most. In between, a comment may be deleted or a post may fail.
const ROUNDS: usize = 3;

/// When a comment is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// When there is something to report. From then on the comment is updated.
    #[default]
    Auto,
    /// An existing comment is updated, and none is posted.
    Kept,
    /// From the first run on.
    Always,
    /// When the gate did not pass. From then on the comment is updated.
    OnFailure,
    /// Never.
    Never,
}

/// What a comment says, and where it is posted.
#[derive(Debug, Clone)]
pub struct Saying<'a> {
    /// The number of the pull request.
    pub pull: u64,
    /// Which of the pull request's comments it is.
    pub key: &'a Key,
    /// The run that writes it.
    pub run: Run,
    /// When to post it.
    pub mode: Mode,
    /// Whether there is something to report that was not asked for.
    pub has_something_to_say: bool,
    /// Whether the gate passed.
    pub passed: bool,
    /// The comment's Markdown.
    pub text: &'a str,
    /// The part of it that stays the same from run to run if nothing changed.
    pub lasting: &'a str,
}

/// What was done about the comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A comment was posted, with this address.
    New(String),
    /// The comment was changed.
    Edited(String),
    /// The comment already said the same.
    Same(String),
    /// A later run wrote the comment, which was not changed.
    LaterRun(String),
    /// There is no comment, and none is needed.
    Nothing,
}

impl Said {
    /// Returns the address of the comment for people.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::New(url) | Self::Edited(url) | Self::Same(url) | Self::LaterRun(url) => Some(url),
            Self::Nothing => None,
        }
    }
}

/// Posts or updates the comment.
///
/// # Errors
///
/// Returns an error if GitHub cannot be reached or does not allow it. Then there may be a comment or none, but never
/// two.
pub fn say(github: &dyn GitHub, saying: &Saying<'_>) -> Result<Said, ApiError> {
    let create = match saying.mode {
        Mode::Never => return Ok(Said::Nothing),
        Mode::Kept => false,
        Mode::Always => true,
        Mode::Auto => saying.has_something_to_say,
        Mode::OnFailure => !saying.passed,
    };
    let me = github.viewer()?;
    let mark = Marker::new(saying.key, saying.lasting, saying.text, saying.run);
    let text = format!("{mark}\n{}", saying.text);
    let mut posted = false;
    let mut round = 1;
    loop {
        let ours = ours(github.comments(saying.pull)?, &me, saying.key);
        let Some((newest, others)) = ours.split_last() else {
            if !create {
                return Ok(Said::Nothing);
            }
            match github.post_comment(saying.pull, &text) {
                Ok(comment) => return Ok(alone(github, saying, &me, comment)),
                Err(error) if error.is_unsure() && round < ROUNDS => posted = true,
                Err(error) => return Err(error),
            }
            round += 1;
            continue;
        };
        if newest.mark.run > saying.run {
            return Ok(Said::LaterRun(newest.comment.url.clone()));
        }
        for other in others {
            // Two runs posted at the same time. If the other comment cannot be deleted, it does no harm.
            let _ = github.delete_comment(other.comment.id);
        }
        if newest.mark.says_the_same(&mark) {
            let url = newest.comment.url.clone();
            return Ok(if posted {
                Said::New(url)
            } else {
                Said::Same(url)
            });
        }
        match github.edit_comment(newest.comment.id, &text) {
            Ok(comment) => return Ok(Said::Edited(comment.url)),
            // The comment was deleted in the meantime.
            Err(error) if error.kind == ApiErrorKind::NotFound && round < ROUNDS => {}
            Err(error) => return Err(error),
        }
        round += 1;
    }
}

/// If another run posted a comment at the same time, only the newest comment is kept, for both. If the comments cannot
/// be listed, the next run does this.
fn alone(github: &dyn GitHub, saying: &Saying<'_>, me: &str, posted: Comment) -> Said {
    let Ok(comments) = github.comments(saying.pull) else {
        return Said::New(posted.url);
    };
    let ours = ours(comments, me, saying.key);
    let Some((newest, others)) = ours.split_last() else {
        return Said::New(posted.url);
    };
    if !ours.iter().any(|one| one.comment.id == posted.id) {
        return Said::New(posted.url);
    }
    for other in others {
        // The other run may already have deleted it.
        let _ = github.delete_comment(other.comment.id);
    }
    if newest.comment.id == posted.id {
        Said::New(posted.url)
    } else {
        Said::LaterRun(newest.comment.url.clone())
    }
}

/// One of our comments.
#[derive(Debug)]
struct Ours {
    mark: Marker,
    comment: Comment,
}

/// Returns our comments with this key, the newest last.
fn ours(comments: Vec<Comment>, me: &str, key: &Key) -> Vec<Ours> {
    let marked = comments
        .into_iter()
        .filter(|comment| comment.author == me)
        .filter_map(|comment| {
            let mark = Marker::standing(&comment.body, key)?;
            Some(Ours { mark, comment })
        });
    let (mut same, mut maybe) = (Vec::new(), Vec::new());
    for one in marked {
        match one.mark.account_of(key) {
            Account::Same => same.push(one),
            Account::Unknown => maybe.push(one),
            Account::Other => {}
        }
    }
    // Evidence does not always show the account. Then a single comment is taken as the one, but of several it is not
    // known which.
    let mut ours = if same.is_empty() && maybe.len() == 1 {
        maybe
    } else {
        same
    };
    ours.sort_by_key(|one| (one.mark.run, one.comment.id));
    ours
}
