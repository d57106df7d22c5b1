//! Parses one item of a file: a trace, a segment document, or a response without its traces.
//!
//! The members of an object show which of these it is, so all of them are read in one pass. Names are accepted as
//! `BatchGetTraces` and the AWS SDKs spell them.

use crate::evidence::Assembly;
use crate::xray::json::{Name, Named, Scalar};
use crate::xray::parse::DocumentReader;
use crate::xray::{Document, TraceId};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The members of a trace or a response that are read, besides those of a segment document.
const READ: &[&str] = &[
    "Id",
    "Segments",
    "segments",
    "LimitExceeded",
    "limitExceeded",
    "limit_exceeded",
    "Traces",
    "TraceSegmentDocuments",
    "NextToken",
    "nextToken",
    "next_token",
    "UnprocessedTraceIds",
    "unprocessedTraceIds",
    "TraceSummaries",
];

/// One item of a file.
#[derive(Debug)]
pub(super) enum Item {
    /// A whole trace.
    Trace(Assembly),
    /// A single segment document.
    Document(Assembly),
    /// A response from which the traces were removed.
    Response(Response),
    /// The header line that the X-Ray daemon's protocol writes before a document.
    Header,
}

/// What a response says about traces that it does not contain.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Response {
    /// The number of traces that X-Ray listed as unprocessed.
    pub(super) unprocessed: u64,
    /// Whether what it has in the place of its list of traces is no list, or it has a member twice.
    pub(super) lacks_list: bool,
    /// Whether it lists summaries, of traces whose documents may be elsewhere.
    pub(super) has_summaries: bool,
    /// Whether there is another page after it.
    pub(super) has_more: bool,
}

/// Parses the text of an object. Returns `None` if it is not an item.
pub(super) fn item(text: &str) -> Option<Item> {
    let found: Members<'_> = serde_json::from_str(text).ok()?;
    found.into_item()
}

/// Parses a string that contains a segment document. Returns `None` if it contains none.
pub(super) fn item_in_string(text: &str) -> Option<Item> {
    let Name(text) = serde_json::from_str(text).ok()?;
    item(&text)
}

/// The members that show which kind of item an object is.
#[derive(Debug, Default)]
struct Members<'a> {
    id: Option<Cow<'a, str>>,
    segments: Option<Vec<Option<Recorded<'a>>>>,
    document: Holder<'a>,
    limit_exceeded: bool,
    is_response: bool,
    response: Response,
    is_header: bool,
    repeated: u64,
}

impl Members<'_> {
    fn into_item(self) -> Option<Item> {
        if let Some(segments) = self.segments {
            let mut assembly = Assembly::new(self.id.as_deref().and_then(TraceId::parse));
            if self.limit_exceeded {
                assembly.limit_exceeded();
            }
            // X-Ray returns no trace without a segment, so what it had is missing.
            if segments.is_empty() || self.repeated > 0 {
                assembly.add_malformed();
            }
            for segment in segments {
                match segment {
                    Some(segment) => segment.add_to(&mut assembly),
                    None => assembly.add_malformed(),
                }
            }
            return Some(Item::Trace(assembly));
        }
        if self.is_response {
            return Some(Item::Response(Response {
                lacks_list: self.response.lacks_list || self.repeated > 0,
                ..self.response
            }));
        }
        if self.is_header {
            return Some(Item::Header);
        }
        let mut assembly = Assembly::default();
        self.document.recorded()?.add_to(&mut assembly);
        Some(Item::Document(assembly))
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a trace or a segment document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = Members::default();
        let mut named = Named::of(READ);
        while let Some(Name(name)) = members.next_key::<Name<'de>>()? {
            found.repeated += u64::from(named.is_repeated(&name));
            match name.as_ref() {
                "Id" => found.id = members.next_value::<Scalar<'de>>()?.text(),
                "Segments" | "segments" => {
                    let List(segments) = members.next_value()?;
                    found.segments.get_or_insert_default().extend(segments);
                }
                "LimitExceeded" | "limitExceeded" | "limit_exceeded" => {
                    found.limit_exceeded |= members.next_value::<Scalar<'de>>()?.is_true();
                }
                "Traces" | "TraceSegmentDocuments" => {
                    let EmptyList(is_list) = members.next_value()?;
                    found.response.lacks_list |= !is_list;
                    found.is_response = true;
                }
                "NextToken" | "nextToken" | "next_token" => {
                    let token: Option<Scalar<'de>> = members.next_value()?;
                    let is_end =
                        |token: &Scalar<'_>| matches!(token, Scalar::Text(text) if text.is_empty());
                    found.response.has_more |= token.is_some_and(|token| !is_end(&token));
                }
                "UnprocessedTraceIds" | "unprocessedTraceIds" => {
                    let ids: Option<Vec<IgnoredAny>> = members.next_value()?;
                    found.response.unprocessed += ids.map_or(0, |ids| ids.len() as u64);
                    found.is_response = true;
                }
                "TraceSummaries" => {
                    let summaries: Option<Vec<IgnoredAny>> = members.next_value()?;
                    found.response.has_summaries |= summaries.is_some_and(|all| !all.is_empty());
                }
                "format" => {
                    members.next_value::<IgnoredAny>()?;
                    found.is_header = true;
                }
                other => found.document.member(other, &mut members)?,
            }
        }
        Ok(found)
    }
}

/// A segment document, or an object with one in its member `Document`.
#[derive(Debug, Default)]
struct Holder<'a> {
    own: DocumentReader<'a>,
    held: Held<'a>,
}

/// What an object has as its member `Document`.
#[derive(Debug, Default)]
enum Held<'a> {
    #[default]
    Nothing,
    Document(Recorded<'a>),
    /// No document, or two of which nobody knows which counts.
    Unreadable,
}

impl<'a> Holder<'a> {
    fn member<A: MapAccess<'a>>(&mut self, name: &str, members: &mut A) -> Result<(), A::Error> {
        if matches!(name, "Document" | "document") {
            let Entry(held) = members.next_value()?;
            self.held = match (&self.held, held) {
                (Held::Nothing, Some(document)) => Held::Document(document),
                _ => Held::Unreadable,
            };
            return Ok(());
        }
        self.own.member(name, members)
    }

    fn recorded(self) -> Option<Recorded<'a>> {
        match self.held {
            Held::Document(document) => Some(document),
            Held::Unreadable => None,
            Held::Nothing => {
                let own = self.own.finish().ok();
                own.filter(Document::is_segment).map(Recorded::Parsed)
            }
        }
    }
}

/// A segment document, as text or already parsed.
#[derive(Debug)]
enum Recorded<'a> {
    Text(Cow<'a, str>),
    Parsed(Document<'a>),
}

impl Recorded<'_> {
    fn add_to(self, assembly: &mut Assembly) {
        match self {
            Self::Text(text) => assembly.add(&text),
            Self::Parsed(document) => assembly.add_document(&document),
        }
    }
}

/// The segments of a trace. A value that is not a list gives one segment that could not be read.
struct List<'a>(Vec<Option<Recorded<'a>>>);

impl<'de> Deserialize<'de> for List<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries: Option<Vec<Entry<'de>>> = Deserialize::deserialize(deserializer)?;
        let Some(entries) = entries else {
            return Ok(Self(vec![None]));
        };
        let recorded = entries.into_iter().map(|Entry(recorded)| recorded);
        Ok(Self(recorded.collect()))
    }
}

/// Whether the value is an empty list. The traces of a list were taken out of it, and nothing takes traces out of any other
/// value.
struct EmptyList(bool);

impl<'de> Deserialize<'de> for EmptyList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: &'de RawValue = Deserialize::deserialize(deserializer)?;
        let inside = raw.get().strip_prefix('[');
        let inside = inside.and_then(|rest| rest.strip_suffix(']'));
        Ok(Self(inside.is_some_and(|inside| inside.trim().is_empty())))
    }
}

/// One segment in any of its forms. `None` if it is not a segment.
struct Entry<'a>(Option<Recorded<'a>>);

impl<'de> Deserialize<'de> for Entry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a segment document")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Entry(Some(Recorded::Text(Cow::Borrowed(text)))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Entry(Some(Recorded::Text(Cow::Owned(text.to_owned())))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut holder = Holder::default();
        while let Some(Name(name)) = members.next_key::<Name<'de>>()? {
            if name == "Id" {
                members.next_value::<IgnoredAny>()?;
            } else {
                holder.member(&name, &mut members)?;
            }
        }
        Ok(Entry(holder.recorded()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Entry(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Entry(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Entry(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Entry(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Entry(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Entry(None))
    }
}
