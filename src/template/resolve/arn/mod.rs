//! The name of a resource and its ARNs: the holes of the type's ARN filled from what the resource says.

use super::super::Resource;
use super::super::arns::{self, Hole, Mode, Piece, Reference, Shape, pieces};
use super::text::{bounded, is_all_symbol, split, symbol};
use super::{Resolver, is_uncertain};

impl Resolver<'_> {
    /// The ARN of a resource, where its type has one that is known.
    pub(in super::super) fn arn_of(&self, resource: &Resource) -> Option<String> {
        let shape = arns::of(&resource.kind)?;
        shape.arn.as_ref()?;
        Some(self.arn(resource, shape, 0))
    }

    /// A resource's name: as deployed, as written, or a symbol.
    pub(super) fn named(&self, resource: &Resource, shape: &Shape, depth: usize) -> String {
        if let Some(physical) = self.physical(resource) {
            let last = || last(&physical);
            match shape.reference {
                Reference::QueueUrl => return last(),
                Reference::Name | Reference::Arn if physical.starts_with("arn:") => {
                    if shape.ends_in_name() {
                        return last();
                    }
                }
                Reference::Name | Reference::Arn => return physical,
                Reference::Unknown => {}
            }
        }
        let written = self.written(resource, &shape.name, depth);
        written.unwrap_or_else(|| symbol(&resource.logical_id))
    }

    /// A resource's own ARN: as deployed, or with the holes filled.
    pub(super) fn arn(&self, resource: &Resource, shape: &Shape, depth: usize) -> String {
        if let Some(physical) = self.physical(resource)
            && physical.starts_with("arn:")
        {
            return physical;
        }
        match &shape.arn {
            Some(arn) => self.filled(resource, shape, arn, &shape.own, depth),
            None => symbol(&resource.logical_id),
        }
    }

    /// The ARN that an attribute is, its holes filled. An ARN that fills a hole says where this one is too: what is inside another
    /// resource is in its account and Region.
    pub(super) fn filled(
        &self,
        resource: &Resource,
        shape: &Shape,
        arn: &str,
        attribute: &str,
        depth: usize,
    ) -> String {
        let unknown = |part: &str| symbol(&format!("{}.{part}", resource.logical_id));
        let property = |name: &str| self.written(resource, name, depth);
        let all: Vec<Piece<'_>> = pieces(arn).collect();
        if let [Piece::Hole(Hole::Property { name, .. })] = all.as_slice() {
            let copied =
                property(name).filter(|value| value.starts_with("arn:") || is_all_symbol(value));
            return copied.unwrap_or_else(|| unknown(attribute));
        }
        let outer = all.iter().find_map(|piece| match piece {
            Piece::Hole(Hole::Property { name, .. }) => {
                let parts = split(&property(name)?, ":");
                is_like(&parts, arn).then_some(parts)
            }
            Piece::Hole(_) | Piece::Text(_) => None,
        });
        let place = |number: usize, own: &str| {
            let outer = outer.as_ref().and_then(|parts| parts.get(number));
            let outer = outer.filter(|part| !part.is_empty());
            outer.map_or_else(|| self.pseudo(own), String::clone)
        };
        let text = all.iter().map(|piece| match *piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Hole(Hole::Partition) => place(1, "AWS::Partition"),
            Piece::Hole(Hole::Region) => place(3, "AWS::Region"),
            Piece::Hole(Hole::Account) => place(4, "AWS::AccountId"),
            Piece::Hole(Hole::Made(made)) => {
                if shape.is_made(made) {
                    self.named(resource, shape, depth)
                } else {
                    unknown(made)
                }
            }
            Piece::Hole(Hole::Optional { name, none, text }) => match property(name) {
                Some(value) if Some(value.as_str()) != none => text.replace('%', &last(&value)),
                None if resource.property(name).is_some() => text.replace('%', &unknown(name)),
                Some(_) | None => String::new(),
            },
            Piece::Hole(Hole::Property {
                name,
                default,
                mode,
            }) => {
                let value = if name == shape.name {
                    Some(self.named(resource, shape, depth))
                } else if resource.property(name).is_none() {
                    default.map(str::to_owned)
                } else {
                    property(name)
                };
                let value = value.map(|value| {
                    let is_arn = value.starts_with("arn:");
                    if is_arn { last(&value) } else { value }
                });
                let changed = |value: String| match mode {
                    Some(mode) => Mode::changed(mode, &value),
                    None => Some(value),
                };
                value.and_then(changed).unwrap_or_else(|| unknown(name))
            }
        });
        bounded(text.collect())
    }

    /// The text of a property, where it is one and holds in any case.
    fn written(&self, resource: &Resource, name: &str, depth: usize) -> Option<String> {
        match self.all(resource.property(name)?, depth + 1).as_slice() {
            [one] if !is_uncertain(one) => one.to_text(),
            _ => None,
        }
    }
}

/// Whether the parts of a text are an ARN of the service of an ARN with holes.
fn is_like(parts: &[String], arn: &str) -> bool {
    let service = arn.split(':').nth(2);
    let is_arn = parts.len() > 5 && parts.first().is_some_and(|part| part == "arn");
    is_arn && parts.get(2).map(String::as_str) == service
}

/// The last part of an ARN or address.
fn last(text: &str) -> String {
    let resource = split(text, ":").pop().unwrap_or_default();
    split(&resource, "/").pop().unwrap_or_default()
}

#[cfg(test)]
mod tests;
