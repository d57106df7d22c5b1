//! Stub.
use super::ActionEntry;
impl ActionEntry<'_> {
    /// Stub.
    pub fn has_condition_key(&self, _key: &str) -> bool { true }
}
