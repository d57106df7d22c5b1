//! Appends whole lines to files that the runner gives to a step. They are never truncated.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// Appends lines. They begin on a new line.
pub(super) fn write(path: &Path, lines: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(path)?;
    let begun = if ends_in_a_line(&mut file)? { "" } else { "\n" };
    let end = if lines.ends_with('\n') { "" } else { "\n" };
    file.write_all(format!("{begun}{lines}{end}").as_bytes())
}

fn ends_in_a_line(file: &mut std::fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
