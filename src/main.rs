//! Parse, run, exit.

use aws_least_privilege::cli::Cli;
use aws_least_privilege::deliver::stderr;
use aws_least_privilege::exit::Exit;
use aws_least_privilege::run;
use clap::Parser as _;

fn main() -> Exit {
    let cli = Cli::parse();
    match run::run(cli) {
        Ok(exit) => exit,
        Err(failure) => {
            stderr::failure(&failure.error, failure.hint.as_deref());
            failure.exit
        }
    }
}
