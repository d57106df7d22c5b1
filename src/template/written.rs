//! A value as the text of `Fn::Sub` that says the same: what is referred to stays a reference, and nothing is looked up.

use crate::yaml::{Node, Value};
use std::collections::BTreeSet;

/// References to what is the same in all that is deployed together.
const PSEUDO: &str = "AWS::";

/// Functions within each other.
const MAX_DEPTH: usize = 20;

/// A text for `Fn::Sub`, with the map of what `Ref` and `Fn::GetAtt` do not give.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Written {
    /// The text, with `${Name}`, `${Name.Attribute}`, `${!Literal}`.
    pub text: String,
    /// What stands for names in it that are neither parameters nor resources, in the order in which they come.
    pub variables: Vec<(String, Node)>,
    /// The parameters and resources that are referred to anywhere in it, pseudo parameters left out.
    pub names: BTreeSet<String>,
}

impl Written {
    /// A value with functions in their long form; `is_taken` says which names a variable must not have. Nothing where it is no text.
    pub fn of(node: &Node, is_taken: &dyn Fn(&str) -> bool) -> Option<Self> {
        let mut written = Self::default();
        let text = written.text_of(node, "Value", is_taken, 0)?;
        written.text = text;
        Some(written)
    }

    /// Whether it refers to anything but where it is deployed.
    pub fn refers(&self) -> bool {
        let is_place =
            |name: &str| ["AWS::Partition", "AWS::Region", "AWS::AccountId"].contains(&name);
        let is_dynamic = self.text.contains("{{resolve:");
        is_dynamic || !self.variables.is_empty() || self.references().any(|name| !is_place(name))
    }

    /// The one thing that all of it refers to: the text between its braces.
    pub fn only(&self) -> Option<&str> {
        let inside = self.text.strip_prefix("${")?.strip_suffix('}')?;
        let is_one = !inside.contains("${") && !inside.starts_with('!');
        (is_one && self.variables.is_empty()).then_some(inside)
    }

    fn references(&self) -> impl Iterator<Item = &str> {
        let inside = self.text.split("${").skip(1);
        let inside = inside.filter_map(|rest| Some(rest.split_once('}')?.0));
        inside.filter(|name| !name.starts_with('!'))
    }

    /// What stands before the first wildcard, and what follows from there, which is text alone; nothing where that refers to
    /// anything.
    pub fn before_wildcard(&self) -> Option<(Self, &str)> {
        let mut rest = self.text.as_str();
        let mut at = 0;
        loop {
            let next = rest.find(['*', '?', '$'])?;
            let from = rest.get(next..)?;
            if let Some(inside) = from.strip_prefix("${") {
                let end = next + 2 + inside.find('}')? + 1;
                at += end;
                rest = rest.get(end..)?;
                continue;
            }
            if from.starts_with('$') {
                at += next + 1;
                rest = rest.get(next + 1..)?;
                continue;
            }
            at += next;
            break;
        }
        let (before, behind) = self.text.split_at_checked(at)?;
        if behind.contains("${") || behind.contains("{{") {
            return None;
        }
        let own = Self {
            text: before.to_owned(),
            ..self.clone()
        };
        Some((own, behind))
    }

    fn text_of(
        &mut self,
        node: &Node,
        hint: &str,
        is_taken: &dyn Fn(&str) -> bool,
        depth: usize,
    ) -> Option<String> {
        if depth > MAX_DEPTH {
            return None;
        }
        match &node.value {
            Value::Text(text) => return Some(literal(text)),
            Value::Number(text) => return Some(text.clone()),
            Value::Null | Value::Bool(_) | Value::List(_) => return None,
            Value::Map(_) => {}
        }
        let (name, argument) = node.only_member()?;
        self.names.extend(named(node));
        let inline = match (name, argument.items()) {
            ("Ref", _) => match argument.as_text()? {
                "AWS::NoValue" => return None,
                id => Some(format!("${{{id}}}")),
            },
            ("Fn::GetAtt", [id, attribute]) => match (id.as_text(), attribute.as_text()) {
                (Some(id), Some(attribute)) => Some(format!("${{{id}.{attribute}}}")),
                _ => None,
            },
            ("Fn::Sub", [text]) => self.substituted(text.as_text()?, None, is_taken, depth),
            ("Fn::Sub", [text, map]) => {
                self.substituted(text.as_text()?, Some(map), is_taken, depth)
            }
            ("Fn::Join", [separator, list]) if list.is_list() => {
                let separator = literal(&separator.to_text()?);
                let before = self.variables.len();
                let parts = list.items().iter();
                let parts: Option<Vec<String>> = parts
                    .map(|part| self.text_of(part, hint, is_taken, depth + 1))
                    .collect();
                if parts.is_none() {
                    self.variables.truncate(before);
                }
                parts.map(|parts| parts.join(&separator))
            }
            (name, _) if name.starts_with("Fn::") => None,
            _ => return None,
        };
        Some(inline.unwrap_or_else(|| self.variable(node, hint, is_taken)))
    }

    /// The text of `Fn::Sub` with what its map says put in.
    fn substituted(
        &mut self,
        text: &str,
        map: Option<&Node>,
        is_taken: &dyn Fn(&str) -> bool,
        depth: usize,
    ) -> Option<String> {
        let mut written = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            written.push_str(before);
            let (inside, after) = behind.split_once('}')?;
            rest = after;
            let name = inside.trim();
            match map.and_then(|map| map.get(name)) {
                Some(own) if !inside.starts_with('!') => {
                    written.push_str(&self.text_of(own, name, is_taken, depth + 1)?);
                }
                _ => written.extend(["${", inside, "}"]),
            }
        }
        written.push_str(rest);
        Some(written)
    }

    /// A name for what cannot stand in the text itself.
    fn variable(&mut self, node: &Node, hint: &str, is_taken: &dyn Fn(&str) -> bool) -> String {
        let same = |own: &Node| super::resolve::to_json(own) == super::resolve::to_json(node);
        if let Some((name, _)) = self.variables.iter().find(|(_, own)| same(own)) {
            return format!("${{{name}}}");
        }
        let numbers = std::iter::once(String::new()).chain((2_u32..).map(|own| own.to_string()));
        let mut names = numbers.map(|number| format!("{hint}{number}"));
        let is_free = |name: &String| {
            !is_taken(name) && self.variables.iter().all(|(other, _)| other != name)
        };
        let name = names.find(is_free).unwrap_or_else(|| hint.to_owned());
        self.variables.push((name.clone(), node.clone()));
        format!("${{{name}}}")
    }
}

/// A text that stands for itself in `Fn::Sub`.
pub fn literal(text: &str) -> String {
    text.replace("${", "${!")
}

/// What a value refers to anywhere in it: parameters and resources.
fn named(node: &Node) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    add(node, &mut names);
    names
}

fn add(node: &Node, names: &mut BTreeSet<String>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| add(item, names)),
        Value::Map(members) => {
            for (key, value) in members {
                let first = value.items().first().unwrap_or(value).as_text();
                let first = first.unwrap_or_default();
                match key.text.as_str() {
                    "Ref" | "Fn::GetAtt" => take(first, names),
                    "Fn::Sub" => {
                        let inside = first.split("${").skip(1);
                        let inside = inside.filter_map(|rest| Some(rest.split_once('}')?.0));
                        inside.for_each(|name| take(name.trim(), names));
                    }
                    _ => {}
                }
                add(value, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

fn take(name: &str, names: &mut BTreeSet<String>) {
    let id = name.split('.').next().unwrap_or_default();
    if !id.starts_with(PSEUDO) && !id.starts_with('!') {
        names.insert(id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::Written;
    use crate::template::read::{LIMITS, long};
    use crate::yaml::{self, Schema};

    fn written(text: &str) -> Option<Written> {
        let node = yaml::parse(text, Schema::Yaml11, LIMITS).unwrap().unwrap();
        Written::of(&long(node), &|name| name == "Value")
    }

    #[test]
    fn what_is_referred_to_stays_a_reference() {
        for (value, text, variables) in [
            ("orders", "orders", 0),
            ("\"${T}\"", "${!T}", 0),
            ("!Ref T", "${T}", 0),
            ("!GetAtt Orders.Arn", "${Orders.Arn}", 0),
            ("!Sub \"${A}-${!b}-${C.D}\"", "${A}-${!b}-${C.D}", 0),
            (
                "!Sub [\"${x}/${T}\", {x: !Sub \"${A}-1\"}]",
                "${A}-1/${T}",
                0,
            ),
            ("!Sub [\"${x}/${x}\", {x: !ImportValue y}]", "${x}/${x}", 1),
            ("!Join [\"-\", [!Ref T, orders, 7]]", "${T}-orders-7", 0),
            ("!Join [\"-\", !Ref L]", "${Value2}", 1),
            (
                "!Join [\"-\", [!Ref T, !ImportValue y]]",
                "${T}-${Value2}",
                1,
            ),
            ("!If [C, a, b]", "${Value2}", 1),
        ] {
            let own = written(value).unwrap();
            assert_eq!(
                (own.text.as_str(), own.variables.len()),
                (text, variables),
                "{value}"
            );
        }
        assert_eq!(written("[a, b]"), None);
        assert_eq!(written("!Ref AWS::NoValue"), None);
    }

    #[test]
    fn a_wildcard_is_found_outside_of_what_is_referred_to() {
        for (value, expected) in [
            ("!Sub \"t/${T}/index/*\"", Some(("t/${T}/index/", "*"))),
            ("!Sub \"t/${T}*/a?\"", Some(("t/${T}", "*/a?"))),
            ("!Sub \"t/*/${T}\"", None),
            ("!Sub \"t/${T}\"", None),
        ] {
            let own = written(value).unwrap();
            let found = own.before_wildcard();
            let found = found.as_ref().map(|(own, rest)| (own.text.as_str(), *rest));
            assert_eq!(found, expected, "{value}");
        }
    }
}
