//! Where a command is asked to write: no two outputs in one place, and none in the place of what is read.

use super::Failure;
use crate::deliver::file::{STDOUT, is_stdout};
use crate::files::{self, Kind};
use crate::granted::placeholder::{first_part, name_in, placeholder};
use crate::settings::flags::Evidence;
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
        .filter(|(_, path)| is_stdout(path) || !is_stream(path))
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
        let fits = |read: &Path| own.is_file() && fits(own, read);
        let mut read = inputs
            .iter()
            .filter(|((_, given), read)| is_read(read) || fits(given));
        if let Some(((other, _), _)) = read.next() {
            return Err(refused(path, flag, other, "write it to another path"));
        }
    }
    Ok(())
}

/// Whether a file is one of those that a path with `{function}` or `{role}` stands for.
fn fits(file: &Path, pattern: &Path) -> bool {
    let Some(text) = pattern.to_str() else {
        return false;
    };
    let Some(own) = placeholder(text) else {
        return false;
    };
    let is_meant = |file: &Path| {
        file.to_str()
            .is_some_and(|file| name_in(text, own, file).is_some())
    };
    // What is before the placeholder may be written in another way.
    let Some((folder, _, _)) = first_part(text, own) else {
        return false;
    };
    let there = place(Path::new(if folder.is_empty() { "." } else { folder }));
    let inside = file.strip_prefix(there);
    inside.is_ok_and(|inside| is_meant(&Path::new(folder).join(inside)))
}

/// Refuses a folder for suggested policies that is the folder of one that is judged: a file of its name would replace it.
pub(super) fn check_folder<'a>(
    folder: &Path,
    policies: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let own = place(folder);
    let mut policies = policies.into_iter();
    let inside = policies.find(|policy| place(policy).parent() == Some(&own));
    match inside {
        Some(policy) => Err(refused(
            folder,
            "--suggest-dir",
            &format!("the policy file `{}`, which lies in it", policy.display()),
            "give it a folder of its own, or edit the files in place with --write",
        )),
        None => Ok(()),
    }
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
    if is_stdout(path) {
        return PathBuf::from(STDOUT);
    }
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
