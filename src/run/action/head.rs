//! The commit that is checked out, held against the one that the event is about: the policies that are judged must be those of the
//! change that the verdict is of.

use super::base::{Checkout, checkouts};
use crate::github::event::is_sha;
use crate::github::{Environment, Event, EventKind};
use crate::report::printable;
use crate::run::Failure;
use anyhow::anyhow;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The longest file of Git's own that is read here.
const MOST_BYTES: u64 = 16 << 20;

/// What is written behind `ref:` to have the change checked out.
const REF: &str = "${{ github.event.pull_request.head.sha }}";
const REF_OF_RUN: &str = "${{ github.event.workflow_run.head_sha }}";

/// Refuses a checkout of another commit than the change's. `paths` are those that are read of it.
pub(super) fn check<'p>(
    environment: &Environment,
    event: &Event,
    paths: impl IntoIterator<Item = &'p Path>,
) -> Result<(), Failure> {
    if !event.is_of_a_change() {
        return Ok(());
    }
    let is_privileged = event.is_privileged();
    // A privileged run is for the base: what it checks out by itself is not the change.
    let own = environment.sha.as_ref().filter(|_| !is_privileged);
    let meant: Vec<&String> = [own, event.head.sha.as_ref(), event.merge.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    if meant.is_empty() {
        return Ok(());
    }
    let workspace = environment.workspace.as_deref().unwrap_or(Path::new("."));
    let found = checked_out(workspace, paths);
    if let Some((root, other)) = found.iter().find(|(_, commit)| !meant.contains(commit)) {
        let inside = root.strip_prefix(workspace).unwrap_or(root);
        let place = match inside.to_str().filter(|inside| !inside.is_empty()) {
            Some(inside) => format!("the checkout in `{}`", printable(inside)),
            None => "the checkout".to_owned(),
        };
        return Err(refused(event, &format!("{place} is at {}", short(other))));
    }
    // Without Git, actions/checkout downloads the commit of the run, and nothing tells which that was.
    if found.is_empty() && is_privileged {
        let what = "it is not known which commit is checked out (there is no `.git`)";
        return Err(refused(event, what));
    }
    Ok(())
}

/// Whether a commit is what is checked out, as far as Git's own folder tells: without one, actions/checkout took the commit of the run.
pub(super) fn is_checked_out(environment: &Environment, commit: &str) -> bool {
    let workspace = environment.workspace.as_deref().unwrap_or(Path::new("."));
    let found = checkouts(workspace);
    let mut commits = found
        .iter()
        .filter_map(|root| commit_of(&root.join(".git")));
    commits.all(|found| found == commit)
}

fn refused(event: &Event, what: &str) -> Failure {
    let head = event.head.sha.as_deref().map_or("unknown", short);
    let reference = if event.kind == EventKind::WorkflowRun {
        REF_OF_RUN
    } else {
        REF
    };
    let hint = match event.kind {
        EventKind::MergeGroup => {
            "check out the commit of the run: actions/checkout without `ref`".to_owned()
        }
        EventKind::PullRequest => format!(
            "check out the commit of the run (actions/checkout without `ref`), or `ref: {reference}`"
        ),
        EventKind::PullRequestTarget
        | EventKind::Push
        | EventKind::Schedule
        | EventKind::WorkflowDispatch
        | EventKind::WorkflowRun
        | EventKind::Other(_) => format!(
            "give actions/checkout `ref: {reference}`, and run nothing of what it checks out"
        ),
    };
    Failure::usage(
        anyhow!(
            "{what}, and this {} is about {head}: its policies would not be those that are judged",
            event.kind.id()
        ),
        Some(hint),
    )
}

fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// The commits that are checked out where the paths are, each with its folder; where these are in none, that of the workspace.
fn checked_out<'p>(
    workspace: &Path,
    paths: impl IntoIterator<Item = &'p Path>,
) -> BTreeMap<PathBuf, String> {
    let checkout = Checkout::of(Some(workspace));
    let commit = |root: PathBuf| Some((root.clone(), commit_of(&root.join(".git"))?));
    let roots = paths.into_iter().filter_map(|path| checkout.root(path));
    let found: BTreeMap<PathBuf, String> = roots.filter_map(commit).collect();
    if found.is_empty() {
        return commit(workspace.to_owned()).into_iter().collect();
    }
    found
}

/// The commit that Git's own folder says is checked out.
fn commit_of(git: &Path) -> Option<String> {
    let head = text_of(&git.join("HEAD"))?;
    let head = head.trim();
    if is_sha(head) {
        return Some(head.to_owned());
    }
    let reference = head.strip_prefix("ref: ")?;
    let is_plain = reference.starts_with("refs/") && !reference.contains("..");
    let loose = is_plain
        .then(|| text_of(&git.join(reference)))
        .flatten()
        .map(|text| text.trim().to_owned());
    loose.filter(|sha| is_sha(sha)).or_else(|| {
        let packed = text_of(&git.join("packed-refs"))?;
        let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
        let (sha, _) = lines.find(|(sha, name)| *name == reference && is_sha(sha))?;
        Some(sha.to_owned())
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "Git's own files, which no change has"
)]
fn text_of(path: &Path) -> Option<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(MOST_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}
