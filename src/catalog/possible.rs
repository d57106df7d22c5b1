//! What AWS may have checked besides, for an operation that was called: roles handed on, keys, services that go on with the
//! caller's rights.
//!
//! The rules come from the request models and from `data/possible`; each names AWS's page there. What the request itself names
//! is in [`Mapped::optional`](super::Mapped); here is the rest, and why.

use super::Catalog;
use super::block::Mapping;
use super::reference::{ActionEntry, ResourceType};
use super::resolve::Mapped;
use super::template;
use crate::iam::{Action, Glob};
use std::collections::BTreeSet;

/// An action that AWS may have checked for an operation that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PossibleNeed<'c> {
    /// The action.
    pub action: &'c Action,
    /// Whether AWS can name nothing of what it is needed on beforehand, so that it may be needed on all.
    pub on_everything: bool,
    /// Whether it is so for the role of a state machine alone, which follows and stops what it starts.
    pub by_state_machine: bool,
    /// Why, one sentence.
    pub reason: &'c str,
}

/// One rule as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PossibleRow {
    pub(super) action: Action,
    pub(super) reason: String,
    /// `e`: on everything, `s`: a state machine's role alone.
    pub(super) letters: String,
}

impl PossibleRow {
    fn need(&self) -> PossibleNeed<'_> {
        PossibleNeed {
            action: &self.action,
            on_everything: self.letters.contains('e'),
            by_state_machine: self.letters.contains('s'),
            reason: &self.reason,
        }
    }
}

impl Catalog {
    /// What AWS may have checked besides for an operation, on resources that the request does not name.
    ///
    /// ```
    /// use aws_least_privilege::catalog::{Catalog, Resolution};
    /// use aws_least_privilege::xray::Call;
    ///
    /// let call = Call { service: "ECS".into(), operation: "RegisterTaskDefinition".into(), ..Call::default() };
    /// let Resolution::Mapped(mapped) = Catalog::embedded().resolve(&call) else { panic!("not mapped") };
    /// let possible = Catalog::embedded().possible(&mapped);
    /// assert!(possible.iter().any(|need| need.action.to_string() == "iam:PassRole" && !need.on_everything));
    /// ```
    pub fn possible(&self, mapped: &Mapped) -> Vec<PossibleNeed<'_>> {
        let (Some(block), Some(mapping)) = (self.block(&mapped.prefix), self.mapping_of(mapped))
        else {
            return Vec::new();
        };
        let places = mapping.possible.iter();
        let rows = places.filter_map(|place| block.possible.get(*place));
        let implied = block.reference.implied();
        let implied = mapping
            .implied
            .iter()
            .filter_map(|place| implied.get(*place));
        let implied = implied.map(|implied| PossibleNeed {
            action: &implied.action,
            on_everything: false,
            by_state_machine: false,
            reason: &implied.reason,
        });
        let found: BTreeSet<_> = rows.map(PossibleRow::need).chain(implied).collect();
        found.into_iter().collect()
    }

    /// The rule behind an action that is in [`Mapped::optional`](super::Mapped); nothing where the operation's own rules say it.
    pub fn possible_on_named(&self, mapped: &Mapped, action: &Action) -> Option<PossibleNeed<'_>> {
        let block = self.block(&mapped.prefix)?;
        let mut places = self.mapping_of(mapped)?.needs.iter();
        places.find_map(|rule| {
            let row = block.possible.get(rule.possible?)?;
            (row.action == *action).then(|| row.need())
        })
    }

    /// Whether AWS makes up what the action is needed on, so that no policy can name it beforehand: the network interfaces of a
    /// VPC, and what a `Create` gives an id.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// assert!(catalog.is_made_up(&"ec2:CreateNetworkInterface".parse()?));
    /// assert!(!catalog.is_made_up(&"kms:CreateGrant".parse()?) && !catalog.is_made_up(&"iam:PassRole".parse()?));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn is_made_up(&self, action: &Action) -> bool {
        self.action(action).is_some_and(|entry| {
            entry
                .resource_types()
                .any(|kind| is_made_up_by(&entry, kind))
        })
    }

    /// The same of what a pattern is about: of all types that the pattern can be of, AWS makes up the names.
    pub fn is_made_up_within(&self, action: &Action, pattern: &str) -> bool {
        let Some(entry) = self.action(action) else {
            return false;
        };
        let own = Glob::parse(pattern);
        let mut kinds = entry
            .resource_types()
            .filter(|kind| {
                kind.patterns()
                    .iter()
                    .any(|all| Glob::parse(all).covers(&own))
            })
            .peekable();
        kinds.peek().is_some() && kinds.all(|kind| is_made_up_by(&entry, kind))
    }

    /// Whether people grant all that a pattern is about: of its type AWS makes up every id while it runs, so that a policy names none.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// let update = "iot:UpdateCertificate".parse()?;
    /// assert!(catalog.is_granted_whole(&update, "arn:aws:iot:eu-west-1:111122223333:cert/*"));
    /// let publish = "iot:DescribeThing".parse()?;
    /// assert!(!catalog.is_granted_whole(&publish, "arn:aws:iot:eu-west-1:111122223333:thing/*"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn is_granted_whole(&self, action: &Action, pattern: &str) -> bool {
        let Some(entry) = self.action(action) else {
            return false;
        };
        let own = Glob::parse(pattern);
        let mut kinds = entry.resource_types();
        kinds.any(|kind| {
            let mut templates = kind.granularity().iter();
            templates.any(|template| {
                let is_whole = template.ends_with('*') && template::variables(template).is_empty();
                is_whole && Glob::parse(&template::widest(template)).covers(&own)
            })
        })
    }

    fn mapping_of(&self, mapped: &Mapped) -> Option<&Mapping> {
        let block = self.block(&mapped.prefix)?;
        let words = block.services.get(&mapped.service)?;
        words.operation(&mapped.operation)?.mapping
    }
}

/// Whether AWS makes up the names of a type that an action is on.
fn is_made_up_by(entry: &ActionEntry<'_>, kind: &ResourceType) -> bool {
    let folded = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
    let kind_name = folded(kind.name());
    let by_id = kind.formats().iter().all(|format| format.ends_with("Id}"));
    let is_interface = entry.prefix() == "ec2" && kind_name == "networkinterface";
    let made = entry.name().strip_prefix("Create").map(folded);
    is_interface || by_id && made.is_some_and(|made| made.starts_with(&kind_name))
}
