//! Text from traces, policies and AWS in Markdown: inside code, where nothing of it is obeyed.
//!
//! In code GitHub links nothing, notifies nobody and renders no HTML. So the law is that text of others appears in code
//! alone, and that it cannot end the code that it is in. Follows <https://github.github.com/gfm/#code-spans>.

use crate::report::is_shown;

/// The longest name that is shown whole, in bytes of what is shown.
const LONGEST_NAME: usize = 400;

/// The longest message that is shown whole, in bytes of what is shown.
const LONGEST_MESSAGE: usize = 4000;

/// A name, or a sentence that has names in it, as a code span on one line.
///
/// Safe in a paragraph, a list, a table and a heading: it has no line break, no `|`, nothing that is invisible, and its
/// backticks are fewer in a row than those that enclose it.
///
/// ```
/// use aws_least_privilege::report::markdown::code;
///
/// assert_eq!(code("arn:aws:s3:::orders/*"), "`arn:aws:s3:::orders/*`");
/// assert_eq!(code("`@acme` <img>\n"), "`` `@acme` <img>\\u{a} ``");
/// assert_eq!(code("a|b"), "`a\\u{7c}b`");
/// assert_eq!(code(""), "*empty*");
/// ```
pub fn code(text: &str) -> String {
    span(text, LONGEST_NAME)
}

/// A message that has text of others in it as a code span; it may be longer than a name.
pub fn message(text: &str) -> String {
    span(text, LONGEST_MESSAGE)
}

fn span(text: &str, longest: usize) -> String {
    if text.is_empty() {
        return "*empty*".to_owned();
    }
    let mut shown = String::new();
    for letter in text.chars() {
        let before = shown.len();
        if is_shown(letter) && letter != '|' {
            shown.push(letter);
        } else {
            shown.extend(letter.escape_unicode());
        }
        if shown.len() > longest {
            shown.truncate(before);
            shown.push('…');
            break;
        }
    }
    let fence = "`".repeat(longest_run(&shown) + 1);
    let at_the_edge = |letter| shown.starts_with(letter) || shown.ends_with(letter);
    let pad = if at_the_edge('`') || at_the_edge(' ') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// A few names, each in code, and how many more there are.
pub fn listed(names: &[String], at_most: usize) -> String {
    let shown: Vec<String> = names.iter().take(at_most).map(|name| code(name)).collect();
    match names.len().saturating_sub(at_most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Lines of text as a fenced block, which must stand at the beginning of a line. `language` is ours.
///
/// ```
/// use aws_least_privilege::report::markdown::fenced;
///
/// assert_eq!(fenced("json", "{}"), "```json\n{}\n```\n");
/// assert_eq!(fenced("", "```\n</details>"), "````\n```\n</details>\n````\n");
/// ```
pub fn fenced(language: &str, text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\n' || letter == '\t' || is_shown(letter) {
            shown.push(letter);
        } else {
            shown.extend(letter.escape_unicode());
        }
    }
    let fence = "`".repeat((longest_run(&shown) + 1).max(3));
    let end = if shown.ends_with('\n') || shown.is_empty() {
        ""
    } else {
        "\n"
    };
    format!("{fence}{language}\n{shown}{end}{fence}\n")
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|letter| letter != '`');
    runs.map(str::len).max().unwrap_or_default()
}
