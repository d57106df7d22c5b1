//! Paths with `{function}` or `{role}`: the files that they lead to, and the name that each is for.

use super::policy_file::is_fit_for_a_path;
use crate::files::{self, Kind};
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
    let before = pattern.find(placeholder)?;
    let count = pattern.matches(placeholder).count();
    let fixed = pattern.len() - count * placeholder.len();
    let length = file.len().checked_sub(fixed)? / count;
    let name = file.get(before..before.checked_add(length)?)?;
    let is_whole = pattern.replace(placeholder, name) == file;
    (is_whole && is_fit_for_a_path(name)).then(|| name.to_owned())
}

/// The files that are there for a path with this placeholder, sorted. What cannot be listed leads to none: reading it says why.
pub fn files_of(pattern: &str, placeholder: &str) -> Vec<Named> {
    let Some((folder, part, _)) = first_part(pattern, placeholder) else {
        return Vec::new();
    };
    let there = if folder.is_empty() { "." } else { folder };
    let entries = files::entries(Path::new(there)).unwrap_or_default();
    let names = entries
        .iter()
        .filter_map(|(path, _)| path.file_name()?.to_str());
    let names = names.filter_map(|own| name_in(part, placeholder, own));
    let mut found: Vec<Named> = names
        .map(|name| Named {
            file: pattern.replace(placeholder, &name),
            name,
        })
        .filter(|own| matches!(files::kind(Path::new(&own.file)), Ok(Kind::File)))
        .collect();
    found.sort();
    found
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
