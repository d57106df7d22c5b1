//! Colours.

use crate::compare::Severity;
use anstyle::{AnsiColor, Style};

pub(in crate::report) const BOLD: Style = Style::new().bold();
pub(in crate::report) const DIM: Style = Style::new().dimmed();
pub(in crate::report) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(in crate::report) const WARN: Style = AnsiColor::Yellow.on_default().bold();
pub(in crate::report) const BAD: Style = AnsiColor::Red.on_default().bold();

pub(in crate::report) fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Low => DIM,
        Severity::Medium => WARN,
        Severity::High | Severity::Critical => BAD,
    }
}

/// Text in a style.
pub(in crate::report) fn painted(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
