//! What is wrong with a policy document, where, and what to do about it.

use super::super::Span;
use super::{Foreign, MAX_BYTES, MAX_DEPTH, MAX_ELEMENT_CHARS};

/// A policy document that cannot be read, or that AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` line {}, column {}: {problem}", span.line, span.column)]
pub struct PolicyError {
    name: String,
    span: Span,
    problem: PolicyProblem,
}

impl PolicyError {
    pub(super) fn new(name: &str, span: Span, problem: PolicyProblem) -> Self {
        Self {
            name: name.to_owned(),
            span,
            problem,
        }
    }

    /// What the document is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the problem is.
    pub fn span(&self) -> Span {
        self.span
    }

    /// What the problem is.
    pub fn problem(&self) -> &PolicyProblem {
        &self.problem
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        self.problem.hint()
    }
}

/// What is wrong with a policy document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error("the document has {0} bytes, more than {MAX_BYTES}")]
    TooLarge(usize),
    /// Deeper than [`MAX_DEPTH`].
    #[error("objects and arrays are nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Not JSON; the parser's own words.
    #[error("not valid JSON: {0}")]
    NotJson(String),
    /// Not YAML; the parser's own words.
    #[error("not valid YAML: {0}")]
    NotYaml(String),
    /// YAML that no JSON stands for, or that would have to be filled in from elsewhere.
    #[error("a policy cannot have {0}")]
    YamlFeature(&'static str),
    /// JSON, but no object; what it is.
    #[error("the document must be an object, not {0}")]
    NotAnObject(&'static str),
    /// The same key twice in one object.
    #[error("duplicate key `{0}`")]
    DuplicateKey(String),
    /// A key that the grammar does not have.
    #[error("unknown element `{key}`")]
    UnknownElement {
        /// The key.
        key: String,
        /// The element that it looks like.
        meant: Option<&'static str>,
    },
    /// A condition operator that IAM does not have.
    #[error("unknown condition operator `{operator}`")]
    UnknownOperator {
        /// The operator as written.
        operator: String,
        /// The one that it looks like.
        meant: Option<&'static str>,
    },
    /// A value of another type than the element takes.
    #[error("`{element}` must be {expected}, not {found}")]
    WrongType {
        /// The element.
        element: String,
        /// What it takes.
        expected: &'static str,
        /// What it was given.
        found: &'static str,
    },
    /// An element that must be there.
    #[error("{place} has no `{element}`")]
    Missing {
        /// The element.
        element: &'static str,
        /// What lacks it: the document, or a statement.
        place: &'static str,
    },
    /// Two elements of which a statement may have one.
    #[error("`{0}` and `{1}` in one statement")]
    Both(&'static str, &'static str),
    /// A value that the element does not take.
    #[error("`{element}` cannot be `{value}`")]
    BadValue {
        /// The element.
        element: &'static str,
        /// Its value.
        value: String,
        /// What it can be.
        hint: &'static str,
    },
    /// The same `Sid` in two statements.
    #[error("`Sid` `{0}` is not unique")]
    DuplicateSid(String),
    /// An action or resource longer than [`MAX_ELEMENT_CHARS`].
    #[error("an element of `{0}` has more than {MAX_ELEMENT_CHARS} characters")]
    TooLong(&'static str),
    /// No policy of a role's; what it is.
    #[error("this is {}", .0.what)]
    Foreign(Foreign),
    /// A document inside a string that is no text.
    #[error("the document in the string is not URL-encoded UTF-8")]
    NotEncoded,
    /// A statement that says who, beside others that do not.
    #[error("a `Principal` in a policy of a role's")]
    Principal,
    /// Text that has yet to be filled in.
    #[error("`{0}` is a placeholder that is not filled in")]
    Placeholder(String),
    /// A `Sid` with characters that IAM does not take.
    #[error("`Sid` cannot be `{0}`")]
    BadSid(String),
    /// An element that must list something.
    #[error("`{0}` lists nothing")]
    EmptyList(&'static str),
    /// An action without `:`.
    #[error("the action `{0}` names no service")]
    NoService(String),
    /// An action with more than one `:`.
    #[error("the action `{0}` has more than one `:`")]
    TwoColons(String),
    /// An action whose service is a pattern.
    #[error("the action `{0}` has a wildcard for its service")]
    WildcardPrefix(String),
    /// A resource that is neither an ARN nor `*`.
    #[error("the resource `{0}` is neither an ARN nor `*`")]
    NotAnArn(String),
    /// An ARN of fewer than six parts that no `*` ends.
    #[error("the ARN `{0}` ends early")]
    ShortArn(String),
    /// An ARN whose service is a pattern.
    #[error("the ARN `{0}` has a wildcard for its service")]
    WildcardService(String),
    /// An ARN of a partition that AWS does not have.
    #[error("the ARN `{0}` names no partition of AWS's")]
    BadPartition(String),
    /// What stands where an ARN has its region.
    #[error("`{0}` is no region")]
    NoRegion(String),
    /// What stands where an ARN has its account.
    #[error("`{0}` is no account")]
    NoAccount(String),
}

impl PolicyProblem {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Empty | Self::NotAnObject(_) => {
                "a policy is a JSON object with `Version` and `Statement`"
            }
            Self::TooLarge(_) | Self::TooDeep | Self::TooLong(_) => {
                "no policy that AWS accepts comes near; is this the right file?"
            }
            Self::NotJson(_) => "IAM takes plain JSON: no comments, no trailing commas",
            Self::NotYaml(_) => "text that begins with `*` needs quotes in YAML: '*'",
            Self::YamlFeature(_) => "write the value out: nothing fills it in here",
            Self::DuplicateKey(_) => "merge the two: AWS does not say which of them would count",
            Self::UnknownElement { meant: None, .. } => {
                "remove it: AWS refuses what its grammar does not have"
            }
            Self::UnknownOperator { meant: None, .. } => {
                "IAM's operators are String..., Numeric..., Date..., Bool, BinaryEquals, IpAddress, NotIpAddress, Arn... and Null"
            }
            Self::UnknownElement {
                meant: Some(meant), ..
            }
            | Self::UnknownOperator {
                meant: Some(meant), ..
            } => {
                return Some(format!("did you mean `{meant}`?"));
            }
            Self::WrongType { .. } => return None,
            Self::Missing { element, .. } => return Some(format!("add `{element}`")),
            Self::Both(..) => "make two statements of it, or keep one of the two",
            Self::BadValue { hint, .. } => hint,
            Self::DuplicateSid(_) => "give each statement its own `Sid`, or none",
            Self::Foreign(foreign) => foreign.instead,
            Self::NotEncoded => "give the document as JSON",
            Self::Principal => {
                "remove it: IAM refuses a role's policy that says who; the policies of resources do"
            }
            Self::Placeholder(_) => "give the policy as IAM gets it, with every value filled in",
            Self::BadSid(_) => "IAM takes letters A to Z, a to z and digits alone",
            Self::EmptyList(_) => {
                "IAM refuses an empty list: name what is meant, or remove the statement"
            }
            Self::NoService(_) => "an action is written `service:Name`, as in `s3:GetObject`",
            Self::TwoColons(_) => {
                "an action is written `service:Name`, each in a string of its own"
            }
            Self::WildcardPrefix(_) => {
                "IAM takes wildcards behind the `:` alone: name each service"
            }
            Self::NotAnArn(_) => {
                "write it as `arn:aws:service:region:account:resource`, or `*` for all"
            }
            Self::ShortArn(_) => {
                "an ARN has six parts, `arn:aws:service:region:account:resource`; a `*` at its end can stand for the rest"
            }
            Self::WildcardService(_) => {
                "IAM wants the service in full: an ARN for each service, or `*` for all"
            }
            Self::BadPartition(_) => "partitions are `aws`, `aws-cn`, `aws-us-gov` and the like",
            Self::NoRegion(_) => {
                "a region is written as in `eu-west-1`; fill in the placeholder, or take `*`"
            }
            Self::NoAccount(_) => {
                "an account is 12 digits; fill in the placeholder, take `*`, or add the `:` that is missing before it"
            }
        };
        Some(hint.to_owned())
    }
}
