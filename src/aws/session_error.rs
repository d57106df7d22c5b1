//! Why no session with AWS could be opened, and what to do about it.
//!
//! Follows <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.

use super::regions;
use std::path::PathBuf;

/// Why no session could be opened.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No region is configured.
    #[error("no AWS region is configured")]
    NoRegion,
    /// There is no region of that name.
    #[error("there is no AWS region `{0}`")]
    NoSuchRegion(String),
    /// There is no profile of that name.
    #[error("there is no AWS profile `{name}`")]
    NoSuchProfile {
        /// The name, from `--profile` or `AWS_PROFILE`.
        name: String,
        /// The profiles that exist.
        known: Vec<String>,
    },
    /// No credentials were found, or the credentials are not usable.
    #[error("no usable AWS credentials: {0}")]
    Credentials(String),
    /// A file that the credentials come from cannot be one.
    #[error("{named_by} is `{}`, which {why}", path.display())]
    File {
        /// What names it, such as `AWS_CONFIG_FILE`.
        named_by: String,
        /// The file.
        path: PathBuf,
        /// Why it is not read.
        why: &'static str,
    },
    /// The region and the credentials were not there in time.
    #[error("{waited_for} gave nothing within {seconds} seconds{limit}")]
    OutOfTime {
        /// What gave nothing.
        waited_for: String,
        /// How long it was waited for.
        seconds: u64,
        /// The option that sets the time, in brackets, or nothing.
        limit: &'static str,
    },
    /// The threads for requests could not be started.
    #[error("cannot start the threads that requests run on")]
    Threads(#[source] std::io::Error),
    /// This build has no clients.
    #[error("this build cannot ask AWS: it was made without the feature `live`")]
    NotBuilt,
}

impl SessionError {
    /// Returns what to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoRegion => Some("give --region, or set AWS_REGION".to_owned()),
            Self::NoSuchRegion(name) => Some(match regions::near(name).as_slice() {
                [] => "give --region a region's name, such as eu-west-1".to_owned(),
                near => format!("did you mean {}?", near.join(" or ")),
            }),
            Self::NoSuchProfile { known, .. } => Some(match known.as_slice() {
                [] => {
                    "--profile or AWS_PROFILE names it, and neither ~/.aws/config nor ~/.aws/credentials has any"
                        .to_owned()
                }
                known => format!(
                    "--profile or AWS_PROFILE names it; the files of profiles have {}",
                    known.join(", ")
                ),
            }),
            Self::Credentials(_) => Some(CREDENTIALS_HINT.to_owned()),
            Self::File { named_by, .. } => {
                Some(format!("{named_by} must lead to a file of text that ends"))
            }
            Self::OutOfTime { limit, .. } => Some(match *limit {
                "" => "see why it is silent, or take other credentials".to_owned(),
                _ => "see why it is silent, or give --timeout more time".to_owned(),
            }),
            Self::Threads(_) => None,
            Self::NotBuilt => Some(
                "build with the default features, or give --traces and --policy-file".to_owned(),
            ),
        }
    }
}

/// What to do about credentials that are missing or expired.
pub const CREDENTIALS_HINT: &str = "sign in with `aws sso login` and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and \
AWS_SECRET_ACCESS_KEY; in a GitHub workflow, use aws-actions/configure-aws-credentials before this step";

/// What to do about an answer that did not come from AWS.
pub const ENDPOINT_HINT: &str =
    "check AWS_ENDPOINT_URL and the proxy, if one is set: this is no answer of AWS's";

impl SessionError {
    /// Whether the user named something that does not exist.
    pub fn is_of_usage(&self) -> bool {
        match self {
            Self::NoSuchRegion(_) | Self::NoSuchProfile { .. } | Self::File { .. } => true,
            Self::NoRegion
            | Self::Credentials(_)
            | Self::OutOfTime { .. }
            | Self::Threads(_)
            | Self::NotBuilt => false,
        }
    }
}
