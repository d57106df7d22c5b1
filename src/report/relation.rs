//! What `compare` says: how two policies relate, and what each grants that the other does not.

use super::printable;
use super::text::style::{BAD, BOLD, DIM, GOOD, WARN, painted};
use super::text::words::counted;
use crate::iam::algebra::{Comparison, Difference, Elements, Relation};
use crate::iam::evaluate::StatementRef;
use crate::iam::{Answer, ConditionBlock, PolicyDocument};
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Statements that are shown to a person; the JSON has all.
const MAX_SHOWN: usize = 20;

/// Elements that are shown to a person in one line.
const MAX_ELEMENTS: usize = 6;

/// Two policies that were compared.
#[derive(Debug, Clone, Serialize)]
pub struct Compared {
    /// `equivalent`, `narrower`, `broader`, `incomparable` or `undecided`.
    pub relation: String,
    /// What the first grants and the second does not.
    pub only_a: Vec<Granted>,
    /// What the second grants and the first does not.
    pub only_b: Vec<Granted>,
    /// What one of them may grant that the other does not.
    pub undecided: Vec<Undecided>,
    /// Why some of it was not looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given_up: Vec<String>,
    #[serde(skip)]
    decided: Relation,
    #[serde(skip)]
    within: Answer,
    #[serde(skip)]
    names: (String, String),
}

/// Something granted, as a statement.
#[derive(Debug, Clone, Serialize)]
pub struct Granted {
    /// `Effect`, `Action` or `NotAction`, `Resource` or `NotResource`, `Condition`.
    #[serde(flatten)]
    pub statement: Map<String, Value>,
    /// Whether only actions that the catalogue does not list are meant.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unlisted_only: bool,
    /// Resources that each of these speaks of too: the statement is for what is in all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<Map<String, Value>>,
    /// What is not meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Map<String, Value>>,
    /// The statements that grant it.
    pub origins: Vec<Origin>,
    /// The statement of the other policy that denies it, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_by: Option<Origin>,
}

/// Something that may be granted by one alone.
#[derive(Debug, Clone, Serialize)]
pub struct Undecided {
    /// `a` or `b`.
    pub only: &'static str,
    /// What it is.
    #[serde(flatten)]
    pub granted: Granted,
    /// Why that is not decided.
    pub reason: String,
}

/// Where a statement stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The policy's file.
    pub policy: String,
    /// Position in the policy, counted from 0.
    pub statement: usize,
    /// `Sid`, where it has one.
    pub sid: Option<String>,
    /// Line where it begins, counted from 1.
    pub line: usize,
}

impl Compared {
    /// What is told of a comparison of these two policies.
    pub fn new(comparison: &Comparison, one: &PolicyDocument, other: &PolicyDocument) -> Self {
        let mut undecided = Vec::new();
        let mut certain = |differences: &[Difference], only, own, their| {
            let mut certain = Vec::new();
            for difference in differences {
                let granted = Granted::of(difference, own, their);
                match &difference.doubt {
                    Some(causes) => undecided.push(Undecided {
                        only,
                        granted,
                        reason: causes.sentence().unwrap_or_default(),
                    }),
                    None => certain.push(granted),
                }
            }
            certain
        };
        Self {
            relation: comparison.relation.id().to_owned(),
            only_a: certain(&comparison.only_one, "a", one, other),
            only_b: certain(&comparison.only_other, "b", other, one),
            undecided,
            given_up: comparison.cut.iter().map(ToString::to_string).collect(),
            decided: comparison.relation,
            within: comparison.within,
            names: (one.name.clone(), other.name.clone()),
        }
    }

    /// For machines.
    pub fn json(&self) -> String {
        // Only maps with keys that are not strings can fail, and there are none.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// For people: the answer first, then what the one has and the other has not.
    pub fn text(&self) -> String {
        let (one, other) = (printable(&self.names.0), printable(&self.names.1));
        let (style, says) = match self.decided {
            Relation::Equivalent => (GOOD, format!("{one} and {other} grant the same")),
            Relation::Narrower => (GOOD, format!("{one} grants nothing that {other} does not")),
            Relation::Broader => (BAD, format!("{one} grants what {other} does not")),
            Relation::Incomparable => (
                BAD,
                format!("{one} and {other} each grant what the other does not"),
            ),
            Relation::Undecided if self.within.is_no() => (
                WARN,
                format!(
                    "{one} grants what {other} does not; whether {other} grants more too hangs on more than their text"
                ),
            ),
            Relation::Undecided if !self.given_up.is_empty() => (
                WARN,
                format!(
                    "whether {one} grants what {other} does not would take too long to find out"
                ),
            ),
            Relation::Undecided => (
                WARN,
                format!("whether {one} grants what {other} does not hangs on more than their text"),
            ),
        };
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}  {says}",
            painted(style, &self.relation.to_uppercase())
        );
        for (name, list) in [(&one, &self.only_a), (&other, &self.only_b)] {
            if !list.is_empty() {
                let _ = writeln!(out, "{}", painted(BOLD, &format!("only in {name}:")));
            }
            for granted in list.iter().take(MAX_SHOWN) {
                granted.write(&mut out);
            }
            more(&mut out, list.len());
        }
        if !self.undecided.is_empty() {
            let _ = writeln!(out, "{}", painted(BOLD, "undecided:"));
        }
        for Undecided {
            granted, reason, ..
        } in self.undecided.iter().take(MAX_SHOWN)
        {
            granted.write(&mut out);
            let _ = writeln!(
                out,
                "      {} {}",
                painted(WARN, "because"),
                printable(reason)
            );
        }
        more(&mut out, self.undecided.len());
        if !self.given_up.is_empty() {
            let _ = writeln!(out, "{}", painted(BOLD, "not looked at:"));
        }
        for reason in &self.given_up {
            let _ = writeln!(out, "      {} {reason}", painted(WARN, "because"));
        }
        out
    }
}

fn more(out: &mut String, count: usize) {
    let more = count.saturating_sub(MAX_SHOWN);
    if more > 0 {
        let _ = writeln!(
            out,
            "  {} more, which --format json lists",
            counted(more as u64, "statement")
        );
    }
}

impl Granted {
    fn of(difference: &Difference, own: &PolicyDocument, their: &PolicyDocument) -> Self {
        let origins: Vec<Origin> = difference
            .origins
            .iter()
            .map(|origin| place(own, *origin))
            .collect();
        let mut statement = Map::new();
        statement.insert("Effect".to_owned(), "Allow".into());
        put(&mut statement, "Action", "NotAction", &difference.actions);
        put(
            &mut statement,
            "Resource",
            "NotResource",
            &difference.resources,
        );
        let mut conditions = difference
            .conditions
            .iter()
            .map(|block| condition(block, &[own, their]));
        if let Some(first) = conditions.next() {
            // Two statements' conditions become one where they do not speak of the same operator.
            let mut all = vec![first];
            for more in conditions {
                match all.last_mut() {
                    Some(last) if more.keys().all(|operator| !last.contains_key(operator)) => {
                        last.extend(more);
                    }
                    _ => all.push(more),
                }
            }
            let merged = match all.as_slice() {
                [one] => Value::from(one.clone()),
                _ => all.into(),
            };
            statement.insert("Condition".to_owned(), merged);
        }
        let clause = |elements: &Elements| {
            let mut clause = Map::new();
            put(&mut clause, "Resource", "NotResource", elements);
            clause
        };
        let except = difference.except.iter().map(|except| {
            let mut clause = clause(&except.resources);
            if !except.condition.is_empty() {
                let written = condition(&except.condition, &[own, their]);
                clause.insert("Condition".to_owned(), written.into());
            }
            clause
        });
        let without = (!difference.except_actions.is_empty()).then(|| {
            let actions = Value::from(difference.except_actions.clone());
            Map::from_iter([("Action".to_owned(), actions)])
        });
        Self {
            statement,
            unlisted_only: difference.unlisted_only,
            within: difference.within.iter().map(clause).collect(),
            except: without.into_iter().chain(except).collect(),
            origins,
            denied_by: difference.denied_by.map(|origin| place(their, origin)),
        }
    }

    fn write(&self, out: &mut String) {
        let unlisted = if self.unlisted_only {
            " (those that the catalogue does not list)"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "  {}{unlisted} on {}{}",
            listed(&self.statement, "Action", "NotAction"),
            listed(&self.statement, "Resource", "NotResource"),
            if_holds(&self.statement),
        );
        for within in &self.within {
            let _ = writeln!(
                out,
                "      within {}",
                listed(within, "Resource", "NotResource")
            );
        }
        for except in &self.except {
            let what = if except.contains_key("Action") {
                listed(except, "Action", "NotAction")
            } else {
                listed(except, "Resource", "NotResource")
            };
            let _ = writeln!(out, "      except {what}{}", if_holds(except));
        }
        let places: Vec<String> = self.origins.iter().map(shown).collect();
        let mut line = places.join(", ");
        if let Some(denied_by) = &self.denied_by {
            let _ = write!(line, ", denied by {}", shown(denied_by));
        }
        let _ = writeln!(out, "      {}", painted(DIM, &line));
    }
}

fn place(document: &PolicyDocument, origin: StatementRef) -> Origin {
    let statement = document.statements.get(origin.statement);
    Origin {
        policy: document.name.clone(),
        statement: origin.statement,
        sid: statement.and_then(|statement| statement.sid.clone()),
        line: statement.map_or(1, |statement| statement.span.line),
    }
}

fn put(statement: &mut Map<String, Value>, name: &str, not_name: &str, elements: &Elements) {
    let name = if elements.all_but { not_name } else { name };
    statement.insert(name.to_owned(), elements.elements.clone().into());
}

/// As JSON, with the keys as one of the documents spells them.
fn condition(block: &ConditionBlock, documents: &[&PolicyDocument]) -> Map<String, Value> {
    let spelled = |key: &str| {
        let found = documents.iter().find_map(|document| {
            let at = document
                .source
                .to_ascii_lowercase()
                .find(&format!("\"{key}\""))?;
            document.source.get(at + 1..at + 1 + key.len())
        });
        found.unwrap_or(key).to_owned()
    };
    let mut written = Map::new();
    for atom in block.atoms() {
        let values: Vec<Value> = atom.values().map(Value::from).collect();
        let keys = written
            .entry(atom.operator().to_owned())
            .or_insert_with(|| Map::new().into());
        if let Value::Object(keys) = keys {
            keys.insert(spelled(atom.key()), values.into());
        }
    }
    written
}

fn if_holds(statement: &Map<String, Value>) -> String {
    let condition = statement.get("Condition");
    condition.map_or_else(String::new, |condition| {
        format!(" if {}", printable(&condition.to_string()))
    })
}

fn listed(statement: &Map<String, Value>, name: &str, not_name: &str) -> String {
    let (prefix, elements) = match statement.get(name) {
        Some(elements) => ("", elements),
        None => ("all but ", statement.get(not_name).unwrap_or(&Value::Null)),
    };
    let texts = elements
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let mut texts: Vec<String> = texts.map(printable).collect();
    if texts == [""] {
        return "what the policy is attached to".to_owned();
    }
    let more = texts.len().saturating_sub(MAX_ELEMENTS);
    if more > 0 {
        texts.truncate(MAX_ELEMENTS);
        texts.push(format!("{more} more"));
    }
    format!("{prefix}{}", texts.join(", "))
}

fn shown(origin: &Origin) -> String {
    let sid = origin
        .sid
        .as_ref()
        .map(|sid| format!(" ({})", printable(sid)));
    format!(
        "{}:{}{}",
        printable(&origin.policy),
        origin.line,
        sid.unwrap_or_default()
    )
}
