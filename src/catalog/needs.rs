//! Applies an operation's rules to a recorded request. Returns what the call needs, and what AWS may check in addition.

use super::Catalog;
use super::access_point;
use super::block::{Block, ConditionRule, Mapping, NeedRule};
use super::condition::{Recorded, Truth};
use super::directory;
use super::fill::Request;
use super::filled::Filled;
use super::names::SdkService;
use super::place::Place;
use super::resolve::{Need, Resources};
use super::table_bucket;
use crate::iam::Action;
use crate::xray::Call;
use std::collections::{BTreeMap, BTreeSet};

/// What a call certainly needs, and what it may need.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub(super) sure: Vec<Need>,
    pub(super) optional: Vec<Need>,
    /// The widest patterns of what the call makes under an id that AWS gives.
    pub(super) made: BTreeSet<String>,
    /// Request members whose recorded value cannot be the name that the member stands for.
    pub(super) misnamed: BTreeSet<String>,
}

/// Applies an operation's rules to a call.
///
/// The trace may not decide a rule's condition. Then the optional part of the request is assumed to be absent: a rule
/// that requires its absence is needed, and a rule that requires its presence is optional.
pub(super) fn of(
    catalog: &Catalog,
    service: SdkService<'_>,
    mapping: &Mapping,
    call: &Call,
) -> Needs {
    let (Some(block), Some(words)) = (catalog.block_at(service.row.block).ok(), service.words())
    else {
        return Needs::default();
    };
    let parameters = &call.parameters;
    let place = Place::of(call).owned(service.name(), parameters);
    let request = Request {
        catalog,
        block,
        words,
        parameters,
        place: &place,
    };
    let recorded = Recorded {
        service: service.name(),
        words,
        parameters,
        recorder: call.recorder,
    };
    let mut needed: BTreeMap<Action, Collected> = BTreeMap::new();
    let mut optional: Vec<(Action, Filled)> = Vec::new();
    let mut misnamed = BTreeSet::new();
    for rule in &mapping.needs {
        let truth = rule
            .condition
            .as_ref()
            .map_or(Truth::Yes, |condition| recorded.holds(condition));
        let Some(action) = action_of(block, rule).filter(|_| truth != Truth::No) else {
            continue;
        };
        let assumed_absent = matches!(rule.condition, Some(ConditionRule::Lacks(_)));
        let sorted = request.fill(rule);
        misnamed.append(&mut request.misnamed(rule));
        if rule.optional == 0 && (truth == Truth::Yes || assumed_absent) {
            let collected = needed.entry(action).or_default();
            collected.filled.push(sorted.filled);
            collected.besides.extend(sorted.besides);
            collected.perhaps.extend(sorted.perhaps);
            collected.may_name_none |= rule.may_name_none != 0;
        } else {
            optional.push((action, sorted.filled));
        }
    }
    // Resource types of which nothing was recorded, next to others that were: the required types become needs without a
    // known resource, the others optional needs.
    let mut unrecorded: Vec<(Action, Filled)> = Vec::new();
    let mut perhaps: Vec<(Action, Filled)> = Vec::new();
    let needed: BTreeMap<Action, Filled> = needed
        .into_iter()
        .map(|(action, collected)| {
            let mut filled = collected.all();
            if filled.known || filled.by_value {
                let types = [
                    (collected.besides, &mut unrecorded),
                    (collected.perhaps, &mut perhaps),
                ];
                for (patterns, into) in types {
                    if !patterns.is_empty() {
                        into.push((action.clone(), Filled::within(patterns)));
                    }
                }
            } else {
                filled.patterns.extend(collected.besides);
            }
            (action, filled)
        })
        .collect();
    // A call that named its resource is not one of those without a resource.
    optional.retain(|(action, filled)| {
        let same = needed.get(action);
        !same.is_some_and(|same| {
            (same.by_value && filled.is_everything()) || same.patterns.is_superset(&filled.patterns)
        })
    });
    let need = |(action, filled): (Action, Filled)| {
        let resources = Resources {
            patterns: filled.patterns,
            known: filled.known,
        };
        let need = directory::rewritten(Need { action, resources }, catalog, &place);
        let need = table_bucket::rewritten(need, catalog, &place);
        access_point::renamed(need, catalog)
    };
    let needs: BTreeSet<Need> = needed.into_iter().chain(unrecorded).map(need).collect();
    let optional: BTreeSet<Need> = optional.into_iter().chain(perhaps).map(need).collect();
    let behind: Vec<Need> = needs
        .iter()
        .chain(&optional)
        .flat_map(|need| access_point::behind(need, catalog))
        .collect();
    let optional: BTreeSet<Need> = optional
        .into_iter()
        .chain(behind)
        .filter(|need| !needs.contains(need))
        .collect();
    Needs {
        sure: needs.into_iter().collect(),
        optional: optional.into_iter().collect(),
        made: request.made(&mapping.made),
        misnamed,
    }
}

/// What all rules of one action say together.
#[derive(Debug, Default)]
struct Collected {
    filled: Vec<Filled>,
    besides: BTreeSet<String>,
    perhaps: BTreeSet<String>,
    may_name_none: bool,
}

impl Collected {
    /// Returns all that was recorded. If nothing was, and the call may name nothing, `*`.
    fn all(&self) -> Filled {
        let filled = Filled::all(self.filled.clone());
        if self.may_name_none && !filled.by_value && !filled.known {
            return Filled::everything(false);
        }
        filled
    }
}

pub(super) fn action_of(block: &Block, rule: &NeedRule) -> Option<Action> {
    if rule.action.contains(':') {
        rule.action.parse().ok()
    } else {
        format!("{}:{}", block.reference.prefix(), rule.action)
            .parse()
            .ok()
    }
}
