//! A page as its reader sees it, and its fences with what is said of them.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The README and every page of the documentation, by their paths from the project's folder.
pub(crate) fn pages() -> Vec<String> {
    let mut pages = vec!["README.md".to_owned()];
    walk("docs", &mut pages);
    pages.sort();
    assert!(pages.len() >= 20, "the walk finds the pages: {pages:?}");
    pages
}

fn walk(folder: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(project(folder)).expect("the folder can be read") {
        let entry = entry.expect("it can be read");
        let name = entry.file_name().into_string().expect("names are text");
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            walk(&path, found);
        } else if entry.path().extension().is_some_and(|end| end == "md") {
            found.push(path);
        }
    }
}

/// The events of a page, with where each is.
pub(super) fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter()
}

/// A fence.
#[derive(Debug)]
pub(super) struct Fence {
    pub(super) language: String,
    pub(super) text: String,
    /// The comment right before it.
    pub(super) note: Option<String>,
    /// Where it is, with the lines that open and close it.
    pub(super) range: Range<usize>,
}

impl Fence {
    /// What the comment says behind a word, if it begins with it: `3` of `ends in: 3`.
    pub(super) fn said(&self, word: &str) -> Option<&str> {
        let rest = self.note.as_deref()?.strip_prefix(word)?;
        Some(rest.trim_start_matches(':').trim())
    }
}

pub(super) fn fences(text: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut note = None;
    let mut is_open = false;
    for (event, range) in events(text) {
        if let Event::Html(html) = &event {
            let comment = html.trim().strip_prefix("<!--");
            let comment = comment.and_then(|rest| rest.strip_suffix("-->"));
            note = comment.map(|comment| comment.trim().to_owned());
        } else if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) = &event {
            is_open = true;
            fences.push(Fence {
                language: language.to_string(),
                text: String::new(),
                note: note.take(),
                range,
            });
        } else if let (Event::Text(line), true) = (&event, is_open) {
            let fence = fences.last_mut().expect("one was opened");
            fence.text.push_str(line);
        } else if event == Event::End(TagEnd::CodeBlock) {
            is_open = false;
        } else if event != Event::Start(Tag::HtmlBlock) && event != Event::End(TagEnd::HtmlBlock) {
            note = None;
        }
    }
    fences
}

/// The texts of a page's fences in a language.
pub(crate) fn blocks(text: &str, language: &str) -> Vec<String> {
    let fences = fences(text).into_iter();
    let wanted = fences.filter(|fence| fence.language == language);
    wanted.map(|fence| fence.text).collect()
}
