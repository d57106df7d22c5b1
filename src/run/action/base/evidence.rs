//! Saved evidence of a change: what Git tracks is read at the base, or a change could bring its own alibi. What it does not
//! track, such as an artifact that was downloaded, is taken as it is, and that is said.

use super::files::{bytes_of, keep};
use super::{Base, Content, lfs};
use crate::evidence::{Gap, GapReason};
use crate::run::Failure;
use crate::run::action::notice;
use std::path::{Path, PathBuf};

/// Files that are read of a folder of evidence; more are a gap.
const MOST_FILES: usize = 5000;

/// Folders in folders that Git does not track.
const MOST_DEPTH: usize = 8;

/// What was found of a folder of evidence.
#[derive(Debug, Default)]
struct OfFolder {
    /// Files that the base has.
    count: usize,
    /// Files of the base that are too many.
    left_out: usize,
    /// Files of the checkout that the change has and the base has not.
    brought: usize,
    /// Files of the checkout that Git does not track.
    untracked: usize,
    gaps: Vec<Gap>,
}

impl Base<'_> {
    /// What to read in the place of a path, and why it is not what was asked for.
    pub(super) fn evidence(
        &self,
        path: &Path,
        place: &str,
    ) -> Result<(PathBuf, Vec<Gap>), Failure> {
        match self.content(place)? {
            Some(Content::File(bytes)) if lfs::is_pointer(&bytes) => {
                let empty = keep(self.folder.path(), place, b"[]")?;
                Ok((empty, vec![lfs::gap(place)]))
            }
            Some(Content::File(bytes)) => {
                Ok((keep(self.folder.path(), place, &bytes)?, Vec::new()))
            }
            Some(Content::Folder(_)) => {
                let found = self.folder_of_evidence(path, place)?;
                if found.count == 0 && found.gaps.is_empty() {
                    return self.untracked(path, place);
                }
                Ok((self.folder.path().join(place), told(place, found)))
            }
            Some(Content::Other(_)) => self.nothing(place),
            None => self.untracked(path, place),
        }
    }

    /// The files of a folder at the base, without hidden ones, and those of the checkout that Git does not track.
    fn folder_of_evidence(&self, path: &Path, place: &str) -> Result<OfFolder, Failure> {
        let mut found = OfFolder::default();
        let mut folders = vec![(place.to_owned(), path.to_owned())];
        while let Some((folder, there)) = folders.pop() {
            let Some(Content::Folder(entries)) = self.content(&folder)? else {
                continue;
            };
            let mut tracked = Vec::new();
            for entry in entries {
                let name = name_of(&entry.path).to_owned();
                tracked.push(name.clone());
                if name.starts_with('.') {
                    continue;
                }
                if entry.kind == "dir" {
                    folders.push((entry.path, there.join(&name)));
                } else if found.count >= MOST_FILES {
                    found.left_out += usize::from(entry.kind == "file");
                } else if let Some(Content::File(bytes)) = self.content(&entry.path)? {
                    if lfs::is_pointer(&bytes) {
                        found.gaps.push(lfs::gap(&entry.path));
                    } else {
                        keep(self.folder.path(), &entry.path, &bytes)?;
                        found.count += 1;
                    }
                }
            }
            for name in super::files::names(&there) {
                if !name.starts_with('.') && !tracked.contains(&name) {
                    let own = format!("{folder}/{name}");
                    self.beside(&there.join(&name), &own, &mut found)?;
                }
            }
        }
        Ok(found)
    }

    /// A file of the checkout in a folder that the base has, which is not at the base.
    fn beside(&self, path: &Path, place: &str, found: &mut OfFolder) -> Result<(), Failure> {
        for commit in &self.here {
            if self.is_of_change(place, commit)? {
                found.brought += 1;
                return Ok(());
            }
        }
        self.as_it_is(path, place, MOST_DEPTH, found)
    }

    /// What Git does not track is read as it is, folders with what is in them.
    fn as_it_is(
        &self,
        path: &Path,
        place: &str,
        depth: usize,
        found: &mut OfFolder,
    ) -> Result<(), Failure> {
        if let Some(bytes) = bytes_of(path).filter(|_| found.untracked < MOST_FILES) {
            keep(self.folder.path(), place, &bytes)?;
            found.untracked += 1;
            return Ok(());
        }
        let names = super::files::names(path);
        if names.is_empty() || depth == 0 {
            let told = format!("{place} cannot be read: a link, or one file too many");
            found.gaps.push(Gap::new(GapReason::NotAtTheBase, told));
            return Ok(());
        }
        for name in names.iter().filter(|name| !name.starts_with('.')) {
            self.as_it_is(
                &path.join(name),
                &format!("{place}/{name}"),
                depth - 1,
                found,
            )?;
        }
        Ok(())
    }

    /// What the base does not have is taken as it is, unless the change has it.
    fn untracked(&self, path: &Path, place: &str) -> Result<(PathBuf, Vec<Gap>), Failure> {
        for commit in &self.here {
            if self.is_of_change(place, commit)? {
                return self.nothing(place);
            }
        }
        Ok((path.to_owned(), Vec::new()))
    }

    /// Whether a path is in a commit, or below something in it that is no folder: a link or a submodule may lead anywhere.
    fn is_of_change(&self, place: &str, commit: &str) -> Result<bool, Failure> {
        let mut place = place;
        match self.at(place, commit)? {
            Some(Content::File(_) | Content::Other(_)) => return Ok(true),
            Some(Content::Folder(entries)) => {
                let is_shown = |path: &str| !name_of(path).starts_with('.');
                return Ok(entries.iter().any(|entry| is_shown(&entry.path)));
            }
            None => {}
        }
        while let Some((above, _)) = place.rsplit_once('/') {
            match self.at(above, commit)? {
                Some(Content::Folder(_)) => return Ok(false),
                Some(Content::File(_) | Content::Other(_)) => return Ok(true),
                None => place = above,
            }
        }
        Ok(false)
    }

    /// No evidence, and why.
    fn nothing(&self, place: &str) -> Result<(PathBuf, Vec<Gap>), Failure> {
        let empty = keep(self.folder.path(), place, b"[]")?;
        let gap = Gap::new(
            GapReason::NotAtTheBase,
            format!("{place} is brought by this change and proves nothing for it"),
        );
        Ok((empty, vec![gap]))
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// What is missing from the evidence, and a notice of what was read or not read beside it. What a change adds is no gap: else adding
/// a file would soften the verdict on it.
fn told(place: &str, found: OfFolder) -> Vec<Gap> {
    let OfFolder {
        left_out,
        brought,
        untracked,
        mut gaps,
        ..
    } = found;
    if left_out > 0 {
        let told = format!("{left_out} files of {place} are more than are read of a folder");
        gaps.push(Gap::new(GapReason::NotAtTheBase, told));
    }
    if brought > 0 {
        notice(&format!(
            "`{place}` has {brought} more at the head than at the base of this change: what a change brings proves nothing for it, and is not read"
        ));
    }
    if untracked > 0 {
        notice(&format!(
            "`{place}` has {untracked} more in the checkout than Git tracks (an artifact?): they are read as they are"
        ));
    }
    gaps
}
