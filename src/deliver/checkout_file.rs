//! Writes files that a workflow asks for, only in its checkout or in the runner's folder for temporary files.

use crate::files::Root;
use crate::github::Environment;
use std::io;
use std::path::Path;

/// Writes a whole file. A relative path is in the checkout.
///
/// # Errors
///
/// Returns an error if the path is in neither folder, if it is in `.git` or `.github`, if it has a link, or if the file
/// cannot be written.
pub fn write(environment: &Environment, path: &Path, text: &str) -> io::Result<()> {
    let checkout = environment.workspace.as_deref().unwrap_or(Path::new("."));
    let temporary = environment.runner_temp.as_deref();
    let root = match temporary.filter(|temporary| path.starts_with(temporary)) {
        Some(temporary) => temporary,
        None => checkout,
    };
    Root::open(root)?.write(path, text)
}
