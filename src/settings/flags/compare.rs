//! `compare`: two policies, and how to tell.

use clap::{Args, ValueEnum};

/// `compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
Answers, of A against B:
  equivalent    both grant the same
  narrower      A grants nothing that B does not
  broader       A grants something that B does not
  incomparable  each grants something that the other does not
  undecided     the policies alone do not tell: it depends on the request

Examples:
  # In CI: fail when the new policy grants anything that the old one does not
  aws-least-privilege compare new.json old.json

  # Which statements, for a script
  aws-least-privilege compare new.json old.json --format json | jq .only_a

  # YAML and JSON
  aws-least-privilege compare role.yaml role.json

Exit codes: 0 equivalent or narrower, 3 broader or incomparable, 4 undecided,
2 wrong usage or a policy that does not parse, 1 any other error")]
pub struct Compare {
    /// The policy to judge: JSON, or YAML in .yaml and .yml files
    #[arg(value_name = "A")]
    pub(crate) one: String,

    /// The policy to compare it with
    #[arg(value_name = "B")]
    pub(crate) other: String,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: CompareFormat,
}

/// `compare --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// For people
    Text,
    /// For machines
    Json,
}
