//! Files that a workflow asks for: in its checkout or the runner's folder for temporary files, and nowhere else.

use crate::files::Root;
use crate::github::Environment;
use std::io;
use std::path::Path;

/// Writes a file whole. A path that is relative is in the checkout.
///
/// # Errors
///
/// When it would be elsewhere, in `.git` or `.github`, a link is on the way to it, or it cannot be written.
pub fn write(environment: &Environment, path: &Path, text: &str) -> io::Result<()> {
    let checkout = environment.workspace.as_deref().unwrap_or(Path::new("."));
    let temporary = environment.runner_temp.as_deref();
    let root = match temporary.filter(|temporary| path.starts_with(temporary)) {
        Some(temporary) => temporary,
        None => checkout,
    };
    Root::open(root)?.write(path, text)
}
