//! Keeps what was read from pipes. A pipe delivers its text only once, but a file on the command line is read more than
//! once: to recognise it, to judge it, and to edit it.

use super::{Kind, is_confined, kind, open};
use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What a pipe said, or why it said nothing.
type Said = Result<Vec<u8>, (io::ErrorKind, String)>;

static SAID: Mutex<BTreeMap<PathBuf, Said>> = Mutex::new(BTreeMap::new());

/// Reads a file to its end, or to one byte more than `most`. The text of a pipe or device is kept, so that it can be
/// read again, and so is its error.
///
/// # Errors
///
/// Returns an error if the file cannot be opened or read, or if a stream delivers nothing in time.
pub fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // When files are confined to folders, opening a pipe fails with its reason.
    if is_confined() || !matches!(kind(path), Ok(Kind::Other)) {
        return read(path, most);
    }
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    let said = said.entry(path.to_owned()).or_insert_with(|| {
        // A pipe that was waited for in vain is not waited for again.
        read(path, most).map_err(|error| (error.kind(), error.to_string()))
    });
    match said {
        Ok(bytes) => Ok(bytes.clone()),
        Err((kind, told)) => Err(io::Error::new(*kind, told.clone())),
    }
}

fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
