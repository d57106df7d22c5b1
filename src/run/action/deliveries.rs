//! Where the Action's results go. A delivery that fails says so and changes nothing else.

use super::notice;
use crate::deliver::outputs::Outputs;
use crate::deliver::workflow_command::WorkflowCommand;
use crate::deliver::{annotations, log, stderr, summary};
use crate::gate::State;
use crate::github::Environment;
use crate::options::gate::Effective;
use crate::report::{Report, annotations as marks, markdown, printable};
use crate::run::Failure;
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

    /// Delivers what the gate found.
    pub(super) fn report(&self, report: &Report, effective: &Effective, comment: Option<&str>) {
        let fail_on = effective.thresholds.fail_on;
        told(
            "the annotations",
            annotations::print(&marks::render(report, fail_on)),
        );
        let mut outputs = Outputs::default();
        outputs.set("outcome", report.verdict.id());
        let excess = report.roles.iter().flat_map(|role| &role.excess);
        let counted = excess.filter(|finding| finding.state == State::Judged);
        outputs.set("excess-count", counted.count().to_string());
        let missing = report.roles.iter().map(|role| role.missing.len());
        outputs.set("missing-count", missing.sum::<usize>().to_string());
        if let Some(url) = comment {
            outputs.set("comment-url", url);
        }
        self.summary(|room| markdown::render_within(report, room));
        self.outputs(&outputs);
    }

    /// Delivers why there is no verdict.
    pub(super) fn failure(&self, failure: &Failure) {
        let error = stderr::causes(&failure.error);
        told(
            "the annotation",
            log::command(&WorkflowCommand::new("error", &error)),
        );
        let mut advice = String::new();
        if let Some(hint) = &failure.hint {
            advice = format!("What to do: {}\n", printable(hint));
        }
        if let Some(workflow) = failure.advice {
            advice.push_str(workflow);
        }
        told("the advice", log::print(&advice));
        self.summary(|_room| markdown::failure(&error, failure.hint.as_deref(), failure.advice));
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
