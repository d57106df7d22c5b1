//! One click: which lines of a pull request's policy files a suggestion can replace, so that each click alone leaves a policy
//! that is right.
//!
//! GitHub takes a comment on lines of the head that are in the diff and in one hunk, and one wrong line loses a whole review.
//! What is offered is cut from the head's own text, proved to parse after that click alone, and to grant no less than the
//! policy that is suggested as a whole and no more than the one that is there.

mod hunks;

pub use hunks::{Hunk, hunks};

use crate::catalog::Catalog;
use crate::iam::PolicyDocument;
use crate::iam::algebra::{Relation, compare};
use crate::iam::permissions::PermissionSet;

/// Lines that one click replaces at most; a longer change is for the diff in the comment.
const LONGEST: usize = 40;

/// Lines of a file and what is to stand in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The first line that goes, from 1.
    pub first: usize,
    /// The last line that goes.
    pub last: usize,
    /// What comes instead, without the last line break; nothing where the lines just go.
    pub text: Option<String>,
}

/// The clicks that make these edits of a policy file, which are in the order of its lines and do not overlap.
///
/// `head` is the file as it is at the head of the pull request, `patch` its diff there. `read` gives the policies that such a file
/// holds, one for a policy file, one for each role of a template. Edits of one statement are one click.
pub fn clicks(
    head: &str,
    patch: &str,
    edits: &[Edit],
    read: &dyn Fn(&str) -> Option<Vec<PolicyDocument>>,
    catalog: &Catalog,
) -> Vec<Edit> {
    let lines: Vec<&str> = head.split_inclusive('\n').collect();
    let hunks = hunks(patch, &lines);
    let Some(proof) = Proof::of(head, &lines, edits, read, catalog) else {
        return Vec::new();
    };
    let mut clicks = Vec::new();
    let mut open: Option<Edit> = None;
    for cluster in proof.clusters(edits, &lines) {
        let candidate = match open.take() {
            Some(before) => joined(&before, &cluster, &lines),
            None => cluster,
        };
        if proof.holds(&candidate, &lines) {
            clicks.push(candidate);
        } else {
            // Alone it is wrong; with what follows it may be right.
            open = Some(candidate);
        }
    }
    clicks.retain(|click| {
        click.last - click.first < LONGEST
            && hunks.iter().any(|hunk| hunk.has(click.first, click.last))
            && replaced(&lines, click) != click.text.as_deref().map(str::to_owned)
    });
    clicks
}

/// The lines that an edit takes away, without the last line break.
fn replaced(lines: &[&str], edit: &Edit) -> Option<String> {
    let taken = lines.get(edit.first.checked_sub(1)?..edit.last)?;
    Some(taken.concat().trim_end_matches(['\n', '\r']).to_owned())
}

/// Two edits and the lines between them as one.
fn joined(one: &Edit, other: &Edit, lines: &[&str]) -> Edit {
    let between = lines.get(one.last..other.first.saturating_sub(1));
    let between = between
        .filter(|between| !between.is_empty())
        .map(|between| between.concat().trim_end_matches(['\n', '\r']).to_owned());
    let texts = [one.text.clone(), between, other.text.clone()];
    let texts: Vec<String> = texts.into_iter().flatten().collect();
    Edit {
        first: one.first,
        last: other.last,
        text: (!texts.is_empty()).then(|| texts.join("\n")),
    }
}

/// A file with an edit made; `None` where the lines are not there.
fn edited(lines: &[&str], edits: &[Edit]) -> Option<String> {
    let mut out = String::new();
    let mut from = 0;
    for edit in edits {
        let start = edit.first.checked_sub(1)?;
        out.push_str(&lines.get(from..start)?.concat());
        let last = *lines.get(start..edit.last)?.last()?;
        if let Some(text) = &edit.text {
            out.push_str(text);
            out.push_str(last.get(last.trim_end_matches(['\n', '\r']).len()..)?);
        }
        from = edit.last;
    }
    out.push_str(&lines.get(from..)?.concat());
    Some(out)
}

/// What a click is held against.
struct Proof<'c> {
    catalog: &'c Catalog,
    read: &'c dyn Fn(&str) -> Option<Vec<PolicyDocument>>,
    /// The lines of each statement.
    statements: Vec<(usize, usize)>,
    /// What is granted, policy by policy.
    there: Vec<PermissionSet>,
    suggested: Vec<PermissionSet>,
}

impl<'c> Proof<'c> {
    fn of(
        head: &str,
        lines: &[&str],
        edits: &[Edit],
        read: &'c dyn Fn(&str) -> Option<Vec<PolicyDocument>>,
        catalog: &'c Catalog,
    ) -> Option<Self> {
        let there = read(head)?;
        let suggested = read(&edited(lines, edits)?)?;
        let statements = there.iter().flat_map(|policy| &policy.statements);
        let statements = statements.map(|statement| {
            // In YAML a statement ends where the next one begins.
            let text = head.get(statement.span.range()).unwrap_or_default();
            let more = text.trim_end().matches('\n').count();
            (statement.span.line, statement.span.line + more)
        });
        Some(Self {
            statements: statements.collect(),
            there: sets(&there, catalog),
            suggested: sets(&suggested, catalog),
            read,
            catalog,
        })
    }

    /// The edits, those of one statement together.
    fn clusters(&self, edits: &[Edit], lines: &[&str]) -> Vec<Edit> {
        let mut clusters: Vec<Edit> = Vec::new();
        for edit in edits {
            let together = |before: &Edit| {
                self.statements.iter().any(|(first, last)| {
                    let touches = |edit: &Edit| edit.first <= *last && edit.last >= *first;
                    touches(before) && touches(edit)
                })
            };
            match clusters.last_mut() {
                Some(before) if together(before) => *before = joined(before, edit, lines),
                _ => clusters.push(edit.clone()),
            }
        }
        clusters
    }

    /// Whether a click alone leaves a policy between the suggested one and the one that is there.
    fn holds(&self, click: &Edit, lines: &[&str]) -> bool {
        let after = edited(lines, std::slice::from_ref(click));
        let Some(after) = after.as_deref().and_then(self.read) else {
            return false;
        };
        let after = sets(&after, self.catalog);
        let within = |ones: &[PermissionSet], others: &[PermissionSet]| {
            let mut pairs = ones.iter().zip(others);
            ones.len() == others.len()
                && pairs.all(
                    |(one, other)| match compare(one, other, self.catalog).relation {
                        Relation::Equivalent | Relation::Narrower => true,
                        Relation::Broader | Relation::Incomparable | Relation::Undecided => false,
                    },
                )
        };
        within(&self.suggested, &after) && within(&after, &self.there)
    }
}

fn sets(policies: &[PolicyDocument], catalog: &Catalog) -> Vec<PermissionSet> {
    let sets = policies.iter();
    let sets = sets.map(|policy| PermissionSet::from_documents(&[policy], catalog));
    sets.collect()
}

#[cfg(test)]
mod tests;
