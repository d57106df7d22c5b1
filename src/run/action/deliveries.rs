//! Where the Action's results go. A delivery that fails says so and changes nothing else.

use super::notice;
use crate::deliver::outputs::Outputs;
use crate::deliver::workflow_command::WorkflowCommand;
use crate::deliver::{annotations, checkout_file, log, stderr, summary};
use crate::github::Environment;
use crate::judge::{State, Verdict};
use crate::report::redact::shortened;
use crate::report::{Report, Role, annotations as marks, json, markdown, printable, sarif};
use crate::run::Failure;
use crate::settings::action::Action;
use crate::settings::effective::Effective;
use std::fmt::Display;

/// The sinks of a step.
#[derive(Debug)]
pub(super) struct Deliveries<'e> {
    environment: &'e Environment,
}

impl<'e> Deliveries<'e> {
    pub(super) fn new(environment: &'e Environment) -> Self {
        Self { environment }
    }

    /// Writes the files that are asked for, and says which there are. The report has real account ids, for what reads it next;
    /// what is shown in GitHub has not.
    pub(super) fn files(
        &self,
        report: &Report,
        shown: &Report,
        action: &Action,
        context: &sarif::Context,
    ) -> Outputs {
        let mut outputs = Outputs::default();
        let asked = [
            ("report-file", &action.report_file, json::render(report)),
            (
                "sarif-file",
                &action.sarif_file,
                sarif::render_with(shown, context),
            ),
        ];
        for (name, path, text) in asked {
            let Some(path) = path else { continue };
            match checkout_file::write(self.environment, path, &text) {
                Ok(()) => outputs.set(name, path.display().to_string()),
                Err(error) => told(&format!("`{name}`, {},", path.display()), Err(error)),
            }
        }
        outputs
    }

    /// Puts the comment's text in the runner's folder for temporary files, and gives the file's name there; nothing where there is no
    /// such folder. A container knows the folder by another path than the steps after it, so the name is all that is told.
    pub(super) fn comment_body(&self, text: &str) -> Option<(&'static str, String)> {
        let name = "aws-least-privilege-comment.md";
        let folder = self.environment.runner_temp.as_deref()?;
        checkout_file::write(self.environment, &folder.join(name), text).ok()?;
        Some(("comment-body-file", name.to_owned()))
    }

    /// Delivers what the gate found.
    pub(super) fn report(&self, report: &Report, effective: &Effective, mut outputs: Outputs) {
        let fail_on = effective.thresholds.fail_on;
        told(
            "the annotations",
            annotations::print(&marks::render(report, fail_on)),
        );
        outputs.set("outcome", report.verdict.id());
        let excess = report.roles.iter().flat_map(|role| &role.excess);
        let counted = excess.filter(|finding| finding.state == State::Judged);
        outputs.set("excess-count", counted.count().to_string());
        let missing = report.roles.iter().map(|role| role.missing.len());
        outputs.set("missing-count", missing.sum::<usize>().to_string());
        let undecided = report.roles.iter().map(|role| role.undecided.len());
        outputs.set("undecided-count", undecided.sum::<usize>().to_string());
        let failing = report.roles.iter();
        let failing = failing.filter(|role| role.would_fail || role.verdict == Verdict::Fail);
        let name = |role: &Role| role.role.clone().unwrap_or_else(|| role.called());
        let failing: Vec<String> = failing.map(name).collect();
        outputs.set_lines("would-fail", failing.iter().map(String::as_str));
        self.summary(|room| markdown::render_within(report, room));
        self.outputs(&outputs);
    }

    /// Delivers why there is no verdict.
    /// Account ids are shortened where everyone may see them.
    pub(super) fn failure(&self, failure: &Failure, is_public: bool) {
        let shown = |text: &str| {
            if is_public {
                shortened(text)
            } else {
                text.to_owned()
            }
        };
        let error = shown(&stderr::causes(&failure.error));
        let hint = failure.hint.as_deref().map(shown);
        told(
            "the annotation",
            log::command(&WorkflowCommand::new("error", &error)),
        );
        let mut advice = String::new();
        if let Some(hint) = &hint {
            advice = format!("What to do: {}\n", printable(hint));
        }
        if let Some(workflow) = failure.advice {
            advice.push_str(workflow);
        }
        told("the advice", log::print(&advice));
        self.summary(|_room| markdown::failure(&error, hint.as_deref(), failure.advice));
        let mut outputs = Outputs::default();
        outputs.set("outcome", "error");
        self.outputs(&outputs);
    }

    /// Appends to the step's summary what is rendered for the room that there is.
    fn summary(&self, render: impl FnOnce(usize) -> String) {
        if let Some(path) = &self.environment.step_summary {
            let room = summary::room(path).min(markdown::SUMMARY_BYTES);
            told("the step's summary", summary::append(path, &render(room)));
        }
    }

    fn outputs(&self, outputs: &Outputs) {
        if let Some(path) = &self.environment.output {
            told("the outputs", outputs.append(path));
        }
    }
}

/// Says that something could not be delivered.
fn told<E: Display>(what: &str, delivered: Result<(), E>) {
    if let Err(error) = delivered {
        notice(&format!(
            "{what} could not be delivered: {error}. The verdict is the same."
        ));
    }
}
