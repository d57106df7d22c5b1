//! Edits the statements of a document: changes, splits, removes and adds them.

use super::super::{Change, Layout, List, Member, Replacement, apply};
use super::brackets::Piece;
use super::lines::{Text, is_flow, is_list, without_comments};
use super::words::{Lists, Spelling, key_like};
use super::{Language, Place, Plain, Refused};
use crate::yaml::{Key, Node};
use std::collections::BTreeSet;
use std::ops::Range;

/// What a statement should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The `Sid`.
    pub sid: Option<String>,
    /// Whether it has `NotAction`.
    pub is_not_action: bool,
    /// The elements of `Action`, or of `NotAction`.
    pub actions: Vec<String>,
    /// The elements of `Resource`.
    pub resources: Vec<String>,
}

/// What happens to a statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fate {
    /// It stays as it is written.
    #[default]
    Stays,
    /// It is replaced by these, and removed if there are none. Whatever `Wanted` does not mention stays as it is.
    Becomes(Vec<Wanted>),
}

impl Fate {
    /// What replaces it. Empty if it stays or is removed.
    fn wanted(&self) -> &[Wanted] {
        match self {
            Self::Stays => &[],
            Self::Becomes(wanted) => wanted,
        }
    }

    /// Whether it is removed.
    pub fn goes(&self) -> bool {
        matches!(self, Self::Becomes(wanted) if wanted.is_empty())
    }
}

/// The statements of a document, as written in a text.
#[derive(Debug, Clone, Copy)]
pub struct Statements<'n> {
    /// The key `Statement`.
    pub key: &'n Key,
    /// The value: a list, or a single statement.
    pub value: &'n Node,
}

const ACTIONS: [&str; 2] = ["Action", "NotAction"];
const RESOURCES: [&str; 2] = ["Resource", "NotResource"];

impl Statements<'_> {
    /// The statements as written.
    pub fn nodes(&self) -> &[Node] {
        if is_list(self.value) {
            self.value.items()
        } else {
            std::slice::from_ref(self.value)
        }
    }

    /// The replacements that turn each statement into what is wanted, and add the other ones behind the last statement that
    /// stays.
    ///
    /// # Errors
    ///
    /// If something cannot be edited in place, with the reason.
    pub fn edited(
        &self,
        source: &str,
        language: &dyn Language,
        fates: &[Fate],
        added: &[Wanted],
    ) -> Result<Vec<Replacement>, Refused> {
        if self.nodes().len() != fates.len() {
            return Err(Refused::Unknown);
        }
        let text = self.text(source, language);
        let mut within = Vec::new();
        let mut is_same = added.is_empty();
        for (node, fate) in self.nodes().iter().zip(fates) {
            let own = match fate.wanted().first() {
                Some(wanted) => text.statement(node, wanted)?,
                None => Vec::new(),
            };
            let is_one = *fate == Fate::Stays || fate.wanted().len() == 1;
            if !is_one || !own.is_empty() {
                is_same = is_same && is_one;
                text.check(node)?;
            }
            within.push(own);
        }
        if is_same {
            return Ok(within.into_iter().flatten().collect());
        }
        if self.value.is_anchored {
            return Err(Refused::Anchor);
        }
        if fates.iter().all(Fate::goes) {
            return Err(Refused::Layout);
        }
        if !is_list(self.value) && !is_flow(self.value) {
            return self.of_one(&text, fates, added, &within);
        }
        if is_list(self.value) && !is_flow(self.value) {
            return self.by_lines(&text, fates, added, &within);
        }
        self.in_brackets(&text, fates, added, within)
    }

    pub(super) fn text<'a>(&self, source: &'a str, language: &'a dyn Language) -> Text<'a> {
        let plain = source.strip_prefix('\u{feff}').unwrap_or(source);
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(plain).is_ok();
        let newline = if source.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let elements = || {
            let members = self.nodes().iter().flat_map(Node::members);
            members.filter(|(key, _)| {
                ACTIONS.contains(&key.text.as_str()) || RESOURCES.contains(&key.text.as_str())
            })
        };
        let mut text = Text {
            source,
            language,
            is_json,
            newline,
            lists: Lists::Flow,
            spelling: Spelling::of(&elements().map(|(_, value)| value)),
        };
        text.lists = Lists::of(
            elements().map(|(key, value)| (key.span.start, value)),
            (self.key.span.start, self.value),
            |place| text.column(place),
            |list| text.dash_column(list),
        );
        text
    }

    fn by_lines(
        &self,
        text: &Text<'_>,
        fates: &[Fate],
        added: &[Wanted],
        within: &[Vec<Replacement>],
    ) -> Result<Vec<Replacement>, Refused> {
        let entries = text.entries(self.value)?;
        let last = fates.iter().rposition(|fate| !fate.goes());
        let mut edits = Vec::new();
        for (place, (node, entry)) in self.nodes().iter().zip(&entries).enumerate() {
            let Some(fate) = fates.get(place).filter(|fate| !fate.goes()) else {
                edits.push(text.without(entry)?);
                continue;
            };
            let own = within.get(place).map(Vec::as_slice).unwrap_or_default();
            let copies = fate.wanted().iter().skip(1);
            let range = entry.content..entry.end;
            let mut more = Vec::new();
            for copy in copies {
                more.push(text.copy(node, &range, copy)?);
            }
            if last == Some(place) {
                for wanted in added {
                    let pad = text.column(entry.content);
                    let pad = if entry.is_beside {
                        pad
                    } else {
                        entry.prefix.chars().count()
                    };
                    more.push(text.fresh(node, pad, wanted)?);
                }
            }
            if more.is_empty() {
                edits.extend_from_slice(own);
                continue;
            }
            let whole = moved(text.source, &range, own)?;
            let more = text.behind(entry, &more);
            edits.push(Replacement::new(range, format!("{whole}{more}")));
        }
        Ok(edits)
    }

    fn in_brackets(
        &self,
        text: &Text<'_>,
        fates: &[Fate],
        added: &[Wanted],
        within: Vec<Vec<Replacement>>,
    ) -> Result<Vec<Replacement>, Refused> {
        let last = fates.iter().rposition(|fate| !fate.goes());
        let mut new = Vec::new();
        for (place, (node, fate)) in self.nodes().iter().zip(fates).enumerate() {
            let copies = fate.wanted().iter().skip(1);
            let mut more = Vec::new();
            for copy in copies {
                let range = node.span();
                more.push(text.copy(node, &range, copy)?);
            }
            if last == Some(place) {
                for wanted in added {
                    more.push(text.fresh(node, 0, wanted)?);
                }
            }
            new.push(more);
        }
        if self.has_comment_between(text) {
            return self.between_comments(text, fates, new, &within);
        }
        let changes = fates.iter().zip(new).map(|(fate, more)| {
            if fate.goes() {
                Change::Remove
            } else if more.is_empty() {
                Change::Keep
            } else {
                Change::Follow(more)
            }
        });
        let changes: Vec<Change> = changes.collect();
        let elements: Vec<Range<usize>> = self.nodes().iter().map(Node::span).collect();
        let value = self.value.span();
        let elements = List {
            source: text.source,
            value: &value,
            elements: &elements,
        };
        let mut edits: Vec<Replacement> = within.into_iter().flatten().collect();
        edits.extend(elements.edited(&changes, &Layout::of(text.source)));
        Ok(edits)
    }

    /// Whether a comment stands in brackets between the statements.
    fn has_comment_between(&self, text: &Text<'_>) -> bool {
        let nodes = self.nodes();
        let is_inside = |comment: &Range<usize>| {
            let mut nodes = nodes.iter();
            nodes.any(|node| node.span().contains(&comment.start))
        };
        !text.comments(self.value).iter().all(is_inside)
    }

    fn between_comments(
        &self,
        text: &Text<'_>,
        fates: &[Fate],
        new: Vec<Vec<String>>,
        within: &[Vec<Replacement>],
    ) -> Result<Vec<Replacement>, Refused> {
        if !is_list(self.value) {
            return Err(Refused::Comment);
        }
        let mut pieces = Vec::new();
        for (place, ((node, fate), new)) in self.nodes().iter().zip(fates).zip(new).enumerate() {
            let own = within.get(place).map(Vec::as_slice).unwrap_or_default();
            let range = node.span().start..text.content_end(node);
            let own = (!fate.goes()).then(|| moved(text.source, &range, own));
            pieces.push(Piece {
                own: own.transpose()?,
                new,
            });
        }
        Ok(vec![text.between_comments(self.value, &[], &pieces)?])
    }

    /// Turns a single statement, laid out by indentation, into the first of a list.
    fn of_one(
        &self,
        text: &Text<'_>,
        fates: &[Fate],
        added: &[Wanted],
        within: &[Vec<Replacement>],
    ) -> Result<Vec<Replacement>, Refused> {
        let node = self.value;
        let start = node.span().start;
        let range = start..text.end_of(node)?;
        let column = text.column(start);
        let pad = text.slice(text.line_start(start)..start);
        if !pad.trim().is_empty() {
            return Err(Refused::Layout);
        }
        let own = within.first().map(Vec::as_slice).unwrap_or_default();
        let mut all = vec![moved(text.source, &range, own)?];
        for copy in fates.iter().flat_map(Fate::wanted).skip(1) {
            all.push(text.copy(node, &range, copy)?);
        }
        for wanted in added {
            all.push(text.fresh(node, column, wanted)?);
        }
        let entries: Vec<String> = all
            .iter()
            .map(|one| format!("- {}", further_in(one)))
            .collect();
        let separator = format!("{}{pad}", text.newline);
        Ok(vec![Replacement::new(range, entries.join(&separator))])
    }
}

/// The replacements that remove entries of a list, given by their places. Other entries must remain.
///
/// # Errors
///
/// If something cannot be edited in place, with the reason.
pub fn without(
    source: &str,
    list: &Node,
    gone: &BTreeSet<usize>,
) -> Result<Vec<Replacement>, Refused> {
    let key = Key::new("", list.span());
    let statements = Statements {
        key: &key,
        value: list,
    };
    let fates: Vec<Fate> = (0..list.items().len())
        .map(|place| {
            if gone.contains(&place) {
                Fate::Becomes(Vec::new())
            } else {
                Fate::Stays
            }
        })
        .collect();
    if !is_list(list) {
        return Err(Refused::Layout);
    }
    statements.edited(source, &Plain, &fates, &[])
}

/// The place of a value behind a key of a statement.
fn place_of(in_flow: bool) -> Place {
    if in_flow { Place::Flow } else { Place::Value }
}

/// The text with two more spaces before each line, except the first line and empty ones.
fn further_in(text: &str) -> String {
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        if !line.trim().is_empty() {
            out.push_str("  ");
        }
        out.push_str(line);
    }
    out
}

/// A range of a text, with the edits inside it made.
fn moved(source: &str, range: &Range<usize>, edits: &[Replacement]) -> Result<String, Refused> {
    let own = source.get(range.clone()).ok_or(Refused::Layout)?;
    let edits: Option<Vec<Replacement>> = edits
        .iter()
        .map(|edit| {
            let start = edit.start.checked_sub(range.start)?;
            let end = edit.end.checked_sub(range.start)?;
            Some(Replacement::new(start..end, edit.text.clone()))
        })
        .collect();
    apply(own, &edits.ok_or(Refused::Layout)?).ok_or(Refused::Layout)
}

impl Text<'_> {
    /// The replacements that turn a statement into the wanted one.
    fn statement(&self, node: &Node, wanted: &Wanted) -> Result<Vec<Replacement>, Refused> {
        let in_flow = is_flow(node);
        let element = |names: [&str; 2]| {
            let mut members = node.members().iter();
            members.find(|(key, _)| names.contains(&key.text.as_str()))
        };
        let (key, value) = element(ACTIONS).ok_or(Refused::Unknown)?;
        let mut edits = self.listed(key, value, &wanted.actions, in_flow)?;
        if (key.text == "NotAction") != wanted.is_not_action {
            let written = self.slice(key.span.clone());
            let text = if wanted.is_not_action {
                written.replace("Action", "NotAction")
            } else {
                written.replace("NotAction", "Action")
            };
            edits.push(Replacement::new(key.span.clone(), text));
        }
        match element(RESOURCES) {
            Some((key, value)) => {
                edits.extend(self.listed(key, value, &wanted.resources, in_flow)?);
            }
            None if wanted.resources.is_empty() => {}
            None => return Err(Refused::Unknown),
        }
        Ok(edits)
    }

    /// A copy of a statement's text, changed into the wanted one. Comments are not copied.
    fn copy(&self, node: &Node, range: &Range<usize>, wanted: &Wanted) -> Result<String, Refused> {
        let mut edits = self.statement(node, wanted)?;
        if let (Some(sid), Some(value)) = (&wanted.sid, node.get("Sid")) {
            let text = self.spelled(sid, value, place_of(is_flow(node)))?;
            edits.push(Replacement::new(value.span(), text));
        }
        if self.is_json || is_flow(node) {
            if !self.comments(node).is_empty() {
                return Err(Refused::Comment);
            }
            return moved(self.source, &node.span(), &edits);
        }
        let text = moved(self.source, range, &edits)?;
        without_comments(&text, self.column(range.start)).ok_or(Refused::Layout)
    }

    /// A new statement, laid out like an existing one. If it has several lines, those after the first begin in `column`.
    fn fresh(&self, like: &Node, column: usize, wanted: &Wanted) -> Result<String, Refused> {
        let in_flow = is_flow(like);
        let words = |texts: &[String]| -> Result<Vec<String>, Refused> {
            let place = match (in_flow || self.lists == Lists::Flow, texts) {
                (_, [_]) => place_of(in_flow),
                (true, _) => Place::Flow,
                (false, _) => Place::Item,
            };
            let words = texts.iter().map(|text| self.new_word(text, place));
            words.collect()
        };
        let (actions, resources) = (words(&wanted.actions)?, words(&wanted.resources)?);
        let sid = wanted.sid.as_deref().map(|sid| match like.get("Sid") {
            Some(own) => self.spelled(sid, own, place_of(in_flow)),
            None => self.new_word(sid, place_of(in_flow)),
        });
        let sid = sid.transpose()?;
        let effect = match like.get("Effect") {
            Some(own) => self.spelled("Allow", own, place_of(in_flow))?,
            None => return Err(Refused::Unknown),
        };
        let mut members = vec![
            ("Effect", Member::One(effect.as_str())),
            ("Action", Member::List(&actions)),
            ("Resource", Member::List(&resources)),
        ];
        if let Some(sid) = &sid {
            members.insert(0, ("Sid", Member::One(sid)));
        }
        if self.is_json {
            let layout = Layout::of(self.source);
            return Ok(layout.object(self.source, like.span().start, &members));
        }
        let first = like.members().first().map(|(key, _)| key.span.clone());
        let first = self.slice(first.unwrap_or_default());
        let parts = members.iter().map(|(name, member)| {
            let key = key_like(name, first);
            let value = match (member, self.lists) {
                (Member::One(one), _) => format!(" {one}"),
                (Member::List([one]), _) => format!(" {one}"),
                (Member::List(several), Lists::Block(offset)) if !in_flow => {
                    let pad = " ".repeat(column + offset);
                    let entries = several
                        .iter()
                        .map(|one| format!("{}{pad}- {one}", self.newline));
                    entries.collect()
                }
                (Member::List(several), _) => format!(" [{}]", several.join(", ")),
            };
            format!("{key}:{value}")
        });
        let parts: Vec<String> = parts.collect();
        Ok(if in_flow {
            format!("{{{}}}", parts.join(", "))
        } else {
            parts.join(&format!("{}{}", self.newline, " ".repeat(column)))
        })
    }
}
