//! Policy files that a change moves: what the base names for the same functions and roles was granted before, wherever the change
//! has it written.
//!
//! Nothing is taken for a former file by what it says. The base's configuration or its workflow must have named it for the same: else
//! a change could take away what another function was granted, and call it its own.

use super::policies::{PoliciesAtBase, nothing};
use super::{Base, Content, Failure, files, files::keep, lfs};
use crate::granted::placeholder::{FUNCTION, name_in, placeholder};
use crate::judge::RecordAtHead;
use crate::judge::exempt::baseline;
use crate::settings::action::Action;
use crate::settings::effective::Effective;
use crate::settings::file::read::ConfigFile;
use crate::settings::file::{Policies, Texts};
use crate::settings::table::Config;
use crate::settings::workflow::{self, Around};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Policy files by whom they are for.
#[derive(Debug, Default)]
pub(in crate::run::action) struct Named {
    policy_files: Vec<String>,
    policies: Policies,
}

/// The base's files of paths that the change does not name any more, in files of ours.
#[derive(Debug, Default)]
pub(super) struct Moved(Named);

impl Moved {
    /// Adds them to what the base granted.
    pub(super) fn put(self, effective: &mut Effective) {
        let Self(kept) = self;
        effective.base_policy_files.extend(kept.policy_files);
        let own = &mut effective.base_policies;
        for (own, kept) in [
            (&mut own.functions, kept.policies.functions),
            (&mut own.roles, kept.policies.roles),
            (&mut own.logical_ids, kept.policies.logical_ids),
        ] {
            for (name, files) in kept {
                own.entry(name).or_default().0.extend(files.0);
            }
        }
    }
}

impl Base<'_> {
    /// The policy files that the base has judged for what is judged now: those of its configuration, or where a workflow's input
    /// names them, of the same step of that workflow.
    pub(super) fn former(&self, action: &Action, config: &Config) -> Result<Named, Failure> {
        if action.gate.policy_files.is_empty() {
            return Ok(Named {
                policy_files: config.policy_file.0.clone(),
                policies: config.policies.clone(),
            });
        }
        let Some(place) = self.environment.workflow.as_deref() else {
            return Ok(Named::default());
        };
        let Some(Content::File(text)) = self.content(place)? else {
            return Ok(Named::default());
        };
        let around = Around {
            action: self.environment.action_repository.as_deref(),
        };
        let text = String::from_utf8_lossy(&text);
        Ok(Named {
            policy_files: workflow::policy_files(&text, action, &around),
            policies: Policies::default(),
        })
    }
}

/// What the configuration of a change has on the record. A baseline that cannot be read says nothing here: it fails the run after.
pub(in crate::run::action) fn record_of(head: ConfigFile) -> RecordAtHead {
    let baseline = head.config.baseline.map(|path| PathBuf::from(path.0));
    let baseline = baseline.and_then(|path| {
        let read = baseline::read(&path).ok()?;
        Some((path, read))
    });
    RecordAtHead {
        file: head.path,
        accepts: head.config.accept,
        known: head.config.known,
        baseline,
    }
}

impl PoliciesAtBase<'_, '_> {
    /// Keeps what the base names and the change does not.
    pub(super) fn former(
        &mut self,
        former: &Named,
        effective: &Effective,
    ) -> Result<Moved, Failure> {
        let mut kept = Named {
            policy_files: self.group(&former.policy_files, &effective.policy_files)?,
            ..Named::default()
        };
        let now = &effective.policies;
        for (former, now, kept) in [
            (
                &former.policies.functions,
                &now.functions,
                &mut kept.policies.functions,
            ),
            (&former.policies.roles, &now.roles, &mut kept.policies.roles),
            (
                &former.policies.logical_ids,
                &now.logical_ids,
                &mut kept.policies.logical_ids,
            ),
        ] {
            for (name, files) in now {
                if let Some(former) = former.get(name) {
                    let files = self.group(&former.0, &files.0)?;
                    kept.insert(name.clone(), Texts(files));
                }
            }
        }
        Ok(Moved(kept))
    }

    /// Keeps the paths of one list that are in another no more, and says which of that stands for which.
    fn group(&mut self, former: &[String], now: &[String]) -> Result<Vec<String>, Failure> {
        let own = |path: &String| self.base.checkout.within(Path::new(path));
        let places: Vec<_> = now.iter().filter_map(own).collect();
        let before: Vec<_> = former.iter().filter_map(own).collect();
        let gone = former.iter().zip(former.iter().map(own));
        let gone = gone.filter(|(_, own)| own.as_ref().is_some_and(|own| !places.contains(own)));
        let gone: Vec<String> = gone.map(|(path, _)| path.clone()).collect();
        let is_new = |path: &&String| own(path).is_some_and(|own| !before.contains(&own));
        let new: Vec<String> = now.iter().filter(is_new).cloned().collect();
        let mut kept = Vec::new();
        for path in &gone {
            let found = self.keep_former(path)?;
            self.keep_nothing_for_others(path, &found, now)?;
            kept.extend(found.kept);
            let mut others = new
                .iter()
                .filter(|other| placeholder(other) == placeholder(path));
            let only = others.next().filter(|_| others.next().is_none());
            let is_only = gone
                .iter()
                .filter(|other| placeholder(other) == placeholder(path))
                .count()
                == 1;
            if let Some(now) = only.filter(|_| is_only) {
                let pairs = found.files.iter();
                let pairs = pairs.map(|(name, file)| (filled(now, name), file.clone()));
                self.changed.moved.extend(pairs);
            }
        }
        Ok(kept)
    }

    /// Keeps an empty policy for each function or role that has a file now and had none at a path of the base: to it nothing was
    /// granted.
    fn keep_nothing_for_others(
        &self,
        path: &str,
        former: &Former,
        now: &[String],
    ) -> Result<(), Failure> {
        let own = self.base.checkout.within(Path::new(path));
        let placeholder = placeholder(path).filter(|_| former.kept.is_some());
        let (Some(own), Some(placeholder)) = (own, placeholder) else {
            return Ok(());
        };
        let own = own.display().to_string();
        let files = now.iter().flat_map(|now| {
            files::of_pattern(now)
                .into_iter()
                .map(move |file| (now, file))
        });
        let names = files.filter_map(|(now, file)| name_in(now, placeholder, &file));
        for name in names.filter(|name| !former.files.contains_key(name)) {
            let file = filled(&own, &name);
            keep(self.base.folder(), &file, &nothing(&file))?;
        }
        Ok(())
    }

    /// The files of one path as they are at the base, in files of ours.
    fn keep_former(&mut self, path: &str) -> Result<Former, Failure> {
        let mut former = Former::default();
        let checkout = &self.base.checkout;
        let (Some(place), Some(own)) = (
            checkout.place(Path::new(path)),
            checkout.within(Path::new(path)),
        ) else {
            return Ok(former);
        };
        let own_placeholder = placeholder(path);
        let mut all = Vec::new();
        if let Some(placeholder) = own_placeholder {
            let named = self.base.named(&place, placeholder)?.into_iter();
            all.extend(named.map(|own| own.name));
        } else {
            all.push(String::new());
        }
        let own = own.display().to_string();
        for name in all {
            let file = filled(&place, &name);
            let bytes = match self.base.content(&file)? {
                Some(Content::File(bytes)) if lfs::is_pointer(&bytes) => {
                    return Err(lfs::refused(&file));
                }
                Some(Content::File(bytes)) if files::is_policy(&file, &bytes) => bytes,
                _ => continue,
            };
            let kept = keep(self.base.folder(), filled(&own, &name), &bytes)?;
            self.ages.ask(&file, &kept);
            self.is_same = false;
            if own_placeholder == Some(FUNCTION) {
                self.known.insert(name.clone());
            }
            former.files.insert(name.clone(), filled(path, &name));
            former.kept = Some(self.base.folder().join(&own).display().to_string());
        }
        Ok(former)
    }
}

/// What was found of a path of the base.
#[derive(Debug, Default)]
struct Former {
    /// Where it is kept, with its placeholder.
    kept: Option<String>,
    /// The files by the name that stands for the placeholder; one without a name where there is none.
    files: BTreeMap<String, String>,
}

/// A path with a name in the place of its placeholder.
fn filled(path: &str, name: &str) -> String {
    placeholder(path).map_or_else(
        || path.to_owned(),
        |placeholder| path.replace(placeholder, name),
    )
}
