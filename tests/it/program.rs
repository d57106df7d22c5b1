//! The real program, started with nothing of the environment that the tests run in.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// The program with these arguments, an empty environment and no standard input, in the project's folder.
pub(crate) fn command<A: AsRef<OsStr>>(arguments: &[A]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aws-least-privilege"));
    command
        .args(arguments)
        .env_clear()
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .stdin(Stdio::null());
    command
}

/// Text without the line breaks and indents that a width makes: words with one space between them.
pub(crate) fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The flags that hold the bundled example's functions against one of its policies.
pub(crate) fn shop(policy: &str) -> Vec<&str> {
    let mut flags = vec!["--traces", "examples/shop/traces"];
    for function in ["checkout", "refunds", "notify"] {
        flags.extend(["--function", function]);
    }
    flags.extend(["--policy-file", policy]);
    flags
}
