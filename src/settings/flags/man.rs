//! `man`.

use clap::Args;
use std::path::PathBuf;

/// The manual's pages, a file for each command, as packages bring them.
#[derive(Debug, Args)]
pub struct Man {
    /// The folder to write them to
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}
