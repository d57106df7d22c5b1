//! Intrinsic functions to the values that they have, as far as the template and what is known beside it say.
//!
//! What nobody knows before the stack is deployed stays a symbol in the text: `${Orders}` for the name of a resource without one,
//! `${Stage}` for a parameter without a value. A symbol has no `:` but in `${AWS::...}`, so that it is no policy variable. What
//! holds only under a condition that nobody knows is marked. Follows
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.

mod arn;
mod text;

use super::arns::{self, Reference};
use super::condition::Conditions;
use super::{Resource, Template, Values};
use crate::partition;
use crate::yaml::{Key, Node, Value};
use std::cell::Cell;
use text::{
    MAX_TEXT, bounded, end, is_all_symbol, open_actions, own_symbol, split, symbol, without_dynamic,
};

pub use text::{OPEN_ACTION, to_json};

/// The mark of what holds only under a condition that nobody knows.
const UNCERTAIN: &str = "?";

/// Functions within each other, and references that lead to others.
const MAX_DEPTH: usize = 40;

/// Values that are resolved for one template, so that names made of each other end.
const MAX_STEPS: usize = 2_000_000;

/// Whether a value holds only under a condition that nobody knows.
pub fn is_uncertain(node: &Node) -> bool {
    node.tag.as_deref() == Some(UNCERTAIN)
}

/// Whether a text has a symbol in it.
pub fn has_symbol(text: &str) -> bool {
    crate::iam::symbols(text).next().is_some()
}

/// Resolves the values of one template.
#[derive(Debug)]
pub struct Resolver<'t> {
    /// The template.
    pub template: &'t Template,
    /// What is known beside it.
    pub values: &'t Values,
    conditions: Conditions,
    steps: Cell<usize>,
}

impl<'t> Resolver<'t> {
    /// A resolver.
    pub fn new(template: &'t Template, values: &'t Values) -> Self {
        let mut resolver = Self {
            template,
            values,
            conditions: Conditions::default(),
            steps: Cell::new(0),
        };
        let conditions = Conditions::of(&resolver);
        resolver.conditions = conditions;
        resolver
    }

    /// Whether a condition of the template holds; nothing where nobody knows.
    pub fn condition(&self, name: &str) -> Option<bool> {
        self.conditions.holds(name)
    }

    /// The value of a node: nothing where it is taken out (`AWS::NoValue`). Of several that an unknown condition leaves open, a list
    /// of all that they hold.
    pub fn value(&self, node: &Node) -> Option<Node> {
        self.one(node, 0)
    }

    /// The text of a node: symbols in the place of what is not known.
    pub fn text(&self, node: &Node) -> Option<String> {
        match self.all(node, 0).as_slice() {
            [] => None,
            [one] => one.to_text(),
            [_, ..] => Some(self.unknown("If", node)),
        }
    }

    /// The symbol of what a node stands for and nobody knows: where values are told apart, each node has one of its own.
    fn unknown(&self, name: &str, node: &Node) -> String {
        if self.values.told_apart {
            return own_symbol(name, node);
        }
        symbol(name)
    }

    /// A text that stands for itself.
    fn literal(&self, text: &str) -> String {
        if self.values.told_apart {
            return text.replace("${", "${!");
        }
        without_dynamic(text)
    }

    fn one(&self, node: &Node, depth: usize) -> Option<Node> {
        let mut all = self.all(node, depth);
        if all.len() < 2 {
            return all.pop();
        }
        let items = all.iter().flat_map(|one| {
            one.items().iter().map(|item| Node {
                tag: Some(UNCERTAIN.to_owned()),
                ..item.clone()
            })
        });
        Some(node.with_value(Value::List(items.collect())))
    }

    /// What a node may be: one value, none where it is taken out, several where a condition is not known.
    fn all(&self, node: &Node, depth: usize) -> Vec<Node> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if depth > MAX_DEPTH || steps > MAX_STEPS {
            return vec![node.with_value(Value::Text(symbol("Value")))];
        }
        let kept = |value| Node {
            tag: node.tag.clone(),
            ..node.with_value(value)
        };
        match &node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => vec![kept(node.value.clone())],
            Value::Text(text) => vec![kept(Value::Text(self.literal(text)))],
            Value::List(items) => {
                let items = items.iter().flat_map(|item| self.all(item, depth + 1));
                vec![kept(Value::List(items.collect()))]
            }
            Value::Map(members) => {
                if let [(key, argument)] = members.as_slice()
                    && (key.text == "Ref" || key.text.starts_with("Fn::"))
                {
                    return self.function(&key.text, argument, node, depth + 1);
                }
                let members = members.iter().filter_map(|(key, value)| {
                    let mut own = self.one(value, depth + 1)?;
                    if self.values.told_apart && ["Action", "NotAction"].contains(&&*key.text) {
                        open_actions(&mut own);
                    }
                    Some((Key::new(key.text.clone(), key.span.clone()), own))
                });
                vec![kept(Value::Map(members.collect()))]
            }
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table, a function a row")]
    fn function(&self, name: &str, argument: &Node, node: &Node, depth: usize) -> Vec<Node> {
        let text = |text: String| vec![node.with_value(Value::Text(text))];
        let unknown = || text(self.unknown(name.trim_start_matches("Fn::"), node));
        let arguments: Vec<&Node> = argument.items().iter().collect();
        match (name, arguments.as_slice()) {
            ("Ref", _) => match argument.as_text() {
                Some("AWS::NoValue") => Vec::new(),
                Some(own) => vec![self.reference(own, node, depth)],
                None => unknown(),
            },
            ("Fn::GetAtt", [resource, attribute]) => {
                let attribute = self.plain(attribute, depth);
                match (resource.as_text(), attribute) {
                    (Some(resource), Some(attribute)) => {
                        text(self.attribute(resource, &attribute, depth))
                    }
                    _ => unknown(),
                }
            }
            ("Fn::Sub", [template, rest @ ..]) => match template.as_text() {
                Some(template) => text(self.substituted(template, rest.first().copied(), depth)),
                None => unknown(),
            },
            ("Fn::Join", [separator, list]) => {
                let separator = separator.to_text().unwrap_or_default();
                match self.one(list, depth) {
                    Some(list) if list.is_list() => {
                        let parts = list.items().iter();
                        let part = |part: &Node| {
                            part.to_text().unwrap_or_else(|| self.unknown("Join", node))
                        };
                        text(bounded(
                            parts.map(part).collect::<Vec<_>>().join(&separator),
                        ))
                    }
                    Some(_) if self.values.told_apart => unknown(),
                    Some(one) => text(one.to_text().unwrap_or_else(|| symbol("Join"))),
                    None => unknown(),
                }
            }
            ("Fn::Select", [index, list]) => {
                let index = self
                    .plain(index, depth)
                    .and_then(|index| index.parse::<usize>().ok());
                let list = self.one(list, depth).filter(Node::is_list);
                match index
                    .zip(list)
                    .and_then(|(index, list)| list.items().get(index).cloned())
                {
                    Some(one) => vec![one],
                    None => unknown(),
                }
            }
            ("Fn::Split", [separator, whole]) => {
                match (separator.to_text(), self.plain(whole, depth)) {
                    (Some(separator), Some(whole)) if self.is_split(&whole) => {
                        let parts = split(&whole, &separator).into_iter();
                        let parts = parts.map(|part| node.with_value(Value::Text(part)));
                        vec![node.with_value(Value::List(parts.collect()))]
                    }
                    _ => unknown(),
                }
            }
            ("Fn::FindInMap", [map, first, second, rest @ ..]) => {
                let names = [map, first, second].map(|name| self.plain(name, depth));
                let found = || {
                    let [map, first, second] = &names;
                    let mappings = self.template.mappings.as_ref()?;
                    mappings
                        .get(map.as_ref()?)?
                        .get(first.as_ref()?)?
                        .get(second.as_ref()?)
                };
                let default = || rest.first().and_then(|rest| rest.get("DefaultValue"));
                let is_known = names.iter().flatten().all(|name| !has_symbol(name));
                match found().or_else(|| default().filter(|_| is_known)) {
                    Some(found) if !self.values.told_apart => self.all(found, depth),
                    Some(_) | None => unknown(),
                }
            }
            ("Fn::If", [condition, yes, no]) => {
                match condition.as_text().and_then(|name| self.condition(name)) {
                    Some(true) => self.all(yes, depth),
                    Some(false) => self.all(no, depth),
                    None => {
                        let both = [yes, no].into_iter().flat_map(|one| self.all(one, depth));
                        let marked = both.map(|one| Node {
                            tag: Some(UNCERTAIN.to_owned()),
                            ..one
                        });
                        marked.collect()
                    }
                }
            }
            ("Fn::Base64", _) => match self.plain(argument, depth) {
                Some(plain) if !has_symbol(&plain) => {
                    use base64::Engine as _;
                    text(base64::engine::general_purpose::STANDARD.encode(plain))
                }
                _ => unknown(),
            },
            ("Fn::Length", _) => match self.one(argument, depth).filter(Node::is_list) {
                Some(list) => text(list.items().len().to_string()),
                None => unknown(),
            },
            ("Fn::ToJsonString", _) => match self.one(argument, depth) {
                Some(value) => text(bounded(to_json(&value).to_string())),
                None => unknown(),
            },
            ("Fn::ImportValue", _) => match self.plain(argument, depth) {
                Some(name) => match self.values.exports.get(&name) {
                    Some(value) => text(value.clone()),
                    None => text(self.unknown(&name, node)),
                },
                None => unknown(),
            },
            ("Fn::GetStackOutput", _) => {
                let part = |name: &str| self.plain(argument.get(name)?, depth);
                match (part("StackName"), part("OutputName")) {
                    (Some(stack), Some(output)) => {
                        // One of another Region is of another stack, which may be called the same.
                        let is_elsewhere = part("Region")
                            .is_some_and(|region| region != self.pseudo("AWS::Region"));
                        let known = self.values.outputs.get(&(stack.clone(), output.clone()));
                        let known =
                            known.filter(|_| !is_elsewhere && argument.get("RoleArn").is_none());
                        text(known.cloned().unwrap_or_else(|| {
                            self.unknown(&format!("{}.{}", end(&stack), end(&output)), node)
                        }))
                    }
                    _ => unknown(),
                }
            }
            _ => unknown(),
        }
    }

    /// The text of a node inside another function.
    fn plain(&self, node: &Node, depth: usize) -> Option<String> {
        match self.all(node, depth).as_slice() {
            [one] => one.to_text(),
            _ => None,
        }
    }

    /// Whether the parts of a text are known: not those of a symbol.
    fn is_split(&self, text: &str) -> bool {
        !is_all_symbol(text) && (!self.values.told_apart || !has_symbol(text))
    }

    fn reference(&self, name: &str, node: &Node, depth: usize) -> Node {
        if let Some(parameter) = self.template.parameter(name) {
            let given = self.values.parameters.get(name);
            let default = || {
                let is_path = parameter.kind.starts_with("AWS::SSM::Parameter");
                let is_open = is_path || self.values.told_apart;
                parameter.default.as_ref().filter(|_| !is_open)?.to_text()
            };
            let Some(value) = given.cloned().or_else(default) else {
                return node.with_value(Value::Text(symbol(name)));
            };
            let is_list =
                parameter.kind.starts_with("List<") || parameter.kind == "CommaDelimitedList";
            if !is_list {
                return node.with_value(Value::Text(value));
            }
            let items = value
                .split(',')
                .map(|item| Value::Text(item.trim().to_owned()));
            return node.with_value(Value::List(
                items.map(|item| node.with_value(item)).collect(),
            ));
        }
        node.with_value(Value::Text(self.name_of(name, depth)))
    }

    /// What `Ref` gives of a pseudo parameter or a resource.
    fn name_of(&self, name: &str, depth: usize) -> String {
        if name.starts_with("AWS::") {
            return self.pseudo(name);
        }
        let Some(resource) = self.template.resource(name) else {
            return symbol(name);
        };
        let Some(shape) = arns::of(&resource.kind) else {
            return self.physical(resource).unwrap_or_else(|| symbol(name));
        };
        match shape.reference {
            Reference::Name => self.named(resource, shape, depth),
            Reference::Arn => self.arn(resource, shape, depth),
            Reference::Unknown => self.physical(resource).unwrap_or_else(|| symbol(name)),
            Reference::QueueUrl => match self.physical(resource) {
                Some(url) if url.contains("://") => url,
                _ => format!(
                    "https://sqs.{}.amazonaws.com/{}/{}",
                    self.pseudo("AWS::Region"),
                    self.pseudo("AWS::AccountId"),
                    self.named(resource, shape, depth)
                ),
            },
        }
    }

    /// What `Fn::GetAtt` gives.
    fn attribute(&self, name: &str, attribute: &str, depth: usize) -> String {
        if let Some(output) = attribute.strip_prefix("Outputs.")
            && let Some(value) = self
                .values
                .nested
                .get(&(name.to_owned(), output.to_owned()))
        {
            return value.clone();
        }
        let resource = self.template.resource(name);
        let shape = resource.and_then(|resource| arns::of(&resource.kind));
        if let (Some(resource), Some(shape)) = (resource, shape) {
            if shape.is_own(attribute) {
                return self.arn(resource, shape, depth);
            }
            if let Some(arn) = shape.attribute(attribute) {
                return self.filled(resource, shape, arn, attribute, depth);
            }
            if shape.is_name(attribute) {
                return self.named(resource, shape, depth);
            }
        }
        if let Some(own) = resource.and_then(|resource| self.physical(resource))
            && own.starts_with("arn:")
            && attribute.ends_with("Arn")
        {
            return own;
        }
        symbol(&format!("{name}.{attribute}"))
    }

    fn physical(&self, resource: &Resource) -> Option<String> {
        self.values.physical.get(&resource.logical_id).cloned()
    }

    fn pseudo(&self, name: &str) -> String {
        let region = self.values.region.as_deref();
        let known = match name {
            "AWS::Region" => region.map(str::to_owned),
            "AWS::AccountId" => self.values.account.clone(),
            "AWS::StackName" => self.values.stack.clone(),
            "AWS::Partition" => self
                .values
                .partition
                .clone()
                .or_else(|| Some(partition::of_region(region?).to_owned())),
            "AWS::URLSuffix" => region.map(|region| {
                let suffix = if region.starts_with("cn-") {
                    "amazonaws.com.cn"
                } else {
                    "amazonaws.com"
                };
                suffix.to_owned()
            }),
            _ => None,
        };
        known.unwrap_or_else(|| format!("${{{name}}}"))
    }

    /// The text of `Fn::Sub`: `${Name}` by the map or as `Ref`, `${A.B}` as `Fn::GetAtt`, `${!Literal}` as `${Literal}`.
    fn substituted(&self, template: &str, map: Option<&Node>, depth: usize) -> String {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once("${") {
            text.push_str(before);
            let Some((inside, after)) = behind.split_once('}') else {
                text.push_str("${");
                rest = behind;
                continue;
            };
            rest = after;
            if text.len() > MAX_TEXT {
                return symbol("Sub");
            }
            if let Some(literal) = inside.strip_prefix('!') {
                text.push_str(if self.values.told_apart { "${!" } else { "${" });
                text.extend([literal, "}"]);
                continue;
            }
            let inside = inside.trim();
            let own = map.and_then(|map| map.get(inside));
            let value = match own {
                Some(own) => {
                    let value = self.plain(own, depth + 1);
                    value.unwrap_or_else(|| self.unknown(inside, own))
                }
                None if self.template.parameter(inside).is_some() => {
                    let list = self.reference(inside, &Node::written(Value::Null, 0..0), depth + 1);
                    list.to_text().unwrap_or_else(|| symbol(inside))
                }
                None => match inside.split_once('.') {
                    Some((resource, attribute)) => self.attribute(resource, attribute, depth + 1),
                    None => self.name_of(inside, depth + 1),
                },
            };
            text.push_str(&value);
        }
        text.push_str(rest);
        if self.values.told_apart {
            return bounded(text);
        }
        bounded(without_dynamic(&text))
    }
}

#[cfg(test)]
mod tests;
