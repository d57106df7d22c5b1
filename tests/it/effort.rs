//! On how many cases, and on which, a law is held: few in each run, as many as `PROPTEST_CASES` says in a long search.

use proptest::test_runner::RngSeed;

/// The same cases in each run, so that a change is judged by itself; others in a long search.
pub(crate) fn seed() -> RngSeed {
    if std::env::var("PROPTEST_CASES").is_ok() {
        RngSeed::Random
    } else {
        RngSeed::Fixed(20_261_128)
    }
}

/// The environment's number, or this one.
pub(crate) fn cases(few: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(few)
}
