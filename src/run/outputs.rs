//! Where a command is asked to write: no two outputs in one place, and none in the place of what is read.

use super::Failure;
use crate::cli::Evidence;
use crate::deliver::file::STDOUT;
use crate::files::{self, Kind};
use anyhow::anyhow;
use std::path::{Path, PathBuf};

/// A path with what it was given for.
type Given<'a> = (&'static str, &'a Path);

/// Refuses outputs that would replace one another, or something that is read: a path, or a folder that is read whole.
pub(super) fn check<'a>(
    outputs: impl IntoIterator<Item = Given<'a>>,
    inputs: impl IntoIterator<Item = Given<'a>>,
) -> Result<(), Failure> {
    let outputs: Vec<(Given<'_>, PathBuf)> = outputs
        .into_iter()
        .filter(|(_, path)| path.as_os_str() != STDOUT && !is_stream(path))
        .map(|given| (given, place(given.1)))
        .collect();
    for (number, ((flag, path), own)) in outputs.iter().enumerate() {
        let before = outputs.iter().take(number);
        let mut same = before.filter(|(_, other)| other == own);
        if let Some(((other, _), _)) = same.next() {
            return Err(refused(path, flag, other, "give each a path of its own"));
        }
    }
    let inputs: Vec<(Given<'_>, PathBuf)> = inputs
        .into_iter()
        .map(|given| (given, place(given.1)))
        .collect();
    for ((flag, path), own) in &outputs {
        // A new file in a folder that was read takes nothing away.
        let is_read = |read: &PathBuf| own == read || own.is_file() && own.starts_with(read);
        let mut read = inputs.iter().filter(|(_, read)| is_read(read));
        if let Some(((other, _), _)) = read.next() {
            return Err(refused(path, flag, other, "write it to another path"));
        }
    }
    Ok(())
}

/// What evidence is read from.
pub(super) fn of_evidence(evidence: &Evidence) -> impl Iterator<Item = Given<'_>> {
    let saved = evidence.traces.iter();
    saved.map(|path| ("--traces", path.as_path()))
}

fn refused(path: &Path, flag: &str, other: &str, hint: &str) -> Failure {
    let path = path.display();
    Failure::usage(
        anyhow!("`{path}` is given for {flag} and for {other}"),
        Some(hint.to_owned()),
    )
}

fn is_stream(path: &Path) -> bool {
    files::kind(path).is_ok_and(|kind| kind == Kind::Other)
}

/// Where a path leads, as far as it leads anywhere. Where no link is followed, a path is what it says.
fn place(path: &Path) -> PathBuf {
    if files::is_confined() {
        return std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    }
    if let Ok(whole) = path.canonicalize() {
        return whole;
    }
    if path == Path::new(".") {
        return path.to_owned();
    }
    let name = path.file_name().unwrap_or_default();
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => place(folder).join(name),
        _ => place(Path::new(".")).join(name),
    }
}
