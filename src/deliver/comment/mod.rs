//! One comment in a pull request: found again, edited in place, never made twice, and never older than what it replaces.
//!
//! A comment is ours when whoever the token belongs to wrote it and its first line is our mark, exactly. Anyone may write a
//! mark, so a mark alone is nothing.

mod marker;

pub use marker::{Key, Run};

use crate::github::api::{ApiError, ApiErrorKind, Comment, GitHub};
use marker::{Account, Marker};

/// How often the comments are listed at most: a comment may be deleted, or a post fail, in between.
const ROUNDS: usize = 3;

/// When there is a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Once there is something to say; from then on it is kept up to date.
    #[default]
    Auto,
    /// From the first run on.
    Always,
    /// Once the gate did not pass; from then on it is kept up to date.
    OnFailure,
    /// Never.
    Never,
}

/// What to say, and where.
#[derive(Debug, Clone)]
pub struct Saying<'a> {
    /// The pull request.
    pub pull: u64,
    /// Which of the pull request's comments it is.
    pub key: &'a Key,
    /// The run that says it.
    pub run: Run,
    /// When to say it.
    pub mode: Mode,
    /// Whether there is something to say that nobody asked for.
    pub has_something_to_say: bool,
    /// Whether the gate passed.
    pub passed: bool,
    /// The comment's Markdown.
    pub text: &'a str,
    /// The same without what differs from run to run although nothing changed.
    pub lasting: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// There is a new comment, at this address.
    New(String),
    /// The comment says something else now.
    Edited(String),
    /// The comment said it already.
    Same(String),
    /// A later run has spoken; its comment stands.
    LaterRun(String),
    /// There is no comment, and none is called for.
    Nothing,
}

impl Said {
    /// Where people see the comment.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::New(url) | Self::Edited(url) | Self::Same(url) | Self::LaterRun(url) => Some(url),
            Self::Nothing => None,
        }
    }
}

/// Says it.
///
/// # Errors
///
/// When GitHub cannot be asked or does not let us. Then there may or may not be a comment, but never two.
pub fn say(github: &dyn GitHub, saying: &Saying<'_>) -> Result<Said, ApiError> {
    let create = match saying.mode {
        Mode::Never => return Ok(Said::Nothing),
        Mode::Always => true,
        Mode::Auto => saying.has_something_to_say,
        Mode::OnFailure => !saying.passed,
    };
    let me = github.viewer()?;
    let mark = Marker::new(saying.key, saying.lasting, saying.run);
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
                Ok(comment) => return Ok(Said::New(comment.url)),
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
            // Two runs posted at once. One that cannot be deleted is in nobody's way.
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
            // Somebody deleted it since.
            Err(error) if error.kind == ApiErrorKind::NotFound && round < ROUNDS => {}
            Err(error) => return Err(error),
        }
        round += 1;
    }
}

/// A comment of ours.
#[derive(Debug)]
struct Ours {
    mark: Marker,
    comment: Comment,
}

/// Our comments of this key, the newest last.
fn ours(comments: Vec<Comment>, me: &str, key: &Key) -> Vec<Ours> {
    let marked = comments
        .into_iter()
        .filter(|comment| comment.author == me)
        .filter_map(|comment| {
            let mark = Marker::of(&comment.body)?;
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
    // Evidence does not always tell the account. One comment then is the one; of several nobody knows which.
    let mut ours = if same.is_empty() && maybe.len() == 1 {
        maybe
    } else {
        same
    };
    ours.sort_by_key(|one| (one.mark.run, one.comment.id));
    ours
}
