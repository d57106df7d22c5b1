//! Needs that went through and that no statement allows: they are added, in statements of their own.
//!
//! Only those whose resource is known. Calls that AWS denied are never added: whoever runs the code can forge a trace of one.

use super::Circumstances;
use super::edits::{Sids, quoted};
use crate::catalog::Catalog;
use crate::compare::{Granted, Lack, Missing, missing};
use crate::iam::edit::{Layout, Member};
use crate::iam::merge::{Grants, statements};
use crate::iam::print::{GeneratedStatement, document};
use crate::iam::{Action, PolicyDocument};
use std::collections::BTreeSet;

/// What the `Sid` of an added statement begins with, in a policy all of whose statements have one.
const SID: &str = "Observed";

/// A statement to add.
pub(super) type Addition = GeneratedStatement;

/// The statements that grant what is needed and not granted. What a `Deny` or the boundary takes away would be missing after
/// that too, so it is not added.
pub(super) fn additions(role: &Circumstances<'_>, catalog: &Catalog) -> Vec<Addition> {
    if !role.adds_missing {
        return Vec::new();
    }
    let is_known = |missing: &&Missing| {
        role.needs.needed.keys().any(|permission| {
            permission.resource_known
                && permission.action == missing.action
                && permission.resources == missing.resources
        })
    };
    let missing = not_granted(&role.comparison.missing);
    let wanted: Vec<&Missing> = missing.filter(is_known).collect();
    let all = statements(&granting(&wanted));
    let still = lacking_with(&all, role, catalog);
    let mended = |own: &&Missing| !still.contains(&(own.action.clone(), own.resources.clone()));
    let wanted: Vec<&Missing> = wanted.into_iter().filter(mended).collect();
    statements(&granting(&wanted))
}

/// What is missing though the calls went through.
pub(super) fn not_granted(missing: &[Missing]) -> impl Iterator<Item = &Missing> {
    let missing = missing.iter();
    missing.filter(|missing| missing.because == Lack::NotGranted)
}

fn granting(wanted: &[&Missing]) -> Grants {
    let mut grants = Grants::default();
    for missing in wanted {
        for resource in &missing.resources {
            grants.add(missing.action.clone(), resource.clone());
        }
    }
    grants
}

/// What would be missing with these statements beside the policies.
fn lacking_with(
    additions: &[Addition],
    role: &Circumstances<'_>,
    catalog: &Catalog,
) -> BTreeSet<(Action, BTreeSet<String>)> {
    let added = PolicyDocument::parse(&document(additions, None), "what is added");
    let Some(added) = added.ok().filter(|_| !additions.is_empty()) else {
        return BTreeSet::new();
    };
    let beside = [role.granted.beside, &[added]].concat();
    let granted = Granted {
        beside: &beside,
        ..role.granted
    };
    let missing = missing(role.needs, &granted, catalog);
    let lacking = not_granted(&missing);
    lacking
        .map(|own| (own.action.clone(), own.resources.clone()))
        .collect()
}

/// The additions as JSON, laid out as the policy's last statement is.
pub(super) fn texts(
    policy: &PolicyDocument,
    layout: &Layout,
    sids: &mut Sids,
    additions: &[Addition],
) -> Vec<String> {
    let Some(last) = policy.statements.last() else {
        return Vec::new();
    };
    let named = policy.statements.iter().all(|own| own.sid.is_some());
    let text = |addition: &Addition| {
        let sid = quoted(&sids.new_from(SID));
        let actions: Vec<String> = addition
            .actions
            .iter()
            .map(|action| quoted(&action.to_string()))
            .collect();
        let resources: Vec<String> = addition.resources.iter().map(|text| quoted(text)).collect();
        let mut members = vec![
            ("Effect", Member::One("\"Allow\"")),
            ("Action", Member::List(&actions)),
            ("Resource", Member::List(&resources)),
        ];
        if named {
            members.insert(0, ("Sid", Member::One(&sid)));
        }
        layout.object(&policy.source, last.span.start, &members)
    };
    additions.iter().map(text).collect()
}
