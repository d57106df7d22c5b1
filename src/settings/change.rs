//! What a change of the configuration does to the gate: which settings it changes, and whether they let more pass.
//!
//! A change is judged by the configuration that it would replace, so that nobody waves their own change through. What it would
//! do once it is merged is told beside the verdict.

use super::file::Lined;
use super::table::Config;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Display;

/// One setting that a change of the configuration changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The key.
    pub setting: &'static str,
    /// The line of the new configuration, where that is known.
    pub line: Option<usize>,
    /// What it says now.
    pub base: String,
    /// What it would say.
    pub head: String,
    /// Whether the gate would let more pass, or might.
    pub loosens: bool,
}

/// Every setting that differs, in the order of the configuration's keys.
///
/// ```
/// use aws_least_privilege::settings::{change::changes, table::Config};
///
/// let parse = |text| Config::parse(text, ".least-privilege.yml");
/// let found = changes(&parse("fail-on: low\n")?, &parse("fail-on: critical\nmin-traces: 20\n")?);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].setting, found[0].base.as_str(), found[0].head.as_str()), ("fail-on", "low", "critical"));
/// assert!(found[0].loosens);
/// # Ok::<(), aws_least_privilege::settings::file::ConfigError>(())
/// ```
pub fn changes(base: &Config, head: &Config) -> Vec<Change> {
    base.changes_to(head)
}

/// What a change of a setting does, by the type of its value.
pub(super) trait Rule<T> {
    /// What is changed of the setting that is called this.
    fn changes(&self, setting: &'static str, base: &T, head: &T) -> Vec<Change>;

    /// What holds where nobody says it.
    fn default(&self) -> Option<String> {
        None
    }
}

/// Nobody can tell from here which way a change goes: less that is looked at lets more pass, and which is less depends.
pub(super) struct Either;

/// The same, and what holds where nobody says it.
pub(super) struct EitherFrom(pub(super) &'static str);

/// The default, and whether a change from one value to another lets more pass. The default written down is no change.
pub(super) struct Weighed<V>(pub(super) V, pub(super) fn(V, V) -> bool);

/// A list of decisions, and how one is shown: one that is added may let more pass, one that goes does not.
pub(super) struct Decided<V>(pub(super) fn(&V) -> String);

impl<T: Default + PartialEq + Serialize> Rule<T> for Either {
    fn changes(&self, setting: &'static str, base: &T, head: &T) -> Vec<Change> {
        let [base, head] = [base, head].map(|value| said(value).unwrap_or_else(nothing));
        differs(setting, (base.clone(), base), (head.clone(), head), true)
    }
}

impl<T: Default + PartialEq + Serialize> Rule<T> for EitherFrom {
    fn changes(&self, setting: &'static str, base: &T, head: &T) -> Vec<Change> {
        let [base, head] = [base, head].map(|value| or_default(said(value), self.0));
        differs(setting, base, head, true)
    }

    fn default(&self) -> Option<String> {
        Some(self.0.to_owned())
    }
}

impl<V: Copy + Display> Rule<Option<V>> for Weighed<V> {
    fn changes(&self, setting: &'static str, base: &Option<V>, head: &Option<V>) -> Vec<Change> {
        let loosens = (self.1)(base.unwrap_or(self.0), head.unwrap_or(self.0));
        let [base, head] = [base, head].map(|value| {
            let said = value.map(|value| value.to_string());
            or_default(said, &self.0.to_string())
        });
        differs(setting, base, head, loosens)
    }

    fn default(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

impl<V: PartialEq> Rule<Vec<Lined<V>>> for Decided<V> {
    fn changes(
        &self,
        setting: &'static str,
        base: &Vec<Lined<V>>,
        head: &Vec<Lined<V>>,
    ) -> Vec<Change> {
        let lacks = |entries: &[Lined<V>], entry: &Lined<V>| {
            !entries.iter().any(|other| other.value == entry.value)
        };
        let added = head.iter().filter(|entry| lacks(base, entry));
        let added = added.map(|entry| Change {
            setting,
            line: Some(entry.line),
            base: nothing(),
            head: (self.0)(&entry.value),
            loosens: true,
        });
        let gone = base.iter().filter(|entry| lacks(head, entry));
        let gone = gone.map(|entry| Change {
            setting,
            line: None,
            base: (self.0)(&entry.value),
            head: nothing(),
            loosens: false,
        });
        added.chain(gone).collect()
    }
}

/// What is shown behind a value that nobody says.
pub const DEFAULT: &str = " (default)";

fn nothing() -> String {
    "nothing".to_owned()
}

/// A value, and how it is shown: with a word on whether anybody says it.
type Shown = (String, String);

fn or_default(said: Option<String>, default: &str) -> Shown {
    match said {
        Some(said) => (said.clone(), said),
        None => (default.to_owned(), format!("{default}{DEFAULT}")),
    }
}

fn differs(setting: &'static str, base: Shown, head: Shown, loosens: bool) -> Vec<Change> {
    let change = (base.0 != head.0).then_some(Change {
        setting,
        line: None,
        base: base.1,
        head: head.1,
        loosens,
    });
    change.into_iter().collect()
}

/// A value as the file would have it on one line; none where it is left out.
fn said<T: Default + PartialEq + Serialize>(value: &T) -> Option<String> {
    if *value == T::default() {
        return None;
    }
    Some(match serde_json::to_value(value) {
        Ok(Value::Array(items)) => flow_of(&items),
        Ok(Value::Object(members)) => members_of(&members),
        Ok(value) => flow(&value),
        Err(_) => "something".to_owned(),
    })
}

/// A value in YAML's own short form.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => match items.as_slice() {
            [one] => flow(one),
            _ => format!("[{}]", flow_of(items)),
        },
        Value::Object(members) => format!("{{{}}}", members_of(members)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn flow_of(items: &[Value]) -> String {
    let items: Vec<String> = items.iter().map(flow).collect();
    items.join(", ")
}

/// Members that say something.
fn members_of(members: &Map<String, Value>) -> String {
    let is_said = |value: &Value| match value {
        Value::Null => false,
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    };
    let said = members.iter().filter(|(_, value)| is_said(value));
    let said: Vec<String> = said
        .map(|(key, value)| format!("{key}: {}", flow(value)))
        .collect();
    said.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(base: &str, head: &str) -> Vec<(&'static str, bool, Option<usize>)> {
        let parse = |text: &str| Config::parse(text, "config").expect("it parses");
        let changes = changes(&parse(base), &parse(head));
        changes
            .iter()
            .map(|change| (change.setting, change.loosens, change.line))
            .collect()
    }

    #[test]
    fn the_default_written_down_is_no_change() {
        let defaults = "fail-on: medium\nscope: all\non-inconclusive: fail\naccept-from: base\n\
            fail-on-missing: false\ngrace: 14\n";
        assert_eq!(found("", defaults), []);
        assert_eq!(found(defaults, ""), []);
    }

    #[test]
    fn which_way_it_goes_is_told() {
        assert_eq!(found("fail-on: low", ""), [("fail-on", true, None)]);
        assert_eq!(found("", "fail-on: low"), [("fail-on", false, None)]);
        assert_eq!(found("", "scope: new"), [("scope", true, None)]);
        assert_eq!(
            found("", "on-inconclusive: warn"),
            [("on-inconclusive", true, None)]
        );
        assert_eq!(
            found("fail-on-missing: true", ""),
            [("fail-on-missing", true, None)]
        );
        assert_eq!(
            found("", "accept-from: head"),
            [("accept-from", true, None)]
        );
        assert_eq!(found("", "grace: 30"), [("grace", true, None)]);
        assert_eq!(found("", "grace: 3"), [("grace", false, None)]);
        assert_eq!(found("stack: a", "stack: b"), [("stack", true, None)]);
    }

    #[test]
    fn an_entry_that_is_added_or_lasts_longer_loosens() {
        let entry = |until: &str| {
            format!(
                "accept:\n  - actions: s3:PutObject\n    resources: '*'\n    reason: because\n    until: {until}\n"
            )
        };
        let (short, long) = (entry("2027-01-31"), entry("2028-01-31"));
        assert_eq!(found("", &short), [("accept", true, Some(2))]);
        assert_eq!(found(&short, ""), [("accept", false, None)]);
        assert_eq!(
            found(&short, &long),
            [("accept", true, Some(2)), ("accept", false, None)]
        );
        let moved = format!("# a comment\n{short}");
        assert_eq!(found(&short, &moved), []);
    }

    #[test]
    fn values_are_told_in_the_words_of_the_file() {
        let told = |base: &str, head: &str| {
            let parse = |text: &str| Config::parse(text, "config").expect("it parses");
            let changes = changes(&parse(base), &parse(head));
            let told = changes.into_iter().map(|one| (one.base, one.head));
            told.collect::<Vec<_>>()
        };
        let pair = |base: &str, head: &str| vec![(base.to_owned(), head.to_owned())];
        assert_eq!(told("", "time-range: 1d"), pair("7d (default)", "1d"));
        assert_eq!(told("time-range: 90", ""), pair("90m", "7d (default)"));
        assert_eq!(told("", "time-range: 168h"), []);
        assert_eq!(told("", "max-traces: 10"), pair("5000 (default)", "10"));
        assert_eq!(told("fail-on: low", ""), pair("low", "medium (default)"));
        assert_eq!(told("", "stack: [a, b]"), pair("nothing", "a, b"));
        assert_eq!(
            told(
                "",
                "policies: {functions: {a: x.json, b: [y.json, z.json]}}"
            ),
            pair("nothing", "functions: {a: x.json, b: [y.json, z.json]}")
        );
        assert_eq!(
            told("", "granularity: {s3: keys-by-prefix}"),
            pair("nothing", "s3: keys-by-prefix")
        );
    }
}
