//! Keeps each distinct value once, under a number.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Values by number. Equal values have the same number.
#[derive(Debug)]
pub(super) struct Interned<Value> {
    numbers: BTreeMap<Arc<Value>, usize>,
    values: Vec<Arc<Value>>,
}

impl<Value: Ord> Interned<Value> {
    /// The number of a value. A new value gets a new number.
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

    /// The value of a number that [`id`](Self::id) returned.
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
