//! Computes the intersection of two globs, as globs that can be written in a policy.

use super::{Glob, Token};

/// The most steps of one intersection. Real policies need some hundreds.
const STEPS: usize = 20_000;

/// The most globs in an intersection; nobody would write more.
const RESULTS: usize = 64;

impl Glob {
    /// The globs that together match exactly what both globs match; none of them contains another. `None` if there would be
    /// too many. It finds more than [`intersection`](Self::intersection) and takes more work.
    ///
    /// ```
    /// use aws_least_privilege::iam::Glob;
    ///
    /// let met = |one, two| Glob::parse(one).meeting(&Glob::parse(two)).unwrap();
    /// assert_eq!(met("bucket/*", "*/logs/*"), [Glob::parse("bucket/*/logs/*"), Glob::parse("bucket/logs/*")]);
    /// assert_eq!(met("a?c", "ab*"), [Glob::parse("abc")]);
    /// assert_eq!(met("a*", "b*"), []);
    /// ```
    pub fn meeting(&self, other: &Self) -> Option<Vec<Self>> {
        if let Some(simple) = self.intersection(other) {
            return Some(simple);
        }
        let mut walk = Walk {
            steps: STEPS,
            passed: Vec::new(),
            found: Vec::new(),
        };
        walk.both(&self.tokens, &other.tokens)?;
        let mut found = walk.found;
        found.sort();
        found.dedup();
        let all = found.clone();
        found.retain(|own| !all.iter().any(|other| other != own && other.covers(own)));
        Some(found)
    }
}

struct Walk {
    steps: usize,
    passed: Vec<Token>,
    found: Vec<Glob>,
}

impl Walk {
    /// Finds each way in which two remainders match the same text, and adds it behind what was passed already.
    fn both(&mut self, one: &[Token], two: &[Token]) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        match (one.split_first(), two.split_first()) {
            (None, None) => {
                let glob = Glob::from_tokens(self.passed.iter().copied());
                if !self.found.contains(&glob) {
                    self.found.push(glob);
                }
                (self.found.len() <= RESULTS).then_some(())
            }
            (Some((Token::AnyRun, rest)), None) => self.both(rest, two),
            (None, Some((Token::AnyRun, rest))) => self.both(one, rest),
            (None, Some(_)) | (Some(_), None) => Some(()),
            (Some((Token::AnyRun, one_rest)), Some((Token::AnyRun, two_rest))) => {
                self.passed.push(Token::AnyRun);
                let gone = self
                    .both(one_rest, two)
                    .and_then(|()| self.both(one, two_rest));
                self.passed.pop();
                gone
            }
            (Some((Token::AnyRun, rest)), Some((token, two_rest))) => {
                self.both(rest, two)?;
                self.after(*token, one, two_rest)
            }
            (Some((token, one_rest)), Some((Token::AnyRun, rest))) => {
                self.both(one, rest)?;
                self.after(*token, one_rest, two)
            }
            (Some((token, one_rest)), Some((their, two_rest))) => match (token, their) {
                (Token::Char(own), Token::Char(other)) if own != other => Some(()),
                (Token::Char(_), _) => self.after(*token, one_rest, two_rest),
                _ => self.after(*their, one_rest, two_rest),
            },
        }
    }

    fn after(&mut self, token: Token, one: &[Token], two: &[Token]) -> Option<()> {
        self.passed.push(token);
        let gone = self.both(one, two);
        self.passed.pop();
        gone
    }
}
