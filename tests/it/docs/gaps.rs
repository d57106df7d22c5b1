//! Every reason of a gap is explained.

use super::page::read;

#[test]
fn every_reason_of_a_gap_is_on_the_page_of_evidence() {
    let source = read("src/evidence/gap.rs");
    let arms = source.lines().filter(|line| line.contains("=> \""));
    let reasons: Vec<&str> = arms.filter_map(|line| line.split('"').nth(1)).collect();
    assert!(reasons.len() >= 20, "the reasons are found: {reasons:?}");
    let page = read("docs/evidence.md");
    let (_, table) = page
        .split_once("## Gaps")
        .expect("the page has a part for them");
    for reason in reasons {
        assert!(table.contains(&format!("`{reason}`")), "{reason}");
    }
}
