//! Paths with `{function}` or `{role}`: the files that they lead to, and the name that each is for.

use super::policy_file::is_fit_for_a_path;
use crate::files::{self, Kind};
use std::io;
use std::path::Path;

/// What stands for the name of a function in a path.
pub const FUNCTION: &str = "{function}";

/// What stands for the name of a role in a path.
pub const ROLE: &str = "{role}";

/// A file that a path with a placeholder leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The name that stands in the placeholder's place.
    pub name: String,
    /// The path of the file.
    pub file: String,
}

/// The placeholder of a path; none where it has none, and none where it has both, for then no file is of one name alone.
pub fn placeholder(path: &str) -> Option<&'static str> {
    match (path.contains(FUNCTION), path.contains(ROLE)) {
        (true, false) => Some(FUNCTION),
        (false, true) => Some(ROLE),
        (true, true) | (false, false) => None,
    }
}

/// The name in a file's path, where the path is that of a pattern. A placeholder may stand in any part of the path, and more than
/// once: each time it is the same name.
///
/// ```
/// use aws_least_privilege::granted::placeholder::{FUNCTION, name_in};
///
/// let name = name_in("policies/{function}/{function}.json", FUNCTION, "policies/refunds/refunds.json");
/// assert_eq!(name.as_deref(), Some("refunds"));
/// assert_eq!(name_in("policies/{function}.json", FUNCTION, "policies/a/b.json"), None);
/// ```
pub fn name_in(pattern: &str, placeholder: &str, file: &str) -> Option<String> {
    any_name_in(pattern, placeholder, file).filter(|name| is_fit_for_a_path(name))
}

/// The same of a name that nothing can have: a file that is called so is for nobody.
fn any_name_in(pattern: &str, placeholder: &str, file: &str) -> Option<String> {
    let before = pattern.find(placeholder)?;
    let count = pattern.matches(placeholder).count();
    let fixed = pattern.len() - count * placeholder.len();
    let length = file.len().checked_sub(fixed)? / count;
    let name = file.get(before..before.checked_add(length)?)?;
    let is_whole = pattern.replace(placeholder, name) == file;
    (is_whole && !name.is_empty()).then(|| name.to_owned())
}

/// The files that are there for a path with this placeholder, sorted: those too that cannot be read, as a link, or whose name nothing can
/// have. Reading them says why. So it does of a folder that cannot be listed.
pub fn files_of(pattern: &str, placeholder: &str) -> Vec<Named> {
    let Some((folder, part, behind)) = first_part(pattern, placeholder) else {
        return Vec::new();
    };
    let there = if folder.is_empty() { "." } else { folder };
    let entries = files::entries(Path::new(there)).unwrap_or_default();
    let mut found = Vec::new();
    for (path, kind) in &entries {
        let own = path.file_name().and_then(|own| own.to_str());
        let Some(name) = own.and_then(|own| any_name_in(part, placeholder, own)) else {
            continue;
        };
        let file = pattern.replace(placeholder, &name);
        if is_policy(*kind, Path::new(&file), behind.is_empty()) {
            found.push(Named { name, file });
        }
    }
    found.sort();
    found
}

/// Whether a file stands for a policy, though it may be that it cannot be read. `entry` is what the part of its path is that has the
/// placeholder: the file itself where that is the last part.
fn is_policy(entry: Kind, file: &Path, is_last: bool) -> bool {
    match (files::kind(file), entry) {
        (Ok(Kind::File | Kind::Other), _) | (Err(_), Kind::Other) => true,
        (Ok(Kind::Folder), _) => false,
        (Err(_), Kind::File) => is_last,
        (Err(error), Kind::Folder) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// The first part of a path that has the placeholder, with the folder before it, which ends in `/`, and what is behind it.
pub fn first_part<'p>(pattern: &'p str, placeholder: &str) -> Option<(&'p str, &'p str, &'p str)> {
    let at = pattern.find(placeholder)?;
    let begin = pattern.get(..at)?.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, rest) = pattern.split_at_checked(begin)?;
    let (part, behind) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
    Some((folder, part, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_wherever_the_placeholder_stands() {
        let name = |pattern: &str, file: &str| name_in(pattern, FUNCTION, file);
        assert_eq!(
            name("{function}-{function}.json", "a-a.json").as_deref(),
            Some("a")
        );
        assert_eq!(name("{function}-{function}.json", "a-b.json"), None);
        assert_eq!(
            name("p/{function}/policy.json", "p/refunds/policy.json").as_deref(),
            Some("refunds")
        );
        assert_eq!(name("p/{function}.json", "p/.json"), None);
        assert_eq!(name("p/{function}.json", "p/../x.json"), None);
        assert_eq!(name("p/{function}.json", "q/x.json"), None);
        assert_eq!(name("{function}", "ä"), None);
        assert_eq!(placeholder("{role}/{function}.json"), None);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test writes a folder")]
    fn files_are_found_in_every_part_of_the_path() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "p/a/policy.json",
            "p/b/policy.json",
            "p/c/other.json",
            "a-a.json",
            "a-b.json",
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        }
        let names = |pattern: &str| -> Vec<String> {
            let pattern = format!("{}/{pattern}", folder.path().display());
            let found = files_of(&pattern, FUNCTION).into_iter();
            found.map(|own| own.name).collect()
        };
        assert_eq!(names("p/{function}/policy.json"), ["a", "b"]);
        assert_eq!(names("{function}-{function}.json"), ["a"]);
        assert_eq!(names("nowhere/{function}.json"), [""; 0]);
    }
}
