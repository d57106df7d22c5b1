//! A run that is of no change: everything is judged, and what was granted lately waits for its first call.

use super::base::Checkout;
use super::base::age::Ages;
use super::base::{files, policies_of};
use crate::github::Environment;
use crate::github::api::Client;
use crate::roles::Changed;
use crate::run::pipeline::Beforehand;
use crate::settings::effective::Effective;
use crate::settings::flags::Scope;
use std::collections::BTreeSet;
use std::path::Path;

/// What of the policy files is young at the commit that is checked out.
pub(super) fn beforehand(
    environment: &Environment,
    github: Option<&Client>,
    effective: &Effective,
) -> Beforehand {
    let asked = github.zip(environment.sha.as_deref());
    let Some((github, commit)) = asked.filter(|_| effective.scope == Scope::All) else {
        return Beforehand::default();
    };
    let paths: BTreeSet<&String> = policies_of(effective).collect();
    if paths.is_empty() {
        return Beforehand::default();
    }
    let checkout = Checkout::of(environment.workspace.as_deref());
    let mut ages = Ages::of(github, commit, effective);
    let mut changed = Changed::default();
    for path in &paths {
        for file in files::of_pattern(path) {
            let Some(place) = checkout.place(Path::new(&file)) else {
                continue;
            };
            if !ages.is_changed(&place) || !ages.ask(&place, Path::new(&file)) {
                continue;
            }
            if let Some(function) = files::function_of(path, &file) {
                let end = ages.end_of_grace(&place);
                changed.waiting.insert(function, end);
            }
        }
    }
    if ages.is_given_up {
        changed.waiting.clear();
    }
    Beforehand {
        earlier: ages.earlier,
        changed,
        ..Beforehand::default()
    }
}
