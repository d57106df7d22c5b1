//! What the Action does: its inputs as the `gate` command that one would have typed, and where its results go.

use super::effective::{Resolved, Source};
use super::inputs::{InputError, Inputs};
use super::table::{Input, settings};
use crate::settings::flags::Gate;
use clap::{Arg, CommandFactory as _, Parser as _};
use secrecy::SecretString;
use std::path::PathBuf;

/// The most that a window may have, in minutes: 30 days.
const MOST_MINUTES: u64 = 30 * 24 * 60;

/// When a pull request gets a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommentMode {
    /// When there is something to say; kept up to date after that.
    #[default]
    Auto,
    /// Always.
    Always,
    /// When the gate does not pass.
    OnFailure,
    /// Never.
    Never,
}

impl CommentMode {
    /// The word that workflows write.
    pub fn id(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::OnFailure => "on-failure",
            Self::Never => "never",
        }
    }

    const ALL: [Self; 4] = [Self::Auto, Self::Always, Self::OnFailure, Self::Never];
}

/// What the Action was asked.
#[derive(Debug)]
pub struct Action {
    /// The command.
    pub gate: Gate,
    /// The command's arguments, as they were given.
    pub typed: Vec<String>,
    /// When to comment.
    pub comment: CommentMode,
    /// What tells this comment from those of other steps.
    pub comment_key: Option<String>,
    /// Whether to suggest changes on the policy file's lines.
    pub suggest: bool,
    /// Where the JSON report is written, in the checkout.
    pub report_file: Option<PathBuf>,
    /// Where the SARIF file is written, in the checkout.
    pub sarif_file: Option<PathBuf>,
    /// The token for GitHub's API.
    pub token: Option<SecretString>,
    /// What the inputs say beside the command, each with its source.
    pub settings: Vec<Resolved>,
}

/// Why the inputs make no command.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// An input is wrong.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The command refuses what the inputs say.
    #[error("the inputs make no command: {0}")]
    Command(String),
}

impl ActionError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Input(error) => error.hint(),
            Self::Command(_) => None,
        }
    }
}

impl Action {
    /// Reads the inputs.
    ///
    /// # Errors
    ///
    /// When one has a value that it cannot have, or two exclude each other.
    pub fn read(inputs: Inputs<'_>, is_debug: bool) -> Result<Self, ActionError> {
        if inputs.text("evidence-file").is_some() {
            return Err(InputError::Reserved {
                name: "evidence-file",
            }
            .into());
        }
        let command = Typed::of(inputs)?;
        for other in ["time-range", "filter"] {
            if inputs.text("traces").is_some() && inputs.text(other).is_some() {
                return Err(InputError::Conflict {
                    name: "traces",
                    other,
                }
                .into());
            }
        }
        let words = CommentMode::ALL.map(|mode| mode.id().to_owned());
        let comment = inputs.choice("comment", &words)?;
        let comment_key = inputs.key("comment-key")?;
        let suggest = inputs.truth("suggest")?;
        let report_file = inputs.text("report-file");
        let sarif_file = inputs.text("sarif-file");
        let token = inputs.text("github-token");
        let mut settings = Vec::new();
        let mut told = |name, value: &Option<String>, default: &str| {
            settings.push(setting(name, value.as_deref(), default));
        };
        told("comment", &comment, CommentMode::default().id());
        told("comment-key", &comment_key, "made from what is judged");
        told(
            "suggest",
            &suggest.map(|suggest| suggest.to_string()),
            "true",
        );
        told("report-file", &report_file, "none");
        told("sarif-file", &sarif_file, "none");
        told(
            "github-token",
            &token.as_ref().map(|_| "(set)".to_owned()),
            "none",
        );
        let is_meant = |mode: &&CommentMode| Some(mode.id()) == comment.as_deref();
        Ok(Self {
            typed: command.arguments.clone(),
            gate: command.gate(is_debug)?,
            comment: CommentMode::ALL
                .iter()
                .find(is_meant)
                .copied()
                .unwrap_or_default(),
            comment_key,
            suggest: suggest.unwrap_or(true),
            report_file: report_file.map(PathBuf::from),
            sarif_file: sarif_file.map(PathBuf::from),
            token: token.map(SecretString::from),
            settings,
        })
    }
}

/// A command line in the making.
#[derive(Debug)]
struct Typed {
    arguments: Vec<String>,
}

impl Typed {
    /// The arguments that the inputs are.
    fn of(inputs: Inputs<'_>) -> Result<Self, InputError> {
        let settings = settings().into_iter();
        let mut asked: Vec<_> = settings
            .filter_map(|setting| Some((setting.input()?, setting.name)))
            .collect();
        asked.sort_by_key(|(input, _)| *input);
        let mut arguments = Vec::new();
        for (input, name) in asked {
            let one = |value: Option<String>| value.into_iter().collect();
            let number = |value: Option<u64>| one(value.map(|number| number.to_string()));
            let values: Vec<String> = match input {
                Input::Names | Input::Files => inputs.list(name),
                Input::Lines => inputs.lines(name),
                Input::Name | Input::Path | Input::Expression => one(inputs.text(name)),
                Input::Length => number(inputs.minutes(name, MOST_MINUTES)?),
                Input::Count => number(inputs.number(name, 0, u64::MAX)?),
                Input::Word => one(inputs.choice(name, &words(name))?),
                Input::Beside => Vec::new(),
            };
            arguments.extend(values.into_iter().map(|value| format!("--{name}={value}")));
        }
        Ok(Self { arguments })
    }

    /// The command that these arguments are. They are passed as they are: no shell, no word that is split.
    fn gate(self, is_debug: bool) -> Result<Gate, ActionError> {
        let mut typed = vec!["aws-least-privilege".to_owned()];
        typed.extend(self.arguments);
        typed.extend(is_debug.then(|| "--verbose".to_owned()));
        GateAlone::try_parse_from(typed)
            .map(|alone| alone.gate)
            .map_err(|error| ActionError::Command(error.render().to_string()))
    }
}

/// `gate` without the other commands.
#[derive(Debug, clap::Parser)]
struct GateAlone {
    #[command(flatten)]
    gate: Gate,
}

/// The words that a flag of `gate` takes.
fn words(flag: &str) -> Vec<String> {
    let command = GateAlone::command();
    let flags = command.get_arguments();
    let named = flags.filter(|argument| argument.get_long() == Some(flag));
    named
        .flat_map(Arg::get_possible_values)
        .map(|word| word.get_name().to_owned())
        .collect()
}

fn setting(name: &'static str, value: Option<&str>, default: &str) -> Resolved {
    Resolved {
        name,
        value: value.unwrap_or(default).to_owned(),
        source: if value.is_some() {
            Source::Given
        } else {
            Source::Default
        },
    }
}
