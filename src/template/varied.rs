//! The values that a template itself says its parameters may have: by default, as allowed, and as keys of a mapping that they are
//! looked up in. A template is deployed in more stages than one, and this is what it tells of the others.

use super::{Template, Values};
use crate::yaml::{Node, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Combinations of values, at most.
const MOST: usize = 64;

/// What a value depends on.
#[derive(Default)]
struct Depends<'t> {
    /// Names that are referred to: of parameters, resources, and pseudo parameters.
    names: BTreeSet<&'t str>,
    /// The keys of mappings in which one of them is looked up.
    keys: BTreeMap<&'t str, BTreeSet<String>>,
}

/// What is known beside a template in each stack of which it tells, as far as some nodes differ there; nothing where these are too
/// many. Physical ids are those of one stack, and are left out.
pub fn varied(template: &Template, values: &Values, nodes: &[&Node]) -> Option<Vec<Values>> {
    let mut depends = Depends::default();
    for node in nodes {
        depends.add(node, template);
    }
    let mut all = vec![Values {
        physical: BTreeMap::new(),
        ..values.clone()
    }];
    for name in &depends.names {
        let each = depends.values_of(name, template, values);
        if each.is_empty() {
            continue;
        }
        if all.len() * each.len() > MOST {
            return None;
        }
        let more = all
            .iter()
            .flat_map(|own| each.iter().map(|value| with(own, name, value)));
        all = more.collect();
    }
    Some(all)
}

impl<'t> Depends<'t> {
    /// The values of a parameter or a pseudo parameter; none where the template tells none.
    fn values_of(&self, name: &str, template: &Template, values: &Values) -> BTreeSet<String> {
        let keys = self.keys.get(name).cloned().unwrap_or_default();
        let Some(parameter) = template.parameter(name) else {
            return keys;
        };
        let given = values.parameters.get(name).cloned();
        if !parameter.allowed.is_empty() {
            return parameter.allowed.iter().cloned().chain(given).collect();
        }
        let default = parameter.default.as_ref().and_then(Node::to_text);
        let is_path = parameter.kind.starts_with("AWS::SSM::Parameter");
        let default = default.filter(|_| !is_path);
        keys.into_iter().chain(default).chain(given).collect()
    }

    fn add(&mut self, node: &'t Node, template: &'t Template) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.add(item, template)),
            Value::Map(members) => {
                for (key, value) in members {
                    let first = value.items().first().unwrap_or(value).as_text();
                    let first = first.unwrap_or_default();
                    match key.text.as_str() {
                        "Ref" | "Fn::GetAtt" => self.take(first, template),
                        "Fn::Sub" => {
                            let inside = first.split("${").skip(1);
                            let inside = inside.filter_map(|rest| Some(rest.split_once('}')?.0));
                            inside.for_each(|name| self.take(name.trim(), template));
                        }
                        "Fn::FindInMap" => self.look_up(value.items(), template),
                        _ => {}
                    }
                    self.add(value, template);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }

    /// A name, and what the resource that it is of depends on.
    fn take(&mut self, name: &'t str, template: &'t Template) {
        let id = name.split('.').next().unwrap_or_default();
        if self.names.insert(id)
            && let Some(resource) = template.resource(id)
        {
            self.add(&resource.properties, template);
        }
    }

    /// What is looked up in a mapping is one of its keys.
    fn look_up(&mut self, arguments: &'t [Node], template: &Template) {
        let [map, first, second, ..] = arguments else {
            return;
        };
        let mappings = template.mappings.as_ref();
        let rows = mappings.and_then(|all| all.get(map.as_text()?));
        let rows = || rows.map(Node::members).unwrap_or_default().iter();
        let columns = rows().flat_map(|(_, row)| row.members());
        let keys = [
            (first, rows().map(|(key, _)| key.text.clone()).collect()),
            (second, columns.map(|(key, _)| key.text.clone()).collect()),
        ];
        let keys: [(&Node, BTreeSet<String>); 2] = keys;
        for (argument, keys) in keys {
            if let Some(("Ref", name)) = argument.only_member()
                && let Some(name) = name.as_text()
            {
                self.keys.entry(name).or_default().extend(keys);
            }
        }
    }
}

fn with(values: &Values, name: &str, value: &str) -> Values {
    let mut own = values.clone();
    let value = value.to_owned();
    match name {
        "AWS::Region" => own.region = Some(value),
        "AWS::AccountId" => own.account = Some(value),
        "AWS::Partition" => own.partition = Some(value),
        "AWS::StackName" => own.stack = Some(value),
        _ => {
            own.parameters.insert(name.to_owned(), value);
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::varied;
    use crate::template::Values;
    use crate::template::read::{LIMITS, long, of_node};
    use crate::template::resolve::Resolver;
    use crate::yaml::{self, Schema};

    const TEMPLATE: &str = "Parameters:\n  \
        S: {Type: String, Default: ord, AllowedValues: [ord, o]}\n  \
        D: {Type: String, Default: d}\n  \
        K: {Type: String, Default: dev}\n  \
        U: {Type: String}\n  \
        N: {Type: String, AllowedValues: [a1, a2, a3, a4, a5, a6, a7, a8]}\n  \
        O: {Type: String, AllowedValues: [b1, b2, b3, b4, b5, b6, b7, b8, b9]}\n\
        Mappings:\n  M:\n    dev: {name: x}\n    prod: {name: y}\n\
        Resources:\n  Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub '${S}-1'}}\n";

    /// What a value is in each stack of which the template tells.
    fn each(value: &str, values: &Values) -> Option<Vec<String>> {
        let root = yaml::parse(TEMPLATE, Schema::Yaml11, LIMITS)
            .unwrap()
            .unwrap();
        let template = of_node(root, TEMPLATE, "template.yaml").unwrap();
        let node = yaml::parse(value, Schema::Yaml11, LIMITS).unwrap().unwrap();
        let node = long(node);
        let all = varied(&template, values, &[&node])?;
        let texts = all
            .iter()
            .map(|own| Resolver::new(&template, own).text(&node).unwrap());
        Some(texts.collect())
    }

    #[test]
    fn a_template_tells_of_other_stacks() {
        for (value, expected) in [
            ("!Sub '${S}-${D}'", vec!["o-d", "ord-d"]),
            ("!Ref Orders", vec!["o-1", "ord-1"]),
            ("!Ref U", vec!["${U}"]),
            ("!FindInMap [M, !Ref K, name]", vec!["x", "y"]),
            ("!FindInMap [M, !Ref AWS::StackName, name]", vec!["x", "y"]),
            ("!Select [0, !Split ['r', !Ref S]]", vec!["o", "o"]),
        ] {
            assert_eq!(
                each(value, &Values::default()).unwrap(),
                expected,
                "{value}"
            );
        }
        assert_eq!(each("!Sub '${N}${O}'", &Values::default()), None);
    }

    #[test]
    fn what_is_given_is_one_of_the_values() {
        let mut values = Values::default();
        values.parameters.insert("D".to_owned(), "e".to_owned());
        values.parameters.insert("U".to_owned(), "u".to_owned());
        assert_eq!(each("!Sub '${D}${U}'", &values).unwrap(), ["du", "eu"]);
    }
}
