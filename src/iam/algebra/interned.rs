//! Values that occur again and again, each kept once and known by a number.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Values by number; equal ones have the same.
#[derive(Debug)]
pub(super) struct Interned<Value> {
    numbers: BTreeMap<Arc<Value>, usize>,
    values: Vec<Arc<Value>>,
}

impl<Value: Ord> Interned<Value> {
    /// The number of a value.
    pub(super) fn id(&mut self, value: Value) -> usize {
        if let Some(id) = self.numbers.get(&value) {
            return *id;
        }
        let id = self.values.len();
        let value = Arc::new(value);
        self.values.push(Arc::clone(&value));
        self.numbers.insert(value, id);
        id
    }

    /// The value with a number that this gave.
    #[expect(
        clippy::expect_used,
        reason = "numbers are given out by this alone, and nothing is ever taken away"
    )]
    pub(super) fn get(&self, id: usize) -> Arc<Value> {
        Arc::clone(self.values.get(id).expect("the number was given out"))
    }
}

impl<Value> Default for Interned<Value> {
    fn default() -> Self {
        Self {
            numbers: BTreeMap::new(),
            values: Vec::new(),
        }
    }
}
