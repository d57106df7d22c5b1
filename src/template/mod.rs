//! Policies inside CloudFormation templates: read, expanded and resolved, with the place of every piece in the text.
//!
//! The steps, in order: [`read`] makes one [`Template`] of a text, with every intrinsic in its long form
//! (`{"Fn::GetAtt": ["Orders", "Arn"]}`); [`sam::expand`] replaces the resources of the Serverless Application Model by the native
//! ones that AWS's transform makes of them; the later steps see CloudFormation alone.

mod arns;
mod attached;
mod condition;
mod deployed;
mod document;
mod foreach;
pub mod framework;
pub mod join;
pub mod read;
pub mod resolve;
pub mod roles;
pub mod sam;
pub mod samconfig;
pub mod settings;
mod values;
pub mod varied;
pub mod words;
pub mod written;

pub use deployed::Deployed;
pub use values::Values;

use crate::yaml::{Key, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

/// A template as it was read.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its path, as findings call it.
    pub file: String,
    /// The text; every span is a range of it.
    pub text: String,
    /// What wrote it.
    pub kind: Kind,
    /// `Parameters`, in the order written.
    pub parameters: Vec<Parameter>,
    /// `Mappings`: a map by name.
    pub mappings: Option<Node>,
    /// `Conditions` by name.
    pub conditions: Vec<(Key, Node)>,
    /// `Globals` of a SAM template.
    pub globals: Option<Node>,
    /// The names under `Transform`, such as `AWS::Serverless-2016-10-31`.
    pub transforms: Vec<String>,
    /// `Resources`, in the order written.
    pub resources: Vec<Resource>,
    /// `Outputs` by name.
    pub outputs: Vec<(Key, Node)>,
    /// Where it is deployed, as far as what wrote it says.
    pub deployed: Deployed,
    /// Templates of its nested stacks that are not read, by path, each with the reason.
    pub refused: BTreeMap<PathBuf, String>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// What kind of template it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// CloudFormation, written by hand or by a tool that leaves no sign.
    CloudFormation,
    /// With resources of the Serverless Application Model.
    Sam,
    /// Written by the CDK.
    Cdk,
    /// Packaged by the Serverless Framework.
    Serverless,
}

/// A parameter of a template.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type, such as `String`, `CommaDelimitedList`, `AWS::SSM::Parameter::Value<String>`.
    pub kind: String,
    /// Its default, where it has one.
    pub default: Option<Node>,
    /// The values under `AllowedValues`.
    pub allowed: Vec<String>,
    /// Where its name stands.
    pub span: Range<usize>,
}

/// A resource of a template.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its logical id.
    pub logical_id: String,
    /// Its type, such as `AWS::IAM::Role`.
    pub kind: String,
    /// `Properties`: a map, empty where it has none. Intrinsics are in their long form and not resolved.
    pub properties: Node,
    /// The name under `Condition`.
    pub condition: Option<String>,
    /// `Metadata`.
    pub metadata: Option<Node>,
    /// What else stands beside its properties, such as `Connectors` and `IgnoreGlobals`.
    pub attributes: Node,
    /// The logical ids under `DependsOn`.
    pub depends_on: Vec<String>,
    /// Where its logical id stands; of a resource that was made, the one it was made of.
    pub span: Range<usize>,
    /// The resource that it was made of and by what, where it does not stand in the text: (`OrdersFunction`, `SAM`).
    pub made_of: Option<MadeOf>,
}

/// What a resource that does not stand in the text was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeOf {
    /// The logical id in the text.
    pub logical_id: String,
    /// By what, in a user's words: `SAM`, `AWS::Serverless::Connector`.
    pub by: String,
}

/// Something that could not be read, and whom it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// A sentence: what is not known, and where it matters what to do about it.
    pub message: String,
    /// Where.
    pub span: Range<usize>,
    /// The roles of which not all is known then.
    pub touches: Touches,
}

/// Roles of which not all is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touches {
    /// None: it is told alone.
    Nothing,
    /// None of the template's: something beside them is not judged.
    Beside,
    /// Those of these logical ids: roles, or functions that use them.
    These(BTreeSet<String>),
    /// Every role of the template.
    Every,
}

impl Template {
    /// The resource of a logical id.
    pub fn resource(&self, logical_id: &str) -> Option<&Resource> {
        let mut resources = self.resources.iter();
        resources.find(|resource| resource.logical_id == logical_id)
    }

    /// The parameter of a name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|own| own.name == name)
    }
}

impl Resource {
    /// A property, as written.
    pub fn property(&self, name: &str) -> Option<&Node> {
        self.properties.get(name)
    }
}
