//! The errors of policy documents: what is wrong, where, and what to do about it.

use super::super::Span;
use super::{Foreign, MAX_BYTES, MAX_DEPTH, MAX_ELEMENT_CHARS};

/// A policy document that cannot be read or that AWS would refuse.
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

    /// The name of the document.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place of the problem.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The problem.
    pub fn problem(&self) -> &PolicyProblem {
        &self.problem
    }

    /// What to do about it, if there is advice.
    pub fn hint(&self) -> Option<String> {
        self.problem.hint()
    }
}

/// What is wrong with a policy document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// There is nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// The document is longer than [`MAX_BYTES`].
    #[error("the document has {0} bytes, more than {MAX_BYTES}")]
    TooLarge(usize),
    /// The document is nested deeper than [`MAX_DEPTH`].
    #[error("objects and arrays are nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// It is not JSON, in the parser's words.
    #[error("not valid JSON: {0}")]
    NotJson(String),
    /// It is not YAML, in the parser's words.
    #[error("not valid YAML: {0}")]
    NotYaml(String),
    /// It has a YAML feature that JSON does not have, or that refers to text elsewhere.
    #[error("a policy cannot have {0}")]
    YamlFeature(&'static str),
    /// It is JSON but not an object; this is what it is.
    #[error("the document must be an object, not {0}")]
    NotAnObject(&'static str),
    /// An object has the same key twice.
    #[error("duplicate key `{0}`")]
    DuplicateKey(String),
    /// The grammar does not have this key.
    #[error("unknown element `{key}`")]
    UnknownElement {
        /// The key.
        key: String,
        /// The element that was probably meant.
        meant: Option<&'static str>,
    },
    /// IAM does not have this condition operator.
    #[error("unknown condition operator `{operator}`")]
    UnknownOperator {
        /// The operator as written.
        operator: String,
        /// The operator that was probably meant.
        meant: Option<&'static str>,
    },
    /// A value has the wrong type for its element.
    #[error("`{element}` must be {expected}, not {found}")]
    WrongType {
        /// The element.
        element: String,
        /// The type that the element takes.
        expected: &'static str,
        /// The type of the value.
        found: &'static str,
    },
    /// A required element is missing.
    #[error("{place} has no `{element}`")]
    Missing {
        /// The element.
        element: &'static str,
        /// Where it is missing: in the document or in a statement.
        place: &'static str,
    },
    /// A statement has two elements of which it may have one.
    #[error("`{0}` and `{1}` in one statement")]
    Both(&'static str, &'static str),
    /// The element does not take this value.
    #[error("`{element}` cannot be `{value}`")]
    BadValue {
        /// The element.
        element: &'static str,
        /// The value.
        value: String,
        /// The values that it takes.
        hint: &'static str,
    },
    /// Two statements have the same `Sid`.
    #[error("`Sid` `{0}` is not unique")]
    DuplicateSid(String),
    /// An action or resource is longer than [`MAX_ELEMENT_CHARS`].
    #[error("an element of `{0}` has more than {MAX_ELEMENT_CHARS} characters")]
    TooLong(&'static str),
    /// It is not a policy for a role; this is what it is.
    #[error("this is {}", .0.what)]
    Foreign(Foreign),
    /// A document inside a string is not URL-encoded text.
    #[error("the document in the string is not URL-encoded UTF-8")]
    NotEncoded,
    /// Some statements have a `Principal` and others do not.
    #[error("a `Principal` in a policy of a role's")]
    Principal,
    /// The document is a version of a managed policy that is not the default one.
    #[error("this version of the policy is not in force: `IsDefaultVersion` is false")]
    NotInForce,
    /// A placeholder was not replaced.
    #[error("`{0}` is a placeholder that is not filled in")]
    Placeholder(String),
    /// A `Sid` has characters that IAM does not accept.
    #[error("`Sid` cannot be `{0}`")]
    BadSid(String),
    /// The list of an element is empty.
    #[error("`{0}` lists nothing")]
    EmptyList(&'static str),
    /// A condition operator in letters of another case than IAM's.
    #[error("IAM does not know the condition operator `{operator}` in this case")]
    OperatorCase {
        /// The operator as written.
        operator: String,
        /// The operator as IAM writes it.
        meant: String,
    },
    /// A condition has an empty key.
    #[error("a condition tests a key without a name")]
    EmptyKey,
    /// A condition compares with this as a date.
    #[error("`{0}` is no date")]
    NoDate(String),
    /// A resource has a policy variable that does not end.
    #[error("the policy variable in `{0}` has no `}}`")]
    OpenVariable(String),
    /// The service prefix of an action has characters that IAM does not take there.
    #[error("`{0}` is no service")]
    BadPrefix(String),
    /// An action names no service before its `:`, or has no `:`.
    #[error("the action `{0}` names no service")]
    NoService(String),
    /// An action has more than one `:`.
    #[error("the action `{0}` has more than one `:`")]
    TwoColons(String),
    /// An action has a wildcard in its service prefix.
    #[error("the action `{0}` has a wildcard for its service")]
    WildcardPrefix(String),
    /// A resource is neither an ARN nor `*`.
    #[error("the resource `{0}` is neither an ARN nor `*`")]
    NotAnArn(String),
    /// An ARN has fewer than six parts and no `*` at its end.
    #[error("the ARN `{0}` ends early")]
    ShortArn(String),
    /// An ARN has a wildcard for its service.
    #[error("the ARN `{0}` has a wildcard for its service")]
    WildcardService(String),
    /// AWS has no such partition.
    #[error("the ARN `{0}` names no partition of AWS's")]
    BadPartition(String),
    /// An ARN of IAM has a region.
    #[error("the ARN `{0}` has a region, and nothing of IAM has one")]
    RegionOfIam(String),
    /// An ARN of IAM begins with no kind of resource that IAM has.
    #[error("the ARN `{0}` names no kind of resource of IAM's")]
    NoKindOfIam(String),
    /// An ARN has this in the place of its region.
    #[error("`{0}` is no region")]
    NoRegion(String),
    /// An ARN has this in the place of its account.
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
            Self::NotInForce => {
                "give the default version: `aws iam get-policy` names it as `DefaultVersionId`"
            }
            Self::Placeholder(_) => "give the policy as IAM gets it, with every value filled in",
            Self::BadSid(_) => "IAM takes letters A to Z, a to z and digits alone",
            Self::EmptyList(_) => {
                "IAM refuses an empty list: name what is meant, or remove the statement"
            }
            Self::OperatorCase { meant, .. } => {
                return Some(format!(
                    "write it `{meant}`: IAM takes operators in this case alone"
                ));
            }
            Self::EmptyKey => "name the key that is tested, as in `aws:PrincipalTag/team`",
            Self::NoDate(_) => {
                "a date is written as in `2026-01-31T12:00:00Z`, or in seconds since 1970"
            }
            Self::OpenVariable(_) => {
                "write it as in `${aws:username}`; where the letters are meant, `${$}` stands for the `$`"
            }
            Self::BadPrefix(_) => {
                "a service is letters, digits, `-` and `.`, as in `s3:GetObject`: no spaces"
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
            Self::RegionOfIam(_) => "leave the region empty: `arn:aws:iam::111122223333:role/app`",
            Self::NoKindOfIam(_) => {
                "a resource of IAM begins with `role/`, `user/`, `policy/` and the like"
            }
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
