//! Replaces `beneath` on systems that cannot open files beneath a folder. The Action runs on Linux.

use super::Kind;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A folder beneath which files would be opened. This type has no value.
#[derive(Debug)]
pub struct Root(std::convert::Infallible);

impl Root {
    /// Returns an error.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn open(_folder: &Path) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Never called.
    pub fn has(&self, _path: &Path) -> bool {
        match self.0 {}
    }

    /// Never called.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn file(&self, _path: &Path) -> io::Result<File> {
        match self.0 {}
    }

    /// Never called.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn kind(&self, _path: &Path) -> io::Result<Kind> {
        match self.0 {}
    }

    /// Never called.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn entries(&self, _folder: &Path) -> io::Result<Vec<(PathBuf, Kind)>> {
        match self.0 {}
    }

    /// Never called.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn write(&self, _path: &Path, _text: &str) -> io::Result<()> {
        match self.0 {}
    }
}
