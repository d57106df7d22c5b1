//! What was typed: commands and flags as clap reads them, nothing resolved.

pub mod baseline;
pub mod check;
pub mod compare;
pub mod doctor;
pub mod explain;
mod gate;
pub mod grants;
pub mod man;
mod scan;
mod templates;

use crate::catalog::ObjectKeys;
use crate::settings::time;
pub use baseline::Baseline;
use check::Check;
use clap::{Args, Parser, Subcommand, ValueEnum};
use compare::Compare;
use doctor::Doctor;
use explain::Explain;
pub use gate::Gate;
use grants::Grants;
pub use scan::{NameBy, Scan};
use std::collections::BTreeMap;
use std::path::PathBuf;
pub use templates::TemplateValues;

/// Compare the AWS calls that X-Ray recorded with what IAM roles grant, and fail on permissions that were never called.
#[derive(Debug, Parser)]
#[command(name = "aws-least-privilege", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to print in colour
    ///
    /// `auto` is where a person looks at a terminal, and as `NO_COLOR` and `CLICOLOR_FORCE` say
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = heading::OUTPUT, hide_short_help = true)]
    pub color: Color,
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Where a person looks at a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What flags are grouped by in a help.
mod heading {
    pub(super) const TARGETS: &str = "What to look at";
    pub(super) const AWS: &str = "AWS";
    pub(super) const VERDICT: &str = "Verdict";
    pub(super) const OUTPUT: &str = "Output";
    pub(super) const EDITS: &str = "Edits";
}

const EXIT_CODES: &str = "\
Exit codes:
  0  the gate passed, or the job is done
  1  the job could not be done
  2  wrong usage, wrong configuration, or a policy that does not parse
  3  the gate failed, `check` says denied, or `compare` says broader or incomparable
  4  there is not enough evidence, or `compare` says undecided";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare observed AWS calls with granted permissions; fail on excess
    Gate(Gate),
    /// Show for each permission why it is needed, or why it is too much
    Explain(Explain),
    /// Say why there is no evidence, or too little, and how to fix each cause
    Doctor(Doctor),
    /// Write today's findings to a file, so that the gate fails only on new ones
    Baseline(Baseline),
    /// Write one policy for each function, from the AWS calls in its traces
    Scan(Scan),
    /// Tell whether policies allow a request, and which statement decides
    Check(Check),
    /// Tell whether one policy grants anything that another does not, and what
    Compare(Compare),
    /// List what a template or policy file grants to each role, with all known values filled in
    Grants(Grants),
    /// Print a parameter whitelist for an X-Ray SDK, so that traces name the resources of calls
    Whitelist(Whitelist),
    /// Print the JSON Schema of the report or of the configuration
    Schema(Schema),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Write the manual's pages to a folder
    #[command(hide = true)]
    Man(man::Man),
}

/// Where evidence comes from.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Evidence")]
pub struct Evidence {
    /// Take the functions of this CloudFormation stack, with its nested stacks (repeatable)
    #[arg(long = "stack", value_name = "NAME", help_heading = heading::TARGETS)]
    pub(crate) stacks: Vec<String>,

    /// Take this function, by name or ARN (repeatable)
    ///
    /// Without --stack, --function and --role: every function in the traces
    #[arg(long = "function", value_name = "NAME|ARN", value_parser = name, help_heading = heading::TARGETS)]
    pub(crate) functions: Vec<String>,

    /// Take the functions of this role, by name or ARN (repeatable)
    #[arg(long = "role", value_name = "NAME|ARN", help_heading = heading::TARGETS)]
    pub(crate) roles: Vec<String>,

    /// Read saved traces instead of asking X-Ray: a file, a folder, or `-` (repeatable)
    ///
    /// `-` is standard input. A file may hold BatchGetTraces responses, arrays of traces, single traces, bare segment documents or
    /// JSON Lines of any of these, plain, gzip or zstd
    #[arg(long, value_name = "PATH", conflicts_with_all = ["start_time", "time_range", "filter"])]
    pub(crate) traces: Vec<PathBuf>,

    /// Start of the time window, at most 30 days ago; without it, the window ends now
    ///
    /// Unix seconds, or a time like 2026-11-28T12:00Z (UTC if it names no zone)
    #[arg(short, long, value_name = "TIME", value_parser = start_time, hide_short_help = true)]
    pub(crate) start_time: Option<i64>,

    /// Length of the time window: minutes, or 12h, or 30d [default: 60 for scan, 7d for gate and explain]
    #[arg(short = 'r', long, value_name = "LENGTH", value_parser = time_range)]
    pub(crate) time_range: Option<u64>,

    /// Read only traces that match this X-Ray filter expression
    #[arg(short, long, value_name = "EXPRESSION", hide_short_help = true)]
    pub(crate) filter: Option<String>,

    /// Read at most this many traces of each function; of more, a sample is read [default: 5000]
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub(crate) max_traces: Option<u64>,

    /// The AWS region; without it, the region of the environment or profile
    #[arg(long, value_name = "REGION", help_heading = heading::AWS)]
    pub(crate) region: Option<String>,

    /// The profile of ~/.aws/config and ~/.aws/credentials; without it, what the environment says
    #[arg(long, value_name = "NAME", conflicts_with = "traces", help_heading = heading::AWS)]
    pub(crate) profile: Option<String>,

    /// Let X-Ray scan at most this many traces, matching or not: AWS bills each [default: 5000000]
    ///
    /// Before it might scan more it stops, and the report says what is missing. X-Ray tells only after a page how many it
    /// scanned. So the limit is passed only where traces come over ten times as densely as any before, and nothing more is
    /// asked then
    #[arg(long, value_name = "N", help_heading = heading::AWS, hide_short_help = true)]
    pub(crate) max_scanned: Option<u64>,

    /// Wait at most this long for AWS: minutes, or 90s, 1h, 1d [default: 15m]
    ///
    /// The report says what was not read by then
    #[arg(long, value_name = "LENGTH", value_parser = timeout, help_heading = heading::AWS, hide_short_help = true)]
    pub(crate) timeout: Option<u64>,

    /// The values of a template's parameters, which `--parameter` and the configuration say.
    #[arg(skip)]
    pub(crate) parameters: BTreeMap<String, String>,

    /// The environment of `samconfig.toml`, which `--samconfig-env` says.
    #[arg(skip)]
    pub(crate) samconfig_env: Option<String>,

    /// How S3 objects are told, which the configuration alone says.
    #[arg(skip)]
    pub(crate) object_keys: ObjectKeys,

    /// Whether some of it is withheld, because a change brings it itself.
    #[arg(skip)]
    pub(crate) is_withheld: bool,

    /// Functions that a change brings or renames: those that are asked for by name need not be there yet.
    #[arg(skip)]
    pub(crate) proposed: std::collections::BTreeSet<String>,

    /// Functions that are known to hardly run: those that are asked for by name may be in no trace.
    #[arg(skip)]
    pub(crate) known: std::collections::BTreeSet<String>,

    /// Print more about what is done, on standard error
    #[arg(short, long, help_heading = heading::OUTPUT, hide_short_help = true)]
    pub(crate) verbose: bool,
}

fn start_time(text: &str) -> Result<i64, String> {
    let told = "give Unix seconds, or a time like 2026-11-28T12:00Z";
    time::seconds(text).ok_or_else(|| told.to_owned())
}

fn name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("give a name or an ARN".to_owned());
    }
    Ok(text.to_owned())
}

fn timeout(text: &str) -> Result<u64, String> {
    let number = text.strip_suffix(['s', 'm', 'h', 'd']).unwrap_or(text);
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        let told = "give minutes, or a number with `s`, `m`, `h` or `d` behind it: 15, 90s, 1h, 1d";
        return Err(told.to_owned());
    }
    time::duration(text)
        .filter(|seconds| (1..=24 * 3600).contains(seconds))
        .ok_or_else(|| "it must be from 1s to 1d".to_owned())
}

fn time_range(text: &str) -> Result<u64, String> {
    let told = "give minutes, or a number with `m`, `h` or `d` behind it: 90, 12h, 30d";
    time::minutes(text).ok_or_else(|| told.to_owned())
}

/// `whitelist`.
#[derive(Debug, Args)]
#[command(after_help = loading_a_whitelist())]
pub struct Whitelist {
    /// The X-Ray SDK that will read the whitelist
    #[arg(long, value_name = "SDK")]
    pub(crate) sdk: Sdk,

    /// Only this service, by any of its names (repeatable)
    #[arg(long = "service", value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
}

fn loading_a_whitelist() -> String {
    use crate::whitelist::Sdk;
    let loading = [Sdk::Node, Sdk::Python, Sdk::Java, Sdk::Dotnet]
        .map(Sdk::loading)
        .join("\n\n");
    format!(
        "\
Examples:
  aws-least-privilege whitelist --sdk python > whitelist.json
  aws-least-privilege whitelist --sdk node \\
    --service kms --service secretsmanager > whitelist.json

The file holds, beside what this tool needs, all that the SDK records of these services by itself. \
It adds no object keys, no statement texts and no other data. No file can make an SDK record what \
stands deeper in a request: the tables of TransactWriteItems, the event buses of PutEvents.

To load it:

{loading}"
    )
}

/// `schema`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # For an editor that completes and checks the configuration
  aws-least-privilege schema config > least-privilege.schema.json

  # What the JSON report of `gate` holds
  aws-least-privilege schema report")]
pub struct Schema {
    /// Which schema to print
    pub(crate) of: SchemaOf,
}

/// `completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # bash, for this user
  aws-least-privilege completions bash \\
    > ~/.local/share/bash-completion/completions/aws-least-privilege

  # fish
  aws-least-privilege completions fish \\
    > ~/.config/fish/completions/aws-least-privilege.fish")]
pub struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// `--fail-on`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    ValueEnum,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Any excess
    Low,
    /// Medium and worse
    Medium,
    /// High and critical
    High,
    /// Critical alone
    Critical,
    /// Nothing: report only
    None,
}

/// `--on-inconclusive`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum OnInconclusive {
    /// End with code 4
    Fail,
    /// End with code 0
    Warn,
}

/// `--scope`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everything
    All,
    /// What neither the baseline nor the policies before the change have
    New,
}

/// `gate --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people
    Text,
    /// For machines
    Json,
    /// For pull requests and the summaries of workflows
    Markdown,
    /// For code scanning: SARIF 2.1.0
    Sarif,
}

/// `scan --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// For people
    Text,
    /// For machines
    Json,
}

/// `whitelist --sdk`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sdk {
    /// aws-xray-sdk-node
    Node,
    /// aws-xray-sdk-python
    Python,
    /// aws-xray-sdk-java
    Java,
    /// aws-xray-sdk-dotnet
    Dotnet,
}

/// `schema`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The JSON report of `gate`
    Report,
    /// The configuration, `.least-privilege.yml`
    Config,
}

shown_by_word!(FailOn, OnInconclusive, Scope);
