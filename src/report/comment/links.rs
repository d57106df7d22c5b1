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
