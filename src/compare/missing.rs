//! Finds what was called but is not granted: calls that AWS denied, and calls that none of these policies allows.

use super::standing::Asking;
use super::{Granted, Lack, Missing, denial};
use crate::catalog::Catalog;
use crate::iam::algebra::{Ask, Piece};
use crate::iam::permissions::{PermissionSet, ResourceSet};
use crate::iam::{Action, Answer, ConditionBlock, Context, ResourcePattern, Version};
use crate::needed::{Because, NeededPermissions, Permission};
use crate::usage::Tally;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything missing, sorted. Denied calls are advice only, because whoever runs the code can forge a trace of a denied
/// call.
pub(super) fn missing(
    needs: &NeededPermissions,
    policies: &Granted<'_>,
    asking: &mut Asking<'_>,
    catalog: &Catalog,
) -> Vec<Missing> {
    let granted = &asking.readings.full;
    let mut missing: Vec<Missing> = Vec::new();
    let denying = |action: &Action, resources: &BTreeSet<String>| {
        denial::denial(action, resources, policies, granted, catalog)
    };
    for (permission, tally) in &needs.denied {
        let denied_by = denying(&permission.action, &permission.resources);
        let detail = match denial::told(&denied_by) {
            Some(denial) => format!(
                "AWS denied these calls, and they are denied by {denial} here; grant it only if the code is meant to make them"
            ),
            None => {
                "AWS denied these calls; grant it only if the code is meant to make them".to_owned()
            }
        };
        missing.push(Missing {
            action: permission.action.clone(),
            resources: permission.resources.clone(),
            because: Lack::Denied,
            calls: tally.calls,
            denied_by,
            detail,
        });
    }
    for (permission, tally) in &needs.needed {
        if let Because::Configuration {
            required: false, ..
        } = permission.because
        {
            continue;
        }
        let asking = match asking.for_any_region(&permission.action) {
            Some(own) => own,
            None => &mut *asking,
        };
        if let Some(lack) = lack_of(permission, tally, asking, catalog) {
            let denied_by = match lack {
                Want::Denied => denying(&permission.action, &permission.resources),
                Want::Allowance | Want::Bounded => BTreeSet::new(),
            };
            let denial =
                || denial::told(&denied_by).unwrap_or_else(|| "a `Deny` statement".to_owned());
            let detail = match &permission.because {
                Because::Observed => lack.of_calls(denial),
                Because::Configuration { setting, .. } => lack.of_setting(setting, denial),
            };
            missing.push(Missing {
                action: permission.action.clone(),
                resources: permission.resources.clone(),
                because: Lack::NotGranted,
                calls: tally.calls,
                denied_by,
                detail,
            });
        }
    }
    missing.sort();
    missing
}

/// What takes all of a permission away.
#[derive(Debug, Clone, Copy)]
enum Want {
    /// No statement allows it.
    Allowance,
    /// A `Deny` statement denies what is allowed.
    Denied,
    /// The permissions boundary does not allow what is left.
    Bounded,
}

impl Want {
    /// The explanation for calls that succeeded all the same.
    fn of_calls(self, denial: impl FnOnce() -> String) -> String {
        match self {
            Self::Allowance => "the calls went through, but no statement here allows them: another policy does, or these are not the ones that were in force".to_owned(),
            Self::Denied => format!(
                "it is denied by {}, and yet the calls went through: these policies are not the ones that were in force",
                denial()
            ),
            Self::Bounded => "the permissions boundary does not allow it, and yet the calls went through: a policy of the resource allows them, or these policies are not the ones that were in force".to_owned(),
        }
    }

    /// The explanation for a setting that needs the permission.
    fn of_setting(self, setting: &str, denial: impl FnOnce() -> String) -> String {
        match self {
            Self::Allowance => {
                format!("Lambda needs it for {setting}, and no statement here allows it")
            }
            Self::Denied => format!(
                "Lambda needs it for {setting}, and it is denied by {}",
                denial()
            ),
            Self::Bounded => format!(
                "Lambda needs it for {setting}, and the permissions boundary does not allow it"
            ),
        }
    }
}

/// What takes all of a permission away, if that is certain. A doubt counts as granted, because a missing permission is
/// reported only when it is certain.
fn lack_of(
    permission: &Permission,
    tally: &Tally,
    asking: &mut Asking<'_>,
    catalog: &Catalog,
) -> Option<Want> {
    let readings = asking.readings;
    let needed: Arc<[ResourcePattern]> = permission
        .resources
        .iter()
        .map(|text| ResourcePattern::new(text, Version::V2012))
        .collect();
    let steps = [
        (false, false, Want::Allowance),
        (true, false, Want::Denied),
        (true, true, Want::Bounded),
    ];
    let mut pieces = pieces(permission, &readings.full, catalog);
    // An ARN of a form that AWS documents nowhere may be the resource that was called.
    let is_open = |piece: &Piece| {
        let pattern = element(&readings.full, *piece);
        pattern.is_some_and(|pattern| {
            let widest = pattern.widest().glob().to_string();
            catalog.is_of_no_known_form(&permission.action, &widest)
        })
    };
    // A statement grants nothing here if no request of the role meets its condition, if it is about another region or
    // account, or if none of the calls met its condition.
    let calls = Calls::of(tally);
    pieces.retain(|piece| {
        let place = readings.place(piece.cell);
        let is_elsewhere = |place: &Arc<[ResourcePattern]>| {
            permission.resource_known
                && needed.iter().all(|needed| {
                    let mut there = place.iter();
                    there.all(|there| there.intersects(needed) == Answer::No)
                })
        };
        let is_outside = permission.resource_known
            && needed
                .iter()
                .all(|own| readings.is_outside(piece.cell, own));
        let cell = readings.full.allows.get(piece.cell);
        let is_met = cell.is_none_or(|cell| calls.may_meet(&cell.condition, cell.version));
        is_met && !is_outside && !readings.is_never(piece.cell) && !place.is_some_and(is_elsewhere)
    });
    if pieces.iter().any(is_open) {
        return None;
    }
    for (denies, bounds, lack) in steps {
        let ask = Ask {
            denies,
            bounds,
            // The call shows that the action can act on this resource, whatever the catalogue says.
            any_form: true,
            within: permission.resource_known.then_some(&needed),
            without: &[],
        };
        pieces.retain(|piece| {
            let left = asking.full.left(*piece, &permission.action, &ask, catalog);
            left.answer != Answer::No
        });
        if pieces.is_empty() {
            return Some(lack);
        }
    }
    None
}

/// The resource element of a piece.
fn element(granted: &PermissionSet, piece: Piece) -> Option<&ResourcePattern> {
    match &granted.allows.get(piece.cell)?.resources {
        ResourceSet::Only(patterns) => patterns.get(piece.element?),
        ResourceSet::AllBut(_) | ResourceSet::Attached => None,
    }
}

/// What is known about calls that succeeded: they used TLS, came from the role itself, and happened between the first and
/// the last of them. It holds for the observed calls only, so a grant does not become dead because of it.
struct Calls(Vec<Context>);

impl Calls {
    fn of(tally: &Tally) -> Self {
        let at = |time: Option<Timestamp>| {
            let mut known = vec![
                ("aws:SecureTransport", "true".to_owned()),
                ("aws:ViaAWSService", "false".to_owned()),
            ];
            if let Some(time) = time {
                known.push(("aws:CurrentTime", time.to_string()));
                known.push(("aws:EpochTime", time.as_second().to_string()));
            }
            known.into_iter().collect()
        };
        Self(vec![at(tally.first_seen), at(tally.last_seen)])
    }

    /// Whether some of the calls may have met a condition. None did if it fails both at the first and at the last of them.
    fn may_meet(&self, condition: &ConditionBlock, version: Version) -> bool {
        !condition.atoms().any(|atom| {
            let mut ends = self.0.iter();
            ends.all(|context| {
                context.values(atom.key()).is_some()
                    && atom.test(context, version).answer == Answer::No
            })
        })
    }
}

/// Every piece of every statement that allows the action.
fn pieces(permission: &Permission, granted: &PermissionSet, catalog: &Catalog) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (place, cell) in granted.allows.iter().enumerate() {
        if !cell.actions.contains(&permission.action, catalog) {
            continue;
        }
        let piece = |element| Piece {
            cell: place,
            element,
        };
        match &cell.resources {
            ResourceSet::Only(patterns) => {
                pieces.extend((0..patterns.len()).map(|own| piece(Some(own))));
            }
            ResourceSet::AllBut(_) | ResourceSet::Attached => pieces.push(piece(None)),
        }
    }
    pieces
}
