//! Normalises paths for comparison.

use std::path::{Component, Path, PathBuf};

/// Removes `.` and `..` from a path, by its text only: it reads nothing and follows no link. A `..` that leads above
/// the beginning of a relative path stays.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match out.components().next_back() {
                Some(Component::Normal(_)) => {
                    out.pop();
                }
                // The parent of the root is the root.
                Some(Component::RootDir | Component::Prefix(_)) => {}
                Some(Component::ParentDir | Component::CurDir) | None => out.push(part),
            },
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::normal;
    use std::path::Path;

    #[test]
    fn a_path_says_where_it_leads_and_not_by_which_way() {
        for (path, leads) in [
            ("./a//b.json", "a/b.json"),
            ("a/./b/../c.json", "a/c.json"),
            ("/a/../../b.json", "/b.json"),
            ("../a.json", "../a.json"),
            ("a/../../../b.json", "../../b.json"),
            ("../../a/..", "../.."),
            ("a/..", ""),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(leads), "{path}");
        }
    }
}
