//! The context of a request: its condition keys and their values.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>: the case of key names
//! is ignored, the case of values is not. A key that is not in the context is absent, which is not the same as unknown.

use std::collections::BTreeMap;

/// Condition keys and their values.
///
/// ```
/// use aws_least_privilege::iam::Context;
///
/// let mut context = Context::default();
/// context.add("aws:TagKeys", "team");
/// context.add("AWS:tagkeys", "cost");
/// assert_eq!(context.values("aws:tagKeys"), Some(&["team".to_owned(), "cost".to_owned()][..]));
/// assert_eq!(context.values("aws:username"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<String, Vec<String>>,
}

impl Context {
    /// Adds a value. A key that already exists gets one more value.
    pub fn add(&mut self, key: &str, value: impl Into<String>) {
        let values = self.values.entry(key.to_lowercase()).or_default();
        values.push(value.into());
    }

    /// The values of a key, in the order added. `None` if the key is absent.
    pub fn values(&self, key: &str) -> Option<&[String]> {
        self.values.get(&key.to_lowercase()).map(Vec::as_slice)
    }
}

impl<Key: AsRef<str>, Value: Into<String>> FromIterator<(Key, Value)> for Context {
    fn from_iter<Pairs: IntoIterator<Item = (Key, Value)>>(pairs: Pairs) -> Self {
        let mut context = Self::default();
        for (key, value) in pairs {
            context.add(key.as_ref(), value);
        }
        context
    }
}
