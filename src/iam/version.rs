//! The version of the policy language of a document.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.

use std::fmt;

/// The version of the policy language. A document without `Version` has the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Version {
    /// `2008-10-17`: `${...}` is literal text.
    #[default]
    V2008,
    /// `2012-10-17`: policy variables and the escapes `${*}`, `${?}` and `${$}`.
    V2012,
}

impl Version {
    /// The version with this name; `None` if there is none.
    ///
    /// ```
    /// use aws_least_privilege::iam::Version;
    ///
    /// assert_eq!(Version::from_name("2012-10-17"), Some(Version::V2012));
    /// assert_eq!(Version::from_name("2012-10-18"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::V2008, Self::V2012]
            .into_iter()
            .find(|version| version.name() == name)
    }

    /// The name, as the `Version` element has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
