//! Lists what AWS may check in addition to an operation's own actions: passed roles, keys, and services that act with
//! the caller's rights.
//!
//! The rules come from the request models and from `data/possible`, where each names its AWS page. Needs on resources
//! that the request itself names are in [`Mapped::optional`](super::Mapped). This module has the others, and the
//! reasons.

use super::Catalog;
use super::block::Mapping;
use super::reference::{ActionEntry, ResourceType};
use super::resolve::Mapped;
use super::template;
use crate::iam::{Action, Glob};
use std::collections::BTreeSet;

/// An action that AWS may check for a called operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PossibleNeed<'c> {
    /// The action.
    pub action: &'c Action,
    /// Whether it may be needed on every resource, because AWS generates the names and nobody knows them beforehand.
    pub on_everything: bool,
    /// Whether this applies only to the role of a state machine, which tracks and stops what it starts.
    pub by_state_machine: bool,
    /// The reason, as one sentence.
    pub reason: &'c str,
}

/// One rule as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PossibleRow {
    pub(super) action: Action,
    pub(super) reason: String,
    /// `e`: on everything. `s`: only for the role of a state machine. `w`: not for a statement that only reads.
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
    /// Returns what AWS may check for an operation on resources that the request does not name.
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
        let rows = rows.filter(|row| !(mapped.only_reads && row.letters.contains('w')));
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

    /// Returns the rule for an action in [`Mapped::optional`](super::Mapped), or `None` if it comes from the
    /// operation's own rules.
    pub fn possible_on_named(&self, mapped: &Mapped, action: &Action) -> Option<PossibleNeed<'_>> {
        let block = self.block(&mapped.prefix)?;
        let mut places = self.mapping_of(mapped)?.needs.iter();
        places.find_map(|rule| {
            let row = block.possible.get(rule.possible?)?;
            (row.action == *action).then(|| row.need())
        })
    }

    /// Whether AWS generates the name of the resource that the action is needed on, so that no policy can name it
    /// beforehand: network interfaces of a VPC, and resources that get an id from a `Create`.
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

    /// Like [`is_made_up`](Self::is_made_up), for the types that the pattern can match: whether AWS generates the names
    /// of all of them.
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

    /// Whether a pattern matches everything of one of the action's resource types in its account and region, and nothing
    /// else.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// let get = "mediaconvert:GetJob".parse()?;
    /// assert!(catalog.is_of_type(&get, "arn:aws:mediaconvert:eu-west-1:111122223333:jobs/*"));
    /// assert!(!catalog.is_of_type(&get, "arn:aws:mediaconvert:eu-west-1:111122223333:queues/*"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn is_of_type(&self, action: &Action, pattern: &str) -> bool {
        let own = Glob::parse(pattern);
        self.action(action).is_some_and(|entry| {
            let mut patterns = entry.resource_types().flat_map(ResourceType::patterns);
            patterns.any(|all| Glob::parse(all).covers(&own))
        })
    }

    /// Whether policies usually grant everything that a pattern matches: AWS generates every id of its type at run
    /// time, so no policy names one.
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

/// Whether AWS generates the names of a type that an action is on.
fn is_made_up_by(entry: &ActionEntry<'_>, kind: &ResourceType) -> bool {
    let is_interface = entry.prefix() == "ec2" && kind.name() == "network-interface";
    is_interface || entry.row.made.contains(kind.name())
}
