//! Reads the subsegments of a node into the arena of its document.

use super::{Arena, MAX_NODES, Place, READ, member};
use crate::xray::json::{Name, Named};
use crate::xray::segment::Node;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A list of subsegments, or one item of such a list.
pub(super) struct Below<'s, 'a> {
    pub(super) arena: &'s mut Arena<'a>,
    pub(super) place: Place,
    pub(super) list: bool,
}

impl Below<'_, '_> {
    /// Counts a list or an item that does not have the right type.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "every method of a visitor gives a result"
    )]
    fn malformed<E>(self) -> Result<(), E> {
        self.arena.malformed += 1;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Below<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Below<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("subsegments")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if !self.list {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return self.malformed();
        }
        while self.arena.nodes.len() < MAX_NODES {
            let item = Below {
                arena: &mut *self.arena,
                place: self.place,
                list: false,
            };
            if items.next_element_seed(item)?.is_none() {
                return Ok(());
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {
            self.arena.beyond_limits += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let position = self.arena.nodes.len();
        self.arena.nodes.push(Node::default());
        let mut node = Node {
            parent: Some(self.place.parent),
            ..Node::default()
        };
        let place = Place {
            parent: position,
            level: self.place.level + 1,
            round: self.place.round + 1,
        };
        let mut named = Named::of(READ);
        while let Some(Name(name)) = members.next_key::<Name<'de>>()? {
            self.arena.malformed += u64::from(named.is_repeated(&name));
            member(&mut node, &name, &mut members, self.arena, place)?;
        }
        // In the place of a list, one subsegment is understood, and a map of subsegments is not.
        self.arena.malformed += u64::from(self.list && node.name.is_empty());
        if let Some(slot) = self.arena.nodes.get_mut(position) {
            *slot = node;
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        if self.list { Ok(()) } else { self.malformed() }
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.malformed()
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.malformed()
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.malformed()
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.malformed()
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.malformed()
    }
}
