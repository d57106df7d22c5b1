//! Opens files beneath a folder. Each part of a path is opened from the one before it, and no part may be a link.

use super::Kind;
use super::temporary::Temporary;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Folders in which nothing is written, because their contents are run or decide what is run.
const KEPT: [&str; 2] = [".git", ".github"];

/// A folder beneath which files are opened and written.
#[derive(Debug)]
pub struct Root {
    path: PathBuf,
    folder: OwnedFd,
}

impl Root {
    /// Opens the folder. Its own path may have links, because the runner gives it.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder does not exist or cannot be opened.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self {
            path: folder.to_owned(),
            folder: rustix::fs::open(folder, flags, Mode::empty())?,
        })
    }

    /// Whether an absolute path begins with the path of this folder.
    pub fn has(&self, path: &Path) -> bool {
        path.is_absolute() && path.starts_with(&self.path)
    }

    /// Opens a regular file for reading.
    ///
    /// # Errors
    ///
    /// Returns an error if the file does not exist, is not a regular file, or its path has a link or `..`.
    pub fn file(&self, path: &Path) -> io::Result<File> {
        let (folder, name) = self.parent(path, false)?;
        expect(&stat(&folder, name)?, FileType::RegularFile)?;
        // The file may have been replaced since it was checked. Opening must not wait for a pipe.
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&folder, name, flags, Mode::empty())?;
        expect(&rustix::fs::fstat(&file)?, FileType::RegularFile)?;
        Ok(File::from(file))
    }

    /// Returns the kind of file at a path.
    ///
    /// # Errors
    ///
    /// Returns an error if there is nothing at the path, or the path has a link or `..`.
    pub fn kind(&self, path: &Path) -> io::Result<Kind> {
        if self.parts(path)?.is_empty() {
            return Ok(Kind::Folder);
        }
        let (folder, name) = self.parent(path, false)?;
        let found = file_type(&stat(&folder, name)?);
        if found == FileType::Symlink {
            return Err(refused("it is a link"));
        }
        Ok(kind_of(found))
    }

    /// Returns the paths and kinds of the entries of a folder.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder cannot be read, or its path has a link or `..`.
    pub fn entries(&self, path: &Path) -> io::Result<Vec<(PathBuf, Kind)>> {
        let folder = self.folder(&self.parts(path)?, false)?;
        let mut found = Vec::new();
        for entry in Dir::read_from(&folder)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name != "." && name != ".." {
                found.push((path.join(name), kind_of(file_type(&stat(&folder, name)?))));
            }
        }
        Ok(found)
    }

    /// Writes a whole file and replaces one that exists. Missing folders are created. As root, it gives files and
    /// folders to the owner of this folder. Their modes follow the umask.
    ///
    /// # Errors
    ///
    /// Returns an error if the path has a link or `..`, if it is in `.git` or `.github`, if something other than a file
    /// is there, or if the file cannot be written. An existing file is then unchanged.
    pub fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        let is_kept = |part: &&OsStr| KEPT.iter().any(|kept| part.eq_ignore_ascii_case(kept));
        if self.parts(path)?.iter().any(is_kept) {
            return Err(refused("nothing is written to .git or .github"));
        }
        let (folder, name) = self.parent(path, true)?;
        let folder = Arc::new(folder);
        match stat(&folder, name) {
            Ok(found) => expect(&found, FileType::RegularFile)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let beside = beside()?;
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        // The umask removes permissions from this mode.
        let make = || {
            let mode = Mode::from_raw_mode(0o666);
            Ok(File::from(rustix::fs::openat(
                &*folder, &beside, flags, mode,
            )?))
        };
        let (file, _temporary) = Temporary::make(make, |_| {
            let (folder, beside) = (Arc::clone(&folder), beside.clone());
            Box::new(move || {
                let _ = rustix::fs::unlinkat(&*folder, &beside, AtFlags::empty());
            })
        })?;
        let written = self.filled(file, text);
        let placed =
            written.and_then(|()| Ok(rustix::fs::renameat(&*folder, &beside, &*folder, name)?));
        if placed.is_err() {
            // The new file could not be moved into place, so it is removed.
            let _ = rustix::fs::unlinkat(&*folder, &beside, AtFlags::empty());
        }
        placed
    }

    fn filled(&self, mut file: File, text: &str) -> io::Result<()> {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        self.owned(&file)
    }

    /// Gives a file to the owner of this folder, so that the owner may delete it.
    fn owned(&self, file: impl std::os::fd::AsFd) -> io::Result<()> {
        if rustix::process::geteuid().is_root() {
            let root = rustix::fs::fstat(&self.folder)?;
            let (owner, group) = (
                rustix::process::Uid::from_raw(root.st_uid),
                rustix::process::Gid::from_raw(root.st_gid),
            );
            rustix::fs::fchown(file, Some(owner), Some(group))?;
        }
        Ok(())
    }

    /// Returns the parts of a path, relative to this folder.
    fn parts<'p>(&self, path: &'p Path) -> io::Result<Vec<&'p OsStr>> {
        let path = if path.is_absolute() {
            path.strip_prefix(&self.path)
                .map_err(|_outside| refused("it is outside the checkout"))?
        } else {
            path
        };
        let mut parts = Vec::new();
        for part in path.components() {
            match part {
                Component::Normal(name) => parts.push(name),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(refused(
                        "it has `..` in it, which may lead out of the checkout",
                    ));
                }
            }
        }
        Ok(parts)
    }

    /// Opens the parent folder of a path. Returns it with the last part of the path.
    fn parent<'p>(&self, path: &'p Path, make: bool) -> io::Result<(OwnedFd, &'p OsStr)> {
        let mut parts = self.parts(path)?;
        let name = parts
            .pop()
            .ok_or_else(|| refused("it is the checkout itself"))?;
        Ok((self.folder(&parts, make)?, name))
    }

    fn folder(&self, parts: &[&OsStr], make: bool) -> io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut folder = rustix::fs::openat(&self.folder, ".", flags, Mode::empty())?;
        for part in parts {
            let is_new = make
                && match rustix::fs::mkdirat(&folder, *part, Mode::from_raw_mode(0o777)) {
                    Ok(()) => true,
                    Err(rustix::io::Errno::EXIST) => false,
                    Err(error) => return Err(error.into()),
                };
            expect(&stat(&folder, part)?, FileType::Directory)?;
            folder = rustix::fs::openat(&folder, *part, flags, Mode::empty())?;
            if is_new {
                self.owned(&folder)?;
            }
        }
        Ok(folder)
    }
}

fn stat(folder: &OwnedFd, name: &OsStr) -> io::Result<Stat> {
    Ok(rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?)
}

fn file_type(found: &Stat) -> FileType {
    FileType::from_raw_mode(found.st_mode)
}

fn kind_of(found: FileType) -> Kind {
    match found {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink
        | FileType::Fifo
        | FileType::Socket
        | FileType::CharacterDevice
        | FileType::BlockDevice
        | FileType::Unknown => Kind::Other,
    }
}

fn expect(found: &Stat, expected: FileType) -> io::Result<()> {
    let found = file_type(found);
    if found == expected {
        return Ok(());
    }
    Err(if found == FileType::Symlink {
        refused("a link is there, and none is followed in a checkout")
    } else if expected == FileType::Directory {
        refused("what should be a folder is none")
    } else {
        refused("it is not a regular file")
    })
}

/// Returns a name for a new file.
fn beside() -> io::Result<String> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(format!(
        ".aws-least-privilege-{:016x}",
        u64::from_le_bytes(random)
    ))
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why)
}
