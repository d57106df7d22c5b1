//! The types of CloudFormation, from `data/cfn.bin`: which the program embeds, and `data/generate.py` makes of the types' schemas and
//! of IAM's ARN formats.

use super::{Reference, Shape, hand};
use ruzstd::decoding::FrameDecoder;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

static EMBEDDED: &[u8] = include_bytes!("../../../data/cfn.bin");

/// What is inside is no larger than this.
const LARGEST: usize = 1 << 20;

#[derive(Debug, Deserialize)]
struct File {
    types: BTreeMap<String, Known>,
}

/// What the file says of a type.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    /// What `Ref` gives: `arn`, `name`, or nothing that is known.
    #[serde(rename = "r")]
    reference: String,
    /// The property that names it, or `.` and the attribute that is its id.
    #[serde(rename = "n")]
    name: String,
    /// The attribute that is its own ARN.
    #[serde(rename = "o")]
    own: String,
    /// ARNs by attribute, with holes.
    #[serde(rename = "a")]
    attributes: BTreeMap<String, String>,
    /// Attributes that are ARNs which nobody knows.
    #[serde(rename = "u")]
    unknown: Vec<String>,
}

/// What the program was built with.
fn types() -> BTreeMap<String, Known> {
    #[expect(
        clippy::expect_used,
        reason = "the bytes are part of the program, and a test decodes them"
    )]
    decode(EMBEDDED).expect("what is embedded is whole")
}

/// The shape of every type that is known.
pub(super) fn shapes() -> &'static BTreeMap<String, Shape> {
    static SHAPES: OnceLock<BTreeMap<String, Shape>> = OnceLock::new();
    SHAPES.get_or_init(|| {
        let shapes = types()
            .into_iter()
            .map(|(kind, known)| (kind, known.shape()));
        let mut shapes: BTreeMap<String, Shape> = shapes.collect();
        hand::correct(&mut shapes);
        shapes
    })
}

fn decode(bytes: &[u8]) -> Option<BTreeMap<String, Known>> {
    let mut raw = vec![0; LARGEST];
    let length = FrameDecoder::new().decode_all(bytes, &mut raw).ok()?;
    let file: File = serde_json::from_slice(raw.get(..length)?).ok()?;
    Some(file.types)
}

impl Known {
    fn shape(self) -> Shape {
        let (name, made) = match self.name.strip_prefix('.') {
            Some(made) => (String::new(), made.to_owned()),
            None => (self.name, String::new()),
        };
        Shape {
            reference: match self.reference.as_str() {
                "arn" => Reference::Arn,
                "name" => Reference::Name,
                _ => Reference::Unknown,
            },
            name,
            made,
            arn: self.attributes.get(&self.own).cloned(),
            own: self.own,
            attributes: self.attributes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types that have an attribute or an identifier that is an ARN: those of the schemas of cfn-lint 1.58.0.
    const WITH_ARN: usize = 1284;

    /// Of them, those whose every ARN is known. The share may grow; where it falls, `data/cfn.toml` has to say why.
    const EXACT: usize = 1223;

    #[test]
    fn of_the_types_with_arns_nearly_all_are_known() {
        let types = types();
        let with_arn = types
            .values()
            .filter(|known| !known.attributes.is_empty() || !known.unknown.is_empty());
        let exact = with_arn.clone().filter(|known| known.unknown.is_empty());
        assert_eq!(with_arn.count(), WITH_ARN);
        assert_eq!(exact.count(), EXACT);
        const { assert!(EXACT * 100 >= WITH_ARN * 95) };
    }
}
