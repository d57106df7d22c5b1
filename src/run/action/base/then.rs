//! Templates as they were when the grace began: what a template grants is as old as what it says, like that of any policy.
//!
//! Their texts are put into a folder of ours, with what belongs to each, and are read there as those of the base are.

use super::age::{Ages, removed};
use super::files::{Checkout, bytes_of, is_policy, is_template, keep};
use super::templates::Placed;
use super::tree::Trees;
use crate::github::api::Content;
use crate::granted::placeholder::placeholder;
use crate::granted::template::{MANIFEST, files_of, functions_of, named_children};
use crate::run::record::TemplatesThen;
use crate::run::{Failure, samconfig};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What stands for a template that was not there.
const NOTHING: &[u8] = b"{\"Version\": \"2012-10-17\", \"Statement\": []}";

/// Templates, and what is beside them, by their paths from the workspace on.
#[derive(Debug, Default)]
pub(in crate::run::action) struct TemplatesNow {
    /// The folder that they are in.
    from: PathBuf,
    /// What is asked for: templates, and folders of them.
    asked: BTreeSet<PathBuf>,
    templates: BTreeMap<PathBuf, Placed>,
    beside: BTreeMap<PathBuf, Placed>,
}

/// What a file was when the grace began.
enum AsItWas {
    /// What it is.
    Same,
    Absent,
    Text(Vec<u8>),
}

impl TemplatesNow {
    /// The templates of paths that lie in a folder.
    pub(in crate::run::action) fn of(paths: &[String], from: &Path, checkout: &Checkout) -> Self {
        let mut all = Self {
            from: from.to_owned(),
            ..Self::default()
        };
        let own = |path: &str| match Path::new(path).strip_prefix(from) {
            Ok(own) => Some(own.to_owned()),
            Err(_) => checkout.within(Path::new(path)),
        };
        for path in paths.iter().filter(|path| placeholder(path).is_none()) {
            for file in files_of(path) {
                let Some(own) = own(&file) else { continue };
                let Some(place) = checkout.place(&own) else {
                    continue;
                };
                all.add(own.clone(), Placed::new(&place, &own));
            }
            all.asked.extend(own(path));
        }
        all
    }

    fn add(&mut self, own: PathBuf, placed: Placed) {
        for name in samconfig::NAMES.into_iter().chain([MANIFEST]) {
            let beside = placed.beside(name);
            self.beside.insert(beside.own(), beside);
        }
        self.templates.insert(own, placed);
    }

    /// Keeps them in a folder as they were; nothing where they were all the same, or where that cannot be read.
    pub(in crate::run::action) fn before_grace(
        mut self,
        ages: &mut Ages<'_>,
        trees: &Trees<'_>,
        to: &Path,
    ) -> Result<Option<TemplatesThen>, Failure> {
        let is_one = |own: &PathBuf| {
            let bytes = bytes_of(&self.from.join(own)).unwrap_or_default();
            is_template(&own.display().to_string(), &bytes)
        };
        if ages.then.is_none() || !self.templates.keys().any(is_one) {
            return Ok(None);
        }
        let texts = match self.texts(ages, trees) {
            Ok(texts) => texts,
            Err(why) => {
                ages.give_up(&why);
                return Ok(None);
            }
        };
        if texts.values().all(|was| matches!(was, AsItWas::Same)) {
            return Ok(None);
        }
        let ends = self.ends(&texts, ages);
        if ages.is_given_up {
            return Ok(None);
        }
        self.keep(&texts, to)?;
        let files = self.asked.iter().map(|own| to.join(own));
        let files = files.filter(|path| path.exists());
        Ok(Some(TemplatesThen {
            files: files.map(|path| path.display().to_string()).collect(),
            ends,
        }))
    }

    /// What each was, and what was in the place of those that were not there.
    fn texts(
        &mut self,
        ages: &mut Ages<'_>,
        trees: &Trees<'_>,
    ) -> Result<BTreeMap<PathBuf, AsItWas>, String> {
        let mut texts = BTreeMap::new();
        let mut open: Vec<Placed> = self.templates.values().cloned().collect();
        let mut has_moved = false;
        while let Some(placed) = open.pop() {
            let own = placed.own();
            if texts.contains_key(&own) {
                continue;
            }
            let was = ages.as_it_was(&placed.place, trees)?;
            if let AsItWas::Text(bytes) = &was {
                if !is_policy(&placed.place, bytes) {
                    return Err(format!(
                        "`{}` was no template that can be read",
                        placed.place
                    ));
                }
                let text = String::from_utf8_lossy(bytes);
                let children = named_children(&text, &placed.place).into_iter();
                let children =
                    children.filter_map(|path| Some(placed.at(path.to_str()?.to_owned())));
                open.extend(children);
            }
            if matches!(was, AsItWas::Absent) && self.templates.contains_key(&own) && !has_moved {
                has_moved = true;
                for former in ages.removed_templates(&placed, trees)? {
                    self.asked.insert(former.own());
                    self.add(former.own(), former.clone());
                    open.push(former);
                }
            }
            texts.insert(own, was);
        }
        for (own, placed) in &self.beside {
            texts.insert(own.clone(), ages.as_it_was(&placed.place, trees)?);
        }
        Ok(texts)
    }

    /// The days on which the grace of new functions ends, by the path of their template.
    fn ends(
        &self,
        texts: &BTreeMap<PathBuf, AsItWas>,
        ages: &mut Ages<'_>,
    ) -> BTreeMap<PathBuf, jiff::civil::Date> {
        let mut ends = BTreeMap::new();
        for (own, placed) in &self.templates {
            let functions =
                |bytes: &[u8]| functions_of(&String::from_utf8_lossy(bytes), &placed.place);
            let before = match texts.get(own) {
                Some(AsItWas::Absent) => BTreeSet::new(),
                Some(AsItWas::Text(bytes)) => functions(bytes),
                Some(AsItWas::Same) | None => continue,
            };
            let now = bytes_of(&self.from.join(own)).unwrap_or_default();
            if !functions(&now).is_subset(&before)
                && let Some(end) = ages.end_of_grace(&placed.place)
            {
                ends.insert(own.clone(), end);
            }
        }
        ends
    }

    fn keep(&self, texts: &BTreeMap<PathBuf, AsItWas>, to: &Path) -> Result<(), Failure> {
        // What a new template says may have stood in one that is gone.
        let has_gone = |own: &PathBuf| !self.from.join(own).exists();
        let is_moved = self.templates.keys().any(has_gone);
        for (own, was) in texts {
            match was {
                AsItWas::Text(bytes) => {
                    keep(to, own, bytes)?;
                }
                AsItWas::Same => {
                    if let Some(bytes) = bytes_of(&self.from.join(own)) {
                        keep(to, own, &bytes)?;
                    }
                }
                AsItWas::Absent if self.asked.contains(own) && !is_moved => {
                    keep(to, own, NOTHING)?;
                }
                AsItWas::Absent => {}
            }
        }
        // Where there was none, today's values were not given then.
        for placed in self.templates.values() {
            let mut names = samconfig::NAMES
                .iter()
                .map(|name| placed.beside(name).own());
            if !names.any(|own| to.join(own).exists()) {
                keep(to, placed.beside(samconfig::NAMES[0]).own(), b"")?;
            }
        }
        Ok(())
    }
}

impl Ages<'_> {
    fn as_it_was(&mut self, place: &str, trees: &Trees<'_>) -> Result<AsItWas, String> {
        let Some(then) = &self.then else {
            return Ok(AsItWas::Same);
        };
        let place = match &then.changed {
            Some(changed) => match changed.get(place) {
                None => return Ok(AsItWas::Same),
                Some(file) => match (file.status.as_str(), &file.previous_path) {
                    ("renamed" | "copied", Some(previous)) => previous.clone(),
                    ("added", _) => return Ok(AsItWas::Absent),
                    _ => place.to_owned(),
                },
            },
            // What the repository does not track has no age.
            None => match self.read_at(place, self.commit, trees)? {
                Some(_) => place.to_owned(),
                None => return Ok(AsItWas::Same),
            },
        };
        let Some(commit) = &then.commit else {
            return Ok(AsItWas::Absent);
        };
        let was = self.read_at(&place, commit, trees)?;
        Ok(was.map_or(AsItWas::Absent, AsItWas::Text))
    }

    fn read_at(
        &self,
        place: &str,
        commit: &str,
        trees: &Trees<'_>,
    ) -> Result<Option<Vec<u8>>, String> {
        self.affords()?;
        let content = trees.content(place, commit);
        Ok(match content.map_err(|error| error.to_string())? {
            Some(Content::File(bytes)) => Some(bytes),
            Some(Content::Folder(_) | Content::Other(_)) | None => None,
        })
    }

    /// Templates that are not there any more: what they said may have been moved into a new one.
    fn removed_templates(
        &mut self,
        new: &Placed,
        trees: &Trees<'_>,
    ) -> Result<Vec<Placed>, String> {
        let Some((commit, changed)) = self
            .then
            .as_ref()
            .and_then(|then| then.commit.as_ref().zip(then.changed.as_ref()))
        else {
            return Ok(Vec::new());
        };
        let gone: Vec<String> = removed(changed).map(str::to_owned).collect();
        trees.read_together(&gone, commit);
        let mut found = Vec::new();
        for place in gone {
            let Some(bytes) = self.read_at(&place, commit, trees)? else {
                continue;
            };
            if is_template(&place, &bytes) {
                found.push(new.at(place));
            }
        }
        Ok(found)
    }
}
