//! Edits the elements of a list, or of the single value that stands for a list.

use super::super::{Change, Layout, List, Replacement};
use super::brackets::Piece;
use super::lines::{Text, is_flow, is_list};
use super::words::Lists;
use super::{Language, Place, Refused};
use crate::yaml::{Key, Node};

/// What happens to each element, by place, and the texts that come before the first.
struct Planned {
    fates: Vec<Fate>,
    first: Vec<String>,
}

/// What happens to an element.
#[derive(Default)]
struct Fate {
    /// Whether it stays.
    stays: bool,
    /// The texts that replace it, or follow it if it stays.
    new: Vec<String>,
}

impl Planned {
    /// Decides which elements stay, in their order, and where new texts go. A new text takes the place of a removed element
    /// if there is one.
    fn of(elements: &[&Node], wanted: &[String], language: &dyn Language) -> Result<Self, Refused> {
        let mut fates: Vec<Fate> = Vec::new();
        let mut first = Vec::new();
        let mut rest = wanted;
        for element in elements {
            let texts = language.reads(element).ok_or(Refused::Unknown)?;
            let found = if texts.is_empty() {
                Some(0)
            } else {
                let mut windows = rest.windows(texts.len());
                windows.position(|window| window == texts)
            };
            let Some(at) = found else {
                if texts.len() > 1 && texts.iter().any(|text| wanted.contains(text)) {
                    return Err(Refused::Partly);
                }
                fates.push(Fate::default());
                continue;
            };
            put(&mut fates, &mut first, rest.get(..at).unwrap_or_default());
            rest = rest.get(at + texts.len()..).unwrap_or_default();
            fates.push(Fate {
                stays: true,
                new: Vec::new(),
            });
        }
        put(&mut fates, &mut first, rest);
        Ok(Self { fates, first })
    }

    fn changes_nothing(&self) -> bool {
        self.first.is_empty()
            && self
                .fates
                .iter()
                .all(|fate| fate.stays && fate.new.is_empty())
    }
}

/// Adds new texts at the end: in the place of the first removed element there, or behind the last element that stays.
fn put(fates: &mut [Fate], first: &mut Vec<String>, texts: &[String]) {
    let staying = fates.iter().rposition(|fate| fate.stays);
    let next = staying.map_or(0, |place| place + 1);
    let place = if next < fates.len() {
        Some(next)
    } else {
        staying
    };
    match place.and_then(|place| fates.get_mut(place)) {
        Some(fate) => fate.new.extend_from_slice(texts),
        None => first.extend_from_slice(texts),
    }
}

impl Text<'_> {
    /// The replacements that turn the value of a key into these texts. `in_flow` says whether the key is inside brackets.
    pub(super) fn listed(
        &self,
        key: &Key,
        value: &Node,
        wanted: &[String],
        in_flow: bool,
    ) -> Result<Vec<Replacement>, Refused> {
        let elements: Vec<&Node> = if is_list(value) {
            value.items().iter().collect()
        } else {
            vec![value]
        };
        let planned = Planned::of(&elements, wanted, self.language)?;
        if planned.changes_nothing() {
            return Ok(Vec::new());
        }
        if wanted.is_empty() {
            return Err(Refused::Layout);
        }
        self.check(value)?;
        if !is_list(value) {
            return self.single(key, value, &planned, in_flow);
        }
        if !is_flow(value) {
            return self.by_lines(value, &planned);
        }
        if self.comments(value).is_empty() {
            return self.in_brackets(value, &planned);
        }
        match self.in_brackets_by_lines(value, &planned) {
            Err(Refused::Layout) => Ok(vec![self.in_brackets_between(value, &planned)?]),
            done => done,
        }
    }

    fn words(&self, texts: &[String], beside: &Node, place: Place) -> Result<Vec<String>, Refused> {
        let words = texts.iter().map(|text| self.spelled(text, beside, place));
        words.collect()
    }

    fn by_lines(&self, value: &Node, planned: &Planned) -> Result<Vec<Replacement>, Refused> {
        let entries = self.entries(value)?;
        let mut edits = Vec::new();
        if let (Some(entry), false) = (entries.first(), planned.first.is_empty()) {
            let words = self.words(&planned.first, value, Place::Item)?;
            let lines = words
                .iter()
                .map(|word| format!("{}{word}{}", entry.prefix, self.newline));
            edits.push(Replacement::insert(entry.line, lines.collect::<String>()));
        }
        for (entry, fate) in entries.iter().zip(&planned.fates) {
            let words = self.words(&fate.new, value, Place::Item)?;
            match (fate.stays, words.as_slice()) {
                (true, []) => {}
                (true, words) => {
                    edits.push(Replacement::insert(entry.end, self.behind(entry, words)));
                }
                (false, []) => edits.push(self.without(entry)?),
                (false, words) => edits.push(self.instead(entry, words)),
            }
        }
        Ok(edits)
    }

    fn in_brackets(&self, value: &Node, planned: &Planned) -> Result<Vec<Replacement>, Refused> {
        let mut changes = Vec::new();
        for (place, (item, fate)) in value.items().iter().zip(&planned.fates).enumerate() {
            let words = self.words(&fate.new, value, Place::Flow)?;
            let mut all = if place == 0 {
                self.words(&planned.first, value, Place::Flow)?
            } else {
                Vec::new()
            };
            let comes_before = !all.is_empty();
            if fate.stays && comes_before {
                all.push(self.slice(item.span()).to_owned());
            }
            all.extend(words);
            changes.push(match (fate.stays, all.is_empty()) {
                (true, true) => Change::Keep,
                (false, true) => Change::Remove,
                (true, false) if !comes_before => Change::Follow(all),
                (_, false) => Change::Replace(all),
            });
        }
        let elements: Vec<_> = value.items().iter().map(Node::span).collect();
        let span = value.span();
        let list = List {
            source: self.source,
            value: &span,
            elements: &elements,
        };
        let edits = list.edited(&changes, &Layout::of(self.source));
        if edits.is_empty() {
            return Err(Refused::Layout);
        }
        Ok(edits)
    }

    /// Edits a list in brackets that has comments. Each of its elements must be on a line of its own.
    fn in_brackets_by_lines(
        &self,
        value: &Node,
        planned: &Planned,
    ) -> Result<Vec<Replacement>, Refused> {
        if !planned.first.is_empty() {
            return Err(Refused::Layout);
        }
        let mut edits = Vec::new();
        for (item, fate) in value.items().iter().zip(&planned.fates) {
            let span = item.span();
            let line = self.line_start(span.start);
            let indent = self.slice(line..span.start);
            let end = self.line_end(span.end);
            let beside = self.slice(span.end..end).trim_start();
            let has_comma = beside.starts_with(',');
            let behind = beside.strip_prefix(',').unwrap_or(beside).trim_start();
            if !indent.trim().is_empty() || !(behind.is_empty() || behind.starts_with('#')) {
                return Err(Refused::Layout);
            }
            let words = self.words(&fate.new, value, Place::Flow)?;
            let separator = format!(",{}{indent}", self.newline);
            let comma = if has_comma { "," } else { "" };
            match (fate.stays, words.is_empty()) {
                (true, true) => {}
                (true, false) => {
                    if !has_comma {
                        edits.push(Replacement::insert(span.end, ","));
                    }
                    let lines =
                        format!("{}{indent}{}{comma}", self.newline, words.join(&separator));
                    edits.push(Replacement::insert(end, lines));
                }
                (false, false) => {
                    let text = format!("{}{comma}", words.join(&separator));
                    edits.push(Replacement::new(span.start..end, text));
                }
                (false, true) => {
                    let start = self.break_before(line).ok_or(Refused::Layout)?;
                    edits.push(Replacement::new(start..end, ""));
                }
            }
        }
        Ok(edits)
    }

    /// Edits a list in brackets that has comments, several of its elements on a line.
    fn in_brackets_between(&self, value: &Node, planned: &Planned) -> Result<Replacement, Refused> {
        let mut pieces = Vec::new();
        for (item, fate) in value.items().iter().zip(&planned.fates) {
            let text = self.slice(item.span().start..self.content_end(item));
            pieces.push(Piece {
                own: fate.stays.then(|| text.to_owned()),
                new: self.words(&fate.new, value, Place::Flow)?,
            });
        }
        let first = self.words(&planned.first, value, Place::Flow)?;
        self.between_comments(value, &first, &pieces)
    }

    /// Edits a single value that stands for a list.
    fn single(
        &self,
        key: &Key,
        value: &Node,
        planned: &Planned,
        in_flow: bool,
    ) -> Result<Vec<Replacement>, Refused> {
        let Some(fate) = planned.fates.first() else {
            return Err(Refused::Layout);
        };
        let span = value.span();
        let content = self.content_end(value);
        let count = planned.first.len() + fate.new.len() + usize::from(fate.stays);
        let makes_flow = in_flow || (count > 1 && self.lists == Lists::Flow);
        let place = match (makes_flow, count) {
            (true, _) => Place::Flow,
            (false, 1) => Place::Value,
            (false, _) => Place::Item,
        };
        let end = if in_flow {
            content
        } else {
            self.end_of(value)?
        };
        let mut texts = self.words(&planned.first, value, place)?;
        if fate.stays {
            let until = if makes_flow { content } else { end };
            let own = self.slice(span.start..until).to_owned();
            if own.contains('\n') && !self.is_json {
                return Err(Refused::Layout);
            }
            texts.push(own);
        }
        texts.extend(self.words(&fate.new, value, place)?);
        let (colon, has_comment) = self.colon(key, value)?;
        // Behind a comment of the key, the value keeps its line.
        let is_beside = has_comment || !self.slice(colon..span.start).contains('\n');
        let start = if is_beside { span.start } else { colon };
        let space = if is_beside { "" } else { " " };
        // The comment of a removed value is removed too.
        let last = if fate.stays { content } else { end };
        match (texts.as_slice(), self.lists) {
            ([one], _) => Ok(vec![Replacement::new(start..last, format!("{space}{one}"))]),
            (several, _) if self.is_json => {
                let array = Layout::of(self.source).array(self.source, span.start, several);
                Ok(vec![Replacement::new(span, array)])
            }
            (several, Lists::Flow) => {
                let text = format!("{space}[{}]", several.join(", "));
                Ok(vec![Replacement::new(start..last, text)])
            }
            (several, Lists::Block(_)) if in_flow => {
                let text = format!("{space}[{}]", several.join(", "));
                Ok(vec![Replacement::new(start..last, text)])
            }
            (several, Lists::Block(offset)) => {
                let pad = " ".repeat(self.column(key.span.start) + offset);
                let lines = several
                    .iter()
                    .map(|one| format!("{}{pad}- {one}", self.newline));
                Ok(vec![Replacement::new(
                    colon..end,
                    lines.collect::<String>(),
                )])
            }
        }
    }

    /// The byte behind a key's colon and the comments that follow it, and whether there are any comments.
    fn colon(&self, key: &Key, value: &Node) -> Result<(usize, bool), Refused> {
        let between = self.slice(key.span.end..value.span().start);
        let (before, behind) = between.split_once(':').ok_or(Refused::Layout)?;
        let is_told = |line: &str| {
            let line = line.trim();
            line.is_empty() || line.starts_with('#')
        };
        if !before.trim().is_empty() || !behind.lines().all(is_told) {
            return Err(Refused::Layout);
        }
        let comments = behind.trim_end();
        let colon = key.span.end + before.len() + 1;
        Ok((colon + comments.len(), !comments.is_empty()))
    }
}
