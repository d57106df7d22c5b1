//! Why saved traces could not be read at all.

use std::io;

/// Saved traces that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The file system, or the stream, gave an error.
    #[error("cannot read traces from `{name}`")]
    Unreadable {
        /// The file or folder.
        name: String,
        /// What went wrong.
        source: io::Error,
    },
    /// A file holds nothing that is a form of trace.
    #[error("`{name}` holds no traces: line {line} is {problem}")]
    NotTraces {
        /// The file.
        name: String,
        /// Line of the first thing that is none.
        line: u64,
        /// What was found there.
        problem: &'static str,
    },
    /// A folder holds no file that may hold traces.
    #[error("no trace files in the folder `{name}`")]
    EmptyFolder {
        /// The folder.
        name: String,
    },
}

impl SavedError {
    /// What to do about it.
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
