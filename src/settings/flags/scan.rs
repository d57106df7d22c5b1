//! What was typed for `scan`.

use super::{Evidence, SummaryFormat};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `scan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # The functions of a stack, by the traces of the last day
  aws-least-privilege scan --stack shop --time-range 1d --output-dir policies

  # Policies to attach in IAM, in the folder policies
  aws-least-privilege scan --traces traces/ \\
    --output-dir policies --for-iam

  # From standard input
  aws xray batch-get-traces --trace-ids ID... |
    aws-least-privilege scan --traces -")]
pub struct Scan {
    #[command(flatten)]
    pub(crate) evidence: Evidence,

    /// Compare with the functions' IAM roles, and write what is excess to `excessive_permissions.json`
    #[arg(short, long)]
    pub(crate) compare: bool,

    /// Folder to write to
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub(crate) output_dir: PathBuf,

    /// Name the files by the `md5` of the function's ARN, or by the `function`'s name
    #[arg(long, value_name = "HOW", default_value = "md5")]
    pub(crate) name_by: NameBy,

    /// Leave out the `Description` that names the function: IAM refuses policies that have one
    #[arg(long)]
    pub(crate) no_description: bool,

    /// Write policies that IAM takes as they are: no `Description`, files named by function
    #[arg(long, conflicts_with_all = ["no_description", "name_by"])]
    pub(crate) for_iam: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: SummaryFormat,
}

/// `scan --name-by`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NameBy {
    /// The MD5 of the function's ARN
    Md5,
    /// The function's name
    Function,
}
