//! The report as marks on the lines of policy files: the worst findings alone, for GitHub shows but a few.

use super::{Excess, Report, Role};
use crate::compare::{Origin, Severity};
use crate::judge::{State, Verdict};

/// How many are shown; GitHub takes ten of a level from a step.
pub const MOST: usize = 10;

/// How loud an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It fails nothing.
    Notice,
    /// It would fail, on better evidence.
    Warning,
    /// It fails the gate.
    Error,
}

impl Level {
    /// The name of the workflow command.
    pub fn id(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A mark on a line, or on the run where no file is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// How loud.
    pub level: Level,
    /// The file, relative to the checkout, and the line.
    pub place: Option<(String, usize)>,
    /// A few words of ours.
    pub title: String,
    /// A sentence that has text of others in it.
    pub message: String,
}

/// Annotations, worst first, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annotations {
    /// [`MOST`] at most.
    pub shown: Vec<Annotation>,
    /// How many there would be without a limit.
    pub all: usize,
}

/// What to mark, where excess of `fail_on` and worse fails.
pub fn render(report: &Report, fail_on: Option<Severity>) -> Annotations {
    let mut found: Vec<((Level, Severity), Annotation)> = Vec::new();
    for role in &report.roles {
        for finding in role
            .excess
            .iter()
            .filter(|finding| finding.state == State::Judged)
        {
            let level = level(role, finding, fail_on);
            found.push(((level, finding.severity), of_excess(level, role, finding)));
        }
        if role.verdict == Verdict::Inconclusive {
            found.extend(role.insufficient.iter().map(|reason| {
                let annotation = Annotation {
                    level: Level::Warning,
                    place: None,
                    title: "Not enough traces to judge".to_owned(),
                    message: format!("{}: {reason}", role.called()),
                };
                ((Level::Warning, Severity::Critical), annotation)
            }));
        }
    }
    // Equal ones stay in the report's order.
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    Annotations {
        all: found.len(),
        shown: found
            .into_iter()
            .take(MOST)
            .map(|(_, annotation)| annotation)
            .collect(),
    }
}

fn level(role: &Role, finding: &Excess, fail_on: Option<Severity>) -> Level {
    let fails = fail_on.is_some_and(|least| finding.severity >= least);
    match role.verdict {
        Verdict::Fail if fails => Level::Error,
        Verdict::Inconclusive if fails => Level::Warning,
        Verdict::Fail | Verdict::Inconclusive | Verdict::Pass => Level::Notice,
    }
}

fn of_excess(level: Level, role: &Role, finding: &Excess) -> Annotation {
    let place = finding
        .origins
        .iter()
        .find_map(|origin| place(role, origin));
    let words = finding
        .origins
        .iter()
        .find_map(|origin| origin.place.as_deref());
    Annotation {
        level,
        place,
        title: format!("{}: granted beyond what was called", finding.severity.id()),
        message: match words {
            Some(words) => format!("{words}: {}", finding.title),
            None => format!("{}: {}", role.called(), finding.title),
        },
    }
}

/// The line of an origin that is a file of the checkout.
fn place(role: &Role, origin: &Origin) -> Option<(String, usize)> {
    if !role.policy_files.contains(&origin.policy) {
        return None;
    }
    Some((in_checkout(&origin.policy)?, origin.line?))
}

/// A path as GitHub spells it, relative and without `.`; none where it leads out of the checkout.
///
/// ```
/// use aws_least_privilege::report::annotations::in_checkout;
///
/// assert_eq!(in_checkout("./policies//role.json").as_deref(), Some("policies/role.json"));
/// assert_eq!(in_checkout("policies/../role.json").as_deref(), Some("role.json"));
/// assert_eq!(in_checkout("../role.json"), None);
/// assert_eq!(in_checkout("/etc/passwd"), None);
/// ```
pub fn in_checkout(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}
