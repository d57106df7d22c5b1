//! Writes to pipes and devices on a thread of its own, because nobody may ever read what is written.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// How many bytes are written at once.
const BLOCK: usize = 1 << 16;

/// The longest time in which nothing is read. `files` waits as long for something to read.
const SILENCE: Duration = Duration::from_mins(1);

/// What the thread tells.
#[derive(Debug)]
enum Step {
    Part,
    Whole,
    Failed(io::Error),
}

/// Opens a pipe or device and writes all of a text to it. It is not an error if the reader leaves.
///
/// # Errors
///
/// Returns an error if it cannot be opened or written, or if nobody reads for a minute.
pub(super) fn write(path: &Path, text: &str, how: &OpenOptions) -> io::Result<()> {
    let (sender, steps) = sync_channel(1);
    let (path, text, how) = (path.to_owned(), text.to_owned(), how.clone());
    let pouring = move || {
        let last = match pour(&path, &text, &how, &sender) {
            Ok(()) => Step::Whole,
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Step::Whole,
            Err(error) => Step::Failed(error),
        };
        // Sending fails if the writing was given up.
        let _ = sender.send(last);
    };
    let thread = std::thread::Builder::new().name("stream".to_owned());
    thread.spawn(pouring)?;
    loop {
        match steps.recv_timeout(SILENCE) {
            Ok(Step::Part) => {}
            Ok(Step::Whole) => return Ok(()),
            Ok(Step::Failed(error)) => return Err(error),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                let told = format!("nobody read it for {} seconds", SILENCE.as_secs());
                return Err(io::Error::new(ErrorKind::TimedOut, told));
            }
        }
    }
}

fn pour(path: &Path, text: &str, how: &OpenOptions, told: &SyncSender<Step>) -> io::Result<()> {
    let mut stream = how.open(path)?;
    for block in text.as_bytes().chunks(BLOCK) {
        stream.write_all(block)?;
        if told.send(Step::Part).is_err() {
            break;
        }
    }
    Ok(())
}
