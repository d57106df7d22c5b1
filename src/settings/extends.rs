//! Central rules: a configuration that another one extends, and whose settings that one may only tighten.

use super::change::{Change, changes};
use super::file::Text;
use super::table::Config;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Why a configuration cannot extend another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtendsError {
    /// It would let more pass.
    #[error(
        "`{file}` says `{setting}: {own}`, and `{central}`, which it extends, says `{rule}`: that may only be tightened"
    )]
    Loosens {
        /// The configuration.
        file: String,
        /// The one that it extends.
        central: String,
        /// The key.
        setting: &'static str,
        /// What it says.
        own: String,
        /// What the rule is.
        rule: String,
    },
    /// What is given on the command line, or as an input, would let more pass.
    #[error(
        "`{setting}: {own}` is given, and the central rules `{central}` say `{rule}`: that may only be tightened"
    )]
    Given {
        /// The central rules.
        central: String,
        /// The key.
        setting: &'static str,
        /// What is given.
        own: String,
        /// What the rule is.
        rule: String,
    },
    /// Decisions are a repository's own.
    #[error("`{central}` has `{key}`, and other configurations extend it")]
    Decides {
        /// The one that is extended.
        central: String,
        /// `accept`, `known` or `extends`.
        key: &'static str,
    },
}

impl ExtendsError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Loosens { setting, .. } | Self::Given { setting, .. } => {
                format!("take `{setting}` out, or have the central rules changed")
            }
            Self::Decides { key: "extends", .. } => {
                "central rules stand alone: name the last of them".to_owned()
            }
            Self::Decides { key, .. } => {
                format!("write `{key}` into the configuration of the repository that it is about")
            }
        }
    }
}

/// Central rules and the file that they are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The path, from the current folder.
    pub path: PathBuf,
    /// What they say.
    pub config: Config,
}

impl Rules {
    /// A configuration that extends nothing, under the rules that another one beside it extends: what it does not say, they say.
    ///
    /// # Errors
    ///
    /// When it would let more pass than the rules.
    pub fn over(&self, own: Config) -> Result<Config, ExtendsError> {
        let both = own.or(&self.config);
        self.prove(&both)?;
        Ok(both)
    }

    /// That what takes effect lets no more pass than the rules, whatever is given beside the configuration.
    ///
    /// # Errors
    ///
    /// When it would let more pass.
    pub fn prove(&self, effective: &Config) -> Result<(), ExtendsError> {
        match loosened(&self.config, effective) {
            Some(Change {
                setting,
                base,
                head,
                ..
            }) => Err(ExtendsError::Given {
                central: self.path.display().to_string(),
                setting,
                own: head,
                rule: base,
            }),
            None => Ok(()),
        }
    }
}

/// Where a configuration's central rules are: `extends` is meant from the folder of the file that says it.
pub fn place(file: &Path, extends: &Text) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    folder.join(&extends.0)
}

/// A configuration with the central rules that it extends: what it does not say, these say.
///
/// ```
/// use aws_least_privilege::settings::{extends::extended, table::Config};
///
/// let parse = |text| Config::parse(text, "test.yml");
/// let rules = parse("fail-on: medium\ngrace: 7\n")?;
/// let own = parse("extends: org/rules.yml\nfail-on: low\nstack: shop\n")?;
/// let both = extended(&rules, own, "own.yml", "org/rules.yml").unwrap();
/// assert_eq!((both.grace, both.stack.0.as_slice()), (Some(7), ["shop".to_owned()].as_slice()));
///
/// let loose = parse("extends: org/rules.yml\nfail-on: critical\n")?;
/// let error = extended(&rules, loose, "own.yml", "org/rules.yml").unwrap_err();
/// assert!(error.to_string().starts_with("`own.yml` says `fail-on: critical`"));
/// # Ok::<(), aws_least_privilege::settings::file::ConfigError>(())
/// ```
///
/// # Errors
///
/// When it would let more pass than the rules, or these say what is no rule.
pub fn extended(
    rules: &Config,
    own: Config,
    file: &str,
    central: &str,
) -> Result<Config, ExtendsError> {
    let decides = [
        ("accept", !rules.accept.is_empty()),
        ("known", !rules.known.is_empty()),
        ("extends", rules.extends.is_some()),
    ];
    if let Some((key, _)) = decides.into_iter().find(|(_, is_there)| *is_there) {
        return Err(ExtendsError::Decides {
            central: central.to_owned(),
            key,
        });
    }
    let both = own.or(rules);
    match loosened(rules, &both) {
        Some(Change {
            setting,
            base,
            head,
            ..
        }) => Err(ExtendsError::Loosens {
            file: file.to_owned(),
            central: central.to_owned(),
            setting,
            own: head,
            rule: base,
        }),
        None => Ok(both),
    }
}

/// The first setting that the rules say and that lets more pass.
fn loosened(rules: &Config, both: &Config) -> Option<Change> {
    let fixed: BTreeSet<&str> = rules.says().collect();
    let mut changes = changes(rules, both).into_iter();
    changes.find(|change| change.loosens && fixed.contains(change.setting))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(rules: &str, own: &str) -> Result<Config, ExtendsError> {
        let parse = |text: &str| Config::parse(text, "test.yml").expect("it parses");
        extended(&parse(rules), parse(own), "own.yml", "rules.yml")
    }

    #[test]
    fn what_is_ruled_may_only_be_tightened() {
        for (rules, own, is_loose) in [
            ("fail-on: medium", "fail-on: high", true),
            ("fail-on: medium", "fail-on: low", false),
            ("fail-on: high", "fail-on: none", true),
            ("fail-on-missing: true", "fail-on-missing: false", true),
            ("scope: all", "scope: new", true),
            ("scope: new", "scope: all", false),
            ("on-inconclusive: fail", "on-inconclusive: warn", true),
            ("on-inconclusive: warn", "on-inconclusive: fail", false),
            ("accept-from: base", "accept-from: head", true),
            ("grace: 7", "grace: 30", true),
            ("grace: 7", "grace: 0", false),
            ("min-traces: 50", "min-traces: 1", true),
            ("redact: always", "redact: never", true),
            ("filter: error", "filter: ok", true),
            // Of what the rules say nothing, a repository may say anything.
            ("fail-on: low", "scope: new\ngrace: 90\nstack: shop", false),
            ("fail-on: low", "", false),
        ] {
            let found = joined(rules, own);
            assert_eq!(found.is_err(), is_loose, "{rules} / {own}: {found:?}");
        }
    }

    #[test]
    fn the_rules_hold_where_nothing_is_said() {
        let both = joined("fail-on: low\ngrace: 3\nstack: a", "grace: 2").unwrap();
        assert_eq!(both.grace, Some(2));
        assert_eq!(both.fail_on, Some(crate::settings::flags::FailOn::Low));
        assert_eq!(both.stack.0, ["a"]);
    }

    #[test]
    fn decisions_are_no_rules() {
        let accept = "accept: [{actions: s3:*, resources: '*', reason: x, until: 2027-01-01}]";
        let error = joined(accept, "").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`rules.yml` has `accept`, and other configurations extend it"
        );
        assert!(joined("extends: other.yml", "").is_err());
    }
}
