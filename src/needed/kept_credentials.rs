//! Finds calls that may have been made with credentials of an earlier invocation.
//!
//! Code that assumes a role keeps the credentials until they expire. The traces of later invocations show the calls alone, so
//! whatever was called after a handover in one trace may be anybody's in all of them.

use crate::catalog::{Mapped, Need, Resolution};
use crate::iam::Action;
use crate::usage::{OwnerUsage, Rights, Use};
use std::collections::BTreeMap;

/// What an owner's calls needed after credentials were handed over, and the operation that did so.
#[derive(Debug, Default)]
pub(super) struct KeptCredentials<'u>(BTreeMap<&'u Action, Vec<(&'u Need, &'static str)>>);

impl<'u> KeptCredentials<'u> {
    pub(super) fn of(usage: &'u OwnerUsage) -> Self {
        let mut kept = Self::default();
        for group in usage.uses.keys() {
            let (Resolution::Mapped(mapped), Rights::MayBeAnothers { after }) =
                (group.resolution.as_ref(), group.rights)
            else {
                continue;
            };
            for need in &mapped.needs {
                kept.0.entry(&need.action).or_default().push((need, after));
            }
        }
        kept
    }

    /// Returns with whose rights the calls of a group were made, in view of all traces.
    pub(super) fn rights(&self, group: &Use, mapped: &Mapped) -> Rights {
        let after = mapped.needs.iter().find_map(|need| self.after(need));
        match (group.rights, after) {
            (Rights::Own, Some(after)) => Rights::MayBeAnothers { after },
            (rights, _) => rights,
        }
    }

    /// The operation after which the same action was called on the same resource, or on one that is not recorded.
    fn after(&self, need: &Need) -> Option<&'static str> {
        let mut same = self.0.get(&need.action)?.iter();
        let found = same.find(|(other, _)| is_on_the_same(need, other));
        found.map(|(_, after)| *after)
    }
}

fn is_on_the_same(one: &Need, other: &Need) -> bool {
    let (own, their) = (&one.resources, &other.resources);
    !own.known || !their.known || !own.patterns.is_disjoint(&their.patterns)
}
