//! The policies of the base: each file is asked for and dated once, for however many it is named.

use super::age::Ages;
use super::{Base, files, files::keep};
use crate::config::{Policies, Texts};
use crate::github::api::Content;
use crate::options::gate::Effective;
use crate::record::base::YoungLines;
use crate::run::Failure;
use std::collections::BTreeMap;
use std::path::Path;

/// Policy files as they are at the base, in files of ours.
#[derive(Debug)]
pub(super) struct PoliciesAtBase<'b, 'a> {
    base: &'b Base<'a>,
    ages: Ages<'a>,
    /// By the path in the checkout.
    kept: BTreeMap<String, Option<String>>,
}

impl<'b, 'a> PoliciesAtBase<'b, 'a> {
    pub(super) fn of(base: &'b Base<'a>, effective: &Effective) -> Self {
        Self {
            base,
            ages: Ages::of(base, effective),
            kept: BTreeMap::new(),
        }
    }

    /// Lines of those that were asked for that are young.
    pub(super) fn young(self) -> YoungLines {
        self.ages.young
    }

    /// The path of ours for a policy file; nothing where it cannot be a policy of the base.
    pub(super) fn policy(&mut self, path: &str) -> Result<Option<String>, Failure> {
        if let Some(known) = self.kept.get(path) {
            return Ok(known.clone());
        }
        let kept = self.keep(path)?;
        self.kept.insert(path.to_owned(), kept.clone());
        Ok(kept)
    }

    /// The same files by the same names, as they are at the base.
    pub(super) fn policies(&mut self, named: &Policies) -> Result<Policies, Failure> {
        let mut at_base = |named: &BTreeMap<String, Texts>| {
            let mut kept = BTreeMap::new();
            for (name, files) in named {
                let mut texts = Texts::default();
                for file in &files.0 {
                    texts.0.extend(self.policy(file)?);
                }
                kept.insert(name.clone(), texts);
            }
            Ok::<_, Failure>(kept)
        };
        Ok(Policies {
            functions: at_base(&named.functions)?,
            roles: at_base(&named.roles)?,
            logical_ids: at_base(&named.logical_ids)?,
        })
    }

    /// A policy file as it is at the base; an empty policy where there is none, for then all of it is new. A path with
    /// `{function}` or `{role}` is many files.
    fn keep(&mut self, path: &str) -> Result<Option<String>, Failure> {
        const NOTHING: &[u8] = b"{\"Version\": \"2012-10-17\", \"Statement\": []}";
        let folder = self.base.folder();
        let mut kept = None;
        for file in files::of_pattern(path) {
            let checkout = &self.base.checkout;
            let (Some(place), Some(own)) = (
                checkout.place(Path::new(&file)),
                checkout.within(Path::new(&file)),
            ) else {
                return Ok(None);
            };
            let bytes = match self.base.content(&place)? {
                Some(Content::File(bytes)) if files::is_policy(&place, &bytes) => {
                    self.ages.ask(&place, &folder.join(&own));
                    bytes
                }
                Some(Content::File(_)) => return Ok(None),
                Some(Content::Folder(_) | Content::Other(_)) | None => {
                    if files::is_yaml(&place) {
                        b"Version: '2012-10-17'\nStatement: []\n".to_vec()
                    } else {
                        NOTHING.to_vec()
                    }
                }
            };
            keep(folder, &own, &bytes)?;
            // Where the file is kept, and not where the path leads: an absolute one leads back into the checkout.
            let asked = self.base.checkout.within(Path::new(path));
            kept = asked.map(|own| folder.join(own).display().to_string());
        }
        Ok(kept)
    }
}
