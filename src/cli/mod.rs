//! What was typed: commands and flags as clap reads them, nothing resolved.

pub mod baseline;
pub mod check;
pub mod compare;
pub mod explain;
pub mod grants;
pub mod man;
pub mod time;

use crate::catalog::ObjectKeys;
pub use baseline::Baseline;
use check::Check;
use clap::{Args, Parser, Subcommand, ValueEnum};
use compare::Compare;
use explain::Explain;
use grants::Grants;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A gate that keeps IAM roles honest: from the AWS calls that X-Ray saw to a verdict on the role's policies.
#[derive(Debug, Parser)]
#[command(name = "aws-least-privilege", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  the gate passed, or the job is done
  1  the job could not be done
  2  wrong usage, wrong configuration, or a policy that does not parse
  3  the gate failed, `check` says denied, or `compare` says broader or incomparable
  4  the evidence is insufficient, or `compare` says undecided";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Hold what traces show against what policies grant, and judge
    Gate(Gate),
    /// Say of each needed permission what shows it, and of each granted one how it stands and why
    Explain(Explain),
    /// Write what is excess today to a file, so that the gate fails only on what comes on top
    Baseline(Baseline),
    /// Write one policy document a function from what traces show
    Scan(Scan),
    /// Say whether policies would allow a request, and which statement decides
    Check(Check),
    /// Say whether one policy grants anything that another does not, and what
    Compare(Compare),
    /// Say what a template or policy file grants, role by role, with every value filled in that is known
    Grants(Grants),
    /// Print an X-Ray SDK parameter whitelist, so that traces carry the resources that policies name
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
#[derive(Debug, Clone, Args)]
pub struct Evidence {
    /// Saved traces instead of X-Ray's API: a file, a folder, or `-` for standard input (repeatable). Accepted are BatchGetTraces responses,
    /// arrays of traces, single traces, bare segment documents and JSON Lines of any of these, plain, gzip or zstd
    #[arg(long, value_name = "PATH", conflicts_with_all = ["start_time", "time_range", "filter"])]
    pub(crate) traces: Vec<PathBuf>,

    /// A CloudFormation stack whose functions are meant, nested stacks too (repeatable)
    #[arg(long = "stack", value_name = "NAME")]
    pub(crate) stacks: Vec<String>,

    /// A function that is meant, by name or ARN (repeatable); without any target, all functions seen are
    #[arg(long = "function", value_name = "NAME|ARN")]
    pub(crate) functions: Vec<String>,

    /// A role whose functions are meant, by name or ARN (repeatable)
    #[arg(long = "role", value_name = "NAME|ARN")]
    pub(crate) roles: Vec<String>,

    /// The AWS region; else that of the environment or profile
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// When the window begins, not more than 30 days ago: Unix seconds, or a time like 2026-11-28T12:00Z (UTC if it names no zone).
    /// Without it, the window ends now
    #[arg(short, long, value_name = "TIME", value_parser = start_time)]
    pub(crate) start_time: Option<i64>,

    /// How long the window is: minutes, or 12h, or 30d [default: 60 for scan, 7d for gate and explain]
    #[arg(short = 'r', long, value_name = "LENGTH", value_parser = time_range)]
    pub(crate) time_range: Option<u64>,

    /// An X-Ray filter expression that traces must match
    #[arg(short, long, value_name = "EXPRESSION")]
    pub(crate) filter: Option<String>,

    /// How many traces are read for each function; more than that is sampled [default: 5000]
    #[arg(long, value_name = "N")]
    pub(crate) max_traces: Option<u64>,

    /// How many traces X-Ray may scan for this, matching or not, which is what it bills; before it would scan more it stops, and
    /// that is a gap [default: 5000000]
    #[arg(long, value_name = "N")]
    pub(crate) max_scanned: Option<u64>,

    /// How long all of AWS may take: minutes, or 90s, or 1h. What was not read by then is a gap [default: 15m]
    #[arg(long, value_name = "LENGTH", value_parser = timeout)]
    pub(crate) timeout: Option<u64>,

    /// The values of a template's parameters, which `--parameter` and the configuration say.
    #[arg(skip)]
    pub(crate) parameters: BTreeMap<String, String>,

    /// How S3 objects are told, which the configuration alone says.
    #[arg(skip)]
    pub(crate) object_keys: ObjectKeys,

    /// Whether some of it is withheld, because a change brings it itself.
    #[arg(skip)]
    pub(crate) is_withheld: bool,

    /// Functions that a change brings or renames: those that are asked for by name need not be there yet.
    #[arg(skip)]
    pub(crate) proposed: std::collections::BTreeSet<String>,

    /// Say every decision worth debugging
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// `NAME=VALUE`.
pub(crate) fn parameter(text: &str) -> Result<(String, String), String> {
    let parted = text
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty());
    let (name, value) =
        parted.ok_or_else(|| "give a name, `=` and a value: Stage=prod".to_owned())?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn start_time(text: &str) -> Result<i64, String> {
    let told = "give Unix seconds, or a time like 2026-11-28T12:00Z";
    time::seconds(text).ok_or_else(|| told.to_owned())
}

fn timeout(text: &str) -> Result<u64, String> {
    let told = "give minutes, or a number with `s`, `m` or `h` behind it: 15, 90s, 1h";
    time::duration(text)
        .filter(|seconds| (1..=24 * 3600).contains(seconds))
        .ok_or_else(|| told.to_owned())
}

fn time_range(text: &str) -> Result<u64, String> {
    let told = "give minutes, or a number with `m`, `h` or `d` behind it: 90, 12h, 30d";
    time::minutes(text).ok_or_else(|| told.to_owned())
}

/// `gate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # The functions of a stack against their IAM roles, by the traces of the last week
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

  # Only what is not in the baseline, by a configuration that also says what is accepted
  aws-least-privilege gate --stack shop --config .least-privilege.yml \\
    --baseline .least-privilege.baseline.json --scope new

  # Take out of a policy file what is excess in it, in place
  aws-least-privilege gate --traces traces/ --policy-file role.json --write

  # Only the worst fails the build
  aws-least-privilege gate --traces traces.json.gz --policy-file role.json \\
    --fail-on critical")]
pub struct Gate {
    #[command(flatten)]
    pub(crate) evidence: Evidence,

    /// A policy file to judge in place of the functions' IAM roles (repeatable). `{function}` or `{role}` stands for each
    /// name; without it the file is held against what all of them need together
    #[arg(long = "policy-file", value_name = "PATH")]
    pub(crate) policy_files: Vec<String>,

    /// The value of a parameter of the templates in --policy-file (repeatable), also of a pseudo parameter: AWS::StackName=shop
    #[expect(clippy::doc_markdown, reason = "help is shown as it is written")]
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,

    /// The least severity of excess that fails the gate [default: medium]
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,

    /// Fail also when a needed permission is not granted
    #[arg(long)]
    pub(crate) fail_on_missing: bool,

    /// Do not ask X-Ray once more, over 30 days, before an action of a function fails
    #[arg(long)]
    pub(crate) no_appeal: bool,

    /// What is judged: `all` excess, or only what is `new`: what the baseline and the base's policies lack [default: all]
    #[arg(long, value_name = "WHAT")]
    pub(crate) scope: Option<Scope>,

    /// A file with the excess that was there before, which `baseline` writes: what is in it does not fail
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// A policy as it was before the change (repeatable; `{function}` or `{role}` as in --policy-file): what these do not
    /// grant is new, and on probation below `high`, since code that is not deployed cannot have been observed
    #[arg(long = "base-policy-file", value_name = "FILE")]
    pub(crate) base_policy_files: Vec<String>,

    /// Traces that each function must have for an excess to be certain [default: 20]
    #[arg(long, value_name = "N")]
    pub(crate) min_traces: Option<u64>,

    /// What to do when the evidence is insufficient: `fail` ends with code 4, `warn` with 0 [default: fail]
    #[arg(long, value_name = "HOW")]
    pub(crate) on_inconclusive: Option<OnInconclusive>,

    /// The configuration; flags go before it [default: .least-privilege.yml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReportFormat,

    /// Write each policy as it should be to this folder, whole; what it holds already stays, files of the same name are replaced
    #[arg(long, value_name = "DIR")]
    pub(crate) suggest_dir: Option<PathBuf>,

    /// Edit the policy files in place as suggested: JSON alone, and where the evidence is sufficient. The exit code is still that
    /// of the policies as they were
    #[arg(long)]
    pub(crate) write: bool,

    /// Write the JSON report to this file too
    #[arg(long, value_name = "PATH")]
    pub(crate) report_file: Option<PathBuf>,

    /// Write the report as Markdown to this file too
    #[arg(long, value_name = "PATH")]
    pub(crate) markdown_file: Option<PathBuf>,

    /// Write the report as SARIF 2.1.0 to this file too
    #[arg(long, value_name = "PATH")]
    pub(crate) sarif_file: Option<PathBuf>,

    /// Write the report as one HTML page to this file too: a map of roles and services, and each finding to open
    #[arg(long, value_name = "PATH")]
    pub(crate) html_file: Option<PathBuf>,
}

/// `scan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # The functions of a stack, by the traces of the last day
  aws-least-privilege scan --stack shop --time-range 1d --output-dir policies

  # A policy document a function, in the folder policies
  aws-least-privilege scan --traces traces/ \\
    --output-dir policies --name-by function

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

    /// What to name the files by: `md5` of the function's ARN, or the `function`'s name
    #[arg(long, value_name = "HOW", default_value = "md5")]
    pub(crate) name_by: NameBy,

    /// Leave out the `Description` that names the function; AWS refuses documents that have one
    #[arg(long)]
    pub(crate) no_description: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: SummaryFormat,
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
pub struct Schema {
    /// Which schema
    pub(crate) of: SchemaOf,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// `--fail-on`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize, schemars::JsonSchema,
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
    /// What the baseline and the base's policies lack
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

/// `scan --name-by`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NameBy {
    /// The MD5 of the function's ARN
    Md5,
    /// The function's name
    Function,
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

impl FailOn {
    /// The word.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
            Self::None => "none",
        }
    }
}

impl OnInconclusive {
    /// The word.
    pub fn id(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
        }
    }
}

impl Scope {
    /// The word.
    pub fn id(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::New => "new",
        }
    }
}
