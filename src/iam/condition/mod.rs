//! A statement's `Condition`, as a sorted set of atoms that must all hold, and the test of an atom for a request.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>: the case of key
//! names is ignored, the case of values is not. Each type that operators compare has a file: numbers, dates, addresses, ...

mod address;
mod arn;
mod binary;
mod boolean;
mod date;
mod number;
mod operator;
mod tested;

pub(super) use date::may_be_one as may_be_a_date;
pub use operator::{Comparison, Operator, Set, Test};

use std::collections::BTreeSet;
use std::fmt;

/// One test: an operator, a key, and the values that the key is compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionAtom {
    operator: String,
    key: String,
    values: BTreeSet<String>,
}

impl ConditionAtom {
    /// An atom. The key becomes lower case; the values are sorted and duplicates removed.
    ///
    /// ```
    /// use aws_least_privilege::iam::ConditionAtom;
    ///
    /// let atom = ConditionAtom::new("Bool", "AWS:SecureTransport", ["true".to_owned()]);
    /// assert_eq!(atom.key(), "aws:securetransport");
    /// ```
    pub fn new(
        operator: impl Into<String>,
        key: &str,
        values: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            operator: operator.into(),
            key: key.to_lowercase(),
            values: values.into_iter().collect(),
        }
    }

    /// The operator as written, with its set prefix and its suffix: `ForAllValues:StringEqualsIfExists`.
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// The condition key in lower case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The values as text, sorted. Booleans and numbers are as JSON writes them.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str)
    }
}

impl fmt::Display for ConditionAtom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operator,
            key,
            values,
        } = self;
        write!(formatter, "{operator} {key} {values:?}")
    }
}

/// Atoms that must all hold, sorted. Blocks are equal if they differ only in order or in the case of keys.
///
/// ```
/// use aws_least_privilege::iam::{ConditionAtom, ConditionBlock};
///
/// let atom = |key| ConditionAtom::new("Bool", key, ["true".to_owned()]);
/// let (one, two) = (atom("aws:SecureTransport"), atom("aws:MultiFactorAuthPresent"));
/// assert_eq!(
///     ConditionBlock::new([one.clone(), two.clone()]),
///     ConditionBlock::new([two, one]),
/// );
/// assert!(ConditionBlock::default().is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionBlock {
    atoms: BTreeSet<ConditionAtom>,
}

/// The key of the region that is called, as [`ConditionAtom::key`] returns it.
pub const REQUESTED_REGION: &str = "aws:requestedregion";

/// The key of the account that owns the resource, as [`ConditionAtom::key`] returns it.
pub const RESOURCE_ACCOUNT: &str = "aws:resourceaccount";

impl ConditionBlock {
    /// The block of these atoms.
    pub fn new(atoms: impl IntoIterator<Item = ConditionAtom>) -> Self {
        Self {
            atoms: atoms.into_iter().collect(),
        }
    }

    /// The atoms, sorted.
    pub fn atoms(&self) -> impl Iterator<Item = &ConditionAtom> {
        self.atoms.iter()
    }

    /// Whether it tests a key. The key must be in lower case.
    pub fn tests(&self, key: &str) -> bool {
        self.atoms.iter().any(|atom| atom.key() == key)
    }

    /// Whether it has no tests, and therefore always holds.
    pub fn is_empty(&self) -> bool {
        self.atoms.is_empty()
    }
}
