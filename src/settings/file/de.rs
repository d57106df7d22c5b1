//! The tree as what serde reads from, so that one type is the configuration, its schema and its list of known keys.
//!
//! An error keeps the innermost place and the keys that lead there.

use super::error::{Place, Problem, shown};
use super::tree::{Key, Node, Value};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer as _,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use std::borrow::Cow;
use std::fmt;

/// The name by which a [`Lined`] asks for its line.
const LINED: &str = "\u{0}lined";

/// A value and the line where it begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lined<T> {
    /// The line, counted from 1.
    pub line: usize,
    /// The value.
    pub value: T,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lined<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Both<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Both<T> {
            type Value = Lined<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
                let line = parts.next_element()?;
                let value = parts.next_element()?;
                line.zip(value)
                    .map(|(line, value)| Lined { line, value })
                    .ok_or_else(|| A::Error::custom("has no line"))
            }
        }
        deserializer.deserialize_tuple_struct(LINED, 2, Both(std::marker::PhantomData))
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Lined<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

/// What serde found wrong.
#[derive(Debug)]
pub(super) struct Fault {
    place: Option<Place>,
    /// Innermost first.
    path: Vec<String>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    UnknownKey(String, &'static [&'static str]),
    UnknownWord(String, &'static [&'static str]),
    Missing(&'static str),
    Wrong(String),
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            place: None,
            path: Vec::new(),
            kind,
        }
    }

    fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }

    fn below(mut self, step: String) -> Self {
        self.path.push(step);
        self
    }

    pub(super) fn found(self) -> (Place, Problem) {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        let problem = match self.kind {
            Kind::UnknownKey(key, known) => Problem::UnknownKey { key, known },
            Kind::UnknownWord(word, known) => Problem::UnknownWord { path, word, known },
            Kind::Missing(key) => Problem::Missing { path, key },
            Kind::Wrong(why) => Problem::Wrong { path, why },
        };
        (self.place.unwrap_or(Place::START), problem)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.kind)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Wrong(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(truth) => format!("`{truth}`"),
            Unexpected::Str(text) => format!("`{}`", shown(text)),
            Unexpected::Unsigned(number) => format!("`{number}`"),
            Unexpected::Seq => "a list".to_owned(),
            Unexpected::Map => "a map".to_owned(),
            Unexpected::Unit => "empty".to_owned(),
            other @ (Unexpected::Signed(_)
            | Unexpected::Float(_)
            | Unexpected::Char(_)
            | Unexpected::Bytes(_)
            | Unexpected::Option
            | Unexpected::NewtypeStruct
            | Unexpected::Enum
            | Unexpected::UnitVariant
            | Unexpected::NewtypeVariant
            | Unexpected::TupleVariant
            | Unexpected::StructVariant
            | Unexpected::Other(_)) => other.to_string(),
        };
        let expected = match expected.to_string().as_str() {
            "u64" | "u16" => "a whole number".to_owned(),
            "a boolean" => "true or false".to_owned(),
            "a string" => "text".to_owned(),
            "a sequence" => "a list".to_owned(),
            other => other.to_owned(),
        };
        Self::new(Kind::Wrong(format!("must be {expected}, not {found}")))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownKey(field.to_owned(), known))
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownWord(word.to_owned(), known))
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Kind::Missing(key))
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let read = match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Truth(truth) => visitor.visit_bool(*truth),
            Value::Number(number) => match number.parse() {
                Ok(number) => visitor.visit_u64(number),
                Err(_too_large) => visitor.visit_str(number),
            },
            Value::Text(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(Items {
                items: items.iter(),
                next: 0,
            }),
            Value::Map(members) => visitor.visit_map(Members {
                members: members.iter(),
                value: None,
            }),
        };
        read.map_err(|fault| fault.at(self.place))
    }

    /// A number is a text too where text is asked for: names may be made of digits.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Number(text) => visitor
                .visit_str(text)
                .map_err(|fault: Fault| fault.at(self.place)),
            Value::Null | Value::Truth(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
                self.deserialize_any(visitor)
            }
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_none(),
            Value::Truth(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Map(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    /// A key with nothing behind it has an empty list, as where every entry is commented out.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value == Value::Null {
            return visitor.visit_seq(Items {
                items: [].iter(),
                next: 0,
            });
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value == Value::Null {
            return visitor.visit_map(Members {
                members: [].iter(),
                value: None,
            });
        }
        self.deserialize_any(visitor)
    }

    /// Only a map: a list would be taken for members in their order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::List(_) => Err(Fault::invalid_type(Unexpected::Seq, &visitor).at(self.place)),
            Value::Null | Value::Truth(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
                self.deserialize_any(visitor)
            }
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if name == LINED {
            return visitor.visit_seq(LineAndValue {
                node: self,
                step: 0,
            });
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Text(word) | Value::Number(word) => visitor
                .visit_enum(Word(word))
                .map_err(|fault| fault.at(self.place)),
            Value::Null | Value::Truth(_) | Value::List(_) | Value::Map(_) => {
                let words = format!("must be one of {}", words.join(", "));
                Err(Fault::custom(words).at(self.place))
            }
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        tuple identifier ignored_any
    }
}

struct Items<'de> {
    items: std::slice::Iter<'de, Node>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        self.next += 1;
        // People count from one.
        seed.deserialize(item)
            .map(Some)
            .map_err(|fault| fault.at(item.place).below(format!("[{}]", self.next)))
    }
}

struct Members<'de> {
    members: std::slice::Iter<'de, (Key, Node)>,
    value: Option<&'de (Key, Node)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        self.value = self.members.next();
        let Some((key, _)) = self.value else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Fault> = key.text.as_str().into_deserializer();
        seed.deserialize(name)
            .map(Some)
            .map_err(|fault| fault.at(key.place))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let Some((key, value)) = self.value.take() else {
            return Err(Fault::custom("has a value without a key"));
        };
        seed.deserialize(value)
            .map_err(|fault| fault.at(value.place).below(shown(&key.text)))
    }
}

/// The line of a node, then the node.
struct LineAndValue<'de> {
    node: &'de Node,
    step: u8,
}

impl<'de> SeqAccess<'de> for LineAndValue<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        self.step += 1;
        match self.step {
            1 => seed
                .deserialize((self.node.place.line as u64).into_deserializer())
                .map(Some),
            2 => seed.deserialize(self.node).map(Some),
            _ => Ok(None),
        }
    }
}

struct Word<'de>(&'de str);

impl<'de> EnumAccess<'de> for Word<'de> {
    type Error = Fault;
    type Variant = Plain;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Plain), Fault> {
        let word: StrDeserializer<'_, Fault> = self.0.into_deserializer();
        Ok((seed.deserialize(word)?, Plain))
    }
}

/// A word with nothing to it.
struct Plain;

impl<'de> VariantAccess<'de> for Plain {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _seed: S) -> Result<S::Value, Fault> {
        Err(Fault::custom("must be a word"))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        _visitor: V,
    ) -> Result<V::Value, Fault> {
        Err(Fault::custom("must be a word"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Fault> {
        Err(Fault::custom("must be a word"))
    }
}
