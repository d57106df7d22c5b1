//! Where GitHub is, and why it cannot be asked at all.

use super::Patience;
use secrecy::SecretString;

/// Where GitHub is, and as whom to ask.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Where the REST API is, without a final slash.
    pub api_url: String,
    /// Where the GraphQL API is.
    pub graphql_url: String,
    /// The repository, `owner/name`.
    pub repository: String,
    /// The token; never shown.
    pub token: SecretString,
    /// How long to wait.
    pub patience: Patience,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// An address that the token must not be sent to.
    #[error("`{0}` is no https address of a GitHub API")]
    Address(String),
    /// The client could not be set up.
    #[error("cannot prepare to ask GitHub: {0}")]
    Setup(String),
    /// This build has no client.
    #[error("this build cannot ask GitHub: it was made without the feature `live`")]
    NotBuilt,
}
