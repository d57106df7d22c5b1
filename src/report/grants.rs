//! What templates grant, role by role, for people and for machines.

use super::printable;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What templates and policy files grant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Granted {
    /// The roles.
    pub roles: Vec<GrantedRole>,
    /// What could not be read, a sentence each.
    pub gaps: BTreeSet<String>,
}

/// A role and what it is granted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GrantedRole {
    /// Its logical id; none of a policy file.
    pub logical_id: Option<String>,
    /// Its name, where the template gives one.
    pub role: Option<String>,
    /// Who uses it, by logical id.
    pub functions: Vec<String>,
    /// Its policies.
    pub policies: Vec<GrantedPolicy>,
    /// Managed policies that are attached and that the template does not have.
    pub managed: Vec<String>,
    /// Its permissions boundary.
    pub boundary: Option<String>,
}

/// A policy of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantedPolicy {
    /// Its name.
    pub name: String,
    /// Where it is in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The document, resolved.
    pub document: Value,
    /// Where it stands.
    pub origin: Place,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl Granted {
    /// As JSON, with a final line break.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// For people: a block a role, a line an action list and one for its resources.
    pub fn text(&self) -> String {
        let mut out = String::new();
        if self.roles.is_empty() {
            out.push_str("No role here is granted anything.\n");
        }
        for (place, role) in self.roles.iter().enumerate() {
            if place > 0 {
                out.push('\n');
            }
            role.write(&mut out);
        }
        if !self.gaps.is_empty() {
            out.push_str("\nNot known:\n");
            for gap in &self.gaps {
                let _ = writeln!(out, "  {}", printable(gap));
            }
        }
        out
    }
}

impl GrantedRole {
    fn write(&self, out: &mut String) {
        let named = self.logical_id.as_deref().or(self.role.as_deref());
        let _ = write!(out, "{}", printable(named.unwrap_or("A policy file")));
        if !self.functions.is_empty() {
            let _ = write!(out, ", used by {}", printable(&self.functions.join(", ")));
        }
        out.push('\n');
        for policy in &self.policies {
            let Place { file, line, .. } = &policy.origin;
            let words = policy.place.as_ref().unwrap_or(&policy.name);
            let _ = writeln!(out, "  {}  ({}:{line})", printable(words), printable(file));
            for statement in listed(policy.document.get("Statement")) {
                write_statement(statement, out);
            }
        }
        for arn in &self.managed {
            let _ = writeln!(out, "  attached: {}", printable(arn));
        }
        if let Some(boundary) = &self.boundary {
            let _ = writeln!(out, "  within the boundary: {}", printable(boundary));
        }
        if self.policies.is_empty() && self.managed.is_empty() {
            out.push_str("  nothing\n");
        }
    }
}

fn write_statement(statement: &Value, out: &mut String) {
    let texts = |name: &str| {
        let all = listed(statement.get(name));
        let all: Vec<String> = all
            .map(|one| printable(one.as_str().unwrap_or("?")))
            .collect();
        (!all.is_empty()).then_some(all)
    };
    let effect = statement
        .get("Effect")
        .and_then(Value::as_str)
        .unwrap_or("?");
    let actions = match (texts("Action"), texts("NotAction")) {
        (Some(actions), _) => actions.join(", "),
        (None, Some(actions)) => format!("all but {}", actions.join(", ")),
        (None, None) => "nothing".to_owned(),
    };
    let _ = writeln!(out, "    {} {actions}", printable(effect));
    let (word, resources) = match (texts("Resource"), texts("NotResource")) {
        (Some(resources), _) => ("on", resources),
        (None, Some(resources)) => ("on all but", resources),
        (None, None) => return,
    };
    for resource in resources {
        let _ = writeln!(out, "      {word} {resource}");
    }
    if statement.get("Condition").is_some() {
        out.push_str("      under a condition\n");
    }
}

fn listed(value: Option<&Value>) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        None | Some(Value::Null) => Box::new(std::iter::empty()),
        Some(Value::Array(items)) => Box::new(items.iter()),
        Some(one) => Box::new(std::iter::once(one)),
    }
}
