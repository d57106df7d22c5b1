//! Globs: text with `*` (any run of characters, or none) and `?` (exactly one character). Also decides how two globs relate.
//!
//! A glob matches plain Unicode text: `*` crosses `:` and `/`, and case matters. [`ResourcePattern`](super::ResourcePattern)
//! adds what is special about ARNs. Escapes follow
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.

mod meet;
mod relation;

use std::cmp::Ordering;
use std::fmt;

/// One element of a glob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Token {
    Char(char),
    AnyOne,
    AnyRun,
}

impl Token {
    pub(super) fn takes(self, character: char) -> bool {
        match self {
            Self::Char(own) => own == character,
            Self::AnyOne | Self::AnyRun => true,
        }
    }

    /// Wildcards sort where their characters do, so globs sort like their text.
    fn order(self) -> (char, bool) {
        match self {
            Self::Char(own) => (own, false),
            Self::AnyOne => ('?', true),
            Self::AnyRun => ('*', true),
        }
    }
}

/// Text with `*` and `?`, in a canonical form: globs that match the same text are equal.
///
/// ```
/// use aws_least_privilege::iam::Glob;
///
/// let objects = Glob::parse("arn:aws:s3:::bucket/*");
/// assert!(objects.matches("arn:aws:s3:::bucket/a/b"));
/// assert!(!objects.matches("arn:aws:s3:::bucket"));
/// assert!(!objects.matches("arn:aws:s3:::Bucket/a"));
/// assert!(objects.covers(&Glob::parse("arn:aws:s3:::bucket/logs/?")));
/// assert_eq!(Glob::parse("a**"), Glob::parse("a*"));
/// assert_eq!(Glob::literal("50*").to_string(), "50${*}");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    /// INVARIANT: in a run of wildcards all `?` come first and at most one `*` follows.
    tokens: Vec<Token>,
}

impl Glob {
    /// Parses policy text of the current policy version: `*` and `?` are wildcards, and `${*}`, `${?}` and `${$}` stand for
    /// those characters.
    pub fn parse(text: &str) -> Self {
        let mut rest = text;
        Self::from_tokens(std::iter::from_fn(|| {
            let escaped = ["${*}", "${?}", "${$}"].iter().find_map(|escape| {
                let after = rest.strip_prefix(escape)?;
                Some((escape.chars().nth(2)?, after))
            });
            if let Some((character, after)) = escaped {
                rest = after;
                return Some(Token::Char(character));
            }
            let character = rest.chars().next()?;
            rest = rest.get(character.len_utf8()..)?;
            Some(wildcard_or_char(character))
        }))
    }

    /// Parses text in which `*` and `?` are wildcards and everything else is plain, including `${*}`. Actions and policies
    /// of the older version are read this way.
    ///
    /// ```
    /// use aws_least_privilege::iam::Glob;
    ///
    /// assert!(Glob::parse_unescaped("home/${aws:username}").matches("home/${aws:username}"));
    /// ```
    pub fn parse_unescaped(text: &str) -> Self {
        Self::from_tokens(text.chars().map(wildcard_or_char))
    }

    /// The glob that matches exactly this text. Wildcard characters in it are plain characters.
    ///
    /// ```
    /// use aws_least_privilege::iam::Glob;
    ///
    /// assert!(Glob::literal("what?").matches("what?"));
    /// assert!(!Glob::literal("what?").matches("whats"));
    /// ```
    pub fn literal(text: &str) -> Self {
        Self::from_tokens(text.chars().map(Token::Char))
    }

    /// The glob that matches everything: `*`.
    pub fn everything() -> Self {
        Self {
            tokens: vec![Token::AnyRun],
        }
    }

    pub(super) fn from_tokens(tokens: impl IntoIterator<Item = Token>) -> Self {
        let mut canonical: Vec<Token> = Vec::new();
        for token in tokens {
            let after_run = canonical.last() == Some(&Token::AnyRun);
            match token {
                Token::AnyRun if after_run => {}
                Token::AnyOne if after_run => canonical.insert(canonical.len() - 1, token),
                Token::Char(_) | Token::AnyOne | Token::AnyRun => canonical.push(token),
            }
        }
        Self { tokens: canonical }
    }

    /// The same among texts that are never empty: `?*` is `*`.
    pub(super) fn of_some_text(self) -> Self {
        if self.tokens == [Token::AnyOne, Token::AnyRun] {
            return Self::everything();
        }
        self
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Whether it matches everything.
    pub fn is_everything(&self) -> bool {
        self.tokens == [Token::AnyRun]
    }

    /// Whether it has no wildcard and so matches only one text.
    pub fn is_literal(&self) -> bool {
        let is_char = |token: &Token| matches!(token, Token::Char(_));
        self.tokens.iter().all(is_char)
    }

    /// The text that it matches, if it has no wildcard.
    ///
    /// ```
    /// use aws_least_privilege::iam::Glob;
    ///
    /// assert_eq!(Glob::parse("queue").as_literal().as_deref(), Some("queue"));
    /// assert_eq!(Glob::parse("queue*").as_literal(), None);
    /// ```
    pub fn as_literal(&self) -> Option<String> {
        let character = |token: &Token| match token {
            Token::Char(own) => Some(*own),
            Token::AnyOne | Token::AnyRun => None,
        };
        self.tokens.iter().map(character).collect()
    }

    /// Whether it matches a text. This takes at most text length times glob length steps.
    ///
    /// ```
    /// use aws_least_privilege::iam::Glob;
    ///
    /// assert!(Glob::parse("GetObjec?").matches("GetObject"));
    /// assert!(!Glob::parse("GetObject?").matches("GetObject"));
    /// ```
    pub fn matches(&self, text: &str) -> bool {
        self.matches_chars(text.chars())
    }

    /// Whether it matches an ASCII text.
    pub(super) fn matches_bytes(&self, text: impl Iterator<Item = u8> + Clone) -> bool {
        self.takes_all(text, |token, byte| token.takes(char::from(byte)))
    }

    pub(super) fn matches_chars(&self, text: impl Iterator<Item = char> + Clone) -> bool {
        self.takes_all(text, Token::takes)
    }

    fn takes_all<Item: Copy>(
        &self,
        items: impl Iterator<Item = Item> + Clone,
        takes: impl Fn(Token, Item) -> bool,
    ) -> bool {
        let mut items = items;
        let mut tokens = self.tokens.as_slice();
        // Only the last `*` passed needs to be widened, because it can match whatever an earlier one could.
        let mut widen = None;
        loop {
            let mut ahead = items.clone();
            match (tokens.split_first(), ahead.next()) {
                (Some((Token::AnyRun, [])), _) | (None, None) => return true,
                (Some((Token::AnyRun, rest)), _) => {
                    widen = Some((rest, items.clone()));
                    tokens = rest;
                }
                (Some((token, rest)), Some(item)) if takes(*token, item) => {
                    tokens = rest;
                    items = ahead;
                }
                _ => {
                    let Some((after, from)) = &mut widen else {
                        return false;
                    };
                    if from.next().is_none() {
                        return false;
                    }
                    tokens = after;
                    items = from.clone();
                }
            }
        }
    }
}

fn wildcard_or_char(character: char) -> Token {
    match character {
        '*' => Token::AnyRun,
        '?' => Token::AnyOne,
        other => Token::Char(other),
    }
}

impl Ord for Glob {
    fn cmp(&self, other: &Self) -> Ordering {
        let ours = self.tokens.iter().map(|token| token.order());
        ours.cmp(other.tokens.iter().map(|token| token.order()))
    }
}

impl PartialOrd for Glob {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Writes policy text of the current version that parses to the same glob.
impl fmt::Display for Glob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tokens = self.tokens.iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                Token::AnyOne => formatter.write_str("?")?,
                Token::AnyRun => formatter.write_str("*")?,
                Token::Char(own @ ('*' | '?')) => write!(formatter, "${{{own}}}")?,
                Token::Char('$') if tokens.peek() == Some(&&Token::Char('{')) => {
                    formatter.write_str("${$}")?;
                }
                Token::Char(own) => write!(formatter, "{own}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Glob({self})")
    }
}

#[cfg(test)]
pub(super) mod tests;
