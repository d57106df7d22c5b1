//! The story as calls: each command from what was typed to how it ended. No logic of its own.

pub mod action;
mod appeal;
mod baseline;
mod check;
mod compare;
mod completions;
mod doctor;
mod evidence;
mod explain;
mod gate;
mod gather;
mod grants;
mod live;
mod man;
mod mend;
mod outputs;
mod parameters;
mod pipeline;
mod record;
mod samconfig;
mod scan;
mod traced;
mod whitelist;

use crate::deliver::stdout;
use crate::exit::Exit;
use crate::settings::flags::{Cli, Command, Schema, SchemaOf};

/// A failure with what to do about it, and the exit code that it means.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong; its chain of causes is shown too.
    pub error: anyhow::Error,
    /// What to do about it.
    pub hint: Option<String>,
    /// What to write into a workflow, where that would help.
    pub advice: Option<&'static str>,
    /// The code to end with.
    pub exit: Exit,
}

impl Failure {
    /// The job could not be done.
    pub(crate) fn job(error: impl Into<anyhow::Error>, hint: Option<String>) -> Self {
        Self {
            error: error.into(),
            hint,
            advice: None,
            exit: Exit::Failure,
        }
    }

    /// Usage, configuration or a policy is wrong.
    pub(crate) fn usage(error: impl Into<anyhow::Error>, hint: Option<String>) -> Self {
        Self {
            exit: Exit::Usage,
            ..Self::job(error, hint)
        }
    }
}

/// Carries out a command.
///
/// # Errors
///
/// When the job cannot be done, or usage, configuration or a policy is wrong.
pub fn run(cli: Cli) -> Result<Exit, Failure> {
    match cli.command {
        Command::Gate(options) => gate::run(&options),
        Command::Baseline(options) => baseline::run(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Scan(options) => scan::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Compare(options) => compare::run(&options),
        Command::Grants(options) => grants::run(&options),
        Command::Whitelist(options) => whitelist::run(&options),
        Command::Schema(Schema {
            of: SchemaOf::Report,
        }) => print(&crate::report::json::schema()),
        Command::Schema(Schema {
            of: SchemaOf::Config,
        }) => print(&crate::settings::file::schema()),
        Command::Completions(options) => completions::run(&options),
        Command::Man(options) => man::run(&options),
    }
}

fn print(text: &str) -> Result<Exit, Failure> {
    stdout::print(text).map_err(|error| Failure::job(error, None))?;
    Ok(Exit::Success)
}
