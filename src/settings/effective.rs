//! The options of `gate` as they take effect, each with where it comes from: a flag before the configuration before the default.
//!
//! Options that belong together are replaced together: one target on the command line leaves the configuration's targets
//! aside, `--traces` its window, a policy file its policy files.

use super::table::MIN_TRACES;
use super::thresholds::Thresholds;
use crate::catalog::ObjectKeys;
use crate::compare::Severity;
use crate::settings::file::read::ConfigFile;
use crate::settings::file::{Granularity, Minutes, ParameterValue, Policies, Text, Texts};
use crate::settings::flags::explain::Explain;
use crate::settings::flags::{
    Baseline, Evidence, FailOn, Gate, OnInconclusive, Scope, TemplateValues,
};
use crate::settings::table::Config;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// The window where none is asked for, in minutes: a week, for a day misses what runs weekly.
pub const MINUTES: u64 = 7 * 24 * 60;

/// Traces that are read for each function where nothing else is asked for.
pub const MAX_TRACES: u64 = 5000;

/// Traces that X-Ray may scan where nothing else is asked for.
pub const MAX_SCANNED: u64 = 5_000_000;

/// Seconds that all of AWS may take where nothing else is asked for.
pub const TIMEOUT: u64 = 15 * 60;

/// What the baseline is called where the command that writes it is not told.
pub const BASELINE: &str = ".least-privilege.baseline.json";

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// It was given: a flag, or an input of the Action.
    Given,
    /// The configuration, by its path.
    Config(PathBuf),
    /// Nowhere: it is the default.
    Default,
}

/// One option as it takes effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The flag without its dashes.
    pub name: &'static str,
    /// Its value, for people.
    pub value: String,
    /// Where that comes from.
    pub source: Source,
}

/// Every option as it takes effect.
#[derive(Debug, Clone)]
pub struct Effective {
    /// Targets, evidence and region.
    pub evidence: Evidence,
    /// Policy files; none means IAM roles.
    pub policy_files: Vec<String>,
    /// Policy files by the name of what they belong to.
    pub policies: Policies,
    /// From which finding on a role fails.
    pub thresholds: Thresholds,
    /// What to do when the evidence is insufficient.
    pub on_inconclusive: OnInconclusive,
    /// Whether X-Ray is asked once more before an action fails.
    pub appeal: bool,
    /// What is judged.
    pub scope: Scope,
    /// The baseline's file.
    pub baseline: Option<PathBuf>,
    /// Policies as they were.
    pub base_policy_files: Vec<String>,
    /// The same, by the name of what they belong to: the base's side of [`policies`](Self::policies).
    pub base_policies: Policies,
    /// The configuration, where there is one: its accepts, owners and the rest.
    pub config: Option<ConfigFile>,
    /// Each option with its source, in the order of `gate --help`.
    pub settings: Vec<Resolved>,
}

/// What was given, by whichever command.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    evidence: Option<&'a Evidence>,
    policy_files: &'a [String],
    templates: Option<&'a TemplateValues>,
    fail_on: Option<FailOn>,
    fail_on_missing: bool,
    appeal: bool,
    scope: Option<Scope>,
    baseline: Option<&'a Path>,
    base_policy_files: &'a [String],
    min_traces: Option<u64>,
    on_inconclusive: Option<OnInconclusive>,
}

impl<'a> From<&'a Gate> for Given<'a> {
    fn from(gate: &'a Gate) -> Self {
        Self {
            evidence: Some(&gate.evidence),
            policy_files: &gate.policy_files,
            templates: Some(&gate.templates),
            fail_on: gate.fail_on,
            fail_on_missing: gate.fail_on_missing,
            appeal: !gate.no_appeal,
            scope: gate.scope,
            baseline: gate.baseline.as_deref(),
            base_policy_files: &gate.base_policy_files,
            min_traces: gate.min_traces,
            on_inconclusive: gate.on_inconclusive,
        }
    }
}

impl<'a> From<&'a Explain> for Given<'a> {
    fn from(explain: &'a Explain) -> Self {
        Self {
            min_traces: explain.min_traces,
            evidence: Some(&explain.evidence),
            policy_files: &explain.policy_files,
            templates: Some(&explain.templates),
            ..Self::default()
        }
    }
}

impl<'a> From<&'a Baseline> for Given<'a> {
    fn from(baseline: &'a Baseline) -> Self {
        Self {
            baseline: baseline.file.as_deref(),
            evidence: Some(&baseline.evidence),
            policy_files: &baseline.policy_files,
            templates: Some(&baseline.templates),
            ..Self::default()
        }
    }
}

impl Effective {
    /// The roles of owners that AWS cannot be asked about, by name of the owner.
    pub fn owners(&self) -> BTreeMap<String, String> {
        let owners = self.config.iter().flat_map(|file| &file.config.owners);
        owners
            .map(|(owner, role)| (owner.clone(), role.0.clone()))
            .collect()
    }

    /// The configuration with what takes effect in its place, wherever that comes from.
    pub fn as_config(&self) -> Config {
        let file = self.config.as_ref();
        let said = file.map(|file| file.config.clone()).unwrap_or_default();
        let texts = |list: &[String]| Texts(list.to_vec());
        let traces = self.evidence.traces.iter();
        let traces: Vec<String> = traces.map(|path| path.display().to_string()).collect();
        // Saved traces have no window of their own.
        let is_live = traces.is_empty();
        let of_template = |name: &String| self.evidence.parameters.get(name).cloned();
        let parameters = said.parameters.iter().map(|(name, value)| {
            let given = of_template(name).map(ParameterValue);
            (name.clone(), given.unwrap_or_else(|| value.clone()))
        });
        Config {
            stack: texts(&self.evidence.stacks),
            function: texts(&self.evidence.functions),
            role: texts(&self.evidence.roles),
            region: self.evidence.region.clone(),
            traces: Texts(traces),
            time_range: if is_live {
                self.evidence.time_range.map(Minutes)
            } else {
                said.time_range
            },
            filter: if is_live {
                self.evidence.filter.clone()
            } else {
                said.filter.clone()
            },
            max_traces: self.evidence.max_traces,
            max_scanned: self.evidence.max_scanned,
            policy_file: texts(&self.policy_files),
            policies: self.policies.clone(),
            parameters: parameters.collect(),
            baseline: self
                .baseline
                .as_ref()
                .map(|path| Text(path.display().to_string())),
            base_policy_file: texts(&self.base_policy_files),
            fail_on: Some(self.thresholds.fail_on.map_or(FailOn::None, word)),
            fail_on_missing: Some(self.thresholds.fail_on_missing),
            scope: Some(self.scope),
            min_traces: Some(self.thresholds.min_traces),
            on_inconclusive: Some(self.on_inconclusive),
            ..said
        }
    }
}

/// Resolves what was given and what is configured to what takes effect.
pub fn resolve<'a>(given: impl Into<Given<'a>>, file: Option<ConfigFile>) -> Effective {
    let given = given.into();
    let config = file
        .as_ref()
        .map(|file| file.config.clone())
        .unwrap_or_default();
    let mut settled = Settled {
        path: file.as_ref().map(|file| file.path.clone()),
        settings: Vec::new(),
    };
    let typed = given.evidence.cloned().unwrap_or_default();
    let mut evidence = evidence(&mut settled, &typed, &config);
    let templates = given.templates.cloned().unwrap_or_default();
    let configured = config.parameters.iter();
    let configured = configured.map(|(name, value)| (name.clone(), value.0.clone()));
    // Name by name, what was given goes before what is configured.
    evidence.parameters = configured.chain(templates.parameters).collect();
    evidence.samconfig_env = templates.samconfig_env;
    let policies_typed = !given.policy_files.is_empty();
    let policy_files = settled.list(
        "policy-file",
        given.policy_files,
        &config.policy_file.0,
        policies_typed,
        "the roles in IAM",
    );
    let policies = if policies_typed {
        Policies::default()
    } else {
        config.policies
    };
    let fail_on = settled.one("fail-on", given.fail_on, config.fail_on, FailOn::Medium);
    let fail_on_missing = settled.one(
        "fail-on-missing",
        given.fail_on_missing.then_some(true),
        config.fail_on_missing,
        false,
    );
    let scope = settled.one("scope", given.scope, config.scope, Scope::All);
    let baseline = settled.text(
        "baseline",
        given
            .baseline
            .map(|path| path.display().to_string())
            .as_ref(),
        config.baseline.map(|path| path.0).as_ref(),
    );
    let base_typed = !given.base_policy_files.is_empty();
    let base_policy_files = settled.list(
        "base-policy-file",
        given.base_policy_files,
        &config.base_policy_file.0,
        base_typed,
        "none",
    );
    let min_traces = settled.one(
        "min-traces",
        given.min_traces,
        config.min_traces,
        MIN_TRACES,
    );
    let on_inconclusive = settled.one(
        "on-inconclusive",
        given.on_inconclusive,
        config.on_inconclusive,
        OnInconclusive::Fail,
    );
    Effective {
        evidence,
        policy_files,
        policies,
        thresholds: Thresholds {
            fail_on: severity(fail_on),
            fail_on_missing,
            min_traces,
        },
        on_inconclusive,
        appeal: given.appeal,
        scope,
        baseline: given
            .baseline
            .map(Path::to_owned)
            .or(baseline.map(PathBuf::from)),
        base_policy_files,
        base_policies: Policies::default(),
        settings: settled.settings,
        config: file,
    }
}

/// Targets, evidence and region.
fn evidence(settled: &mut Settled, typed: &Evidence, config: &Config) -> Evidence {
    let mut evidence = typed.clone();
    evidence.object_keys = match config.granularity.s3 {
        Some(Granularity::KeysByPrefix) => ObjectKeys::ByPrefix,
        None => ObjectKeys::Whole,
    };
    let targets =
        !typed.stacks.is_empty() || !typed.functions.is_empty() || !typed.roles.is_empty();
    let everyone = "all that are seen";
    evidence.stacks = settled.list("stack", &typed.stacks, &config.stack.0, targets, everyone);
    evidence.functions = settled.list(
        "function",
        &typed.functions,
        &config.function.0,
        targets,
        everyone,
    );
    evidence.roles = settled.list("role", &typed.roles, &config.role.0, targets, everyone);
    evidence.region = settled.text("region", typed.region.as_ref(), config.region.as_ref());
    let window_typed =
        typed.start_time.is_some() || typed.time_range.is_some() || typed.filter.is_some();
    let saved: Vec<String> = typed
        .traces
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let traces = settled.list(
        "traces",
        &saved,
        &config.traces.0,
        window_typed,
        "none saved: X-Ray is read",
    );
    if typed.traces.is_empty() {
        evidence.traces = traces.into_iter().map(PathBuf::from).collect();
    }
    let is_live = evidence.traces.is_empty();
    let configured = |minutes: Option<u64>| minutes.filter(|_| is_live);
    evidence.time_range = Some(settled.one(
        "time-range",
        typed.time_range,
        configured(config.time_range.map(|minutes| minutes.0)),
        MINUTES,
    ));
    let filter = config.filter.clone().filter(|_| is_live);
    evidence.filter = settled.text("filter", typed.filter.as_ref(), filter.as_ref());
    evidence.max_traces = Some(settled.one(
        "max-traces",
        typed.max_traces,
        config.max_traces,
        MAX_TRACES,
    ));
    evidence.max_scanned = Some(settled.one(
        "max-scanned",
        typed.max_scanned,
        config.max_scanned,
        MAX_SCANNED,
    ));
    evidence
}

/// Options as they are settled one after the other.
struct Settled {
    path: Option<PathBuf>,
    settings: Vec<Resolved>,
}

impl Settled {
    fn add(&mut self, name: &'static str, value: String, source: Source) {
        self.settings.push(Resolved {
            name,
            value,
            source,
        });
    }

    fn config(&self) -> Source {
        self.path.clone().map_or(Source::Default, Source::Config)
    }

    /// A list; `replaced` says that what was given leaves the configured one aside, whether or not it is of this name.
    fn list(
        &mut self,
        name: &'static str,
        given: &[String],
        configured: &[String],
        replaced: bool,
        nothing: &str,
    ) -> Vec<String> {
        let (list, source) = if !given.is_empty() {
            (given, Source::Given)
        } else if !replaced && !configured.is_empty() {
            (configured, self.config())
        } else {
            (&[][..], Source::Default)
        };
        let value = if list.is_empty() {
            nothing.to_owned()
        } else {
            list.join(", ")
        };
        self.add(name, value, source);
        list.to_vec()
    }

    fn text(
        &mut self,
        name: &'static str,
        given: Option<&String>,
        configured: Option<&String>,
    ) -> Option<String> {
        let (text, source) = match (given, configured) {
            (Some(text), _) => (Some(text), Source::Given),
            (None, Some(text)) => (Some(text), self.config()),
            (None, None) => (None, Source::Default),
        };
        let value = text.cloned().unwrap_or_else(|| "none".to_owned());
        self.add(name, value, source);
        text.cloned()
    }

    fn one<T: Copy + Display>(
        &mut self,
        name: &'static str,
        given: Option<T>,
        configured: Option<T>,
        default: T,
    ) -> T {
        let (value, source) = match (given, configured) {
            (Some(value), _) => (value, Source::Given),
            (None, Some(value)) => (value, self.config()),
            (None, None) => (default, Source::Default),
        };
        self.add(name, value.to_string(), source);
        value
    }
}

fn word(severity: Severity) -> FailOn {
    match severity {
        Severity::Low => FailOn::Low,
        Severity::Medium => FailOn::Medium,
        Severity::High => FailOn::High,
        Severity::Critical => FailOn::Critical,
    }
}

fn severity(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Low => Some(Severity::Low),
        FailOn::Medium => Some(Severity::Medium),
        FailOn::High => Some(Severity::High),
        FailOn::Critical => Some(Severity::Critical),
        FailOn::None => None,
    }
}
