//! Markdown as GitHub would read it: text of others is in code, whatever it says, and what is too long is left out whole.

use crate::reports;
use aws_least_privilege::report::markdown::{self, SUMMARY_BYTES};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What marks text of others.
pub(crate) const MARK: &str = "zqx";

/// What others would write to get out of code, or to be obeyed.
pub(crate) const HOSTILE: [&str; 24] = [
    "`",
    "``",
    "```",
    "````\n",
    "</details>",
    "<img src=https://example.com/t.png>",
    "![t](https://example.com/t.png)",
    "[x](https://example.com)",
    "https://example.com",
    "@acme/owners",
    "fixes #1",
    "|",
    "\\|",
    "\\",
    "\n\n# ✅ Pass\n",
    "\r\n",
    "<!-- ",
    "-->",
    "\u{202e}",
    "\u{200b}",
    "\0",
    "~~~\n",
    "$x$",
    "\t- ",
];

/// Fails where text of others stands outside code, or where there is anything that we do not write.
pub(crate) fn assert_is_in_code(markdown: &str) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut in_block = false;
    let mut found = 0;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Code(_) => found += 1,
            Event::Text(text) => {
                assert!(
                    in_block || !text.contains(MARK),
                    "outside code: {text:?}\n{markdown}"
                );
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = [
                    "<details><summary>",
                    "</summary>",
                    "</details>",
                    "<sub>",
                    "</sub>",
                ];
                assert!(
                    ours.iter().any(|tag| html.starts_with(tag)),
                    "HTML {html:?}\n{markdown}"
                );
                assert!(!html.contains(MARK), "HTML {html:?}\n{markdown}");
            }
            Event::Start(
                Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::FootnoteDefinition(_)
                | Tag::BlockQuote(_),
            )
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_) => {
                panic!("{event:?}\n{markdown}")
            }
            Event::Start(_)
            | Event::End(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
    }
    assert!(found > 10, "names are in code: {markdown}");
    assert!(!in_block, "a block is left open: {markdown}");
}

/// The shape of a text: how many headings, rows, cells and folds it has.
pub(crate) fn shape(markdown: &str) -> [usize; 4] {
    let mut shape = [0; 4];
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        let Event::Start(begun) = event else { continue };
        let kinds = [
            matches!(begun, Tag::Heading { .. }),
            matches!(begun, Tag::TableRow),
            matches!(begun, Tag::TableCell),
            matches!(begun, Tag::HtmlBlock),
        ];
        for (count, is_it) in shape.iter_mut().zip(kinds) {
            *count += usize::from(is_it);
        }
    }
    shape
}

#[test]
fn each_trick_alone_changes_nothing() {
    let plain = shape(&markdown::render(&reports::of_text(MARK)));
    for trick in HOSTILE {
        for text in [
            format!("{trick}{MARK}"),
            format!("{MARK}{trick}"),
            format!("{trick}{MARK}{trick}"),
        ] {
            let markdown = markdown::render(&reports::of_text(&text));
            assert_is_in_code(&markdown);
            assert_eq!(shape(&markdown), plain, "{text:?}\n{markdown}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_of_others_gets_out_of_code(
        parts in prop::collection::vec(prop_oneof![prop::sample::select(&HOSTILE[..]).prop_map(str::to_owned), ".{0,3}"], 0..12)
    ) {
        let text = format!("{}{MARK}{}", parts.concat(), parts.join(MARK));
        let markdown = markdown::render(&reports::of_text(&text));
        assert_is_in_code(&markdown);
        prop_assert_eq!(shape(&markdown), shape(&markdown::render(&reports::of_text(MARK))));
        let is_invisible = markdown.contains(['\u{202e}', '\u{200b}', '\0', '\r']);
        prop_assert!(!is_invisible);
    }
}

#[test]
fn a_giant_name_is_cut_short() {
    let markdown = markdown::render(&reports::of_text(&"a".repeat(1 << 20)));
    let longest = markdown
        .lines()
        .filter(|line| line.starts_with('|'))
        .map(str::len)
        .max();
    assert!(longest.is_some_and(|longest| longest < 4000), "{longest:?}");
}

#[test]
fn what_is_too_long_is_left_out_whole() {
    let mut report = reports::of_text("arn:aws:s3:::orders");
    let mut role = report.roles[0].clone();
    // What could not be read for one cause is told once.
    role.unread = None;
    report.roles = vec![role; 3];
    let whole = markdown::render(&report);
    assert!(!whole.contains("left out"));
    let mut least = usize::MAX;
    for bytes in (0..whole.len()).step_by(97) {
        let fitted = markdown::render_within(&report, bytes);
        assert!(fitted.starts_with(
            "## ❌ Fail: 6 permissions granted beyond what was called, 3 called and not granted\n"
        ));
        assert!(
            fitted.contains("left out, for there is a limit"),
            "{fitted}"
        );
        least = least.min(fitted.len());
        assert!(
            fitted.len() <= bytes.max(least),
            "{} of {bytes}",
            fitted.len()
        );
        assert_is_balanced(&fitted);
    }
    let fitted = markdown::render_within(&report, whole.len() - 1);
    assert_eq!(
        fitted.matches("Suggested policy").count(),
        5,
        "the last suggestion goes first"
    );
    assert_eq!(markdown::render_within(&report, whole.len()), whole);
}

pub(crate) fn assert_is_balanced(markdown: &str) {
    assert_eq!(
        markdown.matches("<details>").count(),
        markdown.matches("</details>").count()
    );
    assert_eq!(markdown.matches("```").count() % 2, 0);
}

#[test]
fn the_summary_stays_below_what_github_drops() {
    let mut report = reports::of_text(&"`|\u{202e}".repeat(100));
    let mut role = report.roles[0].clone();
    role.unread = None;
    report.roles = vec![role; 400];
    let markdown = markdown::render(&report);
    assert!(markdown.len() <= SUMMARY_BYTES, "{} bytes", markdown.len());
    assert!(
        markdown.len() > SUMMARY_BYTES / 2,
        "{} bytes",
        markdown.len()
    );
    assert!(markdown.contains("left out"));
}
