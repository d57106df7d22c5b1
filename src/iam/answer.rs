//! Three-valued answers, for questions that the text of a policy may or may not decide.
//!
//! They combine as in Kleene's logic: an undecided part makes the whole undecided only if it could change the result.

/// Yes, no, or undecided.
///
/// ```
/// use aws_least_privilege::iam::Answer;
///
/// assert_eq!(Answer::No.and(Answer::Undecided), Answer::No);
/// assert_eq!(Answer::Yes.and(Answer::Undecided), Answer::Undecided);
/// assert_eq!(Answer::Yes.or(Answer::Undecided), Answer::Yes);
/// assert_eq!(Answer::from(2 > 1), Answer::Yes);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
pub enum Answer {
    /// It does not hold.
    No,
    /// It may hold or not.
    Undecided,
    /// It holds.
    Yes,
}

impl Answer {
    /// Yes if both are yes.
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Yes if at least one is yes.
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// The opposite. Undecided stays undecided.
    pub fn negate(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Undecided => Self::Undecided,
            Self::Yes => Self::No,
        }
    }

    /// Whether the answer is yes.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Whether the answer is no.
    pub fn is_no(self) -> bool {
        self == Self::No
    }
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
