//! Builds the tree of a text. Limits are checked before anything is nested or copied.

use super::events::{Events, NotYaml};
use super::node::{Key, Node, Style, Value};
use super::{json, scalar};
use granit_parser::{Event, ScalarStyle, StructureStyle, Tag};
use std::collections::BTreeMap;
use std::ops::Range;

/// How unquoted words are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// YAML 1.2: `true`, `null` and numbers as in JSON. `yes` and `0123` are text.
    Core,
    /// YAML 1.1, which CloudFormation follows: in addition `yes`, `on`, and octal and hexadecimal numbers.
    Yaml11,
}

/// Limits on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The number of bytes of the text.
    pub bytes: usize,
    /// How deeply lists and maps may be nested.
    pub depth: usize,
    /// The number of values. Values that an alias repeats are counted each time.
    pub values: usize,
}

/// The text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct YamlError {
    /// What is wrong.
    pub problem: Problem,
    /// The place in the text.
    pub span: Range<usize>,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It has more bytes than the limit.
    #[error("it has {0} bytes, and {1} are read at most")]
    TooLarge(usize, usize),
    /// Lists and maps are nested more deeply than the limit.
    #[error("lists and maps lie more than {0} deep")]
    TooDeep(usize),
    /// It has more values than the limit.
    #[error("it has more than {0} values, those that aliases repeat counted")]
    TooMany(usize),
    /// It is not YAML, by the parser's message.
    #[error("this is not YAML: {0}")]
    NotYaml(String),
    /// A key is a list or a map.
    #[error("a key that is no text")]
    BadKey,
    /// A map has the same key twice.
    #[error("the key `{0}` stands twice")]
    DuplicateKey(String),
    /// An alias is before or inside its anchor.
    #[error("an alias of what is not there yet")]
    BadAlias,
    /// `<<` has a value that is not a map.
    #[error("`<<` takes a map or a list of maps")]
    BadMerge,
    /// There is more than one document.
    #[error("a second document")]
    SecondDocument,
}

/// Reads the document of a text. Returns `None` if it has none. Spans are byte ranges of the whole text, including a
/// byte order mark.
///
/// ```
/// use aws_least_privilege::yaml::{Limits, Schema, parse};
///
/// let limits = Limits { bytes: 1 << 20, depth: 64, values: 10_000 };
/// let text = "Arn: !GetAtt Orders.Arn\n";
/// let node = parse(text, Schema::Yaml11, limits)?.expect("it has a document");
/// let arn = node.get("Arn").expect("it has the key");
/// assert_eq!((arn.tag.as_deref(), arn.as_text()), (Some("!GetAtt"), Some("Orders.Arn")));
/// // The tag is part of what is written.
/// assert_eq!(&text[arn.span()], "!GetAtt Orders.Arn");
/// # Ok::<(), aws_least_privilege::yaml::YamlError>(())
/// ```
///
/// # Errors
///
/// Returns an error if the text is not YAML, or if it exceeds the limits.
pub fn parse(text: &str, schema: Schema, limits: Limits) -> Result<Option<Node>, YamlError> {
    if text.len() > limits.bytes {
        return Err(wrong(0..0, Problem::TooLarge(text.len(), limits.bytes)));
    }
    if let Some(read) = json::parse(text, limits) {
        return read.map(Some);
    }
    let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - plain.len();
    let mut tree = Tree::new(schema, limits);
    for next in Events::of(plain) {
        let (event, span) = next.map_err(|NotYaml { at, why }| {
            let place = at + offset;
            wrong(place..place, Problem::NotYaml(why))
        })?;
        tree.take(event, span.start + offset..span.end + offset)?;
    }
    Ok(tree.root)
}

pub(super) fn wrong(span: Range<usize>, problem: Problem) -> YamlError {
    YamlError { problem, span }
}

/// A list or a map that has not ended yet.
struct Open {
    start: usize,
    anchor: usize,
    tag: Option<String>,
    style: Style,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    /// The members, and the key that waits for its value.
    Map(Vec<(Key, Node)>, Option<Key>),
}

struct Tree {
    schema: Schema,
    limits: Limits,
    open: Vec<Open>,
    /// Anchored values, with the number of values in each and its depth.
    anchors: BTreeMap<usize, (Node, Size)>,
    values: usize,
    documents: usize,
    root: Option<Node>,
}

#[derive(Debug, Clone, Copy)]
struct Size {
    values: usize,
    depth: usize,
}

impl Tree {
    fn new(schema: Schema, limits: Limits) -> Self {
        Self {
            schema,
            limits,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            values: 0,
            documents: 0,
            root: None,
        }
    }

    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, &span)?;
                let tag = tag.map(|tag| spelled(&tag));
                let value = match style {
                    ScalarStyle::Plain => scalar::plain(&text, tag.as_deref(), self.schema),
                    ScalarStyle::SingleQuoted
                    | ScalarStyle::DoubleQuoted
                    | ScalarStyle::Literal
                    | ScalarStyle::Folded => Value::Text(text.into_owned()),
                };
                let node = Node {
                    tag,
                    style: style_of(style),
                    is_anchored: anchor != 0,
                    ..Node::written(value, span)
                };
                self.anchored(anchor, &node);
                self.add(node)
            }
            Event::SequenceStart(style, anchor, tag) => {
                let list = OpenKind::List(Vec::new());
                self.begin(span, style, anchor, tag.as_deref(), list)
            }
            Event::MappingStart(style, anchor, tag) => {
                let map = OpenKind::Map(Vec::new(), None);
                self.begin(span, style, anchor, tag.as_deref(), map)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&span),
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return Err(wrong(span, Problem::BadAlias));
                };
                let size = *size;
                if self.open.len() + size.depth > self.limits.depth {
                    return Err(wrong(span, Problem::TooDeep(self.limits.depth)));
                }
                let node = node.clone();
                self.count(size.values, &span)?;
                self.add(node)
            }
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(wrong(span, Problem::SecondDocument));
                }
                Ok(())
            }
            // Marks between documents, and events that were not asked for.
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentEnd
            | Event::Anchor(..)
            | Event::UnresolvedAlias(_)
            | _ => Ok(()),
        }
    }

    fn count(&mut self, more: usize, span: &Range<usize>) -> Result<(), YamlError> {
        self.values = self.values.saturating_add(more);
        if self.values > self.limits.values {
            return Err(wrong(span.clone(), Problem::TooMany(self.limits.values)));
        }
        Ok(())
    }

    fn anchored(&mut self, anchor: usize, node: &Node) {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size(node)));
        }
    }

    fn begin(
        &mut self,
        span: Range<usize>,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        kind: OpenKind,
    ) -> Result<(), YamlError> {
        self.count(1, &span)?;
        if let Some(Open {
            kind: OpenKind::Map(_, None),
            ..
        }) = self.open.last()
        {
            return Err(wrong(span, Problem::BadKey));
        }
        if self.open.len() >= self.limits.depth {
            return Err(wrong(span, Problem::TooDeep(self.limits.depth)));
        }
        self.open.push(Open {
            style: match style {
                StructureStyle::Block => Style::Indented,
                StructureStyle::Flow => Style::Flow,
            },
            start: span.start,
            anchor,
            tag: tag.map(spelled),
            kind,
        });
        Ok(())
    }

    fn end(&mut self, span: &Range<usize>) -> Result<(), YamlError> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let last = |members: &[(Key, Node)]| members.last().map(|(_, node)| node.span().end);
        let (value, inside) = match open.kind {
            OpenKind::List(items) => {
                let end = items.last().map(|node| node.span().end);
                (Value::List(items), end)
            }
            OpenKind::Map(members, _) => {
                let end = last(&members);
                (Value::Map(merged(members, span)?), end)
            }
        };
        // The parser notices the end of an indented value only at what follows. The value ends where the last value
        // inside it does.
        let end = match open.style {
            Style::Indented => inside.unwrap_or(span.start),
            Style::Plain
            | Style::SingleQuoted
            | Style::DoubleQuoted
            | Style::Block
            | Style::Flow => span.end,
        };
        let node = Node {
            tag: open.tag,
            style: open.style,
            is_anchored: open.anchor != 0,
            ..Node::written(value, open.start..end.max(open.start))
        };
        self.anchored(open.anchor, &node);
        self.add(node)
    }

    fn add(&mut self, node: Node) -> Result<(), YamlError> {
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::List(items)) => items.push(node),
            Some(OpenKind::Map(members, waiting)) => {
                if let Some(key) = waiting.take() {
                    members.push((key, node));
                } else {
                    let span = node.span();
                    let Some(text) = key_text(&node) else {
                        return Err(wrong(span, Problem::BadKey));
                    };
                    *waiting = Some(Key::new(text, span));
                }
            }
        }
        Ok(())
    }
}

fn key_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Null => Some(String::new()),
        Value::Text(_) | Value::Number(_) | Value::Bool(_) => node.to_text(),
        Value::List(_) | Value::Map(_) => None,
    }
}

/// Appends the members of `<<` to the others. A key that already exists is not replaced.
fn merged(members: Vec<(Key, Node)>, span: &Range<usize>) -> Result<Vec<(Key, Node)>, YamlError> {
    let mut own: Vec<(Key, Node)> = Vec::with_capacity(members.len());
    let mut seen = std::collections::BTreeSet::new();
    let mut merges = Vec::new();
    for (key, node) in members {
        if key.text == "<<" {
            merges.push(node);
        } else if seen.insert(key.text.clone()) {
            own.push((key, node));
        } else {
            return Err(wrong(key.span, Problem::DuplicateKey(key.text)));
        }
    }
    for merge in merges {
        for map in merge.items() {
            if !map.is_map() {
                return Err(wrong(span.clone(), Problem::BadMerge));
            }
            for (key, node) in map.members() {
                if seen.insert(key.text.clone()) {
                    own.push((key.clone(), node.clone()));
                }
            }
        }
    }
    Ok(own)
}

fn size(node: &Node) -> Size {
    let inside: Box<dyn Iterator<Item = &Node>> = match &node.value {
        Value::List(items) => Box::new(items.iter()),
        Value::Map(members) => Box::new(members.iter().map(|(_, node)| node)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {
            return Size {
                values: 1,
                depth: 0,
            };
        }
    };
    let own = Size {
        values: 1,
        depth: 1,
    };
    inside.map(size).fold(own, |all, one| Size {
        values: all.values + one.values,
        depth: all.depth.max(one.depth + 1),
    })
}

/// Returns a tag as it is written: `!Sub`, `!!str`.
fn spelled(tag: &Tag) -> String {
    match tag.handle() {
        "tag:yaml.org,2002:" => format!("!!{}", tag.suffix()),
        handle => format!("{handle}{}", tag.suffix()),
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}

#[cfg(test)]
mod tests;
