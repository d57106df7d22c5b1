//! Says which part of a broad grant the record holds (accepted or in the baseline), so that an edit of the policy keeps it.
//!
//! The grant as a whole is judged, because it is broader than what the record holds. What the edit leaves of it is not.

use super::cover::Area;
use crate::iam::{Action, ActionPattern};
use crate::judge::State;
use std::collections::BTreeSet;

/// Everything that is accepted for a role or in its baseline.
#[derive(Debug, Clone, Default)]
pub struct Held {
    entries: Vec<Entry>,
    /// What was denied when the baseline was written and is not any more. The baseline does not hold it.
    lifted: Vec<Area>,
}

#[derive(Debug, Clone)]
struct Entry {
    area: Area,
    by: By,
}

/// What part of the record holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The configuration accepts it.
    Accept,
    /// The configuration accepted it, and the last day has passed.
    Over,
    /// The baseline holds it, perhaps only if it is granted under a condition.
    Baseline { only_conditional: bool },
}

impl Held {
    pub(super) fn accept(&mut self, area: &Area, is_over: bool) {
        let by = if is_over { By::Over } else { By::Accept };
        self.entries.push(Entry {
            area: area.clone(),
            by,
        });
    }

    pub(super) fn baseline(&mut self, area: &Area, only_conditional: bool) {
        self.entries.push(Entry {
            area: area.clone(),
            by: By::Baseline { only_conditional },
        });
    }

    pub(super) fn lift(&mut self, lifted: &[Area]) {
        self.lifted.extend_from_slice(lifted);
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The resources on which an action is held, as the record writes them. Empty if the record does not list them.
    pub fn resources(&self, action: &Action, is_conditional: bool) -> BTreeSet<String> {
        let texts = self
            .speaking(action, is_conditional)
            .flat_map(|entry| entry.area.resources());
        texts
            .filter(|text| self.state(action, text, is_conditional).is_some())
            .map(str::to_owned)
            .collect()
    }

    /// The actions that the record lists by name and that a pattern matches.
    pub fn named_actions(&self, pattern: &ActionPattern) -> BTreeSet<Action> {
        let named = self.entries.iter();
        let named = named.flat_map(|entry| entry.area.named_actions());
        named.filter(|action| pattern.matches(action)).collect()
    }

    /// Whether an action on a resource is held, and if so as accepted or as baseline.
    pub fn state(&self, action: &Action, resource: &str, is_conditional: bool) -> Option<State> {
        let asked = Area::new(&[action.to_string()], &[resource.to_owned()]);
        let is_lifted = self.lifted.iter().any(|lifted| lifted.meets(&asked));
        let by: Vec<By> = self
            .speaking(action, is_conditional)
            .filter(|entry| entry.area.covers_resource(resource))
            .map(|entry| entry.by)
            .filter(|by| !(is_lifted && matches!(by, By::Baseline { .. })))
            .collect();
        if by.contains(&By::Accept) {
            return Some(State::Accepted);
        }
        // An acceptance that has expired ends the exemption, whatever else the record says.
        (!by.is_empty() && !by.contains(&By::Over)).then_some(State::Baseline)
    }

    /// The entries that cover an action.
    fn speaking(&self, action: &Action, is_conditional: bool) -> impl Iterator<Item = &Entry> {
        let pattern = ActionPattern::from(action);
        self.entries.iter().filter(move |entry| {
            let only_conditional = By::Baseline {
                only_conditional: true,
            };
            (is_conditional || entry.by != only_conditional) && entry.area.covers_action(&pattern)
        })
    }
}
