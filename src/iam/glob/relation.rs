//! Decides how two globs relate: one covers the other, they overlap, or they are disjoint.
//!
//! [`inclusion`] does the same for unions of globs.

use super::super::{Answer, inclusion};
use super::{Glob, Token};

impl Glob {
    /// Whether this glob matches everything that `other` matches.
    ///
    /// The answer is exact within the work that [`inclusion`] allows, and no policy that AWS accepts comes near that limit.
    /// Beyond it the answer is `false`; [`union_covers`](inclusion::union_covers) distinguishes the two cases.
    ///
    /// ```
    /// use aws_least_privilege::iam::Glob;
    ///
    /// assert!(Glob::parse("?*").covers(&Glob::parse("*x")));
    /// assert!(!Glob::parse("bucket/*").covers(&Glob::parse("bucket*")));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        inclusion::union_covers(std::slice::from_ref(self), other) == Answer::Yes
    }

    /// Whether some text matches both.
    ///
    /// ```
    /// use aws_least_privilege::iam::Glob;
    ///
    /// assert!(Glob::parse("*/AWSLogs/*").intersects(&Glob::parse("bucket/*")));
    /// assert!(!Glob::parse("a*").intersects(&Glob::parse("b*")));
    /// ```
    pub fn intersects(&self, other: &Self) -> bool {
        // A shortcut: most compared globs are ARNs that differ in a letter near their start.
        let same = |(one, two): &(&Token, &Token)| one == two && matches!(one, Token::Char(_));
        let common = self
            .tokens
            .iter()
            .zip(&other.tokens)
            .take_while(same)
            .count();
        let ours = self.tokens.get(common..).unwrap_or_default();
        let theirs = other.tokens.get(common..).unwrap_or_default();
        let differ = |one: Option<&Token>, two: Option<&Token>| {
            one.zip(two).is_some_and(|(one, two)| !meets(*one, *two))
        };
        if differ(ours.first(), theirs.first()) || differ(ours.last(), theirs.last()) {
            return false;
        }
        // `reached` says how many tokens of `other` can match the same text as the tokens of `self` passed so far.
        let mut reached = vec![false; theirs.len() + 1];
        set(&mut reached, 0);
        for token in ours.iter().map(Some).chain([None]) {
            let mut next = vec![false; reached.len()];
            for (place, their) in theirs.iter().map(Some).chain([None]).enumerate() {
                if !reached.get(place).copied().unwrap_or_default() {
                    continue;
                }
                match (token, their) {
                    (None, None) => return true,
                    (Some(Token::AnyRun), None) => set(&mut next, place),
                    (None, Some(Token::AnyRun)) => set(&mut reached, place + 1),
                    (Some(Token::AnyRun), Some(_)) | (Some(_), Some(Token::AnyRun)) => {
                        set(&mut next, place);
                        set(&mut reached, place + 1);
                    }
                    (Some(one), Some(two)) if meets(*one, *two) => set(&mut next, place + 1),
                    _ => {}
                }
            }
            reached = next;
        }
        false
    }

    /// The globs that together match what both match, in the simple cases: one glob covers the other, or they are disjoint
    /// (then there are none). `None` in all other cases.
    ///
    /// ```
    /// use aws_least_privilege::iam::Glob;
    ///
    /// let (wide, narrow) = (Glob::parse("b*"), Glob::parse("b/k"));
    /// assert_eq!(wide.intersection(&narrow), Some(vec![narrow]));
    /// assert_eq!(wide.intersection(&Glob::parse("c*")), Some(vec![]));
    /// assert_eq!(wide.intersection(&Glob::parse("*c")), None);
    /// ```
    pub fn intersection(&self, other: &Self) -> Option<Vec<Self>> {
        if !self.intersects(other) {
            return Some(Vec::new());
        }
        if self.covers(other) {
            return Some(vec![other.clone()]);
        }
        other.covers(self).then(|| vec![self.clone()])
    }

    /// Whether each token of `other` has a token here that matches whatever it stands for. If so, this glob covers the
    /// other. The reverse does not hold: `?*` covers `*x`.
    pub(in super::super) fn plainly_covers(&self, other: &Self) -> bool {
        self.takes_all(other.tokens.iter().copied(), |own, their| match own {
            Token::Char(_) => own == their,
            Token::AnyOne => their != Token::AnyRun,
            Token::AnyRun => true,
        })
    }
}

fn set(row: &mut [bool], place: usize) {
    if let Some(cell) = row.get_mut(place) {
        *cell = true;
    }
}

/// Whether some character matches both tokens.
fn meets(one: Token, two: Token) -> bool {
    match (one, two) {
        (Token::Char(one), Token::Char(two)) => one == two,
        _ => true,
    }
}
