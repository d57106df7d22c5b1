//! Parses the text of a segment document into a flat list of nodes, in one pass unless the document is very deep.
//!
//! A deeper document is read in rounds of [`LEVELS_PER_ROUND`] levels. Each round skips what the next one reads, so
//! that hostile depth costs neither stack nor much time. Beyond the limits, parts are left out and counted.

mod below;

use super::TraceId;
use super::json::{self, Name, Named, Scalar};
use super::segment::{Document, Namespace, Node, SegmentId};
use below::Below;
use jiff::Timestamp;
use serde::de::{
    Deserialize, DeserializeSeed as _, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};
use serde_json::value::RawValue;
use std::fmt;

/// Each level has two JSON levels, so this stays well below the 128 that `serde_json` allows.
const LEVELS_PER_ROUND: usize = 48;

/// How many levels of subsegments are read. X-Ray's limit of 64 kB for a document allows fewer, because a level takes
/// about 90 bytes.
const MAX_LEVELS: usize = 1024;

/// How many segments and subsegments of one document are read.
const MAX_NODES: usize = 100_000;

/// The members of a segment or subsegment that are read.
const READ: &[&str] = &[
    "id",
    "parent_id",
    "trace_id",
    "name",
    "namespace",
    "type",
    "origin",
    "resource_arn",
    "start_time",
    "end_time",
    "in_progress",
    "inferred",
    "error",
    "fault",
    "throttle",
    "http",
    "cause",
    "aws",
    "annotations",
    "metadata",
    "subsegments",
];

/// The text is not a segment document.
#[derive(Debug, thiserror::Error)]
#[error("not a segment document: {0}")]
pub struct DocumentError(#[from] serde_json::Error);

impl<'a> Document<'a> {
    /// Parses one document.
    ///
    /// ```
    /// use aws_least_privilege::xray::Document;
    ///
    /// let text = r#"{"name": "checkout", "subsegments": [{"name": "S3", "namespace": "aws"}]}"#;
    /// let document = Document::parse(text)?;
    /// assert_eq!(document.nodes[1].name, "S3");
    /// assert_eq!(document.nodes[1].parent, Some(0));
    /// assert!(Document::parse("[]").is_err());
    /// # Ok::<(), aws_least_privilege::xray::DocumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a JSON object. Members of the wrong type are left out.
    pub fn parse(text: &'a str) -> Result<Self, DocumentError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Whether the object has any of the members of a segment document.
    pub fn is_segment(&self) -> bool {
        let has_subsegments = self.nodes.len() > 1 || self.beyond_limits > 0;
        self.nodes.first().is_some_and(|root| {
            let named = !root.name.is_empty();
            has_subsegments
                || named && (root.id.is_some() || self.trace.is_some() || root.start.is_some())
        })
    }
}

impl<'de> Deserialize<'de> for Document<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a segment document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut reader = DocumentReader::default();
        while let Some(Name(name)) = members.next_key::<Name<'de>>()? {
            reader.member(&name, &mut members)?;
        }
        reader.finish().map_err(A::Error::custom)
    }
}

/// Reads the members of a document one by one. It is for code that reads an object which may be a document.
#[derive(Debug)]
pub(crate) struct DocumentReader<'a> {
    arena: Arena<'a>,
    root: Node<'a>,
    named: Named,
}

impl Default for DocumentReader<'_> {
    fn default() -> Self {
        let mut arena = Arena::default();
        arena.nodes.push(Node::default());
        Self {
            arena,
            root: Node::default(),
            named: Named::of(READ),
        }
    }
}

impl<'a> DocumentReader<'a> {
    /// Reads the value of the member with this name.
    pub(crate) fn member<A: MapAccess<'a>>(
        &mut self,
        name: &str,
        members: &mut A,
    ) -> Result<(), A::Error> {
        self.arena.malformed += u64::from(self.named.is_repeated(name));
        if name == "trace_id" {
            let id = members.next_value::<Scalar<'a>>()?.text();
            self.arena.trace = id.and_then(|id| TraceId::parse(&id)).or(self.arena.trace);
            return Ok(());
        }
        member(
            &mut self.root,
            name,
            members,
            &mut self.arena,
            Place {
                parent: 0,
                level: 1,
                round: 1,
            },
        )
    }

    /// Returns the document after all members were read.
    pub(crate) fn finish(mut self) -> Result<Document<'a>, serde_json::Error> {
        if let Some(slot) = self.arena.nodes.first_mut() {
            *slot = self.root;
        }
        while let Some((place, raw)) = self.arena.postponed.pop() {
            let mut deserializer = serde_json::Deserializer::from_str(raw.get());
            let list = Below {
                arena: &mut self.arena,
                place: Place { round: 1, ..place },
                list: true,
            };
            list.deserialize(&mut deserializer)?;
        }
        let Arena {
            trace,
            nodes,
            beyond_limits,
            malformed,
            ..
        } = self.arena;
        Ok(Document {
            trace,
            nodes,
            beyond_limits,
            malformed,
        })
    }
}

#[derive(Debug, Default)]
struct Arena<'a> {
    trace: Option<TraceId>,
    nodes: Vec<Node<'a>>,
    postponed: Vec<(Place, &'a RawValue)>,
    beyond_limits: u64,
    malformed: u64,
}

/// The place of a list of subsegments: its parent node, its level in the document, and its level in this round.
#[derive(Debug, Clone, Copy)]
struct Place {
    parent: usize,
    level: usize,
    round: usize,
}

fn member<'a, A: MapAccess<'a>>(
    node: &mut Node<'a>,
    name: &str,
    members: &mut A,
    arena: &mut Arena<'a>,
    place: Place,
) -> Result<(), A::Error> {
    match name {
        "id" => node.id = id(members)?,
        "parent_id" => node.parent_id = id(members)?,
        "name" => node.name = scalar(members)?.text().unwrap_or_default(),
        "namespace" => {
            node.namespace = match scalar(members)?.text().as_deref() {
                Some("aws") => Namespace::Aws,
                Some("remote") => Namespace::Remote,
                _ => Namespace::Local,
            }
        }
        "type" => node.independent = scalar(members)?.text().as_deref() == Some("subsegment"),
        "origin" => node.origin = scalar(members)?.text(),
        "resource_arn" => node.resource_arn = scalar(members)?.text(),
        "start_time" => node.start = time(members)?,
        "end_time" => node.end = time(members)?,
        "in_progress" => node.in_progress = scalar(members)?.is_true(),
        "inferred" => node.inferred = scalar(members)?.is_true(),
        "error" => node.error = scalar(members)?.is_true(),
        "fault" => node.fault = scalar(members)?.is_true(),
        "throttle" => node.throttle = scalar(members)?.is_true(),
        "http" => node.http = Some(block(members, arena, 2)?),
        "cause" => node.cause = Some(block(members, arena, 3)?),
        "aws" => node.aws = Some(block(members, arena, 4)?),
        "annotations" => node.annotations = Some(block(members, arena, 1)?),
        "metadata" => node.metadata = Some(block(members, arena, 2)?),
        "subsegments" if place.level > MAX_LEVELS => {
            members.next_value::<IgnoredAny>()?;
            arena.beyond_limits += 1;
        }
        "subsegments" if place.round > LEVELS_PER_ROUND => {
            arena.postponed.push((place, members.next_value()?));
        }
        "subsegments" => members.next_value_seed(Below {
            arena,
            place,
            list: true,
        })?,
        _ => {
            members.next_value::<IgnoredAny>()?;
        }
    }
    Ok(())
}

/// Reads a value that stays text. It is read so many levels deep, and names that are repeated in these are counted.
fn block<'a, A: MapAccess<'a>>(
    members: &mut A,
    arena: &mut Arena<'a>,
    levels: u32,
) -> Result<&'a RawValue, A::Error> {
    let raw = members.next_value()?;
    arena.malformed += json::repeated(raw, levels);
    Ok(raw)
}

fn scalar<'a, A: MapAccess<'a>>(members: &mut A) -> Result<Scalar<'a>, A::Error> {
    members.next_value()
}

fn id<'a, A: MapAccess<'a>>(members: &mut A) -> Result<Option<SegmentId>, A::Error> {
    let text = scalar(members)?.text();
    Ok(text.and_then(|text| SegmentId::parse(&text)))
}

/// Reads a time. A value that is no number is an impossible time, like a number out of range.
fn time<'a, A: MapAccess<'a>>(members: &mut A) -> Result<Option<Timestamp>, A::Error> {
    let seconds: Option<Scalar<'a>> = members.next_value()?;
    Ok(seconds.map(|seconds| {
        seconds
            .number()
            .and_then(timestamp)
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }))
}

/// Converts seconds since the epoch to a timestamp, in microseconds as recorders write them. A number out of range
/// becomes the first or last possible time, so that it is later recognised as impossible.
fn timestamp(seconds: f64) -> Option<Timestamp> {
    let microseconds = (seconds * 1e6).round();
    if microseconds.is_nan() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is a whole number, and the range is cut to what fits"
    )]
    let microseconds = microseconds.clamp(0.0, 1e17) as i64;
    Some(Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests;
