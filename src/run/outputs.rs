//! Where a command is asked to write: no two outputs in one place, and none in the place of what is read.

use super::{Failure, samconfig};
use crate::deliver::file::{STDOUT, is_descriptor, is_stdout};
use crate::files;
use crate::granted::placeholder::{first_part, name_in, placeholder};
use crate::settings::effective::BASELINE;
use crate::settings::file::DEFAULT_NAME;
use crate::settings::flags::Evidence;
use anyhow::anyhow;
use std::path::{Path, PathBuf};

/// A path with what it was given for.
type Given<'a> = (&'static str, &'a Path);

/// The flag of what is read as evidence, whole folders too.
const TRACES: &str = "--traces";

/// Refuses outputs that would replace one another, or something that is read: a path, a folder that is read whole, or a
/// file that the program looks for by its name.
pub(super) fn check<'a>(
    outputs: impl IntoIterator<Item = Given<'a>>,
    inputs: impl IntoIterator<Item = Given<'a>>,
) -> Result<(), Failure> {
    let outputs: Vec<(Given<'_>, PathBuf)> = outputs
        .into_iter()
        .filter(|(_, path)| is_descriptor(path) || !is_device(path))
        .map(|given| (given, place(given.1)))
        .collect();
    apart(&outputs)?;
    for ((flag, path), own) in &outputs {
        if let Some(what) = looked_for(own, flag) {
            return Err(refused(path, flag, what, "write it to another path"));
        }
    }
    // Standard input is no file that could be replaced.
    let inputs: Vec<(Given<'_>, PathBuf)> = inputs
        .into_iter()
        .filter(|(_, path)| *path != Path::new(STDOUT))
        .map(|given| (given, place(given.1)))
        .collect();
    for ((flag, path), own) in &outputs {
        // A new file in a folder of traces would be read as evidence the next time. In another folder it takes nothing away.
        let is_read = |flag: &str, read: &PathBuf| {
            own == read || own.starts_with(read) && (own.is_file() || flag == TRACES)
        };
        let fits = |read: &Path| own.is_file() && fits(own, read);
        let mut read = inputs
            .iter()
            .filter(|((flag, given), read)| is_read(flag, read) || fits(given));
        if let Some(((other, _), _)) = read.next() {
            return Err(refused(path, flag, other, "write it to another path"));
        }
    }
    Ok(())
}

/// Refuses suggested policies in the place of another output.
pub(super) fn check_suggested<'a>(
    outputs: impl IntoIterator<Item = Given<'a>>,
    suggested: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let suggested = suggested.into_iter().map(|path| ("--suggest-dir", path));
    let outputs = outputs.into_iter().chain(suggested);
    let outputs: Vec<(Given<'_>, PathBuf)> = outputs.map(|given| (given, place(given.1))).collect();
    apart(&outputs)
}

/// Refuses two outputs in one place, or one in the place of another's folder.
fn apart(outputs: &[(Given<'_>, PathBuf)]) -> Result<(), Failure> {
    for (number, ((flag, path), own)) in outputs.iter().enumerate() {
        let before = outputs.iter().take(number);
        // What is a folder already is no place for a file, and is told when it is written.
        let is_in = |one: &Path, other: &Path| one.starts_with(other) && !other.is_dir();
        let is_same = |other: &Path| is_in(own, other) || is_in(other, own);
        let mut same = before.filter(|((_, given), other)| is_same(other) && !is_device(given));
        if let Some(((other, _), _)) = same.next() {
            return Err(refused(path, flag, other, "give each a path of its own"));
        }
    }
    Ok(())
}

/// What the program would read from this place the next time, because it looks for files of that name.
fn looked_for(own: &Path, flag: &str) -> Option<&'static str> {
    let is = |name: &str| own == place(Path::new(name));
    let name = own.file_name()?.to_str()?;
    if is(DEFAULT_NAME) {
        Some("the configuration, which is read by this name")
    } else if is(BASELINE) && flag != "--baseline" {
        Some("the baseline, which is read by this name")
    } else if samconfig::NAMES.contains(&name) {
        Some("the settings of `sam deploy`, which are read by this name")
    } else {
        None
    }
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
    saved.map(|path| (TRACES, path.as_path()))
}

fn refused(path: &Path, flag: &str, other: &str, hint: &str) -> Failure {
    let path = path.display();
    Failure::usage(
        anyhow!("`{path}` is given for {flag} and for {other}"),
        Some(hint.to_owned()),
    )
}

/// Whether a path is a device, to which several may write.
#[cfg(unix)]
fn is_device(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    let is_device = |found: &std::fs::Metadata| found.file_type().is_char_device();
    !is_descriptor(path) && std::fs::metadata(path).is_ok_and(|found| is_device(&found))
}

/// Other systems tell no device apart.
#[cfg(not(unix))]
fn is_device(path: &Path) -> bool {
    crate::files::kind(path).is_ok_and(|kind| kind == crate::files::Kind::Other)
}

/// Where a path leads. Where no link is followed, a path is what it says.
fn place(path: &Path) -> PathBuf {
    if is_stdout(path) {
        return PathBuf::from(STDOUT);
    }
    if files::is_confined() {
        return std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    }
    files::leads_to(path)
}
