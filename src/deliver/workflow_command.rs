//! Commands to GitHub's runner: lines on standard output that it carries out.

use crate::report::printable;
use std::fmt;

/// The longest message, in characters.
const LONGEST: usize = 2000;

/// A command. Its properties and data may be untrusted text.
///
/// ```
/// use aws_least_privilege::deliver::workflow_command::WorkflowCommand;
///
/// let command = WorkflowCommand::new("error", "100 %\n::stop-commands::x").with("title", "a, b: c");
/// assert_eq!(command.to_string(), "::error title=a%2C b%3A c::100 %25\\u{a}::stop-commands::x");
/// ```
#[derive(Debug, Clone)]
pub struct WorkflowCommand<'a> {
    name: &'static str,
    properties: Vec<(&'static str, String)>,
    data: &'a str,
}

impl<'a> WorkflowCommand<'a> {
    /// Creates a command. The name must be a constant.
    pub fn new(name: &'static str, data: &'a str) -> Self {
        Self {
            name,
            properties: Vec::new(),
            data,
        }
    }

    /// Adds a property. A property without a value is left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.properties.push((name, value));
        }
        self
    }
}

/// Writes the command as one line, without its line break.
impl fmt::Display for WorkflowCommand<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "::{}", self.name)?;
        for (place, (name, value)) in self.properties.iter().enumerate() {
            let separator = if place == 0 { ' ' } else { ',' };
            let value = data(value).replace(':', "%3A").replace(',', "%2C");
            write!(formatter, "{separator}{name}={value}")?;
        }
        write!(formatter, "::{}", data(self.data))
    }
}

/// Returns a text in one line, in which the runner finds neither a second command nor a foreign escape.
fn data(text: &str) -> String {
    let short: String = text.chars().take(LONGEST).collect();
    printable(&short)
        .replace('%', "%25")
        .replace("##[", "#\\u{23}[")
}
