//! Completion scripts, by clap's own generators.

use super::{Failure, print};
use crate::exit::Exit;
use crate::settings::flags::{Cli, Completions};
use clap::CommandFactory as _;
use clap_complete::Shell;

const NAME: &str = "aws-least-privilege";

pub(super) fn run(options: &Completions) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), NAME, &mut script);
    let script = String::from_utf8_lossy(&script);
    if options.shell == Shell::Bash {
        return print(&relabelled(&script));
    }
    print(&script)
}

/// The script with one label for each command. The generator (4.6.11) takes the hyphens of the program's name for steps to a command of a
/// command in half of the places, so that the others lead nowhere and nothing after a command is completed.
fn relabelled(script: &str) -> String {
    let wrong = NAME.replace('-', "__subcmd__");
    script.replace(&wrong, &NAME.replace('-', "__"))
}
