//! The manual's pages, made of what `--help` says.

use super::Failure;
use crate::exit::Exit;
use crate::settings::flags::Cli;
use crate::settings::flags::man::Man;
use anyhow::Context as _;
use clap::CommandFactory as _;

pub(super) fn run(options: &Man) -> Result<Exit, Failure> {
    let folder = &options.folder;
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .with_context(|| format!("cannot write the manual's pages to {}", folder.display()))
        .map_err(|error| Failure::job(error, None))?;
    Ok(Exit::Success)
}
