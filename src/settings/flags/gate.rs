//! What was typed for `gate`.

use super::{Evidence, FailOn, OnInconclusive, ReportFormat, Scope, TemplateValues, heading};
use clap::Args;
use std::path::PathBuf;

/// What the short help of `gate` ends with.
const SHORT_EXAMPLES: &str = "\
Examples:
  aws-least-privilege gate --stack shop
  aws-least-privilege gate --traces traces/ --policy-file role.json --function checkout
  aws-least-privilege gate --stack shop --baseline .least-privilege.baseline.json --scope new

--help has all flags and more examples.";

/// `gate`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Args)]
#[command(after_help = SHORT_EXAMPLES, after_long_help = "\
Examples:
  # The roles of a stack's functions in IAM, by the traces of the last week
  aws-least-privilege gate --stack shop

  # One policy file that three functions share
  aws-least-privilege gate --traces traces/ --policy-file role.json \\
    --function a --function b --function c

  # One policy file a function, report for machines
  aws-least-privilege gate --traces traces/ \\
    --policy-file 'policies/{function}.json' --format json

  # Only what the policy did not grant before
  aws-least-privilege gate --traces traces/ --policy-file role.json \\
    --base-policy-file before/role.json --scope new

  # Only what is not in the baseline, with a configuration that accepts some findings
  aws-least-privilege gate --stack shop --config .least-privilege.yml \\
    --baseline .least-privilege.baseline.json --scope new

  # Edit a policy file as suggested
  aws-least-privilege gate --traces traces/ --policy-file role.json \\
    --function checkout --write

  # Many roles: the table and the last line
  aws-least-privilege gate --stack shop --summary

  # Only the worst fails the build
  aws-least-privilege gate --traces traces.json.gz --policy-file role.json \\
    --fail-on critical")]
pub struct Gate {
    #[command(flatten)]
    pub(crate) evidence: Evidence,

    /// Judge this policy file or template instead of the roles in IAM (repeatable)
    ///
    /// The path may have `{function}` or `{role}` in place of the name. A policy file without either is compared with what all
    /// functions need together
    #[arg(long = "policy-file", value_name = "PATH", help_heading = heading::TARGETS)]
    pub(crate) policy_files: Vec<String>,

    #[command(flatten)]
    pub(crate) templates: TemplateValues,

    /// Fail on excess of this severity or worse [default: medium]
    #[arg(long, value_name = "SEVERITY", help_heading = heading::VERDICT)]
    pub(crate) fail_on: Option<FailOn>,

    /// Fail also when a needed permission is not granted
    #[arg(long, help_heading = heading::VERDICT, hide_short_help = true)]
    pub(crate) fail_on_missing: bool,

    /// Do not look through the last 30 days in X-Ray before an action that was never called fails the gate
    #[arg(long, help_heading = heading::VERDICT, hide_short_help = true)]
    pub(crate) no_appeal: bool,

    /// Judge all excess, or only what is new [default: all]
    ///
    /// New is what neither the baseline nor the policies before the change have
    #[arg(long, value_name = "WHAT", help_heading = heading::VERDICT)]
    pub(crate) scope: Option<Scope>,

    /// A file with earlier findings, which `baseline` writes: they do not fail
    #[arg(long, value_name = "FILE", help_heading = heading::VERDICT)]
    pub(crate) baseline: Option<PathBuf>,

    /// The policy before the change (repeatable): what it does not grant is new
    ///
    /// The path may have `{function}` or `{role}`, as for --policy-file. New excess below `high` does not fail yet: code that is not
    /// deployed cannot have called it
    #[arg(long = "base-policy-file", value_name = "FILE", help_heading = heading::VERDICT)]
    pub(crate) base_policy_files: Vec<String>,

    /// Traces that each function must have before its excess can fail the gate [default: 20]
    #[arg(long, value_name = "N", help_heading = heading::VERDICT)]
    pub(crate) min_traces: Option<u64>,

    /// What to do when there is not enough evidence: `fail` ends with code 4, `warn` with 0 [default: fail]
    #[arg(long, value_name = "HOW", help_heading = heading::VERDICT, hide_short_help = true)]
    pub(crate) on_inconclusive: Option<OnInconclusive>,

    /// The configuration file; flags override it [default: .least-privilege.yml, if it is there]
    #[arg(long, value_name = "FILE", help_heading = heading::VERDICT)]
    pub(crate) config: Option<PathBuf>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = heading::OUTPUT)]
    pub(crate) format: ReportFormat,

    /// Show every role in full
    ///
    /// Without it, of more than five roles the worst three are shown in full, and a table shows the rest
    #[arg(long, conflicts_with_all = ["summary", "quiet"], help_heading = heading::OUTPUT)]
    pub(crate) all: bool,

    /// Show the table of roles and the last line only
    #[arg(long, conflicts_with = "quiet", help_heading = heading::OUTPUT)]
    pub(crate) summary: bool,

    /// Show the last line only, with the verdict
    ///
    /// On standard error it prints nothing but errors
    #[arg(short, long, conflicts_with = "verbose", help_heading = heading::OUTPUT)]
    pub(crate) quiet: bool,

    /// Write each suggested policy, whole, to this folder
    ///
    /// Other files in it stay; files of the same name are replaced
    #[arg(long, value_name = "DIR", help_heading = heading::EDITS)]
    pub(crate) suggest_dir: Option<PathBuf>,

    /// Edit the policy files and templates in place as suggested
    ///
    /// Only where the evidence is sufficient. Report and exit code are still those of the policies as they were. Without --function,
    /// what any function in the traces needs stays, and is added if it is missing
    #[arg(long, help_heading = heading::EDITS)]
    pub(crate) write: bool,

    /// Write the JSON report to this file too
    #[arg(long, value_name = "PATH", help_heading = heading::OUTPUT, hide_short_help = true)]
    pub(crate) report_file: Option<PathBuf>,

    /// Write the report as Markdown to this file too
    #[arg(long, value_name = "PATH", help_heading = heading::OUTPUT, hide_short_help = true)]
    pub(crate) markdown_file: Option<PathBuf>,

    /// Write the report as SARIF 2.1.0 to this file too
    #[arg(long, value_name = "PATH", help_heading = heading::OUTPUT, hide_short_help = true)]
    pub(crate) sarif_file: Option<PathBuf>,

    /// Write the report as one HTML page to this file too
    ///
    /// The page has a map of roles and services, and each finding to open
    #[arg(long, value_name = "PATH", help_heading = heading::OUTPUT)]
    pub(crate) html_file: Option<PathBuf>,
}
