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
    /// Files of the base and the checkout with hidden names, of which the reader says which may hold traces.
    hidden: usize,
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
                let is_bare = found.count + found.untracked == 0 && found.gaps.is_empty();
                if is_bare && (found.hidden == 0 || found.brought > 0) {
                    return self.untracked(path, place);
                }
                Ok((self.folder.path().join(place), told(place, found)))
            }
            Some(Content::Other(_)) => self.nothing(place),
            None => self.untracked(path, place),
        }
    }

    /// The files of a folder at the base and those of the checkout that Git does not track.
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
                if entry.kind == "dir" {
                    let is_read = name != ".git";
                    folders.extend(is_read.then(|| (entry.path, there.join(&name))));
                } else if found.count + found.hidden >= MOST_FILES {
                    found.left_out += usize::from(entry.kind == "file");
                } else {
                    self.of_base(&entry.path, &mut found)?;
                }
            }
            for name in super::files::names(&there) {
                if !tracked.contains(&name) {
                    let own = format!("{folder}/{name}");
                    self.beside(&there.join(&name), &own, &mut found)?;
                }
            }
        }
        Ok(found)
    }

    /// A file of a folder at the base.
    fn of_base(&self, place: &str, found: &mut OfFolder) -> Result<(), Failure> {
        let Some(Content::File(bytes)) = self.content(place)? else {
            return Ok(());
        };
        if place.split('/').any(is_hidden) {
            found.hidden += 1;
        } else if lfs::is_pointer(&bytes) {
            found.gaps.push(lfs::gap(place));
            return Ok(());
        } else {
            found.count += 1;
        }
        keep(self.folder.path(), place, &bytes)?;
        Ok(())
    }

    /// A file of the checkout in a folder that the base has, which is not at the base.
    fn beside(&self, path: &Path, place: &str, found: &mut OfFolder) -> Result<(), Failure> {
        // Git's own is no part of a checkout.
        if name_of(place) == ".git" {
            return Ok(());
        }
        for commit in &self.here {
            if self.is_of_change(place, commit)? {
                found.brought += usize::from(!is_hidden(name_of(place)));
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
        let is_hidden = is_hidden(name_of(place));
        let kept = found.untracked + found.hidden;
        if let Some(bytes) = bytes_of(path).filter(|_| kept < MOST_FILES) {
            keep(self.folder.path(), place, &bytes)?;
            found.untracked += usize::from(!is_hidden);
            found.hidden += usize::from(is_hidden);
            return Ok(());
        }
        // As everywhere, folders with such names are none of the evidence.
        if is_hidden {
            return Ok(());
        }
        let names = super::files::names(path);
        if names.is_empty() || depth == 0 {
            let told = format!("{place} cannot be read: a link, or one file too many");
            found.gaps.push(Gap::new(GapReason::Skipped, told));
            return Ok(());
        }
        for name in names.iter().filter(|name| *name != ".git") {
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
        let mut found = OfFolder::default();
        for commit in &self.here {
            // What the change has there is hidden: it must not be a gap in what is read.
            if let Some(Content::Folder(_)) = self.at(place, commit)? {
                for name in super::files::names(path) {
                    self.beside(&path.join(&name), &format!("{place}/{name}"), &mut found)?;
                }
                break;
            }
        }
        if found.untracked == 0 {
            return Ok((path.to_owned(), Vec::new()));
        }
        Ok((self.folder.path().join(place), told(place, found)))
    }

    /// Whether a path is in a commit, or below something in it that is no folder: a link or a submodule may lead anywhere.
    fn is_of_change(&self, place: &str, commit: &str) -> Result<bool, Failure> {
        let mut place = place;
        match self.at(place, commit)? {
            Some(Content::File(_) | Content::Other(_)) => return Ok(true),
            Some(Content::Folder(entries)) => {
                let is_shown = |path: &str| !is_hidden(name_of(path));
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

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
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
        gaps.push(Gap::new(GapReason::Skipped, told));
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
