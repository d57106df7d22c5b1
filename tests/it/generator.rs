//! The generated catalogue is what its pinned sources give, and the docs say of it what is so.

use std::process::Command;

const NEEDS_PYTHON: &str =
    "python3 cannot be started: install Python 3.11 or newer with pip, and Node 20 with npm";

pub(crate) fn python(arguments: &[&str]) -> String {
    let output = Command::new("python3")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect(NEEDS_PYTHON);
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success(),
        "python3 {} failed:\n{told}",
        arguments.join(" ")
    );
    told
}

#[test]
fn regenerating_the_catalogue_gives_the_same_bytes() {
    python(&["data/generate.py", "--check"]);
}

#[test]
fn the_rules_of_the_generator_hold() {
    let told = python(&["-m", "unittest", "discover", "data/tests"]);
    assert!(
        told.contains("Ran ") && !told.contains("Ran 0 tests"),
        "{told}"
    );
}

#[test]
fn the_docs_state_the_coverage_of_the_checked_in_catalogue() {
    let page = crate::docs::read("docs/correctness.md");
    let told = python(&["data/generate.py", "--coverage"]);
    let table = told.split("\n\n").next().expect("the first table");
    assert!(table.contains("| unmapped |"), "{told}");
    assert!(
        page.contains(table.trim()),
        "the table of docs/correctness.md is not:\n{table}"
    );
    // The README has the figure of the sentence, its thousands with a comma.
    let sentence = told.lines().find(|line| line.starts_with("Of "));
    let sentence = sentence.expect("a sentence");
    assert!(page.contains(sentence), "docs/correctness.md: {sentence}");
    let words: Vec<&str> = sentence.split([' ', '(', ')']).collect();
    let (count, share) = (words[1], words[10..12].join(" "));
    let (thousands, rest) = count.split_at(count.len() - 3);
    let readme = crate::docs::read("README.md");
    assert!(
        readme.contains(&format!("Of {thousands},{rest} operations")) && readme.contains(&share),
        "README.md: {sentence}"
    );
}
