//! The Action: `gate` as a workflow's step asks for it, and the results where GitHub shows them.

mod aged;
mod base;
mod deliveries;
mod head;
mod paths;
mod pull_request;
mod suggestions;

use super::{Failure, gate, pipeline};
use crate::aws::SessionError;
use crate::deliver::beside;
use crate::deliver::workflow_command::WorkflowCommand;
use crate::deliver::{log, stderr};
use crate::exit::Exit;
use crate::files;
use crate::github::api::{Client, GitHub as _};
use crate::github::credentials::{self, Advice};
use crate::github::{Environment, Event, EventKind};
use crate::judge::State;
use crate::report::comment::Accepting;
use crate::report::redact::{redact_but, shortened};
use crate::report::sarif::Context as SarifContext;
use crate::report::text::shape::Shape;
use crate::report::{ConfigChange, Report, build, markdown, printable, text};
use crate::settings::action::Action;
use crate::settings::effective::{Effective, Resolved, Source};
use crate::settings::inputs::Inputs;
use anyhow::anyhow;
use base::{Base, InEffect, Named};
use deliveries::Deliveries;
use pull_request::PullRequest;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The longest payload that is read; GitHub's own limit is 25 MB.
const MOST_PAYLOAD: u64 = 32 << 20;

/// Findings that the log tells outside its folds.
const MOST_TOLD: usize = 10;

/// What is said of a change that the gate has nothing to say of.
const IDLE: &str = "This pull request changes no policy and no setting of the gate, so nothing was judged and AWS was not asked. \
    What is granted already is judged by the runs with `scope: all`.";

/// The same, where roles are judged as they are deployed.
const IDLE_AS_DEPLOYED: &str = "Only deployed roles are judged here, and no pull request changes those, so nothing was judged and AWS was not \
    asked. What this pull request changes of policies is judged with the input `policy-file`, such as `policy-file: template.yaml`. What is \
    granted already is judged by the runs with `scope: all`.";

/// Runs the gate with the inputs and the environment that `set` gives by name, and delivers what came of it: the report, or
/// why there is none.
pub fn run(set: &dyn Fn(&str) -> Option<String>) -> Exit {
    let environment = Environment::read(set);
    let own = paths::Own::of(&environment);
    let set = &|name: &str| set(name).map(|value| own.input(name, value));
    let event = event(&environment);
    let deliveries = Deliveries::new(&environment);
    judged(set, &own, &environment, &event, &deliveries).unwrap_or_else(|failure| {
        let is_public = event.is_public();
        deliveries.failure(&failure, is_public);
        could_not(set, &environment, &event, &failure, is_public);
        failure.exit
    })
}

/// A comment that is there must not stand for a commit that could not be judged.
fn could_not(
    set: &dyn Fn(&str) -> Option<String>,
    environment: &Environment,
    event: &Event,
    failure: &Failure,
    is_public: bool,
) {
    let Ok(action) = Action::read(Inputs::new(set), environment.is_debug) else {
        return;
    };
    let Ok(github) = pull_request::client(environment, &action) else {
        return;
    };
    let asked = gate::effective(&action.gate);
    let asked = asked.unwrap_or_else(|_| crate::settings::effective::resolve(&action.gate, None));
    let shown = |text: &str| {
        if is_public {
            shortened(text)
        } else {
            text.to_owned()
        }
    };
    let error = shown(&stderr::causes(&failure.error));
    let hint = failure.hint.as_deref().map(shown);
    if let Some(request) = PullRequest::of(environment, event, &action, &asked, set) {
        request.could_not(&github, &error, hint.as_deref());
    }
}

/// What SARIF points to where no policy file is judged, and where its rules are explained.
fn sarif_context(
    environment: &Environment,
    set: &dyn Fn(&str) -> Option<String>,
    effective: &Effective,
) -> SarifContext {
    let text = |name: &str| set(name).filter(|value| !value.is_empty());
    let config = effective.config.as_ref();
    let config = config.map(|file| file.path.display().to_string());
    let pages = text("GITHUB_ACTION_REPOSITORY").zip(text("GITHUB_ACTION_REF"));
    SarifContext {
        fallback: config.or_else(|| environment.workflow.clone()),
        pages_url: pages.map(|(name, at)| format!("{}/{name}/blob/{at}", environment.server_url)),
    }
}

/// The verdict and its worst findings where nobody has to unfold anything.
fn told_verdict(shown: &Report, comment: Option<&str>) {
    let mut told = format!("{}\n", markdown::heading(shown));
    let judged = shown.roles.iter().flat_map(|role| {
        let judged = role.excess.iter();
        let judged = judged.filter(|finding| finding.state == State::Judged);
        judged.map(move |finding| (role, finding))
    });
    let mut judged: Vec<_> = judged.collect();
    judged.sort_by_key(|(_, finding)| std::cmp::Reverse((finding.severity, finding.new)));
    for (role, finding) in judged.iter().take(MOST_TOLD) {
        let (severity, title) = (finding.severity.id(), printable(&finding.title));
        let _ = writeln!(
            told,
            "  {severity:<8}  {}: {title}",
            printable(&role.called())
        );
    }
    if let Some(more) = judged.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        let _ = writeln!(told, "  and {more} more, in the report above");
    }
    if let Some(url) = comment {
        let _ = writeln!(told, "The comment: {}", printable(url));
    }
    let _ = log::print(&told);
}

fn judged(
    set: &dyn Fn(&str) -> Option<String>,
    own: &paths::Own,
    environment: &Environment,
    event: &Event,
    deliveries: &Deliveries<'_>,
) -> Result<Exit, Failure> {
    let action = Action::read(Inputs::new(set), environment.is_debug).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, hint)
    })?;
    let github = pull_request::client(environment, &action);
    let moved = with_the_base_that_was_merged(environment, event, github.as_ref().ok());
    let event = moved.as_ref().unwrap_or(event);
    let base = Base::of(environment, event, &github)?;
    let github = github.as_ref().ok();
    head::check(environment, event, paths(&action))?;
    let then = confine(environment, base.as_ref())?;
    let InEffect {
        mut effective,
        changes,
        brought,
        former,
        accepting,
        head: brings,
    } = match &base {
        Some(base) => base.effective(&action)?,
        None => as_given(&action)?,
    };
    own.settle(&mut effective);
    // The configuration names files too.
    head::check(
        environment,
        event,
        base::policies_of(&effective).map(Path::new),
    )?;
    gate::held_to_rules(&effective)?;
    told_settings(effective.settings.iter().chain(&action.settings));
    told_event(event);
    let outputs = [
        ("report-file", &action.report_file),
        ("sarif-file", &action.sarif_file),
    ];
    gate::check_outputs(outputs, &effective)?;
    let asked = effective.clone();
    let (mut beforehand, content) = match &base {
        Some(base) => base.place(&mut effective, &former, changes.is_empty())?,
        None => (
            aged::beforehand(environment, github, &effective, then.as_ref())?,
            None,
        ),
    };
    beforehand.head = brings.map(base::record_of).unwrap_or_default();
    let mut report = if beforehand.is_idle {
        build::not_judged(if beforehand.is_untouched {
            IDLE_AS_DEPLOYED
        } else {
            IDLE
        })
    } else {
        let judged = pipeline::report(&effective, &beforehand);
        judged
            .map_err(|failure| with_advice(failure, event, set))?
            .0
    };
    report.config_changes = changes.into_iter().chain(content).collect();
    report.accepts_count = accepting == Accepting::Here;
    explain(&mut report, &action, effective.config.is_some());
    sign(&mut report, &brought, event);
    if let Some(base) = &base {
        report = base.told(report);
    }
    let shown = as_shown(&report, event, github, &effective)?;
    let exit = gate::exit(&report, &effective);
    if exit == Exit::Success {
        readable(&report)?;
    }
    in_a_group("Report", &text::render(&shown, &Shape::new(exit)));
    let request = PullRequest::of(environment, event, &action, &asked, set);
    let request = request.map(|request| PullRequest {
        accepting,
        grace: beforehand.grace,
        ..request
    });
    let mut outputs = deliveries.files(
        &report,
        &shown,
        &action,
        &sarif_context(environment, set, &effective),
    );
    if let Some(request) = &request {
        outputs.extend(deliveries.comment_body(&request.text(&shown)));
    }
    let comment = request
        .zip(github)
        .and_then(|(request, github)| request.deliver(github, &report, &shown));
    told_verdict(&shown, comment.as_deref());
    outputs.extend(comment.map(|url| ("comment-url", url)));
    deliveries.report(&shown, &effective, outputs);
    Ok(exit)
}

/// The event with the commit that GitHub's test merge was made on, where that is checked out. What the payload names as the base may be
/// behind it, and then what others merged since would pass for the change's.
fn with_the_base_that_was_merged(
    environment: &Environment,
    event: &Event,
    github: Option<&Client>,
) -> Option<Event> {
    let merge = environment.sha.as_deref()?;
    let is_merge = event.kind == EventKind::PullRequest
        && event.head.sha.as_deref().is_some_and(|head| head != merge)
        && head::is_checked_out(environment, merge);
    if !is_merge {
        return None;
    }
    // Where it cannot be read, the base of the payload counts.
    let parent = github?.first_parent(merge).ok()??;
    let mut event = event.clone();
    event.base.sha = Some(parent);
    Some(event)
}

/// What of a report everybody may see who sees the pull request.
fn as_shown(
    report: &Report,
    event: &Event,
    github: Option<&Client>,
    effective: &Effective,
) -> Result<Report, Failure> {
    if !pull_request::is_redacted(event, effective) {
        return Ok(report.clone());
    }
    let public = pull_request::in_diff(event, github, effective);
    redact_but(report, &public).map_err(|error| Failure::job(error, None))
}

/// That the change leaves a configuration that can be read: once it is merged, no pull request could be judged by it.
fn readable(report: &Report) -> Result<(), Failure> {
    let mut changes = report.config_changes.iter();
    match changes.find(|change| change.is_of_a_broken_file()) {
        Some(change) => Err(Failure::usage(
            anyhow!(
                "the configuration that this change brings cannot be read: {}",
                change.head
            ),
            Some(format!(
                "fix `{}`: everything else in this change passes",
                change.file
            )),
        )),
        None => Ok(()),
    }
}

/// Says of a configuration that the change breaks why it cannot be read, and whether the base has one that counts.
fn explain(report: &mut Report, action: &Action, has_config: bool) {
    let changes = report.config_changes.iter_mut();
    for change in changes.filter(|change| change.is_of_a_broken_file()) {
        if let Err(failure) = gate::configured(action.gate.config.as_deref()) {
            change.head = stderr::causes(&failure.error);
        }
        if !has_config {
            ConfigChange::NONE.clone_into(&mut change.base);
        }
    }
}

/// What takes effect where there is no base.
fn as_given(action: &Action) -> Result<InEffect, Failure> {
    Ok(InEffect {
        effective: gate::effective(&action.gate)?,
        changes: Vec::new(),
        brought: BTreeSet::new(),
        former: Named::default(),
        accepting: Accepting::default(),
        head: None,
    })
}

/// The paths in the checkout that the inputs name.
fn paths(action: &Action) -> impl Iterator<Item = &Path> {
    let policies = action.gate.policy_files.iter().map(Path::new);
    let traces = action.gate.evidence.traces.iter().map(PathBuf::as_path);
    policies.chain(traces)
}

/// Names who brings the acceptances that hold already.
fn sign(report: &mut Report, brought: &BTreeSet<(String, String)>, event: &Event) {
    let excess = report.roles.iter_mut().flat_map(|role| &mut role.excess);
    for accepted in excess.filter_map(|finding| finding.accepted.as_mut()) {
        let entry = (accepted.reason.clone(), accepted.until.clone());
        if brought.contains(&entry) {
            accepted.by.clone_from(&event.sender);
        }
    }
}

/// From here on, files that inputs or the configuration name are opened beneath the checkout, or in folders of ours.
/// Where there is no base, that is one for templates as they were, if there can be one: else nothing that they grant is young.
fn confine(
    environment: &Environment,
    base: Option<&Base<'_>>,
) -> Result<Option<beside::Folder>, Failure> {
    let then = beside::folder().ok().filter(|_| base.is_none());
    let checkout = environment.workspace.as_deref().unwrap_or(Path::new("."));
    let folders: Vec<&Path> = [checkout]
        .into_iter()
        .chain(base.map(Base::folder))
        .chain(base.map(Base::then))
        .chain(then.as_ref().map(beside::Folder::path))
        .collect();
    files::confine(&folders).map_err(|error| {
        let hint = "check out the repository before this step, with actions/checkout".to_owned();
        let told = format!("the checkout `{}` cannot be opened", checkout.display());
        Failure::job(anyhow::Error::new(error).context(told), Some(hint))
    })?;
    Ok(then)
}

/// The event, as far as its payload can be read.
fn event(environment: &Environment) -> Event {
    let name = environment.event_name.as_deref().unwrap_or_default();
    let payload = environment
        .event_path
        .as_deref()
        .and_then(|path| payload(path).ok());
    Event::read(name, &payload.unwrap_or_default())
}

#[expect(
    clippy::disallowed_methods,
    reason = "here the event's payload comes in"
)]
fn payload(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?
        .take(MOST_PAYLOAD)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// What takes effect, and why, folded away in the log.
fn told_settings<'s>(settings: impl Iterator<Item = &'s Resolved> + Clone) {
    let mut told = String::new();
    let names = settings.clone().map(|setting| setting.name.len());
    let width = names.max().unwrap_or_default();
    for setting in settings {
        let source = match &setting.source {
            Source::Given => "input".to_owned(),
            Source::Config(path) => printable(&path.display().to_string()),
            Source::Default => "default".to_owned(),
        };
        let value = printable(&setting.value);
        // Writing to a string cannot fail.
        let _ = writeln!(told, "{:<width$}  {value} ({source})", setting.name);
    }
    in_a_group("Configuration", &told);
}

/// What is to be known of the event.
fn told_event(event: &Event) {
    if event.kind == EventKind::PullRequestTarget {
        notice(
            "pull_request_target gives this run the rights of the repository. Nothing of the pull request is executed here, but its files are \
             read as they are in the checkout: gate with pull_request unless a comment on forks is worth that.",
        );
    }
}

/// Text that people unfold. A log that cannot be written changes no verdict.
fn in_a_group(title: &str, text: &str) {
    let _ = log::command(&WorkflowCommand::new("group", title));
    let _ = log::print(text);
    let _ = log::command(&WorkflowCommand::new("endgroup", ""));
}

fn notice(text: &str) {
    let _ = log::command(&WorkflowCommand::new("notice", text));
}

/// A failure for want of credentials says what to add to the workflow instead.
fn with_advice(failure: Failure, event: &Event, set: &dyn Fn(&str) -> Option<String>) -> Failure {
    let of_credentials = matches!(
        failure.error.downcast_ref::<SessionError>(),
        Some(SessionError::Credentials(_) | SessionError::NoSuchProfile { .. })
    );
    if !of_credentials {
        return failure;
    }
    let Advice { sentence, workflow } = credentials::advice(event, set);
    Failure {
        hint: Some(sentence.to_owned()),
        advice: workflow,
        ..failure
    }
}
