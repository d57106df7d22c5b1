//! The base's side of a change: the configuration, the baseline, the policies and the evidence as they are at the commit that
//! the change is to be merged into, so that nobody waves their own change through.

pub(super) mod age;
mod evidence;
pub(super) mod files;
mod policies;
mod tree;

use super::notice;
use crate::cli::Scope;
use crate::config::change::{Change, changes};
use crate::config::file::ConfigFile;
use crate::config::{Accept, Config, DEFAULT_NAME, Lined, Side, Text, extends};
use crate::deliver::beside;
use crate::deliver::log;
use crate::github::api::{ApiError, Client, Content};
use crate::github::{Environment, Event};
use crate::granted::policy_file::read_text;
use crate::options::gate::{Effective, resolve};
use crate::report::{ConfigChange, Report, printable};
use crate::run::gate::Beforehand;
use crate::run::{Failure, gate};
use anyhow::anyhow;
pub(super) use files::Checkout;
use files::keep;
use policies::{FoundAtBase, PoliciesAtBase};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tree::Trees;

/// What takes effect of a change's settings.
#[derive(Debug)]
pub(super) struct InEffect {
    pub(super) effective: Effective,
    /// What the change would make of the configuration.
    pub(super) changes: Vec<ConfigChange>,
    /// Reason and end of the acceptances that the change brings and that hold already.
    pub(super) brought: BTreeSet<(String, String)>,
}

/// A change and what it is to be merged into.
#[derive(Debug)]
pub(super) struct Base<'a> {
    github: &'a Client,
    /// The commit that the change is to be merged into.
    commit: &'a str,
    /// The commits that may be checked out here, the likeliest first.
    here: Vec<&'a str>,
    checkout: Checkout,
    trees: Trees<'a>,
    /// Where the base's files are put.
    folder: beside::Folder,
}

impl<'a> Base<'a> {
    /// The base of an event that has one, as far as GitHub can be asked.
    pub(super) fn of(
        environment: &'a Environment,
        event: &'a Event,
        github: Option<&'a Client>,
    ) -> Result<Option<Self>, Failure> {
        let is_change =
            event.number.is_some() || event.kind == crate::github::EventKind::MergeGroup;
        let (Some(commit), true) = (event.base.sha.as_deref(), is_change) else {
            return Ok(None);
        };
        let Some(github) = github else {
            let _ = log::print(
                "Without github-token the configuration, policies and evidence of the base cannot be read: those of the checkout are taken.\n",
            );
            return Ok(None);
        };
        let folder = beside::folder().map_err(|error| Failure::job(error, None))?;
        let here = [&environment.sha, &event.head.sha];
        Ok(Some(Self {
            github,
            commit,
            here: here.into_iter().flatten().map(String::as_str).collect(),
            checkout: Checkout::of(environment.workspace.as_deref()),
            trees: Trees::of(github, environment.workspace.as_deref()),
            folder,
        }))
    }

    /// Where the base's files are put.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What takes effect: what was given, and the configuration of the base. Beside it, what the change would make of that.
    pub(super) fn effective(&self, options: &crate::cli::Gate) -> Result<InEffect, Failure> {
        let named = options.config.as_deref();
        let path = named.unwrap_or(Path::new(DEFAULT_NAME));
        let mut base = self.config(path)?;
        let told = |error: &dyn std::fmt::Display| {
            notice(&format!(
                "the configuration that this change brings is wrong: {}",
                printable(&error.to_string())
            ));
        };
        let mut is_readable = true;
        let head = match crate::config::file::read(named) {
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
        if let Some(file) = &mut base
            && file.config.accept_from == Some(Side::Head)
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
        })
    }

    fn config(&self, path: &Path) -> Result<Option<ConfigFile>, Failure> {
        let Some(place) = self.checkout.place(path) else {
            return gate::configured(Some(path));
        };
        let bytes = match self.content(&place)? {
            Some(Content::File(bytes)) => bytes,
            None => return Ok(None),
            Some(Content::Folder(_) | Content::Other(_)) => {
                return Err(Failure::usage(
                    anyhow!("`{place}` is no file at the base of this change"),
                    Some("give the path of a file to `config`".to_owned()),
                ));
            }
        };
        let config = parsed(&bytes, &place)?;
        let config = match &config.extends {
            Some(extends) => self.extended(path, &place, &extends.clone(), config)?,
            None => config,
        };
        Ok(Some(ConfigFile {
            path: path.to_owned(),
            config,
        }))
    }

    /// A configuration of the base with the central rules that it extends, as they are at the base.
    fn extended(
        &self,
        path: &Path,
        place: &str,
        extends: &Text,
        config: Config,
    ) -> Result<Config, Failure> {
        let central = extends::place(path, extends);
        let bytes = match self.checkout.place(&central) {
            Some(central) => match self.content(&central)? {
                Some(Content::File(bytes)) => Some(bytes),
                Some(Content::Folder(_) | Content::Other(_)) | None => None,
            },
            None => None,
        };
        let shown = central.display().to_string();
        let bytes = bytes.ok_or_else(|| {
            Failure::usage(
                anyhow!("`{place}` extends `{shown}`, which is no file at the base of this change"),
                Some(
                    "give `extends` the path of a file, from the folder of the configuration"
                        .to_owned(),
                ),
            )
        })?;
        let rules = parsed(&bytes, &shown)?;
        extends::extended(&rules, config, place, &shown).map_err(|error| {
            let hint = error.hint();
            Failure::usage(error, Some(hint))
        })
    }

    /// Puts the base's files in the place of those of the checkout. What the evidence lacks for that is given back, and what of
    /// the policies is young.
    pub(super) fn place(
        &self,
        effective: &mut Effective,
        is_same_config: bool,
    ) -> Result<Beforehand, Failure> {
        let mut found = FoundAtBase::default();
        let mut is_same = true;
        if let Some(path) = &effective.baseline {
            effective.baseline = match self.checkout.place(path) {
                Some(place) => {
                    let base = self.file(&place)?;
                    is_same = is_alike(base.as_deref(), path);
                    base
                }
                None => Some(path.clone()),
            };
        }
        if effective.base_policy_files.is_empty() {
            let mut there = PoliciesAtBase::of(self, effective);
            for path in &effective.policy_files {
                let base = there.policy(path)?;
                effective.base_policy_files.extend(base);
            }
            effective.base_policies = there.policies(&effective.policies)?;
            found = there.found();
            is_same &= found.is_same;
        }
        let is_idle = effective.scope == Scope::New && is_same && is_same_config;
        let mut gaps = Vec::new();
        // Of a change of nothing, nothing is judged, on whatever evidence.
        let traces = effective.evidence.traces.iter_mut();
        for path in traces.filter(|_| !is_idle) {
            if let Some(place) = self.checkout.place(path) {
                let (instead, gap) = self.evidence(path, &place)?;
                *path = instead;
                gaps.extend(gap);
            }
        }
        let has_files = !effective.policy_files.is_empty()
            || effective.policies != crate::config::Policies::default();
        Ok(Beforehand {
            is_idle,
            gaps,
            earlier: found.earlier,
            changed: found.changed,
            is_untouched: effective.scope == Scope::New && !has_files,
        })
    }

    /// A file as it is at the base, in a file of ours.
    fn file(&self, place: &str) -> Result<Option<PathBuf>, Failure> {
        match self.content(place)? {
            Some(Content::File(bytes)) => keep(self.folder.path(), place, &bytes).map(Some),
            Some(Content::Folder(_) | Content::Other(_)) | None => Ok(None),
        }
    }

    fn content(&self, place: &str) -> Result<Option<Content>, Failure> {
        self.at(place, self.commit)
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
        report
    }
}

fn parsed(bytes: &[u8], place: &str) -> Result<Config, Failure> {
    Config::parse(&String::from_utf8_lossy(bytes), place).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, Some(hint))
    })
}

/// Whether a file says the same as one of the base; none says what one that is not there says.
fn is_alike(base: Option<&Path>, path: &Path) -> bool {
    let text = |path: &Path| read_text(&path.display().to_string()).ok();
    base.and_then(text) == text(path)
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
