//! What was typed for `doctor`.

use super::{Evidence, SummaryFormat, name, time_range, timeout};
use clap::Args;
use std::path::PathBuf;

/// `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # Why a stack has no evidence, or too little
  aws-least-privilege doctor --stack shop

  # One function, by the traces of the last 30 days
  aws-least-privilege doctor --function checkout -r 30d

  # Every function of the account and region
  aws-least-privilege doctor --region eu-west-1

  # Saved traces, without AWS
  aws-least-privilege doctor --traces traces/ --function checkout

It changes nothing. It ends in 0 when nothing is wrong, in 4 when the evidence is or will be
insufficient, and in 1 when it could not look.")]
pub struct Doctor {
    /// Look at the functions of this CloudFormation stack, with its nested stacks (repeatable)
    #[arg(long = "stack", value_name = "NAME", conflicts_with = "traces")]
    pub(crate) stacks: Vec<String>,

    /// Look at this function, by name or ARN (repeatable). Without --stack, --function and --role: every function of the account
    /// and region, or of the saved traces
    #[arg(long = "function", value_name = "NAME|ARN", value_parser = name)]
    pub(crate) functions: Vec<String>,

    /// Look at the functions of this role, by name or ARN (repeatable)
    #[arg(long = "role", value_name = "NAME|ARN", conflicts_with = "traces")]
    pub(crate) roles: Vec<String>,

    /// The AWS region; without it, the region of the environment or profile
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// The profile of ~/.aws/config and ~/.aws/credentials to ask AWS with; without it, what the environment says
    #[arg(long, value_name = "NAME", conflicts_with = "traces")]
    pub(crate) profile: Option<String>,

    /// How far back to look for traces: minutes, or 12h, or 30d [default: 7d]
    #[arg(short = 'r', long, value_name = "LENGTH", value_parser = time_range, conflicts_with = "traces")]
    pub(crate) time_range: Option<u64>,

    /// Look at saved traces instead of asking AWS: a file, a folder, or `-` for standard input (repeatable)
    #[arg(long, value_name = "PATH")]
    pub(crate) traces: Vec<PathBuf>,

    /// Traces that each function must have for the gate [default: 20]
    #[arg(long, value_name = "N")]
    pub(crate) min_traces: Option<u64>,

    /// Wait at most this long for AWS: minutes, or 90s, 1h, 1d [default: 15m]
    #[arg(long, value_name = "LENGTH", value_parser = timeout)]
    pub(crate) timeout: Option<u64>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: SummaryFormat,

    /// Print more about what is done, on standard error
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

impl Doctor {
    /// The evidence that is looked at: no more traces of a function than tell how much there is.
    pub(crate) fn evidence(&self, min_traces: u64) -> Evidence {
        Evidence {
            traces: self.traces.clone(),
            stacks: self.stacks.clone(),
            functions: self.functions.clone(),
            roles: self.roles.clone(),
            region: self.region.clone(),
            profile: self.profile.clone(),
            time_range: self.time_range,
            max_traces: Some(min_traces.max(100)),
            timeout: self.timeout,
            verbose: self.verbose,
            ..Evidence::default()
        }
    }
}
