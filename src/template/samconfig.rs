//! What `samconfig.toml` says of a deployment: the file that `sam deploy` reads beside a template.
//!
//! Follows <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html>: of one
//! environment, what is said for all commands, and what is said for `deploy` before it.

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

/// Text that is no TOML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not TOML: {why}")]
pub struct NotToml {
    /// The parser's words.
    pub why: String,
    /// Where.
    pub span: Range<usize>,
}

impl SamConfig {
    /// Reads what a text says of an environment, of `default` where none is named.
    ///
    /// ```
    /// use aws_least_privilege::template::samconfig::SamConfig;
    ///
    /// let config = SamConfig::parse(r#"
    /// [default.deploy.parameters]
    /// stack_name = "shop"
    /// parameter_overrides = "Stage=prod Title=\"our shop\""
    /// "#, None)?;
    /// assert_eq!(config.stack.as_deref(), Some("shop"));
    /// assert_eq!(config.parameters["Title"], "our shop");
    /// # Ok::<(), aws_least_privilege::template::samconfig::NotToml>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is no TOML, with its place.
    pub fn parse(text: &str, environment: Option<&str>) -> Result<Self, NotToml> {
        let root = DeTable::parse(text).map_err(|error| NotToml {
            why: error.message().to_owned(),
            span: error.span().unwrap_or_default(),
        })?;
        let mut config = Self::default();
        let of_environment = table(root.get_ref(), environment.unwrap_or(ENVIRONMENT));
        for command in ["global", "deploy"] {
            let of_command = of_environment.and_then(|own| table(own, command));
            if let Some(said) = of_command.and_then(|own| table(own, "parameters")) {
                config.take(said);
            }
        }
        Ok(config)
    }

    fn take(&mut self, said: &DeTable<'_>) {
        let value = |key: &str| said.get(key).map(toml::Spanned::get_ref);
        let text = |key: &str| match value(key) {
            Some(DeValue::String(text)) => Some(text.as_ref().to_owned()),
            _ => None,
        };
        self.stack = text("stack_name").or(self.stack.take());
        self.region = text("region").or(self.region.take());
        let overrides: Vec<&str> = match value("parameter_overrides") {
            Some(DeValue::String(all)) => vec![all.as_ref()],
            Some(DeValue::Array(list)) => list
                .iter()
                .filter_map(|one| {
                    let DeValue::String(one) = one.get_ref() else {
                        return None;
                    };
                    Some(one.as_ref())
                })
                .collect(),
            _ => return,
        };
        let parameters = overrides.into_iter().flat_map(words);
        self.parameters = parameters.filter_map(|word| parameter(&word)).collect();
    }

    /// Whether it says nothing of a deployment.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn table<'t, 'i>(within: &'t DeTable<'i>, key: &str) -> Option<&'t DeTable<'i>> {
    let DeValue::Table(table) = within.get(key)?.get_ref() else {
        return None;
    };
    Some(table)
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
    use super::SamConfig;

    #[test]
    fn every_way_to_write_parameters_is_read() {
        for written in [
            r#"parameter_overrides = "Stage=prod Title=\"our shop\" Empty=""#,
            r#"parameter_overrides = 'ParameterKey=Stage,ParameterValue=prod "ParameterKey=Title,ParameterValue=our shop" Empty=""'"#,
            r#"parameter_overrides = ["Stage=prod", "Title='our shop'", "Empty="]"#,
        ] {
            let text = format!("version = 0.1\n[default.deploy.parameters]\n{written}\n");
            let config = SamConfig::parse(&text, None).unwrap();
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
        let config = SamConfig::parse(text, None).unwrap();
        assert_eq!(config.stack.as_deref(), Some("b"));
        let prod = SamConfig::parse(text, Some("prod")).unwrap();
        assert_eq!(prod.stack.as_deref(), Some("c"));
        assert!(SamConfig::parse(text, Some("test")).unwrap().is_empty());
        assert_eq!(config.region.as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn what_is_no_toml_has_a_place() {
        let text = "[default]\nx = = 1\n";
        let error = SamConfig::parse(text, None).unwrap_err();
        assert!(
            text[..error.span.start].starts_with("[default]\nx ="),
            "{error:?}"
        );
        assert!(SamConfig::parse("", None).unwrap().is_empty());
        assert!(SamConfig::parse("default = 1", None).unwrap().is_empty());
    }
}
