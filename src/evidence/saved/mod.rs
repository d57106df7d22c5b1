//! Traces saved in files, folders or on standard input, as a source of observations.
//!
//! Takes what `aws xray batch-get-traces` and the AWS SDKs give, whole or in parts: a response, an array of traces, one trace,
//! segment documents as text or as JSON, JSON Lines of any of these, compressed with gzip or zstd or not. Files are streamed: memory
//! grows with the largest trace and with the calls of traces whose documents are scattered, not with the size of the input.

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

/// Reads all saved traces, hands each to `sink` once, and returns what could not be read.
///
/// `now` is when they are read: what they say of later times counts for nothing. A path is a file, a folder (read with all folders in it; names that begin with a dot are left out), or `-` for `stdin`. The
/// order of paths, traces and documents changes nothing but the order in which `sink` is called, and a trace that is there
/// twice with the same content counts once.
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
/// When a path cannot be read, a folder has no file that may hold traces, or a file holds nothing that is a trace. Parts that
/// cannot be read in a file that has others are gaps instead.
pub fn read(
    paths: &[PathBuf],
    stdin: &mut dyn Read,
    now: Timestamp,
    sink: &mut dyn FnMut(TraceEvidence),
) -> Result<Gaps, SavedError> {
    read_watched(paths, stdin, now, sink, &mut |_| {})
}

/// Like [`read`], and tells `progress` how many bytes were read whenever that many more were.
///
/// # Errors
///
/// As for [`read`].
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
        for file in files {
            let name = file.display().to_string();
            sources.read(&name, &mut paths::open(&file)?)?;
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
