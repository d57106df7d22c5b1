//! The table of settings: each one stands here once, with its name, where it can be said, what holds where nobody says it, and what a
//! change of it does to the gate.
//!
//! The configuration is made from it: its keys and their schema, what a change of it does, and how it goes with central rules. So are
//! the inputs that the Action hands to the gate. The flags are clap's own; `tests/it/settings.rs` fails where flags, inputs,
//! `action.yml`, the configuration or what takes effect lack a setting or give it another default.

use super::change::{Change, Decided, Either, EitherFrom, Rule, Weighed};
use super::file::{
    Accept, GRACE, Granularities, Known, Lined, Minutes, ParameterValue, Policies, Redact, Side,
    Text, Texts,
};
use super::flags::{FailOn, OnInconclusive, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Traces that each function must have where nothing else is asked for.
pub const MIN_TRACES: u64 = 20;

/// What an input of the Action holds, in the order in which the gate's command is made of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// Names, or paths of policies, on lines of their own or between commas.
    Names,
    /// Paths of traces, on lines of their own or between commas.
    Files,
    /// Items that may have commas, on lines of their own.
    Lines,
    /// A name.
    Name,
    /// A path.
    Path,
    /// A text that another program understands.
    Expression,
    /// A length of time.
    Length,
    /// A whole number.
    Count,
    /// One of the words that the flag takes.
    Word,
    /// What the Action does beside the gate; no flag has it.
    Beside,
}

/// Where a setting can be said beside the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the configuration alone says it.
    File,
    /// As a flag of `gate`.
    Flag,
    /// As an input of the Action.
    Input(Input),
    /// As both, by the same name.
    Both(Input),
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name, the same everywhere.
    pub name: &'static str,
    /// Where it can be said beside the configuration.
    pub place: Place,
    /// Whether it is a key of the configuration.
    pub is_key: bool,
    /// What holds where nobody says it, as people write it.
    pub default: Option<String>,
}

impl Setting {
    /// Whether `gate` has a flag for it.
    pub fn is_flag(&self) -> bool {
        matches!(self.place, Place::Flag | Place::Both(_))
    }

    /// What the input of the Action holds, where there is one.
    pub fn input(&self) -> Option<Input> {
        match self.place {
            Place::Input(input) | Place::Both(input) => Some(input),
            Place::File | Place::Flag => None,
        }
    }
}

macro_rules! settings {
    (
        keys { $($(#[$doc:meta])+ $field:ident: $type:ty = $name:literal, $place:expr, $rule:expr;)+ }
        others { $($other:literal, $elsewhere:expr, $default:expr;)+ }
    ) => {
        /// What the configuration says; what it does not say is empty.
        #[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default, expecting = "a map of settings")]
        #[schemars(title = "The configuration of aws-least-privilege")]
        pub struct Config {
            $($(#[$doc])+ #[serde(rename = $name)] pub $field: $type,)+
        }

        impl Config {
            /// Every setting that differs from another configuration's, in the order of the table.
            pub(super) fn changes_to(&self, head: &Self) -> Vec<Change> {
                let mut found = Vec::new();
                $(found.extend($rule.changes($name, &self.$field, &head.$field));)+
                found
            }

            /// The settings that it says.
            pub(super) fn says(&self) -> impl Iterator<Item = &'static str> {
                let unsaid = Self::default();
                let all = [$(($name, self.$field != unsaid.$field)),+];
                all.into_iter().filter_map(|(name, is_said)| is_said.then_some(name))
            }

            /// The same, and what it does not say as another says it.
            pub(super) fn or(self, other: &Self) -> Self {
                let unsaid = Self::default();
                Self {
                    $($field: if self.$field == unsaid.$field { other.$field.clone() } else { self.$field },)+
                }
            }
        }

        /// Every setting of the gate, its configuration and the Action.
        pub fn settings() -> Vec<Setting> {
            vec![
                $(Setting {
                    name: $name,
                    place: $place,
                    is_key: true,
                    default: Rule::<$type>::default(&$rule),
                },)+
                $(Setting {
                    name: $other,
                    place: $elsewhere,
                    is_key: false,
                    default: Option::<&str>::map($default, str::to_owned),
                },)+
            ]
        }
    };
}

settings! {
    keys {
        /// Central rules, by their path from this file's folder: what they say may only be tightened here.
        extends: Option<Text> = "extends", Place::File, Either;
        /// CloudFormation stacks whose functions are meant.
        stack: Texts = "stack", Place::Both(Input::Names), Either;
        /// Functions that are meant, by name or ARN.
        function: Texts = "function", Place::Both(Input::Names), Either;
        /// Roles whose functions are meant, by name or ARN.
        role: Texts = "role", Place::Both(Input::Names), Either;
        /// The AWS region.
        region: Option<String> = "region", Place::Both(Input::Name), Either;
        /// Saved traces instead of X-Ray's API.
        traces: Texts = "traces", Place::Both(Input::Files), Either;
        /// How long the window is: minutes, or `12h`, or `30d`.
        time_range: Option<Minutes> = "time-range", Place::Both(Input::Length), EitherFrom("7d");
        /// An X-Ray filter expression that traces must match.
        filter: Option<String> = "filter", Place::Both(Input::Expression), Either;
        /// How many traces are read for each function.
        max_traces: Option<u64> = "max-traces", Place::Flag, EitherFrom("5000");
        /// How many traces X-Ray may scan, which is what it bills.
        max_scanned: Option<u64> = "max-scanned", Place::Flag, EitherFrom("5000000");
        /// Policy files to judge in place of IAM roles; `{function}` and `{role}` stand for names.
        policy_file: Texts = "policy-file", Place::Both(Input::Names), Either;
        /// Policy files by the name of what they belong to.
        policies: Policies = "policies", Place::File, Either;
        /// Values of the parameters of templates, by name, also of pseudo parameters such as `AWS::StackName`; `--parameter` goes before.
        parameters: BTreeMap<String, ParameterValue> = "parameters", Place::File, Either;
        /// The roles of owners that AWS cannot be asked about: a service's name in traces, and the role's name or ARN.
        owners: BTreeMap<String, Text> = "owners", Place::File, Either;
        /// The least severity of excess that fails the gate.
        fail_on: Option<FailOn> = "fail-on", Place::Both(Input::Word),
            Weighed(FailOn::Medium, |base, head| head > base);
        /// Whether a needed permission that is not granted fails too.
        fail_on_missing: Option<bool> = "fail-on-missing", Place::Flag, Weighed(false, |base, _| base);
        /// What is judged: all excess, or what is new alone.
        scope: Option<Scope> = "scope", Place::Both(Input::Word),
            Weighed(Scope::All, |_, head| head == Scope::New);
        /// The file with what was there before.
        baseline: Option<Text> = "baseline", Place::Flag, Either;
        /// Policies as they were: what these do not grant is new.
        base_policy_file: Texts = "base-policy-file", Place::Both(Input::Names), Either;
        /// Traces that each function must have for an excess to be certain.
        min_traces: Option<u64> = "min-traces", Place::Both(Input::Count), Weighed(MIN_TRACES, |_, _| true);
        /// What to do when the evidence is insufficient.
        on_inconclusive: Option<OnInconclusive> = "on-inconclusive", Place::Both(Input::Word),
            Weighed(OnInconclusive::Fail, |_, head| head == OnInconclusive::Warn);
        /// Excess that is accepted.
        accept: Vec<Lined<Accept>> = "accept", Place::File, Decided(Accept::shown);
        /// Principals and functions whose silence makes nothing inconclusive.
        known: Vec<Lined<Known>> = "known", Place::File, Decided(Known::shown);
        /// Needs that are told finer than they are by default, by service.
        granularity: Granularities = "granularity", Place::File, Either;
        /// Whose accepts hold in a pull request.
        accept_from: Option<Side> = "accept-from", Place::File,
            Weighed(Side::Base, |_, head| head == Side::Head);
        /// How many days a permission may be there without having been observed, in a pull request.
        grace: Option<u16> = "grace", Place::File, Weighed(GRACE, |base, head| head > base);
        /// When account ids are shortened in what is posted.
        redact: Option<Redact> = "redact", Place::File,
            Weighed(Redact::Auto, |base, head| head.shows() > base.shows());
    }
    others {
        "config", Place::Both(Input::Path), Some(".least-privilege.yml");
        "parameter", Place::Both(Input::Lines), None;
        "samconfig-env", Place::Flag, Some("default");
        "profile", Place::Flag, None;
        "start-time", Place::Flag, None;
        "timeout", Place::Flag, Some("15m");
        "no-appeal", Place::Flag, None;
        "format", Place::Flag, Some("text");
        "all", Place::Flag, None;
        "summary", Place::Flag, None;
        "quiet", Place::Flag, None;
        "verbose", Place::Flag, None;
        "color", Place::Flag, Some("auto");
        "write", Place::Flag, None;
        "suggest-dir", Place::Flag, None;
        "markdown-file", Place::Flag, None;
        "html-file", Place::Flag, None;
        "report-file", Place::Both(Input::Beside), None;
        "sarif-file", Place::Both(Input::Beside), None;
        "evidence-file", Place::Input(Input::Beside), None;
        "comment", Place::Input(Input::Beside), Some("auto");
        "comment-key", Place::Input(Input::Beside), None;
        "suggest", Place::Input(Input::Beside), Some("true");
        "github-token", Place::Input(Input::Beside), None;
    }
}
