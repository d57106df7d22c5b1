//! Bytes that choose a policy and a dress for it: no dress makes what is too much look better, and none makes what is right
//! look wrong. The test `disguise` holds the same on fewer.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/disguise/law.rs"]
mod law;
#[path = "../../tests/it/disguise/wrap.rs"]
mod wrap;

fuzz_target!(|bytes: &[u8]| {
    let broken = law::disguise(bytes).or_else(|| law::opposite(bytes));
    assert!(broken.is_none(), "{}", broken.unwrap_or_default());
});
