//! The checkout that a file is in. What a file of it names by a path is opened only there.

use super::{Kind, Root, is_confined, kind, normal};
use std::io;
use std::path::{Path, PathBuf, absolute};

/// The checkout of a file that a user names. The file itself may be anywhere, and its own path may have links.
#[derive(Debug)]
pub struct Checkout {
    /// Nothing if all files are confined to folders already.
    own: Option<Own>,
}

#[derive(Debug)]
struct Own {
    /// The folder of the file, as its path says.
    folder: PathBuf,
    /// The top folder of the checkout, without links.
    top: PathBuf,
    /// Nothing on systems that cannot open files beneath a folder.
    root: Option<Root>,
}

impl Checkout {
    /// Finds the checkout of a file: the nearest folder above it that has `.git`. Without one, the current folder if the
    /// file is in it, else the file's own folder.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder of the file cannot be opened.
    pub fn of(file: &Path) -> io::Result<Self> {
        if is_confined() {
            return Ok(Self { own: None });
        }
        let folder = folder_of(file)?;
        let top = top(&folder.canonicalize()?);
        let root = match Root::open(&top) {
            Ok(root) => Some(root),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => None,
            Err(error) => return Err(error),
        };
        Ok(Self {
            own: Some(Own { folder, top, root }),
        })
    }

    /// Whether a regular file is at a path.
    ///
    /// # Errors
    ///
    /// Returns an error that says why the file must not be read: nothing is there, it is outside the checkout, there is a
    /// link on its way, or it is not a regular file.
    pub fn check(&self, path: &Path) -> io::Result<()> {
        match &self.own {
            Some(own) => own.check(path),
            None if kind(path)? == Kind::File => Ok(()),
            None => Err(io::Error::other("it is not a regular file")),
        }
    }
}

impl Own {
    fn check(&self, path: &Path) -> io::Result<()> {
        let path = normal(&absolute(path)?);
        // The user named the folder, so its links are followed. All behind it is named by a file.
        let same = self.folder.components().zip(path.components());
        let same: PathBuf = same
            .take_while(|(own, other)| own == other)
            .map(|(own, _)| own)
            .collect();
        let rest = path.strip_prefix(&same).map_err(io::Error::other)?;
        let whole = same.canonicalize()?.join(rest);
        let inside = whole
            .strip_prefix(&self.top)
            .map_err(|_outside| refused("it is outside the checkout"))?;
        match &self.root {
            Some(root) => root.file(inside).map(drop),
            None if whole.canonicalize()? != whole => Err(refused(
                "a link is there, and none is followed in a checkout",
            )),
            None if whole.is_file() => Ok(()),
            None => Err(refused("it is not a regular file")),
        }
    }
}

/// The folder of a file, by its text only.
fn folder_of(file: &Path) -> io::Result<PathBuf> {
    let file = normal(&absolute(file)?);
    Ok(file.parent().unwrap_or(&file).to_owned())
}

fn top(folder: &Path) -> PathBuf {
    let has_git = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
    if let Some(top) = folder.ancestors().find(has_git) {
        return top.to_owned();
    }
    let current = std::env::current_dir().and_then(|current| current.canonicalize());
    current
        .ok()
        // The whole file system is no checkout.
        .filter(|current| current.parent().is_some() && folder.starts_with(current))
        .unwrap_or_else(|| folder.to_owned())
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why)
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "the tests write files")]
mod tests {
    use super::Checkout;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    #[test]
    fn what_is_outside_or_behind_a_link_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path();
        let top = outside.join("checkout");
        for made in ["checkout/.git", "checkout/app/stacks", "elsewhere"] {
            fs::create_dir_all(outside.join(made)).unwrap();
        }
        for file in [
            "checkout/a.yaml",
            "checkout/app/stacks/b.yaml",
            "elsewhere/c.yaml",
        ] {
            fs::write(outside.join(file), "").unwrap();
        }
        symlink(outside.join("elsewhere"), top.join("folder")).unwrap();
        symlink(outside.join("elsewhere/c.yaml"), top.join("file.yaml")).unwrap();
        symlink(outside.join("checkout/app"), outside.join("shortcut")).unwrap();
        for template in ["checkout/app/t.yaml", "shortcut/t.yaml"] {
            let template = outside.join(template);
            let checkout = Checkout::of(&template).unwrap();
            let beside = template.parent().unwrap();
            assert!(checkout.check(&beside.join("stacks/b.yaml")).is_ok());
        }
        let checkout = Checkout::of(&top.join("app/t.yaml")).unwrap();
        let check = |path: &Path| match checkout.check(path) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        assert_eq!(check(&top.join("app/../a.yaml")), "");
        let outside_of_it = "it is outside the checkout";
        assert_eq!(check(Path::new("/etc/passwd")), outside_of_it);
        assert_eq!(check(&top.join("../elsewhere/c.yaml")), outside_of_it);
        for link in ["folder/c.yaml", "file.yaml"] {
            assert!(check(&top.join(link)).starts_with("a link is there"));
        }
        assert_eq!(check(&top.join("app")), "it is not a regular file");
    }

    #[test]
    fn without_git_it_is_the_folder_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        fs::create_dir(&own).unwrap();
        for file in [own.join("a.yaml"), folder.path().join("b.yaml")] {
            fs::write(file, "").unwrap();
        }
        let checkout = Checkout::of(&own.join("t.yaml")).unwrap();
        assert!(checkout.check(&own.join("a.yaml")).is_ok());
        assert!(checkout.check(&own.join("../b.yaml")).is_err());
    }
}
