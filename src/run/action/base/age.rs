//! What of the base's policies is too young for what it grants to have been observed.
//!
//! The age of a grant is that of what it says: what the base granted when the grace began is old, wherever it is written now.
//! The base is followed by its own commits, so that a branch of old commits is as young as its merge.

use super::files::is_policy;
use crate::github::api::{ApiError, Client, Content, GitHub as _, PullFile};
use crate::granted::policy_file::permissions_policy;
use crate::iam::PolicyDocument;
use crate::judge::exempt::base::Earlier;
use crate::report::printable;
use crate::run::action::notice;
use crate::run::gather::now;
use crate::settings::effective::Effective;
use crate::settings::file::GRACE;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::path::Path;

/// Files of the time before that are read. Where there are more, nothing is young.
const MOST_FILES: usize = 25;

/// Requests after which no more is asked of the history: a run makes 50 at most, and the comment and suggestions need theirs.
const MOST_REQUESTS: usize = 36;

/// The base as it was when the grace began.
#[derive(Debug)]
pub(in crate::run::action) struct Ages<'a> {
    github: &'a Client,
    pub(super) commit: &'a str,
    begin: Timestamp,
    grace: SignedDuration,
    days: u16,
    pub(super) then: Option<Then>,
    /// Files that may still be read.
    left: usize,
    /// Whether something of the history could not be read, so that nothing counts as young.
    pub(in crate::run::action) is_given_up: bool,
    pub(in crate::run::action) earlier: Earlier,
}

/// A commit of the base, and what was changed since.
#[derive(Debug)]
pub(super) struct Then {
    /// Absent where the repository is younger.
    pub(super) commit: Option<String>,
    /// When the last commit since then was made: nothing is younger.
    last: Timestamp,
    /// By path; absent where there are too many to be listed.
    pub(super) changed: Option<BTreeMap<String, PullFile>>,
}

impl<'a> Ages<'a> {
    /// The ages of what a commit grants.
    pub(in crate::run::action) fn of(
        github: &'a Client,
        commit: &'a str,
        effective: &Effective,
    ) -> Self {
        let configured = effective.config.as_ref().and_then(|file| file.config.grace);
        let days = configured.unwrap_or(GRACE);
        let grace = SignedDuration::from_hours(24 * i64::from(days));
        let mut ages = Self {
            github,
            commit,
            begin: now() - grace,
            grace,
            days,
            then: None,
            left: MOST_FILES,
            is_given_up: false,
            earlier: Earlier::new(),
        };
        if days > 0 {
            let then = ages
                .affords()
                .and_then(|()| ages.found().map_err(|error| error.to_string()));
            ages.then = then.unwrap_or_else(|why| {
                ages.give_up(&why);
                None
            });
        }
        ages
    }

    /// Whether a file of the commit was changed since the grace began.
    pub(in crate::run::action) fn is_changed(&mut self, place: &str) -> bool {
        match self.then.as_ref().map(|then| &then.changed) {
            None => false,
            Some(Some(changed)) => changed.contains_key(place),
            // What the repository does not track has no age.
            Some(None) => match self.affords() {
                Ok(()) => matches!(
                    self.github.content(place, self.commit),
                    Ok(Some(Content::File(_)))
                ),
                Err(why) => {
                    self.give_up(&why);
                    false
                }
            },
        }
    }

    /// The days of the grace, where it could be read what there was when it began.
    pub(in crate::run::action) fn known_days(&self) -> Option<u16> {
        (self.days > 0 && !self.is_given_up).then_some(self.days)
    }

    /// The last day on which anything waits that was granted since the grace began, by what was read of the history.
    pub(in crate::run::action) fn waits_until(&self) -> Option<Date> {
        let then = self.then.as_ref()?;
        Some(TimeZone::UTC.to_datetime(then.last + self.grace).date())
    }

    /// Whether a request more leaves enough for the rest of the run.
    pub(super) fn affords(&self) -> Result<(), String> {
        if self.github.requests() < MOST_REQUESTS {
            Ok(())
        } else {
            Err("it would take more requests to GitHub than the 50 of a run".to_owned())
        }
    }

    /// Takes everything for old, and says why, once.
    pub(super) fn give_up(&mut self, why: &str) {
        if !self.is_given_up {
            told(why);
        }
        self.is_given_up = true;
        self.then = None;
        self.earlier.clear();
    }

    /// The base as it was; nothing where it has not changed since.
    fn found(&self) -> Result<Option<Then>, ApiError> {
        let history = self.github.history(self.commit, None, self.begin)?;
        let now = self.begin + self.grace;
        if history.iter().any(|commit| commit.when > now) {
            // Whoever makes a commit dates it.
            told("a commit says that it is from the future");
            return Ok(None);
        }
        let mut own: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for commit in &history {
            own.insert(&commit.sha, commit.parent.as_deref());
        }
        // The first parents are the base's own commits; what was merged into it came when it was merged.
        let mut commit = Some(self.commit);
        while let Some(parent) = commit.and_then(|commit| own.remove(commit)) {
            commit = parent;
        }
        if commit == Some(self.commit) {
            return Ok(None);
        }
        let changed = match commit {
            Some(commit) => self.github.compared(commit, self.commit)?,
            None => None,
        };
        let last = history.iter().map(|commit| commit.when).max();
        Ok(Some(Then {
            last: last.unwrap_or(now),
            commit: commit.map(str::to_owned),
            changed: changed.map(|files| {
                let by_path = files.into_iter().map(|file| (file.path.clone(), file));
                by_path.collect()
            }),
        }))
    }

    /// Looks up what a policy of the base, at a place of the repository and kept in a file of ours, said when the grace began.
    /// Gives whether there was nothing in its place at all. What cannot be looked up counts as old, so that nothing passes
    /// for it.
    pub(in crate::run::action) fn ask(&mut self, place: &str, kept: &Path) -> bool {
        let Some(then) = self.then.take() else {
            return false;
        };
        match self.said(&then, place) {
            Ok(Some(documents)) => {
                let is_new = documents.is_empty();
                self.earlier.insert(kept.display().to_string(), documents);
                self.then = Some(then);
                is_new
            }
            Ok(None) => {
                self.then = Some(then);
                false
            }
            Err(error) => {
                self.give_up(&error);
                false
            }
        }
    }

    /// The day on which the grace of a file ends that was not there when it began.
    pub(in crate::run::action) fn end_of_grace(&mut self, place: &str) -> Option<Date> {
        let history = self.affords().and_then(|()| {
            let history = self.github.history(self.commit, Some(place), self.begin);
            history.map_err(|error| error.to_string())
        });
        let history = match history {
            Ok(history) => history,
            Err(why) => {
                self.give_up(&why);
                return None;
            }
        };
        let first = history.last()?;
        Some(TimeZone::UTC.to_datetime(first.when + self.grace).date())
    }

    /// What granted in a file's place; nothing where that is the same file as it is now.
    fn said(&mut self, then: &Then, place: &str) -> Result<Option<Vec<PolicyDocument>>, String> {
        let Some(commit) = &then.commit else {
            return Ok(Some(Vec::new()));
        };
        let places: Vec<String> = match &then.changed {
            None => vec![place.to_owned()],
            Some(changed) => match changed.get(place) {
                None => return Ok(None),
                Some(file) => match (file.status.as_str(), &file.previous_path) {
                    ("renamed" | "copied", Some(previous)) => vec![previous.clone()],
                    ("added", _) => removed(changed).map(str::to_owned).collect(),
                    _ => vec![place.to_owned()],
                },
            },
        };
        let mut documents = Vec::new();
        for place in places {
            match self.read(&place, commit)? {
                Said::Policy(policy) => documents.push(*policy),
                Said::Nothing => {}
                // Templates are looked up by themselves, role by role.
                Said::Template => return Ok(None),
            }
        }
        Ok(Some(documents))
    }

    fn read(&mut self, place: &str, commit: &str) -> Result<Said, String> {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| format!("more than {MOST_FILES} of them changed lately"))?;
        self.affords()?;
        let content = self.github.content(place, commit);
        match content.map_err(|error| error.to_string())? {
            Some(Content::File(bytes)) if is_policy(place, &bytes) => {
                let text = String::from_utf8_lossy(&bytes);
                Ok(match permissions_policy(&text, place) {
                    Ok(policy) => Said::Policy(Box::new(policy)),
                    Err(_) => Said::Template,
                })
            }
            _ => Ok(Said::Nothing),
        }
    }
}

/// What a file said when the grace began.
enum Said {
    /// It was a policy.
    Policy(Box<PolicyDocument>),
    /// It was a template.
    Template,
    /// It was not there, or was neither.
    Nothing,
}

/// Policies that are not there any more: what they said may have been moved.
pub(super) fn removed(changed: &BTreeMap<String, PullFile>) -> impl Iterator<Item = &str> {
    let removed = changed.values().filter(|file| file.status == "removed");
    let paths = removed.map(|file| file.path.as_str());
    paths.filter(|path| {
        let extension = Path::new(path).extension().unwrap_or_default();
        ["json", "yaml", "yml"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn told(why: &str) {
    notice(&format!(
        "how long the base grants what it grants could not be read: {}. Nothing there counts as new.",
        printable(why)
    ));
}
