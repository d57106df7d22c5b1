//! `.least-privilege.yml`: what a team has decided on the record, read from text to a value with lines.
//!
//! Keys are spelt as the flags of `gate` are. What is not known is refused: a key that is misspelt must not loosen a gate in
//! silence. Where files are written is said by flags alone, so that no file of a checkout can have another overwritten.

mod accept;
mod de;
mod error;
mod known;
pub mod read;
mod tree;
mod value;

pub use accept::Accept;
pub use de::Lined;
pub use error::{ConfigError, Place};
pub use known::Known;
pub use tree::{MAX_BYTES, MAX_DEPTH};
pub use value::{Day, Minutes, ParameterValue, Reason, Text, Texts};

use crate::settings::table::Config;
use clap::ValueEnum;
use error::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name that is looked for where none is given.
pub const DEFAULT_NAME: &str = ".least-privilege.yml";

/// Days that a permission may be there without having been observed, where the configuration says nothing.
pub const GRACE: u16 = 14;

/// Policy files by the name of what they belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema, Serialize)]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    default,
    expecting = "a map with `functions`, `roles` or `logical-ids`"
)]
pub struct Policies {
    /// By function name.
    pub functions: BTreeMap<String, Texts>,
    /// By role name.
    pub roles: BTreeMap<String, Texts>,
    /// By the name that a function or role has in the template of a stack that is judged.
    pub logical_ids: BTreeMap<String, Texts>,
}

impl Config {
    /// Takes in the policy files that another configuration names besides, of functions, of roles and shared ones, where this one
    /// names any of their kind.
    pub fn look_at_more(&mut self, other: &Self) {
        let add = |own: &mut Texts, more: &Texts| {
            let new = more.0.iter().filter(|path| !own.0.contains(path));
            let new: Vec<String> = new.cloned().collect();
            own.0.extend(new);
        };
        if !self.policy_file.is_empty() {
            add(&mut self.policy_file, &other.policy_file);
        }
        let (own, more) = (&mut self.policies, &other.policies);
        for (own, more) in [
            (&mut own.functions, &more.functions),
            (&mut own.roles, &more.roles),
            (&mut own.logical_ids, &more.logical_ids),
        ] {
            if own.is_empty() {
                continue;
            }
            for (name, files) in more {
                add(own.entry(name.clone()).or_default(), files);
            }
        }
    }

    /// Leaves out the policy files that are gone and that another configuration does not name, where it names others in their
    /// place: those hold for the same.
    pub fn leave_moved(&mut self, other: &Self, is_there: impl Fn(&str) -> bool) {
        let leave = |own: &mut Texts, others: &Texts| {
            if !others.is_empty() {
                own.0
                    .retain(|path| others.0.contains(path) || is_there(path));
            }
        };
        leave(&mut self.policy_file, &other.policy_file);
        let (own, others) = (&mut self.policies, &other.policies);
        for (own, others) in [
            (&mut own.functions, &others.functions),
            (&mut own.roles, &others.roles),
            (&mut own.logical_ids, &others.logical_ids),
        ] {
            for (name, files) in own {
                if let Some(others) = others.get(name) {
                    leave(files, others);
                }
            }
        }
    }
}

impl Policies {
    /// The paths of all files that are named.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let named = [&self.functions, &self.roles, &self.logical_ids];
        let texts = named.into_iter().flat_map(BTreeMap::values);
        texts.flat_map(|texts| texts.0.iter().map(String::as_str))
    }
}

/// Needs that are told finer than they are by default, by service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default, expecting = "a map of services")]
pub struct Granularities {
    /// Amazon S3.
    pub s3: Option<Granularity>,
}

/// How fine the needs of a service are told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Granularity {
    /// S3 objects by the first part of their key: `bucket/invoices/*`.
    KeysByPrefix,
}

/// One side of a pull request.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// What it would change.
    Head,
    /// What is there.
    Base,
}

/// When account ids are shortened.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Redact {
    /// In public repositories.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Redact {
    /// How much is shown.
    pub(super) fn shows(self) -> u8 {
        match self {
            Self::Always => 0,
            Self::Auto => 1,
            Self::Never => 2,
        }
    }
}

shown_by_word!(Side, Redact);

impl Config {
    /// Reads a configuration; `file` is what errors call it.
    ///
    /// ```
    /// use aws_least_privilege::settings::table::Config;
    ///
    /// let config = Config::parse("stack: shop\nmin-traces: 50\n", ".least-privilege.yml")?;
    /// assert_eq!(config.stack.0, ["shop"]);
    /// assert_eq!(config.min_traces, Some(50));
    ///
    /// let wrong = Config::parse("stack: shop\nmin_traces: 50\n", ".least-privilege.yml").unwrap_err();
    /// assert_eq!(wrong.place().line, 2);
    /// assert_eq!(wrong.hint(), "did you mean `min-traces`?");
    /// # Ok::<(), aws_least_privilege::settings::file::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When it is not YAML, is too large or too deep, has a key twice or one that is not known, or a value that its key does not
    /// take.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        let Some(root) = tree::parse(text, file)? else {
            return Ok(Self::default());
        };
        if root.value == tree::Value::Null {
            return Ok(Self::default());
        }
        let config = Self::deserialize(&root).map_err(|fault| {
            let (place, problem) = fault.found();
            ConfigError::new(file, place, problem)
        })?;
        config.check(file)?;
        Ok(config)
    }

    /// What the types do not say.
    fn check(&self, file: &str) -> Result<(), ConfigError> {
        for Lined { line, value } in &self.accept {
            for (key, texts) in [("actions", &value.actions), ("resources", &value.resources)] {
                if texts.is_empty() {
                    let place = Place {
                        line: *line,
                        column: 1,
                    };
                    let problem = Problem::Wrong {
                        path: format!("accept.{key}"),
                        why: "must name at least one".to_owned(),
                    };
                    return Err(ConfigError::new(file, place, problem));
                }
            }
        }
        for Lined { line, value } in &self.known {
            let why = match (&value.function, &value.principal) {
                (None, Some(principal)) if principal.0 == "*" => Some((
                    "known.principal",
                    "cannot be everyone: name who may assume the role",
                )),
                (Some(_), None) | (None, Some(_)) => None,
                (None, None) => Some(("known", "must name a `function` or a `principal`")),
                (Some(_), Some(_)) => Some((
                    "known",
                    "names a `function` and a `principal`: give each an entry of its own",
                )),
            };
            if let Some((path, why)) = why {
                let place = Place {
                    line: *line,
                    column: 1,
                };
                let problem = Problem::Wrong {
                    path: path.to_owned(),
                    why: why.to_owned(),
                };
                return Err(ConfigError::new(file, place, problem));
            }
        }
        Ok(())
    }
}

/// The JSON Schema of the configuration.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Config);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
