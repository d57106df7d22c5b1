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
use anyhow::anyhow;

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
    if let Some(action) = &action {
        check_known(action, &roles, catalog)?;
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

/// Refuses an action that the catalogue does not know: it would be explained as if nothing granted it. One that a policy names as it
/// is typed may be newer than the catalogue, and is explained.
fn check_known(asked: &str, roles: &[&Role], catalog: &Catalog) -> Result<(), Failure> {
    let pattern = ActionPattern::new(asked);
    if pattern.is_everything() || !catalog.actions_matching(&pattern).is_empty() {
        return Ok(());
    }
    let error = anyhow!("the catalogue knows no action `{asked}`");
    if roles.iter().any(|role| names(role, asked)) {
        stderr::note(&format!("{error}; it is explained as it is written"));
        return Ok(());
    }
    let hint = match nearest(asked, catalog) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "an action is a service prefix, a colon and a name: `s3:GetObject`, or with wildcards `s3:Get*`"
            .to_owned(),
    };
    Err(Failure::usage(error, Some(hint)))
}

/// Whether a policy of the role has exactly this element.
fn names(role: &Role, asked: &str) -> bool {
    let statements = role.policies.iter().flat_map(|policy| &policy.statements);
    let mut elements = statements.flat_map(|statement| statement.actions.patterns());
    elements.any(|element| element.value.text().eq_ignore_ascii_case(asked))
}

/// The action of the same service whose name is most alike.
fn nearest(asked: &str, catalog: &Catalog) -> Option<String> {
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
    let (_, name) = near.min().filter(|(slips, _)| *slips <= 4)?;
    Some(format!("{prefix}:{name}"))
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
