//! Inputs of a workflow's step: `with:` in YAML, variables named `INPUT_...` here.
//!
//! Follows <https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs>: the runner makes names
//! upper case, keeps dashes, and sets an input that is not given to the empty text.

use crate::settings::time;

/// An input with a value that it cannot have. Values are shown, but never that of the token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// A value that is none of those allowed.
    #[error("the input `{name}` is `{value}`; it must be {allowed}")]
    Wrong {
        /// The input.
        name: &'static str,
        /// Its value, cut short.
        value: String,
        /// What it may be.
        allowed: String,
    },
    /// An input that cannot be used yet.
    #[error("the input `{name}` is reserved for a later version")]
    Reserved {
        /// The input.
        name: &'static str,
    },
    /// Inputs of which one excludes the other.
    #[error("the inputs `{name}` and `{other}` exclude each other")]
    Conflict {
        /// The one.
        name: &'static str,
        /// The other.
        other: &'static str,
    },
}

impl InputError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Wrong { name, .. } => Some(format!(
                "correct `{name}` under `with:` in the workflow; leaving it out gives its default"
            )),
            Self::Reserved { name } => Some(format!("take `{name}` out of the workflow")),
            Self::Conflict { name, .. } => {
                Some(format!("take `{name}` or the other out of the workflow"))
            }
        }
    }
}

/// The inputs of a step.
#[derive(Clone, Copy)]
pub struct Inputs<'e> {
    set: &'e dyn Fn(&str) -> Option<String>,
}

impl std::fmt::Debug for Inputs<'_> {
    /// Nothing of them: one is a token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Inputs")
    }
}

impl<'e> Inputs<'e> {
    /// Inputs among the variables that `set` gives by name.
    pub fn new(set: &'e dyn Fn(&str) -> Option<String>) -> Self {
        Self { set }
    }

    /// A text without the white space around it; empty is unset.
    ///
    /// ```
    /// use aws_least_privilege::settings::inputs::Inputs;
    ///
    /// let set = |name: &str| (name == "INPUT_FAIL-ON").then(|| " high\n".to_owned());
    /// let inputs = Inputs::new(&set);
    /// assert_eq!(inputs.text("fail-on").as_deref(), Some("high"));
    /// assert_eq!(inputs.text("stack"), None);
    /// ```
    pub fn text(&self, name: &str) -> Option<String> {
        self.variable(&format!("INPUT_{}", name.to_uppercase()))
    }

    /// A variable of the environment that is no input; empty is unset.
    pub fn variable(&self, name: &str) -> Option<String> {
        let value = (self.set)(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Items that stand on lines of their own or between commas, never between spaces.
    ///
    /// ```
    /// use aws_least_privilege::settings::inputs::Inputs;
    ///
    /// let set = |_: &str| Some("my shop,\n  refunds\r\n\naudit".to_owned());
    /// assert_eq!(Inputs::new(&set).list("stack"), ["my shop", "refunds", "audit"]);
    /// ```
    pub fn list(&self, name: &str) -> Vec<String> {
        let value = self.text(name).unwrap_or_default();
        let items = value.split(['\n', '\r', ',']).map(str::trim);
        items
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Items that stand on lines of their own.
    ///
    /// ```
    /// use aws_least_privilege::settings::inputs::Inputs;
    ///
    /// let set = |_: &str| Some("Names=a,b\n  Stage=prod\n".to_owned());
    /// assert_eq!(Inputs::new(&set).lines("parameter"), ["Names=a,b", "Stage=prod"]);
    /// ```
    pub fn lines(&self, name: &str) -> Vec<String> {
        let value = self.text(name).unwrap_or_default();
        let items = value.lines().map(str::trim);
        items
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// One of these words.
    ///
    /// # Errors
    ///
    /// When it is another.
    pub fn choice(
        &self,
        name: &'static str,
        words: &[String],
    ) -> Result<Option<String>, InputError> {
        match self.text(name) {
            Some(value) if !words.contains(&value) => {
                Err(wrong(name, &value, &format!("one of {}", words.join(", "))))
            }
            value => Ok(value),
        }
    }

    /// A whole number within bounds.
    ///
    /// # Errors
    ///
    /// When it is none, or beyond the bounds.
    pub fn number(
        &self,
        name: &'static str,
        least: u64,
        most: u64,
    ) -> Result<Option<u64>, InputError> {
        let Some(value) = self.text(name) else {
            return Ok(None);
        };
        let number = value
            .parse()
            .ok()
            .filter(|number| (least..=most).contains(number));
        let allowed = if most == u64::MAX {
            format!("a whole number from {least}")
        } else {
            format!("a whole number from {least} to {most}")
        };
        number
            .map(Some)
            .ok_or_else(|| wrong(name, &value, &allowed))
    }

    /// A length of time in minutes, written as such or with `m`, `h` or `d` behind a number.
    ///
    /// # Errors
    ///
    /// When it is none, is nothing, or is longer than `most` minutes.
    pub fn minutes(&self, name: &'static str, most: u64) -> Result<Option<u64>, InputError> {
        let Some(value) = self.text(name) else {
            return Ok(None);
        };
        let minutes = time::minutes(&value).filter(|minutes| (1..=most).contains(minutes));
        let days = most / (24 * 60);
        let allowed = format!("minutes, or a number with m, h or d behind it, at most {days}d");
        minutes
            .map(Some)
            .ok_or_else(|| wrong(name, &value, &allowed))
    }

    /// A truth as YAML 1.2 spells it.
    ///
    /// # Errors
    ///
    /// When it is spelled otherwise.
    pub fn truth(&self, name: &'static str) -> Result<Option<bool>, InputError> {
        match self.text(name).as_deref() {
            None => Ok(None),
            Some("true" | "True" | "TRUE") => Ok(Some(true)),
            Some("false" | "False" | "FALSE") => Ok(Some(false)),
            Some(value) => Err(wrong(name, value, "true or false")),
        }
    }

    /// A word that can be part of a mark: letters, digits, dots, underscores and hyphens.
    ///
    /// # Errors
    ///
    /// When it has other characters, or more than 64.
    pub fn key(&self, name: &'static str) -> Result<Option<String>, InputError> {
        let letters =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
        match self.text(name) {
            Some(value) if value.len() > 64 || !value.chars().all(letters) => Err(wrong(
                name,
                &value,
                "1 to 64 letters, digits, dots, underscores and hyphens",
            )),
            value => Ok(value),
        }
    }
}

fn wrong(name: &'static str, value: &str, allowed: &str) -> InputError {
    InputError::Wrong {
        name,
        value: value.chars().take(80).collect(),
        allowed: allowed.to_owned(),
    }
}
