//! Paths of a checkout as the repository names them, and files of ours that stand for them.

use crate::files::normal;
use crate::granted::placeholder::{self, FUNCTION, ROLE};
use crate::granted::policy_file::permissions_policy;
use crate::granted::template::template_of;
use crate::run::Failure;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// The largest file of a checkout that is held against the base: GitHub takes none that is larger.
const MOST_BYTES: u64 = 100 << 20;

/// Folders within each other in which a checkout is looked for.
const DEEPEST: usize = 3;

/// Where the repository is checked out.
#[derive(Debug)]
pub(in crate::run::action) struct Checkout {
    workspace: PathBuf,
}

impl Checkout {
    pub(in crate::run::action) fn of(workspace: Option<&Path>) -> Self {
        Self {
            workspace: workspace.map(normal).unwrap_or_default(),
        }
    }

    /// Where a path from the workspace on is.
    pub(super) fn path(&self, own: &Path) -> PathBuf {
        self.workspace.join(own)
    }

    /// A path from the workspace on, without `.` and `..`; nothing where it lies outside.
    pub(in crate::run::action) fn within(&self, path: &Path) -> Option<PathBuf> {
        let whole = normal(&self.workspace.join(path));
        let inside = whole.strip_prefix(&self.workspace).ok()?;
        (!leads_out(inside)).then(|| inside.to_owned())
    }

    /// The folder that the repository of a path is checked out in, as far as Git's own folder tells. A repository may be checked out
    /// in a folder of the workspace. Of a submodule, `.git` is a file.
    pub(in crate::run::action) fn root(&self, path: &Path) -> Option<PathBuf> {
        let whole = normal(&self.workspace.join(path));
        let above = whole.ancestors().skip(1);
        let mut inside = above.take_while(|folder| folder.starts_with(&self.workspace));
        let root = inside.find(|folder| folder.join(".git").is_dir())?;
        Some(root.to_owned())
    }

    /// A path as the repository names it; nothing where it lies outside the checkout.
    pub(in crate::run::action) fn place(&self, path: &Path) -> Option<String> {
        let whole = normal(&self.workspace.join(path));
        if leads_out(whole.strip_prefix(&self.workspace).ok()?) {
            return None;
        }
        let root = self.root(path);
        let inside = root.as_ref();
        let inside = inside.map_or(whole.strip_prefix(&self.workspace).ok(), |root| {
            whole.strip_prefix(root).ok()
        })?;
        let place = inside.to_str()?.to_owned();
        (!place.is_empty()).then_some(place)
    }

    /// Whether a folder is a whole checkout, or has one in it.
    pub(super) fn holds_one(&self, path: &Path) -> bool {
        let whole = normal(&self.workspace.join(path));
        let is_inside = whole.starts_with(&self.workspace);
        is_inside && (whole == self.workspace || !checkouts(&whole).is_empty())
    }
}

/// The folders in a folder in which a repository is checked out, itself among them.
pub(in crate::run::action) fn checkouts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        // A checkout has a commit.
        if folder.join(".git/HEAD").is_file() {
            found.push(folder);
        } else if depth < DEEPEST {
            let inside = names(&folder).into_iter().map(|name| folder.join(name));
            folders.extend(
                inside
                    .filter(|path| path.is_dir())
                    .map(|path| (path, depth + 1)),
            );
        }
    }
    found
}

/// Whether a path leads above where it begins.
fn leads_out(path: &Path) -> bool {
    path.components().next() == Some(Component::ParentDir)
}

/// Writes a file below a folder of ours, at the same place: nowhere else, whatever the path is.
pub(super) fn keep(
    folder: &Path,
    place: impl AsRef<Path>,
    bytes: &[u8],
) -> Result<PathBuf, Failure> {
    let place = normal(place.as_ref());
    let names = place
        .components()
        .filter(|part| matches!(part, Component::Normal(_)));
    let path = folder.join(names.collect::<PathBuf>());
    write(&path, bytes).map_err(|error| Failure::job(error, None))?;
    Ok(path)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a folder of ours, which nobody reads before it is whole"
)]
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, bytes)
}

/// A file of the checkout as it is, as far as it can be read there.
pub(in crate::run::action) fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = crate::files::open(path).ok()?;
    let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (read as u64 <= MOST_BYTES).then_some(bytes)
}

/// The files that are there for a path: itself, or one for each name that a placeholder in it may stand for.
pub(in crate::run::action) fn of_pattern(path: &str) -> Vec<String> {
    if !path.contains(FUNCTION) && !path.contains(ROLE) {
        return vec![path.to_owned()];
    }
    let files = placeholder::placeholder(path).map(|own| placeholder::files_of(path, own));
    let files = files.unwrap_or_default().into_iter();
    files.map(|own| own.file).collect()
}

/// The function that a file of a path with `{function}` is for.
pub(in crate::run::action) fn function_of(path: &str, file: &str) -> Option<String> {
    placeholder::name_in(path, FUNCTION, file)
}

#[expect(
    clippy::disallowed_methods,
    reason = "which policy files a change has is seen in the checkout"
)]
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// Whether a file's name says that it is YAML.
pub(super) fn is_yaml(place: &str) -> bool {
    Path::new(place).extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
    })
}

/// Whether a file can be read as a policy.
pub(super) fn is_policy(place: &str, bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    permissions_policy(text, place).is_ok() || is_template(place, bytes)
}

/// Whether a file can be read as a template.
pub(in crate::run::action) fn is_template(place: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    matches!(template_of(&text, place), Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_named_as_the_repository_names_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let checkout = Checkout::of(Some(folder.path()));
        let place = |path: &str| checkout.place(Path::new(path));
        assert_eq!(place("./a//b.json").as_deref(), Some("a/b.json"));
        assert_eq!(place("x/../a.json").as_deref(), Some("a.json"));
        let back = format!(
            "../{}/a.json",
            folder.path().file_name().expect("a name").display()
        );
        assert_eq!(place(&back).as_deref(), Some("a.json"));
        let absolute = folder.path().join("roles/../a.json");
        assert_eq!(
            checkout.within(&absolute).as_deref(),
            Some(Path::new("a.json"))
        );
        assert_eq!(checkout.within(Path::new("../a.json")), None);
        assert_eq!(place("/elsewhere/a.json"), None);
        assert_eq!(place("../a.json"), None);
        assert_eq!(Checkout::of(None).place(Path::new("a/../../b.json")), None);
        std::fs::create_dir_all(folder.path().join("app/.git")).expect("a checkout below");
        assert_eq!(place("app/a.json").as_deref(), Some("a.json"));
        assert_eq!(place("other/a.json").as_deref(), Some("other/a.json"));
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the file of a checkout that is not to be touched"
    )]
    fn what_is_kept_of_the_base_never_leaves_our_folder() {
        let (ours, checkout) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        let policy = checkout.path().join("p.json");
        std::fs::write(&policy, "head").expect("a file");
        let kept = keep(ours.path(), &policy, b"base").expect("it is written");
        assert!(kept.starts_with(ours.path()), "{}", kept.display());
        let kept = keep(ours.path(), "../../p.json", b"base").expect("it is written");
        assert_eq!(kept, ours.path().join("p.json"));
        let text = std::fs::read_to_string(&policy).expect("a file");
        assert_eq!(text, "head");
    }
}
