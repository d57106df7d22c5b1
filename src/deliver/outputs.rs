//! The outputs of a workflow's step: names with values, in a file that the runner reads after the step.
//!
//! A value is between delimiters that nobody can guess, so that no value can end early and set another output. Follows
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter>.

use super::appended;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Outputs, in the order in which they are set.
///
/// ```
/// use aws_least_privilege::deliver::outputs::Outputs;
///
/// let mut outputs = Outputs::default();
/// outputs.set("outcome", "pass");
/// assert_eq!(outputs.lines("d3adb33f").as_deref(), Some("outcome<<d3adb33f\npass\nd3adb33f\n"));
/// assert_eq!(outputs.lines("pass"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outputs {
    values: Vec<(&'static str, String)>,
}

impl Outputs {
    /// Sets an output to a value of one line. Control characters are removed. The name must be a constant.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        let value: String = value
            .into()
            .chars()
            .filter(|letter| !letter.is_control())
            .collect();
        self.values.push((name, value));
    }

    /// Sets an output to several lines. Control characters are removed from each.
    pub fn set_lines<'l>(&mut self, name: &'static str, lines: impl IntoIterator<Item = &'l str>) {
        let line = |line: &str| -> String {
            let letters = line.chars();
            letters.filter(|letter| !letter.is_control()).collect()
        };
        let lines: Vec<String> = lines.into_iter().map(line).collect();
        self.values.push((name, lines.join("\n")));
    }

    /// Sets each of these outputs.
    pub fn extend(&mut self, values: impl IntoIterator<Item = (&'static str, String)>) {
        for (name, value) in values {
            self.set(name, value);
        }
    }

    /// Returns the value of an output.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| *known == name)?;
        Some(&found.1)
    }

    /// Returns the lines that set the outputs, or `None` if a value contains the delimiter.
    pub fn lines(&self, delimiter: &str) -> Option<String> {
        let mut lines = String::new();
        for (name, value) in &self.values {
            if value.contains(delimiter) {
                return None;
            }
            // Writing to a string cannot fail.
            let _ = write!(lines, "{name}<<{delimiter}\n{value}\n{delimiter}\n");
        }
        Some(lines)
    }

    /// Appends the outputs to the runner's file.
    ///
    /// # Errors
    ///
    /// Returns an error if no random numbers are available, or if the file cannot be written.
    pub fn append(&self, path: &Path) -> io::Result<()> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let delimiter = format!("outputs_{:032x}", u128::from_le_bytes(random));
        let Some(lines) = self.lines(&delimiter) else {
            return Err(io::Error::other("an output has the delimiter in it"));
        };
        appended::write(path, &lines)
    }
}
