//! Folders that a tool wrote templates into: of the CDK those of every stack of the app, of the Serverless Framework the service's.

use super::super::policy_file::MAX_BYTES;
use crate::files::{self, Kind};
use crate::template::Deployed;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Templates of one folder that are read.
const MOST_TEMPLATES: usize = 1000;

/// Stages of the CDK within each other.
const DEEPEST: usize = 8;

/// What the CDK says of an app may be longer than any of its templates: old versions keep every construct in it.
const LARGEST_MANIFEST: u64 = 16 * MAX_BYTES;

/// What the Serverless Framework packages; the one beside it makes the bucket alone.
const OF_SERVERLESS: &str = "cloudformation-template-update-stack.json";

/// What the CDK says of the stacks of a folder.
pub const MANIFEST: &str = "manifest.json";

/// Whether a file of a folder that a tool wrote is read, by its name.
pub fn is_of_folder(name: &str) -> bool {
    is_template(name) || name == MANIFEST || name == OF_SERVERLESS
}

fn is_template(name: &str) -> bool {
    name.ends_with(".template.json")
}

/// The templates that a path is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Their paths.
    pub(super) files: Vec<String>,
    /// How many more there are, which are not read.
    pub(super) left_out: usize,
}

/// The templates of a path: itself, or those in a folder that the CDK or the Serverless Framework wrote.
pub(super) fn listed(path: &str) -> Listed {
    let alone = |path: String| Listed {
        files: vec![path],
        left_out: 0,
    };
    if !is_folder(Path::new(path)) {
        return alone(path.to_owned());
    }
    let mut found = Vec::new();
    within(Path::new(path), 0, &mut found);
    if found.is_empty() {
        let packaged = Path::new(path).join(OF_SERVERLESS);
        let is_there = matches!(files::kind(&packaged), Ok(Kind::File));
        let packaged = packaged.to_str().filter(|_| is_there);
        return alone(packaged.unwrap_or(path).to_owned());
    }
    found.sort();
    let left_out = found.len().saturating_sub(MOST_TEMPLATES);
    found.truncate(MOST_TEMPLATES);
    Listed {
        files: found,
        left_out,
    }
}

/// The templates in a folder of the CDK's, and in those of its stages.
fn within(folder: &Path, depth: usize, found: &mut Vec<String>) {
    for (path, kind) in files::entries(folder).unwrap_or_default() {
        let name = path.file_name().and_then(|name| name.to_str());
        let (Some(name), Some(text)) = (name, path.to_str()) else {
            continue;
        };
        match kind {
            Kind::File if is_template(name) => found.push(text.to_owned()),
            Kind::Folder if name.starts_with("assembly-") && depth < DEEPEST => {
                within(&path, depth + 1, found);
            }
            Kind::File | Kind::Folder | Kind::Other => {}
        }
    }
}

pub(super) fn is_folder(path: &Path) -> bool {
    matches!(files::kind(path), Ok(Kind::Folder))
}

#[derive(Debug, Deserialize)]
struct Manifest {
    artifacts: BTreeMap<String, Artifact>,
}

#[derive(Debug, Deserialize)]
struct Artifact {
    #[serde(rename = "type")]
    kind: String,
    environment: Option<String>,
    properties: Option<Properties>,
}

#[derive(Debug, Deserialize)]
struct Properties {
    #[serde(rename = "templateFile")]
    template_file: Option<String>,
    #[serde(rename = "stackName")]
    stack_name: Option<String>,
}

/// The stacks of templates, by the manifests that the CDK writes beside them.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    by_folder: BTreeMap<String, BTreeMap<String, Deployed>>,
}

impl Manifests {
    /// The stack of a template.
    pub(super) fn deployed(&mut self, template: &str) -> Deployed {
        let path = Path::new(template);
        let name = path.file_name().and_then(|name| name.to_str());
        let folder = path.parent().and_then(Path::to_str);
        let (Some(name), Some(folder)) = (name, folder) else {
            return Deployed::default();
        };
        if name.strip_suffix(".json").is_none() {
            return Deployed::default();
        }
        let stacks = self
            .by_folder
            .entry(folder.to_owned())
            .or_insert_with(|| stacks_of(Path::new(folder)).unwrap_or_default());
        stacks.get(name).cloned().unwrap_or_default()
    }
}

fn stacks_of(folder: &Path) -> Option<BTreeMap<String, Deployed>> {
    let path = folder.join(MANIFEST);
    if !matches!(files::kind(&path), Ok(Kind::File)) {
        return None;
    }
    let bytes = files::kept::bytes(&path, LARGEST_MANIFEST).ok()?;
    of_manifest(&bytes)
}

/// Stacks by the names of their templates.
fn of_manifest(bytes: &[u8]) -> Option<BTreeMap<String, Deployed>> {
    let manifest: Manifest = serde_json::from_slice(bytes).ok()?;
    let stacks = manifest.artifacts.into_iter().filter_map(|(id, own)| {
        let properties = own.properties?;
        let file = properties.template_file?;
        (own.kind == "aws:cloudformation:stack").then(|| {
            let (account, region) = environment(own.environment.as_deref());
            let deployed = Deployed {
                stack: Some(properties.stack_name.unwrap_or(id)),
                account,
                region,
                is_nested: false,
            };
            (file, deployed)
        })
    });
    Some(stacks.collect())
}

/// `aws://ACCOUNT/REGION`, of which either may be unknown.
fn environment(text: Option<&str>) -> (Option<String>, Option<String>) {
    let parts = text
        .and_then(|text| text.strip_prefix("aws://"))
        .and_then(|text| text.split_once('/'));
    let known =
        |part: &str| (!part.is_empty() && !part.starts_with("unknown-")).then(|| part.to_owned());
    parts.map_or((None, None), |(account, region)| {
        (known(account), known(region))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_are_called_as_the_manifest_says() {
        let manifest = br#"{"version": "55.0.0", "artifacts": {
            "ProdShop82526E42": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
                "properties": {"templateFile": "a.template.json", "stackName": "Prod-Shop"}},
            "Dev": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
                "properties": {"templateFile": "b.template.json"}},
            "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}}"#;
        let stacks = of_manifest(manifest).unwrap();
        assert_eq!(stacks.len(), 2);
        let prod = &stacks["a.template.json"];
        assert_eq!(prod.stack.as_deref(), Some("Prod-Shop"));
        assert_eq!(prod.account.as_deref(), Some("111122223333"));
        assert_eq!(prod.region.as_deref(), Some("eu-west-1"));
        let dev = &stacks["b.template.json"];
        assert_eq!(dev.stack.as_deref(), Some("Dev"));
        assert_eq!((&dev.account, &dev.region), (&None, &None));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test writes a folder")]
    fn stages_are_read_and_assets_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        };
        let path = folder.path().to_str().unwrap();
        assert_eq!(listed(path).files, [path]);
        write("cloudformation-template-update-stack.json");
        write("cloudformation-template-create-stack.json");
        assert_eq!(listed(path).files, [format!("{path}/{OF_SERVERLESS}")]);
        write("Dev.template.json");
        write("assembly-Prod/Shop.template.json");
        write("assembly-Prod/assembly-Prod-Eu/Shop.template.json");
        write("asset.0123/x.template.json");
        let expected = [
            "Dev.template.json",
            "assembly-Prod/Shop.template.json",
            "assembly-Prod/assembly-Prod-Eu/Shop.template.json",
        ];
        assert_eq!(
            listed(path).files,
            expected.map(|name| format!("{path}/{name}"))
        );
        for number in 0..MOST_TEMPLATES {
            write(&format!("s{number}.template.json"));
        }
        let many = listed(path);
        assert_eq!((many.files.len(), many.left_out), (MOST_TEMPLATES, 3));
    }
}
