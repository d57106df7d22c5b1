//! Writes to standard output and standard error. Nothing else does.
//!
//! In a workflow, GitHub's runner looks for commands in every line of both: `::name::` at the beginning of a line,
//! after white space, and `##[name]` anywhere. So names, ARNs and messages are printed in such a way that neither form
//! can occur in them, and only [`command`] prints commands. Follows
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use super::workflow_command::WorkflowCommand;
use crate::report::is_shown;
use std::io;
use std::sync::OnceLock;

static GUARDED: OnceLock<()> = OnceLock::new();

static QUIET: OnceLock<()> = OnceLock::new();

/// When ANSI styles are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, and as `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM` say.
    Auto,
    /// Always, except where a runner reads the output.
    Always,
    /// Never.
    Never,
}

/// Sets when styles are kept from now on.
pub fn paint(colour: Colour) {
    let choice = match colour {
        Colour::Auto => anstream::ColorChoice::Auto,
        Colour::Always => anstream::ColorChoice::Always,
        Colour::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// From now on, only errors are printed in addition to the report.
pub fn quieten() {
    let _ = QUIET.set(());
}

/// Whether only errors are printed in addition to the report.
pub fn is_quiet() -> bool {
    QUIET.get().is_some()
}

/// From now on, no printed text can be read as a workflow command. This includes panics.
pub fn guard() {
    if GUARDED.set(()).is_ok() {
        std::panic::set_hook(Box::new(|panic| error(&format!("{panic}\n"))));
    }
}

/// Whether a runner reads the output.
pub fn is_guarded() -> bool {
    GUARDED.get().is_some()
}

/// Prints text with ANSI styles on standard output. Styles are removed for pipes, files, `NO_COLOR` and dumb terminals,
/// and where a runner reads the output.
///
/// # Errors
///
/// Returns an error if standard output cannot be written. It is not an error if the reader is gone.
pub fn print(text: &str) -> io::Result<()> {
    if is_guarded() {
        return written(io::stdout().lock(), &guarded(text));
    }
    written(anstream::stdout().lock(), text)
}

/// Prints text with ANSI styles on standard error. A failure is ignored.
pub fn error(text: &str) {
    let _ = if is_guarded() {
        written(io::stderr().lock(), &guarded(text))
    } else {
        written(anstream::stderr().lock(), text)
    };
}

/// Prints a command for the runner.
///
/// # Errors
///
/// Returns an error if standard output cannot be written.
pub fn command(command: &WorkflowCommand<'_>) -> io::Result<()> {
    written(io::stdout().lock(), &format!("{command}\n"))
}

fn written(mut stream: impl io::Write, text: &str) -> io::Result<()> {
    let printed = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

/// Changes a text so that a runner finds no command in it. The result has whole lines without styles, and what could be
/// a command is escaped. The escapes are those of JSON strings, so JSON keeps its meaning.
///
/// ```
/// use aws_least_privilege::deliver::log::guarded;
///
/// assert_eq!(guarded(" ::error::no\n"), " \\u003a:error::no\n");
/// assert_eq!(guarded("see ##[group]x"), "see #\\u0023[group]x\n");
/// assert_eq!(guarded("arn:aws:iam::111122223333:role/shop\n"), "arn:aws:iam::111122223333:role/shop\n");
/// assert_eq!(guarded("::"), "\\u003a:\n");
/// ```
pub fn guarded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    let mut line = String::new();
    for row in without_styles(text).split_inclusive('\n') {
        line.clear();
        for letter in row.strip_suffix('\n').unwrap_or(row).chars() {
            // The runner compares text by the rules of its culture, which ignore invisible characters.
            if letter == '\t' || is_shown(letter) {
                line.push(letter);
            } else {
                escape(&mut line, letter);
            }
        }
        let begins = line.trim_start();
        if let Some(rest) = begins.strip_prefix("::") {
            let indent = line.len() - begins.len();
            out.push_str(line.get(..indent).unwrap_or_default());
            out.push_str("\\u003a:");
            line = rest.to_owned();
        }
        out.push_str(&line.replace("##[", "#\\u0023["));
        out.push('\n');
    }
    out
}

/// Removes the styles that renderers write: `ESC [ numbers m`.
fn without_styles(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let after =
            part.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';');
        if let Some(plain) = after.strip_prefix('m') {
            out.push_str(plain);
        } else {
            out.push_str("\u{1b}[");
            out.push_str(part);
        }
    }
    out
}

/// Escapes a character as in JSON, in UTF-16.
fn escape(out: &mut String, letter: char) {
    use std::fmt::Write as _;
    for unit in letter.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}
