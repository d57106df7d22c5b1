//! What templates that are read together say of each other: exports, outputs of stacks, nested stacks.
//!
//! Follows <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html>.

use super::Expanded;
use crate::files::normal;
use crate::template::resolve::{Resolver, has_symbol};
use crate::template::{Gap, Resource, Template, Touches};
use crate::yaml::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Values that lead from one template to the next: longer chains stay symbols.
const LONGEST_CHAIN: usize = 6;

/// A stack within a stack of a template, by their places among all that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Nested {
    parent: usize,
    logical_id: String,
    child: usize,
}

/// Says of each template that is another's nested stack that it is, and where that one is deployed.
pub(super) fn nest(templates: &mut [Template]) {
    let nested = all_nested(templates);
    // From the outermost inwards: each round reaches one stack deeper.
    for _ in 0..LONGEST_CHAIN {
        for own in &nested {
            let outer = templates.get(own.parent).map(|own| own.deployed.clone());
            if let (Some(outer), Some(child)) = (outer, templates.get_mut(own.child)) {
                child.deployed.is_nested = true;
                child.deployed.account = child.deployed.account.take().or(outer.account);
                child.deployed.region = child.deployed.region.take().or(outer.region);
            }
        }
    }
}

/// Fills in what templates know of each other, and adds what nested stacks are not read.
pub(super) fn join(all: &mut [Expanded]) {
    let templates: Vec<&Template> = all.iter().map(|own| &own.template).collect();
    let nested = all_nested_of(&templates);
    let unread: Vec<Vec<Gap>> = (0..all.len())
        .map(|place| {
            let own = nested.iter().filter(|own| own.parent == place);
            let read: BTreeSet<&str> = own.map(|own| own.logical_id.as_str()).collect();
            all.get(place)
                .map(|own| unread(&own.template, &read))
                .unwrap_or_default()
        })
        .collect();
    for (own, gaps) in all.iter_mut().zip(unread) {
        own.gaps.extend(gaps);
    }
    for _ in 0..LONGEST_CHAIN {
        if !round(all, &nested) {
            return;
        }
    }
}

/// One step along the chains; whether anything new came of it.
fn round(all: &mut [Expanded], nested: &[Nested]) -> bool {
    let mut exports = BTreeMap::new();
    let mut outputs = BTreeMap::new();
    let mut of_nested: BTreeMap<usize, BTreeMap<(String, String), String>> = BTreeMap::new();
    let mut parameters: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
    for (place, own) in all.iter().enumerate() {
        let resolver = Resolver::new(&own.template, &own.values);
        for (key, output) in &own.template.outputs {
            let Some(value) = output.get("Value").and_then(|value| resolver.text(value)) else {
                continue;
            };
            let name = output.get("Export").and_then(|export| export.get("Name"));
            let name = name.and_then(|name| resolver.text(name));
            exports.extend(
                name.filter(|name| !has_symbol(name))
                    .map(|name| (name, value.clone())),
            );
            if let Some(stack) = &own.template.deployed.stack {
                outputs.insert((stack.clone(), key.text.clone()), value.clone());
            }
            for outer in nested.iter().filter(|nested| nested.child == place) {
                let own = of_nested.entry(outer.parent).or_default();
                own.insert((outer.logical_id.clone(), key.text.clone()), value.clone());
            }
        }
        for inner in nested.iter().filter(|nested| nested.parent == place) {
            let given = own.template.resource(&inner.logical_id);
            let given = given.and_then(|resource| resource.property("Parameters"));
            let child = parameters.entry(inner.child).or_default();
            for (key, value) in given.map(Node::members).unwrap_or_default() {
                let Some(value) = resolver.text(value) else {
                    continue;
                };
                // A template that is nested twice has what both say, or nobody knows which.
                child
                    .entry(key.text.clone())
                    .and_modify(|other| {
                        if *other != value {
                            *other = format!("${{{}}}", key.text);
                        }
                    })
                    .or_insert(value);
            }
        }
    }
    let mut is_new = false;
    for (place, own) in all.iter_mut().enumerate() {
        let mut values = own.values.clone();
        values.exports.extend(exports.clone());
        values.outputs.extend(outputs.clone());
        values
            .nested
            .extend(of_nested.remove(&place).unwrap_or_default());
        values
            .parameters
            .extend(parameters.remove(&place).unwrap_or_default());
        is_new |= values != own.values;
        own.values = values;
    }
    is_new
}

fn all_nested(templates: &[Template]) -> Vec<Nested> {
    all_nested_of(&templates.iter().collect::<Vec<_>>())
}

fn all_nested_of(templates: &[&Template]) -> Vec<Nested> {
    let places = templates.iter().enumerate();
    let places: BTreeMap<PathBuf, usize> = places
        .map(|(place, own)| (normal(Path::new(&own.file)), place))
        .collect();
    let mut found = Vec::new();
    for (parent, template) in templates.iter().enumerate() {
        for resource in &template.resources {
            let child = path_of(template, resource).and_then(|path| places.get(&path));
            found.extend(child.filter(|child| **child != parent).map(|child| Nested {
                parent,
                logical_id: resource.logical_id.clone(),
                child: *child,
            }));
        }
    }
    found
}

/// Where the template of a nested stack is written, where the resource is one.
fn written(resource: &Resource) -> Option<&Node> {
    match resource.kind.as_str() {
        // SAM's applications are stacks by now, or will be.
        "AWS::CloudFormation::Stack" | "AWS::Serverless::Application" => resource
            .property("TemplateURL")
            .or_else(|| resource.property("Location")),
        _ => None,
    }
}

/// The local path of a nested stack's template: what `aws cloudformation package` and `sam` upload, or what the CDK says that it
/// wrote.
fn path_of(template: &Template, resource: &Resource) -> Option<PathBuf> {
    let written = written(resource)?;
    let of_cdk = resource.metadata.as_ref();
    let of_cdk = of_cdk.and_then(|metadata| metadata.get("aws:asset:path")?.as_text());
    let local = written.as_text().filter(|text| !text.contains("://"));
    let folder = Path::new(&template.file).parent()?;
    Some(normal(&folder.join(of_cdk.or(local)?)))
}

/// A template's nested stacks of which the template is local, each with where that is.
pub(super) fn children(template: &Template) -> Vec<(&Resource, PathBuf)> {
    let resources = template.resources.iter();
    resources
        .filter_map(|resource| Some((resource, path_of(template, resource)?)))
        .collect()
}

/// The nested stacks whose templates are not among those that are read.
fn unread(template: &Template, read: &BTreeSet<&str>) -> Vec<Gap> {
    let nested = template
        .resources
        .iter()
        .filter(|own| written(own).is_some() && !read.contains(own.logical_id.as_str()));
    let why = |own: &Resource| {
        let Some(path) = path_of(template, own) else {
            return "its template is not in the checkout".to_owned();
        };
        let file = path.display();
        match template.refused.get(&path) {
            Some(why) => format!("its template `{file}` is not read: {why}"),
            None => format!("give its template `{file}` too"),
        }
    };
    let gaps = nested.map(|own| Gap {
        message: format!(
            "the nested stack `{}` is not judged: {}",
            own.words(),
            why(own)
        ),
        span: own.span.clone(),
        touches: Touches::Nothing,
    });
    gaps.collect()
}
