//! What GitHub tells through GraphQL alone: whose token this is, and how old lines are.
//!
//! Follows <https://docs.github.com/en/graphql/reference/objects#blame>.

use super::client::{Asked, Client, JSON, Repeat};
use super::{ApiError, ApiErrorKind, Blamed, Operation};
use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

const VIEWER: &str = "query { viewer { login } }";

const BLAME: &str = "query ($owner: String!, $name: String!, $commit: GitObjectID!, $path: String!) {
  repository(owner: $owner, name: $name) {
    object(oid: $commit) {
      ... on Commit { blame(path: $path) { ranges { startingLine endingLine commit { committedDate } } } }
    }
  }
}";

impl Client {
    /// The login of the token; `None` where GraphQL does not tell.
    pub(super) fn graphql_viewer(&self) -> Result<Option<String>, ApiError> {
        match self.query(Operation::Viewer, &json!({ "query": VIEWER })) {
            Ok(data) => Ok(data
                .pointer("/viewer/login")
                .and_then(Value::as_str)
                .map(str::to_owned)),
            Err(error) => match error.kind {
                ApiErrorKind::Forbidden
                | ApiErrorKind::NotFound
                | ApiErrorKind::Invalid
                | ApiErrorKind::Malformed => Ok(None),
                ApiErrorKind::Unauthorized
                | ApiErrorKind::Throttled
                | ApiErrorKind::Failed
                | ApiErrorKind::OutOfTime
                | ApiErrorKind::Moved => Err(error),
            },
        }
    }

    pub(super) fn graphql_blame(&self, path: &str, commit: &str) -> Result<Vec<Blamed>, ApiError> {
        let (owner, name) = self.repository.split_once('/').unwrap_or_default();
        let variables = json!({"owner": owner, "name": name, "commit": commit, "path": path});
        let asked = json!({"query": BLAME, "variables": variables});
        let data = self.query(Operation::Blame, &asked)?;
        let ranges = data.pointer("/repository/object/blame/ranges");
        let ranges = ranges.and_then(Value::as_array).ok_or_else(|| ApiError {
            operation: Operation::Blame,
            kind: ApiErrorKind::NotFound,
            message: "GitHub has no history of it".to_owned(),
        })?;
        Ok(ranges.iter().filter_map(blamed).collect())
    }

    /// Queries change nothing, so they are repeated although they are posted.
    fn query(&self, operation: Operation, body: &Value) -> Result<Value, ApiError> {
        let answer = self.ask(&Asked {
            operation,
            method: Method::POST,
            url: self.graphql_url.clone(),
            accept: JSON,
            body: Some(body),
            repeat: Repeat::Yes,
        })?;
        let mut answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if let Some(error) = answer.pointer("/errors/0/message").and_then(Value::as_str) {
            return Err(ApiError {
                operation,
                kind: ApiErrorKind::Forbidden,
                message: error
                    .chars()
                    .filter(|letter| !letter.is_control())
                    .take(300)
                    .collect(),
            });
        }
        Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
    }
}

fn blamed(range: &Value) -> Option<Blamed> {
    let when: Timestamp = range
        .pointer("/commit/committedDate")?
        .as_str()?
        .parse()
        .ok()?;
    Some(Blamed {
        first: range.pointer("/startingLine")?.as_u64()?,
        last: range.pointer("/endingLine")?.as_u64()?,
        when,
    })
}
