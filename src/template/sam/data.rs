//! What SAM knows by heart: its policy templates, the ARNs of AWS's managed policies by name, the profiles of its connectors.
//!
//! From `data/sam.bin`, which the program embeds and `data/generate.py` takes from SAM's own package.

use ruzstd::decoding::FrameDecoder;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

static EMBEDDED: &[u8] = include_bytes!("../../../data/sam.bin");

/// What is inside is no larger than this.
const LARGEST: usize = 1 << 20;

/// All of it.
#[derive(Debug, Deserialize)]
pub(super) struct Known {
    templates: BTreeMap<String, PolicyTemplate>,
    managed: Managed,
    connectors: Connectors,
}

/// A policy template: a document with holes.
#[derive(Debug, Deserialize)]
pub(super) struct PolicyTemplate {
    /// The names of the holes; each has to be filled.
    #[serde(rename = "p")]
    pub(super) parameters: Vec<String>,
    /// The document, where `{"Ref": parameter}` is a hole.
    #[serde(rename = "d")]
    pub(super) document: Value,
}

/// Names of one path that the partitions of the bits have.
#[derive(Debug, Deserialize)]
struct Managed {
    partitions: Vec<String>,
    names: Vec<(String, u32, Vec<String>)>,
}

#[derive(Debug, Deserialize)]
struct Connectors {
    permissions: BTreeMap<String, BTreeMap<String, Profile>>,
    resources: BTreeMap<String, Connected>,
}

/// What a connector from one type of resource to another makes.
#[derive(Debug, Deserialize)]
pub(super) struct Profile {
    /// Which kind of policy it writes.
    #[serde(rename = "Type")]
    pub(super) kind: String,
    /// What is in it.
    #[serde(rename = "Properties")]
    pub(super) properties: Access,
}

/// What a connector grants.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Access {
    /// Whether the source's role gets it; else the destination's.
    pub(super) source_policy: bool,
    /// `Read` and `Write` with their statements, in the order in which they are written.
    pub(super) access_categories: Vec<(String, Value)>,
}

/// How a type of resource says its role and its ARN.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Connected {
    /// `Role`: the property that holds the role, or the function that finds it.
    #[serde(default)]
    pub(super) inputs: BTreeMap<String, Value>,
    /// `Arn`, `Url`, `Id`, `Name` and `Qualifier`, with `%{logicalId}` in them.
    #[serde(default)]
    pub(super) outputs: BTreeMap<String, Value>,
}

/// What the program was built with.
pub(super) fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    #[expect(
        clippy::expect_used,
        reason = "the bytes are part of the program, and a test decodes them"
    )]
    KNOWN.get_or_init(|| decode(EMBEDDED).expect("what is embedded is whole"))
}

fn decode(bytes: &[u8]) -> Option<Known> {
    let mut raw = vec![0; LARGEST];
    let length = FrameDecoder::new().decode_all(bytes, &mut raw).ok()?;
    serde_json::from_slice(raw.get(..length)?).ok()
}

impl Known {
    /// The policy template of a name.
    pub(super) fn template(&self, name: &str) -> Option<&PolicyTemplate> {
        self.templates.get(name)
    }

    /// All policy templates by name.
    pub(super) fn templates(&self) -> impl Iterator<Item = (&str, &PolicyTemplate)> {
        self.templates
            .iter()
            .map(|(name, template)| (name.as_str(), template))
    }

    /// Their names.
    pub(super) fn template_names(&self) -> impl Iterator<Item = &str> + Clone {
        self.templates.keys().map(String::as_str)
    }

    /// The ARN of the managed policy of a name in a partition.
    pub(super) fn managed_arn(&self, name: &str, partition: &str) -> Option<String> {
        let place = self
            .managed
            .partitions
            .iter()
            .position(|known| known == partition)?;
        let bit = 1u32.checked_shl(u32::try_from(place).ok()?)?;
        let (path, _, _) = self.managed.names.iter().find(|(_, bits, names)| {
            bits & bit != 0
                && names
                    .binary_search_by(|known| known.as_str().cmp(name))
                    .is_ok()
        })?;
        Some(format!("arn:{partition}:iam::aws:policy/{path}{name}"))
    }

    /// What a connector from a type of resource to another makes.
    pub(super) fn profile(&self, source: &str, destination: &str) -> Option<&Profile> {
        self.connectors.permissions.get(source)?.get(destination)
    }

    /// How a type of resource says its role and its ARN.
    pub(super) fn connected(&self, kind: &str) -> Option<&Connected> {
        self.connectors.resources.get(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_is_whole() {
        let known = known();
        assert_eq!(known.templates().count(), 81);
        assert_eq!(
            known.template("DynamoDBCrudPolicy").unwrap().parameters,
            ["TableName"]
        );
        assert!(
            known
                .profile("AWS::Lambda::Function", "AWS::DynamoDB::Table")
                .is_some()
        );
    }

    #[test]
    fn managed_policies_are_those_of_the_partition() {
        let arn = |name, partition| known().managed_arn(name, partition);
        assert_eq!(
            arn("AWSLambdaBasicExecutionRole", "aws-cn").as_deref(),
            Some("arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
        );
        assert_eq!(
            arn("ViewOnlyAccess", "aws").as_deref(),
            Some("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess")
        );
        assert_eq!(arn("ViewOnlyAccess", "aws-unknown"), None);
        assert_eq!(arn("NobodysPolicy", "aws"), None);
    }
}
