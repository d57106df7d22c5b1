//! Sources: where a value is in a request, and what a trace recorded for it.
//!
//! A source is written `Member`, `Outer.Inner`, `List[]`, `List[].Inner`, `Map{}`, `=literal` or `:host`, each with an
//! optional `|transform`.

use super::block::ServiceWords;
use crate::xray::{Parameters, call::normalised};
use serde::Deserialize;

/// Names under which recorders write the endpoint that was called.
const HOST_NAMES: [&str; 5] = ["urlfull", "httpurl", "url", "host", "serveraddress"];

/// A place in a request, and the transform of the value there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(super) struct Source {
    pub(super) place: Place,
    pub(super) transform: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A fixed value of the operation.
    Literal(String),
    /// The host of the endpoint.
    Host,
    /// A member of the request, as a path of segments.
    Member(Vec<Segment>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) name: String,
    pub(super) many: Many,
}

/// How many values a segment has.
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

    /// Returns the fixed value from the catalogue.
    pub(super) fn literal(&self) -> Option<&str> {
        match &self.place {
            Place::Literal(literal) => Some(literal),
            Place::Host | Place::Member(_) => None,
        }
    }

    /// Whether the value is in the request itself.
    pub(super) fn is_member(&self) -> bool {
        matches!(self.place, Place::Member(_))
    }

    /// Returns the member at the top of the request, if the source is exactly that member.
    pub(super) fn top_member(&self) -> Option<&Segment> {
        match &self.place {
            Place::Member(path) => match path.as_slice() {
                [segment] => Some(segment),
                _ => None,
            },
            Place::Literal(_) | Place::Host => None,
        }
    }

    /// Returns the name of the member that has the value, or `None` if the source is no member.
    pub(super) fn member_name(&self) -> Option<&str> {
        match &self.place {
            Place::Member(path) => path.last().map(|segment| segment.name.as_str()),
            Place::Literal(_) | Place::Host => None,
        }
    }

    /// Whether the member was recorded, but with no usable value.
    pub(super) fn is_unusable(&self, words: &ServiceWords, parameters: &Parameters) -> bool {
        match &self.place {
            Place::Member(path) => names(path, words).any(|name| parameters.is_unusable(&name)),
            Place::Literal(_) | Place::Host => false,
        }
    }

    /// Returns the recorded values. Names with the same meaning are tried in order, and the first that was recorded is
    /// used.
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

/// Returns the member's own normalised name. For an inner member it is made from the whole path, because the inner name
/// alone says too little.
fn own_name(path: &[Segment]) -> String {
    path.iter()
        .map(|segment| normalised(&segment.name))
        .collect()
}

/// Returns the normalised names under which recorders write a member. An inner member is also found under the spellings
/// that the catalogue lists for its last name, because instrumentation that knows a table records it whatever the
/// operation.
fn names(path: &[Segment], words: &ServiceWords) -> impl Iterator<Item = String> {
    let own = own_name(path);
    let listed = path
        .last()
        .and_then(|last| words.parameters.get(&last.name));
    let listed = listed.into_iter().flatten().cloned();
    std::iter::once(own).chain(listed)
}

/// Returns the values of the first name that has any. OpenTelemetry puts `aws.` in front of its attribute names.
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
