//! The base's side of a change: the configuration, the baseline, the policies and the evidence as they are at the commit that
//! the change is to be merged into, so that nobody waves their own change through.

mod age;
mod evidence;
mod files;
mod policies;

use super::notice;
use crate::config::change::{Change, changes};
use crate::config::file::ConfigFile;
use crate::config::{Config, DEFAULT_NAME, Side};
use crate::deliver::beside;
use crate::deliver::log;
use crate::github::api::{ApiError, Client, Content, GitHub as _};
use crate::github::{Environment, Event};
use crate::options::gate::{Effective, resolve};
use crate::record::base::YoungLines;
use crate::report::{ConfigChange, Report, printable};
use crate::run::gate::Beforehand;
use crate::run::{Failure, gate};
use anyhow::anyhow;
pub(super) use files::Checkout;
use files::keep;
use policies::PoliciesAtBase;
use std::path::{Path, PathBuf};

/// A change and what it is to be merged into.
#[derive(Debug)]
pub(super) struct Base<'a> {
    github: &'a Client,
    /// The commit that the change is to be merged into.
    commit: &'a str,
    /// The commits that may be checked out here, the likeliest first.
    here: Vec<&'a str>,
    checkout: Checkout,
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
            folder,
        }))
    }

    /// Where the base's files are put.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What takes effect: what was given, and the configuration of the base. Beside it, what the change would make of that.
    pub(super) fn effective(
        &self,
        options: &crate::cli::Gate,
    ) -> Result<(Effective, Vec<ConfigChange>), Failure> {
        let named = options.config.as_deref();
        let path = named.unwrap_or(Path::new(DEFAULT_NAME));
        let mut base = self.config(path)?;
        let told = |error: &dyn std::fmt::Display| {
            notice(&format!(
                "the configuration that this change brings is wrong: {}",
                printable(&error.to_string())
            ));
        };
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
                base.clone()
            }
        };
        let config = |file: &Option<ConfigFile>| {
            file.as_ref()
                .map(|file| file.config.clone())
                .unwrap_or_default()
        };
        let changes = changes(&config(&base), &config(&head));
        if let Some(file) = &mut base
            && file.config.accept_from == Some(Side::Head)
        {
            file.config.accept = config(&head).accept;
        }
        let changes = changes
            .into_iter()
            .map(|change| told_change(path, change))
            .collect();
        Ok((resolve(options, base), changes))
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
        let text = String::from_utf8_lossy(&bytes);
        let config = Config::parse(&text, &place).map_err(|error| {
            let hint = error.hint();
            Failure::usage(error, Some(hint))
        })?;
        Ok(Some(ConfigFile {
            path: path.to_owned(),
            config,
        }))
    }

    /// Puts the base's files in the place of those of the checkout. What the evidence lacks for that is given back, and what of
    /// the policies is young.
    pub(super) fn place(&self, effective: &mut Effective) -> Result<Beforehand, Failure> {
        let mut young = YoungLines::new();
        if let Some(path) = &effective.baseline {
            effective.baseline = match self.checkout.place(path) {
                Some(place) => self.file(&place)?,
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
            young = there.young();
        }
        let mut gaps = Vec::new();
        for path in &mut effective.evidence.traces {
            if let Some(place) = self.checkout.place(path) {
                let (instead, gap) = self.evidence(path, &place)?;
                *path = instead;
                gaps.extend(gap);
            }
        }
        Ok(Beforehand { gaps, young })
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
        self.github
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
