//! One element of a statement's `Resource` or `NotResource`, and the resources that it matches.
//!
//! It works on text alone, and does not know which resources exist or how each service writes its ARNs. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>: a `*` at the end of an
//! ARN's part also matches past the `:` behind it; other wildcards stay in their part. Where AWS does not document the
//! result, the answer is [`Answer::Undecided`].

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::glob::Token;
use super::variable::{self, Segment, Unresolved};
use super::{Answer, Context, Glob, Version, inclusion};

/// One element of `Resource` or `NotResource`: an ARN, perhaps with wildcards or policy variables, or `*`.
///
/// ```
/// use aws_least_privilege::iam::{Answer, ResourcePattern, Version};
///
/// let objects = ResourcePattern::new("arn:aws:s3:::bucket/*", Version::V2012);
/// assert_eq!(objects.matches("arn:aws:s3:::bucket/a/b"), Answer::Yes);
/// assert_eq!(objects.matches("arn:aws:s3:::bucket"), Answer::No);
///
/// let own = ResourcePattern::new("arn:aws:s3:::bucket/${aws:username}/*", Version::V2012);
/// assert_eq!(own.matches("arn:aws:s3:::bucket/ana/x"), Answer::Undecided);
/// assert_eq!(own.matches("arn:aws:s3:::other/ana/x"), Answer::No);
/// ```
#[derive(Debug, Clone)]
pub struct ResourcePattern {
    text: String,
    glob: Glob,
    /// A glob for each of the six parts, if wildcards must stay in their part.
    parts: Option<Vec<Glob>>,
    has_variables: bool,
    disputed: Option<Dispute>,
    never: Option<&'static str>,
}

/// What AWS's documentation leaves open about a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dispute {
    /// Whether an ARN with fewer than six parts matches everything below it.
    ShortArn,
    /// Whether `*` can match a whole part of the resource, such as its type.
    WholePart,
    /// Whether a policy variable before the resource part gets a value.
    EarlyVariable,
}

impl Dispute {
    /// What is left open, as a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ShortArn => {
                "AWS does not document what an ARN of fewer than six parts without a `*` matches"
            }
            Self::WholePart => {
                "AWS does not document whether `*` can stand for the resource type before a `:`"
            }
            Self::EarlyVariable => {
                "AWS documents policy variables only behind the fifth `:` of an ARN"
            }
        }
    }
}

impl ResourcePattern {
    /// Takes any text, because a policy may contain any. The policy's version decides how it is read.
    pub fn new(text: impl Into<String>, version: Version) -> Self {
        let text = text.into();
        let (glob, has_variables) = match version {
            Version::V2008 => (Glob::parse_unescaped(&text), false),
            Version::V2012 => without_variables(&text),
        };
        Self::of(text, glob, has_variables)
    }

    fn of(text: String, glob: Glob, has_variables: bool) -> Self {
        // No resource is empty.
        let glob = glob.of_some_text();
        let parts = parts(&glob);
        // `${*}` is the one text `*`: the resource of a call that has none.
        let (never, disputed) = if glob.is_everything() || glob.matches("*") {
            (None, None)
        } else if !glob.intersects(&Glob::parse("arn:*")) {
            (Some("it is neither an ARN nor `*`"), None)
        } else {
            (names_nothing(&parts), doubt(&parts))
        };
        Self {
            // A short ARN may match everything below it, so the glob does.
            glob: if disputed == Some(Dispute::ShortArn) {
                extended(&glob)
            } else {
                glob
            },
            parts: stay_in_their_parts(&parts).then_some(parts),
            text,
            has_variables,
            disputed,
            never,
        }
    }

    /// The text as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it matches at most, with `*` for each policy variable. For [`is_exact`](Self::is_exact) patterns this is exactly
    /// what it matches.
    pub fn glob(&self) -> &Glob {
        &self.glob
    }

    /// Whether it is `*` or `?*`, which match every resource.
    pub fn is_everything(&self) -> bool {
        self.glob.is_everything() && self.is_exact()
    }

    /// Whether it has policy variables. Only a request gives them values.
    pub fn has_variables(&self) -> bool {
        self.has_variables
    }

    /// Why AWS's documentation does not decide what it matches, if that is so.
    ///
    /// ```
    /// use aws_least_privilege::iam::{ResourcePattern, Version};
    ///
    /// let disputed = |text| ResourcePattern::new(text, Version::V2012).disputed().is_some();
    /// assert!(disputed("arn:aws:sqs:us-east-1"));
    /// assert!(disputed("arn:aws:ec2:us-east-1:111111111111:*:12345"));
    /// assert!(!disputed("arn:aws:sqs:*"));
    /// ```
    pub fn disputed(&self) -> Option<&'static str> {
        self.disputed.map(Dispute::reason)
    }

    /// What AWS's documentation leaves open about it.
    pub fn dispute(&self) -> Option<Dispute> {
        self.disputed
    }

    /// The pattern with its variables replaced by the values of a request.
    pub(super) fn resolved(&self, context: &Context) -> Result<Cow<'_, Self>, Unresolved> {
        if !self.has_variables {
            return Ok(Cow::Borrowed(self));
        }
        let glob = variable::resolve(&self.text, context, true)?;
        let resolved = Self::of(self.text.clone(), glob, false);
        let early = has_early_variable(&self.text).then_some(Dispute::EarlyVariable);
        Ok(Cow::Owned(Self {
            disputed: early.or(resolved.disputed),
            ..resolved
        }))
    }

    /// Why it never matches a resource, if it does not.
    pub fn never_matches(&self) -> Option<&'static str> {
        self.never
    }

    /// Whether [`glob`](Self::glob) is exactly what it matches: it has no policy variables, AWS leaves nothing open, and it
    /// can match.
    pub fn is_exact(&self) -> bool {
        !self.has_variables && self.disputed.is_none() && self.never.is_none()
    }

    /// The pattern in its widest reading: with `*` for each policy variable, and matching all that it may where AWS leaves
    /// that open.
    ///
    /// ```
    /// use aws_least_privilege::iam::{Answer, ResourcePattern, Version};
    ///
    /// let own = ResourcePattern::new("arn:aws:s3:::bucket/${aws:username}/*", Version::V2012);
    /// assert_eq!(own.widest().matches("arn:aws:s3:::bucket/ana/x"), Answer::Yes);
    /// ```
    #[must_use]
    pub fn widest(&self) -> Self {
        Self {
            has_variables: false,
            disputed: None,
            ..self.clone()
        }
    }

    /// The text without its policy variables, which is what it matches if all values are empty. A `*` next to a variable
    /// then matches everything that it would alone.
    ///
    /// ```
    /// use aws_least_privilege::iam::{ResourcePattern, Version};
    ///
    /// let dressed = ResourcePattern::new("*${aws:PrincipalTag/none, ''}", Version::V2012);
    /// assert_eq!(dressed.with_empty_variables(), "*");
    /// ```
    pub fn with_empty_variables(&self) -> String {
        if !self.has_variables {
            return self.text.clone();
        }
        let segments = variable::segments(&self.text);
        let texts = segments.map(|segment| match segment {
            Segment::Text(text) => text.to_owned(),
            Segment::Escaped(character) => format!("${{{character}}}"),
            Segment::Variable(_) => String::new(),
        });
        texts.collect()
    }

    /// Why a match can be undecided, if it can.
    pub fn undecided_because(&self) -> Option<&'static str> {
        let variables = "its policy variables have values only in a request";
        self.disputed().or(self.has_variables.then_some(variables))
    }

    /// Whether wildcards must stay in their part of the ARN.
    pub(super) fn stays_in_parts(&self) -> bool {
        self.parts.is_some()
    }

    /// Whether it matches a resource: an ARN, or `*` for a call that has no resource.
    pub fn matches(&self, resource: &str) -> Answer {
        if self.never.is_some() {
            return Answer::No;
        }
        let within = match &self.parts {
            Some(parts) => {
                let theirs: Vec<&str> = resource.splitn(ARN_PARTS, ':').collect();
                theirs.len() == parts.len()
                    && parts
                        .iter()
                        .zip(theirs)
                        .all(|(own, their)| own.matches(their))
            }
            None => self.glob.matches(resource),
        };
        self.soften(within)
    }

    /// Whether it matches everything that `other` matches.
    ///
    /// This compares the whole text, as if every wildcard could match past its part.
    ///
    /// ```
    /// use aws_least_privilege::iam::{Answer, ResourcePattern, Version};
    ///
    /// let pattern = |text| ResourcePattern::new(text, Version::V2012);
    /// let queues = pattern("arn:aws:sqs:us-east-1:111111111111:*");
    /// assert_eq!(queues.covers(&pattern("arn:aws:sqs:us-east-1:111111111111:q*")), Answer::Yes);
    /// assert_eq!(queues.covers(&pattern("arn:aws:sqs:us-east-1:*:q")), Answer::No);
    /// ```
    pub fn covers(&self, other: &Self) -> Answer {
        Self::union_covers(std::slice::from_ref(self), other)
    }

    /// Whether each resource that `one` matches is matched by some pattern of the union. Like [`covers`](Self::covers), it
    /// compares the whole text.
    pub fn union_covers(union: &[Self], one: &Self) -> Answer {
        if one.never.is_some() || union.contains(one) {
            return Answer::Yes;
        }
        if one.is_exact()
            && let Some(resource) = one.glob.as_literal()
        {
            let matches = union.iter().map(|own| own.matches(&resource));
            return matches.fold(Answer::No, Answer::or);
        }
        let live = || union.iter().filter(|own| own.never.is_none());
        let certain: Vec<Glob> = live()
            .filter(|own| own.is_exact())
            .map(|own| own.glob.clone())
            .collect();
        let by_certain = inclusion::union_covers(&certain, &one.glob);
        if by_certain != Answer::No {
            return by_certain;
        }
        // If not even the widest reading of the union covers it, the answer is no, unless `one` may match less than its
        // glob.
        let at_most: Vec<Glob> = live().map(|own| own.glob.clone()).collect();
        let meets = at_most.iter().any(|own| own.intersects(&one.glob));
        if meets && !one.is_exact() {
            return Answer::Undecided;
        }
        inclusion::union_covers(&at_most, &one.glob).and(Answer::Undecided)
    }

    /// Whether some resource matches both.
    pub fn intersects(&self, other: &Self) -> Answer {
        if self.never.is_some() || other.never.is_some() || !self.glob.intersects(&other.glob) {
            return Answer::No;
        }
        if self.is_everything() || other.is_everything() {
            return Answer::Yes;
        }
        self.soften(true).and(other.soften(true))
    }

    /// The answer, from the widest reading: a no is certain, a yes only if there is no other reading.
    fn soften(&self, within: bool) -> Answer {
        if within && !self.is_exact() {
            return Answer::Undecided;
        }
        within.into()
    }
}

const ARN_PARTS: usize = 6;

/// The glob with `*` for each policy variable, and whether there was one.
fn without_variables(text: &str) -> (Glob, bool) {
    let mut tokens = Vec::new();
    let mut has_variables = false;
    for segment in variable::segments(text) {
        match segment {
            Segment::Text(text) => tokens.extend_from_slice(Glob::parse_unescaped(text).tokens()),
            Segment::Escaped(character) => tokens.push(Token::Char(character)),
            Segment::Variable(_) => {
                tokens.push(Token::AnyRun);
                has_variables = true;
            }
        }
    }
    (Glob::from_tokens(tokens), has_variables)
}

fn has_early_variable(text: &str) -> bool {
    let before = variable::segments(text)
        .take_while(|segment| !matches!(segment, Segment::Variable(_)))
        .map(|segment| match segment {
            Segment::Text(text) => text.matches(':').count(),
            Segment::Escaped(_) | Segment::Variable(_) => 0,
        });
    before.sum::<usize>() < ARN_PARTS - 1
}

/// The parts before, between and after the first five `:`.
fn parts(glob: &Glob) -> Vec<Glob> {
    glob.tokens()
        .splitn(ARN_PARTS, |token| *token == Token::Char(':'))
        .map(|tokens| Glob::from_tokens(tokens.iter().copied()))
        .collect()
}

fn ends_open(part: &Glob) -> bool {
    part.tokens().last() == Some(&Token::AnyRun)
}

/// Whether there is a wildcard before the resource part and none of those can match past its part.
fn stay_in_their_parts(parts: &[Glob]) -> bool {
    let before_resource = || parts.iter().take(ARN_PARTS - 1);
    parts.len() == ARN_PARTS
        && before_resource().any(|part| !part.is_literal())
        && !before_resource().any(ends_open)
}

fn names_nothing(parts: &[Glob]) -> Option<&'static str> {
    let resource = parts.get(ARN_PARTS - 1)?;
    let empty = resource.tokens().is_empty() && !parts.iter().any(ends_open);
    empty.then_some("it names no resource: nothing follows the account")
}

fn doubt(parts: &[Glob]) -> Option<Dispute> {
    let Some(resource) = parts.get(ARN_PARTS - 1) else {
        return (!parts.iter().any(ends_open)).then_some(Dispute::ShortArn);
    };
    let behind = resource
        .tokens()
        .strip_prefix(&[Token::AnyRun, Token::Char(':')])?;
    (behind != [Token::AnyRun]).then_some(Dispute::WholePart)
}

fn extended(glob: &Glob) -> Glob {
    let behind = match glob.tokens().last() {
        Some(Token::Char(':')) => "*",
        _ => ":*",
    };
    let behind = Glob::parse(behind);
    Glob::from_tokens(glob.tokens().iter().chain(behind.tokens()).copied())
}

impl ResourcePattern {
    /// The key by which patterns are compared. The text decides the globs unless it has a `$`, whose meaning depends on the
    /// version and the request; so they are compared only then.
    fn told_apart(&self) -> impl Ord + Hash {
        let is_open = self.text.contains('$');
        (
            &self.text,
            self.has_variables,
            self.disputed,
            self.never,
            is_open.then_some((&self.glob, &self.parts)),
        )
    }
}

impl PartialEq for ResourcePattern {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ResourcePattern {}

impl PartialOrd for ResourcePattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ResourcePattern {
    fn cmp(&self, other: &Self) -> Ordering {
        self.told_apart().cmp(&other.told_apart())
    }
}

impl Hash for ResourcePattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.told_apart().hash(state);
    }
}

impl fmt::Display for ResourcePattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
