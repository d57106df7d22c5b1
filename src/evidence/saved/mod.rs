//! Reads traces that were saved in files or folders, or that come on standard input, and returns what each trace shows.
//!
//! It accepts what `aws xray batch-get-traces` and the AWS SDKs return, in whole or in part: a response, an array of
//! traces, one trace, segment documents as text or as JSON, and JSON Lines of any of these. Files may be compressed
//! with gzip or zstd. They are streamed: memory grows with the largest trace, and with the calls of traces whose
//! documents are scattered, but not with the size of the input.

mod error;
mod item;
mod limited;
mod open_traces;
mod paths;
mod splitter;
mod stream;
mod window;
mod zstandard;

pub use error::SavedError;

use super::{Gaps, TraceEvidence};
use jiff::Timestamp;
use open_traces::OpenTraces;
use paths::Files;
use std::io::Read;
use std::path::PathBuf;
use stream::Sources;

/// Reads all saved traces, calls `sink` once for each, and returns what could not be read.
///
/// `now` is the time of reading: documents and calls of a later time are left out. A path is a file, a folder, or `-`
/// for `stdin`. A folder is read with all folders in it, except for names that begin with a dot. The order of paths,
/// traces and documents changes only the order in which `sink` is called. If two traces have the same content, the
/// trace counts once.
///
/// ```
/// use aws_least_privilege::evidence::saved;
///
/// let mut stdin = br#"{"trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "id": "1dddb28c36a10b5f", "name": "shop",
///     "origin": "AWS::EC2::Instance", "start_time": 1.5E9}"#.as_slice();
/// let mut traces = 0;
/// let now = "2026-11-28T12:00:00Z".parse()?;
/// let gaps = saved::read(&["-".into()], &mut stdin, now, &mut |_| traces += 1)?;
/// assert_eq!((traces, gaps.is_empty()), (1, true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Returns an error if a path cannot be read, a folder has no file that may contain traces, or a file or all files of a
/// folder contain no trace at all. If some traces are found, the unreadable parts become gaps.
pub fn read(
    paths: &[PathBuf],
    stdin: &mut dyn Read,
    now: Timestamp,
    sink: &mut dyn FnMut(TraceEvidence),
) -> Result<Gaps, SavedError> {
    read_watched(paths, stdin, now, sink, &mut |_| {})
}

/// Like [`read`], but also calls `progress` with the number of bytes that were read since the last call.
///
/// # Errors
///
/// The same as for [`read`].
pub fn read_watched(
    paths: &[PathBuf],
    stdin: &mut dyn Read,
    now: Timestamp,
    sink: &mut dyn FnMut(TraceEvidence),
    progress: &mut dyn FnMut(u64),
) -> Result<Gaps, SavedError> {
    let mut sources = Sources {
        open: OpenTraces::read_at(now),
        gaps: Gaps::default(),
        sink,
        progress,
        found: 0,
    };
    for path in paths {
        if path.as_os_str() == "-" {
            sources.read("standard input", stdin)?;
            continue;
        }
        let Files { files, gaps } = paths::files(path)?;
        for gap in gaps {
            sources.gaps.add(gap);
        }
        let is_folder = files.as_slice() != std::slice::from_ref(path);
        let before = sources.found;
        let mut first_broken = None;
        for file in files {
            let name = file.display().to_string();
            match sources.read(&name, &mut paths::open(&file)?) {
                Err(error) if is_folder && error.is_of_contents() => {
                    error
                        .gap()
                        .into_iter()
                        .for_each(|gap| sources.gaps.add(gap));
                    first_broken.get_or_insert(error);
                }
                read => read?,
            }
        }
        if let Some(error) = first_broken.filter(|_| sources.found == before) {
            return Err(error);
        }
    }
    let Sources {
        mut open,
        gaps,
        sink,
        ..
    } = sources;
    open.finish(sink);
    Ok(gaps)
}

#[cfg(test)]
mod tests;
