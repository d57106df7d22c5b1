//! A bucket in which Lambda keeps what failed.
//!
//! An on-failure destination may be a bucket. Lambda then needs `s3:PutObject` and `s3:ListBucket` of the function's role and
//! refuses the destination without both
//! (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>). Where the function's destinations
//! are not known, a bucket on which both are granted may be one. Writing alone is none.

use super::{Bound, Cause, Doubt, NeededPermissions};
use crate::iam::{Action, Effect, ResourceClause, Statement};
use std::collections::{BTreeMap, BTreeSet};

const REASON: &str = "Lambda keeps failed invocations in the bucket with the function's role, if it is an on-failure destination";

impl NeededPermissions {
    /// Adds a doubt for each bucket that the statements name whole and that may be a destination.
    pub fn may_keep_failures_in_buckets<'s>(
        &mut self,
        statements: impl Iterator<Item = &'s Statement>,
    ) {
        let Some(owners) = self.owners_with_open_destinations() else {
            return;
        };
        let actions = ["s3:PutObject", "s3:ListBucket"].map(str::parse::<Action>);
        let [Ok(put), Ok(list)] = actions else {
            return;
        };
        let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut listed = BTreeSet::new();
        for statement in statements.filter(|own| own.effect == Effect::Allow) {
            let ResourceClause::Resource(patterns) = &statement.resources else {
                continue;
            };
            for text in patterns.iter().map(|own| own.value.text()) {
                if statement.actions.matches(&list) {
                    listed.extend(bucket(text));
                }
                let whole = ["/aws/lambda/*", "/*"];
                let inside = whole.iter().find_map(|end| text.strip_suffix(end));
                if let Some(name) = inside.and_then(bucket)
                    && statement.actions.matches(&put)
                {
                    written.entry(name).or_default().insert(text.to_owned());
                }
            }
        }
        for (name, objects) in written
            .into_iter()
            .filter(|(name, _)| listed.contains(name))
        {
            let both = [(&put, objects), (&list, BTreeSet::from([name]))];
            for (action, on) in both {
                let doubt = Doubt::of(action.clone(), Bound::Patterns(on), Cause::Runtime, REASON);
                let whose = self.doubts.entry(doubt).or_default();
                whose.extend(owners.iter().cloned());
            }
        }
    }

    /// The functions whose destinations nobody knows: for all of them Lambda may put events on a bus.
    fn owners_with_open_destinations(&self) -> Option<BTreeSet<String>> {
        let put: Action = "events:PutEvents".parse().ok()?;
        let is_open = |doubt: &Doubt| {
            doubt.cause == Cause::Runtime && doubt.on == Bound::Named && doubt.is_about(&put)
        };
        let open = self.doubts.iter().find(|(doubt, _)| is_open(doubt));
        open.map(|(_, owners)| owners.clone())
    }
}

/// A pattern that is one whole bucket.
fn bucket(text: &str) -> Option<String> {
    let (arn, name) = text.split_once(":s3:::")?;
    let is_one = arn.starts_with("arn:") && !name.is_empty() && !name.contains(['*', '?', '/']);
    is_one.then(|| text.to_owned())
}
