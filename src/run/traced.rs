//! Needs by traces alone: X-Ray is asked for calls, and Lambda for no more than which functions are still there.

use super::Failure;
use super::evidence::{self, Found as Read};
use super::gather::{self, Gathered};
use super::live::Live;
use crate::catalog::Catalog;
use crate::evidence::xray_api::{Function, Window};
use crate::evidence::{Gap, GapReason, Owner};
use crate::roles::in_aws::{Existence, TargetError};
use crate::roles::{Role, Target, Targets, User};
use crate::settings::flags;
use crate::usage::Usage;
use std::collections::{BTreeMap, BTreeSet};

/// What the functions that are named called; without any, all that traces show.
pub(super) fn gather(
    options: &flags::Evidence,
    window: Window,
    live: &Live,
    catalog: &Catalog,
) -> Result<Gathered, Failure> {
    let (of_stacks, mut gaps) = live.of_stacks(&options.stacks)?;
    let by_name: BTreeSet<String> = options.functions.iter().cloned().collect();
    let asked: BTreeSet<String> = by_name.union(&of_stacks).cloned().collect();
    let functions = asked.iter().map(|asked| live.traced(asked));
    let functions: BTreeSet<Function> = functions.collect::<Result<_, _>>()?;
    let Read { mut usage, sources } = if options.traces.is_empty() {
        evidence::live(
            options,
            window,
            functions.into_iter().collect(),
            live,
            catalog,
        )?
    } else {
        evidence::saved(options, catalog)?
    };
    if options.traces.is_empty() {
        let by_name = Targets {
            functions: options.functions.clone(),
        };
        by_name.each_one(&usage).map_err(|error| {
            let hint = error.hint();
            Failure::usage(error, hint)
        })?;
    } else {
        gather::clear(options, &usage)?;
    }
    let targets = targets(&asked, &usage);
    let existence = live.existence(&to_ask_for(&asked, &targets, live.region()))?;
    let gone = gone(live, &existence, &by_name, &of_stacks, &usage, &mut gaps)?;
    if let Some(error) = &existence.refused {
        gaps.insert(format!(
            "whether {} still exist is not known, and changes no policy: {error}",
            counted(existence.untold.len())
        ));
    }
    for detail in gaps {
        usage.gaps.add(Gap::new(GapReason::NotLookedUp, detail));
    }
    Ok(Gathered {
        usage,
        sources,
        roles: vec![Role {
            users: targets.into_iter().map(User::asked).collect(),
            ..Role::default()
        }],
        besides: BTreeSet::new(),
        gone,
        logical_ids: BTreeMap::new(),
    })
}

fn counted(functions: usize) -> String {
    match functions {
        1 => "1 function".to_owned(),
        more => format!("{more} functions"),
    }
}

/// Those who are named; else all functions, tasks and state machines, or whoever there is where there are none of these.
fn targets(asked: &BTreeSet<String>, usage: &Usage) -> BTreeSet<Target> {
    let named = Targets {
        functions: asked.iter().cloned().collect(),
    };
    let mut targets = named.resolve(usage);
    if asked.is_empty() {
        let others = usage.owners.iter().filter(|(owner, observed)| {
            observed.calls > 0 && matches!(owner, Owner::EcsTask(_) | Owner::StateMachine(_))
        });
        targets.extend(others.map(|(owner, _)| Target::Seen(owner.clone())));
    }
    targets
}

/// What Lambda is asked for: what was named, and else the functions that were seen, those of other regions left out.
fn to_ask_for(
    asked: &BTreeSet<String>,
    targets: &BTreeSet<Target>,
    region: &str,
) -> BTreeSet<String> {
    if !asked.is_empty() {
        return asked.clone();
    }
    let seen = targets.iter().filter_map(|target| match target {
        Target::Seen(Owner::LambdaFunction(function)) => Some(function),
        Target::Seen(_) | Target::NotSeen(_) => None,
    });
    let here = seen.filter(|function| function.region() == region);
    here.map(ToString::to_string).collect()
}

/// Those that do not exist, as they are shown. Of one that traces show, it is the traces that count; another is an error where it
/// was asked for by name, and a gap where it is but in a stack.
fn gone(
    live: &Live,
    existence: &Existence,
    by_name: &BTreeSet<String>,
    of_stacks: &BTreeSet<String>,
    usage: &Usage,
    gaps: &mut BTreeSet<String>,
) -> Result<BTreeSet<String>, Failure> {
    let mut gone = BTreeSet::new();
    for asked in &existence.gone {
        let named = Targets {
            functions: vec![asked.clone()],
        };
        for target in named.resolve(usage) {
            let is_seen = matches!(target, Target::Seen(_));
            if !is_seen && by_name.contains(asked) {
                return Err(live.failure(TargetError::NoSuchFunction(asked.clone())));
            }
            if of_stacks.contains(asked) {
                gaps.insert(format!("the function {asked} does not exist"));
            }
            gone.insert(target.to_string());
        }
    }
    Ok(gone)
}
