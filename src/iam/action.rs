//! Actions, which are what IAM grants. The operations in a trace are something else; the catalogue maps them to actions.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>: service prefix and
//! name are compared without regard to case.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

/// One action, such as `s3:GetObject`: a service prefix and a name, without wildcards.
///
/// Comparison, order and hash ignore case. It is displayed as it was written.
///
/// ```
/// use aws_least_privilege::iam::Action;
///
/// let action: Action = "DYNAMODB:getitem".parse()?;
/// assert_eq!(action, "dynamodb:GetItem".parse()?);
/// assert_eq!(action.name(), "getitem");
/// assert!("s3:".parse::<Action>().is_err());
/// assert!("s3:Get*".parse::<Action>().is_err());
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Action {
    /// The whole of it, shared: sets of thousands of actions are copied often.
    text: Arc<str>,
    /// The length of the prefix.
    colon: usize,
}

impl Action {
    /// The service prefix as written: the `s3` of `s3:GetObject`.
    pub fn prefix(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// The name as written: the `GetObject` of `s3:GetObject`.
    pub fn name(&self) -> &str {
        self.text.get(self.colon + 1..).unwrap_or_default()
    }
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.text, &other.text) || self.text.eq_ignore_ascii_case(&other.text)
    }
}

impl Eq for Action {}

impl PartialOrd for Action {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Action {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.text, &other.text) {
            return Ordering::Equal;
        }
        let (own, their) = (self.text.bytes(), other.text.bytes());
        let folded = |byte: u8| byte.to_ascii_lowercase();
        own.map(folded).cmp(their.map(folded))
    }
}

impl Hash for Action {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bytes = self.text.bytes();
        bytes.for_each(|byte| state.write_u8(byte.to_ascii_lowercase()));
    }
}

/// The error for text that is not an action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not an action: an action is a service prefix and a name, such as `s3:GetObject`"
)]
pub struct ParseActionError {
    text: String,
}

impl FromStr for Action {
    type Err = ParseActionError;

    /// # Errors
    ///
    /// If the text is not two words of letters, digits, `-` or `_` with one colon between them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        match text.split_once(':') {
            Some((prefix, name)) if word(prefix) && word(name) => Ok(Self {
                text: text.into(),
                colon: prefix.len(),
            }),
            _ => Err(ParseActionError {
                text: text.chars().take(200).collect(),
            }),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
