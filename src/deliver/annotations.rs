//! Prints annotations: workflow commands that mark lines of files. It also says how many more there are.

use super::log;
use super::workflow_command::WorkflowCommand;
use crate::report::annotations::Annotations;
use std::io;

/// Prints the annotations, the worst first.
///
/// # Errors
///
/// Returns an error if standard output cannot be written.
pub fn print(annotations: &Annotations) -> io::Result<()> {
    for annotation in &annotations.shown {
        let mut command = WorkflowCommand::new(annotation.level.id(), &annotation.message);
        if let Some((file, line)) = &annotation.place {
            command = command.with("file", file).with("line", line.to_string());
        }
        log::command(&command.with("title", &annotation.title))?;
    }
    match annotations.all.saturating_sub(annotations.shown.len()) {
        0 => Ok(()),
        more => log::print(&format!("and {more} more, in the summary of this step\n")),
    }
}
