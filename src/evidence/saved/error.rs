//! Errors of reading saved traces.

use std::io;

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
    /// Returns what the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "check that the path exists and may be read",
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
