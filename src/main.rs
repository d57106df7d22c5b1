//! Parse, run, exit.

use aws_least_privilege::deliver::{log, signals, stderr};
use aws_least_privilege::exit::Exit;
use aws_least_privilege::settings::flags::{Cli, Color};
use aws_least_privilege::{run, settings};
use clap::Parser as _;

fn main() -> Exit {
    signals::end_at_once();
    let is_read_by_a_runner = settings::is_read_by_a_runner();
    if is_read_by_a_runner {
        log::guard();
    }
    let typed: Vec<_> = std::env::args_os().collect();
    if settings::is_action(&typed, is_read_by_a_runner) {
        return run::action::run(&settings::variable);
    }
    match Cli::try_parse_from(typed) {
        Ok(cli) => {
            log::paint(match cli.color {
                Color::Auto => log::Colour::Auto,
                Color::Always => log::Colour::Always,
                Color::Never => log::Colour::Never,
            });
            run::run(cli).unwrap_or_else(|failure| {
                stderr::failure(&failure.error, failure.hint.as_deref());
                failure.exit
            })
        }
        Err(usage) => told(&usage),
    }
}

/// Prints what clap has to say: help and version, or what is wrong with what was typed.
fn told(usage: &clap::Error) -> Exit {
    let text = usage.render().ansi().to_string();
    if usage.use_stderr() {
        log::error(&text);
        return Exit::Usage;
    }
    match log::print(&text) {
        Ok(()) => Exit::Success,
        Err(_closed) => Exit::Failure,
    }
}
