//! What templates that are read together say of each other: exports, outputs of stacks, nested stacks.
//!
//! Follows <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html>.

use super::{Expanded, links};
use crate::files::normal;
use crate::template::resolve::{Resolver, has_symbol};
use crate::template::{Gap, Resource, Template, Touches};
use crate::yaml::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Values that lead from one template to the next: longer chains stay symbols.
const LONGEST_CHAIN: usize = 6;

/// Uses of one template by several nested stacks of which each is told apart.
const MOST_USES: usize = 100;

/// Parameters by name.
type Given = BTreeMap<String, String>;

/// A stack within a stack of a template, by their places among all that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Nested {
    pub(super) parent: usize,
    pub(super) logical_id: String,
    pub(super) child: usize,
}

/// A nested stack whose template is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its logical id.
    pub(super) logical_id: String,
    /// Where it is written.
    pub(super) span: Range<usize>,
    /// That it is not judged, in the words of its parent.
    pub(super) told: String,
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
    let unread: Vec<(Vec<Gap>, Vec<Unread>)> = (0..all.len())
        .map(|place| {
            let own = nested.iter().filter(|own| own.parent == place);
            let read: BTreeSet<&str> = own.map(|own| own.logical_id.as_str()).collect();
            all.get(place)
                .map(|own| unread(&own.template, &read))
                .unwrap_or_default()
        })
        .collect();
    for (own, (gaps, unread)) in all.iter_mut().zip(unread) {
        own.gaps.extend(gaps);
        own.unread = unread;
    }
    for _ in 0..LONGEST_CHAIN {
        if !round(all, &nested) {
            break;
        }
    }
    let handed = links::handed(all, &nested);
    for (own, handed) in all.iter_mut().zip(handed) {
        own.handed = handed;
    }
}

/// One step along the chains; whether anything new came of it.
fn round(all: &mut [Expanded], nested: &[Nested]) -> bool {
    let mut exports = BTreeMap::new();
    let mut outputs = BTreeMap::new();
    let mut of_nested: BTreeMap<usize, BTreeMap<(String, String), String>> = BTreeMap::new();
    let mut parameters: BTreeMap<usize, BTreeSet<Given>> = BTreeMap::new();
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
        let inner: Vec<&Nested> = nested.iter().filter(|own| own.parent == place).collect();
        for values in own.values.each().iter().filter(|_| !inner.is_empty()) {
            let resolver = Resolver::new(&own.template, values);
            for inner in &inner {
                let uses = parameters.entry(inner.child).or_default();
                add_use(uses, given(&inner.logical_id, &resolver));
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
        let uses = parameters.remove(&place).unwrap_or_default();
        values.parameters.extend(common(&uses));
        if uses.len() > 1 {
            values.uses = uses.into_iter().collect();
        }
        is_new |= values != own.values;
        own.values = values;
    }
    is_new
}

/// The parameters that a stack gives to one nested in it.
fn given(logical_id: &str, resolver: &Resolver<'_>) -> Given {
    let stack = resolver.template.resource(logical_id);
    let given = stack.and_then(|stack| stack.property("Parameters"));
    let members = given.map(Node::members).unwrap_or_default().iter();
    members
        .filter_map(|(key, value)| Some((key.text.clone(), resolver.text(value)?)))
        .collect()
}

/// Adds what one stack gives. Of too many, nobody knows what the last ones give.
fn add_use(uses: &mut BTreeSet<Given>, given: Given) {
    if uses.len() < MOST_USES || uses.contains(&given) {
        uses.insert(given);
    } else {
        let names = given.into_keys();
        uses.insert(names.map(|name| (name.clone(), unknown(&name))).collect());
    }
}

/// What stands for the value of a parameter that is not known.
fn unknown(name: &str) -> String {
    format!("${{{name}}}")
}

/// What all uses of a template have in common: of what is given differently, nobody knows which is meant.
fn common(uses: &BTreeSet<Given>) -> Given {
    let names: BTreeSet<&String> = uses.iter().flat_map(BTreeMap::keys).collect();
    let values = names.into_iter().map(|name| {
        let values: BTreeSet<Option<&String>> = uses.iter().map(|own| own.get(name)).collect();
        let value = match values.first() {
            Some(Some(only)) if values.len() == 1 => (*only).clone(),
            _ => unknown(name),
        };
        (name.clone(), value)
    });
    values.collect()
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
pub(super) fn written(resource: &Resource) -> Option<&Node> {
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
fn unread(template: &Template, read: &BTreeSet<&str>) -> (Vec<Gap>, Vec<Unread>) {
    let unread = unread_of(template, read);
    let nested = unread.iter().map(|(own, _)| *own);
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
        touches: Touches::Beside,
    });
    let gaps = gaps.collect();
    let told = unread.iter().map(|(own, from)| Unread {
        logical_id: own.logical_id.clone(),
        span: own.span.clone(),
        told: format!(
            "the nested stack `{}` is not judged: its template is `{from}`",
            own.words()
        ),
    });
    (gaps, told.collect())
}

/// Those stacks, each with where its template is, as its parent says.
fn unread_of<'t>(template: &'t Template, read: &BTreeSet<&str>) -> Vec<(&'t Resource, String)> {
    let resources = template.resources.iter();
    let unread = resources.filter(|own| !read.contains(own.logical_id.as_str()));
    let told = unread.filter_map(|own| {
        let node = written(own)?;
        let text = template.text.get(node.span()).unwrap_or_default();
        let text = node.as_text().unwrap_or(text);
        Some((own, text.split_whitespace().collect::<Vec<_>>().join(" ")))
    });
    told.collect()
}
