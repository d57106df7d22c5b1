//! `baseline`.

use super::{Evidence, TemplateValues};
use clap::Args;
use std::path::PathBuf;

/// `baseline`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # Accept today's findings of a stack
  aws-least-privilege baseline --stack shop

  # From then on, fail only on new ones
  aws-least-privilege gate --stack shop \\
    --baseline .least-privilege.baseline.json --scope new

  # Take out findings that are gone; nothing is added
  aws-least-privilege baseline --stack shop --prune")]
pub struct Baseline {
    #[command(flatten)]
    pub(crate) evidence: Evidence,

    /// A policy file in place of the functions' IAM roles, as for `gate` (repeatable)
    #[arg(long = "policy-file", value_name = "PATH")]
    pub(crate) policy_files: Vec<String>,

    #[command(flatten)]
    pub(crate) templates: TemplateValues,

    /// The file to write [default: .least-privilege.baseline.json]
    #[arg(long = "baseline", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Take findings that are gone out of the file, and add nothing
    #[arg(long)]
    pub(crate) prune: bool,

    /// The configuration file; flags override it [default: .least-privilege.yml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}
