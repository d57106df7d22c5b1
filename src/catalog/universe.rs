//! Looks up the actions that IAM can grant: by name, by number, by wildcard, and by the resources they can act on.

use super::Catalog;
use super::everything::Everything;
use super::granular;
use super::overlap;
use super::reference::{ActionEntry, Implied, ResourceType, ServiceReference};
use super::template::{self, Reach};
use super::value;
use crate::iam::{Action, ActionPattern, Arn, Glob};

impl Catalog {
    /// Returns the IAM prefixes of the catalogue, sorted.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.index.blocks.iter().map(|row| row.prefix.as_str())
    }

    /// Returns the actions and resource types of an IAM prefix, in any case.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let states = Catalog::embedded().service("states").unwrap();
    /// assert!(states.action_names().any(|name| name == "StartExecution"));
    /// ```
    pub fn service(&self, prefix: &str) -> Option<&ServiceReference> {
        self.block(prefix).map(|block| &block.reference)
    }

    /// Returns what AWS does in other services with the caller's rights when this one is used. It is empty for an
    /// unknown prefix.
    pub fn implied(&self, prefix: &str) -> &[Implied] {
        self.service(prefix).map_or(&[], ServiceReference::implied)
    }

    /// Returns an action of the catalogue, in any case.
    ///
    /// ```
    /// use aws_least_privilege::catalog::{AccessLevel, Catalog};
    ///
    /// let entry = Catalog::embedded().action(&"S3:getobject".parse()?).unwrap();
    /// assert_eq!((entry.name(), entry.level()), ("GetObject", AccessLevel::Read));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn action(&self, action: &Action) -> Option<ActionEntry<'_>> {
        let block = self.index.block_number(action.prefix())?;
        let place = self
            .block_at(block)
            .ok()?
            .reference
            .action_place(action.name())?;
        self.entry(block, place)
    }

    /// Returns the number of actions. They are numbered from 0.
    pub fn action_count(&self) -> u32 {
        self.index.action_count
    }

    /// Returns the number of an action in the whole catalogue.
    pub fn number(&self, action: &Action) -> Option<u32> {
        self.action(action).map(|entry| entry.number())
    }

    /// Returns the action with a number.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// let action = "sqs:SendMessage".parse()?;
    /// let number = catalog.number(&action).unwrap();
    /// assert_eq!(catalog.action_at(number).unwrap().action(), action);
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn action_at(&self, number: u32) -> Option<ActionEntry<'_>> {
        let block = self
            .index
            .first_actions
            .partition_point(|first| *first <= number)
            .checked_sub(1)?;
        let first = self.index.first_actions.get(block)?;
        self.entry(block, usize::try_from(number.checked_sub(*first)?).ok()?)
    }

    /// Returns every action that a pattern of a policy matches, in the order of their numbers.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    /// use aws_least_privilege::iam::ActionPattern;
    ///
    /// let found = Catalog::embedded().actions_matching(&ActionPattern::new("sqs:*message"));
    /// let names: Vec<&str> = found.iter().map(|entry| entry.name()).collect();
    /// assert_eq!(names, ["DeleteMessage", "ReceiveMessage", "SendMessage"]);
    /// ```
    pub fn actions_matching(&self, pattern: &ActionPattern) -> Vec<ActionEntry<'_>> {
        let blocks = match pattern.prefix() {
            Some(prefix) => self.index.block_number(prefix).into_iter().collect(),
            None if pattern.is_everything() => (0..self.index.blocks.len()).collect::<Vec<_>>(),
            None => Vec::new(),
        };
        let mut found = Vec::new();
        for block in blocks {
            let actions = self
                .block_at(block)
                .map_or(&[][..], |known| known.reference.actions.as_slice());
            for (place, row) in actions.iter().enumerate() {
                if pattern.matches(&row.action) {
                    found.extend(self.entry(block, place));
                }
            }
        }
        found
    }

    /// Returns the first action that a pattern of a policy matches and for which `is_meant` is true.
    pub(crate) fn first_matching(
        &self,
        pattern: &ActionPattern,
        is_meant: impl Fn(&ActionEntry<'_>) -> bool,
    ) -> Option<ActionEntry<'_>> {
        let blocks = match pattern.prefix() {
            Some(prefix) => self.index.block_number(prefix).map(|block| block..=block)?,
            None if pattern.is_everything() => 0..=self.index.blocks.len(),
            None => return None,
        };
        let mut entries = blocks.flat_map(|block| {
            let known = self.block_at(block).ok();
            let count = known.map_or(0, |known| known.reference.actions.len());
            (0..count).filter_map(move |place| self.entry(block, place))
        });
        entries.find(|entry| pattern.matches(&entry.row.action) && is_meant(entry))
    }

    fn entry(&self, block: usize, place: usize) -> Option<ActionEntry<'_>> {
        let reference = &self.block_at(block).ok()?.reference;
        let first = self.index.first_actions.get(block)?;
        Some(ActionEntry {
            reference,
            row: reference.actions.get(place)?,
            number: first.checked_add(u32::try_from(place).ok()?)?,
        })
    }

    /// Whether the action can act on some resource that a policy's resource pattern matches.
    ///
    /// An action without resource types is checked on `*` itself (case 19). An action that the catalogue does not list
    /// may act on anything.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let catalog = Catalog::embedded();
    /// let list = "s3:ListBucket".parse()?;
    /// assert!(catalog.can_act_on(&list, "arn:aws:s3:::orders"));
    /// assert!(!catalog.can_act_on(&list, "arn:aws:sqs:eu-west-1:123456789012:orders"));
    /// assert!(!catalog.can_act_on(&"s3:ListAllMyBuckets".parse()?, "arn:aws:s3:::orders"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn can_act_on(&self, action: &Action, pattern: &str) -> bool {
        let Some(entry) = self.action(action) else {
            return true;
        };
        let asked_for_all = entry.is_wildcard_only() && Glob::parse(pattern).matches("*");
        asked_for_all
            || entry
                .formats()
                .any(|format| overlap::can_match(format, pattern))
    }

    /// Whether a pattern's service is written out, and the action can act on nothing of that service. This is a quick
    /// test: `false` does not mean that the action can act on the pattern.
    pub(crate) fn is_elsewhere(&self, action: &Action, pattern: &str) -> bool {
        let Some(service) = overlap::service(pattern) else {
            return false;
        };
        self.action(action).is_some_and(|entry| {
            let mut formats = entry.formats();
            formats.all(|format| overlap::service(format).is_some_and(|own| own != service))
        })
    }

    /// Whether a resource pattern stays within named resources of the action: within `table/orders`, not `table/*`.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let assume = "sts:AssumeRole".parse()?;
    /// assert!(Catalog::embedded().is_named(&assume, "arn:aws:iam::123456789012:role/app"));
    /// assert!(!Catalog::embedded().is_named(&assume, "arn:aws:iam::123456789012:role/app-*"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn is_named(&self, action: &Action, pattern: &str) -> bool {
        if !has_wildcard(pattern) {
            return true;
        }
        let Some(entry) = self.action(action) else {
            return false;
        };
        entry
            .resource_types()
            .any(|kind| names_resource(kind, pattern))
    }

    /// Whether a resource pattern matches every resource that the action can act on, in every region and account.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let put = "s3:PutObject".parse()?;
    /// assert!(Catalog::embedded().is_everything(&put, "*"));
    /// assert!(Catalog::embedded().is_everything(&put, "arn:aws:s3:::*"));
    /// assert!(!Catalog::embedded().is_everything(&put, "arn:aws:s3:::orders/*"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn is_everything(&self, action: &Action, pattern: &str) -> bool {
        self.everything_of(action).is_within(pattern)
    }

    /// Returns what an action can act on, to compare many patterns with it. Each is answered like
    /// [`is_everything`](Self::is_everything).
    pub(crate) fn everything_of(&self, action: &Action) -> Everything<'_> {
        Everything::of(self.action(action))
    }

    /// Generalises an ARN as policies for the action usually write it: `bucket/*` for an object. An ARN of none of the
    /// service's types is returned unchanged. For text that is no ARN it returns `None`.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let get = "s3:GetObject".parse()?;
    /// let general = Catalog::embedded().generalised(&get, "arn:aws:s3:::orders/2026/1.json");
    /// assert_eq!(general.as_deref(), Some("arn:aws:s3:::orders/*"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn generalised(&self, action: &Action, arn: &str) -> Option<String> {
        if !value::is_plain(arn) || arn.parse::<Arn>().is_err() {
            return None;
        }
        let own = self.action(action).and_then(|entry| {
            let mut types = entry.resource_types();
            types.find_map(|kind| granular::read(entry.reference, kind, arn))
        });
        own.or_else(|| {
            self.service(action.prefix())
                .map(|reference| granular::generalised(reference, arn))
        })
        .or_else(|| Some(arn.to_owned()))
    }
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether the variables that name the resource have no wildcards in the pattern. What is inside the resource, after a
/// colon, may be a wildcard.
fn names_resource(kind: &ResourceType, pattern: &str) -> bool {
    let mut forms = kind.formats().iter().zip(kind.granularity());
    forms.any(|(format, granularity)| {
        let naming = template::variables(granularity);
        // AWS adds six random characters to the name of a secret.
        let pattern = pattern.strip_suffix("-??????").unwrap_or(pattern);
        let is_named = |text: &&str| !has_wildcard(text.split(':').next().unwrap_or_default());
        let mut reaches = [Reach::Word, Reach::Path, Reach::Rest].into_iter();
        !naming.is_empty()
            && reaches.any(|reach| {
                let found = template::read(format, pattern, reach);
                found.is_some_and(|found| {
                    naming
                        .iter()
                        .all(|name| found.get(name).is_some_and(is_named))
                })
            })
    })
}
