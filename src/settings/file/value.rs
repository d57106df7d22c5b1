//! Values of a configuration that are more than text: days, lists that may be one item.

use crate::settings::time::minutes;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Texts: a list of them, or one alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Texts(pub Vec<String>);

impl Texts {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Texts;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text or a list of texts")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Texts, E> {
                not_empty(text)?;
                Ok(Texts(vec![text.to_owned()]))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Texts, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element::<Text>()? {
                    texts.push(text.0);
                }
                Ok(Texts(texts))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A list of texts, or one alone.",
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}}
            ]
        })
    }
}

/// A text that says something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        not_empty(&text)?;
        Ok(Self(text))
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "minLength": 1})
    }
}

/// Why something is accepted or known: a text of the team's own, not the words that a report proposes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason(pub String);

impl Reason {
    /// What a proposed entry has in place of a reason.
    pub const PLACEHOLDER: &str = "why it is needed";
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        let words = text.trim().trim_end_matches('.');
        if words.eq_ignore_ascii_case(Self::PLACEHOLDER) {
            return Err(D::Error::custom(
                "still has the words of the proposed entry",
            ));
        }
        Ok(Self(text))
    }
}

impl JsonSchema for Reason {
    fn schema_name() -> Cow<'static, str> {
        "Reason".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "minLength": 1, "not": {"const": Self::PLACEHOLDER}})
    }
}

/// The value of a template's parameter, as text: `3`, `true` and nothing at all are such too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ParameterValue(pub String);

impl<'de> Deserialize<'de> for ParameterValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl Visitor<'_> for Scalar {
            type Value = ParameterValue;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text, a number, `true` or `false`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ParameterValue, E> {
                Ok(ParameterValue(text.to_owned()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<ParameterValue, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_bool<E: Error>(self, truth: bool) -> Result<ParameterValue, E> {
                self.visit_str(&truth.to_string())
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

impl JsonSchema for ParameterValue {
    fn schema_name() -> Cow<'static, str> {
        "ParameterValue".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "integer", "boolean"]})
    }
}

fn not_empty<E: Error>(text: &str) -> Result<(), E> {
    if text.trim().is_empty() {
        return Err(E::custom("must not be empty"));
    }
    Ok(())
}

/// A length of time in minutes, written as minutes or as `12h` or `30d`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minutes(pub u64);

impl fmt::Display for Minutes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(24 * 60, 'd'), (60, 'h'), (1, 'm')];
        let whole = |(length, _): &(u64, char)| self.0 >= *length && self.0.is_multiple_of(*length);
        let (length, unit) = units.into_iter().find(whole).unwrap_or((1, 'm'));
        write!(formatter, "{}{unit}", self.0 / length)
    }
}

impl Serialize for Minutes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Debug for Minutes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl<'de> Deserialize<'de> for Minutes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Length;
        impl Visitor<'_> for Length {
            type Value = Minutes;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("minutes, or a length of time such as 12h or 30d")
            }

            fn visit_u64<E: Error>(self, minutes: u64) -> Result<Minutes, E> {
                Ok(Minutes(minutes))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Minutes, E> {
                minutes(text).map(Minutes).ok_or_else(|| {
                    let shown = super::error::shown(text);
                    E::custom(format!(
                        "must be minutes, or a length of time such as 12h or 30d, not `{shown}`"
                    ))
                })
            }
        }
        deserializer.deserialize_any(Length)
    }
}

impl JsonSchema for Minutes {
    fn schema_name() -> Cow<'static, str> {
        "Minutes".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time: minutes, or a number with `m`, `h` or `d` behind it.",
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": "^[0-9]+[mhd]?$"}
            ]
        })
    }
}

/// A day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub jiff::civil::Date);

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let shape = text.len() == 10;
        match text.parse() {
            Ok(date) if shape => Ok(Self(date)),
            Ok(_) | Err(_) => Err(D::Error::custom(format!(
                "must be a day such as 2027-01-31, not `{}`",
                super::error::shown(&text)
            ))),
        }
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
    }
}
