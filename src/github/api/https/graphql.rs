//! Requests the login of the token, which only GraphQL returns for every token.
//!
//! Follows <https://docs.github.com/en/graphql/reference/queries#user>.

use super::client::{Asked, Client, JSON, Repeat};
use crate::github::api::{ApiError, ApiErrorKind, Operation};
use http::Method;
use serde_json::{Value, json};

const VIEWER: &str = "query { viewer { login } }";

impl Client {
    /// Returns the login of the token, or `None` if GraphQL does not return it.
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

    /// Sends a query. Queries change nothing, so they may be repeated although they are `POST` requests.
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
