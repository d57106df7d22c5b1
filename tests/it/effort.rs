//! On how many cases a law is held: few in each run, as many as `PROPTEST_CASES` says in a long search.

/// The environment's number, or this one.
pub(crate) fn cases(few: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(few)
}
