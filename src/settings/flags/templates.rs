//! What was typed of the templates that are read: the values of their parameters, and where else these are.

use super::heading::TARGETS;
use clap::Args;

/// Values for templates.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = TARGETS)]
pub struct TemplateValues {
    /// The value of a parameter of the templates (repeatable)
    ///
    /// Of a pseudo parameter too: AWS::StackName=shop
    #[expect(clippy::doc_markdown, reason = "help is shown as it is written")]
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,

    /// The environment of the `samconfig.toml` beside the template whose values are taken [default: default]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) samconfig_env: Option<String>,
}

/// `NAME=VALUE`.
fn parameter(text: &str) -> Result<(String, String), String> {
    let parted = text
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty());
    let (name, value) =
        parted.ok_or_else(|| "give a name, `=` and a value: Stage=prod".to_owned())?;
    Ok((name.trim().to_owned(), value.to_owned()))
}
