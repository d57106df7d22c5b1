//! The README and the pages of `docs/`: every link holds, every command runs, and what is quoted is what the program prints.
//!
//! A page says what a test has to know in a comment before a fence, which no reader sees:
//!
//! - `<!-- needs: AWS -->`: the command is not run here, for want of what it names.
//! - `<!-- ends in: 3 -->`: the exit code of the last command; 0 without it.
//! - `<!-- output -->`: the fence is all that the commands before it printed; `output: 12 lines` is its beginning, and
//!   `output: 12 lines from "--- a"` what comes from the first line that begins so.
//! - `<!-- file: PATH -->`: the fence is that file.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test it docs` rewrites what is quoted.

mod commands;
mod gaps;
mod help;
mod links;
mod page;
mod role;
mod tables;
mod walks;
mod words;

pub(crate) use page::{blocks, pages, read};
pub(crate) use tables::inputs;
