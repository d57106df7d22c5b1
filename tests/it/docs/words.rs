//! Words that a page does without.

use super::page::{events, pages, read};
use pulldown_cmark::{Event, Tag, TagEnd};

/// A trace proves a need and never that there is none; and a tired reader knows none of the others.
const NEVER: [&str; 6] = [
    "unused",
    "convict",
    "acquit",
    "for given",
    "held against",
    "on top",
];

/// The tables of this page are the program's own words.
const MADE: &str = "docs/settings.md";

/// The page's text as it is read: no code, no fence, no address.
fn text(page: &str) -> String {
    let mut is_code = false;
    let mut text = String::new();
    for (event, _) in events(&read(page)) {
        if let Event::Start(Tag::CodeBlock(_)) = &event {
            is_code = true;
        } else if let Event::End(TagEnd::CodeBlock) = &event {
            is_code = false;
        } else if let (Event::Text(words), false) = (&event, is_code) {
            text.push_str(words);
        } else if let Event::SoftBreak | Event::End(_) = &event {
            text.push(' ');
        }
    }
    text.to_lowercase()
}

#[test]
fn no_page_says_unused_or_what_has_to_be_read_twice() {
    for page in pages() {
        let text = text(&page);
        for word in NEVER {
            if page == MADE && word != "unused" {
                continue;
            }
            assert!(!text.contains(word), "{page} says `{word}`");
        }
    }
}

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 149, "{lines} lines: what is more belongs to docs/");
}
