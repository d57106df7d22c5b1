//! What the program is asked to do: what was typed, what a workflow says and what is configured, and what of it takes effect.
//! Here alone the environment is read.
//!
//! A setting stands once, in [`table`]; [`flags`], [`inputs`] and [`file`](mod@file) are the three ways to say it, [`effective`] is what
//! holds, and [`change`] what a pull request changes of it.

/// Shows values by the words that people write for them.
macro_rules! shown_by_word {
    ($($word:ty),+) => {
        $(impl std::fmt::Display for $word {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let word = clap::ValueEnum::to_possible_value(self);
                formatter.write_str(word.as_ref().map_or("", |word| word.get_name()))
            }
        })+
    };
}

pub mod action;
pub mod change;
pub mod effective;
pub mod extends;
pub mod file;
pub mod flags;
pub mod inputs;
pub mod table;
pub mod thresholds;
pub mod time;
pub mod typed;
pub mod workflow;

use std::ffi::OsString;

/// The value of an environment variable; unset and empty are not told apart by those who ask.
#[expect(
    clippy::disallowed_methods,
    reason = "here the environment is read, and nowhere else"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Whether a workflow's runner started the program, so that it reads what is printed.
pub fn is_read_by_a_runner() -> bool {
    variable("GITHUB_ACTIONS").as_deref() == Some("true")
}

/// Whether the program is the Action itself: nothing was typed, and a runner started it.
///
/// ```
/// use aws_least_privilege::settings::is_action;
///
/// assert!(is_action(&["aws-least-privilege".into()], true));
/// assert!(!is_action(&["aws-least-privilege".into(), "gate".into()], true));
/// assert!(!is_action(&["aws-least-privilege".into()], false));
/// ```
pub fn is_action(typed: &[OsString], is_read_by_a_runner: bool) -> bool {
    is_read_by_a_runner && typed.len() < 2
}
