//! What is wrong with a configuration, where, and what to do about it.

use super::tree::{MAX_BYTES, MAX_DEPTH};
use std::fmt;

/// What to do where a reason is missing or says nothing.
const SAY_WHY: &str = "say in your own words why it stays: whoever reads the report sees it";

/// Where something begins, line and column counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Place {
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// The parser counts lines from 1 and columns from 0.
    pub(super) fn new(line: usize, column: usize) -> Self {
        Self {
            line: line.max(1),
            column: column + 1,
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{file}` line {}, column {}: {problem}", place.line, place.column)]
pub struct ConfigError {
    file: String,
    place: Place,
    problem: Problem,
}

impl ConfigError {
    pub(super) fn new(file: &str, place: Place, problem: Problem) -> Self {
        Self {
            file: file.to_owned(),
            place,
            problem,
        }
    }

    /// Where it is.
    pub fn place(&self) -> Place {
        self.place
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        self.problem.hint()
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// More than [`MAX_BYTES`].
    TooLarge,
    /// Deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Not YAML; the parser's own words.
    NotYaml(String),
    /// YAML that a configuration cannot have.
    Refused(&'static str),
    /// The same key twice in one map.
    DuplicateKey {
        /// The key.
        key: String,
        /// The line of the first one.
        first: usize,
    },
    /// A key that is not known here.
    UnknownKey {
        /// The key.
        key: String,
        /// What is known here.
        known: &'static [&'static str],
    },
    /// A word that is none of those allowed.
    UnknownWord {
        /// Where it stands, as a path of keys.
        path: String,
        /// The word.
        word: String,
        /// What is allowed.
        known: &'static [&'static str],
    },
    /// A key that must be there.
    Missing {
        /// What lacks it.
        path: String,
        /// The key.
        key: &'static str,
    },
    /// A value of another kind, or one that is not allowed.
    Wrong {
        /// Where it stands.
        path: String,
        /// What is wrong with it, to follow the path: `must be a list, not text`.
        why: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(formatter, "it has more than {MAX_BYTES} bytes"),
            Self::TooDeep => write!(
                formatter,
                "lists and maps lie more than {MAX_DEPTH} deep within each other"
            ),
            Self::NotYaml(why) => write!(formatter, "this is not YAML: {why}"),
            Self::Refused(what) => write!(formatter, "a configuration cannot have {what}"),
            Self::DuplicateKey { key, first } => write!(
                formatter,
                "`{}` is already on line {first}: a key can be there only once",
                shown(key)
            ),
            Self::UnknownKey { key, .. } => {
                write!(formatter, "`{}` is no key here", shown(key))
            }
            Self::UnknownWord { path, word, .. } => {
                write!(formatter, "`{path}` cannot be `{}`", shown(word))
            }
            Self::Missing { path, key } if path.is_empty() => {
                write!(formatter, "there is no `{key}`")
            }
            Self::Missing { path, key } => write!(formatter, "`{path}` has no `{key}`"),
            Self::Wrong { path, why } if path.is_empty() => {
                write!(formatter, "the configuration {why}")
            }
            Self::Wrong { path, why } => write!(formatter, "`{path}` {why}"),
        }
    }
}

impl Problem {
    fn hint(&self) -> String {
        match self {
            Self::TooLarge | Self::TooDeep => "is this the right file?".to_owned(),
            Self::NotYaml(_) => {
                "check the indentation, and put texts with `*`, `:` or `#` in quotes".to_owned()
            }
            Self::Refused("an alias") => {
                "write the value out; a text that begins with `*` needs quotes".to_owned()
            }
            Self::Refused(_) => "write the values out, as plain texts, lists and maps".to_owned(),
            Self::DuplicateKey { key, first } => match key.as_str() {
                "accept" | "known" => {
                    format!("move these entries below the `{key}:` on line {first}")
                }
                _ => "keep one of the two".to_owned(),
            },
            Self::UnknownKey { key, known }
            | Self::UnknownWord {
                word: key, known, ..
            } => match nearest(key, known) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("it can be one of {}", known.join(", ")),
            },
            Self::Missing { key: "reason", .. } => SAY_WHY.to_owned(),
            Self::Missing { key: "until", .. } => {
                "give the last day on which it holds: `until: 2027-01-31`".to_owned()
            }
            Self::Missing {
                key: "resources", ..
            } => "list the resources as the policy writes them; `\"*\"` accepts the actions on all"
                .to_owned(),
            Self::Missing { key, .. } => format!("add `{key}:`"),
            Self::Wrong { path, .. } if path.ends_with(".reason") => SAY_WHY.to_owned(),
            Self::Wrong { .. } => {
                "`aws-least-privilege schema config` prints what each key takes".to_owned()
            }
        }
    }
}

/// The word that was perhaps meant.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |word: &str| word.to_ascii_lowercase().replace('_', "-");
    let word = plain(word);
    known
        .iter()
        .map(|known| (strsim::osa_distance(&word, &plain(known)), *known))
        .filter(|(distance, known)| *distance <= 2.max(known.len() / 3) && *distance < known.len())
        .min()
        .map(|(_, known)| known)
}

/// A text of the file as it may be shown: without control characters, cut short.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(80)
        .collect();
    if text.chars().count() > 80 {
        shown.push_str("...");
    }
    shown
}
