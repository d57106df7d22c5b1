//! Links, made of what cannot end one: to a line of a file at the head, and to the page of a kind of finding.

use super::Context;
use super::headline::is_plain;
use crate::compare::{Kind, Origin};
use crate::report::Role;
use crate::report::annotations::in_checkout;

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
    let url = format!("{files}/{}#L{}", in_checkout(&origin.policy)?, origin.line?);
    let (address, _) = url.split_once('#')?;
    is_plain(address).then(|| format!("[{shown}]({url})"))
}

/// The page that says what a kind of finding is and what to do.
pub(super) fn to_page(kind: Kind, context: &Context) -> Option<String> {
    let pages = context.pages_url.as_deref()?;
    let url = format!("{pages}/docs/findings/{}.md", kind.id());
    is_plain(&url).then(|| format!("[why]({url})"))
}
