//! Edits a list in brackets that has comments between its entries: each stays or goes with the entry that it stands beside.

use super::super::Replacement;
use super::Refused;
use super::lines::Text;
use crate::yaml::Node;

/// What becomes of an entry.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Its text, where it stays.
    pub(super) own: Option<String>,
    /// The texts that stand in its place, or behind it if it stays.
    pub(super) new: Vec<String>,
}

/// What stands around an entry.
struct Around<'a> {
    /// White space and comments before it, from the end of what belongs to the entry before.
    lead: &'a str,
    has_comma: bool,
    /// A comment beside it, behind its comma, with the space before.
    beside: &'a str,
}

/// An entry as it will be.
struct Entry {
    lead: String,
    text: String,
    beside: String,
}

impl Text<'_> {
    /// The replacement that makes these changes; `first` are texts that come before all entries.
    pub(super) fn between_comments(
        &self,
        value: &Node,
        first: &[String],
        pieces: &[Piece],
    ) -> Result<Replacement, Refused> {
        let (around, tail) = self.around(value)?;
        let opening = around.first().map_or("", |own| own.lead);
        let mut entries: Vec<Entry> = Vec::new();
        // The space before entries that went, and the comments above them.
        let mut pending = String::new();
        for (place, (own, piece)) in around.iter().zip(pieces).enumerate() {
            let mut lead = joined(&pending, own.lead);
            pending.clear();
            let start = value.items().get(place).map_or(0, |item| item.span().start);
            let column = self.column(start);
            let further = if own.lead.contains('\n') || !own.beside.is_empty() {
                format!("{}{}", self.newline, " ".repeat(column))
            } else {
                " ".to_owned()
            };
            let before: &[String] = if place == 0 { first } else { &[] };
            let kept = piece.own.iter().map(|text| (text, own.beside));
            let mut is_first = true;
            for (text, beside) in fresh(before).chain(kept).chain(fresh(&piece.new)) {
                entries.push(Entry {
                    lead: if is_first {
                        std::mem::take(&mut lead)
                    } else {
                        further.clone()
                    },
                    text: text.clone(),
                    beside: beside.to_owned(),
                });
                is_first = false;
            }
            pending = lead;
        }
        if let Some(entry) = entries.first_mut()
            && !opening.contains('\n')
            && !entry.lead.contains('#')
        {
            opening.clone_into(&mut entry.lead);
        }
        let is_last_beside = entries.last().is_some_and(|own| !own.beside.is_empty());
        let tail = ending(&pending, tail, is_last_beside);
        let has_last_comma = around.last().is_some_and(|own| own.has_comma);
        let last = entries.len().checked_sub(1).ok_or(Refused::Layout)?;
        let mut text = String::new();
        for (place, entry) in entries.iter().enumerate() {
            let comma = if place < last || has_last_comma {
                ","
            } else {
                ""
            };
            text.extend([&entry.lead, &entry.text, comma, &entry.beside]);
        }
        text.push_str(&tail);
        let span = value.span();
        let end = self.content_end(value) - 1;
        Ok(Replacement::new(span.start + 1..end, text))
    }

    /// What stands around each entry, and what stands behind the last one.
    fn around(&self, value: &Node) -> Result<(Vec<Around<'_>>, &str), Refused> {
        let close = self.content_end(value) - 1;
        let mut from = value.span().start + 1;
        let mut all = Vec::new();
        let items = value.items();
        for (place, item) in items.iter().enumerate() {
            let lead = self.slice(from..item.span().start);
            let end = self.content_end(item);
            let next = items.get(place + 1);
            let until = next.map_or(close, |next| next.span().start);
            let behind = self.slice(end..until);
            let after = behind.trim_start();
            let has_comma = after.starts_with(',');
            if !has_comma && next.is_some() || !is_space(lead) {
                return Err(Refused::Comment);
            }
            let mut at = end;
            if has_comma {
                at = end + behind.len() - after.len() + 1;
            }
            let rest = self.slice(at..until);
            let line = rest.split('\n').next().unwrap_or_default();
            let line = line.trim_end_matches('\r');
            let beside = if line.trim_start().starts_with('#') {
                line
            } else {
                ""
            };
            from = at + beside.len();
            all.push(Around {
                lead,
                has_comma,
                beside,
            });
        }
        let tail = self.slice(from..close);
        if is_space(tail) {
            Ok((all, tail))
        } else {
            Err(Refused::Comment)
        }
    }
}

/// New texts have no comment beside them.
fn fresh(texts: &[String]) -> impl Iterator<Item = (&String, &str)> {
    texts.iter().map(|text| (text, ""))
}

/// Whether a text is white space and comments alone.
fn is_space(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#')
    })
}

/// The part of white space and comments up to the last comment, and the rest.
fn comments(space: &str) -> (&str, &str) {
    let Some(mark) = space.rfind('#') else {
        return ("", space);
    };
    // A comment may have the sign in it: the line is what ends it.
    let rest = space.get(mark..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    space.split_at(mark + line.trim_end_matches('\r').len())
}

/// The space before an entry, behind that of entries which went: it keeps the comments of both, and begins a line where one of them
/// does.
fn joined(gone: &str, lead: &str) -> String {
    if lead.contains('\n') {
        return format!("{}{lead}", comments(gone).0);
    }
    if gone.contains('\n') {
        return gone.to_owned();
    }
    lead.to_owned()
}

/// The space before the closing bracket, behind that of entries which went: it is on a line of its own where a comment is before it.
fn ending(gone: &str, tail: &str, is_behind_comment: bool) -> String {
    let (comments, space) = comments(gone);
    let needs_line = is_behind_comment || !comments.is_empty();
    if needs_line && !tail.contains('\n') {
        return format!("{comments}{space}");
    }
    format!("{comments}{tail}")
}
