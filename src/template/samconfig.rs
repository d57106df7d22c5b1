//! What `samconfig.toml` or `samconfig.yaml` says of a deployment: the file that `sam deploy` reads beside a template.
//!
//! Follows <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html>: of one
//! environment, what is said for all commands, and what is said for `deploy` before it.

use super::read::LIMITS;
use crate::yaml::{self, Node, Schema, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The environment that `sam deploy` reads where it is not told.
const ENVIRONMENT: &str = "default";

/// What is known of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SamConfig {
    /// `parameter_overrides`, by name.
    pub parameters: BTreeMap<String, String>,
    /// `stack_name`.
    pub stack: Option<String>,
    /// `region`.
    pub region: Option<String>,
}

/// The file: what it says of each environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SamConfigFile {
    environments: BTreeMap<String, Said>,
}

/// A value of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Text(String),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
}

/// Text that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unreadable {
    /// What is wrong.
    pub why: String,
    /// Where.
    pub span: Range<usize>,
}

impl SamConfigFile {
    /// Reads `samconfig.toml`.
    ///
    /// ```
    /// use aws_least_privilege::template::samconfig::SamConfigFile;
    ///
    /// let file = SamConfigFile::toml(r#"
    /// [default.deploy.parameters]
    /// stack_name = "shop"
    /// parameter_overrides = "Stage=prod Title=\"our shop\""
    /// "#)?;
    /// let config = file.environment(None).unwrap();
    /// assert_eq!(config.stack.as_deref(), Some("shop"));
    /// assert_eq!(config.parameters["Title"], "our shop");
    /// # Ok::<(), aws_least_privilege::template::samconfig::Unreadable>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is no TOML, with its place.
    pub fn toml(text: &str) -> Result<Self, Unreadable> {
        let root = DeTable::parse(text).map_err(|error| Unreadable {
            why: format!("this is not TOML: {}", error.message()),
            span: error.span().unwrap_or_default(),
        })?;
        Ok(Self::of(Some(of_table(root.get_ref()))))
    }

    /// Reads `samconfig.yaml`.
    ///
    /// ```
    /// use aws_least_privilege::template::samconfig::SamConfigFile;
    ///
    /// let file = SamConfigFile::yaml("default: {deploy: {parameters: {stack_name: shop}}}")?;
    /// assert_eq!(file.environment(None).unwrap().stack.as_deref(), Some("shop"));
    /// # Ok::<(), aws_least_privilege::template::samconfig::Unreadable>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is no YAML, with its place.
    pub fn yaml(text: &str) -> Result<Self, Unreadable> {
        let root = yaml::parse(text, Schema::Core, LIMITS).map_err(|error| Unreadable {
            why: error.to_string(),
            span: error.span,
        })?;
        Ok(Self::of(root.as_ref().and_then(of_node)))
    }

    fn of(root: Option<Said>) -> Self {
        let mut environments = match root {
            Some(Said::Map(members)) => members,
            _ => BTreeMap::new(),
        };
        environments.retain(|_, said| matches!(said, Said::Map(_)));
        Self { environments }
    }

    /// The names of its environments.
    pub fn environments(&self) -> impl Iterator<Item = &str> {
        self.environments.keys().map(String::as_str)
    }

    /// What it says of an environment, of `default` where none is named; nothing where it does not have it.
    pub fn environment(&self, name: Option<&str>) -> Option<SamConfig> {
        let environment = self.environments.get(name.unwrap_or(ENVIRONMENT))?;
        let mut config = SamConfig::default();
        for command in ["global", "deploy"] {
            let of_command = environment.get(command);
            if let Some(said) = of_command.and_then(|own| own.get("parameters")) {
                config.take(said);
            }
        }
        Some(config)
    }
}

impl Said {
    fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members.get(key),
            Self::Text(_) | Self::List(_) => None,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) | Self::Map(_) => None,
        }
    }
}

impl SamConfig {
    fn take(&mut self, said: &Said) {
        let text = |key: &str| Some(said.get(key)?.text()?.to_owned());
        self.stack = text("stack_name").or(self.stack.take());
        self.region = text("region").or(self.region.take());
        let pairs = |text: &str| words(text).into_iter().filter_map(|word| parameter(&word));
        self.parameters = match said.get("parameter_overrides") {
            Some(Said::Text(all)) => pairs(all).collect(),
            Some(Said::List(list)) => list.iter().filter_map(Said::text).flat_map(pairs).collect(),
            Some(Said::Map(members)) => {
                let texts = members.iter();
                let texts = texts.filter_map(|(name, own)| Some((name, own.text()?)));
                texts
                    .map(|(name, own)| (name.clone(), own.to_owned()))
                    .collect()
            }
            None => return,
        };
    }

    /// Whether it says nothing of a deployment.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn of_table(table: &DeTable<'_>) -> Said {
    let members = table.iter();
    let members = members
        .filter_map(|(key, own)| Some((key.get_ref().to_string(), of_value(own.get_ref())?)));
    Said::Map(members.collect())
}

fn of_value(value: &DeValue<'_>) -> Option<Said> {
    match value {
        DeValue::String(text) => Some(Said::Text(text.as_ref().to_owned())),
        DeValue::Integer(number) => Some(Said::Text(number.to_string())),
        DeValue::Float(number) => Some(Said::Text(number.to_string())),
        DeValue::Boolean(yes) => Some(Said::Text(yes.to_string())),
        DeValue::Array(list) => {
            let items = list.iter().filter_map(|own| of_value(own.get_ref()));
            Some(Said::List(items.collect()))
        }
        DeValue::Table(table) => Some(of_table(table)),
        DeValue::Datetime(_) => None,
    }
}

fn of_node(node: &Node) -> Option<Said> {
    match &node.value {
        Value::Null => None,
        Value::List(items) => Some(Said::List(items.iter().filter_map(of_node).collect())),
        Value::Map(members) => {
            let members = members.iter();
            let members = members.filter_map(|(key, own)| Some((key.text.clone(), of_node(own)?)));
            Some(Said::Map(members.collect()))
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) => node.to_text().map(Said::Text),
    }
}

/// The words of a text, as a shell tells them apart: by white space, but within quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in text.chars() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// `Stage=prod`, or `ParameterKey=Stage,ParameterValue=prod`.
fn parameter(word: &str) -> Option<(String, String)> {
    let pair = match word.strip_prefix("ParameterKey=") {
        Some(rest) => rest.split_once(",ParameterValue=")?,
        None => word.split_once('=')?,
    };
    Some((pair.0.to_owned(), pair.1.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{SamConfig, SamConfigFile, Unreadable};

    fn parse(text: &str, environment: Option<&str>) -> Result<SamConfig, Unreadable> {
        let file = SamConfigFile::toml(text)?;
        Ok(file.environment(environment).unwrap_or_default())
    }

    #[test]
    fn every_way_to_write_parameters_is_read() {
        for written in [
            r#"parameter_overrides = "Stage=prod Title=\"our shop\" Empty=""#,
            r#"parameter_overrides = 'ParameterKey=Stage,ParameterValue=prod "ParameterKey=Title,ParameterValue=our shop" Empty=""'"#,
            r#"parameter_overrides = ["Stage=prod", "Title='our shop'", "Empty="]"#,
            r#"parameter_overrides = {Stage = "prod", Title = "our shop", Empty = ""}"#,
        ] {
            let text = format!("version = 0.1\n[default.deploy.parameters]\n{written}\n");
            let config = parse(&text, None).unwrap();
            let told: Vec<(&str, &str)> = config
                .parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            assert_eq!(
                told,
                [("Empty", ""), ("Stage", "prod"), ("Title", "our shop")]
            );
        }
    }

    #[test]
    fn what_is_said_for_deploy_goes_before_what_is_said_for_all() {
        let text = "[default.global.parameters]\nstack_name = \"a\"\nregion = \"eu-west-1\"\n\
             [default.deploy.parameters]\nstack_name = \"b\"\n[prod.deploy.parameters]\nstack_name = \"c\"\n";
        let config = parse(text, None).unwrap();
        assert_eq!(config.stack.as_deref(), Some("b"));
        let prod = parse(text, Some("prod")).unwrap();
        assert_eq!(prod.stack.as_deref(), Some("c"));
        assert!(parse(text, Some("test")).unwrap().is_empty());
        assert_eq!(config.region.as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn yaml_says_the_same_as_toml() {
        for written in [
            "Stage=prod Copies=2",
            "\n        - Stage=prod\n        - Copies=2",
            "{Stage: prod, Copies: 2}",
        ] {
            let text = format!(
                "version: 0.1\ndefault:\n  global: {{parameters: {{region: eu-west-1}}}}\n  deploy:\n    parameters:\n      stack_name: shop\n      parameter_overrides: {written}\n"
            );
            let file = SamConfigFile::yaml(&text).unwrap();
            assert_eq!(file.environments().collect::<Vec<_>>(), ["default"]);
            let config = file.environment(None).unwrap();
            assert_eq!(config.stack.as_deref(), Some("shop"));
            assert_eq!(config.region.as_deref(), Some("eu-west-1"));
            assert_eq!(config.parameters["Stage"], "prod");
            assert_eq!(config.parameters["Copies"], "2");
        }
        assert!(SamConfigFile::yaml("default: [1").is_err());
        assert_eq!(SamConfigFile::yaml("").unwrap().environment(None), None);
    }

    #[test]
    fn what_is_no_toml_has_a_place() {
        let text = "[default]\nx = = 1\n";
        let error = parse(text, None).unwrap_err();
        assert!(
            text[..error.span.start].starts_with("[default]\nx ="),
            "{error:?}"
        );
        assert!(parse("", None).unwrap().is_empty());
        assert!(parse("default = 1", None).unwrap().is_empty());
    }
}
