//! A run that is of no change: everything is judged, and what was granted lately waits for its first call.

use super::base::age::Ages;
use super::base::then::TemplatesNow;
use super::base::{Checkout, Trees, files, policies_of};
use crate::deliver::beside;
use crate::github::Environment;
use crate::github::api::Client;
use crate::roles::Changed;
use crate::run::Failure;
use crate::run::pipeline::Beforehand;
use crate::settings::effective::Effective;
use crate::settings::flags::Scope;
use std::collections::BTreeSet;
use std::path::Path;

/// What of the policy files is young at the commit that is checked out. `then` is a folder of ours for templates as they were.
pub(super) fn beforehand(
    environment: &Environment,
    github: Option<&Client>,
    effective: &Effective,
    then: Option<&beside::Folder>,
) -> Result<Beforehand, Failure> {
    let asked = github.zip(environment.sha.as_deref());
    let Some((github, commit)) = asked.filter(|_| effective.scope == Scope::All) else {
        return Ok(Beforehand::default());
    };
    let paths: BTreeSet<&String> = policies_of(effective).collect();
    if paths.is_empty() {
        return Ok(Beforehand::default());
    }
    let checkout = Checkout::of(environment.workspace.as_deref());
    let mut ages = Ages::of(github, commit, effective);
    let mut changed = Changed::default();
    for path in &paths {
        for file in files::of_pattern(path) {
            let Some(place) = checkout.place(Path::new(&file)) else {
                continue;
            };
            // What a template granted is looked up role by role.
            let bytes = files::bytes_of(Path::new(&file)).unwrap_or_default();
            if files::is_template(&place, &bytes) {
                continue;
            }
            if !ages.is_changed(&place) || !ages.ask(&place, Path::new(&file)) {
                continue;
            }
            if let Some(function) = files::function_of(path, &file) {
                let end = ages.end_of_grace(&place);
                changed.waiting.insert(function, end);
            }
        }
    }
    let templates = TemplatesNow::of(
        &effective.policy_files,
        environment.workspace.as_deref().unwrap_or(Path::new("")),
        &checkout,
    );
    let trees = Trees::of(github, environment.workspace.as_deref());
    let then = match then {
        Some(then) => templates.before_grace(&mut ages, &trees, then.path())?,
        None => None,
    };
    if ages.is_given_up {
        changed.waiting.clear();
    }
    Ok(Beforehand {
        waits_until: ages.waits_until(),
        earlier: ages.earlier,
        then,
        changed,
        ..Beforehand::default()
    })
}
