//! Splits a suggestion into clicks: edits of a pull request's policy files that can be applied one by one, each leaving
//! a correct policy.
//!
//! GitHub accepts a comment only on lines of the head that are in the diff and in one hunk, and a single wrong line
//! makes it refuse a whole review. Each click is cut from the text of the head. It is proved that the file can be read
//! after that click alone, and that the policy then grants no less than the suggested one and no more than the present
//! one.

mod hunks;

pub use hunks::{Hunk, hunks};

use crate::catalog::Catalog;
use crate::iam::PolicyDocument;
use crate::iam::algebra::{Relation, compare};
use crate::iam::permissions::PermissionSet;

/// How many lines one click may replace. A longer change is only shown in the comment's diff.
const LONGEST: usize = 40;

/// Lines of a file, and the text that replaces them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The first replaced line, counted from 1.
    pub first: usize,
    /// The last replaced line.
    pub last: usize,
    /// The new text, without the last line break. `None` if the lines are deleted.
    pub text: Option<String>,
}

/// Returns the clicks that make these edits of a policy file. The edits must be sorted by line and not overlap.
///
/// `head` is the file at the head of the pull request, and `patch` its diff there. `read` returns the policies in such
/// a file: one for a policy file, one for each role of a template. Edits of the same statement become one click.
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
            // Alone this edit is wrong. Together with the next one it may be right.
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

/// Returns the lines that an edit replaces, without the last line break.
fn replaced(lines: &[&str], edit: &Edit) -> Option<String> {
    let taken = lines.get(edit.first.checked_sub(1)?..edit.last)?;
    Some(taken.concat().trim_end_matches(['\n', '\r']).to_owned())
}

/// Joins two edits and the lines between them.
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

/// Returns a file after the edits, or `None` if it does not have the lines.
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

/// What a click is compared with.
struct Proof<'c> {
    catalog: &'c Catalog,
    read: &'c dyn Fn(&str) -> Option<Vec<PolicyDocument>>,
    /// The first and last line of each statement.
    statements: Vec<(usize, usize)>,
    /// The present permissions of each policy.
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
            // In YAML the span of a statement ends where the next one begins.
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

    /// Joins edits of the same statement.
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

    /// Whether the policies after a click alone are between the suggested and the present ones.
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
