//! What an edit must not do to a template: make a circle that no deployment resolves, name what is not there everywhere, or write a value
//! that belongs to one stage or account alone.

use super::references::References;
use crate::iam::edit::host::Refused;
use crate::template::Values;
use crate::yaml::{Node, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Values of parameters that are too short to be told from chance.
const SHORTEST: usize = 2;

/// Why an edited template would not deploy, or not everywhere; nothing where it would.
pub(super) fn harm(before: &Node, after: &Node, values: &Values) -> Option<String> {
    let (old, new) = (References::of(before), References::of(after));
    for (who, what) in new.new_since(&old) {
        if who == what || new.leads(what, who) {
            return Some(format!(
                "`{what}` cannot be named there: it needs `{who}` first, and CloudFormation deploys no circle"
            ));
        }
        let condition = |id: &str| resource(after, id)?.get("Condition")?.as_text();
        if let Some(only) = condition(what)
            && condition(who) != Some(only)
        {
            return Some(format!(
                "`{what}` is there only where `{only}` holds, and `{who}` is there without it"
            ));
        }
    }
    let mut written = BTreeMap::new();
    count(after, 1, &mut written);
    count(before, -1, &mut written);
    let new = written.into_iter().filter(|(_, count)| *count > 0);
    let stages = stages(before, values);
    for (text, _) in new.filter(|(text, _)| text.contains("arn:")) {
        if has_account(text) {
            return Some(Refused::Account.to_string());
        }
        let of_stage = stages.iter().find(|(value, _)| has_word(text, value));
        if let Some((value, name)) = of_stage {
            return Some(format!(
                "it would hold `{value}`, which is the value of `{name}` in this stack alone"
            ));
        }
    }
    None
}

/// Whether a node has `Fn::If` in it.
pub(super) fn has_branches(node: &Node) -> bool {
    if node.tag.as_deref() == Some("!If") {
        return true;
    }
    match &node.value {
        Value::List(items) => items.iter().any(has_branches),
        Value::Map(members) => members
            .iter()
            .any(|(key, value)| key.text == "Fn::If" || has_branches(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
    }
}

fn resource<'n>(root: &'n Node, id: &str) -> Option<&'n Node> {
    root.get("Resources")?.get(id)
}

/// How often each text is there.
fn count<'n>(node: &'n Node, by: i64, counts: &mut BTreeMap<&'n str, i64>) {
    match &node.value {
        Value::Text(text) => *counts.entry(text).or_default() += by,
        Value::List(items) => items.iter().for_each(|item| count(item, by, counts)),
        Value::Map(members) => members.iter().for_each(|(_, own)| count(own, by, counts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Values that are others in another stage: of parameters, as given or by default, and the stack's name.
fn stages(root: &Node, values: &Values) -> BTreeSet<(String, String)> {
    let parameters = root
        .get("Parameters")
        .map(Node::members)
        .unwrap_or_default();
    let defaults = parameters.iter().filter_map(|(key, parameter)| {
        let value = parameter.get("Default")?.to_text()?;
        Some((value, key.text.clone()))
    });
    let uses = values.uses.iter().flatten();
    let given = values.parameters.iter().chain(uses);
    let given = given.map(|(name, value)| (value.clone(), name.clone()));
    let stack = values.stack.iter();
    let stack = stack.map(|name| (name.clone(), "AWS::StackName".to_owned()));
    let all = defaults.chain(given).chain(stack);
    let is_place = |name: &str| ["AWS::Region", "AWS::AccountId", "AWS::Partition"].contains(&name);
    all.filter(|(value, name)| value.len() >= SHORTEST && !is_place(name))
        .collect()
}

/// Whether a text has a value in it as a word of its own, outside of what is substituted.
fn has_word(text: &str, value: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric();
    text.match_indices(value).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let behind = text.get(at + value.len()..).unwrap_or_default();
        let is_substituted = before
            .rfind("${")
            .is_some_and(|open| before.get(open..).is_some_and(|rest| !rest.contains('}')));
        !is_substituted && !before.ends_with(is_part) && !behind.starts_with(is_part)
    })
}

/// Whether a text has the number of an account in it: twelve digits.
fn has_account(text: &str) -> bool {
    let runs = text.split(|letter: char| !letter.is_ascii_digit());
    runs.into_iter().any(|run| run.len() == 12)
}

#[cfg(test)]
mod tests {
    use super::super::LIMITS;
    use super::harm;
    use crate::template::Values;
    use crate::yaml::{self, Node, Schema};

    /// A template whose parameter has this default, with a statement on one table.
    fn template(default: &str, table: &str) -> Node {
        let text = format!(
            "Parameters:\n  Stage: {{Type: String, Default: {default}}}\n\
             Resources:\n  Shop:\n    Type: AWS::IAM::Role\n    Properties:\n      \
             Policies:\n        - PolicyName: p\n          PolicyDocument:\n            Statement:\n              \
             - {{Effect: Allow, Action: dynamodb:GetItem, Resource: \"arn:aws:dynamodb:*:*:table/{table}\"}}\n"
        );
        yaml::parse(&text, Schema::Core, LIMITS).unwrap().unwrap()
    }

    #[test]
    fn no_value_of_one_stage_is_written_into_a_template() {
        let harmed = |default: &str, table: &str| {
            let (before, after) = (template(default, "*"), template(default, table));
            harm(&before, &after, &Values::default())
        };
        for stage in ["dev", "eu"] {
            let why = harmed(stage, &format!("orders-{stage}"));
            let why = why.unwrap_or_default();
            assert!(
                why.starts_with(&format!("it would hold `{stage}`")),
                "{why}"
            );
        }
        // One letter is told from chance by nobody, and a part of a word is another word.
        assert_eq!(harmed("d", "orders-d"), None);
        assert_eq!(harmed("dev", "orders-devices"), None);
    }
}
