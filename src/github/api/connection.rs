//! The addresses and token with which GitHub is called, and the errors of creating a client.

use super::Patience;
use secrecy::SecretString;

/// The addresses of GitHub's APIs, the repository, and the token.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The address of the REST API, without a final slash.
    pub api_url: String,
    /// The address of the GraphQL API.
    pub graphql_url: String,
    /// The repository, `owner/name`.
    pub repository: String,
    /// The token. It is never printed.
    pub token: SecretString,
    /// The limits of waiting and retrying.
    pub patience: Patience,
}

/// Why no client could be created.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The token must not be sent to this address.
    #[error("`{0}` is no https address of a GitHub API")]
    Address(String),
    /// The client could not be created.
    #[error("cannot prepare to ask GitHub: {0}")]
    Setup(String),
    /// This build has no client.
    #[error("this build cannot ask GitHub: it was made without the feature `live`")]
    NotBuilt,
}
