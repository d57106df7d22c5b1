//! Reads a baseline file.

use super::{Baseline, SCHEMA_VERSION};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The largest baseline file that is read.
const MAX_BYTES: u64 = 16 << 20;

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file cannot be opened or read.
    #[error("cannot read the baseline `{}`", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The content is not what `baseline` writes.
    #[error("`{}` line {line}, column {column}: this is no baseline: {why}", path.display())]
    Garbled {
        /// The path.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// What is wrong.
        why: String,
    },
    /// The file has another version.
    #[error("the baseline `{}` is of version {version}, and {SCHEMA_VERSION} is what is read", path.display())]
    OtherVersion {
        /// The path.
        path: PathBuf,
        /// The version of the file.
        version: u32,
    },
}

impl BaselineError {
    /// What the user can do about it.
    pub fn hint(&self) -> String {
        let (Self::Unreadable { path, .. }
        | Self::Garbled { path, .. }
        | Self::OtherVersion { path, .. }) = self;
        let path = path.display();
        match self {
            Self::Unreadable { .. } => format!(
                "`aws-least-privilege baseline --baseline {path}` with the options of the gate writes it"
            ),
            Self::Garbled { .. } => format!(
                "take `{path}` from version control, or delete it and write it again with `aws-least-privilege baseline`"
            ),
            Self::OtherVersion { .. } => {
                "write it again with the `baseline` of this version".to_owned()
            }
        }
    }
}

/// Reads a baseline file.
///
/// # Errors
///
/// If the file does not exist or is not what `baseline` writes.
pub fn read(path: &Path) -> Result<Baseline, BaselineError> {
    let unreadable = |source| BaselineError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut text = String::new();
    crate::files::open(path)
        .map_err(unreadable)?
        .take(MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    parse(&text, path)
}

/// Reads a baseline from its text. Error messages name `path`.
///
/// # Errors
///
/// If the text is not what `baseline` writes.
pub fn parse(text: &str, path: &Path) -> Result<Baseline, BaselineError> {
    let baseline: Baseline = serde_json::from_str(text).map_err(|error| {
        let why = error.to_string();
        let why = why.split(" at line ").next().unwrap_or_default().to_owned();
        BaselineError::Garbled {
            path: path.to_owned(),
            line: error.line().max(1),
            column: error.column().max(1),
            why,
        }
    })?;
    if baseline.schema_version != SCHEMA_VERSION {
        return Err(BaselineError::OtherVersion {
            path: path.to_owned(),
            version: baseline.schema_version,
        });
    }
    Ok(baseline)
}
