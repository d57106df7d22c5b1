//! What `check` says: the decision, the statements that brought it about, and why others did not apply.

use super::printable;
use super::text::style::{BAD, BOLD, DIM, GOOD, WARN, painted};
use super::text::words::counted;
use crate::iam::evaluate::{Access, Considered, Layer, Level, Policies, Reason, Ruling};
use crate::iam::{Effect, PolicyDocument, Statement};
use serde::Serialize;
use std::fmt::Write as _;

/// Statements that are shown of those that do not apply.
const MAX_SHOWN: usize = 20;

/// A request that was checked, and what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    /// `Allowed`, `ExplicitlyDenied` or `ImplicitlyDenied`.
    pub decision: String,
    /// The statements that decided: those that deny, or those that allow. None for an implicit denial.
    pub statements: Vec<Place>,
    /// Statements that speak of the action and do not apply.
    pub not_applied: Vec<NotApplied>,
    /// Policies without which it is not allowed, and that do not allow it.
    pub withheld_by: Vec<String>,
    /// What to know about the decision, a sentence each.
    pub notes: Vec<String>,
    #[serde(skip)]
    request: String,
    #[serde(skip)]
    ruling: Ruling,
    #[serde(skip)]
    of_other_actions: usize,
}

/// A statement, and where it stands.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// The policy's file.
    pub policy: String,
    /// Position in the policy, counted from 0.
    pub statement: usize,
    /// `Sid`, where it has one.
    pub sid: Option<String>,
    /// `Allow` or `Deny`.
    pub effect: String,
    /// What the policy is: `identity policy`, `permissions boundary` or `service control policy`.
    pub layer: String,
    /// Line where it begins, counted from 1.
    pub line: usize,
}

/// A statement that does not apply, and why.
#[derive(Debug, Clone, Serialize)]
pub struct NotApplied {
    /// The statement.
    #[serde(flatten)]
    pub place: Place,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
}

impl Checked {
    /// What is told of a request, described in words, that was held against policies. `notes` are what the caller knows.
    pub fn new(
        policies: Policies<'_>,
        access: &Access,
        request: String,
        mut notes: Vec<String>,
    ) -> Self {
        let other_action = |own: &&Considered| own.applied.reasons == [Reason::Action];
        let not_applied = access.considered.iter().filter(|own| !own.applied.taken);
        let doubts = access.doubtful().map(|own| doubt(policies, own));
        notes.extend(doubts);
        notes.extend(advice(policies, access));
        Self {
            decision: access.ruling.to_string(),
            statements: access.decisive().map(|own| place(policies, own)).collect(),
            not_applied: not_applied
                .clone()
                .filter(|own| !other_action(own))
                .map(|own| NotApplied {
                    place: place(policies, own),
                    reasons: own.applied.reasons.iter().map(Reason::to_string).collect(),
                })
                .collect(),
            withheld_by: withheld_by(policies, access),
            notes,
            request,
            ruling: access.ruling,
            of_other_actions: not_applied.filter(other_action).count(),
        }
    }

    /// For machines.
    pub fn json(&self) -> String {
        // Only maps with keys that are not strings can fail, and there are none.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// For people: the decision first, then what decided, then what did not apply.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let (style, word) = match self.ruling {
            Ruling::Allowed => (GOOD, "ALLOWED"),
            Ruling::ExplicitlyDenied => (BAD, "DENIED by a statement"),
            Ruling::ImplicitlyDenied => (BAD, "DENIED: not allowed"),
        };
        let request = printable(&self.request);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}  {request}", painted(style, word));
        for place in &self.statements {
            let verb = match self.ruling {
                Ruling::Allowed => "allows it",
                Ruling::ExplicitlyDenied | Ruling::ImplicitlyDenied => "denies it",
            };
            let _ = writeln!(out, "  {} {verb}", shown(place));
        }
        if self.ruling == Ruling::ImplicitlyDenied {
            for level in &self.withheld_by {
                let _ = writeln!(out, "  {}", printable(level));
            }
        }
        let _ = self.write_not_applied(&mut out);
        for note in &self.notes {
            let _ = writeln!(out, "{} {}", painted(WARN, "note:"), printable(note));
        }
        out
    }

    /// Only what could have changed the decision: for a denial the `Allow`s, for an approval the `Deny`s.
    fn write_not_applied(&self, out: &mut String) -> std::fmt::Result {
        let telling = match self.ruling {
            Ruling::Allowed => Effect::Deny,
            Ruling::ImplicitlyDenied => Effect::Allow,
            Ruling::ExplicitlyDenied => return Ok(()),
        };
        let telling = telling.to_string();
        let all = self.not_applied.iter();
        let shown_here: Vec<_> = all.filter(|own| own.place.effect == telling).collect();
        if !shown_here.is_empty() {
            writeln!(out, "does not apply:")?;
        }
        for NotApplied { place, reasons } in shown_here.iter().take(MAX_SHOWN) {
            writeln!(out, "  {}", shown(place))?;
            for reason in reasons {
                writeln!(out, "      {}", printable(reason))?;
            }
        }
        let more = shown_here.len().saturating_sub(MAX_SHOWN);
        if more > 0 {
            writeln!(out, "  {} more", counted(more as u64, "statement"))?;
        }
        if self.of_other_actions > 0 {
            let others = counted(self.of_other_actions as u64, "statement");
            let line = format!("{others} of other actions");
            writeln!(out, "{}", painted(DIM, &line))?;
        }
        Ok(())
    }
}

fn shown(place: &Place) -> String {
    let at = format!("{}:{}", place.policy, place.line);
    let sid = match &place.sid {
        Some(sid) if !sid.is_empty() => format!(" `{sid}`"),
        Some(_) | None => String::new(),
    };
    let what = printable(&format!("{}{sid} ({})", place.effect, place.layer));
    format!("{}  {what}", painted(BOLD, &printable(&at)))
}

fn find<'a>(
    policies: Policies<'a>,
    own: &Considered,
) -> Option<(&'a PolicyDocument, &'a Statement)> {
    let document = policies.of(own.layer).get(own.policy)?;
    Some((document, document.statements.get(own.statement)?))
}

fn place(policies: Policies<'_>, own: &Considered) -> Place {
    let found = find(policies, own);
    Place {
        policy: found.map_or_else(String::new, |(document, _)| document.name.clone()),
        statement: own.statement,
        sid: found.and_then(|(_, statement)| statement.sid.clone()),
        effect: own.effect.to_string(),
        layer: own.layer.to_string(),
        line: found.map_or(0, |(_, statement)| statement.span.line),
    }
}

fn doubt(policies: Policies<'_>, own: &Considered) -> String {
    let Place { policy, line, .. } = place(policies, own);
    let reasons: Vec<String> = own.applied.reasons.iter().map(Reason::to_string).collect();
    let taken = if own.applied.taken {
        "does"
    } else {
        "does not"
    };
    format!(
        "in doubt, {policy}:{line}: {}; taken as if the statement {taken} apply",
        reasons.join("; ")
    )
}

fn withheld_by(policies: Policies<'_>, access: &Access) -> Vec<String> {
    let described = |level: &Level| match level.policy {
        None => "no identity policy allows it".to_owned(),
        Some(place) => {
            let document = policies.of(level.layer).get(place);
            let name = document.map_or("", |document| document.name.as_str());
            format!("the {} {name} does not allow it", level.layer)
        }
    };
    access.withheld_by.iter().map(described).collect()
}

/// What an implicit denial does not say by itself.
fn advice(policies: Policies<'_>, access: &Access) -> Vec<String> {
    if access.ruling != Ruling::ImplicitlyDenied {
        return Vec::new();
    }
    let mut advice = vec![
        "a policy of the resource itself could still allow it, and is not read here".to_owned(),
    ];
    let only_denies = access.withheld_by.iter().any(|level| {
        let document = level
            .policy
            .and_then(|place| policies.of(level.layer).get(place));
        let effects = document.map(|document| document.statements.iter().map(|own| own.effect));
        level.layer == Layer::Scp
            && effects.is_some_and(|mut all| all.all(|effect| effect == Effect::Deny))
    });
    if only_denies {
        advice.push(
            "each SCP that is given must allow by itself: where it is attached beside `FullAWSAccess`, put that statement in the same file"
                .to_owned(),
        );
    }
    advice
}
