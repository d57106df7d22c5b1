//! Reads JSON without relying on its form: a member of the wrong type is left out, and the others are read.
//!
//! Nested values are skipped as `serde_json`'s raw values. This uses no stack, so the time for hostile input depends
//! only on its length.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A scalar. `Other` is anything that is not a scalar, or `null`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar<'a> {
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    Other,
}

impl<'a> Scalar<'a> {
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bool(_) | Self::Number(_) | Self::Other => None,
        }
    }

    /// Returns a number, also one that is written as text.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            Self::Bool(_) | Self::Other => None,
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Bool(value) => *value,
            Self::Text(text) => text.eq_ignore_ascii_case("true"),
            Self::Number(_) | Self::Other => false,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds and HTTP statuses are far below the limit"
    )]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds and HTTP statuses are far below the limit"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}

/// The name of a member. It is borrowed if it has no escapes.
pub(crate) struct Name<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(value.to_owned())))
    }
}

/// Calls `visit` with every member of an object, including repeated names. It does nothing for any other value.
pub(crate) fn members<'a>(raw: &'a RawValue, visit: &mut dyn FnMut(&str, &'a RawValue)) {
    if raw.get().starts_with('{') {
        let mut deserializer = serde_json::Deserializer::from_str(raw.get());
        // An escape that is no character (`\ud800`) ends the reading. Members before it were visited.
        let _ = deserializer.deserialize_map(Members(visit));
    }
}

struct Members<'v, 'a>(&'v mut dyn FnMut(&str, &'a RawValue));

impl<'de> Visitor<'de> for Members<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some((Name(name), value)) = members.next_entry::<Name<'de>, &'de RawValue>()? {
            (self.0)(&name, value);
        }
        Ok(())
    }
}

/// Calls `visit` with every item of an array. It does nothing for any other value.
pub(crate) fn items<'a>(raw: &'a RawValue, visit: &mut dyn FnMut(&'a RawValue)) {
    if raw.get().starts_with('[') {
        let mut deserializer = serde_json::Deserializer::from_str(raw.get());
        let _ = deserializer.deserialize_seq(Items(visit));
    }
}

struct Items<'v, 'a>(&'v mut dyn FnMut(&'a RawValue));

impl<'de> Visitor<'de> for Items<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<&'de RawValue>()? {
            (self.0)(item);
        }
        Ok(())
    }
}

/// Returns the text of a string, or a number or boolean as it is written. For any other value it returns `None`.
pub(crate) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let json = raw.get();
    match json.as_bytes().first()? {
        b'"' => {
            let inner = json.strip_prefix('"')?.strip_suffix('"')?;
            if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
                return Some(Cow::Borrowed(inner));
            }
            serde_json::from_str(json).ok().map(Cow::Owned)
        }
        b'n' | b'{' | b'[' => None,
        _ => Some(Cow::Borrowed(json)),
    }
}

/// Returns the texts of a list of scalars, or of one scalar.
pub(crate) fn texts(raw: &RawValue) -> Vec<String> {
    if !raw.get().starts_with('[') {
        return text(raw)
            .map(|text| vec![text.into_owned()])
            .unwrap_or_default();
    }
    let mut texts = Vec::new();
    items(raw, &mut |item| {
        if let Some(text) = text(item) {
            texts.push(text.into_owned());
        }
    });
    texts
}

/// Returns how many members have the name of an earlier member of the same object, down to this many levels of objects
/// and lists. Readers of JSON disagree about which of the two counts.
pub(crate) fn repeated(raw: &RawValue, levels: u32) -> u64 {
    let Some(below) = levels.checked_sub(1) else {
        return 0;
    };
    let mut count = 0;
    let mut names = Vec::new();
    members(raw, &mut |name, value| {
        names.push(name.to_owned());
        count += repeated(value, below);
    });
    items(raw, &mut |item| count += repeated(item, below));
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    count + (all - names.len()) as u64
}

/// Which of some names an object has had so far, a bit each.
#[derive(Debug)]
pub(crate) struct Named {
    names: &'static [&'static str],
    had: u64,
}

impl Named {
    /// Of at most 64 names. Others are not looked at.
    pub(crate) fn of(names: &'static [&'static str]) -> Self {
        Self { names, had: 0 }
    }

    /// Notes a member. Returns whether its name is one of these and has come before.
    pub(crate) fn is_repeated(&mut self, name: &str) -> bool {
        let Some(place) = self.names.iter().position(|known| *known == name) else {
            return false;
        };
        let before = self.had;
        self.had |= 1 << place;
        before == self.had
    }
}
