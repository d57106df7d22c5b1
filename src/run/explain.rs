//! `explain`: the gate's evidence and policies, told permission by permission.

use super::gather::Gathered;
use super::live::Live;
use super::pipeline::{self, Beforehand};
use super::{Failure, gate, record};
use crate::catalog::Catalog;
use crate::deliver::{stderr, stdout};
use crate::exit::Exit;
use crate::iam::{ActionPattern, Arn};
use crate::report::build;
use crate::report::explain::{Explained, Question, explain, json, text};
use crate::report::text::shape::width;
use crate::roles::Role;
use crate::roles::choice::{Choice, ChoiceError, choose, reads_as_action};
use crate::settings::effective;
use crate::settings::flags::explain::Explain;
use crate::settings::flags::{Evidence, SummaryFormat};
use crate::settings::variable;

pub(super) fn run(options: &Explain) -> Result<Exit, Failure> {
    let configured = gate::configured(options.config.as_deref())?;
    let mut effective = pipeline::by_real_names(&effective::resolve(options, configured))?;
    let catalog = Catalog::embedded();
    let what = options.what.as_deref();
    if let Some(what) = what.filter(|_| is_live_without_target(&effective.evidence)) {
        aim(&mut effective.evidence, what)?;
    }
    let Gathered { usage, roles, .. } = pipeline::gathered(&effective)?;
    let Choice {
        roles,
        function,
        action,
    } = choose(&roles, what, options.action.as_deref()).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, hint)
    })?;
    if let Some(action) = action
        .as_deref()
        .and_then(|action| misspelt(action, catalog))
    {
        stderr::note(&action);
    }
    let question = Question {
        function: function.clone(),
        action: action.as_ref().map(ActionPattern::new),
    };
    let roles: Vec<Role> = roles.into_iter().cloned().collect();
    let beforehand = Beforehand::default();
    let roles = record::prepared(roles, &effective, &beforehand);
    let (judged, _) = record::judge(&roles, &usage, &effective, &beforehand, catalog)?.into_parts();
    let users = judged.iter().flat_map(|role| &role.functions);
    let gaps = build::gap_counts(&build::with_others(&usage.gaps, &usage, users));
    let explained = judged
        .into_iter()
        .zip(&roles)
        .map(|(judged, role)| explain(judged, &role.policies, &question));
    let explained = Explained {
        window: build::window(&usage),
        function,
        action,
        gaps,
        roles: explained.collect(),
    };
    let told = match options.format {
        SummaryFormat::Text => {
            let columns = stdout::columns(variable("COLUMNS").as_deref());
            text::render(&explained, width(columns))
        }
        SummaryFormat::Json => json(&explained),
    };
    stdout::print(&told).map_err(|error| Failure::job(error, None))?;
    Ok(Exit::Success)
}

/// That no action is called so, and which may be meant. AWS may have actions that the catalogue does not.
fn misspelt(asked: &str, catalog: &Catalog) -> Option<String> {
    if asked == "*"
        || !catalog
            .actions_matching(&ActionPattern::new(asked))
            .is_empty()
    {
        return None;
    }
    let (prefix, name) = asked.split_once(':')?;
    let all = ActionPattern::new(format!("{prefix}:*"));
    let all = catalog.actions_matching(&all);
    let likeness = |known: &str| {
        let (known, name) = (known.to_lowercase(), name.to_lowercase());
        strsim::osa_distance(&known, &name)
    };
    let near = all
        .iter()
        .map(|entry| (likeness(entry.name()), entry.name()));
    let near = near.min().filter(|(slips, _)| *slips <= 4);
    let said = format!("the catalogue knows no action `{asked}`");
    Some(match near {
        Some((_, name)) => format!("{said}; did you mean `{prefix}:{name}`?"),
        None if all.is_empty() => format!("{said}, and no service `{prefix}`"),
        None => said,
    })
}

fn is_live_without_target(evidence: &Evidence) -> bool {
    evidence.traces.is_empty()
        && evidence.stacks.is_empty()
        && evidence.functions.is_empty()
        && evidence.roles.is_empty()
}

/// Makes the function or role that is named the target, so that no other's traces are read.
fn aim(evidence: &mut Evidence, what: &str) -> Result<(), Failure> {
    if let Ok(arn) = what.parse::<Arn>() {
        match arn.service() {
            "lambda" => evidence.functions.push(what.to_owned()),
            "iam" => evidence.roles.push(what.to_owned()),
            _ => {}
        }
        return Ok(());
    }
    let Some(users) = Live::open(evidence)?.functions_and_roles()? else {
        // Whether it is a function's name is seen when it is looked up by itself.
        if !reads_as_action(what) {
            evidence.functions.push(what.to_owned());
        }
        return Ok(());
    };
    let name = what.split(':').next().unwrap_or(what);
    if users.iter().any(|(function, _)| function == name) {
        evidence.functions.push(what.to_owned());
    } else if users.iter().any(|(_, role)| role == what) {
        evidence.roles.push(what.to_owned());
    } else if !reads_as_action(what) {
        let known = users
            .into_iter()
            .flat_map(|(function, role)| [function, role])
            .collect();
        let error = ChoiceError::new(what, known);
        if error.has_likely() {
            let hint = error.hint();
            return Err(Failure::usage(error, hint));
        }
        // Roles of others than functions are listed nowhere; whether there is one of the name is seen when it is read.
        evidence.roles.push(what.to_owned());
    }
    Ok(())
}
