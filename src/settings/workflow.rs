//! The workflow as it is at the base: which policy files it has judged for the same functions, where a change gives them other
//! paths.

use crate::settings::action::Action;
use crate::settings::inputs::Inputs;
use crate::yaml::{Limits, Node, Schema, parse};

const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 32,
    values: 20_000,
};

/// What begins an expression, of which nobody here knows the value.
const EXPRESSION: &str = "${{";

/// The inputs that say whose policies are meant, and which those are.
const NAMED: [&str; 7] = [
    "stack",
    "function",
    "role",
    "region",
    "config",
    "comment-key",
    "policy-file",
];

/// Where a step says what it uses.
#[derive(Debug)]
pub struct Around<'a> {
    /// The repository of the Action, `owner/name`, where it is another one than that of the workflow.
    pub action: Option<&'a str>,
}

/// The policy files that the one step of a workflow names that is about the same as `now`. None where no step is, or several are:
/// what another function was granted is nothing that this one had.
pub fn policy_files(text: &str, now: &Action, around: &Around<'_>) -> Vec<String> {
    let root = parse(text, Schema::Core, LIMITS).ok().flatten();
    let jobs = root.as_ref().and_then(|root| root.get("jobs"));
    let jobs = jobs.map(Node::members).unwrap_or_default().iter();
    let steps = jobs.filter_map(|(_, job)| job.get("steps"));
    let steps = steps.flat_map(Node::items);
    let mut same = steps
        .filter(|step| is_ours(step, around))
        .filter_map(action)
        .filter(|then| is_about_the_same(then, now));
    let found = same.next();
    match (found, same.next()) {
        (Some(then), None) => then.gate.policy_files,
        _ => Vec::new(),
    }
}

fn is_ours(step: &Node, around: &Around<'_>) -> bool {
    let uses = step.get("uses").and_then(Node::as_text).unwrap_or_default();
    match around.action {
        Some(name) => uses
            .split_once('@')
            .is_some_and(|(own, _)| own.eq_ignore_ascii_case(name)),
        None => uses.starts_with("./"),
    }
}

/// What a step asks for; nothing where it hangs on an expression.
fn action(step: &Node) -> Option<Action> {
    let with = step.get("with")?;
    let mut given = Vec::new();
    for name in NAMED {
        let members = with.members().iter();
        let mut members = members.filter(|(key, _)| key.text.eq_ignore_ascii_case(name));
        let Some((_, value)) = members.next() else {
            continue;
        };
        let mut text = value.to_text()?;
        for spelling in ["${{ github.workspace }}", "${{github.workspace}}"] {
            // A path of the checkout is told from there on.
            text = text
                .replace(&format!("{spelling}/"), "")
                .replace(spelling, ".");
        }
        if text.contains(EXPRESSION) {
            return None;
        }
        given.push((format!("INPUT_{}", name.to_uppercase()), text));
    }
    let set = |name: &str| {
        let own = given.iter().find(|(own, _)| own == name);
        own.map(|(_, text)| text.clone())
    };
    Action::read(Inputs::new(&set), false).ok()
}

fn is_about_the_same(then: &Action, now: &Action) -> bool {
    let about = |action: &Action| {
        let asked = &action.gate.evidence;
        let mut named = [
            asked.stacks.clone(),
            asked.functions.clone(),
            asked.roles.clone(),
        ];
        for names in &mut named {
            names.sort();
        }
        (
            named,
            asked.region.clone(),
            action.gate.config.clone(),
            action.comment_key.clone(),
        )
    };
    about(then) == about(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(inputs: &[(&str, &str)]) -> Action {
        let set = |name: &str| {
            let own = inputs
                .iter()
                .find(|(own, _)| name == format!("INPUT_{own}"));
            own.map(|(_, value)| (*value).to_owned())
        };
        Action::read(Inputs::new(&set), false).expect("inputs")
    }

    fn found(text: &str, inputs: &[(&str, &str)]) -> Vec<String> {
        let around = Around {
            action: Some("acme/gate"),
        };
        policy_files(text, &now(inputs), &around)
    }

    const TWO: &str = "on: pull_request\njobs:\n  one:\n    steps:\n      - uses: actions/checkout@v7\n      - uses: acme/gate@v1\n        \
        with:\n          function: orders\n          policy-file: a.json, ${{ github.workspace }}/b.json\n  two:\n    steps:\n      \
        - uses: acme/gate@v1\n        with:\n          function: refunds\n          policy-file: c.json\n";

    #[test]
    fn the_step_of_the_same_functions_tells() {
        assert_eq!(found(TWO, &[("FUNCTION", "orders")]), ["a.json", "b.json"]);
        assert_eq!(found(TWO, &[("FUNCTION", "refunds")]), ["c.json"]);
        assert!(found(TWO, &[]).is_empty());
        assert!(found(TWO, &[("FUNCTION", "orders"), ("REGION", "eu-west-1")]).is_empty());
    }

    #[test]
    fn what_is_not_certain_tells_nothing() {
        let of = [("FUNCTION", "orders")];
        assert!(found(&TWO.replace("refunds", "orders"), &of).is_empty());
        assert!(found(&TWO.replace("a.json", "${{ matrix.file }}"), &of).is_empty());
        assert!(found(&TWO.replace("acme/gate", "acme/other"), &of).is_empty());
        assert!(found("jobs: [", &of).is_empty());
        assert!(found("jobs: {one: {steps: 3}}", &of).is_empty());
    }
}
