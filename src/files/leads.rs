//! Works out where a path leads, also where not all of it is there yet.

use std::path::{Component, Path, PathBuf};

/// How many links are followed in one path. Linux follows as many.
const LINKS: u32 = 40;

/// Returns where a path leads. Links are followed, also to what is not there. What is not there is taken as it is
/// written, so that `missing/../a` is `a`. A name of a file that was open from the beginning, such as `/dev/stdout`, is
/// `/dev/fd/` and its number.
pub fn leads_to(path: &Path) -> PathBuf {
    match std::path::absolute(path) {
        Ok(path) => followed(&path, &mut { LINKS }),
        Err(_) => path.to_owned(),
    }
}

/// Returns the number of a file that was open from the beginning, if the path is one of its names.
pub fn descriptor(path: &Path) -> Option<u32> {
    let text = path.to_str()?;
    match text {
        "/dev/stdin" => return Some(0),
        "/dev/stdout" => return Some(1),
        "/dev/stderr" => return Some(2),
        _ => {}
    }
    let mut folders = ["/dev/fd/", "/proc/self/fd/"].into_iter();
    let number = folders.find_map(|folder| text.strip_prefix(folder))?;
    number.parse().ok()
}

fn followed(path: &Path, links: &mut u32) -> PathBuf {
    let mut reached = PathBuf::new();
    let mut parts = path.components().peekable();
    while let Some(part) = parts.next() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                reached.pop();
            }
            Component::Prefix(_) | Component::RootDir => reached.push(part),
            Component::Normal(name) => {
                reached.push(name);
                if let Some(number) = descriptor(&reached) {
                    if parts.peek().is_none() {
                        return PathBuf::from(format!("/dev/fd/{number}"));
                    }
                    continue;
                }
                // These lead to names that say nothing of open files.
                let is_on_the_way = ["/dev/fd", "/proc/self"]
                    .map(Path::new)
                    .contains(&&*reached);
                if !is_on_the_way
                    && *links > 0
                    && let Ok(target) = reached.read_link()
                {
                    *links -= 1;
                    reached.pop();
                    reached = followed(&reached.join(target), links);
                }
            }
        }
    }
    reached
}

#[cfg(all(test, unix))]
mod tests {
    use super::leads_to;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    #[test]
    fn links_and_what_is_not_there_lead_where_they_say() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("there")).unwrap();
        symlink("there", root.join("link")).unwrap();
        symlink("there/gone", root.join("dangling")).unwrap();
        symlink("dangling", root.join("twice")).unwrap();
        symlink("/dev/stdout", root.join("out")).unwrap();
        for (path, leads) in [
            ("a", "a"),
            ("missing/../a", "a"),
            ("link/../a", "a"),
            ("link/x/y", "there/x/y"),
            ("dangling", "there/gone"),
            ("twice", "there/gone"),
        ] {
            assert_eq!(leads_to(&root.join(path)), root.join(leads), "{path}");
        }
        assert_eq!(leads_to(&root.join("out")), Path::new("/dev/fd/1"));
        assert_eq!(
            leads_to(Path::new("/proc/self/fd/7")),
            Path::new("/dev/fd/7")
        );
        let below = Path::new("/dev/stdout/a");
        assert_eq!(leads_to(below), below);
        // A circle ends.
        symlink("circle/circle", root.join("circle")).unwrap();
        assert!(leads_to(&root.join("circle")).starts_with(&root));
    }
}
