//! GitHub's side of a gate: the real client and the real program against a GitHub on the loopback.

mod client;
mod comment;
mod events;
mod golden;
pub(crate) mod server;
mod suggestions;
