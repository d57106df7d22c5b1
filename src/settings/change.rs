//! What a change of the configuration does to the gate: which settings it changes, and whether they let more pass.
//!
//! A change is judged by the configuration that it would replace, so that nobody waves their own change through. What it would
//! do once it is merged is told beside the verdict.

use super::file::{Accept, Config, GRACE, Known, Lined, Redact, Side, Text};
use crate::settings::flags::{FailOn, OnInconclusive, Scope};
use serde::Serialize;
use serde_json::Value;

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
/// use aws_least_privilege::settings::{change::changes, file::Config};
///
/// let parse = |text| Config::parse(text, ".least-privilege.yml");
/// let found = changes(&parse("fail-on: low\n")?, &parse("fail-on: critical\nmin-traces: 20\n")?);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].setting, found[0].base.as_str(), found[0].head.as_str()), ("fail-on", "low", "critical"));
/// assert!(found[0].loosens);
/// # Ok::<(), aws_least_privilege::settings::file::ConfigError>(())
/// ```
pub fn changes(base: &Config, head: &Config) -> Vec<Change> {
    let mut found = Found::default();
    found.differs("extends", &base.extends, &head.extends);
    // What is looked at: less of it lets more pass, and which is less nobody can tell from here.
    found.differs("stack", &base.stack.0, &head.stack.0);
    found.differs("function", &base.function.0, &head.function.0);
    found.differs("role", &base.role.0, &head.role.0);
    found.differs("region", &base.region, &head.region);
    found.differs("traces", &base.traces.0, &head.traces.0);
    found.differs("time-range", &base.time_range, &head.time_range);
    found.differs("filter", &base.filter, &head.filter);
    found.differs("max-traces", &base.max_traces, &head.max_traces);
    found.differs("max-scanned", &base.max_scanned, &head.max_scanned);
    found.differs("policy-file", &base.policy_file.0, &head.policy_file.0);
    found.differs("policies", &base.policies, &head.policies);
    found.differs("parameters", &base.parameters, &head.parameters);
    found.differs("owners", &base.owners, &head.owners);
    let threshold = |config: &Config| config.fail_on.unwrap_or(FailOn::Medium);
    let (before, after) = (threshold(base), threshold(head));
    found.word(
        "fail-on",
        before.id(),
        after.id(),
        rank(after) > rank(before),
    );
    let missing = |config: &Config| config.fail_on_missing.unwrap_or_default();
    let (before, after) = (missing(base), missing(head));
    found.word(
        "fail-on-missing",
        &before.to_string(),
        &after.to_string(),
        before,
    );
    let scope = |config: &Config| config.scope.unwrap_or(Scope::All);
    let (before, after) = (scope(base), scope(head));
    found.word("scope", before.id(), after.id(), after == Scope::New);
    found.differs("baseline", &base.baseline, &head.baseline);
    found.differs(
        "base-policy-file",
        &base.base_policy_file.0,
        &head.base_policy_file.0,
    );
    let traces = |config: &Config| config.min_traces.unwrap_or(20).to_string();
    found.word("min-traces", &traces(base), &traces(head), true);
    let thin = |config: &Config| config.on_inconclusive.unwrap_or(OnInconclusive::Fail);
    let (before, after) = (thin(base), thin(head));
    let warns = after == OnInconclusive::Warn;
    found.word("on-inconclusive", before.id(), after.id(), warns);
    found.entries("accept", &base.accept, &head.accept, shown);
    found.entries("known", &base.known, &head.known, shown_known);
    found.differs("granularity", &base.granularity, &head.granularity);
    let side = |config: &Config| config.accept_from.unwrap_or(Side::Base);
    let (before, after) = (side(base), side(head));
    found.word(
        "accept-from",
        side_id(before),
        side_id(after),
        after == Side::Head,
    );
    let grace = |config: &Config| {
        config
            .grace
            .map_or(GRACE.to_string(), |days| days.to_string())
    };
    let more = head.grace.unwrap_or(GRACE) > base.grace.unwrap_or(GRACE);
    found.word("grace", &grace(base), &grace(head), more);
    let redact = |config: &Config| config.redact.unwrap_or(Redact::Auto);
    let (before, after) = (redact(base), redact(head));
    let shows_more = redact_rank(after) > redact_rank(before);
    found.word("redact", redact_id(before), redact_id(after), shows_more);
    found.0
}

fn rank(fail_on: FailOn) -> u8 {
    match fail_on {
        FailOn::Low => 0,
        FailOn::Medium => 1,
        FailOn::High => 2,
        FailOn::Critical => 3,
        FailOn::None => 4,
    }
}

fn redact_id(redact: Redact) -> &'static str {
    match redact {
        Redact::Always => "always",
        Redact::Auto => "auto",
        Redact::Never => "never",
    }
}

/// How much is shown.
fn redact_rank(redact: Redact) -> u8 {
    match redact {
        Redact::Always => 0,
        Redact::Auto => 1,
        Redact::Never => 2,
    }
}

fn side_id(side: Side) -> &'static str {
    match side {
        Side::Head => "head",
        Side::Base => "base",
    }
}

#[derive(Debug, Default)]
struct Found(Vec<Change>);

impl Found {
    fn word(&mut self, setting: &'static str, base: &str, head: &str, loosens: bool) {
        if base != head {
            self.0.push(Change {
                setting,
                line: None,
                base: base.to_owned(),
                head: head.to_owned(),
                loosens,
            });
        }
    }

    /// A setting of which nobody can tell which way it goes.
    fn differs<T: Default + PartialEq + Serialize>(
        &mut self,
        setting: &'static str,
        base: &T,
        head: &T,
    ) {
        if base != head {
            self.word(
                setting,
                &in_the_file_s_words(base),
                &in_the_file_s_words(head),
                true,
            );
        }
    }

    /// Entries of a list: one that is added may let more pass, one that goes does not.
    fn entries<T: PartialEq>(
        &mut self,
        setting: &'static str,
        base: &[Lined<T>],
        head: &[Lined<T>],
        shown: fn(&T) -> String,
    ) {
        let lacks = |entries: &[Lined<T>], entry: &Lined<T>| {
            !entries.iter().any(|other| other.value == entry.value)
        };
        for entry in head.iter().filter(|entry| lacks(base, entry)) {
            self.0.push(Change {
                setting,
                line: Some(entry.line),
                base: "nothing".to_owned(),
                head: shown(&entry.value),
                loosens: true,
            });
        }
        for entry in base.iter().filter(|entry| lacks(head, entry)) {
            self.0.push(Change {
                setting,
                line: None,
                base: shown(&entry.value),
                head: "nothing".to_owned(),
                loosens: false,
            });
        }
    }
}

/// A value as the file would have it on one line; what is left out is nothing.
fn in_the_file_s_words<T: Default + PartialEq + Serialize>(value: &T) -> String {
    if *value == T::default() {
        return "nothing".to_owned();
    }
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        Ok(Value::Array(texts)) if texts.iter().all(Value::is_string) => {
            let texts = texts.iter().filter_map(Value::as_str);
            texts.collect::<Vec<_>>().join(", ")
        }
        Ok(value) => value.to_string(),
        Err(_) => "something".to_owned(),
    }
}

fn shown_role(role: Option<&Text>) -> &str {
    role.map_or("every role", |role| role.0.as_str())
}

fn shown_known(known: &Known) -> String {
    let role = shown_role(known.role.as_ref());
    format!("{} for {role} until {}", known.what(), known.until)
}

fn shown(accept: &Accept) -> String {
    let role = shown_role(accept.role.as_ref());
    format!(
        "{} on {} for {role} until {}",
        accept.actions.0.join(", "),
        accept.resources.0.join(", "),
        accept.until
    )
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
}
