//! A document of a policy in the place of an entry that names one: as the text around it is laid out.

use super::lines::{Entry, Text, is_flow, is_list};
use super::statements::{Statements, Wanted};
use super::words::{Lists, double, key_like};
use super::{Language, Place, Refused};
use crate::iam::edit::Replacement;
use crate::yaml::{Key, Node};
use std::ops::Range;

/// What the document says its version is.
const VERSION: &str = "2012-10-17";

/// The elements of a statement, each with its texts as they are written.
type Members = Vec<(&'static str, Vec<String>)>;

/// Puts a document with these statements in the place of an entry of a list, which stands behind this key.
///
/// # Errors
///
/// What cannot be edited in place, and why.
pub fn instead(
    source: &str,
    language: &dyn Language,
    (key, list): (&Key, &Node),
    at: usize,
    wanted: &[Wanted],
) -> Result<Vec<Replacement>, Refused> {
    let item = list.items().get(at).ok_or(Refused::Unknown)?;
    if !is_list(list) || wanted.is_empty() {
        return Err(Refused::Layout);
    }
    let mut text = Statements { key, value: list }.text(source, language);
    text.check(item)?;
    let first = item.members().first().map(|(key, _)| key.span.clone());
    let model = text.slice(first.unwrap_or_default());
    text.spelling = text.spelling.by_key(model);
    if text.is_json {
        let new = text.document_in_json(item, wanted)?;
        return Ok(vec![Replacement::new(item.span(), new)]);
    }
    if is_flow(list) {
        if !text.comments(item).is_empty() {
            return Err(Refused::Layout);
        }
        let new = text.document_in_brackets(model, wanted)?;
        return Ok(vec![Replacement::new(item.span(), new)]);
    }
    let entries = text.entries(list)?;
    let entry = entries.get(at).ok_or(Refused::Layout)?;
    if is_flow(item) {
        let new = text.document_in_brackets(model, wanted)?;
        let kept = text.kept_above(entry, text.comments(item));
        let own = Replacement::new(item.span(), new);
        return Ok(kept.into_iter().chain([own]).collect());
    }
    let column = if entry.is_beside {
        text.column(entry.content)
    } else {
        entry.prefix.chars().count()
    };
    let new = text.document_in_lines(model, column, wanted)?;
    let own = text.instead(entry, &[new]);
    let kept = text.kept_above(entry, text.comments_of(entry, item));
    Ok(kept.into_iter().chain([own]).collect())
}

impl Text<'_> {
    /// The comments within an entry: behind its dash, among its lines, and behind its last value.
    fn comments_of(&self, entry: &Entry, item: &Node) -> Vec<Range<usize>> {
        let mut found = self.comments(item);
        found.retain(|own| own.start < entry.end);
        let last = self.content_end(item).min(entry.end);
        for (from, until) in [(entry.dash + 1, entry.content), (last, entry.end)] {
            let mut at = from;
            for line in self.slice(from..until).split_inclusive('\n') {
                if let Some(mark) = line.find('#') {
                    found.push(at + mark..at + line.trim_end().len());
                }
                at += line.len();
            }
        }
        found.sort_by_key(|own| own.start);
        found.dedup_by_key(|own| own.start);
        found
    }

    /// What puts comments above an entry, each on a line of its own.
    fn kept_above(&self, entry: &Entry, comments: Vec<Range<usize>>) -> Option<Replacement> {
        let indent = self.slice(entry.line..entry.dash);
        let lines = comments.into_iter();
        let lines = lines.map(|own| format!("{indent}{}{}", self.slice(own), self.newline));
        let lines: String = lines.collect();
        (!lines.is_empty()).then(|| Replacement::insert(entry.line, lines))
    }

    fn members(&self, wanted: &Wanted, place: Place) -> Result<Members, Refused> {
        let words = |texts: &[String]| -> Result<Vec<String>, Refused> {
            let place = match (place, texts) {
                (Place::Item, [_]) => Place::Value,
                (other, _) => other,
            };
            let words = texts.iter().map(|text| self.new_word(text, place));
            words.collect()
        };
        let mut members = vec![
            ("Effect", words(&["Allow".to_owned()])?),
            (
                if wanted.is_not_action {
                    "NotAction"
                } else {
                    "Action"
                },
                words(&wanted.actions)?,
            ),
            ("Resource", words(&wanted.resources)?),
        ];
        if let Some(sid) = &wanted.sid {
            members.insert(0, ("Sid", words(std::slice::from_ref(sid))?));
        }
        Ok(members)
    }

    fn document_in_lines(
        &self,
        model: &str,
        column: usize,
        wanted: &[Wanted],
    ) -> Result<String, Refused> {
        let offset = match self.lists {
            Lists::Block(offset) => offset,
            Lists::Flow => 0,
        };
        let line = |column: usize| format!("{}{}", self.newline, " ".repeat(column));
        let version = self.quoted(VERSION);
        let key = |name: &str| key_like(name, model);
        let mut out = format!(
            "{}: {version}{}{}:",
            key("Version"),
            line(column),
            key("Statement")
        );
        let inside = column + offset + 2;
        for wanted in wanted {
            out.push_str(&line(column + offset));
            out.push_str("- ");
            for (number, (name, texts)) in self.members(wanted, Place::Item)?.iter().enumerate() {
                if number > 0 {
                    out.push_str(&line(inside));
                }
                out.push_str(&key(name));
                out.push(':');
                match texts.as_slice() {
                    [one] => {
                        out.push(' ');
                        out.push_str(one);
                    }
                    several => {
                        for one in several {
                            out.push_str(&line(inside + offset));
                            out.push_str("- ");
                            out.push_str(one);
                        }
                    }
                }
            }
        }
        Ok(out)
    }

    fn document_in_brackets(&self, model: &str, wanted: &[Wanted]) -> Result<String, Refused> {
        let key = |name: &str| key_like(name, model);
        let statements = wanted.iter().map(|wanted| {
            let members = self.members(wanted, Place::Flow)?;
            let members = members.iter().map(|(name, texts)| match texts.as_slice() {
                [one] => format!("{}: {one}", key(name)),
                several => format!("{}: [{}]", key(name), several.join(", ")),
            });
            Ok(format!("{{{}}}", members.collect::<Vec<_>>().join(", ")))
        });
        let statements: Vec<String> = statements.collect::<Result<_, Refused>>()?;
        let version = self.quoted(VERSION);
        Ok(format!(
            "{{{}: {version}, {}: [{}]}}",
            key("Version"),
            key("Statement"),
            statements.join(", ")
        ))
    }

    /// An element a line where the entry has lines of its own, else all in one.
    fn document_in_json(&self, item: &Node, wanted: &[Wanted]) -> Result<String, Refused> {
        let span = item.span();
        let line = self.slice(self.line_start(span.start)..span.start);
        let outer = line.len() - line.trim_start().len();
        let outer = line.get(..outer).unwrap_or_default();
        let inner = item.members().first().map(|(key, _)| {
            let start = key.span.start;
            self.slice(self.line_start(start)..start)
        });
        let unit = inner
            .filter(|inner| inner.trim().is_empty())
            .and_then(|inner| inner.strip_prefix(outer));
        let around = |open: char, parts: &[String], close: char, depth: usize| match unit {
            Some(unit) => {
                let outside = format!("{}{outer}{}", self.newline, unit.repeat(depth));
                let inside = format!("{outside}{unit}");
                let parts = parts.join(&format!(",{inside}"));
                format!("{open}{inside}{parts}{outside}{close}")
            }
            None => format!("{open}{}{close}", parts.join(", ")),
        };
        let statements = wanted.iter().map(|wanted| {
            let members = self.members(wanted, Place::Json)?;
            let members = members.iter().map(|(name, texts)| {
                let value = match texts.as_slice() {
                    [one] => one.clone(),
                    several => around('[', several, ']', 3),
                };
                format!("{}: {value}", double(name))
            });
            Ok(around('{', &members.collect::<Vec<_>>(), '}', 2))
        });
        let statements: Vec<String> = statements.collect::<Result<_, Refused>>()?;
        let document = [
            format!("{}: {}", double("Version"), double(VERSION)),
            format!(
                "{}: {}",
                double("Statement"),
                around('[', &statements, ']', 1)
            ),
        ];
        Ok(around('{', &document, '}', 0))
    }
}
