//! The walks of CONTRIBUTING and of the architecture page lead through files and names that are there.

use super::page::{events, project, read};
use pulldown_cmark::Event;
use std::fs;

const PAGES: [&str; 2] = ["CONTRIBUTING.md", "docs/architecture.md"];
/// What is made by a command, so that it is not in a fresh checkout.
const MADE: &str = "target/";

/// The code in the sentences of a page: `src/cli/mod.rs`, `ReportFormat`.
fn spans(page: &str) -> Vec<String> {
    let text = read(page);
    let codes = events(&text).filter_map(|(event, _)| {
        let Event::Code(text) = event else {
            return None;
        };
        Some(text.to_string())
    });
    codes.collect::<Vec<_>>()
}

/// The folder that a path ends in before its first placeholder: `tests/cases/` of `tests/cases/<service>/<case>/`.
fn before_placeholder(path: &str) -> &str {
    let known = path.split(['<', '*']).next().unwrap_or(path);
    if known.len() == path.len() {
        return path;
    }
    known
        .rfind('/')
        .map_or("", |end| known.get(..=end).unwrap_or(known))
}

/// Whether a span is a path of the repository: it has a `/` or is a file at the top, and its first part is there.
fn is_path(span: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || "./_-<>*{}".contains(letter);
    let top = span.split('/').next().unwrap_or_default();
    span.contains('/') && span.chars().all(is_word) && !top.is_empty() && project(top).exists()
}

/// The source as one text, in which a type or function that a page names is looked for.
fn source() -> String {
    fn walk(folder: &std::path::Path, text: &mut String) {
        for entry in fs::read_dir(folder).expect("the source can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                walk(&path, text);
            } else if path.extension().is_some_and(|end| end == "rs") {
                text.push_str(&fs::read_to_string(&path).expect("the source is text"));
            }
        }
    }
    let mut text = String::new();
    walk(&project("src"), &mut text);
    text
}

#[test]
fn every_file_that_a_walk_names_is_there() {
    let mut count = 0;
    for page in PAGES {
        for span in spans(page).iter().filter(|span| is_path(span)) {
            let path = before_placeholder(span);
            if path.starts_with(MADE) {
                continue;
            }
            count += 1;
            assert!(project(path).exists(), "{page}: there is no `{span}`");
        }
    }
    assert!(count >= 30, "{count} paths were looked for");
}

#[test]
fn every_type_that_a_walk_names_is_in_the_source() {
    let source = source();
    let mut count = 0;
    for page in PAGES {
        let spans = spans(page);
        let is_type = |span: &&String| {
            let name = span.rsplit("::").next().unwrap_or_default();
            let mut letters = name.chars();
            letters.next().is_some_and(char::is_uppercase)
                && letters.clone().any(char::is_lowercase)
                && letters.all(char::is_alphanumeric)
        };
        for span in spans.iter().filter(is_type) {
            let name = span.rsplit("::").next().unwrap_or_default();
            let defined = ["struct", "enum", "trait", "type"]
                .iter()
                .any(|kind| source.contains(&format!("pub {kind} {name}")));
            count += 1;
            assert!(defined, "{page}: the source has no `{span}`");
        }
    }
    assert!(count >= 4, "{count} types were looked for");
}

/// The section of CONTRIBUTING that answers where something new belongs has the five that a newcomer asks for first.
#[test]
fn contributing_says_where_what_is_new_belongs() {
    let text = read("CONTRIBUTING.md");
    let (_, section) = text
        .split_once("## Where what is new belongs")
        .expect("the section is there");
    let section = section.split("\n## ").next().unwrap_or_default();
    for (what, place) in [
        ("attribute that X-Ray records", "src/xray/"),
        ("flag", "src/settings/table.rs"),
        ("output format", "src/report/"),
        ("rule of severity", "src/compare/severity.rs"),
        ("source of evidence", "src/evidence/"),
    ] {
        let line = section.lines().find(|line| line.contains(what));
        let line = line.unwrap_or_else(|| panic!("nothing about a new {what}"));
        assert!(line.contains(place), "{what}: {line}");
    }
}
