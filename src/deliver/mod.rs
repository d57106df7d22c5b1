//! Sends reports and documents to their destinations. A destination never formats, and a renderer never writes.

pub mod annotations;
mod appended;
pub mod beside;
pub mod checkout_file;
pub mod comment;
pub mod file;
pub mod log;
pub mod outputs;
pub mod progress;
pub mod signals;
pub mod stderr;
pub mod stdout;
mod stream;
pub mod suggestions;
pub mod summary;
pub mod workflow_command;
