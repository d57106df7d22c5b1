//! The base's side of a change: the configuration, the baseline, the policies and the evidence as they are at the commit that
//! the change is to be merged into, so that nobody waves their own change through.

pub(super) mod age;
mod config;
mod evidence;
pub(super) mod files;
mod former;
mod lfs;
mod policies;
mod templates;
pub(super) mod then;
mod tree;

use super::notice;
use crate::deliver::beside;
use crate::evidence::{Gap, GapReason};
use crate::github::api::{ApiError, Client, Content};
use crate::github::{Environment, Event, EventKind};
use crate::granted::policy_file::read_text;
use crate::judge::RecordAtHead;
use crate::judge::exempt::baseline;
use crate::report::comment::Accepting;
use crate::report::{ConfigChange, Report, printable};
use crate::run::pipeline::Beforehand;
use crate::run::{Failure, gate};
use crate::settings::action::Action;
use crate::settings::change::{Change, changes};
use crate::settings::effective::{Effective, resolve};
use crate::settings::file::read::ConfigFile;
use crate::settings::file::{Accept, DEFAULT_NAME, Lined};
use crate::settings::flags::Scope;
use crate::settings::table::Config;
use anyhow::anyhow;
use files::keep;
pub(super) use files::{Checkout, checkouts};
pub(super) use former::{Named, record_of};
use policies::{FoundAtBase, PoliciesAtBase};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
pub(super) use tree::FEWEST_TOGETHER;
pub(super) use tree::Trees;

/// What takes effect of a change's settings.
#[derive(Debug)]
pub(super) struct InEffect {
    pub(super) effective: Effective,
    /// What the change would make of the configuration.
    pub(super) changes: Vec<ConfigChange>,
    /// Reason and end of the acceptances that the change brings and that hold already.
    pub(super) brought: BTreeSet<(String, String)>,
    /// The policy files that the base names for what is judged.
    pub(super) former: Named,
    /// Where an acceptance has to be for it to hold.
    pub(super) accepting: Accepting,
    /// The configuration that the change brings.
    pub(super) head: Option<ConfigFile>,
}

/// A change and what it is to be merged into.
#[derive(Debug)]
pub(super) struct Base<'a> {
    github: &'a Client,
    environment: &'a Environment,
    /// The commit that the change is to be merged into.
    commit: &'a str,
    /// The commits that may be checked out here, the likeliest first.
    here: Vec<&'a str>,
    checkout: Checkout,
    trees: Trees<'a>,
    /// Where the base's files are put.
    folder: beside::Folder,
    /// Where templates are put as they were when the grace began.
    then: beside::Folder,
}

impl<'a> Base<'a> {
    /// The base of an event that has one. Where it cannot be read nothing is judged, or the change's own configuration would decide.
    pub(super) fn of(
        environment: &'a Environment,
        event: &'a Event,
        github: &'a Result<Client, String>,
    ) -> Result<Option<Self>, Failure> {
        if !event.is_of_a_change() {
            return Ok(None);
        }
        let commit = event.base.sha.as_deref().ok_or_else(|| nameless(event))?;
        let github = github.as_ref().map_err(|why| {
            Failure::usage(
                anyhow!("the configuration, policies and evidence of the base cannot be read: {why}"),
                Some(
                    "leave `github-token` as it is (the job's own token), with `permissions:` that have `contents: read`"
                        .to_owned(),
                ),
            )
        })?;
        let folder = || beside::folder().map_err(|error| Failure::job(error, None));
        let here = [&environment.sha, &event.head.sha];
        Ok(Some(Self {
            github,
            environment,
            commit,
            here: here.into_iter().flatten().map(String::as_str).collect(),
            checkout: Checkout::of(environment.workspace.as_deref()),
            trees: Trees::of(github, environment.workspace.as_deref()),
            folder: folder()?,
            then: folder()?,
        }))
    }

    /// Where the base's files are put.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where templates are put as they were when the grace began.
    pub(super) fn then(&self) -> &Path {
        self.then.path()
    }

    /// What takes effect: what was given, and the configuration of the base. Beside it, what the change would make of that.
    pub(super) fn effective(&self, action: &Action) -> Result<InEffect, Failure> {
        let options = &action.gate;
        let named = options.config.as_deref();
        let path = named.unwrap_or(Path::new(DEFAULT_NAME));
        let head = crate::settings::file::read::read(named);
        let mut base = match self.config(path) {
            Ok(base) => base,
            // Else nobody could mend a configuration that was merged. By default the gate is strict.
            Err(failure) if config::is_of_the_text(&failure) && head.is_ok() => {
                notice(&format!(
                    "the configuration at the base is wrong: {}. The defaults count until it is fixed",
                    printable(&failure.error.to_string())
                ));
                Some(ConfigFile {
                    path: path.to_owned(),
                    config: Config::default(),
                    rules: None,
                })
            }
            Err(failure) => return Err(failure),
        };
        let told = |error: &dyn std::fmt::Display| {
            notice(&format!(
                "the configuration that this change brings is wrong: {}",
                printable(&error.to_string())
            ));
        };
        let mut is_readable = true;
        let head = match head {
            Ok(head) => head,
            Err(error) if named.is_some() && !path.exists() => {
                if base.is_none() {
                    let hint = error.hint();
                    return Err(Failure::usage(error, Some(hint)));
                }
                None
            }
            Err(error) => {
                told(&error);
                is_readable = false;
                base.clone()
            }
        };
        let config = |file: &Option<ConfigFile>| {
            file.as_ref()
                .map(|file| file.config.clone())
                .unwrap_or_default()
        };
        let changes = changes(&config(&base), &config(&head));
        let mut brought_here = BTreeSet::new();
        let accepting = self.accepting(path, &config(&base))?;
        if let Some(file) = &mut base
            && accepting == Accepting::Here
        {
            let own = std::mem::take(&mut file.config.accept);
            file.config.accept = config(&head).accept;
            let brought = file.config.accept.iter();
            let is_new = |entry: &&Lined<Accept>| own.iter().all(|one| one.value != entry.value);
            let of_entry = |entry: &Lined<Accept>| {
                (entry.value.reason.0.clone(), entry.value.until.to_string())
            };
            brought_here = brought.filter(is_new).map(of_entry).collect();
        }
        let former = self.former(action, &config(&base))?;
        // A policy that the change names is judged too: to look at more lets nothing pass.
        if let (Some(base), Some(head)) = (&mut base, &head) {
            base.config.look_at_more(&head.config);
            let is_there = |path: &str| {
                files::of_pattern(path)
                    .iter()
                    .any(|file| Path::new(file).exists())
            };
            base.config.leave_moved(&head.config, is_there);
        }
        let changes = changes.into_iter().map(|change| told_change(path, change));
        let unreadable = (!is_readable).then(|| ConfigChange {
            file: path.display().to_string(),
            line: None,
            setting: "the whole file".to_owned(),
            base: "a configuration".to_owned(),
            head: "text that is none".to_owned(),
            loosens: true,
        });
        Ok(InEffect {
            effective: resolve(options, base),
            changes: changes.chain(unreadable).collect(),
            brought: brought_here,
            former,
            accepting,
            head,
        })
    }

    /// Puts the base's files in the place of those of the checkout. What the evidence lacks for that is given back, and what of
    /// the policies is young; beside it, what the change makes of the baseline's content.
    pub(super) fn place(
        &self,
        effective: &mut Effective,
        former: &Named,
        is_same_config: bool,
    ) -> Result<(Beforehand, Option<ConfigChange>), Failure> {
        let mut found = FoundAtBase::default();
        let mut is_same = true;
        let mut content = None;
        if let Some(path) = &effective.baseline {
            effective.baseline = match self.checkout.place(path) {
                Some(place) => {
                    let base = self.file(&place)?;
                    is_same = is_alike(base.as_deref(), path);
                    content = (!is_same).then(|| written_down(&place, base.as_deref(), path));
                    base
                }
                None => Some(path.clone()),
            };
        }
        if effective.base_policy_files.is_empty() {
            let all = policies_of(effective);
            let files: Vec<String> = all.flat_map(|path| files::of_pattern(path)).collect();
            self.read_together(files.iter().map(Path::new));
            let mut there = PoliciesAtBase::of(self, effective);
            let moved = there.former(former, effective)?;
            for path in &effective.policy_files {
                let base = there.policy(path)?;
                effective.base_policy_files.extend(base);
            }
            effective.base_policies = there.policies(&effective.policies)?;
            moved.put(effective);
            found = there.found(effective)?;
            is_same &= found.is_same;
        } else {
            // What was given as the base's side may say anything.
            is_same = false;
        }
        let is_idle = effective.scope == Scope::New && is_same && is_same_config;
        let mut gaps = Vec::new();
        // Of a change of nothing, nothing is judged, on whatever evidence.
        let traces = effective.evidence.traces.iter_mut();
        for path in traces.filter(|_| !is_idle) {
            if self.checkout.holds_one(path) {
                return Err(Failure::usage(
                    anyhow!(
                        "`{}` is a whole checkout, and what a change brings is no evidence for it",
                        path.display()
                    ),
                    Some(
                        "put the traces into a folder of their own, and give that to `traces`"
                            .to_owned(),
                    ),
                ));
            }
            if let Some(place) = self.checkout.place(path) {
                let (instead, gap) = self.evidence(path, &place)?;
                *path = instead;
                gaps.extend(gap);
            }
        }
        let has_files = !effective.policy_files.is_empty()
            || effective.policies != crate::settings::file::Policies::default();
        // A function that the change brings may be in no trace yet, and one that it renames is there by its old name.
        let changed = &found.changed;
        let proposed = changed.waiting.iter().filter(|(_, end)| end.is_none());
        let proposed = proposed.map(|(name, _)| name).chain(changed.former.keys());
        effective.evidence.proposed = proposed.cloned().collect();
        let beforehand = Beforehand {
            is_idle,
            gaps,
            gone: found
                .gone
                .iter()
                .map(|place| judged_no_more(place))
                .collect(),
            earlier: found.earlier,
            then: found.then,
            changed: found.changed,
            grace: found.grace,
            waits_until: found.waits_until,
            head: RecordAtHead::default(),
            is_untouched: effective.scope == Scope::New && !has_files,
        };
        Ok((beforehand, content))
    }

    /// A file as it is at the base, in a file of ours.
    fn file(&self, place: &str) -> Result<Option<PathBuf>, Failure> {
        match self.content(place)? {
            Some(Content::File(bytes)) if lfs::is_pointer(&bytes) => Err(lfs::refused(place)),
            Some(Content::File(bytes)) => keep(self.folder.path(), place, &bytes).map(Some),
            Some(Content::Folder(_) | Content::Other(_)) | None => Ok(None),
        }
    }

    fn content(&self, place: &str) -> Result<Option<Content>, Failure> {
        self.at(place, self.commit)
    }

    /// Reads the base's files of paths together.
    fn read_together<'p>(&self, paths: impl IntoIterator<Item = &'p Path>) {
        let places = paths
            .into_iter()
            .filter_map(|path| self.checkout.place(path));
        let places: BTreeSet<String> = places.collect();
        let places: Vec<String> = places.into_iter().collect();
        self.trees.read_together(&places, self.commit);
    }

    fn at(&self, place: &str, commit: &str) -> Result<Option<Content>, Failure> {
        self.trees
            .content(place, commit)
            .map_err(|error| unreadable(&error))
    }

    /// The report with the base's files by the names that they have in the repository.
    pub(super) fn told(&self, mut report: Report) -> Report {
        let ours = format!("{}/", self.folder.path().display());
        let named = |text: &mut String| {
            if text.contains(&ours) {
                *text = text.replace(&ours, "");
            }
        };
        report.evidence.sources.iter_mut().for_each(named);
        let gaps = report.roles.iter_mut().flat_map(|role| &mut role.gaps);
        for gap in report.evidence.gaps.iter_mut().chain(gaps) {
            named(&mut gap.detail);
        }
        for advice in &mut report.next {
            named(&mut advice.text);
            advice.command.iter_mut().for_each(named);
        }
        report
    }
}

/// Every path of a policy file that is asked for.
pub(super) fn policies_of(effective: &Effective) -> impl Iterator<Item = &String> {
    let policies = &effective.policies;
    let named = [&policies.functions, &policies.roles, &policies.logical_ids];
    let named = named.into_iter().flat_map(|files| files.values());
    let named = named.flat_map(|files| &files.0);
    effective.policy_files.iter().chain(named)
}

/// An event of a change that does not name what it is to be merged into.
fn nameless(event: &Event) -> Failure {
    let name = event.kind.id();
    let hint = if event.kind == EventKind::WorkflowRun {
        "GitHub tells workflow_run nothing of pull requests from forks: gate those with pull_request"
    } else {
        "run it on GitHub's runner as it is, with the file of GITHUB_EVENT_PATH unchanged and readable"
    };
    Failure::usage(
        anyhow!(
            "the event of this {name} cannot be read, or does not name the commit that it is to be merged into"
        ),
        Some(hint.to_owned()),
    )
}

/// Whether a file says the same as one of the base; none says what one that is not there says.
fn is_alike(base: Option<&Path>, path: &Path) -> bool {
    let text = |path: &Path| read_text(&path.display().to_string()).ok();
    base.and_then(text) == text(path)
}

/// What a change makes of the content of the baseline: once merged, what it adds fails nothing any more.
fn written_down(place: &str, base: Option<&Path>, head: &Path) -> ConfigChange {
    let count = |path: Option<&Path>| {
        let read = path.and_then(|path| baseline::read(path).ok());
        read.map_or(0, |baseline| baseline.count())
    };
    let (before, after) = (count(base), count(Some(head)));
    ConfigChange {
        file: place.to_owned(),
        line: None,
        setting: "the baseline's entries".to_owned(),
        base: before.to_string(),
        head: after.to_string(),
        loosens: after >= before,
    }
}

/// What the base judges by a policy file that a change takes away.
fn judged_no_more(place: &str) -> Gap {
    let told = format!(
        "the base has `{place}`, and this change takes it away: what it was for is judged no more"
    );
    Gap::new(GapReason::JudgedNoMore, told)
}

fn unreadable(error: &ApiError) -> Failure {
    let hint = error
        .missing_permission()
        .map(|permission| format!("give the job `permissions:` with `{permission}`"));
    Failure::job(error.clone(), hint)
}

fn told_change(path: &Path, change: Change) -> ConfigChange {
    let Change {
        setting,
        line,
        base,
        head,
        loosens,
    } = change;
    ConfigChange {
        file: path.display().to_string(),
        line,
        setting: setting.to_owned(),
        base,
        head,
        loosens,
    }
}
