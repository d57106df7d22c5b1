//! Where in a request a value stands, and what a trace recorded of it.
//!
//! A source is written `Member`, `Outer.Inner`, `List[]`, `List[].Inner`, `Map{}`, `=literal` or `:host`, each with an
//! optional `|transform`.

use super::block::ServiceWords;
use crate::xray::{Parameters, call::normalised};
use serde::Deserialize;

/// Names under which recorders keep the endpoint that was called.
const HOST_NAMES: [&str; 5] = ["urlfull", "httpurl", "url", "host", "serveraddress"];

/// A place in a request, and what is done to the value found there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(super) struct Source {
    pub(super) place: Place,
    pub(super) transform: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A value that the operation always has.
    Literal(String),
    /// The host of the endpoint.
    Host,
    /// A member of the request, as its path of segments.
    Member(Vec<Segment>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) name: String,
    pub(super) many: Many,
}

/// How many values a segment stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Many {
    One,
    /// `[]`: the elements of a list.
    Elements,
    /// `{}`: the keys of a map.
    Keys,
}

impl From<String> for Source {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl Source {
    pub(super) fn parse(text: &str) -> Self {
        let (path, transform) = match text.split_once('|') {
            Some((path, transform)) => (path, Some(transform.to_owned())),
            None => (text, None),
        };
        let place = if let Some(literal) = path.strip_prefix('=') {
            Place::Literal(literal.to_owned())
        } else if path.starts_with(':') {
            Place::Host
        } else {
            Place::Member(path.split('.').map(Segment::parse).collect())
        };
        Self { place, transform }
    }

    /// The value that the catalogue itself gives.
    pub(super) fn literal(&self) -> Option<&str> {
        match &self.place {
            Place::Literal(literal) => Some(literal),
            Place::Host | Place::Member(_) => None,
        }
    }

    /// Whether the value stands in the request itself, not in what surrounds it.
    pub(super) fn is_member(&self) -> bool {
        matches!(self.place, Place::Member(_))
    }

    /// The member at the top of the request, if the source is that member itself.
    pub(super) fn top_member(&self) -> Option<&Segment> {
        match &self.place {
            Place::Member(path) => match path.as_slice() {
                [segment] => Some(segment),
                _ => None,
            },
            Place::Literal(_) | Place::Host => None,
        }
    }

    /// The name of the member that the value stands in; nothing for what is no member.
    pub(super) fn member_name(&self) -> Option<&str> {
        match &self.place {
            Place::Member(path) => path.last().map(|segment| segment.name.as_str()),
            Place::Literal(_) | Place::Host => None,
        }
    }

    /// Whether the member was recorded, and with nothing that is of use.
    pub(super) fn is_unusable(&self, words: &ServiceWords, parameters: &Parameters) -> bool {
        match &self.place {
            Place::Member(path) => names(path, words).any(|name| parameters.is_unusable(&name)),
            Place::Literal(_) | Place::Host => false,
        }
    }

    /// The recorded values, as recorded. Names that mean the same are tried in order, the first that was recorded wins.
    pub(super) fn recorded<'a>(
        &'a self,
        words: &ServiceWords,
        parameters: &'a Parameters,
    ) -> &'a [String] {
        match &self.place {
            Place::Literal(literal) => std::slice::from_ref(literal),
            Place::Host => first(HOST_NAMES.into_iter().map(str::to_owned), parameters),
            Place::Member(path) => first(names(path, words), parameters),
        }
    }
}

impl Segment {
    fn parse(text: &str) -> Self {
        let (name, many) = if let Some(name) = text.strip_suffix("[]") {
            (name, Many::Elements)
        } else if let Some(name) = text.strip_suffix("{}") {
            (name, Many::Keys)
        } else {
            (text, Many::One)
        };
        Self {
            name: name.to_owned(),
            many,
        }
    }
}

/// The member's own name: for an inner member the names of its whole path, since inner names alone say too little.
fn own_name(path: &[Segment]) -> String {
    path.iter()
        .map(|segment| normalised(&segment.name))
        .collect()
}

/// Normalised names under which recorders keep a member. An inner member is also found under the spellings that the
/// catalogue lists for its last name, because instrumentation that knows a table writes it whatever the operation.
fn names(path: &[Segment], words: &ServiceWords) -> impl Iterator<Item = String> {
    let own = own_name(path);
    let listed = path
        .last()
        .and_then(|last| words.parameters.get(&last.name));
    let listed = listed.into_iter().flatten().cloned();
    std::iter::once(own).chain(listed)
}

/// The values of the first name that has any. OpenTelemetry puts `aws.` before its attribute names.
fn first(names: impl Iterator<Item = String>, parameters: &Parameters) -> &[String] {
    for name in names {
        for spelling in [name.clone(), format!("aws{name}")] {
            let values = parameters.get(&spelling);
            if !values.is_empty() {
                return values;
            }
        }
    }
    &[]
}
