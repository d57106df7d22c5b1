//! Links, made of what cannot end one: to a line of a file at the head, and to the page of a kind of finding.

use super::Context;
use super::headline::is_plain;
use crate::compare::{Kind, Origin};
use crate::report::Role;
use crate::report::annotations::in_checkout;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is written as it is in the path of an address; the rest could end the link, or the address.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A place that is a line of a file of the commit, as a link; nothing where it is none.
pub(super) fn to_line(
    role: &Role,
    origin: &Origin,
    shown: &str,
    context: &Context,
) -> Option<String> {
    let files = context.files_url.as_deref()?;
    if !role.policy_files.contains(&origin.policy) {
        return None;
    }
    let path = in_checkout(&origin.policy)?;
    let path = utf8_percent_encode(&path, PATH);
    let line = origin.line?;
    is_plain(files).then(|| format!("[{shown}]({files}/{path}#L{line})"))
}

/// The page that says what a kind of finding is and what to do.
pub(super) fn to_page(kind: Kind, context: &Context) -> Option<String> {
    let pages = context.pages_url.as_deref()?;
    let url = format!("{pages}/docs/findings/{}.md", kind.id());
    is_plain(&url).then(|| format!("[why]({url})"))
}

/// Whether a name is nothing but itself where it stands outside code: no Markdown, and nothing that GitHub makes a link of, for which a
/// colon, an at sign, `www.` or `GH-` is needed.
pub(super) fn is_plain_name(name: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_/.".contains(letter);
    let lower = name.to_ascii_lowercase();
    name.chars().all(plain)
        && !["www.", "gh-"].iter().any(|begin| lower.contains(begin))
        && !is_emphasised(name)
}

/// Whether underlines stand at two ends of words, with what is between them emphasised; inside a word they are letters.
fn is_emphasised(name: &str) -> bool {
    let words = name.split(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric());
    let ends = words.map(|word| {
        let is_all = word.chars().all(|letter| letter == '_');
        let end = !is_all && word.ends_with('_');
        usize::from(word.starts_with('_')) + usize::from(end)
    });
    ends.sum::<usize>() > 1
}

#[cfg(test)]
mod tests {
    use super::is_plain_name;

    #[test]
    fn a_name_is_itself_or_is_not_told_outside_code() {
        for plain in [
            "policies/x.json",
            "orders-writer",
            "444455556666/my_role",
            "_private/a__b.json",
            "swww/x",
        ] {
            assert!(is_plain_name(plain), "{plain}");
        }
        for other in [
            "www.example.com",
            "policies/WWW.example.com",
            "http://x.y",
            "a.b@c",
            "GH-1",
            "_a_.json",
            "_a/b_",
            "*x*",
            "a b",
            "a#1",
            "<b>",
            "`x`",
        ] {
            assert!(!is_plain_name(other), "{other}");
        }
    }
}
