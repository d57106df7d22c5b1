//! What a statement's `Resource` or `NotResource` says, as written, and which resources it stands for.
//!
//! Text only: knows nothing of which resources exist, nor which service writes its ARNs how. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>: a `*` at the end of an ARN's
//! part reaches past the `:` behind it, other wildcards stay in their part. Where AWS does not say what holds, the answer
//! is [`Answer::Undecided`].

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
    /// Globs of the six parts, where a wildcard must not leave its part.
    parts: Option<Vec<Glob>>,
    has_variables: bool,
    disputed: Option<Dispute>,
    never: Option<&'static str>,
}

/// What AWS's documentation does not settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dispute {
    /// Whether an ARN that ends early reaches everything below.
    ShortArn,
    /// Whether `*` can stand for the whole of a part of the resource.
    WholePart,
    /// Whether a variable is filled in before the resource.
    EarlyVariable,
}

impl Dispute {
    /// What is open, as a sentence.
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
    /// Takes any text, as a policy may hold any, in the language of the policy's version.
    pub fn new(text: impl Into<String>, version: Version) -> Self {
        let text = text.into();
        let (glob, has_variables) = match version {
            Version::V2008 => (Glob::parse_unescaped(&text), false),
            Version::V2012 => without_variables(&text),
        };
        Self::of(text, glob, has_variables)
    }

    fn of(text: String, glob: Glob, has_variables: bool) -> Self {
        let parts = parts(&glob);
        let (never, disputed) = if glob.is_everything() {
            (None, None)
        } else if !glob.intersects(&Glob::parse("arn:*")) {
            (Some("it is neither an ARN nor `*`"), None)
        } else {
            (names_nothing(&parts), doubt(&parts))
        };
        Self {
            // A short ARN may reach everything below it, so that is what must be reckoned with.
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

    /// What it can reach at most: exact but for [`is_exact`](Self::is_exact) patterns, with `*` for each policy variable.
    pub fn glob(&self) -> &Glob {
        &self.glob
    }

    /// Whether it is `*`: every resource.
    pub fn is_everything(&self) -> bool {
        self.glob.is_everything() && self.is_exact()
    }

    /// Whether it holds policy variables, whose values only a request gives.
    pub fn has_variables(&self) -> bool {
        self.has_variables
    }

    /// Why AWS's documentation does not settle what this matches, where it does not.
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

    /// What AWS's documentation does not settle about it.
    pub fn dispute(&self) -> Option<Dispute> {
        self.disputed
    }

    /// The pattern with a request's values in the place of its variables.
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

    /// Why no resource is ever matched, where that is so.
    pub fn never_matches(&self) -> Option<&'static str> {
        self.never
    }

    /// Whether [`glob`](Self::glob) says all there is: neither policy variables nor disputed text.
    pub fn is_exact(&self) -> bool {
        !self.has_variables && self.disputed.is_none() && self.never.is_none()
    }

    /// The widest reading: `*` for each policy variable, and where AWS leaves open what it matches, all that it may.
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

    /// The text with nothing in the place of each policy variable: what it reaches where every value is empty. A `*` before or
    /// behind a variable then reaches all that it would without one.
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

    /// Why a match is undecided, where it can be.
    pub fn undecided_because(&self) -> Option<&'static str> {
        let variables = "its policy variables have values only in a request";
        self.disputed().or(self.has_variables.then_some(variables))
    }

    /// Whether wildcards must not leave the ARN part that they stand in.
    pub(super) fn stays_in_parts(&self) -> bool {
        self.parts.is_some()
    }

    /// Whether it stands for this resource: an ARN, or `*` for a call that has none.
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

    /// Whether it stands for everything that `other` stands for.
    ///
    /// Goes by the whole text, and so as if every wildcard could leave its part.
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

    /// Whether every resource that `one` stands for is matched by some pattern of the union; by the whole text, as
    /// [`covers`](Self::covers) is.
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
        // Not even the widest reading of the union covers it: that is a no, unless `one` itself may be less than its glob.
        let at_most: Vec<Glob> = live().map(|own| own.glob.clone()).collect();
        let meets = at_most.iter().any(|own| own.intersects(&one.glob));
        if meets && !one.is_exact() {
            return Answer::Undecided;
        }
        inclusion::union_covers(&at_most, &one.glob).and(Answer::Undecided)
    }

    /// Whether some resource is matched by both.
    pub fn intersects(&self, other: &Self) -> Answer {
        if self.never.is_some() || other.never.is_some() || !self.glob.intersects(&other.glob) {
            return Answer::No;
        }
        if self.is_everything() || other.is_everything() {
            return Answer::Yes;
        }
        self.soften(true).and(other.soften(true))
    }

    /// What the widest reading says counts as a no, but as a yes only where it is the one reading.
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

/// The parts between the first five `:`.
fn parts(glob: &Glob) -> Vec<Glob> {
    glob.tokens()
        .splitn(ARN_PARTS, |token| *token == Token::Char(':'))
        .map(|tokens| Glob::from_tokens(tokens.iter().copied()))
        .collect()
}

fn ends_open(part: &Glob) -> bool {
    part.tokens().last() == Some(&Token::AnyRun)
}

/// Whether a wildcard stands before the resource part, and none where it may reach past its part.
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
    /// What tells patterns apart. But for what `$` begins, which a version and a request say the meaning of, the text says what the
    /// globs are: they are not gone through then.
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
