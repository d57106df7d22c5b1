//! What is there for a moment only, and is gone when the program ends, however it ends.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How something is removed. What is gone already is as it should be, and of the rest nobody is left to tell.
type Remove = Box<dyn Fn() + Send>;

/// What is to be removed if the program is told to end, by the order in which it was made.
static OPEN: Mutex<BTreeMap<u64, Remove>> = Mutex::new(BTreeMap::new());

/// Something that is removed where the program is told to end while this is there.
#[derive(Debug)]
pub struct Temporary(u64);

impl Temporary {
    /// Makes something. No signal comes between its making and the note of it.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn make<T>(
        make: impl FnOnce() -> io::Result<T>,
        remove: impl FnOnce(&T) -> Remove,
    ) -> io::Result<(T, Self)> {
        let mut open = open();
        let thing = make()?;
        let number = open.last_key_value().map_or(0, |(last, _)| last + 1);
        open.insert(number, remove(&thing));
        Ok((thing, Self(number)))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        open().remove(&self.0);
    }
}

/// Removes everything that is there, and lets nothing new be made as long as what it gives is kept.
pub fn remove_all() -> impl Sized {
    let open = open();
    for remove in open.values() {
        remove();
    }
    open
}

fn open() -> MutexGuard<'static, BTreeMap<u64, Remove>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}
