//! Three-valued answers: what can be decided from text alone, and what cannot.
//!
//! Combined as in Kleene's logic: an undecided part leaves the whole undecided only where it could change it.

/// Yes, no, or not decidable with what is known.
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
    /// Holds when both hold.
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Holds when either holds.
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// The opposite; undecided stays undecided.
    pub fn negate(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Undecided => Self::Undecided,
            Self::Yes => Self::No,
        }
    }

    /// Whether it is certain that it holds.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Whether it is certain that it does not hold.
    pub fn is_no(self) -> bool {
        self == Self::No
    }
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
