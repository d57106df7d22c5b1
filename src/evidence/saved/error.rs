//! Errors of reading saved traces.

use crate::evidence::{Gap, GapReason};
use std::io::{self, ErrorKind};

/// Saved traces could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The file system or the stream returned an error.
    #[error("cannot read traces from `{name}`")]
    Unreadable {
        /// The file or folder.
        name: String,
        /// What went wrong.
        source: io::Error,
    },
    /// A compressed file cannot be decompressed.
    #[error("cannot decompress `{name}`")]
    Corrupt {
        /// The file.
        name: String,
        /// What went wrong.
        source: io::Error,
    },
    /// A file contains nothing that is a form of trace.
    #[error("`{name}` holds no traces: line {line} is {problem}")]
    NotTraces {
        /// The file.
        name: String,
        /// The line of the first thing that is no trace.
        line: u64,
        /// What that line contains.
        problem: &'static str,
    },
    /// A folder has no file that may contain traces.
    #[error("no trace files in the folder `{name}`")]
    EmptyFolder {
        /// The folder.
        name: String,
    },
}

impl SavedError {
    /// Whether one file of a folder has the wrong contents. Its siblings count all the same.
    pub(super) fn is_of_contents(&self) -> bool {
        match self {
            Self::Corrupt { .. } | Self::NotTraces { .. } => true,
            Self::Unreadable { source, .. } => source.kind() == ErrorKind::FileTooLarge,
            Self::EmptyFolder { .. } => false,
        }
    }

    /// Returns the gap for such a file. Things that are no traces became gaps, each with its line, when they were read.
    pub(super) fn gap(&self) -> Option<Gap> {
        match self {
            Self::Corrupt { name, source } => {
                let detail = format!("{name} cannot be decompressed: {source}");
                Some(Gap::new(GapReason::Malformed, detail))
            }
            Self::Unreadable { name, .. } => Some(Gap::new(GapReason::TooLarge, name.clone())),
            Self::NotTraces { .. } | Self::EmptyFolder { .. } => None,
        }
    }

    /// Returns what the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "check that the path exists and may be read",
            Self::Corrupt { .. } => {
                "compress it anew with `gzip` or `zstd`, without a long window, or give it uncompressed"
            }
            Self::NotTraces { .. } => {
                "accepted are a BatchGetTraces response, an array of traces, one trace, segment documents, and JSON Lines of \
                 any of these, compressed with gzip or zstd or not; `aws xray batch-get-traces --trace-ids ID... > traces.json` writes one"
            }
            Self::EmptyFolder { .. } => {
                "files are taken whose names end in .json, .jsonl, .ndjson, .gz or .zst, or have no extension, and do not begin with a dot"
            }
        }
    }
}
