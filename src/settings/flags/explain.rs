//! What was typed for `explain`.

use super::{Evidence, SummaryFormat, TemplateValues};
use clap::Args;
use std::path::PathBuf;

/// `explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # Why a function's role is as the gate says
  aws-least-privilege explain checkout

  # One action, or many
  aws-least-privilege explain checkout s3:GetObject
  aws-least-privilege explain shop-role 'dynamodb:*'

  # A policy file, by saved traces
  aws-least-privilege explain --traces traces/ --policy-file role.json")]
pub struct Explain {
    /// The role or function to explain, by name or ARN, or a policy file as given to --policy-file; all of them without it
    #[arg(value_name = "ROLE|FUNCTION")]
    pub(crate) what: Option<String>,

    /// Only what grants or needs this action: `s3:GetObject`, `s3:Get*`
    #[arg(value_name = "ACTION")]
    pub(crate) action: Option<String>,

    #[command(flatten)]
    pub(crate) evidence: Evidence,

    /// A policy file in place of IAM roles, as for `gate` (repeatable)
    #[arg(long = "policy-file", value_name = "PATH")]
    pub(crate) policy_files: Vec<String>,

    #[command(flatten)]
    pub(crate) templates: TemplateValues,

    /// Traces that each function must have for an excess to be certain [default: 20]
    #[arg(long, value_name = "N")]
    pub(crate) min_traces: Option<u64>,

    /// The configuration; flags go before it [default: .least-privilege.yml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: SummaryFormat,
}
