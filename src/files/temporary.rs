//! Temporary files and folders, which are removed when the program ends, also if a signal ends it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Removes something. Errors are ignored: it may already be gone, and nobody is left to be told.
type Remove = Box<dyn Fn() + Send>;

/// What must be removed if a signal ends the program, in the order in which it was created.
static OPEN: Mutex<BTreeMap<u64, Remove>> = Mutex::new(BTreeMap::new());

/// Something that is removed if a signal ends the program while this value exists.
#[derive(Debug)]
pub struct Temporary(u64);

impl Temporary {
    /// Creates something and registers it for removal. No signal is handled between the two steps.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be created.
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

/// Removes everything that is registered. Nothing new can be created while the returned value exists.
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
