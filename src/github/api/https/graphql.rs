//! Requests what only GraphQL has: the login of every kind of token, and the texts of many files at once.
//!
//! Follows <https://docs.github.com/en/graphql/reference/queries#user> and
//! <https://docs.github.com/en/graphql/reference/objects#blob>.

use super::client::{Asked, Client, JSON, Repeat};
use crate::github::api::{ApiError, ApiErrorKind, MOST_TEXTS, Operation};
use http::Method;
use serde_json::{Value, json};
use std::fmt::Write as _;

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

    /// Returns the texts of files of a commit, in the order of the paths.
    pub(super) fn graphql_texts(
        &self,
        commit: &str,
        paths: &[String],
    ) -> Result<Vec<Option<String>>, ApiError> {
        let malformed = |message: &str| ApiError {
            operation: Operation::ReadContent,
            kind: ApiErrorKind::Malformed,
            message: message.to_owned(),
        };
        let (owner, name) = self
            .repository
            .split_once('/')
            .filter(|_| paths.len() <= MOST_TEXTS)
            .ok_or_else(|| malformed("this cannot be asked for with one request"))?;
        let mut declared = String::from("$owner: String!, $name: String!");
        let mut asked = String::new();
        let mut variables = serde_json::Map::new();
        variables.insert("owner".to_owned(), owner.into());
        variables.insert("name".to_owned(), name.into());
        for (number, path) in paths.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(declared, ", $e{number}: String!");
            let _ = write!(
                asked,
                " f{number}: object(expression: $e{number}) {{ ... on Blob {{ text isTruncated }} }}"
            );
            variables.insert(format!("e{number}"), format!("{commit}:{path}").into());
        }
        let query =
            format!("query({declared}) {{ repository(owner: $owner, name: $name) {{{asked} }} }}");
        let body = json!({ "query": query, "variables": variables });
        let data = self.query(Operation::ReadContent, &body)?;
        let files = data
            .get("repository")
            .and_then(Value::as_object)
            .ok_or_else(|| malformed("the answer has no repository"))?;
        let text = |number: usize| {
            let file = files.get(&format!("f{number}"))?;
            let is_whole = file.get("isTruncated") == Some(&Value::Bool(false));
            let text = file.get("text").and_then(Value::as_str);
            text.filter(|_| is_whole).map(str::to_owned)
        };
        Ok((0..paths.len()).map(text).collect())
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
