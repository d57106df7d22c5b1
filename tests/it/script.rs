//! Scripts that tests put in the place of other programs.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes a script that can be run at once.
///
/// A shell writes it and not this process: a file that this process opens is open in the children of other tests too, until
/// they become another program, and Linux runs no file that is open for writing.
pub(crate) fn write(path: &Path, text: &str) {
    let mut shell = Command::new("sh");
    let shell = shell
        .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
        .arg(path);
    let mut writing = shell.stdin(Stdio::piped()).spawn().expect("sh runs");
    let mut input = writing.stdin.take().expect("a pipe");
    input.write_all(text.as_bytes()).expect("the pipe takes it");
    drop(input);
    assert!(writing.wait().expect("sh ends").success());
}
