//! The templates of nested stacks that lie beside their parent: they are read with it, and nothing outside the checkout is.

use super::super::policy_file::{PolicyFileError, read_text};
use super::{template_of, together};
use crate::files::{self, Kind, normal};
use crate::template::Template;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Stacks within each other.
const DEEPEST: usize = 5;

/// Templates of nested stacks that are read for one that was asked for.
const MOST: usize = 100;

/// Folders above a template in which a checkout's begin is looked for.
const HIGHEST: usize = 64;

/// Adds the templates of nested stacks that a template has, and those that these have, but for those that were seen.
///
/// # Errors
///
/// What looks like a template and cannot be read.
pub(super) fn add(
    found: &mut Vec<Template>,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<(), PolicyFileError> {
    let Some(first) = found.first() else {
        return Ok(());
    };
    let root = checkout(Path::new(&first.file));
    let most = found.len() + MOST;
    let mut from = 0;
    for _ in 0..DEEPEST {
        let parents = from..found.len();
        from = parents.end;
        let paths: Vec<PathBuf> = found
            .get(parents)
            .unwrap_or_default()
            .iter()
            .flat_map(together::children)
            .collect();
        for path in paths {
            if found.len() >= most {
                return Ok(());
            }
            let is_there = is_within(&path, &root) && matches!(files::kind(&path), Ok(Kind::File));
            let Some(file) = path.to_str().filter(|_| is_there) else {
                continue;
            };
            if !seen.insert(path.clone()) {
                continue;
            }
            // Whatever else it is, it is no stack: that it is not judged is told.
            let Ok(text) = read_text(file) else { continue };
            if let Some(mut child) = template_of(&text, file)? {
                child.deployed.is_nested = true;
                found.push(child);
            }
        }
    }
    Ok(())
}

/// The local templates of nested stacks that a template has, by its path.
pub(super) fn of_file(path: &str) -> Vec<String> {
    let read = || template_of(&read_text(path).ok()?, path).ok()?;
    let Some(template) = read() else {
        return Vec::new();
    };
    let mut found = vec![template];
    let mut seen = BTreeSet::from([normal(Path::new(path))]);
    // What cannot be read is told where it is judged.
    let _ = add(&mut found, &mut seen);
    found.into_iter().skip(1).map(|own| own.file).collect()
}

/// The folder that a checkout begins in: the nearest one above with `.git`, else the template's own.
fn checkout(template: &Path) -> PathBuf {
    let own = normal(template).parent().map(Path::to_owned);
    let own = own.unwrap_or_default();
    let mut folder = own.clone();
    for _ in 0..HIGHEST {
        if files::kind(&folder.join(".git")).is_ok() {
            return folder;
        }
        let is_top = folder.as_os_str().is_empty() || folder.ends_with("..");
        folder = match folder.parent() {
            Some(parent) if !is_top => parent.to_owned(),
            // Above where the program runs, as long as it has a name.
            _ if folder.is_relative() => folder.join(".."),
            _ => return own,
        };
    }
    own
}

/// Whether a path leads into a folder, both without `.` and `..` but at their begin.
fn is_within(path: &Path, folder: &Path) -> bool {
    let ups = |path: &Path| {
        path.components()
            .take_while(|part| part.as_os_str() == "..")
            .count()
    };
    match path.strip_prefix(folder) {
        Ok(rest) => ups(rest) == 0,
        // A folder above where the program runs: less far up is within it.
        Err(_) => {
            folder.components().all(|part| part.as_os_str() == "..")
                && ups(path) < ups(folder)
                && path.is_relative()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_within;
    use std::path::Path;

    #[test]
    fn what_is_outside_is_not_within() {
        let is = |path: &str, folder: &str| is_within(Path::new(path), Path::new(folder));
        assert!(is("a/b.yaml", ""));
        assert!(is("a/b.yaml", "a"));
        assert!(is("../b.yaml", ".."));
        assert!(is("b.yaml", ".."));
        assert!(is("../b.yaml", "../.."));
        assert!(is("/work/a.yaml", "/work"));
        assert!(!is("../b.yaml", ""));
        assert!(!is("../../b.yaml", ".."));
        assert!(!is("ab/b.yaml", "a"));
        assert!(!is("/etc/a.yaml", "/work"));
        assert!(!is("/etc/a.yaml", ".."));
    }
}
