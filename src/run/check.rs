//! `check`: policy files and a request to a decision.

use super::Failure;
use crate::catalog::Catalog;
use crate::deliver::stdout;
use crate::exit::Exit;
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use crate::iam::evaluate::{Asks, Policies, Request, Ruling, evaluate, needs_no_permission};
use crate::iam::{Context, PolicyDocument};
use crate::report::check::Checked;
use crate::settings::flags::check::{Check, CheckFormat};

pub(super) fn run(options: &Check) -> Result<Exit, Failure> {
    let (identity, boundaries, scps) = (
        read(&options.policies)?,
        read(&options.boundaries)?,
        read(&options.scps)?,
    );
    let policies = Policies {
        identity: &identity,
        boundaries: &boundaries,
        scps: &scps,
    };
    let context: Context = options.context.iter().cloned().collect();
    let (asks, mut notes) = asks(options, Catalog::embedded());
    let request = Request {
        action: &options.action,
        resource: &options.resource,
        context: Some(&context),
        asks,
    };
    let access = evaluate(policies, &request);
    if asks == Asks::Star && access.ruling == Ruling::Allowed && options.resource == "*" {
        notes.clear();
    }
    let asked = format!("{} on {}", options.action, options.resource);
    for policy in identity.iter().chain(&boundaries).chain(&scps) {
        let doubts = policy.notes.iter().filter(|note| note.is_doubt);
        notes.extend(doubts.map(|note| format!("in doubt: `{}` {note}", policy.name)));
    }
    let checked = Checked::new(policies, &access, asked, notes);
    let told = match options.format {
        CheckFormat::Text => checked.text(),
        CheckFormat::Json => checked.json(),
    };
    stdout::print(&told).map_err(|error| Failure::job(error, None))?;
    Ok(match access.ruling {
        Ruling::Allowed => Exit::Success,
        Ruling::ExplicitlyDenied | Ruling::ImplicitlyDenied => Exit::Denied,
    })
}

pub(super) fn read(paths: &[String]) -> Result<Vec<PolicyDocument>, Failure> {
    let read = |path: &String| {
        PolicyPath::new(path).read_as_written().map_err(|error| {
            let hint = match &error {
                PolicyFileError::Unreadable { .. } => Some("check the path".to_owned()),
                PolicyFileError::TooLarge { .. }
                | PolicyFileError::NotATemplate { .. }
                | PolicyFileError::NotText { .. }
                | PolicyFileError::UnfitName { .. }
                | PolicyFileError::NoneNamed { .. }
                | PolicyFileError::NoStatements { .. }
                | PolicyFileError::OnlyDenies { .. }
                | PolicyFileError::NotAPolicy(_) => error.hint(),
            };
            Failure::usage(error, hint)
        })
    };
    paths.iter().map(read).collect()
}

/// How AWS asks for the action, and what is odd about asking so.
fn asks(options: &Check, catalog: &Catalog) -> (Asks, Vec<String>) {
    let (action, resource) = (&options.action, options.resource.as_str());
    if needs_no_permission(action) {
        let note = format!("`{action}` needs no permission, and no policy can take it away");
        return (Asks::Nothing, vec![note]);
    }
    let Some(entry) = catalog.action(action) else {
        let note = format!(
            "`{action}` is no action that the catalogue knows: is it spelt right, and an action rather than an operation?"
        );
        return (Asks::Resource, vec![note]);
    };
    if entry.is_wildcard_only() {
        let note = format!("`{action}` acts on no resource: AWS asks for it on `*`");
        return (Asks::Star, vec![note]);
    }
    let notes = if resource == "*" {
        vec![format!(
            "`{action}` acts on resources: asked on `*`, only statements on `*` apply; name one with --resource"
        )]
    } else if catalog.can_act_on(action, resource) {
        Vec::new()
    } else {
        vec![format!(
            "`{action}` does not act on a resource such as `{resource}`: AWS would not ask this"
        )]
    };
    (Asks::Resource, notes)
}
