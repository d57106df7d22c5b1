//! One element of a statement's `Action` or `NotAction`, and the actions that it matches.
//!
//! It does not know which actions exist; the catalogue does. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>: case is ignored, and
//! wildcards are allowed in the name but not in the service prefix.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::{Action, Answer, Glob, inclusion};

/// One element of `Action` or `NotAction`: `s3:GetObject`, `s3:Get*`, `*`, or text that IAM never matches.
///
/// Comparison and order ignore case. It is displayed as it was written.
///
/// ```
/// use aws_least_privilege::iam::{Action, ActionPattern};
///
/// let action: Action = "s3:GetObject".parse()?;
/// assert!(ActionPattern::new("S3:get*").matches(&action));
/// assert!(!ActionPattern::new(" s3:GetObject").matches(&action));
/// assert!(ActionPattern::new("*:GetObject").never_matches().is_some());
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ActionPattern {
    text: String,
    reach: Reach,
}

/// What a pattern matches, all in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Reach {
    Everything,
    Named { prefix: String, name: Glob },
    Never { text: String, reason: &'static str },
}

impl ActionPattern {
    /// Takes any text, because a policy may contain any. Text whose meaning AWS does not document gets the widest meaning.
    ///
    /// ```
    /// use aws_least_privilege::iam::ActionPattern;
    ///
    /// assert!(ActionPattern::new("*:*").is_everything());
    /// ```
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let reach = if is_unclear(&text) {
            Reach::Everything
        } else {
            Reach::of(&text.to_ascii_lowercase())
        };
        Self { text, reach }
    }

    /// Takes any text; text whose meaning AWS does not document gets the narrowest meaning. Use it where a statement grants
    /// more if the element matches less: for the `Action` of a `Deny` and the `NotAction` of an `Allow`.
    ///
    /// ```
    /// use aws_least_privilege::iam::ActionPattern;
    ///
    /// assert!(ActionPattern::narrowest("*:*").never_matches().is_some());
    /// assert!(ActionPattern::narrowest("*").is_everything());
    /// ```
    pub fn narrowest(text: impl Into<String>) -> Self {
        let text = text.into();
        let reach = if is_unclear(&text) {
            Reach::Never {
                text: text.clone(),
                reason: "AWS does not say what it means",
            }
        } else {
            Reach::of(&text.to_ascii_lowercase())
        };
        Self { text, reach }
    }

    /// Whether AWS does not document its meaning: it consists of wildcards and `:` only, and is not `*`.
    pub fn is_unclear(&self) -> bool {
        is_unclear(&self.text)
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The service prefix in lower case. `None` for `*` and for text that never matches.
    ///
    /// ```
    /// use aws_least_privilege::iam::ActionPattern;
    ///
    /// assert_eq!(ActionPattern::new("SQS:*").prefix(), Some("sqs"));
    /// assert_eq!(ActionPattern::new("*").prefix(), None);
    /// ```
    pub fn prefix(&self) -> Option<&str> {
        match &self.reach {
            Reach::Named { prefix, .. } => Some(prefix),
            Reach::Everything | Reach::Never { .. } => None,
        }
    }

    /// The action name in lower case, as a glob. `None` where [`prefix`](Self::prefix) is `None`.
    pub fn name(&self) -> Option<&Glob> {
        match &self.reach {
            Reach::Named { name, .. } => Some(name),
            Reach::Everything | Reach::Never { .. } => None,
        }
    }

    /// Whether it matches every action of every service, or may do so.
    pub fn is_everything(&self) -> bool {
        self.reach == Reach::Everything
    }

    /// Whether it can match more than one action.
    pub fn is_wildcard(&self) -> bool {
        match &self.reach {
            Reach::Everything => true,
            Reach::Named { name, .. } => !name.is_literal(),
            Reach::Never { .. } => false,
        }
    }

    /// The action, if the pattern has no wildcard.
    ///
    /// ```
    /// use aws_least_privilege::iam::ActionPattern;
    ///
    /// assert!(ActionPattern::new("s3:GetObject").as_action().is_some());
    /// assert!(ActionPattern::new("s3:Get*").as_action().is_none());
    /// ```
    pub fn as_action(&self) -> Option<Action> {
        self.text.parse().ok()
    }

    /// Why it never matches an action, if it does not. AWS refuses most such text; it stores some and never applies it.
    ///
    /// ```
    /// use aws_least_privilege::iam::ActionPattern;
    ///
    /// for dead in ["s3:", "s3:GetObject ", "s3:GetObject,PutObject", "*:GetObject", "GetObject"] {
    ///     assert!(ActionPattern::new(dead).never_matches().is_some(), "{dead}");
    /// }
    /// assert_eq!(ActionPattern::new("s3:*").never_matches(), None);
    /// ```
    pub fn never_matches(&self) -> Option<&'static str> {
        match &self.reach {
            Reach::Never { reason, .. } => Some(reason),
            Reach::Everything | Reach::Named { .. } => None,
        }
    }

    /// Whether it matches this action.
    pub fn matches(&self, action: &Action) -> bool {
        match &self.reach {
            Reach::Everything => true,
            Reach::Named { prefix, name } => {
                prefix.eq_ignore_ascii_case(action.prefix())
                    && name.matches_bytes(action.name().bytes().map(|own| own.to_ascii_lowercase()))
            }
            Reach::Never { .. } => false,
        }
    }

    /// Whether it matches every action that `other` matches, in the catalogue or not.
    ///
    /// ```
    /// use aws_least_privilege::iam::ActionPattern;
    ///
    /// let reads = ActionPattern::new("s3:Get*");
    /// assert!(reads.covers(&ActionPattern::new("S3:GetObject*")));
    /// assert!(!reads.covers(&ActionPattern::new("s3:*")));
    /// assert!(ActionPattern::new("s3:?*").covers(&ActionPattern::new("s3:*")));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        Self::union_covers(std::slice::from_ref(self), other) == Answer::Yes
    }

    /// Whether each action that `one` matches is matched by some pattern of the union.
    pub fn union_covers(union: &[Self], one: &Self) -> Answer {
        if union.iter().any(Self::is_everything) {
            return Answer::Yes;
        }
        let (prefix, name) = match &one.reach {
            Reach::Never { .. } => return Answer::Yes,
            Reach::Everything => return Answer::No,
            Reach::Named { prefix, name } => (prefix, name),
        };
        let same_service = union.iter().filter(|own| own.prefix() == Some(prefix));
        let names: Vec<Glob> = same_service.filter_map(Self::name).cloned().collect();
        inclusion::union_covers(&names, name)
    }

    /// Whether some action matches both.
    pub fn intersects(&self, other: &Self) -> bool {
        match (&self.reach, &other.reach) {
            (Reach::Never { .. }, _) | (_, Reach::Never { .. }) => false,
            (Reach::Everything, _) | (_, Reach::Everything) => true,
            (
                Reach::Named { prefix, name },
                Reach::Named {
                    prefix: their_prefix,
                    name: their_name,
                },
            ) => prefix == their_prefix && name.intersects(their_name),
        }
    }
}

fn is_unclear(text: &str) -> bool {
    let wild = |byte: u8| matches!(byte, b'*' | b'?' | b':');
    text != "*" && text.contains('*') && text.bytes().all(wild)
}

impl Reach {
    fn of(text: &str) -> Self {
        let never = |reason| Self::Never {
            text: text.to_owned(),
            reason,
        };
        if text == "*" {
            return Self::Everything;
        }
        if text.contains(',') {
            return never("several actions in one string: each needs a string of its own");
        }
        if text.contains(char::is_whitespace) {
            return never("white space is part of the text, and no action has any");
        }
        let Some((prefix, name)) = text.split_once(':') else {
            return never("no service prefix: an action is written `service:Name`");
        };
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let wildcard = |byte: u8| byte == b'*' || byte == b'?';
        if prefix.is_empty() {
            never("the service prefix is empty")
        } else if prefix.bytes().any(wildcard) {
            never("a service prefix cannot have wildcards")
        } else if name.is_empty() {
            never("the name after the service prefix is empty")
        } else if name.contains(':') {
            never("more than one `:`")
        } else if !prefix.bytes().all(word)
            || !name.bytes().all(|byte| word(byte) || wildcard(byte))
        {
            never("it has characters that no action has")
        } else {
            Self::Named {
                prefix: prefix.to_owned(),
                // No action's name is empty.
                name: Glob::parse_unescaped(name).of_some_text(),
            }
        }
    }
}

impl From<&Action> for ActionPattern {
    fn from(action: &Action) -> Self {
        Self::new(action.to_string())
    }
}

impl PartialEq for ActionPattern {
    fn eq(&self, other: &Self) -> bool {
        self.reach == other.reach
    }
}

impl Eq for ActionPattern {}

impl Hash for ActionPattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.reach.hash(state);
    }
}

impl Ord for ActionPattern {
    fn cmp(&self, other: &Self) -> Ordering {
        self.reach.cmp(&other.reach)
    }
}

impl PartialOrd for ActionPattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
