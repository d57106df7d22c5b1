//! Divides a text into lines, and finds entries of lists and comments in it.

use super::super::Replacement;
use super::words::{Lists, Spelling};
use super::{Language, Refused};
use crate::yaml::{self, Limits, Node, Schema, Style, Value};
use std::ops::Range;

/// Limits for reading a piece of a text again.
pub(super) const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 64,
    values: 20_000,
};

/// A text that is edited.
pub(super) struct Text<'a> {
    pub(super) source: &'a str,
    pub(super) language: &'a dyn Language,
    pub(super) is_json: bool,
    pub(super) newline: &'static str,
    /// How new lists are written.
    pub(super) lists: Lists,
    /// How new texts are quoted.
    pub(super) spelling: Spelling,
}

/// An entry of a list that is laid out by indentation.
pub(super) struct Entry {
    /// The beginning of its first line.
    pub(super) line: usize,
    /// The place of its dash.
    pub(super) dash: usize,
    /// The beginning of its value.
    pub(super) content: usize,
    /// The end of its last line, before the line break. Only a comment may follow the value there.
    pub(super) end: usize,
    /// The text before the value of a new entry beside this one.
    pub(super) prefix: String,
    /// Whether the value begins on the line of the dash.
    pub(super) is_beside: bool,
}

impl<'a> Text<'a> {
    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.source.get(range).unwrap_or_default()
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.slice(0..at);
        match before.rfind('\n') {
            Some(place) => place + 1,
            None => before.len() - before.trim_start_matches('\u{feff}').len(),
        }
    }

    /// The end of the line, before its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.slice(at..self.source.len());
        let line = rest.split('\n').next().unwrap_or_default();
        at + line.trim_end_matches('\r').len()
    }

    /// The end of the line before the one that begins at byte `line`. `None` for the first line.
    pub(super) fn break_before(&self, line: usize) -> Option<usize> {
        let before = self.slice(0..line).strip_suffix('\n')?;
        Some(before.strip_suffix('\r').unwrap_or(before).len())
    }

    /// The end of a value, without white space behind it.
    pub(super) fn content_end(&self, node: &Node) -> usize {
        let span = node.span();
        span.start + self.slice(span.clone()).trim_end().len()
    }

    /// The end of the line in which a value ends. An error if anything except a comment follows the value.
    pub(super) fn end_of(&self, node: &Node) -> Result<usize, Refused> {
        let content = self.content_end(node);
        let end = self.line_end(content);
        let rest = self.slice(content..end);
        let beside = rest.trim_start();
        let is_comment = beside.starts_with('#') && beside.len() < rest.len();
        if beside.is_empty() || is_comment {
            Ok(end)
        } else {
            Err(Refused::Layout)
        }
    }

    /// The number of characters before a byte in its line.
    pub(super) fn column(&self, at: usize) -> usize {
        self.slice(self.line_start(at)..at).chars().count()
    }

    /// The column of a list's dashes. For a list that is not indented more than its key, the reader lets the list begin
    /// behind its first dash.
    pub(super) fn dash_column(&self, list: &Node) -> usize {
        let start = list.span().start;
        let line = self.slice(self.line_start(start)..start);
        let indent = line.len() - line.trim_start_matches(' ').len();
        if line.get(indent..).is_some_and(|rest| rest.starts_with('-')) {
            indent
        } else {
            line.chars().count()
        }
    }

    /// The entries of a list that is laid out by indentation.
    pub(super) fn entries(&self, list: &Node) -> Result<Vec<Entry>, Refused> {
        let mut from = self.line_start(list.span().start);
        let mut entries = Vec::new();
        for item in list.items() {
            let content = item.span().start;
            let mut found = None;
            let mut line = from;
            for text in self.slice(from..content).split_inclusive('\n') {
                let indent = text.len() - text.trim_start_matches(' ').len();
                if text.get(indent..).is_some_and(|rest| rest.starts_with('-')) {
                    found = Some((line, line + indent));
                }
                line += text.len();
            }
            let (line, dash) = found.ok_or(Refused::Layout)?;
            let between = self.slice(dash + 1..content);
            let is_beside = !between.contains('\n');
            if is_beside && (between.is_empty() || !between.trim().is_empty()) {
                return Err(Refused::Layout);
            }
            let prefix = if is_beside {
                self.slice(line..content).to_owned()
            } else {
                format!("{}- ", self.slice(line..dash))
            };
            let end = self.end_of(item)?;
            from = end;
            entries.push(Entry {
                line,
                dash,
                content,
                end,
                prefix,
                is_beside,
            });
        }
        Ok(entries)
    }

    /// The replacement that removes an entry's lines.
    pub(super) fn without(&self, entry: &Entry) -> Result<Replacement, Refused> {
        let start = self.break_before(entry.line).ok_or(Refused::Layout)?;
        Ok(Replacement::new(start..entry.end, ""))
    }

    /// The replacement that puts values in the place of an entry, each as an entry of its own.
    pub(super) fn instead(&self, entry: &Entry, values: &[String]) -> Replacement {
        let separator = format!("{}{}", self.newline, entry.prefix);
        let values = values.join(&separator);
        if entry.is_beside {
            Replacement::new(entry.content..entry.end, values)
        } else {
            Replacement::new(entry.dash + 1..entry.end, format!(" {values}"))
        }
    }

    /// The text of new entries with these values, to be added behind an entry.
    pub(super) fn behind(&self, entry: &Entry, values: &[String]) -> String {
        let entries = values
            .iter()
            .map(|value| format!("{}{}{value}", self.newline, entry.prefix));
        entries.collect()
    }

    /// Refuses a value that shares text with other places, or that has tabs.
    pub(super) fn check(&self, node: &Node) -> Result<(), Refused> {
        if !self.is_json && self.slice(node.span()).contains('\t') {
            return Err(Refused::Tab);
        }
        check(node)
    }

    /// The comments within a value.
    pub(super) fn comments(&self, node: &Node) -> Vec<Range<usize>> {
        if self.is_json {
            return Vec::new();
        }
        comments(self.source, node)
    }
}

fn check(node: &Node) -> Result<(), Refused> {
    if node.is_anchored {
        return Err(Refused::Anchor);
    }
    let own = node.span();
    let is_inside = |span: &Range<usize>| span.start >= own.start && span.end <= own.end;
    match &node.value {
        Value::List(items) => items.iter().try_for_each(|item| {
            if is_inside(&item.span()) {
                check(item)
            } else {
                Err(Refused::Anchor)
            }
        }),
        Value::Map(members) => members.iter().try_for_each(|(key, value)| {
            check(value)?;
            // An empty value may be placed behind the end of a map.
            if is_inside(&key.span) && (is_inside(&value.span()) || value.value == Value::Null) {
                Ok(())
            } else {
                Err(Refused::Merge)
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => Ok(()),
    }
}

fn comments(source: &str, node: &Node) -> Vec<Range<usize>> {
    let mut leaves = Vec::new();
    add_leaves(node, &mut leaves);
    leaves.sort_by_key(|leaf| leaf.start);
    let own = node.span();
    leaves.push(own.end..own.end);
    let mut found = Vec::new();
    let mut from = own.start;
    for leaf in leaves {
        let mut at = from;
        while let Some(gap) = source.get(at..leaf.start) {
            let Some(mark) = gap.find('#') else { break };
            let line = gap.get(mark..).and_then(|rest| rest.split('\n').next());
            let end = at + mark + line.map_or(1, |line| line.trim_end_matches('\r').len());
            found.push(at + mark..end);
            at = end;
        }
        from = from.max(leaf.end);
    }
    found
}

fn add_leaves(node: &Node, leaves: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| add_leaves(item, leaves)),
        Value::Map(members) => {
            for (key, value) in members {
                leaves.push(key.span.clone());
                add_leaves(value, leaves);
            }
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::Text(_) => leaves.push(node.span()),
    }
}

/// The text of a map, laid out by indentation, without its comments. `column` is that of its first line. `None` if the
/// result reads differently.
pub(super) fn without_comments(text: &str, column: usize) -> Option<String> {
    let pad = " ".repeat(column);
    let whole = format!("{pad}{text}");
    let node = yaml::parse(&whole, Schema::Yaml11, LIMITS).ok().flatten()?;
    let mut plain = whole.clone();
    let mut comments = comments(&whole, &node);
    // Behind the last value there can only be a comment.
    let tail = whole.get(node.span().end..)?;
    if let Some(mark) = tail.find('#') {
        comments.push(node.span().end + mark..whole.len());
    }
    for comment in comments.into_iter().rev() {
        let before = plain.get(..comment.start)?;
        let beside = before.trim_end_matches([' ', '\t']);
        let is_alone = beside.ends_with('\n');
        let start = beside.len();
        let behind = plain.get(comment.end..)?;
        let behind = if is_alone {
            behind
                .trim_start_matches('\r')
                .strip_prefix('\n')
                .unwrap_or(behind)
        } else {
            behind
        };
        plain = format!("{}{behind}", plain.get(..start)?);
    }
    let plain = plain.trim_end().strip_prefix(&pad)?.to_owned();
    let again = yaml::parse(&format!("{pad}{plain}"), Schema::Yaml11, LIMITS);
    (again.ok().flatten()? == node).then_some(plain)
}

/// Whether a value is a plain list, not a list with a tag.
pub(super) fn is_list(node: &Node) -> bool {
    node.is_list() && node.tag.is_none()
}

/// Whether a list or a map is written in brackets.
pub(super) fn is_flow(node: &Node) -> bool {
    node.style == Style::Flow
}
