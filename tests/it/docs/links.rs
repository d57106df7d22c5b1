//! Every link to a page, a file or a heading leads there.

use super::page::{events, pages, project, read};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Pages with links besides the README and `docs/`.
const OTHERS: [&str; 5] = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "data/README.md",
    "examples/shop/README.md",
];

/// The name that GitHub and mdBook give to a heading.
fn anchor(heading: &str) -> String {
    let letters = heading.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then_some(letter),
    });
    letters.flat_map(char::to_lowercase).collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut heading: Option<String> = None;
    for (event, _) in events(text) {
        if let Event::Start(Tag::Heading { .. }) = &event {
            heading = Some(String::new());
        } else if let Event::End(TagEnd::Heading(_)) = &event {
            found.extend(heading.take().map(|heading| anchor(&heading)));
        } else if let Event::Text(text) | Event::Code(text) = &event
            && let Some(heading) = &mut heading
        {
            heading.push_str(text);
        }
    }
    found
}

/// Where the links of a page lead within the project.
fn links(text: &str) -> Vec<String> {
    let links = events(text).filter_map(|(event, _)| {
        let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else {
            return None;
        };
        Some(dest_url)
    });
    let outside = |link: &str| link.contains("://") || link.starts_with("mailto:");
    let inside = links.filter(|link| !outside(link));
    inside.map(|link| link.to_string()).collect()
}

/// The path from the project's folder, without `..`; none where it leads out of it.
fn within(path: &Path) -> Option<PathBuf> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.iter().collect())
}

/// What is wrong with a link on a page.
fn wrong(page: &str, link: &str) -> Option<String> {
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(page).parent().expect("a page is in a folder");
    let path = if path.is_empty() {
        PathBuf::from(page)
    } else {
        let Some(path) = within(&folder.join(path)) else {
            return Some(format!("{page}: {link} leads out of the project"));
        };
        path
    };
    let path = path.to_str().expect("paths are text");
    if !project(path).exists() {
        return Some(format!("{page}: there is no {link}"));
    }
    let is_there = heading.is_empty() || anchors(&read(path)).contains(heading);
    (!is_there).then(|| format!("{page}: {link} has no such heading"))
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_are_there() {
    let pages = pages().into_iter();
    let pages = pages.chain(OTHERS.map(str::to_owned));
    let mut count = 0;
    let mut found = Vec::new();
    for page in pages {
        let links = links(&read(&page));
        count += links.len();
        found.extend(links.iter().filter_map(|link| wrong(&page, link)));
    }
    assert!(count >= 100, "{count} links were followed");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    for (link, says) in [
        ("reprot.md", "there is no"),
        ("report.md#the-verdikt", "no such heading"),
        ("#nothing", "no such heading"),
        ("../../elsewhere.md", "out of the project"),
    ] {
        let wrong = wrong("docs/index.md", link).unwrap_or_default();
        assert!(wrong.contains(says), "{link}: {wrong}");
    }
    for link in [
        "report.md#the-verdict",
        "../README.md#see-it-work",
        "#two-words",
    ] {
        assert_eq!(wrong("docs/index.md", link), None);
    }
}

#[test]
fn the_summary_lists_every_page_once() {
    let listed = links(&read("docs/SUMMARY.md"));
    let mut listed: Vec<String> = listed.iter().map(|link| format!("docs/{link}")).collect();
    listed.sort();
    let is_page = |page: &&String| page.starts_with("docs/") && *page != "docs/SUMMARY.md";
    let pages = pages();
    let pages: Vec<&String> = pages.iter().filter(is_page).collect();
    assert_eq!(listed.iter().collect::<Vec<_>>(), pages);
}
